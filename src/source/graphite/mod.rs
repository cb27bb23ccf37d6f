//! Graphite, and what speaks its render API.

mod answer;
mod target;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::http::link::{Link, Request, Way};
use super::http::settings as http;
use super::store::buckets::{Buckets, increases};
use super::store::need::Need;
use super::store::{Behind, Outcome, Question, Span, Store, Written};
use super::{BackendSpec, Kind, SettingError, Source, SourceError, Toll};
use answer::Series;

pub const KIND: Kind =
    Kind { name: "graphite", keys: &[http::KEYS], connect, lanes: |_| Vec::new(), lasting: true };

const RENDER: &str = "/render";
const FIND: &str = "/metrics/find";
/// Targets in one request.
const TARGETS: usize = 20;
/// How far before the first bucket is looked, so that a slow interval that reaches into it, or a counter's sample before
/// it, is seen.
const BEFORE: i64 = 3600;

struct Graphite {
    link: Link,
}

fn connect(spec: &BackendSpec) -> Result<Arc<dyn Source>, SettingError> {
    Ok(Arc::new(Behind(Graphite { link: http::link(spec, RENDER)? })))
}

impl Store for Graphite {
    const NAME: &'static str = "Graphite";

    fn link(&self) -> &Link {
        &self.link
    }

    fn query(&self, need: &Need<'_>, width: i64) -> Result<Written, SettingError> {
        target::target(need, width)
    }

    async fn fetch<'a>(
        &'a self,
        questions: &'a [Question],
        toll: &'a mut Toll,
    ) -> Result<Vec<Outcome>, SourceError> {
        let mut spans: BTreeMap<Span, Vec<usize>> = BTreeMap::new();
        for (index, question) in questions.iter().enumerate() {
            spans.entry(question.span).or_default().push(index);
        }
        let mut outcomes: Vec<Option<Outcome>> = vec![None; questions.len()];
        for batch in spans.values().flat_map(|same| same.chunks(TARGETS)) {
            let asked: Vec<&Question> = batch.iter().map(|index| &questions[*index]).collect();
            for (index, outcome) in batch.iter().zip(self.together(&asked, toll).await?) {
                outcomes[*index] = Some(outcome);
            }
        }
        let empty = |question: &Question| Ok(Buckets::new(question.span.width));
        Ok(outcomes
            .into_iter()
            .zip(questions)
            .map(|(one, asked)| one.unwrap_or_else(|| empty(asked)))
            .collect())
    }
}

impl Graphite {
    /// Targets of one span in one request; each by itself where one of them is refused.
    async fn together(&self, batch: &[&Question], toll: &mut Toll) -> Result<Vec<Outcome>, SourceError> {
        let mut outcomes = Vec::with_capacity(batch.len());
        match self.render(batch, toll).await {
            Ok(mut found) => {
                for (place, question) in batch.iter().enumerate() {
                    let own = found.remove(&place.to_string()).unwrap_or_default();
                    outcomes.push(self.outcome(question, &own, toll).await);
                }
            }
            Err(SourceError::Query { .. } | SourceError::TooManySeries { .. }) if batch.len() > 1 => {
                for question in batch {
                    outcomes.extend(Box::pin(self.together(&[question], toll)).await?);
                }
            }
            Err(error @ (SourceError::Query { .. } | SourceError::TooManySeries { .. })) => {
                outcomes.push(Err(error));
            }
            Err(error) => return Err(error),
        }
        Ok(outcomes)
    }

    /// The series by their places in the batch, which are their names for once.
    async fn render(
        &self,
        batch: &[&Question],
        toll: &mut Toll,
    ) -> Result<BTreeMap<String, Vec<Series>>, SourceError> {
        let Some(Question { span, .. }) = batch.first() else { return Ok(BTreeMap::new()) };
        let targets = batch.iter().enumerate();
        let mut params: Vec<(&str, String)> =
            targets.map(|(place, one)| ("target", format!("alias({},'{place}')", one.query.text))).collect();
        params.extend([
            ("format", "json".to_owned()),
            ("from", (span.from - BEFORE).to_string()),
            ("until", span.to.to_string()),
        ]);
        let request = Request { way: Way::Form, path: RENDER, params: &params };
        let most = self.link.limits().series;
        let mut found: BTreeMap<String, Vec<Series>> = BTreeMap::new();
        for series in self.link.ask(request, toll, |reply| answer::read(&reply, most)).await? {
            found.entry(series.target.clone()).or_default().push(series);
        }
        Ok(found)
    }

