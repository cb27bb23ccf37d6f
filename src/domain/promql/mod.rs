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
    let mut done = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        done.push_str(before);
        match after.split_once("}}") {
            Some((name, behind)) if name.trim() == ".window" => {
                done.push_str(window);
                rest = behind;
            }
            _ => {
                done.push_str("{{");
                rest = after;
            }
        }
    }
    done + rest
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
}
