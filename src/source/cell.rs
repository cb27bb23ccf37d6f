//! How wide the cells have to be in which an objective is counted.

use crate::domain::slo::ledger::{BASE, HOUR};
use crate::domain::slo::objective::Objective;
use crate::domain::slo::window::Window;

/// The cells to count an objective in: its slices, or minutes where its tiers look at odd ones, and never so narrow
/// that a cell could miss a sample.
pub(super) fn cell_for(objective: &Objective, interval: Option<i64>) -> Window {
    let safe = interval.map_or(BASE, base_for);
    let odd = |window: Window| window.as_seconds() % BASE.as_seconds() != 0;
    let minutes = objective.tiers.iter().any(|tier| odd(tier.short) || odd(tier.long));
    match objective.method.slice() {
        Some(slice) if interval.is_none() => slice,
        Some(slice) => slice.max(narrowest(interval)),
        None if minutes && interval.is_some_and(|interval| interval <= DENSE) => Window::minutes(1),
        None => safe,
    }
}

/// Seconds between samples up to which a minute surely holds two.
const DENSE: i64 = 24;

fn narrowest(interval: Option<i64>) -> Window {
    match interval {
        Some(interval) if interval <= DENSE => Window::minutes(1),
        Some(interval) => base_for(interval),
        None => BASE,
    }
}

/// The narrowest cell that surely holds two samples, of those that divide an hour.
fn base_for(interval: i64) -> Window {
    if interval <= 120 {
        return BASE;
    }
    let wanted = interval * 5 / 2;
    let fitting = [600, 900, 1200, 1800].into_iter().find(|width| *width >= wanted);
    Window::seconds(fitting.unwrap_or(HOUR))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slow_scrapes_get_cells_that_hold_two_samples() {
        for (interval, minutes) in [(15, 5), (120, 5), (150, 10), (240, 10), (300, 15), (600, 30), (1800, 60)]
        {
            assert_eq!(base_for(interval), Window::minutes(minutes), "{interval}s");
        }
    }

    #[test]
    fn tiers_of_odd_minutes_are_counted_by_the_minute_where_samples_are_dense() {
        use crate::domain::slo::sli::Sli;
        use crate::domain::slo::tier::pyrra;
        let week = Window::days(7);
        let usual = Objective::new("a", "b", "main", Sli::Bool("up".into()), "99%".parse().unwrap(), week);
        let odd = Objective { tiers: pyrra(week).unwrap(), ..usual.clone() };
        for (objective, interval, minutes) in [
            (&usual, Some(15), 5),
            (&odd, Some(15), 1),
            (&odd, Some(30), 5),
            (&odd, None, 5),
            (&odd, Some(300), 15),
        ] {
            assert_eq!(cell_for(objective, interval), Window::minutes(minutes), "{interval:?}");
        }
    }
}
