//! What can go wrong between us and a backend, in classes and in sentences.

use serde::{Deserialize, Serialize};

use super::http::secrets::Secrets;

/// Each class has its own advice; texts never hold credentials.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum SourceError {
    #[error("connection refused by {address}: is it running, and is the port right?")]
    Refused { address: String },
    #[error("cannot find host {host}: check the name, or the DNS of this machine")]
    Dns { host: String },
    #[error("TLS with {address} failed: {reason}")]
    Tls { address: String, reason: String },
    #[error("{address} answered {status}: {advice}")]
    Denied { address: String, status: u16, advice: String },
    #[error("{address} answered 404 not found: is the path of the URL right?")]
    NotFound { address: String },
    #[error("query refused: {message}")]
    Query { message: String },
    #[error("{address} asks for fewer requests (429)")]
    RateLimited { address: String, retry_after: Option<u64> },
    #[error("{address} is in trouble: {status} {message}")]
    Server { address: String, status: u16, message: String, retry_after: Option<u64> },
    /// A server that breaks over one question and answers others; another address may not.
    #[error("{address} stumbles over what it is asked (500): has each function the arguments that it takes?")]
    Stumbled { address: String },
    #[error("no answer from {address} within {seconds} s: is it overloaded, or is the way to it cut?")]
    Timeout { address: String, seconds: u64 },
    #[error("{address} did not answer as expected: {what}")]
    BadAnswer { address: String, what: String },
    #[error("connection to {address} broke: {reason}")]
    Broken { address: String, reason: String },
    /// A token or password that a file, a variable or a command was to give.
    #[error("no credentials for {address}: {reason}")]
    Credentials { address: String, reason: String },
    /// A command that was to answer; `passing` says whether it may do so the next time.
    #[error("{program} {what}")]
    Command { program: String, what: String, passing: bool },
    /// Not asked: it failed too often, or asked to be left alone.
    #[error("{address} is {}{}", resting(*seconds), because(reason))]
    Resting { address: String, seconds: u64, reason: String },
    /// Not asked: there are more questions than may wait.
    #[error("{address} was not asked: newer questions took the place of this one")]
    Superseded { address: String },
    #[error("{address} sent more than {limit} series: narrow the expression, or raise `series` in `limits`")]
    TooManySeries { address: String, limit: usize },
    /// The expression counts nothing that can be used; concerns one objective.
    #[error("{0}")]
    Uncountable(String),
}

impl SourceError {
    /// Whether another attempt at the same question could be answered.
    pub fn may_pass(&self) -> bool {
        !matches!(
            self,
            Self::Query { .. }
                | Self::Denied { .. }
                | Self::NotFound { .. }
                | Self::TooManySeries { .. }
                | Self::Uncountable(_)
                | Self::Command { passing: false, .. }
        )
    }

    /// The same without `secrets` in any text that came from outside.
    pub(crate) fn without(mut self, secrets: &Secrets) -> Self {
        match &mut self {
            Self::Refused { address }
            | Self::RateLimited { address, .. }
            | Self::NotFound { address }
            | Self::Superseded { address }
            | Self::TooManySeries { address, .. }
            | Self::Stumbled { address }
            | Self::Timeout { address, .. } => *address = secrets.hide(address),
            Self::Dns { host } => *host = secrets.hide(host),
            Self::Query { message } | Self::Uncountable(message) => *message = secrets.hide(message),
            Self::Tls { address, reason: text }
            | Self::Denied { address, advice: text, .. }
            | Self::Server { address, message: text, .. }
            | Self::BadAnswer { address, what: text }
            | Self::Broken { address, reason: text }
            | Self::Credentials { address, reason: text }
            | Self::Resting { address, reason: text, .. } => {
                *address = secrets.hide(address);
                *text = secrets.hide(text);
            }
            Self::Command { what, .. } => *what = secrets.hide(what),
        }
        self
    }

    /// The class, as one word.
    pub fn class(&self) -> &'static str {
        match self {
            Self::Refused { .. } => "refused",
            Self::Dns { .. } => "dns",
            Self::Tls { .. } => "tls",
            Self::Denied { .. } => "denied",
            Self::NotFound { .. } => "not found",
            Self::Query { .. } => "query",
            Self::RateLimited { .. } => "rate limited",
            Self::Server { .. } => "server",
            Self::Stumbled { .. } => "stumbled",
            Self::Timeout { .. } => "timeout",
            Self::BadAnswer { .. } => "bad answer",
            Self::Broken { .. } => "broken",
            Self::Credentials { .. } => "credentials",
            Self::Command { .. } => "command",
            Self::Resting { .. } => "resting",
            Self::Superseded { .. } => "superseded",
            Self::TooManySeries { .. } => "too many series",
            Self::Uncountable(_) => "uncountable",
        }
    }
}

/// Where a rest is over, one question goes before all others.
fn resting(seconds: u64) -> String {
    match seconds {
        0 => "being tried by another question".to_owned(),
        _ => format!("left alone for {seconds} s more"),
    }
}

fn because(reason: &str) -> String {
    if reason.is_empty() { String::new() } else { format!(": {reason}") }
}
