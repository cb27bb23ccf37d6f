//! The configuration from the outside: files in, meaning or findings out.

mod bad;
mod good;
mod limits;
