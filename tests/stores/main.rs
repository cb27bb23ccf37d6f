//! Stores that answer with points, against made-up servers: every shape, status and failure.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on should stop here")]

mod datadog;
mod doctor;
mod graphite;
mod influxdb;
mod kit;
mod late;
