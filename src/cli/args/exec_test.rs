//! Arguments of `exec-test`.

use clap::Args as ClapArgs;

#[derive(Debug, ClapArgs)]
#[command(after_help = "Exit codes: 0 understood, 1 not; 4 configuration.")]
pub(in crate::cli) struct ExecTestArgs {
    /// The backend
    #[arg(value_name = "NAME")]
    pub(in crate::cli) backend: String,
    /// Ask for this SLO's queries [default: those of the first one]
    #[arg(long, value_name = "ID")]
    pub(in crate::cli) slo: Option<String>,
    /// Ask for this query instead
    #[arg(long, value_name = "TEXT", conflicts_with = "slo")]
    pub(in crate::cli) query: Option<String>,
}
