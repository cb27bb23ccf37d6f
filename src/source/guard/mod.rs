//! Stands between us and a backend: bounds how often, how many at once and how long it is asked, and leaves a sick one
//! alone. Only reads pass through here, so that any question may be asked again.

mod breaker;
mod bucket;
mod bulkhead;
#[cfg(fuzzing)]
pub mod door;
pub mod limits;
mod pace;
mod retry;

use std::future::Future;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::time::{Instant, sleep, timeout_at};

use super::SourceError;
use crate::domain::health::{Circuit, Endpoint, Health};
use breaker::{Breaker, State, Ticket};
use bucket::Bucket;
use bulkhead::Bulkhead;
pub use limits::Limits;
use pace::Pace;
pub use pace::Quota;
use retry::{LONGEST_WISH, Next};

/// A whole question takes no longer than so many times the limit of one attempt.
const PATIENCE: u32 = 2;

/// Guards one backend, which may have several addresses.
#[derive(Debug)]
pub struct Guard {
    limits: Limits,
    /// For one attempt.
    timeout: Duration,
    endpoints: Vec<Guarded>,
    bucket: Mutex<Bucket>,
    bulkhead: Bulkhead,
    dice: Mutex<fastrand::Rng>,
    /// The endpoint that answered last.
    answering: AtomicUsize,
    attempts: AtomicU64,
    retries: AtomicU64,
    delayed: AtomicU64,
    spared: AtomicU64,
}

#[derive(Debug)]
struct Guarded {
    address: String,
    breaker: Mutex<Breaker>,
    /// What it said the last time that it failed.
    said: Mutex<Option<SourceError>>,
    /// How far apart it is asked, to make its quota last.
    pace: Mutex<Option<Pace>>,
}

