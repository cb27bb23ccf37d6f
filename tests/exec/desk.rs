//! The same behind a desk: its pace, and what a second start knows.

use std::sync::Arc;
use std::time::Duration;

use burnwatch::domain::slo::status::Data;
use burnwatch::domain::slo::window::Window;
use burnwatch::domain::snapshot::SourceReport;
use burnwatch::source::cache::Cache;
use burnwatch::source::desk::{Brief, Desk};
use burnwatch::source::{Clock, Source};
use chrono::DateTime;
use serde_json::json;
use tokio::time::Instant;

use crate::kit::{Folder, NOW, events};

/// One error in 1000 requests a minute for the last ten days.
const SERVICE: &str = r#"
echo run >> "$LOG"
case "$BURNWATCH_QUERY" in errors) each=1 ;; *) each=1000 ;; esac
echo "$BURNWATCH_START $BURNWATCH_END $BURNWATCH_STEP $each" | awk '{
  printf "{\"burnwatch\":1,\"kind\":\"series\",\"series\":[{\"points\":["
  for (t = $1 + $3; t <= $2; t += $3) { printf "%s[%d,%d]", comma, t, $4 * $3 / 60; comma = "," }
  printf "]}]}" }'"#;

fn desk(source: Arc<dyn Source>, cache: &Cache, now: i64) -> Desk {
    let clock: Clock = Arc::new(move || DateTime::from_timestamp(now, 0).unwrap());
    Desk::new(Brief {
        name: "main".into(),
        kind: "exec".into(),
        source,
        objectives: vec![events("a")],
        services: Vec::new(),
        refresh: Duration::from_secs(15),
        clock,
        cache: Some(cache.clone()),
    })
}

async fn report(mut desk: Desk) -> SourceReport {
    desk.gather(Instant::now() + Duration::from_secs(100), false).await
}

#[tokio::test]
async fn history_is_fetched_once_and_kept() {
    let folder = Folder::new();
    let script = format!("LOG={}\n{SERVICE}", folder.path("log").display());
    let source = folder.source(&script, &json!({}));
    let cache = Cache::new(folder.path("cache"));
    let first = desk(Arc::clone(&source), &cache, NOW);
    assert_eq!(first.every(), Duration::from_secs(60), "not the configuration's, a run costs more");
    let report_of = report(first).await;
    let slo = &report_of.slos[0];
    assert_eq!(slo.data, Data::Ok, "{:?}", report_of.status.feed.trouble);
    let reading = slo.reading.unwrap();
    assert!((reading.tally.error_ratio().unwrap() - 0.001).abs() < 1e-9);
    assert!((reading.tally.total - 30.0 * 1440.0 * 1000.0).abs() < 1e-3);
    assert_eq!(reading.window, Window::days(30));
    let runs = folder.read("log").lines().count();
    assert!(runs <= 14, "seven questions for two queries, but {runs}");
    let again = report(desk(source, &cache, NOW + 120)).await;
    assert_eq!(again.slos[0].data, Data::Ok);
    assert_eq!(folder.read("log").lines().count() - runs, 2, "the newest minutes alone");
}
