//! Recent traces of a service: those that notes and exemplars name, those that failed, and the slow ones.

use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;

use super::when::{clock, seen_at};
use super::{Height, Panel, Pen, position};
use crate::domain::quantity::duration;
use crate::domain::trace::{NO_BACKEND, Nanos, Summary, TraceId, troubles};
use crate::state::{Action, Listing, Model, PanelId, Screen};
use crate::theme::Role;
use crate::widget::table::Cell;
use crate::widget::text::{width, wrap};
use crate::widget::{Align, Column};

pub(super) struct TraceList;

/// Why a trace is in the list.
#[derive(Clone, Debug, PartialEq)]
enum Why {
    Typed,
    /// In a note of this incident.
    Noted(String),
    /// Counted by the histogram, with so many seconds.
    Exemplar(f64),
    Failing,
    Slow,
    /// Told, where nobody said what is slow.
    Recent,
}

struct Entry<'a> {
    id: TraceId,
    why: Why,
    /// Unix seconds.
    at: Option<i64>,
    summary: Option<&'a Summary>,
}

impl Panel for TraceList {
    fn id(&self) -> PanelId {
        PanelId::TraceList
    }

    fn title(&self) -> &'static str {
        "traces"
    }

    fn height(&self, model: &Model, width: u16) -> Height {
        let said: usize = states(model).iter().map(|(_, text)| lines(text, width).len()).sum();
        let rows = (entries(model).len() + said).clamp(1, 5_000) as u16;
        Height { min: 3, ideal: rows + 4, most: rows + 4 }
    }

    fn rows(&self, model: &Model) -> Vec<String> {
        entries(model).iter().map(|entry| entry.id.to_string()).collect()
    }

    fn react(&self, model: &mut Model, action: Action) -> bool {
        let Some(id) = selected(model).filter(|_| action == Action::Open) else { return false };
        let now = model.now;
        model.traces.open(id, now);
        for panel in [PanelId::Waterfall, PanelId::Span] {
            model.view.cursors.remove(&panel);
        }
        model.view.trail.push(model.view.screen);
        model.view.screen = Screen::Trace;
        model.view.focus = PanelId::Waterfall;
        model.view.zoomed = None;
        model.view.prompt = None;
        true
    }

    fn draw(&self, pen: &mut Pen<'_>) {
        let model = pen.model;
        let list = model.traces.list.as_ref();
        let title =
            list.map_or_else(|| self.title().to_owned(), |list| format!("traces of {}", list.ask.service));
        let asked = list.filter(|_| !model.setup.tracers.is_empty());
        pen.section(&title, Line::from(asked.map_or_else(String::new, note)));
        for (role, text) in states(model) {
            say(pen, role, &text);
        }
        let entries = entries(model);
        if !entries.is_empty() {
            draw_table(pen, &entries);
        }
    }
}

/// The trace that is selected.
pub fn selected(model: &Model) -> Option<TraceId> {
    let ids: Vec<String> = entries(model).iter().map(|entry| entry.id.to_string()).collect();
    let cursor = model.view.cursor(PanelId::TraceList);
    TraceId::parse(ids.get(position(&ids, &cursor.id, cursor.index)?)?)
}

fn lines(text: &str, columns: u16) -> Vec<String> {
    wrap(text, usize::from(columns.saturating_sub(2)))
}

fn say(pen: &mut Pen<'_>, role: Role, text: &str) {
    for line in lines(text, pen.area.width) {
        let line = Line::from(pen.span(role, line));
        pen.line(&line);
    }
}

fn note(list: &Listing) -> String {
    let range = duration(chrono::TimeDelta::seconds(list.ask.to - list.ask.from));
    match list.ask.slower_than {
        Some(bound) => format!("last {range} · slow is over {bound}"),
        None => format!("last {range} · the longest of those told"),
    }
}

/// How a trace backend is written down.
const EXAMPLE: [&str; 4] =
    ["[[backend]]", "name = \"traces\"", "type = \"tempo\"", "url = \"http://tempo.example:3200\""];

