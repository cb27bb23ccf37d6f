//! The house rules that the compiler does not hold: who looks at whom, what stays out of the pure layers,
//! how long a file may be, and that the map in `src/lib.rs` is true.

#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

#[path = "architecture/paths.rs"]
mod paths;

use paths::paths;

/// What all layers stand on.
const GROUND: &str = "text";

/// Each folder of `src` with the folders it may look at. `main.rs` and `lib.rs` stand above the layers.
const LAYERS: &[(&str, &[&str])] = &[
    (GROUND, &[]),
    ("domain", &[]),
    ("theme", &[]),
    ("widget", &[]),
    ("config", &["domain"]),
    ("source", &["domain"]),
    ("state", &["domain"]),
    ("panel", &["domain", "theme", "state", "widget"]),
    ("screen", &["domain", "theme", "state", "widget", "panel"]),
    ("runtime", &["domain", "theme", "widget", "config", "source", "state", "panel", "screen"]),
    ("cli", &["domain", "theme", "widget", "config", "source", "state", "panel", "screen", "runtime"]),
];

/// Folders without files, sockets and tasks. A folder's tests may read files.
const PURE: &[&str] = &["domain", "panel", "screen", "widget", "theme", "state"];
const BANNED: &[&[&str]] = &[&["tokio"], &["reqwest"], &["std", "fs"]];
const LONGEST_FILE: usize = 400;

#[test]
fn the_house_stands_as_its_map_says() {
    let findings = inspect(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
    assert!(findings.is_empty(), "\n{}", findings.join("\n"));
}

/// All that is wrong under `src`, as `file:line: what`.
fn inspect(src: &Path) -> Vec<String> {
    let mut files = Vec::new();
    collect(src, &mut files);
    assert!(files.len() > 20, "{} does not look like our sources", src.display());
    let mut findings = map_findings(src);
    for file in files {
        let name = file.strip_prefix(src).unwrap().to_path_buf();
        let text = fs::read_to_string(&file).unwrap();
        findings.extend(inspect_file(&name, &text));
    }
    findings
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

fn inspect_file(name: &Path, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut say = |line: usize, what: String| found.push(format!("src/{}:{line}: {what}", name.display()));
    let lines = text.lines().count();
    if lines > LONGEST_FILE {
        say(lines, format!("{lines} lines, {LONGEST_FILE} are the limit"));
    }
    if name != Path::new("main.rs") && !text.starts_with("//! ") {
        say(1, "does not open with a //! line that says what it is".to_owned());
    }
    let modules = modules(name);
    let Some((folder, allowed)) = LAYERS.iter().find(|layer| modules.first().is_some_and(|m| m == layer.0))
    else {
        return found;
    };
    let test = name.file_stem().is_some_and(|stem| stem == "tests");
    let tests_from = if test { 0 } else { first_test_line(text) };
    for (line, path) in paths(text) {
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        if let Some(other) = top_folder(&path, modules.len() + usize::from(line > tests_from))
            && other != *folder
            && other != GROUND
            && (other == "*" || LAYERS.iter().any(|layer| layer.0 == other))
            && !allowed.contains(&other)
        {
            say(line, format!("{folder} may not look at {other}"));
        }
        let banned = BANNED.iter().find(|words| path.starts_with(words));
        if let Some(words) = banned.filter(|_| PURE.contains(folder) && line < tests_from) {
            say(line, format!("{folder} is pure and may not mention {}", words.join("::")));
        }
    }
    found
}

/// `domain/slo/grid.rs` is `domain::slo::grid`.
fn modules(name: &Path) -> Vec<String> {
    let mut parts: Vec<String> =
        name.with_extension("").iter().map(|part| part.to_string_lossy().into_owned()).collect();
    if parts.last().is_some_and(|last| last == "mod" || last == "lib" || last == "main") {
        parts.pop();
    }
    parts
}

fn first_test_line(text: &str) -> usize {
    let lines: Vec<&str> = text.lines().collect();
    let test_module = |pair: &[&str]| pair[0] == "#[cfg(test)]" && pair[1].starts_with("mod ");
    lines.windows(2).position(test_module).map_or(usize::MAX, |index| index + 1)
}

/// The folder that a path inside our crate leads to, if it leaves from the crate's root.
fn top_folder<'a>(path: &[&'a str], depth: usize) -> Option<&'a str> {
    match path.first()? {
        &"crate" | &"burnwatch" => path.get(1).copied(),
        &"super" | &"self" => {
            let ups = path.iter().filter(|part| **part == "super").count();
            let rest = path.iter().find(|part| **part != "super" && **part != "self")?;
            (ups >= depth).then_some(*rest)
        }
        _ => None,
    }
}

