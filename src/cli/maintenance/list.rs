//! `maintenance list`: what is planned, what runs, what was.

use std::fmt::Write;

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::super::exit::Failure;
use super::super::json::{self, time};
use super::super::library;
use super::super::output::print;
use super::super::session::Session;
use crate::domain::journal::{Again, Maintenance};
use crate::domain::quantity::duration;
use crate::widget::clean;

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    at: String,
    maintenance: Vec<Entry<'a>>,
}

#[derive(Serialize)]
struct Repeat<'a> {
    rule: &'a str,
    zone: &'static str,
}

#[derive(Serialize)]
struct Next {
    from: String,
    until: String,
}

#[derive(Serialize)]
struct Entry<'a> {
    id: String,
    title: String,
    state: &'static str,
    from: String,
    until: String,
    repeat: Option<Repeat<'a>>,
    /// The occurrence that runs, or else the next.
    next: Option<Next>,
    started: Option<String>,
    ended: Option<String>,
    services: Vec<String>,
    slos: Vec<String>,
    exclude: bool,
    reason: Option<String>,
    estimate: Option<f64>,
    author: String,
}

pub(super) fn run(session: &Session, json: bool) -> Result<u8, Failure> {
    let log = library::told_log(session);
    let mut windows: Vec<&Maintenance> = log.maintenance.iter().collect();
    windows.sort_by_key(|window| shown(window, session.now));
    let text = if json { document(&windows, session.now)? } else { page(&windows, session.now) };
    print(&text)?;
    Ok(0)
}

fn document(windows: &[&Maintenance], now: DateTime<Utc>) -> Result<String, Failure> {
    let maintenance = windows.iter().map(|window| entry(window, now)).collect();
    json::document(&Document { version: 1, at: time(now), maintenance })
}

fn entry(window: &Maintenance, now: DateTime<Utc>) -> Entry<'_> {
    let again = window.again.as_ref();
    Entry {
        id: window.id.clone(),
        title: window.text.clone(),
        state: state(window, now),
        from: time(window.from),
        until: time(window.to),
        repeat: again.map(|again| Repeat { rule: &again.rule, zone: again.recurrence.zone.name() }),
        next: window.next(now).map(|(from, until)| Next { from: time(from), until: time(until) }),
        started: window.started.map(time),
        ended: window.ended.map(time),
        services: window.services.clone(),
        slos: window.slos.clone(),
        exclude: window.excluded,
        reason: window.reason.clone(),
        estimate: window.estimate,
        author: window.actor.clone(),
    }
}

fn page(windows: &[&Maintenance], now: DateTime<Utc>) -> String {
    let mut page = String::new();
    for window in windows {
        let about: Vec<&str> = window.slos.iter().chain(&window.services).map(String::as_str).collect();
        let about = if about.is_empty() { "everything".to_owned() } else { about.join(", ") };
        let word = state(window, now);
        let (from, to) = shown(window, now);
        let (from, length) = (from.format("%a %-d %b %H:%M UTC"), duration(to - from));
        let exclude = if window.excluded { ", excluded" } else { "" };
        let again = |again: &Again| format!(", {} in {}", clean(&again.rule), again.recurrence.zone);
        let again = window.again.as_ref().map(again).unwrap_or_default();
        let (id, title, about) = (clean(&window.id), clean(&window.text), clean(&about));
        let _ = writeln!(page, "{id:26}  {word:10}  {from} for {length}  {title} ({about}{again}{exclude})");
    }
    page
}

/// The occurrence to tell of: the one that runs, or the next; of what is over, the last.
fn shown(window: &Maintenance, now: DateTime<Utc>) -> (DateTime<Utc>, DateTime<Utc>) {
    match (window.next(now), &window.again) {
        (Some(next), Some(_)) => next,
        (None, Some(_)) => window.last(),
        (_, None) => (window.from, window.to),
    }
}

/// `called off` is ended before it began.
fn state(window: &Maintenance, now: DateTime<Utc>) -> &'static str {
    match window.next(now) {
        Some((from, _)) if now < from => "upcoming",
        Some(_) => "running",
        None if window.when().is_none() => "called off",
        None => "over",
    }
}