/// Which endpoint an attempt is to ask, and until when.
#[derive(Clone, Copy, Debug)]
pub struct Attempt {
    pub endpoint: usize,
    pub timeout: Duration,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Guard {
    /// `addresses` are tried in their order. `seed` fixes the jitter.
    pub fn new(addresses: Vec<String>, timeout: Duration, limits: Limits, seed: u64) -> Self {
        let guarded = |address| Guarded {
            address,
            breaker: Mutex::new(Breaker::new()),
            said: Mutex::new(None),
            pace: Mutex::new(None),
        };
        Self {
            timeout,
            endpoints: addresses.into_iter().map(guarded).collect(),
            bucket: Mutex::new(Bucket::new(limits.rate, limits.burst, Instant::now())),
            bulkhead: Bulkhead::new(limits.concurrency, limits.queue),
            limits,
            dice: Mutex::new(fastrand::Rng::with_seed(seed)),
            answering: AtomicUsize::new(0),
            attempts: AtomicU64::new(0),
            retries: AtomicU64::new(0),
            delayed: AtomicU64::new(0),
            spared: AtomicU64::new(0),
        }
    }

    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// For one attempt.
    pub fn timeout(&self) -> Duration {
        self.timeout
    }

    /// The endpoint that answered last, or the first one.
    pub fn answering(&self) -> usize {
        self.answering.load(Ordering::Relaxed)
    }

    /// Asks by `ask` until an endpoint answers, the question is refused for good, or time or attempts run out.
    pub async fn call<T, F, A>(&self, ask: F) -> Result<T, SourceError>
    where
        F: Fn(Attempt) -> A,
        A: Future<Output = Result<T, SourceError>>,
    {
        let begun = Instant::now();
        let deadline = begun + self.timeout * PATIENCE;
        // Who got a place has the time of one attempt left at least.
        let place = timeout_at(begun + self.timeout, self.bulkhead.enter()).await;
        let Ok(Some(_place)) = place else {
            self.spared.fetch_add(1, Ordering::Relaxed);
            return Err(SourceError::Superseded { address: self.address(0) });
        };
        let mut failures = Vec::new();
        for endpoint in 0..self.endpoints.len() {
            if endpoint > 0 && Instant::now() + self.least() > deadline {
                break;
            }
            match self.ask_endpoint(endpoint, deadline, &ask).await {
                Ok(answer) => {
                    let before = self.answering.swap(endpoint, Ordering::Relaxed);
                    if before != endpoint {
                        let (from, to) = (self.address(before), self.address(endpoint));
                        tracing::info!(from, to, "another address answers");
                    }
                    return Ok(answer);
                }
                Err(error) if retry::next(&error) == Next::Final => return Err(error),
                Err(error) => failures.push((endpoint, error)),
            }
        }
        Err(self.worst_news(failures))
    }

    /// An attempt with less time than this would prove nothing but that it had none: half of what each address gets where
    /// none answers.
    fn least(&self) -> Duration {
        self.share(0, self.timeout * PATIENCE) / 2
    }

    /// Of the time that is `left`, what an attempt at `endpoint` may take, so that those after it have as much.
    fn share(&self, endpoint: usize, left: Duration) -> Duration {
        let places = self.endpoints.len().saturating_sub(endpoint).max(1);
        self.timeout.min(left / u32::try_from(places).unwrap_or(u32::MAX))
    }

    /// Of all that failed the address that should have answered is told of, and no rest where there is news.
    fn worst_news(&self, mut failures: Vec<(usize, SourceError)>) -> SourceError {
        let answering = self.answering();
        failures.sort_by_key(|(endpoint, error)| {
            (matches!(error, SourceError::Resting { .. }), *endpoint != answering)
        });
        let (_, news) = failures.into_iter().next().unwrap_or_else(|| {
            (0, SourceError::BadAnswer { address: String::new(), what: "it has no address".to_owned() })
        });
        let rests = matches!(news, SourceError::Resting { .. });
        self.spared.fetch_add(u64::from(rests), Ordering::Relaxed);
        news
    }

    fn address(&self, endpoint: usize) -> String {
        self.endpoints.get(endpoint).map(|guarded| guarded.address.clone()).unwrap_or_default()
    }

    async fn ask_endpoint<T, F, A>(
        &self,
        endpoint: usize,
        deadline: Instant,
        ask: &F,
    ) -> Result<T, SourceError>
    where
        F: Fn(Attempt) -> A,
        A: Future<Output = Result<T, SourceError>>,
    {
        let mut failure = None;
        let by = deadline.checked_sub(self.least()).unwrap_or(deadline);
        for attempt in 0.. {
            // What the first attempt found tells more than that there is no leave for another.
            let leave = self.may_ask(endpoint, by).await;
            let leave = leave.map_err(|rests| failure.take().unwrap_or(rests))?;
            let left = deadline.saturating_duration_since(Instant::now());
            self.attempts.fetch_add(1, Ordering::Relaxed);
            let outcome = ask(Attempt { endpoint, timeout: self.share(endpoint, left) }).await;
            leave.settle(outcome.as_ref().err());
            let error = match outcome {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            // Another address is worth more than another attempt.
            let attempts = if endpoint + 1 < self.endpoints.len() { 1 } else { self.limits.attempts };
            if retry::next(&error) != Next::Again || attempt + 1 >= attempts {
                return Err(error);
            }
            let wait =
                retry::wait(attempt, lock(&self.dice).f64()).max(retry::wish(&error).unwrap_or_default());
            if Instant::now() + wait > by {
                return Err(error);
            }
            self.retries.fetch_add(1, Ordering::Relaxed);
            failure = Some(error);
            sleep(wait).await;
        }
        Err(SourceError::Superseded { address: self.address(endpoint) })
    }

    /// Takes in what `endpoint` said is left of its quota: the next requests keep their distance.
    pub fn heed(&self, endpoint: usize, quota: Quota) {
        let Some(guarded) = self.endpoints.get(endpoint) else { return };
        let mut pace = lock(&guarded.pace);
        *pace = Pace::of(quota, *pace, Instant::now(), LONGEST_WISH);
    }

    /// Waits until nothing stands against a request, where that is before `by`.
    async fn may_ask(&self, endpoint: usize, by: Instant) -> Result<Leave<'_>, SourceError> {
        let leave = self.leave(endpoint)?;
        self.keep_pace(endpoint, by).await?;
        self.take_token(endpoint, by).await?;
        Ok(leave)
    }

    /// Waits for a turn by the quota of `endpoint`.
    async fn keep_pace(&self, endpoint: usize, by: Instant) -> Result<(), SourceError> {
        let guarded = &self.endpoints[endpoint];
        let now = Instant::now();
        let taken = lock(&guarded.pace).as_mut().map_or(Ok(now), |pace| pace.take(now, by));
        let turn = taken.map_err(|turn| {
            self.rests(endpoint, turn - now, "its quota of requests is nearly used up".to_owned())
        })?;
        self.delay(turn - now).await;
        Ok(())
    }

    async fn delay(&self, wait: Duration) {
        if !wait.is_zero() {
            self.delayed.fetch_add(1, Ordering::Relaxed);
            sleep(wait).await;
        }
    }

    fn rests(&self, endpoint: usize, wait: Duration, reason: String) -> SourceError {
        SourceError::Resting { address: self.address(endpoint), seconds: whole_seconds(wait), reason }
    }

    fn leave(&self, endpoint: usize) -> Result<Leave<'_>, SourceError> {
        let now = Instant::now();
        let guarded = &self.endpoints[endpoint];
        let admitted = lock(&guarded.breaker).admit(now);
        let ticket = admitted.map_err(|until| {
            let reason = lock(&guarded.said).as_ref().map_or_else(String::new, ToString::to_string);
            self.rests(endpoint, until.saturating_duration_since(now), reason)
        })?;
        Ok(Leave { guard: self, endpoint, ticket: Some(ticket) })
    }

