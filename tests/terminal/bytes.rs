//! What is written, byte by byte.

use crate::pty::{LEAVE, Life, Pane, Start};

const BEGIN: &str = "\u{1b}[?2026h";
const END: &str = "\u{1b}[?2026l";

/// Visits screens, changes the size, filters, and quits; gives all that was written.
fn session(mut pane: Pane) -> String {
    pane.wait_text("checkout/availability");
    pane.press("2");
    pane.press("?");
    pane.press("1/pay");
    pane.wait("filter", |state| {
        let text = state.text();
        text.contains("/pay") && !text.contains("checkout/latency")
    });
    pane.resize((120, 40));
    pane.wait("key row", |state| state.screen().rows(0, 120).nth(39).is_some_and(|row| row.contains("/pay")));
    pane.press("\u{3}");
    assert_eq!(pane.end(), Life::Exited(0));
    pane.wait("shown cursor", |state| !state.screen().hide_cursor());
    pane.state().sent()
}

/// What was written between taking the terminal and giving it back.
fn running(sent: &str) -> &str {
    let from = sent.find(BEGIN).unwrap();
    let to = sent.find(LEAVE).unwrap();
    &sent[from..to]
}

#[test]
fn every_byte_belongs_to_a_frame() {
    let sent = session(Start::default().open());
    let before = &sent[..sent.find(BEGIN).unwrap()];
    assert_eq!(before, "\u{1b}[?1049h\u{1b}[?2004h\u{1b}[?25l", "what takes the terminal, and no more");
    let mut rest = running(&sent);
    let mut frames = 0;
    while let Some(inside) = rest.strip_prefix(BEGIN) {
        let end = inside.find(END).unwrap();
        assert!(!inside[..end].contains(BEGIN), "a frame within a frame");
        rest = &inside[end + END.len()..];
        frames += 1;
    }
    // Keys that come together may share a frame; the first, the filtered and the resized one were waited for.
    assert!(frames >= 3, "{frames} frames");
    // Giving back ends a frame that may be open.
    assert_eq!(rest.replace(END, ""), "\u{1b}[0m\u{1b}[?2004l", "{rest:?}");
}

/// Numbers of every colour that is set.
fn colours(sent: &str) -> Vec<u16> {
    let mut found = Vec::new();
    for part in running(sent).split("\u{1b}[").skip(1) {
        let Some(end) = part.find(|c: char| c.is_ascii_alphabetic()) else { continue };
        if part.as_bytes()[end] == b'm' {
            found.extend(part[..end].split(';').filter_map(|number| number.parse::<u16>().ok()));
        }
    }
    found.retain(|number| matches!(number, 30..=38 | 40..=48 | 90..=107));
    found
}

#[test]
fn no_color_means_no_colour() {
    assert!(!colours(&session(Start::default().open())).is_empty(), "else this shows nothing");
    for env in [&[("NO_COLOR", "1")][..], &[("NO_COLOR", "1"), ("COLORTERM", "truecolor")]] {
        let sent = session(Start { env, ..Start::default() }.open());
        assert_eq!(colours(&sent), [0_u16; 0], "{env:?}");
    }
    let args = ["demo", "--at", crate::program::AT, "--color", "none"];
    assert_eq!(colours(&session(Start { args: &args, ..Start::default() }.open())), [0_u16; 0]);
}

#[test]
fn a_flag_outranks_no_color() {
    let args = ["demo", "--at", crate::program::AT, "--color", "truecolor"];
    let env = [("NO_COLOR", "1")];
    let pane = Start { args: &args, env: &env, ..Start::default() }.open();
    assert!(colours(&session(pane)).contains(&38));
}

#[test]
fn fewer_colours_where_there_are_fewer() {
    let env = [("TERM", "linux"), ("COLORTERM", "")];
    let sent = session(Start { env: &env, ..Start::default() }.open());
    assert!(!sent.contains("38;2;"), "no colour has three parts");
}

#[test]
fn a_locale_without_utf_8_gets_ascii() {
    for env in [&[("LANG", "C")][..], &[("LANG", "")], &[("LC_ALL", "POSIX")]] {
        let sent = session(Start { env, ..Start::default() }.open());
        let odd: Vec<char> = sent.chars().filter(|letter| !letter.is_ascii()).collect();
        assert!(odd.is_empty(), "{env:?}: {odd:?}");
    }
    assert!(!session(Start::default().open()).is_ascii(), "else this shows nothing");
}
