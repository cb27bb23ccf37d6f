//! Everything that can happen.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::key::Key;
use crate::domain::journal;
use crate::domain::runbook::library::Library;
use crate::domain::slo::objective::Objective;
use crate::domain::snapshot::SourceReport;
use crate::domain::trace::{Exemplars, Found, Summaries};

#[derive(Clone, Debug)]
pub enum Message {
    Key(Key),
    /// Pasted text.
    Paste(String),
    /// Columns and rows.
    Resize(u16, u16),
    /// A second has passed.
    Tick(DateTime<Utc>),
    /// A backend's present report, by its place in the configuration.
    Report(usize, Arc<SourceReport>),
    /// The log as it is now, and what is wrong with it.
    Journal(Arc<journal::State>, Vec<String>),
    /// Why something could not be written to the log; empty when all is well again.
    Unwritten(String),
    /// Why the program's own log is not written; empty when all is well again.
    Unlogged(String),
    /// The runbooks as they are now, and what is wrong with them.
    Library(Arc<Library>, Vec<String>),
    /// The objectives as they are now, and what is wrong with the files they come from.
    Objectives(Arc<[Arc<Objective>]>, String),
    /// The answers to questions about traces, with their numbers.
    Trace(u64, Arc<Found>),
    Traces(u64, Arc<Summaries>),
    Exemplars(u64, Arc<Exemplars>),
    /// The terminal is ours again.
    Resumed,
    /// The system asks us to end.
    Terminate,
}
