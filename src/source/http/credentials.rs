//! Who we are to the backend: tokens and passwords from files, variables and commands.

use std::fmt;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use secrecy::{ExposeSecret, SecretString};
use tokio::io::AsyncReadExt;
use tokio::process::Command;
use tokio::sync::Mutex;

use super::Auth;
use super::secrets::Secrets;

#[derive(Clone)]
pub(crate) enum Origin {
    Written(SecretString),
    Env(String),
    File(PathBuf),
    /// Program and arguments; no shell is involved.
    Command(Vec<String>),
}

/// Bytes of a secret.
const LONGEST: u64 = 64 * 1024;

/// A secret that is fetched when it is first needed, and kept until it is refused.
#[derive(Debug)]
pub(crate) struct Secret {
    origin: Origin,
    kept: Mutex<Option<SecretString>>,
}

#[derive(Debug)]
pub(crate) enum Scheme {
    Bearer(Secret),
    /// `Authorization: Token …`.
    Token(Secret),
    Basic {
        username: String,
        password: Secret,
    },
}

#[derive(Debug, Default)]
pub(crate) struct Credentials {
    pub(crate) scheme: Option<Scheme>,
    pub(crate) headers: Vec<(HeaderName, Secret)>,
}

/// Fetched and ready to be sent.
pub(crate) struct Ready {
    pub(crate) auth: Option<Auth>,
    pub(crate) headers: HeaderMap,
    pub(crate) secrets: Secrets,
}

impl fmt::Debug for Origin {
    /// The arguments of a command may hold a secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Written(_) => f.write_str("Written"),
            Self::Env(name) => write!(f, "Env({name})"),
            Self::File(path) => write!(f, "File({})", path.display()),
            Self::Command(argv) => write!(f, "Command({})", argv.first().map_or("", String::as_str)),
        }
    }
}

impl Secret {
    pub(crate) fn new(origin: Origin) -> Self {
        Self { origin, kept: Mutex::new(None) }
    }

    async fn get(&self, timeout: Duration) -> Result<SecretString, String> {
        let mut kept = self.kept.lock().await;
        if let Some(secret) = &*kept {
            return Ok(secret.clone());
        }
        let secret = self.origin.fetch(timeout).await?;
        *kept = Some(secret.clone());
        Ok(secret)
    }

    /// Whether asking again could give another one.
    fn renewable(&self) -> bool {
        matches!(self.origin, Origin::File(_) | Origin::Command(_))
    }
}

impl Origin {
    async fn fetch(&self, timeout: Duration) -> Result<SecretString, String> {
        match self {
            Self::Command(argv) => run(argv, timeout).await,
            Self::File(path) => {
                // A dead network mount must not hold anybody up.
                let (reading, shown) = (path.clone(), path.display());
                let read = tokio::task::spawn_blocking(move || read(&reading));
                match tokio::time::timeout(timeout, read).await {
                    Ok(Ok(outcome)) => outcome,
                    _ => Err(format!("{shown} cannot be read within {timeout:?}")),
                }
            }
            other => other.look(),
        }
    }

    /// Fetches what needs no waiting; a command is not run and gives an empty secret.
    pub(crate) fn look(&self) -> Result<SecretString, String> {
        match self {
            Self::Written(secret) => Ok(secret.clone()),
            Self::Command(_) => Ok(SecretString::default()),
            Self::Env(name) => match std::env::var(name) {
                Ok(text) => line(&text).map_err(|why| format!("the variable {name} {why}")),
                Err(_) => Err(format!("the variable {name} is not set")),
            },
            Self::File(path) => read(path),
        }
    }
}

fn read(path: &Path) -> Result<SecretString, String> {
    let shown = path.display();
    let failed = |error: &std::io::Error| format!("cannot read {shown}: {}", io_reason(error));
    // A pipe would have to be waited for, and a device never ends.
    if path.metadata().map_err(|error| failed(&error))?.is_dir() {
        return Err(format!("{shown} is a folder"));
    }
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).map_err(|error| failed(&error))?;
    file.take(LONGEST + 1).read_to_end(&mut bytes).map_err(|error| failed(&error))?;
    text(bytes).map_err(|why| format!("{shown} {why}"))
}

