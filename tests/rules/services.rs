//! One service over 35 days, and what befell it: each trouble sets off one more kind of alert.

use crate::truth::{Counter, DAY, NOW, Process};

/// This file: history is made anew when it changes.
pub(crate) const SOURCE: &str = include_str!("services.rs");

const HOUR: i64 = 3600;
const MINUTE: i64 = 60;

/// Begin, length and share of errors, where one request in a thousand is too many. Quiet days lie between them.
const TROUBLE: [(i64, i64, f64); 7] = [
    (NOW - 31 * DAY + 1234, 40 * MINUTE, 0.5),
    (NOW - 25 * DAY, 5 * HOUR, 0.009),
    (NOW - 20 * DAY + 777, 20 * HOUR, 0.004),
    (NOW - 15 * DAY, 75 * HOUR, 0.0017),
    // Two short ones within an hour of each other, the first over before its window is.
    (NOW - 5 * DAY, 3 * MINUTE, 1.0),
    (NOW - 5 * DAY + 50 * MINUTE, 9 * MINUTE, 0.2),
    (NOW - 10 * HOUR, 25 * MINUTE, 0.03),
];
/// Nobody asks for anything.
const IDLE: (i64, i64) = (NOW - 3 * DAY, NOW - 3 * DAY + 9 * HOUR);
/// Nobody is told.
const UNSEEN: (i64, i64) = (NOW - 7 * DAY, NOW - 7 * DAY + 50 * MINUTE);

fn traffic(time: i64) -> f64 {
    let idle = time >= IDLE.0 && time < IDLE.1;
    // More by day than by night, in steps.
    if idle { 0.0 } else { 20.0 + (time % DAY / HOUR) as f64 }
}

fn share(time: i64) -> f64 {
    let now = TROUBLE.iter().find(|(begin, length, _)| time >= *begin && time < begin + length);
    now.map_or(0.0002, |trouble| trouble.2)
}

/// Ten times as many are slow as fail.
fn slow(time: i64) -> f64 {
    (10.0 * share(time)).min(1.0)
}

const fn counter(metric: &'static str, label: &'static str, rate: fn(i64) -> f64) -> Counter {
    Counter { metric, label, rate, lazy: false }
}

const BUCKET: &str = "http_request_duration_seconds_bucket";

pub(crate) const PROCESSES: &[Process] = &[Process {
    service: "api",
    instance: "a",
    scrape: 60,
    restarts: &[NOW - 20 * DAY + 4 * HOUR, NOW - 5 * DAY + 53 * MINUTE],
    unseen: Some(UNSEEN),
    counters: &[
        counter("http_requests_total", "code=\"200\"", |time| traffic(time) * (1.0 - share(time))),
        // Its series is born with the first error.
        Counter {
            lazy: true,
            ..counter("http_requests_total", "code=\"500\"", |time| traffic(time) * share(time))
        },
        counter(BUCKET, "le=\"0.3\"", |time| traffic(time) * (1.0 - slow(time))),
        counter(BUCKET, "le=\"+Inf\"", traffic),
        counter("http_request_duration_seconds_count", "", traffic),
    ],
}];
