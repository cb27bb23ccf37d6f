//! Titles as parts of names.

use crate::text::is_unsafe;

/// Longest part, in characters.
const LONGEST: usize = 63;

/// `Good experience (99 %)` as `good-experience-99`: letters and digits, in small, with single hyphens.
pub fn slug(title: &str) -> String {
    let mut slug = String::new();
    for c in title.chars().take(LONGEST) {
        // Some letters draw nothing, and an id must be seen to be typed.
        if c.is_alphanumeric() && !is_unsafe(c) {
            slug.extend(c.to_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.truncate(slug.trim_end_matches('-').len());
    slug
}

#[cfg(test)]
mod tests {
    #[test]
    fn titles_become_parts_of_names() {
        assert_eq!(super::slug("Good experience (99 %)"), "good-experience-99");
        assert_eq!(super::slug("  ÄÖ\u{1b}[2J\u{202e}x "), "äö-2j-x");
        assert_eq!(super::slug("--"), "");
        assert_eq!(super::slug("a\u{1160}b\u{3164}"), "a-b", "fillers are letters that cannot be seen");
    }
}
