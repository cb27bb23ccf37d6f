//! What we send and nobody may read here: taken out of everything that comes back, however it is spelled.

use secrecy::{ExposeSecret, SecretString};

use super::spelling::{Finder, base64};

/// Stands where a secret was.
const HIDDEN: &str = "(secret)";
/// Shorter values are words, and hiding them would make sentences unreadable.
const LEAST: usize = 6;
/// In an answer's data shorter ones stay: a label may be the same by chance, and must be counted as it is.
const LEAST_IN_DATA: usize = 16;
/// No label is by chance what base64 makes of a secret.
const LEAST_IN_BASE64: usize = 8;

#[derive(Clone, Debug, Default)]
pub struct Secrets {
    plain: Vec<SecretString>,
    in_base64: Vec<SecretString>,
}

impl Secrets {
    /// The secret, and what base64 makes of it.
    pub(crate) fn add(&mut self, secret: &str) {
        keep(&mut self.plain, secret);
        self.add_encoded(secret.as_bytes());
    }

    /// What a login by name and password sends.
    pub(crate) fn add_login(&mut self, username: &str, password: &str) {
        let login = format!("{username}:{password}");
        self.add_encoded(login.as_bytes());
        // A whole head of a request may be encoded, and it has that in base64 already.
        self.add_encoded(base64::alone(login.as_bytes()).as_bytes());
    }

    fn add_encoded(&mut self, bytes: &[u8]) {
        for spelled in base64::inside(bytes) {
            keep(&mut self.in_base64, &spelled);
        }
    }

    pub(crate) fn add_to(&self, others: &mut Self) {
        self.plain.iter().for_each(|secret| keep(&mut others.plain, secret.expose_secret()));
        self.in_base64.iter().for_each(|secret| keep(&mut others.in_base64, secret.expose_secret()));
    }

    /// A text for people without them.
    pub fn hide(&self, text: &str) -> String {
        let hidden = self.hide_bytes(text.as_bytes().to_vec(), LEAST, LEAST);
        String::from_utf8(hidden).unwrap_or_default()
    }

    /// A body that tells of a failure, without them.
    pub(crate) fn hide_in_failure(&self, body: Vec<u8>) -> Vec<u8> {
        self.hide_bytes(body, LEAST, LEAST)
    }

    /// A body that holds data, without those that cannot be there by chance.
    pub(crate) fn hide_in_data(&self, body: Vec<u8>) -> Vec<u8> {
        self.hide_bytes(body, LEAST_IN_DATA, LEAST_IN_BASE64)
    }

    fn hide_bytes(&self, text: Vec<u8>, least: usize, in_base64: usize) -> Vec<u8> {
        let finder = Finder::new(long(&self.plain, least).chain(long(&self.in_base64, in_base64)));
        let Some(mut found) = finder.next(&text, 0) else { return text };
        let mut out = Vec::with_capacity(text.len());
        let mut done = 0;
        loop {
            out.extend_from_slice(&text[done..found.start]);
            out.extend_from_slice(HIDDEN.as_bytes());
            done = found.end;
            match finder.next(&text, done) {
                Some(next) => found = next,
                None => break,
            }
        }
        out.extend_from_slice(&text[done..]);
        out
    }
}

fn long(secrets: &[SecretString], least: usize) -> impl Iterator<Item = &[u8]> {
    secrets.iter().map(|secret| secret.expose_secret().as_bytes()).filter(move |secret| secret.len() >= least)
}

