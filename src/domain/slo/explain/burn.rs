//! Burn rates, and what the alert tiers make of them.

use chrono::TimeDelta;

use super::Row;
use super::evidence::minute;
use super::spending::plain;
use crate::domain::quantity::{burn, duration, exact};
use crate::domain::slo::alert::TierStatus;
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
    let since = status.firing_since().or(status.since).map(minute).unwrap_or_default();
    if !status.can_fire {
        "cannot fire at this target".to_owned()
    } else if status.firing {
        let clears = status.clears_in.map(|seconds| format!("; clears {} after errors stop", ahead(seconds)));
        format!("firing since {since}{}", clears.unwrap_or_default())
    } else if status.pending {
        format!("pending since {since}")
    } else {
        status.fires_in.map_or_else(|| "quiet".to_owned(), |seconds| format!("fires in {}", ahead(seconds)))
    }
}
