//! Leaves a sick endpoint alone: a sliding window of outcomes, a rest that grows, and one probe at a time.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

/// Outcomes that are remembered, and for how long.
const REMEMBERED: usize = 10;
const MEMORY: Duration = Duration::from_secs(300);
/// Fewer outcomes than this prove nothing.
const PROOF: usize = 4;
const FIRST_REST: Duration = Duration::from_secs(10);
const LONGEST_REST: Duration = Duration::from_secs(60);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Closed,
    Open {
        until: Instant,
    },
    /// One probe is under way.
    HalfOpen,
}

/// Leave to ask. It belongs to the breaker's state of the time: the outcome of an older one changes nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ticket {
    generation: u64,
}

#[derive(Debug)]
pub(super) struct Breaker {
    state: State,
    generation: u64,
    /// When each ended, and whether well.
    outcomes: VecDeque<(Instant, bool)>,
    /// Rests in a row.
    rests: u32,
}

impl Breaker {
    pub(super) fn new() -> Self {
        Self { state: State::Closed, generation: 0, outcomes: VecDeque::new(), rests: 0 }
    }

    pub(super) fn state(&self) -> State {
        self.state
    }

    /// Failures among the outcomes that count at `now`.
    pub(super) fn failures(&self, now: Instant) -> u32 {
        self.recent(now).filter(|well| !well).count() as u32
    }

    fn recent(&self, now: Instant) -> impl Iterator<Item = bool> {
        let is_recent = move |at: &Instant| now.saturating_duration_since(*at) <= MEMORY;
        self.outcomes.iter().filter(move |(at, _)| is_recent(at)).map(|(_, well)| *well)
    }

    /// Leave to ask, or when to come again.
    pub(super) fn admit(&mut self, now: Instant) -> Result<Ticket, Instant> {
        match self.state {
            State::Closed => {}
            State::Open { until } if now < until => return Err(until),
            State::Open { .. } => self.turn(State::HalfOpen),
            State::HalfOpen => return Err(now),
        }
        Ok(Ticket { generation: self.generation })
    }

    /// Takes the outcome of an attempt in, and tells whether it counts. `jitter` in 0..1 spreads the rests of many panes.
    pub(super) fn settle(&mut self, ticket: Ticket, well: bool, now: Instant, jitter: f64) -> bool {
        if ticket.generation != self.generation {
            return false;
        }
        if well && self.state == State::HalfOpen {
            self.outcomes.clear();
            self.rests = 0;
            self.turn(State::Closed);
        }
        self.outcomes.push_back((now, well));
        if self.outcomes.len() > REMEMBERED {
            self.outcomes.pop_front();
        }
        let (all, bad) = (self.recent(now).count(), self.failures(now) as usize);
        let tripped = !well && all >= PROOF && 2 * bad >= all;
        if tripped || (!well && self.state == State::HalfOpen) {
            self.rest(now, jitter);
        }
        true
    }

    fn rest(&mut self, now: Instant, jitter: f64) {
        let rest = (FIRST_REST * 2_u32.saturating_pow(self.rests.min(8))).min(LONGEST_REST);
        self.rests += 1;
        // Between nine tenths of it and the whole.
        let spread = rest.mul_f64(0.1 * jitter.clamp(0.0, 1.0));
        self.turn(State::Open { until: now + rest.checked_sub(spread).unwrap_or(rest) });
    }

    /// An attempt that was given up before it ended: it proves nothing, and another may probe.
    pub(super) fn abandon(&mut self, ticket: Ticket, now: Instant) {
        if ticket.generation == self.generation && self.state == State::HalfOpen {
            self.turn(State::Open { until: now });
        }
    }

    /// Asks for nothing before `until`, as the endpoint itself wishes: now, whenever it was asked.
    pub(super) fn hold(&mut self, until: Instant) {
        let later = match self.state {
            State::Open { until: present } => until.max(present),
            State::Closed | State::HalfOpen => until,
        };
        self.turn(State::Open { until: later });
    }

    /// Ends a rest: the next attempt is a probe.
    pub(super) fn wake(&mut self, now: Instant) {
        if let State::Open { until } = &mut self.state {
            *until = (*until).min(now);
        }
    }

