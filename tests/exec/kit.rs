//! Commands made for one test, and the backend that runs them.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use burnwatch::domain::slo::objective::Objective;
use burnwatch::domain::slo::sli::{Events, Side, Sli};
use burnwatch::domain::slo::window::Window;
use burnwatch::source::{BackendSpec, Cells, Counts, CountsAsk, Range, Source, SourceError, exec};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

/// A whole hour.
pub(crate) const NOW: i64 = 1_768_903_200;

pub(crate) struct Folder(tempfile::TempDir);

impl Folder {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Writes a program and gives its path.
    pub(crate) fn program(&self, name: &str, script: &str) -> String {
        let path = self.path(name);
        fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        path.display().to_string()
    }

    /// What programs of this folder wrote down under `name`.
    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_default()
    }

    /// `PATH=…` in which this folder comes first.
    pub(crate) fn search(&self) -> String {
        format!("PATH={}:/usr/bin:/bin", self.0.path().display())
    }

    /// The backend that runs `script`; `more` are its other settings.
    pub(crate) fn source(&self, script: &str, more: &Value) -> Arc<dyn Source> {
        let program = self.program("command", script);
        connect(&[&program], more)
    }
}

pub(crate) fn connect(command: &[&str], more: &Value) -> Arc<dyn Source> {
    let mut settings = more.as_object().unwrap().clone();
    settings.insert("command".into(), json!(command));
    let timeout = Duration::from_secs(20);
    let started: DateTime<Utc> = DateTime::from_timestamp(NOW, 0).unwrap();
    let spec = BackendSpec { name: "main".into(), timeout, settings, started };
    (exec::KIND.connect)(&spec).unwrap()
}

pub(crate) fn slo(name: &str, sli: Sli) -> Arc<Objective> {
    Arc::new(Objective::new("shop", name, "main", sli, "99%".parse().unwrap(), Window::days(30)))
}

pub(crate) fn events(name: &str) -> Arc<Objective> {
    let (part, total) = ("errors".to_owned(), "requests".to_owned());
    slo(name, Sli::Events(Events { side: Side::Bad, part, total }))
}

/// Cells of five minutes at the last `minutes` of the hour.
pub(crate) async fn count(
    source: &dyn Source,
    objectives: Vec<Arc<Objective>>,
    minutes: i64,
) -> Result<Counts, SourceError> {
    let range = Range { from: NOW - minutes * 60, to: NOW, step: 60 };
    source.counts(&CountsAsk::new(objectives, Window::minutes(5), range)).await
}

/// The newest cell of the only objective: its end, bad and total.
pub(crate) fn newest(counts: &Counts) -> (i64, f64, f64) {
    let cells: &Cells = counts.slos[0].as_ref().unwrap();
    let (end, tally) = cells.points.last().unwrap();
    (*end, tally.bad, tally.total)
}
