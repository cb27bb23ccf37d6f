//! One line that never lies: the state of everything, and what makes it so.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use super::incident::Incident;
use super::journal::State;
use super::oncall::{Override, PRIMARY, Roster};
use super::slo::status::{Data, Level, SloStatus};
use super::slo::tier::Severity;
use super::snapshot::Snapshot;

/// The state word. A known problem outranks an unknown one; OK needs every source fresh.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Word {
    Ok,
    NoData,
    Stale,
    Warn,
    Page,
}

impl Word {
    pub fn text(self) -> &'static str {
        match self {
            Self::Ok => "OK",
            Self::NoData => "NODATA",
            Self::Stale => "STALE",
            Self::Warn => "WARN",
            Self::Page => "PAGE",
        }
    }

    /// Shape beside the word, for eyes that do not read it.
    pub fn symbol(self) -> char {
        match self {
            Self::Ok => '●',
            Self::NoData => '?',
            Self::Stale => '◌',
            Self::Warn => '◆',
            Self::Page => '▲',
        }
    }

    /// The exit code of `status`.
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Ok => 0,
            Self::Warn => 1,
            Self::Page => 2,
            Self::Stale | Self::NoData => 3,
        }
    }
}

/// Who holds the primary role, as far as one line can say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watch {
    /// `None`: nobody.
    pub person: Option<String>,
    pub until: Option<DateTime<Utc>>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    pub word: Word,
    /// What makes it so, most serious first.
    pub reasons: Vec<String>,
    /// The SLO to look at first; in calm times the one with least left.
    pub worst: Option<Arc<SloStatus>>,
    pub slos: usize,
    pub fresh: usize,
    pub sources: usize,
    /// Age of the oldest data shown, when it is stale.
    pub stale_for: Option<TimeDelta>,
    pub incidents: usize,
    pub incident: Option<Arc<Incident>>,
    pub watch: Option<Watch>,
}

/// How far ahead a gap in the rota is a warning.
const GAP_AHEAD: TimeDelta = TimeDelta::days(7);

pub fn verdict(snapshot: &Snapshot, log: &State, roster: &Roster, now: DateTime<Utc>) -> Verdict {
    let ranked = snapshot.worst_first();
    let open = log.open_incidents();
    let overrides = roster.accepted(&log.overrides);
    let watch = watch(roster, &overrides, now);
    let mut findings = Vec::new();
    slo_findings(&ranked, &mut findings);
    incident_findings(&open, now, &mut findings);
    rota_findings(roster, &overrides, now, watch.as_ref(), &mut findings);
    source_findings(snapshot, now, &ranked, &mut findings);
    Verdict {
        incidents: open.len(),
        incident: open.first().and_then(|first| log.incidents.get(&first.number)).cloned(),
        watch,
        ..conclude(findings, &ranked, snapshot, now)
    }
}

/// The same for some SLOs alone, with the sources they come from.
pub fn verdict_of(slos: &[Arc<SloStatus>], snapshot: &Snapshot, now: DateTime<Utc>) -> Verdict {
    let mut ranked: Vec<_> = slos.iter().collect();
    ranked.sort_by(|a, b| a.trouble().partial_cmp(&b.trouble()).unwrap_or(std::cmp::Ordering::Equal));
    let theirs = snapshot.only(|name| slos.iter().any(|slo| snapshot.is_from(slo, name)));
    let mut findings = Vec::new();
    slo_findings(&ranked, &mut findings);
    source_findings(&theirs, now, &ranked, &mut findings);
    conclude(findings, &ranked, &theirs, now)
}

fn conclude(
    mut findings: Vec<Finding>,
    ranked: &[&Arc<SloStatus>],
    snapshot: &Snapshot,
    now: DateTime<Utc>,
) -> Verdict {
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.0));
    let stale = || snapshot.sources().filter(|source| !source.is_fresh(now));
    Verdict {
        word: findings.first().map_or(Word::Ok, |finding| finding.0),
        reasons: findings.into_iter().map(|finding| finding.1).collect(),
        worst: worst(ranked),
        slos: ranked.len(),
        fresh: snapshot.sources().count() - stale().count(),
        sources: snapshot.source_count(),
        stale_for: stale().filter_map(|source| source.feed.age(now)).max(),
        incidents: 0,
        incident: None,
        watch: None,
    }
}

type Finding = (Word, String);

/// In trouble the first of the ranking; in calm the one with least left.
fn worst(ranked: &[&Arc<SloStatus>]) -> Option<Arc<SloStatus>> {
    let first = ranked.first()?;
    if first.level() > Level::Ok {
        return Some(Arc::clone(first));
    }
    let left = |slo: &&&Arc<SloStatus>| slo.remaining().unwrap_or(f64::INFINITY);
    ranked.iter().min_by(|a, b| left(a).total_cmp(&left(b))).map(|slo| Arc::clone(slo))
}

