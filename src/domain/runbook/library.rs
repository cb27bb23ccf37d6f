//! All runbook pages of all collections, the index over them, and the way along a link.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use super::address::Address;
use super::page::{Block, Body, Page, plain, stem};
use crate::text::cleaned;

/// One file as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// The collection it belongs to; a label, shown as it is.
    pub root: String,
    /// Relative to the collection, with `/`.
    pub path: String,
    pub text: String,
    pub modified: Option<DateTime<Utc>>,
}

#[derive(Debug, Clone)]
pub struct Entry {
    pub root: String,
    pub modified: Option<DateTime<Utc>>,
    pub page: Page,
    /// Lower-case text by section, for the search.
    pub(super) text: Vec<(Option<usize>, String)>,
}

/// A place in a page: the index of the page, and of the block if it is not its top.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    pub page: usize,
    pub block: Option<usize>,
}

/// Where a link leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Follow {
    Page(Place),
    /// The page is there, its anchor is not.
    DeadAnchor {
        page: usize,
        anchor: String,
    },
    /// An address of another host: shown as text, never opened.
    Outside(String),
    /// A file that is no page, or one outside of the collection.
    NotAPage(String),
    /// A page that should be in the collection and is not.
    Missing(String),
}

#[derive(Debug, Clone, Default)]
pub struct Library {
    /// Sorted by collection (in the order given) and path.
    pub pages: Vec<Entry>,
    by_path: HashMap<(String, String), usize>,
    /// Lower-case stem to pages.
    pub(super) by_stem: HashMap<String, Vec<usize>>,
    /// [`name_key`] of stems.
    pub(super) by_name: HashMap<String, Vec<usize>>,
    /// [`name_key`] of headings and anchors; the first place in each page.
    pub(super) by_heading: HashMap<String, Vec<Place>>,
}

