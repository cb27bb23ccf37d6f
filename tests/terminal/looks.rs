//! Terminals that can do less, and none at all.

use crate::pty::{ENTER, Life, Start};

#[test]
fn a_dumb_terminal_gets_a_sentence() {
    let pane = Start { env: &[("TERM", "dumb")], ..Start::default() }.open();
    assert_eq!(pane.end(), Life::Exited(4));
    pane.wait_text("TERM=dumb");
    let sent = pane.state().sent();
    assert!(!sent.contains('\u{1b}'), "{sent:?}");
    assert!(pane.is_cooked());
}

#[test]
fn mistakes_are_told_before_the_terminal_is_taken() {
    for (args, words) in [
        (&["demo", "--theme", "nigt"][..], "nigt"),
        (&["--config", "missing.toml"], "missing.toml"),
        (&["demo", "--scenario", "flood"], "flood"),
    ] {
        let pane = Start { args, ..Start::default() }.open();
        assert_eq!(pane.end(), Life::Exited(4), "{args:?}");
        pane.wait_text(words);
        assert!(!pane.state().sent().contains(ENTER), "{args:?}");
    }
}

#[test]
fn with_nothing_configured_it_is_the_demo_and_says_so() {
    let mut pane = Start { args: &["--at", crate::program::AT], size: (200, 60), ..Start::default() }.open();
    pane.wait_text("nothing is configured, so this is the demo");
    pane.wait_text("DEMO");
    pane.press("q");
    assert_eq!(pane.end(), Life::Exited(0));
    assert_eq!(pane.home().read_dir().unwrap().count(), 0, "the demo writes nothing");
}

#[test]
fn every_key_of_the_key_row_is_answered() {
    let mut pane = Start::default().open();
    pane.wait_text("checkout/availability");
    pane.wait_text("incidents & alerts");
    pane.press("jj");
    pane.wait("selection two rows down", |state| {
        state.text().lines().any(|line| line.starts_with('▌') && !line.contains("checkout/availability"))
    });
    pane.press("z");
    pane.wait("zoom", |state| !state.text().contains("incidents & alerts"));
    pane.press("z");
    pane.wait_text("incidents & alerts");
    pane.press("\u{1b}[A");
    pane.press("p");
    pane.wait_text("FROZEN");
    pane.press("p");
    pane.wait("thaw", |state| !state.text().contains("FROZEN"));
    pane.press("/\u{1b}[200~search\nq\u{1b}[201~");
    pane.wait("pasted filter", |state| {
        state.text().contains("/search") && !state.text().contains("payments/errors")
    });
    pane.press("\u{3}");
    assert_eq!(pane.end(), Life::Exited(0));
}
