//! A backend of one process behind the real guard, in weather that is drawn by lot: what fails when, for a day.

use std::sync::atomic::{AtomicI64, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use burnwatch::domain::health::Health;
use burnwatch::domain::slo::objective::Objective;
use burnwatch::domain::slo::tally::Tally;
use burnwatch::domain::slo::window::Window;
use burnwatch::source::guard::{Attempt, Guard, Limits};
use burnwatch::source::{
    Answer, Cells, Clock, Counts, CountsAsk, Query, Range, Sampling, Signals, SignalsAsk, Source,
    SourceError, Toll,
};
use chrono::{DateTime, Utc};
use tokio::time::sleep;

use crate::prom::truth;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Refused,
    Hangs,
    InTrouble,
    Limited,
    Garbage,
    /// Some objectives get no answer.
    Partial,
    /// Now and then it fails.
    Flaps,
}

const KINDS: [Kind; 7] =
    [Kind::Refused, Kind::Hangs, Kind::InTrouble, Kind::Limited, Kind::Garbage, Kind::Partial, Kind::Flaps];

/// From when to when, in seconds since the beginning.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spell {
    pub(crate) from: i64,
    pub(crate) to: i64,
    pub(crate) kind: Kind,
}

/// Spells of seconds to minutes with calm between, and two long ones; the first and the last half hour are calm.
pub(crate) fn spells(seed: u64, day: i64) -> Vec<Spell> {
    let mut dice = fastrand::Rng::with_seed(seed);
    let long = [dice.i64(2..10) * 3600, dice.i64(12..18) * 3600];
    let (mut spells, mut at) = (Vec::new(), 1800);
    loop {
        at += dice.i64(30..1800);
        let rare = long.iter().any(|start| (*start..*start + 1800).contains(&at));
        let lasts = if rare { dice.i64(3600..4 * 3600) } else { dice.i64(5..900) };
        let kind = if rare { KINDS[dice.usize(..5)] } else { KINDS[dice.usize(..KINDS.len())] };
        if at + lasts > day - 1800 {
            return spells;
        }
        spells.push(Spell { from: at, to: at + lasts, kind });
        at += lasts;
    }
}

pub(crate) struct Backend {
    guard: Guard,
    clock: Clock,
    born: DateTime<Utc>,
    spells: Vec<Spell>,
    dice: Mutex<fastrand::Rng>,
    /// Requests that reached it, or would have.
    pub(crate) requests: AtomicU64,
    open: AtomicUsize,
    pub(crate) most_open: AtomicUsize,
    /// When it last counted everything that it was asked.
    pub(crate) answered_at: AtomicI64,
}

const ADDRESS: &str = "http://soak.test";

impl Backend {
    pub(crate) fn new(seed: u64, spells: Vec<Spell>, clock: &Clock) -> Arc<Self> {
        let guard = Guard::new(vec![ADDRESS.to_owned()], Duration::from_secs(5), Limits::default(), seed);
        Arc::new(Self {
            guard,
            born: clock(),
            clock: Arc::clone(clock),
            spells,
            dice: Mutex::new(fastrand::Rng::with_seed(seed ^ 0x5eed)),
            requests: AtomicU64::new(0),
            open: AtomicUsize::new(0),
            most_open: AtomicUsize::new(0),
            answered_at: AtomicI64::new(0),
        })
    }

    pub(crate) fn weather(&self) -> Option<Kind> {
        let at = ((self.clock)() - self.born).num_seconds();
        self.spells.iter().find(|spell| (spell.from..spell.to).contains(&at)).map(|spell| spell.kind)
    }

    fn roll(&self, millis: std::ops::Range<u64>) -> u64 {
        self.dice.lock().unwrap().u64(millis)
    }

    async fn attempt(&self, attempt: Attempt, ask: &CountsAsk) -> Result<Counts, SourceError> {
        self.requests.fetch_add(1, Ordering::Relaxed);
        let open = self.open.fetch_add(1, Ordering::Relaxed) + 1;
        self.most_open.fetch_max(open, Ordering::Relaxed);
        let outcome = self.outcome(attempt, ask).await;
        self.open.fetch_sub(1, Ordering::Relaxed);
        outcome
    }

    async fn outcome(&self, attempt: Attempt, ask: &CountsAsk) -> Result<Counts, SourceError> {
        sleep(Duration::from_millis(self.roll(3..300))).await;
        let address = ADDRESS.to_owned();
        let server = |status, message: &str| SourceError::Server {
            address: address.clone(),
            status,
            message: message.to_owned(),
            retry_after: None,
        };
        match self.weather() {
            Some(Kind::Refused) => Err(SourceError::Refused { address }),
            Some(Kind::Hangs) => {
                sleep(attempt.timeout).await;
                Err(SourceError::Timeout { address, seconds: 5 })
            }
            Some(Kind::InTrouble) => Err(server([500, 502, 503][self.roll(0..3) as usize], "boom")),
            Some(Kind::Limited) => {
                let retry_after = [None, Some(2), Some(45)][self.roll(0..3) as usize];
                Err(SourceError::RateLimited { address, retry_after })
            }
            Some(Kind::Garbage) => Err(SourceError::BadAnswer { address, what: "HTML".to_owned() }),
            Some(Kind::Flaps) if self.roll(0..2) == 0 => Err(server(500, "boom")),
            weather => Ok(self.counts_of(ask, weather == Some(Kind::Partial))),
        }
    }

    fn counts_of(&self, ask: &CountsAsk, partial: bool) -> Counts {
        let now = (self.clock)().timestamp();
        let one = |(place, asked): (usize, &burnwatch::source::Asked)| {
            if partial && place % 2 == 1 {
                return Err(SourceError::Timeout { address: ADDRESS.to_owned(), seconds: 5 });
            }
            let Range { from, to, step } = ask.range;
            let points = (0..=(to - from) / step).map(|i| from + i * step).filter(|end| *end <= now);
            let tally = |end| {
                let (bad, total) = truth(end, asked.cell.as_seconds());
                (end, Tally::new(bad, total))
            };
            Ok(Cells { points: points.map(tally).collect(), seen_since: Some(from), dropped: 0 })
        };
        if !partial {
            self.answered_at.store(now, Ordering::Relaxed);
        }
        let slos = ask.asked.iter().enumerate().map(one).collect();
        Counts { slos, toll: Toll { requests: 1, points: 1, warnings: Vec::new() }, ..Counts::default() }
    }
}

impl Source for Backend {
    fn address(&self) -> String {
        ADDRESS.to_owned()
    }

    fn health(&self, now: DateTime<Utc>) -> Health {
        self.guard.health(now)
    }

    fn counts<'a>(&'a self, ask: &'a CountsAsk) -> Answer<'a, Counts> {
        Box::pin(self.guard.call(move |attempt| self.attempt(attempt, ask)))
    }

    fn signals<'a>(&'a self, _ask: &'a SignalsAsk) -> Answer<'a, Signals> {
        Box::pin(std::future::ready(Ok(Signals::default())))
    }

    fn sample_intervals<'a>(
        &'a self,
        objectives: &'a [Arc<Objective>],
        _at: i64,
    ) -> Answer<'a, Vec<Option<Sampling>>> {
        Box::pin(std::future::ready(Ok(vec![Some(Sampling::every(15)); objectives.len()])))
    }

    fn queries(&self, objective: &Objective, _window: Window) -> Vec<Query> {
        vec![Query { part: "bad".to_owned(), text: objective.id.clone() }]
    }
}
