//! The drawing of the waterfall: what was waited for, the axis, and a line for each span.

use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::Line;

use super::{rows, selected};
use crate::domain::quantity::several;
use crate::domain::trace::{Part, Row, Trace};
use crate::panel::Pen;
use crate::state::OpenTrace;
use crate::theme::Role;
use crate::widget::Align;
use crate::widget::text::{put, put_line, width, wrap};

/// From this height on there is room to say what was waited for.
const ROOMY: u16 = 10;
const NARROW: u16 = 60;
const TAKES: u16 = 8;
/// Columns before a name: the selection's bar, the mark, a blank.
const MARGIN: u16 = 4;
/// Parts of the critical path that are named.
const NAMED: usize = 4;
/// Lines of what is doubtful.
const DOUBTS: usize = 3;

/// Where the columns of the tree, the durations and the bars stand.
struct Columns {
    name: Rect,
    takes: Rect,
    bar: Rect,
}

impl Columns {
    fn of(area: Rect) -> Self {
        // Names say more than bars where there is room for one of them.
        let share = if area.width < NARROW { area.width / 2 } else { area.width * 2 / 5 };
        let name = share.clamp(10.min(area.width), 56).saturating_sub(MARGIN);
        let x = area.x + MARGIN;
        let takes = x + name + 1;
        let bar = takes + TAKES + 2;
        let rest = area.right().saturating_sub(bar + 1);
        let column = |x: u16, width: u16| Rect { x, width, y: area.y, height: 1 };
        Self { name: column(x, name), takes: column(takes, TAKES), bar: column(bar, rest) }
    }
}

pub(super) fn draw(pen: &mut Pen<'_>, open: &OpenTrace, trace: &Trace) {
    let title =
        trace.root().map_or_else(String::new, |node| format!("{} {}", node.span.service, node.span.name));
    let note = note(pen, trace);
    let room = usize::from(pen.area.width).saturating_sub(note.width() + 8);
    pen.section(&crate::widget::text::cut(&title, room), note);
    if pen.area.height + 1 >= ROOMY {
        said(pen, open, trace);
    }
    let columns = Columns::of(pen.area);
    axis(pen, &columns, trace);
    pen.skip(1);
    let rows = rows(trace, &open.folded);
    let at = selected(pen.model, &rows);
    let visible = usize::from(pen.area.height);
    let offset = Pen::offset(at, visible, rows.len());
    for (number, row) in rows.iter().enumerate().skip(offset).take(visible) {
        line(pen, &columns, trace, *row, at == Some(number));
        pen.skip(1);
    }
}

