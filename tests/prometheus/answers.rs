//! What the answers to counts come to.

use burnwatch::domain::slo::tally::Tally;
use burnwatch::domain::slo::window::Window;
use burnwatch::source::Sampling;
use serde_json::json;
use wiremock::ResponseTemplate;

use crate::kit::*;

#[tokio::test]
async fn counts_join_and_silence_is_a_gap() {
    let server = answering(|text| match text {
        "sum(increase(errors[5m]))" => Ok(series(&["1.5", "NaN"])),
        "sum(increase(requests[5m]))" => Ok(series(&["10", "20", "+Inf"])),
        other => panic!("{other}"),
    })
    .await;
    let counts = count_one(&*at(&server)).await.unwrap();
    let cells = counts.slos[0].as_ref().unwrap();
    // Errors: 1.5 at −60, NaN at 0. Requests: 10 at −120, 20 at −60, +Inf at 0.
    assert_eq!(cells.points, [(NOW - 120, Tally::new(0.0, 10.0)), (NOW - 60, Tally::new(1.5, 20.0))]);
    assert_eq!((cells.seen_since, cells.dropped), (Some(NOW - 60), 2));
    assert_eq!((counts.toll.requests, counts.toll.points), (1, 5));
}

#[tokio::test]
async fn the_question_is_one_form_with_range_and_patience() {
    let server = answering(|_| Ok(series(&["7"]))).await;
    let counts = count_one(&*at(&server)).await.unwrap();
    assert_eq!(counts.slos[0].as_ref().unwrap().points.len(), 1);
    let [request] = &requests(&server).await[..] else { panic!("one request") };
    assert_eq!((request.method.as_str(), request.url.path()), ("POST", "/api/v1/query_range"));
    let get = |name| param(request, name).unwrap();
    assert_eq!(get("start"), (NOW - 120).to_string());
    assert_eq!(get("end"), NOW.to_string());
    assert_eq!((get("step"), get("timeout")), ("60".to_owned(), "4500ms".to_owned()));
    assert!(request.headers["user-agent"].to_str().unwrap().starts_with("burnwatch/"));
    assert_eq!(parts(&get("query"))[0], ("0b".to_owned(), "sum(increase(errors[5m]))".to_owned()));
}

#[tokio::test]
async fn an_indicator_that_does_not_work_concerns_one_objective() {
    let server = answering(|text| match text {
        text if text.contains("_bucket") || text.contains("absent") => Ok(Vec::new()),
        _ => Ok(series(&["7"])),
    })
    .await;
    let asked = ask(vec![
        events("lone", "absent"),
        latency("rt", 0.3),
        events("rate(x[5m])", "requests"),
        events("errors", "requests"),
    ]);
    let counts = at(&server).counts(&asked).await.unwrap();
    let said = |i: usize| counts.slos[i].as_ref().unwrap_err().to_string();
    assert!(
        said(0).contains("errors are counted but the total is not: `sum(increase(absent[5m]))`"),
        "{}",
        said(0)
    );
    assert!(said(1).contains("no bucket ends at le=0.3"), "{}", said(1));
    assert!(said(1).contains("count by (le) (rt_bucket)"), "{}", said(1));
    assert!(said(2).contains("{{.window}}"), "{}", said(2));
    assert_eq!(counts.slos[3].as_ref().unwrap().points, [(NOW, Tally::new(7.0, 7.0))]);
    assert_eq!(counts.toll.requests, 1);
}

#[tokio::test]
async fn more_than_one_series_is_refused_with_the_way_out() {
    let server = answering(|text| match text {
        "by_code(m[5m])" => Ok([series(&["1"]), series(&["2"]), series(&["2"])].concat()),
        "native(m[5m])" => Ok(vec![json!({"metric": {}, "histograms": [[NOW, {"count": "1"}]]})]),
        _ => Ok(series(&["7"])),
    })
    .await;
    let asked = ask(vec![events("by_code(m[{{.window}}])", "r"), events("e", "native(m[{{.window}}])")]);
    let counts = at(&server).counts(&asked).await.unwrap();
    let said = |i: usize| counts.slos[i].as_ref().unwrap_err().to_string();
    assert!(said(0).contains("bad: 3 series, expected 1: wrap it in sum(…)"), "{}", said(0));
    assert!(said(1).contains("total: ") && said(1).contains("native histogram"), "{}", said(1));
}

#[tokio::test]
async fn warnings_are_kept_once_and_harmless() {
    let body = json!({"status": "success", "data": {"resultType": "matrix", "result": [{}]}, "stats": 1,
        "warnings": ["PromQL warning:\u{1b}[31m x\ny", "PromQL warning:\u{1b}[31m x\ny"], "infos": ["not a counter"]});
    let server = serve(ResponseTemplate::new(200).set_body_json(body)).await;
    let counts = count_one(&*at(&server)).await.unwrap();
    assert_eq!(counts.toll.warnings, ["PromQL warning: x y", "not a counter"]);
}

#[tokio::test]
async fn a_server_that_knows_nothing_at_all_is_no_answer() {
    let server = serve(matrix(&[])).await;
    let error = count_one(&*at(&server)).await.unwrap_err();
    assert!(error.class() == "bad answer" && error.to_string().contains("not even vector(0)"), "{error}");
    let absent = answering(|_| Ok(Vec::new())).await;
    let counts = count_one(&*at(&absent)).await.unwrap();
    assert!(counts.slos[0].as_ref().unwrap().points.is_empty(), "series that are absent are no fault");
    assert_eq!(requests(&absent).await.len(), 2);
}

#[tokio::test]
async fn sample_intervals_come_from_one_question() {
    let server = answering(|text| {
        let value = if text.contains("requests") && text.contains("1199s") { "20" } else { "4" };
        Ok(vec![json!({"metric": {}, "values": [[NOW, value]]})])
    })
    .await;
    let asked = [events("e", "requests"), events("e", "sum(x[{{.window}}])"), latency("rt", 1.0)];
    let found = at(&server).sample_intervals(&asked, NOW).await.unwrap();
    assert_eq!(found, [Some(Sampling::every(60)), None, Some(Sampling::every(900))]);
    let [request] = &requests(&server).await[..] else { panic!("one request") };
    assert_eq!(request.url.path(), "/api/v1/query");
    assert_eq!(param(request, "time"), Some(NOW.to_string()));
}

/// Of an hour's samples the densest series has 240 and the thinnest 12.
#[tokio::test]
async fn a_series_that_is_sampled_less_often_than_the_others_is_told() {
    let server = answering(|text| {
        let value = match text {
            _ if text.contains("1199s") => "80",
            _ if text.starts_with("min(") => "12",
            _ => "240",
        };
        Ok(vec![json!({"metric": {}, "values": [[NOW, value]]})])
    })
    .await;
    let found = at(&server).sample_intervals(&[events("e", "requests")], NOW).await.unwrap();
    assert_eq!(found, [Some(Sampling { every: 15, slowest: Some(300) })]);
}

#[test]
fn the_reader_sees_the_exact_queries() {
    let source = source(json!({"url": "http://127.0.0.1:9"}));
    let queries = source.queries(&latency("rt{a=\"b\"}", 1.0), Window::hours(1));
    let texts: Vec<_> = queries.iter().map(|query| (query.part.as_str(), query.text.as_str())).collect();
    assert_eq!(
        texts,
        [
            ("good", r#"sum(increase(rt_bucket{a="b",le=~"1|1\\.0"}[1h]))"#),
            ("total", r#"sum(increase(rt_count{a="b"}[1h]))"#),
        ]
    );
}
