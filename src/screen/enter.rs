//! Going to a screen: what is in focus there, and the trail that leads back.

use super::layout;
use crate::panel::panel;
use crate::state::{Model, PanelId, Screen};

/// Goes deeper, so that `Esc` comes back here.
pub(super) fn enter_from_here(model: &mut Model, screen: Screen) {
    let here = model.view.screen;
    if here != screen {
        model.view.trail.push(here);
    }
    enter(model, screen);
}

pub(super) fn enter(model: &mut Model, screen: Screen) {
    model.view.screen = screen;
    model.view.zoomed = None;
    model.view.prompt = None;
    let panels = layout::panels(screen, model.size.0);
    let main =
        panels.iter().copied().find(|id| panel(*id).is_some_and(|panel| !panel.rows(model).is_empty()));
    model.view.focus = main.or_else(|| panels.first().copied()).unwrap_or(PanelId::Objectives);
}
