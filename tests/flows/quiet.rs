//! Nothing is written while nothing changes.

use chrono::Timelike;

use crate::fake::Mood;
use crate::kit::{calm, single};
use crate::stage::Stage;

const MINUTES: u64 = 10;

/// Writes of ten minutes, each with the second of its minute.
async fn writes_of(stage: &Stage) -> Vec<u32> {
    stage.take_writes();
    stage.pass(MINUTES * 60).await;
    stage.take_writes().iter().map(Timelike::second).collect()
}

#[tokio::test(start_paused = true)]
async fn a_calm_dashboard_writes_once_a_minute_for_its_clock() {
    let (_source, stage) = calm().await;
    let frames = stage.shown.lock().unwrap().frames;
    let writes = writes_of(&stage).await;
    assert!(stage.shown.lock().unwrap().frames > frames + 590, "the loop does run every second");
    assert_eq!(writes.len() as u64, MINUTES, "{writes:?}");
    assert!(writes.iter().all(|second| *second == 0), "{writes:?}");
}

#[tokio::test(start_paused = true)]
async fn so_does_one_whose_backend_hangs() {
    let (_source, plot) = single(Mood::Hang);
    let stage = Stage::open(plot).await;
    stage.pass(5).await;
    let writes = writes_of(&stage).await;
    assert!(writes.iter().all(|second| *second == 0), "{writes:?}");
    assert_eq!(writes.len() as u64, MINUTES, "{writes:?}");
}

#[tokio::test(start_paused = true)]
async fn within_a_minute_not_a_byte() {
    let (_source, stage) = calm().await;
    stage.pass(56).await;
    stage.take_bytes();
    stage.pass(57).await;
    assert_eq!(stage.take_bytes(), b"", "three refreshes and 57 seconds");
}

#[tokio::test(start_paused = true)]
async fn a_minute_costs_a_few_cells() {
    let (_source, stage) = calm().await;
    stage.pass(50).await;
    stage.take_bytes();
    stage.pass(10).await;
    let bytes = stage.take_bytes();
    assert!((1..200).contains(&bytes.len()), "{:?}", String::from_utf8_lossy(&bytes));
}
