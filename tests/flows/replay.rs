//! What a recording tells later is what was seen then: the same desk, asked at the same instants, over hours with faults.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use burnwatch::domain::slo::objective::Objective;
use burnwatch::domain::snapshot::SourceReport;
use burnwatch::source::claims::Claims;
use burnwatch::source::desk::{Brief, Desk};
use burnwatch::source::record::{Backend, Definition, Header, MOST, Recorder, VERSION, open};
use burnwatch::source::{Clock, Source};
use chrono::{DateTime, TimeDelta, Utc};
use tokio::time::Instant;

use crate::fake::{Fake, Mood, grouped, objective, service};

const START: &str = "2026-02-17T10:00:00Z";

/// A clock that is set by hand.
fn hand() -> (Clock, Arc<AtomicI64>) {
    let passed = Arc::new(AtomicI64::new(0));
    let hand = Arc::clone(&passed);
    let start: DateTime<Utc> = START.parse().unwrap();
    (Arc::new(move || start + TimeDelta::seconds(passed.load(Ordering::Relaxed))), hand)
}

fn define(objective: &Objective) -> Definition {
    Definition { toml: objective.id.clone(), ..Definition::default() }
}

fn record(path: &Path, source: &Arc<Fake>, clock: &Clock, most: u64) -> Arc<dyn Source> {
    let backend = Backend {
        name: "main".to_owned(),
        kind: "fake".to_owned(),
        address: source.address(),
        discovers: true,
        lag: 0,
    };
    let header = Header {
        burnwatch_recording: VERSION,
        start: clock().timestamp_millis(),
        refresh: 15,
        backends: vec![backend],
        services: Vec::new(),
        objectives: Vec::new(),
        maintenance: Vec::new(),
    };
    let recorder = Recorder::create(path, &header, define, most).unwrap();
    recorder.around(Arc::clone(source) as Arc<dyn Source>, 0, Arc::clone(clock))
}

fn replay(path: &Path, clock: &Clock) -> Arc<dyn Source> {
    let recording = open(path).unwrap();
    assert_eq!(recording.notes, Vec::<String>::new());
    let undefine = |found: &[Definition]| {
        (found.iter().map(|definition| objective(&definition.toml, "main")).collect(), Vec::new())
    };
    recording.source(0, Arc::clone(clock), Arc::new(undefine)).unwrap()
}

fn desk(source: Arc<dyn Source>, clock: &Clock) -> Desk {
    Desk::new(Brief {
        name: "main".to_owned(),
        kind: "fake".to_owned(),
        source,
        objectives: vec![
            objective("shop/ok", "main"),
            objective("shop/fast", "main"),
            grouped("api/ok", "main"),
        ],
        services: vec![service("shop", "main")],
        refresh: Duration::from_secs(15),
        clock: Arc::clone(clock),
        cache: None,
    })
    .discovering(Arc::new(Claims::default()))
}

/// What happens to the backend at a second of the story.
fn befall(fake: &Fake, second: i64) {
    let mut script = fake.script();
    match second {
        0 => {
            script.routes.insert("api/ok".into(), vec!["/a".into(), "/b".into()]);
            script.errors.insert("shop/ok".into(), 0.000_3);
        }
        600 => drop(script.errors.insert("shop/ok".into(), 0.2)),
        1800 => script.mood = Mood::Refuse,
        2700 => script.mood = Mood::Answer,
        3000 => drop(script.refused.insert("shop/fast".into(), "parse error".into())),
        3600 => script.warnings = vec!["partial".to_owned()],
        4200 => drop(script.refused.remove("shop/fast")),
        5000 => script.brings.push(objective("found/late", "main")),
        6000 => script.routes.entry("api/ok".into()).or_default().push("/c".into()),
        8000 => drop(script.silent.insert("shop/ok".into())),
        _ => {}
    }
}

/// Each report, without what it cost.
async fn story(mut desk: Desk, hand: &AtomicI64, mut befall: impl FnMut(i64)) -> Vec<SourceReport> {
    let mut reports = Vec::new();
    let mut begun = false;
    for second in (0..3 * 3600).step_by(20) {
        hand.store(second, Ordering::Relaxed);
        (second..second + 20).for_each(&mut befall);
        if !begun {
            desk.restore().await;
            begun = true;
        }
        desk.step(true).await;
        for _ in 0..20 {
            if desk.has_errands() && !desk.is_failing() {
                desk.step(false).await;
            }
        }
        let mut report = desk.report();
        (report.status.took_ms, report.status.requests, report.status.points) = (None, 0, 0);
        reports.push(report);
    }
    reports
}

