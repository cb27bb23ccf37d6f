//! Text from a file as it may be shown: nothing that moves a cursor, no secrets.

use std::fmt::Write;

use crate::text::is_unsafe;

/// Longest piece of a file that a message quotes, in characters.
const QUOTED: usize = 60;

/// Words that make the values on their line secret.
const SECRET: &[&str] = &[
    "password",
    "passwd",
    "secret",
    "token",
    "bearer",
    "authorization",
    "credential",
    "api_key",
    "apikey",
    "api-key",
    "basic",
    "headers",
    "tenant",
];

/// Names of files, of commands and of variables may be read by anyone.
const POINTERS: &[&str] = &["_file", "_command", "_env"];

/// `text` on one line, without control and direction characters.
pub fn clean(text: &str) -> String {
    text.chars().map(|c| if is_unsafe(c) { '\u{fffd}' } else { c }).collect()
}

/// `text` as a message quotes it: cleaned and not too long.
pub fn quoted(text: &str) -> String {
    clipped(text, QUOTED)
}

/// `text` cleaned, and cut after `most` characters.
pub fn clipped(text: &str, most: usize) -> String {
    let mut clipped: String = text.chars().take(most).collect();
    if text.chars().nth(most).is_some() {
        clipped.push('…');
    }
    clean(&clipped)
}

/// Some lines of a file, each byte where it was: only characters that are not to be seen are replaced
/// by as many bytes of others.
pub fn excerpt(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut secret = false;
    for line in text.split_inclusive('\n') {
        // A secret may go on in the lines below its key.
        let hidden = if secret { vec![true; line.len()] } else { hidden(line) };
        secret = secret || is_secret(line);
        for (index, c) in line.char_indices() {
            let keep = c == '\n' || c == '\t' || (c == '\r' && line[index..].starts_with("\r\n"));
            if keep || !(is_unsafe(c) || hidden[index]) {
                shown.push(c);
            } else {
                let _ = shown.write_str(stand_in(c));
            }
        }
    }
    shown
}

fn stand_in(c: char) -> &'static str {
    match c.len_utf8() {
        1 => "*",
        2 => "·",
        3 => "•",
        _ => "··",
    }
}

/// For each byte whether it is not to be seen.
fn hidden(line: &str) -> Vec<bool> {
    let mut hidden = vec![false; line.len()];
    if is_secret(line) {
        let values = [line.find('='), colon_of_secret(line)];
        if let Some(first) = values.into_iter().flatten().min() {
            hidden[first + 1..].fill(true);
        }
    }
    // user:password@ in an address
    for (scheme, _) in line.match_indices("://") {
        let rest = &line[scheme + 3..];
        let end = rest.find(['/', '"', '\'', ' ', '\n']).unwrap_or(rest.len());
        if let Some(at) = rest[..end].rfind('@') {
            hidden[scheme + 3..scheme + 3 + at].fill(true);
        }
        // The query of an address often is a key.
        let end = rest.find(['"', '\'', ' ', '\n']).unwrap_or(rest.len());
        if let Some(query) = rest[..end].find('?') {
            hidden[scheme + 3 + query + 1..scheme + 3 + end].fill(true);
        }
    }
    hidden
}

/// The colon after the first secret key of a line of YAML or JSON. One in a query has no space after it.
fn colon_of_secret(line: &str) -> Option<usize> {
    let colon = |(colon, _): (usize, &str)| {
        let (before, after) = (&line[..colon], &line[colon + 1..]);
        let key = before.trim_end_matches(['"', '\'']);
        let separates =
            key.len() < before.len() || after.is_empty() || after.starts_with(char::is_whitespace);
        let start = key.rfind(|c: char| !(c.is_alphanumeric() || "_-".contains(c))).map_or(0, |end| end + 1);
        (separates && is_secret(key.get(start..).unwrap_or_default())).then_some(colon)
    };
    line.match_indices(':').find_map(colon)
}

fn is_secret(line: &str) -> bool {
    let line = line.to_ascii_lowercase();
    let names_one = |word: &str| {
        line.match_indices(word).any(|(index, _)| {
            let after = &line[index + word.len()..];
            !POINTERS.iter().any(|pointer| after.starts_with(pointer))
        })
    };
    SECRET.iter().any(|word| names_one(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_and_direction_marks_never_come_through() {
        assert_eq!(clean("a\u{1b}[2Jb\u{202e}c\u{9b}d\n"), "a\u{fffd}[2Jb\u{fffd}c\u{fffd}d\u{fffd}");
        assert_eq!(quoted(&"x".repeat(61)).chars().count(), 61);
        assert_eq!(excerpt("a\u{1b}b\tü\u{9b}\u{202e}\r\n"), "a*b\tü·•\r\n");
    }

    #[test]
    fn secrets_are_starred_byte_for_byte() {
        for (line, shown) in [
            ("password = 'pü'\n", "password =***·*\n"),
            ("headers = { Authorization = 'x' }", "headers =************************"),
            ("token = [\n'a'\n]", "token =**\n***\n*"),
            ("bearer_file = '/run/token_file'", "bearer_file = '/run/token_file'"),
            ("url = 'http://bob:pw@host/x@y'", "url = 'http://******@host/x@y'"),
            ("url = 'http://h/?k=v&b' # ?", "url = 'http://h/?*****' # ?"),
            ("  password: pw\n", "  password:***\n"),
            ("{\"a\": 1, \"api_key\":\"pw\"}", "{\"a\": 1, \"api_key\":*****"),
            ("query: rate(token:hits:sum[5m])", "query: rate(token:hits:sum[5m])"),
        ] {
            assert_eq!(excerpt(line), shown);
            assert_eq!(line.len(), shown.len());
        }
    }
}
