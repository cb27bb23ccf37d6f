//! Reads a recording: whole lines of a version that is known, cleaned of what a terminal could act on.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::sync::Arc;

use serde_json::Value;

use super::line::{Header, LONGEST, Line, Maintenance, Said, VERSION, is_instant};
use super::recorder::MOST;
use super::tape::Tape;
use crate::text::clean;

/// Milliseconds by which a clock may be set back without a word, as it is all the time.
const SET_BACK: i64 = 60_000;

/// Bytes beyond the limit of a recording that its last line takes.
const MORE: u64 = 4096;

/// Everything that was recorded.
#[derive(Debug)]
pub struct Recording {
    pub header: Header,
    pub(super) tapes: Vec<Arc<Tape>>,
    /// Unix milliseconds of the last answer.
    pub end: i64,
    /// What the reader should know of it, in sentences.
    pub notes: Vec<String>,
}

/// Reads the recording at `path`. The error is a sentence with the line.
pub fn open(path: &Path) -> Result<Recording, String> {
    let shown = clean(&path.display().to_string()).into_owned();
    let file = File::open(path).map_err(|error| format!("cannot read the recording {shown}: {error}"))?;
    if file.metadata().is_ok_and(|about| !about.is_file()) {
        return Err(format!("{shown} is not a file"));
    }
    if file.metadata().is_ok_and(|about| about.len() > MOST + MORE) {
        let most = MOST >> 20;
        return Err(format!("{shown} is larger than {most} MB: this is not what burnwatch recorded"));
    }
    read(BufReader::new(file)).map_err(|problem| format!("{shown}: {problem}"))
}

pub(super) fn read(mut input: impl BufRead) -> Result<Recording, String> {
    let mut buffer = Vec::new();
    let whole = next(&mut input, &mut buffer, 1)?;
    let header = header(&buffer).map_err(|problem| format!("line 1: {problem}"))?;
    if !whole {
        return Err("line 1 is cut off: nothing was recorded".to_owned());
    }
    if !is_sound(&header) {
        return Err("line 1: its times make no sense".to_owned());
    }
    let mut tapes: Vec<Tape> = header.backends.iter().map(|_| Tape::default()).collect();
    let (mut end, mut notes, mut number) = (header.start, Vec::new(), 1);
    loop {
        number += 1;
        let whole = next(&mut input, &mut buffer, number)?;
        if buffer.is_empty() && !whole {
            break;
        }
        if !whole {
            notes.push(format!("line {number} is cut off, as when the program was killed: it is left out"));
            break;
        }
        let line = line(&buffer).map_err(|problem| format!("line {number}: {problem}"))?;
        if line.to < end.saturating_sub(SET_BACK)
            && !notes.iter().any(|note: &String| note.contains(" set back"))
        {
            notes.push(format!(
                "at line {number} the clock was set back: what follows is told as of the time before"
            ));
        }
        end = end.max(line.to);
        if line.said == Said::Full {
            notes.push("it had reached its limit of size: what came after is not in it".to_owned());
        }
        let tape =
            tapes.get_mut(line.s).ok_or_else(|| format!("line {number}: there is no backend {}", line.s))?;
        tape.take(line).map_err(|problem| format!("line {number}: {problem}"))?;
    }
    Ok(Recording { header, tapes: tapes.into_iter().map(Arc::new).collect(), end, notes })
}

/// Whether these are times that somebody can have meant.
fn is_sound(header: &Header) -> bool {
    const LONGEST_LAG: i64 = 86_400;
    let planned = |one: &Maintenance| is_instant(one.from) && is_instant(one.to) && one.from <= one.to;
    is_instant(header.start.div_euclid(1000))
        && header.backends.iter().all(|backend| (0..=LONGEST_LAG).contains(&backend.lag))
        && header.maintenance.iter().all(planned)
}

/// Whether the line was whole; without its end. One that is empty and not whole is the end.
fn next(input: &mut impl BufRead, buffer: &mut Vec<u8>, number: usize) -> Result<bool, String> {
    buffer.clear();
    let most = LONGEST as u64 + 1;
    input.take(most).read_until(b'\n', buffer).map_err(|error| format!("line {number}: {error}"))?;
    if buffer.len() > LONGEST {
        return Err(format!(
            "line {number} is longer than {} MB: this is not what burnwatch recorded",
            LONGEST >> 20
        ));
    }
    Ok(buffer.pop_if(|last| *last == b'\n').is_some())
}

fn header(text: &[u8]) -> Result<Header, String> {
    const FOREIGN: &str = "this is no recording of burnwatch; `burnwatch --record FILE` makes one";
    let mut value: Value = serde_json::from_slice(text).map_err(|_| FOREIGN.to_owned())?;
    let version = value.get("burnwatch_recording").ok_or(FOREIGN)?;
    if version.as_u64() != Some(u64::from(VERSION)) {
        let version = clean(&version.to_string()).into_owned();
        return Err(format!(
            "this is a recording of version {version}, and this burnwatch reads version {VERSION}: replay it with the burnwatch that made it"
        ));
    }
    scrub(&mut value);
    serde_json::from_value(value).map_err(|error| said(&error))
}

fn line(text: &[u8]) -> Result<Line, String> {
    let mut value: Value = serde_json::from_slice(text).map_err(|error| said(&error))?;
    scrub(&mut value);
    serde_json::from_value(value).map_err(|error| said(&error))
}

fn said(error: &serde_json::Error) -> String {
    format!("it cannot be read ({})", crate::source::http::text::plain(&error.to_string(), 120))
}

/// Texts that are read by a parser of their own, and cleaned where they are shown.
const RAW: [&str; 2] = ["toml", "texts"];

fn scrub(value: &mut Value) {
    match value {
        Value::String(text) => {
            let cleaned = clean(text);
            if cleaned != *text {
                *text = cleaned.into_owned();
            }
        }
        Value::Array(items) => items.iter_mut().for_each(scrub),
        Value::Object(map) => {
            if map.keys().any(|key| clean(key) != *key) {
                let old = std::mem::take(map);
                map.extend(old.into_iter().map(|(key, value)| (clean(&key).into_owned(), value)));
            }
            map.iter_mut()
                .filter(|(key, _)| !RAW.contains(&key.as_str()))
                .for_each(|(_, value)| scrub(value));
        }
        _ => {}
    }
}
