//! From one SLO of `OpenSLO` to one draft for each of its objectives.

use std::collections::{BTreeMap, BTreeSet};

use super::alert::runbook;
use super::{
    Budgeting, Content, Here, Measure, Metric, Note, Object, Objective, Sli, Slo, Source, Use, Version,
};
use crate::config::catalogue::draft::{Alerts, Draft, Tool};
use crate::config::catalogue::index::Index;
use crate::config::catalogue::indicator::{self, Measured, Told};
use crate::config::catalogue::query::Query;
use crate::config::catalogue::query::{is_prometheus, understand};
use crate::config::code;
use crate::config::diagnostic::Diagnostic;
use crate::domain::promql::{Matcher, Selector};
use crate::domain::slo::method::Method;
use crate::domain::slo::slug;

/// Of `op` and `value`, which are for threshold metrics.
const MEANS_NOTHING: &str = "a ratio is compared with the target alone, so this means nothing here";

/// Of v1alpha, where Sloth does not do what is written.
const COUNTED: &str = "events are counted, as `budgetingMethod: Occurrences` has it; Sloth takes the mean of ratios of \
    5m all the same, so that its budget may differ";

/// What the alert policies of one SLO come to.
pub(super) struct Policies {
    pub(super) alerts: Alerts,
    pub(super) notes: Vec<Note>,
    pub(super) runbook: Option<String>,
}

pub(super) struct Maker<'o> {
    pub(super) object: &'o Object,
    pub(super) slo: &'o Slo,
    policies: Policies,
    index: &'o Index<'o, Object>,
    pub(super) drafts: Vec<Draft>,
    pub(super) findings: Vec<Diagnostic>,
}

impl<'o> Maker<'o> {
    pub(super) fn new(
        object: &'o Object,
        slo: &'o Slo,
        policies: Policies,
        index: &'o Index<'o, Object>,
    ) -> Self {
        Self { object, slo, policies, index, drafts: Vec::new(), findings: Vec::new() }
    }

    /// A composite comes after its members.
    pub(super) fn make(&mut self) {
        let composite = self.slo.composite;
        let names = self.names(composite);
        for ((_, objective), name) in self.slo.objectives.iter().zip(names) {
            let used = objective.indicator.as_ref().or(self.slo.indicator.as_ref());
            let Some(sli) = used.and_then(|used| self.sli(used)) else { continue };
            if let Some(draft) = self.draft(objective, sli, &name) {
                self.drafts.push(draft);
            }
        }
        if composite {
            self.compose();
        }
    }

    /// The SLO's own name where it has one objective; else with the title of each, or its number where titles
    /// do not tell them apart. Sloth numbers them always, so v1alpha is numbered.
    fn names(&self, composite: bool) -> Vec<String> {
        let base = &self.object.metadata.name.value;
        if self.object.version != Version::V1Alpha && self.slo.written == 1 && !composite {
            return vec![base.clone(); self.slo.objectives.len()];
        }
        let titles: Vec<String> = self.slo.objectives.iter().map(|(_, objective)| slug(objective)).collect();
        let distinct: BTreeSet<&String> = titles.iter().filter(|title| !title.is_empty()).collect();
        let titled = distinct.len() == self.slo.written && self.object.version != Version::V1Alpha;
        let suffix =
            |(index, title): (usize, &String)| if titled { title.clone() } else { index.to_string() };
        let numbers = self.slo.objectives.iter().map(|(index, _)| *index);
        numbers.zip(&titles).map(|part| format!("{base}-{}", suffix(part))).collect()
    }

