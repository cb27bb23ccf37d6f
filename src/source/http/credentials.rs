//! Who we are to the backend: tokens and passwords from files, variables and commands.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use secrecy::{ExposeSecret, SecretString};
use tokio::process::Command;
use tokio::sync::Mutex;

use super::Auth;

#[derive(Clone, Debug)]
pub(crate) enum Origin {
    Written(SecretString),
    Env(String),
    File(PathBuf),
    /// Program and arguments; no shell is involved.
    Command(Vec<String>),
}

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
    secrets: Vec<SecretString>,
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
            Self::File(path) => {
                let shown = path.display();
                let text = std::fs::read_to_string(path)
                    .map_err(|error| format!("cannot read {shown}: {}", io_reason(&error)))?;
                line(&text).map_err(|why| format!("{shown} {why}"))
            }
        }
    }
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
    command.args(arguments).stdin(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
    let output = match tokio::time::timeout(timeout, command.output()).await {
        Err(_) => return Err(format!("the command {program} did not end within {timeout:?}")),
        Ok(Err(error)) => {
            return Err(format!("cannot run {program}: {}", io_reason(&error)));
        }
        Ok(Ok(output)) => output,
    };
    if !output.status.success() {
        return Err(format!("the command {program} failed ({}); run it by hand to see why", output.status));
    }
    let text = String::from_utf8(output.stdout).map_err(|_| format!("{program} did not print text"))?;
    line(&text).map_err(|why| format!("what {program} printed {why}"))
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
        let mut ready = Ready { auth: None, headers: HeaderMap::new(), secrets: Vec::new() };
        if let Some(scheme) = self.scheme.as_ref().or(login) {
            let (Scheme::Bearer(secret) | Scheme::Token(secret) | Scheme::Basic { password: secret, .. }) =
                scheme;
            let secret = secret.get(timeout).await?;
            ready.secrets.push(secret.clone());
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
            ready.secrets.push(secret);
        }
        Ok(ready)
    }
}

impl Ready {
    /// A body that does not repeat what we sent. Short values are left: they are words, not secrets.
    pub(crate) fn hide(&self, mut body: Vec<u8>) -> Vec<u8> {
        for secret in self.secrets.iter().map(ExposeSecret::expose_secret).filter(|secret| secret.len() >= 6)
        {
            if holds(&body, secret.as_bytes()) {
                body = String::from_utf8_lossy(&body).replace(secret, "(secret)").into_bytes();
            }
        }
        body
    }
}

/// Whether `part` stands in `body`, which may be large and no text.
fn holds(body: &[u8], part: &[u8]) -> bool {
    let Some(first) = part.first() else { return false };
    let mut rest = body;
    while let Some(at) = rest.iter().position(|byte| byte == first) {
        if rest[at..].starts_with(part) {
            return true;
        }
        rest = &rest[at + 1..];
    }
    false
}

/// An error of the system, in words without its number.
pub(crate) fn io_reason(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "there is no such file".to_owned(),
        std::io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => error.to_string(),
    }
}
