//! One side of the comparison: a status, its pages, and both as words beside the other side's.

use chrono::TimeDelta;

use super::pages;
use crate::domain::quantity::{burn, duration, exact, percent};
use crate::domain::slo::alert::{State, TierStatus};
use crate::domain::slo::ledger::{HOUR, MIDDLE_SPAN};
use crate::domain::slo::method::Method;
use crate::domain::slo::policy::Stance;
use crate::domain::slo::sli::{Rule, Sli};
use crate::domain::slo::span::Span;
use crate::domain::slo::status::SloStatus;
use crate::domain::slo::tier::{Severity, Sight, Tier, preset};
use crate::domain::slo::whatif::knob::Knob;
use crate::domain::slo::window::Window;

/// A status with the pages that its tiers would have sent.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    pub status: SloStatus,
    /// Of the last three days, judged cell by cell.
    pub recent: Vec<Span>,
    /// Of the whole window: those before the last three days are found by the hour, and short ones missed.
    pub about: usize,
}

/// What a line of the comparison is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Figure {
    Knob(Knob),
    Remaining,
    Allowed,
    Bad,
    Minutes,
    Burn(Window),
    Firing,
    Recent,
    Pages,
    Policy,
    Permits,
    Empty,
    Tiers,
}

/// One figure on both sides, as people read it.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    pub figure: Figure,
    pub now: String,
    pub then: String,
}

impl Figure {
    pub const ALL: [Self; 16] = [
        Self::Knob(Knob::Target),
        Self::Knob(Knob::Window),
        Self::Knob(Knob::Method),
        Self::Remaining,
        Self::Policy,
        Self::Allowed,
        Self::Bad,
        Self::Minutes,
        Self::Burn(Window::hours(1)),
        Self::Burn(Window::hours(6)),
        Self::Empty,
        Self::Firing,
        Self::Recent,
        Self::Pages,
        Self::Permits,
        Self::Tiers,
    ];

    pub fn label(self) -> String {
        match self {
            Self::Knob(knob) => knob.word().to_owned(),
            Self::Remaining => "remaining".to_owned(),
            Self::Allowed => "allowed".to_owned(),
            Self::Bad => "bad".to_owned(),
            Self::Minutes => "outage".to_owned(),
            Self::Burn(window) => format!("burn {window}"),
            Self::Firing => "fires now".to_owned(),
            Self::Recent => format!("pages {}", Window::seconds(MIDDLE_SPAN)),
            Self::Pages => "pages".to_owned(),
            Self::Policy => "policy".to_owned(),
            Self::Permits => "permits".to_owned(),
            Self::Empty => "empty".to_owned(),
            Self::Tiers => "tiers".to_owned(),
        }
    }
}

/// Judges the past with the tiers of `status`.
pub fn column(status: SloStatus) -> Column {
    let Some(at) = status.as_of else { return Column { status, recent: Vec::new(), about: 0 } };
    let (objective, ledger) = (&status.objective, status.burning());
    let cell = ledger.base().as_seconds();
    let seam = at - MIDDLE_SPAN;
    let recent = pages(objective, ledger, seam, at, cell);
    let from = objective.span(at).from;
    let older = if from < seam { pages(objective, ledger, from, seam, HOUR) } else { Vec::new() };
    // One that fires on both sides of the seam is one page.
    let goes_on = older.last().is_some_and(|last| last.to > seam - HOUR)
        && recent.first().is_some_and(|first| first.from <= seam + cell);
    let newer = recent.iter().filter(|span| span.to > from).count();
    let about = older.len() + newer - usize::from(goes_on);
    Column { status, recent, about }
}

/// Both sides, figure by figure.
pub fn compare(now: &Column, then: &Column) -> Vec<Line> {
    let line = |figure| Line { figure, now: now.says(figure), then: then.says(figure) };
    Figure::ALL.into_iter().map(line).collect()
}

impl Column {
    fn says(&self, figure: Figure) -> String {
        let (status, objective) = (&self.status, &self.status.objective);
        let unknown = || "not known".to_owned();
        let unit = objective.unit().word();
        match figure {
            Figure::Knob(knob) => knob.says(objective),
            Figure::Remaining if status.is_broken() => "none".to_owned(),
            Figure::Remaining => status.remaining().map_or_else(unknown, percent),
            Figure::Allowed => {
                status.budget.map_or_else(unknown, |budget| format!("{} {unit}", exact(budget.allowed_bad)))
            }
            Figure::Bad => {
                status.reading.map_or_else(unknown, |reading| format!("{} {unit}", exact(reading.tally.bad)))
            }
            Figure::Minutes => status.budget.map_or_else(unknown, |budget| {
                let whole = budget.minutes;
                match budget.minutes_left {
                    Some(left) if left < 0.0 => format!("{:.1} min over {whole:.1}", -left),
                    Some(left) => format!("{left:.1} of {whole:.1} min left"),
                    None => format!("? of {whole:.1} min left"),
                }
            }),
            Figure::Burn(window) => {
                status.burn(window).map_or_else(unknown, |rate| format!("{}×", burn(rate)))
            }
            Figure::Firing => firing(status),
            Figure::Recent => self.recent(),
            Figure::Pages => self.pages(),
            Figure::Policy => status.step.as_ref().map_or_else(unknown, |step| match step.stance {
                Stance::Freeze => step.word.to_uppercase(),
                _ => step.word.clone(),
            }),
            Figure::Permits => status.step.as_ref().map_or_else(unknown, |step| step.actions.join(", ")),
            Figure::Empty => empty(status),
            Figure::Tiers => {
                let all: Vec<_> = objective.tiers.iter().map(tier).collect();
                if all.is_empty() { "none".to_owned() } else { all.join(" · ") }
            }
        }
    }

