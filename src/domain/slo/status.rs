//! Everything known about one SLO at one instant.

use std::sync::Arc;

use super::alert::TierStatus;
use super::budget::{Budget, Sla};
use super::correction::{Applied, Correction, Raw};
use super::forecast::Forecast;
use super::ledger::{Ledger, Reading};
use super::objective::{Method, Objective};
use super::pager::Agreement;
use super::policy::{Stance, Step};
use super::standing;
use super::tier::Severity;
use super::window::Window;

/// How far a figure may be believed. Four of these are easily mistaken for "no errors".
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Data {
    Ok,
    /// `budget × total < 1`: a single error breaks it.
    LowTraffic,
    /// The series is there and says that nothing happened.
    NoTraffic,
    /// No series answers to the expression.
    NoSeries,
    /// The backend has not answered yet, so nothing at all is known.
    NoAnswer,
    /// Part of the window is unknown.
    Partial,
    /// The newest cell is too old to speak of now.
    Stale,
    /// The backend refuses the expression, or answers what cannot be counted.
    Error(String),
}

impl Data {
    /// The word used in JSON and on screen.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::LowTraffic => "low_traffic",
            Self::NoTraffic => "no_traffic",
            Self::NoSeries => "no_series",
            Self::Partial => "partial",
            Self::Stale => "stale",
            Self::NoAnswer | Self::Error(_) => "error",
        }
    }

    /// Whether present figures can be taken from it.
    pub fn speaks(&self) -> bool {
        matches!(self, Self::Ok | Self::LowTraffic | Self::Partial)
    }
}

/// One exact query, for the reader.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// `bad`, `good`, `total`.
    pub part: String,
    pub text: String,
}

#[derive(Clone, Debug, PartialEq)]
pub struct SloStatus {
    pub objective: Arc<Objective>,
    /// What the budget is made of: the counts as the objective's method weighs them, without what maintenance
    /// windows take out.
    pub ledger: Arc<Ledger>,
    /// What was counted. The same ledger where the method is occurrences.
    pub counts: Arc<Ledger>,
    /// The instant the figures are of, a whole minute in Unix seconds: the end of the newest cell.
    pub as_of: Option<i64>,
    pub data: Data,
    /// The SLO's window, or its period so far.
    pub reading: Option<Reading>,
    pub budget: Option<Budget>,
    /// The budget with everything counted, where something is taken out.
    pub raw: Option<Raw>,
    /// The maintenance windows in the stretch that the budget speaks of, whether they count or not.
    pub corrections: Vec<Applied>,
    /// All the maintenance windows that it was judged by; most concern others.
    pub maintenance: Arc<[Correction]>,
    pub sla: Option<Sla>,
    pub burns: Vec<(Window, Option<f64>)>,
    pub tiers: Vec<TierStatus>,
    /// What the backend's own alerts say beside the tiers; `None` where it is not known which are this objective's.
    pub pager: Option<Agreement>,
    pub step: Option<Step>,
    pub forecast: Forecast,
    pub warnings: Vec<String>,
    /// What the backend is asked for one cell.
    pub queries: Arc<[Query]>,
}

/// How bad it is, for sorting and colour. Ordered from calm to worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    Ok,
    Unknown,
    Warn,
    Page,
}

impl SloStatus {
    pub fn id(&self) -> &str {
        &self.objective.id
    }

    /// What its burn rates and tiers are taken from: slices where only slices can be bad, events otherwise.
    pub fn burning(&self) -> &Arc<Ledger> {
        burning(&self.objective, &self.counts, self.weighed())
    }

    /// What the budget is made of, with everything counted.
    pub fn weighed(&self) -> &Arc<Ledger> {
        self.raw.as_ref().map_or(&self.ledger, |raw| &raw.ledger)
    }

    /// How far back the forecast looks for what goes on: as far as the most serious firing tier, else six hours.
    pub fn recent(&self) -> Window {
        self.firing().map_or(Window::hours(6), |tier| tier.tier.long)
    }

    /// Remaining share of the budget, unclamped.
    pub fn remaining(&self) -> Option<f64> {
        self.budget?.remaining
    }

    /// What its policy goes by, see [`Budget::standing`].
    pub fn standing(&self) -> Option<f64> {
        self.budget?.standing()
    }

    /// Nothing may be bad, and something was: no finite share tells how far it is overspent.
    pub fn is_broken(&self) -> bool {
        self.standing() == Some(f64::NEG_INFINITY)
    }

    /// Nothing is left of its budget.
    pub fn is_spent(&self) -> bool {
        self.standing().is_some_and(|left| left <= 0.0)
    }

    pub fn burn(&self, window: Window) -> Option<f64> {
        self.burns.iter().find(|burn| burn.0 == window)?.1
    }

    /// Burn over the hour, or over the shortest window that is known when cells are wider.
    pub fn burn_hour(&self) -> Option<f64> {
        self.burn(Window::hours(1))
    }

    /// The firing tier that matters most.
    pub fn firing(&self) -> Option<&TierStatus> {
        self.tiers.iter().filter(|tier| tier.firing).max_by(|a, b| {
            let rank = |tier: &TierStatus| (tier.tier.severity, tier.tier.factor);
            rank(a).partial_cmp(&rank(b)).unwrap_or(std::cmp::Ordering::Equal)
        })
    }

    /// The worst that fires, by our tiers or by the pager: where they differ nobody is told that all is well.
    pub fn alarm(&self) -> Option<Severity> {
        let ours = self.firing().map(|tier| tier.tier.severity);
        ours.max(self.pager.as_ref().and_then(Agreement::firing))
    }

    /// A known problem outranks an unknown: what was firing when the data stopped still is.
    pub fn level(&self) -> Level {
        match (self.alarm(), &self.data) {
            (Some(Severity::Page), _) => Level::Page,
            (Some(Severity::Ticket), _) => Level::Warn,
            (None, data) if !data.speaks() => Level::Unknown,
            _ if self.stance().is_some_and(|stance| stance > Stance::Ship) => Level::Warn,
            _ if self.standing().is_none() => Level::Unknown,
            _ => Level::Ok,
        }
    }

    pub fn stance(&self) -> Option<Stance> {
        self.step.as_ref().map(|step| step.stance)
    }

    /// Since when the policy step has been in force, in Unix seconds; `None` where it was so as far back as is
    /// known. It walks through the past, so ask it of one SLO, not of all.
    pub fn step_since(&self) -> Option<i64> {
        standing::since(&self.objective, &self.ledger, self.as_of?, self.standing(), self.step.as_ref()?)
    }

    /// Unix time at which the budget is empty, if it is not yet and things go on as they are.
    pub fn exhausts_at(&self) -> Option<i64> {
        let ahead = self.forecast.rolling.filter(|ahead| *ahead > 0)?;
        Some(self.as_of? + ahead)
    }

    /// Worst first: level, then what empties first, then what has least left.
    pub fn trouble(&self) -> impl PartialOrd + use<> {
        let empties = self.exhausts_at().map_or(f64::INFINITY, |at| at as f64);
        (std::cmp::Reverse(self.level()), empties, self.standing().unwrap_or(f64::INFINITY))
    }
}

pub(crate) fn burning<'l>(
    objective: &Objective,
    counts: &'l Arc<Ledger>,
    budget: &'l Arc<Ledger>,
) -> &'l Arc<Ledger> {
    if matches!(objective.method, Method::Timeslices { .. }) { budget } else { counts }
}
