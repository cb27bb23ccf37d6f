//! What a backend says that it is: told to people, and never used to decide what it can do.

use super::Toll;

/// All of it is outside text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Identity {
    pub product: Option<String>,
    pub version: Option<String>,
    /// Anything else worth knowing, by its name.
    pub facts: Vec<(String, String)>,
    /// Answers that look as if all were fine and are not, in sentences.
    pub doubts: Vec<String>,
    pub toll: Toll,
}

impl Identity {
    pub fn fact(&mut self, name: &str, value: impl Into<String>) {
        self.facts.push((name.to_owned(), value.into()));
    }
}
