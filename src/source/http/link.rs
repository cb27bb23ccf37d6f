//! The guarded way to one backend: its addresses in order, who we are there, and one question at a time put right.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use reqwest::{Method, Url};
use tokio::time::{Instant, timeout_at};

use super::clock::TheirClock;
use super::credentials::{Credentials, Ready, Scheme};
use super::secrets::Secrets;
use super::text::{address, origin};
use super::{Ask, Http, Reply, failure};
use crate::domain::health::Health;
use crate::source::guard::{Attempt, Guard, Limits};
use crate::source::{SourceError, Toll};

pub struct Link {
    http: Http,
    places: Vec<Place>,
    credentials: Credentials,
    guard: Guard,
    /// Only GET is let through.
    by_get: AtomicBool,
    clock: Mutex<TheirClock>,
}

/// One of the addresses, and who logs in by it alone.
pub(crate) struct Place {
    pub(super) url: Url,
    pub(super) login: Option<Scheme>,
    /// What its query holds.
    pub(super) secrets: Secrets,
}

/// How the parameters travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// In the body of a POST; by GET where only that is let through.
    Form,
    /// In the query of a GET.
    Query,
}

/// One question, below the path of whichever address is asked.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    pub way: Way,
    pub path: &'a str,
    pub params: &'a [(&'a str, String)],
}

impl Link {
    pub(super) fn new(http: Http, places: Vec<Place>, credentials: Credentials, guard: Guard) -> Self {
        Self { http, places, credentials, guard, by_get: AtomicBool::new(false), clock: Mutex::default() }
    }

    /// The address that answered last.
    pub fn address(&self) -> String {
        self.places.get(self.guard.answering()).map(|place| address(&place.url)).unwrap_or_default()
    }

    /// The first address, whichever answers: it tells this backend from others.
    pub fn home(&self) -> String {
        self.places.first().map(|place| address(&place.url)).unwrap_or_default()
    }

    /// For one attempt.
    pub fn timeout(&self) -> Duration {
        self.guard.timeout()
    }

    pub fn limits(&self) -> &Limits {
        self.guard.limits()
    }

    /// Asks, counting the requests that it took. `read` tells what a reply means; no body repeats our
    /// secrets.
    pub async fn ask<T>(
        &self,
        request: Request<'_>,
        toll: &mut Toll,
        read: impl Fn(Reply) -> Result<T, SourceError>,
    ) -> Result<T, SourceError> {
        let sent = AtomicU64::new(0);
        let asking = async |attempt: Attempt| {
            let mut secrets = self.places[attempt.endpoint].secrets.clone();
            let outcome = self.reply(attempt, request, &sent, &mut secrets).await.and_then(&read);
            outcome.map_err(|error| error.without(&secrets))
        };
        let outcome = self.guard.call(asking).await;
        toll.requests += sent.into_inner();
        outcome
    }

    /// GETs a page outside of what is usually asked; the reply of a success.
    pub async fn page(&self, path: &str, toll: &mut Toll) -> Result<Reply, SourceError> {
        let request = Request { way: Way::Query, path, params: &[] };
        let read = |reply: Reply| match reply.status {
            200..300 => Ok(reply),
            _ => Err(failure::status(&reply)),
        };
        self.ask(request, toll, read).await
    }

    /// The reply to the method that was let through in the end.
    async fn reply(
        &self,
        attempt: Attempt,
        request: Request<'_>,
        sent: &AtomicU64,
        secrets: &mut Secrets,
    ) -> Result<Reply, SourceError> {
        let place = &self.places[attempt.endpoint];
        let url = below(&place.url, request.path);
        let form = request.way == Way::Form && !self.by_get.load(Ordering::Relaxed);
        let mut method = if form { Method::POST } else { Method::GET };
        let mut renewed = !self.credentials.renewable();
        let deadline = Instant::now() + attempt.timeout;
        loop {
            let ready = self.ready(place, deadline).await?;
            ready.secrets.add_to(secrets);
            let timeout = deadline.saturating_duration_since(Instant::now());
            let (auth, headers) = (ready.auth.as_ref(), &ready.headers);
            let params = request.params;
            let ask = Ask { method: &method, url: &url, params, auth, headers, secrets, timeout };
            sent.fetch_add(1, Ordering::Relaxed);
            let reply = self.http.send(ask).await?;
            self.look_at_clock(&reply);
            if let Some(quota) = reply.quota {
                self.guard.heed(attempt.endpoint, quota);
            }
            match reply.status {
                401 if !renewed => {
                    // Who fetches one at this moment drops it for us.
                    let _ = timeout_at(deadline, self.credentials.forget(&ready)).await;
                    renewed = true;
                }
                403 | 405 if method == Method::POST => method = Method::GET,
                _ => {
                    let get = form && method == Method::GET && reply.status < 400;
                    self.by_get.fetch_or(get, Ordering::Relaxed);
                    return Ok(private(reply, secrets));
                }
            }
        }
    }

    async fn ready(&self, place: &Place, deadline: Instant) -> Result<Ready, SourceError> {
        let left = deadline.saturating_duration_since(Instant::now());
        let ready = self.credentials.ready(place.login.as_ref(), left).await;
        ready.map_err(|reason| SourceError::Credentials { address: origin(&place.url), reason })
    }

    fn look_at_clock(&self, reply: &Reply) {
        if let Some(date) = reply.date {
            self.clock.lock().unwrap_or_else(PoisonError::into_inner).see(date, Instant::now());
        }
    }

    /// Asks at once the next time, also where it was left alone.
    pub fn wake(&self) {
        self.guard.wake();
    }

    /// How it stands at `now`.
    pub fn health(&self, now: DateTime<Utc>) -> Health {
        let mut clock = self.clock.lock().unwrap_or_else(PoisonError::into_inner);
        Health { clock_offset: clock.ahead(now, Instant::now()), ..self.guard.health(now) }
    }
}

fn private(mut reply: Reply, secrets: &Secrets) -> Reply {
    let well = reply.status == 200;
    reply.body = if well { secrets.hide_in_data(reply.body) } else { secrets.hide_in_failure(reply.body) };
    reply
}

/// What lies at `path` below `base`, whose query is kept.
pub(super) fn below(base: &Url, path: &str) -> Url {
    let mut url = base.clone();
    url.set_path(&format!("{}{path}", base.path().trim_end_matches('/')));
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_of_the_url_stays_before_the_api() {
        let at = |base: &str| below(&base.parse().unwrap(), "/api/v1/query").to_string();
        assert_eq!(at("http://p:9090"), "http://p:9090/api/v1/query");
        assert_eq!(at("http://p/prometheus/"), "http://p/prometheus/api/v1/query");
        assert_eq!(at("http://p/x?extra_label=a%3Db"), "http://p/x/api/v1/query?extra_label=a%3Db");
    }
}
