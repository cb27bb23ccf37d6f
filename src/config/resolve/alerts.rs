//! Alert tiers: a preset, or one's own.

use super::names::choice;
use crate::config::code;
use crate::config::doubt;
use crate::config::nearest::suggest;
use crate::config::place::At;
use crate::config::quantity::{Share, share};
use crate::config::raw;
use crate::config::report::Report;
use crate::config::shown::quoted;
use crate::domain::slo::tier::{self, Comparison, PRESETS, Severity, Tier};
use crate::domain::slo::window::Window;

const USUAL: &str = "workbook";
/// What `alerts` is called when the tiers are the user's.
const OWN: &str = "own";

pub(super) struct Alerts {
    pub(super) name: String,
    pub(super) tiers: Vec<Tier>,
}

/// `window` is the SLO's, where it is known.
pub(super) fn alerts(raw: &raw::slo::Slo, window: Option<Window>, report: &Report<'_>) -> Option<Alerts> {
    let Some(own) = raw.tiers.first() else { return preset(raw.alerts.as_ref(), window?, report) };
    if let Some(preset) = &raw.alerts {
        report
            .error(code::CONFLICT, &preset.span, "both a preset and [[slo.alert]] tiers are given")
            .hint("leave one of them out")
            .also(&own.span, "the first tier");
    }
    let tiers: Vec<_> = raw.tiers.iter().map(|raw| tier(raw, window, report)).collect();
    Some(Alerts { name: OWN.to_owned(), tiers: tiers.into_iter().collect::<Option<_>>()? })
}

fn preset(typed: Option<&At<String>>, window: Window, report: &Report<'_>) -> Option<Alerts> {
    let name = typed.map_or(USUAL, |typed| typed.value.as_str());
    match (tier::preset(name, window), typed) {
        (Some(Ok(tiers)), _) => return Some(Alerts { name: name.to_owned(), tiers }),
        (Some(Err(why)), Some(typed)) => {
            let hint = "alerts = \"workbook\" scales to any window; or write the tiers as [[slo.alert]]";
            report.error(code::BAD_VALUE, &typed.span, &why.to_string()).hint(hint);
        }
        (None, Some(typed)) => {
            let message = format!("`{}` is not an alert preset", quoted(&typed.value));
            let hint = suggest(&typed.value, "supported", PRESETS);
            report.error(code::UNKNOWN_WORD, &typed.span, &message).maybe_hint(hint);
        }
        (_, None) => {}
    }
    None
}

fn tier(raw: &raw::slo::Tier, window: Option<Window>, report: &Report<'_>) -> Option<Tier> {
    let severities = [("page", Severity::Page), ("ticket", Severity::Ticket)];
    let severity = raw.severity.as_ref().and_then(|typed| choice("severity", typed, &severities, report));
    let comparisons = [(">", Comparison::Above), (">=", Comparison::AtLeast)];
    let comparison =
        raw.op.as_ref().map_or(Some(Comparison::Above), |op| choice("comparison", op, &comparisons, report));
    let short = raw.short.as_ref().and_then(|typed| minutes(typed, report));
    let long = raw.long.as_ref().and_then(|typed| minutes(typed, report));
    let wait = raw.wait.as_ref().map_or(Some(None), |typed| minutes(typed, report).map(Some));
    if let (Some(short), Some(long), Some(typed)) = (short, long, &raw.short)
        // One window for both is what alerts on one burn rate are imported as.
        && short > long
    {
        report.error(code::CONFLICT, &typed.span, "`short` must not be longer than `long`");
        return None;
    }
    let limit = limit(raw, report);
    let (severity, short, long) = (severity?, short?, long?);
    let tier = match limit? {
        Limit::Factor(factor) => {
            Tier { severity, short, long, factor, comparison: Comparison::Above, wait: None }
        }
        Limit::Share(share) => Tier::by_share(severity, short, long, share, window?),
    };
    Some(Tier { comparison: comparison?, wait: wait?, ..tier })
}

/// A span that the ledger can add up: counts are had by the minute.
fn minutes(typed: &At<String>, report: &Report<'_>) -> Option<Window> {
    let window = window(typed, report)?;
    report.is_sound(&typed.span, doubt::bad_minutes(window).as_ref()).then_some(window)
}

enum Limit {
    Factor(f64),
    Share(f64),
}

fn limit(raw: &raw::slo::Tier, report: &Report<'_>) -> Option<Limit> {
    match (&raw.factor, &raw.share) {
        (Some(factor), None) => {
            let wrong = doubt::bad_factor(factor.value);
            report.is_sound(&factor.span, wrong.as_ref()).then_some(Limit::Factor(factor.value))
        }
        (None, Some(typed)) => of_budget(typed, report).map(Limit::Share),
        (Some(_), Some(share)) => {
            report
                .error(code::CONFLICT, &share.span, "`factor` and `share` are both given")
                .hint("leave one out");
            None
        }
        (None, None) => {
            let hint =
                "factor is a burn rate such as 14.4; share is the part of the budget that goes within `long`";
            report.error(code::MISSING_KEY, &raw.span, "a tier needs `factor` or `share`").hint(hint);
            None
        }
    }
}

fn of_budget(typed: &At<String>, report: &Report<'_>) -> Option<f64> {
    let message = match share(&typed.value) {
        Some(Share::Percent(value) | Share::Bare(value)) if value > 0.0 && value <= 1.0 => {
            return Some(value);
        }
        Some(Share::Bare(value)) if value > 1.0 => {
            format!("`{}` is ambiguous: write \"{0}%\", or a share below 1", quoted(&typed.value))
        }
        _ => format!("`{}` is not a share of the budget, such as \"2%\" or 0.02", quoted(&typed.value)),
    };
    report.error(code::BAD_VALUE, &typed.span, &message);
    None
}

pub(super) fn window(typed: &At<String>, report: &Report<'_>) -> Option<Window> {
    match typed.value.parse() {
        Ok(window) => Some(window),
        Err(error) => {
            report.error(code::BAD_VALUE, &typed.span, &format!("{error}"));
            None
        }
    }
}
