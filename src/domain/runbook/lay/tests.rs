//! Pages laid out, line by line.

use super::block::window;
use super::*;
use proptest::prelude::*;
use unicode_width::UnicodeWidthStr;

fn laid_with(text: &str, width: usize, offset: usize, folded: &[usize]) -> Laid {
    let folded = folded.iter().copied().collect();
    lay(&Page::parse("x.md", text), &Options { width, offset, ascii: false, folded: &folded })
}

fn text_of(line: &LaidLine) -> String {
    line.spans.iter().map(|span| span.text.as_str()).collect()
}

fn shown(text: &str, width: usize) -> Vec<String> {
    laid_with(text, width, 0, &[]).lines.iter().map(text_of).collect()
}

#[test]
fn lists_hang_and_code_stands_behind_a_bar() {
    let text = "Words.\n\n9. one two three four\n10. next\n    ```sh\n    ls\n    ```\n    - deep\n";
    let want = ["Words.", "", "9. one two", "   three four", "10. next", "    │ ls", "    • deep"];
    assert_eq!(shown(text, 15), want);
}

#[test]
fn headings_have_air_above_only() {
    assert_eq!(shown("# A\ntext\n## B\n- x\n\nend\n", 20), ["# A", "text", "", "## B", "• x", "", "end"]);
    let laid = laid_with("# A\n## B *c*\n", 20, 0, &[]);
    assert_eq!(laid.lines[2].spans[1], Span::new("B c", Tone::Heading2));
    assert_eq!((laid.lines[2].block, laid.lines[2].section, laid.line_of(1)), (1, Some(1), 2));
}

#[test]
fn long_code_is_cut_and_moves() {
    let code = "```\n0123456789\n0123\n```\n";
    assert_eq!(shown(code, 10), ["│ 0123456>", "│ 0123"]);
    let moved = laid_with(code, 10, 3, &[]);
    assert_eq!(moved.lines.iter().map(text_of).collect::<Vec<_>>(), ["│ <456789", "│ <"]);
    assert_eq!(moved.code_width, 10);
}

#[test]
fn windows_cut_wide_characters_and_tabs_to_blanks() {
    let cut =
        |offset, width| window("世界\tx", offset, width).0.iter().map(|s| s.text.clone()).collect::<String>();
    assert_eq!(cut(0, 20), "世界    x");
    assert_eq!(cut(0, 4), "世 >");
    assert_eq!(cut(1, 6), "<界  >");
}

#[test]
fn tables_align_then_wrap_then_become_records() {
    let text = "|metric|limit|\n|:-|-:|\n|queue depth of the pool|100|\n|`up`|1|\n";
    assert_eq!(
        shown(text, 40),
        [
            "metric                   limit",
            "──────────────────────────────",
            "queue depth of the pool    100",
            "up                           1"
        ]
    );
    assert_eq!(
        shown(text, 20),
        [
            "metric         limit",
            "────────────────────",
            "queue depth      100",
            "of the pool         ",
            "up                 1"
        ]
    );
    let records =
        ["metric: queue", "depth of the", "pool", "limit: 100", "────────", "metric: up", "limit: 1"];
    assert_eq!(shown(text, 13), records);
}

#[test]
fn links_and_images_are_said() {
    let laid = laid_with("see [the page](./A.md), ![load](g.svg)\n", 60, 0, &[]);
    assert_eq!(text_of(&laid.lines[0]), "see the page[1], [image: load, g.svg]");
    assert_eq!(laid.lines[0].spans[1].tone, Tone::Link(1));
    assert_eq!(laid.links, ["./A.md"]);
}

#[test]
fn a_shut_fold_hides_its_blocks() {
    let text = "<details><summary>How</summary>\n\nsecret\n\n</details>\n\nafter\n";
    let open: Vec<String> = laid_with(text, 30, 0, &[]).lines.iter().map(text_of).collect();
    assert_eq!(open, ["▾ How", "secret", "", "after"]);
    let shut = laid_with(text, 30, 0, &[0]);
    assert_eq!(text_of(&shut.lines[0]), "▸ How (1 hidden)");
    assert!(shut.lines.iter().all(|line| line.block != 1));
    assert_eq!(text_of(&shut.lines[shut.line_of(1)]), "after");
}

#[test]
fn quotes_callouts_and_front_matter() {
    let text = "---\ntitle: T\nowner: bob\n---\n> [!WARNING]\n> hot\n";
    assert_eq!(shown(text, 30), ["owner: bob", "", "▌ Warning", "▌ ", "▌ hot"]);
}

#[test]
fn ascii_has_only_ascii_marks() {
    let text = "> q\n\n- x\n\n---\n```\nls\n```\n|a|\n|-|\n|b|\n<details>\n\nz\n";
    let page = Page::parse("x.md", text);
    let laid = lay(&page, &Options { width: 20, offset: 0, ascii: true, folded: &BTreeSet::new() });
    assert!(laid.lines.iter().all(|line| text_of(line).is_ascii()));
}

proptest! {
    #[test]
    fn no_line_is_too_wide_and_none_is_unsafe(
        text in "([ -~]|[\\n\\t\u{1b}\u{202e}\u{200d}\u{fe0f}é世🚑]|```\\n|\\n## |\\n- |\\n  10\\. |\\n> |\\n\\|a\\|b\\|\\n\\|-\\|-\\|\\n|<details>|&#27;| ){0,60}",
        width in 0_usize..50, offset in 0_usize..12,
    ) {
        let laid = laid_with(&text, width, offset, &[0]);
        for line in &laid.lines {
            let line = text_of(line);
            prop_assert!(line.width() <= width, "{:?} at {}", line, width);
            let hidden = line.chars().any(|c| c.is_control() || c == '\u{202e}');
            prop_assert!(!hidden);
        }
        prop_assert!(laid.lines.is_sorted_by_key(|line| line.block));
    }
}
