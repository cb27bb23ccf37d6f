//! A person who can be on call.

use chrono_tz::Tz;

/// The id a person has in the configuration and in the log.
pub type PersonId = String;

/// Somebody who can be on call. Name and contact are kept as typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    pub id: PersonId,
    pub name: String,
    pub timezone: Option<Tz>,
    pub contact: Option<String>,
}

impl Person {
    /// A person of whom only the id is known; the name is the id.
    pub fn new(id: &str) -> Self {
        Self { id: id.to_owned(), name: id.to_owned(), timezone: None, contact: None }
    }
}
