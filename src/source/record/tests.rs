//! Recordings that are damaged, foreign or hostile.

use std::sync::Arc;

use serde_json::{Value, json};

use super::line::LONGEST;
use super::read::{Recording, read};
use super::*;
use crate::domain::slo::objective::Objective;
use crate::domain::slo::sli::Sli;
use crate::domain::slo::tally::Tally;
use crate::domain::slo::window::Window;
use crate::source::{CountsAsk, Range};

fn header() -> Value {
    json!({"burnwatch_recording": VERSION, "start": 1_768_903_200_000_i64, "refresh": 15,
        "backends": [{"name": "main", "kind": "fake", "address": "fake://main", "discovers": false}],
        "services": [], "objectives": [], "maintenance": []})
}

fn counts(to: i64, points: &str) -> Value {
    json!({"s": 0, "at": to - 5, "to": to, "counts": {"range": [1_768_903_200, 1_768_903_320, 60],
        "slos": [{"slo": "a/b", "cell": 300, "points": points}], "pagers": [], "any": false}})
}

/// A count whose side was first seen then.
fn since(second: i64) -> Value {
    let mut line = counts(1_768_903_321_000, "");
    line["counts"]["slos"][0]["since"] = json!(second);
    line
}

fn lines(lines: &[Value]) -> String {
    lines.iter().map(Value::to_string).chain([String::new()]).collect::<Vec<_>>().join("\n")
}

fn problem(text: &str) -> String {
    read(text.as_bytes()).unwrap_err()
}

#[test]
fn what_was_cut_off_is_left_out_and_said() {
    let whole = lines(&[header(), counts(1_768_903_321_000, "0:1,10;2:0,20")]);
    let cut = format!("{whole}{}", &counts(1_768_903_400_000, "0:5,5").to_string()[..60]);
    let recording: Recording = read(cut.as_bytes()).unwrap();
    assert_eq!(recording.end, 1_768_903_321_000);
    assert_eq!(recording.notes, ["line 3 is cut off, as when the program was killed: it is left out"]);
    let tape = &recording.tapes[0];
    let cell = |end| tape.cell("a/b", 300, end, 1_768_903_321_000).map(|tally| (tally.bad, tally.total));
    assert_eq!(
        [cell(1_768_903_200), cell(1_768_903_260), cell(1_768_903_320)],
        [Some((1.0, 10.0)), None, Some((0.0, 20.0))]
    );
    assert_eq!(tape.cell("a/b", 300, 1_768_903_320, 1_768_903_320_000), None, "not known yet");
    assert!(tape.fault("c/d", 0).unwrap().to_string().contains("not in this recording"));
    assert_eq!(problem(&header().to_string()), "line 1 is cut off: nothing was recorded");
}

#[tokio::test]
async fn what_came_late_is_replayed_to_who_looks_on() {
    const NEWER: i64 = 1_768_903_381_000;
    let late = counts(NEWER, "-2:3,30;2:0,20");
    let whole = lines(&[header(), counts(1_768_903_321_000, "0:1,10"), late]);
    let recording: Recording = read(whole.as_bytes()).unwrap();
    let clock = std::sync::Arc::new(|| chrono::DateTime::from_timestamp_millis(NEWER).unwrap());
    let source = recording.source(0, clock, std::sync::Arc::new(|_| (Vec::new(), Vec::new()))).unwrap();
    let sli = Sli::Bool("m".into());
    let slo = Objective::new("a", "b", "main", sli, "99%".parse().unwrap(), Window::days(1));
    let range = Range { from: 1_768_903_260, to: 1_768_903_320, step: 60 };
    let ask = CountsAsk::new(vec![std::sync::Arc::new(slo)], Window::minutes(5), range);
    let told = source.counts(&ask).await.unwrap().slos[0].clone().unwrap().points;
    let cell = |end, bad, total| (end, Tally::new(bad, total));
    assert_eq!(told, [cell(1_768_903_080, 3.0, 30.0), cell(1_768_903_320, 0.0, 20.0)]);
    let again = source.counts(&ask).await.unwrap().slos[0].clone().unwrap().points;
    assert_eq!(again, [cell(1_768_903_320, 0.0, 20.0)], "what is late is told once");
}

