//! Strings of `PromQL`, which takes the escapes of Go.

use std::fmt::Write as _;

use crate::text::is_unsafe;

/// `text` in quotes. Whatever it holds stays in them, and is harmless on a terminal.
pub fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        let code = u32::from(c);
        // The replacement character is taken for broken UTF-8 where it stands as it is.
        let coded = is_unsafe(c) || c == char::REPLACEMENT_CHARACTER;
        // Writing into a string cannot fail.
        let _ = match c {
            '"' | '\\' => write!(out, "\\{c}"),
            '\n' => write!(out, "\\n"),
            _ if coded && code > 0xffff => write!(out, "\\U{code:08x}"),
            _ if coded => write!(out, "\\u{code:04x}"),
            _ => write!(out, "{c}"),
        };
    }
    out.push('"');
    out
}

/// `text` as a regular expression that matches nothing else.
pub(super) fn literal(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if r"\.+*?()|[]{}^$".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// What stands in quotes, with its quotes; `None` when it is written with codes.
pub(super) fn unquoted(text: &str) -> Option<String> {
    let mark = text.chars().next().filter(|mark| matches!(mark, '"' | '\'' | '`'))?;
    let inside = text.strip_prefix(mark)?.strip_suffix(mark)?;
    if mark == '`' {
        return Some(inside.to_owned());
    }
    let mut out = String::with_capacity(inside.len());
    let mut letters = inside.chars();
    while let Some(letter) = letters.next() {
        out.push(match letter {
            '\\' => match letters.next()? {
                'n' => '\n',
                't' => '\t',
                plain @ ('\\' | '"' | '\'') => plain,
                _ => return None,
            },
            plain => plain,
        });
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_cannot_leave_their_quotes() {
        assert_eq!(quoted("a\"} or vector(1) #\\\n"), r#""a\"} or vector(1) #\\\n""#);
        assert_eq!(quoted("\u{1b}[31m\u{202e}\u{e0001}é"), r#""\u001b[31m\u202e\U000e0001é""#);
        assert_eq!(quoted("\u{fffd}"), r#""\ufffd""#);
    }

    #[test]
    fn signs_of_patterns_are_letters() {
        assert_eq!(literal(r#"a.b"}) or (x\"#), r#"a\.b"\}\) or \(x\\"#);
    }

    #[test]
    fn strings_are_read_as_prometheus_reads_them() {
        for (text, inside) in [
            (r#""c""#, Some("c")),
            (r"'g\'\n'", Some("g'\n")),
            (r"`i\`", Some("i\\")),
            (r#""\u00e9""#, None),
            (r#""\d""#, None),
            ("c", None),
            ("\"", None),
        ] {
            assert_eq!(unquoted(text).as_deref(), inside, "{text}");
        }
    }
}
