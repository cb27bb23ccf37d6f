//! Every file of `bad/` with all that is said about it, as `expected.txt` has it.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use burnwatch::config::{Diagnostic, Document, load};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/config/bad")
}

fn findings(file: &str) -> (Document, Vec<Diagnostic>) {
    let text = std::fs::read_to_string(folder().join(file)).unwrap();
    let document = Document::new(Some(PathBuf::from(file)), &text);
    let found = load(&document, None).expect_err(file);
    (document, found)
}

fn files() -> Vec<String> {
    let entries = std::fs::read_dir(folder()).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut files: Vec<String> =
        names.filter(|name| Path::new(name).extension().is_some_and(|end| end == "toml")).collect();
    files.sort();
    files
}

#[test]
fn every_problem_is_told_at_its_place() {
    let mut told = String::new();
    for file in files() {
        for found in findings(&file).1 {
            let (line, column) = (found.place.line, found.place.column);
            let (severity, code) = (found.severity.word(), found.code);
            writeln!(told, "{file}:{line}:{column}: {severity} {code} {}", found.message).unwrap();
            if let Some(hint) = &found.hint {
                writeln!(told, "    {hint}").unwrap();
            }
        }
        told.push('\n');
    }
    let expected = std::fs::read_to_string(folder().join("expected.txt")).unwrap_or_default();
    assert!(told == expected, "differs from expected.txt:\n{told}");
}

#[test]
fn the_same_on_one_line() {
    let (_, found) = findings("no-backend.toml");
    assert_eq!(
        found[0].line(),
        "no-backend.toml:1:1: this needs a [[backend]], and none is configured; add one with a name, a type and its url"
    );
}

#[test]
fn a_picture_of_both_places() {
    let (document, found) = findings("names.toml");
    let twice = found.iter().find(|found| found.message.starts_with("SLO")).unwrap();
    insta::assert_snapshot!(twice.render(document.text(), false));
    let coloured = twice.render(document.text(), true);
    assert!(coloured.contains("\u{1b}["), "{coloured:?}");
}

#[test]
fn a_picture_of_a_hint() {
    let (document, found) = findings("unknown-keys.toml");
    insta::assert_snapshot!(found[2].render(document.text(), false));
}

#[test]
fn nothing_from_the_file_moves_the_cursor() {
    for file in files() {
        let (document, found) = findings(&file);
        for found in found {
            let shown = format!("{}\n{}", found.render(document.text(), false), found.line());
            let bad = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
            assert!(!shown.contains(bad), "{shown:?}");
        }
    }
}

#[test]
fn a_secret_is_not_repeated() {
    let text = "[[backend]]\nname = 'main'\ntype = 'prometheus'\nurl = 'http://bob:hunter2@host'\npassword = 'hunter2'\n";
    let document = Document::new(None, text);
    let config = load(&document, None).unwrap().config;
    for key in ["url", "password"] {
        let shown = config.backends[0].diagnostic_at(key, "is wrong", None).render(text, false);
        assert!(shown.contains("is wrong") && !shown.contains("hunter2"), "{shown}");
    }
}
