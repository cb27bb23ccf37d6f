//! Markdown, good and broken, and the blocks it becomes.

use super::*;
use crate::domain::runbook::page::{Block, Body, Inline, plain};
use proptest::prelude::*;

fn blocks(text: &str) -> Vec<Block> {
    Page::parse("a/x.md", text).blocks
}

fn outline(text: &str) -> Vec<String> {
    let word = |b: &Block| match &b.body {
        Body::Heading { level, text } => format!("h{level} {}", plain(text)),
        Body::Paragraph(text) => format!("p {}", plain(text)),
        Body::Item { number, task, text } => {
            let mark = number.map_or("-".into(), |n| n.to_string());
            let tick = task.map_or("", |t| if t { "[x]" } else { "[ ]" });
            format!("{mark}{tick} {}", plain(text))
        }
        Body::Code { language, lines } => format!("code:{language} {}", lines.join("|")),
        Body::Table(t) => format!("table {}x{}", t.head.len(), t.rows.len()),
        Body::Rule => "rule".into(),
        Body::Details { summary, until } => format!("fold {summary} ..{until}"),
    };
    blocks(text).iter().map(|b| format!("{}{} {}", b.depth, "q".repeat(b.quote), word(b))).collect()
}

#[test]
fn lists_with_code_inside() {
    let text = "1. Look\n   ```sh\n   kubectl logs\n   ```\n2. Then\n   - [ ] drain\n   - [x] wait\n\n   more\n\n> careful\n";
    let want = [
        "1 1 Look",
        "1 code:sh kubectl logs",
        "1 2 Then",
        "2 -[ ] drain",
        "2 -[x] wait",
        "1 p more",
        "0q p careful",
    ];
    assert_eq!(outline(text), want);
}

#[test]
fn an_item_may_start_with_code() {
    assert_eq!(outline("- ```sh\n  ls\n  ```\n- x\n"), ["1 - ", "1 code:sh ls", "1 - x"]);
}

/// The shape of a page whose fence at step 2 never closes.
#[test]
fn a_broken_fence_swallows_only_its_step() {
    let text = "## Steps\n\n1. Look\n\n2. Which error\n```bash\nkubectl logs -l app=api\n  3. Recent deploys\n\nCommon causes\n\n\
                1. Pool empty\n\n# wider pool\nkubectl set env X=1\n\n## Chaos\n\n```typescript\nlet a\n```\nend\n";
    let page = Page::parse("x.md", text);
    let titles: Vec<&str> = page.sections.iter().map(|s| s.title.as_str()).collect();
    assert_eq!(titles, ["Steps", "wider pool", "Chaos"]);
    assert!(outline(text).contains(&"0 p Common causes".to_owned()));
    assert!(outline(text).contains(&"0 code:typescript let a".to_owned()));
    assert_eq!(page.notes, [(6, "code block is never closed; its end was guessed".to_owned())]);
}

#[test]
fn links_are_numbered_in_reading_order() {
    let text = "[a](./A.md) and [b][r], ![graph](g.svg)\n\n|x|\n|-|\n|[c](#c)|\n\n<https://d.example> https://e.example/f_g.\n\n[r]: B.md#top\n";
    let page = Page::parse("x.md", text);
    let targets: Vec<&str> = page.links.iter().map(|l| l.target.as_str()).collect();
    assert_eq!(targets, ["./A.md", "B.md#top", "#c", "https://d.example", "https://e.example/f_g"]);
    let texts: Vec<&str> = page.links.iter().map(|l| l.text.as_str()).collect();
    assert_eq!(texts[..3], ["a", "b", "c"]);
    assert_eq!(page.links.iter().map(|l| l.line).collect::<Vec<_>>(), [1, 1, 5, 7, 7]);
    assert_eq!(page.links.iter().map(|l| l.block).collect::<Vec<_>>(), [0, 0, 1, 2, 2]);
    let Body::Paragraph(first) = &page.blocks[0].body else { panic!("paragraph expected") };
    assert!(first.contains(&Inline::Image { alt: "graph".into(), path: "g.svg".into() }));
}

#[test]
fn folds_cover_their_blocks() {
    let text = "<details><summary>How <b>to</b></summary>\n**bold**\n```sh\nls\n```\n</details>\nafter\n";
    assert_eq!(outline(text), ["0 fold How to ..3", "0 p bold", "0 code:sh ls", "0 p after"]);
    let long = "<details>\n<summary>\nTwo lines\n</summary>\n\nx\n";
    assert_eq!(outline(long), ["0 fold Two lines ..2", "0 p x"]);
}

#[test]
fn html_keeps_its_words_and_placeholders_stay() {
    assert_eq!(
        outline("in <namespace> of <br/><b>all</b> &lt;pods&gt;\n"),
        ["0 p in <namespace> of  all <pods>"]
    );
    assert_eq!(outline("<p align=\"center\">\n<a href=\"y.md\">see</a></p>\n"), ["0 p see"]);
    assert_eq!(outline("<!-- hidden\n\n-->\nshown\n"), ["0 p shown"]);
}

#[test]
fn title_sections_and_anchors() {
    let page =
        Page::parse("a/x.md", "---\ntitle: Disk\n---\n# A b\n## C {#see}\n## A b\n<a id=\"old\"></a>text\n");
    assert_eq!(page.title, "Disk");
    let anchors: Vec<&str> = page.sections.iter().map(|s| s.anchor.as_str()).collect();
    assert_eq!(anchors, ["a-b", "see", "a-b-1"]);
    assert_eq!((page.anchor("SEE"), page.anchor("old"), page.anchor("new")), (Some(1), Some(3), None));
    assert_eq!(page.blocks[0].line, 4);
    assert_eq!(Page::parse("a/Disk Full.md", "words").title, "Disk Full");
    assert_eq!((page.section_of(1), page.section_of(3)), (Some(1), Some(2)));
}

#[test]
fn code_is_exact_but_safe() {
    let code = blocks("```sh\ncat <<-X\n\ty \u{1b}[31mz\u{202e}\n\nX\n```\n");
    let Body::Code { lines, .. } = &code[0].body else { panic!("code expected") };
    assert_eq!(lines, &["cat <<-X", "\ty z", "", "X"]);
    assert_eq!(outline("a&#27;[2Jb&#x202e;c"), ["0 p abc"]);
}

#[test]
fn a_page_over_the_cap_is_cut_and_says_so() {
    let page = Page::parse("x.md", &"é".repeat(600_000));
    assert_eq!(page.notes[0].1, "page is longer than 1 MiB; the rest is not shown");
    assert_eq!(page.blocks.len(), 1);
}

proptest! {
    #[test]
    fn any_text_is_a_page(text in "([ -~]|[\\n\\t\u{1b}\u{202e}é世]|```|~~~|\\n## |\\n- |\\n1\\. |\\n\\||</?details>|<summary>|\\{\\{<|---\\n|\\]\\(|&#27;){0,60}") {
        let page = Page::parse("x.md", &text);
        // Debug writes what is not printable as \u{…}; no string of the page may hold any.
        let shown = format!("{page:?}");
        let hidden = shown.contains("\\u{1b}") || shown.contains("\\u{202e}");
        prop_assert!(!hidden, "{}", shown);
        prop_assert!(page.sections.iter().all(|s| s.block < page.blocks.len()));
        prop_assert!(page.links.iter().all(|l| l.block < page.blocks.len()));
        for (index, block) in page.blocks.iter().enumerate() {
            if let Body::Details { until, .. } = block.body {
                prop_assert!(index < until && until <= page.blocks.len());
            }
        }
    }
}
