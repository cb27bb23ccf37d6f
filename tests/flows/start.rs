//! Before the first answer.

use burnwatch::source::Source;
use burnwatch::state::{Key, Screen};

use crate::fake::{Fake, Mood};
use crate::kit::{IDS, part, single};
use crate::stage::{Plot, Stage};

#[tokio::test(start_paused = true)]
async fn the_first_frame_needs_no_answer() {
    for mood in [Mood::Refuse, Mood::Hang] {
        let sources = [Fake::new("eu", mood), Fake::new("us", mood)];
        let parts = vec![part(&sources[0], "eu", &IDS[..2]), part(&sources[1], "us", &IDS[2..])];
        let stage = Stage::open(Plot::new(parts)).await;
        let text = stage.text();
        assert!(!stage.take_bytes().is_empty(), "{mood:?}");
        assert!(text.contains("NODATA") && text.contains("objectives"), "{mood:?}\n{text}");
        assert!(!text.contains("OK"), "{mood:?}\n{text}");
        assert!(text.contains("0/2"), "{mood:?}\n{text}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_picture_comes_before_the_question() {
    let (source, plot) = single(Mood::Hang);
    let opened = Stage::open(plot).await;
    let first = opened.shown.lock().unwrap().writes[0];
    assert_eq!(first.to_rfc3339(), "2026-02-17T10:00:00+00:00");
    assert_eq!(source.take_asked().len(), 1, "one question hangs and no more are asked");
}

#[tokio::test(start_paused = true)]
async fn any_key_is_answered_while_backends_hang() {
    let (_source, plot) = single(Mood::Hang);
    let stage = Stage::open(plot).await;
    stage.pass(3).await;
    assert!(stage.text().contains("main: waiting for an answer"), "{}", stage.text());
    let mut seen = vec![stage.text()];
    for key in "23456D?".chars().map(Key::Char) {
        stage.take_bytes();
        let before = stage.now();
        stage.press(key).await;
        assert!((stage.now() - before).num_milliseconds() < 5, "{key}: answered without a wait");
        assert!(!stage.take_bytes().is_empty(), "{key} changes the picture");
        assert!(!seen.contains(&stage.text()), "{key} shows a screen of its own");
        seen.push(stage.text());
    }
    let model = stage.quit().await;
    assert_eq!(model.view.screen, Screen::Help);
}

#[tokio::test(start_paused = true)]
async fn a_refusal_is_said_in_words() {
    let (source, plot) = single(Mood::Refuse);
    let stage = Stage::open(plot).await;
    stage.pass(1).await;
    let text = stage.text();
    assert!(text.contains("main: connection refused by fake://main"), "{text}");
    assert_eq!(source.address(), "fake://main");
}
