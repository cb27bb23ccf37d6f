//! Reads what is new in a log, one step at a time.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::JournalUpdate;
use super::problem::Problem;
use super::store::{LogStore, Part};
use crate::domain::journal::{Event, FORMAT, Fold, LineError, Reader, State};

/// Bytes read at a time.
const PIECE: usize = 256 * 1024;
/// Bytes before the offset that must still be there when a part has grown.
const TAIL: usize = 64;
/// Numbers of broken lines that are kept.
const NAMED: usize = 20;

/// Follows one log. Each step reads what was appended; a part that shrank, was replaced or
/// rewritten makes it read everything anew.
pub struct Follower {
    store: Box<dyn LogStore>,
    /// Events recorded later are left out.
    until: Option<DateTime<Utc>>,
    log: Log,
    state: Arc<State>,
    said: Option<Vec<Problem>>,
    read_at: Option<DateTime<Utc>>,
}

#[derive(Default)]
struct Log {
    fold: Fold,
    seen: Vec<Seen>,
    changed: bool,
}

/// How far a part has been read.
struct Seen {
    part: Part,
    offset: u64,
    tail: Vec<u8>,
    reader: Reader,
    grown: DateTime<Utc>,
    broken: Option<Problem>,
    failed: Option<Problem>,
}

/// The log is not the one that was read so far.
struct Rewritten;

impl Follower {
    pub fn new(store: Box<dyn LogStore>, until: Option<DateTime<Utc>>) -> Self {
        Self { store, until, log: Log::default(), state: Arc::default(), said: None, read_at: None }
    }

    /// Looks once. An update where there is something new to say, and always the first time.
    pub fn step(&mut self, now: DateTime<Utc>) -> Option<JournalUpdate> {
        let problems = match self.store.parts() {
            Ok((parts, problems)) => {
                self.read(&parts, now);
                let found = self.log.problems(now).chain(problems);
                found.chain(odd(&self.state)).collect()
            }
            Err(problem) => vec![problem],
        };
        let news = std::mem::take(&mut self.log.changed);
        if !news && self.said.as_ref() == Some(&problems) {
            return None;
        }
        self.said = Some(problems.clone());
        Some(JournalUpdate { state: Arc::clone(&self.state), problems, read_at: self.read_at })
    }

    /// Looks once and tells all, whether it is new or not.
    pub fn look(&mut self, now: DateTime<Utc>) -> JournalUpdate {
        self.step(now).unwrap_or_else(|| JournalUpdate {
            state: Arc::clone(&self.state),
            problems: self.said.clone().unwrap_or_default(),
            read_at: self.read_at,
        })
    }

    fn read(&mut self, parts: &[Part], now: DateTime<Utc>) {
        if self.log.advance(self.store.as_mut(), parts, self.until, now).is_err() {
            self.log = Log { changed: true, ..Log::default() };
            // A log that changes again under the second reading is read at the next step.
            let _ = self.log.advance(self.store.as_mut(), parts, self.until, now);
        }
        let failed = self.log.seen.iter().filter(|seen| seen.failed.is_some()).count();
        if failed == 0 {
            self.read_at = Some(now);
        }
        // Where nothing could be read, the last known state is better than none.
        if self.log.changed && (failed == 0 || failed < parts.len()) {
            self.state = Arc::new(self.log.fold.state());
        }
    }
}

impl Log {
    fn advance(
        &mut self,
        store: &mut dyn LogStore,
        parts: &[Part],
        until: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) -> Result<(), Rewritten> {
        let known = self.seen.iter().map(|seen| seen.part.id);
        if parts.len() < self.seen.len() || !known.eq(parts[..self.seen.len()].iter().map(|part| part.id)) {
            return Err(Rewritten);
        }
        for (place, part) in parts.iter().enumerate() {
            if place == self.seen.len() {
                self.seen.push(Seen::new(part, now));
            }
            let seen = &mut self.seen[place];
            let fold = &mut self.fold;
            let before = seen.offset;
            seen.advance(store, part, now, &mut |event| {
                if until.is_none_or(|until| event.ts <= until) {
                    fold.push(event);
                }
            })?;
            self.changed |= seen.offset != before;
        }
        Ok(())
    }

