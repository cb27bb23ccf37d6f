//! What a command is told, and how what it prints becomes cells.

use burnwatch::domain::signal::{Lane, OwnSignal, Service};
use burnwatch::domain::slo::sli::{Events, Freshness, Latency, Op, Ratio, Side, Sli, Threshold, Throughput};
use burnwatch::domain::slo::tally::Tally;
use burnwatch::domain::slo::window::Window;
use burnwatch::source::{Range, SignalsAsk};
use serde_json::json;

use crate::kit::{Folder, NOW, count, events, newest, slo};

/// Counts 2 errors in 100 requests a minute, and notes what it was told.
const EVEN: &str = r#"
env | grep ^BURNWATCH_ | sort >> "$LOG"
case "$BURNWATCH_QUERY" in errors) each=2 ;; *) each=100 ;; esac
points= t=$BURNWATCH_START
while [ $((t += BURNWATCH_STEP)) -le $BURNWATCH_END ]; do points="$points,[$t,$((each * BURNWATCH_STEP / 60))]"; done
echo "{\"burnwatch\":1,\"kind\":\"series\",\"series\":[{\"points\":[${points#,}]}]}""#;

fn even(folder: &Folder) -> String {
    format!("LOG={}\n{EVEN}", folder.path("log").display())
}

#[tokio::test]
async fn bins_of_a_minute_become_cells_and_a_run_is_told_what_it_needs() {
    let folder = Folder::new();
    let source = folder.source(&even(&folder), &json!({}));
    let counts = count(&*source, vec![events("a")], 2).await.unwrap();
    let cells = counts.slos[0].as_ref().unwrap();
    let cell = Tally::new(10.0, 500.0);
    assert_eq!(cells.points, [(NOW - 120, cell), (NOW - 60, cell), (NOW, cell)]);
    assert_eq!((counts.toll.requests, counts.toll.points), (2, 14));
    let log = folder.read("log");
    for told in [
        format!("BURNWATCH_START={}", NOW - 420),
        format!("BURNWATCH_END={NOW}"),
        "BURNWATCH_END_TIME=2026-01-20T10:00:00Z".to_owned(),
        "BURNWATCH_STEP=60".to_owned(),
        "BURNWATCH_QUERY=errors".to_owned(),
        "BURNWATCH_SERVICE=shop".to_owned(),
        "BURNWATCH_PART=bad".to_owned(),
        "BURNWATCH_SUBJECT=shop/a".to_owned(),
        "BURNWATCH_TIMEOUT=20".to_owned(),
    ] {
        assert!(log.lines().any(|line| line == told), "{told} is missing in\n{log}");
    }
}

#[tokio::test]
async fn hours_are_asked_in_hours_and_late_figures_later() {
    let folder = Folder::new();
    let source = folder.source(&even(&folder), &json!({"delay": "3m", "step": "5m"}));
    assert_eq!(source.lag(), 180 + 240);
    let hours = Range { from: NOW - 7200, to: NOW, step: 3600 };
    let ask = burnwatch::source::CountsAsk::new(vec![events("a")], Window::hours(1), hours);
    let counts = source.counts(&ask).await.unwrap();
    let points = &counts.slos[0].as_ref().unwrap().points;
    assert_eq!(points.last().unwrap(), &(NOW - 3600, Tally::new(120.0, 6000.0)), "10:00 is not whole yet");
    assert!(folder.read("log").contains("BURNWATCH_STEP=3600\n"));
    let counts = count(&*source, vec![events("a")], 1).await.unwrap();
    assert_eq!(newest(&counts), (NOW - 300, 10.0, 500.0));
    assert!(folder.read("log").contains(&format!("BURNWATCH_END={}\n", NOW - 300)));
}

#[tokio::test]
async fn the_same_query_is_run_once() {
    let folder = Folder::new();
    let source = folder.source(&even(&folder), &json!({}));
    let counts = count(&*source, vec![events("a"), events("b")], 1).await.unwrap();
    assert_eq!(counts.slos[0], counts.slos[1]);
    assert_eq!(folder.read("log").matches("BURNWATCH_QUERY=").count(), 2);
}

#[tokio::test]
async fn a_command_may_go_by_the_part_alone() {
    let folder = Folder::new();
    let script = format!(
        r#"case "$BURNWATCH_PART" in bad) count=2 ;; *) count=100 ;; esac
echo "{{\"burnwatch\":1,\"kind\":\"series\",\"series\":[{{\"points\":[[{NOW},$count]]}}]}}""#
    );
    let source = folder.source(&script, &json!({}));
    let (part, total) = ("shop".to_owned(), "shop".to_owned());
    let same = slo("a", Sli::Events(Events { side: Side::Bad, part, total }));
    let counts = count(&*source, vec![same], 0).await.unwrap();
    assert_eq!(newest(&counts), (NOW, 2.0, 100.0), "the same text, and not the same question");
}

