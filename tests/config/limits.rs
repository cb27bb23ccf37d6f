//! Files that are no configuration at all, and how much is too much.

use burnwatch::config::{Document, code, load};
use proptest::prelude::*;

fn codes(text: &str) -> Vec<&'static str> {
    match load(&Document::new(None, text), None) {
        Ok(loaded) => loaded.warnings.iter().map(|found| found.code).collect(),
        Err(found) => found.iter().map(|found| found.code).collect(),
    }
}

#[test]
fn a_file_that_is_missing_or_a_folder_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let found = Document::open(&folder.path().join("none.toml")).unwrap_err();
    assert_eq!((found.code, found.message.as_str()), (code::UNREADABLE, "there is no such file"));
    assert!(found.line().contains("none.toml:1:1: there is no such file; `burnwatch init`"));
    assert!(found.render("", false).contains("error[BW001]: there is no such file"));
    let found = Document::open(folder.path()).unwrap_err();
    assert_eq!(found.code, code::UNREADABLE);
}

#[test]
fn ten_megabytes_are_refused_politely() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("big.toml");
    std::fs::write(&path, "# padding\n".repeat(1024 * 1024)).unwrap();
    let found = Document::open(&path).unwrap_err();
    assert_eq!((found.code, found.message.as_str()), (code::TOO_LARGE, "this file is larger than 1024 KiB"));
}

#[test]
fn other_encodings_are_told_by_their_place() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("latin.toml");
    std::fs::write(&path, b"user = 'alice'\ntheme = 'gr\xfcn'\n").unwrap();
    let found = Document::open(&path).unwrap_err();
    assert_eq!((found.code, found.place.line, found.place.column), (code::NOT_UTF8, 2, 12));
}

#[test]
fn a_byte_order_mark_moves_no_column() {
    let document = Document::new(None, "\u{feff}refersh = 1\n");
    let found = load(&document, None).unwrap_err();
    assert_eq!((found[0].place.line, found[0].place.column), (1, 1));
}

#[test]
fn depth_is_bounded() {
    for deep in [
        format!("a = {}{}", "[".repeat(100_000), "]".repeat(100_000)),
        format!("a = {}", "{ a = ".repeat(100_000)),
        format!("{}a = 1", "a.".repeat(100_000)),
        format!("[{}a]\nx = 1", "a.".repeat(100_000)),
        format!("[[{}a]]\nx = 1", "a.".repeat(100_000)),
    ] {
        assert!(codes(&deep).contains(&code::SYNTAX), "{}", &deep[..20]);
    }
    let nested = format!("[[backend]]\nname = 'a'\ntype = 'b'\nx = {}{}\n", "[".repeat(50), "]".repeat(50));
    assert_eq!(codes(&nested), Vec::<&str>::new());
}

#[test]
fn of_very_many_problems_the_first_are_told() {
    let text: String = (0..1000).fold(String::new(), |text, key| text + &format!("k{key} = 1\n"));
    let found = load(&Document::new(None, &text), None).unwrap_err();
    assert_eq!(found.len(), 201);
    assert_eq!(found[200].message, "and 800 more problems, which are not listed");
}

/// Text that is nearly a configuration: lines of one that are cut, doubled and shuffled.
fn nearly() -> impl Strategy<Value = String> {
    let lines: Vec<String> = burnwatch::config::init::switched_on().lines().map(str::to_owned).collect();
    let line = prop::sample::select(lines).prop_flat_map(|line| {
        let length = line.chars().count();
        (
            Just(line),
            0..=length,
            prop::sample::select(vec!["", "", "", "\u{1b}[2J", "ü", "\u{202e}", "\"", "nan", "[", "\r"]),
        )
    });
    let cut = line.prop_map(|(line, at, junk)| {
        let head: String = line.chars().take(at).collect();
        let tail: String = if at % 3 == 0 { String::new() } else { line.chars().skip(at).collect() };
        format!("{head}{junk}{tail}\n")
    });
    prop::collection::vec(cut, 0..60).prop_map(|lines| lines.concat())
}

fn survives(text: &str) {
    let document = Document::new(None, text);
    let (Ok(found) | Err(found)) = load(&document, None).map(|loaded| loaded.warnings);
    for finding in found {
        let shown = finding.render(document.text(), false) + &finding.line();
        assert!(!shown.contains(|c: char| c.is_control() && c != '\n'), "{shown:?}");
        assert!(finding.place.span.end <= document.text().len());
    }
}

proptest! {
    #[test]
    fn arbitrary_text_never_panics(text in any::<String>()) {
        survives(&text);
    }

    #[test]
    fn nor_does_text_that_looks_like_a_configuration(text in nearly()) {
        survives(&text);
    }

    #[test]
    fn nor_do_odd_values_in_any_place(
        key in prop::sample::select(vec!["target", "window", "sla", "sli", "alert", "policy", "name", "method"]),
        value in prop::sample::select(vec![
            "nan", "inf", "-inf", "0", "-0", "1e400", "99999999999999999999", "''", "[]", "{}", "[[1]]", "'\\u0000'",
            "\"\\u0000\"", "1979-05-27", "true", "{ kind = 'latency' }", "[{}]", "'9223372036854775807y'", "'100000000000000000%'",
        ]),
    ) {
        survives(&format!("[[backend]]\nname='a'\ntype='b'\n[[slo]]\nservice = 'a'\n{key} = {value}\n"));
    }
}
