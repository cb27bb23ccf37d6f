//! Facts and calculations. Nothing here reads a clock, a file or a socket.

pub mod composed;
pub mod feed;
pub mod health;
pub mod incident;
pub mod journal;
pub mod judge;
pub mod oncall;
pub mod path;
pub mod promql;
pub mod quantity;
pub mod runbook;
pub mod series;
pub mod ship;
pub mod signal;
pub mod slo;
pub mod snapshot;
pub mod statusline;
pub mod trace;
pub mod verdict;
