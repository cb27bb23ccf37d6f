//! Alert tiers: a preset, or one's own.

use super::names::choice;
use crate::config::code;
use crate::config::nearest::suggest;
use crate::config::place::{At, Span};
use crate::config::quantity::{Share, share};
use crate::config::raw;
use crate::config::report::Report;
use crate::config::shown::quoted;
use crate::domain::slo::ledger::BASE;
use crate::domain::slo::target::Target;
use crate::domain::slo::tier::{Comparison, Severity, Tier, workbook};
use crate::domain::slo::window::Window;

const PRESETS: &[&str] = &["workbook"];
const PLANNED: &[&str] = &["sloth", "pyrra", "grafana", "datadog"];
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
    match typed {
        Some(typed) if PLANNED.contains(&typed.value.as_str()) => {
            let message = format!("the alert preset `{}` is not supported yet", typed.value);
            report
                .error(code::NOT_YET, &typed.span, &message)
                .hint("supported is workbook; or write the tiers as [[slo.alert]]");
            None
        }
        Some(typed) if !PRESETS.contains(&typed.value.as_str()) => {
            let message = format!("`{}` is not an alert preset", quoted(&typed.value));
            let hint = suggest(&typed.value, "supported", PRESETS);
            report.error(code::UNKNOWN_WORD, &typed.span, &message).maybe_hint(hint);
            None
        }
        _ => Some(Alerts { name: PRESETS[0].to_owned(), tiers: workbook(window) }),
    }
}

fn tier(raw: &raw::slo::Tier, window: Option<Window>, report: &Report<'_>) -> Option<Tier> {
    let severities = [("page", Severity::Page), ("ticket", Severity::Ticket)];
    let severity = raw.severity.as_ref().and_then(|typed| choice("severity", typed, &severities, report));
    let short = raw.short.as_ref().and_then(|typed| cells(typed, report));
    let long = raw.long.as_ref().and_then(|typed| cells(typed, report));
    if let (Some(short), Some(long), Some(typed)) = (short, long, &raw.short)
        && short >= long
    {
        report.error(code::CONFLICT, &typed.span, "`short` must be shorter than `long`");
        return None;
    }
    let limit = limit(raw, report);
    let (severity, short, long) = (severity?, short?, long?);
    match limit? {
        Limit::Factor(factor) => {
            Some(Tier { severity, short, long, factor, comparison: Comparison::Above, wait: None })
        }
        Limit::Share(share) => Some(Tier::by_share(severity, short, long, share, window?)),
    }
}

/// A window that the ledger can add up.
fn cells(typed: &At<String>, report: &Report<'_>) -> Option<Window> {
    let window = window(typed, report)?;
    if window.as_seconds() % BASE.as_seconds() != 0 {
        let message = format!("`{window}` is not a whole number of 5-minute cells");
        report.error(code::BAD_VALUE, &typed.span, &message);
        return None;
    }
    Some(window)
}

enum Limit {
    Factor(f64),
    Share(f64),
}

fn limit(raw: &raw::slo::Tier, report: &Report<'_>) -> Option<Limit> {
    match (&raw.factor, &raw.share) {
        (Some(factor), None) if factor.value > 0.0 => Some(Limit::Factor(factor.value)),
        (Some(factor), None) => {
            report.error(code::BAD_VALUE, &factor.span, "`factor` must be above 0");
            None
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

/// Warns of each tier that no outage can set off.
pub(super) fn warn_of_dead(tiers: &[Tier], target: Target, span: &Span, report: &Report<'_>) {
    for tier in tiers.iter().filter(|tier| !tier.can_fire(target)) {
        let message = format!(
            "the {} tier over {} and {} cannot fire: its factor {:.2} is never passed, as a target of {target} burns at \
             most {:.2} times as fast as allowed",
            tier.severity.word(),
            tier.short,
            tier.long,
            tier.factor,
            target.max_burn()
        );
        report.warning(code::CANNOT_FIRE, span, &message);
    }
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
