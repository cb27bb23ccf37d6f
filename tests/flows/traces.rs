//! Traces: asked when the reader asks, shown when they come, the newest question first.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use burnwatch::domain::trace::{Nanos, RecentAsk, Span, SpanId, Summary, Trace, TraceId};
use burnwatch::runtime::inquiry::{Histograms, Witnesses};
use burnwatch::source::traces::{Recent, Sought, Tracer, Tracing};
use burnwatch::source::{Answer, SourceError, Toll};
use burnwatch::state::{Key, Screen};
use chrono::DateTime;
use tokio::time::sleep;

use crate::fake::Mood;
use crate::kit::single;
use crate::stage::Stage;

const SLOW: &str = "00000000000000000000000000005105";
const QUICK: &str = "0000000000000000000000000000fa57";
const NOWHERE: &str = "0000000000000000000000000000dead";

/// Knows two traces; one is told after ten seconds, the other at once.
#[derive(Default)]
struct Teller {
    refuses: Mutex<bool>,
    asked: Mutex<Vec<String>>,
}

fn id(text: &str) -> TraceId {
    TraceId::parse(text).unwrap()
}

fn trace(text: &str) -> Option<Trace> {
    let mut root = Span::new(SpanId(1), None, "api", &format!("GET /{}", &text[28..]));
    root.start = Some(Nanos::seconds(1_771_322_000));
    root.duration = Some(Nanos::millis(900));
    let mut child = Span::new(SpanId(2), Some(SpanId(1)), "api\u{1b}[2J", "load\u{202e}");
    child.start = Some(Nanos::seconds(1_771_322_000) + Nanos::millis(100));
    child.duration = Some(Nanos::millis(700));
    child.fail("no such row");
    Trace::of(id(text), vec![root, child], 0)
}

impl Teller {
    fn hear(&self, what: String) -> Result<(), SourceError> {
        self.asked.lock().unwrap().push(what);
        let refuses = *self.refuses.lock().unwrap();
        if refuses { Err(SourceError::Refused { address: "http://tempo".into() }) } else { Ok(()) }
    }
}

impl Tracer for Teller {
    fn address(&self) -> String {
        "http://tempo".to_owned()
    }

    fn trace(&self, wanted: TraceId) -> Answer<'_, Sought> {
        Box::pin(async move {
            self.hear(wanted.to_string())?;
            if wanted == id(SLOW) {
                sleep(Duration::from_secs(10)).await;
            }
            let known = [SLOW, QUICK].into_iter().find(|text| id(text) == wanted);
            Ok(Sought { trace: known.and_then(trace), toll: Toll { requests: 1, ..Toll::default() } })
        })
    }

    fn recent<'a>(&'a self, ask: &'a RecentAsk) -> Answer<'a, Recent> {
        Box::pin(async move {
            self.hear(format!("{} {}", ask.service, ask.to - ask.from))?;
            sleep(Duration::from_secs(2)).await;
            let one = |text: &str| trace(text).unwrap().summary();
            let unknown = Summary::new(id(NOWHERE), "api", "GET /gone", Nanos::seconds(1_771_322_100));
            Ok(Recent { failing: vec![one(SLOW), one(QUICK)], slow: vec![unknown], toll: Toll::default() })
        })
    }
}

async fn open() -> (Arc<Teller>, Stage) {
    let teller = Arc::new(Teller::default());
    let (source, mut plot) = single(Mood::Answer);
    let tracer = Arc::clone(&teller) as Arc<dyn Tracer>;
    let histograms = Histograms { name: "main".to_owned(), source: source as _, services: Vec::new() };
    plot.witnesses = Witnesses {
        tracers: vec![Tracing { name: "tempo".to_owned(), tracer, clock: Arc::new(DateTime::default) }],
        histograms: vec![histograms],
    };
    let stage = Stage::open(plot).await;
    stage.pass(5).await;
    (teller, stage)
}

fn asked(teller: &Teller) -> Vec<String> {
    std::mem::take(&mut teller.asked.lock().unwrap())
}

