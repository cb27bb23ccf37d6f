//! The cursor, the files, and telling tools apart.

use std::fs::File;

use super::reader::Reader;
use super::*;
use crate::config::report::Report;

const NESTED: &str = "\
service: shop
empty:
target: 99.90
count: \"7\"
on: yes
names: [a, 1, [b], ~]
labels: {team: payments, tier: 1, none: , list: [x]}
slos:
  - name: a
    inner: {query: up}
  - 5
  - nmae: b
";

fn found(text: &str, read: impl FnOnce(Reader<'_, '_>)) -> Vec<String> {
    let report = Report::new("slo.yaml", text);
    let documents = yaml::parse(text, &report);
    read(Reader::new("the test document", &documents[0], &report).unwrap());
    let line = |found: &Diagnostic| {
        let hint = found.hint.as_ref().map_or(String::new(), |hint| format!(" | {hint}"));
        format!("{}:{} {}{hint}", found.place.line, found.place.column, found.message)
    };
    report.finish().iter().map(line).collect()
}

#[test]
fn reads_go_on_after_what_is_wrong() {
    let told = found(NESTED, |mut reader| {
        let missing = reader.text("owner");
        assert!(reader.required("owner", missing).is_none());
        let empty = reader.text("empty");
        assert!(reader.required("empty", empty).is_none());
        assert_eq!(reader.text("service").unwrap().value, "shop");
        assert_eq!(reader.decimal("target").unwrap().value, "99.90");
        assert_eq!(reader.decimal("count").unwrap().value, "7");
        assert_eq!(reader.decimal("service"), None);
        assert!(reader.flag("on").unwrap().value);
        let names = reader.strings("names").unwrap().value;
        assert_eq!(names.iter().map(|name| name.value.as_str()).collect::<Vec<_>>(), ["a", "1"]);
        let labels = reader.string_map("labels").unwrap().value;
        let labels: Vec<_> = labels.iter().map(|(key, value)| (&*key.value, &*value.value)).collect();
        assert_eq!(labels, [("team", "payments"), ("tier", "1"), ("none", "")]);
        for mut slo in reader.maps("slos").unwrap() {
            let name = slo.text("name");
            slo.required("name", name);
            slo.skip("inner");
            slo.finish();
        }
        reader.finish();
    });
    assert_eq!(
        told,
        [
            "1:1 the test document has no `owner` | `owner:` takes text",
            "1:10 `service` in the test document must be a number in decimal digits, not text",
            "2:1 `empty` in the test document must be text, not empty",
            "6:1 `names` in the test document must be a list of texts, not a list with a list in it",
            "6:20 `names` in the test document must be a list of texts, not a list with an empty item in it",
            "7:43 `list` in `labels` must be text, not a list",
            "11:5 `slos` in the test document must be a list of mappings, not a list with a number in it",
            "12:5 unknown key `nmae` in `slos[2]` | did you mean `name`? Known: name, inner",
            "12:5 `slos[2]` has no `name` | `name:` takes text",
        ]
    );
}

#[test]
fn an_origin_has_the_places_of_keys_in_keys() {
    found(NESTED, |mut reader| {
        let slos = reader.maps("slos").unwrap();
        let origin = slos[0].origin();
        assert_eq!((origin.file.as_str(), origin.header.line, origin.header.column), ("slo.yaml", 9, 5));
        assert_eq!(origin.keys.keys().collect::<Vec<_>>(), ["inner", "inner.query", "name"]);
        let query = &origin.keys["inner.query"];
        assert_eq!((query.key.column, query.value.column), (13, 20));
    });
}

#[test]
fn a_value_without_counterpart_is_told_of_once_it_says_something() {
    let told = found("a: []\nb: false\nc: x\nd: {}\n", |mut reader| {
        for key in ["a", "b", "c", "d", "e"] {
            reader.leave_out(key, &format!("{key} is left out"), None);
        }
        reader.finish();
    });
    assert_eq!(told, ["3:1 c is left out"]);
}

