//! Graphite, and what speaks its render API.

mod answer;
mod identify;
mod silence;
mod target;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::http::link::{Link, Request, Way};
use super::http::settings as http;
use super::store::batch::{self, Batch};
use super::store::buckets::{Buckets, increases, is_countable};
use super::store::need::Need;
use super::store::{Behind, Outcome, Points, Question, Span, Store, Written};
use super::{BackendSpec, Identity, Kind, SettingError, Source, SourceError, Toll};
use answer::Series;
use silence::Silence;

pub const KIND: Kind =
    Kind { name: "graphite", keys: &[http::KEYS], connect, lanes: |_| Vec::new(), lasting: true };

const RENDER: &str = "/render";
/// How far before the first bucket is looked, so that a slow interval that reaches into it, or a counter's sample before
/// it, is seen.
const BEFORE: i64 = 3600;

/// More than any question takes.
const POINTS: u32 = 1_000_000;

struct Graphite {
    link: Link,
    silence: Silence,
}

fn connect(spec: &BackendSpec) -> Result<Arc<dyn Source>, SettingError> {
    Ok(Arc::new(Behind(Graphite { link: http::link(spec, RENDER)?, silence: Silence::default() })))
}

impl Store for Graphite {
    const NAME: &'static str = "Graphite";
    /// They travel in a form.
    const BATCH: Batch = Batch { questions: 20, letters: usize::MAX, of_one_span: true };

    fn link(&self) -> &Link {
        &self.link
    }

    async fn identify(&self) -> Result<Identity, SourceError> {
        self.introduce().await
    }

    async fn probe(&self) -> Result<Toll, SourceError> {
        let mut toll = Toll::default();
        match self.render(&["constantLine(1)"], Reach::Now, &mut toll).await {
            // Who refuses it has answered, as those do that know fewer functions.
            Ok(_) | Err(SourceError::Query { .. }) => Ok(toll),
            Err(error) => Err(answer::stumbled(error, true)),
        }
    }

    fn query(&self, need: &Need<'_>, width: i64) -> Result<Written, SettingError> {
        target::target(need, width)
    }

    async fn ask<'a>(
        &'a self,
        batch: &'a [&'a Question],
        toll: &'a mut Toll,
    ) -> Result<Vec<Option<Outcome>>, SourceError> {
        let Some(Question { span, .. }) = batch.first() else { return Ok(Vec::new()) };
        let targets: Vec<&str> = batch.iter().map(|question| question.query.text.as_str()).collect();
        let mut found = self.render(&targets, Reach::Span(*span), toll).await?;
        let mut outcomes = Vec::with_capacity(batch.len());
        for (place, question) in batch.iter().enumerate() {
            let own = found.remove(&place.to_string()).unwrap_or_default();
            outcomes.push(Some(if own.is_empty() {
                self.silent(question, toll).await
            } else {
                buckets(question, &own)
            }));
        }
        Ok(outcomes)
    }

    /// A server that stumbles over everything is sick, whatever is asked.
    async fn fetch<'a>(
        &'a self,
        questions: &'a [Question],
        toll: &'a mut Toll,
    ) -> Result<Vec<Outcome>, SourceError> {
        let outcomes = batch::fetch(self, questions, toll).await?;
        let stumbles = |outcome: &Outcome| matches!(outcome, Err(SourceError::Stumbled { .. }));
        let over_all = outcomes.iter().all(stumbles);
        let told = outcomes.into_iter().map(|one| one.map_err(|error| answer::stumbled(error, over_all)));
        if over_all { told.map(|one| one.map(Ok)).collect() } else { Ok(told.collect()) }
    }
}

/// The time that is asked for.
#[derive(Clone, Copy)]
enum Reach {
    Span(Span),
    /// Whatever time it is over there.
    Now,
}

impl Graphite {
    /// The series by the places of their targets, which are their names for once.
    async fn render(
        &self,
        targets: &[&str],
        reach: Reach,
        toll: &mut Toll,
    ) -> Result<BTreeMap<String, Vec<Series>>, SourceError> {
        let (from, until) = match reach {
            Reach::Span(span) => ((span.from - BEFORE).to_string(), span.to.to_string()),
            Reach::Now => ("-5min".to_owned(), "now".to_owned()),
        };
        let targets = targets.iter().enumerate();
        let mut params: Vec<(&str, String)> =
            targets.map(|(place, text)| ("target", format!("alias({text},'{place}')"))).collect();
        params.extend([("format", "json".to_owned()), ("from", from), ("until", until)]);
        // Some of its kin thin out what is longer than 800 points unless they are told otherwise.
        params.push(("maxDataPoints", POINTS.to_string()));
        let request = Request { way: Way::Form, path: RENDER, params: &params };
        let most = self.link.limits().series;
        let mut found: BTreeMap<String, Vec<Series>> = BTreeMap::new();
        for series in self.link.ask(request, toll, |reply| answer::read(&reply, most)).await? {
            found.entry(series.target.clone()).or_default().push(series);
        }
        Ok(found)
    }
}

