//! The built program as a command: words, exit codes, and what comes out.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may fail where it stands")]

mod backends;
mod can_ship;
mod config;
mod discovered;
mod doctor;
mod explain;
mod floods;
mod groups;
mod import;
mod json;
mod kit;
mod lints;
mod maintenance;
mod places;
#[path = "../support/program.rs"]
mod program;
mod replay;
mod rules;
mod show;
mod stores;
mod traces;
mod words;
