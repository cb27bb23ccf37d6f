//! Where the names of a query stand in its text, in order: the parser keeps no places.

use std::ops::Range;

use crate::domain::promql::scan::Quote;

pub(super) struct Words<'a> {
    /// Each word outside of strings, comments and braces, with its first byte.
    found: Vec<(&'a str, usize)>,
    next: usize,
}

impl<'a> Words<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        let (mut quote, mut comment, mut braces) = (Quote::default(), false, 0_usize);
        let mut found = Vec::new();
        let mut start = None;
        for (at, letter) in text.char_indices().chain([(text.len(), ' ')]) {
            comment = letter != '\n' && (comment || (letter == '#' && !quote.open()));
            let outside = !comment && !quote.step(letter);
            match letter {
                '{' if outside => braces += 1,
                '}' if outside => braces = braces.saturating_sub(1),
                _ => {}
            }
            let inside_word = outside && braces == 0 && is_word(letter);
            match start {
                None if inside_word => start = Some(at),
                Some(first) if !inside_word => {
                    found.push((&text[first..at], first));
                    start = None;
                }
                _ => {}
            }
        }
        Self { found, next: 0 }
    }

    /// The next place of `name`, which is asked for in the order of the text.
    pub(super) fn find(&mut self, name: &str) -> Option<Range<usize>> {
        let rest = &self.found[self.next..];
        let ahead = rest.iter().position(|(word, _)| word.eq_ignore_ascii_case(name))?;
        self.next += ahead + 1;
        let (word, at) = rest[ahead];
        Some(at..at + word.len())
    }
}

fn is_word(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_' || letter == ':'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_in_order_and_outside_of_strings() {
        let text = "# sum\nSUM(rate(a{a=\"sum\"}[{{.window}}])) / sum(a)";
        let mut words = Words::of(text);
        assert_eq!(words.find("sum"), Some(6..9));
        assert_eq!(words.find("rate").map(|at| &text[at]), Some("rate"));
        assert_eq!(words.find("a"), Some(15..16));
        assert_eq!(words.find("sum").map(|at| at.start), Some(text.rfind("sum").unwrap()));
        assert_eq!(words.find("b"), None);
    }

    #[test]
    fn a_comment_does_not_swallow_a_quote() {
        let text = "# it's\nb # c";
        let mut words = Words::of(text);
        assert_eq!(words.find("b"), Some(7..8));
        assert_eq!(words.find("c"), None);
    }
}
