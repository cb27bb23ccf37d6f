//! Many expressions in few requests: joined with `or`, and split where one of them is refused.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::answer::{ID, Series};
use super::client::Client;
use crate::source::{Range, SourceError, Toll};

/// Seconds by which servers round times.
const ROUNDING: f64 = 1.0;
/// How long a refused expression is left out before it is tried again, alone. Shorter than the first wait of
/// an objective, so that its own retries reach the server.
const REST: Duration = Duration::from_secs(50);
/// How long it is remembered that an expression has to be tried alone.
const MEMORY: Duration = Duration::from_secs(3600);
/// The server stops work this much (tenths) into our own time limit.
const SERVER_TENTHS: u32 = 9;

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Question {
    /// Short and unique in its batch, such as `3b`.
    pub(super) id: String,
    pub(super) text: String,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum When {
    Over(Range),
    At(i64),
}

/// The series of one expression, or why it was refused.
pub(super) type Outcome = Result<Vec<Series>, SourceError>;

/// By text and step: since when, and why.
type Known = HashMap<(String, i64), (Instant, SourceError)>;

/// Expressions that were refused.
#[derive(Default)]
pub(super) struct Refused(Mutex<Known>);

/// What is known of an expression.
enum Standing {
    Good,
    /// Refused not long ago: not asked.
    Resting(SourceError),
    /// Refused a while ago: asked alone, so that it cannot take others with it.
    Suspect,
}

pub(super) struct Batcher<'a> {
    pub(super) client: &'a Client,
    pub(super) refused: &'a Refused,
    pub(super) when: When,
    /// Most expressions in one request.
    pub(super) size: usize,
    /// Whether a part of the answer is none.
    pub(super) strict: bool,
}

impl Refused {
    /// Everything may be asked again, with all the rest.
    pub(super) fn forget(&self) {
        self.known().clear();
    }

    fn recall(&self, question: &Question, step: i64) -> Standing {
        match self.known().get(&(question.text.clone(), step)) {
            None => Standing::Good,
            Some((since, error)) if since.elapsed() < REST => Standing::Resting(error.clone()),
            Some(_) => Standing::Suspect,
        }
    }

    fn keep(&self, question: &Question, step: i64, error: &SourceError) {
        let mut known = self.known();
        known.retain(|_, (since, _)| since.elapsed() < MEMORY);
        known.insert((question.text.clone(), step), (Instant::now(), error.clone()));
    }

    fn clear(&self, question: &Question, step: i64) {
        self.known().remove(&(question.text.clone(), step));
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl When {
    fn step(self) -> i64 {
        match self {
            Self::Over(range) => range.step,
            Self::At(_) => 0,
        }
    }
}

impl Batcher<'_> {
    /// One outcome a question, in order. Fails as a whole when nothing was answered.
    pub(super) async fn ask(
        &self,
        questions: &[Question],
        toll: &mut Toll,
    ) -> Result<Vec<Outcome>, SourceError> {
        let mut outcomes: Vec<Option<Outcome>> = vec![None; questions.len()];
        let (mut open, mut suspects) = (Vec::new(), Vec::new());
        for (i, question) in questions.iter().enumerate() {
            match self.refused.recall(question, self.when.step()) {
                Standing::Good => open.push(i),
                Standing::Suspect => suspects.push(i),
                Standing::Resting(error) => outcomes[i] = Some(Err(error)),
            }
        }
        if open.is_empty() && suspects.is_empty() {
            // A source that is asked nothing would look well.
            suspects.extend((!questions.is_empty()).then_some(0));
        }
        let (mut lost, mut proved) = (Lost::default(), false);
        for batch in open.chunks(self.size.max(1)).chain(suspects.chunks(1)) {
            if let Err(error) = self.split(questions, batch, &mut outcomes, (&mut proved, toll)).await {
                lost.note(&error);
                for i in batch {
                    outcomes[*i] = Some(Err(error.clone()));
                }
                if lost.hopeless() {
                    break;
                }
            } else {
                lost.answered();
            }
        }
        let unasked = lost.verdict()?;
        let fill =
            |outcome: Option<Outcome>| outcome.unwrap_or_else(|| unasked.clone().map_or(Ok(vec![]), Err));
        Ok(outcomes.into_iter().map(fill).collect())
    }

    /// Asks one batch, in halves where it is refused. An error means that the server cannot be asked.
    async fn split(
        &self,
        questions: &[Question],
        batch: &[usize],
        outcomes: &mut [Option<Outcome>],
        (proved, toll): (&mut bool, &mut Toll),
    ) -> Result<(), SourceError> {
        let mut waiting = vec![batch];
        while let Some(part) = waiting.pop() {
            match (self.request(questions, part, toll).await, part) {
                (Ok(series), _) => {
                    if series.is_empty() {
                        self.prove(proved, toll).await?;
                    }
                    if let [only] = part {
                        self.refused.clear(&questions[*only], self.when.step());
                    }
                    share_out(questions, part, series, outcomes);
                }
                (Err(error @ (SourceError::Query { .. } | SourceError::TooManySeries { .. })), [only]) => {
                    self.refused.keep(&questions[*only], self.when.step(), &error);
                    outcomes[*only] = Some(Err(error));
                }
                (Err(SourceError::Query { .. } | SourceError::TooManySeries { .. }), _) => {
                    self.prove(proved, toll).await?;
                    let (left, right) = part.split_at(part.len() / 2);
                    waiting.extend([right, left]);
                }
                (Err(error), _) => return Err(error),
            }
        }
        Ok(())
    }

    /// Asks for nothing much, once: a server that refuses even that need not be asked in halves, and one that has
    /// nothing to say to it is none of the kind, or something else that answers in its place.
    async fn prove(&self, proved: &mut bool, toll: &mut Toll) -> Result<(), SourceError> {
        if std::mem::replace(proved, true) {
            return Ok(());
        }
        let (endpoint, params) = self.params("vector(0)".to_owned());
        let answer = self.client.ask(endpoint, &params, self.strict, toll).await?;
        if answer.series.is_empty() {
            let what =
                "it knows nothing at all, not even vector(0): does something else answer in its place?";
            return Err(SourceError::BadAnswer { address: self.client.address(), what: what.to_owned() });
        }
        Ok(())
    }

    async fn request(
        &self,
        questions: &[Question],
        part: &[usize],
        toll: &mut Toll,
    ) -> Result<Vec<Series>, SourceError> {
        let (endpoint, params) = self.params(join(part.iter().map(|i| &questions[*i])));
        let mut series = self.client.ask(endpoint, &params, self.strict, toll).await?.series;
        if let When::Over(range) = self.when {
            for one in &mut series {
                to_grid(one, range);
            }
        }
        Ok(series)
    }

    fn params(&self, query: String) -> (&'static str, Vec<(&'static str, String)>) {
        let patience = self.client.link.timeout() * SERVER_TENTHS / 10;
        let mut params = vec![("query", query), ("timeout", format!("{}ms", patience.as_millis().max(1)))];
        match self.when {
            When::At(time) => {
                params.push(("time", time.to_string()));
                ("query", params)
            }
            When::Over(range) => {
                params.push(("start", range.from.to_string()));
                params.push(("end", range.to.to_string()));
                params.push(("step", range.step.to_string()));
                ("query_range", params)
            }
        }
    }
}

