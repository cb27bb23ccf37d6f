//! What the log does to a running dashboard, and what the dashboard writes to it.

use std::path::Path;
use std::sync::Arc;

use burnwatch::domain::journal::payload::{MaintenanceAdded, Repeat};
use burnwatch::domain::journal::{Author, Intent, State};
use burnwatch::source::journal_file::{Appender, Outcome, load};
use burnwatch::state::Model;
use chrono::{DateTime, TimeDelta, Utc};

use crate::fake::{Fake, Mood};
use crate::kit::{IDS, single};
use crate::stage::{Plot, Stage};

const TEN: &str = "2026-02-17T10:00:00Z";

fn ten() -> DateTime<Utc> {
    TEN.parse().unwrap()
}

/// One objective that has spent all its budget, and a log in `dir`.
fn frozen(dir: &Path) -> (Arc<Fake>, Plot) {
    let (source, mut plot) = single(Mood::Answer);
    source.script().errors.insert(IDS[0].to_owned(), 0.002);
    plot.state_dir = Some(dir.to_owned());
    (source, plot)
}

fn read(dir: &Path) -> State {
    load(dir, ten()).0
}

fn add_maintenance(dir: &Path, excluded: bool) {
    let window = MaintenanceAdded {
        services: Vec::new(),
        slos: vec![IDS[0].to_owned()],
        from: ten() - TimeDelta::days(29),
        to: ten() - TimeDelta::days(1),
        text: "database move".to_owned(),
        estimate: None,
        excluded,
        reason: None,
        repeat: None,
    };
    Appender::new(dir, Author::program("bastion-2"))
        .append(&Intent::Maintenance(window), ten(), None)
        .unwrap();
}

fn left(stage: &Stage) -> String {
    stage.line_with(IDS[0]).unwrap()
}

#[tokio::test(start_paused = true)]
async fn maintenance_of_the_log_corrects_a_running_dashboard() {
    let folder = tempfile::tempdir().unwrap();
    let (_source, plot) = frozen(folder.path());
    let stage = Stage::open(plot).await;
    stage.pass(20).await;
    assert!(left(&stage).contains("-100"), "{}", stage.text());
    add_maintenance(folder.path(), false);
    stage.pass(5).await;
    assert!(left(&stage).contains("-100"), "it counts: {}", stage.text());
    let model = stage.quit().await;
    let slo = model.live.slo(IDS[0]).unwrap();
    assert_eq!((slo.corrections.len(), slo.raw.is_some()), (1, false));
    assert!((slo.corrections[0].cost.unwrap() - 2.0 * 28.0 / 30.0).abs() < 1e-6, "{:?}", slo.corrections);
}

#[tokio::test(start_paused = true)]
async fn an_excluded_window_gives_the_budget_back_within_seconds_and_without_asking() {
    let folder = tempfile::tempdir().unwrap();
    let (source, plot) = frozen(folder.path());
    let stage = Stage::open(plot).await;
    stage.pass(16).await;
    source.take_asked();
    source.turn(Mood::Hang);
    add_maintenance(folder.path(), true);
    stage.pass(3).await;
    assert_eq!(source.take_asked().len(), 0, "no backend was asked");
    let model = stage.quit().await;
    let slo = model.live.slo(IDS[0]).unwrap();
    let raw = slo.raw.as_ref().unwrap();
    assert!((raw.budget.remaining.unwrap() - -1.0).abs() < 1e-6, "{raw:?}");
    // The two days that are left have the same share of errors: 0.2 % of their events.
    assert!((slo.reading.unwrap().tally.total / raw.reading.tally.total - 2.0 / 30.0).abs() < 1e-6);
    let others = model.live.slo(IDS[1]).unwrap();
    assert!(others.raw.is_none() && others.corrections.is_empty());
}

/// 17 February 2026 is a Tuesday. The thirty days before have five Mondays.
#[tokio::test(start_paused = true)]
async fn a_window_that_comes_back_is_left_out_each_time_until_it_is_ended() {
    let folder = tempfile::tempdir().unwrap();
    let mut log = Appender::new(folder.path(), Author::program("bastion-2"));
    let mut write = |intent: Intent, at| match log.append(&intent, ten(), at).unwrap() {
        Outcome::Appended { event, .. } => event.id,
        Outcome::Superseded { .. } => panic!("it stands"),
    };
    let running = || async {
        let stage = Stage::open(frozen(folder.path()).1).await;
        stage.pass(16).await;
        stage
    };
    let left = |model: &Model| {
        let slo = model.live.slo(IDS[0]).unwrap();
        let raw = slo.raw.as_ref().unwrap();
        (slo.corrections[0].spans.len(), slo.reading.unwrap().tally.total / raw.reading.tally.total)
    };
    let stage = running().await;
    let id = write(Intent::Maintenance(mondays()), None);
    stage.pass(3).await;
    let (times, share) = left(&stage.quit().await);
    assert!(times == 5 && (share - 25.0 / 30.0).abs() < 1e-6, "{times} {share}");
    // Ended after three of them, of which all stay left out.
    let stage = running().await;
    write(Intent::MaintenanceEnded { id }, Some("2026-02-03T00:00:00Z".parse().unwrap()));
    stage.pass(3).await;
    let (times, share) = left(&stage.quit().await);
    assert!(times == 3 && (share - 27.0 / 30.0).abs() < 1e-6, "{times} {share}");
}