/// What a file or a command gave, which may be anything.
fn text(bytes: Vec<u8>) -> Result<SecretString, String> {
    if bytes.len() as u64 > LONGEST {
        return Err(format!("is longer than {LONGEST} bytes"));
    }
    line(&String::from_utf8(bytes).map_err(|_| "is not text".to_owned())?)
}

/// A secret is one line; it goes into a header.
fn line(text: &str) -> Result<SecretString, String> {
    let text = text.trim();
    if text.is_empty() {
        return Err("is empty".to_owned());
    }
    if text.chars().any(char::is_control) {
        return Err("holds more than one line".to_owned());
    }
    Ok(SecretString::from(text))
}

async fn run(argv: &[String], timeout: Duration) -> Result<SecretString, String> {
    let Some((program, arguments)) = argv.split_first() else {
        return Err("the command is empty".to_owned());
    };
    let mut command = Command::new(program);
    command
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true);
    let ended = tokio::time::timeout(timeout, output(command)).await;
    let ended = ended.map_err(|_| format!("the command {program} did not end within {timeout:?}"))?;
    let (status, bytes) = ended.map_err(|error| format!("cannot run {program}: {}", io_reason(&error)))?;
    if !status.success() {
        return Err(format!("the command {program} failed ({status}); run it by hand to see why"));
    }
    text(bytes).map_err(|why| format!("what {program} printed {why}"))
}

/// How it ended, and the little of what it printed that a secret can be.
async fn output(mut command: Command) -> std::io::Result<(ExitStatus, Vec<u8>)> {
    let mut child = command.spawn()?;
    let mut bytes = Vec::new();
    if let Some(out) = child.stdout.take() {
        out.take(LONGEST + 1).read_to_end(&mut bytes).await?;
    }
    // One that prints on is not waited for.
    let status = if bytes.len() as u64 > LONGEST {
        child.kill().await?;
        ExitStatus::default()
    } else {
        child.wait().await?
    };
    Ok((status, bytes))
}

impl Credentials {
    fn secrets(&self) -> impl Iterator<Item = &Secret> {
        let scheme = self.scheme.as_ref().map(|scheme| match scheme {
            Scheme::Bearer(secret) | Scheme::Token(secret) | Scheme::Basic { password: secret, .. } => secret,
        });
        scheme.into_iter().chain(self.headers.iter().map(|(_, secret)| secret))
    }

    pub(crate) fn renewable(&self) -> bool {
        self.secrets().any(Secret::renewable)
    }

    /// Drops what was kept, so that it is fetched again.
    pub(crate) async fn forget(&self) {
        for secret in self.secrets() {
            *secret.kept.lock().await = None;
        }
    }

    /// `login` is what the address itself says.
    pub(crate) async fn ready(&self, login: Option<&Scheme>, timeout: Duration) -> Result<Ready, String> {
        let mut ready = Ready { auth: None, headers: HeaderMap::new(), secrets: Secrets::default() };
        if let Some(scheme) = self.scheme.as_ref().or(login) {
            let (Scheme::Bearer(secret) | Scheme::Token(secret) | Scheme::Basic { password: secret, .. }) =
                scheme;
            let secret = secret.get(timeout).await?;
            ready.secrets.add(secret.expose_secret());
            ready.auth = Some(match scheme {
                Scheme::Bearer(_) => Auth::Bearer(secret),
                Scheme::Token(_) => Auth::Token(secret),
                Scheme::Basic { username, .. } => {
                    Auth::Basic { username: username.clone(), password: secret }
                }
            });
        }
        for (name, secret) in &self.headers {
            let secret = secret.get(timeout).await?;
            let mut value = HeaderValue::from_str(secret.expose_secret())
                .map_err(|_| format!("the value of the header {name} cannot be sent"))?;
            value.set_sensitive(true);
            ready.headers.insert(name.clone(), value);
            ready.secrets.add(secret.expose_secret());
        }
        Ok(ready)
    }
}

/// An error of the system, in words without its number.
pub(crate) fn io_reason(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "there is no such file".to_owned(),
        std::io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => error.to_string(),
    }
}
