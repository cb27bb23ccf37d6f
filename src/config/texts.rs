//! The texts that findings point into: the configuration and the files of its catalogue.

use super::diagnostic::Diagnostic;
use super::document::Document;
use super::shown::clean;

#[derive(Clone, Debug, Default)]
pub struct Texts(Vec<Document>);

impl Texts {
    pub fn new(documents: impl IntoIterator<Item = Document>) -> Self {
        Self(documents.into_iter().collect())
    }

    /// The same and others.
    #[must_use]
    pub fn with(mut self, documents: impl IntoIterator<Item = Document>) -> Self {
        self.0.extend(documents);
        self
    }

    /// The text of the file that findings call `name`; empty for one that was not read.
    pub fn of(&self, name: &str) -> &str {
        self.0.iter().find(|document| clean(&document.name()) == name).map_or("", Document::text)
    }

    /// The finding with the lines that it is about.
    pub fn render(&self, finding: &Diagnostic, color: bool) -> String {
        finding.render(self.of(&finding.file), color)
    }
}
