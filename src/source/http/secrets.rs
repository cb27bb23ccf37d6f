//! What we send and nobody may read here: taken out of everything that comes back.

use secrecy::{ExposeSecret, SecretString};

/// Stands where a secret was.
const HIDDEN: &str = "(secret)";
/// Shorter values are words, and hiding them would make sentences unreadable.
const LEAST: usize = 6;
/// In an answer's data shorter ones stay: a label may be the same by chance, and must be counted as it is.
const LEAST_IN_DATA: usize = 16;

#[derive(Clone, Debug, Default)]
pub struct Secrets(Vec<SecretString>);

impl Secrets {
    pub(crate) fn add(&mut self, secret: &str) {
        let known = self.0.iter().any(|one| one.expose_secret() == secret);
        if secret.len() >= LEAST && !known {
            self.0.push(SecretString::from(secret));
        }
    }

    pub(crate) fn add_to(&self, others: &mut Self) {
        self.0.iter().for_each(|secret| others.add(secret.expose_secret()));
    }

    /// A text for people without them.
    pub fn hide(&self, text: &str) -> String {
        let hidden = self.hide_bytes(text.as_bytes().to_vec(), LEAST);
        String::from_utf8(hidden).unwrap_or_default()
    }

    /// A body that tells of a failure, without them.
    pub(crate) fn hide_in_failure(&self, body: Vec<u8>) -> Vec<u8> {
        self.hide_bytes(body, LEAST)
    }

    /// A body that holds data, without those that cannot be there by chance.
    pub(crate) fn hide_in_data(&self, body: Vec<u8>) -> Vec<u8> {
        self.hide_bytes(body, LEAST_IN_DATA)
    }

    fn hide_bytes(&self, mut text: Vec<u8>, least: usize) -> Vec<u8> {
        let long = self.0.iter().map(ExposeSecret::expose_secret).filter(|secret| secret.len() >= least);
        for secret in long {
            if let Some(first) = find(&text, secret.as_bytes()) {
                text = without(&text, secret.as_bytes(), first);
            }
        }
        text
    }
}

/// Whatever the case: hosts are told in small letters.
fn find(text: &[u8], secret: &[u8]) -> Option<usize> {
    let first = secret.first()?;
    let ends = text.len().checked_sub(secret.len())?;
    (0..=ends).find(|at| {
        text[*at].eq_ignore_ascii_case(first) && text[*at..*at + secret.len()].eq_ignore_ascii_case(secret)
    })
}

fn without(text: &[u8], secret: &[u8], first: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let (mut rest, mut next) = (text, Some(first));
    while let Some(at) = next {
        out.extend_from_slice(&rest[..at]);
        out.extend_from_slice(HIDDEN.as_bytes());
        rest = &rest[at + secret.len()..];
        next = find(rest, secret);
    }
    out.extend_from_slice(rest);
    out
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
        assert!(!format!("{secrets:?}").contains("unter2"));
    }
}
