//! What is nobody's business in a text of a span, as far as its form gives it away: URLs, queries and headers carry
//! tokens and passwords into traces.

use std::borrow::Cow;

const HIDDEN: &str = "(hidden)";
/// Names whose values are hidden.
const NAMES: &[&str] = &[
    "authorization",
    "cookie",
    "password",
    "passwd",
    "secret",
    "token",
    "api_key",
    "apikey",
    "api-key",
    "credential",
    "signature",
];
/// What ends a value.
const ENDS: &[char] = &['&', ';', ',', ' ', '"', '\'', ')'];

fn is_name(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    NAMES.iter().any(|word| lower.contains(word))
}

/// The value of an attribute, without secrets.
pub(super) fn value<'a>(key: &str, value: &'a str) -> Cow<'a, str> {
    if is_name(key) { HIDDEN.into() } else { text(value) }
}

/// `text` without the users in its URLs, the values of pairs such as `token=…`, and what follows `Bearer`.
pub(super) fn text(text: &str) -> Cow<'_, str> {
    let steps = [("://", user as Step), ("=", pair), ("earer ", bearer)];
    let mut text = Cow::Borrowed(text);
    for (sign, step) in steps {
        if text.contains(sign) {
            text = without(&text, sign, step).into();
        }
    }
    text
}

/// What is to be hidden behind a sign: from where to where, given what stands before and after it.
type Step = fn(&str, &str) -> Option<(usize, usize)>;

fn without(text: &str, sign: &str, step: Step) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(sign) {
        let (before, after) = (&rest[..at], &rest[at + sign.len()..]);
        kept.push_str(&rest[..at + sign.len()]);
        rest = after;
        if let Some((from, to)) = step(before, after) {
            kept.push_str(&after[..from]);
            kept.push_str(HIDDEN);
            rest = &after[to..];
        }
    }
    kept + rest
}

/// `alice:hunter2@` of a URL.
fn user(_: &str, after: &str) -> Option<(usize, usize)> {
    let authority = after.split(['/', '?', '#', ' ', '"', '\'']).next()?;
    authority.rfind('@').map(|at| (0, at))
}

fn pair(before: &str, after: &str) -> Option<(usize, usize)> {
    let part = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-' | '.');
    let name = before.trim_end_matches([' ', '"', '\'']).rsplit(|letter| !part(letter)).next()?;
    is_name(name).then(|| word(after)).flatten()
}

fn bearer(_: &str, after: &str) -> Option<(usize, usize)> {
    word(after)
}

/// The first word, without blanks and quotes before it, unless it is hidden already.
fn word(text: &str) -> Option<(usize, usize)> {
    let from = text.len() - text.trim_start_matches([' ', '"', '\'']).len();
    let to = text[from..].find(ENDS).map_or(text.len(), |end| from + end);
    (from < to && !text[from..].starts_with(HIDDEN)).then_some((from, to))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_hidden_where_their_form_gives_them_away() {
        for (told, shown) in [
            ("https://alice:hunter2@db.test/x?y=1", "https://(hidden)@db.test/x?y=1"),
            ("/cart?access_token=abc&id=7#x", "/cart?access_token=(hidden)&id=7#x"),
            ("SELECT 1 WHERE password = 'abc' AND b = 2", "SELECT 1 WHERE password = '(hidden)' AND b = 2"),
            ("Authorization: Bearer abc.def, again", "Authorization: Bearer (hidden), again"),
            ("postgres://u:p@h https://v@i/", "postgres://(hidden)@h https://(hidden)@i/"),
            ("X-Amz-Signature=aa&X-Amz-Date=2", "X-Amz-Signature=(hidden)&X-Amz-Date=2"),
        ] {
            assert_eq!(text(told), shown);
            assert_eq!(text(shown), shown);
        }
        for plain in ["mail to a@b.test: x=y", "token=", "http://h:80/@x", "a=b==c", "Bearer ", "=", "://"] {
            assert_eq!(text(plain), plain);
        }
        assert_eq!(value("http.request.header.Authorization", "abc"), HIDDEN);
    }
}