/// The map in `lib.rs` names every module and says the same about it as [`LAYERS`].
fn map_findings(src: &Path) -> Vec<String> {
    let text = fs::read_to_string(src.join("lib.rs")).unwrap();
    let map = map(&text);
    let mut found = Vec::new();
    for entry in fs::read_dir(src).unwrap().map(|entry| entry.unwrap().path()) {
        let name = entry.file_stem().unwrap().to_string_lossy().into_owned();
        // The ground has a sentence below the map.
        let told = name == GROUND && text.contains(&format!("//! Below all of them is [`{GROUND}`]"));
        if told || name == "lib" || name == "main" {
            continue;
        }
        match map.iter().find(|row| row.1 == name) {
            None => found.push(format!("src/lib.rs:1: {name} is missing from the map")),
            Some((line, _, allowed)) => {
                let rule = LAYERS.iter().find(|layer| layer.0 == name);
                let wanted: Option<BTreeSet<&str>> = rule.map(|layer| layer.1.iter().copied().collect());
                let shown = allowed.iter().map(String::as_str).filter(|other| *other != GROUND);
                if wanted.is_none_or(|wanted| shown.ne(wanted)) {
                    found.push(format!("src/lib.rs:{line}: the map and this test differ about {name}"));
                }
            }
        }
    }
    found
}

/// The rows of the map: line, folder, and what it may look at.
fn map(text: &str) -> Vec<(usize, String, BTreeSet<String>)> {
    let mut rows: Vec<(usize, String, BTreeSet<String>)> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let Some(row) = line.strip_prefix("//! | [`") else { continue };
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let name = cells[0].trim_end_matches("`]").to_owned();
        let mut allowed: BTreeSet<String> =
            cells[2].split('`').skip(1).step_by(2).map(str::to_owned).collect();
        if cells[2].starts_with("all") {
            allowed = rows.iter().map(|row| row.1.clone()).collect();
        } else if cells[2].starts_with("and ") {
            allowed.extend(rows.last().unwrap().2.iter().cloned());
        }
        rows.push((index + 1, name, allowed));
    }
    rows
}

mod planted {
    //! Each rule is broken, and has to be caught with file and line.
    use super::*;

    fn copy(from: &Path, to: &Path) {
        fs::create_dir_all(to).unwrap();
        for entry in fs::read_dir(from).unwrap().map(|entry| entry.unwrap().path()) {
            let target = to.join(entry.file_name().unwrap());
            if entry.is_dir() { copy(&entry, &target) } else { fs::copy(&entry, &target).map(drop).unwrap() }
        }
    }

