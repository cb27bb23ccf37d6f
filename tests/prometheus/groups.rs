//! Objectives that are grouped by labels: which sets there are, and what is asked of each.

use std::collections::BTreeMap;
use std::sync::Arc;

use burnwatch::domain::slo::group::Labels;
use burnwatch::domain::slo::objective::{Group, Objective};
use serde_json::{Value, json};

use crate::kit::*;

fn grouped(objective: &Arc<Objective>, by: &[&str]) -> Arc<Objective> {
    let by = by.iter().map(|label| (*label).to_owned()).collect();
    let group = Group { parent: objective.id.clone(), by, ..Group::default() };
    Arc::new(Objective { group: Some(group), ..(**objective).clone() })
}

fn labels(pairs: &[(&str, &str)]) -> Labels {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// One series with these labels at the instant that is asked for.
fn set(labels: &[(&str, &str)]) -> Value {
    let metric: BTreeMap<_, _> = labels.iter().copied().collect();
    json!({"metric": metric, "values": [[NOW, "1"]]})
}

#[tokio::test]
async fn label_sets_of_all_groups_are_one_request() {
    let server = answering(|text| match text {
        "topk(1001, group by (route, code) (last_over_time(r[30m])) or group by (route, code) (last_over_time(e[30m])))" => {
            Ok(vec![set(&[("route", "/b"), ("code", "1")]), set(&[("route", "/a")]), set(&[("route", "/\u{1b}[2J\"")])])
        }
        "topk(1001, group by (zone) (last_over_time(h_count[30m])))" => Ok(vec![set(&[("zone", "eu")])]),
        other => panic!("{other}"),
    })
    .await;
    let asked = [grouped(&events("e", "r"), &["route", "code"]), grouped(&latency("h", 0.3), &["zone"])];
    let sets = at(&server).label_sets(&asked, NOW).await.unwrap();
    assert_eq!((sets.toll.requests, sets.found.len()), (1, 2));
    let first = sets.found[0].as_ref().unwrap();
    assert_eq!(
        *first,
        [
            labels(&[("route", "/\u{1b}[2J\""), ("code", "")]),
            labels(&[("route", "/a"), ("code", "")]),
            labels(&[("route", "/b"), ("code", "1")]),
        ]
    );
    assert_eq!(sets.found[1].as_ref().unwrap(), &[labels(&[("zone", "eu")])]);
    assert_eq!(param(&requests(&server).await[0], "time"), Some(NOW.to_string()));
}

#[tokio::test]
async fn a_refused_group_and_one_without_its_label_hide_no_other() {
    let server = answering(|text| match text {
        text if text.contains("(sum(bad") => Err((400, "parse error: no".into())),
        text if text.contains("(bare") => Ok(vec![set(&[])]),
        text if text.contains("(none") => Ok(vec![]),
        _ => Ok(vec![set(&[("route", "/a")])]),
    })
    .await;
    let asked = ["sum(bad[{{.window}}])", "bare", "none", "r"]
        .map(|total| grouped(&events(total, total), &["route"]));
    let found = at(&server).label_sets(&asked, NOW).await.unwrap().found;
    let said = |place: usize| found[place].as_ref().unwrap_err().to_string();
    assert!(said(0).starts_with("query refused: label sets: parse error: no, in topk"), "{}", said(0));
    assert!(said(1).starts_with("no series has the label it is grouped by, route: `topk"), "{}", said(1));
    assert_eq!(found[2], Ok(vec![]));
    assert_eq!(found[3], Ok(vec![labels(&[("route", "/a")])]));
}

#[tokio::test]
async fn a_child_without_errors_has_none_and_one_without_total_is_an_error() {
    let server = answering(|text| match text {
        r#"sum(increase(r{route="/calm"}[5m]))"# => Ok(series(&["50", "60"])),
        r#"sum(increase(e{route="/lost"}[5m]))"# => Ok(series(&["1", "2"])),
        _ => Ok(vec![]),
    })
    .await;
    let parent = grouped(&events("e", "r"), &["route"]);
    let child = |route: &str| Arc::new(parent.child(&labels(&[("route", route)])));
    let counts = at(&server).counts(&ask(vec![child("/calm"), child("/lost")])).await.unwrap();
    let calm = counts.slos[0].as_ref().unwrap();
    let tallies: Vec<_> = calm.points.iter().map(|(_, tally)| (tally.bad, tally.total)).collect();
    assert_eq!((tallies, calm.seen_since), (vec![(0.0, 50.0), (0.0, 60.0)], None));
    let lost = counts.slos[1].as_ref().unwrap_err().to_string();
    assert!(lost.contains("counted but the total is not"), "{lost}");
}
