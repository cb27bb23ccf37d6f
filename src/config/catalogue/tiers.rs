//! From alert conditions on burn rates to the tier that comes closest.

use super::draft::Burn;
use crate::config::doubt;
use crate::domain::slo::tier::{Severity, Tier};
use crate::domain::slo::window::Window;

/// What a tool's own word means; one that nobody knows opens a ticket.
pub fn severity(word: &str) -> Severity {
    Severity::of_word(word).unwrap_or(Severity::Ticket)
}

/// The tier that fires and clears as these conditions do, all at once, and what is to be said of it.
///
/// One window becomes both windows of the tier: a shorter second one, as the workbook has it, would clear sooner
/// than the tool's own alert does. Two windows with one threshold and operator are a pair. Two thresholds are
/// no tier, for a tier has one factor. The error is a sentence.
pub fn tier(word: &str, burns: &[Burn], after: Option<Window>) -> Result<(Tier, Option<String>), String> {
    let (one, other) = match burns {
        [one] => (one, one),
        [one, other] => (one, other),
        [] => return Err("an alert on no burn rate has no counterpart here".to_owned()),
        _ => return Err("an alert on more than two burn rates at once has no counterpart here".to_owned()),
    };
    if one.threshold != other.threshold || one.op != other.op {
        return Err("two windows with thresholds of their own have no counterpart here".to_owned());
    }
    let spans = burns.iter().map(|burn| burn.lookback).chain(after);
    let wrong = doubt::bad_factor(one.threshold).or_else(|| spans.into_iter().find_map(doubt::bad_minutes));
    if let Some(wrong) = wrong {
        return Err(wrong.message);
    }
    let (short, long) = (one.lookback.min(other.lookback), one.lookback.max(other.lookback));
    let note = (short == long).then(|| {
        format!("this alert looks at one window: it stays on until the burn rate over {long} is down again")
    });
    let tier = Tier {
        severity: severity(word),
        short,
        long,
        factor: one.threshold,
        comparison: one.op,
        wait: after,
    };
    Ok((tier, note))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::slo::tier::Comparison;

    fn burn(minutes: i64, threshold: f64) -> Burn {
        Burn { lookback: Window::minutes(minutes), op: Comparison::AtLeast, threshold }
    }

    #[test]
    fn one_window_is_both_and_two_are_a_pair() {
        let (one, note) = tier("page", &[burn(60, 2.0)], Some(Window::minutes(5))).unwrap();
        assert_eq!((one.short, one.long, one.severity), (Window::hours(1), Window::hours(1), Severity::Page));
        assert_eq!(
            (one.factor, one.wait, one.comparison),
            (2.0, Some(Window::minutes(5)), Comparison::AtLeast)
        );
        assert!(note.unwrap().contains("over 1h"));
        let (pair, note) = tier("Medium", &[burn(360, 6.0), burn(30, 6.0)], None).unwrap();
        assert_eq!((pair.short, pair.long), (Window::minutes(30), Window::hours(6)));
        assert_eq!((pair.severity, note), (Severity::Ticket, None));
        // Counts are had by the minute.
        assert_eq!(tier("page", &[burn(7, 2.0)], None).unwrap().0.short, Window::minutes(7));
    }

    #[test]
    fn what_would_be_another_alert_is_none() {
        assert!(tier("page", &[burn(15, 2.0), burn(2880, 1.0)], None).is_err());
        let odd = Burn { lookback: Window::seconds(90), ..burn(5, 2.0) };
        assert!(tier("page", &[odd], None).unwrap_err().contains("`1m30s` is not a whole number of minutes"));
        let wait = Some(Window::seconds(90));
        assert!(tier("page", &[burn(5, 2.0)], wait).is_err(), "what is written could not be read again");
        assert!(tier("page", &[burn(5, 0.0)], None).is_err());
        assert!(tier("page", &[], None).unwrap_err().contains("on no burn rate"));
    }
}
