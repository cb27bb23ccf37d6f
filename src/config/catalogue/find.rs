//! The files that an entry of the catalogue means: a file, all of a folder, or what a pattern matches.
//!
//! Hidden files and folders are passed over, as a shell does: mounted configuration keeps copies in them. A folder
//! is entered once, however many links lead to it. What is no folder is found, whatever else it is: opening it tells.

use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};

use glob::{MatchOptions, Pattern, PatternError};

use crate::config::shown::quoted;

/// More files than anyone writes; a pattern that leads to all of a disk ends here.
const MOST_FILES: usize = 10_000;
/// Folders told of that cannot be listed.
const MOST_CLOSED: usize = 20;
/// Names looked at, found or not.
const MOST_NAMES: usize = 100_000;
const ENDINGS: &[&str] = &["yaml", "yml", "json"];
const OPTIONS: MatchOptions =
    MatchOptions { case_sensitive: true, require_literal_separator: true, require_literal_leading_dot: true };

/// What an entry leads to.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// In order of their names.
    pub(super) files: Vec<PathBuf>,
    /// Folders that cannot be listed, each with the reason in a sentence.
    pub(super) closed: Vec<String>,
}

/// The error is a sentence.
pub(super) fn found(pattern: &Path) -> Result<Found, String> {
    let Found { mut files, closed } = if pattern.is_dir() {
        let mut all = walk(pattern)?;
        all.files.retain(|file| is_catalogue(file));
        all
    } else if pattern.exists() {
        Found { files: vec![pattern.to_owned()], closed: Vec::new() }
    } else {
        matching(pattern)?
    };
    let shown = || quoted(&pattern.to_string_lossy());
    if files.is_empty() && closed.is_empty() {
        return Err(format!("no file is found by `{}`", shown()));
    }
    if files.len() > MOST_FILES {
        let count = files.len();
        return Err(format!("`{}` finds {count} files; a catalogue has at most {MOST_FILES}", shown()));
    }
    files.sort();
    Ok(Found { files, closed })
}

fn unlisted(folder: &Path, why: &std::io::Error) -> String {
    format!("the folder `{}` cannot be listed: {why}", quoted(&folder.to_string_lossy()))
}

fn is_catalogue(file: &Path) -> bool {
    let ending = file.extension().and_then(|ending| ending.to_str());
    ending.is_some_and(|ending| ENDINGS.contains(&ending))
}

fn matching(pattern: &Path) -> Result<Found, String> {
    let text = pattern.to_str().ok_or("a pattern must be UTF-8 text")?;
    let wrong = |error: PatternError| format!("`{}` is not a pattern: {}", quoted(text), error.msg);
    if text.contains("**") {
        let (base, rest) = split(pattern);
        let rest = Pattern::new(&rest.to_string_lossy()).map_err(wrong)?;
        let fits = |file: &PathBuf| {
            let below = file.strip_prefix(&base).unwrap_or(file);
            rest.matches_path_with(below, OPTIONS)
        };
        let mut all = walk(&base)?;
        all.files.retain(fits);
        return Ok(all);
    }
    let mut found = Found::default();
    for path in glob::glob_with(text, OPTIONS).map_err(wrong)? {
        match path {
            Ok(path) if path.is_dir() => {}
            Ok(path) => found.files.push(path),
            Err(why) => found.closed.push(unlisted(why.path(), why.error())),
        }
        if found.files.len() > MOST_FILES || found.closed.len() > MOST_CLOSED {
            break;
        }
    }
    Ok(found)
}