/// What there is to say beside the list: that it is awaited, what went wrong, that there is nothing.
fn states(model: &Model) -> Vec<(Role, String)> {
    if model.setup.tracers.is_empty() {
        let example = EXAMPLE.map(|line| (Role::Text, line.to_owned()));
        let then = "in burnwatch.toml, and start again; burnwatch demo shows what it is like";
        let said = std::iter::once((Role::Warn, NO_BACKEND.to_owned()));
        return said.chain(example).chain([(Role::Muted, then.to_owned())]).collect();
    }
    let Some(list) = &model.traces.list else {
        let text = "nothing is selected that could have traces: t on a service, an SLO or an incident lists its \
                    traces here; / and a trace id looks for that one";
        return vec![(Role::Muted, text.to_owned())];
    };
    let Some(answer) = &list.answer else {
        let names: Vec<_> = model.setup.tracers.iter().map(|one| one.name.as_str()).collect();
        let since = duration((model.now - list.since).max(chrono::TimeDelta::zero()));
        return vec![(Role::Muted, format!("asking {} … {since}", names.join(", ")))];
    };
    let failed = troubles(&answer.outcomes);
    let mut states: Vec<_> = failed.iter().map(|text| (Role::Warn, format!("! {text}"))).collect();
    let says = answer.outcomes.iter().flat_map(|outcome| &outcome.says);
    states.extend(says.map(|text| (Role::Warn, format!("! {text}"))));
    let seen = model.traces.exemplars.as_ref().filter(|seen| seen.service == list.ask.service);
    let trouble = seen.and_then(|seen| seen.answer.as_ref()?.trouble.as_ref());
    states.extend(trouble.map(|text| (Role::Warn, format!("! exemplars: {text}"))));
    if answer.failing.is_empty() && answer.slow.is_empty() && failed.len() < answer.outcomes.len() {
        let none = if list.ask.slower_than.is_some() { "failed or was slow" } else { "was told" };
        states.push((Role::Muted, format!("no trace of it {none}; traces are often sampled")));
    }
    states
}

/// Each trace once, under the first reason there is.
fn entries(model: &Model) -> Vec<Entry<'_>> {
    let mut entries: Vec<Entry<'_>> = Vec::new();
    let list = model.traces.list.as_ref();
    let answer = list.and_then(|list| list.answer.as_ref());
    let summaries = || answer.into_iter().flat_map(|answer| answer.failing.iter().chain(&answer.slow));
    let known = |id: TraceId| summaries().find(|one| one.id == id);
    let typed = if model.view.screen == Screen::Traces { model.view.filter() } else { "" };
    // A few digits are the beginning of an id that stands in the list, or of one that is still being typed.
    let whole = (typed.len() >= 16).then(|| TraceId::parse(typed)).flatten();
    let named = whole.into_iter().chain(TraceId::find_in(typed)).map(|id| (id, Why::Typed, None));
    let noted = list.and_then(|list| list.noted.as_ref());
    let noted = noted
        .into_iter()
        .flat_map(|(incident, ids)| ids.iter().map(|id| (*id, Why::Noted(incident.clone()), None)));
    let bound = list.is_some_and(|list| list.ask.slower_than.is_some());
    let listed = summaries().map(|one| {
        let why = match one.failed {
            Some(true) => Why::Failing,
            _ if bound => Why::Slow,
            _ => Why::Recent,
        };
        (one.id, why, None)
    });
    let exemplars = list.into_iter().flat_map(|list| exemplars(model, list));
    for (id, why, at) in named.chain(noted).chain(exemplars).chain(listed) {
        if entries.iter().all(|entry| entry.id != id) {
            let summary = known(id);
            let at = at.or(summary.map(|one| (one.start.0 / 1_000_000_000) as i64));
            entries.push(Entry { id, why, at, summary });
        }
    }
    let filter = typed.to_lowercase();
    entries.retain(|entry| entry.why == Why::Typed || fits(entry, &filter));
    entries
}

