//! How the tree is built, and where building it ends.

use std::fmt::Write;

use super::*;
use crate::config::code;
use crate::config::diagnostic::Diagnostic;
use crate::config::report::Report;

fn read(text: &str) -> (Vec<Rc<Node>>, Vec<Diagnostic>) {
    let report = Report::new("slo.yaml", text);
    let documents = parse(text, &report);
    (documents, report.finish())
}

/// The tree as JSON with all scalars as text.
fn shape(node: &Node) -> String {
    match &node.value {
        Value::Scalar(scalar) => format!("{:?}", scalar.text),
        Value::Sequence(items) => {
            let items: Vec<String> = items.iter().map(|item| shape(item)).collect();
            format!("[{}]", items.join(","))
        }
        Value::Mapping(entries) => {
            let entries: Vec<String> =
                entries.iter().map(|entry| format!("{}:{}", entry.key.value, shape(&entry.value))).collect();
            format!("{{{}}}", entries.join(","))
        }
    }
}

fn shapes(text: &str) -> Vec<String> {
    let (documents, found) = read(text);
    assert_eq!(found, [], "{text}");
    documents.iter().map(|node| shape(node)).collect()
}

/// The only finding: its code, line, column and message.
fn only(text: &str) -> (&'static str, usize, usize, String) {
    let (_, found) = read(text);
    let [one] = found.as_slice() else { panic!("{found:#?}") };
    (one.code, one.place.line, one.place.column, one.message.clone())
}

