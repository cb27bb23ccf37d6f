//! A stretch of time, and how the cells of a ledger see it.

use super::grid::{ceil, floor};
use super::ledger::{HOUR, Ledger, MIDDLE_SPAN, MINUTE, Reading};
use super::window::Window;

/// `(from, to]` in Unix seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    pub from: i64,
    pub to: i64,
}

impl Span {
    /// Up to the last whole minute, from the whole hour at or before `from`, where the ledger's oldest cells have
    /// their edges. `None` when nothing lies between.
    pub fn readable(from: i64, to: i64) -> Option<Self> {
        let span = Self { from: floor(from, HOUR), to: floor(to, MINUTE) };
        (span.from < span.to).then_some(span)
    }

    pub fn length(self) -> Window {
        Window::seconds(self.to - self.from)
    }

    /// The part of it in `within`, rounded outwards to whole minutes.
    pub fn part(self, within: Self) -> Option<Self> {
        let from = floor(self.from, MINUTE).max(within.from);
        let to = ceil(self.to, MINUTE).min(within.to);
        (from < to).then_some(Self { from, to })
    }

    /// Rounded outwards to whole hours at edges for which a ledger, seen from `now`, keeps whole hours only. What was
    /// bad in the hours of a short incident then is its own, though the hour does not tell in which minutes it was.
    #[must_use]
    pub fn in_cells(self, now: i64) -> Self {
        let old = |at: i64| at < now - MIDDLE_SPAN;
        let from = if old(self.from) { floor(self.from, HOUR) } else { self.from };
        let to = if old(self.to) { ceil(self.to, HOUR) } else { self.to };
        Self { from, to }
    }

    /// The events of it. `None` when it is shorter than a cell.
    pub fn read(self, ledger: &Ledger) -> Option<Reading> {
        ledger.read(self.to, self.length())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A whole hour.
    const NOW: i64 = 1_768_903_200;
    const DAY: i64 = 86_400;

    fn span(from: i64, to: i64) -> Span {
        Span { from, to }
    }

    #[test]
    fn what_is_readable_begins_on_the_hour_and_ends_on_the_minute() {
        assert_eq!(Span::readable(NOW - 1, NOW + 59), Some(span(NOW - HOUR, NOW)));
        assert_eq!(Span::readable(NOW, NOW), None);
    }

    #[test]
    fn parts_are_in_whole_minutes() {
        let week = span(NOW - 7 * DAY, NOW);
        assert_eq!(span(NOW - 90, NOW - 1).part(week), Some(span(NOW - 120, NOW)));
        assert_eq!(span(NOW - 9 * DAY, NOW - 8 * DAY).part(week), None);
    }

    #[test]
    fn old_edges_are_rounded_outwards_to_the_hour() {
        let old = NOW - 5 * DAY;
        assert_eq!(span(old + 60, old + 600).in_cells(NOW), span(old, old + HOUR));
        assert_eq!(span(old, old + HOUR).in_cells(NOW), span(old, old + HOUR));
        assert_eq!(span(old + 60, NOW - 60).in_cells(NOW), span(old, NOW - 60));
    }
}
