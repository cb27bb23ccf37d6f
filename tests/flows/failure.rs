//! Backends that stop to answer, and come back.

use std::time::Duration;

use burnwatch::state::Key;

use crate::fake::{Fake, Mood, Topic};
use crate::kit::{IDS, calm, part};
use crate::stage::{Plot, Stage};

#[tokio::test(start_paused = true)]
async fn the_last_figures_stay_and_are_marked_with_their_age() {
    for mood in [Mood::Refuse, Mood::TimeOut(Duration::from_secs(5))] {
        let (source, stage) = calm().await;
        let left = "99 %";
        assert!(stage.line_with("payments").unwrap().contains(left), "{}", stage.text());
        source.turn(mood);
        stage.pass(260).await;
        let row = stage.line_with("payments").unwrap();
        assert!(row.contains(left), "{mood:?}: the last figure stays: {row}");
        assert!(row.contains("STALE 4m"), "{mood:?}: and has its age: {row}");
        assert!(stage.status_row().contains("STALE"), "{}", stage.status_row());
        assert!(stage.status_row().contains("0/1 STALE 4m"), "{}", stage.status_row());
        assert!(stage.line_with("main: ").is_some(), "the reason is said\n{}", stage.text());
    }
}

#[tokio::test(start_paused = true)]
async fn stale_is_never_called_ok() {
    for mood in [Mood::Refuse, Mood::Hang, Mood::TimeOut(Duration::from_secs(40))] {
        let (source, stage) = calm().await;
        source.turn(mood);
        stage.pass(31).await;
        for second in 31..400 {
            let row = stage.status_row();
            assert!(!row.contains("OK"), "{mood:?}, {second} s after the last answer: {row}");
            stage.pass(1).await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_comes_back_is_shown_within_an_interval() {
    let (source, stage) = calm().await;
    source.turn(Mood::Refuse);
    stage.pass(600).await;
    assert!(stage.status_row().contains("STALE"), "{}", stage.text());
    source.turn(Mood::Answer);
    source.take_asked();
    stage.pass(15).await;
    assert!(stage.status_row().contains("OK"), "{}", stage.text());
    assert!(stage.line_with("refused").is_none(), "the complaint is withdrawn\n{}", stage.text());
    let asked = source.take_asked();
    let missed = asked.iter().filter(|one| one.topic == Topic::Counts).map(|one| one.range.points()).max();
    assert!(missed >= Some(10), "the minutes that were missed are asked for: {asked:?}");
    let model = stage.quit().await;
    assert!(model.live.slos().all(|slo| slo.data.word() == "ok"));
}

#[tokio::test(start_paused = true)]
async fn a_backend_in_trouble_is_asked_once_an_interval() {
    let (source, stage) = calm().await;
    source.turn(Mood::Refuse);
    stage.pass(300).await;
    let asked = source.take_asked().len();
    assert!((19..=21).contains(&asked), "{asked} questions in 20 intervals");
}

#[tokio::test(start_paused = true)]
async fn a_dead_source_leaves_the_others_alone() {
    for mood in [Mood::Refuse, Mood::Hang] {
        let (good, dead) = (Fake::new("eu", Mood::Answer), Fake::new("us", Mood::Answer));
        let parts = vec![part(&good, "eu", &IDS[..2]), part(&dead, "us", &IDS[2..])];
        let stage = Stage::open(Plot::new(parts)).await;
        stage.pass(5).await;
        dead.turn(mood);
        good.take_asked();
        stage.pass(300).await;
        let counts = good.take_asked().iter().filter(|one| one.topic == Topic::Counts).count();
        assert_eq!(counts, 20, "{mood:?}: the good one is asked as ever");
        assert!(stage.status_row().contains("1/2 STALE"), "{mood:?}: {}", stage.status_row());
        assert!(!stage.line_with("api/availability").unwrap().contains("STALE"), "{}", stage.text());
        let model = stage.quit().await;
        assert_eq!(model.live.slo(IDS[0]).unwrap().data.word(), "ok");
        assert!(model.live.source("eu").unwrap().is_fresh(model.now));
        assert!(!model.live.source("us").unwrap().is_fresh(model.now));
    }
}

#[tokio::test(start_paused = true)]
async fn a_bad_slo_hides_no_other_and_is_not_asked_again_and_again() {
    let source = Fake::new("main", Mood::Answer);
    source.script().refused.insert(IDS[1].to_owned(), "parse error at char 7".to_owned());
    let stage = Stage::open(Plot::new(vec![part(&source, "main", &IDS)])).await;
    stage.pass(300).await;
    assert!(stage.line_with("payments/errors  ").unwrap().contains("refused"), "{}", stage.text());
    for good in [IDS[0], IDS[2]] {
        assert!(stage.line_with(good).unwrap().contains("99 %"), "{}", stage.text());
    }
    let asked = source.take_asked();
    let of = |id: &str| asked.iter().filter(|one| one.subjects.iter().any(|subject| subject == id)).count();
    assert!(of(IDS[1]) <= 4, "{} times asked for what is refused", of(IDS[1]));
    assert!(of(IDS[0]) >= 20, "{}", of(IDS[0]));
    let minutes = asked.iter().filter(|one| one.topic == Topic::Counts).skip(8).map(|one| one.range.points());
    assert!(minutes.max() <= Some(3), "the bad one makes the good ones no dearer");
}

#[tokio::test(start_paused = true)]
async fn a_bad_slo_that_is_mended_gets_its_history() {
    let source = Fake::new("main", Mood::Answer);
    source.script().refused.insert(IDS[1].to_owned(), "parse error".to_owned());
    let stage = Stage::open(Plot::new(vec![part(&source, "main", &IDS)])).await;
    stage.pass(30).await;
    source.script().refused.clear();
    stage.pass(240).await;
    assert!(stage.line_with(IDS[1]).unwrap().contains("99 %"), "{}", stage.text());
    let model = stage.quit().await;
    let (mended, other) = (model.live.slo(IDS[1]).unwrap(), model.live.slo(IDS[0]).unwrap());
    assert_eq!((mended.data.word(), other.data.word()), ("ok", "ok"));
    assert_eq!(mended.reading.unwrap().tally, other.reading.unwrap().tally, "all of it");
}

#[tokio::test(start_paused = true)]
async fn a_bad_slo_that_is_mended_is_asked_at_once_when_the_reader_wants_it() {
    let source = Fake::new("main", Mood::Answer);
    source.script().refused.insert(IDS[1].to_owned(), "parse error".to_owned());
    let stage = Stage::open(Plot::new(vec![part(&source, "main", &IDS)])).await;
    stage.pass(600).await;
    source.script().refused.clear();
    stage.press(Key::Char('.')).await;
    stage.pass(2).await;
    assert!(stage.line_with(IDS[1]).unwrap().contains("99 %"), "{}", stage.text());
}
