//! An address as an annotation or a link writes it: path, parameters, fragment.

use crate::text::cleaned;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Address {
    /// It names a scheme or a host.
    pub(super) outside: bool,
    /// It starts at the root of its collection.
    pub(super) rooted: bool,
    /// Decoded, without empty and `.` segments; `..` is kept.
    pub(super) segments: Vec<String>,
    /// Decoded; a key without `=` has an empty value.
    pub(super) query: Vec<(String, String)>,
    /// Decoded, not empty.
    pub(super) fragment: Option<String>,
}

impl Address {
    pub(super) fn parse(text: &str) -> Self {
        let (rest, fragment) = text.trim().split_once('#').unwrap_or((text.trim(), ""));
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (outside, path) = strip_host(path);
        let pair = |pair: &str| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(&key.replace('+', " ")), decode(&value.replace('+', " ")))
        };
        let segments = path.split('/').filter(|s| !s.is_empty() && *s != ".").map(decode);
        Self {
            outside,
            rooted: !outside && path.starts_with('/'),
            segments: segments.collect(),
            query: query.split('&').filter(|p| !p.is_empty()).map(pair).collect(),
            fragment: Some(decode(fragment)).filter(|f| !f.is_empty()),
        }
    }
}

fn strip_host(path: &str) -> (bool, &str) {
    let after_host = |rest: &'_ str| rest.find('/').unwrap_or(rest.len());
    if let Some(rest) = path.strip_prefix("//") {
        return (true, &rest[after_host(rest)..]);
    }
    let scheme = path.split(['/', '.']).next().and_then(|s| s.split_once(':'));
    match scheme {
        Some((name, _)) if name.starts_with(|c: char| c.is_ascii_alphabetic()) => {
            let rest = &path[name.len() + 1..];
            let host = rest.strip_prefix("//");
            (true, host.map_or(rest, |rest| &rest[after_host(rest)..]))
        }
        _ => (false, path),
    }
}

/// `%41` to `A`, then cleaned; broken escapes stay as they are.
fn decode(text: &str) -> String {
    if !text.contains('%') {
        return cleaned(text);
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let hex = |at: usize| tail.get(at).and_then(|b| (*b as char).to_digit(16));
        if let (b'%', Some(high), Some(low)) = (first, hex(0), hex(1)) {
            bytes.push((high * 16 + low) as u8);
            rest = &tail[2..];
        } else {
            bytes.push(*first);
            rest = tail;
        }
    }
    cleaned(&String::from_utf8_lossy(&bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owned(parts: &[&str]) -> Vec<String> {
        parts.iter().map(|s| (*s).to_owned()).collect()
    }

    #[test]
    fn urls_have_all_parts() {
        let got = Address::parse("https://h.example:8443/a//B%20c/?POD=x%3D1&NS=a+b&flag#top%C3%A9");
        assert!(got.outside && !got.rooted);
        assert_eq!(got.segments, owned(&["a", "B c"]));
        let pairs = [("POD", "x=1"), ("NS", "a b"), ("flag", "")].map(|(k, v)| (k.to_owned(), v.to_owned()));
        assert_eq!(got.query, pairs);
        assert_eq!(got.fragment.as_deref(), Some("topé"));
    }

    #[test]
    fn paths_are_relative_or_rooted() {
        assert_eq!(Address::parse("../x.md").segments, owned(&["..", "x.md"]));
        assert!(Address::parse("/docs/x.md").rooted);
        assert!(Address::parse("mailto:bob@example.com").outside && Address::parse("//h/x").outside);
        assert!(!Address::parse("./a:b.md").outside);
        assert_eq!(Address::parse("%zz%1b[2J").segments, owned(&["%zz"]));
    }
}