    fn problems(&self, now: DateTime<Utc>) -> impl Iterator<Item = Problem> {
        self.seen.iter().flat_map(move |seen| {
            let torn = seen
                .reader
                .torn(now - seen.grown)
                .then(|| Problem::Torn { path: seen.part.path.clone(), bytes: seen.reader.pending() });
            let lasting = [seen.failed.clone(), seen.broken.clone(), torn];
            lasting.into_iter().flatten()
        })
    }
}

impl Seen {
    fn new(part: &Part, now: DateTime<Utc>) -> Self {
        let modified = part.modified.map_or(now, DateTime::<Utc>::from);
        Self {
            part: Part { size: 0, modified: None, ..part.clone() },
            offset: 0,
            tail: Vec::new(),
            reader: Reader::default(),
            // A line that was torn long before we came needs no patience.
            grown: modified.min(now),
            broken: None,
            failed: None,
        }
    }

    fn advance(
        &mut self,
        store: &mut dyn LogStore,
        part: &Part,
        now: DateTime<Utc>,
        sink: &mut dyn FnMut(Event),
    ) -> Result<(), Rewritten> {
        let same = part.size == self.offset && part.modified == self.part.modified;
        if same && self.failed.is_none() {
            self.part = part.clone();
            return Ok(());
        }
        let touched = part.size == self.offset && self.offset > 0;
        if part.size < self.offset || touched || !self.tail_holds(store, part) {
            return Err(Rewritten);
        }
        let first = self.offset == 0;
        if let Err(problem) = self.take(store, part, sink) {
            self.failed = Some(problem);
            return Ok(());
        }
        // Events of a part that could not be read before belong in front of later ones.
        if self.failed.take().is_some() {
            return Err(Rewritten);
        }
        if !first {
            self.grown = now;
        }
        self.part = part.clone();
        Ok(())
    }

    fn tail_holds(&self, store: &mut dyn LogStore, part: &Part) -> bool {
        let from = self.offset - self.tail.len() as u64;
        let found = store.read(part, from, self.tail.len());
        found.map_or(true, |found| found == self.tail)
    }

    fn take(
        &mut self,
        store: &mut dyn LogStore,
        part: &Part,
        sink: &mut dyn FnMut(Event),
    ) -> Result<(), Problem> {
        while self.offset < part.size {
            let most = PIECE.min((part.size - self.offset) as usize);
            let bytes = store.read(part, self.offset, most)?;
            if bytes.is_empty() {
                break;
            }
            self.offset += bytes.len() as u64;
            self.remember(&bytes);
            let broken = &mut self.broken;
            self.reader.feed(&bytes, |number, line| match line {
                Ok(event) => sink(event),
                Err(reason) => note_broken(broken, part, number, reason),
            });
        }
        Ok(())
    }

    fn remember(&mut self, bytes: &[u8]) {
        self.tail.extend_from_slice(&bytes[bytes.len().saturating_sub(TAIL)..]);
        let surplus = self.tail.len().saturating_sub(TAIL);
        self.tail.drain(..surplus);
    }
}

fn note_broken(broken: &mut Option<Problem>, part: &Part, number: u64, reason: LineError) {
    match broken {
        Some(Problem::Broken { lines, count, reason: said, .. }) => {
            *count += 1;
            // That a newer program writes here matters more than any damage.
            if matches!(reason, LineError::NewerFormat(_)) {
                *said = reason;
            }
            if lines.len() < NAMED {
                lines.push(number);
            }
        }
        _ => {
            *broken =
                Some(Problem::Broken { path: part.path.clone(), lines: vec![number], count: 1, reason });
        }
    }
}

/// What the fold found odd.
fn odd(state: &State) -> Vec<Problem> {
    let tally = &state.tally;
    let newer =
        (tally.format > FORMAT).then_some(Problem::NewerFormat { found: tally.format, known: FORMAT });
    let rejected = tally.last_rejected.clone().map(|last| Problem::Rejected { count: tally.rejected, last });
    newer.into_iter().chain(rejected).collect()
}