    fn recent(&self) -> String {
        let spent: i64 = self.recent.iter().map(|span| span.to - span.from).sum();
        match self.recent.len() {
            _ if self.status.as_of.is_none() => "not known".to_owned(),
            0 => self.nothing().to_owned(),
            count => format!("{count}, {} in all", duration(TimeDelta::seconds(spent))),
        }
    }

    fn pages(&self) -> String {
        let Some(at) = self.status.as_of else { return "not known".to_owned() };
        let span = self.status.objective.span(at);
        let count = match (self.about, at - span.from > MIDDLE_SPAN) {
            (0, true) => "none found".to_owned(),
            (0, false) => self.nothing().to_owned(),
            (count, true) => format!("about {count}"),
            (count, false) => count.to_string(),
        };
        let place = match self.status.objective.calendar {
            Some(calendar) => format!("in {} so far", calendar.name(at)),
            None => format!("in {}", self.status.objective.window),
        };
        format!("{count} {place}")
    }

    /// Page tiers that look closer than the cells are wide.
    fn blind(&self) -> impl Iterator<Item = &Tier> {
        let pages = self.status.tiers.iter().filter(|found| found.tier.severity == Severity::Page);
        pages.filter(|found| found.sight == Sight::Blind).map(|found| &found.tier)
    }

    /// No page, as far as that can be said.
    fn nothing(&self) -> &'static str {
        if self.blind().next().is_some() { "none seen" } else { "none" }
    }
}

fn firing(status: &SloStatus) -> String {
    let firing: Vec<_> =
        status.tiers.iter().filter(|found| found.firing).map(|found| tier(&found.tier)).collect();
    let blind = |found: &TierStatus| matches!(found.state(), State::Unseen | State::Unknown);
    match firing.len() {
        _ if status.as_of.is_none() => "not known".to_owned(),
        0 if status.tiers.iter().all(blind) && !status.tiers.is_empty() => "not known".to_owned(),
        0 if status.tiers.iter().any(blind) => "nothing seen".to_owned(),
        0 => "nothing".to_owned(),
        _ => firing.join(" · "),
    }
}

/// `page 14.4× 1h & 5m`.
fn tier(tier: &Tier) -> String {
    let factor = format!("{:.3}", tier.factor);
    let factor = factor.trim_end_matches('0').trim_end_matches('.');
    format!("{} {factor}× {} & {}", tier.severity.word(), tier.long, tier.short)
}

fn empty(status: &SloStatus) -> String {
    match (status.standing(), status.forecast.rolling) {
        (None, _) => "not known".to_owned(),
        (Some(left), _) if left <= 0.0 => "already".to_owned(),
        (_, Some(ahead)) => format!("in {}", duration(TimeDelta::seconds(ahead))),
        (_, None) if status.objective.calendar.is_some() => "not in this period".to_owned(),
        (_, None) => "never at this rate".to_owned(),
    }
}

/// What the history cannot tell of the other side, in sentences, and what is new to mind there.
pub fn limits(now: &Column, then: &Column) -> Vec<String> {
    let (objective, mut said) = (&then.status.objective, Vec::new());
    let (Some(at), Some(reading)) = (then.status.as_of, then.status.reading) else {
        return vec!["nothing was counted yet: there is nothing to judge".to_owned()];
    };
    let span = |seconds: i64| duration(TimeDelta::seconds(seconds));
    let whole = at - objective.span(at).from;
    if reading.known < 0.99 * whole as f64 {
        let known = span(reading.known as i64);
        said.push(format!("the counts reach over {known} of {}: what was before is not known", span(whole)));
    }
    let three_days = Window::seconds(MIDDLE_SPAN);
    if whole > MIDDLE_SPAN {
        let other = objective.method != now.status.objective.method;
        if other && objective.method != Method::Occurrences {
            said.push(format!(
                "slices before the last {three_days} are whole hours: finer counts are not kept"
            ));
        }
        said.push(format!("pages before the last {three_days} are found by the hour: short ones are missed"));
    }
    if objective.window != now.status.objective.window && objective.tiers == now.status.objective.tiers {
        said.push(match preset(&objective.alerts, objective.window) {
            Some(Err(why)) => format!("{why}: the tiers stay as they are"),
            _ => format!("the tiers ({}) do not follow the window", objective.alerts),
        });
    }
    let blind: Vec<_> = then.blind().map(tier).collect();
    if !blind.is_empty() {
        let cell = then.status.burning().base();
        said.push(format!("{}: not seen in cells of {cell}, pages of it are not known", blind.join(", ")));
    }
    if let Sli::Composite(composite) = &objective.sli
        && composite.rule == Rule::Worst
        && objective.target != now.status.objective.target
    {
        said.push(
            "each member keeps its own target, by which a minute is bad: only that of the whole is another"
                .to_owned(),
        );
    }
    let new = then.status.warnings.iter().filter(|warning| !now.status.warnings.contains(*warning));
    said.extend(new.cloned());
    said
}
