//! HTML in the running text: folds, links, images and breaks keep their meaning, the rest only its words.

use super::build::Builder;
use crate::domain::runbook::html::{Piece, attribute, pieces, unescape};
use crate::domain::runbook::page::Body;
use crate::text::cleaned;

impl Builder<'_> {
    pub(super) fn markup(&mut self, html: &str) {
        for piece in pieces(html) {
            match piece {
                Piece::Text(text) => self.html_text(text),
                Piece::Open { name, attributes } => self.open_tag(&name, attributes),
                Piece::Close(name) => self.close_tag(&name),
            }
        }
    }

    fn html_text(&mut self, text: &str) {
        let words = cleaned(&unescape(text));
        if let Some(summary) = &mut self.summary {
            summary.push_str(&words);
        } else {
            self.inlines.text(&words);
        }
    }

    fn open_tag(&mut self, name: &str, attributes: &str) {
        match name {
            "br" => self.inlines.line_break(),
            "hr" => {
                self.flush();
                self.push(Body::Rule);
            }
            "img" => {
                self.inlines.open_image(&value(attributes, "src"));
                self.inlines.text(&value(attributes, "alt"));
                self.inlines.close_image();
            }
            "a" => self.open_anchor(attributes),
            "details" => {
                self.flush();
                let summary = "details".to_owned();
                self.push(Body::Details { summary, until: usize::MAX });
                self.folds.push(self.page.blocks.len() - 1);
            }
            "summary" => {
                self.flush();
                self.summary = Some(String::new());
            }
            "li" => {
                self.flush();
                self.inlines.text("- ");
            }
            "td" | "th" => self.inlines.text(" "),
            _ if is_block(name) => self.flush(),
            _ => {}
        }
    }

    fn open_anchor(&mut self, attributes: &str) {
        if let Some(id) = attribute(attributes, "id").or_else(|| attribute(attributes, "name")) {
            self.page.anchors.push((cleaned(id), self.page.blocks.len()));
        }
        if let Some(target) = attribute(attributes, "href") {
            self.inlines.open_link(&unescape(target));
        }
    }

    fn close_tag(&mut self, name: &str) {
        match name {
            "a" => self.inlines.close_link(),
            "summary" => {
                self.flush();
                self.name_fold();
            }
            "details" => {
                self.flush();
                self.name_fold();
                self.close_fold();
            }
            _ if is_block(name) => self.flush(),
            _ => {}
        }
    }

    fn name_fold(&mut self) {
        let Some(words) = self.summary.take() else { return };
        let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
        let fold = self.folds.last().and_then(|at| self.page.blocks.get_mut(*at));
        match fold.map(|block| &mut block.body) {
            Some(Body::Details { summary, .. }) if !words.is_empty() => *summary = words,
            Some(_) => {}
            None => self.inlines.text(&words),
        }
    }
}

fn value(attributes: &str, name: &str) -> String {
    cleaned(&unescape(attribute(attributes, name).unwrap_or_default()))
}

fn is_block(name: &str) -> bool {
    matches!(
        name,
        "p" | "div"
            | "ul"
            | "ol"
            | "table"
            | "tr"
            | "pre"
            | "blockquote"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "dt"
            | "dd"
    )
}
