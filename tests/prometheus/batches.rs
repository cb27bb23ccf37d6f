//! Few requests for many objectives, and one bad expression that hides no other.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use burnwatch::domain::slo::objective::Objective;
use burnwatch::domain::slo::window::Window;
use burnwatch::source::{Counts, CountsAsk, Range};

use crate::kit::*;

fn many(count: usize) -> Vec<Arc<Objective>> {
    (0..count).map(|i| events(&format!("e{i}"), &format!("r{i}"))).collect()
}

const PARSE: &str = "invalid parameter \"query\": 1:15: parse error: unexpected character";

#[tokio::test]
async fn fifty_objectives_are_one_request_and_a_long_range_is_batches_of_eight() {
    let server = answering(|_| Ok(series(&["1"]))).await;
    let source = at(&server);
    let counts = source.counts(&ask(many(50))).await.unwrap();
    assert_eq!(counts.toll.requests, 1);
    assert!(counts.slos.iter().all(|slo| slo.as_ref().unwrap().points.len() == 1));

    let range = Range { from: NOW - 6 * 3600, to: NOW, step: 60 };
    let long = CountsAsk::new(many(20), Window::minutes(5), range);
    assert_eq!(source.counts(&long).await.unwrap().toll.requests, 3);
    let sizes: Vec<_> = requests(&server).await[1..]
        .iter()
        .map(|request| parts(&param(request, "query").unwrap()).len())
        .collect();
    assert_eq!(sizes, [16, 16, 8]);
}

#[tokio::test]
async fn one_bad_of_sixteen_stands_alone_and_is_then_left_out() {
    let server = answering(|text| match text {
        text if text.contains("(e11[") => Err((400, PARSE.into())),
        _ => Ok(series(&["1"])),
    })
    .await;
    let source = at(&server);
    let counts = source.counts(&ask(many(16))).await.unwrap();
    for (i, slo) in counts.slos.iter().enumerate() {
        assert_eq!(slo.is_err(), i == 11, "{i}: {slo:?}");
    }
    let said = counts.slos[11].as_ref().unwrap_err().to_string();
    assert_eq!(said, "query refused: bad: parse error: unexpected character, in sum(increase(e11[5m]))");
    // All 32, a probe, then two halves at each of 16, 8, 4, 2, 1.
    assert_eq!(counts.toll.requests, 1 + 1 + 2 * 5);

    let again = source.counts(&ask(many(16))).await.unwrap();
    assert_eq!((again.toll.requests, &again.slos), (1, &counts.slos));
}

#[tokio::test]
async fn a_refused_expression_is_tried_again_after_a_rest() {
    let server = answering(|text| match text {
        text if text.contains("(e1[") => Err((422, "too many samples".into())),
        _ => Ok(series(&["1"])),
    })
    .await;
    let source = at(&server);
    source.counts(&ask(many(2))).await.unwrap();
    pass(49).await;
    assert_eq!(source.counts(&ask(many(2))).await.unwrap().toll.requests, 1);
    pass(2).await;
    // One for the good ones, one for the bad one alone: nothing is halved again.
    assert_eq!(source.counts(&ask(many(2))).await.unwrap().toll.requests, 2);
    assert_eq!(source.counts(&ask(many(2))).await.unwrap().toll.requests, 1, "refused anew, it rests anew");
}

#[tokio::test]
async fn a_refused_expression_that_is_answered_again_is_asked_with_the_others() {
    let calm = Arc::new(AtomicBool::new(false));
    let told = Arc::clone(&calm);
    let server = answering(move |text| match text {
        text if text.contains("(e1[") && !told.load(Relaxed) => Err((422, "too many samples".into())),
        _ => Ok(series(&["1"])),
    })
    .await;
    let source = at(&server);
    source.counts(&ask(many(2))).await.unwrap();
    calm.store(true, Relaxed);
    assert!(source.counts(&ask(many(2))).await.unwrap().slos[1].is_err(), "left out");
    pass(51).await;
    let healed = source.counts(&ask(many(2))).await.unwrap();
    assert_eq!((healed.toll.requests, healed.slos[1].is_ok()), (2, true));
    assert_eq!(source.counts(&ask(many(2))).await.unwrap().toll.requests, 1);
}

