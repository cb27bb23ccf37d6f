//! The built program in a pseudo-terminal: waits on what the screen shows, never on time.

use std::io::{Read, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::Duration;

use portable_pty::{CommandBuilder, MasterPty, PtySize, SlavePty, native_pty_system};
use rustix::fs::{Mode, OFlags};
use rustix::process::{Pid, Signal, WaitOptions, kill_process, waitpid};
use rustix::termios::{LocalModes, tcgetattr};

use crate::program::{PROGRAM, environment};

/// How long a condition may take on a busy machine; nothing waits this long when all is well.
pub(crate) const DEADLINE: Duration = Duration::from_secs(60);

/// The parser cannot scroll a grid of one row.
const LEAST: u16 = 2;

pub(crate) const ENTER: &str = "\u{1b}[?1049h";
pub(crate) const LEAVE: &str = "\u{1b}[?1049l";

/// How the program is, as the kernel tells its parent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Life {
    Running,
    Stopped,
    Exited(i32),
    Killed(i32),
}

pub(crate) struct State {
    parser: vt100::Parser,
    pub(crate) bytes: Vec<u8>,
    pub(crate) life: Life,
    /// The reader lets go of the terminal at the next byte.
    let_go: bool,
    reading: bool,
}

impl State {
    pub(crate) fn screen(&self) -> &vt100::Screen {
        self.parser.screen()
    }

    pub(crate) fn text(&self) -> String {
        self.screen().contents()
    }

    pub(crate) fn sent(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    pub(crate) fn ended(&self) -> bool {
        matches!(self.life, Life::Exited(_) | Life::Killed(_))
    }
}

type Shared = Arc<(Mutex<State>, Condvar)>;

/// A program on a terminal of its own.
pub(crate) struct Pane {
    shared: Shared,
    master: Option<Box<dyn MasterPty + Send>>,
    slave: Option<Box<dyn SlavePty + Send>>,
    keys: Option<Box<dyn Write + Send>>,
    pid: Pid,
    modes: LocalModes,
    pub(crate) home: Arc<tempfile::TempDir>,
}

/// What to start, and on what.
pub(crate) struct Start<'a> {
    pub(crate) args: &'a [&'a str],
    /// On top of the usual environment; an empty value takes the variable away.
    pub(crate) env: &'a [(&'a str, &'a str)],
    pub(crate) size: (u16, u16),
    pub(crate) home: Option<Arc<tempfile::TempDir>>,
}

impl Default for Start<'_> {
    fn default() -> Self {
        Self { args: &["demo", "--at", crate::program::AT], env: &[], size: (80, 24), home: None }
    }
}

impl Start<'_> {
    pub(crate) fn open(self) -> Pane {
        let pty = native_pty_system().openpty(pty_size(self.size)).unwrap();
        let home = self.home.unwrap_or_else(|| Arc::new(tempfile::tempdir().unwrap()));
        let mut command = CommandBuilder::new(PROGRAM);
        command.env_clear();
        command.cwd(home.path());
        command.args(self.args);
        for (name, value) in environment(home.path()) {
            command.env(name, value);
        }
        for (name, value) in self.env {
            if value.is_empty() { command.env_remove(name) } else { command.env(name, value) }
        }
        let modes = modes_of(&*pty.master);
        let shared = watched(self.size, pty.master.try_clone_reader().unwrap());
        let child = pty.slave.spawn_command(command).unwrap();
        let pid = Pid::from_raw(child.process_id().unwrap().try_into().unwrap()).unwrap();
        follow_life(pid, Arc::clone(&shared));
        let keys = pty.master.take_writer().unwrap();
        Pane { shared, master: Some(pty.master), slave: Some(pty.slave), keys: Some(keys), pid, modes, home }
    }
}

fn pty_size((cols, rows): (u16, u16)) -> PtySize {
    PtySize { rows, cols, pixel_width: 0, pixel_height: 0 }
}

fn open_tty(master: &dyn MasterPty) -> OwnedFd {
    let name: PathBuf = master.tty_name().unwrap();
    rustix::fs::open(name, OFlags::RDWR | OFlags::NOCTTY, Mode::empty()).unwrap()
}

fn modes_of(master: &dyn MasterPty) -> LocalModes {
    tcgetattr(open_tty(master).as_fd()).unwrap().local_modes
}

