//! The command line: one file a command.

mod args;
mod at;
mod can_ship;
mod catalogue;
mod check;
mod completions;
mod dashboard;
mod dead_links;
mod diary;
mod doctor;
mod exec_test;
mod exit;
mod explain;
mod gather;
mod identity;
mod import;
mod init;
mod json;
mod library;
mod lint;
mod looks;
mod maintenance;
mod man;
mod oncall;
mod open;
mod output;
mod repairs;
mod replay;
mod rules;
mod secret_files;
mod session;
mod show;
mod status;
mod stop;
mod themes;
mod trace;
mod tracers;
mod what_if;

use std::process::ExitCode;

use clap::Parser;

use args::{Args, Command};
use exit::Failure;

pub use args::command;
#[cfg(fuzzing)]
pub use at::instant;

/// Parses the arguments, runs the command, and says how it ended.
pub fn main() -> ExitCode {
    // Twice in one process is an error of ours only in tests; the first hook stays.
    let _ = color_eyre::config::HookBuilder::default().display_env_section(false).install();
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) => {
            let failed = error.use_stderr();
            let _ = error.print();
            return if failed { exit::CONFIGURATION.into() } else { ExitCode::SUCCESS };
        }
    };
    let outcome = run(args);
    crate::runtime::log::flush();
    match outcome {
        Ok(code) => code.into(),
        Err(failure) => failure.report(),
    }
}

fn run(args: Args) -> Result<u8, Failure> {
    let Args { command, common } = args;
    match command {
        None | Some(Command::Demo) => {
            let demo = command.is_some();
            carry_out(dashboard::run(&common, demo))
        }
        Some(Command::Status(own)) => wait_for(status::run(&common, &own)),
        Some(Command::CanShip(own)) => wait_for(can_ship::run(&common, &own)),
        Some(Command::Explain(own)) => wait_for(explain::run(&common, &own)),
        Some(Command::Trace(own)) => wait_for(trace::run(&common, &own)),
        Some(Command::Show(own)) => wait_for(show::run(&common, &own)),
        Some(Command::Check(own)) => wait_for(check::run(&common, &own)),
        Some(Command::Doctor(own)) => wait_for(doctor::run(&common, &own)),
        Some(Command::Oncall(own)) => oncall::run(&common, &own),
        Some(Command::Rules(own)) => rules::run(&common, &own),
        Some(Command::Maintenance(own)) => wait_for(maintenance::run(&common, &own)),
        Some(Command::Themes) => themes::run(&common),
        Some(Command::Import(own)) => import::run(&common, &own),
        Some(Command::ExecTest(own)) => wait_for(exec_test::run(&common, &own)),
        Some(Command::Replay(own)) => carry_out(replay::run(common, own)),
        Some(Command::Init) => init::run(),
        Some(Command::Completions(own)) => completions::run(&own),
        Some(Command::Man) => man::run(),
    }
}

/// Runs `work` to its end, or until somebody ends the program, and leaves what still runs behind: a task that reads
/// from a terminal that has gone may never return, and must not keep the program.
fn wait_for(work: impl Future<Output = Result<u8, Failure>>) -> Result<u8, Failure> {
    carry_out(async {
        tokio::select! {
            outcome = work => outcome,
            code = stop::asked() => Ok(code),
        }
    })
}

/// The same for a screen, which ends by itself in good order.
fn carry_out(work: impl Future<Output = Result<u8, Failure>>) -> Result<u8, Failure> {
    let runtime = runtime()?;
    let outcome = runtime.block_on(async {
        stop::full_files_are_errors();
        work.await
    });
    runtime.shutdown_background();
    // Commands are in sessions of their own, where no signal of the terminal reaches them.
    crate::source::exec::end_all();
    outcome
}

fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    let built = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    built.map_err(|error| Failure::unexpected(&error))
}