#[tokio::test]
async fn whoever_asks_for_it_gets_everything_asked_at_once() {
    let calm = Arc::new(AtomicBool::new(false));
    let told = Arc::clone(&calm);
    let server = answering(move |text| match text {
        text if text.contains("(e1[") && !told.load(Relaxed) => Err((400, PARSE.into())),
        _ => Ok(series(&["1"])),
    })
    .await;
    let source = at(&server);
    source.counts(&ask(many(2))).await.unwrap();
    calm.store(true, Relaxed);
    source.wake();
    let healed = source.counts(&ask(many(2))).await.unwrap();
    assert_eq!((healed.toll.requests, healed.slos[1].is_ok()), (1, true));
}

#[tokio::test]
async fn where_all_are_refused_only_one_is_tried() {
    let server = answering(|_| Err((400, PARSE.into()))).await;
    let source = at(&server);
    let first = source.counts(&ask(many(8))).await.unwrap();
    assert!(first.slos.iter().all(Result::is_err));
    let again = source.counts(&ask(many(8))).await.unwrap();
    assert_eq!((again.toll.requests, &again.slos), (1, &first.slos));
}

/// Only while nothing is under way: paused time would jump over the socket's answers.
async fn pass(seconds: u64) {
    tokio::time::pause();
    tokio::time::advance(std::time::Duration::from_secs(seconds)).await;
    tokio::time::resume();
}

#[tokio::test]
async fn a_server_that_refuses_everything_is_not_asked_in_halves() {
    let server = serve(refusal(422, "unavailable with Prometheus Agent")).await;
    let error = at(&server).counts(&ask(many(16))).await.unwrap_err();
    assert_eq!(error.to_string(), "query refused: unavailable with Prometheus Agent");
    assert_eq!(requests(&server).await.len(), 2);
}

#[tokio::test]
async fn a_source_with_nothing_but_bad_expressions_is_still_asked() {
    let server = answering(|_| Err((400, PARSE.into()))).await;
    let source = at(&server);
    let bad = || ask(vec![events("sum(e[{{.window}}])", "sum(r[{{.window}}])")]);
    let probed = requests(&server).await.len();
    assert_eq!(probed, 0);
    for _ in 0..2 {
        let counts = source.counts(&bad()).await.unwrap();
        assert!(counts.slos[0].is_err());
        assert!(counts.toll.requests > 0);
    }
}

#[tokio::test]
async fn one_lost_batch_leaves_the_others_and_two_in_a_row_end_it() {
    let range = Range { from: NOW - 6 * 3600, to: NOW, step: 60 };
    let lost = |from: usize, to: usize| async move {
        let server = answering(move |text| {
            let lost = (from..to).any(|i| text.contains(&format!("(e{i}[")));
            if lost { Err((503, "query timed out".into())) } else { Ok(series(&["1"])) }
        })
        .await;
        let asked = CountsAsk::new(many(32), Window::minutes(5), range);
        let counts = at(&server).counts(&asked).await;
        let failed = |counts: Counts| counts.slos.iter().filter(|slo| slo.is_err()).count();
        (counts.map(failed), requests(&server).await.len())
    };
    // Every lost batch is asked for twice.
    assert_eq!(lost(8, 16).await, (Ok(8), 5));
    assert_eq!(lost(8, 24).await, (Ok(24), 4), "the breaker opens, and the last eight are not asked");
    let (all, count) = lost(0, 8).await;
    assert_eq!((all.unwrap_err().class(), count), ("server", 2));
}

#[tokio::test]
async fn too_long_a_query_is_halved() {
    let server = serve(|request: &wiremock::Request| {
        let long = param(request, "query").unwrap().len() > 400;
        if long { wiremock::ResponseTemplate::new(413) } else { something() }
    })
    .await;
    let counts = at(&server).counts(&ask(many(8))).await.unwrap();
    assert!(counts.slos.iter().all(Result::is_ok));
}

#[tokio::test]
async fn scalars_get_advice() {
    let said = r#"invalid parameter "query": 1:15: parse error: expected type instant vector in call to function "label_replace", got scalar"#;
    let server = answering(move |text| match text {
        "scalar(m[5m])" => Err((400, said.into())),
        _ => Ok(series(&["1"])),
    })
    .await;
    let counts = at(&server).counts(&ask(vec![events("scalar(m[{{.window}}])", "r")])).await.unwrap();
    let said = counts.slos[0].as_ref().unwrap_err().to_string();
    assert!(said.contains("wrap it in vector(…)"), "{said}");
}
