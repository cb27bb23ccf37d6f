//! The list of traces and the waterfall: at every size, in ASCII, in every state.

use std::sync::Arc;

use burnwatch::domain::health::{Circuit, Endpoint, Health};
use burnwatch::domain::incident::{Entry, EntryKind};
use burnwatch::domain::trace::{
    Exemplar, Exemplars, Found, Nanos, Outcome, Span, SpanId, Summaries, Trace, TraceId,
};
use burnwatch::screen::update;
use burnwatch::state::{Effect, Key, Message, Model, Screen, Seen, Setup, TraceBackend};

use chrono::TimeDelta;

use super::sample::{NOW, Told, at, text};

const ID: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

fn id(text: &str) -> TraceId {
    TraceId::parse(text).unwrap()
}

fn trace(text: &str) -> Trace {
    let span = |n: u64, parent: u64, name: &str, from: u64, to: u64| {
        let mut span = Span::new(SpanId(n), (parent > 0).then_some(SpanId(parent)), "checkout", name);
        span.start = Some(Nanos::seconds(NOW as u64 - 60) + Nanos::millis(from));
        span.duration = Some(Nanos::millis(to - from));
        span
    };
    let mut late = span(4, 1, "pay", 600, 980);
    late.fail("card processor did not answer");
    (0..18).for_each(|n| late.attribute(&format!("a{n}"), "b"));
    let told = vec![
        span(1, 0, "POST /cart", 0, 1000),
        span(2, 1, "load", 20, 500),
        span(3, 2, "SELECT", 40, 480),
        late,
    ];
    Trace::of(id(text), told, 3).unwrap()
}

fn with(tracers: usize, size: (u16, u16)) -> Model {
    let mut model = at(Told::default().model(size), Screen::Slo, "checkout/availability");
    let one = TraceBackend { name: "tempo".into(), kind: "tempo".into(), address: "http://tempo".into() };
    model.setup = Arc::new(Setup { tracers: vec![one; tracers], ..Setup::clone(&model.setup) });
    model
}

fn press(model: &mut Model, key: Key) -> Vec<Effect> {
    update(model, Message::Key(key))
}

fn outcome(trouble: Option<&str>) -> Vec<Outcome> {
    vec![Outcome {
        name: "tempo".into(),
        took_ms: 12,
        requests: 2,
        trouble: trouble.map(str::to_owned),
        ..Outcome::default()
    }]
}

/// The list, its question answered with one failing trace and one that is slow.
fn listed(size: (u16, u16)) -> Model {
    let mut model = with(1, size);
    let effects = press(&mut model, Key::Char('t'));
    let [Effect::FetchTraces(number, ask)] = effects.as_slice() else { panic!("{effects:?}") };
    assert_eq!((ask.service.as_str(), ask.to), ("checkout", NOW));
    let mut slow = trace("00f067aa0ba902b7").summary();
    slow.failed = Some(false);
    let failing = trace(ID).summary();
    let found = Summaries { failing: vec![failing], slow: vec![slow], outcomes: outcome(None) };
    update(&mut model, Message::Traces(*number, Arc::new(found)));
    model
}

/// The first of the list, open.
fn opened(size: (u16, u16)) -> Model {
    let mut model = listed(size);
    let effects = press(&mut model, Key::Enter);
    let [Effect::FetchTrace(number, wanted)] = effects.as_slice() else { panic!("{effects:?}") };
    assert_eq!(*wanted, id(ID));
    let found = Found { trace: Some(Arc::new(trace(ID))), outcomes: outcome(None) };
    update(&mut model, Message::Trace(*number, Arc::new(found)));
    model
}

#[track_caller]
fn holds(text: &str, wanted: &[&str]) {
    for part in wanted {
        assert!(text.contains(part), "no `{part}` in\n{text}");
    }
}

#[test]
fn the_waterfall_stands_as_drawn() {
    let page = text(&opened((80, 24)), false);
    holds(
        &page,
        &[
            "checkout POST /cart ─",
            "1.00 s · 7 spans · ✗ 1 ERROR",
            "trace 4bf92f3577b34da6a3ce929d0e0e4736 from tempo · began 20 Jan 09:59:00",
            "waited for 440 ms checkout SELECT · 380 ms checkout pay",
            "! 3 spans left out",
            "▌ ● checkout POST /cart            1.00 s  ▄▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▄▄▄▄▁▁▁▁▁▁▁▁▁▁▁▁▁▄",
            "  ●  load                          480 ms  ▄▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▄",
            "  ●   SELECT                       440 ms   ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄",
            "  ✗  pay                           380 ms                       ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄",
        ],
    );
}

