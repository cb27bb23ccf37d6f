//! Every way out gives the terminal back.

use std::fs::OpenOptions;
use std::io::Read;
use std::process::{Command, Stdio};

use portable_pty::{PtySize, native_pty_system};
use rustix::process::Signal;
use rustix::termios::{LocalModes, tcgetattr};

use crate::program::{AT, PROGRAM, environment};
use crate::pty::{ENTER, LEAVE, Life, Pane, Start};

fn opened(env: &[(&str, &str)]) -> Pane {
    let pane = Start { env, ..Start::default() }.open();
    pane.wait_text("checkout/availability");
    assert!(pane.is_raw(), "keys come one by one");
    let state = pane.state();
    assert!(state.screen().alternate_screen() && state.screen().bracketed_paste());
    assert!(state.screen().hide_cursor());
    drop(state);
    pane
}

/// The alternate screen left, the cursor shown, pasting plain, lines edited and echoed.
fn assert_restored(pane: &Pane, how: &str) {
    // The end of the process may be known before its last bytes are read.
    pane.wait("shown cursor", |state| !state.screen().hide_cursor());
    assert!(pane.is_cooked(), "{how}: still raw");
    let state = pane.state();
    let screen = state.screen();
    assert!(!screen.alternate_screen(), "{how}: on the alternate screen");
    assert!(!screen.hide_cursor(), "{how}: no cursor");
    assert!(!screen.bracketed_paste(), "{how}: pastes are bracketed");
    let sent = state.sent();
    let last = &sent[sent.rfind(ENTER).unwrap()..];
    let left = last.find(LEAVE).unwrap_or_else(|| panic!("{how}: never left"));
    let after = &last[left..];
    for order in ["\u{1b}[?25h", "\u{1b}[?2004l", "\u{1b}[?2026l"] {
        assert!(last.contains(order), "{how}: no {order:?}");
    }
    for order in ["\u{1b}[?2026h", "\u{1b}[?25l", "\u{1b}[?2004h", "\u{1b}[2J"] {
        assert!(!after.contains(order), "{how}: {order:?} after the end");
    }
}

#[test]
fn keys_quit() {
    for key in ["q", "\u{3}"] {
        let mut pane = opened(&[]);
        pane.press(key);
        assert_eq!(pane.end(), Life::Exited(0), "{key:?}");
        assert_restored(&pane, &format!("{key:?}"));
    }
}

#[test]
fn ctrl_c_quits_also_while_a_filter_is_typed() {
    let mut pane = opened(&[]);
    pane.press("/q");
    pane.wait_text("nothing matches");
    pane.press("\u{3}");
    assert_eq!(pane.end(), Life::Exited(0));
    assert_restored(&pane, "Ctrl-C in a prompt");
}

#[test]
fn signals_end_it_in_order() {
    for signal in [Signal::TERM, Signal::HUP, Signal::INT] {
        let pane = opened(&[]);
        pane.signal(signal);
        assert_eq!(pane.end(), Life::Exited(0), "{signal:?}");
        assert_restored(&pane, &format!("{signal:?}"));
    }
}

#[test]
fn a_panic_in_the_loop_gives_the_terminal_back_before_it_speaks() {
    let mut pane = opened(&[("BURNWATCH_PANIC", "loop")]);
    pane.press("\u{c}");
    assert_eq!(pane.end(), Life::Exited(101));
    assert_restored(&pane, "panic");
    pane.wait("reason", |state| state.text().contains("BURNWATCH_PANIC=loop"));
}

#[test]
fn a_panic_in_a_task_ends_the_program() {
    let pane = Start { env: &[("BURNWATCH_PANIC", "task")], ..Start::default() }.open();
    assert_eq!(pane.end(), Life::Exited(101));
    assert_restored(&pane, "panic of a task");
    pane.wait("reason", |state| state.text().contains("BURNWATCH_PANIC=task"));
}

#[test]
fn ctrl_z_stops_and_fg_goes_on() {
    let mut pane = opened(&[]);
    for round in 0..2 {
        pane.press("\u{1a}");
        pane.wait("stop", |state| state.life == Life::Stopped);
        assert_restored(&pane, "Ctrl-Z");
        pane.forget_bytes();
        pane.resize(if round == 0 { (120, 40) } else { (80, 24) });
        pane.signal(Signal::CONT);
        pane.wait("whole picture again", |state| {
            let sent = state.sent();
            sent.contains(ENTER)
                && sent.contains("\u{1b}[2J")
                && state.text().contains("checkout/availability")
        });
        let rows = if round == 0 { 40 } else { 24 };
        pane.wait("key row at the bottom", |state| {
            state.screen().rows(0, 80).nth(rows - 1).is_some_and(|row| row.contains("over"))
        });
        assert!(pane.is_raw());
    }
    pane.press("q");
    assert_eq!(pane.end(), Life::Exited(0));
}

#[test]
fn a_stop_from_outside_gives_the_terminal_back_too() {
    let mut pane = opened(&[]);
    pane.signal(Signal::TSTP);
    pane.wait("stop", |state| state.life == Life::Stopped);
    assert_restored(&pane, "SIGTSTP");
    pane.signal(Signal::CONT);
    pane.wait("picture", |state| state.screen().alternate_screen() && state.text().contains("objectives"));
    pane.press("q");
    assert_eq!(pane.end(), Life::Exited(0));
}

#[test]
fn when_the_terminal_goes_the_program_goes() {
    let mut pane = opened(&[]);
    pane.hang_up("2");
    let end = pane.end();
    assert!(matches!(end, Life::Exited(_) | Life::Killed(_)), "{end:?}");
}

/// Keys on one terminal, pictures on another, which breaks: what remains must be usable.
#[test]
fn an_output_that_breaks_is_an_error_and_the_keyboard_is_given_back() {
    let home = tempfile::tempdir().unwrap();
    let size = PtySize { rows: 24, cols: 80, pixel_width: 0, pixel_height: 0 };
    let (keyboard, picture) =
        (native_pty_system().openpty(size).unwrap(), native_pty_system().openpty(size).unwrap());
    let tty = |pair: &portable_pty::PtyPair| {
        OpenOptions::new().read(true).write(true).open(pair.master.tty_name().unwrap()).unwrap()
    };
    let (keys, out) = (tty(&keyboard), tty(&picture));
    let before = tcgetattr(&keys).unwrap().local_modes;
    let mut child = Command::new(PROGRAM)
        .args(["demo", "--at", AT])
        .env_clear()
        .envs(environment(home.path()))
        .stdin(keys.try_clone().unwrap())
        .stdout(out)
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut reader = picture.master.try_clone_reader().unwrap();
    let mut seen = String::new();
    let mut chunk = [0; 4096];
    while !seen.contains("\u{1b}[?2026l") {
        let count = reader.read(&mut chunk).unwrap();
        seen.push_str(&String::from_utf8_lossy(&chunk[..count]));
    }
    assert!(!tcgetattr(&keys).unwrap().local_modes.contains(LocalModes::ICANON), "the keyboard was taken");
    drop((reader, picture));
    keyboard.master.take_writer().unwrap().write_all(b"2345").unwrap();
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    let code = child.wait().unwrap().code();
    assert_eq!(code, Some(1), "{said}");
    assert!(said.starts_with("error: ") && said.lines().count() == 1, "{said:?}");
    assert_eq!(tcgetattr(&keys).unwrap().local_modes, before);
}
