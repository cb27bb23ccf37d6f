//! `status` as text: one line an SLO, then what is wrong.

use std::fmt::Write;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::quantity::{burn, duration, percent};
use crate::domain::slo::status::{Data, SloStatus};
use crate::domain::slo::window::Window;
use crate::domain::snapshot::Snapshot;
use crate::domain::verdict::Verdict;
use crate::widget::text::width;
use crate::widget::{Align, clean, decimal, fit};

pub(super) fn page(
    slos: &[Arc<SloStatus>],
    snapshot: &Snapshot,
    verdict: &Verdict,
    now: DateTime<Utc>,
) -> String {
    let mut page = String::new();
    let _ = writeln!(page, "{}  as of {}", verdict.word.text(), now.format("%Y-%m-%d %H:%M Z"));
    let names = slos.iter().map(|slo| width(&slo.objective.title())).max().unwrap_or(9).clamp(9, 48);
    let burns = |window: Window| {
        let texts: Vec<_> =
            slos.iter().map(|slo| slo.burn(window).map_or_else(|| "-".to_owned(), burn)).collect();
        decimal(&texts)
    };
    let (five, hour) = (burns(Window::minutes(5)), burns(Window::hours(1)));
    if !slos.is_empty() {
        let _ =
            writeln!(page, "\n{:names$}  target    left   burn 5m  burn 1h  policy    empty", "objective");
    }
    for (i, slo) in slos.iter().enumerate() {
        let unknown = || if slo.is_broken() { "none" } else { "?" }.to_owned();
        let left = slo.remaining().map_or_else(unknown, percent);
        let step = slo.step.as_ref().map_or("unknown", |step| step.word.as_str());
        let _ = writeln!(
            page,
            "{}  {:>7}  {left:>6}  {:>8}  {:>7}  {}  {}",
            fit(&slo.objective.title(), names, Align::Left),
            slo.objective.target.to_string(),
            five[i],
            hour[i],
            fit(step, 8, Align::Left),
            empty(slo, now),
        );
    }
    findings(&mut page, slos, snapshot, verdict, now);
    page
}

fn findings(
    page: &mut String,
    slos: &[Arc<SloStatus>],
    snapshot: &Snapshot,
    verdict: &Verdict,
    now: DateTime<Utc>,
) {
    if !verdict.reasons.is_empty() {
        page.push('\n');
    }
    for reason in &verdict.reasons {
        let _ = writeln!(page, "! {}", clean(reason));
    }
    for slo in slos {
        for warning in &slo.warnings {
            let _ = writeln!(page, "  {}: {}", clean(&slo.objective.title()), clean(warning));
        }
    }
    for source in snapshot.sources() {
        let _ = writeln!(
            page,
            "\nsource {}: {}, {}",
            clean(&source.name),
            source.word(now),
            clean(&source.address)
        );
        if let Some(found) = &source.found {
            let _ = writeln!(page, "  found {}", clean(found));
        }
        for warning in &source.warnings {
            let _ = writeln!(page, "  {}", clean(warning));
        }
    }
}

fn empty(slo: &SloStatus, now: DateTime<Utc>) -> String {
    let age = || slo.as_of.map_or_else(String::new, |at| duration(TimeDelta::seconds(now.timestamp() - at)));
    match &slo.data {
        Data::Error(_) => "query refused".to_owned(),
        Data::NoSeries => "no series".to_owned(),
        Data::NoAnswer => "no answer".to_owned(),
        Data::NoTraffic => "no traffic".to_owned(),
        Data::Stale => format!("STALE {}", age()),
        _ if slo.is_spent() => "spent".to_owned(),
        _ if slo.standing().is_none() => "not known".to_owned(),
        _ => match slo.forecast.rolling {
            Some(ahead) => format!("in {}", duration(TimeDelta::seconds(ahead))),
            None if slo.objective.calendar.is_some() => "lasts".to_owned(),
            None => "never".to_owned(),
        },
    }
}
