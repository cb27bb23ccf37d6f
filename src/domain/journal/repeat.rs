//! Maintenance of the log that comes back: what was written, as a recurrence.

use chrono::{DateTime, Utc};

use super::payload::{MaintenanceAdded, Repeat};
use crate::domain::oncall::civil;
use crate::domain::slo::correction::{LONGEST, Length, Recurrence, Rule};
use crate::domain::slo::span::Span;

impl MaintenanceAdded {
    /// The recurrence that is written, with `from` to `to` as its first occurrence, or why it is none. `None` where
    /// it does not come back.
    pub fn recurrence(&self) -> Option<Result<Recurrence, String>> {
        Some(self.repeat.as_ref()?.recurrence(self.from, self.to))
    }

    /// The same with `from` and `to` at the first occurrence of its rule, which may be later than what was typed; not
    /// where the clocks change in that one, which is then no measure for the others. `None` where there is none in ten
    /// years.
    pub fn at_first_occurrence(self) -> Option<Self> {
        let Some(Ok(recurrence)) = self.recurrence() else { return Some(self) };
        let Span { from, to } = recurrence.next(self.from.timestamp())?;
        let (from, to) = (DateTime::from_timestamp(from, 0)?, DateTime::from_timestamp(to, 0)?);
        let first = Self { from, to, ..self.clone() };
        let alike =
            |one: &Recurrence| one.first.time() == recurrence.first.time() && one.length == recurrence.length;
        Some(if first.recurrence()?.is_ok_and(|one| alike(&one)) { first } else { self })
    }
}

impl Repeat {
    /// The recurrence that begins with the first that the rule allows, no earlier than `from`.
    fn recurrence(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> Result<Recurrence, String> {
        let zone = civil::zone(&self.zone).map_err(|problem| problem.to_string())?;
        let rule = Rule::parse(&self.rule, zone).map_err(|error| error.to_string())?;
        let elapsed = (to - from).num_seconds();
        if !(1..=LONGEST.as_seconds()).contains(&elapsed) {
            return Err(format!("a window that comes back lasts a second or more, and {LONGEST} at most"));
        }
        let first = civil::local(zone, from);
        let length = if self.civil {
            Length::Civil((civil::local(zone, to) - first).num_seconds())
        } else {
            Length::Elapsed(elapsed)
        };
        Ok(Recurrence { zone, first, length, rule, end: None })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The clocks of Zurich go from 02:00 to 03:00 on 30 March 2031, a Sunday.
    #[test]
    fn a_night_without_its_hour_does_not_move_the_others() {
        let typed = |from: &str, to: &str| MaintenanceAdded {
            services: Vec::new(),
            slos: Vec::new(),
            from: from.parse().unwrap(),
            to: to.parse().unwrap(),
            text: "patch".to_owned(),
            estimate: None,
            excluded: false,
            reason: None,
            repeat: Some(Repeat {
                rule: "FREQ=WEEKLY;BYDAY=SU".to_owned(),
                zone: "Europe/Zurich".to_owned(),
                civil: true,
            }),
        };
        let begins = |window: MaintenanceAdded| -> Vec<String> {
            let recurrence = window.at_first_occurrence().unwrap().recurrence().unwrap().unwrap();
            let spans = recurrence.between(Span { from: 0, to: i64::MAX / 2 }, 3);
            let text = |unix| DateTime::from_timestamp(unix, 0).unwrap().format("%m-%d %H:%M").to_string();
            spans.iter().map(|span| format!("{} {}", text(span.from), text(span.to))).collect()
        };
        // From half past two to four: on the Wednesdays before, an hour and a half.
        let skipped = typed("2031-03-26T01:30:00Z", "2031-03-26T03:00:00Z");
        assert_eq!(
            begins(skipped),
            ["03-30 01:00 03-30 02:00", "04-06 00:30 04-06 02:00", "04-13 00:30 04-13 02:00"]
        );
        let plain = typed("2031-03-19T01:30:00Z", "2031-03-19T03:00:00Z");
        let first = plain.clone().at_first_occurrence().unwrap();
        assert_eq!(first.from.to_rfc3339(), "2031-03-23T01:30:00+00:00");
        assert_eq!(
            begins(plain),
            ["03-23 01:30 03-23 03:00", "03-30 01:00 03-30 02:00", "04-06 00:30 04-06 02:00"]
        );
    }
}