    async fn take_token(&self, endpoint: usize, by: Instant) -> Result<(), SourceError> {
        let now = Instant::now();
        let taken = lock(&self.bucket).take(now, by.saturating_duration_since(now));
        let reason = || "`rate` in `limits` allows no more requests until then".to_owned();
        let wait = taken.map_err(|wait| self.rests(endpoint, wait, reason()))?;
        self.delay(wait).await;
        Ok(())
    }

    /// Ends all rests, as when a person asks for an answer now.
    pub fn wake(&self) {
        let now = Instant::now();
        for endpoint in &self.endpoints {
            lock(&endpoint.breaker).wake(now);
            *lock(&endpoint.pace) = None;
        }
    }

    /// How it stands at `now`, which is the present in the clock of the reader.
    pub fn health(&self, now: DateTime<Utc>) -> Health {
        let endpoints = self.endpoints.iter().map(|endpoint| endpoint.health(now)).collect();
        Health {
            endpoints,
            answering: self.answering(),
            apart: false,
            attempts: self.attempts.load(Ordering::Relaxed),
            retries: self.retries.load(Ordering::Relaxed),
            delayed: self.delayed.load(Ordering::Relaxed),
            spared: self.spared.load(Ordering::Relaxed),
            clock_offset: None,
        }
    }
}

impl Guarded {
    fn health(&self, now: DateTime<Utc>) -> Endpoint {
        let present = Instant::now();
        let breaker = lock(&self.breaker);
        let until = |until: Instant| {
            let wait = TimeDelta::from_std(until.saturating_duration_since(present));
            now + wait.unwrap_or(TimeDelta::zero())
        };
        let paced = lock(&self.pace).map(|pace| pace.next);
        let (circuit, next_try) = match breaker.state() {
            State::Closed => (Circuit::Closed, paced.filter(|until| *until > present).map(until)),
            State::Open { until: end } => (Circuit::Open, Some(until(end))),
            State::HalfOpen => (Circuit::HalfOpen, None),
        };
        let said = lock(&self.said).as_ref().map(ToString::to_string);
        Endpoint {
            address: self.address.clone(),
            circuit,
            failures: breaker.failures(present),
            next_try,
            said,
        }
    }
}

/// Leave to make one attempt; given up when it is dropped without an outcome.
struct Leave<'a> {
    guard: &'a Guard,
    endpoint: usize,
    ticket: Option<Ticket>,
}

impl Leave<'_> {
    fn settle(mut self, error: Option<&SourceError>) {
        let Some(ticket) = self.ticket.take() else { return };
        let endpoint = &self.guard.endpoints[self.endpoint];
        let failed = error.filter(|error| retry::is_sick(error));
        let (now, jitter) = (Instant::now(), lock(&self.guard.dice).f64());
        let mut breaker = lock(&endpoint.breaker);
        let before = breaker.state();
        let counts = breaker.settle(ticket, failed.is_none(), now, jitter);
        let wish = failed.and_then(retry::wish);
        if let Some(wish) = wish {
            breaker.hold(now + wish);
        }
        let after = breaker.state();
        drop(breaker);
        let address = endpoint.address.as_str();
        match (before, after) {
            (State::Open { .. }, State::Open { .. }) => {}
            (_, State::Open { .. }) => tracing::warn!(address, "the circuit opens"),
            (State::HalfOpen, State::Closed) => tracing::info!(address, "the circuit closes"),
            _ => {}
        }
        if counts || wish.is_some() {
            *lock(&endpoint.said) = failed.cloned();
        }
    }
}

impl Drop for Leave<'_> {
    fn drop(&mut self) {
        if let Some(ticket) = self.ticket.take() {
            lock(&self.guard.endpoints[self.endpoint].breaker).abandon(ticket, Instant::now());
        }
    }
}

fn whole_seconds(time: Duration) -> u64 {
    time.as_secs() + u64::from(time.subsec_nanos() > 0)
}

#[cfg(test)]
mod tests;
