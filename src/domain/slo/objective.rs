//! An objective as it is meant: indicator, target, window, and what follows from missing it.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use super::budget::Budget;
use super::calendar::Calendar;
use super::ledger::{Ledger, Reading};
use super::policy::Policy;
use super::sli::{Sli, Unit};
use super::span::Span;
use super::target::Target;
use super::tier::{Tier, workbook};
use super::window::Window;

pub use super::method::Method;

/// The windows that a budget may be of. Longer ones take work that grows with them.
pub const WINDOWS: RangeInclusive<Window> = Window::hours(1)..=Window::days(366);

#[derive(Clone, Debug, PartialEq)]
pub struct Objective {
    /// `service/name`, unique.
    pub id: String,
    pub service: String,
    pub name: String,
    pub description: Option<String>,
    /// Name of the backend that counts it; a composite has none.
    pub source: String,
    pub sli: Sli,
    pub target: Target,
    /// The rolling window, or what a calendar period measures by and large.
    pub window: Window,
    pub calendar: Option<Calendar>,
    pub method: Method,
    pub sla: Option<Target>,
    /// Where the tiers came from, such as `workbook`.
    pub alerts: String,
    pub tiers: Vec<Tier>,
    pub policy: Policy,
    /// Path or address of the runbook, as written.
    pub runbook: Option<String>,
    pub group: Option<Group>,
    pub about: About,
}

/// What an objective is one of many by: its parent counts once for each set of these labels.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Group {
    /// Id of the objective that was written.
    pub parent: String,
    /// Names of the labels.
    pub by: Vec<String>,
    /// The child's own labels; empty on the parent itself.
    pub labels: BTreeMap<String, String>,
}

/// What is known of an objective beside its figures.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct About {
    pub labels: BTreeMap<String, String>,
    pub annotations: BTreeMap<String, String>,
    /// The tool in whose form it was written: `sloth`, `pyrra`, `openslo`, …; none for our own.
    pub tool: Option<String>,
    /// `file:line` where it was written, or the backend where it was found.
    pub place: Option<String>,
    /// Labels by which the backend's `ALERTS` are known as this objective's.
    pub pager: BTreeMap<String, String>,
    /// Where it was written for a cluster.
    pub namespace: Option<String>,
    /// What of its own form could not be carried over.
    pub notes: Vec<String>,
}

impl Objective {
    /// An objective with the defaults of the configuration: occurrences, the workbook's tiers, four steps.
    pub fn new(service: &str, name: &str, source: &str, sli: Sli, target: Target, window: Window) -> Self {
        Self {
            id: format!("{service}/{name}"),
            service: service.to_owned(),
            name: name.to_owned(),
            description: None,
            source: source.to_owned(),
            sli,
            target,
            window,
            calendar: None,
            method: Method::Occurrences,
            sla: None,
            alerts: "workbook".to_owned(),
            tiers: workbook(window),
            policy: Policy::usual(),
            runbook: None,
            group: None,
            about: About::default(),
        }
    }

    /// The labels of its alerts in the backend: those that were given, and its own of a group. None of a group as a
    /// whole, whose alerts are its children's.
    pub fn alarm_labels(&self) -> BTreeMap<String, String> {
        let group = self.group.as_ref();
        if self.about.pager.is_empty() || group.is_some_and(|group| group.labels.is_empty()) {
            return BTreeMap::new();
        }
        let own = group.iter().flat_map(|group| group.labels.clone());
        self.about.pager.clone().into_iter().chain(own).collect()
    }

    /// What it promises, to follow "99.9 % of".
    pub fn promise(&self) -> String {
        match self.method {
            Method::Occurrences => self.sli.promise(),
            Method::Timeslices { slice, .. } => format!("slices of {slice} are good"),
            Method::RatioTimeslices { .. } => format!("{}, in the mean of slices", self.sli.promise()),
        }
    }

    /// What its tallies are counted in.
    pub fn unit(&self) -> Unit {
        if self.method == Method::Occurrences { self.sli.unit() } else { Unit::Minutes }
    }

