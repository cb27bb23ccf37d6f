//! Objectives that change while the program runs.

use std::sync::Arc;
use std::time::Duration;

use burnwatch::domain::slo::objective::Objective;
use burnwatch::domain::snapshot::SourceReport;
use burnwatch::source::poller::Report;
use burnwatch::state::Message;
use tokio::sync::mpsc::Receiver;
use tokio::time::sleep;

use crate::fake::{Fake, Mood, Topic, grouped, objective};
use crate::kit::{IDS, single};
use crate::polled::{desk, start, words};
use crate::stage::Stage;

async fn newest(reports: &mut Receiver<Report>) -> Arc<SourceReport> {
    let mut newest = reports.recv().await.unwrap();
    while let Ok(report) = reports.try_recv() {
        newest = report;
    }
    newest.report
}

#[tokio::test(start_paused = true)]
async fn who_stays_keeps_its_ledger_and_who_comes_catches_up() {
    let source = Fake::new("main", Mood::Answer);
    let objectives = vec![objective("a/one", "main"), objective("a/two", "main")];
    let (poller, mut reports) = start(desk(&source, objectives));
    sleep(Duration::from_secs(20)).await;
    let before = newest(&mut reports).await;
    source.take_asked();
    // The target is another one, so that what was counted is as good as before.
    let stricter = Objective { target: "99.99%".parse().unwrap(), ..(*objective("a/two", "main")).clone() };
    source.script().routes.insert("a/four".to_owned(), vec!["/x".to_owned()]);
    poller.replace_objectives(vec![
        objective("a/three", "main"),
        Arc::new(stricter),
        grouped("a/four", "main"),
    ]);
    sleep(Duration::from_millis(1)).await;
    let history: Vec<_> = source
        .take_asked()
        .into_iter()
        .filter(|one| one.topic == Topic::Counts && one.range.points() > 10)
        .collect();
    assert!(!history.is_empty());
    for one in &history {
        assert!(!one.subjects.iter().any(|id| id == "a/two" || id == "a/one"), "{one:?}");
    }
    sleep(Duration::from_secs(15)).await;
    let after = newest(&mut reports).await;
    assert_eq!(words(&after), [("a/three", "ok"), ("a/two", "ok"), ("a/four{route=\"/x\"}", "ok")]);
    assert_eq!(after.slos[1].objective.target.to_string(), "99.99%");
    let total = |report: &SourceReport, place: usize| report.slos[place].reading.unwrap().tally.total;
    assert!((total(&after, 1) - total(&before, 1)).abs() < 1e-6 * total(&before, 1));
    assert!((total(&after, 0) - total(&before, 0)).abs() < 1e-6 * total(&before, 0), "all of its history");
}

#[tokio::test(start_paused = true)]
async fn a_backend_that_had_nothing_may_get_something_and_lose_it() {
    let source = Fake::new("main", Mood::Answer);
    let (poller, mut reports) = start(desk(&source, Vec::new()));
    sleep(Duration::from_secs(20)).await;
    assert_eq!(words(newest(&mut reports).await.as_ref()), []);
    poller.replace_objectives(vec![objective("a/one", "main")]);
    sleep(Duration::from_secs(20)).await;
    assert_eq!(words(newest(&mut reports).await.as_ref()), [("a/one", "ok")]);
    poller.replace_objectives(Vec::new());
    sleep(Duration::from_secs(20)).await;
    assert_eq!(words(newest(&mut reports).await.as_ref()), []);
}

#[tokio::test(start_paused = true)]
async fn an_edited_catalogue_changes_the_running_screen_and_a_broken_one_says_so() {
    let (_source, plot) = single(Mood::Answer);
    let stage = Stage::open(plot).await;
    stage.pass(20).await;
    assert!(stage.text().contains(IDS[0]));
    let edited: Arc<[_]> = vec![objective(IDS[0], "main"), objective("new/one", "main")].into();
    stage.send(Message::Objectives(Arc::clone(&edited), String::new())).await;
    stage.pass(20).await;
    let text = stage.text();
    assert!(text.contains(IDS[0]) && text.contains("new/one") && !text.contains(IDS[1]), "{text}");
    stage
        .send(Message::Objectives(edited, "catalogue: a.yaml:3:1: broken; what was read before stays".into()))
        .await;
    let text = stage.text();
    assert!(text.contains("new/one") && text.contains("a.yaml:3:1: broken"), "{text}");
}
