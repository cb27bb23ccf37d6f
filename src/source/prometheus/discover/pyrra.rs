//! Pyrra's SLOs: the rules of `…:burnrate…` say what they count and by which labels, those of `…:increase…` over
//! which window, and the alerts what they promise.

use std::collections::BTreeMap;

use super::namesakes::{BURN, Part, burns, is_mixed, parts};
use super::rules::Rule;
use super::shape::{Summed, burning, summed, written};
use super::sloth::span_of;
use super::{Doubt, Evidence, Finding, objective, span, target};
use crate::domain::slo::namesake::{name_within, not_compared};
use crate::domain::slo::objective::{About, Group, Objective};
use crate::domain::slo::sli::{Events, Latency, Side, Sli};
use crate::domain::slo::tier::{Severity, Tier};
use crate::domain::slo::tool::{OWNERS, Tool, runbook};
use crate::domain::slo::window::Window;
use crate::source::prometheus::lint::parse::parse;
use crate::source::prometheus::lint::tree::{Node, Selected};

pub(super) const NAMES: &str = "pyrra_objective|pyrra_window";
/// What its alerts are called unless somebody says otherwise.
const ALERT: &str = "ErrorBudgetBurn";
/// What is recorded over the whole window.
const WHOLE: &[&str] = &[":increase", ":count", ":sum"];

pub(super) fn find(evidence: &Evidence<'_>) -> Vec<Finding> {
    let mut known: BTreeMap<&str, Vec<&Rule>> = BTreeMap::new();
    for rule in evidence.rules().iter().filter(|rule| !rule.label("slo").is_empty()) {
        known.entry(rule.label("slo")).or_default().push(rule);
    }
    // Others name a label `slo` too.
    known.retain(|_, rules| rules.iter().any(|rule| burns(rule)));
    let mut found: Vec<Finding> =
        known.iter().flat_map(|(id, rules)| namesakes(evidence, id, rules)).collect();
    let unknown = evidence.named("pyrra_objective").map(|record| record.label("slo"));
    let unknown = unknown.filter(|id| !id.is_empty() && !known.contains_key(id) && evidence.rules.is_some());
    found.extend(unknown.map(|id| Err(doubt(id, "its rules are not among those of this backend"))));
    found
}

/// Most often one. Where several have one service too, the namespace is part of the name.
fn namesakes(evidence: &Evidence<'_>, id: &str, rules: &[&Rule]) -> Vec<Finding> {
    let parts = parts(id, rules);
    let one = |part: &Part<'_>, name: &str| One { evidence, id, name, part, alone: parts.len() == 1 }.find();
    let mut found: Vec<Finding> = parts.iter().map(|part| one(part, id)).collect();
    let ids =
        |found: &[Finding]| -> Vec<String> { found.iter().flatten().map(|slo| slo.id.clone()).collect() };
    let plain = ids(&found);
    let is_double = |slo: &Objective| plain.iter().filter(|id| **id == slo.id).count() > 1;
    for (part, finding) in parts.iter().zip(&mut found) {
        let Some(namespace) = &part.namespace else { continue };
        if finding.as_ref().is_ok_and(is_double) {
            *finding = one(part, &name_within(id, namespace));
        }
    }
    if parts.iter().any(|part| is_mixed(&part.rules)) {
        let why = "several SLOs have this name, and neither a namespace nor a file tells all of them apart";
        found.push(Err(doubt(id, why)));
    }
    found
}

fn doubt(id: &str, why: &str) -> Doubt {
    Doubt { tool: Tool::Pyrra, id: id.to_owned(), why: why.to_owned() }
}

struct One<'a> {
    evidence: &'a Evidence<'a>,
    id: &'a str,
    /// What it is called here.
    name: &'a str,
    part: &'a Part<'a>,
    /// No other has its name.
    alone: bool,
}

