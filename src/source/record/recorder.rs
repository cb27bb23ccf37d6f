//! Writes what a source answers, beside passing it on.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};

use super::convert;
use super::line::{Definition, Found, Header, LONGEST, Line, Said, Topic};
use super::way::Way;
use crate::domain::health::Health;
use crate::domain::signal::Service;
use crate::domain::slo::objective::Objective;
use crate::domain::slo::window::Window;
use crate::domain::trace::Exemplars;
use crate::source::private;
use crate::source::{
    Answer, Clock, Counts, CountsAsk, Discovered, Identity, LabelSets, Query, Range, Sampling, SettingError,
    Signals, SignalsAsk, Source, SourceError, Toll,
};

/// Bytes of a recording, at most: about a week of twenty SLOs.
pub const MOST: u64 = 256 << 20;

/// How an objective is written down.
pub type Define = fn(&Objective) -> Definition;

/// A file that grows by one line an answer.
pub struct Recorder {
    define: Define,
    out: Mutex<Out>,
}

struct Out {
    file: File,
    written: u64,
    most: u64,
    /// Why nothing is recorded any more.
    ended: Option<String>,
    shown: String,
}

impl Recorder {
    /// Begins a recording at `path`, where there must be no file yet; only its owner may read it. It ends at `most` bytes.
    pub fn create(path: &Path, header: &Header, define: Define, most: u64) -> std::io::Result<Arc<Self>> {
        let shown = path.display().to_string();
        let file = private::file(OpenOptions::new().write(true).create_new(true)).open(path)?;
        let mut out = Out { file, written: 0, most, ended: None, shown };
        let begun = serde_json::to_vec(header).map_err(std::io::Error::from).and_then(|text| out.put(&text));
        if let Err(error) = begun {
            // An empty file would be in the way of the next attempt.
            let _ = std::fs::remove_file(path);
            return Err(error);
        }
        Ok(Arc::new(Self { define, out: Mutex::new(out) }))
    }

    /// `source`, number `index` in the header, recorded from now on.
    pub fn around(self: &Arc<Self>, source: Arc<dyn Source>, index: usize, clock: Clock) -> Arc<dyn Source> {
        let last = Mutex::default();
        Arc::new(Recorded { source, recorder: Arc::clone(self), index, clock, last })
    }

    /// Why nothing is recorded any more, where that is so.
    fn note(&self, line: &Line) -> Option<String> {
        let mut out = self.out.lock().unwrap_or_else(PoisonError::into_inner);
        if out.ended.is_none() {
            let outcome =
                serde_json::to_vec(line).map_err(std::io::Error::from).and_then(|text| out.take(line, &text));
            if let Err(error) = outcome {
                out.ended = Some(format!("the recording {} ended: {error}", out.shown));
            }
        }
        out.ended.clone()
    }
}

impl Out {
    fn take(&mut self, line: &Line, text: &[u8]) -> std::io::Result<()> {
        if text.len() > LONGEST {
            let size = LONGEST >> 20;
            return Err(std::io::Error::other(format!(
                "an answer is larger than {size} MB, which nobody could read"
            )));
        }
        if self.written + (text.len() as u64) < self.most {
            return self.put(text);
        }
        let full = Line { said: Said::Full, warnings: Vec::new(), way: None, ..line.clone() };
        self.put(&serde_json::to_vec(&full)?)?;
        self.ended =
            Some(format!("the recording {} is full at {} MB, and has ended", self.shown, self.most >> 20));
        Ok(())
    }

    /// One write a line and nothing held back: whatever ends the program, whole lines stay.
    fn put(&mut self, text: &[u8]) -> std::io::Result<()> {
        let whole = [text, b"\n"].concat();
        let outcome = self.file.write_all(&whole);
        if outcome.is_err() {
            // Part of a line, as on a full disk, says nothing: the recording ends with a whole one.
            let _ = self.file.set_len(self.written);
        } else {
            self.written += whole.len() as u64;
        }
        outcome
    }
}

struct Recorded {
    source: Arc<dyn Source>,
    recorder: Arc<Recorder>,
    index: usize,
    clock: Clock,
    last: Mutex<Last>,
}

/// What was recorded last of that which seldom changes.
#[derive(Default)]
struct Last {
    way: Option<Way>,
    found: Option<Found>,
}

impl Recorded {
    fn now(&self) -> i64 {
        (self.clock)().timestamp_millis()
    }

    fn note(&self, at: i64, said: Said, warnings: &[String]) -> Option<String> {
        let now = (self.clock)();
        let way = Way::of(self.source.address(), &self.source.health(now));
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let same = last.way.as_ref().is_some_and(|known| known.is_like(&way));
        let way = (!same).then_some(way);
        last.way = way.clone().or(last.way.take());
        drop(last);
        let to = now.timestamp_millis().max(at);
        self.recorder.note(&Line { s: self.index, at, to, said, warnings: warnings.to_vec(), way })
    }

    /// Records an answer or an error; that recording has ended is told beside the answer.
    fn told<T>(
        &self,
        (at, topic, step): (i64, Topic, i64),
        answer: &mut Result<T, SourceError>,
        said: impl FnOnce(&T) -> Said,
        toll: impl FnOnce(&mut T) -> Option<&mut Toll>,
    ) {
        match answer {
            Ok(answer) => {
                let line = said(answer);
                let mut toll = toll(answer);
                let warnings = toll.as_ref().map(|toll| toll.warnings.clone()).unwrap_or_default();
                let ended = self.note(at, line, &warnings);
                if let Some(toll) = &mut toll {
                    toll.warnings.extend(ended);
                }
            }
            Err(error) => {
                self.note(at, Said::Failed { topic, step, error: error.clone() }, &[]);
            }
        }
    }

