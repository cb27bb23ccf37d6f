//! The Prometheus source against a made-up server: every shape, status and failure.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on should stop here")]

mod answers;
mod auth;
mod batches;
mod dialects;
mod discover;
mod exemplars;
mod failures;
mod groups;
mod kit;
mod namesakes;
mod pager;
mod settings;
mod signals;
