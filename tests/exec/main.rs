//! Commands as a backend: the contract with them, what goes wrong, and the recipes for services.

#![cfg(unix)]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may fail where it stands")]

mod contract;
mod desk;
mod faults;
mod kit;
#[path = "../support/program.rs"]
mod program;
mod recipes;
mod trial;
