//! Draws the model into a buffer. Reads only.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{footer, header, layout};
use crate::panel::{Pen, panel};
use crate::state::Model;
use crate::theme::{Role, Theme};
use crate::widget::to_ascii;

/// The whole picture at the model's size.
pub fn draw(model: &Model, theme: &Theme) -> Buffer {
    let (width, height) = model.size;
    let mut buf = Buffer::empty(Rect::new(0, 0, width, height));
    buf.set_style(buf.area, theme.style(Role::Background).patch(theme.style(Role::Text)));
    let areas = layout::areas(buf.area, model);
    header::draw(&mut buf, areas.status, model, theme);
    for (id, area) in areas.panels {
        if let Some(panel) = panel(id) {
            let focused = model.view.focus == id;
            panel.draw(&mut Pen { buf: &mut buf, area, model, theme, focused });
        }
    }
    footer::draw_notice(&mut buf, areas.notice, model, theme);
    footer::draw_keys(&mut buf, areas.keys, model, theme);
    if theme.ascii() {
        to_ascii(&mut buf);
    }
    buf
}
