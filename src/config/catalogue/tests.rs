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
fn a_finding_in_a_line_of_megabytes_is_shown_at_once() {
    let text =
        format!("{{\"a\":[{}],\"\u{e9}\":1,\"\u{e9}\":2}}", "\"http://bob:pw@host/://@\",".repeat(100_000));
    let report = Report::new("slo.json", &text);
    yaml::parse(&text, &report);
    let told = report.finish();
    let column = text[..text.rfind('\u{e9}').unwrap()].chars().count();
    assert_eq!((told.len(), told[0].place.line, told[0].place.column), (1, 1, column));
    let shown = told[0].render(&text, false);
    assert!(shown.contains(&format!("slo.json:1:{column}")), "{shown}");
    assert!(shown.len() < 2000 && !shown.contains("bob"), "{}", shown.len());
}

#[test]
fn zz_examples() {
    for path in std::fs::read_dir("/tmp/ex").unwrap() {
        let path = path.unwrap().path();
        let read = super::read(&open(&path).unwrap());
        let slos: usize =
            read.objects.iter().map(|o| if let Object::Sloth(s) = o { s.slos.len() } else { 1 }).sum();
        eprintln!("{} {} objects {slos} slos", path.display(), read.objects.len());
        for f in &read.findings {
            eprintln!("   {:?} {}:{} {} | {:?}", f.severity, f.place.line, f.place.column, f.message, f.hint);
        }
    }
}
