//! Asks the query API, and reads what it says.

use chrono::{DateTime, Utc};

use super::answer::{self, Answer};
use super::flavor::{API, Dialect};
use crate::domain::health::Health;
use crate::source::http::link::{Link, Request, Way};
use crate::source::http::{Reply, failure};
use crate::source::{SourceError, Toll};

pub(super) struct Client {
    pub(super) link: Link,
    pub(super) dialect: Dialect,
}

impl Client {
    pub(super) fn address(&self) -> String {
        self.link.address()
    }

    pub(super) fn health(&self, now: DateTime<Utc>) -> Health {
        self.link.health(now)
    }

    /// Asks `/api/v1/{endpoint}`, counting what it cost. Where `strict`, a part of the answer is none.
    pub(super) async fn ask(
        &self,
        endpoint: &str,
        params: &[(&str, String)],
        strict: bool,
        toll: &mut Toll,
    ) -> Result<Answer, SourceError> {
        let path = format!("{API}/{endpoint}");
        let params = [params, &self.dialect.params(strict)].concat();
        let request = Request { way: Way::Form, path: &path, params: &params };
        let most = self.link.limits().series;
        let read = |reply: Reply| match answer::read(&reply, most)? {
            answer if strict && answer.partial => Err(answer::cut(&reply, &answer)),
            answer => Ok(answer),
        };
        let mut answer = self.link.ask(request, toll, read).await?;
        for warning in answer.warnings.drain(..) {
            if !toll.warnings.contains(&warning) {
                toll.warnings.push(warning);
            }
        }
        let samples = answer.series.iter().map(|series| series.samples.len() + series.dropped.len());
        toll.points += samples.sum::<usize>() as u64;
        Ok(answer)
    }

    /// One small question, to see how long the way takes.
    pub(super) async fn probe(&self) -> Result<Toll, SourceError> {
        let mut toll = Toll::default();
        self.ask("query", &[("query", "vector(1)".to_owned())], false, &mut toll).await?;
        Ok(toll)
    }

    /// GETs a page outside of the API; the body of a success.
    pub(super) async fn page(&self, path: &str, toll: &mut Toll) -> Result<Vec<u8>, SourceError> {
        self.link.page(path, toll).await.map(|reply| reply.body)
    }

    /// GETs `/api/v1/{endpoint}`; the body of a success.
    pub(super) async fn get(
        &self,
        endpoint: &str,
        params: &[(&str, String)],
        toll: &mut Toll,
    ) -> Result<Vec<u8>, SourceError> {
        let path = format!("{API}/{endpoint}");
        let params = [params, &self.dialect.params(false)].concat();
        let request = Request { way: Way::Query, path: &path, params: &params };
        self.link.ask(request, toll, body).await
    }
}

fn body(reply: Reply) -> Result<Vec<u8>, SourceError> {
    if reply.status == 200 { Ok(reply.body) } else { Err(failure::status(&reply)) }
}
