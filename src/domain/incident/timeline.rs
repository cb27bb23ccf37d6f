//! What happened in an incident, line by line; nothing is ever edited.

use chrono::{DateTime, Utc};

/// The most lines kept in memory; older ones are counted, and stay in the log.
const MOST: usize = 2_000;

/// What sort of line it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryKind {
    Note,
    Decision,
    Action,
    Todo,
    Comms,
    /// Written by the program.
    Sys,
}

impl EntryKind {
    /// By its name in the log; a name of a newer version is a note.
    pub fn named(text: &str) -> Self {
        match text {
            "decision" => Self::Decision,
            "action" => Self::Action,
            "todo" => Self::Todo,
            "comms" => Self::Comms,
            "sys" => Self::Sys,
            _ => Self::Note,
        }
    }
}

/// One line. `text` is as typed: clean it before drawing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub seq: u64,
    /// Id of the event.
    pub id: String,
    /// When it happened, as far as its author said.
    pub at: DateTime<Utc>,
    /// When it was recorded.
    pub recorded: DateTime<Utc>,
    pub actor: String,
    pub kind: EntryKind,
    pub text: String,
    /// Taken back, or corrected by a later line.
    pub struck: bool,
}

/// The lines in the order recorded, the oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Timeline {
    entries: Vec<Entry>,
    forgotten: usize,
}

impl Timeline {
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// How many older lines are in the log only.
    pub fn forgotten(&self) -> usize {
        self.forgotten
    }

    pub fn push(&mut self, entry: Entry) {
        if self.entries.len() >= MOST {
            let surplus = MOST / 10;
            self.entries.drain(..surplus);
            self.forgotten += surplus;
        }
        self.entries.push(entry);
    }

    /// Strikes the line of an event; false when there is no such line.
    pub fn strike(&mut self, id: &str) -> bool {
        let found = self.entries.iter_mut().rev().find(|entry| entry.id == id);
        found.map(|entry| entry.struck = true).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_timeline_forgets_its_oldest_lines_and_says_how_many() {
        let mut timeline = Timeline::default();
        for seq in 0..5_000 {
            timeline.push(Entry {
                seq,
                id: seq.to_string(),
                at: DateTime::UNIX_EPOCH,
                recorded: DateTime::UNIX_EPOCH,
                actor: "alice".into(),
                kind: EntryKind::Note,
                text: String::new(),
                struck: false,
            });
        }
        assert!(timeline.entries().len() <= MOST);
        assert_eq!(timeline.entries().len() + timeline.forgotten(), 5_000);
        assert_eq!(timeline.entries().last().unwrap().seq, 4_999);
        assert!(timeline.strike("4990") && !timeline.strike("1"));
    }
}