#[tokio::test]
async fn a_batch_of_queries_that_grow_when_they_are_written_fits_into_its_variable() {
    let folder = Folder::new();
    let script = format!(
        r#"printf %s "$BURNWATCH_QUERIES" | wc -c >> {}
echo '{{"burnwatch":1,"kind":"series","series":[]}}'"#,
        folder.path("log").display()
    );
    let source = folder.source(&script, &json!({"batch": true, "limits": {"attempts": 1}}));
    // 80 000 quotes take 160 000 bytes as JSON: a variable has room for 131 072.
    let wide = |i: usize| {
        let ratio = format!("{i}{}", "\"".repeat(4000));
        slo(&format!("s{i}"), Sli::Ratio(Ratio { side: Side::Bad, ratio }))
    };
    let counts = count(&*source, (0..20).map(wide).collect(), 0).await.unwrap();
    assert!(counts.slos.iter().all(Result::is_ok), "{:?}", counts.slos[0]);
    let sizes: Vec<usize> = folder.read("log").split_whitespace().map(|size| size.parse().unwrap()).collect();
    assert_eq!(sizes.len(), 2, "{sizes:?}");
    assert!(sizes.iter().sum::<usize>() > 160_000 && sizes.iter().all(|size| *size <= 96 << 10), "{sizes:?}");
}

#[tokio::test]
async fn what_gets_through_is_added_up_before_it_is_held_against_its_bound() {
    let folder = Folder::new();
    // 12 rows every 20 seconds are 36 a minute, and 0.6 a second.
    let points: Vec<_> = (0..15).map(|i| format!("[{},12]", NOW - i * 20)).collect();
    let points = points.join(",");
    let script = format!(r#"echo '{{"burnwatch":1,"kind":"series","series":[{{"points":[{points}]}}]}}'"#);
    let source = folder.source(&script, &json!({}));
    for (at_least, bad) in [(0.5, 0.0), (0.7, 5.0)] {
        let sli = Sli::Throughput(Throughput { counter: "rows".into(), at_least });
        let counts = count(&*source, vec![slo("a", sli)], 0).await.unwrap();
        assert_eq!(newest(&counts), (NOW, bad, 5.0), "at least {at_least} a second");
    }
}

#[tokio::test]
async fn a_percentage_is_told_as_what_it_is() {
    let folder = Folder::new();
    let script = format!(
        r#"echo '{{"burnwatch":1,"kind":"series","series":[{{"points":[[{},98.5],[{NOW},99.5]]}}]}}'"#,
        NOW - 60
    );
    let source = folder.source(&script, &json!({}));
    let sli = Sli::Ratio(Ratio { side: Side::Good, ratio: "availability".into() });
    let counts = count(&*source, vec![slo("a", sli)], 0).await.unwrap();
    let said = counts.slos[0].as_ref().unwrap_err().to_string();
    assert!(
        said.contains("`availability` is no share") && said.contains("divide a percentage by 100"),
        "{said}"
    );
}

#[tokio::test]
async fn a_batch_is_one_run() {
    let folder = Folder::new();
    let script = format!(
        r#"echo "$BURNWATCH_QUERIES" >> {}
echo '{{"burnwatch":1,"kind":"series","series":[
 {{"name":"q1","points":[[{NOW},40]]}},{{"name":"q0","points":[[{NOW},3]]}},
 {{"name":"q2","error":"no such metric"}},{{"name":"q7","points":[]}}]}}'"#,
        folder.path("log").display()
    );
    let source = folder.source(&script, &json!({"batch": true}));
    let broken = slo("b", Sli::Ratio(Ratio { side: Side::Bad, ratio: "share".into() }));
    let counts = count(&*source, vec![events("a"), broken], 1).await.unwrap();
    assert_eq!(newest(&counts), (NOW, 3.0, 40.0));
    let refused = counts.slos[1].as_ref().unwrap_err().to_string();
    assert!(refused.contains("bad_ratio: no such metric, in share"), "{refused}");
    assert_eq!(
        counts.toll.warnings,
        ["exec:".to_owned()
            + &folder.path("command").display().to_string()
            + ": nobody asked for the series `q7`"]
    );
    let asked: Vec<serde_json::Value> = serde_json::from_str(&folder.read("log")).unwrap();
    let first = json!({"id": "q0", "query": "errors", "service": "shop", "part": "bad", "subject": "shop/a"});
    assert_eq!((asked.len(), &asked[0]), (3, &first));
}