    /// The least that can go wrong, in its unit: an event, or a slice. A share of time has no least part.
    pub fn grain(&self) -> f64 {
        match self.method {
            Method::Timeslices { slice, .. } => slice.as_minutes(),
            Method::Occurrences if self.sli.unit() != Unit::Minutes => 1.0,
            _ => 0.0,
        }
    }

    /// The longest stretch that its budget can speak of.
    pub fn reach(&self) -> Window {
        self.calendar.map_or(self.window, Calendar::longest)
    }

    /// How far back present figures look: as far again where a policy step remembers what was before.
    pub fn memory(&self) -> Window {
        let remembers = self.policy.steps.iter().any(|step| step.recover_above.is_some());
        Window::seconds(self.reach().as_seconds() * if remembers { 2 } else { 1 })
    }

    /// The stretch whose budget is spoken of at `at`; of a period the part to come is in it.
    pub fn span(&self, at: i64) -> Span {
        self.calendar
            .map_or(Span { from: at - self.window.as_seconds(), to: at }, |calendar| calendar.period(at))
    }

    /// The events of that stretch so far. Of a period that is younger than a cell, its part of the cell.
    pub fn read(&self, ledger: &Ledger, at: i64) -> Option<Reading> {
        let so_far = Window::seconds(at - self.span(at).from);
        if self.calendar.is_none() || so_far >= ledger.base() {
            return ledger.read(at, so_far);
        }
        let cell = ledger.read(at, ledger.base())?;
        let part = so_far.as_seconds() as f64 / ledger.base().as_seconds() as f64;
        let doubt = cell.tally.bad * part.max(1.0 - part);
        Some(Reading { tally: cell.tally * part, known: cell.known * part, window: so_far, doubt })
    }

    /// What its budget is of: `30d`, or `month (Europe/Berlin)`.
    pub fn window_text(&self) -> String {
        self.calendar.map_or_else(|| self.window.to_string(), Calendar::text)
    }

    /// The name of the period at `at`, such as `July 2026`; none where the window rolls.
    pub fn period_name(&self, at: i64) -> Option<String> {
        self.calendar.map(|calendar| calendar.name(at))
    }

    /// The budget at `at`, of which `reading` tells what was spent.
    pub fn budget(&self, ledger: &Ledger, at: i64, reading: Reading) -> Budget {
        if self.calendar.is_none() {
            return Budget::of(reading.tally, self.target, self.window);
        }
        let span = self.span(at);
        let expected = reading.tally.total + (span.to - at) as f64 * usual_rate(ledger, at);
        Budget::of_period(reading.tally, expected, self.target, span.length())
    }

    /// The tier that is this window's own: the one that looks this far back, else the one that checks with it;
    /// of several the one with the lowest factor.
    pub fn tier_of(&self, window: Window) -> Option<&Tier> {
        let lowest = |wanted: &dyn Fn(&Tier) -> bool| {
            let found = self.tiers.iter().filter(|tier| wanted(tier));
            found.min_by(|a, b| a.factor.total_cmp(&b.factor))
        };
        lowest(&|tier| tier.long == window).or_else(|| lowest(&|tier| tier.short == window))
    }

    /// The name under which its alerts go, as an alert rule would be called.
    pub fn alert_name(&self) -> String {
        let camel = |text: &str| -> String {
            text.split(|c: char| !c.is_alphanumeric())
                .filter(|word| !word.is_empty())
                .map(|word| {
                    let mut letters = word.chars();
                    letters
                        .next()
                        .map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
                })
                .collect()
        };
        format!("{}{}Burn", camel(&self.service), camel(&self.name))
    }
}

/// Events a second over the last week, or over what is known of it.
fn usual_rate(ledger: &Ledger, at: i64) -> f64 {
    let week = ledger.read(at, Window::days(7)).filter(|week| week.known > 0.0);
    week.map_or(0.0, |week| week.tally.total / week.known)
}
