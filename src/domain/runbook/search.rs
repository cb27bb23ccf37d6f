//! Search over runbooks: fuzzy in titles, paths and headings, literal in the text.

use nucleo_matcher::pattern::{AtomKind, CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

use super::library::{Entry, Library};

/// Longest query looked at, characters.
const LONGEST: usize = 100;
/// What a literal hit in the text is worth a character: less than the same word in a name (about 26),
/// more than its letters scattered over one (about 15).
const LITERAL: u32 = 20;

/// A page found, with the best place in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    pub page: usize,
    /// None: the page as a whole.
    pub section: Option<usize>,
    pub place: Where,
    /// Higher is better; comparable within one search.
    pub score: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Where {
    Text,
    Heading,
    Path,
    Title,
}

/// One hit a page, best first. Hits less than half as good as the best are chance, and left out.
/// An empty query gives all pages, by path.
pub fn search(library: &Library, query: &str) -> Vec<Hit> {
    let query: String = query.trim().chars().take(LONGEST).collect();
    if query.is_empty() {
        return all(library);
    }
    let mut scorer = Scorer::new(&query);
    let found = library.pages.iter().enumerate();
    let mut hits: Vec<Hit> = found.filter_map(|(at, entry)| scorer.best(at, entry)).collect();
    hits.sort_by(|a, b| b.score.cmp(&a.score).then_with(|| path(library, a).cmp(path(library, b))));
    let floor = hits.first().map_or(0, |best| best.score / 2);
    hits.retain(|hit| hit.score >= floor);
    hits
}

fn all(library: &Library) -> Vec<Hit> {
    let hit = |page| Hit { page, section: None, place: Where::Path, score: 0 };
    let count = library.pages.len();
    let mut hits: Vec<Hit> = (0..count).map(hit).collect();
    hits.sort_by(|a, b| path(library, a).cmp(path(library, b)));
    hits
}

fn path<'a>(library: &'a Library, hit: &Hit) -> &'a str {
    &library.pages[hit.page].page.path
}

struct Scorer {
    pattern: Pattern,
    matcher: Matcher,
    buffer: Vec<char>,
    words: Vec<String>,
    length: u32,
}

impl Scorer {
    fn new(query: &str) -> Self {
        let words: Vec<String> = query.split_whitespace().map(str::to_lowercase).collect();
        Self {
            pattern: Pattern::new(query, CaseMatching::Ignore, Normalization::Smart, AtomKind::Fuzzy),
            matcher: Matcher::new(Config::DEFAULT.match_paths()),
            buffer: Vec::new(),
            length: words.iter().map(|word| word.chars().count() as u32).sum(),
            words,
        }
    }

    fn fuzzy(&mut self, text: &str) -> Option<u32> {
        self.pattern.score(Utf32Str::new(text, &mut self.buffer), &mut self.matcher)
    }

    fn best(&mut self, at: usize, entry: &Entry) -> Option<Hit> {
        let mut hits: Vec<(u32, Where, Option<usize>)> = Vec::new();
        let page = &entry.page;
        hits.extend(self.fuzzy(&page.title).map(|score| (score + 16, Where::Title, None)));
        hits.extend(self.fuzzy(&page.path).map(|score| (score + 12, Where::Path, None)));
        for (index, section) in page.sections.iter().enumerate() {
            hits.extend(self.fuzzy(&section.title).map(|score| (score + 8, Where::Heading, Some(index))));
        }
        let literal = |text: &str| self.words.iter().all(|word| text.contains(word));
        let section = entry.text.iter().find(|(_, text)| literal(text));
        hits.extend(section.map(|(section, _)| (self.length * LITERAL, Where::Text, *section)));
        // Of equal hits the earlier section wins, so that the answer is the one read first.
        let best = hits.into_iter().rev().max_by_key(|(score, place, _)| (*score, *place))?;
        Some(Hit { page: at, section: best.2, place: best.1, score: best.0 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::runbook::library::Document;

    fn books() -> Library {
        let file = |path: &str, text: &str| Document {
            root: "r".into(),
            path: path.into(),
            text: text.into(),
            modified: None,
        };
        Library::build(&[
            file("node/DiskFull.md", "# Disk full\n## Mitigation\nRun `journalctl --vacuum-size=1G`.\n"),
            file(
                "api/high-error-rate.md",
                "# High error rate\n## Connection pool exhausted\nScale it.\n## Bad deploy\nRoll back.\n",
            ),
            file("api/latency.md", "# Slow API\nLook at the connection pool first.\n"),
        ])
    }

    fn paths(query: &str) -> Vec<String> {
        let books = books();
        search(&books, query).iter().map(|hit| books.pages[hit.page].page.path.clone()).collect()
    }

    #[test]
    fn an_empty_query_gives_all_by_path() {
        assert_eq!(paths("  "), ["api/high-error-rate.md", "api/latency.md", "node/DiskFull.md"]);
    }

    #[test]
    fn headings_beat_text_and_name_their_section() {
        let books = books();
        let hits = search(&books, "connection pool");
        assert_eq!((hits[0].page, hits[0].section, hits[0].place), (1, Some(1), Where::Heading));
        assert_eq!((hits[1].page, hits[1].section, hits[1].place), (2, Some(0), Where::Text));
    }

    #[test]
    fn fuzzy_names_and_literal_text() {
        assert_eq!(paths("hierrt")[0], "api/high-error-rate.md");
        assert_eq!(paths("VACUUM-size"), ["node/DiskFull.md"]);
        assert!(paths("zzzz").is_empty());
    }
}