fn mondays() -> MaintenanceAdded {
    let from: DateTime<Utc> = "2026-01-19T00:00:00Z".parse().unwrap();
    MaintenanceAdded {
        services: Vec::new(),
        slos: vec![IDS[0].to_owned()],
        from,
        to: from + TimeDelta::days(1),
        text: "Mondays".to_owned(),
        estimate: None,
        excluded: true,
        reason: None,
        repeat: Some(Repeat { rule: "weekly".to_owned(), zone: "UTC".to_owned(), civil: false }),
    }
}

#[tokio::test(start_paused = true)]
async fn a_freeze_is_written_once_whoever_sees_it() {
    let folder = tempfile::tempdir().unwrap();
    let (_source, plot) = frozen(folder.path());
    let (_other, twin) = frozen(folder.path());
    let (one, two) = (Stage::open(plot).await, Stage::open(twin).await);
    one.pass(300).await;
    let state = read(folder.path());
    assert_eq!((state.policy_steps.len(), state.policy.len()), (1, 1), "{:?}", state.policy_steps);
    let step = &state.policy[IDS[0]];
    assert_eq!((step.from.as_deref(), step.to.as_str()), (None, "freeze"));
    assert!((step.remaining.unwrap() - -1.0).abs() < 1e-6);
    assert!(one.quit().await.log.policy.contains_key(IDS[0]) && two.quit().await.notices.is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_is_not_known_is_not_written() {
    for mood in [Mood::Hang, Mood::Refuse] {
        let folder = tempfile::tempdir().unwrap();
        let (source, plot) = frozen(folder.path());
        source.turn(mood);
        let stage = Stage::open(plot).await;
        stage.pass(600).await;
        assert_eq!(read(folder.path()).tally.events, 0, "{mood:?}");
        stage.quit().await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_dashboard_that_may_not_write_does_not() {
    let folder = tempfile::tempdir().unwrap();
    let (_source, mut plot) = frozen(folder.path());
    plot.state_dir = None;
    let stage = Stage::open(plot).await;
    stage.pass(120).await;
    assert!(stage.quit().await.asked_steps.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_log_that_cannot_be_written_is_said_and_harms_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (_source, mut plot) = frozen(folder.path());
    // A folder stands where the log should be.
    std::fs::create_dir(folder.path().join("events.jsonl")).unwrap();
    plot.size = (200, 24);
    let stage = Stage::open(plot).await;
    stage.pass(30).await;
    let model = stage.quit().await;
    let said = model.notices.iter().find(|notice| notice.origin == "log writing");
    assert!(said.is_some_and(|notice| notice.text.contains("not a plain file")), "{:?}", model.notices);
}

#[tokio::test(start_paused = true)]
async fn steps_are_written_as_they_are_taken_with_the_time_at_which_they_were() {
    let folder = tempfile::tempdir().unwrap();
    let (source, mut plot) = single(Mood::Answer);
    plot.state_dir = Some(folder.path().to_owned());
    let stage = Stage::open(plot).await;
    stage.pass(60).await;
    assert_eq!(read(folder.path()).tally.events, 0, "nobody has to be told that all may ship");
    // Everything fails: 43 minutes of it are the budget of 30 days.
    source.script().errors.insert(IDS[0].to_owned(), 1.0);
    stage.pass(50 * 60).await;
    let steps = read(folder.path()).policy_steps;
    let words: Vec<_> = steps.iter().map(|step| (step.from.as_deref(), step.to.as_str())).collect();
    assert_eq!(words, [(None, "slow"), (Some("slow"), "freeze")]);
    // 33 minutes take it below 25 %; the cells that were asked again may tell of up to five minutes before.
    let minute = |at: DateTime<Utc>| (at - ten()).num_minutes();
    assert!((27..=35).contains(&minute(steps[0].at)), "{steps:?}");
    assert!((37..=46).contains(&minute(steps[1].at)), "{steps:?}");
    assert!(steps.iter().all(|step| step.slo == IDS[0]));
    stage.quit().await;
}
