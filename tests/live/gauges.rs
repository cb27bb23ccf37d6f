//! Series that are no counters, as they were minute by minute, and what was good in them. Nothing here knows burnwatch.

use crate::truth::{BEGIN, DAY, NOW};

const HOUR: i64 = 3600;
const MINUTE: i64 = 60;
/// Sampled every so many seconds, five after the whole interval.
const SCRAPE: i64 = 30;

/// Stretches `(from, to]` of whole minutes in which something was wrong: in hours, in cells, and just now.
type Stretches = &'static [(i64, i64)];

const FULL: Stretches = &[
    (NOW - 21 * DAY + 7 * HOUR + 11 * MINUTE, NOW - 21 * DAY + 9 * HOUR + 3 * MINUTE),
    (NOW - 2 * DAY - 77 * MINUTE, NOW - 2 * DAY - 30 * MINUTE),
    (NOW - 11 * MINUTE, NOW - 3 * MINUTE),
];
const DOWN: Stretches =
    &[(NOW - 9 * DAY + 1000 * MINUTE, NOW - 9 * DAY + 1091 * MINUTE), (NOW - 4 * HOUR, NOW - 235 * MINUTE)];
const STANDING: Stretches =
    &[(NOW - 17 * DAY, NOW - 17 * DAY + 3 * HOUR), (NOW - 5 * HOUR, NOW - 4 * HOUR - 20 * MINUTE)];
/// Hours at whose end the backup was not made.
const SKIPPED: [i64; 5] =
    [NOW - 13 * DAY, NOW - 13 * DAY + HOUR, NOW - 30 * HOUR, NOW - 2 * HOUR, NOW - 3 * HOUR];
/// Nothing was asked, so that there is no ratio: 0 / 0.
const IDLE: Stretches =
    &[(NOW - 8 * DAY, NOW - 8 * DAY + 3 * HOUR), (NOW - 150 * MINUTE, NOW - 120 * MINUTE)];

/// A series, with what a scrape at a time sees.
pub(crate) struct Gauge {
    pub(crate) name: &'static str,
    value: fn(i64) -> f64,
}

pub(crate) const GAUGES: &[Gauge] = &[
    Gauge { name: "queue_depth{queue=\"mail\"}", value: |time| if within(FULL, time) { 50.0 } else { 4.0 } },
    Gauge { name: "probe_ok{probe=\"login\"}", value: |time| if within(DOWN, time) { 0.0 } else { 1.0 } },
    Gauge { name: "backup_done_seconds{}", value: |time| done(time) as f64 },
    Gauge { name: "rows_total{job=\"import\"}", value: |time| rows(BEGIN, time) },
    Gauge { name: "slo:error_ratio{slo=\"mail\"}", value: |time| ratio(time).unwrap_or(f64::NAN) },
];

impl Gauge {
    /// The samples of scrapes in `[from, to)`.
    pub(crate) fn samples(&self, from: i64, to: i64) -> impl Iterator<Item = (i64, f64)> + '_ {
        (from..to).step_by(SCRAPE as usize).map(|time| (time + 5, (self.value)(time + 5)))
    }
}

fn within(stretches: &[(i64, i64)], time: i64) -> bool {
    stretches.iter().any(|(from, to)| time > *from && time <= *to)
}

/// When the backup before `time` was made.
fn done(time: i64) -> i64 {
    let mut hour = time - time.rem_euclid(HOUR);
    while SKIPPED.contains(&hour) {
        hour -= HOUR;
    }
    hour
}

/// Two a second, unless the import stands.
fn rows(from: i64, to: i64) -> f64 {
    let standing: i64 = STANDING.iter().map(|(a, b)| (to.min(*b) - from.max(*a)).max(0)).sum();
    2.0 * (to - from - standing) as f64
}

fn ratio(time: i64) -> Option<f64> {
    (!within(IDLE, time)).then(|| if within(FULL, time) { 0.4 } else { 0.002 })
}

/// The bad and all known minutes of `(from, to]`, by what was so in each; `None` is not known.
pub(crate) fn minutes(from: i64, to: i64, bad: impl Fn(i64) -> Option<f64>) -> (f64, f64) {
    let ends = (from + MINUTE..=to).step_by(MINUTE as usize);
    ends.filter_map(bad).fold((0.0, 0.0), |(bad, all), minute| (bad + minute, all + 1.0))
}

/// Whether the minute that ends at `end` was bad, by the name of the kind; as a share where that is what is known.
pub(crate) fn bad(kind: &str, end: i64) -> Option<f64> {
    let share = |bad: bool| Some(f64::from(u8::from(bad)));
    match kind {
        "threshold" => share(within(FULL, end)),
        "bool" => share(within(DOWN, end)),
        "freshness" => share(end - done(end - 1) > 90 * MINUTE),
        "throughput" => share(rows(end - 300, end) < 300.0),
        "ratio" => ratio(end),
        other => panic!("nothing is known of the kind {other}"),
    }
}
