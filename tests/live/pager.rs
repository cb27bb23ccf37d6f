//! A Prometheus that evaluates rules: its alerts and our tiers agree, and where a rule is doctored they do not.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use burnwatch::domain::slo::objective::{About, Objective};
use burnwatch::domain::slo::pager::{Accord, Agreement};
use burnwatch::domain::slo::sli::{Events, Side, Sli};
use burnwatch::domain::slo::tier::{Severity, Tier, preset};
use burnwatch::domain::slo::window::Window;
use tokio::time::Instant;

use crate::desk::{clock_at, desk, objective};
use crate::server::Server;
use crate::web::instant;

/// Counters made by the server itself, of which half fail in `down` and none in `up`; and alerts as Sloth would write
/// them: one that is right for each, one for `down` whose factor is out of reach, one for `up` that always fires.
const RULES: &str = r#"
groups:
  - name: counters
    interval: 1s
    rules:
      - { record: requests_total, labels: { service: down, code: "500" }, expr: vector(time()) * 5 }
      - { record: requests_total, labels: { service: down, code: "200" }, expr: vector(time()) * 5 }
      - { record: requests_total, labels: { service: up, code: "500" }, expr: vector(0) }
      - { record: requests_total, labels: { service: up, code: "200" }, expr: vector(time()) * 10 }
  - name: alerts
    interval: 1s
    rules:
      - { alert: Right, labels: { slo: down, severity: critical }, expr: "BURN_down > 14.4 * 0.01" }
      - { alert: Right, labels: { slo: up, severity: critical }, expr: "BURN_up > 14.4 * 0.01" }
      - { alert: Deaf, labels: { slo: deaf, severity: critical }, expr: "BURN_down > 144 * 0.01" }
      - { alert: Shrill, labels: { slo: shrill, severity: critical }, expr: vector(1) }
"#;

/// The error ratio over five minutes, where that over an hour is high as well.
fn rules() -> String {
    let ratio = |service: &str, window: &str| {
        let counted =
            |more: &str| format!("sum(increase(requests_total{{service='{service}'{more}}}[{window}]))");
        format!("{} / {}", counted(",code='500'"), counted(""))
    };
    let burn = |service: &str| format!("({} > 0.144) and {}", ratio(service, "1h"), ratio(service, "5m"));
    RULES.replace("BURN_down", &burn("down")).replace("BURN_up", &burn("up"))
}

/// An objective on `service` at 99 %, with the page of Sloth's first pair, known to the pager as `slo`.
fn paged(service: &str, slo: &str) -> Arc<Objective> {
    let counted = |more: &str| format!("requests_total{{service=\"{service}\"{more}}}");
    let sli = Sli::Events(Events { side: Side::Bad, part: counted(",code=\"500\""), total: counted("") });
    let tiers: Vec<Tier> = preset("sloth", Window::days(30)).unwrap().unwrap();
    let pager = BTreeMap::from([("slo".to_owned(), slo.to_owned())]);
    let about = About { pager, ..About::default() };
    Arc::new(Objective {
        tiers: vec![tiers[0]],
        about,
        ..Objective::clone(&objective(&format!("{slo}/availability"), sli, "99%"))
    })
}

/// Waits until the server has evaluated all of its alerts; its own clock is the time.
async fn evaluated(server: &Server) -> i64 {
    let deadline = Instant::now() + Duration::from_secs(60);
    while Instant::now() < deadline {
        let now = crate::web::now(server.port).await;
        if instant(server.port, "count(ALERTS{alertstate=\"firing\"})", now).await == Some(2.0) {
            return now;
        }
        tokio::task::yield_now().await;
    }
    panic!("the server's alerts do not fire");
}

#[tokio::test]
async fn the_pager_and_our_tiers_agree_unless_a_rule_is_doctored() {
    let server = Server::evaluating(&rules());
    let now = evaluated(&server).await;
    // Three whole minutes just ahead, at each of which what has been sampled is still in sight.
    let at = now - now.rem_euclid(60) + 180;
    let objectives = [("down", "down"), ("up", "up"), ("down", "deaf"), ("up", "shrill")];
    let objectives = objectives.map(|(service, slo)| paged(service, slo)).to_vec();
    let mut desk = desk(&server.url(), clock_at(at), objectives, Vec::new());
    let report = desk.gather(Instant::now() + Duration::from_secs(60), false).await;
    assert_eq!(report.status.feed.trouble, None);
    let of = |id: &str| -> &Agreement {
        let slo = report.slos.iter().find(|slo| slo.objective.service == id).unwrap();
        assert_eq!(slo.as_of, Some(at), "{id}");
        slo.pager.as_ref().unwrap()
    };
    for (id, accord, agree, pager, ours) in [
        ("down", Accord::Agree, true, true, true),
        ("up", Accord::Agree, true, false, false),
        ("deaf", Accord::OnlyUs, false, false, true),
        ("shrill", Accord::OnlyPager, false, true, false),
    ] {
        let found = of(id);
        let page = found.opinions.iter().find(|opinion| opinion.severity == Severity::Page).unwrap();
        assert_eq!(
            (page.accord, page.pager, page.ours),
            (accord, Some(pager), Some(ours)),
            "{id}: {found:?}"
        );
        assert_eq!(found.agree(), Some(agree), "{id}");
    }
}
