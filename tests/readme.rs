//! The README says what the program says: keys, map of the house, and pictures that are what is drawn.

use std::fmt::Write;
use std::path::Path;
use std::process::Command;

use burnwatch::state::keymap::{BINDINGS, Scope};

fn root(path: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn readme() -> String {
    std::fs::read_to_string(root("README.md")).unwrap_or_default()
}

/// The table of keys, as Markdown.
fn keys() -> String {
    let mut table = "| keys | do | where |\n|---|---|---|\n".to_owned();
    for binding in BINDINGS {
        let keys: Vec<String> = binding.keys.iter().map(|key| format!("`{key}`")).collect();
        let place = match binding.scope {
            Scope::Everywhere => "everywhere".to_owned(),
            Scope::On(screens) => screens.iter().map(|screen| screen.name()).collect::<Vec<_>>().join(", "),
        };
        let _ = writeln!(table, "| {} | {} | {place} |", keys.join(" "), binding.help);
    }
    table
}

#[test]
fn the_table_of_keys_is_the_keymap() {
    let text = readme();
    let (_, rest) =
        text.split_once("<!-- keys: made from src/state/keymap.rs -->\n").expect("the opening mark");
    let (shown, _) = rest.split_once("<!-- /keys -->").expect("the closing mark");
    assert_eq!(shown, keys(), "put the right-hand side between the marks");
}

#[test]
fn every_folder_of_the_source_is_on_the_map() {
    let text = readme();
    for entry in std::fs::read_dir(root("src")).unwrap().flatten().filter(|entry| entry.path().is_dir()) {
        let name = entry.file_name().into_string().unwrap();
        assert!(text.contains(&format!("| `{name}/` |")), "{name}/ is missing in the README's map");
    }
}

#[test]
fn every_theme_can_be_chosen() {
    for entry in std::fs::read_dir(root("themes")).unwrap().flatten() {
        let path = entry.path();
        let name = path.file_stem().unwrap().to_str().unwrap();
        let output = Command::new(env!("CARGO_BIN_EXE_burnwatch"))
            .args(["show", "overview", "--demo", "--at", "2026-02-17T10:00:00Z", "--theme", name])
            .output()
            .unwrap();
        assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn screenshots_are_what_is_drawn() {
    let list = std::fs::read_to_string(root("screenshots/list")).unwrap();
    for line in list.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let (file, arguments) = line.split_once(char::is_whitespace).expect("a file and its arguments");
        let output = Command::new(env!("CARGO_BIN_EXE_burnwatch"))
            .args(arguments.split_whitespace())
            .env_remove("BURNWATCH_CONFIG")
            .output()
            .unwrap();
        assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
        let drawn = String::from_utf8(output.stdout).unwrap();
        let kept = std::fs::read_to_string(root("screenshots").join(file)).unwrap_or_default();
        assert!(
            drawn == kept,
            "screenshots/{file} is not what is drawn any more: run screenshots/make and look at it"
        );
    }
}