#[tokio::test]
async fn silence_is_a_gap_and_absent_errors_are_none() {
    let folder = Folder::new();
    let script = format!(
        r#"case "$BURNWATCH_QUERY" in errors) points= ;; *) points='[{0},10],[{1},null]' ;; esac
echo "{{\"burnwatch\":1,\"kind\":\"series\",\"series\":[{{\"points\":[$points]}}]}}""#,
        NOW - 600,
        NOW
    );
    let source = folder.source(&script, &json!({}));
    let counts = count(&*source, vec![events("a")], 10).await.unwrap();
    let cells = counts.slos[0].as_ref().unwrap();
    let ends: Vec<i64> = cells.points.iter().map(|point| (NOW - point.0) / 60).collect();
    assert_eq!(ends, [10, 9, 8, 7, 6], "the cells that hold the only point");
    assert!(cells.points.iter().all(|point| point.1 == Tally::new(0.0, 10.0)));
    assert_eq!(cells.seen_since, None);
}

#[tokio::test]
async fn every_kind_that_a_point_can_speak_of() {
    let folder = Folder::new();
    // Of five minutes two are at 30, one at 10, one is no number known, one is missing.
    let points = format!("[{},30],[{},30],[{NOW},10]", NOW - 240, NOW - 180);
    let script = format!(r#"echo '{{"burnwatch":1,"kind":"series","series":[{{"points":[{points}]}}]}}'"#);
    let source = folder.source(&script, &json!({}));
    let threshold = |op| Sli::Threshold(Threshold { value: "depth".into(), op, bound: 30.0 });
    let kinds = [
        (threshold(Op::Less), 10.0 / 3.0),
        (threshold(Op::AtMost), 0.0),
        (threshold(Op::AtLeast), 5.0 / 3.0),
        (Sli::Throughput(Throughput { counter: "rows".into(), at_least: 0.5 }), 5.0 / 3.0),
        (Sli::Ratio(Ratio { side: Side::Bad, ratio: "share".into() }), 5.0),
        (Sli::Freshness(Freshness { timestamp: "done".into(), max_age: Window::hours(1) }), 5.0),
    ];
    for (sli, bad) in kinds {
        let kind = sli.kind();
        let counts = count(&*source, vec![slo("a", sli)], 0).await.unwrap();
        let (_, found, total) = newest(&counts);
        assert!((found - bad).abs() < 1e-9 && total == 5.0, "{kind}: {found} of {total} minutes");
    }
    let counts = count(&*source, vec![slo("a", Sli::Bool("well".into()))], 0).await.unwrap();
    assert_eq!(newest(&counts), (NOW, 0.0, 3.0), "three samples");
}

#[tokio::test]
async fn what_a_command_cannot_count_is_said_before_it_is_asked() {
    let folder = Folder::new();
    let source = folder.source("exit 1", &json!({}));
    let latency = Latency { histogram: "h".into(), threshold: 0.3, native: false };
    let objective = slo("a", Sli::Latency(latency));
    assert!(source.objection(&objective).unwrap().hint.unwrap().contains("kind = \"events\""));
    let counts = count(&*source, vec![objective], 1).await.unwrap();
    assert_eq!(counts.slos[0].as_ref().unwrap_err().class(), "uncountable");
    assert_eq!(counts.toll.requests, 0);
    assert_eq!(source.objection(&events("a")), None);
}

#[tokio::test]
async fn signals_are_the_services_own_queries() {
    let folder = Folder::new();
    let source = folder.source(&even(&folder), &json!({}));
    let own = OwnSignal { lane: Lane::Traffic, name: "requests".into(), query: "rate".into(), limit: None };
    let service = Service {
        name: "shop".into(),
        source: "main".into(),
        preset: Some("http".into()),
        selector: String::new(),
        own: vec![own],
        latency_limit: None,
    };
    let range = Range { from: NOW - 120, to: NOW, step: 60 };
    let ask = SignalsAsk { services: vec![service.into()], range };
    let signals = source.signals(&ask).await.unwrap();
    assert_eq!(signals.figures[0].points, [(NOW - 120, 100.0), (NOW - 60, 100.0), (NOW, 100.0)]);
    assert!(signals.figures[1].trouble.as_ref().unwrap().contains("no preset `http`"));
    assert!(folder.read("log").contains("BURNWATCH_PART=traffic"));
}
