//! Second step: the objects of all files together become drafts.

use super::drafts::{Maker, Policies};
use super::{Condition, Content, Here, Note, Object, Policy, Use};
use crate::config::catalogue::draft::{self, Alerts, Burn, Linked};
use crate::config::catalogue::index::{Index, Indexed, Scope};
use crate::config::catalogue::spot::once;
use crate::config::catalogue::tiers::tier;
use crate::config::code;
use crate::config::diagnostic::Diagnostic;
use crate::config::nearest::nearest;
use crate::config::shown::quoted;

/// Resolves all references among `objects`, which may come from any number of files, in any order and version.
/// An SLO whose indicator is unknown is left out with a finding; one without one of its alerts stays.
pub fn link(objects: &[&Object]) -> Linked {
    let mut linked = Linked::default();
    let index = Index::new(objects, &mut linked.findings);
    for object in objects.iter().copied().filter(|object| index.is_first(object)) {
        match &object.content {
            Content::Slo(slo) => {
                let alerts = alerts(&slo.policies, &index, &mut linked.findings);
                linked.findings.extend(odd_service(&slo.service, &index));
                let mut maker = Maker::new(object, slo, alerts, &index);
                maker.make();
                linked.drafts.append(&mut maker.drafts);
                linked.findings.append(&mut maker.findings);
            }
            Content::AlertPolicy(policy) => check(policy, &index, &mut linked.findings),
            _ => {}
        }
    }
    once(&mut linked.findings);
    linked
}

impl Indexed for Object {
    fn scope(&self) -> Scope<'_> {
        self.content.kind().into()
    }

    fn name(&self) -> &Here<String> {
        &self.metadata.name
    }

    fn is_bare(&self) -> bool {
        self.content == Content::Service
    }
}

/// A service need not exist as an object, so only what looks like a slip of the pen is told of.
fn odd_service(service: &Here<String>, index: &Index<'_, Object>) -> Option<Diagnostic> {
    if !index.has_any("Service") || index.object("Service", &service.value).is_some() {
        return None;
    }
    let near = nearest(&service.value, index.names("Service"))?;
    let message = format!("there is no Service called `{}`", quoted(&service.value));
    let hint = format!("did you mean `{}`?", quoted(near));
    Some(service.spot.warning(code::UNKNOWN_NAME, &message, Some(&hint)))
}

/// A policy on its own: whether all that it names is there.
fn check(policy: &Policy, index: &Index<'_, Object>, findings: &mut Vec<Diagnostic>) {
    let conditions = policy.conditions.iter().filter_map(|condition| match condition {
        Use::Named(name) => index.find("AlertCondition", name).err(),
        Use::Inline(_) => None,
    });
    findings.extend(conditions.map(|finding| *finding));
    let targets = policy.targets.iter().filter_map(|name| index.find("AlertNotificationTarget", name).err());
    findings.extend(targets.map(|finding| *finding));
}

fn alerts(policies: &[Use<Policy>], index: &Index<'_, Object>, findings: &mut Vec<Diagnostic>) -> Policies {
    let mut found = Policies { alerts: Alerts::Unsaid, notes: Vec::new(), runbook: None };
    let mut conditions = Vec::new();
    for policy in policies {
        let policy = match policy {
            Use::Inline(policy) => {
                check(policy, index, findings);
                policy
            }
            Use::Named(name) => match index.find("AlertPolicy", name) {
                Ok(Object { content: Content::AlertPolicy(policy), .. }) => policy,
                Ok(_) => continue,
                Err(finding) => {
                    findings.push(*finding);
                    continue;
                }
            },
        };
        found.runbook = found.runbook.take().or_else(|| policy.runbook.clone());
        let known = policy.conditions.iter().filter_map(|condition| resolved(condition, index));
        conditions.extend(known.map(|condition| burn(policy, condition, &mut found.notes)));
    }
    if !policies.is_empty() {
        found.alerts = Alerts::Own(conditions);
    }
    found
}

/// What is unknown has been told of with its policy.
fn resolved<'a>(condition: &'a Use<Condition>, index: &Index<'a, Object>) -> Option<&'a Condition> {
    match condition {
        Use::Inline(condition) => Some(condition),
        Use::Named(name) => match index.find("AlertCondition", name) {
            Ok(Object { content: Content::AlertCondition(condition), .. }) => Some(condition),
            _ => None,
        },
    }
}

fn burn(policy: &Policy, condition: &Condition, notes: &mut Vec<Note>) -> draft::Condition {
    let burns = vec![Burn { lookback: condition.lookback, op: condition.op, threshold: condition.threshold }];
    notes.extend(condition.notes.iter().cloned());
    let tier = match tier(&condition.severity, &burns, condition.after) {
        _ if policy.quiet.is_some() => {
            let text = "`alertWhenBreaching` is false, so there is no alert on its burn rate";
            notes.extend(policy.quiet.iter().map(|spot| spot.note(text)));
            None
        }
        Ok((tier, note)) => {
            notes.extend(note.map(|note| condition.spot.note(&note)));
            Some(tier)
        }
        Err(why) => {
            notes.push(condition.spot.note(&why));
            None
        }
    };
    let name = format!("{}/{}", policy.name, condition.name);
    let severity = condition.severity.clone();
    draft::Condition { spot: condition.spot.clone(), name, severity, burns, after: condition.after, tier }
}
