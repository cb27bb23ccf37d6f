//! The arguments of commands that tell how all SLOs are, now or in a recording.

use std::path::PathBuf;

use clap::Args as ClapArgs;

#[derive(Clone, Debug, ClapArgs)]
#[command(
    after_help = "It begins with the recording, or at the instant of --at; a span such as -5m is back from its end.
Nothing is asked of any backend, and nothing is written."
)]
pub(in crate::cli) struct ReplayArgs {
    /// What --record wrote
    pub(in crate::cli) file: PathBuf,
    /// Times as fast as it was
    #[arg(long, value_name = "TIMES", default_value = "1", value_parser = clap::value_parser!(u32).range(1..=3600))]
    pub(in crate::cli) speed: u32,
    /// Tell how all SLOs were at its end or at --at, as `status` does, instead of the dashboard
    #[arg(long)]
    pub(in crate::cli) status: bool,
    /// JSON, version 1
    #[arg(long, requires = "status")]
    pub(in crate::cli) json: bool,
}

#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct StatusArgs {
    /// SLOs to tell of, as service/name [default: all]
    #[arg(value_name = "ID")]
    pub(in crate::cli) ids: Vec<String>,
    /// The status row alone, for prompts and bars
    #[arg(long, conflicts_with = "json")]
    pub(in crate::cli) oneline: bool,
    /// JSON, version 1
    #[arg(long)]
    pub(in crate::cli) json: bool,
}
