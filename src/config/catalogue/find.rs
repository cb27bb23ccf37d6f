//! The files that an entry of the catalogue means: a file, all of a folder, or what a pattern matches.
//!
//! Hidden files and folders are passed over, as a shell does: mounted configuration keeps copies in them. A folder
//! is entered once, however many links lead to it. What is no folder is found, whatever else it is: opening it tells.

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

use glob::{MatchOptions, Pattern, PatternError};

use crate::config::shown::quoted;

/// More files than anyone writes; a pattern that leads to all of a disk ends here.
const MOST_FILES: usize = 10_000;
/// Names looked at, found or not.
const MOST_NAMES: usize = 100_000;
const ENDINGS: &[&str] = &["yaml", "yml", "json"];
const OPTIONS: MatchOptions =
    MatchOptions { case_sensitive: true, require_literal_separator: true, require_literal_leading_dot: true };

/// In order of their names. The error is a sentence.
pub(super) fn found(pattern: &Path) -> Result<Vec<PathBuf>, String> {
    let mut files = if pattern.is_dir() {
        walk(pattern)?.into_iter().filter(|file| is_catalogue(file)).collect()
    } else if pattern.exists() {
        vec![pattern.to_owned()]
    } else {
        matching(pattern)?
    };
    let shown = || quoted(&pattern.to_string_lossy());
    if files.is_empty() {
        return Err(format!("no file is found by `{}`", shown()));
    }
    if files.len() > MOST_FILES {
        let count = files.len();
        return Err(format!("`{}` finds {count} files; a catalogue has at most {MOST_FILES}", shown()));
    }
    files.sort();
    Ok(files)
}

fn is_catalogue(file: &Path) -> bool {
    let ending = file.extension().and_then(|ending| ending.to_str());
    ending.is_some_and(|ending| ENDINGS.contains(&ending))
}

fn matching(pattern: &Path) -> Result<Vec<PathBuf>, String> {
    let text = pattern.to_str().ok_or("a pattern must be UTF-8 text")?;
    let wrong = |error: PatternError| format!("`{}` is not a pattern: {}", quoted(text), error.msg);
    if text.contains("**") {
        let (base, rest) = split(pattern);
        let rest = Pattern::new(&rest.to_string_lossy()).map_err(wrong)?;
        let fits = |file: &PathBuf| {
            let below = file.strip_prefix(&base).unwrap_or(file);
            rest.matches_path_with(below, OPTIONS)
        };
        return Ok(walk(&base)?.into_iter().filter(fits).collect());
    }
    let paths = glob::glob_with(text, OPTIONS).map_err(wrong)?;
    // What cannot be listed cannot be read either; the files beside it can.
    Ok(paths.flatten().filter(|path| !path.is_dir()).take(MOST_FILES + 1).collect())
}

/// The folders that are written out, and what is matched below them.
fn split(pattern: &Path) -> (PathBuf, PathBuf) {
    let plain = |part: &Component<'_>| !part.as_os_str().to_string_lossy().contains(['*', '?', '[']);
    let base: PathBuf = pattern.components().take_while(plain).collect();
    let rest = pattern.components().skip_while(plain).collect();
    (base, rest)
}

/// Everything below a folder that is no folder itself.
fn walk(base: &Path) -> Result<Vec<PathBuf>, String> {
    let (mut files, mut open, mut entered) = (Vec::new(), vec![base.to_owned()], BTreeSet::new());
    let mut names = 0;
    while let Some(folder) = open.pop() {
        let here = if folder.as_os_str().is_empty() { Path::new(".") } else { &folder };
        let (Ok(real), Ok(entries)) = (here.canonicalize(), here.read_dir()) else { continue };
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
                false => files.push(path),
            }
        }
    }
    Ok(files)
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
        let files = found(&folder.join(pattern)).unwrap_or_default();
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
