//! Traffic written as consecutive pieces of constant rate, and the ledger that a backend would fill from it.

use std::sync::Arc;

use burnwatch::domain::slo::ledger::{BASE, FINE_SPAN, HOUR, Ledger, MIDDLE_SPAN, MINUTE, Resolution};
use burnwatch::domain::slo::objective::Objective;
use burnwatch::domain::slo::sli::{Events, Side, Sli};
use burnwatch::domain::slo::tally::Tally;
use burnwatch::domain::slo::target::Target;
use burnwatch::domain::slo::window::Window;
use serde::Deserialize;

use crate::figure::window;

/// What a backend said: cells by their ends, and how far was asked.
pub(crate) type Answer = (Resolution, Vec<(i64, Tally)>, i64);

/// A whole hour.
pub(crate) const NOW: i64 = 1_768_903_200;

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Piece {
    #[serde(rename = "for")]
    pub(crate) span: String,
    #[serde(default)]
    pub(crate) per_second: f64,
    /// Share of bad events.
    #[serde(default)]
    pub(crate) bad: f64,
    /// Nothing is known of this time.
    #[serde(default)]
    pub(crate) gap: bool,
}

/// Pieces with their ends, the last of which ends at `end`.
pub(crate) struct Flow {
    pieces: Vec<(i64, i64, Option<Tally>)>,
}

impl Flow {
    /// Oldest piece first.
    pub(crate) fn ending_at(end: i64, pieces: &[Piece]) -> Self {
        let mut to = end;
        let mut found = Vec::new();
        for piece in pieces.iter().rev() {
            let from = to - window(&piece.span).as_seconds();
            let rate = Tally::new(piece.per_second * piece.bad, piece.per_second);
            found.push((from, to, (!piece.gap).then_some(rate)));
            to = from;
        }
        Self { pieces: found }
    }

    /// Events of `(from, to]`; `None` when any of it is unknown.
    pub(crate) fn count(&self, from: i64, to: i64) -> Option<Tally> {
        let (mut known, mut sum) = (0, Tally::ZERO);
        for (start, end, rate) in &self.pieces {
            let seconds = to.min(*end) - from.max(*start);
            if seconds > 0 {
                sum += (*rate)? * seconds as f64;
                known += seconds;
            }
        }
        (known == to - from).then_some(sum)
    }

    /// The answers of a cold start at `now`: what to record, and the end of what was asked.
    pub(crate) fn answers(&self, now: i64, slo: Window) -> Vec<Answer> {
        let hours = 2 * slo.as_seconds();
        let base = BASE.as_seconds();
        [
            (Resolution::Fine, MINUTE, base, FINE_SPAN),
            (Resolution::Middle, base, base, MIDDLE_SPAN + HOUR),
            (Resolution::Hours, HOUR, HOUR, hours),
        ]
        .map(|(resolution, step, width, span)| {
            let last = now - now.rem_euclid(step);
            let ends = (0..=span / step).rev().map(|i| last - i * step);
            let cells = ends.filter_map(|end| Some((end, self.count(end - width, end)?))).collect();
            (resolution, cells, last)
        })
        .to_vec()
    }

    /// A ledger that was asked for every cell of `width`, each put through `weigh`; hours are sums of them.
    pub(crate) fn cells(
        &self,
        width: Window,
        now: i64,
        reach: Window,
        weigh: impl Fn(Tally) -> Tally,
    ) -> Ledger {
        let mut ledger = Ledger::of_cells(width, reach);
        let seconds = width.as_seconds();
        let at = |step: i64, span: i64| -> Vec<(i64, Tally)> {
            let last = now - now.rem_euclid(step);
            let ends = (0..=span / step).rev().map(|i| last - i * step);
            ends.filter_map(|end| Some((end, weigh(self.count(end - seconds, end)?)))).collect()
        };
        let span = 2 * reach.as_seconds();
        ledger.record_cells(&at(seconds, span), now - span, now);
        ledger.record(Resolution::Fine, &at(MINUTE, FINE_SPAN), now - now.rem_euclid(MINUTE));
        ledger.bad_since = ledger.oldest();
        ledger
    }

    pub(crate) fn ledger(&self, now: i64, slo: Window) -> Ledger {
        let mut ledger = Ledger::new(BASE, slo);
        for (resolution, cells, to) in self.answers(now, slo) {
            ledger.record(resolution, &cells, to);
        }
        ledger.bad_since = ledger.oldest();
        ledger
    }
}

pub(crate) fn objective(target: Target, slo: Window) -> Arc<Objective> {
    let sli = Sli::Events(Events { side: Side::Bad, part: "bad".into(), total: "all".into() });
    Arc::new(Objective::new("checkout", "availability", "main", sli, target, slo))
}
