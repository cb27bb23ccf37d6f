//! Facts and calculations. Nothing here reads a clock, a file or a socket.

pub mod incident;
pub mod journal;
pub mod oncall;
pub mod runbook;
pub mod text;
