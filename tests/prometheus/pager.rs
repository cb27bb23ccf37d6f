//! The backend's own alerts: told in the request of the counts, and none of them hides a count.

use std::collections::BTreeMap;
use std::sync::Arc;

use burnwatch::domain::slo::objective::{About, Objective};
use burnwatch::domain::slo::pager::{Accord, Alarm, Hearing};
use burnwatch::domain::slo::status::{Level, SloStatus};
use burnwatch::domain::slo::tier::{Severity, workbook};
use burnwatch::domain::slo::window::Window;
use burnwatch::source::desk::{Brief, Desk};
use burnwatch::source::{CountsAsk, Pagers, SourceError};
use chrono::DateTime;
use serde_json::{Value, json};
use wiremock::MockServer;

use crate::kit::*;

fn labels(id: &str) -> BTreeMap<String, String> {
    BTreeMap::from([("sloth_id".to_owned(), id.to_owned())])
}

/// A series of `ALERTS` that stands at the newest `minutes`.
fn alerts(id: &str, severity: &str, state: &str, minutes: usize) -> Value {
    let mut one = series(&vec!["1"; minutes]).remove(0);
    one["metric"] =
        json!({"alertname": "Burn", "sloth_id": id, "sloth_severity": severity, "alertstate": state});
    one
}

/// Ten of a hundred are bad, and the alerts are these.
fn backend(told: Vec<Value>) -> impl Fn(&str) -> Said {
    move |text: &str| match text {
        "count(ALERTS)" => Ok(if told.is_empty() { vec![] } else { series(&["1"; 10]) }),
        text if text.contains("ALERTS{") => Ok(told.clone()),
        text if text.contains("errors") => Ok(series(&["10"; 400])),
        text if text.contains("count_over_time") => Ok(vec![]),
        _ => Ok(series(&["100"; 400])),
    }
}