    /// Graphite says nothing of a metric that it does not know, and nothing of an expression that it cannot read.
    async fn outcome(&self, question: &Question, own: &[Series], toll: &mut Toll) -> Outcome {
        let mut found = buckets(question, own);
        if own.is_empty() {
            let mut metrics = target::metrics(&question.query.text);
            metrics.retain(|metric| !metric.is_empty());
            for metric in &metrics {
                match self.knows(metric, toll).await {
                    Ok(true) => {}
                    Ok(false) => {
                        found.absent = Some(format!("Graphite knows no metric `{metric}`"));
                        return Ok(found);
                    }
                    // Not all that render can also find.
                    Err(_) => return Ok(found),
                }
            }
            if !metrics.is_empty() {
                let message =
                    "Graphite gives nothing for it, though it knows the metrics: can it be read?".to_owned();
                return Err(SourceError::Query { message });
            }
        }
        Ok(found)
    }

    async fn knows(&self, metric: &str, toll: &mut Toll) -> Result<bool, SourceError> {
        let params = [("query", metric.to_owned()), ("format", "treejson".to_owned())];
        let request = Request { way: Way::Query, path: FIND, params: &params };
        self.link.ask(request, toll, |reply| answer::is_known(&reply)).await
    }
}

/// All series added up; how many there were tells whether some have yet to come.
fn buckets(question: &Question, series: &[Series]) -> Buckets {
    let Span { from, to, width } = question.span;
    let mut found = Buckets::new(width);
    for one in series {
        let step = one.step().unwrap_or(width);
        // A point is of the interval that begins at its time.
        let known =
            one.datapoints.iter().filter_map(|(value, time)| Some((time.saturating_add(step), (*value)?)));
        let points = if question.query.grows { increases(known) } else { known.collect() };
        for (end, value) in points.into_iter().filter(|(end, _)| *end > from && *end <= to) {
            found.add(end, value, Some(1.0));
        }
    }
    found
}

#[cfg(fuzzing)]
pub fn door(status: u16, body: &[u8]) -> super::doors::Told {
    let reply = super::doors::reply(status, body);
    let _ = answer::is_known(&reply);
    let series = answer::read(&reply, super::doors::SERIES)?;
    for grows in [false, true] {
        buckets(&super::doors::question(grows), &series);
    }
    let values = series.iter().flat_map(|one| one.datapoints.iter().filter_map(|point| point.0));
    Ok((Vec::new(), values.collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question(grows: bool) -> Question {
        let query = Written { text: "a".into(), grows };
        Question { query, span: Span { from: 60, to: 300, width: 60 } }
    }

    fn series(points: &[(f64, i64)]) -> Series {
        let datapoints = points.iter().map(|(value, time)| (Some(*value), *time)).collect();
        Series { target: "0".into(), datapoints }
    }

    #[test]
    fn a_point_is_of_the_interval_that_begins_with_it() {
        let found = buckets(
            &question(false),
            &[series(&[(9.0, 0), (1.0, 60), (2.0, 120)]), series(&[(4.0, 120), (8.0, 180)])],
        );
        let found: Vec<_> = found.iter().map(|(end, one)| (end, one.value, one.samples)).collect();
        assert_eq!(found, [(120, 1.0, Some(1.0)), (180, 6.0, Some(2.0)), (240, 8.0, Some(1.0))]);
    }

    #[test]
    fn counters_grow_each_by_itself() {
        let found = buckets(
            &question(true),
            &[series(&[(5.0, 0), (7.0, 60), (1.0, 120)]), series(&[(100.0, 60), (103.0, 120)])],
        );
        let found: Vec<_> = found.iter().map(|(end, one)| (end, one.value)).collect();
        assert_eq!(found, [(120, 2.0), (180, 4.0)]);
    }
}
