//! `man`: the manual page, in troff.

use super::args::command;
use super::exit::Failure;
use super::output::print;

pub(super) fn run() -> Result<u8, Failure> {
    let mut page = Vec::new();
    clap_mangen::Man::new(command()).render(&mut page)?;
    print(&String::from_utf8_lossy(&page))?;
    Ok(0)
}
