//! Every size, and the way from one to another.

use crate::pty::{Life, Pane, Start, State};

const SIZES: [(u16, u16); 6] = [(80, 24), (120, 40), (200, 60), (40, 10), (20, 5), (1, 1)];

/// The least that a picture of this size must show.
fn is_drawn(state: &State, (columns, rows): (u16, u16)) -> bool {
    let text = state.text();
    let first = text.lines().next().unwrap_or_default();
    match (columns, rows) {
        (1, _) => {
            state.screen().cell(0, 0).is_some_and(|cell| cell.has_contents() || cell.inverse())
                || drawn_once(state)
        }
        (..20, _) => !first.is_empty(),
        (_, ..8) => first.contains("PAGE"),
        _ => first.contains("PAGE") && text.contains("objectives") && text.contains("checkout/availability"),
    }
}

/// One cell has no room for a word; a whole frame is all there is to see.
fn drawn_once(state: &State) -> bool {
    state.sent().contains("\u{1b}[?2026l")
}

fn quit(mut pane: Pane) {
    pane.press("q");
    assert_eq!(pane.end(), Life::Exited(0));
}

#[test]
fn draws_at_every_size() {
    for size in SIZES {
        let pane = Start { size, ..Start::default() }.open();
        pane.wait(&format!("picture at {size:?}"), |state| is_drawn(state, size));
        quit(pane);
    }
}

#[test]
fn draws_while_the_size_changes() {
    let pane = Start::default().open();
    pane.wait_text("checkout/availability");
    for size in SIZES.into_iter().rev().chain(SIZES[1..].iter().copied()) {
        pane.forget_bytes();
        pane.resize(size);
        // A new size is a whole frame, also where it shows the same.
        pane.wait(&format!("whole frame at {size:?}"), |state| {
            state.sent().contains("\u{1b}[2J") && is_drawn(state, size)
        });
    }
    quit(pane);
}

#[test]
fn a_storm_of_sizes_ends_in_the_last() {
    let pane = Start::default().open();
    pane.wait_text("checkout/availability");
    for step in 0..40 {
        pane.resize((20 + 4 * step, 5 + step));
    }
    pane.resize((120, 40));
    pane.wait("picture at 120x40", |state| {
        let last = state.screen().rows(0, 120).nth(39).unwrap_or_default();
        is_drawn(state, (120, 40)) && last.contains("over") && last.contains("quit")
    });
    quit(pane);
}
