//! The built program in an environment of its own, so that nothing of this machine shows.

use std::path::Path;

pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_burnwatch");

/// The instant of all fixed pictures.
pub(crate) const AT: &str = "2026-02-17T10:00:00Z";

/// Every variable the program is given; `home` is where it keeps its things.
pub(crate) fn environment(home: &Path) -> Vec<(String, String)> {
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    vec![
        pair("PATH", "/usr/bin:/bin"),
        pair("HOME", &home.display().to_string()),
        pair("LANG", "C.UTF-8"),
        pair("TERM", "xterm-256color"),
        pair("COLORTERM", "truecolor"),
    ]
}
