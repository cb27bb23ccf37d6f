//! `InfluxQL` cut into tokens, as far as it takes to tell words from what stands in quotes: no more is parsed.

use std::ops::Range;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) place: Range<usize>,
    /// How many parentheses are open around it.
    pub(super) depth: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A keyword, a name without quotes, a number.
    Word,
    /// In quotes of either sort, or a regular expression.
    Quoted,
    Sign,
}

/// The tokens of `text`, or why it is no single statement.
pub(super) fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut tokens: Vec<Token> = Vec::new();
    let (mut at, mut depth) = (0, 0_usize);
    while let Some(letter) = text[at..].chars().next() {
        let rest = &text[at..];
        if letter.is_whitespace() {
            at += letter.len_utf8();
            continue;
        }
        if rest.starts_with("--") || rest.starts_with("/*") {
            return Err("it holds a comment".to_owned());
        }
        let (kind, length) = match letter {
            '\'' | '"' => (Kind::Quoted, quoted(rest, letter)?),
            '/' if expects_regex(text, &tokens) => (Kind::Quoted, quoted(rest, '/')?),
            ';' => return Err("it is more than one statement".to_owned()),
            _ if is_word(letter) => (Kind::Word, rest.find(|c| !is_word(c)).unwrap_or(rest.len())),
            _ => (Kind::Sign, letter.len_utf8()),
        };
        if letter == ')' {
            depth = depth.checked_sub(1).ok_or("a parenthesis is closed that was not opened")?;
        }
        tokens.push(Token { kind, place: at..at + length, depth });
        if letter == '(' {
            depth += 1;
        }
        at += length;
    }
    if depth > 0 { Err("a parenthesis is not closed".to_owned()) } else { Ok(tokens) }
}

fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

/// Bytes of what stands in quotes, with both of them.
fn quoted(text: &str, quote: char) -> Result<usize, String> {
    let mut escaped = false;
    for (at, letter) in text.char_indices().skip(1) {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if letter == quote => return Ok(at + letter.len_utf8()),
            _ => {}
        }
    }
    Err(format!("{quote} is not closed"))
}

/// A slash divides, but after `=~`, `!~` and FROM.
fn expects_regex(text: &str, before: &[Token]) -> bool {
    before.last().is_some_and(|token| {
        let word = &text[token.place.clone()];
        word == "~" || word.eq_ignore_ascii_case("from")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<&str> {
        tokens(text).unwrap().into_iter().map(|token| &text[token.place]).collect()
    }

    #[test]
    fn quotes_and_expressions_hide_what_is_in_them() {
        let text = r#"sum("a;b") FROM /m';/ WHERE x =~ /;\// AND y = 'it\'s -- one'"#;
        let expected = [
            "sum",
            "(",
            "\"a;b\"",
            ")",
            "FROM",
            "/m';/",
            "WHERE",
            "x",
            "=",
            "~",
            "/;\\//",
            "AND",
            "y",
            "=",
            "'it\\'s -- one'",
        ];
        assert_eq!(words(text), expected);
        assert_eq!(words("a / b"), ["a", "/", "b"]);
    }

    #[test]
    fn what_is_no_single_statement_is_refused() {
        for (text, why) in [
            ("a; DROP DATABASE b", "more than one statement"),
            ("a -- b", "a comment"),
            ("a /* b */", "a comment"),
            ("sum(a", "not closed"),
            ("sum a)", "was not opened"),
            ("a = 'b", "' is not closed"),
            ("a = 'b\\'", "' is not closed"),
        ] {
            assert!(tokens(text).unwrap_err().contains(why), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_breaks_it(text in "\\PC{0,60}", signs in "[a'\"/;()\\\\ ~-]{0,40}") {
            for text in [text, signs] {
                let _ = tokens(&text);
            }
        }
    }
}
