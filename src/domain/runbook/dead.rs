//! Links of runbook pages that lead nowhere.

use super::library::{Follow, Library};
use super::page::Link;

/// The word of the rule that links lead somewhere.
pub const DEAD_LINK: &str = "dead-link";

/// A link to a page that is not there, or to an anchor that its page does not have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadLink<'a> {
    /// Index of the page it stands in.
    pub page: usize,
    pub link: &'a Link,
    pub lost: Lost,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lost {
    /// The path in the collection at which there is no page.
    Page(String),
    /// The page's index and the anchor it does not have.
    Anchor { page: usize, anchor: String },
}

impl Library {
    /// Dead links of all pages, in reading order. Other hosts, and files that are no pages, are nobody's concern here.
    pub fn dead_links(&self) -> impl Iterator<Item = DeadLink<'_>> {
        let all = self.pages.iter().enumerate();
        let links = all.flat_map(|(page, entry)| entry.page.links.iter().map(move |link| (page, link)));
        links.filter_map(|(page, link)| {
            let lost = match self.follow(page, &link.target) {
                Follow::Missing(path) => Lost::Page(path),
                Follow::DeadAnchor { page, anchor } => Lost::Anchor { page, anchor },
                Follow::Page(_) | Follow::Outside(_) | Follow::NotAPage(_) => return None,
            };
            Some(DeadLink { page, link, lost })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::runbook::library::Document;

    #[test]
    fn only_pages_and_anchors_can_be_dead() {
        let file = |path: &str, text: &str| Document {
            root: "r".into(),
            path: path.into(),
            text: text.into(),
            modified: None,
        };
        let books = Library::build(&[
            file("a.md", "[up](../x.md) [web](https://h/no.md#a) [plot](no.svg) [mail](mailto:bob@h)\n"),
            file("b/c.md", "# C\n[top](#top) [a](../a.md) [c](#c)\n\n[one](no.md)\n\n[two](../a.md#no)\n"),
        ]);
        let dead: Vec<_> = books.dead_links().map(|dead| (dead.page, dead.link.line, dead.lost)).collect();
        let anchor = Lost::Anchor { page: 0, anchor: "no".into() };
        assert_eq!(dead, [(1, 4, Lost::Page("b/no.md".into())), (1, 6, anchor)]);
    }
}
