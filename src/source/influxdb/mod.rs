//! `InfluxDB` by its `InfluxQL` API: 1.x, and what 2 and 3 keep of it.

mod answer;
mod scan;
mod settings;
mod statement;

use std::sync::Arc;

use super::http::link::{Link, Request, Way};
use super::http::settings as http;
use super::store::buckets::Buckets;
use super::store::need::Need;
use super::store::{Behind, Outcome, Question, Store, Written};
use super::{BackendSpec, Kind, SettingError, Source, SourceError, Toll};
use answer::{Said, Table, number};

pub const KIND: Kind = Kind {
    name: "influxdb",
    keys: &[http::KEYS, http::TOKEN_KEYS, settings::KEYS],
    connect,
    lanes: |_| Vec::new(),
    lasting: true,
};

/// Where statements are asked, below the path of the URL.
const PATH: &str = "/query";
/// Statements in one request, and letters: they travel in the URL, which proxies bound.
const STATEMENTS: usize = 20;
const LETTERS: usize = 4000;

struct InfluxDb {
    link: Link,
    database: String,
    retention_policy: Option<String>,
}

fn connect(spec: &BackendSpec) -> Result<Arc<dyn Source>, SettingError> {
    let (database, retention_policy) = settings::place(&spec.settings)?;
    let link = http::link(spec, PATH)?;
    Ok(Arc::new(Behind(InfluxDb { link, database, retention_policy })))
}

impl Store for InfluxDb {
    const NAME: &'static str = "InfluxDB";

    fn link(&self) -> &Link {
        &self.link
    }

    fn query(&self, need: &Need<'_>, width: i64) -> Result<Written, SettingError> {
        Ok(Written { text: statement::statement(need, width)?, grows: false })
    }

    async fn fetch<'a>(
        &'a self,
        questions: &'a [Question],
        toll: &'a mut Toll,
    ) -> Result<Vec<Outcome>, SourceError> {
        let mut outcomes = Vec::with_capacity(questions.len());
        for batch in batches(questions) {
            match self.together(batch, toll).await {
                Ok(found) => outcomes.extend(found),
                // One of them does not parse.
                Err(SourceError::Query { .. } | SourceError::TooManySeries { .. }) => {
                    for question in batch {
                        outcomes.push(self.alone(question, toll).await?);
                    }
                }
                Err(error) => return Err(error),
            }
        }
        Ok(outcomes)
    }
}

impl InfluxDb {
    /// Statements in one request; those behind one that is refused are asked again, each by itself.
    async fn together(&self, batch: &[Question], toll: &mut Toll) -> Result<Vec<Outcome>, SourceError> {
        let mut outcomes = Vec::with_capacity(batch.len());
        for (said, question) in self.ask(batch, toll).await?.into_iter().zip(batch) {
            outcomes.push(match said {
                Said::NotAsked if batch.len() > 1 => self.alone(question, toll).await?,
                said => self.outcome(said, question),
            });
        }
        Ok(outcomes)
    }

    /// One statement; an error of the statement is its outcome.
    async fn alone(&self, question: &Question, toll: &mut Toll) -> Result<Outcome, SourceError> {
        match self.ask(std::slice::from_ref(question), toll).await {
            Ok(said) => Ok(said
                .into_iter()
                .next()
                .map_or_else(|| self.outcome(Said::NotAsked, question), |said| self.outcome(said, question))),
            Err(error @ (SourceError::Query { .. } | SourceError::TooManySeries { .. })) => Ok(Err(error)),
            Err(error) => Err(error),
        }
    }

    async fn ask(&self, batch: &[Question], toll: &mut Toll) -> Result<Vec<Said>, SourceError> {
        let statements: Vec<String> =
            batch.iter().map(|question| statement::at(&question.query.text, question.span)).collect();
        let mut params =
            vec![("db", self.database.clone()), ("epoch", "s".to_owned()), ("q", statements.join("; "))];
        params.extend(self.retention_policy.clone().map(|policy| ("rp", policy)));
        // For a GET all but the oldest servers refuse to write, whatever a statement says.
        let request = Request { way: Way::Query, path: PATH, params: &params };
        let most = self.link.limits().series;
        let (said, warnings) =
            self.link.ask(request, toll, |reply| answer::read(&reply, batch.len(), most)).await?;
        toll.warnings.extend(warnings);
        Ok(said)
    }

    fn outcome(&self, said: Said, question: &Question) -> Outcome {
        match said {
            Said::Tables(tables) => buckets(&tables, question),
            Said::Refused(message) => Err(SourceError::Query { message }),
            Said::NotAsked => Err(SourceError::BadAnswer {
                address: self.link.address(),
                what: "a statement was left without an answer".to_owned(),
            }),
        }
    }
}

/// As many questions in a row as go into one request.
fn batches(questions: &[Question]) -> impl Iterator<Item = &[Question]> {
    let mut rest = questions;
    std::iter::from_fn(move || {
        let mut letters = 0;
        let fits = |question: &&Question| {
            letters += question.query.text.len();
            letters <= LETTERS
        };
        let count = rest.iter().take(STATEMENTS).take_while(fits).count().max(1).min(rest.len());
        let (batch, behind) = rest.split_at(count);
        rest = behind;
        (!batch.is_empty()).then_some(batch)
    })
}

/// One series of one value, by the beginnings of buckets; a second column says how many samples there were.
fn buckets(tables: &[Table], question: &Question) -> Outcome {
    let uncountable =
        |what: String| Err(SourceError::Uncountable(format!("{what}: `{}`", question.query.text)));
    let mut found = Buckets::new(question.span.width);
    let table = match tables {
        [] => return Ok(found),
        [table] => table,
        many => return uncountable(format!("{} series, expected 1: leave tags out of GROUP BY", many.len())),
    };
    let counted = table.columns.get(2).is_some_and(|name| name.starts_with("count"));
    if table.columns.len() > if counted { 3 } else { 2 } {
        return uncountable(format!("{} values, expected 1", table.columns.len() - 1));
    }
    for row in &table.rows {
        let [time, value, more @ ..] = row.as_slice() else { continue };
        let Some(start) = time.as_i64() else { return uncountable("a time that is no number".to_owned()) };
        match number(value) {
            Some(value) => {
                found.add(start.saturating_add(question.span.width), value, more.first().and_then(number));
            }
            None if value.is_null() => {}
            None => return uncountable("not a number".to_owned()),
        }
    }
    Ok(found)
}

#[cfg(fuzzing)]
pub fn door(status: u16, body: &[u8]) -> super::doors::Told {
    let (said, warnings) = answer::read(&super::doors::reply(status, body), 2, super::doors::SERIES)?;
    for one in said {
        if let answer::Said::Tables(tables) = one {
            buckets(&tables, &super::doors::question(false))?;
        }
    }
    Ok((warnings, Vec::new()))
}