#[tokio::test(start_paused = true)]
async fn nothing_is_asked_until_the_reader_asks_and_keys_are_answered_meanwhile() {
    let (teller, stage) = open().await;
    stage.pass(60).await;
    assert!(asked(&teller).is_empty());
    stage.press(Key::Char('t')).await;
    assert_eq!(asked(&teller), ["api 14400"]);
    assert!(stage.text().contains("asking tempo …"), "{}", stage.text());
    stage.press(Key::Char('D')).await;
    assert!(stage.text().contains("sources"));
    stage.press(Key::Esc).await;
    stage.pass(3).await;
    for part in ["✗ ERROR", "GET /5105", "900 ms", "GET /gone"] {
        assert!(stage.text().contains(part), "no {part} in\n{}", stage.text());
    }
    assert!(asked(&teller).is_empty(), "coming back asks nobody");
    stage.press(Key::Char('.')).await;
    assert_eq!(asked(&teller), ["api 14400"]);
    assert_eq!(stage.quit().await.traces.standings.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_trace_opens_folds_and_can_be_copied() {
    let (_, stage) = open().await;
    stage.press(Key::Char('t')).await;
    stage.pass(3).await;
    stage.press(Key::Down).await;
    stage.press(Key::Enter).await;
    let text = stage.text();
    for part in ["GET /fa57", "✗ 1 ERROR", "load", "700 ms", "▄"] {
        assert!(text.contains(part), "no {part} in\n{text}");
    }
    assert!(!text.contains('\u{1b}') && !text.contains('\u{202e}') && !text.contains("[2J"));
    stage.press(Key::Char('o')).await;
    assert!(stage.text().contains("+1 api") && !stage.text().contains("load"), "{}", stage.text());
    stage.press(Key::Char('o')).await;
    stage.press(Key::Char(']')).await;
    assert!(stage.text().contains("no such row"), "{}", stage.text());
    stage.take_bytes();
    stage.press(Key::Char('y')).await;
    let bytes = String::from_utf8(stage.take_bytes()).unwrap();
    assert!(bytes.contains("\u{1b}]52;c;"), "{bytes:?}");
    stage.press(Key::Esc).await;
    assert_eq!(stage.quit().await.view.screen, Screen::Traces);
}

#[tokio::test(start_paused = true)]
async fn the_newest_question_wins() {
    let (teller, stage) = open().await;
    stage.press(Key::Char('t')).await;
    stage.pass(3).await;
    stage.press(Key::Enter).await;
    assert!(stage.text().contains("asking tempo for"), "{}", stage.text());
    stage.press(Key::Esc).await;
    stage.press(Key::Down).await;
    stage.press(Key::Enter).await;
    assert!(stage.text().contains("GET /fa57"));
    // By now the first answer would have come.
    stage.pass(30).await;
    assert!(stage.text().contains("GET /fa57"), "{}", stage.text());
    assert_eq!(asked(&teller)[1..], [id(SLOW).to_string(), id(QUICK).to_string()]);
}

#[tokio::test(start_paused = true)]
async fn a_trace_that_is_nowhere_and_a_backend_that_is_down_are_said() {
    let (teller, stage) = open().await;
    stage.press(Key::Char('t')).await;
    stage.pass(3).await;
    stage.press(Key::Char('/')).await;
    stage.type_in(NOWHERE).await;
    stage.press(Key::Enter).await;
    stage.press(Key::Enter).await;
    assert!(stage.text().contains("there is no trace"), "{}", stage.text());
    *teller.refuses.lock().unwrap() = true;
    stage.press(Key::Char('.')).await;
    assert!(stage.text().contains("connection refused"), "{}", stage.text());
    stage.press(Key::Char('D')).await;
    assert!(stage.text().contains("tempo down"), "{}", stage.text());
}

#[tokio::test(start_paused = true)]
async fn without_a_backend_it_says_what_to_do() {
    let (_, plot) = single(Mood::Answer);
    let stage = Stage::open(plot).await;
    stage.pass(5).await;
    stage.press(Key::Char('t')).await;
    assert!(stage.text().contains("no backend has traces"), "{}", stage.text());
}