#[test]
fn values_know_where_they_were_written() {
    let text = "service: shop\r\nslos:\r\n  - name: \"front\\u0020page\"\r\n    objective: 99.9\r\n    labels: {a: b}\r\nlast: x\r\n";
    let (documents, found) = read(text);
    assert_eq!(found, []);
    assert_eq!(
        shape(&documents[0]),
        r#"{service:"shop",slos:[{name:"front page",objective:"99.9",labels:{a:"b"}}],last:"x"}"#
    );
    let Value::Mapping(entries) = &documents[0].value else { panic!() };
    let written = |span: &Span| text[span.clone()].to_owned();
    assert_eq!(written(&documents[0].span), text.trim_end());
    assert_eq!(written(&entries[1].key.span), "slos");
    let Value::Sequence(items) = &entries[1].value.value else { panic!() };
    let Value::Mapping(slo) = &items[0].value else { panic!() };
    assert_eq!(written(&slo[0].value.span), r#""front\u0020page""#);
    assert_eq!(written(&slo[1].value.span), "99.9");
    assert_eq!(written(&slo[2].value.span), "{a: b}");
    assert!(written(&items[0].span).starts_with("name:") && written(&items[0].span).ends_with("{a: b}"));
}

#[test]
fn json_is_yaml_also_with_tabs_and_long_lines() {
    let spread = "{\n\t\"a\": [1, true, null],\n\t\"b\": {\"c\":\"d\\/\\u00e9\"}\n}\n";
    assert_eq!(shapes(spread), [r#"{a:["1","true","null"],b:{c:"d/é"}}"#]);
    let query = "x".repeat(5000);
    assert_eq!(shapes(&format!("{{\"a\":{{\"q\":\"{query}\",\"{query}\":1}}}}")).len(), 1);
}

#[test]
fn a_file_may_hold_several_documents_and_empty_ones_are_nothing() {
    assert_eq!(shapes("---\na: 1\n---\n---\n# nothing\n---\nb: 2\n...\n"), [r#"{a:"1"}"#, r#"{b:"2"}"#]);
    assert_eq!(shapes(""), Vec::<String>::new());
    assert_eq!(shapes("# only\n"), Vec::<String>::new());
}

#[test]
fn a_broken_document_does_not_take_the_others_with_it() {
    let text = "a: 1\n---\nb: [1, 2\nc: }\n---\nd: 4\n---\ne: 'x\n";
    let (documents, found) = read(text);
    let shown: Vec<String> = documents.iter().map(|node| shape(node)).collect();
    assert_eq!(shown, [r#"{a:"1"}"#, r#"{d:"4"}"#]);
    assert_eq!(found.len(), 2, "{found:#?}");
    assert!(found.iter().all(|found| found.code == code::SYNTAX && found.hint.is_some()));
    assert_eq!((found[0].place.line, found[1].place.line), (4, 8));
}

#[test]
fn errors_are_told_in_plain_words() {
    for (text, line, column, message) in [
        ("a: 1\n\tb: 2\n", 2, 1, "a tab cannot indent anything"),
        ("a:\n  - 1\n\t- 2\n", 3, 1, "a tab cannot indent anything"),
        ("a: \"x\nb: 1\n", 2, 1, "a quoted text has no end, or goes on without indentation"),
        ("a: 'x\n", 1, 5, "a quoted text has no end, or goes on without indentation"),
        ("a: {b: 'x", 1, 8, "a quoted text has no end"),
        ("a: 'it's'\n", 1, 8, "there is more after the closing quote"),
        ("a: \"\\d\"\n", 1, 4, "an escape that does not exist"),
        ("a: *b\n", 1, 4, "an alias stands for nothing"),
        ("a: {b: 1\n", 1, 4, "`{` is never closed"),
        ("a: b: c\n", 1, 5, "a `:` where no key can be"),
        ("a: @b\n", 1, 4, "no value can start with this character"),
        ("a: 1\n b: 2\n", 2, 3, "a `:` where no key can be"),
        ("a: &x [*x]\n", 1, 8, "this alias stands for what it is a part of"),
        ("a: 1\nb: 2\na: 3\n", 3, 1, "the key `a` comes twice"),
        ("[a]: 1\n", 1, 1, "a key must be text, not a list"),
        ("a: !vault x\n", 1, 11, "the tag `!vault` means nothing here"),
        ("a: \u{1}\n", 1, 4, "no value can start with this character"),
        ("a: 1\nb\nc: 2\n", 2, 1, "a line that is no `key: value`"),
        ("a: {{ x }}\n", 1, 5, "a key must be text, not a mapping"),
        ("a: [x{a}]\n", 1, 6, "a comma or a closing bracket is missing before this"),
        ("a: |\n\tx\n", 2, 1, "a tab cannot indent anything"),
        ("%FOO\na: 1\n", 2, 1, "a `%` line is not followed by `---`"),
    ] {
        let (_, at_line, at_column, told) = only(text);
        let told = told.trim_start_matches("not YAML: ");
        assert_eq!((at_line, at_column, told), (line, column, message), "{text:?}");
    }
}

#[test]
fn plain_tags_say_nothing() {
    assert_eq!(shapes("a: ! 1\nb: !!str 2\nc: !!map {d: !!int \"3\"}\n"), [r#"{a:"1",b:"2",c:{d:"3"}}"#]);
}

#[test]
fn nothing_that_is_told_can_move_a_cursor() {
    let (documents, found) = read("\"\\e[2J\": 1\n\"\\e[2J\": 2\nb: \"\\e]0;x\\a\"\n");
    assert_eq!(documents.len(), 1);
    assert_eq!(found[0].message, "the key `\u{fffd}[2J` comes twice");
}

#[test]
fn aliases_stand_for_what_was_written_and_merged_keys_yield() {
    let text =
        "base: &b {x: 1, y: 2}\nmore: &m {y: 3, z: 4}\none: *b\ntwo: {<<: *b, x: 9}\nall: {<<: [*b, *m]}\n";
    let one = r#"{base:{x:"1",y:"2"},more:{y:"3",z:"4"},one:{x:"1",y:"2"},two:{x:"9",y:"2"},all:{x:"1",y:"2",z:"4"}}"#;
    assert_eq!(shapes(text), [one]);
    assert_eq!(only("a: {<<: 1}\n").3, "`<<` takes the keys of a mapping, not of a number");
}

#[test]
fn a_bomb_ends_at_the_alias_that_is_too_much() {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..30 {
        let alias = format!("*a{}", level - 1);
        writeln!(text, "a{level}: &a{level} [{}]", [alias.as_str(); 9].join(", ")).unwrap();
    }
    let (_, found) = read(&text);
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].code, found[0].place.line), (code::TOO_LARGE, 6));
    assert_eq!(&text[found[0].place.span.clone()], "*a4");
}

#[test]
fn a_long_text_cannot_be_multiplied() {
    let text = format!("a: &a {}\nb: [{}]\n", "x".repeat(1 << 20), ["*a"; 40].join(", "));
    let (_, found) = read(&text);
    assert_eq!((found[0].code, found[0].place.line), (code::TOO_LARGE, 2));
    assert_eq!(found[0].message, "more than 16 MiB of text, aliases written out");
}

#[test]
fn depth_has_an_end_with_and_without_aliases() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert_eq!(shapes(&nested(64)).len(), 1);
    for depth in [65, 100_000] {
        assert!(only(&nested(depth)).3.contains("deep in each other"));
    }
    let block: String = (0..500).fold(String::new(), |text, depth| text + &" ".repeat(depth) + "a:\n");
    assert!(only(&block).3.contains("deep in each other"));
    let text = format!("a: &a {}\nb: {}*a{}\n", nested(40), "[".repeat(40), "]".repeat(40));
    assert_eq!(only(&text).1, 2);
}

#[test]
fn many_values_are_too_many() {
    let (documents, found) = read(&"---\n- [a, b]\n".repeat(60_000));
    assert!(documents.len() < 60_000);
    assert_eq!(found.last().map(|found| found.code), Some(code::TOO_LARGE));
}
