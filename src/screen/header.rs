//! The status row: the line that never lies.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use crate::domain::statusline::{About, fit, segments};
use crate::domain::verdict::{Verdict, Word, verdict};
use crate::state::Model;
use crate::theme::{Role, Theme};
use crate::widget::text::{put, width};

pub(super) fn draw(buf: &mut Buffer, area: Rect, model: &Model, theme: &Theme) {
    if area.is_empty() {
        return;
    }
    let verdict = verdict(model.snapshot(), &model.log, &model.setup.roster, model.now);
    let (ground, badge) = roles(verdict.word);
    let base = theme.style(Role::Text).patch(theme.style(ground));
    buf.set_style(area, base);
    let marks = marks(model);
    let reserved: usize = marks.iter().map(|mark| width(mark.0) + 3).sum();
    let symbol = verdict.word.symbol();
    let room = usize::from(area.width).saturating_sub(reserved + 4);
    let shown = fit(&segments(&verdict, model.now), room, 3, width);
    let mut x = area.x;
    let clock_at_end = shown.len() > 2 && shown.last().is_some_and(|part| part.0 == About::Clock);
    for (i, (about, text)) in shown.iter().enumerate() {
        if *about == About::State {
            let text = format!(" {symbol} {text} ");
            let style = theme.badge(badge);
            x = put(buf, (x, area.y), &text, area.right().saturating_sub(x), style);
            x = put(buf, (x, area.y), " ", area.right().saturating_sub(x), base);
            continue;
        }
        if clock_at_end && i + 1 == shown.len() {
            let at = area.right().saturating_sub(width(text) as u16 + 1);
            put(buf, (at, area.y), text, area.right() - at, base.patch(dim(theme, model)));
            break;
        }
        if i > 1 {
            x = put(buf, (x, area.y), "│", area.right().saturating_sub(x), base.patch(faint(theme)));
            x = put(buf, (x, area.y), " ", area.right().saturating_sub(x), base);
        }
        x = put(
            buf,
            (x, area.y),
            text,
            area.right().saturating_sub(x),
            base.patch(emphasis(*about, &verdict, theme)),
        );
        x = put(buf, (x, area.y), " ", area.right().saturating_sub(x), base);
    }
    for (text, role) in marks {
        x = put(buf, (x, area.y), &format!(" {text} "), area.right().saturating_sub(x), theme.badge(role));
        x = put(buf, (x, area.y), " ", area.right().saturating_sub(x), base);
    }
}

/// Words that must stand on every screen while they hold.
fn marks(model: &Model) -> Vec<(&'static str, Role)> {
    let mut marks = Vec::new();
    if model.frozen.is_some() {
        marks.push(("FROZEN", Role::Warn));
    }
    if model.setup.fixed_clock && model.setup.demo.is_none() {
        marks.push(("PAST", Role::Mark));
    }
    if let Some(end) = model.setup.replay {
        marks.push((if model.now < end { "REPLAY" } else { "REPLAY, at its end" }, Role::Demo));
    } else if model.setup.read_only.is_some() {
        marks.push(("READ-ONLY", Role::Mark));
    }
    if model.setup.demo.is_some() {
        marks.push(("DEMO", Role::Demo));
    }
    marks
}

fn roles(word: Word) -> (Role, Role) {
    match word {
        Word::Ok => (Role::StatusOk, Role::Ok),
        Word::Warn => (Role::StatusWarn, Role::Warn),
        Word::Page => (Role::StatusPage, Role::Page),
        Word::Stale | Word::NoData => (Role::StatusStale, Role::Unknown),
    }
}

fn emphasis(about: About, verdict: &Verdict, theme: &Theme) -> Style {
    match about {
        About::Slo if verdict.word >= Word::Warn => Style::new().add_modifier(Modifier::BOLD),
        About::Data if verdict.fresh < verdict.sources => {
            foreground(theme, Role::Warn).add_modifier(Modifier::BOLD)
        }
        About::OnCall if verdict.watch.as_ref().is_some_and(|watch| watch.person.is_none()) => {
            Style::new().add_modifier(Modifier::BOLD)
        }
        _ => Style::new(),
    }
}

fn foreground(theme: &Theme, role: Role) -> Style {
    theme.style(role).fg.map_or_else(Style::new, |color| Style::new().fg(color))
}

fn dim(theme: &Theme, model: &Model) -> Style {
    if model.setup.fixed_clock || model.setup.replay.is_some() {
        foreground(theme, Role::Mark)
    } else {
        foreground(theme, Role::Muted)
    }
}

fn faint(theme: &Theme) -> Style {
    foreground(theme, Role::Muted)
}
