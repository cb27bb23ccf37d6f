//! The keys of an `exec` backend, checked before anything is run.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::Value;

use crate::domain::slo::window::Window;
use crate::source::guard::{Limits, limits};
use crate::source::http::secrets::Secrets;
use crate::source::http::settings::field::{Settings as Table, fault, list_of_text, text};
use crate::source::{BackendSpec, SettingError};

pub(super) const KEYS: &[&str] = &["command", "env", "batch", "step", "delay", "stamp", "refresh"];

/// What a command gets of our own environment without being asked.
const INHERITED: &[&str] =
    &["PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "TZ", "TMPDIR", "SSL_CERT_FILE", "SSL_CERT_DIR"];
/// Bytes that a command may print, unless `limits` says more.
const OUTPUT: usize = 4 << 20;

pub(super) struct Settings {
    /// As written.
    pub(super) argv: Vec<String>,
    /// Where the program was found.
    pub(super) program: PathBuf,
    /// Starts the program in a session without a terminal, where this machine has it.
    pub(super) setsid: Option<PathBuf>,
    pub(super) env: Vec<(String, String)>,
    /// Values of `env`, which may be secret and are not to be repeated.
    pub(super) secrets: Secrets,
    /// One run for many queries.
    pub(super) batch: bool,
    /// Seconds of the narrowest bins that it counts in.
    pub(super) step: i64,
    /// Seconds until its figures are whole.
    pub(super) delay: i64,
    /// Whether a point is stamped with the begin of its bin rather than the end.
    pub(super) stamped_at_begin: bool,
    pub(super) pace: Duration,
    pub(super) limits: Limits,
    pub(super) output: usize,
}

impl Settings {
    /// Whether the program can be run now.
    pub(super) fn program_is_there(&self) -> bool {
        is_program(&self.program)
    }

    /// Of a command without any settings, which is not to be run.
    #[cfg(any(test, fuzzing))]
    pub(super) fn plain() -> Self {
        Self {
            argv: vec!["x".to_owned()],
            program: PathBuf::from("/x"),
            setsid: None,
            env: Vec::new(),
            secrets: Secrets::default(),
            batch: false,
            step: 60,
            delay: 0,
            stamped_at_begin: false,
            pace: Duration::from_secs(60),
            limits: Limits::default(),
            output: OUTPUT,
        }
    }

    pub(super) fn read(spec: &BackendSpec) -> Result<Self, SettingError> {
        let table = &spec.settings;
        let argv = argv(table)?;
        let program = program(&argv[0]).map_err(|problem| fault("command", problem, None))?;
        let (mut env, secrets) = environment(table)?;
        let given: Vec<String> = env.iter().map(|(name, _)| name.clone()).collect();
        let inherited = INHERITED.iter().filter(|name| !given.iter().any(|known| known == *name));
        env.extend(inherited.filter_map(|name| Some(((*name).to_owned(), std::env::var(name).ok()?))));
        let limits = Limits::read(table)?;
        let caps = table.get(limits::KEY).is_some_and(|table| table.get("body_mib").is_some());
        Ok(Self {
            argv,
            program,
            setsid: program_on_path("setsid"),
            env,
            secrets,
            batch: flag(table, "batch")?,
            step: span(table, "step", 60, |step| step % 60 == 0 && 3600 % step == 0)?,
            delay: span(table, "delay", 0, |delay| (0..=3600).contains(&delay))?,
            stamped_at_begin: stamp(table)?,
            pace: Duration::from_secs(span(table, "refresh", 60, |pace| (5..=3600).contains(&pace))? as u64),
            output: if caps { limits.body } else { OUTPUT },
            limits,
        })
    }
}

fn argv(table: &Table) -> Result<Vec<String>, SettingError> {
    let hint = Some("such as command = [\"/etc/burnwatch/errors\", \"--json\"]; it is run without a shell");
    let list = match table.get("command") {
        None => return Err(fault("command", "the command is missing", hint)),
        Some(Value::String(_)) => return Err(fault("command", "`command` must be a list of texts", hint)),
        Some(list) => list_of_text("command", list)?,
    };
    if list.first().is_none_or(|program| program.is_empty()) {
        return Err(fault("command", "the command is empty", hint));
    }
    if list.iter().any(|word| word.contains('\0')) {
        return Err(fault("command", "a word of the command holds a zero byte", None));
    }
    Ok(list.into_iter().map(str::to_owned).collect())
}

/// A path from the root, or a name to be found on the `PATH`.
fn program(name: &str) -> Result<PathBuf, String> {
    let shown = crate::text::clean(name);
    if !name.contains('/') {
        return program_on_path(name).ok_or_else(|| format!("there is no program `{shown}` on the PATH"));
    }
    let path = Path::new(name);
    match () {
        () if !path.is_absolute() => {
            Err(format!("`{shown}` depends on the folder one stands in: write the whole path"))
        }
        () if !path.exists() => Err(format!("there is no program {shown}")),
        () if !is_program(path) => Err(format!("{shown} may not be run: is its x bit set?")),
        () => Ok(path.to_owned()),
    }
}

pub(in crate::source) fn program_on_path(name: &str) -> Option<PathBuf> {
    let folders = std::env::var_os("PATH")?;
    std::env::split_paths(&folders)
        .filter(|folder| folder.is_absolute())
        .map(|folder| folder.join(name))
        .find(|path| is_program(path))
}

fn is_program(path: &Path) -> bool {
    let Ok(about) = path.metadata() else { return false };
    #[cfg(unix)]
    let executable = std::os::unix::fs::PermissionsExt::mode(&about.permissions()) & 0o111 != 0;
    #[cfg(not(unix))]
    let executable = true;
    about.is_file() && executable
}

type Environment = (Vec<(String, String)>, Secrets);

/// `NAME` takes our own value over, `NAME=value` sets one.
fn environment(table: &Table) -> Result<Environment, SettingError> {
    let Some(list) = table.get("env") else { return Ok(Environment::default()) };
    let mut found = Environment::default();
    for word in list_of_text("env", list)? {
        let unset = |_| fault("env", format!("the variable {} is not set", crate::text::clean(word)), None);
        let (name, value) = match word.split_once('=') {
            Some((name, value)) => (name, value.to_owned()),
            None => (word, std::env::var(word).map_err(unset)?),
        };
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
        if name.is_empty() || !name.chars().all(plain) || value.contains('\0') {
            let hint = Some("write NAME to pass a variable on, or NAME=value");
            return Err(fault("env", format!("`{}` is no variable", crate::text::clean(name)), hint));
        }
        if name.starts_with("BURNWATCH_") {
            return Err(fault("env", format!("{name}: variables of that name are ours to set"), None));
        }
        found.1.add(&value);
        found.0.push((name.to_owned(), value));
    }
    Ok(found)
}

fn flag(table: &Table, key: &str) -> Result<bool, SettingError> {
    match table.get(key) {
        None => Ok(false),
        Some(Value::Bool(flag)) => Ok(*flag),
        Some(_) => Err(fault(key, format!("`{key}` must be true or false"), None)),
    }
}

fn span(table: &Table, key: &str, usual: i64, fits: impl Fn(i64) -> bool) -> Result<i64, SettingError> {
    let Some(written) = text(table, key)? else { return Ok(usual) };
    let hint = match key {
        "step" => "whole minutes that divide an hour, such as \"5m\"",
        "delay" => "at most an hour, such as \"3m\"",
        _ => "from 5 seconds to an hour, such as \"60s\"",
    };
    let seconds = if written == "0s" { Some(0) } else { written.parse().ok().map(Window::as_seconds) };
    let shown = crate::text::clean(written);
    seconds
        .filter(|seconds| fits(*seconds))
        .ok_or_else(|| fault(key, format!("`{shown}` cannot be used"), Some(hint)))
}

fn stamp(table: &Table) -> Result<bool, SettingError> {
    match text(table, "stamp")? {
        None | Some("end") => Ok(false),
        Some("begin") => Ok(true),
        Some(_) => Err(fault("stamp", "`stamp` is neither \"begin\" nor \"end\"", None)),
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use serde_json::json;

    use super::*;

    fn read(settings: &Value) -> Result<Settings, SettingError> {
        let settings = settings.as_object().unwrap().clone();
        let (name, timeout) = ("x".to_owned(), Duration::from_secs(5));
        Settings::read(&BackendSpec { name, timeout, settings, started: DateTime::UNIX_EPOCH })
    }

    #[test]
    fn what_is_not_said_is_as_usual() {
        let settings = read(&json!({"command": ["sh", "-c", "true"]})).unwrap();
        assert!(settings.program.is_absolute() && settings.program.ends_with("sh"));
        assert_eq!((settings.step, settings.delay, settings.output), (60, 0, 4 << 20));
        assert_eq!((settings.pace.as_secs(), settings.batch, settings.stamped_at_begin), (60, false, false));
        assert!(settings.env.iter().any(|(name, _)| name == "PATH"));
        assert!(settings.env.iter().all(|(name, _)| INHERITED.contains(&name.as_str())));
    }

    #[test]
    fn variables_are_named_one_by_one() {
        let settings = read(&json!({"command": ["sh"], "env": ["PATH", "A=b=c", "HOME="]})).unwrap();
        let value = |name: &str| {
            let found: Vec<_> = settings.env.iter().filter(|(known, _)| known == name).collect();
            assert!(found.len() < 2, "{name} twice");
            found.first().map(|(_, value)| value.clone())
        };
        assert_eq!(value("A").as_deref(), Some("b=c"));
        assert_eq!(value("HOME").as_deref(), Some(""));
        assert_eq!(value("PATH"), std::env::var("PATH").ok());
        assert_eq!(value("CARGO_MANIFEST_DIR"), None);
    }

    #[test]
    fn nonsense_is_refused_by_its_key() {
        for (settings, key, words) in [
            (json!({}), "command", "is missing"),
            (json!({"command": "ls -l"}), "command", "list of texts"),
            (json!({"command": []}), "command", "empty"),
            (json!({"command": ["no-such-program-anywhere"]}), "command", "on the PATH"),
            (json!({"command": ["./run"]}), "command", "whole path"),
            (json!({"command": ["/etc/no/such"]}), "command", "there is no program"),
            (json!({"command": ["/etc/passwd"]}), "command", "may not be run"),
            (json!({"command": ["sh", "a\u{0}"]}), "command", "zero byte"),
            (json!({"command": ["sh"], "env": ["NO_SUCH_VARIABLE_HERE"]}), "env", "is not set"),
            (json!({"command": ["sh"], "env": ["A B=1"]}), "env", "is no variable"),
            (json!({"command": ["sh"], "env": ["BURNWATCH_END=1"]}), "env", "ours to set"),
            (json!({"command": ["sh"], "step": "7m"}), "step", "cannot be used"),
            (json!({"command": ["sh"], "step": "30s"}), "step", "cannot be used"),
            (json!({"command": ["sh"], "delay": "2h"}), "delay", "cannot be used"),
            (json!({"command": ["sh"], "refresh": "1s"}), "refresh", "cannot be used"),
            (json!({"command": ["sh"], "stamp": "middle"}), "stamp", "neither"),
            (json!({"command": ["sh"], "batch": "yes"}), "batch", "true or false"),
        ] {
            let error = read(&settings).err().unwrap();
            assert!(error.key == key && error.problem.contains(words), "{settings}: {error}");
        }
    }
}
