//! What to ask next: the newest minutes first, then history backwards.

use std::collections::VecDeque;

use super::Range;
pub use crate::domain::slo::grid::floor;
use crate::domain::slo::ledger::{FINE_SPAN, HOUR, MIDDLE_SPAN, MINUTE, Resolution};
use crate::domain::slo::window::Window;

/// One question of a cold start. What the screen needs first comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Errand {
    /// Which objectives the backend brings itself.
    Discover,
    /// Which label sets the grouped objectives have.
    LabelSets,
    /// How often the metrics are sampled, which decides how wide cells have to be.
    Intervals,
    Counts(Resolution, Range),
    Signals(Range),
    /// The signals of a week ago, moved to the present.
    WeekAgo(Range),
}

impl Errand {
    /// Whether today's figures need it; the rest is for looking back.
    pub fn is_essential(self, window: Window, now: i64) -> bool {
        match self {
            Self::Discover | Self::LabelSets | Self::Intervals => true,
            Self::Counts(_, range) => range.to > now - window.as_seconds() + HOUR,
            Self::Signals(_) | Self::WeekAgo(_) => false,
        }
    }
}

const WEEK: i64 = 7 * 24 * HOUR;
/// The first look back: enough for the pairs of windows that page.
const FIRST_LOOK: i64 = HOUR + 5 * MINUTE;
/// How far ahead last week's signals are fetched, so that they are asked for once a day.
const WEEK_AGO_REACH: i64 = 24 * HOUR;
/// Seconds of signals kept and charted.
pub const SIGNAL_SPAN: i64 = 6 * HOUR;

/// Everything a ledger without history has to ask, for SLO windows up to `window`. `known` is the end of
/// the newest cell that a cache gave back, when it reaches into the fine grid's span.
pub fn cold_start(now: i64, window: Window, known: Option<i64>) -> VecDeque<Errand> {
    let minute = floor(now, MINUTE);
    let fine = |from, to| Errand::Counts(Resolution::Fine, Range { from, to, step: MINUTE });
    let mut errands = VecDeque::from([Errand::Intervals]);
    if let Some(known) = known.filter(|known| *known > minute - FINE_SPAN) {
        errands.push_back(fine(known.min(minute) - MINUTE, minute));
        errands.extend(signals(minute));
        return errands;
    }
    errands.push_back(fine(minute - FIRST_LOOK, minute));
    errands.push_back(fine(minute - FINE_SPAN, minute - FIRST_LOOK - MINUTE));
    // Base cells may be wider than five minutes; the poller widens the step.
    let cells = floor(now, HOUR);
    errands.push_back(Errand::Counts(
        Resolution::Middle,
        Range { from: cells - MIDDLE_SPAN, to: floor(now, 300), step: 300 },
    ));
    for part in 0..4 {
        let quarter = window.as_seconds() / 2;
        let to = cells - part * quarter;
        errands.push_back(Errand::Counts(
            Resolution::Hours,
            Range { from: floor(to - quarter, HOUR), to, step: HOUR },
        ));
        if part == 1 {
            errands.extend(signals(minute));
        }
    }
    errands
}

pub(super) fn signals(minute: i64) -> [Errand; 2] {
    let range = Range { from: minute - SIGNAL_SPAN, to: minute, step: MINUTE };
    [Errand::Signals(range), week_ago(minute)]
}

/// The minutes of last week that belong to what is charted now and for a day to come.
pub fn week_ago(minute: i64) -> Errand {
    Errand::WeekAgo(Range {
        from: minute - WEEK - SIGNAL_SPAN,
        to: minute - WEEK + WEEK_AGO_REACH,
        step: 5 * MINUTE,
    })
}

/// What a refresh asks: the grid points since `asked_to`, and the last two again, because a sample may
/// arrive after its minute was asked for.
pub fn refresh(now: i64, asked_to: i64, span: i64) -> Range {
    let to = floor(now, MINUTE);
    let from = (asked_to - MINUTE).clamp(to - span, to - MINUTE);
    Range { from, to, step: MINUTE }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_768_903_217;

    fn counts(errands: &VecDeque<Errand>) -> Vec<(Resolution, Range)> {
        errands
            .iter()
            .filter_map(|errand| match errand {
                Errand::Counts(resolution, range) => Some((*resolution, *range)),
                _ => None,
            })
            .collect()
    }

    #[test]
    fn a_cold_start_goes_backwards_without_holes() {
        let asked = counts(&cold_start(NOW, Window::days(30), None));
        let fine: Vec<_> = asked.iter().filter(|ask| ask.0 == Resolution::Fine).map(|ask| ask.1).collect();
        assert_eq!(fine[0].to, floor(NOW, 60));
        assert_eq!(fine[1].to + 60, fine[0].from);
        assert_eq!(fine[1].from, fine[0].to - FINE_SPAN);
        let hours: Vec<_> = asked.iter().filter(|ask| ask.0 == Resolution::Hours).map(|ask| ask.1).collect();
        assert!(hours.windows(2).all(|pair| pair[1].to >= pair[0].from), "{hours:?}");
        assert_eq!(hours.last().unwrap().from, floor(NOW, 3600) - 60 * 86_400);
        assert!(asked.iter().all(|ask| ask.1.points() <= 11_000 && ask.1.from % ask.1.step == 0));
    }

    #[test]
    fn a_cache_from_an_hour_ago_needs_its_hour_only() {
        let asked = counts(&cold_start(NOW, Window::days(30), Some(floor(NOW, 60) - 3600)));
        assert_eq!(asked.len(), 1);
        assert_eq!(asked[0].1.points(), 62);
        assert_eq!(counts(&cold_start(NOW, Window::days(30), Some(NOW - 8 * HOUR))).len(), 7);
    }

    #[test]
    fn a_steady_refresh_asks_for_at_most_three_points() {
        let minute = floor(NOW, 60);
        assert_eq!(
            refresh(minute + 15, minute, FINE_SPAN),
            Range { from: minute - 60, to: minute, step: 60 }
        );
        assert_eq!(refresh(minute + 61, minute, FINE_SPAN).points(), 3);
        assert_eq!(refresh(minute + 100 * 3600, minute, FINE_SPAN).points(), 361);
    }
}
