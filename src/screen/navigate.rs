//! Moving about: screens, panels, selections, ranges.

use ratatui::layout::Rect;

use super::enter::{enter, enter_from_here};
use super::layout;
use super::{runbook_jump, traces};
use crate::domain::slo::whatif::Change;
use crate::panel::scroll::{moved, scroll};
use crate::panel::{folding, knobs, panel, position, subject};
use crate::state::view::RANGES;
use crate::state::{Action, Cursor, Model, PanelId, Screen};

pub(super) fn perform(model: &mut Model, action: Action) {
    let focused = panel(model.view.focus);
    if focused.is_some_and(|panel| panel.react(model, action)) {
        return;
    }
    match action {
        Action::Go(screen) => go(model, screen),
        Action::Worst => worst(model),
        Action::Back => back(model),
        Action::Runbook => runbook_jump::open(model),
        Action::Explain => inspect(model, Screen::Explain),
        Action::Traces => traces::list(model),
        Action::WhatIf => inspect(model, Screen::WhatIf),
        Action::Less | Action::More => knobs::turn(model, action == Action::More),
        Action::Reset => model.view.change = Change::default(),
        Action::Zoom => zoom(model),
        Action::Wider => model.view.range = (model.view.range + 1).min(RANGES.len() - 1),
        Action::Narrower => model.view.range = model.view.range.saturating_sub(1),
        Action::NextPanel | Action::Right => step_panel(model, 1),
        Action::PreviousPanel | Action::Left => step_panel(model, -1),
        Action::Next => step_subject(model, 1),
        Action::Previous => step_subject(model, -1),
        action if action.is_movement() => movement(model, action),
        _ => {}
    }
}

/// Shows `screen`, with the focus on its first panel that can be selected in.
pub fn go(model: &mut Model, screen: Screen) {
    let view = &mut model.view;
    if view.screen == screen {
        if screen == Screen::Help {
            back(model);
        }
        return;
    }
    if matches!(screen, Screen::Help | Screen::Sources) {
        view.trail.push(view.screen);
    } else {
        view.trail.clear();
    }
    enter(model, screen);
}

fn back(model: &mut Model) {
    let view = &mut model.view;
    if view.zoomed.take().is_some() {
        return;
    }
    if !view.filter().is_empty() {
        view.set_filter(String::new());
        return;
    }
    if view.screen == Screen::Page
        && let Some(page) = view.pages.pop()
    {
        view.page = Some(page);
        return;
    }
    if view.screen == Screen::Overview {
        model.frozen = None;
        return;
    }
    let to = view.trail.pop().unwrap_or(view.screen.parent());
    enter(model, to);
}

/// Opens `screen` for the SLO in view.
fn inspect(model: &mut Model, screen: Screen) {
    let Some(slo) = runbook_jump::wanted(model) else {
        return model.notice("explain", "no SLO is selected");
    };
    model.notice("explain", "");
    model.view.slo = Some(slo.id().to_owned());
    for panel in [PanelId::Explain, PanelId::Comparison] {
        model.view.cursors.remove(&panel);
    }
    enter_from_here(model, screen);
}

/// `!` selects the worst SLO in a list that shows it; pressed elsewhere it goes to the overview first.
fn worst(model: &mut Model) {
    if !matches!(model.view.screen, Screen::Overview | Screen::Slos) {
        go(model, Screen::Overview);
    }
    model.view.set_filter(String::new());
    model.view.service = None;
    model.view.zoomed = None;
    model.view.focus = PanelId::Objectives;
    let id = folding::ids(model).into_iter().next();
    model.view.cursors.insert(PanelId::Objectives, Cursor { id, index: 0 });
}

fn zoom(model: &mut Model) {
    model.view.zoomed = match model.view.zoomed {
        Some(_) => None,
        None => Some(model.view.focus),
    };
}

fn step_panel(model: &mut Model, by: i64) {
    let panels = layout::panels(model.view.screen, model.size.0);
    let here = panels.iter().position(|id| *id == model.view.focus).unwrap_or(0);
    if let Some(count) = i64::try_from(panels.len()).ok().filter(|count| *count > 0) {
        let next = (here as i64 + by).rem_euclid(count) as usize;
        model.view.focus = panels[next];
        if model.view.zoomed.is_some() {
            model.view.zoomed = Some(panels[next]);
        }
    }
}

/// The next SLO where one is open, the next service elsewhere.
fn step_subject(model: &mut Model, by: i64) {
    let step = |ids: &[String], at: Option<&str>| -> Option<String> {
        let here = at.and_then(|at| ids.iter().position(|id| id == at));
        let count = i64::try_from(ids.len()).ok().filter(|count| *count > 0)?;
        let next = here.map_or(0, |here| (here as i64 + by).rem_euclid(count));
        ids.get(next as usize).cloned()
    };
    if model.view.screen.is_of_slo() {
        let ids: Vec<_> = model.snapshot().worst_first().iter().map(|slo| slo.id().to_owned()).collect();
        model.view.slo = step(&ids, model.view.slo.as_deref());
    } else {
        let names: Vec<_> = model.snapshot().services().map(|service| service.service.clone()).collect();
        let here = subject::service(model).map(|service| service.service.clone());
        let next = step(&names, here.as_deref());
        let cursor = Cursor { id: next.clone(), index: 0 };
        model.view.cursors.insert(PanelId::Services, cursor);
        model.view.service = next;
    }
}

/// Moves the selection of the panel in focus, or scrolls it when it has no rows.
pub(super) fn movement(model: &mut Model, action: Action) {
    let focus = model.view.focus;
    let Some(rows) = panel(focus).map(|panel| panel.rows(model)) else { return };
    if rows.is_empty() {
        let room = room(model, focus);
        return scroll(model, focus, room, action);
    }
    let cursor = model.view.cursor(focus);
    let page = usize::from(room(model, focus).height.saturating_sub(2)).max(1);
    let here = position(&rows, &cursor.id, cursor.index).unwrap_or(0);
    let last = rows.len() - 1;
    let to = moved(action, here, page, last);
    if focus == PanelId::Objectives {
        // Signals follow the selection again.
        model.view.service = None;
    }
    model.view.cursors.insert(focus, Cursor { id: rows.get(to).cloned(), index: to });
    if focus == PanelId::Services {
        model.view.service = rows.get(to).cloned();
    }
}

/// Where the panel stands at the present size.
fn room(model: &Model, id: PanelId) -> Rect {
    let (width, height) = model.size;
    let areas = layout::areas(Rect::new(0, 0, width, height), model);
    let shown = areas.panels.iter().find(|placed| placed.0 == id);
    shown.map_or(Rect::ZERO, |placed| placed.1)
}
