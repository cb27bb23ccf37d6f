//! Burn rates, and what the alert tiers make of them.

use chrono::TimeDelta;

use super::Row;
use super::evidence::minute;
use super::spending::plain;
use crate::domain::quantity::{burn, duration, exact};
use crate::domain::slo::alert::{State, TierStatus};
use crate::domain::slo::status::SloStatus;

pub(super) fn rows(status: &SloStatus) -> Vec<Row> {
    let Some(at) = status.as_of else { return Vec::new() };
    let share = plain(status.objective.target.budget());
    let rates = status.burns.iter().filter_map(|(window, rate)| {
        let rate = (*rate)?;
        let tally = status.burning().read(at, *window)?.tally;
        let values = format!("({} / {}) / {share}", exact(tally.bad), exact(tally.total));
        Some(Row::sum(window.to_string(), "(bad / total) / (1 − target)", values, burn(rate)))
    });
    rates.chain(status.tiers.iter().map(tier)).collect()
}

fn tier(status: &TierStatus) -> Row {
    let tier = &status.tier;
    let sign = tier.comparison.word();
    let factor = plain((tier.factor * 1000.0).round() / 1000.0);
    let rate = |rate: Option<f64>| rate.map_or_else(|| "?".to_owned(), burn);
    let held = tier.wait.map_or_else(String::new, |wait| format!(" for {wait}"));
    Row::sum(
        tier.severity.word(),
        format!("{} {sign} {factor} and {} {sign} {factor}{held}", tier.long, tier.short),
        format!("{} and {}", rate(status.long_burn), rate(status.short_burn)),
        verdict(status),
    )
}

fn verdict(status: &TierStatus) -> String {
    let ahead = |seconds: i64| duration(TimeDelta::seconds(seconds));
    match status.state() {
        State::Firing => {
            let since = status.firing_since().map(minute).unwrap_or_default();
            let clears =
                status.clears_in.map(|seconds| format!("; clears {} after errors stop", ahead(seconds)));
            format!("firing since {since}{}", clears.unwrap_or_default())
        }
        State::Pending => format!("pending since {}", status.since.map(minute).unwrap_or_default()),
        State::CannotFire => "cannot fire at this target".to_owned(),
        State::Unseen => "cannot be seen in cells this wide".to_owned(),
        State::Unknown => "not known".to_owned(),
        State::Quiet => status
            .fires_in
            .map_or_else(|| "quiet".to_owned(), |seconds| format!("fires in {}", ahead(seconds))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::slo::tier::{Sight, workbook};
    use crate::domain::slo::window::Window;

    /// 2026-01-20 10:00 Z.
    const TEN: i64 = 1_768_903_200;

    fn status() -> TierStatus {
        let mut tier = workbook(Window::days(30))[0];
        tier.wait = Some(Window::minutes(15));
        TierStatus {
            tier,
            short_burn: Some(20.0),
            long_burn: Some(20.0),
            firing: true,
            pending: false,
            can_fire: true,
            sight: Sight::Clear,
            since: Some(TEN),
            fires_in: None,
            clears_in: None,
        }
    }

    #[test]
    fn a_tier_that_waits_fires_when_its_wait_is_over() {
        assert_eq!(verdict(&status()), "firing since 2026-01-20 10:15 Z");
        let pending = TierStatus { firing: false, pending: true, ..status() };
        assert_eq!(verdict(&pending), "pending since 2026-01-20 10:00 Z");
    }

    #[test]
    fn what_cannot_be_known_is_not_quiet() {
        let still = TierStatus { firing: false, since: None, ..status() };
        assert_eq!(verdict(&still), "quiet");
        assert_eq!(verdict(&TierStatus { short_burn: None, ..still.clone() }), "not known");
        let blind = TierStatus { sight: Sight::Blind, ..still };
        assert_eq!(verdict(&blind), "cannot be seen in cells this wide");
    }
}
