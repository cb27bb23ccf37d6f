//! Generated rules under Prometheus's own tools: what they accept, when the alerts fire, and that they fire at the
//! minutes at which those of Sloth and Pyrra do.
//!
//! Needs `prometheus` and `promtool`; `./tests/run` installs them.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may fail where it stands")]
#![expect(clippy::print_stdout, reason = "what was measured is shown with --nocapture")]

mod accepted;
mod fired;
#[path = "../live/fixture.rs"]
mod fixture;
mod history;
#[path = "../support/http.rs"]
mod http;
mod promtool;
#[path = "../live/server.rs"]
mod server;
mod services;
mod subject;
mod theirs;
#[path = "../live/truth.rs"]
mod truth;
