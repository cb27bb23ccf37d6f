//! Arguments of `maintenance`.

use clap::{Args as ClapArgs, Subcommand};

#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct MaintenanceArgs {
    #[command(subcommand)]
    pub(in crate::cli) command: MaintenanceCommand,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum MaintenanceCommand {
    /// Mark a window, and print its id
    Add(MaintenanceAdd),
    /// List the windows of the log
    List(MaintenanceList),
    /// End a window now, or at the instant of --at; one that has not begun is called off
    End(MaintenanceEnd),
}

#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct MaintenanceAdd {
    /// When it begins; if it comes back, the first time
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub(in crate::cli) from: String,
    /// When it is to end: an instant, or a span from now
    #[arg(long, value_name = "TIME", allow_hyphen_values = true, required_unless_present = "length")]
    pub(in crate::cli) until: Option<String>,
    /// How long it is to last, in place of --until
    #[arg(long = "for", value_name = "SPAN", conflicts_with = "until")]
    pub(in crate::cli) length: Option<String>,
    /// It comes back: daily, weekly, monthly, or a rule such as FREQ=MONTHLY;BYDAY=1SU
    #[arg(long, value_name = "RULE")]
    pub(in crate::cli) repeat: Option<String>,
    /// The zone of times without an offset, and of what comes back [default: UTC]
    #[arg(long, value_name = "ZONE")]
    pub(in crate::cli) zone: Option<String>,
    /// What is done, in one line
    #[arg(long, value_name = "TEXT")]
    pub(in crate::cli) title: String,
    /// An SLO it is about; may be repeated [default: everything]
    #[arg(long, value_name = "ID")]
    pub(in crate::cli) slo: Vec<String>,
    /// A service it is about; may be repeated
    #[arg(long, value_name = "NAME")]
    pub(in crate::cli) service: Vec<String>,
    /// Leave its bad events out of the budgets; they count otherwise
    #[arg(long)]
    pub(in crate::cli) exclude: bool,
    /// Why
    #[arg(long, value_name = "TEXT")]
    pub(in crate::cli) reason: Option<String>,
}

#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct MaintenanceList {
    /// JSON, version 1
    #[arg(long)]
    pub(in crate::cli) json: bool,
}

#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct MaintenanceEnd {
    /// The id that `add` printed, or as much of its start as is unique
    pub(in crate::cli) id: String,
}
