//! Running text under construction: styles, links and images, and bare addresses made links.

use crate::domain::runbook::page::{Inline, Style, plain};
use crate::text::cleaned;

#[derive(Default)]
pub(super) struct Inlines {
    done: Vec<Inline>,
    pub(super) strong: usize,
    pub(super) emphasis: usize,
    pub(super) struck: usize,
    /// The target of the open link, and where its text starts in `done`.
    link: Option<(String, usize)>,
    /// The path and the alternative text of the open image.
    image: Option<(String, String)>,
    /// `{#id}` of the heading under construction.
    pub(super) id: Option<String>,
    /// Links since they were last numbered: text and target.
    pub(super) links: Vec<(String, String)>,
    /// Links of the page so far.
    count: usize,
}

impl Inlines {
    /// `text` is clean.
    pub(super) fn text(&mut self, text: &str) {
        if let Some((_, alt)) = &mut self.image {
            alt.push_str(text);
            return;
        }
        let mut rest = text;
        while self.link.is_none() {
            let Some((before, address, after)) = address(rest) else { break };
            self.plain(before);
            self.add_link(address.to_owned(), address.to_owned());
            rest = after;
        }
        self.plain(rest);
    }

    fn plain(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        let style = Style { strong: self.strong > 0, emphasis: self.emphasis > 0, struck: self.struck > 0 };
        let open = self.link.as_ref().map_or(0, |(_, from)| *from).min(self.done.len());
        match self.done[open..].last_mut() {
            Some(Inline::Text { text: last, style: before }) if *before == style => last.push_str(text),
            _ => self.done.push(Inline::Text { text: text.to_owned(), style }),
        }
    }

    pub(super) fn code(&mut self, code: String) {
        match &mut self.image {
            Some((_, alt)) => alt.push_str(&code),
            None => self.done.push(Inline::Code(code)),
        }
    }

    pub(super) fn line_break(&mut self) {
        match &mut self.image {
            Some((_, alt)) => alt.push(' '),
            None => self.done.push(Inline::Break),
        }
    }

    pub(super) fn open_link(&mut self, target: &str) {
        self.close_link();
        self.link = Some((cleaned(target), self.done.len()));
    }

    pub(super) fn close_link(&mut self) {
        let Some((target, from)) = self.link.take() else { return };
        let inside = self.done.split_off(from.min(self.done.len()));
        let words = inside.iter().map(|piece| match piece {
            Inline::Image { alt, .. } => format!("[image: {alt}]"),
            other => plain_keeping_space(other),
        });
        let text: String = words.collect();
        let text = if text.trim().is_empty() { target.clone() } else { text };
        if target.is_empty() {
            self.plain(&text);
        } else {
            self.add_link(text, target);
        }
    }

    fn add_link(&mut self, text: String, target: String) {
        self.count += 1;
        self.links.push((text.trim().to_owned(), target.clone()));
        self.done.push(Inline::Link { text, target, number: self.count });
    }

    pub(super) fn open_image(&mut self, path: &str) {
        self.image = Some((cleaned(path), String::new()));
    }

    pub(super) fn close_image(&mut self) {
        if let Some((path, alt)) = self.image.take() {
            self.done.push(Inline::Image { alt, path });
        }
    }

    /// What was gathered; nothing if it is only white space. An open link ends here.
    pub(super) fn take(&mut self) -> Vec<Inline> {
        self.close_link();
        let done = std::mem::take(&mut self.done);
        let is_blank = |piece: &Inline| match piece {
            Inline::Text { text, .. } => text.trim().is_empty(),
            Inline::Break => true,
            _ => false,
        };
        if done.iter().all(is_blank) { Vec::new() } else { done }
    }
}

fn plain_keeping_space(piece: &Inline) -> String {
    match piece {
        Inline::Text { text, .. } => text.clone(),
        other => plain(std::slice::from_ref(other)),
    }
}

/// Marks that end a sentence rather than an address.
const TRAILING: [char; 9] = ['.', ',', ';', ':', '!', '?', '\'', '*', ']'];

/// The first bare address in `text`, with what stands before and after it.
fn address(text: &str) -> Option<(&str, &str, &str)> {
    let start = text.match_indices("http").map(|(at, _)| at).find(|at| {
        let tail = &text[*at..];
        let scheme = tail.strip_prefix("https://").or_else(|| tail.strip_prefix("http://"));
        scheme.is_some_and(|host| host.starts_with(char::is_alphanumeric))
            && !text[..*at].ends_with(char::is_alphanumeric)
    })?;
    let tail = &text[start..];
    let end = tail
        .find(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | '`' | '|'))
        .unwrap_or(tail.len());
    let mut address = tail[..end].trim_end_matches(TRAILING);
    let balance = |c: char| address.matches(c).count();
    let mut spare = balance(')').saturating_sub(balance('('));
    while spare > 0 && address.ends_with(')') {
        address = address[..address.len() - 1].trim_end_matches(TRAILING);
        spare -= 1;
    }
    Some((&text[..start], address, &text[start + address.len()..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bare_addresses_end_before_punctuation() {
        let found = |text| address(text).map(|(_, address, _)| address);
        assert_eq!(found("see (https://h.example/a_(b))."), Some("https://h.example/a_(b)"));
        assert_eq!(found("at http://h:9090/graph, then"), Some("http://h:9090/graph"));
        assert_eq!(found("xhttps://h and https:// none"), None);
    }
}
