//! The log: bytes in pieces of any size are the same events, an event is written as it was read, and
//! whatever the events come to is drawn without harm.
#![no_main]

mod stage;

use std::sync::Arc;

use burnwatch::domain::journal::{Event, Fold, LineError, Reader, parse_line};
use burnwatch::screen;
use burnwatch::state::{Message, Screen};
use libfuzzer_sys::fuzz_target;

type Lines = Vec<(u64, Result<Event, LineError>)>;

fn read(bytes: &[u8], size: usize) -> Lines {
    let mut reader = Reader::default();
    let mut lines = Vec::new();
    for piece in bytes.chunks(size) {
        reader.feed(piece, |number, event| lines.push((number, event)));
    }
    lines
}

fuzz_target!(|data: &[u8]| {
    let Some((size, log)) = data.split_first() else { return };
    let lines = read(log, usize::from(*size) + 1);
    assert_eq!(lines, read(log, log.len().max(1)));
    let mut fold = Fold::default();
    let events: Vec<&Event> = lines.iter().filter_map(|(_, event)| event.as_ref().ok()).collect();
    for event in &events {
        let written = serde_json::to_string(event).expect("an event");
        assert_eq!(parse_line(&written).as_ref(), Ok(*event), "{written}");
        fold.push((*event).clone());
    }
    if events.is_empty() {
        return;
    }
    let state = fold.state();
    assert!(state.tally.events <= events.len() as u64);
    let mut model = stage::model();
    screen::update(&mut model, Message::Journal(Arc::new(state), Vec::new()));
    let screens = [Screen::Overview, Screen::Incidents, Screen::OnCall, Screen::Handoff, Screen::Review];
    screen::open(&mut model, screens[usize::from(*size) % screens.len()]);
    stage::drawn(&mut model, (80, 24));
    if model.view.incident.is_some() {
        screen::open(&mut model, Screen::Incident);
        stage::drawn(&mut model, (61, 20));
    }
});
