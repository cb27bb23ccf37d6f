//! Corrections: maintenance windows, once or again and again, and what a budget is without them.

mod apply;
mod recurrence;
mod rule;

use super::objective::Objective;
use super::span::Span;
use super::window::Window;

pub use apply::{Applied, Corrected, Raw, apply, without};
pub use recurrence::{Length, Recurrence};
pub use rule::{Day, Frequency, Rule, RuleError};

/// A maintenance window as it is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Correction {
    pub title: String,
    pub when: When,
    /// Names; with no service and no SLO it concerns everything.
    pub services: Vec<String>,
    /// Ids; that of a group means all of its children.
    pub slos: Vec<String>,
    /// The budget leaves out what happened in it. Otherwise it counts like all else.
    pub excluded: bool,
    pub reason: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum When {
    Once(Span),
    Again(Recurrence),
}

/// A year and a day: no maintenance takes longer.
pub const LONGEST: Window = Window::days(366);
/// Occurrences looked at, at most: two years of days.
const MOST: usize = 800;

impl Correction {
    pub fn concerns(&self, objective: &Objective) -> bool {
        let everything = self.services.is_empty() && self.slos.is_empty();
        everything
            || self.services.contains(&objective.service)
            || self.slos.iter().any(|id| objective.is_named(id))
    }

    /// The parts of its occurrences in `within`, oldest first, rounded outwards to whole minutes.
    pub fn spans(&self, within: Span) -> Vec<Span> {
        let found = match &self.when {
            When::Once(span) => vec![*span],
            When::Again(recurrence) => recurrence.between(within, MOST),
        };
        found.into_iter().filter_map(|span| span.part(within)).collect()
    }
}

/// The same time without overlaps, oldest first.
pub fn merged(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_by_key(|span| span.from);
    let mut merged: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans {
        match merged.last_mut() {
            Some(last) if span.from <= last.to => last.to = last.to.max(span.to),
            _ => merged.push(span),
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_clipped_to_whole_minutes_and_merged() {
        let once = |from, to| Correction {
            title: String::new(),
            when: When::Once(Span { from, to }),
            services: Vec::new(),
            slos: Vec::new(),
            excluded: true,
            reason: None,
        };
        let within = Span { from: 0, to: 6000 };
        assert_eq!(once(61, 119).spans(within), [Span { from: 60, to: 120 }]);
        assert_eq!(once(-500, 9000).spans(within), [within]);
        assert_eq!(once(6000, 9000).spans(within), []);
        assert_eq!(once(i64::MIN + 60, i64::MAX).spans(within), [within]);
        let span = |from, to| Span { from, to };
        let all = vec![span(300, 400), span(0, 100), span(50, 60), span(100, 120)];
        assert_eq!(merged(all), [span(0, 120), span(300, 400)]);
    }
}
