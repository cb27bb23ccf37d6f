//! Sloth's catalogues: for each SLO period two pairs of windows that page and two that open a ticket, each with the
//! share of the budget that it allows.

use super::{Severity, Tier};
use crate::domain::slo::window::Window;

/// One pair of an `AlertWindows`: fires when this much of the budget goes within the long window.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Budgeted {
    /// `errorBudgetPercent`, per cent of the whole period's budget.
    pub percent: f64,
    pub short: Window,
    pub long: Window,
}

/// An `AlertWindows`: quick, then slow.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Catalogue {
    /// `sloPeriod`.
    pub period: Window,
    pub page: [Budgeted; 2],
    pub ticket: [Budgeted; 2],
}

/// Why a catalogue cannot be used.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum CatalogueError {
    #[error(
        "Sloth has windows for periods of 7d, 28d and 30d, not for {0}, which needs AlertWindows of its own"
    )]
    NoPeriod(Window),
    #[error("{place}: an error budget of {percent} % is not above 0 and at most 100")]
    Percent { place: &'static str, percent: f64 },
    #[error("{place}: the short window {short} is not shorter than the long window {long}")]
    Order { place: &'static str, short: Window, long: Window },
    #[error("{place}: {window} is not a whole number of minutes")]
    NotMinutes { place: &'static str, window: Window },
}

impl Catalogue {
    /// The four tiers, with `factor = percent/100 × period / long` and a strict comparison, as Sloth generates them.
    pub fn tiers(&self) -> Result<Vec<Tier>, CatalogueError> {
        let places = ["page.quick", "page.slow", "ticket.quick", "ticket.slow"];
        let pairs = self.page.iter().map(|pair| (Severity::Page, pair));
        let pairs = pairs.chain(self.ticket.iter().map(|pair| (Severity::Ticket, pair)));
        let tier = |(place, (severity, pair)): (_, (_, &Budgeted))| {
            pair.check(place)?;
            Ok(Tier::by_share(severity, pair.short, pair.long, pair.percent / 100.0, self.period))
        };
        places.into_iter().zip(pairs).map(tier).collect()
    }
}

impl Budgeted {
    fn check(&self, place: &'static str) -> Result<(), CatalogueError> {
        let Self { percent, short, long } = *self;
        if !(percent > 0.0 && percent <= 100.0) {
            return Err(CatalogueError::Percent { place, percent });
        }
        if short >= long {
            return Err(CatalogueError::Order { place, short, long });
        }
        let odd = [short, long].into_iter().find(|window| !window.is_whole_minutes());
        odd.map_or(Ok(()), |window| Err(CatalogueError::NotMinutes { place, window }))
    }
}

/// Sloth's own tiers for a period: those of 28 and 30 days that it has built in, and the one of a week that it ships.
pub fn sloth(period: Window) -> Result<Vec<Tier>, CatalogueError> {
    let shares = [
        (Window::days(30), [2.0, 5.0, 10.0, 10.0]),
        (Window::days(28), [2.0, 5.0, 10.0, 10.0]),
        (Window::days(7), [8.0, 12.5, 20.0, 42.0]),
    ];
    let (_, [page_quick, page_slow, ticket_quick, ticket_slow]) =
        shares.into_iter().find(|known| known.0 == period).ok_or(CatalogueError::NoPeriod(period))?;
    let pair = |percent, short, long| Budgeted { percent, short, long };
    Catalogue {
        period,
        page: [
            pair(page_quick, Window::minutes(5), Window::hours(1)),
            pair(page_slow, Window::minutes(30), Window::hours(6)),
        ],
        ticket: [
            pair(ticket_quick, Window::hours(2), Window::days(1)),
            pair(ticket_slow, Window::hours(6), Window::days(3)),
        ],
    }
    .tiers()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::slo::tier::Comparison;

    #[test]
    fn factors_of_the_three_catalogues() {
        for (days, want) in [
            (30, [14.4, 6.0, 3.0, 1.0]),
            (28, [13.44, 5.6, 2.8, 0.933_333_333_333_333_3]),
            (7, [13.44, 3.5, 1.4, 0.98]),
        ] {
            let tiers = sloth(Window::days(days)).unwrap();
            for (tier, want) in tiers.iter().zip(want) {
                assert!((tier.factor - want).abs() < 1e-12, "{days}d: {} {want}", tier.factor);
                assert_eq!((tier.comparison, tier.wait), (Comparison::Above, None));
            }
            let words: Vec<_> = tiers.iter().map(|tier| tier.severity.word()).collect();
            assert_eq!(words, ["page", "page", "ticket", "ticket"]);
        }
        let error = sloth(Window::days(14)).unwrap_err().to_string();
        assert!(error.contains("7d, 28d and 30d, not for 14d"), "{error}");
    }

    fn own(page_quick: Budgeted) -> Catalogue {
        let slow = Budgeted { percent: 10.0, short: Window::hours(1), long: Window::hours(12) };
        Catalogue { period: Window::days(14), page: [page_quick, slow], ticket: [slow, slow] }
    }

    #[test]
    fn own_windows_make_tiers_or_say_where_they_are_wrong() {
        let quick = Budgeted { percent: 4.0, short: Window::minutes(8), long: Window::minutes(96) };
        let tiers = own(quick).tiers().unwrap();
        // 4 % of 14 days in 96 minutes: 0.04 × 20160 / 96.
        assert!((tiers[0].factor - 8.4).abs() < 1e-12);
        assert_eq!((tiers[0].short, tiers[3].severity), (Window::minutes(8), Severity::Ticket));
        for (wrong, words) in [
            (Budgeted { percent: 0.0, ..quick }, "page.quick: an error budget of 0 %"),
            (Budgeted { percent: f64::NAN, ..quick }, "NaN %"),
            (Budgeted { percent: 101.0, ..quick }, "101 %"),
            (Budgeted { short: quick.long, ..quick }, "1h36m is not shorter than"),
            (Budgeted { short: Window::seconds(90), ..quick }, "1m30s is not a whole number of minutes"),
        ] {
            let error = own(wrong).tiers().unwrap_err().to_string();
            assert!(error.contains(words), "{error}");
        }
    }
}
