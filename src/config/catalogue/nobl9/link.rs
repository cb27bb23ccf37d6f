//! Second step: Nobl9's objects of all files together become drafts.

use std::collections::BTreeMap;

use super::{Component, Content, Here, Kind, Measure, Metric, Note, Object, Objective, Slo, Source};
use crate::config::catalogue::carry;
use crate::config::catalogue::draft::{Alerts, Condition, Draft, Linked, Tool};
use crate::config::catalogue::index::{Index, Indexed, Scope};
use crate::config::catalogue::indicator::{self, Measured, Told};
use crate::config::catalogue::query::{is_prometheus, understand};
use crate::config::catalogue::tiers::tier;
use crate::config::code;
use crate::config::diagnostic::Diagnostic;
use crate::config::nearest::nearest;
use crate::config::shown::quoted;
use crate::domain::slo::method::Method;
use crate::domain::slo::sli::{Composite, Member, Missing, Rule, Sli};
use crate::domain::slo::slug::slug;
use crate::domain::slo::window::Window;

/// Resolves all references among `objects` of any number of files, in any order, each within its project.
pub fn link(objects: &[&Object]) -> Linked {
    let mut linked = Linked::default();
    let index = Index::new(objects, &mut linked.findings);
    for object in objects.iter().copied().filter(|object| index.is_first(object)) {
        let Content::Slo(slo) = &object.content else { continue };
        let mut maker = Maker { object, slo, index: &index, findings: &mut linked.findings };
        let drafts: Vec<Draft> =
            slo.objectives.iter().filter_map(|objective| maker.draft(objective)).collect();
        linked.drafts.extend(drafts);
    }
    linked
}

impl Indexed for Object {
    fn scope(&self) -> Scope<'_> {
        self.kind.within(&self.project)
    }

    fn name(&self) -> &Here<String> {
        &self.name
    }

    fn is_bare(&self) -> bool {
        self.content == Content::Service
    }
}

impl Kind {
    fn within(self, project: &str) -> Scope<'_> {
        Scope { kind: self.word(), project: Some(project) }
    }
}

/// The SLO's own name where it has one objective, else with the objective's.
fn name_of(object: &Object, slo: &Slo, objective: &Objective) -> String {
    let base = &object.name.value;
    if slo.written == 1 {
        return base.clone();
    }
    let own = if objective.name.is_empty() {
        slug(objective.title.as_deref().unwrap_or_default())
    } else {
        objective.name.clone()
    };
    if own.is_empty() { format!("{base}-{}", objective.spot.place.line) } else { format!("{base}-{own}") }
}

struct Maker<'m, 'o> {
    object: &'o Object,
    slo: &'o Slo,
    index: &'m Index<'o, Object>,
    findings: &'m mut Vec<Diagnostic>,
}

impl Maker<'_, '_> {
    fn draft(&mut self, objective: &Objective) -> Option<Draft> {
        let mut notes = self.slo.notes.clone();
        let (sli, indicator) = match &objective.measure {
            Measure::Composite(components) => (Some(self.composite(components, &mut notes)?), None),
            measure => (None, self.indicator(measure, objective, &mut notes).ok()?),
        };
        let (alerts, runbook) = self.alerts(&mut notes);
        notes.extend(
            indicator.iter().flat_map(|found| found.notes.iter().map(|note| objective.spot.note(note))),
        );
        let title = objective.title.clone().filter(|_| self.slo.written > 1);
        let titles = [self.object.title.clone(), title];
        // One slice is a minute in Nobl9.
        let slice = Window::minutes(1);
        let method = objective.slice_target.filter(|_| self.slo.timeslices);
        Some(Draft {
            tool: Tool::Nobl9,
            origin: self.object.origin.clone(),
            spot: objective.spot.clone(),
            service: self.slo.service.clone(),
            name: Here {
                value: name_of(self.object, self.slo, objective),
                spot: self.object.name.spot.clone(),
            },
            namespace: None,
            title: titles.into_iter().flatten().reduce(|all, part| format!("{all}: {part}")),
            description: self.slo.description.clone(),
            labels: self.object.labels.clone(),
            annotations: self.object.annotations.clone(),
            goal: objective.goal.clone(),
            method: method.map_or(Method::Occurrences, |target| Method::Timeslices { slice, target }),
            window: Some(self.slo.window),
            time_weighted: indicator.as_ref().is_some_and(|found| found.time_weighted),
            group_by: indicator.as_ref().map(|found| found.group_by.clone()).unwrap_or_default(),
            sli: sli.or(indicator.map(|found| found.sli)),
            alerts,
            source: self.source(&objective.measure),
            pager: BTreeMap::new(),
            runbook: self.slo.runbook.clone().or(runbook),
            notes,
        })
    }

    fn indicator(&mut self, measure: &Measure, objective: &Objective, notes: &mut Vec<Note>) -> Measured {
        let mut unread = |why: &str| {
            notes.push(objective.spot.note(why));
            Ok(None)
        };
        let asked = |metric: &Metric| {
            format!("no backend here answers `{}`, so it is not counted", quoted(&metric.kind))
        };
        match measure {
            Measure::Unread(why) => unread(why),
            Measure::Value { metric, op, bound } => match &metric.promql {
                Some(query) => Ok(Some(indicator::threshold(&query.value, *op, *bound))),
                None => unread(&asked(metric)),
            },
            Measure::Events { counter, side, part, total } => {
                let (Some(part_query), Some(total_query)) = (&part.promql, &total.promql) else {
                    return unread(&asked(if part.promql.is_none() { part } else { total }));
                };
                let read = |query: &Here<String>| understand(&query.value, *counter);
                match indicator::events(*side, read(part_query), read(total_query)) {
                    Ok(indicator) => Ok(Some(indicator)),
                    Err(why) => {
                        self.findings.push(part_query.spot.error(code::CONFLICT, &why, None));
                        Err(Told)
                    }
                }
            }
            Measure::Composite(_) => Ok(None),
        }
    }