    fn found(&self, discovered: &Discovered) -> Said {
        let found = convert::found(discovered, self.recorder.define);
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if last.found.as_ref() == Some(&found) {
            return Said::FoundAgain;
        }
        last.found = Some(found.clone());
        Said::Found(Box::new(found))
    }
}

impl Source for Recorded {
    fn address(&self) -> String {
        self.source.address()
    }

    fn health(&self, now: DateTime<Utc>) -> Health {
        self.source.health(now)
    }

    fn wake(&self) {
        self.source.wake();
    }

    /// Asked by `doctor` alone, which nobody replays.
    fn identify(&self) -> Answer<'_, Identity> {
        self.source.identify()
    }

    /// The same.
    fn probe(&self) -> Answer<'_, Toll> {
        self.source.probe()
    }

    fn is_apart(&self) -> bool {
        self.source.is_apart()
    }

    fn took(&self) -> Vec<std::time::Duration> {
        self.source.took()
    }

    fn identity(&self) -> String {
        self.source.identity()
    }

    fn forgets(&self) -> bool {
        self.source.forgets()
    }

    fn tick(&self, now: Option<DateTime<Utc>>) {
        self.source.tick(now);
    }

    fn pace(&self) -> Option<std::time::Duration> {
        self.source.pace()
    }

    fn lag(&self) -> i64 {
        self.source.lag()
    }

    fn counts<'a>(&'a self, ask: &'a CountsAsk) -> Answer<'a, Counts> {
        Box::pin(async move {
            let at = self.now();
            let mut answer = self.source.counts(ask).await;
            let what = (at, Topic::Counts, ask.range.step);
            self.told(
                what,
                &mut answer,
                |counts| convert::counts(ask, counts),
                |counts| Some(&mut counts.toll),
            );
            answer
        })
    }

    fn signals<'a>(&'a self, ask: &'a SignalsAsk) -> Answer<'a, Signals> {
        Box::pin(async move {
            let at = self.now();
            let mut answer = self.source.signals(ask).await;
            let what = (at, Topic::Signals, ask.range.step);
            self.told(
                what,
                &mut answer,
                |signals| convert::signals(ask.range, signals),
                |signals| Some(&mut signals.toll),
            );
            answer
        })
    }

    fn sample_intervals<'a>(
        &'a self,
        objectives: &'a [Arc<Objective>],
        at: i64,
    ) -> Answer<'a, Vec<Option<Sampling>>> {
        Box::pin(async move {
            let begun = self.now();
            let mut answer = self.source.sample_intervals(objectives, at).await;
            let said = |found: &Vec<Option<Sampling>>| convert::intervals(objectives, found);
            self.told((begun, Topic::Intervals, 0), &mut answer, said, |_| None);
            answer
        })
    }

    fn label_sets<'a>(&'a self, objectives: &'a [Arc<Objective>], at: i64) -> Answer<'a, LabelSets> {
        Box::pin(async move {
            let begun = self.now();
            let mut answer = self.source.label_sets(objectives, at).await;
            let said = |sets: &LabelSets| {
                let ids = objectives.iter().map(|objective| objective.id.clone());
                Said::Labels(ids.zip(sets.found.iter().cloned()).collect())
            };
            self.told((begun, Topic::Labels, 0), &mut answer, said, |sets| Some(&mut sets.toll));
            answer
        })
    }

    fn discovers(&self) -> bool {
        self.source.discovers()
    }

    fn discover(&self, at: i64) -> Answer<'_, Discovered> {
        Box::pin(async move {
            let begun = self.now();
            let mut answer = self.source.discover(at).await;
            let said = |found: &Discovered| self.found(found);
            self.told((begun, Topic::Found, 0), &mut answer, said, |found| Some(&mut found.toll));
            answer
        })
    }

    /// Asked by `check` alone, which nobody replays.
    fn alert_doubts<'a>(&'a self, objectives: &'a [Arc<Objective>]) -> Answer<'a, Vec<String>> {
        self.source.alert_doubts(objectives)
    }

    fn objection(&self, objective: &Objective) -> Option<SettingError> {
        self.source.objection(objective)
    }

    /// Asked when somebody looks at traces, which are in no recording.
    fn exemplars<'a>(&'a self, service: &'a Service, range: Range) -> Answer<'a, Exemplars> {
        self.source.exemplars(service, range)
    }

    fn queries(&self, objective: &Objective, window: Window) -> Vec<Query> {
        let queries = self.source.queries(objective, window);
        let texts = queries.iter().map(|query| (query.part.clone(), query.text.clone())).collect();
        let (slo, window) = (objective.id.clone(), window.as_seconds());
        self.note(self.now(), Said::Queries { slo, window, texts }, &[]);
        queries
    }

    fn default_preset(&self) -> &'static str {
        self.source.default_preset()
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    /// A device that is always full.
    #[test]
    fn a_full_disk_ends_the_recording_with_a_sentence_and_nothing_else() {
        let file = OpenOptions::new().write(true).open("/dev/full").unwrap();
        let out = Out { file, written: 0, most: MOST, ended: None, shown: "night".to_owned() };
        let recorder = Recorder { define: |_| Definition::default(), out: Mutex::new(out) };
        let line = Line { s: 0, at: 1, to: 2, said: Said::FoundAgain, warnings: Vec::new(), way: None };
        let told = recorder.note(&line).unwrap();
        assert!(told.starts_with("the recording night ended: No space left on device"), "{told}");
        assert_eq!(recorder.note(&line), Some(told), "it is told with every answer");
    }
}
