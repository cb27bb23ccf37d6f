//! Arguments, as typed. Help, completions and the man page come from here.

mod exec_test;
mod maintenance;
mod rules;
mod status;

use std::path::PathBuf;
use std::time::Duration;

use clap::builder::FalseyValueParser;
use clap::{Args as ClapArgs, CommandFactory, Parser, Subcommand, ValueEnum};

use crate::domain::slo::objective::WINDOWS;
use crate::domain::slo::whatif::Knob;
use crate::domain::slo::window::{Window, WindowError};

pub(super) use exec_test::ExecTestArgs;
pub(super) use maintenance::{MaintenanceAdd, MaintenanceArgs, MaintenanceCommand};
pub(super) use rules::{RulesArgs, RulesStyle};
pub(super) use status::{ReplayArgs, StatusArgs};

const AFTER: &str =
    "Without a command the dashboard opens; with no configuration it opens the demo and says so.
Times are RFC 3339, such as 2026-01-20T10:00:00Z, or relative, such as -2h.

Exit codes: 0 fine; 1 problems found; usage errors and a configuration that cannot be read are 4.
`status`: 0 OK, 1 WARN, 2 PAGE, 3 STALE or NODATA, 4 configuration.
`can-ship`: 0 yes, 1 caution, 2 freeze, 3 unknown, 4 configuration.";

/// The error-budget cockpit for people on call.
#[derive(Debug, Parser)]
#[command(name = "burnwatch", version, after_help = AFTER, max_term_width = 100)]
pub(super) struct Args {
    #[command(subcommand)]
    pub(super) command: Option<Command>,
    #[command(flatten)]
    pub(super) common: Common,
}

