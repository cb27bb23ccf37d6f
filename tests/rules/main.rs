//! Generated rules under Prometheus's own tool: what it accepts, and when the alerts fire.
//!
//! Needs `promtool`; `./tests/run` installs it. `tests/live` compares the alerts with those of Sloth and Pyrra.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may fail where it stands")]

mod accepted;
mod fired;
mod grouped;
mod promtool;
#[path = "../support/tiers.rs"]
mod tiers;