fn note(pen: &Pen<'_>, trace: &Trace) -> Line<'static> {
    let errors = match trace.errors() {
        0 => pen.span(Role::Muted, "no errors"),
        1 => pen.span(Role::Page, "✗ 1 ERROR"),
        more => pen.span(Role::Page, format!("✗ {more} ERRORS")),
    };
    let dot = || pen.span(Role::Muted, " · ");
    let takes = pen.span(Role::Bright, trace.duration().to_string());
    let spans = pen.span(Role::Muted, several(trace.nodes.len() + trace.cut, "span"));
    if pen.area.width < NARROW {
        return Line::from(vec![takes, dot(), errors]);
    }
    Line::from(vec![takes, dot(), spans, dot(), errors])
}

/// The id, what was waited for, and what is doubtful.
fn said(pen: &mut Pen<'_>, open: &OpenTrace, trace: &Trace) {
    let source = open.answer.as_ref().and_then(|found| found.outcomes.last());
    let from = source.map_or_else(String::new, |outcome| format!(" from {}", outcome.name));
    let began = trace.start.instant().format("%-d %b %H:%M:%S").to_string();
    let line = Line::from(vec![
        pen.span(Role::Muted, "trace "),
        pen.span(Role::Accent, open.id.to_string()),
        pen.span(Role::Muted, format!("{from} · began {began}")),
    ]);
    pen.line(&line);
    pen.line(&waited(pen, trace));
    let says = source.map_or_else(Vec::new, |outcome| outcome.says.clone());
    let doubts = [says, trace.doubts()].concat();
    if !doubts.is_empty() {
        let room = usize::from(pen.area.width.saturating_sub(2));
        for line in wrap(&format!("! {}", doubts.join("; ")), room).into_iter().take(DOUBTS) {
            let line = Line::from(pen.span(Role::Warn, line));
            pen.line(&line);
        }
    }
}

/// The longest waits, as many as there is room for.
fn waited(pen: &Pen<'_>, trace: &Trace) -> Line<'static> {
    let room = usize::from(pen.area.width.saturating_sub(2));
    let mut line = Line::from(pen.span(Role::Muted, "waited for "));
    for (number, (place, own)) in trace.waits().into_iter().take(NAMED).enumerate() {
        let node = &trace.nodes[place];
        let gap = pen.span(Role::Muted, if number > 0 { " · " } else { "" });
        let own = pen.span(Role::Bright, own.to_string());
        let name = pen.span(Role::Text, format!(" {} {}", node.span.service, node.span.name));
        if number > 0 && line.width() + gap.width() + own.width() + name.width() > room {
            break;
        }
        line.spans.extend([gap, own, name]);
    }
    line
}

/// The ends of the time axis, and what the signs mean.
fn axis(pen: &mut Pen<'_>, columns: &Columns, trace: &Trace) {
    let y = pen.area.y;
    if pen.area.height == 0 {
        return;
    }
    let muted = pen.style(Role::Muted);
    put(pen.buf, (columns.name.x, y), "service and span", columns.name.width, muted);
    let place = |rect: Rect| (rect.x, y);
    put_line(pen.buf, place(columns.takes), &Line::styled("takes", muted), columns.takes.width, Align::Right);
    let end = trace.duration().to_string();
    let room = columns.bar.width.saturating_sub(width(&end) as u16 + 2);
    let legend = [
        (Role::Muted, "0  "),
        (Role::Accent, "●▄"),
        (Role::Muted, " critical path  "),
        (Role::Page, "✗"),
        (Role::Muted, " ERROR  "),
        (Role::Muted, "▁ beside"),
    ];
    let mut x = columns.bar.x;
    for (role, text) in legend {
        let left = (columns.bar.x + room).saturating_sub(x);
        if usize::from(left) < width(text) {
            break;
        }
        let style = pen.style(role);
        x = put(pen.buf, (x, y), text, left, style);
    }
    put_line(pen.buf, place(columns.bar), &Line::styled(end, muted), columns.bar.width, Align::Right);
}

fn line(pen: &mut Pen<'_>, columns: &Columns, trace: &Trace, row: Row, selected: bool) {
    let y = pen.area.y;
    let node = &trace.nodes[row.place];
    let (mark, role) = match () {
        () if node.span.error.is_some() || row.hides_error => ('✗', Role::Page),
        () if node.on_path => ('●', Role::Accent),
        () => (' ', Role::Muted),
    };
    let style = pen.style(role);
    sign(pen, (pen.area.x + 2, y), mark, style);
    let name = name(pen, columns, trace, row);
    put_line(pen.buf, (columns.name.x, y), &name, columns.name.width, Align::Left);
    let takes = node.span.duration.map_or_else(|| "?".to_owned(), |takes| takes.to_string());
    let takes = Line::from(pen.span(if node.on_path { Role::Bright } else { Role::Muted }, takes));
    put_line(pen.buf, (columns.takes.x, y), &takes, columns.takes.width, Align::Right);
    let hot = if node.span.error.is_some() || row.hides_error { Role::Page } else { Role::Accent };
    for (x, part) in (columns.bar.x..).zip(row.bar(trace, usize::from(columns.bar.width))) {
        let (glyph, style) = match part {
            Part::Empty => continue,
            Part::Beside => ('▁', pen.theme.soft(hot, 0.6)),
            Part::Critical => ('▄', pen.style(hot)),
        };
        sign(pen, (x, y), glyph, style);
    }
    if selected {
        mark_selected(pen, columns, y);
    }
}

/// The name under its parents: no deeper than leaves room for it, and without the service where that is the parent's.
fn name(pen: &Pen<'_>, columns: &Columns, trace: &Trace, row: Row) -> Line<'static> {
    let node = &trace.nodes[row.place];
    let parent = node.parent.and_then(|parent| trace.nodes.get(parent));
    let deepest = usize::from(columns.name.width / 3);
    let indent =
        if row.depth > deepest { format!("{}…", " ".repeat(deepest)) } else { " ".repeat(row.depth) };
    let role = if node.on_path { Role::Bright } else { Role::Text };
    let mut spans = vec![pen.span(Role::Faint, indent)];
    if row.hidden > 0 {
        spans.push(pen.span(Role::Accent, format!("+{} ", row.hidden)));
    }
    if parent.is_none_or(|parent| parent.span.service != node.span.service) {
        spans.push(pen.span(Role::Muted, format!("{} ", node.span.service)));
    }
    spans.push(pen.span(role, node.span.name.clone()));
    Line::from(spans)
}

fn mark_selected(pen: &mut Pen<'_>, columns: &Columns, y: u16) {
    let style = pen.style(Role::Selection);
    let bar = if pen.theme.ascii() { '>' } else { '▌' };
    let accent = pen.style(Role::Accent);
    sign(pen, (pen.area.x, y), bar, accent);
    if style.add_modifier.contains(Modifier::REVERSED) {
        pen.buf.set_style(Rect { y, ..columns.name }, Style::reset().patch(style));
    } else {
        let whole = Rect { y, height: 1, ..pen.area };
        pen.buf.set_style(whole, Style { fg: None, ..style });
    }
}

fn sign(pen: &mut Pen<'_>, (x, y): (u16, u16), glyph: char, style: Style) {
    if let Some(cell) = pen.buf.cell_mut((x, y)) {
        cell.set_char(glyph).set_style(style);
    }
}
