//! `maintenance list`: what is planned, what runs, what was.

use std::fmt::Write;

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::super::exit::Failure;
use super::super::json::{self, time};
use super::super::library;
use super::super::output::{print, say};
use super::super::session::Session;
use crate::domain::journal::Maintenance;
use crate::domain::quantity::duration;
use crate::widget::clean;

#[derive(Serialize)]
struct Document {
    version: u32,
    at: String,
    maintenance: Vec<Entry>,
}

#[derive(Serialize)]
struct Entry {
    id: String,
    title: String,
    state: &'static str,
    from: String,
    until: String,
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
    let (log, problems) = library::log(session);
    for problem in problems {
        say(&format!("warning: {}", clean(&problem)));
    }
    let mut windows: Vec<&Maintenance> = log.maintenance.iter().collect();
    windows.sort_by_key(|window| window.from);
    let text = if json { document(&windows, session.now)? } else { page(&windows, session.now) };
    print(&text)?;
    Ok(0)
}

fn document(windows: &[&Maintenance], now: DateTime<Utc>) -> Result<String, Failure> {
    let entry = |window: &&Maintenance| Entry {
        id: window.id.clone(),
        title: window.text.clone(),
        state: state(window, now),
        from: time(window.from),
        until: time(window.to),
        started: window.started.map(time),
        ended: window.ended.map(time),
        services: window.services.clone(),
        slos: window.slos.clone(),
        exclude: window.excluded,
        reason: window.reason.clone(),
        estimate: window.estimate,
        author: window.actor.clone(),
    };
    let document = Document { version: 1, at: time(now), maintenance: windows.iter().map(entry).collect() };
    json::document(&document)
}

fn page(windows: &[&Maintenance], now: DateTime<Utc>) -> String {
    let mut page = String::new();
    for window in windows {
        let about: Vec<&str> = window.slos.iter().chain(&window.services).map(String::as_str).collect();
        let about = if about.is_empty() { "everything".to_owned() } else { about.join(", ") };
        let word = state(window, now);
        let from = window.from.format("%a %-d %b %H:%M UTC");
        let length = duration(window.to - window.from);
        let exclude = if window.excluded { ", excluded" } else { "" };
        let (id, title, about) = (clean(&window.id), clean(&window.text), clean(&about));
        let _ = writeln!(page, "{id:26}  {word:10}  {from} for {length}  {title} ({about}{exclude})");
    }
    page
}

/// `called off` is ended before it began.
fn state(window: &Maintenance, now: DateTime<Utc>) -> &'static str {
    match window.span() {
        None => "called off",
        Some((from, _)) if now < from => "upcoming",
        Some((_, to)) if now < to => "running",
        Some(_) => "over",
    }
}
