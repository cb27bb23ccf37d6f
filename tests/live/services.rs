//! The services of the fixture: their traffic, and what befell them.

use std::f64::consts::TAU;

use crate::truth::{BEGIN, Counter, DAY, NOW, Process};

const HOUR: i64 = 3600;
const MINUTE: i64 = 60;
/// The first instant of the outage in which an error series is born.
pub(crate) const OUTAGE: i64 = NOW - 27 * MINUTE + 20;
/// Fifty minutes without a scrape.
pub(crate) const GAP: (i64, i64) = (NOW - 20 * HOUR - 50 * MINUTE, NOW - 20 * HOUR);

const REQUESTS: &str = "http_requests_total";
const OK: &str = "code=\"200\"";
const FAILED: &str = "code=\"500\"";

/// Traffic of a day: more in the afternoon than at night.
fn daily(time: i64) -> f64 {
    1.0 + 0.4 * (TAU * (time % DAY) as f64 / DAY as f64).sin()
}

/// 0 to 1 over half an hour, and back, around `top`.
fn hill(time: i64, top: i64) -> f64 {
    (1.0 - (time - top).abs() as f64 / 1800.0).max(0.0)
}

fn checkout_share(time: i64) -> f64 {
    0.02 + 0.06 * hill(time, NOW - 4 * HOUR) + 0.04 * hill(time, NOW - 6 * DAY)
}

const fn requests(label: &'static str, rate: fn(i64) -> f64) -> Counter {
    Counter { metric: REQUESTS, label, rate, lazy: false }
}

const fn bucket(label: &'static str, rate: fn(i64) -> f64) -> Counter {
    Counter { metric: "http_request_duration_seconds_bucket", label, rate, lazy: false }
}

const fn observed(rate: fn(i64) -> f64) -> Counter {
    Counter { metric: "http_request_duration_seconds_count", label: "", rate, lazy: false }
}

const fn process(service: &'static str, scrape: i64, counters: &'static [Counter]) -> Process {
    Process { service, instance: "a", scrape, restarts: &[], unseen: None, counters }
}

const CHECKOUT: &[Counter] = &[
    requests(OK, |time| 120.0 * daily(time) * (1.0 - checkout_share(time))),
    requests(FAILED, |time| 120.0 * daily(time) * checkout_share(time)),
];

/// Begin, length and share of errors of the shop: each sets off one more kind of alert where one error in a thousand is
/// too many. Quiet days lie between them.
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

fn shoppers(time: i64) -> f64 {
    let idle = time >= IDLE.0 && time < IDLE.1;
    // More by day than by night, in steps.
    if idle { 0.0 } else { 20.0 + (time % DAY / HOUR) as f64 }
}

fn shop_share(time: i64) -> f64 {
    let now = TROUBLE.iter().find(|(begin, length, _)| time >= *begin && time < begin + length);
    now.map_or(0.0002, |trouble| trouble.2)
}

/// Ten times as many are slow as fail.
fn shop_slow(time: i64) -> f64 {
    (10.0 * shop_share(time)).min(1.0)
}

const SLOWNESS: fn(i64) -> f64 = |time| 0.04 + 0.1 * hill(time, NOW - 2 * HOUR);

pub(crate) const PROCESSES: &[Process] = &[
    // Dense, on two instances, one of which restarted twice.
    Process {
        restarts: &[NOW - 12 * DAY + 4210, NOW - 26 * HOUR - 640],
        ..process("checkout", 15, CHECKOUT)
    },
    Process { instance: "b", ..process("checkout", 15, CHECKOUT) },
    // Not scraped for fifty minutes yesterday, while its counters went on.
    Process {
        unseen: Some(GAP),
        ..process(
            "cart",
            30,
            &[requests(OK, |time| 97.0 * daily(time)), requests(FAILED, |time| 3.0 * daily(time))],
        )
    },
    // No error was ever seen before the outage that made its series.
    process(
        "payments",
        15,
        &[
            requests(OK, |time| if time < OUTAGE { 100.0 } else { 60.0 }),
            Counter { lazy: true, ..requests(FAILED, |time| if time < OUTAGE { 0.0 } else { 40.0 }) },
        ],
    ),
    // A step from 1 % to 30 % of errors, in series that were there before.
    process(
        "orders",
        30,
        &[
            requests(OK, |time| if time < OUTAGE { 99.0 } else { 70.0 }),
            requests(FAILED, |time| if time < OUTAGE { 1.0 } else { 30.0 }),
        ],
    ),
    // Has no error series at all.
    process("search", 30, &[requests(OK, |time| 50.0 * daily(time))]),
    // Counted an hour's work before anything we look at, and stands still since.
    process("batch", 30, &[requests(OK, |time| if time < BEGIN + HOUR { 5.0 } else { 0.0 })]),
    // A histogram as Go programs write it, and one as Python programs do.
    process(
        "api",
        30,
        &[
            bucket("le=\"0.3\"", |time| 80.0 * daily(time) * (1.0 - SLOWNESS(time))),
            bucket("le=\"1\"", |time| 80.0 * daily(time) * (1.0 - SLOWNESS(time) / 2.0)),
            bucket("le=\"+Inf\"", |time| 80.0 * daily(time)),
            observed(|time| 80.0 * daily(time)),
        ],
    ),
    process(
        "mobile",
        30,
        &[
            bucket("le=\"0.3\"", |time| 60.0 * (1.0 - SLOWNESS(time))),
            bucket("le=\"1.0\"", |time| 60.0 * (1.0 - SLOWNESS(time) / 2.0)),
            bucket("le=\"+Inf\"", |_| 60.0),
            observed(|_| 60.0),
        ],
    ),
    // Scraped every five minutes.
    process("reports", 300, &[requests(OK, |_| 19.6), requests(FAILED, |_| 0.4)]),
    // Restarts, a gap, hours without anybody, and errors that begin late.
    Process {
        restarts: &[NOW - 20 * DAY + 4 * HOUR, NOW - 5 * DAY + 53 * MINUTE],
        unseen: Some(UNSEEN),
        ..process(
            "shop",
            60,
            &[
                requests(OK, |time| shoppers(time) * (1.0 - shop_share(time))),
                Counter { lazy: true, ..requests(FAILED, |time| shoppers(time) * shop_share(time)) },
                bucket("le=\"0.3\"", |time| shoppers(time) * (1.0 - shop_slow(time))),
                bucket("le=\"+Inf\"", shoppers),
                observed(shoppers),
            ],
        )
    },
];