/// One finding an SLO; of the children of one parent that are alike the worst speaks for all.
fn slo_findings(ranked: &[&Arc<SloStatus>], findings: &mut Vec<Finding>) {
    let mut groups: BTreeMap<(&str, Word), (usize, usize)> = BTreeMap::new();
    for slo in ranked {
        let Some(finding) = slo_finding(slo) else { continue };
        let alike = slo.objective.child_of().map(|group| (group.parent.as_str(), finding.0));
        match alike.map(|alike| groups.entry(alike).or_insert((findings.len(), 0))) {
            Some((_, more)) if *more > 0 => *more += 1,
            Some((_, more)) => {
                *more = 1;
                findings.push(finding);
            }
            None => findings.push(finding),
        }
    }
    for ((parent, _), (place, alike)) in groups {
        if let Some(finding) = findings.get_mut(place).filter(|_| alike > 1) {
            let _ = write!(finding.1, ", and {} more of {parent}", alike - 1);
        }
    }
}

fn slo_finding(slo: &SloStatus) -> Option<Finding> {
    let id = slo.objective.title();
    match (slo.level(), &slo.data) {
        (Level::Page | Level::Warn, _) if slo.alarm() > slo.firing().map(|tier| tier.tier.severity) => {
            let (severity, level) = (slo.alarm().map_or("", Severity::word), slo.level());
            let word = if level == Level::Page { Word::Page } else { Word::Warn };
            Some((word, format!("{id}: the pager fires a {severity}, our tiers do not")))
        }
        (Level::Page, _) => Some((Word::Page, format!("{id} burns at a rate that pages"))),
        (Level::Warn, _) if slo.firing().is_some() => {
            Some((Word::Warn, format!("{id} burns at a rate that opens a ticket")))
        }
        (Level::Warn, _) => {
            let step = slo.step.as_ref().map_or("", |step| step.word.as_str());
            Some((Word::Warn, format!("{id} is at policy step {step}")))
        }
        (Level::Unknown, Data::Stale) => Some((Word::Stale, format!("{id} has no new data"))),
        (Level::Unknown, Data::Error(fault)) => Some((Word::Warn, format!("{id}: {fault}"))),
        (Level::Unknown, Data::NoSeries) => Some((Word::NoData, format!("{id} has no data"))),
        _ => None,
    }
}

fn incident_findings(open: &[&Incident], now: DateTime<Utc>, findings: &mut Vec<Finding>) {
    for incident in open {
        let word = if incident.severity.pages() { Word::Page } else { Word::Warn };
        let age = super::quantity::duration(incident.age(now));
        findings.push((word, format!("{} {} open for {age}", incident.severity.as_str(), incident.id())));
    }
}

fn watch(roster: &Roster, overrides: &[Override], now: DateTime<Utc>) -> Option<Watch> {
    let schedule = roster
        .schedules
        .iter()
        .find(|schedule| schedule.nobody(now, overrides))
        .or(roster.schedules.first())?;
    let duty = schedule.on_call(now, overrides).into_iter().find(|duty| duty.role == PRIMARY)?;
    let name = |id: String| roster.person(&id).map_or(id.clone(), |person| person.name.clone());
    Some(Watch { person: duty.person.map(name), until: duty.until })
}

fn rota_findings(
    roster: &Roster,
    overrides: &[Override],
    now: DateTime<Utc>,
    watch: Option<&Watch>,
    findings: &mut Vec<Finding>,
) {
    if watch.is_some_and(|watch| watch.person.is_none()) {
        findings.push((Word::Page, "nobody is on call".to_owned()));
        return;
    }
    for schedule in &roster.schedules {
        if let Some(gap) = schedule.gaps(now, now + GAP_AHEAD, overrides).first() {
            let ahead = super::quantity::duration(gap.from - now);
            findings.push((Word::Warn, format!("nobody is on call for {} in {ahead}", schedule.name)));
        }
    }
}

fn source_findings(
    snapshot: &Snapshot,
    now: DateTime<Utc>,
    ranked: &[&Arc<SloStatus>],
    findings: &mut Vec<Finding>,
) {
    let mut reported = 0;
    for source in snapshot.sources() {
        reported += 1;
        if source.is_fresh(now) {
            continue;
        }
        let known = ranked.iter().any(|slo| slo.as_of.is_some() && slo.objective.source == source.name);
        let word = if known { Word::Stale } else { Word::NoData };
        findings.push((word, format!("{}: {}", source.name, source.doubt(now))));
    }
    if reported < snapshot.source_count() || snapshot.source_count() == 0 {
        findings.push((Word::NoData, "no backend has answered yet".to_owned()));
    }
}