/// What the series come to; how many there were tells whether some have yet to come.
fn buckets(question: &Question, series: &[Series]) -> Outcome {
    let Question { span: Span { from, to, width }, query } = question;
    let uncountable = |what: String| Err(SourceError::Uncountable(format!("{what}: `{}`", query.text)));
    if query.points == Points::Values && series.len() > 1 {
        return uncountable(format!("{} series, expected 1: choose with maxSeries(…) or such", series.len()));
    }
    let mut found = Buckets::new(*width);
    for one in series {
        let step = one.step().unwrap_or(*width);
        if matches!(query.points, Points::Values | Points::Sums) && step != *width {
            return uncountable(format!(
                "its points are {step} s apart and not the {width} s asked: summarize(…,'{{{{.window}}}}','…')"
            ));
        }
        for (end, value) in points(one, query.points, step) {
            if end > *from && end <= *to {
                found.add(end, value, Some(1.0));
            }
        }
    }
    Ok(found)
}

/// What one series adds, at the ends of its intervals: a point is of the interval that begins at its time.
fn points(series: &Series, points: Points, step: i64) -> Vec<(i64, f64)> {
    let known =
        series.datapoints.iter().filter_map(|(value, time)| Some((time.saturating_add(step), (*value)?)));
    match points {
        Points::Events | Points::Sums | Points::Values => known.collect(),
        Points::Rates => known.map(|(end, value)| (end, value * step as f64)).collect(),
        Points::Counters => {
            let (counts, broken): (Vec<_>, Vec<_>) = known.partition(|(_, value)| is_countable(*value));
            increases(counts).into_iter().chain(broken).collect()
        }
    }
}

#[cfg(fuzzing)]
pub fn door(status: u16, body: &[u8]) -> super::doors::Told {
    let reply = super::doors::reply(status, body);
    let _ = answer::is_known(&reply);
    let series = answer::read(&reply, super::doors::SERIES)?;
    for points in [Points::Events, Points::Counters, Points::Rates, Points::Sums] {
        let _ = buckets(&super::doors::question(points), &series);
    }
    let values = series.iter().flat_map(|one| one.datapoints.iter().filter_map(|point| point.0));
    Ok((Vec::new(), values.collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question(points: Points) -> Question {
        let query = Written { text: "a".into(), points };
        Question { query, span: Span { from: 60, to: 300, width: 60 } }
    }

    fn series(points: &[(f64, i64)]) -> Series {
        let datapoints = points.iter().map(|(value, time)| (Some(*value), *time)).collect();
        Series { target: "0".into(), datapoints }
    }

    fn told(points: Points, series: &[Series]) -> Vec<(i64, f64)> {
        let found = buckets(&question(points), series).unwrap();
        found.iter().map(|(end, one)| (end, one.value)).collect()
    }

    #[test]
    fn a_point_is_of_the_interval_that_begins_with_it() {
        let minutes = [series(&[(9.0, 0), (1.0, 60), (2.0, 120)]), series(&[(4.0, 120), (8.0, 180)])];
        let found = buckets(&question(Points::Events), &minutes).unwrap();
        let found: Vec<_> = found.iter().map(|(end, one)| (end, one.value, one.samples)).collect();
        assert_eq!(found, [(120, 1.0, Some(1.0)), (180, 6.0, Some(2.0)), (240, 8.0, Some(1.0))]);
        let seconds = [series(&[(1.0, 60), (2.0, 70), (4.0, 110), (8.0, 120)])];
        assert_eq!(told(Points::Events, &seconds), [(120, 7.0), (180, 8.0)]);
    }

    #[test]
    fn a_rate_is_of_its_own_interval_however_wide_that_is() {
        let minutes = [series(&[(9.0, 0), (0.5, 60), (2.0, 120)])];
        assert_eq!(told(Points::Rates, &minutes), [(120, 30.0), (180, 120.0)]);
        let slow = [series(&[(9.0, -120), (2.0, 60), (3.0, 240)])];
        assert_eq!(told(Points::Rates, &slow), [(240, 360.0)], "three minutes of 2 a second");
    }

    #[test]
    fn counters_grow_each_by_itself() {
        let counters = [series(&[(5.0, 0), (7.0, 60), (1.0, 120)]), series(&[(100.0, 60), (103.0, 120)])];
        assert_eq!(told(Points::Counters, &counters), [(120, 2.0), (180, 4.0)]);
    }

    #[test]
    fn what_cannot_be_counted_with_is_no_restart_of_a_counter() {
        let counter = [series(&[(5.0, 0), (1e300, 60), (7.0, 120)])];
        let found = buckets(&question(Points::Counters), &counter).unwrap();
        let points: Vec<_> = found.iter().map(|(end, one)| (end, one.value)).collect();
        assert_eq!((points, found.dropped_after(0)), (vec![(180, 2.0)], 1));
    }

    #[test]
    fn values_are_never_added_up() {
        let of = |points, series: &[Series]| buckets(&question(points), series).unwrap_err().to_string();
        let gauge = series(&[(4.0, 60), (5.0, 120)]);
        assert!(of(Points::Values, &[gauge.clone(), gauge]).contains("2 series, expected 1"));
        let raw = [series(&[(4.0, 60), (5.0, 70), (6.0, 80)])];
        for points in [Points::Values, Points::Sums] {
            let said = of(points, &raw);
            assert!(said.contains("10 s apart and not the 60 s asked: summarize(…,'{{.window}}'"), "{said}");
        }
    }
}
