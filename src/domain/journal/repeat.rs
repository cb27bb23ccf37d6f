//! Maintenance of the log that comes back: what was written, as a recurrence.

use chrono::{DateTime, Utc};

use super::payload::{MaintenanceAdded, Repeat};
use crate::domain::oncall::civil;
use crate::domain::slo::calendar::Span;
use crate::domain::slo::correction::{LONGEST, Length, Recurrence, Rule};

impl MaintenanceAdded {
    /// The recurrence that is written, with `from` to `to` as its first occurrence, or why it is none. `None` where
    /// it does not come back.
    pub fn recurrence(&self) -> Option<Result<Recurrence, String>> {
        Some(self.repeat.as_ref()?.from_first(self.from, self.to))
    }

    /// The same with `from` and `to` at the first occurrence of its rule, which may be later than what was typed.
    /// `None` where there is none in ten years.
    pub fn at_first_occurrence(self) -> Option<Self> {
        let Some(Ok(recurrence)) = self.recurrence() else { return Some(self) };
        let Span { from, to } = recurrence.next(self.from.timestamp())?;
        Some(Self { from: DateTime::from_timestamp(from, 0)?, to: DateTime::from_timestamp(to, 0)?, ..self })
    }
}

impl Repeat {
    /// The recurrence that begins with the first that the rule allows, no earlier than `from`.
    fn from_first(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> Result<Recurrence, String> {
        let zone = civil::zone(&self.zone).map_err(|problem| problem.to_string())?;
        let rule = Rule::parse(&self.rule, zone).map_err(|error| error.to_string())?;
        let elapsed = (to - from).num_seconds();
        if !(1..=LONGEST.as_seconds()).contains(&elapsed) {
            return Err(format!("a window that comes back lasts a second or more, and {LONGEST} at most"));
        }
        let first = civil::local(zone, from);
        let length = match self.civil {
            true => Length::Civil((civil::local(zone, to) - first).num_seconds()),
            false => Length::Elapsed(elapsed),
        };
        Ok(Recurrence { zone, first, length, rule, end: None })
    }
}
