//! SLOs whose rules another burnwatch has written: `burnwatch_slo_info` says which there are, the rules of
//! `burnwatch:slo_errors:ratio_rate…` how they count.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDateTime};

use super::rules::Rule;
use super::shape::{burning, clamped, counted};
use super::sloth::{notes, tier};
use super::{Doubt, Evidence, Finding, Record, objective, span};
use crate::domain::slo::calendar::Calendar;
use crate::domain::slo::objective::{About, Group, Objective};
use crate::domain::slo::sli::{Ratio, Side, Sli};
use crate::domain::slo::target::Target;
use crate::domain::slo::tier::{Tier, workbook};
use crate::domain::slo::tool::{Tool, runbook};
use crate::domain::slo::window::Window;
use crate::source::prometheus::narrow::quoted;
use crate::source::prometheus::rules::own::START;

pub(super) const INFO: &str = "burnwatch_slo_info";
const ERRORS: &str = "burnwatch:slo_errors:ratio_rate";
pub(super) const NAMES: &str = "burnwatch_slo_info|burnwatch:slo_errors:ratio_rate[0-9]+m";
/// What the info says of the SLO itself; any other label is the SLO's own.
const SAID: &[&str] = &["slo", "service", "objective", "window", "kind", "method", "start"];
/// A ratio over more than this tells too little about the present.
const LONGEST: Window = Window::hours(1);
/// Labels that more than one SLO by them would be too many for.
const GROUPED_BY: usize = 8;

pub(super) fn find(evidence: &Evidence<'_>) -> Vec<Finding> {
    let mut seen = BTreeSet::new();
    let infos = evidence.named(INFO).filter(|info| !info.label("slo").is_empty());
    infos.filter(|info| seen.insert(info.label("slo"))).map(|info| One { evidence, info }.find()).collect()
}

struct One<'a> {
    evidence: &'a Evidence<'a>,
    info: &'a Record,
}