/// A night that is recorded, in a folder of its own.
struct Night {
    _folder: tempfile::TempDir,
    path: PathBuf,
    fake: Arc<Fake>,
    clock: Clock,
    time: Arc<AtomicI64>,
}

impl Night {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (clock, time) = hand();
        let path = folder.path().join("night.jsonl");
        Self { _folder: folder, path, fake: Fake::new("main", Mood::Answer), clock, time }
    }

    /// A desk that records up to `most` bytes of what it asks.
    fn recording(&self, most: u64) -> Desk {
        desk(record(&self.path, &self.fake, &self.clock, most), &self.clock)
    }

    /// What was seen in it.
    async fn seen(&self) -> Vec<SourceReport> {
        story(self.recording(MOST), &self.time, |second| befall(&self.fake, second)).await
    }

    /// A desk that asks the recording, `second` seconds after its begin.
    fn again(&self, second: i64) -> Desk {
        self.time.store(second, Ordering::Relaxed);
        desk(replay(&self.path, &self.clock), &self.clock)
    }
}

#[tokio::test(start_paused = true)]
async fn figures_are_those_that_were_seen() {
    let night = Night::new();
    let seen = night.seen().await;
    let faults = seen.iter().filter(|report| report.status.feed.trouble.is_some()).count();
    assert!(faults > 40, "{faults}");
    let again = story(night.again(0), &night.time, |_| {}).await;
    for (place, (seen, again)) in seen.iter().zip(&again).enumerate() {
        assert_eq!(again.status, seen.status, "{} s", place * 20);
        assert_eq!(again.services, seen.services, "{} s", place * 20);
        for (seen, again) in seen.slos.iter().zip(&again.slos) {
            assert_eq!(again, seen, "{} s", place * 20);
        }
        assert_eq!(again.slos.len(), seen.slos.len(), "{} s", place * 20);
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&night.path).unwrap().permissions().mode() & 0o777, 0o600);
    }
    let size = std::fs::metadata(&night.path).unwrap().len();
    assert!(size < 3_000_000, "{size} bytes for three hours");
}

#[tokio::test(start_paused = true)]
async fn who_comes_in_the_middle_has_the_whole_window() {
    let night = Night::new();
    let seen = night.seen().await;
    let late = night.again(9000).gather(Instant::now() + Duration::from_secs(60), true).await;
    let then = &seen[9000 / 20];
    for slo in &late.slos {
        let seen = then.slos.iter().find(|seen| seen.id() == slo.id()).unwrap();
        assert_eq!(slo.data, seen.data, "{}", slo.id());
        let left = |status: &burnwatch::domain::slo::status::SloStatus| {
            status.budget.and_then(|budget| budget.remaining)
        };
        let (was, is) = (left(seen), left(slo));
        assert_eq!(was.is_some(), is.is_some(), "{}", slo.id());
        if let (Some(was), Some(is)) = (was, is) {
            assert!((was - is).abs() < 0.001, "{}: {was} and {is}", slo.id());
        }
        assert_eq!(slo.burns.len(), seen.burns.len());
    }
    assert_eq!(late.slos.len(), then.slos.len());
}

#[tokio::test(start_paused = true)]
async fn a_full_recording_ends_whole_and_says_so() {
    let night = Night::new();
    let report = night.recording(60_000).gather(Instant::now() + Duration::from_secs(60), true).await;
    assert!(report.status.feed.trouble.is_none(), "the backend goes on being asked");
    assert!(
        report.status.warnings.iter().any(|told| told.contains("is full at 0 MB")),
        "{:?}",
        report.status.warnings
    );
    assert!(std::fs::metadata(&night.path).unwrap().len() < 61_000);
    let recording = open(&night.path).unwrap();
    assert_eq!(recording.notes, ["it had reached its limit of size: what came after is not in it"]);
    let again =
        Recorder::create(&night.path, &recording.header, define, MOST).err().map(|error| error.kind());
    assert_eq!(again, Some(std::io::ErrorKind::AlreadyExists), "nobody's recording is written over");
}
