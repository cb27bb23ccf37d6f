//! The story in traces.

use super::super::{TRACES, traces::NOTED};
use super::*;
use crate::domain::trace::{Nanos, RecentAsk, TraceId};
use crate::source::traces::{Recent, Tracer};

fn tracer(scenario: Scenario) -> Arc<dyn Tracer> {
    let settings = json!({ "scenario": scenario.name() }).as_object().unwrap().clone();
    let started = DateTime::from_timestamp(STARTED, 0).unwrap();
    (TRACES.connect)(&BackendSpec { name: "t".into(), timeout: Duration::from_secs(5), settings, started })
        .unwrap()
}

async fn recent(scenario: Scenario, service: &str, hours: i64) -> Recent {
    let ask = RecentAsk {
        service: service.into(),
        from: NOW - hours * 3600,
        to: NOW,
        limit: 50,
        slower_than: Some(Nanos::millis(500)),
    };
    tracer(scenario).recent(&ask).await.unwrap()
}

#[tokio::test]
async fn the_trace_in_the_log_waits_for_a_connection() {
    let id = TraceId::parse(NOTED).unwrap();
    let trace = tracer(Scenario::Outage).trace(id).await.unwrap().trace.unwrap();
    let (place, own) = trace.waits()[0];
    assert_eq!(trace.nodes[place].span.name, "wait for a connection");
    assert!(own.as_seconds() > 3.5 && trace.errors() == 4 && trace.doubts().is_empty());
    assert!(trace.end.instant().timestamp() < NOW);
    assert!(tracer(Scenario::Calm).trace(id).await.unwrap().trace.is_none());
}

#[tokio::test]
async fn every_listed_trace_can_be_opened_and_lies_in_the_past() {
    let tracer = tracer(Scenario::Outage);
    let outage = recent(Scenario::Outage, "checkout", 4).await;
    assert_eq!((outage.failing.len() > 8, outage.slow.len() > 5), (true, true));
    for one in outage.failing.iter().chain(&outage.slow) {
        let trace = tracer.trace(one.id).await.unwrap().trace.unwrap();
        assert_eq!(trace.summary(), *one);
        assert!(one.start.instant().timestamp() <= NOW);
    }
    let calm = recent(Scenario::Calm, "checkout", 4).await;
    assert_eq!((calm.failing.len(), calm.slow.len()), (0, 0), "ordinary ones are neither slow nor failing");
}

#[tokio::test]
async fn exemplars_name_traces_that_are_there() {
    let demo = demo(Scenario::Outage, 1);
    let service = Service {
        name: "checkout".into(),
        source: "prom-eu".into(),
        preset: None,
        selector: String::new(),
        own: Vec::new(),
        latency_limit: None,
    };
    let told = demo.exemplars(&service, Range { from: NOW - 3600, to: NOW, step: 60 }).await.unwrap();
    let slowest = told.slowest();
    assert!(slowest.len() == 8 && slowest.iter().all(|one| one.value > 3.5 && one.at <= NOW));
    let trace = tracer(Scenario::Outage).trace(slowest[0].id).await.unwrap().trace.unwrap();
    let own = trace.nodes.iter().find(|node| node.span.service == "checkout").unwrap();
    assert_eq!(own.span.duration.unwrap().as_seconds(), slowest[0].value);
}
