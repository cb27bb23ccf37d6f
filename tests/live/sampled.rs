//! How far apart samples are, as a real server's counts of them tell it.

use std::fmt::Write;
use std::sync::Arc;
use std::time::Duration;

use burnwatch::domain::slo::objective::Objective;
use burnwatch::domain::slo::sli::Sli;
use burnwatch::source::{BackendSpec, Sampling, prometheus};
use chrono::DateTime;
use serde_json::{Value, json};

use crate::desk::objective;
use crate::server::Server;
use crate::truth::NOW;

/// Name, seconds between two samples, and for how many seconds it has been there.
const SERIES: [(&str, i64, i64); 6] = [
    ("usual", 15, 7200),
    ("half_an_hour", 15, 2100),
    ("slow", 300, 7200),
    // Eight and more samples by now, which in 20 minutes would be one every two or so.
    ("two_minutes", 15, 130),
    ("ten_minutes", 60, 600),
    ("a_moment", 15, 5),
];

#[tokio::test]
async fn the_few_samples_of_a_young_series_are_not_taken_for_those_of_a_slow_one() {
    let mut samples = String::new();
    for (name, every, age) in SERIES {
        for at in (NOW - age..=NOW).step_by(every as usize) {
            writeln!(samples, "{name} 1 {at}").unwrap();
        }
    }
    let server = Server::holding(&(samples + "# EOF\n"));
    let Value::Object(settings) = json!({"url": server.url()}) else { unreachable!() };
    let started = DateTime::from_timestamp(NOW, 0).unwrap();
    let spec = BackendSpec { name: "main".into(), timeout: Duration::from_secs(20), settings, started };
    let source = (prometheus::KIND.connect)(&spec).unwrap();
    let of =
        |(name, ..): &(&str, i64, i64)| objective(&format!("a/{name}"), Sli::Bool((*name).into()), "99%");
    let objectives: Vec<Arc<Objective>> = SERIES.iter().map(of).collect();
    let found = source.sample_intervals(&objectives, NOW).await.unwrap();
    let every: Vec<Option<i64>> =
        found.iter().map(|found| found.map(|Sampling { every, .. }| every)).collect();
    assert_eq!(every, [Some(15), Some(15), Some(300), None, None, None]);
}