/// Batches that got no answer at all.
#[derive(Default)]
struct Lost {
    first: Option<SourceError>,
    in_a_row: usize,
    any_answer: bool,
}

impl Lost {
    fn note(&mut self, error: &SourceError) {
        self.in_a_row += 1;
        self.first.get_or_insert_with(|| error.clone());
    }

    fn answered(&mut self) {
        self.in_a_row = 0;
        self.any_answer = true;
    }

    /// One expensive batch may run into the time limit; two in a row are the server.
    fn hopeless(&self) -> bool {
        !self.any_answer || self.in_a_row > 1
    }

    /// The error for what was not asked, or for everything.
    fn verdict(self) -> Result<Option<SourceError>, SourceError> {
        match self.first {
            Some(error) if !self.any_answer => Err(error),
            other => Ok(other),
        }
    }
}

/// `or` keeps series apart by their labels, so each expression gets one of its own.
fn join<'a>(questions: impl Iterator<Item = &'a Question>) -> String {
    let parts: Vec<_> = questions
        .map(|Question { id, text }| format!("label_replace({text}, \"{ID}\", \"{id}\", \"\", \"\")"))
        .collect();
    parts.join("\nor ")
}

fn share_out(questions: &[Question], part: &[usize], series: Vec<Series>, outcomes: &mut [Option<Outcome>]) {
    let places: HashMap<&str, usize> = part.iter().map(|i| (questions[*i].id.as_str(), *i)).collect();
    let mut found: HashMap<usize, Vec<Series>> = HashMap::new();
    for series in series {
        if let Some(place) = places.get(series.id.as_str()) {
            found.entry(*place).or_default().push(series);
        }
    }
    for place in part {
        outcomes[*place] = Some(Ok(found.remove(place).unwrap_or_default()));
    }
}

/// Times as the server rounds them, put back on the grid that was asked for. What lies elsewhere was not asked for.
fn to_grid(series: &mut Series, range: Range) {
    let step = range.step.max(1) as f64;
    let near = |time: f64| range.from as f64 + ((time - range.from as f64) / step).round() * step;
    let on_grid = |time: f64| (time - near(time)).abs() <= ROUNDING;
    series.samples.retain(|sample| on_grid(sample.0));
    series.dropped.retain(|time| on_grid(*time));
    series.samples.iter_mut().for_each(|sample| sample.0 = near(sample.0));
    series.dropped.iter_mut().for_each(|time| *time = near(*time));
    let inside = |time: f64| time >= range.from as f64 && time <= range.to as f64;
    series.samples.retain(|sample| inside(sample.0));
    series.dropped.retain(|time| inside(*time));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_are_joined_each_with_its_own_label() {
        let questions =
            [("0b", "a"), ("0t", "b")].map(|(id, text)| Question { id: id.into(), text: text.into() });
        assert_eq!(
            join(questions.iter()),
            "label_replace(a, \"__bw__\", \"0b\", \"\", \"\")\nor label_replace(b, \"__bw__\", \"0t\", \"\", \"\")"
        );
    }

    #[test]
    fn times_fall_on_the_grid() {
        let range = Range { from: 600, to: 720, step: 60 };
        let mut series = Series {
            samples: vec![(540.0, 0.0), (600.001, 1.0), (659.9, 2.0), (690.0, 9.0), (720.0, 3.0)],
            dropped: vec![719.999, 9e18],
            ..Series::default()
        };
        to_grid(&mut series, range);
        assert_eq!(series.samples, [(600.0, 1.0), (660.0, 2.0), (720.0, 3.0)]);
        assert_eq!(series.dropped, [720.0]);
    }
}
