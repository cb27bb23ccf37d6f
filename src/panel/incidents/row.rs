//! The rows, as words: what draws, filters and selects them is elsewhere.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta};

use crate::domain::incident::{COMMANDER, Clock, Incident};
use crate::domain::journal::Planned;
use crate::domain::quantity::{burn, duration, percent, short_duration};
use crate::domain::runbook::page::stem;
use crate::domain::runbook::resolve::Found;
use crate::domain::slo::alert::TierStatus;
use crate::domain::slo::status::{Data, SloStatus};
use crate::domain::slo::tier::{Comparison, Severity};
use crate::panel::folding::{families, which};
use crate::panel::{calendar, runbooks, when};
use crate::state::{Model, Screen};
use crate::theme::Role;

/// How long a resolved incident stays on its screen.
const KEPT: TimeDelta = TimeDelta::days(7);

pub(super) struct Row {
    /// `INC-7`, `alert:checkout/availability:page`, `plan:…`.
    pub(super) id: String,
    pub(super) mark: char,
    pub(super) word: String,
    /// Of the mark and the word.
    pub(super) role: Role,
    pub(super) name: String,
    pub(super) title: String,
    pub(super) state: String,
    pub(super) state_role: Role,
    pub(super) who_label: &'static str,
    pub(super) who: String,
    pub(super) who_role: Role,
    pub(super) about: String,
    pub(super) about_role: Role,
    pub(super) age: String,
    /// Nothing that calls for anybody.
    pub(super) calm: bool,
}

/// Every row, worst first, as far as it matches the filter.
pub(super) fn rows(model: &Model) -> Vec<Row> {
    let open = model.log.open_incidents().into_iter().map(|incident| of_incident(model, incident));
    let plans = model.log.maintenance_ahead(model.now).into_iter().map(|plan| of_plan(model, plan));
    let over = over(model).into_iter().map(|incident| of_incident(model, incident));
    let filter = filter(model).to_lowercase();
    let alerts = of_alerts(model, &filter);
    let pagers = of_pagers(model, &filter);
    open.chain(alerts).chain(pagers).chain(plans).chain(over).filter(|row| row.matches(&filter)).collect()
}

/// The alerts that match, those of one group and severity in one row: that of the worst.
fn of_alerts(model: &Model, filter: &str) -> Vec<Row> {
    let found = alerts(model);
    let severities = [Severity::Page, Severity::Ticket];
    let of = |severity| {
        let found = found.iter().filter(move |(_, tier)| tier.tier.severity == severity);
        let found =
            found.filter(|(slo, tier)| filter.is_empty() || of_alert(model, slo, tier, 1).matches(filter));
        families(found.copied(), |_, _| false)
    };
    let rows = severities.into_iter().flat_map(of);
    rows.map(|family| of_alert(model, family.worst, family.with, family.count)).collect()
}

fn of_pagers(model: &Model, filter: &str) -> Vec<Row> {
    let found = pagers(model);
    let severities = [Severity::Page, Severity::Ticket];
    let of = |severity| {
        let found = found.iter().filter(move |(_, own)| *own == severity);
        let found =
            found.filter(|(slo, own)| filter.is_empty() || of_pager(model, slo, *own, 1).matches(filter));
        families(found.copied(), |_, _| false)
    };
    let rows = severities.into_iter().flat_map(of);
    rows.map(|family| of_pager(model, family.worst, family.with, family.count)).collect()
}

/// The filter of the Incidents screen; other screens filter something else.
pub(super) fn filter(model: &Model) -> &str {
    if model.view.screen == Screen::Incidents { model.view.filter() } else { "" }
}

impl Row {
    fn matches(&self, filter: &str) -> bool {
        let text = [&self.word, &self.name, &self.title, &self.state, &self.who, &self.about];
        let text = text.map(|part| part.to_lowercase()).join(" ");
        filter.split_whitespace().all(|word| match word.strip_prefix('-') {
            Some(unwanted) if !unwanted.is_empty() => !text.contains(unwanted),
            _ => text.contains(word),
        })
    }
}

/// The SLO in the id of an alert's row.
pub(super) fn slo_of(id: &str) -> Option<&str> {
    id.strip_prefix("alert:")?.rsplit_once(':').map(|(slo, _)| slo)
}

