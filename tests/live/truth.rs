//! What really happened, five seconds by five seconds, and what a scrape of it would have shown. Nothing here knows
//! burnwatch: this is the other side of every comparison.

/// The instant at which all tests look, a whole hour: 2026-01-20 10:00 UTC.
pub(crate) const NOW: i64 = 1_768_903_200;
pub(crate) const DAY: i64 = 86_400;
/// Where history begins: at a whole block before 35 days ago.
pub(crate) const BEGIN: i64 = (NOW - 35 * DAY) / BLOCK * BLOCK;
/// Length of the blocks that history is written in, one of the sizes that Prometheus compacts to.
pub(crate) const BLOCK: i64 = 162 * 3600;
/// History goes on a little after `NOW`, so that later refreshes find something.
pub(crate) const END: i64 = NOW + 1800;

/// Events are counted in steps of so many seconds; every instant used here is a multiple of it.
const STEP: i64 = 5;

/// A process whose counters are scraped.
pub(crate) struct Process {
    pub(crate) service: &'static str,
    pub(crate) instance: &'static str,
    /// Scraped every so many seconds, `STEP` after the whole interval, so that no window's edge meets a sample.
    pub(crate) scrape: i64,
    /// When its counters started at zero again.
    pub(crate) restarts: &'static [i64],
    /// Nobody scraped it in `(from, to]`.
    pub(crate) unseen: Option<(i64, i64)>,
    pub(crate) counters: &'static [Counter],
}

/// One series.
pub(crate) struct Counter {
    pub(crate) metric: &'static str,
    /// One label as it is written, such as `code="500"`, or nothing.
    pub(crate) label: &'static str,
    /// Events a second.
    pub(crate) rate: fn(i64) -> f64,
    /// The series does not exist before its first event.
    pub(crate) lazy: bool,
}

/// The events of one counter since `BEGIN`; whole ones, spread so that their sum follows the rate.
pub(crate) struct Counted {
    sums: Vec<f64>,
}

impl Counted {
    pub(crate) fn of(counter: &Counter) -> Self {
        let (mut carry, mut sum) = (0.0, 0.0);
        let mut sums = vec![0.0];
        for step in 0..(END - BEGIN) / STEP {
            carry += (counter.rate)(BEGIN + step * STEP) * STEP as f64;
            let whole = f64::floor(carry);
            carry -= whole;
            sum += whole;
            sums.push(sum);
        }
        Self { sums }
    }

    /// Events in `(from, to]`.
    pub(crate) fn between(&self, from: i64, to: i64) -> f64 {
        self.up_to(to) - self.up_to(from)
    }

    fn up_to(&self, time: i64) -> f64 {
        assert_eq!(time % STEP, 0, "events are known every {STEP} s");
        self.sums[(time - BEGIN).clamp(0, END - BEGIN) as usize / STEP as usize]
    }

    /// The samples that scrapes in `[from, to)` see, as (Unix seconds, value).
    pub(crate) fn samples(
        &self,
        process: &Process,
        counter: &Counter,
        from: i64,
        to: i64,
    ) -> Vec<(i64, f64)> {
        let times = (from..to).step_by(process.scrape as usize).map(|time| time + STEP);
        times.filter_map(|time| Some((time, self.shown(process, counter, time)?))).collect()
    }

    fn shown(&self, process: &Process, counter: &Counter, time: i64) -> Option<f64> {
        let unseen = process.unseen.is_some_and(|(from, to)| time > from && time <= to);
        let start = process.restarts.iter().copied().filter(|start| *start <= time).max().unwrap_or(BEGIN);
        let value = self.between(start, time);
        let unborn = counter.lazy && value <= 0.0;
        (!unseen && !unborn).then_some(value)
    }
}
