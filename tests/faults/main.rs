//! Truth under fire: every fault that a backend can have, through the real loop, and a day of random ones.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may fail where it stands")]

mod cert;
mod fault;
mod kit;
mod matrix;
mod prom;
mod sick;
mod soak;
mod stage;
mod weather;
mod wire;
mod witness;