impl One<'_> {
    fn find(&self) -> Finding {
        let doubt = |why: &str| doubt(self.id, why);
        let burns = self.part.rules.iter().filter_map(|rule| Some((rule.window_after(BURN)?, *rule)));
        let Some((_, rule)) = burns.min_by_key(|(window, _)| *window) else {
            return Err(doubt("nothing records how fast it burns"));
        };
        let root = parse(&rule.query).map_err(|_| doubt("its rules are not PromQL as far as it is known"))?;
        let indicator =
            Indicator::read(&root).ok_or_else(|| doubt("its rules have a form that is not known"))?;
        let window = self.window().ok_or_else(|| doubt("nothing tells its window"))?;
        let (tiers, promised) = self.tiers();
        let target = self.recorded("pyrra_objective").or(promised).and_then(target);
        let target =
            target.ok_or_else(|| doubt("nothing tells its target: it has no alerts and no generic rules"))?;
        let service = service(rule, indicator.total);
        let bare = objective(
            self.evidence,
            Tool::Pyrra,
            self.id,
            (&service, self.name),
            indicator.sli,
            (target, window),
        )?;
        let group = Group { parent: bare.id.clone(), by: indicator.by, labels: BTreeMap::new() };
        Ok(Objective {
            tiers,
            runbook: self.part.rules.iter().find_map(|rule| runbook(&rule.annotations)).cloned(),
            group: (!group.by.is_empty()).then_some(group),
            about: self.about(&bare.about, labels(rule, indicator.total)),
            ..bare
        })
    }

    /// With what its alerts are known by among those of its name, and the name of those on its burn rate: that its
    /// metric is absent is another alert with the same labels.
    fn about(&self, usual: &About, labels: BTreeMap<String, String>) -> About {
        let mut about = About { labels, ..usual.clone() };
        let alert = self
            .part
            .rules
            .iter()
            .find(|rule| rule.is_alert() && !burning(&rule.query, "burnrate").is_empty());
        let name = alert.map_or(ALERT, |alert| alert.name.as_str());
        about.pager.insert("alertname".to_owned(), name.to_owned());
        if let Some(apart) = &self.part.apart {
            about.pager.extend(apart.clone());
        } else {
            about.pager.clear();
            about.notes.push(not_compared(self.id));
        }
        about
    }

    /// What a generic rule of its own says, or has recorded; two of one name record the same series.
    fn recorded(&self, name: &str) -> Option<f64> {
        let own = self.part.rules.iter().find(|rule| !rule.is_alert() && rule.name == name);
        let series = || self.evidence.named(name).find(|record| record.label("slo") == self.id);
        let of_series = || self.alone.then(series).flatten().map(|record| record.value);
        own.and_then(|rule| rule.query.trim().parse().ok()).or_else(of_series)
    }

    fn window(&self) -> Option<Window> {
        let named = |rule: &&Rule| WHOLE.iter().find_map(|marker| rule.window_after(marker));
        let longest = || self.part.rules.iter().filter_map(named).max();
        self.recorded("pyrra_window").and_then(span).or_else(longest)
    }

    /// Its alerts, and the share of good events that they go by.
    fn tiers(&self) -> (Vec<Tier>, Option<f64>) {
        let (mut tiers, mut promised) = (Vec::new(), None);
        for alert in self.part.rules.iter().filter(|rule| rule.is_alert()) {
            for found in burning(&alert.query, "burnrate") {
                let Some(factor) = found.factor.filter(|factor| *factor > 0.0) else { continue };
                promised = promised.or(found.budget.map(|budget| 1.0 - budget));
                let usual = if factor >= 7.0 { Severity::Page } else { Severity::Ticket };
                tiers.push(Tier {
                    severity: Severity::of_word(alert.label("severity")).unwrap_or(usual),
                    short: found.short,
                    long: found.long,
                    factor,
                    comparison: found.comparison,
                    wait: span_of(alert.duration),
                });
            }
        }
        tiers.sort_by_key(|tier| (std::cmp::Reverse(tier.severity), tier.long));
        tiers.dedup();
        (tiers, promised)
    }
}

