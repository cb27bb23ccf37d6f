//! The policy step in force, which may depend on what was: since when, and whether it may be left yet.
//!
//! Nothing is remembered. The remaining budget is walked through at fixed instants of the past, as the ledger has
//! them, so that every pane and every command comes to the same.

use super::grid::ceil;
use super::ledger::{FINE_SPAN, HOUR, Ledger, MIDDLE_SPAN, MINUTE};
use super::objective::Objective;
use super::policy::{Policy, Step};
use super::spent::budget_at;

/// The step in force at `at`, where `remaining` of the budget is left. The past is looked at only where it decides.
pub fn step(objective: &Objective, ledger: &Ledger, at: i64, remaining: f64) -> Option<Step> {
    let policy = &objective.policy;
    let held: Vec<bool> =
        policy.steps.iter().map(|step| holds(step, objective, ledger, at, remaining)).collect();
    in_force(policy, &held).map(|place| policy.steps[place].clone())
}

/// Since when the step `present` has been in force at `at`, where `left` of the budget is left, in Unix seconds: to the minute in the last hours, to five
/// minutes in the last days, to the hour before. `None` where it was so as far back as is known.
pub fn since(
    objective: &Objective,
    ledger: &Ledger,
    at: i64,
    left: Option<f64>,
    present: &Step,
) -> Option<i64> {
    let policy = &objective.policy;
    let mut held: Vec<bool> = vec![false; policy.steps.len()];
    let (mut last, mut since) = (None, None);
    for instant in instants(objective, at) {
        let then = if instant == at { left } else { left_at(objective, ledger, instant) };
        let Some(then) = then else { continue };
        for (held, step) in held.iter_mut().zip(&policy.steps) {
            *held = verdict(step, then).unwrap_or(*held);
        }
        let step = in_force(policy, &held);
        if step != last {
            since = last.map(|_| instant);
            last = step;
        }
    }
    // Whatever the walk came to, it speaks of the step that is shown or not at all.
    since.filter(|_| last.is_some_and(|place| policy.steps[place] == *present))
}

/// Whether a step is taken where `left` of the budget is left; `None` where what was before decides.
fn verdict(step: &Step, left: f64) -> Option<bool> {
    if step.holds(left) {
        return Some(true);
    }
    step.recover_above.is_none_or(|mark| left > mark).then_some(false)
}

fn left_at(objective: &Objective, ledger: &Ledger, at: i64) -> Option<f64> {
    budget_at(objective, ledger, at)?.standing()
}

fn holds(step: &Step, objective: &Objective, ledger: &Ledger, at: i64, remaining: f64) -> bool {
    let before = || instants(objective, at).rev().skip(1);
    let past = || before().filter_map(|instant| verdict(step, left_at(objective, ledger, instant)?));
    verdict(step, remaining).or_else(|| past().next()).unwrap_or(false)
}

/// The place of the step with the lowest limit among those that are held.
fn in_force(policy: &Policy, held: &[bool]) -> Option<usize> {
    let limit = |place: &usize| policy.steps[*place].below.unwrap_or(f64::INFINITY);
    (0..policy.steps.len()).filter(|place| held[*place]).min_by(|a, b| limit(a).total_cmp(&limit(b)))
}

/// The instants looked at up to `at`, oldest first: whole hours, later every five minutes, then minutes.
fn instants(objective: &Objective, at: i64) -> impl DoubleEndedIterator<Item = i64> {
    let from = ceil(at - objective.reach().as_seconds(), HOUR);
    let middle = ceil(at - MIDDLE_SPAN, HOUR).max(from);
    let fine = ceil(at - FINE_SPAN, HOUR).max(middle);
    let part = |from: i64, to: i64, step: i64| (0..(to - from).max(0) / step).map(move |i| from + i * step);
    part(from, middle, HOUR).chain(part(middle, fine, 5 * MINUTE)).chain(part(fine, at, MINUTE)).chain([at])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::slo::window::Window;

    fn objective() -> Objective {
        use crate::domain::slo::sli::{Events, Side, Sli};
        let sli = Sli::Events(Events { side: Side::Bad, part: "bad".into(), total: "all".into() });
        Objective::new("a", "b", "main", sli, "99%".parse().unwrap(), Window::days(7))
    }

    #[test]
    fn instants_are_the_same_for_everyone_and_end_now() {
        let at = 1_768_903_200 + 17 * 60;
        let all: Vec<i64> = instants(&objective(), at).collect();
        assert!(all.is_sorted() && all.windows(2).all(|pair| pair[0] < pair[1]));
        assert_eq!((all[0], *all.last().unwrap()), (1_768_903_200 - 7 * 86_400 + 3600, at));
        assert!(all.iter().take(90).all(|instant| instant % HOUR == 0));
        assert!(all.len() < 1600, "{}", all.len());
        let later: Vec<i64> = instants(&objective(), at + 60).collect();
        assert_eq!(all[..all.len() - 1], later[..all.len() - 1]);
    }
}
