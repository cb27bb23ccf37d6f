//! The backends: how each is doing, in words, and what it costs them.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};

use super::prose::{Piece, Prose, glued, piece};
use super::source_rows::{LABELS, figure_of, rare, trouble, waiting, way};
use super::when::seen_at;
use super::{Height, Panel, Pen, trace_backends};
use crate::domain::quantity::{count, duration, percent};
use crate::domain::snapshot::SourceStatus;
use crate::state::{Model, PanelId};
use crate::theme::Role;

pub(super) struct Sources;

impl Panel for Sources {
    fn id(&self) -> PanelId {
        PanelId::Sources
    }

    fn title(&self) -> &'static str {
        "sources"
    }

    fn height(&self, model: &Model, columns: u16) -> Height {
        report(model, columns).height()
    }

    fn draw(&self, pen: &mut Pen<'_>) {
        report(pen.model, pen.area.width).page(pen, self.id(), self.title(), note(pen.model));
    }
}

fn note(model: &Model) -> String {
    let now = seen_at(model);
    let fresh = model.snapshot().sources().filter(|source| source.is_fresh(now)).count();
    format!("{fresh} of {} fresh", names(model).len())
}

/// Configured names first, then whoever reported without being among them.
fn names(model: &Model) -> Vec<&str> {
    let mut names: Vec<&str> = model.setup.sources.iter().map(String::as_str).collect();
    let reported: Vec<&str> = model.snapshot().sources().map(|source| source.name.as_str()).collect();
    for name in reported {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

fn report(model: &Model, columns: u16) -> Prose {
    let mut prose = Prose::new(columns);
    let names = names(model);
    if names.is_empty() && model.setup.tracers.is_empty() {
        prose.flow(0, &[piece(Role::Warn, "no backend is configured")]);
        let hint = [
            ("ask one now:", "burnwatch --prometheus URL"),
            ("or write one down:", "burnwatch init > burnwatch.toml, then edit its [[backend]]"),
            ("or look around:", "burnwatch demo"),
        ];
        for (label, command) in hint {
            prose.tagged((Role::Muted, label), 20, &[piece(Role::Text, command)]);
        }
        return prose;
    }
    for name in names {
        prose.blank();
        match model.snapshot().source(name) {
            Some(source) => block(&mut prose, source, seen_at(model)),
            None => prose.flow(
                2,
                &[
                    piece(Role::Unknown, "○ "),
                    piece(Role::Bright, name),
                    piece(Role::Unknown, " starting"),
                    piece(Role::Muted, ": nothing was asked of it yet"),
                ],
            ),
        }
    }
    trace_backends::blocks(&mut prose, model);
    prose
}

fn state(source: &SourceStatus, now: DateTime<Utc>) -> (&'static str, Role) {
    match source.word(now) {
        "ok" => ("●", Role::Ok),
        "stale" => ("◌", Role::Warn),
        "down" => ("✗", Role::Page),
        _ => ("○", Role::Unknown),
    }
}

fn block(prose: &mut Prose, source: &SourceStatus, now: DateTime<Utc>) {
    let (symbol, role) = state(source, now);
    let mut head = vec![
        piece(role, format!("{symbol} ")),
        piece(Role::Bright, source.name.as_str()),
        piece(role, format!(" {}", source.word(now))),
    ];
    if let Some(age) = source.feed.age(now) {
        let age = duration(age.max(TimeDelta::zero()));
        head.push(piece(Role::Muted, format!(", answered {} ago", glued(&age))));
    } else {
        head.push(piece(Role::Muted, ", has never answered"));
    }
    head.push(piece(Role::Muted, format!(" · {} · {}", source.kind, source.address)));
    prose.flow(2, &head);
    trouble(prose, &source.feed, now);
    waiting(prose, source.waiting_since, now);
    way(prose, &source.health, &source.feed, now);
    if let Some(share) = source.loading {
        prose.tagged((Role::Muted, "  history"), LABELS, &loading(share));
    }
    prose.tagged((Role::Muted, "  asked"), LABELS, &cost(source));
    if let Some(found) = &source.found {
        prose.tagged((Role::Muted, "  found"), LABELS, &[piece(Role::Text, found.as_str())]);
    }
    for (place, (preset, names)) in presets(source).into_iter().enumerate() {
        let label = if place == 0 { "  signals" } else { "" };
        let words = [piece(Role::Text, preset), piece(Role::Muted, format!(": {names}"))];
        prose.tagged((Role::Muted, label), LABELS, &words);
    }
    for warning in &source.warnings {
        prose.tagged((Role::Muted, "  says"), LABELS, &[piece(Role::Warn, warning.as_str())]);
    }
}

/// The services of each preset, where services were found rather than written down.
fn presets(source: &SourceStatus) -> BTreeMap<&str, String> {
    let mut presets: BTreeMap<&str, String> = BTreeMap::new();
    for (name, preset) in source.presets.iter().filter(|_| source.found.is_some()) {
        let names = presets.entry(preset).or_default();
        names.push_str(if names.is_empty() { "" } else { ", " });
        names.push_str(name);
    }
    presets
}

fn loading(share: f64) -> [Piece; 4] {
    const BAR: usize = 24;
    let full = (share.clamp(0.0, 1.0) * BAR as f64).floor() as usize;
    [
        piece(Role::Accent, "▄".repeat(full)),
        piece(Role::Track, "▁".repeat(BAR - full)),
        piece(Role::Bright, format!(" {}", glued(&percent(share)))),
        piece(Role::Muted, " loaded, newest first"),
    ]
}

fn cost(source: &SourceStatus) -> Vec<Piece> {
    let every = duration(source.feed.every);
    let mut pieces = vec![piece(Role::Muted, "every "), piece(Role::Text, every)];
    let mut add = |figure: String, unit: &str| pieces.extend(figure_of(&figure, unit));
    match source.took_ms {
        Some(took) => add(format!("{took} ms"), "last answer"),
        None => add("?".to_owned(), "last answer"),
    }
    add(count(source.requests as f64), "requests");
    add(count(source.points as f64), "points");
    add(count(source.dropped as f64), "dropped");
    for (times, word) in rare(&source.health) {
        add(count(times as f64), word);
    }
    pieces
}