impl One<'_> {
    fn find(&self) -> Finding {
        let doubt = |why: &str| self.doubt(why);
        let target: Option<Target> = self.info.label("objective").parse().ok();
        let target = target.ok_or_else(|| doubt("its objective is not between 0 and 100 %"))?;
        let calendar = self.calendar();
        let rolling = || self.info.label("window").parse().ok();
        let window = calendar.map(Calendar::nominal).or_else(rolling);
        let window = window.and_then(|window| span(window.as_seconds() as f64));
        let window = window.ok_or_else(|| doubt("its window is none that is known"))?;
        let recorded = self.recorded();
        let sli = self.events(&recorded).or_else(|| self.ratio(&recorded));
        let sli = sli.ok_or_else(|| doubt("nothing records its share of errors over an hour or less"))?;
        let bare = objective(self.evidence, Tool::Burnwatch, self.id(), self.names(), sli, (target, window))?;
        let (tiers, runbook, alert) = self.tiers(target, window);
        let mut about = About { labels: self.labels(), notes: notes(&bare), ..bare.about.clone() };
        about.pager.extend(alert.map(|name| ("alertname".to_owned(), name)));
        Ok(Objective { calendar, tiers, runbook, group: self.group(&bare.id), about, ..bare })
    }

    fn id(&self) -> &str {
        self.info.label("slo")
    }

    fn doubt(&self, why: &str) -> Doubt {
        Doubt { tool: Tool::Burnwatch, id: self.id().to_owned(), why: why.to_owned() }
    }

    /// Service and name, of which the id is made.
    fn names(&self) -> (&str, &str) {
        let service = self.info.label("service");
        let name = self.id().strip_prefix(service).and_then(|rest| rest.strip_prefix('/'));
        (service, name.unwrap_or_else(|| self.id()))
    }

    fn calendar(&self) -> Option<Calendar> {
        let calendar = Calendar::from_text(self.info.label("window"))?;
        let start = NaiveDateTime::parse_from_str(self.info.label("start"), START).ok();
        Some(Calendar { start: start.filter(|start| (1970..2200).contains(&start.year())), ..calendar })
    }

    /// The rules that record its share of errors, by window.
    fn recorded(&self) -> BTreeMap<Window, &Rule> {
        let rules = self.evidence.rules().iter();
        let own = rules.filter(|rule| !rule.is_alert() && rule.label("slo") == self.id());
        own.filter_map(|rule| Some((rule.name.strip_prefix(ERRORS)?.parse().ok()?, rule))).collect()
    }

    /// A share of slices is told by its ratio alone.
    fn events(&self, recorded: &BTreeMap<Window, &Rule>) -> Option<Sli> {
        let sides = |text| clamped(text).map(|(bad, total)| (Side::Bad, bad, total));
        (self.info.label("method") == "occurrences").then(|| counted(recorded, sides))?
    }

    /// The shortest that is recorded, as its rules tell it or its series.
    fn ratio(&self, recorded: &BTreeMap<Window, &Rule>) -> Option<Sli> {
        let of_rules = recorded.first_key_value().map(|(window, rule)| (*window, rule.name.as_str()));
        let window = |record: &Record| record.name.strip_prefix(ERRORS)?.parse::<Window>().ok();
        let of_series =
            || self.ratios().filter_map(|record| Some((window(record)?, record.name.as_str()))).min();
        let (_, name) = of_rules.or_else(of_series).filter(|(window, _)| *window <= LONGEST)?;
        Some(Sli::Ratio(Ratio { side: Side::Bad, ratio: format!("{name}{{slo={}}}", quoted(self.id())) }))
    }

    fn ratios(&self) -> impl Iterator<Item = &Record> {
        let mine = |record: &&Record| record.name.starts_with(ERRORS) && record.label("slo") == self.id();
        self.evidence.records.iter().filter(mine)
    }

    /// What its ratios have beside the labels of the SLO itself, it is grouped by.
    fn group(&self, id: &str) -> Option<Group> {
        let all = self.ratios().flat_map(|record| record.labels.keys());
        let by: BTreeSet<&String> = all.filter(|label| !self.info.labels.contains_key(*label)).collect();
        let by: Vec<String> = by.into_iter().take(GROUPED_BY).cloned().collect();
        (!by.is_empty()).then(|| Group { parent: id.to_owned(), by, labels: BTreeMap::new() })
    }

    fn labels(&self) -> BTreeMap<String, String> {
        let own = self.info.labels.iter().filter(|(label, _)| !SAID.contains(&label.as_str()));
        own.map(|(label, value)| (label.clone(), value.clone())).collect()
    }

    /// Those of its alerts, or the usual ones where the rules are not told; with the runbook and the name of them.
    fn tiers(&self, target: Target, window: Window) -> (Vec<Tier>, Option<String>, Option<String>) {
        if self.evidence.rules.is_none() {
            return (workbook(window), None, None);
        }
        let quoted = quoted(self.id());
        let is_mine = |(label, value): &(String, String)| label == "slo" && value == self.id();
        let (mut tiers, mut page, mut name) = (Vec::new(), None, None);
        let alerts =
            self.evidence.rules().iter().filter(|rule| rule.is_alert() && rule.query.contains(&quoted));
        for alert in alerts {
            let found = burning(&alert.query, "slo_errors:ratio_rate").into_iter();
            let mine = found.filter(|burning| burning.labels.iter().any(is_mine));
            let before = tiers.len();
            tiers.extend(mine.filter_map(|burning| tier(alert, &burning, target)));
            if tiers.len() > before {
                page = page.or_else(|| runbook(&alert.annotations).cloned());
                name = name.or_else(|| Some(alert.name.clone()));
            }
        }
        tiers.sort_by_key(|tier| (std::cmp::Reverse(tier.severity), tier.long));
        (tiers, page, name)
    }
}
