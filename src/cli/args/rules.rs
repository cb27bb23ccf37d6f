//! Arguments of `rules`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};

#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct RulesArgs {
    /// SLOs to write rules for, as service/name [default: all]
    #[arg(value_name = "ID")]
    pub(in crate::cli) ids: Vec<String>,
    /// Whose names the series and alerts bear
    #[arg(long, value_enum, default_value = "burnwatch")]
    pub(in crate::cli) style: RulesStyle,
    /// The file to write [default: standard output]
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) out: Option<PathBuf>,
    /// The same as JSON
    #[arg(long)]
    pub(in crate::cli) json: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum RulesStyle {
    Burnwatch,
    Sloth,
    Pyrra,
}
