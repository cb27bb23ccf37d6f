//! Outside text made safe: no escape sequence, control, bidi mark or invisible character survives.
//! The one rule for it, below all layers.

use std::borrow::Cow;

use unicode_width::UnicodeWidthChar;

/// Combining marks kept on one character; more is an attack on the screen, not a language.
const MARKS: usize = 3;

/// One safe line: escape sequences, control, bidi and invisible characters are gone, every kind of
/// white space is a plain space. Its width is at most the sum of its characters' widths.
pub fn clean(text: &str) -> Cow<'_, str> {
    let harmless = |c: char| !is_unsafe(c) && c.width() != Some(0) && (c == ' ' || !c.is_whitespace());
    if text.bytes().all(|byte| (0x20..0x7f).contains(&byte)) || text.chars().all(harmless) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(scrub(text, |c| c.is_whitespace().then_some(' ')))
}

/// [`clean`], for texts that are kept.
pub fn cleaned(text: &str) -> String {
    clean(text).into_owned()
}

/// Whether a terminal could make more of this character than show it.
pub fn is_unsafe(c: char) -> bool {
    c.is_control() || is_invisible(c)
}

/// As [`clean`], but `\n` and `\t` stay; `\r\n`, `\r` and the Unicode line ends become `\n`.
pub fn clean_lines(text: &str) -> String {
    let unix =
        if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text.to_owned() };
    scrub(&unix, |c| match c {
        '\n' | '\t' => Some(c),
        '\u{2028}' | '\u{2029}' | '\u{85}' => Some('\n'),
        c if c.is_whitespace() && !c.is_control() => Some(' '),
        _ => None,
    })
}

/// One safe line of code: as [`clean`], but tabs stay, for a here-document may need them.
pub fn clean_code(line: &str) -> String {
    scrub(line, |c| if c == '\t' { Some(c) } else { c.is_whitespace().then_some(' ') })
}

fn scrub(text: &str, space: impl Fn(char) -> Option<char>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut marks = 0;
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let step = if starts_escape(c) { escape_len(rest) } else { c.len_utf8() };
        rest = &rest[step..];
        if starts_escape(c) {
            continue;
        }
        if let Some(kept) = space(c) {
            out.push(kept);
        } else if !is_unsafe(c) {
            let mark = c.width() == Some(0);
            marks = if mark { marks + 1 } else { 0 };
            // A mark with no letter before it would stand on what the screen already shows.
            if marks <= MARKS && !(mark && out.is_empty()) {
                out.push(c);
            }
        }
    }
    out
}

fn starts_escape(c: char) -> bool {
    matches!(c, '\u{1b}' | '\u{90}' | '\u{98}' | '\u{9b}' | '\u{9d}' | '\u{9e}' | '\u{9f}')
}

/// Bytes of the escape sequence that `text` starts with. A string sequence without its end costs only its
/// opening, so that nobody can hide the rest of a page behind it.
fn escape_len(text: &str) -> usize {
    let mut chars = text.char_indices();
    let Some((_, first)) = chars.next() else { return 0 };
    let open = first.len_utf8();
    let (kind, body) = match (first, chars.next()) {
        ('\u{1b}', Some((_, c @ ('[' | ']' | 'P' | 'X' | '^' | '_')))) => (c, open + 1),
        ('\u{1b}', Some((_, c @ ' '..='/'))) => return open + c.len_utf8() + final_len(&text[open + 1..]),
        ('\u{1b}', Some((_, c @ '0'..='~'))) => return open + c.len_utf8(),
        ('\u{1b}', _) => return open,
        ('\u{9b}', _) => ('[', open),
        _ => (']', open),
    };
    let tail = &text[body..];
    if kind == '[' {
        let parameters = tail.bytes().take_while(|b| (0x20..=0x3f).contains(b)).count();
        body + parameters + final_len(&tail[parameters..])
    } else {
        body + string_len(tail)
    }
}

fn final_len(tail: &str) -> usize {
    usize::from(tail.bytes().next().is_some_and(|b| (0x30..=0x7e).contains(&b)))
}

fn string_len(tail: &str) -> usize {
    let Some(end) = tail.find(char::is_control) else { return 0 };
    match &tail[end..] {
        t if t.starts_with('\u{7}') => end + 1,
        t if t.starts_with("\u{1b}\\") => end + 2,
        t if t.starts_with('\u{9c}') => end + 2,
        _ => 0,
    }
}

/// Characters that draw nothing or turn the reading direction; terminals disagree on their width.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use unicode_width::UnicodeWidthStr;

    #[test]
    fn escape_sequences_go_whole() {
        assert_eq!(clean("a\u{1b}[31;1mred\u{1b}[0m b"), "ared b");
        assert_eq!(clean("x\u{1b}]0;own title\u{7}y\u{1b}]8;;http://h\u{1b}\\z"), "xyz");
        assert_eq!(clean("\u{9b}2Jk\u{1b}(Bl\u{1b}cm"), "klm");
    }

    #[test]
    fn an_open_string_sequence_hides_nothing() {
        assert_eq!(clean("\u{1b}]0;no end here"), "0;no end here");
        assert_eq!(clean("\u{1b}Pq\nrest"), "q rest");
        assert_eq!(clean("end\u{1b}"), "end");
    }

    #[test]
    fn bidi_and_invisible_marks_go() {
        assert_eq!(clean("rm\u{202e}\u{200b} -rf\u{2069}\u{feff}"), "rm -rf");
        assert_eq!(clean("e\u{301}\u{301}\u{301}\u{301}\u{301}!"), "e\u{301}\u{301}\u{301}!");
    }

    #[test]
    fn white_space_is_plain() {
        assert_eq!(clean("a\tb\r\nc\u{a0}d"), "a b  c d");
        assert_eq!(clean_lines("a\tb\r\nc\rd\u{2028}e\u{a0}f"), "a\tb\nc\nd\ne f");
        assert_eq!(clean_code("\tmake\u{a0}x\u{7}"), "\tmake x");
    }

    proptest! {
        #[test]
        fn nothing_unsafe_survives(text in "(\\PC|[\\x00-\\x9f\u{202e}\u{1b}\\[\\]]){0,80}") {
            let out = clean(&text);
            prop_assert!(!out.chars().any(|c| c.is_control() || is_invisible(c)));
            let cells: usize = out.chars().filter_map(UnicodeWidthChar::width).sum();
            prop_assert!(out.width() <= cells);
            prop_assert_eq!(clean(&out), out.clone());
        }
    }
}
