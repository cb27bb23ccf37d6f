//! From alerts to their pages, and why.

use super::*;
use crate::domain::runbook::library::Document;

fn books(files: &[(&str, &str)]) -> Library {
    let document = |(path, text): &(&str, &str)| Document {
        root: "r".into(),
        path: (*path).into(),
        text: (*text).into(),
        modified: None,
    };
    Library::build(&files.iter().map(document).collect::<Vec<_>>())
}

fn shelf() -> Library {
    books(&[
        ("alerts/node/DiskFilling.md", "# DiskFilling\n"),
        ("alerts/etcd/Slow.md", "# Slow\n## Meaning\n"),
        ("alerts/api/Slow.md", "# Slow\n"),
        ("runbook.md", "# All\n##### Alert Name: \"KubeThingDown\"\nwait\n### PodLoops\n"),
        ("docs/README.md", "# Docs\n"),
        ("high-error-rate.md", "# Errors\n"),
    ])
}

/// Page, block and reason of each match.
fn found(annotation: &str, alert: &str) -> Vec<(usize, Option<usize>, Why)> {
    let labels = BTreeMap::new();
    let map = BTreeMap::from([("Mapped".to_owned(), "alerts/etcd/Slow.md#meaning".to_owned())]);
    let query = Query { annotation: Some(annotation), alert_name: alert, labels: &labels };
    match resolve(&shelf(), &map, &query).found {
        Found::None => Vec::new(),
        Found::One(m) => vec![(m.place.page, m.place.block, m.why)],
        Found::Several(list) => list.iter().map(|m| (m.place.page, m.place.block, m.why)).collect(),
    }
}

#[test]
fn the_map_comes_first() {
    assert_eq!(found("https://h/DiskFilling.md", "Mapped"), [(1, Some(1), Why::Map)]);
}

#[test]
fn paths_match_by_their_end() {
    let url = "https://forge.example/org/repo/blob/main/alerts/api/Slow.md";
    assert_eq!(found(url, "x"), [(2, None, Why::PathSuffix)]);
    assert_eq!(found("etcd/Slow.md#meaning", "x"), [(1, Some(1), Why::PathSuffix)]);
    assert_eq!(found("docs/README.md", "x"), [(4, None, Why::PathSuffix)]);
}

#[test]
fn last_segments_match_in_any_case() {
    assert_eq!(found("https://h.example/runbooks/node/diskfilling", "x"), [(0, None, Why::LastSegment)]);
    assert_eq!(found("https://h.example/other/diskfilling.md?NODE=n1", "x"), [(0, None, Why::LastSegment)]);
}

#[test]
fn equals_are_listed_and_never_picked() {
    let both = [(1, None, Why::LastSegment), (2, None, Why::LastSegment)];
    assert_eq!(found("https://h.example/runbooks/slow", "x"), both);
    assert_eq!(found("https://h.example/wiki/API/slow", "x"), [(2, None, Why::LastSegment)]);
}

#[test]
fn files_and_headings_named_like_the_alert() {
    assert_eq!(found("https://wiki.example/123", "HighErrorRate"), [(5, None, Why::AlertFile)]);
    assert_eq!(found("", "PodLoops"), [(3, Some(3), Why::AlertHeading)]);
    assert_eq!(found("", "KubeThingDown"), [(3, Some(1), Why::AlertHeading)]);
    assert_eq!(
        found("https://f.example/tree/main/runbook.md#alert-name-kubethingdown", "x"),
        [(3, Some(1), Why::PathSuffix)]
    );
    assert_eq!(
        found("https://f.example/other.md#alert-name-kubethingdown", "x"),
        [(3, Some(1), Why::AlertHeading)]
    );
}

#[test]
fn none_is_an_answer() {
    assert!(found("https://h.example/README.md", "Unknown").is_empty());
    assert!(found("", "").is_empty());
}

#[test]
fn dead_anchors_and_parameters_are_said() {
    let labels =
        [("cluster", "c9"), ("pod", "api-1\u{1b}[2J")].map(|(k, v)| (k.to_owned(), v.to_owned())).into();
    let annotation = Some("https://h.example/x/diskfilling/?INSTALLATION=a&CLUSTER=c1#gone");
    let got = resolve(&shelf(), &BTreeMap::new(), &Query { annotation, alert_name: "x", labels: &labels });
    let Found::One(found) = got.found else { panic!("one page expected") };
    assert_eq!((found.place.page, found.dead_anchor.as_deref()), (0, Some("gone")));
    assert_eq!(found.why.to_string(), "last path segment");
    let parameters: Vec<String> =
        got.parameters.iter().map(|p| format!("{}={} ({})", p.name, p.value, p.origin)).collect();
    assert_eq!(parameters, ["INSTALLATION=a (url)", "CLUSTER=c1 (url)", "pod=api-1 (alert)"]);
}
