//! `themes`: what there is to choose from.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::args::Common;
use super::exit::Failure;
use super::output::print;
use crate::config::paths::Folders;
use crate::theme::{BUILTIN, DEFAULT};

pub(super) fn run(_common: &Common) -> Result<u8, Failure> {
    let mut names: BTreeMap<String, &str> =
        BUILTIN.iter().map(|theme| (theme.0.to_owned(), "built in")).collect();
    if let Some(folder) = Folders::of_platform().themes() {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        for path in
            entries.map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|end| end == "toml"))
        {
            if let Some(stem) = path.file_stem() {
                names.insert(stem.to_string_lossy().into_owned(), "yours");
            }
        }
    }
    let mut text = String::new();
    for (name, origin) in names {
        let mark = if name == DEFAULT { ", the default" } else { "" };
        let _ = writeln!(text, "{name:16} {origin}{mark}");
    }
    print(&text)?;
    Ok(0)
}