/// The firing alerts: of each SLO and severity the tier that fires fastest; pages first.
pub(super) fn alerts(model: &Model) -> Vec<(&Arc<SloStatus>, &TierStatus)> {
    let mut found: Vec<(&Arc<SloStatus>, &TierStatus)> = Vec::new();
    for slo in model.snapshot().worst_first() {
        for severity in [Severity::Page, Severity::Ticket] {
            let firing = slo.tiers.iter().filter(|tier| tier.firing && tier.tier.severity == severity);
            let fastest = firing.max_by(|a, b| a.tier.factor.total_cmp(&b.tier.factor));
            found.extend(fastest.map(|tier| (slo, tier)));
        }
    }
    found.sort_by_key(|(_, tier)| std::cmp::Reverse(tier.tier.severity));
    found
}

/// What the pager fires and our tiers do not.
pub(super) fn pagers(model: &Model) -> Vec<(&Arc<SloStatus>, Severity)> {
    let mut found = Vec::new();
    for slo in model.snapshot().worst_first() {
        let opinions = slo.pager.iter().flat_map(|pager| &pager.opinions);
        let alone = opinions.filter(|opinion| opinion.pager == Some(true) && opinion.ours != Some(true));
        found.extend(alone.map(|opinion| (slo, opinion.severity)));
    }
    found.sort_by_key(|(_, severity)| std::cmp::Reverse(*severity));
    found
}

/// Resolved within the last week, the latest first.
fn over(model: &Model) -> Vec<&Incident> {
    if model.view.screen != Screen::Incidents {
        return Vec::new();
    }
    let ended = |incident: &Incident| incident.clocks.get(Clock::Resolved);
    let recent = |incident: &&Incident| {
        !incident.is_open() && ended(incident).is_some_and(|at| model.now - at <= KEPT)
    };
    let mut over: Vec<&Incident> = model.log.incidents.values().map(AsRef::as_ref).filter(recent).collect();
    over.sort_by_key(|incident| std::cmp::Reverse(ended(incident)));
    over
}

fn of_incident(model: &Model, incident: &Incident) -> Row {
    let open = incident.is_open();
    let commander = incident.holder(COMMANDER);
    let (mark, role) = if open { severity_look(incident.severity.rank()) } else { ('✓', Role::Ok) };
    let resolved = incident.clocks.get(Clock::Resolved);
    let lasted = duration(incident.age(model.now));
    Row {
        id: incident.id(),
        mark,
        word: incident.severity.to_string(),
        role: if open { role } else { Role::Muted },
        name: incident.id(),
        title: incident.title.clone(),
        state: if open { incident.status.to_string() } else { format!("resolved, {lasted}") },
        state_role: Role::Muted,
        who_label: if commander.is_some() || open { "IC " } else { "" },
        who: commander.map_or(if open { "VACANT" } else { "" }, |person| person).to_owned(),
        who_role: if open && commander.is_none() { Role::Warn } else { Role::Text },
        about: incident.services.join(", "),
        about_role: Role::Muted,
        age: if open { lasted } else { resolved.map_or(String::new(), |at| ago(model, at)) },
        calm: !open,
    }
}

fn ago(model: &Model, at: DateTime<chrono::Utc>) -> String {
    format!("{} ago", short_duration(model.now - at))
}

/// Shape and colour of a severity; its word says the same.
pub(in crate::panel) fn severity_look(rank: u8) -> (char, Role) {
    match rank {
        1 | 2 => ('●', Role::Page),
        3 => ('◐', Role::Warn),
        _ => ('○', Role::Text),
    }
}

fn of_alert(model: &Model, slo: &SloStatus, tier: &TierStatus, count: usize) -> Row {
    let rate = |value: Option<f64>| value.map_or_else(|| "?".to_owned(), burn);
    let since = tier.firing_since().and_then(|at| DateTime::from_timestamp(at, 0));
    let state = format!(
        "{} & {} {} {}×",
        rate(tier.long_burn),
        rate(tier.short_burn),
        if tier.tier.comparison == Comparison::Above { ">" } else { "≥" },
        factor(tier.tier.factor)
    );
    let age = since.map_or_else(String::new, |at| duration(when::seen_at(model) - at));
    Row {
        state,
        age,
        ..alarm(model, slo, tier.tier.severity, titled(slo.objective.alert_name(), slo, count))
    }
}

