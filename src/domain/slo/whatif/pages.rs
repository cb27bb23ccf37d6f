//! When an objective would have paged: its page tiers, judged again at the instants of the past.

use crate::domain::slo::burn;
use crate::domain::slo::grid::floor;
use crate::domain::slo::ledger::Ledger;
use crate::domain::slo::objective::Objective;
use crate::domain::slo::span::Span;
use crate::domain::slo::tier::{Severity, Tier};
use crate::domain::slo::window::Window;

/// The stretches of `(from, to]` in which a page tier was firing, judged every `step` seconds on the grid of that
/// step, and at `to`. `ledger` is what burn rates are taken from. A stretch begins at the first instant that fires and
/// ends at the first one that does not.
pub fn pages(objective: &Objective, ledger: &Ledger, from: i64, to: i64, step: i64) -> Vec<Span> {
    let mut pagers: Vec<Pager<'_>> = objective
        .tiers
        .iter()
        .filter(|tier| tier.severity == Severity::Page && tier.can_fire(objective.target))
        .map(|tier| Pager { tier, since: None })
        .collect();
    let mut spans: Vec<Span> = Vec::new();
    let mut firing = false;
    if pagers.is_empty() || step <= 0 {
        return spans;
    }
    let first = floor(from, step) + step;
    let on_grid = (first..=to).step_by(step as usize);
    let last = Some(to).filter(|to| floor(*to, step) != *to && *to > from);
    for at in on_grid.chain(last) {
        // Every tier is asked, because each has a wait of its own.
        let firing_now = pagers.iter_mut().map(|pager| pager.fires(objective, ledger, at));
        let fires = firing_now.filter(|fires| *fires).count() > 0;
        match spans.last_mut().filter(|_| firing) {
            Some(span) => span.to = at,
            None if fires => spans.push(Span { from: at, to: at }),
            None => {}
        }
        firing = fires;
    }
    spans
}

struct Pager<'t> {
    tier: &'t Tier,
    /// Since when both windows burn.
    since: Option<i64>,
}

impl Pager<'_> {
    fn fires(&mut self, objective: &Objective, ledger: &Ledger, at: i64) -> bool {
        let burns = |window: Window| {
            let rate = ledger.read(at, window).and_then(|read| burn::rate(read.tally, objective.target));
            rate.is_some_and(|rate| self.tier.comparison.holds(rate, self.tier.factor))
        };
        if !(burns(self.tier.long) && burns(self.tier.short)) {
            self.since = None;
            return false;
        }
        let since = *self.since.get_or_insert(at);
        at - since >= self.tier.wait.map_or(0, Window::as_seconds)
    }
}