fn keep(secrets: &mut Vec<SecretString>, text: &str) {
    let known = secrets.iter().any(|one| one.expose_secret() == text);
    if text.len() >= LEAST && !known {
        secrets.push(SecretString::from(text));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secrets(all: &[&str]) -> Secrets {
        let mut secrets = Secrets::default();
        for secret in all {
            secrets.add(secret);
        }
        secrets
    }

    #[test]
    fn secrets_go_wherever_they_stand() {
        let secrets = secrets(&["Hunter2-hunter2", "short", "0123456789abcdefXYZ"]);
        assert_eq!(secrets.hide("a hunter2-HUNTER2, Hunter2-hunter2 b"), "a (secret), (secret) b");
        assert_eq!(secrets.hide("a short word"), "a short word");
        assert_eq!(secrets.hide(""), "");
        let data = |text: &str| String::from_utf8(secrets.hide_in_data(text.into())).unwrap();
        assert_eq!(data("hunter2-hunter2 0123456789abcdefxyz"), "hunter2-hunter2 (secret)");
        // Of `Hunter2-hunter2`, which is short enough to be a label.
        assert_eq!(data("SHVudGVyMi1odW50ZXIy"), "(secret)");
        assert!(!format!("{secrets:?}").contains("unter2"));
    }

    #[test]
    fn a_secret_that_begins_with_another_goes_whole() {
        assert_eq!(secrets(&["hunter2", "hunter2-and-more"]).hide("a hunter2-and-more b"), "a (secret) b");
        assert_eq!(
            secrets(&["hunter2-and-more", "hunter2"]).hide("hunter2 hunter2-and-more"),
            "(secret) (secret)"
        );
    }

    #[test]
    fn however_it_is_escaped_it_goes() {
        let secrets = secrets(&[r#"a"b\c/d&é+f g"#]);
        for spelled in [
            // As it is, in JSON, in the JSON of Go and of PHP, in JSON within JSON.
            r#"a"b\c/d&é+f g"#,
            r#"a\"b\\c/d&é+f g"#,
            r#"a\"b\\c/d\u0026é+f g"#,
            r#"a\"b\\c\/d&\u00e9+f g"#,
            r#"a\\\"b\\\\c/d\\u0026é+f g"#,
            // In a URL, in a form, in HTML.
            "a%22b%5Cc%2Fd%26%C3%A9%2Bf%20g",
            "a%22b%5cc/d%26%c3%a9%2bf+g",
            "a&quot;b\\c/d&amp;é+f g",
            "a&#34;b&#x5C;c&#47;d&#38;é&#43;f g",
            // Over two lines, and escaped so in JSON.
            "a\\\"b\\\\c\\r\\n/d&é+f g",
            "a\"b\\c\r\n/d&é+f\n g",
        ] {
            assert_eq!(secrets.hide(&format!("<{spelled}>")), "<(secret)>", "{spelled}");
        }
        // What looks like an escape may be a part of it.
        let odd = self::secrets(&["100%25\\\\u0041&amp;+\\\\"]);
        for spelled in [
            "100%25\\\\u0041&amp;+\\\\",
            "100%25\\\\\\\\u0041&amp;+\\\\\\\\",
            "100%2525%5C%5Cu0041%26amp;%2B%5C%5C",
        ] {
            assert_eq!(odd.hide(spelled), "(secret)", "{spelled}");
        }
        let slashes = "\\".repeat(30);
        let told = self::secrets(&[&format!("a{slashes}b")]).hide(&format!("a{}b", slashes.repeat(2)));
        assert_eq!(told, "(secret)");
        let near = r#"a"b\c/d&e+f g"#;
        assert_eq!(secrets.hide(near), near);
    }

    #[test]
    fn base64_of_it_goes_wherever_it_stands_in_what_was_encoded() {
        let mut secrets = secrets(&["Hunter2-hunter2~~~?"]);
        secrets.add_login("alice", "pa55>?");
        // Of `Hunter2-hunter2~~~?` alone, after one letter and after two, each with something behind it.
        for (spelled, left) in [
            ("SHVudGVyMi1odW50ZXIyfn5+Pw==", "(secret)=="),
            ("SHVudGVyMi1odW50ZXIyfn5-Pw", "(secret)"),
            ("eEh1bnRlcjItaHVudGVyMn5+fj94", "eE(secret)94"),
            ("eHhIdW50ZXIyLWh1bnRlcjJ+fn4/eA==", "eHh(secret)eA=="),
            ("SHVudGVyMi1odW50ZXIy\r\nfn5%2BPw", "(secret)"),
            // Of `alice:pa55>?`.
            ("Basic YWxpY2U6cGE1NT4/", "Basic (secret)"),
            ("YWxpY2U6cGE1NT4_", "(secret)"),
            ("YWxpY2U6cGE1NT4\\/", "(secret)"),
            // Of `Basic YWxpY2U6cGE1NT4/`.
            ("QmFzaWMgWVd4cFkyVTZjR0UxTlQ0Lw==", "QmFzaWMg(secret)=="),
        ] {
            assert_eq!(secrets.hide(spelled), left, "{spelled}");
        }
    }

    #[test]
    fn many_backslashes_and_line_ends_cost_no_time() {
        let secrets = secrets(&["Hunter2-hunter2~~~?"]);
        for piece in ["\\", "\\n", "%4", "&#", "h\n", "\\u00"] {
            let text = piece.repeat(100_000 / piece.len());
            assert_eq!(secrets.hide(&text), text);
        }
    }
}
