//! Objectives that a backend brings itself, while the program runs.

use std::sync::Arc;
use std::time::Duration;

use burnwatch::domain::slo::objective::Objective;
use burnwatch::domain::snapshot::SourceReport;
use burnwatch::source::claims::Claims;
use burnwatch::source::poller::{Poller, Report};
use tokio::sync::mpsc::Receiver;
use tokio::time::{Instant, sleep};

use crate::fake::{Fake, Mood, Topic, objective};
use crate::polled::{self, desk, words};

fn start(source: &Arc<Fake>, objectives: Vec<Arc<Objective>>) -> (Poller, Receiver<Report>) {
    let claims = Arc::new(Claims::of(&objectives));
    polled::start(desk(source, objectives).discovering(claims))
}

fn brought(id: &str) -> Arc<Objective> {
    let mut found = Objective::clone(&objective(id, "main"));
    found.about.tool = Some("sloth".to_owned());
    Arc::new(found)
}

async fn after(minutes: u64, reports: &mut Receiver<Report>) -> Arc<SourceReport> {
    // The channel is read while time passes, as the program does.
    let end = Instant::now() + Duration::from_secs(60 * minutes);
    let mut newest = None;
    while let Ok(Some(report)) = tokio::time::timeout_at(end, reports.recv()).await {
        newest = Some(report.report);
    }
    sleep(Duration::ZERO).await;
    newest.unwrap()
}

#[tokio::test(start_paused = true)]
async fn they_come_stay_for_a_while_and_go() {
    let source = Fake::new("main", Mood::Answer);
    let own = objective("a/own", "main");
    source.script().brings = vec![brought("a/own"), brought("b/one")];
    let (_poller, mut reports) = start(&source, vec![Arc::clone(&own)]);
    let first = after(1, &mut reports).await;
    assert_eq!(words(&first), [("a/own", "ok"), ("b/one", "ok")]);
    assert_eq!(first.slos[0].objective, own, "what is configured wins");
    assert_eq!(first.status.found.as_deref(), Some("1 SLO of sloth"));
    source.script().brings = vec![brought("b/two")];
    let later = after(15, &mut reports).await;
    assert_eq!(words(&later), [("a/own", "ok"), ("b/one", "ok"), ("b/two", "ok")]);
    let last = after(75, &mut reports).await;
    assert_eq!(words(&last), [("a/own", "ok"), ("b/two", "ok")]);
    let looks = source.take_asked().iter().filter(|asked| asked.topic == Topic::Objectives).count();
    assert!((9..=10).contains(&looks), "one look in ten minutes: {looks}");
}

#[tokio::test(start_paused = true)]
async fn a_backend_that_is_away_at_first_is_looked_through_when_it_answers() {
    let source = Fake::new("main", Mood::Refuse);
    source.script().brings = vec![brought("b/one")];
    let (_poller, mut reports) = start(&source, Vec::new());
    let down = after(1, &mut reports).await;
    assert!(down.status.feed.trouble.is_some() && down.status.found.is_none() && down.slos.is_empty());
    source.turn(Mood::Answer);
    let up = after(3, &mut reports).await;
    assert_eq!((words(&up), up.status.feed.trouble.is_none()), (vec![("b/one", "ok")], true));
}
