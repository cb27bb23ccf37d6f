//! A recording outlives whatever ends the program in its midst.

use std::fs;
use std::process::{Command, Output};
use std::sync::Arc;

use rustix::process::Signal;

use crate::program::{PROGRAM, environment};
use crate::pty::{Pane, Start};

fn replayed(pane: &Pane) -> (Option<i32>, String) {
    let mut command = Command::new(PROGRAM);
    command.env_clear().envs(environment(pane.home())).current_dir(pane.home());
    let Output { status, stderr, .. } = command.args(["replay", "night", "--status"]).output().unwrap();
    (status.code(), String::from_utf8(stderr).unwrap())
}

#[test]
fn what_was_recorded_before_a_kill_is_replayed_and_a_torn_line_is_said() {
    let home = Arc::new(tempfile::tempdir().unwrap());
    let args = &["demo", "--record", "night"];
    let pane = Start { args, home: Some(home), ..Start::default() }.open();
    pane.wait_text("checkout/availability");
    pane.signal(Signal::KILL);
    pane.end();
    let file = pane.home().join("night");
    let whole = fs::read(&file).unwrap();
    assert_eq!(whole.last(), Some(&b'\n'), "a line is written at once");
    let (code, said) = replayed(&pane);
    assert!(matches!(code, Some(0..=3)) && !said.contains("cut off"), "{code:?} {said}");
    // As a machine leaves it that lost its power: in the midst of the last line.
    fs::write(&file, &whole[..whole.len() - 9]).unwrap();
    let (torn, said) = replayed(&pane);
    assert!(matches!(torn, Some(0..=3)), "{torn:?} {said}");
    assert!(said.contains("is cut off, as when the program was killed: it is left out"), "{said}");
}
