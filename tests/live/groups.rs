//! Groups on a real Prometheus: children are found by their labels, and together are the whole.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use burnwatch::domain::slo::objective::{Group, Objective};
use burnwatch::domain::slo::sli::{Events, Side, Sli};
use burnwatch::domain::slo::status::{Data, SloStatus};
use burnwatch::domain::slo::tally::Tally;
use tokio::time::Instant;

use crate::desk::{clock_at, desk, objective};
use crate::server::Server;
use crate::tiers::latency;
use crate::truth::NOW;

fn events(bad: &str, total: &str) -> Sli {
    Sli::Events(Events { side: Side::Bad, part: bad.into(), total: total.into() })
}

fn grouped(id: &str, sli: Sli, by: &[&str]) -> Arc<Objective> {
    let by = by.iter().map(|label| (*label).to_owned()).collect();
    let group = Group { parent: id.to_owned(), by, ..Group::default() };
    Arc::new(Objective { group: Some(group), ..(*objective(id, sli, "99%")).clone() })
}

async fn judged(objectives: Vec<Arc<Objective>>) -> BTreeMap<String, Arc<SloStatus>> {
    let server = Server::shared();
    let mut desk = desk(&server.url(), clock_at(NOW), objectives, Vec::new());
    let report = desk.gather(Instant::now() + Duration::from_secs(120), false).await;
    assert_eq!((report.status.feed.trouble, report.status.warnings), (None, Vec::<String>::new()));
    report.slos.into_iter().map(|slo| (slo.id().to_owned(), slo)).collect()
}

fn tally(slo: &SloStatus) -> Tally {
    slo.reading.unwrap().tally
}

fn near(got: f64, want: f64) -> bool {
    (got - want).abs() <= 1e-6 * want.abs()
}

#[tokio::test]
async fn children_sum_to_the_whole_whether_a_selector_or_an_expression() {
    // Without the one that is scraped too slowly for cells as narrow as those of the whole.
    let bad = r#"http_requests_total{service!="reports",code=~"5.."}"#;
    let total = r#"http_requests_total{service!="reports"}"#;
    let own = |selector: &str| format!("sum by (service) (increase({selector}[{{{{.window}}}}]))");
    let slos = judged(vec![
        objective("all/whole", events(bad, total), "99%"),
        grouped("all/bare", events(bad, total), &["service"]),
        grouped("all/own", events(&own(bad), &own(total)), &["service"]),
        grouped("all/speed", latency("api", 0.3), &["instance"]),
    ])
    .await;
    let names = ["batch", "cart", "checkout", "orders", "payments", "search", "shop"];
    let whole = tally(&slos["all/whole"]);
    let of = |parent: &str, service: &str| &slos[&format!("{parent}{{service=\"{service}\"}}")];
    let sum = names.map(|name| tally(of("all/bare", name))).into_iter().sum::<Tally>();
    assert!(near(sum.total, whole.total) && near(sum.bad, whole.bad), "{sum:?} {whole:?}");
    for name in names {
        let (bare, own) = (tally(of("all/bare", name)), tally(of("all/own", name)));
        assert!(near(own.total, bare.total) && near(own.bad, bare.bad), "{name}: {own:?} {bare:?}");
    }
    assert_eq!(tally(of("all/bare", "search")).bad, 0.0, "no error series is no errors");
    assert_eq!(of("all/bare", "batch").data, Data::NoTraffic);
    assert_eq!(slos[r#"all/speed{instance="a"}"#].data, Data::Ok);
    assert_eq!(slos.len(), 1 + names.len() * 2 + 1, "{:?}", slos.keys());
}

#[tokio::test]
async fn a_label_that_no_series_has_is_an_error_and_not_a_child() {
    let slos = judged(vec![
        grouped("shop/no-label", events("http_requests_total", "http_requests_total"), &["route"]),
        grouped("shop/no-series", events("nothing_total", "nothing_total"), &["route"]),
    ])
    .await;
    let Data::Error(fault) = &slos["shop/no-label"].data else { panic!("{:?}", slos["shop/no-label"].data) };
    assert!(fault.contains("no series has the label it is grouped by, route"), "{fault}");
    assert_eq!(slos["shop/no-series"].data, Data::NoSeries);
}
