//! Two ledgers of the same events, each of which was not always there: what one misses the other may know.

use super::{Grid, Ledger};
use crate::domain::slo::tally::Tally;

impl Ledger {
    /// Fills its gaps with what `other` knows. Where both know a cell its own stands; of two hours that which saw more,
    /// as both are sums of what was seen of it. Nothing is taken from a ledger with other cells.
    pub fn fill(&mut self, other: &Self) {
        if self.base != other.base || self.in_cells != other.in_cells {
            return;
        }
        take(&mut self.fine, &other.fine, |_, _| false);
        let cells = take(&mut self.middle, &other.middle, |_, _| false);
        take(&mut self.hours, &other.hours, |own, other| other.total > own.total);
        self.complete_hours(&cells);
        self.bad_since = self.bad_since.into_iter().chain(other.bad_since).min();
        self.dropped = self.dropped.max(other.dropped);
    }
}

/// Takes over the cells that `other` knows and `own` does not, or not so well; tells which.
fn take(own: &mut Grid, other: &Grid, is_better: impl Fn(Tally, Tally) -> bool) -> Vec<(i64, Tally)> {
    let known = other.iter().filter_map(|(end, cell)| Some((end, cell?)));
    let cells: Vec<_> =
        known.filter(|(end, cell)| own.at(*end).is_none_or(|own| is_better(own, *cell))).collect();
    if let Some((newest, _)) = cells.last() {
        own.record(&cells, own.last().map_or(*newest, |last| last.max(*newest)));
    }
    cells
}

#[cfg(test)]
mod tests {
    use super::super::{BASE, Resolution};
    use super::*;
    use crate::domain::slo::window::Window;

    const HOUR: i64 = 1_768_903_200;

    /// Five events in each cell that ends at these minutes of the hour, of which `bad` are bad.
    fn of(minutes: impl Iterator<Item = i64>, bad: f64) -> Ledger {
        let mut ledger = Ledger::new(BASE, Window::days(30));
        for minute in minutes {
            let end = HOUR + minute * 60;
            ledger.record(Resolution::Fine, &[(end, Tally::new(bad, 5.0))], end);
        }
        ledger
    }

    #[test]
    fn gaps_are_filled_and_what_is_known_stands() {
        let (mut own, other) = (of((5..=20).chain(40..=45), 0.0), of(15..=50, 1.0));
        own.fill(&other);
        let known = |minute: i64| own.grid(Resolution::Fine).at(HOUR + minute * 60).map(|cell| cell.bad);
        assert_eq!([known(4), known(5), known(20), known(21)], [None, Some(0.0), Some(0.0), Some(1.0)]);
        assert_eq!([known(39), known(40), known(50), known(51)], [Some(1.0), Some(0.0), Some(1.0), None]);
        let middle = |minute: i64| own.grid(Resolution::Middle).at(HOUR + minute * 60).map(|cell| cell.bad);
        assert_eq!([middle(20), middle(25), middle(45)], [Some(0.0), Some(1.0), Some(0.0)]);
        let half = own.read(HOUR + 50 * 60, Window::minutes(45)).unwrap();
        // Ends at 10, 15, 20, 40 and 45 are its own, those at 25, 30, 35 and 50 the other's.
        assert_eq!((half.tally, half.known), (Tally::new(4.0, 45.0), 2700.0));
    }

    #[test]
    fn two_halves_are_an_hour() {
        let (mut own, other) = (of(5..=30, 0.0), of(31..=60, 0.0));
        own.fill(&other);
        assert_eq!(own.grid(Resolution::Hours).at(HOUR + 3600), Some(Tally::new(0.0, 60.0)));
        let mut empty = Ledger::new(BASE, Window::days(30));
        empty.fill(&own);
        assert_eq!(empty.read(HOUR + 3600, Window::hours(1)), own.read(HOUR + 3600, Window::hours(1)));
    }

    #[test]
    fn of_two_hours_the_one_that_saw_more_stands() {
        let hour = |total: f64| {
            let mut ledger = Ledger::new(BASE, Window::days(30));
            let old = HOUR - 10 * 86_400;
            ledger.record(Resolution::Hours, &[(old, Tally::new(1.0, total))], old);
            ledger
        };
        let (mut less, mut more) = (hour(10.0), hour(60.0));
        less.fill(&more.clone());
        more.fill(&hour(10.0));
        assert_eq!(less.grid(Resolution::Hours), more.grid(Resolution::Hours));
        assert_eq!(more.grid(Resolution::Hours).at(HOUR - 10 * 86_400), Some(Tally::new(1.0, 60.0)));
    }

    #[test]
    fn other_cells_are_not_taken() {
        let mut own = of(5..=10, 0.0);
        let before = own.clone();
        own.fill(&Ledger::new(Window::minutes(10), Window::days(30)));
        assert_eq!(own, before);
    }
}
