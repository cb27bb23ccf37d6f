//! Scrolling of panels that have no rows to select.

use ratatui::layout::Rect;

use super::{panel, runbook_page, timeline};
use crate::state::{Action, Cursor, Model, PanelId};

/// Moves what the panel `id` shows in `room`, and never further than its last line.
pub fn scroll(model: &mut Model, id: PanelId, room: Rect, action: Action) {
    let last = last(model, id, room);
    let here = first(model, id, room).min(last);
    let page = usize::from(room.height.saturating_sub(3)).max(1);
    let to = moved(action, here, page, last);
    match id {
        PanelId::RunbookPage => runbook_page::scroll_to(model, to, room),
        PanelId::Timeline => timeline::scroll_to(model, (to < last).then_some(to)),
        _ => {
            model.view.cursors.insert(id, Cursor { id: None, index: to });
        }
    }
}

/// Where `action` leads from `here`, at most to `last`; a page has so many rows.
pub fn moved(action: Action, here: usize, page: usize, last: usize) -> usize {
    let to = match action {
        Action::Up => here.saturating_sub(1),
        Action::Down => here + 1,
        Action::HalfUp => here.saturating_sub(page.div_ceil(2)),
        Action::HalfDown => here + page.div_ceil(2),
        Action::PageUp => here.saturating_sub(page),
        Action::PageDown => here + page,
        Action::Top => 0,
        _ => last,
    };
    to.min(last)
}

/// The first line shown, as far as it has been chosen.
fn first(model: &Model, id: PanelId, room: Rect) -> usize {
    match id {
        PanelId::RunbookPage => runbook_page::first(model, room),
        PanelId::Timeline => timeline::first(model).unwrap_or(usize::MAX),
        _ => model.view.cursor(id).index,
    }
}

/// The last line that can be the first one shown.
fn last(model: &Model, id: PanelId, room: Rect) -> usize {
    match id {
        PanelId::RunbookPage => runbook_page::last(model, room),
        PanelId::Timeline => timeline::last(model, room),
        _ => {
            let most = panel(id).map_or(0, |panel| panel.height(model, room.width).most);
            usize::from(most.saturating_sub(room.height))
        }
    }
}
