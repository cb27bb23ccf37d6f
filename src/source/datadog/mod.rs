//! Datadog by its query API, version 1.

mod answer;
mod query;
mod settings;

use std::sync::Arc;

use super::http::link::{Link, Request, Way};
use super::http::settings as http;
use super::store::batch::Batch;
use super::store::buckets::Buckets;
use super::store::need::Need;
use super::store::{Behind, Outcome, Question, Span, Store, Written};
use super::{BackendSpec, Identity, Kind, SettingError, Source, SourceError, Toll};
use answer::Series;

pub const KIND: Kind = Kind {
    name: "datadog",
    keys: &[http::KEYS, settings::KEYS],
    connect,
    lanes: |_| Vec::new(),
    lasting: true,
};

const PATH: &str = "/api/v1/query";
const VALIDATE: &str = "/api/v1/validate";
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
    const BATCH: Batch = Batch { questions: 10, letters: 3500, of_one_span: true };

    fn link(&self) -> &Link {
        &self.link
    }

    /// Datadog has no version; what it validates is the API key alone.
    async fn identify(&self) -> Result<Identity, SourceError> {
        let toll = self.probe().await?;
        Ok(Identity { product: Some("Datadog".to_owned()), toll, ..Identity::default() })
    }

    async fn probe(&self) -> Result<Toll, SourceError> {
        let mut toll = Toll::default();
        let request = Request { way: Way::Query, path: VALIDATE, params: &[] };
        self.link.ask(request, &mut toll, |reply| answer::validated(&reply)).await?;
        Ok(toll)
    }

    fn query(&self, need: &Need<'_>, width: i64) -> Result<Written, SettingError> {
        query::query(need, width)
    }

    async fn ask<'a>(
        &'a self,
        batch: &'a [&'a Question],
        toll: &'a mut Toll,
    ) -> Result<Vec<Option<Outcome>>, SourceError> {
        let Some(Question { span, .. }) = batch.first() else { return Ok(Vec::new()) };
        let mut outcomes: Vec<Outcome> = batch.iter().map(|_| Ok(Buckets::new(span.width))).collect();
        for part in parts(*span) {
            let series = self.call(batch, part, toll).await?;
            for (index, (outcome, question)) in outcomes.iter_mut().zip(batch).enumerate() {
                let own: Vec<&Series> = series.iter().filter(|one| one.query_index == index).collect();
                let taken = outcome.as_mut().ok().map(|found| take(found, &own, part, question));
                if let Some(Err(error)) = taken {
                    *outcome = Err(error);
                }
            }
        }
        Ok(outcomes.into_iter().map(Some).collect())
    }
}

impl Datadog {
    /// All queries of a batch in one call.
    async fn call(
        &self,
        batch: &[&Question],
        part: Span,
        toll: &mut Toll,
    ) -> Result<Vec<Series>, SourceError> {
        let texts: Vec<&str> = batch.iter().map(|question| question.query.text.as_str()).collect();
        // Its ends are included, and a point stands at the begin of its bucket.
        let params =
            [("from", part.from.to_string()), ("to", (part.to - 1).to_string()), ("query", texts.join(","))];
        let request = Request { way: Way::Query, path: PATH, params: &params };
        let most = self.link.limits().series;
        self.link.ask(request, toll, |reply| answer::read(&reply, most)).await
    }
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
    // Narrower points of a gauge would be added up.
    if series.interval > 0 && series.interval != part.width {
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
    let question = super::doors::question(super::store::Points::Values);
    let own: Vec<&Series> = series.iter().take(1).collect();
    take(&mut Buckets::new(60), &own, question.span, &question)?;
    let values = series.iter().flat_map(|one| one.pointlist.iter().filter_map(|point| point.1));
    Ok((Vec::new(), values.collect()))
}
