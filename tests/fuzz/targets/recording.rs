//! Recordings: whatever a file says, a desk that asks it again at its begin, in its midst and at its end gets figures
//! that can be counted with, and sentences that can be shown.
#![no_main]

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use burnwatch::domain::signal::Service;
use burnwatch::domain::slo::objective::{Group, Objective};
use burnwatch::domain::slo::sli::Sli;
use burnwatch::domain::slo::window::Window;
use burnwatch::domain::snapshot::SourceReport;
use burnwatch::source::claims::Claims;
use burnwatch::source::desk::{Brief, Desk};
use burnwatch::source::doors::recording;
use burnwatch::source::record::{Definition, Recording};
use burnwatch::text::is_unsafe;
use chrono::{DateTime, Utc};
use libfuzzer_sys::fuzz_target;

static RUNTIME: LazyLock<tokio::runtime::Runtime> = LazyLock::new(|| {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime")
});

fn is_clean(said: &str) {
    assert!(!said.chars().any(is_unsafe), "{said:?}");
}

fn objective(name: &str, group: Option<Group>) -> Arc<Objective> {
    let target = "99%".parse().expect("a target");
    let plain = Objective::new("shop", name, "main", Sli::Bool("up".to_owned()), target, Window::days(1));
    Arc::new(Objective { group, ..plain })
}

fn desk(recording: &Recording, now: DateTime<Utc>) -> Option<Desk> {
    let clock: burnwatch::source::Clock = Arc::new(move || now);
    let undefine = |found: &[Definition]| {
        (found.iter().take(3).map(|_| objective("found", None)).collect(), vec!["a doubt".to_owned()])
    };
    let source = recording.source(0, Arc::clone(&clock), Arc::new(undefine))?;
    let group = Group { parent: "shop/group".to_owned(), by: vec!["a".to_owned()], ..Group::default() };
    let service = Service {
        name: "shop".to_owned(),
        source: "main".to_owned(),
        preset: None,
        selector: String::new(),
        own: Vec::new(),
        latency_limit: None,
    };
    let brief = Brief {
        name: "main".to_owned(),
        kind: "fake".to_owned(),
        source,
        objectives: vec![objective("ok", None), objective("group", Some(group))],
        services: vec![Arc::new(service)],
        refresh: Duration::from_secs(15),
        clock,
        cache: None,
    };
    Some(Desk::new(brief).discovering(Arc::new(Claims::default())).in_real_time(true))
}

fn holds(report: &SourceReport) {
    is_clean(&report.status.address);
    report.status.warnings.iter().for_each(|said| is_clean(said));
    report.status.feed.trouble.iter().for_each(|trouble| is_clean(&trouble.text));
    for endpoint in &report.status.health.endpoints {
        is_clean(&endpoint.address);
        endpoint.said.iter().for_each(|said| is_clean(said));
    }
    for slo in &report.slos {
        is_clean(slo.id());
        if let Some(reading) = slo.reading {
            let tally = reading.tally;
            assert!(tally.bad.is_finite() && tally.total.is_finite(), "{tally:?}");
            assert!(tally.bad >= -1e-6 * tally.total.abs() && tally.total >= 0.0, "{tally:?}");
        }
    }
}

fuzz_target!(|data: &[u8]| {
    let recording = match recording(data) {
        Err(said) => return is_clean(&said),
        Ok(recording) => recording,
    };
    recording.notes.iter().for_each(|said| is_clean(said));
    for backend in &recording.header.backends {
        is_clean(&backend.name);
        is_clean(&backend.address);
    }
    let (start, end) = (recording.header.start, recording.end);
    for now in [start, start.midpoint(end), end] {
        let now = DateTime::from_timestamp_millis(now).expect("a time that there is");
        recording.last_good(0, now.timestamp_millis());
        let Some(mut desk) = desk(&recording, now) else { return };
        RUNTIME.block_on(async {
            desk.restore().await;
            for refresh in [false, false, false, true] {
                desk.step(refresh).await;
            }
        });
        holds(&desk.report());
    }
});
