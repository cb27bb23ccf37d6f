//! Composites: their own table, and the SLOs that it names.

use std::collections::{BTreeMap, BTreeSet};

use super::keys::Keys;
use crate::config::code;
use crate::config::place::At;
use crate::config::raw;
use crate::config::raw::sli::Value;
use crate::config::report::Report;
use crate::config::resolve::names::reference;
use crate::config::shown::quoted;
use crate::domain::slo::sli::{Composite, Member, Missing, Rule, Sli};

const RULES: &[(&str, Rule)] = &[("worst", Rule::Worst), ("weighted", Rule::Weighted)];

pub(super) fn composite(keys: &Keys<'_, '_>) -> Option<Sli> {
    let rule = keys.word("rule", "rule", Rule::Worst, RULES);
    let missing = keys.word("missing", "way to count a missing member", Missing::Unknown, &Missing::ALL);
    let typed = keys.members("members")?;
    let rule = rule?;
    if typed.value.is_empty() {
        keys.report
            .error(code::BAD_VALUE, &typed.span, "a composite without members has nothing to tell")
            .hint("name SLOs by their ids, as in members = [\"checkout/availability\"]");
        return None;
    }
    let members: Vec<_> = typed.value.iter().map(|member| weighed(member, rule, keys.report)).collect();
    let members = members.into_iter().collect::<Option<_>>()?;
    Some(Sli::Composite(Composite { members, rule, missing: missing? }))
}

fn weighed(typed: &raw::sli::Member, rule: Rule, report: &Report<'_>) -> Option<Member> {
    let id = typed.id.as_ref()?;
    if let Some(weight) = &typed.weight {
        let hint = "leave it out, or write rule = \"weighted\"";
        if rule == Rule::Worst {
            report.error(code::CONFLICT, &weight.span, "weights have no part in the rule `worst`").hint(hint);
            return None;
        }
        if weight.value <= 0.0 {
            let message = "a weight must be above 0; leave the member out if it does not count";
            report.error(code::BAD_VALUE, &weight.span, message);
            return None;
        }
    }
    Some(Member { id: id.value.clone(), weight: typed.weight.as_ref().map_or(1.0, |weight| weight.value) })
}

/// Looks over what all composites name: each member is there, once, and not composite itself.
pub(in crate::config::resolve) fn references(typed: &[raw::slo::Slo], imports: bool, report: &Report<'_>) {
    let known: BTreeMap<String, &raw::slo::Slo> =
        typed.iter().filter_map(|raw| Some((raw.id()?, raw))).collect();
    for raw in typed.iter().filter(|raw| raw.is_composite()) {
        let own = raw.id().unwrap_or_default();
        let mut seen = BTreeMap::new();
        for member in members(raw) {
            if let Some(first) = seen.insert(member.value.clone(), member.span.clone()) {
                let message = format!("`{}` is a member twice", quoted(&member.value));
                report.error(code::DUPLICATE, &member.span, &message).also(&first, "first here");
                continue;
            }
            // What is imported is not known yet.
            if known.contains_key(&member.value) || !imports {
                refer(&own, member, &known, report);
            }
        }
    }
}

fn refer(own: &str, member: &At<String>, known: &BTreeMap<String, &raw::slo::Slo>, report: &Report<'_>) {
    if member.value == own {
        report.error(code::CONFLICT, &member.span, "a composite cannot be a member of itself");
        return;
    }
    let names: Vec<&str> = known.keys().map(String::as_str).filter(|name| *name != own).collect();
    let Some(found) = reference("SLO", &member.value, &member.span, &names, report) else { return };
    if !known.get(&found).is_some_and(|raw| raw.is_composite()) {
        return;
    }
    let message = if leads_to(&found, own, known) {
        format!("`{}` and `{}` are members of each other", quoted(own), quoted(&found))
    } else {
        format!("`{}` is a composite itself", quoted(&found))
    };
    report
        .error(code::CONFLICT, &member.span, &message)
        .hint("name the SLOs that it is made of instead; a composite is not a member");
}

/// Whether `own` is among what `from` is made of, however deep.
fn leads_to(from: &str, own: &str, known: &BTreeMap<String, &raw::slo::Slo>) -> bool {
    let mut seen = BTreeSet::new();
    let mut open = vec![from];
    while let Some(id) = open.pop() {
        let Some(raw) = known.get(id).filter(|_| seen.insert(id)) else { continue };
        open.extend(members(raw).map(|member| member.value.as_str()));
    }
    seen.contains(own)
}

fn members(raw: &raw::slo::Slo) -> impl Iterator<Item = &At<String>> {
    let fields = raw.sli.iter().flat_map(|sli| &sli.fields);
    let lists = fields.filter_map(|(_, value)| match value {
        Value::Members(members) => Some(&members.value),
        _ => None,
    });
    lists.flatten().filter_map(|member| member.id.as_ref())
}
