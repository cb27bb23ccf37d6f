//! Our figures against a real Prometheus with 35 days of history, and against the counted truth.
//!
//! Needs `prometheus` and `promtool`; `./tests/run` installs them.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may fail where it stands")]
#![expect(clippy::print_stdout, reason = "what was measured is shown with --nocapture")]

mod accuracy;
mod catalogue;
mod desk;
mod fixture;
mod gauges;
mod groups;
mod kinds;
mod native;
mod pager;
mod proxy;
mod range;
mod rules;
mod server;
mod services;
mod steady;
#[path = "../support/tiers.rs"]
mod tiers;
mod truth;
mod web;
