//! The last two rows: what there is to know, and what can be pressed or is being typed.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;

use crate::state::keymap::{self, BINDINGS, Scope};
use crate::state::{Action, Key, Model, Screen};
use crate::theme::{Role, Theme};
use crate::widget::text::{put, width};

pub(super) fn draw_notice(buf: &mut Buffer, area: Rect, model: &Model, theme: &Theme) {
    let Some(latest) = model.notices.last().filter(|_| !area.is_empty()) else { return };
    let x = put(
        buf,
        (area.x + 1, area.y),
        "! ",
        area.width,
        theme.style(Role::Warn).add_modifier(Modifier::BOLD),
    );
    let more = match model.notices.len() {
        0 | 1 => String::new(),
        n => format!("  +{}", n - 1),
    };
    let room = area.right().saturating_sub(x + width(&more) as u16 + 1);
    let x = put(buf, (x, area.y), &latest.text, room, theme.style(Role::Warn));
    put(buf, (x, area.y), &more, area.right().saturating_sub(x), theme.style(Role::Muted));
}

pub(super) fn draw_keys(buf: &mut Buffer, area: Rect, model: &Model, theme: &Theme) {
    if area.is_empty() {
        return;
    }
    if model.view.prompt.is_some() {
        return draw_prompt(buf, area, model, theme);
    }
    let gap = if area.width < 100 { 1 } else { 2 };
    let tail = [("?".to_owned(), asked(model.view.screen)), ("q".to_owned(), "quit")];
    let kept: usize = tail.iter().map(|(key, hint)| taken(key, hint, gap)).sum();
    let mut x = area.x + 1;
    let shown = hints(model).into_iter().filter(|hint| !tail.contains(hint));
    for (key, hint) in shown {
        if usize::from(area.right().saturating_sub(x)) < taken(&key, hint, gap) + kept {
            break;
        }
        x = draw_hint(buf, (x, area.y), &key, hint, theme) + gap;
    }
    for (key, hint) in &tail {
        if usize::from(area.right().saturating_sub(x)) + usize::from(gap) >= taken(key, hint, gap) {
            x = draw_hint(buf, (x, area.y), key, hint, theme) + gap;
        }
    }
}

/// What `?` leads to: on an SLO's page to its figures.
fn asked(screen: Screen) -> &'static str {
    match keymap::action(Key::Char('?'), screen) {
        Some(Action::Explain) => "why",
        _ => "help",
    }
}

/// Columns of a hint, with the gap after it.
fn taken(key: &str, hint: &str, gap: u16) -> usize {
    width(key) + 1 + width(hint) + usize::from(gap)
}

fn draw_hint(buf: &mut Buffer, (x, y): (u16, u16), key: &str, hint: &str, theme: &Theme) -> u16 {
    let room = |x: u16| buf.area.right().saturating_sub(x);
    let (first, style) = (room(x), theme.style(Role::Accent).add_modifier(Modifier::BOLD));
    let x = put(buf, (x, y), key, first, style);
    let rest = buf.area.right().saturating_sub(x);
    put(buf, (x, y), &format!(" {hint}"), rest, theme.style(Role::Muted))
}

/// On the overview the way to other screens first, elsewhere the screen's own keys.
fn hints(model: &Model) -> Vec<(String, &'static str)> {
    let screen = model.view.screen;
    let grouped = model.snapshot().slos().any(|slo| slo.objective.child_of().is_some());
    let hinted = |own: bool| {
        BINDINGS.iter().filter(move |binding| {
            !binding.hint.is_empty()
                && binding.scope.holds(screen)
                && (binding.scope != Scope::Everywhere) == own
                && means_what_it_says(binding, screen)
        })
    };
    let is_digit = |binding: &&crate::state::keymap::Binding| {
        matches!(binding.keys.first(), Some(crate::state::Key::Char('0'..='9')))
    };
    let general: Vec<_> = hinted(false).collect();
    let (digits, rest): (Vec<_>, Vec<_>) = general.into_iter().partition(is_digit);
    let back = |hint: &str| hint == "back" && screen == Screen::Overview;
    let own: Vec<_> = hinted(true).collect();
    let order = if matches!(screen, Screen::Overview) {
        digits.into_iter().chain(rest).chain(own).collect::<Vec<_>>()
    } else {
        own.into_iter().chain(rest).chain(digits).collect()
    };
    order
        .into_iter()
        .filter(|binding| {
            !back(binding.hint) && (grouped || screen == Screen::Trace || binding.action != Action::Fold)
        })
        .map(|binding| (binding.keys[0].to_string(), binding.hint))
        .collect()
}

fn draw_prompt(buf: &mut Buffer, area: Rect, model: &Model, theme: &Theme) {
    let text = model.view.filter();
    let x = put(
        buf,
        (area.x + 1, area.y),
        "/",
        area.width,
        theme.style(Role::Accent).add_modifier(Modifier::BOLD),
    );
    let x = put(buf, (x, area.y), text, area.right().saturating_sub(x + 2), theme.style(Role::Bright));
    let x = put(buf, (x, area.y), " ", 1, theme.style(Role::Text).add_modifier(Modifier::REVERSED));
    put(
        buf,
        (x + 2, area.y),
        "Enter keep  Esc clear",
        area.right().saturating_sub(x + 2),
        theme.style(Role::Muted),
    );
}
/// Whether a key of the binding does this on the screen, rather than what the screen has of its own for it.
fn means_what_it_says(binding: &keymap::Binding, screen: Screen) -> bool {
    binding.keys.iter().any(|key| keymap::action(*key, screen) == Some(binding.action))
}
