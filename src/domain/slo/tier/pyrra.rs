//! Pyrra's tiers: fixed factors, and windows that scale with the SLO's from a base of 28 days.

use super::{Comparison, Severity, Tier};
use crate::domain::slo::window::Window;

/// A window whose shortest burn window would round to nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "Pyrra's windows scale with the SLO's: at {0} the shortest rounds to 0 minutes, and the rule it generates is \
     invalid; it takes windows from 2d19h12m"
)]
pub struct ShortestWindow(Window);

/// Severity, factor, and what divides the SLO's window to the short one, the long one, and the `for`.
const ROWS: [(Severity, f64, [i64; 3]); 4] = [
    (Severity::Page, 14.0, [8064, 672, 20_160]),
    (Severity::Page, 7.0, [1344, 112, 2688]),
    (Severity::Ticket, 2.0, [336, 28, 672]),
    (Severity::Ticket, 1.0, [112, 7, 224]),
];

/// The four tiers that Pyrra generates for an SLO over `slo`. Its severities critical, critical, warning, warning are
/// two pages and two tickets here.
pub fn pyrra(slo: Window) -> Result<Vec<Tier>, ShortestWindow> {
    let tier = |(severity, factor, [short, long, wait]): (Severity, f64, [i64; 3])| Tier {
        severity,
        factor,
        short: part(slo, short),
        long: part(slo, long),
        comparison: Comparison::Above,
        wait: Some(part(slo, wait)).filter(|wait| wait.as_seconds() > 0),
    };
    if part(slo, ROWS[0].2[0]).as_seconds() == 0 {
        return Err(ShortestWindow(slo));
    }
    Ok(ROWS.map(tier).to_vec())
}

/// `slo / divisor` in whole minutes, half a minute rounded up.
fn part(slo: Window, divisor: i64) -> Window {
    Window::minutes((2 * slo.as_seconds() + 60 * divisor) / (120 * divisor))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(days: i64) -> Vec<String> {
        let text = |tier: &Tier| {
            let wait = tier.wait.map_or_else(|| "0s".to_owned(), |wait| wait.to_string());
            format!("{} {}/{}/{wait}", tier.factor, tier.short, tier.long)
        };
        pyrra(Window::days(days)).unwrap().iter().map(text).collect()
    }

    #[test]
    fn windows_and_waits_as_pyrra_generates_them() {
        assert_eq!(table(7), ["14 1m/15m/1m", "7 8m/1h30m/4m", "2 30m/6h/15m", "1 1h30m/1d/45m"]);
        assert_eq!(table(14), ["14 3m/30m/1m", "7 15m/3h/8m", "2 1h/12h/30m", "1 3h/2d/1h30m"]);
        assert_eq!(table(28), ["14 5m/1h/2m", "7 30m/6h/15m", "2 2h/1d/1h", "1 6h/4d/3h"]);
        assert_eq!(
            table(30),
            ["14 5m/1h4m/2m", "7 32m/6h26m/16m", "2 2h9m/1d1h43m/1h4m", "1 6h26m/4d6h51m/3h13m"]
        );
        assert_eq!(table(84), ["14 15m/3h/6m", "7 1h30m/18h/45m", "2 6h/3d/3h", "1 18h/12d/9h"]);
        let severities = pyrra(Window::days(28)).unwrap();
        let words: Vec<_> = severities.iter().map(|tier| tier.severity.word()).collect();
        assert_eq!(words, ["page", "page", "ticket", "ticket"]);
    }

    #[test]
    fn the_shortest_window_it_can_do_is_half_a_minute_of_its_short_one() {
        let least = Window::seconds(8064 * 30);
        assert_eq!((least.to_string().as_str(), pyrra(least).is_ok()), ("2d19h12m", true));
        assert!(pyrra(Window::seconds(8064 * 30 - 1)).is_err());
        let error = pyrra(Window::days(1)).unwrap_err().to_string();
        assert!(error.contains("at 1d the shortest rounds to 0 minutes"), "{error}");
        assert_eq!(pyrra(Window::days(4)).unwrap()[0].wait, None, "and its `for` rounds to nothing");
    }
}
