//! Ctrl-Z: gives the terminal to the shell, sleeps, and takes it again after `fg`.

use std::io;

/// Stops the whole job as the shell expects it, and returns when it goes on.
#[cfg(unix)]
pub(super) fn suspend() -> io::Result<()> {
    use rustix::process::{Signal, getpid, kill_process};

    super::terminal::leave()?;
    // SIGTSTP is ours to catch, so that one from outside restores the terminal too; SIGSTOP really stops.
    kill_process(getpid(), Signal::STOP)?;
    super::terminal::take()
}

#[cfg(not(unix))]
pub(super) fn suspend() -> io::Result<()> {
    Ok(())
}

/// Whether the terminal has gone away without telling anyone.
#[cfg(unix)]
pub(super) fn terminal_is_gone() -> bool {
    rustix::termios::tcgetattr(io::stdin()).is_err()
}

#[cfg(not(unix))]
pub(super) fn terminal_is_gone() -> bool {
    false
}