fn of_pager(model: &Model, slo: &SloStatus, severity: Severity, count: usize) -> Row {
    let names = slo.pager.as_ref().map(|pager| pager.names(severity, true)).unwrap_or_default();
    let name = if names.is_empty() { slo.objective.alert_name() } else { names };
    let state = "by the pager alone".to_owned();
    Row { state, ..alarm(model, slo, severity, titled(name, slo, count)) }
}

/// What the rows of all alerts share; how and since when it fires is not said yet.
fn alarm(model: &Model, slo: &SloStatus, severity: Severity, title: String) -> Row {
    let (mark, role) = match severity {
        Severity::Page => ('●', Role::Page),
        Severity::Ticket => ('◐', Role::Warn),
    };
    let (who_label, who, who_role) = runbook(model, slo);
    let (about, about_role) = beside(model, slo, severity);
    Row {
        id: format!("alert:{}:{}", slo.id(), severity.word()),
        mark,
        word: severity.word().to_owned(),
        role,
        name: String::new(),
        title,
        state: String::new(),
        state_role: role,
        who_label,
        who,
        who_role,
        about,
        about_role,
        age: String::new(),
        calm: false,
    }
}

/// The name of an alert, with which of a group it is about.
fn titled(name: String, slo: &SloStatus, count: usize) -> String {
    let which = which(slo, count);
    if which.is_empty() { name } else { format!("{name} {which}") }
}

/// What stands beside an alert: that its data is old, that pager and tiers differ, or the incident about it.
fn beside(model: &Model, slo: &SloStatus, severity: Severity) -> (String, Role) {
    let mut opinions = slo.pager.iter().flat_map(|pager| &pager.opinions);
    if slo.data == Data::Stale {
        ("data STALE".to_owned(), Role::Warn)
    } else if opinions.any(|opinion| opinion.severity == severity && opinion.accord.differs()) {
        ("≠ pager".to_owned(), Role::Warn)
    } else {
        (about(model, slo).unwrap_or_default(), Role::Accent)
    }
}

/// `14.4`, `6`: the factor as rules write it.
fn factor(factor: f64) -> String {
    let text = format!("{factor:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn runbook(model: &Model, slo: &SloStatus) -> (&'static str, String, Role) {
    match runbooks::of(model, &slo.objective).found {
        Found::One(hit) => {
            let name = model.runbooks.pages.get(hit.place.page).map(|entry| entry.page.path.as_str());
            ("rb ", stem(name.unwrap_or_default()).to_owned(), Role::Text)
        }
        Found::Several(hits) => ("", format!("{} runbooks fit", hits.len()), Role::Text),
        Found::None => ("", "no runbook".to_owned(), Role::Muted),
    }
}

/// The open incident that is about this SLO, or else about its service.
fn about(model: &Model, slo: &SloStatus) -> Option<String> {
    let open = model.log.open_incidents();
    let names_slo = |incident: &&&Incident| incident.slos.iter().any(|id| slo.objective.is_named(id));
    let names_service = |incident: &&&Incident| incident.services.contains(&slo.objective.service);
    let found = open.iter().find(names_slo).or_else(|| open.iter().find(names_service));
    found.map(|incident| format!("→ {}", incident.id()))
}

fn of_plan(model: &Model, Planned { window, from, to }: Planned<'_>) -> Row {
    let running = from <= model.now;
    let estimate = window.estimate.map(percent);
    Row {
        id: format!("plan:{}", window.id),
        mark: if running { '◐' } else { '○' },
        word: "plan".to_owned(),
        role: Role::Latency,
        name: String::new(),
        title: window.text.clone(),
        state: calendar::range(from, to, model.now),
        state_role: Role::Muted,
        who_label: if estimate.is_some() { "est. " } else { "" },
        who: estimate.unwrap_or_default(),
        who_role: Role::Text,
        about: window.services.join(", "),
        about_role: Role::Muted,
        age: if running {
            format!("{} left", short_duration(to - model.now))
        } else {
            format!("in {}", short_duration(from - model.now))
        },
        calm: false,
    }
}
