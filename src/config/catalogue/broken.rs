//! Whose a broken file is: what it would have said of a service is not known.

use std::path::Path;

use super::load::Catalogue;
use crate::config::code;
use crate::config::diagnostic::Diagnostic;
use crate::config::shown::clean;

impl Catalogue {
    /// The first error in a file that names `service` in its text or its own name. Where an SLO is defined twice, the
    /// first definition counts and nothing is missing.
    pub fn broken_for(&self, service: &str) -> Option<&Diagnostic> {
        let errors =
            self.findings.iter().filter(|finding| finding.is_error() && finding.code != code::DUPLICATE);
        errors.into_iter().find(|finding| self.names(&finding.file, service))
    }

    fn names(&self, file: &str, service: &str) -> bool {
        let in_name = |c: char| c.is_alphanumeric();
        let in_text = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
        let document = self.documents.iter().find(|document| clean(&document.name()) == file);
        let of_catalogue = document.is_some() || Path::new(file).extension().is_none_or(|end| end != "toml");
        let name = Path::new(file).file_stem().map(|name| name.to_string_lossy().to_lowercase());
        let by_name = name.is_some_and(|name| holds(&name, &service.to_lowercase(), in_name));
        of_catalogue && (by_name || document.is_some_and(|document| holds(document.text(), service, in_text)))
    }
}

/// Whether `text` has `word` with no more of it before and behind.
fn holds(text: &str, word: &str, is_word: fn(char) -> bool) -> bool {
    let ends = |at: usize| {
        let (before, behind) = (text[..at].chars().next_back(), text[at + word.len()..].chars().next());
        !before.is_some_and(is_word) && !behind.is_some_and(is_word)
    };
    !word.is_empty() && text.match_indices(word).any(|(at, _)| ends(at))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::document::Document;

    fn catalogue(file: &str, text: Option<&str>, code: &'static str) -> Catalogue {
        let documents = text.map(|text| Document::new(Some(file.into()), text)).into_iter().collect();
        let findings = vec![Diagnostic::of_file(code, file, "broken")];
        Catalogue { findings, documents, ..Catalogue::default() }
    }

    #[test]
    fn a_file_is_of_the_services_that_it_names() {
        let broken = |file: &str, text: Option<&str>, service: &str| {
            catalogue(file, text, code::SYNTAX).broken_for(service).is_some()
        };
        let text = Some("apiVersion: x\nservice: [shop\nmetric: up{job=\"pay\"}\n# the pay-later team\n");
        for (service, wanted) in [
            ("shop", true),
            ("pay", true),
            ("pay-later", true),
            ("api", false),
            ("later", false),
            ("", false),
        ] {
            assert_eq!(broken("slo/a.yaml", text, service), wanted, "{service}");
        }
        assert!(broken("slo/Shop-errors.yaml", None, "shop"), "one that cannot be read has a name");
        assert!(!broken("shop/workshop.yaml", None, "shop"));
        assert!(!broken("shop.toml", None, "shop"), "the configuration itself");
        assert!(catalogue("shop.yaml", None, code::DUPLICATE).broken_for("shop").is_none());
    }
}
