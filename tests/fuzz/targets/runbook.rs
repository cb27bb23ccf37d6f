//! Markdown runbooks: parsed, laid out at several widths, searched, and their links followed.
#![no_main]

use std::collections::{BTreeMap, BTreeSet};

use burnwatch::domain::runbook::lay::{Options, lay};
use burnwatch::domain::runbook::library::{Document, Library};
use burnwatch::domain::runbook::page::Body;
use burnwatch::domain::runbook::resolve::{Query, resolve};
use burnwatch::domain::runbook::search::search;
use burnwatch::text::is_unsafe;
use libfuzzer_sys::fuzz_target;
use unicode_width::UnicodeWidthStr;

fuzz_target!(|text: &str| {
    let document = |path: &str, text: &str| Document {
        root: "r".to_owned(),
        path: path.to_owned(),
        text: text.to_owned(),
        modified: None,
    };
    let library = Library::build(&[document("a/b.md", text), document("c.md", "# C\n\n[b](a/b.md)\n")]);
    let page = &library.pages[0].page;
    let folds = |(at, block): (usize, &burnwatch::domain::runbook::page::Block)| {
        matches!(block.body, Body::Details { .. }).then_some(at)
    };
    let shut: BTreeSet<usize> = page.blocks.iter().enumerate().filter_map(folds).collect();
    for (width, offset, folded) in
        [(0, 0, &shut), (1, 0, &BTreeSet::new()), (7, 3, &shut), (40, 0, &shut), (120, 0, &BTreeSet::new())]
    {
        let laid = lay(page, &Options { width, offset, ascii: width == 40, folded });
        for line in &laid.lines {
            let drawn: String = line.spans.iter().map(|span| span.text.as_str()).collect();
            assert!(drawn.width() <= width, "{} > {width}: {drawn:?}", drawn.width());
            assert!(!drawn.chars().any(is_unsafe), "{drawn:?}");
            assert!(line.block < page.blocks.len() || page.blocks.is_empty());
        }
    }
    for link in &page.links {
        library.follow(0, &link.target);
    }
    assert!(library.dead_links().count() <= page.links.len() + 1);
    let word: String = text.chars().take(30).collect();
    let query = Query { annotation: Some(&word), alert_name: &word, labels: &BTreeMap::new() };
    resolve(&library, &BTreeMap::from([(word.clone(), word.clone())]), &query);
    search(&library, &word);
});
