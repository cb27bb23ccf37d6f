//! Which version answers, and whether it has any metrics.

use super::Graphite;
use crate::source::http::text::plain;
use crate::source::prometheus::identify::is_refusal;
use crate::source::{Identity, SourceError, Toll};

const VERSION: &str = "/version";
/// Longest word that is taken over.
const WORD: usize = 60;

impl Graphite {
    /// What is not told is left out; an error means that nobody answers.
    pub(super) async fn introduce(&self) -> Result<Identity, SourceError> {
        let (mut identity, mut toll) = (Identity::default(), Toll::default());
        match self.link.page(VERSION, &mut toll).await {
            Ok(reply) => identity.version = version(&reply.body),
            Err(error) if is_refusal(&error) => {}
            Err(error) => return Err(error),
        }
        identity.product = identity.version.as_ref().map(|_| "Graphite".to_owned());
        match self.has_metrics(&mut toll).await {
            Ok(true) => {}
            Ok(false) => identity.doubts.push(
                "it knows no metrics at all, and says so to any question: does it read where carbon writes?"
                    .to_owned(),
            ),
            Err(error) if is_refusal(&error) => {}
            Err(error) => return Err(error),
        }
        identity.toll = toll;
        Ok(identity)
    }
}

/// Such as `1.1.8`; nothing else is one.
fn version(body: &[u8]) -> Option<String> {
    let said = String::from_utf8_lossy(&body[..body.len().min(4 * WORD)]);
    let said = said.trim().trim_matches('"');
    said.starts_with(|c: char| c.is_ascii_digit()).then(|| plain(said, WORD))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_no_version() {
        let of = |body: &str| version(body.as_bytes());
        assert_eq!(of("1.1.8\n"), Some("1.1.8".to_owned()));
        assert_eq!(of("\"1.2\u{1b}[2J\""), Some("1.2".to_owned()));
        assert_eq!((of("<html>"), of("")), (None, None));
        assert_eq!(of(&"1".repeat(500)).unwrap().chars().count(), WORD + 1);
    }
}
