//! The program: error hooks, arguments, exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    burnwatch::cli::main()
}