/// A label of the rules that says so, or what the metric is filtered by, or the namespace.
fn service(rule: &Rule, total: &Selected) -> String {
    let named = |label: &str| Some(rule.label(label)).filter(|value| !value.is_empty()).map(str::to_owned);
    let pinned = |label: &&str| {
        let matchers = total.of(label);
        matchers.iter().find(|matcher| matcher.pins()).map(|matcher| matcher.value().to_owned())
    };
    let owner = || OWNERS.iter().find_map(pinned);
    let found = named("service").or_else(owner).or_else(|| named("namespace"));
    found.unwrap_or_else(|| Tool::Pyrra.word().to_owned())
}

/// What the rules carry beside the matchers of the metric.
fn labels(rule: &Rule, total: &Selected) -> BTreeMap<String, String> {
    let own = rule.labels.iter().filter(|(label, _)| *label != "slo" && total.of(label).is_empty());
    own.map(|(label, value)| (label.clone(), value.clone())).collect()
}

/// What a burn rate is made of.
struct Indicator<'a> {
    sli: Sli,
    total: &'a Selected,
    by: Vec<String>,
}

impl<'a> Indicator<'a> {
    fn read(root: &'a Node) -> Option<Self> {
        let root = root.bare();
        if let Some((part, total)) = root.binary(&["/"]) {
            let total = summed(total)?;
            return match part.bare().binary(&["-"]) {
                Some((all, good)) => Self::of_difference(summed(all)?, &summed(good)?),
                None => Self::of_ratio(&summed(part)?, total),
            };
        }
        let (one, fraction) = root.binary(&["-"])?;
        let fraction = fraction.bare();
        let [from, to, histogram] = &fraction.parts[..] else { return None };
        let native = fraction.call() == Some("histogram_fraction") && one.value() == Some(1.0);
        if native && from.value() == Some(0.0) {
            Self::of_native(summed(histogram)?, to.value()?)
        } else {
            None
        }
    }

    /// `errors / total`
    fn of_ratio(errors: &Summed<'_>, total: Summed<'a>) -> Option<Self> {
        let sli = Sli::Events(Events {
            side: Side::Bad,
            part: whole(errors.selected),
            total: whole(total.selected),
        });
        let rates = errors.function == "rate" && total.function == "rate";
        rates.then_some(Self { sli, total: total.selected, by: total.by })
    }

    /// `(total - success) / total`: buckets, or samples of a gauge that is 1 while all is well.
    fn of_difference(all: Summed<'a>, good: &Summed<'_>) -> Option<Self> {
        let sli = match (all.function, good.function) {
            ("rate", "rate") => latency(good.selected, all.selected)?,
            ("count_over_time", "sum_over_time") if whole(all.selected) == whole(good.selected) => {
                Sli::Bool(whole(all.selected))
            }
            _ => return None,
        };
        Some(Self { sli, total: all.selected, by: all.by })
    }

    fn of_native(all: Summed<'a>, threshold: f64) -> Option<Self> {
        let fits = all.function == "rate" && threshold > 0.0 && threshold.is_finite();
        let sli = Sli::Latency(Latency { histogram: whole(all.selected), threshold, native: true });
        fits.then_some(Self { sli, total: all.selected, by: all.by })
    }
}

fn whole(selected: &Selected) -> String {
    written(&selected.name, selected, true)
}

/// One histogram where bucket and count are of one, so that its bound is found however it is written; else two
/// counters.
fn latency(success: &Selected, total: &Selected) -> Option<Sli> {
    let [le] = &success.of("le")[..] else { return None };
    // Prometheus 3 writes 1 as 1.0, and Pyrra may look for both.
    let bound: Option<f64> = le.value().trim_end_matches(r"(\.0)?").parse().ok();
    let bound = bound.filter(|bound| *bound > 0.0 && bound.is_finite());
    let base = success.name.strip_suffix("_bucket").filter(|base| total.name == format!("{base}_count"));
    let same = |base: &str| written(base, success, false) == written(base, total, false);
    Some(match (base, bound) {
        (Some(base), Some(threshold)) if same(base) => {
            Sli::Latency(Latency { histogram: written(base, total, false), threshold, native: false })
        }
        _ => Sli::Events(Events { side: Side::Good, part: whole(success), total: whole(total) }),
    })
}
