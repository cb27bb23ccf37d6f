//! Prometheus's own tool on files of ours.

use std::fs;
use std::path::Path;
use std::process::Command;

use burnwatch::source::prometheus::rules::{RuleFile, yaml};

/// What `promtool check rules` says, or why it refuses.
pub(crate) fn check(file: &RuleFile) -> Result<String, String> {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("rules.yaml"), yaml(file)).unwrap();
    run(folder.path(), &["check", "rules", "rules.yaml"])
}

/// Runs `tests`, the list under `tests:`, on `file`; evaluated every minute.
pub(crate) fn test(file: &RuleFile, tests: &str) -> Result<String, String> {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("rules.yaml"), yaml(file)).unwrap();
    let tests = format!("rule_files: [rules.yaml]\nevaluation_interval: 1m\ntests:\n{tests}");
    fs::write(folder.path().join("tests.yaml"), tests).unwrap();
    run(folder.path(), &["test", "rules", "tests.yaml"])
}

fn run(folder: &Path, args: &[&str]) -> Result<String, String> {
    let done = Command::new("promtool")
        .args(args)
        .current_dir(folder)
        .output()
        .unwrap_or_else(|error| panic!("promtool: {error}; run ./tests/run, it installs it"));
    let said = format!("{}{}", String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
    if done.status.success() { Ok(said) } else { Err(said) }
}
