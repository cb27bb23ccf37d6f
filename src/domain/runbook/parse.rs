//! Markdown text to a [`Page`]: the parser's events gathered into blocks.

mod build;
mod inline;
mod markup;

use pulldown_cmark::{Options, Parser, TextMergeWithOffset};

use super::page::{MAX_BYTES, Page, stem};
use super::{fences, front};
use crate::text::{clean_lines, cleaned};
use build::Builder;

impl Page {
    /// Never fails: what is broken is repaired, and said in `notes`.
    pub fn parse(path: &str, text: &str) -> Self {
        let mut page = Page { path: cleaned(path), ..Page::default() };
        let kept = cap(text);
        if kept.len() < text.len() {
            let line = kept.lines().count().max(1);
            page.notes.push((line, "page is longer than 1 MiB; the rest is not shown".into()));
        }
        let safe = clean_lines(kept);
        let (front_matter, skip) = front::split(&safe);
        page.front_matter = front_matter;
        let source = fences::repair(&safe, skip);
        page.notes.extend(source.notes.iter().cloned());
        let options = Options::ENABLE_TABLES
            | Options::ENABLE_TASKLISTS
            | Options::ENABLE_STRIKETHROUGH
            | Options::ENABLE_HEADING_ATTRIBUTES
            | Options::ENABLE_GFM;
        let parser = Parser::new_ext(&source.text, options).into_offset_iter();
        let mut builder = Builder::new(page, &source);
        for (event, range) in TextMergeWithOffset::new(parser) {
            builder.at(range.start);
            builder.take(event);
        }
        let mut page = builder.finish();
        page.title = title(&page);
        page
    }
}

fn cap(text: &str) -> &str {
    let mut end = MAX_BYTES.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

fn title(page: &Page) -> String {
    let given = page.front_matter.iter().find(|(key, value)| key == "title" && !value.is_empty());
    let heading = || page.sections.iter().find(|s| s.level == 1).or(page.sections.first());
    match given {
        Some((_, value)) => value.clone(),
        None => heading().map_or_else(|| stem(&page.path).to_owned(), |s| s.title.clone()),
    }
}

#[cfg(test)]
mod tests;