    fn sli(&mut self, used: &'o Use<Sli>) -> Option<&'o Sli> {
        let name = match used {
            Use::Inline(sli) => return Some(sli),
            Use::Named(name) => name,
        };
        match self.index.find("SLI", name) {
            Ok(Object { content: Content::Sli(sli), .. }) => Some(sli),
            Ok(_) => None,
            Err(finding) => {
                self.findings.push(*finding);
                None
            }
        }
    }

    fn draft(&mut self, objective: &Objective, sli: &Sli, name: &str) -> Option<Draft> {
        let mut notes = objective.notes.clone();
        if !matches!(sli.measure, Measure::Threshold(_)) {
            let spots =
                [objective.op.as_ref().map(|op| &op.spot), objective.value.as_ref().map(|it| &it.spot)];
            notes.extend(spots.into_iter().flatten().map(|spot| spot.note(MEANS_NOTHING)));
        }
        let (source, asked) = self.sources(sli, &mut notes);
        let indicator = if asked { self.indicator(objective, sli, &mut notes).ok()? } else { None };
        let mut draft = self.blank(objective, name);
        if self.slo.composite {
            self.leave_alerts_to_the_whole(&mut draft);
        }
        draft.notes.extend(notes);
        if let Some(indicator) = indicator {
            draft.notes.extend(indicator.notes.iter().map(|note| sli.spot.note(note)));
            draft.group_by = indicator.group_by;
            draft.time_weighted = indicator.time_weighted;
            draft.sli = Some(indicator.sli);
        }
        draft.source = (source != Source::default()).then_some(source);
        draft.runbook = draft.runbook.or_else(|| runbook(&sli.metadata));
        Some(draft)
    }

    /// Policies are of the SLO: of a composite they alert on what its members come to, not on each of them.
    fn leave_alerts_to_the_whole(&self, member: &mut Draft) {
        if let Alerts::Own(conditions) = &mut member.alerts {
            conditions.clear();
        }
        member.notes.retain(|note| !self.policies.notes.contains(note));
    }

    /// All but what is counted.
    pub(super) fn blank(&self, objective: &Objective, name: &str) -> Draft {
        let metadata = &self.object.metadata;
        let title =
            objective.title.as_ref().map(|title| title.value.clone()).filter(|_| self.slo.written > 1);
        let mut notes = [self.slo.notes.clone(), self.policies.notes.clone()].concat();
        let sloth = self.object.version == Version::V1Alpha;
        notes.extend(
            (sloth && self.slo.method == Budgeting::Occurrences).then(|| metadata.name.spot.note(COUNTED)),
        );
        Draft {
            tool: Tool::OpenSlo,
            origin: self.object.origin.clone(),
            spot: objective.spot.clone(),
            service: self.slo.service.clone(),
            name: Here { value: name.to_owned(), spot: metadata.name.spot.clone() },
            namespace: None,
            title: [metadata.title.clone(), title]
                .into_iter()
                .flatten()
                .reduce(|all, part| format!("{all}: {part}")),
            description: self.slo.description.clone(),
            labels: metadata.labels.clone(),
            annotations: metadata.annotations.clone(),
            goal: objective.goal.clone(),
            method: method(self.slo.method, objective),
            window: self.slo.window,
            sli: None,
            time_weighted: false,
            alerts: if sloth { Alerts::Preset("sloth") } else { self.policies.alerts.clone() },
            source: None,
            group_by: Vec::new(),
            pager: if sloth { self.pager(name) } else { BTreeMap::new() },
            runbook: runbook(metadata).or_else(|| self.policies.runbook.clone()),
            notes,
        }
    }

    /// As Sloth labels its alerts.
    fn pager(&self, name: &str) -> BTreeMap<String, String> {
        let service = &self.slo.service.value;
        BTreeMap::from([("sloth_id".to_owned(), format!("{service}-{name}"))])
    }

    /// Where its queries go, as the total has it, and whether a backend of ours could be asked all of them.
    fn sources(&mut self, sli: &Sli, notes: &mut Vec<Note>) -> (Source, bool) {
        let (metric, part) = match &sli.measure {
            Measure::Threshold(metric) | Measure::Raw { raw: metric, .. } => (metric, None),
            Measure::Events { total, part, .. } => (&**total, Some(&**part)),
        };
        let source = self.source(metric);
        if !asked(sli, &source, notes) {
            return (source, false);
        }
        let Some(part) = part else { return (source, true) };
        let other = self.source(part);
        let both = asked(sli, &other, notes);
        if both && other.name != source.name {
            notes.push(
                part.spot.note("the two queries name different sources; the total's is asked for both"),
            );
        }
        (source, both)
    }

    /// What is written beside the query, completed by the data source that it names.
    fn source(&mut self, metric: &Metric) -> Source {
        let mut source = metric.given.clone();
        let Some(name) = &metric.source else { return source };
        source.name = Some(name.value.clone());
        match self.index.object("DataSource", &name.value).map(|object| &object.content) {
            Some(Content::DataSource(found)) => {
                source.kind = source.kind.or_else(|| found.kind.clone());
                source.url.clone_from(&found.url);
            }
            // A name that nobody defines may be known to the tool only.
            _ if source.kind.is_some() && !self.index.has_any("DataSource") => {}
            _ => {
                let unknown = self.index.unknown("DataSource", name);
                let hint = unknown.hint.as_deref();
                self.findings.push(name.spot.warning(code::UNKNOWN_NAME, &unknown.message, hint));
            }
        }
        source
    }

    fn indicator(&mut self, objective: &Objective, sli: &Sli, notes: &mut Vec<Note>) -> Measured {
        let query = |metric: &Metric| metric.query.clone().filter(|query| !query.value.is_empty());
        let mut missing = |metric: &Metric| {
            notes.push(metric.spot.note("`spec` has no `query`, so it is not counted"));
            Ok(None)
        };
        match &sli.measure {
            Measure::Threshold(metric) => {
                let Some(text) = query(metric) else { return missing(metric) };
                let (Some(op), Some(value)) = (&objective.op, &objective.value) else {
                    let message =
                        "this objective needs `op` and `value`, for its indicator is a threshold metric";
                    self.findings.push(objective.spot.error(code::MISSING_KEY, message, None));
                    return Err(Told);
                };
                Ok(Some(indicator::threshold(&text.value, op.value, value.value)))
            }
            Measure::Raw { side, raw } => {
                let Some(text) = query(raw) else { return missing(raw) };
                Ok(Some(indicator::quotient(*side, &text.value)))
            }
            Measure::Events { counter, side, part, total } => {
                let Some(part_text) = query(part) else { return missing(part) };
                let Some(total_text) = query(total) else { return missing(total) };
                let counter = counter.unwrap_or_else(|| {
                    let guess = looks_counted(&total_text.value) || looks_counted(&part_text.value);
                    let word = if guess { "counters" } else { "no counters" };
                    // Queries with a range of their own mean the same either way.
                    let matters =
                        |text: &Here<String>| understand(&text.value, true) != understand(&text.value, false);
                    if matters(&part_text) || matters(&total_text) {
                        let text = format!("`counter` is not given; by their names these are {word}");
                        notes.push(sli.spot.note(&text));
                    }
                    guess
                });
                let read = |text: &Here<String>| understand(&text.value, counter);
                match indicator::events(*side, read(&part_text), read(&total_text)) {
                    Ok(indicator) => Ok(Some(indicator)),
                    Err(why) => {
                        self.findings.push(part_text.spot.error(code::CONFLICT, &why, None));
                        Err(Told)
                    }
                }
            }
        }
    }
}

/// Whether a backend of ours could be asked. Without a type, the name of the source must tell.
fn asked(sli: &Sli, source: &Source, notes: &mut Vec<Note>) -> bool {
    let word = source.kind.as_ref().or(source.name.as_ref());
    if word.is_some_and(|word| is_prometheus(word)) {
        return true;
    }
    let text = match word {
        Some(word) => format!("no backend here answers `{word}`, so it is not counted"),
        None => "nothing says which kind of source this query is for, so it is not counted".to_owned(),
    };
    notes.push(sli.spot.note(&text));
    false
}

/// By the endings that Prometheus gives to counters.
fn looks_counted(text: &str) -> bool {
    let Query::Selector { selector, .. } = understand(text, true) else { return false };
    let Ok(selector) = Selector::parse(&selector) else { return false };
    let in_braces = || selector.matchers.iter().find_map(Matcher::metric);
    let name = Some(selector.name.clone()).filter(|name| !name.is_empty()).or_else(in_braces);
    let ends = |name: String| ["_total", "_count", "_bucket", "_sum"].iter().any(|end| name.ends_with(end));
    name.is_some_and(ends)
}

fn method(method: Budgeting, objective: &Objective) -> Method {
    match (method, objective.slice, objective.slice_target) {
        (Budgeting::Timeslices, Some(slice), Some(target)) => Method::Timeslices { slice, target },
        (Budgeting::RatioTimeslices, Some(slice), _) => Method::RatioTimeslices { slice },
        _ => Method::Occurrences,
    }
}

/// `Good experience` as `good-experience`.
fn slug(objective: &Objective) -> String {
    let title = objective.title.as_ref().map_or("", |title| title.value.as_str());
    slug::slug(title)
}
