//! `PromQL` as text, as far as it takes to tell a selector from an expression, read or write one: no more is parsed.

pub mod matcher;
pub mod quote;
pub mod scan;
pub mod selector;

pub use matcher::Matcher;
pub use quote::quoted;
pub use selector::{NotBare, Selector};

/// The token that stands for a range in our own templates.
pub const WINDOW: &str = "{{.window}}";

/// Puts `window` in place of every `{{.window}}`, with or without spaces in it.
pub fn substitute(text: &str, window: &str) -> String {
    let mut pieces = text.split("{{");
    let mut done = String::with_capacity(text.len());
    done.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        match piece.split_once("}}") {
            Some((name, behind)) if name.trim() == ".window" => done.extend([window, behind]),
            _ => done.extend(["{{", piece]),
        }
    }
    done
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_is_replaced_however_it_is_spaced() {
        for (text, done) in [
            ("a[{{.window}}] + b[{{  .window }}]", "a[5m] + b[5m]"),
            ("{{.windows}} {{ {{.window}}", "{{.windows}} {{ 5m"),
            ("{{.window", "{{.window"),
        ] {
            assert_eq!(substitute(text, "5m"), done);
        }
        assert_eq!(substitute("{{ .window }}", WINDOW), WINDOW);
    }

    /// Looking for the end of each bracket anew would take hours.
    #[test]
    fn brackets_without_end_are_passed_by() {
        let bomb = "{{".repeat(1 << 20);
        assert_eq!(substitute(&bomb, "5m"), bomb);
    }
}
