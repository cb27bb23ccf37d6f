//! Sloth's SLOs: `sloth_slo_info` says which there are, the rules of `slo:sli_error:ratio_rate…` how they count.

use std::collections::{BTreeMap, BTreeSet};

use super::rules::Rule;
use super::shape::{Burning, burning, complement, counted, quotient};
use super::{Doubt, Evidence, Finding, Record, objective, span, target};
use crate::domain::slo::method::Method;
use crate::domain::slo::objective::{About, Group, Objective};
use crate::domain::slo::sli::{Ratio, Side, Sli};
use crate::domain::slo::target::Target;
use crate::domain::slo::tier::{Severity, Tier, sloth, workbook};
use crate::domain::slo::tool::{SLOTH_SLICE, Tool, runbook};
use crate::domain::slo::window::Window;
use crate::source::prometheus::narrow::quoted;

pub(super) const INFO: &str = "sloth_slo_info";
pub(super) const OBJECTIVE: &str = "slo:objective:ratio";
const PERIOD: &str = "slo:time_period:days";
const ERRORS: &str = "slo:sli_error:ratio_rate";
pub(super) const NAMES: &str =
    "sloth_slo_info|slo:objective:ratio|slo:time_period:days|slo:sli_error:ratio_rate[0-9]+m";
/// Labels that more than one SLO by them would be too many for.
const GROUPED_BY: usize = 8;

pub(super) fn find(evidence: &Evidence<'_>) -> Vec<Finding> {
    let mut known: BTreeMap<&str, Vec<&Record>> = BTreeMap::new();
    for record in &evidence.records {
        let id = record.label("sloth_id");
        let tells =
            [INFO, OBJECTIVE, PERIOD].contains(&record.name.as_str()) || record.name.starts_with(ERRORS);
        if tells && !id.is_empty() {
            known.entry(id).or_default().push(record);
        }
    }
    // A ratio without an objective is what is left of an SLO that was.
    known.retain(|_, records| records.iter().any(|record| [INFO, OBJECTIVE].contains(&record.name.as_str())));
    known.iter().map(|(id, records)| One { evidence, id, records }.find()).collect()
}

struct One<'a> {
    evidence: &'a Evidence<'a>,
    id: &'a str,
    records: &'a [&'a Record],
}

