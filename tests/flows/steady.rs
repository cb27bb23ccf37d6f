//! What a refresh asks.

use std::sync::Arc;

use crate::fake::{Fake, Mood, Topic, objective};
use crate::kit::{calm, part};
use crate::stage::{Part, Plot, Stage};

#[tokio::test(start_paused = true)]
async fn fifty_slos_are_one_question_of_three_points_at_most() {
    let source = Fake::new("main", Mood::Answer);
    let objectives = (0..50).map(|i| objective(&format!("api/slo-{i}"), "main")).collect();
    let services = part(&source, "main", &["api/a", "web/b"]).services;
    let part = Part { source: Arc::clone(&source), name: "main".to_owned(), objectives, services };
    let stage = Stage::open(Plot::new(vec![part])).await;
    stage.pass(7).await;
    source.take_asked();
    for refresh in 0..20 {
        stage.pass(15).await;
        let asked = source.take_asked();
        let counts: Vec<_> = asked.iter().filter(|one| one.topic == Topic::Counts).collect();
        assert_eq!(counts.len(), 1, "refresh {refresh}: {asked:?}");
        assert_eq!(counts[0].subjects.len(), 50);
        assert!(asked.iter().filter(|one| one.topic == Topic::Signals).count() <= 1, "{asked:?}");
        assert_eq!(asked.iter().filter(|one| one.topic == Topic::Intervals).count(), 0);
        for one in &asked {
            assert!((1..=3).contains(&one.range.points()), "refresh {refresh}: {one:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_point_asks_at_once_and_many_are_one() {
    let (source, stage) = calm().await;
    stage.type_in("...").await;
    let counts = source.take_asked().iter().filter(|one| one.topic == Topic::Counts).count();
    assert!((1..=3).contains(&counts), "{counts}");
    stage.pass(1).await;
    assert!(source.take_asked().is_empty(), "nothing is asked twice");
}

#[tokio::test(start_paused = true)]
async fn after_a_long_sleep_the_history_is_filled_again() {
    let (source, stage) = calm().await;
    stage.sleep_for(10);
    stage.pass(31).await;
    let asked = source.take_asked();
    let now = stage.now().timestamp();
    let covered = |at: i64| {
        let spans = |one: &&crate::fake::Asked| one.range.from - one.range.step < at && at <= one.range.to;
        asked.iter().filter(|one| one.topic == Topic::Counts).any(|one| spans(&one))
    };
    for minutes in (2..600).step_by(7) {
        assert!(covered(now - minutes * 60), "{minutes} minutes ago was never asked for");
    }
    assert!(stage.status_row().contains("OK"), "{}", stage.text());
    stage.type_in("2").await;
    let model = stage.quit().await;
    for slo in model.live.slos() {
        assert_eq!(slo.data.word(), "ok", "{}: {:?}", slo.id(), slo.warnings);
        let known = slo.reading.unwrap();
        assert!(slo.as_of.is_some_and(|at| now - at < 120), "{known:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_short_sleep_asks_only_for_what_was_missed() {
    let (source, stage) = calm().await;
    stage.sleep_for(2);
    stage.pass(16).await;
    let counts: Vec<_> = source.take_asked().into_iter().filter(|one| one.topic == Topic::Counts).collect();
    assert!(counts.iter().any(|one| (120..130).contains(&one.range.points())), "{counts:?}");
    assert!(counts.iter().all(|one| one.range.points() < 130), "{counts:?}");
}
