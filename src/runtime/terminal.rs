//! The terminal as a guard: taken on entry, given back on every way out.

use std::io::{self, Write, stdout};
use std::{panic, process, thread};

use crossterm::cursor::{Hide, Show};
use crossterm::event::{DisableBracketedPaste, EnableBracketedPaste};
use crossterm::style::{ResetColor, force_color_output};
use crossterm::terminal::{
    EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};
use crossterm::{execute, queue};

/// The exit code of a program that ends by a panic.
const PANICKED: i32 = 101;

/// While it lives, the terminal is in raw mode on the alternate screen.
#[derive(Debug)]
pub struct Terminal(());

impl Terminal {
    /// Takes the terminal, and sees to it that a panic gives it back before it speaks.
    pub fn enter() -> io::Result<Self> {
        // How many colours there are is the theme's business; crossterm would go by NO_COLOR alone.
        force_color_output(true);
        let ours = thread::current().id();
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            // Held, so that the loop cannot draw on the terminal that was just given back.
            let _held = stdout().lock();
            let _ = leave();
            before(info);
            if thread::current().id() != ours {
                // A task is gone: nobody would say that its part of the picture stands still.
                process::exit(PANICKED);
            }
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