#[test]
fn generated_rules_are_told_in_a_sentence() {
    let groups = "groups: [{name: g, rules: [{record: a, expr: b}]}]";
    for text in [
        groups.to_owned(),
        format!(
            "apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata: {{name: r}}\nspec: {{{groups}}}\n"
        ),
    ] {
        let found = read(&Document::new(Some("rules.yaml".into()), &text));
        let [told] = &found.findings[..] else { panic!("{:?}", found.findings) };
        assert_eq!(
            told.line().split_once(": ").unwrap().1,
            "these are generated rules, not SLOs; point at the file of SLOs that they were generated from"
        );
        assert!(found.objects.is_empty() && !told.is_error());
    }
    let other = read(&Document::new(Some("a.yaml".into()), "groups: [{name: g}]\n"));
    assert!(other.findings[0].is_error(), "{:?}", other.findings);
}

#[test]
fn a_huge_file_is_refused_unread_and_a_folder_is_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("huge.yaml");
    File::create(&path).unwrap().set_len(50 * 1024 * 1024).unwrap();
    let refused = open(&path).unwrap_err();
    assert_eq!(refused.code, code::TOO_LARGE);
    assert_eq!(refused.message, "this file of 50 MiB is too large for a catalogue");
    assert_eq!(open(folder.path()).unwrap_err().code, code::UNREADABLE);
    std::fs::write(&path, b"a: 1\nb: \xff\n").unwrap();
    let refused = open(&path).unwrap_err();
    assert_eq!((refused.code, refused.place.line, refused.place.column), (code::NOT_UTF8, 2, 4));
    std::fs::write(&path, "\u{feff}a: 1\n").unwrap();
    assert_eq!(open(&path).unwrap().text(), "a: 1\n");
}

#[test]
fn a_finding_in_a_line_of_megabytes_has_a_place_and_no_excerpt() {
    let text = format!("{{\"a\":[{}],\"\u{e9}\":1,\"\u{e9}\":2}}", "\"x\",".repeat(100_000));
    let report = Report::new("slo.json", &text);
    yaml::parse(&text, &report);
    let told = report.finish();
    let column = text[..text.rfind('\u{e9}').unwrap()].chars().count();
    assert_eq!((told.len(), told[0].place.line, told[0].place.column), (1, 1, column));
    let shown = told[0].render(&text, false);
    assert!(shown.contains(&format!("slo.json:1:{column}")) && shown.len() < 200, "{shown}");
}

/// The objects of a text, and what is told as `line:column level message | hint`.
pub(super) fn outcome(text: &str) -> (Vec<Object>, Vec<String>) {
    let read = super::read(&Document::new(Some("slo.yaml".into()), text));
    let line = |found: &Diagnostic| {
        let (line, column, level) = (found.place.line, found.place.column, found.severity.word());
        let hint = found.hint.as_ref().map_or(String::new(), |hint| format!(" | {hint}"));
        format!("{line}:{column} {level} {}{hint}", found.message)
    };
    (read.objects, read.findings.iter().map(line).collect())
}

/// What is told, without hints.
pub(super) fn messages(text: &str) -> Vec<String> {
    outcome(text).1.iter().map(|line| line.split(" | ").next().unwrap_or_default().to_owned()).collect()
}

