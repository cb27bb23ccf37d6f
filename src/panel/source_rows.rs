//! The rows that every backend has on the sources screen, whatever it is asked for.

use chrono::{DateTime, TimeDelta, Utc};

use super::prose::{Piece, Prose, glued, piece};
use super::when::moment;
use crate::domain::feed::Feed;
use crate::domain::health::{Circuit, Health};
use crate::domain::quantity::duration;
use crate::theme::Role;

/// Columns of the labels below a backend's name.
pub(super) const LABELS: usize = 12;

/// What is wrong, and since when.
pub(super) fn trouble(prose: &mut Prose, feed: &Feed<()>, now: DateTime<Utc>) {
    let Some(trouble) = &feed.trouble else { return };
    prose.tagged((Role::Muted, "  trouble"), LABELS, &[piece(Role::Warn, trouble.text.as_str())]);
    let since = format!("{} ({})", moment(trouble.since, now), duration(now - trouble.since));
    let attempts = match trouble.attempts {
        1 => "1 attempt".to_owned(),
        more => format!("{more} attempts in a row"),
    };
    let words = [piece(Role::Text, glued(&since)), piece(Role::Muted, format!(" · {}", glued(&attempts)))];
    prose.tagged((Role::Muted, "  since"), LABELS, &words);
}

pub(super) fn waiting(prose: &mut Prose, since: Option<DateTime<Utc>>, now: DateTime<Utc>) {
    if let Some(since) = since {
        let wait = duration((now - since).max(TimeDelta::zero()));
        let words = [piece(Role::Text, format!("for an answer since {wait}"))];
        prose.tagged((Role::Muted, "  waiting"), LABELS, &words);
    }
}

/// The addresses, where there is more to tell of them than that the only one is asked.
pub(super) fn way(prose: &mut Prose, health: &Health, feed: &Feed<()>, now: DateTime<Utc>) {
    if health.endpoints.len() < 2 && health.circuit() == Circuit::Closed {
        return;
    }
    let answers = feed.trouble.is_none() && feed.last_success.is_some();
    for (place, endpoint) in health.endpoints.iter().enumerate() {
        let label = if place == 0 { "  way" } else { "" };
        let (symbol, role, word) = match endpoint.circuit {
            Circuit::Closed if endpoint.said.is_some() && health.apart => ("◌", Role::Warn, "fails"),
            Circuit::Closed if answers && (health.apart || place == health.answering) => {
                ("●", Role::Ok, "answers")
            }
            Circuit::Closed if endpoint.said.is_some() => ("◌", Role::Warn, "fails"),
            Circuit::Closed => ("○", Role::Muted, "in reserve"),
            Circuit::HalfOpen => ("◌", Role::Warn, "is being tried"),
            Circuit::Open => ("✗", Role::Page, "left alone"),
        };
        let mut words =
            vec![piece(role, format!("{symbol} {word} ")), piece(Role::Text, endpoint.address.as_str())];
        if let Some(next) = endpoint.next_try {
            let wait = next - now;
            let when = if wait >= TimeDelta::seconds(1) {
                format!("next try in {}", duration(wait))
            } else {
                "tried with the next question".to_owned()
            };
            words.push(piece(Role::Muted, format!(" · {}", glued(&when))));
        }
        if let Some(said) = endpoint.said.as_ref().filter(|_| health.endpoints.len() > 1) {
            words.push(piece(Role::Muted, format!(" · {said}")));
        }
        prose.tagged((Role::Muted, label), LABELS, &words);
    }
}

/// One more figure in a row, with its unit.
pub(super) fn figure_of(figure: &str, unit: &str) -> [Piece; 3] {
    [
        piece(Role::Muted, " · "),
        piece(Role::Text, glued(figure)),
        piece(Role::Muted, glued(&format!(" {unit}"))),
    ]
}

/// What is worth a word only where it happened.
pub(super) fn rare(health: &Health) -> impl Iterator<Item = (u64, &'static str)> {
    let all = [(health.retries, "retried"), (health.delayed, "delayed"), (health.spared, "spared")];
    all.into_iter().filter(|(times, _)| *times > 0)
}
