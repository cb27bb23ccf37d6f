//! Datadog by its query API, version 1.

mod answer;
mod query;
mod settings;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::http::link::{Link, Request, Way};
use super::http::settings as http;
use super::store::buckets::Buckets;
use super::store::need::Need;
use super::store::{Behind, Outcome, Question, Span, Store, Written};
use super::{BackendSpec, Kind, SettingError, Source, SourceError, Toll};
use answer::Series;

pub const KIND: Kind = Kind {
    name: "datadog",
    keys: &[http::KEYS, settings::KEYS],
    connect,
    lanes: |_| Vec::new(),
    lasting: true,
};

const PATH: &str = "/api/v1/query";
/// Queries in one call, and letters: they travel in the URL.
const QUERIES: usize = 10;
const LETTERS: usize = 3500;
/// Points of one series in one call; it gives 1500 at most.
const POINTS: i64 = 1400;

struct Datadog {
    link: Link,
}

fn connect(spec: &BackendSpec) -> Result<Arc<dyn Source>, SettingError> {
    let spec = settings::placed(spec)?;
    Ok(Arc::new(Behind(Datadog { link: http::link_with(&spec, PATH, settings::HEADERS)? })))
}

impl Store for Datadog {
    const NAME: &'static str = "Datadog";

    fn link(&self) -> &Link {
        &self.link
    }

    fn query(&self, need: &Need<'_>, width: i64) -> Result<Written, SettingError> {
        query::query(need, width)
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
        let mut outcomes: Vec<Outcome> =
            questions.iter().map(|question| Ok(Buckets::new(question.span.width))).collect();
        for (span, places) in spans {
            for batch in batches(questions, &places) {
                for part in parts(span) {
                    self.together(questions, batch, part, &mut outcomes, toll).await?;
                }
            }
        }
        Ok(outcomes)
    }
}

impl Datadog {
    /// Adds what one call says to the outcomes at these places; asks each by itself where one of them is refused.
    async fn together(
        &self,
        questions: &[Question],
        batch: &[usize],
        part: Span,
        outcomes: &mut [Outcome],
        toll: &mut Toll,
    ) -> Result<(), SourceError> {
        match self.ask(questions, batch, part, toll).await {
            Ok(series) => {
                for (index, place) in batch.iter().enumerate() {
                    if let Ok(found) = &mut outcomes[*place] {
                        let own: Vec<&Series> =
                            series.iter().filter(|one| one.query_index == index).collect();
                        if let Err(error) = take(found, &own, part, &questions[*place]) {
                            outcomes[*place] = Err(error);
                        }
                    }
                }
                Ok(())
            }
            Err(error @ (SourceError::Query { .. } | SourceError::TooManySeries { .. })) => {
                if let [only] = batch {
                    outcomes[*only] = Err(error);
                    return Ok(());
                }
                for place in batch {
                    Box::pin(self.together(questions, std::slice::from_ref(place), part, outcomes, toll))
                        .await?;
                }
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    async fn ask(
        &self,
        questions: &[Question],
        batch: &[usize],
        part: Span,
        toll: &mut Toll,
    ) -> Result<Vec<Series>, SourceError> {
        let texts: Vec<&str> = batch.iter().map(|place| questions[*place].query.text.as_str()).collect();
        // Its ends are included, and a point stands at the begin of its bucket.
        let params =
            [("from", part.from.to_string()), ("to", (part.to - 1).to_string()), ("query", texts.join(","))];
        let request = Request { way: Way::Query, path: PATH, params: &params };
        let most = self.link.limits().series;
        self.link.ask(request, toll, |reply| answer::read(&reply, most)).await
    }
}

/// As many questions as go into one call.
fn batches<'p>(questions: &[Question], places: &'p [usize]) -> Vec<&'p [usize]> {
    let (mut batches, mut rest) = (Vec::new(), places);
    while !rest.is_empty() {
        let mut letters = 0;
        let fits = |place: &&usize| {
            letters += questions[**place].query.text.len();
            letters <= LETTERS
        };
        let count = rest.iter().take(QUERIES).take_while(fits).count().max(1);
        let (batch, behind) = rest.split_at(count);
        batches.push(batch);
        rest = behind;
    }
    batches
}

/// The same in stretches that one call can answer.
fn parts(span: Span) -> impl Iterator<Item = Span> {
    let most = POINTS * span.width;
    (span.from..span.to).step_by(most as usize).map(move |from| Span {
        from,
        to: span.to.min(from + most),
        ..span
    })
}

/// One series of one number; its points are as wide as they were asked for.
fn take(found: &mut Buckets, own: &[&Series], part: Span, question: &Question) -> Result<(), SourceError> {
    let uncountable = |what: String| SourceError::Uncountable(format!("{what}: `{}`", question.query.text));
    let series = match own {
        [] => return Ok(()),
        [series] => series,
        many => return Err(uncountable(format!("{} series, expected 1: leave `by {{…}}` out", many.len()))),
    };
    if series.interval > part.width {
        let (got, wanted) = (series.interval, part.width);
        return Err(uncountable(format!("Datadog tells of every {got} s, not of every {wanted} s as asked")));
    }
    for (millis, value) in &series.pointlist {
        let begin = (millis / 1000.0) as i64;
        if let Some(value) = value.filter(|_| begin >= part.from && begin < part.to) {
            found.add(begin + 1, value, None);
        }
    }
    Ok(())
}

#[cfg(fuzzing)]
pub fn door(status: u16, body: &[u8]) -> super::doors::Told {
    let series = answer::read(&super::doors::reply(status, body), super::doors::SERIES)?;
    let question = super::doors::question(false);
    let own: Vec<&Series> = series.iter().take(1).collect();
    take(&mut Buckets::new(60), &own, question.span, &question)?;
    let values = series.iter().flat_map(|one| one.pointlist.iter().filter_map(|point| point.1));
    Ok((Vec::new(), values.collect()))
}