#[test]
fn each_document_is_known_by_what_it_says() {
    let kinds = |text: &str| {
        let report = Report::new("slo.yaml", text);
        let trees = yaml::parse(text, &report);
        let kinds = trees.iter().flat_map(|tree| detect::objects(tree, &report));
        let kinds: Vec<Kind> = kinds.map(|(kind, _)| kind).collect();
        assert_eq!(report.finish(), [], "{text}");
        kinds
    };
    for (text, kind) in [
        ("version: 'prometheus/v1'", Kind::SlothFile),
        ("{\"version\":\"prometheus/v1\"}", Kind::SlothFile),
        ("apiVersion: sloth.slok.dev/v1\nkind: PrometheusServiceLevel", Kind::SlothObject),
        ("apiVersion: sloth.slok.dev/v1\nkind: AlertWindows", Kind::SlothWindows),
        ("apiVersion: pyrra.dev/v1alpha1\nkind: ServiceLevelObjective", Kind::Pyrra),
        ("apiVersion: openslo/v1\nkind: DataSource", Kind::OpenSlo),
        ("apiVersion: openslo/v1alpha\nkind: SLO", Kind::OpenSloAlpha),
        ("apiVersion: openslo.com/v2alpha\nkind: SLO", Kind::OpenSloV2),
        ("apiVersion: sre.google.com/v2\nkind: ServiceLevelObjective", Kind::SloGenerator),
        ("apiVersion: n9/v1alpha\nkind: SLO", Kind::Nobl9),
        ("{\"uuid\": \"a\", \"query\": {}, \"objectives\": []}", Kind::GrafanaSlo),
    ] {
        assert_eq!(kinds(text), [kind], "{text}");
    }
    let pyrra =
        "apiVersion: pyrra.dev/v1alpha1\nkind: ServiceLevelObjectiveList\nitems: [{spec: {}}, {spec: {}}]";
    assert_eq!(kinds(pyrra), [Kind::Pyrra, Kind::Pyrra]);
    let cluster = "apiVersion: v1\nkind: List\nitems: [{apiVersion: openslo/v1, kind: SLO}]";
    assert_eq!(kinds(cluster), [Kind::OpenSlo]);
    let grafana = "{\"slos\": [{\"name\": \"a\", \"query\": {}, \"objectives\": []}]}";
    assert_eq!(kinds(grafana), [Kind::GrafanaSlo]);
    assert_eq!(kinds("- {apiVersion: openslo/v1, kind: SLO}\n- version: prometheus/v1").len(), 2);
}

#[test]
fn an_unknown_kind_is_told_with_what_is_known() {
    for (text, message) in [
        ("a: 1\n", "1:1 error nothing says which tool this document is for"),
        ("b: 1\nversion: prometheus/v2\n", "2:10 error `version: prometheus/v2` is not read here"),
        ("kind: SLO\n", "1:7 error `kind: SLO` comes without an `apiVersion`"),
        ("apiVersion: openslo/v1\n", "1:13 error `apiVersion: openslo/v1` comes without a `kind`"),
        ("apiVersion: pyrra.dev/v2\nkind: X\n", "1:13 error `pyrra.dev/v2 X` is not read here"),
        ("apiVersion: apps/v1\nkind: Deployment\n", "1:13 warning `apps/v1 Deployment` is not read here"),
        (
            "apiVersion: v1\nkind: List\nitems: [{a: 1}]\n",
            "3:10 error nothing says which tool this document is for",
        ),
        ("just text\n", "1:1 error nothing says which tool this document is for"),
    ] {
        let told = outcome(text).1;
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].starts_with(message) && told[0].contains("pyrra.dev/v1alpha1"), "{told:?}");
    }
}

/// One of each kind, with most of YAML in it.
const MIXED: &str = "\
%YAML 1.2
---
version: prometheus/v1
service: shop # ü
x-base: &base {labels: {team: \"a\\tb\"}, objective: 99.9}
slos:
- <<: *base
  name: 'front'
  sli: {plugin: {id: sloth-common/noop}}
  alerting:
    name: x
    annotations:
      runbook: |-
        https://runbooks.example/front
---
apiVersion: pyrra.dev/v1alpha1
kind: ServiceLevelObjective
metadata: {name: a, labels: {? pyrra.dev/b : c}}
spec: {target: !!str 99, window: 2w, indicator: {bool_gauge: {metric: 'up{a=\"b\"}'}}}
...
";

proptest::proptest! {
    #[test]
    fn no_text_is_too_broken_to_tell_where(
        from in 0usize..500,
        cut in 0usize..40,
        put in r#"[\PC\t\n:{}\[\]&*!|'"%\#@,-]{0,6}"#,
    ) {
        let at = |index: usize| (0..=index.min(MIXED.len())).rev().find(|i| MIXED.is_char_boundary(*i)).unwrap();
        let (from, to) = (at(from), at(from + cut));
        let text = format!("{}{put}{}", &MIXED[..from], &MIXED[to..]);
        for found in super::read(&Document::new(None, &text)).findings {
            let span = found.place.span.clone();
            proptest::prop_assert!(text.get(span).is_some() && found.place.line >= 1);
            found.render(&text, false);
        }
    }
}

#[test]
fn the_mixed_file_itself_is_fine() {
    let (objects, told) = outcome(MIXED);
    assert_eq!((objects.len(), told), (2, Vec::new()));
}
