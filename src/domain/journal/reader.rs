//! Bytes of a log, in pieces of any size, to events.

use chrono::TimeDelta;

use super::event::{Event, LineError, parse_line};

/// The longest line that is read. Writers stop at 64 KiB.
pub const LONGEST_LINE: usize = 1024 * 1024;
/// How long a last line may stay without its newline before it counts as torn.
pub const PATIENCE: TimeDelta = TimeDelta::seconds(5);

/// Puts lines together. A last line without newline is kept: its writer may be at it.
#[derive(Clone, Debug, Default)]
pub struct Reader {
    partial: Vec<u8>,
    /// Bytes of the present line that were thrown away as too long.
    dropped: usize,
    lines: u64,
}

impl Reader {
    /// Takes the next bytes and hands each line that became complete to `sink`, with its number
    /// from 1. Empty lines are passed over.
    pub fn feed(&mut self, bytes: &[u8], mut sink: impl FnMut(u64, Result<Event, LineError>)) {
        let mut rest = bytes;
        while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
            let (line, after) = rest.split_at(end);
            rest = &after[1..];
            self.lines += 1;
            if let Some(event) = self.complete(line) {
                sink(self.lines, event);
            }
        }
        self.keep(rest);
    }

    /// Bytes of a last line that has no newline yet.
    pub fn pending(&self) -> usize {
        self.partial.len() + self.dropped
    }

    /// Complete lines so far.
    pub fn lines(&self) -> u64 {
        self.lines
    }

    /// The last line has had no newline for too long; `age` is the time since it grew.
    pub fn torn(&self, age: TimeDelta) -> bool {
        self.pending() > 0 && age >= PATIENCE
    }

    fn complete(&mut self, line: &[u8]) -> Option<Result<Event, LineError>> {
        if self.pending() + line.len() > LONGEST_LINE {
            self.partial.clear();
            self.dropped = 0;
            return Some(Err(LineError::TooLong(LONGEST_LINE)));
        }
        if self.partial.is_empty() {
            return read(line);
        }
        self.partial.extend_from_slice(line);
        let whole = std::mem::take(&mut self.partial);
        read(&whole)
    }

    fn keep(&mut self, rest: &[u8]) {
        if self.pending() + rest.len() > LONGEST_LINE {
            self.dropped += self.partial.len() + rest.len();
            self.partial = Vec::new();
        } else {
            self.partial.extend_from_slice(rest);
        }
    }
}

fn read(line: &[u8]) -> Option<Result<Event, LineError>> {
    let line = line.strip_prefix("\u{feff}".as_bytes()).unwrap_or(line);
    match std::str::from_utf8(line) {
        Ok(text) if text.trim().is_empty() => None,
        Ok(text) => Some(parse_line(text)),
        Err(error) => Some(Err(LineError::NotUtf8(error.valid_up_to()))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn line(seq: u64, text: &str) -> String {
        let text = serde_json::Value::from(text);
        format!(
            "{{\"v\":1,\"seq\":{seq},\"id\":\"{seq}\",\"ts\":\"2026-01-20T09:42:00Z\",\"kind\":\"x\",\"data\":{text}}}\n"
        )
    }

    fn read_all(pieces: &[&[u8]]) -> (Vec<u64>, Vec<u64>, Reader) {
        let (mut good, mut bad) = (Vec::new(), Vec::new());
        let mut reader = Reader::default();
        for piece in pieces {
            reader.feed(piece, |number, event| match event {
                Ok(event) => good.push(event.seq),
                Err(_) => bad.push(number),
            });
        }
        (good, bad, reader)
    }

    #[test]
    fn a_broken_line_in_the_middle_is_skipped_with_its_number() {
        let mut log = format!("{}{{oops\n\n\r\n", line(1, "a")).into_bytes();
        log.extend_from_slice(b"\xff\xfe\n");
        log.extend_from_slice(line(2, "b").as_bytes());
        let (good, bad, reader) = read_all(&[&log]);
        assert_eq!((good, bad), (vec![1, 2], vec![2, 5]));
        assert_eq!((reader.lines(), reader.pending()), (6, 0));
    }

    #[test]
    fn a_torn_last_line_is_in_progress_for_five_seconds() {
        let log = format!("{}{{\"v\":1", line(1, "a"));
        let (good, bad, reader) = read_all(&[log.as_bytes()]);
        assert_eq!((good, bad, reader.pending()), (vec![1], vec![], 6));
        assert!(!reader.torn(TimeDelta::milliseconds(4_999)));
        assert!(reader.torn(TimeDelta::seconds(5)));
        let (_, _, whole) = read_all(&[line(1, "a").as_bytes()]);
        assert!(!whole.torn(TimeDelta::days(1)));
    }

    #[test]
    fn huge_lines_are_read_and_monstrous_ones_are_dropped() {
        let huge = line(1, &"ä".repeat(100_000));
        let monster = line(2, &"x".repeat(LONGEST_LINE));
        let log = [huge, monster, line(3, "c")].concat();
        let pieces: Vec<&[u8]> = log.as_bytes().chunks(65_537).collect();
        let (good, bad, reader) = read_all(&pieces);
        assert_eq!((good, bad, reader.pending()), (vec![1, 3], vec![2], 0));
    }

    proptest! {
        #[test]
        fn pieces_of_any_size_give_the_same_events(
            texts in prop::collection::vec(".{0,20}", 1..8), size in 1_usize..40,
        ) {
            let log: String = (1..).zip(&texts).map(|(seq, text)| line(seq, text)).collect();
            let pieces: Vec<&[u8]> = log.as_bytes().chunks(size).collect();
            let (good, bad, _) = read_all(&pieces);
            prop_assert_eq!(good, (1..=texts.len() as u64).collect::<Vec<_>>());
            prop_assert!(bad.is_empty());
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            let _ = read_all(&[&bytes]);
        }
    }
}
