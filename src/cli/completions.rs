//! `completions`: for bash, zsh, fish, elvish and PowerShell.

use super::args::{CompletionsArgs, command};
use super::exit::Failure;
use super::output::print;

pub(super) fn run(args: &CompletionsArgs) -> Result<u8, Failure> {
    let mut text = Vec::new();
    clap_complete::generate(args.shell, &mut command(), "burnwatch", &mut text);
    print(&String::from_utf8_lossy(&text))?;
    Ok(0)
}
