//! Policy ladders: the presets, and one's own steps.
//!
//! A step's limit is written in per cent of the budget. Without a step that always holds, everything
//! above the highest limit is `ship`.

use std::collections::BTreeMap;

use super::names::{Taken, allowed, choice};
use crate::config::code;
use crate::config::place::At;
use crate::config::quantity::{Share, share};
use crate::config::raw;
use crate::config::report::Report;
use crate::config::shown::quoted;
use crate::domain::slo::policy::{Policy, Stance, Step, preset_names};

const STANCES: &[(&str, Stance)] =
    &[("ship", Stance::Ship), ("caution", Stance::Caution), ("freeze", Stance::Freeze)];

/// Words whose stance goes without saying: those of the presets.
const GUESSED: &[(&str, Stance)] = &[
    ("ship", Stance::Ship),
    ("normal", Stance::Ship),
    ("healthy", Stance::Ship),
    ("caution", Stance::Caution),
    ("slow", Stance::Caution),
    ("daily", Stance::Caution),
    ("warning", Stance::Caution),
    ("freeze", Stance::Freeze),
    ("exhausted", Stance::Freeze),
    ("stop", Stance::Freeze),
];

/// All ladders by name; `None` where one is in trouble.
pub(super) fn policies(
    typed: &[raw::policy::Policy],
    report: &Report<'_>,
) -> BTreeMap<String, Option<Policy>> {
    let mut policies: BTreeMap<_, _> =
        preset_names().map(|name| (name.to_owned(), Policy::preset(name))).collect();
    let mut taken = Taken::new("policy");
    for raw in typed {
        let ladder = ladder(raw, report);
        let Some(name) = &raw.name else { continue };
        if Policy::preset(&name.value).is_some() {
            let message = format!("`{}` is the name of a preset", quoted(&name.value));
            report.error(code::DUPLICATE, &name.span, &message).hint("give the policy another name");
        } else if allowed(name, report) && taken.take(&name.value, &name.span, report) {
            let policy = ladder.map(|steps| Policy { name: name.value.clone(), steps });
            policies.insert(name.value.clone(), policy);
        }
    }
    policies
}

fn ladder(raw: &raw::policy::Policy, report: &Report<'_>) -> Option<Vec<Step>> {
    if raw.steps.is_empty() {
        report.error(code::MISSING_KEY, &raw.span, "a policy needs at least one [[policy.step]]");
        return None;
    }
    let steps: Vec<_> = raw.steps.iter().map(|raw| step(raw, report)).collect();
    let mut steps: Vec<Step> = steps.into_iter().collect::<Option<_>>()?;
    let limit = |step: &Step| step.below.map(f64::to_bits);
    for (place, step) in steps.iter().enumerate() {
        if let Some(first) = steps[..place].iter().position(|other| limit(other) == limit(step)) {
            report
                .error(code::CONFLICT, &raw.steps[place].span, "two steps have the same limit")
                .also(&raw.steps[first].span, "the first of them");
            return None;
        }
    }
    if steps.iter().all(|step| step.below.is_some()) {
        let (word, stance) = ("ship".to_owned(), Stance::Ship);
        steps.insert(
            0,
            Step { below: None, inclusive: false, recover_above: None, word, stance, actions: Vec::new() },
        );
    }
    Some(steps)
}

fn step(raw: &raw::policy::Step, report: &Report<'_>) -> Option<Step> {
    let limit = match (&raw.below, &raw.at_most) {
        (Some(_), Some(typed)) => {
            let message = "`below` and `at_most` are both given";
            report.error(code::CONFLICT, &typed.span, message).hint("leave one out");
            None
        }
        (Some(typed), None) | (None, Some(typed)) => percent(typed, report).map(Some),
        (None, None) => Some(None),
    };
    let stance = stance(raw, report);
    let recover = raw.recover_above.as_ref().map(|typed| recover(typed, limit.flatten(), report));
    Some(Step {
        below: limit?,
        inclusive: raw.at_most.is_some(),
        recover_above: recover.map_or(Some(None), |recover| recover.map(Some))?,
        word: raw.word.as_ref()?.value.clone(),
        stance: stance?,
        actions: raw.actions.iter().map(|action| action.value.clone()).collect(),
    })
}

/// The mark above which a step is left; it lies above the one below which it is taken.
fn recover(typed: &At<String>, limit: Option<f64>, report: &Report<'_>) -> Option<f64> {
    let mark = percent(typed, report)?;
    if limit.is_some_and(|limit| mark > limit) {
        return Some(mark);
    }
    let message = match limit {
        Some(limit) => format!("`recover_above` must lie above the step's own limit of {} %", limit * 100.0),
        None => "a step without a limit is never left, so it has nothing to recover above".to_owned(),
    };
    report.error(code::CONFLICT, &typed.span, &message);
    None
}

fn stance(raw: &raw::policy::Step, report: &Report<'_>) -> Option<Stance> {
    if let Some(typed) = &raw.stance {
        return choice("stance", typed, STANCES, report);
    }
    let word = raw.word.as_ref()?;
    let guessed = GUESSED.iter().find(|(known, _)| word.value.eq_ignore_ascii_case(known));
    if guessed.is_none() {
        let message = format!("what may one do at `{}`?", quoted(&word.value));
        report
            .error(code::MISSING_KEY, &word.span, &message)
            .hint("add stance = \"ship\", \"caution\" or \"freeze\"");
    }
    guessed.map(|(_, stance)| *stance)
}

/// 0–1 from per cent; a bare 0.25 could be either.
fn percent(typed: &At<String>, report: &Report<'_>) -> Option<f64> {
    let message = match share(&typed.value) {
        Some(Share::Percent(value)) if value <= 1.0 => return Some(value),
        Some(Share::Bare(value)) if value > 0.0 && value < 1.0 => {
            format!(
                "`{}` is ambiguous: a limit is in per cent; write 25, or \"{0}%\" if it is meant",
                quoted(&typed.value)
            )
        }
        Some(Share::Bare(value)) if value <= 100.0 => return Some(value / 100.0),
        _ => format!("`{}` is not a limit in per cent of the budget, such as 25", quoted(&typed.value)),
    };
    report.error(code::BAD_VALUE, &typed.span, &message);
    None
}
