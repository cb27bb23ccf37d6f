//! Text from outside that would like to be more than text.

use std::sync::Arc;

use burnwatch::domain::journal::{Fold, parse_line};
use burnwatch::domain::oncall::{Person, Roster};
use burnwatch::domain::runbook::library::{Document, Library};
use burnwatch::state::{Key, Message};

use crate::fake::{Fake, Mood, objective, service};
use crate::stage::{Part, Plot, Stage};

/// Sets the title, clears the screen, turns the reading direction, rings, breaks the line, hides.
const EVIL: &str =
    "\u{1b}]0;owned\u{7}\u{1b}[2J\u{9b}31m\u{202e}live\u{200b}\u{7}\r\n\u{2066}x\u{0}\u{e0041}";

fn evil(name: &str) -> String {
    format!("{name}{EVIL}")
}

fn forbidden(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200b}'..='\u{200f}')
        || matches!(letter, '\u{feff}' | '\u{e0000}'..='\u{e0fff}')
}

/// No cell holds what could act on a terminal, and the terminal got frames and nothing else.
fn assert_clean(stage: &Stage, place: &str) {
    let shown = stage.shown.lock().unwrap();
    for cell in &shown.last.content {
        assert!(!cell.symbol().chars().any(forbidden), "{place}: {:?}", cell.symbol());
    }
    let sent = String::from_utf8(shown.bytes.clone()).unwrap();
    let mut rest = sent.as_str();
    while let Some(at) = rest.find(|letter: char| letter.is_control()) {
        let sequence = &rest[at..];
        assert!(sequence.starts_with("\u{1b}["), "{place}: {:?}", &sequence[..sequence.len().min(20)]);
        let body = sequence[2..].trim_start_matches(|c: char| c.is_ascii_digit() || c == ';' || c == '?');
        let last = body.chars().next().unwrap();
        assert!("mHJhl".contains(last), "{place}: ESC [ … {last:?}");
        rest = body;
    }
    assert!(!sent.contains("]0;"), "{place}: an attempt at a title was let through");
}

fn library() -> Library {
    let text = format!(
        "# {EVIL}\n\n- {EVIL}\n\n```sh\necho {EVIL}\n```\n\n[{EVIL}](x.md)\n\n|{EVIL}|b|\n|-|-|\n|c|d|\n"
    );
    Library::build(&[Document { root: evil("team"), path: "ApiABurn.md".to_owned(), text, modified: None }])
}

fn log() -> burnwatch::domain::journal::State {
    let data = serde_json::json!({
        "number": 1, "title": evil("title"), "severity": "SEV1", "services": [evil("api")], "slos": ["api/a"],
    });
    let event = serde_json::json!({
        "v": 1, "seq": 1, "id": "01HZZZZZZZZZZZZZZZZZZZZZZZ", "ts": "2026-02-17T09:00:00Z",
        "actor": evil("alice"), "host": evil("host"), "kind": "incident.opened", "ref": "INC-1", "data": data,
    });
    let mut fold = Fold::default();
    fold.push(parse_line(&event.to_string()).unwrap());
    let state = fold.state();
    assert_eq!(state.open_incidents().len(), 1);
    state
}

/// Everything that comes from outside is hostile at once.
async fn besieged(mood: Mood) -> Stage {
    let name = evil("main");
    let source = Fake::new(&name, mood);
    let mut first = Arc::unwrap_or_clone(objective("api/a", &name));
    (first.id, first.name) = (format!("api/{}", evil("a")), evil("a"));
    first.description = Some(evil("what"));
    let refused = objective(&format!("web/{}", evil("refused")), &name);
    {
        let mut script = source.script();
        script.warnings = vec![evil("warning")];
        script.refusal = evil("http://");
        script.refused.insert(refused.id.clone(), evil("parse error"));
        script.errors.insert(first.id.clone(), 0.1);
    }
    let mut alice = Person::new(&evil("alice"));
    (alice.name, alice.contact) = (evil("Alice"), Some(evil("room")));
    let services = vec![service(&evil("api"), &name), service("web", &name)];
    let mut plot =
        Plot::new(vec![Part { source, name, objectives: vec![Arc::new(first), refused], services }]);
    plot.roster = Roster { people: vec![alice], schedules: Vec::new() };
    (plot.runbooks, plot.log) = (library(), log());
    let stage = Stage::open(plot).await;
    stage.pass(20).await;
    stage
}

#[tokio::test(start_paused = true)]
async fn nothing_hostile_reaches_a_cell_on_any_screen() {
    for mood in [Mood::Answer, Mood::Refuse] {
        let stage = besieged(mood).await;
        for (width, height) in [(80, 24), (200, 60), (120, 40), (20, 5)] {
            stage.send(Message::Resize(width, height)).await;
            for screen in "1234567D?".chars() {
                stage.press(Key::Char(screen)).await;
                assert_clean(&stage, &format!("{mood:?} screen {screen} at {width}x{height}"));
                for key in [Key::Enter, Key::Char('R'), Key::Down, Key::Enter, Key::Esc, Key::Esc] {
                    stage.press(key).await;
                    assert_clean(&stage, &format!("{mood:?} {key} after {screen} at {width}x{height}"));
                }
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn the_words_themselves_are_shown() {
    let stage = besieged(Mood::Answer).await;
    stage.send(Message::Resize(200, 60)).await;
    let text = stage.text();
    assert!(text.contains("api/a") && text.contains("live"), "{text}");
    assert!(text.contains("warning"), "{text}");
}

#[tokio::test(start_paused = true)]
async fn a_message_from_outside_keeps_its_place() {
    let stage = besieged(Mood::Answer).await;
    stage.send(Message::Journal(Arc::default(), vec![evil("line 7"), evil("line 8")])).await;
    stage.send(Message::Library(Arc::default(), vec![evil("folder")])).await;
    assert_clean(&stage, "notices");
    assert!(stage.line_with("folder").is_some(), "{}", stage.text());
    assert_eq!(stage.text().lines().count(), 24);
}

#[tokio::test(start_paused = true)]
async fn a_log_that_is_not_written_is_told_until_it_is() {
    let stage = besieged(Mood::Answer).await;
    stage.send(Message::Unlogged(evil("no log is written"))).await;
    assert_clean(&stage, "notices");
    assert!(stage.line_with("no log is written").is_some(), "{}", stage.text());
    stage.send(Message::Unlogged(String::new())).await;
    assert!(stage.line_with("no log is written").is_none(), "{}", stage.text());
}
