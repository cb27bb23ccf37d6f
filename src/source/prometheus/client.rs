//! Asks one of the addresses: POST first, GET where only that is let through.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use reqwest::{Method, Url};

use super::answer::{self, Answer};
use super::credentials::{Credentials, Ready};
use crate::source::http::text::{address, origin};
use crate::source::http::{Ask, Http, Reply, failure};
use crate::source::{SourceError, Toll};

pub(super) struct Client {
    pub(super) http: Http,
    /// Tried in order, beginning with the one that answered last.
    pub(super) urls: Vec<Url>,
    pub(super) credentials: Credentials,
    pub(super) current: AtomicUsize,
    pub(super) by_get: AtomicBool,
}

impl Client {
    pub(super) fn address(&self) -> String {
        let current = self.current.load(Ordering::Relaxed);
        self.urls.get(current).map(address).unwrap_or_default()
    }

    /// Asks `/api/v1/{endpoint}`, counting what it cost.
    pub(super) async fn ask(
        &self,
        endpoint: &str,
        params: &[(&str, String)],
        toll: &mut Toll,
    ) -> Result<Answer, SourceError> {
        let first = self.current.load(Ordering::Relaxed);
        let mut failure = None;
        for index in (0..self.urls.len()).map(|i| (first + i) % self.urls.len()) {
            let answer = self.ask_at(&self.urls[index], endpoint, params, toll).await;
            match answer {
                Ok(_) | Err(SourceError::Query { .. }) => {
                    self.current.store(index, Ordering::Relaxed);
                    return answer;
                }
                Err(error) => failure = failure.or(Some(error)),
            }
        }
        Err(failure.unwrap_or(SourceError::BadAnswer { address: String::new(), what: "no URL".to_owned() }))
    }

    /// GETs `/api/v1/{endpoint}`; the body of a success.
    pub(super) async fn get(
        &self,
        endpoint: &str,
        params: &[(&str, String)],
        toll: &mut Toll,
    ) -> Result<Vec<u8>, SourceError> {
        let current = self.current.load(Ordering::Relaxed);
        let Some(base) = self.urls.get(current) else {
            return Err(SourceError::BadAnswer { address: String::new(), what: "no URL".to_owned() });
        };
        let (mut reply, ready, _) = self.reply(base, endpoint, params, Method::GET, toll).await?;
        if reply.status == 200 {
            return Ok(reply.body);
        }
        reply.body = ready.hide(reply.body);
        Err(failure::status(&reply))
    }

    async fn ask_at(
        &self,
        base: &Url,
        endpoint: &str,
        params: &[(&str, String)],
        toll: &mut Toll,
    ) -> Result<Answer, SourceError> {
        let method = if self.by_get.load(Ordering::Relaxed) { Method::GET } else { Method::POST };
        let (reply, ready, method) = self.reply(base, endpoint, params, method, toll).await?;
        let get = method == Method::GET && reply.status < 400;
        self.by_get.fetch_or(get, Ordering::Relaxed);
        read(reply, &ready, toll)
    }

    /// The reply to the method that was let through in the end.
    async fn reply(
        &self,
        base: &Url,
        endpoint: &str,
        params: &[(&str, String)],
        mut method: Method,
        toll: &mut Toll,
    ) -> Result<(Reply, Ready, Method), SourceError> {
        let url = below(base, endpoint);
        let mut renewed = !self.credentials.renewable();
        loop {
            let ready = self.ready(base).await?;
            let ask = Ask {
                method: &method,
                url: &url,
                params,
                auth: ready.auth.as_ref(),
                headers: &ready.headers,
            };
            toll.requests += 1;
            let reply = self.http.send(ask).await?;
            match reply.status {
                401 if !renewed => {
                    self.credentials.forget().await;
                    renewed = true;
                }
                403 | 405 if method == Method::POST => method = Method::GET,
                _ => return Ok((reply, ready, method)),
            }
        }
    }

    async fn ready(&self, base: &Url) -> Result<Ready, SourceError> {
        let ready = self.credentials.ready(self.http.timeout()).await;
        ready.map_err(|reason| SourceError::Credentials { address: origin(base), reason })
    }
}

fn read(mut reply: Reply, ready: &Ready, toll: &mut Toll) -> Result<Answer, SourceError> {
    if reply.status != 200 {
        reply.body = ready.hide(reply.body);
    }
    let mut answer = answer::read(&reply)?;
    for warning in answer.warnings.drain(..) {
        if !toll.warnings.contains(&warning) {
            toll.warnings.push(warning);
        }
    }
    let samples = answer.series.iter().map(|series| series.samples.len() + series.dropped.len());
    toll.points += samples.sum::<usize>() as u64;
    Ok(answer)
}

/// The endpoint below `base`, whose query is kept.
fn below(base: &Url, endpoint: &str) -> Url {
    let mut url = base.clone();
    url.set_path(&format!("{}/api/v1/{endpoint}", base.path().trim_end_matches('/')));
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_of_the_url_stays_before_the_api() {
        let at = |base: &str| below(&base.parse().unwrap(), "query").to_string();
        assert_eq!(at("http://p:9090"), "http://p:9090/api/v1/query");
        assert_eq!(at("http://p/prometheus/"), "http://p/prometheus/api/v1/query");
        assert_eq!(at("http://p/x?extra_label=a%3Db"), "http://p/x/api/v1/query?extra_label=a%3Db");
    }
}
