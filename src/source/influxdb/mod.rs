//! `InfluxDB` by its `InfluxQL` API: 1.x, and what 2 and 3 keep of it.

mod answer;
mod identify;
mod scan;
mod settings;
mod statement;

use std::sync::Arc;

use super::http::link::{Link, Request, Way};
use super::http::settings as http;
use super::store::batch::Batch;
use super::store::buckets::Buckets;
use super::store::need::Need;
use super::store::{Behind, Outcome, Question, Span, Store, Written};
use super::{BackendSpec, Identity, Kind, SettingError, Source, SourceError, Toll};
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
    const BATCH: Batch = Batch { questions: 20, letters: 4000, of_one_span: false };

    fn link(&self) -> &Link {
        &self.link
    }

    fn home(&self) -> String {
        let policy = self.retention_policy.iter().map(|policy| format!(" {policy:?}"));
        format!("{} {:?}{}", self.link.home(), self.database, policy.collect::<String>())
    }

    async fn identify(&self) -> Result<Identity, SourceError> {
        self.introduce().await
    }

    async fn probe(&self) -> Result<Toll, SourceError> {
        let mut toll = Toll::default();
        self.measurements(&mut toll).await?;
        Ok(toll)
    }

    fn query(&self, need: &Need<'_>, width: i64) -> Result<Written, SettingError> {
        statement::statement(need, width)
    }

    async fn ask<'a>(
        &'a self,
        batch: &'a [&'a Question],
        toll: &'a mut Toll,
    ) -> Result<Vec<Option<Outcome>>, SourceError> {
        let statements: Vec<String> =
            batch.iter().map(|question| statement::at(&question.query.text, question.span)).collect();
        let said = self.say(&statements, toll).await?;
        Ok(said.into_iter().zip(batch).map(|(said, question)| outcome(said, question)).collect())
    }
}

impl InfluxDb {
    /// Puts statements to the database.
    async fn say(&self, statements: &[String], toll: &mut Toll) -> Result<Vec<Said>, SourceError> {
        let mut params =
            vec![("db", self.database.clone()), ("epoch", "s".to_owned()), ("q", statements.join("; "))];
        params.extend(self.retention_policy.clone().map(|policy| ("rp", policy)));
        // For a GET all but the oldest servers refuse to write, whatever a statement says.
        let request = Request { way: Way::Query, path: PATH, params: &params };
        let (asked, most) = (statements.len(), self.link.limits().series);
        let (said, warnings) =
            self.link.ask(request, toll, |reply| answer::read(&reply, asked, most)).await?;
        for warning in warnings {
            if !toll.warnings.contains(&warning) {
                toll.warnings.push(warning);
            }
        }
        Ok(said)
    }
}

fn outcome(said: Said, question: &Question) -> Option<Outcome> {
    match said {
        Said::Tables(tables) => Some(buckets(&tables, question)),
        Said::Refused(message) => Some(Err(SourceError::Query { message })),
        Said::NotAsked => None,
    }
}

/// One series of one value, by the beginnings of buckets; a second column says how many samples there were.
fn buckets(tables: &[Table], question: &Question) -> Outcome {
    let uncountable =
        |what: String| Err(SourceError::Uncountable(format!("{what}: `{}`", question.query.text)));
    let Span { from, to, width } = question.span;
    let mut found = Buckets::new(width);
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
        if start.rem_euclid(width) != 0 {
            let what = "buckets that do not begin at whole times of their width: leave tz(…) and offsets out";
            return uncountable(what.to_owned());
        }
        let end = start.saturating_add(width);
        match number(value) {
            // Counters look further back.
            Some(_) if end <= from || end > to => {}
            Some(value) => found.add(end, value, more.first().and_then(number)),
            None if value.is_null() => {}
            None => return uncountable("not a number".to_owned()),
        }
    }
    Ok(found)
}

#[cfg(fuzzing)]
pub fn door(status: u16, body: &[u8]) -> super::doors::Told {
    use super::store::Points;
    let (said, warnings) = answer::read(&super::doors::reply(status, body), 2, super::doors::SERIES)?;
    for one in said {
        if let answer::Said::Tables(tables) = one {
            buckets(&tables, &super::doors::question(Points::Values))?;
        }
    }
    Ok((warnings, Vec::new()))
}
