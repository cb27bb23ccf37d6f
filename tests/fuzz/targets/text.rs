//! Cleaning: whatever comes in, what comes out is harmless, and cleaning it again changes nothing.
#![no_main]

use burnwatch::text::{clean, clean_code, clean_lines, is_unsafe};
use libfuzzer_sys::fuzz_target;
use unicode_width::UnicodeWidthStr;

fuzz_target!(|text: &str| {
    let line = clean(text);
    assert!(!line.chars().any(is_unsafe), "{line:?}");
    assert_eq!(clean(&line), line, "cleaning twice");
    assert!(line.width() <= text.chars().count() * 2, "{line:?}");
    let lines = clean_lines(text);
    assert!(!lines.chars().any(|c| is_unsafe(c) && !matches!(c, '\n' | '\t')), "{lines:?}");
    assert_eq!(clean_lines(&lines), lines, "cleaning lines twice");
    let code = clean_code(text);
    assert!(!code.chars().any(|c| is_unsafe(c) && c != '\t'), "{code:?}");
    assert_eq!(clean_code(&code), code, "cleaning code twice");
});
