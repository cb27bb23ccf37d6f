//! The span under the cursor, in words.

use super::{selected, shown, trace};
use crate::domain::quantity::several;
use crate::domain::trace::{Nanos, Node};
use crate::panel::prose::{Prose, piece};
use crate::panel::{Height, Panel, Pen};
use crate::state::{Model, PanelId};
use crate::theme::Role;

pub(crate) struct SpanFacts;

impl Panel for SpanFacts {
    fn id(&self) -> PanelId {
        PanelId::Span
    }

    fn title(&self) -> &'static str {
        "span"
    }

    fn height(&self, model: &Model, width: u16) -> Height {
        let page = page(model, width);
        if page.lines.is_empty() { Height::fixed(0) } else { page.height() }
    }

    fn draw(&self, pen: &mut Pen<'_>) {
        let note = node(pen.model).map_or_else(String::new, |node| format!("span {}", node.span.id));
        page(pen.model, pen.area.width).page(pen, self.id(), self.title(), note);
    }
}

fn node(model: &Model) -> Option<&Node> {
    let shown = shown(model);
    let row = shown[selected(model, &shown)?];
    trace(model)?.1.nodes.get(row.place)
}

fn page(model: &Model, columns: u16) -> Prose {
    let mut page = Prose::new(columns);
    let (Some(node), Some((_, trace))) = (node(model), trace(model)) else { return page };
    let span = &node.span;
    let head = [
        piece(Role::Muted, format!("{} ", span.service)),
        piece(Role::Bright, span.name.as_str()),
        piece(Role::Muted, format!(" · {}", span.kind.word())),
    ];
    page.flow(2, &head);
    if let Some(why) = &span.error {
        let why = if why.is_empty() { "no reason given" } else { why };
        page.tagged((Role::Page, "✗ ERROR"), LABELS, &[piece(Role::Text, why)]);
    }
    page.tagged((Role::Muted, "time"), LABELS, &[piece(Role::Text, time(node, trace.start))]);
    page.tagged((Role::Muted, "path"), LABELS, &[piece(Role::Text, path(node))]);
    for (key, value) in &span.attributes {
        page.flow(2, &[piece(Role::Muted, format!("{key} ")), piece(Role::Text, value.as_str())]);
    }
    if span.more > 0 {
        page.flow(2, &[piece(Role::Muted, format!("{} left out", several(span.more, "more attribute")))]);
    }
    page
}

const LABELS: usize = 9;

fn time(node: &Node, start: Nanos) -> String {
    let takes = match node.span.duration {
        Some(takes) => format!("takes {takes}"),
        None => "did not say how long it took".to_owned(),
    };
    let doubt = match (node.orphan, node.skewed) {
        (true, _) => "; its parent is not in the trace",
        (false, true) => "; lies outside its parent's time, so their clocks differ",
        (false, false) => "",
    };
    let from = match node.start - start {
        Nanos(0) => "the start".to_owned(),
        later => format!("{later} after the start"),
    };
    format!("{takes}, from {from}{doubt}")
}

fn path(node: &Node) -> String {
    match (node.on_path, node.critical.is_empty()) {
        (true, false) => {
            format!("on the critical path: the request waited {} for this very span", node.own())
        }
        (true, true) => "on the critical path, by what is under it alone".to_owned(),
        (false, _) => "beside the critical path: nothing waited for it alone".to_owned(),
    }
}