#[test]
fn errors_and_the_critical_path_are_told_at_every_size_and_in_ascii() {
    for (size, ascii) in
        [((40, 10), true), ((40, 10), false), ((80, 24), true), ((120, 40), false), ((200, 60), false)]
    {
        let mut model = opened(size);
        press(&mut model, Key::Char(']'));
        let page = text(&model, ascii);
        holds(&page, &[if ascii { "x 1 ERROR" } else { "✗ 1 ERROR" }, "pay", "ERROR  card"]);
        assert!(!ascii || page.is_ascii(), "{page}");
        assert!(page.lines().count() <= usize::from(size.1));
    }
    let mut model = opened((120, 40));
    press(&mut model, Key::Char(']'));
    holds(&text(&model, false), &["a15 b", "2 more attributes left out"]);
    let mut model = opened((80, 24));
    press(&mut model, Key::Down);
    holds(&text(&model, false), &["on the critical path: the request waited 40.0 ms for"]);
    press(&mut model, Key::Enter);
    holds(&text(&model, false), &["+1 load"]);
}

#[test]
fn the_list_names_why_each_trace_is_there() {
    let mut model = with(1, (80, 24));
    let exemplar = Exemplar { at: NOW - 90, value: 2.5, id: id("000000000000abcd") };
    let told = Exemplars { found: vec![exemplar], requests: 1, trouble: None };
    let seen = Seen {
        service: "checkout".into(),
        range: 900,
        at: model.now,
        number: 1,
        answer: Some(Arc::new(told)),
    };
    model.traces.exemplars = Some(seen);
    press(&mut model, Key::Char('t'));
    holds(&text(&model, false), &["traces of checkout", "asking tempo … 0s", "◆ exemplar", "2.50 s"]);
    if let Some(seen) = &mut model.traces.exemplars {
        let trouble = Some("it is refused".to_owned());
        seen.answer = Some(Arc::new(Exemplars { trouble, ..Exemplars::default() }));
    }
    update(&mut model, Message::Traces(1, Arc::new(Summaries::default())));
    holds(&text(&model, false), &["! exemplars: it is refused"]);
    let model = listed((120, 40));
    holds(&text(&model, false), &["✗ ERROR", "▸ ", "POST /cart", ID, "00f067aa0ba902b7", "7 "]);
    holds(&text(&listed((40, 10)), true), &["x ERROR", "1.00 s"]);
}

/// INC-7 with a note, read in full.
fn noted(text: &str) -> Model {
    let mut model = with(1, (120, 40));
    let mut log = model.log.as_ref().clone();
    let mut incident = log.incidents[&7].as_ref().clone();
    let entry = |seq: u64, text: &str, struck| Entry {
        seq,
        id: seq.to_string(),
        at: model.now,
        recorded: model.now,
        actor: "alice".into(),
        kind: EntryKind::Note,
        text: text.into(),
        struck,
    };
    incident.timeline.push(entry(1, text, false));
    incident.timeline.push(entry(2, "taken back: 11112222aaaabbbb", true));
    log.incidents.insert(7, Arc::new(incident));
    model.log = Arc::new(log);
    model.view.screen = Screen::Incident;
    model.view.incident = Some(7);
    model
}

#[test]
fn ids_in_the_notes_of_an_incident_are_listed_first() {
    let mut model = noted(&format!("slow: trace_id={ID}\u{1b}[2J, see there"));
    let effects = press(&mut model, Key::Char('t'));
    assert!(
        matches!(&effects[..], [Effect::FetchTraces(_, ask)] if ask.service == "checkout"),
        "{effects:?}"
    );
    let page = text(&model, false);
    holds(&page, &["▌ ◆ INC-7 note", "Enter looks for it", ID]);
    assert!(!page.contains("11112222aaaabbbb"), "{page}");
    let effects = press(&mut model, Key::Enter);
    assert!(matches!(&effects[..], [Effect::FetchTrace(_, wanted)] if *wanted == id(ID)), "{effects:?}");
    holds(&text(&model, false), &["asking tempo for 4bf92f3577b34da6a3ce929d0e0e4736"]);
}

#[test]
fn exemplars_are_asked_for_once_a_minute_and_only_where_their_chart_is() {
    let mut model = with(1, (120, 40));
    let tick = |model: &mut Model, seconds: i64| {
        let now = model.now + TimeDelta::seconds(seconds);
        update(model, Message::Tick(now))
    };
    assert!(tick(&mut model, 1).is_empty());
    let effects = press(&mut model, Key::Char('3'));
    let [Effect::FetchExemplars(number, ask)] = effects.as_slice() else { panic!("{effects:?}") };
    assert_eq!((ask.service.as_str(), ask.source.as_str(), ask.to - ask.from), ("checkout", "main", 14_400));
    let exemplar = Exemplar { at: model.now.timestamp() - 600, value: 0.2, id: id(ID) };
    let told = Exemplars { found: vec![exemplar], requests: 1, trouble: None };
    update(&mut model, Message::Exemplars(*number, Arc::new(told)));
    holds(&text(&model, false), &["◆ 1: t · 1/min"]);
    assert!(tick(&mut model, 59).is_empty());
    assert_eq!(tick(&mut model, 1).len(), 1);
    press(&mut model, Key::Char('1'));
    assert!(tick(&mut model, 120).is_empty());
}

