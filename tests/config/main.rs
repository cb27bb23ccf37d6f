//! The configuration from the outside: files in, meaning or findings out.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a fixture that cannot be read fails its test"
)]
#![expect(clippy::float_cmp, reason = "decimals become the nearest floats, which are the same floats")]

mod bad;
mod good;
mod kinds;
mod limits;