/// A thread that parses all that comes, until the terminal is closed.
fn watched((cols, rows): (u16, u16), mut reader: Box<dyn Read + Send>) -> Shared {
    let parser = vt100::Parser::new(rows.max(LEAST), cols.max(LEAST), 0);
    let state = State { parser, bytes: Vec::new(), life: Life::Running, let_go: false, reading: true };
    let shared: Shared = Arc::new((Mutex::new(state), Condvar::new()));
    let theirs = Arc::clone(&shared);
    std::thread::spawn(move || {
        let mut chunk = vec![0; 65536];
        while let Ok(count @ 1..) = reader.read(&mut chunk) {
            let mut state = theirs.0.lock().unwrap();
            state.parser.process(&chunk[..count]);
            state.bytes.extend(&chunk[..count]);
            theirs.1.notify_all();
            if state.let_go {
                break;
            }
        }
        drop(reader);
        theirs.0.lock().unwrap().reading = false;
        theirs.1.notify_all();
    });
    shared
}

/// A thread that waits for the child, also when it only stops.
fn follow_life(pid: Pid, shared: Shared) {
    std::thread::spawn(move || {
        loop {
            let waited = waitpid(Some(pid), WaitOptions::UNTRACED | WaitOptions::CONTINUED);
            let Ok(Some((_, status))) = waited else { return };
            let life = match (status.exit_status(), status.terminating_signal()) {
                (Some(code), _) => Life::Exited(code),
                (_, Some(signal)) => Life::Killed(signal),
                _ if status.stopped() => Life::Stopped,
                _ => Life::Running,
            };
            let mut state = shared.0.lock().unwrap();
            state.life = life;
            shared.1.notify_all();
            if state.ended() {
                return;
            }
        }
    });
}

impl Pane {
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.shared.0.lock().unwrap()
    }

    /// Waits until `condition` holds.
    pub(crate) fn wait(&self, what: &str, condition: impl Fn(&State) -> bool) {
        let state = self.state();
        let waited = self.shared.1.wait_timeout_while(state, DEADLINE, |state| !condition(state));
        let (state, timeout) = waited.unwrap();
        assert!(!timeout.timed_out(), "no {what}; {:?}; the screen is\n{}", state.life, state.text());
    }

    pub(crate) fn wait_text(&self, text: &str) {
        self.wait(text, |state| state.text().contains(text));
    }

    pub(crate) fn press(&mut self, keys: &str) {
        let writer = self.keys.as_mut().unwrap();
        writer.write_all(keys.as_bytes()).unwrap();
        writer.flush().unwrap();
    }

    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(self.pid, signal).unwrap();
    }

    /// Forgets the bytes so far, for a look at those to come.
    pub(crate) fn forget_bytes(&self) {
        self.state().bytes.clear();
    }

    pub(crate) fn resize(&self, (cols, rows): (u16, u16)) {
        // The parser first: what is drawn for the new size must not meet the old one.
        self.state().parser.screen_mut().set_size(rows.max(LEAST), cols.max(LEAST));
        self.master.as_ref().unwrap().resize(pty_size((cols, rows))).unwrap();
    }

    /// Whether lines are edited and echoed again, as before the start.
    pub(crate) fn is_cooked(&self) -> bool {
        modes_of(&**self.master.as_ref().unwrap()) == self.modes
    }

    pub(crate) fn is_raw(&self) -> bool {
        let modes = modes_of(&**self.master.as_ref().unwrap());
        !modes.intersects(LocalModes::ICANON | LocalModes::ECHO | LocalModes::ISIG)
    }

    pub(crate) fn home(&self) -> &Path {
        self.home.path()
    }

    /// Ends when the program does, and tells how.
    pub(crate) fn end(&self) -> Life {
        self.wait("end", State::ended);
        self.state().life
    }

    /// The terminal goes away, as when a connection breaks. `noisy` keys make the program write once more.
    pub(crate) fn hang_up(&mut self, noisy: &str) {
        self.state().let_go = true;
        self.press(noisy);
        self.wait("reader that lets go", |state| !state.reading);
        self.keys = None;
        self.slave = None;
        self.master = None;
    }
}

impl Drop for Pane {
    fn drop(&mut self) {
        let running = self.shared.0.lock().is_ok_and(|state| !state.ended());
        if running {
            let _ = kill_process(self.pid, Signal::KILL);
        }
    }
}