/// Answers as `calm` does, but refuses questions with `word`.
async fn refusing(
    word: &'static str,
    (code, why): (u16, &'static str),
    calm: impl Fn(&str) -> Said + Send + Sync + 'static,
) -> MockServer {
    answering(move |text| if text.contains(word) { Err((code, why.into())) } else { calm(text) }).await
}

async fn heard(server: &MockServer, ids: &[&str]) -> Pagers {
    let pagers = ids.iter().map(|id| labels(id)).collect();
    let ask = CountsAsk { pagers, ..ask(vec![events("errors", "requests")]) };
    at(server).counts(&ask).await.unwrap().pagers
}

#[tokio::test]
async fn alerts_come_with_the_counts_in_one_request() {
    let server = answering(backend(vec![
        alerts("a", "page", "firing", 2),
        alerts("a", "ticket", "pending", 3),
        alerts("b", "page", "firing", 1),
    ]))
    .await;
    let told = heard(&server, &["a", "b", "c"]).await;
    let requests = requests(&server).await;
    assert_eq!(requests.len(), 1);
    let asked: Vec<_> =
        parts(&param(&requests[0], "query").unwrap()).into_iter().map(|part| part.1).collect();
    let names = "alertname, alertstate, grafana_slo_severity, severity, sloth_id, sloth_severity";
    assert_eq!(
        asked[2..],
        [format!("count by ({names}) (ALERTS{{sloth_id=~\"a|b|c\"}})"), "count(ALERTS)".into()]
    );
    let alarm = |severity, firing| Alarm { name: "Burn".into(), severity: Some(severity), firing };
    let (ticket, page) = (alarm(Severity::Ticket, false), alarm(Severity::Page, true));
    assert!(told.any);
    assert_eq!(
        told.heard[0].as_ref().unwrap()[..],
        [
            (NOW - 120, vec![ticket.clone()]),
            (NOW - 60, vec![ticket.clone(), page.clone()]),
            (NOW, vec![ticket, page])
        ]
    );
    let counts: Vec<_> = told.heard[1..].iter().map(|one| one.as_ref().unwrap()[2].1.len()).collect();
    assert_eq!(counts, [1, 0]);
}

#[tokio::test]
async fn fifty_objectives_with_their_alerts_are_still_one_request() {
    let server = answering(backend(vec![])).await;
    let many: Vec<_> = (0..50).map(|i| events(&format!("e{i}"), &format!("r{i}"))).collect();
    let pagers = (0..50).map(|i| labels(&format!("s{i}"))).collect();
    let counts = at(&server).counts(&CountsAsk { pagers, ..ask(many) }).await.unwrap();
    assert_eq!((counts.toll.requests, counts.pagers.heard.len(), counts.pagers.any), (1, 50, false));
}

#[tokio::test]
async fn a_refusal_of_alerts_hides_no_count() {
    let calm = backend(vec![]);
    let server = refusing("ALERTS", (422, "no such thing here"), calm).await;
    let ask = CountsAsk { pagers: vec![labels("a")], ..ask(vec![events("errors", "requests")]) };
    let counts = at(&server).counts(&ask).await.unwrap();
    assert_eq!(counts.slos[0].as_ref().unwrap().points.len(), 3);
    let error = counts.pagers.heard[0].as_ref().unwrap_err();
    assert_eq!(*error, SourceError::Query { message: "no such thing here".into() });
}

async fn judged(server: &MockServer, pager: BTreeMap<String, String>) -> Arc<SloStatus> {
    gathered(server, pager).await.report().slos.remove(0)
}

/// A desk that has had its history.
async fn gathered(server: &MockServer, pager: BTreeMap<String, String>) -> Desk {
    let own = Objective::clone(&events("errors", "requests"));
    let tiers = workbook(Window::days(30));
    let objective = Objective { tiers, about: About { pager, ..About::default() }, ..own };
    let mut desk = Desk::new(Brief {
        name: "main".into(),
        kind: "prometheus".into(),
        source: at(server),
        objectives: vec![Arc::new(objective)],
        services: Vec::new(),
        refresh: std::time::Duration::from_secs(15),
        clock: Arc::new(|| DateTime::from_timestamp(NOW + 5, 0).unwrap()),
        cache: None,
    });
    let deadline = tokio::time::Instant::now() + std::time::Duration::from_secs(60);
    desk.gather(deadline, false).await;
    desk
}

#[tokio::test]
async fn a_refresh_is_one_request_with_the_alerts_in_it() {
    let server = answering(backend(vec![alerts("a", "page", "firing", 10)])).await;
    let mut desk = gathered(&server, labels("a")).await;
    let before = requests(&server).await.len();
    desk.step(true).await;
    let asked = requests(&server).await.split_off(before);
    assert_eq!(asked.len(), 1);
    let query = param(&asked[0], "query").unwrap();
    assert!(query.contains("increase(errors[5m])") && query.contains("count(ALERTS)"), "{query}");
    assert_eq!(desk.report().slos[0].pager.as_ref().unwrap().heard_at, Some(NOW));
}

#[tokio::test]
async fn an_objective_that_cannot_be_counted_still_has_its_pager() {
    let calm = backend(vec![alerts("a", "page", "firing", 10)]);
    let server = refusing("errors", (400, "parse error: no"), calm).await;
    let mut desk = gathered(&server, labels("a")).await;
    let before = requests(&server).await.len();
    desk.step(true).await;
    let asked = requests(&server).await.split_off(before);
    // While the expression rests nothing is counted, and the pager is asked all the same.
    let queries: Vec<_> = asked.iter().map(|request| param(request, "query").unwrap()).collect();
    assert!(
        queries.len() == 1 && !queries[0].contains("errors") && queries[0].contains("ALERTS"),
        "{queries:?}"
    );
    let slo = desk.report().slos.remove(0);
    let pager = slo.pager.as_ref().unwrap();
    assert_eq!((pager.firing(), pager.agree()), (Some(Severity::Page), None));
    assert_eq!((slo.data.word(), slo.level()), ("error", Level::Page));
}

/// 10 % of errors at 99.9 % burn at 100: every tier of ours fires.
#[tokio::test]
async fn the_desk_compares() {
    let page = |state| alerts("a", "page", state, 10);
    let ticket = alerts("a", "ticket", "firing", 10);
    for (told, want, agree) in [
        (vec![page("firing"), ticket.clone()], [Accord::Agree, Accord::Agree], Some(true)),
        (vec![page("pending"), ticket.clone()], [Accord::OnlyUs, Accord::Agree], Some(false)),
        (vec![alerts("b", "page", "firing", 10)], [Accord::OnlyUs, Accord::OnlyUs], Some(false)),
        (vec![], [Accord::Unknown, Accord::Unknown], None),
    ] {
        let server = answering(backend(told.clone())).await;
        let slo = judged(&server, labels("a")).await;
        assert!(slo.tiers.iter().all(|tier| tier.firing));
        let found = slo.pager.as_ref().unwrap();
        let accords: Vec<_> = found.opinions.iter().map(|opinion| opinion.accord).collect();
        assert_eq!((&accords[..], found.agree()), (&want[..], agree), "{told:?}");
        let hearing = if told.is_empty() { Hearing::NoPager } else { Hearing::Heard };
        assert_eq!(found.hearing, hearing);
        let pager = slo.warnings.iter().filter(|warning| warning.contains("pager"));
        let quarrels = want.iter().filter(|accord| accord.differs()).count();
        assert_eq!(pager.count(), quarrels + usize::from(told.is_empty()), "{:?}", slo.warnings);
    }
}

#[tokio::test]
async fn an_objective_without_labels_asks_for_no_alerts() {
    let server = answering(backend(vec![alerts("a", "page", "firing", 3)])).await;
    assert_eq!(judged(&server, BTreeMap::new()).await.pager, None);
    for request in requests(&server).await {
        assert!(!param(&request, "query").unwrap().contains("ALERTS"));
    }
}