#[test]
fn foreign_files_and_other_versions_are_told_with_the_line() {
    for foreign in ["", "\0\u{1}\n", "{}\n", "[[slo]]\n", "[1]\n", "\u{1b}[2J\n"] {
        assert!(problem(foreign).starts_with("line 1: this is no recording of burnwatch"), "{foreign:?}");
    }
    let mut newer = header();
    newer["burnwatch_recording"] = json!(2);
    assert_eq!(
        problem(&lines(&[newer])),
        "line 1: this is a recording of version 2, and this burnwatch reads version 1: replay it with the burnwatch that made it"
    );
    let mut other = counts(0, "");
    other["s"] = json!(7);
    assert_eq!(problem(&lines(&[header(), other])), "line 2: there is no backend 7");
    for (bad, said) in [
        (json!({"s": 0, "at": 0, "to": 0, "rain": {}}), "line 2: it cannot be read"),
        (counts(5, "0:1"), "line 2: its points cannot be read"),
        (json!("x"), "line 2: it cannot be read"),
        (
            json!({"s": 0, "at": 0, "to": 0, "signals": {"range": [0, 10, 0], "figures": []}}),
            "line 2: its range makes no sense",
        ),
        (
            json!({"s": 0, "at": 0, "to": 0, "signals": {"range": [0, i64::MAX, 1], "figures": []}}),
            "line 2: its range makes no sense",
        ),
        (
            json!({"s": 0, "at": 0, "to": 0, "signals": {"range": [i64::MIN, i64::MIN, 1], "figures": []}}),
            "line 2: its range makes no sense",
        ),
        (json!({"s": 0, "at": i64::MIN, "to": 0, "found-again": null}), "line 2: its times make no sense"),
        (json!({"s": 0, "at": 0, "to": i64::MAX, "found-again": null}), "line 2: its times make no sense"),
        (since(i64::MIN), "line 2: its times make no sense"),
        (
            json!({"s": 0, "at": 0, "to": 0, "intervals": [["a", [0, null]]]}),
            "line 2: its intervals make no sense",
        ),
        (
            json!({"s": 0, "at": 0, "to": 0, "intervals": [["a", [15, i64::MAX]]]}),
            "line 2: its intervals make no sense",
        ),
    ] {
        let told = problem(&lines(&[header(), bad]));
        assert!(told.starts_with(said), "{told}");
    }
}

#[test]
fn a_header_tells_times_that_there_are() {
    let planned = |from: i64, to: i64| json!([{"title": "t", "from": from, "to": to, "services": [], "slos": [], "excluded": true, "reason": null}]);
    for (key, value) in [
        ("start", json!(i64::MAX)),
        ("start", json!(-1)),
        ("maintenance", planned(i64::MIN, 5)),
        ("maintenance", planned(9, 5)),
        (
            "backends",
            json!([{"name": "a", "kind": "b", "address": "c", "discovers": false, "lag": i64::MAX}]),
        ),
    ] {
        let mut header = header();
        header[key] = value;
        assert_eq!(problem(&lines(&[header])), "line 1: its times make no sense", "{key}");
    }
}

#[test]
fn how_far_figures_are_behind_is_replayed() {
    let lag = |header: Value| {
        let clock: crate::source::Clock = Arc::new(|| chrono::DateTime::UNIX_EPOCH);
        let recording = read(lines(&[header]).as_bytes()).unwrap();
        recording.source(0, clock, Arc::new(|_| (Vec::new(), Vec::new()))).unwrap().lag()
    };
    let mut late = header();
    late["backends"][0]["lag"] = json!(420);
    assert_eq!((lag(late), lag(header())), (420, 0), "one that was made before it was recorded has none");
}

#[test]
fn an_empty_line_hides_nothing_of_what_follows() {
    let text = format!("{}\n\n{}\n", header(), counts(1_768_903_321_000, ""));
    assert!(problem(&text).starts_with("line 2: it cannot be read"), "{}", problem(&text));
}

#[test]
fn a_clock_that_was_set_back_is_told_and_what_follows_is_not_lost() {
    let (later, back) = (1_768_903_321_000, 1_768_899_700_000);
    let told = [header(), counts(later, "0:1,10"), counts(back, "0:3,30;1:0,5")];
    let recording = read(lines(&told).as_bytes()).unwrap();
    let said = "at line 3 the clock was set back: what follows is told as of the time before";
    assert_eq!((recording.end, recording.notes), (later, vec![said.to_owned()]));
    let cell = |end, now| recording.tapes[0].cell("a/b", 300, end, now).map(|tally| tally.total);
    assert_eq!([cell(1_768_903_200, later), cell(1_768_903_260, later)], [Some(30.0), Some(5.0)]);
    assert_eq!(cell(1_768_903_200, back), None, "nothing was known so early");
}

#[test]
fn a_huge_line_is_refused_before_it_is_held_whole() {
    let first = format!("{}\n", header());
    let endless = std::io::BufReader::new(std::io::Read::chain(first.as_bytes(), std::io::repeat(b'7')));
    let told = read(endless).unwrap_err();
    assert_eq!(
        told,
        format!("line 2 is longer than {} MB: this is not what burnwatch recorded", LONGEST >> 20)
    );
}

#[test]
fn escape_codes_do_not_come_through() {
    let hostile = "a\u{1b}]0;title\u{7}b\u{202e}";
    let mut header = header();
    header["backends"][0]["address"] = json!(hostile);
    let mut line = counts(1_768_903_321_000, "");
    line["warnings"] = json!([hostile]);
    let recording = read(lines(&[header, line]).as_bytes()).unwrap();
    assert_eq!(recording.header.backends[0].address, "ab");
    let said = recording.tapes[0].state(super::line::Topic::Counts, 60, i64::MAX).unwrap();
    assert_eq!(said, ["ab"]);
}
