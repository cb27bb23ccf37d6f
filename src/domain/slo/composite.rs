//! The ledger of a composite, in minutes, from the counts of its members.

use super::grid::{ceil, floor};
use super::ledger::{BASE, FINE_SPAN, Ledger, MINUTE, Resolution};
use super::method::{Method, missed};
use super::objective::Objective;
use super::sli::{Composite, Missing, Rule};
use super::tally::Tally;
use super::target::Target;
use super::window::Window;

/// A member with its counts.
#[derive(Clone, Copy, Debug)]
pub struct Part<'l> {
    pub objective: &'l Objective,
    pub counts: &'l Ledger,
    /// Above 0; normalised over the members that count.
    pub weight: f64,
}

/// What one cell of a member says.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Cell {
    /// Whether its target was missed, and its error ratio as its method has it.
    Known {
        missed: bool,
        errors: Option<f64>,
    },
    Missing,
    /// Nothing was ever known of it at this time.
    Unborn,
}

/// The minutes of `composite` up to `until`, as far back as any of its members is known, and at most twice `window`.
///
/// - worst: a cell is bad when any member misses its target in it, or its slice's target where its method has slices;
/// - weighted: `Σ weight × error ratio / Σ weight` of a cell's minutes are bad. A member without traffic has no ratio,
///   and the others share its weight.
///
/// Cells are as wide as the widest of the members', so that each can be read in them. A member that does not exist yet
/// is left out, unless what is missing is unknown.
pub fn compose(composite: &Composite, parts: &[Part<'_>], window: Window, until: i64) -> Ledger {
    let base = parts.iter().fold(BASE, |base, part| common(base, part.counts.base()));
    let mut ledger = Ledger::of_cells(base, window);
    let births: Vec<Option<i64>> = parts.iter().map(|part| part.counts.oldest()).collect();
    let Some(oldest) = births.iter().flatten().min().copied() else { return ledger };
    let width = base.as_seconds();
    let cell = |end: i64| {
        let cells = parts.iter().zip(&births).map(|(part, born)| (cell(part, *born, end, base), part.weight));
        let tally = match composite.rule {
            Rule::Worst => worst(cells, composite.missing, base),
            Rule::Weighted => weighted(cells, composite.missing, base),
        };
        tally.map(|tally| (end, tally))
    };
    let first = ceil(oldest.max(until - 2 * window.as_seconds()), width);
    let last = floor(until, width);
    let cells: Vec<_> = (first..=last).step_by(width as usize).filter_map(cell).collect();
    ledger.record_cells(&cells, first, last);
    let minute = floor(until, MINUTE);
    let begin = ceil(oldest, MINUTE).max(minute - FINE_SPAN);
    let fine: Vec<_> = (begin..=minute).step_by(MINUTE as usize).filter_map(cell).collect();
    ledger.record(Resolution::Fine, &fine, minute);
    ledger
}

/// The narrowest cell that whole cells of both fill.
fn common(a: Window, b: Window) -> Window {
    let (mut x, mut y) = (a.as_seconds(), b.as_seconds());
    while y != 0 {
        (x, y) = (y, x % y);
    }
    Window::seconds(a.as_seconds() / x * b.as_seconds())
}

fn cell(part: &Part<'_>, born: Option<i64>, end: i64, width: Window) -> Cell {
    if born.is_some_and(|born| end < born) {
        return Cell::Unborn;
    }
    let Some(tally) = tally(part.counts, end, width) else { return Cell::Missing };
    let errors = tally.error_ratio();
    Cell::Known {
        missed: errors.is_some_and(|errors| missed(errors, bar(part.objective))),
        errors: part.objective.method.weigh(tally, width).error_ratio().filter(|_| errors.is_some()),
    }
}

/// The events of a cell that is known from end to end. Most are cells of the ledger's own, and those are found at once.
fn tally(counts: &Ledger, end: i64, width: Window) -> Option<Tally> {
    let own = (counts.base() == width).then(|| counts.grid(Resolution::Middle).at(end)).flatten();
    let whole = width.as_seconds() as f64 - 0.5;
    own.or_else(|| Some(counts.read(end, width).filter(|reading| reading.known >= whole)?.tally))
}

/// The target that one cell of `objective` has to meet.
fn bar(objective: &Objective) -> Target {
    match objective.method {
        Method::Timeslices { target, .. } => target,
        Method::Occurrences | Method::RatioTimeslices { .. } => objective.target,
    }
}

/// `None` where the cell is a gap.
fn worst(cells: impl Iterator<Item = (Cell, f64)>, missing: Missing, width: Window) -> Option<Tally> {
    let minutes = width.as_minutes();
    let (mut known, mut gap) = (false, false);
    for (cell, _) in cells {
        match (cell, missing) {
            // One that missed is enough, whatever is not known of the others.
            (Cell::Known { missed: true, .. }, _) | (Cell::Missing, Missing::Bad) => {
                return Some(Tally::new(minutes, minutes));
            }
            (Cell::Known { .. }, _) | (Cell::Missing, Missing::Good) => known = true,
            (Cell::Missing | Cell::Unborn, Missing::Unknown) => gap = true,
            (Cell::Missing, Missing::Ignore) | (Cell::Unborn, _) => {}
        }
    }
    (known && !gap).then(|| Tally::new(0.0, minutes))
}

fn weighted(cells: impl Iterator<Item = (Cell, f64)>, missing: Missing, width: Window) -> Option<Tally> {
    let minutes = width.as_minutes();
    let (mut errors, mut weights, mut known) = (0.0, 0.0, false);
    for (cell, weight) in cells {
        let ratio = match (cell, missing) {
            (Cell::Known { errors, .. }, _) => {
                known = true;
                errors
            }
            (Cell::Missing | Cell::Unborn, Missing::Unknown) => return None,
            (Cell::Missing, Missing::Good) => Some(0.0),
            (Cell::Missing, Missing::Bad) => Some(1.0),
            (Cell::Missing, Missing::Ignore) | (Cell::Unborn, _) => None,
        };
        if let Some(ratio) = ratio {
            errors += weight * ratio;
            weights += weight;
        }
    }
    if weights <= 0.0 {
        return known.then_some(Tally::ZERO);
    }
    Some(Tally::new(errors / weights * minutes, minutes))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIVE: Window = Window::minutes(5);
    const FINE: Cell = Cell::Known { missed: false, errors: Some(0.0) };
    const HALF: Cell = Cell::Known { missed: true, errors: Some(0.5) };
    const IDLE: Cell = Cell::Known { missed: false, errors: None };

    fn both(cells: &[(Cell, f64)], missing: Missing) -> [Option<f64>; 2] {
        let bad = |tally: Option<Tally>| tally.and_then(Tally::error_ratio);
        [
            bad(worst(cells.iter().copied(), missing, FIVE)),
            bad(weighted(cells.iter().copied(), missing, FIVE)),
        ]
    }

    #[test]
    fn one_member_that_misses_is_enough_or_weighs_its_part() {
        assert_eq!(both(&[(FINE, 1.0), (HALF, 3.0)], Missing::Unknown), [Some(1.0), Some(0.375)]);
        assert_eq!(both(&[(FINE, 1.0), (FINE, 3.0)], Missing::Unknown), [Some(0.0), Some(0.0)]);
        assert_eq!(both(&[(IDLE, 1.0), (HALF, 3.0)], Missing::Unknown), [Some(1.0), Some(0.5)]);
    }

    #[test]
    fn a_member_without_data_counts_as_chosen() {
        let cells = [(Cell::Missing, 1.0), (FINE, 3.0)];
        assert_eq!(both(&cells, Missing::Unknown), [None, None]);
        assert_eq!(both(&cells, Missing::Good), [Some(0.0), Some(0.0)]);
        assert_eq!(both(&cells, Missing::Bad), [Some(1.0), Some(0.25)]);
        assert_eq!(both(&cells, Missing::Ignore), [Some(0.0), Some(0.0)]);
        let alone = [(Cell::Missing, 1.0)];
        assert_eq!(both(&alone, Missing::Ignore), [None, None]);
        assert_eq!(both(&[(Cell::Unborn, 1.0), (FINE, 1.0)], Missing::Bad), [Some(0.0), Some(0.0)]);
        assert_eq!(both(&[(Cell::Missing, 1.0), (HALF, 1.0)], Missing::Unknown), [Some(1.0), None]);
    }

    #[test]
    fn cells_are_common_to_all() {
        let minutes = |a, b| common(Window::minutes(a), Window::minutes(b));
        assert_eq!([minutes(5, 1), minutes(5, 4), minutes(10, 15)], [5, 20, 30].map(Window::minutes));
    }
}
