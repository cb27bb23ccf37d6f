//! One run of a command: no shell, no input, no terminal, a limit of time and of output, and no child left behind.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::{Child, Command};
use tokio::time::{Instant, timeout};

use crate::text::clean_lines;

/// Bytes of what it said on standard error that are kept, the last ones.
const SAID: usize = 4096;

pub(in crate::source) struct Job<'a> {
    pub(in crate::source) program: &'a Path,
    pub(in crate::source) arguments: &'a [String],
    /// `setsid`, where there is one.
    pub(in crate::source) setsid: Option<&'a Path>,
    /// Everything that it finds in its environment.
    pub(in crate::source) env: Vec<(String, String)>,
    pub(in crate::source) timeout: Duration,
    /// Bytes that it may print.
    pub(in crate::source) output: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::source) enum Ending {
    Exit(i32),
    Signal(i32),
    TimedOut,
    TooMuch,
    /// It did not start, or was lost; why.
    Lost(String),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::source) struct Ran {
    pub(in crate::source) ending: Ending,
    pub(in crate::source) printed: Vec<u8>,
    /// The end of its standard error, harmless; lines stay lines.
    pub(in crate::source) said: String,
    pub(in crate::source) took: Duration,
}

/// Runs to the end, or to a limit: then the command and all that it started in its group are killed, as they are when
/// this future is dropped.
pub(in crate::source) async fn run(job: Job<'_>) -> Ran {
    let begun = Instant::now();
    let (mut printed, mut said) = (Vec::new(), Vec::new());
    let ending = match spawn(&job) {
        Err(why) => Ending::Lost(why),
        Ok(running) => {
            let ended = follow(running, &mut printed, &mut said, job.output);
            timeout(job.timeout, ended).await.unwrap_or(Ending::TimedOut)
        }
    };
    let said = clean_lines(&String::from_utf8_lossy(&said)).trim().to_owned();
    Ran { ending, printed, said, took: begun.elapsed() }
}

/// A session of its own has no terminal to paint on. Without `setsid` it is a group of its own, which can be killed as
/// well, but could still open the terminal.
fn spawn(job: &Job<'_>) -> Result<Running, String> {
    let mut command = match job.setsid {
        Some(setsid) => {
            let mut command = Command::new(setsid);
            command.arg(job.program);
            command
        }
        None => Command::new(job.program),
    };
    #[cfg(unix)]
    if job.setsid.is_none() {
        command.process_group(0);
    }
    command
        .args(job.arguments)
        .env_clear()
        .envs(job.env.iter().map(|(name, value)| (name, value)))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    let child = command.spawn().map_err(|error| crate::text::cleaned(&error.to_string()))?;
    Ok(Running { group: Group::new(child.id()), child })
}

/// The leaders of all groups that run.
static LEADERS: Mutex<BTreeSet<u32>> = Mutex::new(BTreeSet::new());

/// Kills whatever runs, for a program that ends now: nobody may be left to drop it.
pub fn end_all() {
    let leaders = std::mem::take(&mut *LEADERS.lock().unwrap_or_else(PoisonError::into_inner));
    leaders.into_iter().for_each(kill);
}

fn kill(leader: u32) {
    #[cfg(unix)]
    if let Some(leader) = rustix::process::Pid::from_raw(leader.cast_signed()) {
        // It may have ended by itself in this moment.
        let _ = rustix::process::kill_process_group(leader, rustix::process::Signal::KILL);
    }
}

struct Running {
    group: Group,
    child: Child,
}

/// Everything that the command started and that did not leave its group; killed when dropped. Its number stays taken
/// as long as nobody has waited for the child.
struct Group {
    leader: Option<u32>,
}

impl Group {
    fn new(leader: Option<u32>) -> Self {
        LEADERS.lock().unwrap_or_else(PoisonError::into_inner).extend(leader);
        Self { leader }
    }

    /// Its leader has ended and been waited for. What it left in the background with its outputs closed is its own
    /// business.
    fn disband(&mut self) -> Option<u32> {
        let leader = self.leader.take()?;
        LEADERS.lock().unwrap_or_else(PoisonError::into_inner).remove(&leader).then_some(leader)
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if let Some(leader) = self.disband() {
            kill(leader);
        }
    }
}

async fn follow(mut running: Running, printed: &mut Vec<u8>, said: &mut Vec<u8>, most: usize) -> Ending {
    let (out, err) = (running.child.stdout.take(), running.child.stderr.take());
    let read = async { tokio::try_join!(head(out, printed, most), tail(err, said)) };
    if read.await.is_err() {
        return Ending::TooMuch;
    }
    let status = running.child.wait().await;
    running.group.disband();
    status.map_or_else(|error| Ending::Lost(error.to_string()), ended)
}

