//! Trace backends against made-up servers: each protocol's shapes, units and refusals.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on should stop here")]

mod hostile;
mod jaeger;
mod kit;
mod tempo;
mod zipkin;
