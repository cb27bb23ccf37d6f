//! Who we are to the backend: tokens and passwords from files, variables and commands.

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout_at};

use super::Auth;
use super::secrets::Secrets;
use crate::source::exec::run::{Ending, Job, run as run_job};
use crate::source::exec::settings::program_on_path;
use crate::source::plain_file;

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
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    secret: Option<SecretString>,
    /// How often it was dropped.
    round: u64,
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
    /// Of each of [`Credentials::secrets`], from which fetch it is.
    rounds: Vec<u64>,
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
        Self { origin, kept: Mutex::default() }
    }

    /// It, and how often it was dropped before. Who comes while it is fetched waits for that.
    async fn get(&self, deadline: Instant) -> Result<(SecretString, u64), String> {
        let kept = timeout_at(deadline, self.kept.lock()).await.ok();
        let kept = kept.filter(|kept| kept.secret.is_some() || Instant::now() < deadline);
        let mut kept = kept.ok_or("it is still being fetched for another question")?;
        if let Some(secret) = &kept.secret {
            return Ok((secret.clone(), kept.round));
        }
        let secret = self.origin.fetch(deadline.saturating_duration_since(Instant::now())).await?;
        kept.secret = Some(secret.clone());
        Ok((secret, kept.round))
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
                    _ => Err(format!("{shown} cannot be read within {}", span(timeout))),
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
    text(plain_file::read(path, LONGEST)?).map_err(|why| format!("{} {why}", path.display()))
}

/// What a file or a command gave, which may be anything.
fn text(bytes: Vec<u8>) -> Result<SecretString, String> {
    line(&String::from_utf8(bytes).map_err(|_| "is not text".to_owned())?)
}

/// A secret is one line; it goes into a header.
fn line(text: &str) -> Result<SecretString, String> {
    // Editors may begin a file with a mark of its encoding.
    let text = text.trim_start_matches('\u{feff}').trim();
    if text.is_empty() {
        return Err("is empty".to_owned());
    }
    if text.chars().any(char::is_control) {
        return Err("holds more than one line".to_owned());
    }
    Ok(SecretString::from(text))
}

/// With our environment and without our terminal, so that it cannot paint over a screen or wait for a key there.
async fn run(argv: &[String], timeout: Duration) -> Result<SecretString, String> {
    let Some((program, arguments)) = argv.split_first() else {
        return Err("the command is empty".to_owned());
    };
    let found = if program.contains('/') { Some(PathBuf::from(program)) } else { program_on_path(program) };
    let found = found.filter(|path| path.exists());
    let found = found.ok_or_else(|| format!("cannot run {program}: there is no such file"))?;
    let setsid = program_on_path("setsid");
    let job = Job {
        program: &found,
        arguments,
        setsid: setsid.as_deref(),
        env: environment(),
        timeout,
        output: LONGEST as usize,
    };
    let ran = run_job(job).await;
    match ran.ending {
        Ending::Exit(0) => text(ran.printed).map_err(|why| format!("what {program} printed {why}")),
        Ending::Exit(code) => {
            Err(format!("the command {program} failed (exit status {code}); run it by hand to see why"))
        }
        Ending::Signal(signal) => Err(format!("the command {program} was ended by signal {signal}")),
        Ending::TimedOut => Err(format!("the command {program} did not end within {}", span(timeout))),
        Ending::TooMuch => Err(format!("what {program} printed is longer than {LONGEST} bytes")),
        Ending::Lost(why) => Err(format!("cannot run {program}: {why}")),
    }
}

/// All of ours that is text.
fn environment() -> Vec<(String, String)> {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect()
}

/// A limit of time in words, rounded up: some of it is gone when it is told.
fn span(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    if seconds < 1.0 { format!("{} ms", (1000.0 * seconds).ceil()) } else { format!("{} s", seconds.ceil()) }
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

    /// Drops what `refused` was made of, so that it is fetched again; what was fetched since stays.
    pub(crate) async fn forget(&self, refused: &Ready) {
        for (secret, round) in self.secrets().zip(&refused.rounds) {
            let mut kept = secret.kept.lock().await;
            if kept.round == *round {
                *kept = Kept { secret: None, round: round + 1 };
            }
        }
    }

    /// `login` is what the address itself says. All of it takes no longer than `timeout`.
    pub(crate) async fn ready(&self, login: Option<&Scheme>, timeout: Duration) -> Result<Ready, String> {
        let deadline = Instant::now() + timeout;
        let mut ready =
            Ready { auth: None, headers: HeaderMap::new(), secrets: Secrets::default(), rounds: Vec::new() };
        if let Some(scheme) = self.scheme.as_ref().or(login) {
            let (Scheme::Bearer(secret) | Scheme::Token(secret) | Scheme::Basic { password: secret, .. }) =
                scheme;
            let (secret, round) = secret.get(deadline).await?;
            ready.rounds.extend(self.scheme.as_ref().map(|_| round));
            ready.log_in(scheme, secret);
        }
        for (name, secret) in &self.headers {
            let (secret, round) = secret.get(deadline).await?;
            ready.rounds.push(round);
            ready.add(name, &secret)?;
        }
        Ok(ready)
    }
}

impl Ready {
    fn log_in(&mut self, scheme: &Scheme, secret: SecretString) {
        self.secrets.add(secret.expose_secret());
        self.auth = Some(match scheme {
            Scheme::Bearer(_) => Auth::Bearer(secret),
            Scheme::Token(_) => Auth::Token(secret),
            Scheme::Basic { username, .. } => {
                self.secrets.add_login(username, secret.expose_secret());
                Auth::Basic { username: username.clone(), password: secret }
            }
        });
    }

    fn add(&mut self, name: &HeaderName, secret: &SecretString) -> Result<(), String> {
        let mut value = HeaderValue::from_str(secret.expose_secret())
            .map_err(|_| format!("the value of the header {name} cannot be sent"))?;
        value.set_sensitive(true);
        self.headers.insert(name.clone(), value);
        self.secrets.add(secret.expose_secret());
        // A server may repeat the token of `Bearer …` without that word.
        let (_, bare) = secret.expose_secret().split_once(' ').unwrap_or_default();
        if *name == AUTHORIZATION {
            self.secrets.add(bare.trim());
        }
        Ok(())
    }
}

/// An error of the system, in words without its number.
pub(crate) fn io_reason(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "there is no such file".to_owned(),
        std::io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => {
            let said = error.to_string();
            said.split_once(" (os error").map_or(said.as_str(), |(words, _)| words).to_owned()
        }
    }
}

#[cfg(test)]
mod tests;