/// Flags of every command; they may stand before or after it.
#[derive(Clone, Debug, ClapArgs)]
pub(super) struct Common {
    /// The configuration file [default: the user's, then the system's]
    #[arg(long, global = true, value_name = "FILE", env = "BURNWATCH_CONFIG")]
    pub(super) config: Option<PathBuf>,
    /// Watch this Prometheus with no configuration file at all
    #[arg(long, global = true, value_name = "URL", env = "BURNWATCH_PROMETHEUS", hide_env_values = true, conflicts_with_all = ["demo", "scenario"])]
    pub(super) prometheus: Option<String>,
    /// Use the embedded demo instead of the configuration
    #[arg(long, global = true, env = "BURNWATCH_DEMO", value_parser = FalseyValueParser::new())]
    pub(super) demo: bool,
    /// The demo's story: outage, calm, slow-burn or blackout; implies --demo
    #[arg(long, global = true, value_name = "NAME", env = "BURNWATCH_SCENARIO")]
    pub(super) scenario: Option<String>,
    /// The instant to look at, instead of now
    #[arg(long, global = true, value_name = "TIME", env = "BURNWATCH_AT", allow_hyphen_values = true)]
    pub(super) at: Option<String>,
    /// How long commands wait for backends
    #[arg(long, global = true, value_name = "SPAN", env = "BURNWATCH_TIMEOUT", value_parser = span)]
    pub(super) timeout: Option<Duration>,
    /// The theme; `burnwatch themes` lists them
    #[arg(long, global = true, value_name = "NAME", env = "BURNWATCH_THEME")]
    pub(super) theme: Option<String>,
    /// How many colours to use
    #[arg(
        long,
        global = true,
        value_enum,
        value_name = "WHEN",
        env = "BURNWATCH_COLOR",
        default_value = "auto"
    )]
    pub(super) color: Color,
    /// Draw with ASCII characters only
    #[arg(long, global = true, env = "BURNWATCH_ASCII", value_parser = FalseyValueParser::new())]
    pub(super) ascii: bool,
    /// Write nothing, not even the cache
    #[arg(long, global = true, env = "BURNWATCH_READ_ONLY", value_parser = FalseyValueParser::new())]
    pub(super) read_only: bool,
    /// Where the log and the cache are kept
    #[arg(long, global = true, value_name = "FOLDER", env = "BURNWATCH_STATE_DIR")]
    pub(super) state_dir: Option<PathBuf>,
    /// Record all answers of the backends to this new file, for `burnwatch replay`
    #[arg(long, global = true, value_name = "FILE", env = "BURNWATCH_RECORD")]
    pub(super) record: Option<PathBuf>,
    /// The recording that is looked at, by `replay` alone
    #[arg(skip)]
    pub(super) replay: Option<ReplayArgs>,
    /// What is written to logs/burnwatch.log in the state directory
    #[arg(
        long,
        global = true,
        value_enum,
        value_name = "LEVEL",
        env = "BURNWATCH_LOG",
        default_value = "info"
    )]
    pub(super) log_level: LogLevel,
    /// Who you are, for what is written to the log [default: user of the configuration, then the account]
    #[arg(long = "as", global = true, value_name = "NAME", env = "BURNWATCH_USER")]
    pub(super) author: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Color {
    Auto,
    Truecolor,
    #[value(name = "256")]
    Indexed,
    #[value(name = "16")]
    Ansi,
    None,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum LogLevel {
    Off,
    Error,
    Warn,
    Info,
    Debug,
    Trace,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Open the dashboard on the embedded demo
    Demo,
    /// Tell how all SLOs are, now or at an instant
    Status(StatusArgs),
    /// Tell whether the error budget lets a service ship
    CanShip(CanShipArgs),
    /// Tell why the figures of an SLO are what they are
    Explain(ExplainArgs),
    /// Print one trace as a waterfall, with its errors and what the request waited for
    Trace(TraceArgs),
    /// Print one frame, without a terminal
    Show(ShowArgs),
    /// Find every problem of the configuration, with its place
    Check(CheckArgs),
    /// Look at every backend and at this machine: what answers, how fast, and what is wrong
    Doctor(DoctorArgs),
    /// Tell who is on call, and who is next
    Oncall(OncallArgs),
    /// Write recording and alert rules for Prometheus
    Rules(RulesArgs),
    /// Mark, list and end maintenance windows
    Maintenance(MaintenanceArgs),
    /// Print the SLOs of other tools' files as tables of a configuration
    Import(ImportArgs),
    /// Run the command of an `exec` backend once, and explain what came of it
    ExecTest(ExecTestArgs),
    /// Open the dashboard on a recording, at its own time
    Replay(ReplayArgs),
    /// Print a commented configuration to start from
    Init,
    /// List the themes
    Themes,
    /// Print completions for a shell
    Completions(CompletionsArgs),
    /// Print the manual page
    Man,
}

#[derive(Debug, ClapArgs)]
#[command(
    after_help = "Exit codes: 0 yes, 1 caution, 2 freeze, 3 unknown, 4 configuration or an unknown name.
Of a service's SLOs the one with the strictest step decides, and is named."
)]
pub(super) struct CanShipArgs {
    /// An SLO as service/name, or a service
    #[arg(value_name = "ID|SERVICE")]
    pub(super) subject: String,
    /// JSON, version 1
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, ClapArgs)]
pub(super) struct ExplainArgs {
    /// The SLO, as service/name
    #[arg(value_name = "ID")]
    pub(super) id: String,
    /// What they would be instead with another target, window (30d, month, quarter) or method; writes nothing
    #[arg(long, value_name = "KNOB=VALUE", value_parser = turn)]
    pub(super) what_if: Vec<Turn>,
    /// JSON, version 1
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, ClapArgs)]
pub(super) struct TraceArgs {
    /// The id: up to 32 hexadecimal digits, or a whole traceparent
    pub(super) id: String,
    /// JSON, version 1
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, ClapArgs)]
pub(super) struct ImportArgs {
    /// Files, folders or patterns: `OpenSLO`, Sloth, Pyrra, Nobl9, slo-generator, Grafana
    #[arg(value_name = "FILE", required = true)]
    pub(super) files: Vec<PathBuf>,
    /// The window of SLOs whose files have none, such as Sloth's
    #[arg(long, value_name = "SPAN", default_value = "30d", value_parser = of_slo)]
    pub(super) window: Window,
    /// The backend that is to count them [default: the first of the configuration]
    #[arg(long, value_name = "NAME")]
    pub(super) backend: Option<String>,
    /// One line a problem, with file, line and column
    #[arg(long)]
    pub(super) short: bool,
}

