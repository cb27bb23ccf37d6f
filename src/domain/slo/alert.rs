//! Our own evaluation of alert tiers: firing or not, since when, and how far from changing.

use super::burn;
use super::ledger::{FINE_SPAN, Ledger, MINUTE};
use super::tally::Tally;
use super::target::Target;
use super::tier::{Sight, Tier};
use super::window::Window;

#[derive(Clone, Debug, PartialEq)]
pub struct TierStatus {
    pub tier: Tier,
    pub short_burn: Option<f64>,
    pub long_burn: Option<f64>,
    pub firing: bool,
    /// Both windows burn, but not yet as long as the tier waits.
    pub pending: bool,
    /// Whether the factor can be reached at this target at all.
    pub can_fire: bool,
    /// Whether the ledger can show what it looks at.
    pub sight: Sight,
    /// Unix time of the first minute in which both windows burned as they do now.
    pub since: Option<i64>,
    /// Seconds until it fires if the last cell's error rate goes on.
    pub fires_in: Option<i64>,
    /// Seconds until it clears if errors stop now and traffic goes on.
    pub clears_in: Option<i64>,
}

/// What a tier is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Quiet,
    Pending,
    Firing,
    /// Its factor is out of reach.
    CannotFire,
    /// Its windows are too short for the ledger's cells.
    Unseen,
    /// One of its windows has no data.
    Unknown,
}

impl State {
    /// The word of the JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Quiet => "quiet",
            Self::Pending => "pending",
            Self::Firing => "firing",
            Self::CannotFire => "cannot_fire",
            Self::Unseen => "unseen",
            Self::Unknown => "unknown",
        }
    }
}

impl TierStatus {
    pub fn state(&self) -> State {
        match self.nearness() {
            _ if self.firing => State::Firing,
            _ if self.pending => State::Pending,
            _ if !self.can_fire => State::CannotFire,
            _ if self.sight == Sight::Blind => State::Unseen,
            None => State::Unknown,
            Some(_) => State::Quiet,
        }
    }

    /// Unix time since which it has been firing: its wait after both windows began to burn.
    pub fn firing_since(&self) -> Option<i64> {
        let wait = self.tier.wait.map_or(0, Window::as_seconds);
        self.since.filter(|_| self.firing).map(|since| since + wait)
    }

    /// How close the nearer-to-quiet of the two burns is to the factor: 1 is firing.
    pub fn nearness(&self) -> Option<f64> {
        Some(self.short_burn?.min(self.long_burn?) / self.tier.factor)
    }
}

/// Judges one tier at `at`, which must be a whole minute.
pub fn evaluate(tier: &Tier, ledger: &Ledger, target: Target, at: i64) -> TierStatus {
    let eye = Eye { tier, ledger, target };
    let short_burn = eye.burn(at, tier.short);
    let long_burn = eye.burn(at, tier.long);
    let since = eye.fires(short_burn, long_burn).then(|| eye.since(at));
    let wait = tier.wait.map_or(0, Window::as_seconds);
    let waited = since.map(|since| at - since);
    let firing = waited.is_some_and(|waited| waited >= wait);
    TierStatus {
        tier: *tier,
        short_burn,
        long_burn,
        firing,
        pending: since.is_some() && !firing,
        can_fire: tier.can_fire(target),
        sight: tier.sight(ledger.base()),
        since,
        fires_in: match waited {
            Some(_) if firing => None,
            Some(waited) => Some(wait - waited),
            None => eye.fires_in(at).map(|ahead| ahead + wait),
        },
        clears_in: if firing { eye.clears_in(at) } else { None },
    }
}

struct Eye<'a> {
    tier: &'a Tier,
    ledger: &'a Ledger,
    target: Target,
}

impl Eye<'_> {
    fn burn(&self, at: i64, window: Window) -> Option<f64> {
        burn::rate(self.ledger.read(at, window)?.tally, self.target)
    }

    fn fires(&self, short: Option<f64>, long: Option<f64>) -> bool {
        let passes =
            |burn: Option<f64>| burn.is_some_and(|burn| self.tier.comparison.holds(burn, self.tier.factor));
        passes(short) && passes(long)
    }

    fn fired_at(&self, at: i64) -> bool {
        self.fires(self.burn(at, self.tier.short), self.burn(at, self.tier.long))
    }

    /// Minute by minute through the fine cells, then cell by cell as far back as three days.
    fn since(&self, at: i64) -> i64 {
        let cell = self.ledger.base().as_seconds();
        let mut since = at;
        loop {
            let step = if at - since < FINE_SPAN - cell { MINUTE } else { cell };
            let earlier = since - step;
            if at - earlier > 3 * 86_400 || !self.fired_at(earlier) {
                return since;
            }
            since = earlier;
        }
    }

    /// The tally of the window that ends `ahead` seconds after `at`, if events go on coming as `per_second`.
    fn ahead(&self, at: i64, window: Window, ahead: i64, per_second: Tally) -> Option<Tally> {
        let span = window.as_seconds();
        let coming = per_second * ahead.min(span) as f64;
        if ahead >= span {
            return Some(coming);
        }
        let leaving = self.ledger.read(at, window)?.tally;
        let kept = self.kept(at, span, ahead).unwrap_or(leaving);
        Some(kept + coming)
    }

    /// What of the window that ends at `at` is still inside after `ahead` seconds.
    fn kept(&self, at: i64, span: i64, ahead: i64) -> Option<Tally> {
        let rest = span - ahead;
        let cell = self.ledger.base().as_seconds();
        if rest >= cell {
            return Some(self.ledger.read(at, Window::seconds(rest))?.tally);
        }
        let last = self.ledger.read(at, self.ledger.base())?.tally;
        Some(last * (rest as f64 / cell as f64))
    }

    fn last_rate(&self, at: i64) -> Option<Tally> {
        let cell = self.ledger.base();
        Some(self.ledger.read(at, cell)?.tally * (1.0 / cell.as_seconds() as f64))
    }

    fn fires_ahead(&self, at: i64, ahead: i64, rate: Tally) -> bool {
        let burn =
            |window| self.ahead(at, window, ahead, rate).and_then(|tally| burn::rate(tally, self.target));
        self.fires(burn(self.tier.short), burn(self.tier.long))
    }

    /// At a constant error rate both windows move toward it, so only a rate above the factor can fire.
    fn fires_in(&self, at: i64) -> Option<i64> {
        let rate = self.last_rate(at)?;
        let burn = burn::rate(rate, self.target)?;
        if !self.tier.comparison.holds(burn, self.tier.factor) {
            return None;
        }
        first_second(self.tier.long.as_seconds(), |ahead| self.fires_ahead(at, ahead, rate))
    }

    fn clears_in(&self, at: i64) -> Option<i64> {
        let rate = self.last_rate(at)?;
        let clean = Tally::new(0.0, rate.total);
        first_second(self.tier.long.as_seconds(), |ahead| !self.fires_ahead(at, ahead, clean))
    }
}

/// The first whole second up to `limit` at which `holds`, for something that stays true once it is.
fn first_second(limit: i64, holds: impl Fn(i64) -> bool) -> Option<i64> {
    let (mut low, mut high) = (0, limit);
    if !holds(high) {
        return None;
    }
    while high - low > 1 {
        let middle = i64::midpoint(low, high);
        if holds(middle) { high = middle } else { low = middle }
    }
    Some(high)
}

#[cfg(test)]
mod tests;