impl One<'_> {
    fn find(&self) -> Finding {
        let Some(info) = self.named(INFO).or_else(|| self.named(OBJECTIVE)) else {
            return Err(self.doubt("nothing tells its objective"));
        };
        let target =
            self.target(info).ok_or_else(|| self.doubt("its objective is not between 0 and 100 %"))?;
        let days = self.named(PERIOD).map_or(30.0, |record| record.value);
        let window = span(days * 86_400.0).ok_or_else(|| self.doubt("its period is no number of days"))?;
        let recorded = self.recorded();
        let sli = events(&recorded).unwrap_or_else(|| self.ratio(&recorded));
        let goal = (target, window);
        let names = (info.label("sloth_service"), info.label("sloth_slo"));
        let bare = objective(self.evidence, Tool::Sloth, self.id, names, sli, goal)?;
        let (tiers, runbook) = self.tiers(target, window);
        let about = About { labels: labels(info), notes: notes(&bare), ..bare.about.clone() };
        Ok(Objective {
            method: method(&recorded),
            tiers,
            runbook,
            group: self.group(&bare.id, info),
            about,
            ..bare
        })
    }

    fn doubt(&self, why: &str) -> Doubt {
        Doubt { tool: Tool::Sloth, id: self.id.to_owned(), why: why.to_owned() }
    }

    fn named(&self, name: &str) -> Option<&Record> {
        self.records.iter().find(|record| record.name == name).copied()
    }

    /// As it was written, where the info tells it.
    fn target(&self, info: &Record) -> Option<Target> {
        let percent = info.label("sloth_objective");
        let ratio = || target(self.named(OBJECTIVE)?.value);
        let written = (!percent.is_empty()).then(|| format!("{percent}%").parse().ok());
        written.flatten().or_else(ratio)
    }

    /// The rules that record its error ratio, by window.
    fn recorded(&self) -> BTreeMap<Window, &Rule> {
        let rules =
            self.evidence.rules().iter().filter(|rule| !rule.is_alert() && rule.label("sloth_id") == self.id);
        let known =
            rules.filter_map(|rule| Some((rule.name.strip_prefix(ERRORS)?.parse::<Window>().ok()?, rule)));
        known.collect()
    }

    /// What it has recorded of itself: the shortest ratio there is.
    fn ratio(&self, recorded: &BTreeMap<Window, &Rule>) -> Sli {
        let of_series = || self.ratios().map(|(window, record)| (window, record.name.as_str())).min();
        let of_rules = recorded.first_key_value().map(|(window, rule)| (*window, rule.name.as_str()));
        let name = of_rules.or_else(of_series).map_or("slo:sli_error:ratio_rate5m", |(_, name)| name);
        Sli::Ratio(Ratio { side: Side::Bad, ratio: format!("{name}{{sloth_id={}}}", quoted(self.id)) })
    }

    fn ratios(&self) -> impl Iterator<Item = (Window, &Record)> {
        let window = |record: &Record| record.name.strip_prefix(ERRORS)?.parse().ok();
        self.records.iter().filter_map(move |record| Some((window(record)?, *record)))
    }

    /// What its ratios have beside the labels of the SLO itself, it is grouped by.
    fn group(&self, id: &str, info: &Record) -> Option<Group> {
        let own = |label: &&String| *label == "sloth_window" || info.labels.contains_key(*label);
        let all = self.ratios().flat_map(|(_, record)| record.labels.keys());
        let by: BTreeSet<&String> = all.filter(|label| !own(label)).collect();
        let by: Vec<String> = by.into_iter().take(GROUPED_BY).cloned().collect();
        (!by.is_empty()).then(|| Group { parent: id.to_owned(), by, labels: BTreeMap::new() })
    }

    /// Those of its alerts, or of Sloth's own catalogue where the rules are not told; and the runbook they name.
    fn tiers(&self, target: Target, window: Window) -> (Vec<Tier>, Option<String>) {
        if self.evidence.rules.is_none() {
            return (sloth(window).unwrap_or_else(|_| workbook(window)), None);
        }
        let mine = |burning: &Burning| {
            burning.labels.iter().any(|(label, value)| label == "sloth_id" && value == self.id)
        };
        let quoted = quoted(self.id);
        let alerts =
            self.evidence.rules().iter().filter(|rule| rule.is_alert() && rule.query.contains(&quoted));
        let (mut tiers, mut page) = (Vec::new(), None);
        for alert in alerts {
            let found = burning(&alert.query, "ratio_rate").into_iter().filter(mine);
            let before = tiers.len();
            tiers.extend(found.filter_map(|burning| tier(alert, &burning, target)));
            if tiers.len() > before {
                page = page.or_else(|| runbook(&alert.annotations).cloned());
            }
        }
        tiers.sort_by_key(|tier| (std::cmp::Reverse(tier.severity), tier.long));
        (tiers, page)
    }
}

/// Sloth's own way, unless the rule of the whole period goes back to the events.
fn method(recorded: &BTreeMap<Window, &Rule>) -> Method {
    match recorded.last_key_value() {
        Some((_, period)) if !period.query.contains(ERRORS) => Method::Occurrences,
        _ => Method::RatioTimeslices { slice: SLOTH_SLICE },
    }
}

pub(super) fn tier(alert: &Rule, burning: &Burning, target: Target) -> Option<Tier> {
    let word =
        ["sloth_severity", "severity"].into_iter().find_map(|label| Severity::of_word(alert.label(label)));
    let usual = if burning.long <= Window::hours(6) { Severity::Page } else { Severity::Ticket };
    let factor = burning.factor.unwrap_or(burning.bound / target.budget());
    (factor.is_finite() && factor > 0.0).then(|| Tier {
        severity: word.unwrap_or(usual),
        short: burning.short,
        long: burning.long,
        factor,
        comparison: burning.comparison,
        wait: span_of(alert.duration),
    })
}

/// The `for` of an alert.
pub(super) fn span_of(seconds: f64) -> Option<Window> {
    (1.0..1e9).contains(&seconds).then(|| Window::seconds(seconds as i64))
}

fn labels(info: &Record) -> BTreeMap<String, String> {
    let own = info.labels.iter().filter(|(label, _)| !label.starts_with("sloth_"));
    own.map(|(label, value)| (label.clone(), value.clone())).collect()
}

/// Errors, or good ones, over all, as the rule of the shortest window has them.
fn events(recorded: &BTreeMap<Window, &Rule>) -> Option<Sli> {
    let sides = |text| {
        let bad = quotient(text).map(|(part, total)| (Side::Bad, part, total));
        bad.or_else(|| complement(text).map(|(part, total)| (Side::Good, part, total)))
    };
    counted(recorded, sides)
}

pub(super) fn notes(objective: &Objective) -> Vec<String> {
    if matches!(objective.sli, Sli::Ratio(_)) {
        vec![
            "counted by its recorded ratio: what it is made of is not told in a form that is known"
                .to_owned(),
        ]
    } else {
        Vec::new()
    }
}
