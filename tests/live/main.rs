//! Our figures against a real Prometheus with 35 days of history, and against the counted truth.
//!
//! Needs `prometheus`, `promtool`, `nginx` and `openssl`; `./tests/run` installs them.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may fail where it stands")]
#![expect(clippy::print_stdout, reason = "what was measured is shown with --nocapture")]

mod accuracy;
mod catalogue;
mod desk;
mod discover;
mod doors;
mod fixture;
mod found;
mod gauges;
mod groups;
mod kinds;
mod native;
mod nginx;
mod pager;
#[path = "../support/program.rs"]
#[expect(dead_code, reason = "the instant of fixed pictures is not needed here")]
mod program;
mod proxy;
mod rules;
mod sampled;
mod scraped;
#[path = "../scrape/kit.rs"]
#[expect(dead_code, reason = "what the tests of scraping themselves need")]
mod scraping;
mod server;
mod services;
mod steady;
mod stores;
#[path = "../support/tiers.rs"]
mod tiers;
mod truth;
mod web;
mod zero;
