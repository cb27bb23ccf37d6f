//! How counted cells become a budget: by events, by slices that are good or bad, or by the mean of slices.

use super::ledger::BASE;
use super::tally::Tally;
use super::target::Target;
use super::window::Window;

/// The budgeting method, by the names of `OpenSLO`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Method {
    /// Bad events over all events: busy hours weigh more.
    Occurrences,
    /// The window is cut in slices; one is bad when its own share of good events misses `target`.
    Timeslices { slice: Window, target: Target },
    /// The mean of the slices' error ratios, each of the same weight whatever its traffic.
    RatioTimeslices { slice: Window },
}

impl Method {
    /// The name in the configuration and in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Occurrences => "occurrences",
            Self::Timeslices { .. } => "timeslices",
            Self::RatioTimeslices { .. } => "ratio-timeslices",
        }
    }

    /// The slice; `None` where there are none.
    pub fn slice(self) -> Option<Window> {
        match self {
            Self::Occurrences => None,
            Self::Timeslices { slice, .. } | Self::RatioTimeslices { slice } => Some(slice),
        }
    }

    /// The narrowest cell that this method can be read from.
    pub fn cell(self) -> Window {
        self.slice().unwrap_or(BASE)
    }

    /// What the events of one cell of `width` come to, in minutes where there are slices.
    ///
    /// A slice without traffic is good time for `Timeslices` (nobody was let down) and does not exist for
    /// `RatioTimeslices` (0/0 is no ratio).
    pub fn weigh(self, tally: Tally, width: Window) -> Tally {
        let minutes = width.as_minutes();
        match (self, tally.error_ratio()) {
            (Self::Occurrences, _) => tally,
            (Self::Timeslices { target, .. }, Some(errors)) if missed(errors, target) => {
                Tally::new(minutes, minutes)
            }
            (Self::Timeslices { .. }, _) => Tally::new(0.0, minutes),
            (Self::RatioTimeslices { .. }, Some(errors)) => Tally::new(errors * minutes, minutes),
            (Self::RatioTimeslices { .. }, None) => Tally::ZERO,
        }
    }
}

/// Whether a share of errors is over what `target` allows; dust of a division does not decide it.
pub fn missed(errors: f64, target: Target) -> bool {
    errors > target.budget() + 1e-12
}

#[cfg(test)]
mod tests {
    use super::*;

    // A Nobl9 engineer's public example: ten slices, target 95 %.
    const GOOD: [f64; 10] = [2.0, 10.0, 12.0, 13.0, 13.0, 12.0, 13.0, 13.0, 12.0, 11.0];
    const TOTAL: [f64; 10] = [4.0, 10.0, 12.0, 13.0, 14.0, 15.0, 14.0, 13.0, 12.0, 11.0];

    fn sli(method: Method, good: &[f64], total: &[f64]) -> f64 {
        let width = Window::minutes(1);
        let cells = good.iter().zip(total).map(|(good, total)| Tally::new(total - good, *total));
        let sum: Tally = cells.map(|tally| method.weigh(tally, width)).sum();
        1.0 - sum.error_ratio().unwrap()
    }

    #[test]
    fn one_set_of_slices_and_three_answers() {
        let slice = Window::minutes(1);
        let target = "95%".parse().unwrap();
        assert!((sli(Method::Occurrences, &GOOD, &TOTAL) - 111.0 / 118.0).abs() < 1e-12);
        assert!((sli(Method::Timeslices { slice, target }, &GOOD, &TOTAL) - 0.6).abs() < 1e-12);
        assert!((sli(Method::RatioTimeslices { slice }, &GOOD, &TOTAL) - 0.915_714).abs() < 1e-6);
    }

    #[test]
    fn events_and_time_of_the_grafana_example() {
        let (good, total) = ([10.0, 10.0, 10.0, 10.0, 20.0], [10.0, 10.0, 10.0, 10.0, 40.0]);
        let slice = Window::minutes(1);
        assert!((sli(Method::Occurrences, &good, &total) - 0.75).abs() < 1e-12);
        assert!((sli(Method::RatioTimeslices { slice }, &good, &total) - 0.9).abs() < 1e-12);
    }

    #[test]
    fn a_slice_without_traffic() {
        let slice = Window::minutes(5);
        let target = "95%".parse().unwrap();
        assert_eq!(Method::Timeslices { slice, target }.weigh(Tally::ZERO, slice), Tally::new(0.0, 5.0));
        assert_eq!(Method::RatioTimeslices { slice }.weigh(Tally::ZERO, slice), Tally::ZERO);
    }

    #[test]
    fn a_slice_at_its_target_is_good() {
        let slice = Window::minutes(5);
        let method = Method::Timeslices { slice, target: "90%".parse().unwrap() };
        assert_eq!(method.weigh(Tally::new(1.0, 10.0), slice).bad, 0.0);
        assert_eq!(method.weigh(Tally::new(1.1, 10.0), slice).bad, 5.0);
    }
}
