//! Everything the program may ask of the world.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::domain::journal::Intent;
use crate::domain::slo::correction::Correction;
use crate::domain::slo::objective::Objective;
use crate::domain::trace::{ExemplarsAsk, RecentAsk, TraceId};

#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Ask every backend now.
    PollNow,
    /// Judge by these maintenance windows of the log from now on.
    Correct(Arc<[Correction]>),
    /// Write this to the log if it still stands; the instant is when it happened, where that is not now.
    Write(Box<Intent>, Option<DateTime<Utc>>),
    /// Ask for these objectives from now on, each of its own backend.
    Watch(Arc<[Arc<Objective>]>),
    /// Look for this trace; the number comes back with the answer, and a newer question replaces it.
    FetchTrace(u64, TraceId),
    /// List the recent traces of a service; likewise.
    FetchTraces(u64, RecentAsk),
    /// Tell the exemplars of a service's latency; likewise.
    FetchExemplars(u64, ExemplarsAsk),
    /// Put this into the clipboard, where the terminal lets us.
    Copy(String),
    /// Draw every cell again.
    Repaint,
    /// Give the terminal back until the shell says `fg`.
    Suspend,
    Quit,
}
