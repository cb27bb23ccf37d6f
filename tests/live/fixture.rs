//! Thirty-five days of history as blocks of a Prometheus database, made once and kept by what made them.

use std::fmt::Write as _;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::gauges::GAUGES;
use crate::services::PROCESSES;
use crate::truth::{BEGIN, BLOCK, Counted, END};

pub(crate) const MISSING: &str = "run ./tests/run, it installs prometheus";

/// A folder with the blocks; built when these sources changed or never were.
pub(crate) fn blocks() -> PathBuf {
    let home = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let folder = home.join(format!("history-{:016x}", key()));
    if !folder.exists() {
        let scratch = tempfile::tempdir_in(home).unwrap();
        build(scratch.path());
        // Somebody else may have finished it meanwhile; then theirs is as good.
        let _ = fs::rename(scratch.path().join("blocks"), &folder);
    }
    folder
}

fn key() -> u64 {
    let mut hasher = DefaultHasher::new();
    (include_str!("fixture.rs"), include_str!("services.rs"), include_str!("truth.rs")).hash(&mut hasher);
    include_str!("gauges.rs").hash(&mut hasher);
    hasher.finish()
}

/// One file for each block's range: a file is read once for each block that it touches.
fn build(scratch: &Path) {
    let series: Vec<_> = PROCESSES
        .iter()
        .flat_map(|process| {
            process.counters.iter().map(move |counter| (process, counter, Counted::of(counter)))
        })
        .collect();
    let out = scratch.join("blocks");
    fs::create_dir(&out).unwrap();
    for from in (BEGIN..END).step_by(BLOCK as usize) {
        let mut text = String::new();
        for (process, counter, counted) in &series {
            let labels: Vec<String> = [
                format!("service=\"{}\"", process.service),
                format!("instance=\"{}\"", process.instance),
                counter.label.to_owned(),
            ]
            .into_iter()
            .filter(|label| !label.is_empty())
            .collect();
            let name = format!("{}{{{}}}", counter.metric, labels.join(","));
            for (time, value) in counted.samples(process, counter, from, (from + BLOCK).min(END)) {
                writeln!(text, "{name} {value} {time}").unwrap();
            }
        }
        for gauge in GAUGES {
            for (time, value) in gauge.samples(from, (from + BLOCK).min(END)) {
                writeln!(text, "{} {value} {time}", gauge.name).unwrap();
            }
        }
        text.push_str("# EOF\n");
        let file = scratch.join("history.om");
        fs::write(&file, text).unwrap();
        import(&file, &out);
    }
}

pub(crate) fn import(file: &Path, out: &Path) {
    let made = Command::new("promtool")
        .args(["tsdb", "create-blocks-from", "openmetrics"])
        .arg(format!("--max-block-duration={}h", BLOCK / 3600))
        .args([file, out])
        .output()
        .unwrap_or_else(|error| panic!("promtool: {error}; {MISSING}"));
    assert!(made.status.success(), "promtool: {}", String::from_utf8_lossy(&made.stderr));
}
