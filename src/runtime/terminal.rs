//! The terminal as a guard: taken on entry, given back on every way out.

use std::io::{self, Write, stdout};
use std::panic;

use crossterm::cursor::{Hide, Show};
use crossterm::event::{DisableBracketedPaste, EnableBracketedPaste};
use crossterm::style::ResetColor;
use crossterm::terminal::{
    EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};
use crossterm::{execute, queue};

/// While it lives, the terminal is in raw mode on the alternate screen.
#[derive(Debug)]
pub struct Terminal(());

impl Terminal {
    /// Takes the terminal, and sees to it that a panic gives it back before it speaks.
    pub fn enter() -> io::Result<Self> {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            let _ = leave();
            before(info);
        }));
        take()?;
        Ok(Self(()))
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = leave();
    }
}

pub(super) fn take() -> io::Result<()> {
    enable_raw_mode()?;
    execute!(stdout(), EnterAlternateScreen, EnableBracketedPaste, Hide).inspect_err(|_| {
        let _ = disable_raw_mode();
    })
}

pub(super) fn leave() -> io::Result<()> {
    let mut bytes = Vec::new();
    queue!(bytes, EndSynchronizedUpdate, ResetColor, DisableBracketedPaste, LeaveAlternateScreen, Show)?;
    let written = stdout().write_all(&bytes).and_then(|()| stdout().flush());
    disable_raw_mode()?;
    written
}
