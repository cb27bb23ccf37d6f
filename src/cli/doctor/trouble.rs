//! What is wrong with a backend, and what to do.

use crate::source::SourceError;

/// What was wrong, as a class and a sentence.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Trouble {
    pub(super) class: &'static str,
    pub(super) text: String,
    pub(super) advice: Option<&'static str>,
}

impl Trouble {
    pub(super) fn of(error: &SourceError) -> Self {
        Self { class: error.class(), text: error.to_string(), advice: advice(error) }
    }
}

/// What to do, where the sentence does not say it itself.
fn advice(error: &SourceError) -> Option<&'static str> {
    Some(match error {
        SourceError::Timeout { .. } => {
            "ask it by hand, as with curl; a firewall that drops packets looks the same as a server that is \
             overloaded; `timeout` may be raised"
        }
        SourceError::Broken { .. } => "look at the log of the server, and of the proxy before it",
        SourceError::RateLimited { .. } => "raise `refresh`, or lower `rate` in `limits`",
        SourceError::Server { .. } => "look at the log of the server",
        SourceError::Tls { .. } => "look at its certificate: openssl s_client -connect HOST:PORT -showcerts",
        SourceError::Credentials { .. } => {
            "the way to them is in `bearer_…`, `basic` or `headers` of this backend"
        }
        _ => return None,
    })
}