    fn source(&self, measure: &Measure) -> Option<Source> {
        let kind = match measure {
            Measure::Events { total: metric, .. } | Measure::Value { metric, .. } => {
                Some(metric.kind.clone())
            }
            Measure::Composite(_) => return None,
            Measure::Unread(_) => None,
        };
        let mut source = Source { kind, ..Source::default() };
        let (name, project) = self.slo.source.as_ref()?;
        source.name = Some(name.value.clone());
        let found = [Kind::Agent, Kind::Direct]
            .into_iter()
            .find_map(|kind| self.index.object(kind.within(project), &name.value));
        if let Some(Content::Source(found)) = found.map(|object| &object.content)
            && found.kind.as_ref().is_some_and(|kind| is_prometheus(kind))
        {
            source.url.clone_from(&found.url);
        }
        Some(source)
    }

    /// A component must be a plain objective: composites of composites, and so circles, are refused.
    fn composite(&mut self, components: &[Component], notes: &mut Vec<Note>) -> Option<Sli> {
        let mut members = Vec::new();
        for component in components {
            match self.member(component) {
                Ok(member) => members.push(member),
                Err(finding) => self.findings.push(*finding),
            }
        }
        if members.is_empty() || members.len() < components.len() {
            return None;
        }
        let first = &components[0].delayed;
        if let Some(other) = components.iter().find(|component| component.delayed.value != first.value) {
            let text = format!("missing data counts as the first component says, `{}`, for all", first.value);
            notes.push(other.delayed.spot.note(&text));
        }
        let missing = match first.value.as_str() {
            "CountAsGood" => Missing::Good,
            "CountAsBad" => Missing::Bad,
            _ => Missing::Ignore,
        };
        Some(Sli::Composite(Composite { members, rule: Rule::Weighted, missing }))
    }

    fn member(&self, component: &Component) -> Result<Member, Box<Diagnostic>> {
        let object = self.index.find(Kind::Slo.within(&component.project), &component.slo)?;
        let Content::Slo(slo) = &object.content else { return Err(unknown(component, &[])) };
        let wanted = &component.objective.value;
        let objective = slo.objectives.iter().find(|objective| objective.name == *wanted);
        let objective = objective.ok_or_else(|| unknown(component, &slo.objectives))?;
        if matches!(objective.measure, Measure::Composite(_)) {
            let message = format!("`{}` is a composite itself", quoted(wanted));
            let hint = "name its components here";
            return Err(Box::new(component.objective.spot.error(code::CONFLICT, &message, Some(hint))));
        }
        let id = carry::id(&slo.service.value, &name_of(object, slo, objective));
        Ok(Member { id, weight: component.weight })
    }

    fn alerts(&mut self, notes: &mut Vec<Note>) -> (Alerts, Option<String>) {
        let (mut conditions, mut runbook) = (Vec::new(), None);
        for name in &self.slo.policies {
            let policy = match self.index.find(Kind::AlertPolicy.within(&self.object.project), name) {
                Ok(object) => match &object.content {
                    Content::AlertPolicy(policy) => policy,
                    _ => continue,
                },
                Err(finding) => {
                    self.say_once(*finding);
                    continue;
                }
            };
            runbook = runbook.or_else(|| policy.runbook.clone());
            let others: Vec<String> = policy.others.iter().map(|other| quoted(&other.value)).collect();
            let found = if others.is_empty() {
                tier(&policy.severity, &policy.burns, None)
            } else {
                Err(format!("alerts on {} have no counterpart here", others.join(", ")))
            };
            let note = found.as_ref().map_or_else(|why| Some(why.clone()), |(_, note)| note.clone());
            notes.extend(note.map(|note| policy.spot.note(&format!("{}: {note}", quoted(&name.value)))));
            conditions.push(Condition {
                spot: policy.spot.clone(),
                name: name.value.clone(),
                severity: policy.severity.clone(),
                burns: policy.burns.clone(),
                after: None,
                tier: found.ok().map(|(tier, _)| tier),
            });
        }
        if self.slo.policies.is_empty() {
            (Alerts::Unsaid, runbook)
        } else {
            (Alerts::Own(conditions), runbook)
        }
    }

    /// Not for each objective again.
    fn say_once(&mut self, finding: Diagnostic) {
        if !self.findings.iter().rev().take(self.slo.policies.len()).any(|told| *told == finding) {
            self.findings.push(finding);
        }
    }
}

fn unknown(component: &Component, objectives: &[Objective]) -> Box<Diagnostic> {
    let (slo, wanted) = (&component.slo.value, &component.objective);
    let message = format!("`{}` has no objective called `{}`", quoted(slo), quoted(&wanted.value));
    let near = nearest(&wanted.value, objectives.iter().map(|objective| objective.name.as_str()));
    let hint = near.map(|near| format!("did you mean `{}`?", quoted(near)));
    Box::new(wanted.spot.error(code::UNKNOWN_NAME, &message, hint.as_deref()))
}