/// The slowest that the histogram kept.
fn exemplars<'a>(
    model: &'a Model,
    list: &'a Listing,
) -> impl Iterator<Item = (TraceId, Why, Option<i64>)> + 'a {
    let seen = model.traces.exemplars.as_ref().filter(|seen| seen.service == list.ask.service);
    let found = seen.and_then(|seen| seen.answer.as_ref()).map_or_else(Vec::new, |answer| answer.slowest());
    found.into_iter().map(|one| (one.id, Why::Exemplar(one.value), Some(one.at)))
}

fn fits(entry: &Entry<'_>, filter: &str) -> bool {
    let words = entry.summary.map_or_else(String::new, |one| format!("{} {}", one.service, one.name));
    let text = format!("{} {words} {}", entry.id, told(&entry.why)).to_lowercase();
    filter.split_whitespace().all(|word| text.contains(word))
}

fn told(why: &Why) -> String {
    match why {
        Why::Typed => "typed".to_owned(),
        Why::Noted(incident) => format!("{incident} note"),
        Why::Exemplar(_) => "exemplar".to_owned(),
        Why::Failing => "ERROR".to_owned(),
        Why::Slow => "slow".to_owned(),
        Why::Recent => "recent".to_owned(),
    }
}

fn draw_table(pen: &mut Pen<'_>, entries: &[Entry<'_>]) {
    let column = |title, min, ideal, priority, align| Column { title, min, ideal, priority, align };
    let columns = [
        column("", 7, 12, 9, Align::Left),
        column("began", 5, 8, 7, Align::Left),
        column("takes", 8, 8, 8, Align::Right),
        column("request", 10, longest(entries), 6, Align::Left),
        column("spans", 5, 5, 3, Align::Right),
        column("trace", 16, 32, 4, Align::Left),
    ];
    let ids: Vec<String> = entries.iter().map(|entry| entry.id.to_string()).collect();
    let rows: Vec<Vec<Cell<'_>>> = entries.iter().map(|entry| row(pen, entry)).collect();
    let selected = pen.selected(PanelId::TraceList, &ids);
    pen.table(&columns, &rows, selected).render(pen.area, pen.buf);
}

/// Columns of the longest request.
fn longest(entries: &[Entry<'_>]) -> u16 {
    let words = entries
        .iter()
        .filter_map(|entry| entry.summary)
        .map(|one| width(&one.service) + width(&one.name) + 1);
    words.max().unwrap_or(0).clamp(18, 60) as u16
}

fn row<'t>(pen: &Pen<'_>, entry: &Entry<'_>) -> Vec<Cell<'t>> {
    let failed = entry.summary.is_some_and(|one| one.failed == Some(true));
    let (symbol, role) = match (&entry.why, failed) {
        (_, true) => ("✗", Role::Page),
        (Why::Slow, _) => ("▸", Role::Warn),
        (Why::Recent, _) => ("·", Role::Muted),
        _ => ("◆", Role::Accent),
    };
    let takes = match (entry.summary.and_then(|one| one.duration), &entry.why) {
        (Some(takes), _) => takes.to_string(),
        (None, Why::Exemplar(seconds)) => Nanos((seconds * 1e9) as u64).to_string(),
        _ => "?".to_owned(),
    };
    let now = seen_at(pen.model).timestamp();
    let began = entry.at.map_or_else(
        || "?".to_owned(),
        |at| if now - at < 86_400 { clock(at) } else { super::when::day(at) },
    );
    let request: Vec<Span<'t>> = match entry.summary {
        Some(one) => vec![
            pen.span(Role::Muted, format!("{} ", if one.service.is_empty() { "?" } else { &one.service })),
            pen.span(
                Role::Bright,
                if one.name.is_empty() { "root not seen".to_owned() } else { one.name.clone() },
            ),
        ],
        None => vec![pen.span(Role::Muted, "Enter looks for it")],
    };
    let spans = entry.summary.and_then(|one| one.spans).map_or_else(String::new, |count| count.to_string());
    vec![
        Line::from(pen.span(role, format!("{symbol} {}", told(&entry.why)))),
        Line::from(pen.span(Role::Text, began)),
        Line::from(pen.span(Role::Bright, takes)),
        Line::from(request),
        Line::from(pen.span(Role::Text, spans)),
        Line::from(pen.span(Role::Muted, entry.id.to_string())),
    ]
}
