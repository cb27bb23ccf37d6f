//! `explain`: why the figures of an SLO are what they are.

use std::fmt::Write;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::args::{Common, ExplainArgs};
use super::exit::Failure;
use super::gather::gather;
use super::json;
use super::library;
use super::open;
use super::output::{print, say};
use super::session::Session;
use super::what_if;
use crate::domain::journal::State;
use crate::domain::slo::explain::{Row, Told, explain, other_methods};
use crate::domain::slo::status::SloStatus;
use crate::domain::snapshot::Snapshot;
use crate::widget::text::{width, wrap};
use crate::widget::{Align, clean, fit};

const TIMEOUT: Duration = Duration::from_secs(5);
/// Columns of the text form.
const COLUMNS: usize = 100;
const LABEL: usize = 20;

pub(super) async fn run(common: &Common, args: &ExplainArgs) -> Result<u8, Failure> {
    let mut session = open::session(common, false)?;
    let desks = session.desks(common.timeout)?;
    let log = library::told_log(&session);
    let timeout = common.timeout.unwrap_or(TIMEOUT);
    let snapshot = gather(&session, desks, &log, timeout, false).await;
    let Some(slo) = snapshot.slo(&args.id) else {
        return Err(unknown(&mut session, &args.id, common.timeout).await?);
    };
    if let Some(missing) = session.missing() {
        say(&missing);
    }
    if !args.what_if.is_empty() {
        print(&what_if::text(slo, args, &log, session.now)?)?;
        return Ok(0);
    }
    let text = if args.json { json(slo, &log, &snapshot, session.now)? } else { page(slo, &log, &snapshot) };
    print(&text)?;
    Ok(0)
}

/// What to say of an SLO that nobody has reported, with the reason where that cannot be looked for either.
async fn unknown(session: &mut Session, id: &str, timeout: Option<Duration>) -> Result<Failure, Failure> {
    let why = session.meet_slo(id, timeout).await?;
    let why = why.map_or_else(String::new, |why| format!(": {why}"));
    Ok(Failure::configuration(clean(&format!("error: nothing is known of `{id}` yet{why}"))))
}

fn page(slo: &SloStatus, log: &State, snapshot: &Snapshot) -> String {
    let objective = &slo.objective;
    let mut page = format!("{}: {} of {}", clean(slo.id()), objective.target, objective.sli.promise());
    page.push('\n');
    for section in explain(slo, log, snapshot).sections {
        let _ = writeln!(page, "\n{}", section.title);
        for row in &section.rows {
            entry(&mut page, &row.label, &sentence(row));
        }
    }
    if !slo.queries.is_empty() {
        page.push_str("\nqueries\n");
        for query in slo.queries.iter() {
            entry(&mut page, &query.part, &query.text);
        }
    }
    page
}

/// A label, and the text beside it, over as many lines as it takes. Queries may be long words: they are not cut.
fn entry(page: &mut String, label: &str, text: &str) {
    let mut label = fit(&clean(label), LABEL - 3, Align::Left);
    for line in wrap(&clean(text), COLUMNS - LABEL) {
        let _ = writeln!(page, "  {label} {line}");
        label = " ".repeat(width(&label));
    }
}

/// `formula = values = result`, as far as there are any.
fn sentence(row: &Row) -> String {
    let parts = [&row.formula, &row.values, &row.result];
    parts.into_iter().filter(|part| !part.is_empty()).map(String::as_str).collect::<Vec<_>>().join(" = ")
}

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    as_of: String,
    id: &'a str,
    sections: Vec<Section>,
    methods: Vec<Answer>,
    queries: Vec<Query<'a>>,
}

#[derive(Serialize)]
struct Section {
    title: &'static str,
    rows: Vec<Line>,
}

#[derive(Serialize)]
struct Line {
    label: String,
    formula: Option<String>,
    values: Option<String>,
    result: String,
}

#[derive(Serialize)]
struct Answer {
    method: &'static str,
    sli: f64,
    remaining: Option<f64>,
    /// Old slices are whole hours.
    coarse: bool,
}

#[derive(Serialize)]
struct Query<'a> {
    part: &'a str,
    text: &'a str,
}

fn json(slo: &SloStatus, log: &State, snapshot: &Snapshot, now: DateTime<Utc>) -> Result<String, Failure> {
    let some = |text: String| (!text.is_empty()).then_some(text);
    let line = |row: Row| Line {
        label: row.label,
        formula: some(row.formula),
        values: some(row.values),
        result: row.result,
    };
    let method = |told: Told| Answer {
        method: told.method.word(),
        sli: told.sli,
        remaining: told.remaining,
        coarse: told.coarse,
    };
    let sections = explain(slo, log, snapshot).sections.into_iter();
    let document = Document {
        version: 1,
        as_of: json::time(now),
        id: slo.id(),
        sections: sections
            .map(|section| Section {
                title: section.title,
                rows: section.rows.into_iter().map(line).collect(),
            })
            .collect(),
        methods: other_methods(slo).into_iter().map(method).collect(),
        queries: slo.queries.iter().map(|query| Query { part: &query.part, text: &query.text }).collect(),
    };
    json::document(&document)
}
