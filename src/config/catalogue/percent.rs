//! Targets in percent that were probably meant as ratios.

use super::draft::Goal;
use crate::config::code;
use crate::config::place::At;
use crate::config::report::Report;

/// Warns of one below 1 %. `what` is what the target is called.
pub(crate) fn doubt(written: &At<String>, what: &str, report: &Report<'_>) {
    if !written.value.parse().is_ok_and(|percent: f64| percent > 0.0 && percent < 1.0) {
        return;
    }
    let Ok(meant) = Goal::Ratio(written.value.clone()).target() else { return };
    let message = format!("{what} is in percent: `{}` is less than one", written.value);
    let meant = meant.to_string();
    let hint = format!("a ratio of {} is written {}", written.value, meant.trim_end_matches('%'));
    report.warning(code::BAD_TARGET, &written.span, &message).hint(&hint);
}
