//! A home whose configuration has a secret in every place that can hold one.

use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;

use crate::program::{PROGRAM, environment};

/// Each of its own, and none of a form that a program would make up.
pub(crate) const PLANTED: &[&str] = &[
    "Planted-bearer-file-7Qz1",
    "Planted-bearer-env-7Qz2",
    "Planted-bearer-command-7Qz3",
    "Planted-basic-password-7Qz4",
    "Planted-url-password-7Qz5",
    "Planted-url-query-7Qz6",
    "Planted-header-text-7Qz7",
    "Planted-header-file-7Qz8",
    "Planted-header-env-7Qz9",
    "Planted-header-command-7Qza",
    "Planted-tenant-7Qzb",
    "Planted-client-key-7Qzc",
];

pub(crate) struct Home {
    pub(crate) folder: Arc<tempfile::TempDir>,
}

/// What was printed.
pub(crate) struct Printed {
    pub(crate) code: Option<i32>,
    pub(crate) bytes: Vec<u8>,
}

impl Home {
    pub(crate) fn new() -> Self {
        let home = Self { folder: Arc::new(tempfile::tempdir().unwrap()) };
        home.secret("a", PLANTED[0]);
        home.secret("b", PLANTED[3]);
        home.secret("c", PLANTED[7]);
        home.secret("d", PLANTED[2]);
        home.secret("e", PLANTED[9]);
        home
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn secret(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::write(&path, text).unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
    }

    /// Files that are to hold secrets.
    pub(crate) fn own(&self) -> Vec<PathBuf> {
        ["a", "b", "c", "d", "e", "bad.pem", "burnwatch.toml", "wrong.toml"]
            .map(|name| self.path(name))
            .into()
    }

    /// A backend for each way to log in, all at `url`, with an SLO on each.
    pub(crate) fn configure(&self, url: &str) {
        let with = |login: &str| url.replace("http://", &format!("http://{login}@"));
        let logins = [
            format!("url = '{url}'\nbearer_file = 'a'"),
            format!("url = '{url}'\nbearer_env = 'PLANT_A'"),
            format!("url = '{url}'\nbearer_command = ['cat', '{}']", self.path("d").display()),
            format!("url = '{url}'\nbasic = {{ username = 'alice', password_file = 'b' }}"),
            format!("url = '{}'", with(&format!("alice:{}", PLANTED[4]))),
            format!("url = '{url}/?key={}'", PLANTED[5]),
            format!(
                "url = '{url}'\ntenant = '{}'\n[backend.headers]\nX-Planted = '{}'\nX-B = {{ file = 'c' }}\n\
                 X-C = {{ env = 'PLANT_B' }}\nX-D = {{ command = ['cat', '{}'] }}",
                PLANTED[10],
                PLANTED[6],
                self.path("e").display()
            ),
        ];
        let mut text = String::from("timeout = '2s'\n");
        for (place, login) in logins.iter().enumerate() {
            write!(
                text,
                "\n[[backend]]\nname = 'b{place}'\ntype = 'prometheus'\nlimits = {{ attempts = 1 }}\n\
                 discover = ['sloth']\n{login}\n"
            )
            .unwrap();
        }
        write!(text, "\n[[backend]]\nname = 't0'\ntype = 'tempo'\nurl = '{url}'\nbearer_file = 'a'\n")
            .unwrap();
        write!(
            text,
            "\n[[backend]]\nname = 't1'\ntype = 'jaeger'\nurl = '{}'\n",
            with(&format!("bob:{}", PLANTED[4]))
        )
        .unwrap();
        for place in 0..logins.len() {
            write!(text, "\n[[service]]\nname = 's{place}'\nbackend = 'b{place}'\npreset = 'http'\n\n\
                 [[slo]]\nservice = 's{place}'\nname = 'a'\nbackend = 'b{place}'\ntarget = '99.9%'\nwindow = '30d'\n\
                 sli = {{ kind = 'events', bad = 'errors', total = 'requests' }}\n").unwrap();
        }
        fs::write(self.path("burnwatch.toml"), text).unwrap();
    }

    /// The same with a mistake beside each secret, so that its line is shown.
    pub(crate) fn configure_wrongly(&self) {
        fs::write(self.path("bad.pem"), format!("-----BEGIN PRIVATE KEY-----\n{}\n", PLANTED[11])).unwrap();
        let backend =
            |name: &str, lines: &str| format!("[[backend]]\nname = '{name}'\ntype = 'prometheus'\n{lines}\n");
        let text = [
            backend("a", &format!("url = 'http://alice:{}@h:p/'", PLANTED[4])),
            backend("b", &format!("url = 'ftp://h/?key={}'", PLANTED[5])),
            backend("c", &format!("url = 'http://h'\nheaders = {{ 'a b' = '{}' }}", PLANTED[6])),
            backend("d", &format!("url = 'http://h'\ntenant = ['{}']", PLANTED[10])),
            backend("e", "url = 'http://h'\nclient_cert = 'bad.pem'"),
            backend("f", &format!("url = 'http://h'\nbearer_token = '{}'", PLANTED[0])),
            backend(
                "g",
                &format!("url = 'http://h'\nbasic = {{ username = 'a', password = '{}' }}", PLANTED[3]),
            ),
        ];
        fs::write(self.path("wrong.toml"), text.join("\n")).unwrap();
    }

    pub(crate) fn environment(&self) -> Vec<(String, String)> {
        let mut all = environment(self.folder.path());
        let mut add = |name: &str, value: &str| all.push((name.to_owned(), value.to_owned()));
        add("PLANT_A", PLANTED[1]);
        add("PLANT_B", PLANTED[8]);
        add("BURNWATCH_LOG", "trace");
        add("BURNWATCH_TIMEOUT", "3s");
        all
    }

    pub(crate) fn run(&self, args: &[&str], more: &[(&str, &str)]) -> Printed {
        let mut command = Command::new(PROGRAM);
        command.env_clear().envs(self.environment()).envs(more.iter().copied());
        let output = command.current_dir(self.folder.path()).args(args).output().unwrap();
        Printed { code: output.status.code(), bytes: [output.stdout, output.stderr].concat() }
    }
}