    /// What is found in a copy of the sources in which `file` reads `text`, and was not there before.
    fn findings_in_copy(file: &str, text: &str) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), folder.path());
        let before = inspect(folder.path());
        let path = folder.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        inspect(folder.path()).into_iter().filter(|finding| !before.contains(finding)).collect()
    }

    fn findings_with(file: &str, text: &str) -> Vec<String> {
        inspect_file(Path::new(file), text)
    }

    #[test]
    fn a_violation_planted_in_a_copy_of_the_sources_is_the_only_finding() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/domain/feed.rs");
        let text = fs::read_to_string(path).unwrap();
        let lines = text.lines().count();
        let found = findings_in_copy("domain/feed.rs", &format!("{text}use crate::screen;\n"));
        assert_eq!(found, [format!("src/domain/feed.rs:{}: domain may not look at screen", lines + 1)]);
    }

    #[test]
    fn an_upward_import_is_caught_however_it_is_written() {
        for (text, line, other) in [
            ("//! X.\nuse crate::screen;\n", 2, "screen"),
            ("//! X.\n\nuse crate::{domain::feed::Feed, runtime::clock};\n", 3, "runtime"),
            ("//! X.\nfn f() {\n    crate::source::kind(\"x\");\n}\n", 3, "source"),
            ("//! X.\nuse super::super::super::theme::Theme;\n", 2, "theme"),
            ("//! X.\nuse super::super::super::{\n    widget::gauge,\n};\n", 3, "widget"),
            ("//! X.\nuse crate::*;\n", 2, "*"),
            ("//! X.\n#[cfg(test)]\nmod tests {\n    use crate::cli;\n}\n", 4, "cli"),
        ] {
            let found = findings_with("domain/slo/planted.rs", text);
            assert_eq!(
                found,
                [format!("src/domain/slo/planted.rs:{line}: domain may not look at {other}")],
                "{text}"
            );
        }
        let sideways = findings_with("config/planted.rs", "//! X.\nuse crate::source::KINDS;\n");
        assert_eq!(sideways, ["src/config/planted.rs:2: config may not look at source"]);
    }

    #[test]
    fn what_is_banned_from_pure_layers_is_caught() {
        for (text, line, word) in [
            ("//! X.\nuse tokio::sync::mpsc;\n", 2, "tokio"),
            ("//! X.\nuse tokio;\n", 2, "tokio"),
            ("//! X.\nfn f() { reqwest::get(\"x\"); }\n", 2, "reqwest"),
            ("//! X.\nuse std::{\n    fmt,\n    fs::File,\n};\n", 4, "std::fs"),
        ] {
            for folder in PURE {
                let found = findings_with(&format!("{folder}/planted.rs"), text);
                let want =
                    format!("src/{folder}/planted.rs:{line}: {folder} is pure and may not mention {word}");
                assert_eq!(found, [want], "{text}");
            }
        }
        assert!(findings_with("source/planted.rs", "//! X.\nuse std::fs;\nuse tokio::net;\n").is_empty());
    }

    #[test]
    fn words_in_comments_and_literals_are_no_imports() {
        let text = "//! Not crate::screen.\n// use tokio::x;\n/* reqwest::y */\nconst A: &str = \"crate::cli::z\\\" std::fs::q\";\n\
                    const B: &str = r#\"tokio::\"#;\nconst C: char = '\"';\nfn f<'a>(x: &'a str) -> &'a str { x }\n";
        assert_eq!(findings_with("domain/planted.rs", text), Vec::<String>::new());
    }

    #[test]
    fn sizes_first_lines_and_the_map_are_held() {
        let long = format!("//! X.\n{}", "fn f() {}\n".repeat(LONGEST_FILE));
        let found = findings_with("widget/planted.rs", &long);
        assert_eq!(found, ["src/widget/planted.rs:401: 401 lines, 400 are the limit"]);
        let found = findings_with("runtime/planted.rs", "use crate::screen;\n");
        assert_eq!(found, ["src/runtime/planted.rs:1: does not open with a //! line that says what it is"]);
        let found = findings_in_copy("attic/mod.rs", "//! X.\n");
        assert_eq!(found, ["src/lib.rs:1: attic is missing from the map"]);
    }

    #[test]
    fn a_map_that_says_something_else_is_caught() {
        let lib = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs")).unwrap();
        let row = lib.lines().find(|line| line.starts_with("//! | [`source`]")).unwrap();
        let changed = lib.replace(row, &row.replace("`domain` |", "`domain`, `config` |"));
        let found = findings_in_copy("lib.rs", &changed);
        assert!(found.iter().any(|finding| finding.ends_with("differ about source")), "{found:?}");
    }
}
