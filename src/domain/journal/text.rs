//! Bounds for text from outside; what it means is left as typed.

/// Ids, names, roles.
pub(super) const NAME: usize = 256;
/// Titles and fields of one line.
pub(super) const TITLE: usize = 1_024;
/// Notes.
pub(super) const TEXT: usize = 64 * 1_024;
/// Items of a list.
pub(super) const ITEMS: usize = 256;

/// At most `limit` bytes of the text, cut at a character, with an ellipsis where it was cut.
pub(super) fn bounded(text: &str, limit: usize) -> String {
    if text.len() <= limit {
        return text.to_owned();
    }
    let mut end = limit.saturating_sub('…'.len_utf8());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}…", &text[..end])
}

/// The names of a list, bounded one by one and in number.
pub(super) fn names(list: &[String]) -> Vec<String> {
    list.iter().take(ITEMS).map(|name| bounded(name, NAME)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_between_characters() {
        assert_eq!(bounded("abc", 3), "abc");
        assert_eq!(bounded("abcdefgh", 6), "abc…");
        assert_eq!(bounded("äöüäöü", 8), "äö…");
        assert!(bounded(&"ü".repeat(1000), 256).len() <= 256);
    }
}
