//! Events in any small disorder to the state, with `undo`.

use std::collections::{HashSet, VecDeque};

use super::event::Event;
use super::kind::UNDO;
use super::state::State;

/// How many of the last events may still be undone, or come in another order. An undo is
/// allowed for ten seconds only: this is far more than a log gets in that time.
const OPEN: usize = 256;

/// Folds events. The last of them stay open, and are applied anew to the settled rest whenever
/// the state is asked for.
#[derive(Clone, Debug, Default)]
pub struct Fold {
    settled: State,
    /// Ordered by `seq`, then by arrival.
    open: VecDeque<Event>,
    undos: usize,
}

impl Fold {
    /// Takes an event. One that has arrived before is ignored; one that comes too late for its
    /// place in the order is applied at once, and counted.
    pub fn push(&mut self, event: Event) {
        if self.open.iter().rev().take_while(|open| open.seq >= event.seq).any(|open| open.id == event.id) {
            return;
        }
        let settled = &mut self.settled;
        if settled.tally.events > 0 && event.seq < settled.tally.last_seq {
            settled.tally.late += 1;
            settled.apply(&event);
            return;
        }
        self.undos += usize::from(event.kind == UNDO);
        let earlier = self.open.iter().rev().take_while(|open| open.seq > event.seq).count();
        self.open.insert(self.open.len() - earlier, event);
        if self.open.len() > OPEN {
            self.settle();
        }
    }

    /// The state after all events taken so far.
    pub fn state(&self) -> State {
        let mut state = self.settled.clone();
        let undone = self.undone();
        for (place, event) in self.open.iter().enumerate() {
            apply(&mut state, event, undone.contains(&place));
        }
        state
    }

    fn settle(&mut self) {
        let undone = self.undone().contains(&0);
        if let Some(event) = self.open.pop_front() {
            self.undos -= usize::from(event.kind == UNDO);
            apply(&mut self.settled, &event, undone);
        }
    }

    /// The places of the open events that are undone. From the newest to the oldest, so that an
    /// undo that was undone itself takes nothing back.
    fn undone(&self) -> HashSet<usize> {
        let mut places = HashSet::new();
        if self.undos == 0 {
            return places;
        }
        for (place, undo) in self.open.iter().enumerate().rev() {
            if undo.kind != UNDO || places.contains(&place) {
                continue;
            }
            let target = |event: &Event| Some(&event.id) == undo.reference.as_ref();
            let found = self.open.iter().take(place).rposition(target);
            places.extend(found.filter(|found| self.open[*found].actor == undo.actor));
        }
        places
    }
}

fn apply(state: &mut State, event: &Event, undone: bool) {
    if undone {
        state.tally.events += 1;
        state.tally.last_seq = state.tally.last_seq.max(event.seq);
    } else {
        state.apply(event);
    }
}
