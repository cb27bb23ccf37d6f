//! The demo's model with everything known of it, and the law of drawing.

use std::sync::LazyLock;

use burnwatch::screen;
use burnwatch::state::{Message, Model};
use burnwatch::text::is_unsafe;
use burnwatch::theme::{self, Depth, Theme};

#[path = "../../support/outage.rs"]
mod outage;

static MODEL: LazyLock<Model> = LazyLock::new(|| outage::model((80, 24)));
static THEMES: LazyLock<[Theme; 2]> = LazyLock::new(|| {
    let night = theme::load(theme::DEFAULT, |_| None, Depth::True).expect("the default theme");
    [night.clone(), night.with_ascii(true)]
});

pub fn model() -> Model {
    MODEL.clone()
}

/// Draws at this size; nothing in any cell moves a cursor.
pub fn drawn(model: &mut Model, size: (u16, u16)) {
    screen::update(model, Message::Resize(size.0, size.1));
    let ascii = usize::from((size.0 ^ size.1) & 1);
    let buf = screen::draw(model, &THEMES[ascii]);
    for cell in &buf.content {
        assert!(
            !cell.symbol().chars().any(is_unsafe),
            "{:?} {size:?} {:?}",
            model.view.screen,
            cell.symbol()
        );
    }
}