#[derive(Debug, ClapArgs)]
pub(super) struct ShowArgs {
    /// overview, slos, slo, explain, what-if, signals, traces, trace, incidents, incident, oncall, runbooks,
    /// runbook, handoff, review, sources or help
    pub(super) screen: String,
    /// Columns and rows
    #[arg(long, value_name = "COLUMNSxROWS", default_value = "80x24", value_parser = size)]
    pub(super) size: (u16, u16),
    #[arg(long, value_enum, default_value = "text")]
    pub(super) format: Format,
    /// What is selected or open: an SLO's id, a service, an incident or a runbook
    #[arg(long, value_name = "ID")]
    pub(super) select: Option<String>,
    /// How the knobs of the screen `what-if` are turned, such as target=99.95%
    #[arg(long, value_name = "KNOB=VALUE", value_parser = turn)]
    pub(super) what_if: Vec<Turn>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    Text,
    Ansi,
    Svg,
}

#[derive(Debug, ClapArgs)]
pub(super) struct CheckArgs {
    /// Ask the backends too
    #[arg(long)]
    pub(super) online: bool,
    /// One line a problem, with file, line and column
    #[arg(long)]
    pub(super) short: bool,
}

#[derive(Debug, ClapArgs)]
#[command(
    after_help = "Exit codes: 0 nothing is broken (doubts may be told), 1 something is, 4 configuration.
Requests a minute are measured, by one refresh of everything that is configured. Writes nothing but cache and log."
)]
pub(super) struct DoctorArgs {
    /// JSON, version 1
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, ClapArgs)]
pub(super) struct OncallArgs {
    /// This schedule alone
    #[arg(long, value_name = "NAME")]
    pub(super) schedule: Option<String>,
    /// JSON, version 1
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, ClapArgs)]
pub(super) struct CompletionsArgs {
    pub(super) shell: clap_complete::Shell,
}

/// The whole definition, for completions, the manual page and tests.
pub fn command() -> clap::Command {
    Args::command()
}

/// A window that an SLO may have.
fn of_slo(text: &str) -> Result<Window, String> {
    let window: Window = text.parse().map_err(|error: WindowError| error.to_string())?;
    let wrong = || format!("a window must be from {} to {}, not {window}", WINDOWS.start(), WINDOWS.end());
    WINDOWS.contains(&window).then_some(window).ok_or_else(wrong)
}

fn span(text: &str) -> Result<Duration, String> {
    let window: Window = text.parse().map_err(|error: WindowError| error.to_string())?;
    Ok(Duration::from_secs(window.as_seconds() as u64))
}

/// A knob of what-if and what it is set to.
pub(super) type Turn = (Knob, String);

fn turn(text: &str) -> Result<Turn, String> {
    let parsed = text.split_once('=').and_then(|(knob, value)| Some((Knob::named(knob)?, value.to_owned())));
    parsed.ok_or_else(|| {
        format!("`{text}` turns no knob; write target=99.95%, window=7d, window=month or method=timeslices")
    })
}

fn size(text: &str) -> Result<(u16, u16), String> {
    let parsed = text.split_once(['x', 'X', '×']).and_then(|(columns, rows)| {
        Some((
            columns.parse().ok().filter(|n| (1..=1000).contains(n))?,
            rows.parse().ok().filter(|n| (1..=1000).contains(n))?,
        ))
    });
    parsed.ok_or_else(|| format!("`{text}` is not a size; write columns and rows as in 80x24"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definition_is_sound() {
        command().debug_assert();
    }

    #[test]
    fn common_flags_stand_before_or_after_the_command() {
        for line in [["burnwatch", "--ascii", "status"], ["burnwatch", "status", "--ascii"]] {
            assert!(Args::try_parse_from(line).unwrap().common.ascii);
        }
        let args = Args::try_parse_from(["burnwatch", "status", "--at", "-2h"]).unwrap();
        assert_eq!(args.common.at.as_deref(), Some("-2h"));
    }

    #[test]
    fn a_window_of_an_import_is_one_that_an_slo_may_have() {
        assert_eq!(of_slo("4w"), Ok(Window::days(28)));
        assert_eq!(of_slo("59m").unwrap_err(), "a window must be from 1h to 366d, not 59m");
        assert!(of_slo("2y").is_err() && of_slo("1M").is_err());
    }

    #[test]
    fn sizes_are_columns_and_rows() {
        assert_eq!(size("80x24"), Ok((80, 24)));
        for text in ["80", "0x24", "80x", "x", "axb", "2000x10", "-1x5"] {
            assert!(size(text).is_err(), "{text}");
        }
    }
}
