//! Error-budget policies: what a remaining budget permits, as a ladder of steps.

/// What a step means for someone who wants to ship.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stance {
    Ship,
    Caution,
    Freeze,
}

/// One rung. It holds when the remaining budget is below its limit (or at it, when `inclusive`).
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// Remaining share; `None` holds always, and is the top of the ladder.
    pub below: Option<f64>,
    pub inclusive: bool,
    /// Once taken, the step is left only above this share, so that it does not flicker at its limit.
    pub recover_above: Option<f64>,
    pub word: String,
    pub stance: Stance,
    pub actions: Vec<String>,
}

impl Step {
    /// Whether this much of the budget left is below its limit.
    pub fn holds(&self, remaining: f64) -> bool {
        match self.below {
            None => true,
            Some(limit) => remaining < limit || (self.inclusive && remaining <= limit),
        }
    }
}

/// A ladder; among the steps that hold, the one with the lowest limit is in force.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    pub name: String,
    pub steps: Vec<Step>,
}

impl Policy {
    /// The step for a remaining share, whatever was before. The value is never clamped: far below zero is still
    /// the lowest step.
    pub fn step(&self, remaining: f64) -> Option<&Step> {
        let rank = |step: &Step| step.below.unwrap_or(f64::INFINITY);
        self.steps.iter().filter(|step| step.holds(remaining)).min_by(|a, b| rank(a).total_cmp(&rank(b)))
    }

    /// The ladder of an objective that names none.
    pub fn usual() -> Self {
        Self::preset(USUAL).unwrap_or(Self { name: USUAL.to_owned(), steps: Vec::new() })
    }

    pub fn preset(name: &str) -> Option<Self> {
        let ladder = PRESETS.iter().find(|preset| preset.0 == name)?;
        let steps = ladder
            .1
            .iter()
            .map(|&(below, inclusive, word, stance, actions)| Step {
                below,
                inclusive,
                recover_above: None,
                word: word.to_owned(),
                stance,
                actions: actions.iter().map(|action| (*action).to_owned()).collect(),
            })
            .collect();
        Some(Self { name: name.to_owned(), steps })
    }
}

const USUAL: &str = "four-step";

pub fn preset_names() -> impl Iterator<Item = &'static str> {
    PRESETS.iter().map(|preset| preset.0)
}

type Rung = (Option<f64>, bool, &'static str, Stance, &'static [&'static str]);

const PRESETS: &[(&str, &[Rung])] = &[
    (
        "two-state",
        &[
            (None, false, "ship", Stance::Ship, &["take risks"]),
            (Some(0.0), true, "freeze", Stance::Freeze, &["stop and fix"]),
        ],
    ),
    (
        "deploy-cadence",
        &[
            (None, false, "ship", Stance::Ship, &["deploy many times a day"]),
            (Some(0.50), true, "daily", Stance::Caution, &["deploy once a day", "extra testing"]),
            (Some(0.25), false, "freeze", Stance::Freeze, &["no deployments", "work on reliability"]),
        ],
    ),
    (
        "three-state",
        &[
            (None, false, "healthy", Stance::Ship, &["normal development"]),
            (Some(0.25), false, "warning", Stance::Caution, &["review changes", "more testing"]),
            (Some(0.0), true, "exhausted", Stance::Freeze, &["feature freeze", "work on reliability"]),
        ],
    ),
    (
        "four-step",
        &[
            (None, false, "ship", Stance::Ship, &["ship features at full speed"]),
            (Some(0.75), true, "normal", Stance::Ship, &["normal development"]),
            (Some(0.25), false, "slow", Stance::Caution, &["slow down", "more testing"]),
            (Some(0.0), true, "freeze", Stance::Freeze, &["feature freeze", "reliability work only"]),
        ],
    ),
    (
        "document",
        &[
            (None, false, "ship", Stance::Ship, &["ship fast"]),
            (Some(0.50), true, "caution", Stance::Caution, &["more caution"]),
            (Some(0.0), true, "freeze", Stance::Freeze, &["feature freeze"]),
        ],
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_five_ladders_at_the_marks_of_their_documents() {
        let marks = [1.0, 0.76, 0.75, 0.60, 0.50, 0.40, 0.25, 0.20, 0.0, -0.38];
        for (name, words) in [
            ("two-state", "ship ship ship ship ship ship ship ship freeze freeze"),
            ("deploy-cadence", "ship ship ship ship daily daily daily freeze freeze freeze"),
            (
                "three-state",
                "healthy healthy healthy healthy healthy healthy healthy warning exhausted exhausted",
            ),
            ("four-step", "ship ship normal normal normal normal normal slow freeze freeze"),
            ("document", "ship ship ship ship caution caution caution caution freeze freeze"),
        ] {
            let policy = Policy::preset(name).unwrap();
            let got: Vec<&str> = marks.iter().map(|mark| policy.step(*mark).unwrap().word.as_str()).collect();
            assert_eq!(got.join(" "), words, "{name}");
        }
    }

    #[test]
    fn worked_decisions_of_88_and_7_percent_left() {
        let policy = Policy::preset("deploy-cadence").unwrap();
        assert_eq!(policy.step(0.88).unwrap().stance, Stance::Ship);
        assert_eq!(policy.step(0.07).unwrap().stance, Stance::Freeze);
    }
}
