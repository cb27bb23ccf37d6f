//! Recording and alert rules for a Prometheus, made of the objectives it counts. Text in, text out.

mod condition;
mod errors;
mod label;
pub(super) mod own;
mod pyrra;
mod sloth;
mod span;
mod template;
mod yaml;

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::Serialize;

use crate::domain::slo::method::Method;
use crate::domain::slo::objective::Objective;
use crate::domain::slo::sli::Sli;
use crate::domain::slo::tier::Tier;

pub use yaml::yaml;

/// Whose names the rules bear.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    Burnwatch,
    Sloth,
    Pyrra,
}

/// What a rule file of Prometheus holds; serialised it has the keys of one.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct RuleFile {
    pub groups: Vec<Group>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Group {
    /// Unique in a file.
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interval: Option<String>,
    pub rules: Vec<Rule>,
}

/// A recording rule, or an alert.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Rule {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alert: Option<String>,
    pub expr: String,
    #[serde(rename = "for", skip_serializing_if = "Option::is_none")]
    pub wait: Option<String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub annotations: BTreeMap<String, String>,
}

impl Rule {
    fn record(name: &str, expr: String, labels: BTreeMap<String, String>) -> Self {
        Self { record: Some(name.to_owned()), expr, labels, ..Self::default() }
    }
}

/// What came of the objectives.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Written {
    pub file: RuleFile,
    /// Objectives without any rule, and why.
    pub left_out: Vec<Remark>,
    /// What of the others the rules do not say.
    pub remarks: Vec<Remark>,
}

/// A sentence about one objective.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// Id of the objective.
    pub id: String,
    pub text: String,
}

/// The groups of one objective, and what they do not say.
#[derive(Debug, Default)]
struct Made {
    groups: Vec<Group>,
    remarks: Vec<String>,
}

/// The rules of `objectives`, in their order. One that cannot be expressed costs only itself.
pub fn rules(objectives: &[Arc<Objective>], style: Style) -> Written {
    let mut written = Written::default();
    let mut names: BTreeSet<String> = BTreeSet::new();
    for objective in objectives {
        let remark = |text: String| Remark { id: objective.id.clone(), text };
        match made(objective, style) {
            Ok(made) => {
                if let Some(group) = made.groups.iter().find(|group| names.contains(&group.name)) {
                    let why = format!("another SLO has the same group of rules, `{}`", group.name);
                    written.left_out.push(remark(why));
                    continue;
                }
                names.extend(made.groups.iter().map(|group| group.name.clone()));
                written.file.groups.extend(made.groups);
                written.remarks.extend(made.remarks.into_iter().map(remark));
            }
            Err(why) => written.left_out.push(remark(why)),
        }
    }
    written
}

fn made(objective: &Objective, style: Style) -> Result<Made, String> {
    if let Sli::Composite(_) = objective.sli {
        return Err(
            "a composite is judged cell by cell from its members, which no rule can do; its members \
                    have rules of their own"
                .to_owned(),
        );
    }
    let (objective, remarks) = readable(objective, style);
    let mut made = match style {
        Style::Burnwatch => own::made(&objective)?,
        Style::Sloth => sloth::made(&objective)?,
        Style::Pyrra => pyrra::made(&objective)?,
    };
    made.remarks.extend(remarks);
    made.remarks.extend(condition::dead(&objective));
    if let Some(calendar) = objective.calendar {
        made.remarks.push(format!(
            "its window is the {}: alerts are written, what is left of a period is not, for a rule knows no calendar",
            calendar.text()
        ));
    }
    Ok(made)
}

/// The objective without the tiers that look at less than one of its slices, and a sentence for each of these.
fn readable(objective: &Objective, style: Style) -> (Cow<'_, Objective>, Vec<String>) {
    let slice = match (objective.method, style) {
        // Sloth's alerts count events, whatever its budget is a mean of.
        (Method::RatioTimeslices { .. }, Style::Sloth) => None,
        (method, _) => method.slice(),
    };
    let too_short = |tier: &Tier| slice.is_some_and(|slice| tier.short < slice);
    if !objective.tiers.iter().any(too_short) {
        return (Cow::Borrowed(objective), Vec::new());
    }
    let (gone, tiers): (Vec<Tier>, Vec<Tier>) = objective.tiers.iter().partition(|tier| too_short(tier));
    let remark = |tier: Tier| {
        format!(
            "its {} over {} and {} is left out: a slice is longer than that",
            tier.severity.word(),
            span::text(tier.short),
            span::text(tier.long)
        )
    };
    (Cow::Owned(Objective { tiers, ..objective.clone() }), gone.into_iter().map(remark).collect())
}

/// The labels by which the alerts of these rules are known in the backend's `ALERTS`.
pub fn pager(objective: &Objective, style: Style) -> BTreeMap<String, String> {
    match style {
        Style::Burnwatch => own::pager(objective),
        Style::Sloth => sloth::identity(objective),
        Style::Pyrra => pyrra::pager(objective),
    }
}
