//! Whether part and total select what belongs together.
//!
//! Nothing is guessed: a finding rests on a value that passes the matchers of one side and not those of the other.

use std::collections::BTreeSet;

use crate::domain::slo::sli::Side;
use crate::source::prometheus::lint::counted::{Counted, counted};
use crate::source::prometheus::lint::finding::{Finding, Rule, shown};
use crate::source::prometheus::lint::matcher::Matcher;
use crate::source::prometheus::lint::names::{family, is_scope, is_status};
use crate::source::prometheus::lint::tree::{Grouping, Kind, Node, Selected};

/// A value that no pattern is written for.
const OTHER: &str = "some-other-value";

/// `side` is the part's, where it is known.
pub(super) fn compare(side: Option<Side>, part: &Node, whole: &Node) -> Vec<Finding> {
    let (parts, totals) = (counted(part), counted(whole));
    // In `all - good` the good events are no mistake.
    let side = side.filter(|_| !part.any(&|inner| inner.binary(&["-"]).is_some()));
    let mut found: Vec<Finding> = side.map(|side| wrong_side(side, &parts)).unwrap_or_default();
    let [total] = &totals[..] else { return found };
    if parts.iter().chain([total]).any(|counted| counted.selected.alternatives) {
        return found;
    }
    if let [only] = &parts[..]
        && is_same(only, total)
        && adds_all(part)
        && adds_all(whole)
    {
        found.push(Finding::new(
            Rule::PartIsTotal,
            only.at.clone(),
            "part and total count the same events: the ratio is always 1",
            "narrow the part, for instance by `code=~\"5..\"`",
        ));
    }
    for part in &parts {
        found.extend(outside(part, total));
        found.extend(too_wide(part, total));
    }
    found
}

/// Whether nothing is told apart: no labels are kept, and no values compared.
fn adds_all(node: &Node) -> bool {
    const COMPARISONS: &[&str] = &["==", "!=", ">", "<", ">=", "<="];
    !node.any(&|inner| match &inner.kind {
        Kind::Aggregate { grouping, .. } => !matches!(grouping, Grouping::All),
        Kind::Binary { op, .. } => COMPARISONS.contains(&op.as_str()),
        _ => false,
    })
}

fn is_same(part: &Counted<'_>, total: &Counted<'_>) -> bool {
    let all = |selected: &Selected| selected.matchers.iter().map(Matcher::shown).collect::<BTreeSet<_>>();
    let (one, other) = (part.selected, total.selected);
    let moved = one.moved || other.moved;
    !moved
        && part.reach == total.reach
        && !one.name.is_empty()
        && one.name == other.name
        && all(one) == all(other)
}

/// Labels of the total's matchers that let something of the part through which the total has not.
fn outside(part: &Counted<'_>, total: &Counted<'_>) -> Option<Finding> {
    let (inner, outer) = (part.selected, total.selected);
    let related = is_related(inner, outer);
    let label = labels(outer).into_iter().find(|label| {
        let comparable = related || (is_scope(label) && !inner.of(label).is_empty());
        comparable && *label != "le" && escapes(inner, outer, label)
    })?;
    let theirs = listed(outer, label);
    let message = match listed(inner, label) {
        ours if ours.is_empty() => format!(
            "the total has {} and the part does not: it counts events outside the total",
            shown(&theirs)
        ),
        ours => format!(
            "the part has {} where the total has {}: it counts events outside the total",
            shown(&ours),
            shown(&theirs)
        ),
    };
    let hint = format!("write the same matcher of {} on both sides", shown(label));
    Some(Finding::new(Rule::PartOutsideTotal, part.at.clone(), message, hint))
}

/// Scopes that the part has and the total lacks, beside whatever else tells bad from good.
fn too_wide(part: &Counted<'_>, total: &Counted<'_>) -> Option<Finding> {
    let (inner, outer) = (part.selected, total.selected);
    let narrows = |label: &&str| escapes(outer, inner, label);
    let tells = labels(inner)
        .into_iter()
        .filter(|label| !is_scope(label))
        .any(|label| label == "le" || narrows(&label));
    if !is_related(inner, outer) || !tells {
        return None;
    }
    let label = labels(inner).into_iter().filter(|label| is_scope(label)).find(narrows)?;
    Some(Finding::new(
        Rule::TotalTooWide,
        part.at.clone(),
        format!("the part has {} and the total counts more than that", shown(&listed(inner, label))),
        format!("write the same matcher of {} on both sides", shown(label)),
    ))
}

/// Whether they are series of one metric, so that a label means the same in both.
fn is_related(one: &Selected, other: &Selected) -> bool {
    !one.name.is_empty() && family(&one.name) == family(&other.name)
}

/// Whether a value of `label` passes all matchers of `from` and not all of `to`.
fn escapes(from: &Selected, to: &Selected, label: &str) -> bool {
    let (ours, theirs) = (from.of(label), to.of(label));
    let passes = |matchers: &[&Matcher], value: &str| matchers.iter().all(|matcher| matcher.passes(value));
    candidates(label, &ours, &theirs).iter().any(|value| passes(&ours, value) && !passes(&theirs, value))
}

/// Values to try: those the matchers name, every status from 200 on, and one that nobody has thought of.
fn candidates(label: &str, ours: &[&Matcher], theirs: &[&Matcher]) -> Vec<String> {
    let both = || ours.iter().chain(theirs);
    let named =
        |filler| both().flat_map(move |matcher| matcher.named(filler)).filter(|value| !value.is_empty());
    if is_status(label) && both().any(|matcher| matcher.value().contains(|c: char| c.is_ascii_digit())) {
        return named(None).chain((200..600).map(|status| status.to_string())).collect();
    }
    named(Some(OTHER)).chain([OTHER.to_owned()]).collect()
}

/// The good side must not be failures, nor the bad side successes.
fn wrong_side(side: Side, parts: &[Counted<'_>]) -> Vec<Finding> {
    let passes = |matchers: &[&Matcher], value: &str| matchers.iter().all(|matcher| matcher.passes(value));
    let judge = |part: &Counted<'_>| {
        let label = labels(part.selected).into_iter().find(|label| is_status(label))?;
        let matchers = part.selected.of(label);
        let any = |values: &[&str]| values.iter().any(|value| passes(&matchers, value));
        let (failed, succeeded) = (any(&["500", "502", "503", "5xx"]), any(&["200", "2xx"]));
        let (wrong, what, here, there) = match side {
            Side::Good => (failed && !succeeded, "failures", "good", "bad"),
            Side::Bad => (succeeded && !failed, "successes", "bad", "good"),
        };
        wrong.then(|| {
            Finding::new(
                Rule::WrongSide,
                part.at.clone(),
                format!(
                    "{} selects {what}, and they are counted as {here}",
                    shown(&listed(part.selected, label))
                ),
                format!("count it as {there}, or turn the matcher round"),
            )
        })
    };
    parts.iter().filter_map(judge).collect()
}

fn labels(selected: &Selected) -> BTreeSet<&str> {
    selected.matchers.iter().map(Matcher::label).collect()
}

fn listed(selected: &Selected, label: &str) -> String {
    selected.of(label).iter().map(|matcher| matcher.shown()).collect::<Vec<_>>().join(",")
}
