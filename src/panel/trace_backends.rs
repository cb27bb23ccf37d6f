//! The backends that have traces, as the sources screen tells of them: asked on demand only.

use super::prose::{Prose, glued, piece};
use super::when::seen_at;
use crate::domain::quantity::duration;
use crate::domain::trace::Outcome;
use crate::state::{Model, TraceBackend};
use crate::theme::Role;

const LABELS: usize = 12;

pub(super) fn blocks(prose: &mut Prose, model: &Model) {
    for backend in &model.setup.tracers {
        prose.blank();
        let last = model.traces.outcomes.iter().find(|(outcome, _)| outcome.name == backend.name);
        match last {
            Some((outcome, at)) => {
                let age = duration((seen_at(model) - *at).max(chrono::TimeDelta::zero()));
                asked(prose, backend, outcome, &age);
            }
            None => head(prose, backend, (Role::Unknown, "○ ", " not asked yet")),
        }
    }
}

fn head(prose: &mut Prose, backend: &TraceBackend, (role, symbol, word): (Role, &str, &str)) {
    let head = [
        piece(role, symbol),
        piece(Role::Bright, backend.name.as_str()),
        piece(role, word),
        piece(Role::Muted, format!(", traces on demand · {} · {}", backend.kind, backend.address)),
    ];
    prose.flow(2, &head);
}

fn asked(prose: &mut Prose, backend: &TraceBackend, outcome: &Outcome, age: &str) {
    let state =
        if outcome.trouble.is_some() { (Role::Page, "✗ ", " down") } else { (Role::Ok, "● ", " ok") };
    head(prose, backend, state);
    if let Some(trouble) = &outcome.trouble {
        prose.tagged((Role::Muted, "  trouble"), LABELS, &[piece(Role::Warn, trouble.as_str())]);
    }
    let requests =
        if outcome.requests == 1 { "1 request".to_owned() } else { format!("{} requests", outcome.requests) };
    let cost = glued(&format!("{} ms", outcome.took_ms));
    let words =
        [piece(Role::Text, glued(age)), piece(Role::Muted, format!(" ago · {cost} · {}", glued(&requests)))];
    prose.tagged((Role::Muted, "  asked"), LABELS, &words);
    for says in &outcome.says {
        prose.tagged((Role::Muted, "  says"), LABELS, &[piece(Role::Warn, says.as_str())]);
    }
}
