//! A machine of its own for each test: a home, files, and the program in it.

use std::path::PathBuf;

use assert_cmd::Command;

use crate::program::{PROGRAM, environment};

/// What a command came to.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

pub(crate) struct Machine {
    pub(crate) home: tempfile::TempDir,
}

impl Machine {
    pub(crate) fn new() -> Self {
        Self { home: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) -> String {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    }

    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(PROGRAM);
        command.env_clear().envs(environment(self.home.path())).current_dir(self.home.path()).args(args);
        command.timeout(std::time::Duration::from_secs(120));
        command
    }

    pub(crate) fn run(&self, args: &[&str]) -> Done {
        done(self.command(args))
    }

    /// Runs with this configuration.
    pub(crate) fn run_with(&self, config: &str, args: &[&str]) -> Done {
        let file = self.write("burnwatch.toml", config);
        self.run(&[args, &["--config", &file]].concat())
    }
}

pub(crate) fn done(mut command: Command) -> Done {
    let output = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Done { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) }
}

/// Runs on a fresh machine.
pub(crate) fn run(args: &[&str]) -> Done {
    Machine::new().run(args)
}

/// An address at which nobody answers.
pub(crate) const NOWHERE: &str = "http://127.0.0.1:9";

pub(crate) fn backend(url: &str) -> String {
    format!("\n[[backend]]\nname = \"main\"\ntype = \"prometheus\"\nurl = \"{url}\"\n")
}

/// A whole configuration with one SLO on the Prometheus at `url`.
pub(crate) fn config(url: &str) -> String {
    format!(
        "refresh = \"15s\"\n{}\n\
         [[slo]]\nservice = \"api\"\nname = \"availability\"\ntarget = \"99.9%\"\nwindow = \"30d\"\n\
         sli = {{ kind = \"events\", bad = 'errors', total = 'requests' }}\n",
        backend(url)
    )
}