    fn turn(&mut self, state: State) {
        self.state = state;
        self.generation += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(count: u64) -> Duration {
        Duration::from_secs(count)
    }

    /// Four failures, one a second; the breaker rests from the last one on.
    fn tripped() -> (Breaker, Instant) {
        let start = Instant::now();
        let mut breaker = Breaker::new();
        for second in 0..4 {
            let now = start + seconds(second);
            let ticket = breaker.admit(now).unwrap();
            breaker.settle(ticket, false, now, 0.0);
        }
        (breaker, start + seconds(3))
    }

    #[test]
    fn four_failures_open_it_and_three_do_not() {
        let start = Instant::now();
        let mut breaker = Breaker::new();
        for _ in 0..3 {
            let ticket = breaker.admit(start).unwrap();
            breaker.settle(ticket, false, start, 0.0);
        }
        assert!(breaker.admit(start).is_ok());
        let (mut breaker, at) = tripped();
        assert_eq!(breaker.admit(at), Err(at + seconds(10)));
    }

    #[test]
    fn half_of_the_window_opens_it_and_less_does_not() {
        let now = Instant::now();
        let open_after = |outcomes: &[bool]| {
            let mut breaker = Breaker::new();
            for well in outcomes {
                let ticket = breaker.admit(now).unwrap();
                breaker.settle(ticket, *well, now, 0.0);
            }
            breaker.admit(now).is_err()
        };
        assert!(open_after(&[true, true, false, false]));
        assert!(!open_after(&[true, true, true, false, false]));
        // Ten are remembered: the first four are forgotten here, and five of ten are left.
        assert!(open_after(&[[true; 9].as_slice(), &[false; 5]].concat()));
        assert!(!open_after(&[[true; 9].as_slice(), &[false; 4]].concat()));
    }

    #[test]
    fn old_failures_are_forgotten() {
        let start = Instant::now();
        let mut breaker = Breaker::new();
        for minute in [0, 2, 4, 6] {
            let now = start + seconds(60 * minute);
            let ticket = breaker.admit(now).unwrap();
            breaker.settle(ticket, false, now, 0.0);
        }
        assert_eq!(breaker.failures(start + seconds(361)), 3);
        assert_eq!(breaker.state(), State::Closed);
    }

    #[test]
    fn one_probe_decides_and_the_rest_doubles_to_a_minute() {
        let (mut breaker, mut now) = tripped();
        for rest in [10, 20, 40, 60, 60] {
            let until = now + seconds(rest);
            assert_eq!(breaker.admit(until - seconds(1)), Err(until), "rest of {rest} s");
            let probe = breaker.admit(until).unwrap();
            assert!(breaker.admit(until).is_err(), "one probe at a time");
            now = until;
            breaker.settle(probe, false, now, 0.0);
        }
        let probe = breaker.admit(now + seconds(60)).unwrap();
        breaker.settle(probe, true, now + seconds(60), 0.0);
        assert_eq!((breaker.state(), breaker.failures(now + seconds(60))), (State::Closed, 0));
    }

    #[test]
    fn jitter_shortens_a_rest_by_a_tenth_at_most() {
        let start = Instant::now();
        let mut breaker = Breaker::new();
        for _ in 0..4 {
            let ticket = breaker.admit(start).unwrap();
            breaker.settle(ticket, false, start, 1.0);
        }
        assert_eq!(breaker.admit(start), Err(start + seconds(9)));
    }

    #[test]
    fn a_late_answer_from_before_changes_nothing() {
        let now = Instant::now();
        let mut breaker = Breaker::new();
        let slow = breaker.admit(now).unwrap();
        for _ in 0..4 {
            let ticket = breaker.admit(now).unwrap();
            breaker.settle(ticket, false, now, 0.0);
        }
        assert!(!breaker.settle(slow, true, now, 0.0));
        assert!(breaker.admit(now).is_err(), "still open");
        let probe = breaker.admit(now + seconds(10)).unwrap();
        breaker.settle(slow, true, now, 0.0);
        assert_eq!(breaker.state(), State::HalfOpen);
        breaker.settle(probe, true, now, 0.0);
        assert_eq!(breaker.state(), State::Closed);
    }

    #[test]
    fn a_probe_that_was_given_up_lets_another_one_through() {
        let (mut breaker, at) = tripped();
        let then = at + seconds(10);
        let probe = breaker.admit(then).unwrap();
        breaker.abandon(probe, then);
        assert!(breaker.admit(then).is_ok());
    }

    #[test]
    fn the_endpoint_may_ask_for_a_longer_rest_and_a_person_may_end_it() {
        let now = Instant::now();
        let mut breaker = Breaker::new();
        breaker.hold(now + seconds(90));
        assert_eq!(breaker.admit(now), Err(now + seconds(90)));
        breaker.hold(now + seconds(30));
        assert_eq!(breaker.admit(now), Err(now + seconds(90)));
        breaker.wake(now);
        assert!(breaker.admit(now).is_ok());
    }
}
