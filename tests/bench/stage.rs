//! The demo's model on a screen, to be drawn again and again.

use burnwatch::state::{Message, Model, Screen};
use burnwatch::theme::{self, Depth, Theme};
use burnwatch::{screen, state};

#[path = "../support/outage.rs"]
mod outage;

const SIZE: (u16, u16) = (120, 40);

pub(crate) fn night() -> Theme {
    theme::load(theme::DEFAULT, |_| None, Depth::True).expect("the default theme")
}

/// The outage, as far as everything is known of it, on `name`.
pub(crate) fn model(name: &str) -> Model {
    let mut model = outage::model(SIZE);
    screen::open(&mut model, Screen::named(name).expect("a screen"));
    model.view.slo = Some("checkout/availability".to_owned());
    model.view.page = model.runbooks.pages.first().map(|entry| {
        let (root, path) = (entry.root.clone(), entry.page.path.clone());
        state::OpenPage { root, path, ..state::OpenPage::default() }
    });
    let now = model.now;
    screen::update(&mut model, Message::Tick(now));
    model
}