fn ended(status: ExitStatus) -> Ending {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return Ending::Signal(signal);
    }
    status.code().map_or_else(|| Ending::Lost("it ended without a word".to_owned()), Ending::Exit)
}

/// All of it, or an error where it is more than `most` bytes. A pipe that breaks has ended.
async fn head(pipe: Option<impl AsyncRead + Unpin>, kept: &mut Vec<u8>, most: usize) -> Result<(), ()> {
    let Some(mut pipe) = pipe else { return Ok(()) };
    let mut chunk = vec![0; 16 << 10];
    while let Ok(size @ 1..) = pipe.read(&mut chunk).await {
        let room = most - kept.len();
        kept.extend_from_slice(&chunk[..size.min(room)]);
        if size > room {
            return Err(());
        }
    }
    Ok(())
}

/// The last of it.
async fn tail(pipe: Option<impl AsyncRead + Unpin>, kept: &mut Vec<u8>) -> Result<(), ()> {
    let Some(mut pipe) = pipe else { return Ok(()) };
    let mut chunk = vec![0; SAID];
    while let Ok(size @ 1..) = pipe.read(&mut chunk).await {
        kept.extend_from_slice(&chunk[..size]);
        let surplus = kept.len().saturating_sub(SAID);
        kept.drain(..surplus);
    }
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    async fn sh(script: &str, limit: Duration, output: usize) -> Ran {
        let arguments = ["-c".to_owned(), script.to_owned()];
        let setsid = Path::new("/usr/bin/setsid");
        run(Job {
            program: Path::new("/bin/sh"),
            arguments: &arguments,
            setsid: setsid.exists().then_some(setsid),
            env: vec![("PATH".to_owned(), "/usr/bin:/bin".to_owned()), ("A".to_owned(), "b".to_owned())],
            timeout: limit,
            output,
        })
        .await
    }

    const LONG: Duration = Duration::from_secs(60);

    #[tokio::test]
    async fn it_gets_its_own_environment_and_no_input() {
        let ran = sh("cat; echo $A $HOME; exit 3", LONG, 100).await;
        assert_eq!((ran.ending, &ran.printed[..]), (Ending::Exit(3), &b"b\n"[..]));
        assert_eq!(sh("kill -9 $$", LONG, 100).await.ending, Ending::Signal(9));
    }

    #[tokio::test]
    async fn it_has_no_terminal() {
        let ran = sh("(: > /dev/tty) 2>/dev/null && echo painted; true", LONG, 100).await;
        assert_eq!((ran.ending, ran.printed.is_empty()), (Ending::Exit(0), true));
    }

    #[tokio::test]
    async fn output_is_capped_and_the_end_of_what_it_said_is_kept() {
        assert_eq!(sh("printf 12345", LONG, 5).await.ending, Ending::Exit(0));
        let ran = sh("yes", LONG, 100_000).await;
        assert_eq!((ran.ending, ran.printed.len()), (Ending::TooMuch, 100_000));
        let ran = sh(r"yes | head -c 9000 >&2; printf 'the \033[31mend' >&2", LONG, 5).await;
        assert!(ran.said.len() <= SAID && ran.said.ends_with("\nthe end"), "{:?}", ran.said);
    }

    #[tokio::test]
    async fn what_takes_too_long_is_ended() {
        let ran = sh("echo begun; sleep 600", Duration::from_millis(50), 10).await;
        assert_eq!(ran.ending, Ending::TimedOut);
    }

    /// A grandchild holds a pipe, which ends when the grandchild does.
    #[tokio::test]
    async fn a_run_that_is_dropped_is_killed_with_its_children() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let script = format!("(echo up; sleep 600) > {} & sleep 600", pipe.display());
        let (up, is_up) = tokio::sync::oneshot::channel();
        let reader = tokio::task::spawn_blocking(move || {
            let mut pipe = std::fs::File::open(pipe).unwrap();
            let mut text = [0; 3];
            std::io::Read::read_exact(&mut pipe, &mut text).unwrap();
            up.send(text).unwrap();
            std::io::Read::read_to_end(&mut pipe, &mut Vec::new()).unwrap()
        });
        tokio::select! {
            _ = sh(&script, LONG, 10) => panic!("it does not end by itself"),
            text = is_up => assert_eq!(&text.unwrap(), b"up\n"),
        }
        assert_eq!(reader.await.unwrap(), 0);
    }

    #[tokio::test]
    async fn what_does_not_start_says_why() {
        let arguments = Vec::new();
        let job = Job {
            program: Path::new("/no/such/program"),
            arguments: &arguments,
            setsid: None,
            env: Vec::new(),
            timeout: LONG,
            output: 5,
        };
        assert!(matches!(run(job).await.ending, Ending::Lost(why) if why.contains("No such file")));
    }
}
