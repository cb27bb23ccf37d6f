//! What a second start knows from the first, and that the time between them is a gap.

use std::sync::atomic::Ordering;

use burnwatch::domain::slo::status::Data;
use burnwatch::domain::slo::window::Window;
use burnwatch::source::cache::Cache;
use serde_json::json;

use crate::kit::{NOW, World, cell, events, near, traffic};

#[tokio::test]
async fn figures_go_on_and_the_time_off_is_unknown() {
    let folder = tempfile::tempdir().unwrap();
    let cache = Cache::new(folder.path().to_owned());
    let world = World::with(traffic).await;
    let desk = || world.desk_of(world.source(&json!({})), vec![events()], Vec::new(), Some(cache.clone()));
    let mut first = desk();
    let before = world.after(&mut first, 1800).await;
    let read = before.slos[0].reading.unwrap().tally.total;
    drop(first);
    world.now.fetch_add(1200, Ordering::Relaxed);
    let mut second = desk();
    let start = world.after(&mut second, 0).await;
    let kept = start.slos[0].reading.unwrap().tally.total;
    assert!(kept > 0.96 * read, "at most a minute is lost: {kept} of {read}");
    assert_eq!(start.slos[0].data, Data::Stale, "nothing is known of now");
    world.pass(&mut second, 600).await;
    let report = second.report();
    assert!(near(cell(&world, &report.slos[0], 0), (60.0, 3000.0)));
    assert_eq!(cell(&world, &report.slos[0], 15), None, "the program was off");
    let hour = report.slos[0].counts.read(NOW + 3600, Window::hours(1)).unwrap();
    assert!((0.4..0.7).contains(&hour.coverage()), "{hour:?}");
    assert!((hour.tally.error_ratio().unwrap() - 0.02).abs() < 1e-4);
    assert_eq!(report.slos[0].data, Data::Partial);
}

/// The second one knows nothing of the minutes before its own first cell but what was on disk when it began.
#[tokio::test]
async fn two_dashboards_on_one_folder_lose_nothing_to_each_other() {
    let folder = tempfile::tempdir().unwrap();
    let cache = Cache::new(folder.path().to_owned());
    let world = World::with(traffic).await;
    let desk = || world.desk_of(world.source(&json!({})), vec![events()], Vec::new(), Some(cache.clone()));
    let (mut first, mut second) = (desk(), desk());
    world.after(&mut first, 1200).await;
    world.after(&mut second, 0).await;
    for _ in 0..40 {
        world.pass(&mut first, 15).await;
        world.now.fetch_sub(15, Ordering::Relaxed);
        // The last one that writes is the second.
        world.pass(&mut second, 15).await;
    }
    drop((first, second));
    let mut third = desk();
    let report = world.after(&mut third, 0).await;
    let known = report.slos[0].counts.read(NOW + 1740, Window::minutes(20)).unwrap();
    assert!(known.coverage() > 0.99, "{known:?}");
}
