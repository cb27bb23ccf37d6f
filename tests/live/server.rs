//! A real Prometheus on a free port of the loopback, over a copy of the fixture's blocks.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, Weak};
use std::thread;

use tempfile::TempDir;

use crate::fixture::{MISSING, blocks};

/// Ends with the last test that uses it.
pub(crate) struct Server {
    pub(crate) port: u16,
    process: Child,
    _data: TempDir,
}

static RUNNING: Mutex<Weak<Server>> = Mutex::new(Weak::new());

impl Server {
    /// The one server that all tests share.
    pub(crate) fn shared() -> Arc<Self> {
        let mut running = RUNNING.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        running.upgrade().unwrap_or_else(|| {
            let server = Arc::new(Self::start());
            *running = Arc::downgrade(&server);
            server
        })
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    fn start() -> Self {
        let data = tempfile::tempdir().unwrap();
        copy(&blocks(), &data.path().join("data"));
        Self::over(data, "global: {}\n", &[])
    }

    /// One of its own, over these blocks.
    pub(crate) fn of(blocks: &Path) -> Self {
        let data = tempfile::tempdir().unwrap();
        copy(blocks, &data.path().join("data"));
        Self::over(data, "global: {}\n", &[])
    }

    /// One of its own, without history, that evaluates these rules.
    pub(crate) fn evaluating(rules: &str) -> Self {
        Self::evaluating_files(&[("rules.yml", rules)])
    }

    /// The same with rules in several files, by their names.
    pub(crate) fn evaluating_files(files: &[(&str, &str)]) -> Self {
        let data = tempfile::tempdir().unwrap();
        fs::create_dir(data.path().join("rules")).unwrap();
        for (name, rules) in files {
            fs::write(data.path().join("rules").join(name), rules).unwrap();
        }
        Self::over(data, "rule_files: ['rules/*.yml']\n", &[])
    }

    /// One without history, that scrapes.
    pub(crate) fn scraping(config: &str, flags: &[&str]) -> Self {
        Self::over(tempfile::tempdir().unwrap(), config, flags)
    }

    fn over(data: TempDir, config: &str, flags: &[&str]) -> Self {
        fs::write(data.path().join("prometheus.yml"), config).unwrap();
        // Another program may take the port between our look and Prometheus's.
        let mut said = String::new();
        for _ in 0..3 {
            let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
            if let Some(process) = ready(spawn(data.path(), port, flags), &mut said) {
                return Self { port, process, _data: data };
            }
        }
        panic!("prometheus does not start:\n{said}");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn spawn(folder: &Path, port: u16, flags: &[&str]) -> Child {
    Command::new("prometheus")
        .arg(format!("--config.file={}", folder.join("prometheus.yml").display()))
        .arg(format!("--storage.tsdb.path={}", folder.join("data").display()))
        .arg(format!("--web.listen-address=127.0.0.1:{port}"))
        // History is in the past for good: nothing of it may expire.
        .arg("--storage.tsdb.retention.time=100y")
        .args(flags)
        .stderr(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap_or_else(|error| panic!("prometheus: {error}; {MISSING}"))
}

/// Reads the log until the server says that it is ready; `None` when it ended instead.
fn ready(mut process: Child, said: &mut String) -> Option<Child> {
    let mut log = BufReader::new(process.stderr.take().unwrap());
    let mut line = String::new();
    while log.read_line(&mut line).unwrap_or(0) > 0 {
        if line.contains("Server is ready to receive web requests") {
            // The pipe has to be emptied for as long as it runs.
            thread::spawn(move || std::io::copy(&mut log, &mut std::io::sink()));
            return Some(process);
        }
        said.push_str(&line);
        line.clear();
    }
    let _ = process.wait();
    None
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(|entry| entry.unwrap().path()) {
        let target = to.join(entry.file_name().unwrap());
        if entry.is_dir() { copy(&entry, &target) } else { fs::copy(&entry, &target).map(drop).unwrap() }
    }
}