/// The folders that are written out, and what is matched below them.
fn split(pattern: &Path) -> (PathBuf, PathBuf) {
    let plain = |part: &Component<'_>| !part.as_os_str().to_string_lossy().contains(['*', '?', '[']);
    let base: PathBuf = pattern.components().take_while(plain).collect();
    let rest = pattern.components().skip_while(plain).collect();
    (base, rest)
}

/// Everything below a folder that is no folder itself.
fn walk(base: &Path) -> Result<Found, String> {
    let (mut found, mut open, mut entered) = (Found::default(), vec![base.to_owned()], BTreeSet::new());
    let mut names = 0;
    while let Some(folder) = open.pop() {
        let here = if folder.as_os_str().is_empty() { Path::new(".") } else { &folder };
        let listed = here.canonicalize().and_then(|real| Ok((real, here.read_dir()?)));
        let (real, entries) = match listed {
            Ok(listed) => listed,
            // What a pattern begins with need not be there.
            Err(why) if why.kind() == ErrorKind::NotFound => continue,
            Err(why) => {
                found.closed.extend((found.closed.len() < MOST_CLOSED).then(|| unlisted(here, &why)));
                continue;
            }
        };
        if !entered.insert(real) {
            continue;
        }
        for name in entries.flatten().map(|entry| entry.file_name()) {
            names += 1;
            if names > MOST_NAMES {
                let base = quoted(&base.to_string_lossy());
                return Err(format!("there are more than {MOST_NAMES} files below `{base}`"));
            }
            let path = folder.join(&name);
            match name.to_string_lossy().starts_with('.') {
                true => {}
                false if path.is_dir() => open.push(path),
                false => found.files.push(path),
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for file in files {
            let path = folder.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "").unwrap();
        }
        folder
    }

    fn names(folder: &Path, pattern: &str) -> Vec<String> {
        let Found { files, closed } = found(&folder.join(pattern)).unwrap_or_default();
        assert_eq!(closed, Vec::<String>::new());
        files.iter().map(|file| file.strip_prefix(folder).unwrap().display().to_string()).collect()
    }

    #[test]
    fn folders_files_and_patterns() {
        let home = folder(&["a.yaml", "b.json", "c.txt", "d/e.yml", "d/f/g.yaml", ".h.yaml", ".i/j.yaml"]);
        for (pattern, wanted) in [
            ("", &["a.yaml", "b.json", "d/e.yml", "d/f/g.yaml"][..]),
            ("d", &["d/e.yml", "d/f/g.yaml"]),
            ("c.txt", &["c.txt"]),
            ("*.yaml", &["a.yaml"]),
            ("*/*.y*ml", &["d/e.yml"]),
            ("**/*.yaml", &["a.yaml", "d/f/g.yaml"]),
            ("d/**/*.y?l", &["d/e.yml"]),
            ("d/**/f/*", &["d/f/g.yaml"]),
            (".i/*.yaml", &[".i/j.yaml"]),
            (".i/**/*.yaml", &[".i/j.yaml"]),
            ("no/**/*.yaml", &[]),
            ("**.yaml", &[]),
        ] {
            assert_eq!(names(home.path(), pattern), wanted, "{pattern}");
        }
    }

    /// Links in a circle cannot be listed by anyone, a folder without rights not even by most.
    #[cfg(unix)]
    #[test]
    fn a_folder_that_cannot_be_listed_is_told() {
        use std::fs::Permissions;
        use std::os::unix::fs::PermissionsExt;
        let home = folder(&["a.yaml", "shut/b.yaml"]);
        let shut = home.path().join("shut");
        std::fs::set_permissions(&shut, Permissions::from_mode(0o000)).unwrap();
        // A superuser may read it all the same.
        let is_shut = shut.read_dir().is_err();
        for pattern in ["", "**/*.yaml", "*/*.yaml"] {
            let told =
                found(&home.path().join(pattern)).map(|found| found.closed.join(" ")).unwrap_or_default();
            assert_eq!(told.contains("shut` cannot be listed: "), is_shut, "{pattern}: {told}");
        }
        std::fs::set_permissions(&shut, Permissions::from_mode(0o755)).unwrap();
    }

    /// As Kubernetes mounts a map of files: links to a folder that is a link to a hidden one.
    #[cfg(unix)]
    #[test]
    fn links_are_followed_once() {
        use std::os::unix::fs::symlink;
        let home = folder(&["..2026/a.yaml"]);
        let link = |to: &str, name: &str| symlink(to, home.path().join(name)).unwrap();
        link("..2026", "..data");
        link("..data/a.yaml", "a.yaml");
        // Without a memory two circles double at each of forty levels.
        link(".", "again");
        link("../..2026/..", "..2026/more");
        link(".", "once-more");
        link("gone", "gone.yaml");
        assert_eq!(names(home.path(), ""), ["a.yaml", "gone.yaml"]);
        assert_eq!(names(home.path(), "**/a.yaml"), ["a.yaml"]);
    }
}
