//! The three things that can be turned, and the steps there are.

use super::{Change, Horizon, changed, ways};
use crate::domain::slo::calendar::{self, Calendar};
use crate::domain::slo::objective::{Objective, WINDOWS};
use crate::domain::slo::sli::Sli;
use crate::domain::slo::status::SloStatus;
use crate::domain::slo::target::Target;
use crate::domain::slo::window::{Window, WindowError};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Knob {
    Target,
    Window,
    Method,
}

/// The steps of a knob.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dial {
    pub steps: Vec<String>,
    /// Where it stands.
    pub at: usize,
    /// What is configured.
    pub own: usize,
}

const TARGETS: [&str; 9] = ["90%", "95%", "98%", "99%", "99.5%", "99.9%", "99.95%", "99.99%", "99.999%"];
const DAYS: [i64; 5] = [7, 14, 28, 30, 90];
const PERIODS: [calendar::Unit; 2] = [calendar::Unit::Month, calendar::Unit::Quarter];
/// A window of which less than this share is known is not offered.
const ENOUGH: f64 = 0.5;

impl Knob {
    pub const ALL: [Self; 3] = [Self::Target, Self::Window, Self::Method];

    pub fn word(self) -> &'static str {
        match self {
            Self::Target => "target",
            Self::Window => "window",
            Self::Method => "method",
        }
    }

    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|knob| knob.word() == word)
    }

    /// Where it stands for `objective`, in words: `99.9%`, `30d`, `calendar month`, `occurrences`.
    pub fn says(self, objective: &Objective) -> String {
        match self {
            Self::Target => objective.target.to_string(),
            Self::Window => match objective.calendar {
                Some(Calendar { unit, count: 1, .. }) => format!("calendar {}", unit.word()),
                Some(Calendar { unit, count, .. }) => format!("{count} calendar {}s", unit.word()),
                None => objective.window.to_string(),
            },
            Self::Method => match &objective.sli {
                Sli::Composite(composite) => composite.rule.word().to_owned(),
                _ => objective.method.word().to_owned(),
            },
        }
    }

    /// Why it does not turn for `objective`, in words.
    pub fn stuck(self, objective: &Objective) -> Option<&'static str> {
        let composite = matches!(objective.sli, Sli::Composite(_));
        (self == Self::Method && composite).then_some("not for a composite: its rule says what counts")
    }

    /// Every step of this knob, as a change that differs from `change` in nothing else.
    fn options(self, status: &SloStatus, change: &Change) -> Vec<Change> {
        let own = &status.objective;
        match self {
            Self::Target => targets(own, change)
                .into_iter()
                .map(|target| Change { target: Some(target).filter(|to| *to != own.target), ..*change })
                .collect(),
            Self::Window => horizons(status, change)
                .into_iter()
                .map(|window| Change { window: Some(window).filter(|to| *to != horizon(own)), ..*change })
                .collect(),
            Self::Method => ways(own)
                .into_iter()
                .map(|way| Change { method: Some(way).filter(|to| *to != own.method), ..*change })
                .collect(),
        }
    }

    /// The steps in words, and where among them `change` and the configuration stand.
    pub fn dial(self, status: &SloStatus, change: &Change) -> Dial {
        let says = |change: &Change| self.says(&changed(&status.objective, change));
        let steps: Vec<String> = self.options(status, change).iter().map(says).collect();
        let place = |wanted: &str| steps.iter().position(|step| step == wanted).unwrap_or(0);
        Dial { at: place(&says(change)), own: place(&self.says(&status.objective)), steps }
    }

    /// `change` with this knob turned by one step, up or down, as far as there are steps.
    #[must_use]
    pub fn turned(self, status: &SloStatus, change: &Change, up: bool) -> Change {
        let options = self.options(status, change);
        let here = self.dial(status, change).at;
        let to = if up { here + 1 } else { here.saturating_sub(1) };
        options.get(to.min(options.len().saturating_sub(1))).copied().unwrap_or(*change)
    }

    /// `change` with this knob as `text` says: a target, a window or the unit of a calendar, a method. The error is a sentence.
    pub fn set(self, objective: &Objective, change: &Change, text: &str) -> Result<Change, String> {
        let mut change = *change;
        match self {
            Self::Target => change.target = Some(text.parse::<Target>().map_err(|error| error.to_string())?),
            Self::Window => {
                let unit = calendar::Unit::ALL.into_iter().find(|unit| unit.word() == text);
                change.window = Some(unit.map_or_else(|| rolling(text), |unit| Ok(Horizon::Calendar(unit)))?);
            }
            Self::Method => {
                if let Some(why) = self.stuck(objective) {
                    return Err(format!("`method` is {why} ({})", self.says(objective)));
                }
                let found = ways(objective).into_iter().find(|way| way.word() == text);
                let words: Vec<_> = ways(objective).into_iter().map(super::Method::word).collect();
                change.method = Some(
                    found.ok_or_else(|| format!("`{text}` is no method; there are {}", words.join(", ")))?,
                );
            }
        }
        Ok(change)
    }
}

fn rolling(text: &str) -> Result<Horizon, String> {
    let window: Window = text.parse().map_err(|error: WindowError| error.to_string())?;
    let (from, to) = (WINDOWS.start(), WINDOWS.end());
    let fits = WINDOWS.contains(&window).then_some(Horizon::Rolling(window));
    fits.ok_or_else(|| format!("a window must be from {from} to {to}, not {window}"))
}

/// The usual targets, the objective's own, its promise and the one that is set, from lax to strict.
fn targets(objective: &Objective, change: &Change) -> Vec<Target> {
    let usual = TARGETS.iter().filter_map(|text| text.parse().ok());
    let mut all: Vec<Target> =
        usual.chain([objective.target]).chain(objective.sla).chain(change.target).collect();
    all.sort_by(|a, b| a.ratio().total_cmp(&b.ratio()));
    all.dedup();
    all
}

fn horizon(objective: &Objective) -> Horizon {
    objective.calendar.map_or(Horizon::Rolling(objective.window), |own| Horizon::Calendar(own.unit))
}

/// Windows that the counts can speak of, shortest first, then calendar periods; the configured one and the one that is
/// set in any case.
fn horizons(status: &SloStatus, change: &Change) -> Vec<Horizon> {
    let kept = [Some(horizon(&status.objective)), change.window];
    let known = |horizon: &Horizon| {
        let objective = changed(&status.objective, &Change { window: Some(*horizon), ..Change::default() });
        let reading = status.as_of.and_then(|at| objective.read(&status.counts, at));
        kept.contains(&Some(*horizon)) || reading.is_some_and(|reading| reading.coverage() >= ENOUGH)
    };
    let mut rolling: Vec<Window> = DAYS.map(Window::days).to_vec();
    let mut periods = PERIODS.to_vec();
    for horizon in kept.into_iter().flatten() {
        match horizon {
            Horizon::Rolling(window) => rolling.push(window),
            Horizon::Calendar(unit) => periods.push(unit),
        }
    }
    rolling.sort();
    rolling.dedup();
    periods.sort();
    periods.dedup();
    let periods = periods.into_iter().map(Horizon::Calendar);
    rolling.into_iter().map(Horizon::Rolling).chain(periods).filter(known).collect()
}