/// What the sources screen tells of the trace backend.
fn sources(model: &Model) -> String {
    let mut model = model.clone();
    press(&mut model, Key::Char('D'));
    text(&model, false)
}

#[test]
fn a_trace_backend_stands_on_the_sources_screen_as_the_others_do() {
    let mut model = with(1, (120, 40));
    holds(&sources(&model), &["○ tempo not asked yet: traces are asked for on demand, t on a service does"]);
    press(&mut model, Key::Char('t'));
    model.now += TimeDelta::seconds(3);
    holds(&sources(&model), &["○ tempo not asked yet", "waiting   for an answer since 3s"]);
    let told = |trouble: Option<&str>, circuit, requests| {
        let next_try = (circuit == Circuit::Open).then(|| model.now + TimeDelta::seconds(42));
        let address = "http://tempo".to_owned();
        let endpoint = Endpoint { address: address.clone(), circuit, failures: 0, next_try, said: None };
        let health = Health { endpoints: vec![endpoint], retries: 2, ..Health::default() };
        vec![Outcome { health, address, requests, ..outcome(trouble).remove(0) }]
    };
    let well = Summaries { outcomes: told(None, Circuit::Closed, 1), ..Summaries::default() };
    let refused = told(Some("it is refused"), Circuit::Open, 2);
    update(&mut model, Message::Traces(1, Arc::new(well)));
    let page = sources(&model);
    holds(&page, &["● tempo ok, answered 0s ago · tempo · http://tempo", "on demand · 12 ms last question"]);
    assert!(!page.contains("waiting") && page.contains("1 request ·"), "{page}");
    model.now += TimeDelta::minutes(11);
    holds(&sources(&model), &["○ tempo not asked lately, answered 11m ago"]);
    model.now -= TimeDelta::minutes(11);
    for _ in 0..2 {
        let down = Summaries { outcomes: refused.clone(), ..Summaries::default() };
        update(&mut model, Message::Traces(1, Arc::new(down)));
    }
    let wanted = [
        "✗ tempo down, answered 0s ago",
        "trouble   it is refused",
        "· 2 attempts in a row",
        "way       ✗ left alone http://tempo · next try in 42s",
        "5 requests · 2 retried",
    ];
    holds(&sources(&model), &wanted);
}

#[test]
fn where_nobody_said_what_is_slow_nothing_is_called_slow() {
    let mut model = listed((120, 40));
    if let Some(list) = &mut model.traces.list {
        list.ask.slower_than = None;
    }
    let page = text(&model, false);
    holds(&page, &["the longest of those told", "· recent"]);
    assert!(!page.contains("slow"), "{page}");
}

#[test]
fn with_nothing_selected_it_says_so_and_an_id_can_be_typed() {
    let other = with(1, (80, 24));
    let setup = Setup { tracers: other.setup.tracers.clone(), ..Setup::default() };
    let mut model = Model::new(Arc::new(setup), other.now, (80, 24));
    assert!(press(&mut model, Key::Char('t')).is_empty());
    holds(&text(&model, false), &["nothing is selected that could have traces", "/ and a trace id"]);
    press(&mut model, Key::Char('/'));
    update(&mut model, Message::Paste(ID.to_owned()));
    press(&mut model, Key::Enter);
    let effects = press(&mut model, Key::Enter);
    assert!(matches!(&effects[..], [Effect::FetchTrace(_, wanted)] if *wanted == id(ID)), "{effects:?}");
}

#[test]
fn every_other_state_is_said() {
    let mut none = with(0, (80, 24));
    assert!(press(&mut none, Key::Char('t')).is_empty());
    let example = "url = \"http://tempo.example:3200\"";
    holds(&text(&none, false), &["no backend has traces: add a [[backend]]", example, "and start again"]);
    for (outcomes, words) in [
        (outcome(None), "no trace of it failed or was slow"),
        (outcome(Some("connection refused by http://tempo")), "! tempo: connection refused by http://tempo"),
    ] {
        let mut model = with(1, (80, 24));
        press(&mut model, Key::Char('t'));
        let found = Summaries { outcomes, ..Summaries::default() };
        update(&mut model, Message::Traces(1, Arc::new(found)));
        holds(&text(&model, false), &[words]);
        // An answer to an older question comes too late.
        press(&mut model, Key::Char('.'));
        update(&mut model, Message::Traces(1, Arc::new(Summaries::default())));
    }
}
