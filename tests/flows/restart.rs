//! What a second start knows from the first.

use crate::fake::Mood;
use crate::kit::{IDS, single};
use crate::stage::Stage;

#[tokio::test(start_paused = true)]
async fn a_second_start_shows_the_first_ones_figures_as_stale() {
    let folder = tempfile::tempdir().unwrap();
    let (_source, mut plot) = single(Mood::Answer);
    plot.cache = Some(folder.path().join("cache"));
    let first = Stage::open(plot).await;
    first.pass(20).await;
    let known = first.quit().await.live.slo(IDS[0]).unwrap().reading.unwrap().tally;

    for mood in [Mood::Hang, Mood::Refuse] {
        let (_source, mut plot) = single(mood);
        (plot.cache, plot.later) = (Some(folder.path().join("cache")), 1);
        let second = Stage::open(plot).await;
        second.pass(1).await;
        let row = second.line_with(IDS[0]).unwrap();
        assert!(row.contains("99 %") && row.contains("STALE 1h"), "{mood:?}: {row}");
        assert!(second.status_row().contains("STALE"), "{mood:?}: {}", second.status_row());
        let model = second.quit().await;
        let kept = model.live.slo(IDS[0]).unwrap().reading.unwrap().tally;
        assert!((kept.bad - known.bad).abs() < 1e-6 && kept.total == known.total, "{kept:?} {known:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_second_start_asks_only_for_what_is_missing() {
    let folder = tempfile::tempdir().unwrap();
    let start = |later| {
        let (source, mut plot) = single(Mood::Answer);
        (plot.cache, plot.later) = (Some(folder.path().join("cache")), later);
        (source, plot)
    };
    let (first_source, plot) = start(0);
    let first = Stage::open(plot).await;
    first.pass(20).await;
    first.quit().await;
    let (second_source, plot) = start(1);
    let second = Stage::open(plot).await;
    second.pass(5).await;
    let points = |asked: Vec<crate::fake::Asked>| -> i64 { asked.iter().map(|one| one.range.points()).sum() };
    let (cold, warm) = (points(first_source.take_asked()), points(second_source.take_asked()));
    assert!(second.status_row().contains("OK"), "{}", second.text());
    assert!(warm * 2 < cold, "{warm} points after {cold}");
    let slo = second.quit().await.live.slo(IDS[0]).cloned().unwrap();
    assert_eq!((slo.data.word(), slo.warnings.len()), ("ok", 0), "{:?}", slo.warnings);
}

#[tokio::test(start_paused = true)]
async fn a_folder_that_cannot_be_written_is_said_and_harms_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("cache");
    std::fs::write(&file, "not a folder").unwrap();
    let (_source, mut plot) = single(Mood::Answer);
    (plot.cache, plot.size) = (Some(file), (200, 24));
    let stage = Stage::open(plot).await;
    stage.pass(10).await;
    assert!(stage.status_row().contains("OK"), "{}", stage.text());
    assert!(stage.line_with("cannot keep ledgers in").is_some(), "{}", stage.text());
}
