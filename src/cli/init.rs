//! `init`: prints a commented starter configuration.

use super::exit::Failure;
use super::output::print;
use crate::config::init::STARTER;

pub(super) fn run() -> Result<u8, Failure> {
    print(STARTER)?;
    Ok(0)
}
