//! The backends that have traces, as the sources screen tells of them: asked on demand only.

use chrono::{DateTime, TimeDelta, Utc};

use super::prose::{Prose, glued, piece};
use super::source_rows::{LABELS, figure_of, rare, trouble, waiting, way};
use super::when::seen_at;
use crate::domain::quantity::{count, duration, several};
use crate::state::{Model, Standing, TraceBackend};
use crate::theme::Role;

/// An answer that is older says nothing of how a backend does now.
const LATELY: TimeDelta = TimeDelta::minutes(10);

pub(super) fn blocks(prose: &mut Prose, model: &Model) {
    let now = seen_at(model);
    for backend in &model.setup.tracers {
        prose.blank();
        let standing = model.traces.standing(&backend.name);
        head(prose, backend, standing, now);
        if let Some(standing) = standing {
            trouble(prose, &standing.feed, now);
        }
        waiting(prose, model.traces.waiting_since(), now);
        if let Some(standing) = standing {
            way(prose, &standing.last.health, &standing.feed, now);
            cost(prose, standing);
            for says in &standing.last.says {
                prose.tagged((Role::Muted, "  says"), LABELS, &[piece(Role::Warn, says.as_str())]);
            }
        }
    }
}

fn head(prose: &mut Prose, backend: &TraceBackend, standing: Option<&Standing>, now: DateTime<Utc>) {
    let feed = standing.map(|standing| &standing.feed);
    let failing = feed.is_some_and(|feed| feed.trouble.is_some());
    let age = feed.and_then(|feed| feed.age(now)).map(|age| age.max(TimeDelta::zero()));
    let (role, symbol, word) = match age {
        _ if failing => (Role::Page, "✗ ", " down"),
        Some(age) if age <= LATELY => (Role::Ok, "● ", " ok"),
        Some(_) => (Role::Unknown, "○ ", " not asked lately"),
        None => (Role::Unknown, "○ ", " not asked yet"),
    };
    let answered = match age {
        Some(age) => format!(", answered {} ago", glued(&duration(age))),
        None if failing => ", has never answered".to_owned(),
        None => ": traces are asked for on demand, t on a service does".to_owned(),
    };
    let address = standing.map_or(&backend.address, |standing| &standing.last.address);
    let head = [
        piece(role, symbol),
        piece(Role::Bright, backend.name.as_str()),
        piece(role, word),
        piece(Role::Muted, answered),
        piece(Role::Muted, format!(" · {} · {address}", backend.kind)),
    ];
    prose.flow(2, &head);
}

fn cost(prose: &mut Prose, standing: &Standing) {
    let mut words = vec![piece(Role::Muted, "on demand")];
    let mut add = |figure: String, unit: &str| words.extend(figure_of(&figure, unit));
    add(format!("{} ms", standing.last.took_ms), "last question");
    let requests = several(standing.requests as usize, "request");
    let (figure, unit) = requests.split_once(' ').unwrap_or((&requests, ""));
    add(figure.to_owned(), unit);
    for (times, word) in rare(&standing.last.health) {
        add(count(times as f64), word);
    }
    prose.tagged((Role::Muted, "  asked"), LABELS, &words);
}