/// A name without case and punctuation: `High-Error_Rate` and `HighErrorRate` are one.
pub(super) fn name_key(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

impl Library {
    /// The page of each document has the document's index.
    pub fn build(documents: &[Document]) -> Self {
        let mut library = Self::default();
        for document in documents {
            let page = Page::parse(&document.path, &document.text);
            library.add(Entry {
                root: cleaned(&document.root),
                modified: document.modified,
                text: section_texts(&page),
                page,
            });
        }
        library
    }

    fn add(&mut self, entry: Entry) {
        let at = self.pages.len();
        let page = &entry.page;
        self.by_path.entry((entry.root.clone(), page.path.clone())).or_insert(at);
        self.by_stem.entry(page.stem().to_lowercase()).or_default().push(at);
        self.by_name.entry(name_key(page.stem())).or_default().push(at);
        let headings = page.sections.iter().flat_map(|s| [(&s.title, s.block), (&s.anchor, s.block)]);
        for (name, block) in headings.chain(page.anchors.iter().map(|(name, block)| (name, *block))) {
            let places = self.by_heading.entry(name_key(name)).or_default();
            if places.last().is_none_or(|last| last.page != at) {
                places.push(Place { page: at, block: Some(block) });
            }
        }
        self.pages.push(entry);
    }

    /// The page at a path of a collection, exactly as written.
    pub fn find(&self, root: &str, path: &str) -> Option<usize> {
        self.by_path.get(&(root.to_owned(), path.to_owned())).copied()
    }

    /// The page at a path of any collection; the first collection that has it.
    pub fn find_anywhere(&self, path: &str) -> Option<usize> {
        let pages = self.by_stem.get(&stem(path).to_lowercase())?;
        pages.iter().copied().find(|at| self.pages[*at].page.path == path)
    }

    /// Follows a link of page `from` inside its collection.
    pub fn follow(&self, from: usize, target: &str) -> Follow {
        let Some(entry) = self.pages.get(from) else { return Follow::Missing(cleaned(target)) };
        let address = Address::parse(target);
        if address.outside {
            return Follow::Outside(cleaned(target));
        }
        if address.segments.is_empty() && !address.rooted {
            return self.at_anchor(from, address.fragment);
        }
        let Some(path) = joined(&entry.page.path, &address) else {
            return Follow::NotAPage(cleaned(target));
        };
        match self.look_up(&entry.root, &path) {
            Some(page) => self.at_anchor(page, address.fragment),
            None if is_other_file(&path) => Follow::NotAPage(cleaned(target)),
            None => Follow::Missing(path),
        }
    }

    fn look_up(&self, root: &str, path: &str) -> Option<usize> {
        let tails = ["", ".md", ".markdown", "/_index.md", "/index.md", "/README.md"];
        let exact =
            tails.iter().find_map(|tail| self.find(root, format!("{path}{tail}").trim_start_matches('/')));
        exact.or_else(|| {
            let same = self.by_stem.get(&stem(path).to_lowercase())?;
            let bare = super::page::without_extension(path);
            same.iter().copied().find(|at| {
                let entry = &self.pages[*at];
                entry.root == root
                    && super::page::without_extension(&entry.page.path).eq_ignore_ascii_case(bare)
            })
        })
    }

    fn at_anchor(&self, page: usize, fragment: Option<String>) -> Follow {
        let Some(anchor) = fragment else { return Follow::Page(Place { page, block: None }) };
        match self.pages[page].page.anchor(&anchor) {
            Some(block) => Follow::Page(Place { page, block: Some(block) }),
            None if anchor.eq_ignore_ascii_case("top") => Follow::Page(Place { page, block: None }),
            None => Follow::DeadAnchor { page, anchor },
        }
    }
}

/// The path a link means, seen from the page at `from`; none if it leaves the collection.
fn joined(from: &str, address: &Address) -> Option<String> {
    let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
    let base = if address.rooted { "" } else { folder };
    let mut parts: Vec<&str> = base.split('/').filter(|s| !s.is_empty()).collect();
    for segment in &address.segments {
        match segment.as_str() {
            ".." => {
                parts.pop()?;
            }
            segment => parts.push(segment),
        }
    }
    Some(parts.join("/"))
}

fn is_other_file(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let extension = name.rsplit_once('.').map(|(_, e)| e);
    extension.is_some_and(|e| !e.eq_ignore_ascii_case("md") && !e.eq_ignore_ascii_case("markdown"))
}

fn section_texts(page: &Page) -> Vec<(Option<usize>, String)> {
    let mut out: Vec<(Option<usize>, String)> = Vec::new();
    for (at, block) in page.blocks.iter().enumerate() {
        let section = page.section_of(at);
        if out.last().is_none_or(|(last, _)| *last != section) {
            out.push((section, String::new()));
        }
        if let Some((_, text)) = out.last_mut() {
            text.push_str(&words(block).to_lowercase());
            text.push('\n');
        }
    }
    out
}

fn words(block: &Block) -> String {
    match &block.body {
        Body::Heading { text, .. } | Body::Paragraph(text) | Body::Item { text, .. } => plain(text),
        Body::Code { lines, .. } => lines.join("\n"),
        Body::Table(table) => {
            let cells = table.head.iter().chain(table.rows.iter().flatten());
            cells.map(|cell| plain(cell)).collect::<Vec<_>>().join("\n")
        }
        Body::Details { summary, .. } => summary.clone(),
        Body::Rule => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn library(files: &[(&str, &str)]) -> Library {
        let document = |(path, text): &(&str, &str)| Document {
            root: "books".into(),
            path: (*path).into(),
            text: (*text).into(),
            modified: None,
        };
        Library::build(&files.iter().map(document).collect::<Vec<_>>())
    }

    fn page(page: usize, block: Option<usize>) -> Follow {
        Follow::Page(Place { page, block })
    }

    #[test]
    fn links_inside_a_collection() {
        let books = library(&[
            ("a/X.md", "# Top\n## Two\n"),
            ("a/b/Y.md", ""),
            ("README.md", ""),
            ("a/_index.md", ""),
        ]);
        assert_eq!(books.follow(1, "../X.md#two"), page(0, Some(1)));
        assert_eq!(books.follow(0, "./b/Y"), page(1, None));
        assert_eq!(books.follow(0, "#TOP"), page(0, Some(0)));
        assert_eq!(books.follow(1, "/a/x.md?plain=1"), page(0, None));
        assert_eq!(books.follow(1, ".."), page(3, None));
        assert_eq!(books.follow(1, "/"), page(2, None));
    }

    #[test]
    fn links_that_lead_nowhere_say_so() {
        let books = library(&[("a/X.md", "# Top\n")]);
        assert_eq!(books.follow(0, "https://h/X.md"), Follow::Outside("https://h/X.md".into()));
        assert_eq!(books.follow(0, "Z.md"), Follow::Missing("a/Z.md".into()));
        assert_eq!(books.follow(0, "#x"), Follow::DeadAnchor { page: 0, anchor: "x".into() });
        assert_eq!(books.follow(0, "../../etc/passwd"), Follow::NotAPage("../../etc/passwd".into()));
        assert_eq!(books.follow(0, "graph.svg"), Follow::NotAPage("graph.svg".into()));
    }
}
