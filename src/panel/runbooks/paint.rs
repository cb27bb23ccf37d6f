//! Laid lines in the theme's styles.

use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};

use crate::domain::runbook::lay::{Kind, LaidLine, Tone};
use crate::panel::Pen;
use crate::theme::Role;
use crate::widget::Align;
use crate::widget::text::put_line;

/// Draws `line` in the first row of `area`; `link` is the number of the marked link.
pub(in crate::panel) fn line(pen: &mut Pen<'_>, area: Rect, line: &LaidLine, link: Option<usize>) {
    let code = line.kind == Kind::Code;
    let remark = code && remark(line);
    let spans: Vec<Span<'_>> = line
        .spans
        .iter()
        .map(|span| {
            let tone = if remark && span.tone == Tone::CodeBlock { Tone::Muted } else { span.tone };
            Span::styled(span.text.as_str(), style(pen, tone, link))
        })
        .collect();
    if code {
        shade(pen, area, line);
    }
    put_line(pen.buf, (area.x, area.y), &Line::from(spans), area.width, Align::Left);
}

/// A line of code that is a remark to the reader.
fn remark(line: &LaidLine) -> bool {
    let text = line.spans.iter().find(|span| span.tone == Tone::CodeBlock);
    text.is_some_and(|span| span.text.trim_start().starts_with('#'))
}

/// The soft ground under a block of code, from its bar to the right edge.
fn shade(pen: &mut Pen<'_>, area: Rect, line: &LaidLine) {
    let before =
        line.spans.iter().take_while(|span| span.tone != Tone::CodeBlock && span.tone != Tone::Muted);
    let cells: usize = before.map(|span| crate::widget::text::width(&span.text)).sum();
    let start = (cells as u16).saturating_sub(1).min(area.width);
    if let Some(ground) = pen.theme.tint(Role::Muted, 0.13).bg {
        let place = Rect { x: area.x + start, width: area.width - start, height: 1, ..area };
        pen.buf.set_style(place.intersection(pen.buf.area), Style::new().bg(ground));
    }
}

fn style(pen: &Pen<'_>, tone: Tone, link: Option<usize>) -> Style {
    let of = |role| pen.style(role);
    match tone {
        Tone::Heading1 => of(Role::Accent).add_modifier(Modifier::BOLD),
        Tone::Heading2 | Tone::Strong | Tone::Fold => of(Role::Bright).add_modifier(Modifier::BOLD),
        Tone::Heading3 => of(Role::Bright),
        Tone::Text | Tone::CodeBlock => of(Role::Text),
        Tone::Emphasis => of(Role::Text).add_modifier(Modifier::ITALIC),
        Tone::Code => code(pen),
        Tone::Link(number) if link == Some(number) => pen.theme.badge(Role::Accent),
        Tone::Link(_) => of(Role::Accent).add_modifier(Modifier::UNDERLINED),
        Tone::Bullet => of(Role::Accent),
        Tone::Rule => of(Role::Faint),
        Tone::Quote => of(Role::Mark),
        Tone::Muted => of(Role::Muted),
        Tone::Image => of(Role::Muted).add_modifier(Modifier::ITALIC),
    }
}

/// Code among words: on a soft ground, or loud where there is none.
fn code(pen: &Pen<'_>) -> Style {
    match pen.theme.tint(Role::Muted, 0.22).bg {
        Some(ground) => pen.style(Role::Text).bg(ground),
        None => pen.style(Role::Text).add_modifier(Modifier::BOLD),
    }
}
