//! `explain --what-if`: both sides of a change that is not made.

use std::fmt::Write;

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::args::{ExplainArgs, Turn};
use super::exit::Failure;
use super::json;
use super::status::{Slo, slo};
use crate::domain::journal::State;
use crate::domain::slo::objective::Objective;
use crate::domain::slo::span::Span;
use crate::domain::slo::status::SloStatus;
use crate::domain::slo::whatif::{Change, Column, column, compare, limits, what_if};
use crate::widget::text::{pack, wrap};
use crate::widget::{Align, clean, fit};

/// Columns of the labels and of each side in the text form.
const LABEL: usize = 12;
const SIDE: usize = 42;

/// What the knobs come to; a value that is none is a usage error.
pub(super) fn change(objective: &Objective, turns: &[Turn]) -> Result<Change, Failure> {
    turns.iter().try_fold(Change::default(), |change, (knob, value)| {
        let set = knob.set(objective, &change, value);
        set.map_err(|error| Failure::configuration(format!("error: {}: {}", knob.word(), clean(&error))))
    })
}

pub(super) fn text(
    status: &SloStatus,
    args: &ExplainArgs,
    log: &State,
    at: DateTime<Utc>,
) -> Result<String, Failure> {
    let change = change(&status.objective, &args.what_if)?;
    let (now, then) = (column(status.clone()), column(what_if(status, &change)));
    if args.json { json(&now, &then, log, at) } else { Ok(page(&now, &then)) }
}

fn page(now: &Column, then: &Column) -> String {
    let mut page = format!("{}: nothing is written\n\n", clean(now.status.id()));
    entry(&mut page, "", "now", "what if");
    for line in compare(now, then) {
        entry(&mut page, &line.figure.label(), &line.now, &line.then);
    }
    let limits = limits(now, then);
    if !limits.is_empty() {
        page.push_str("\nmind\n");
    }
    for limit in limits {
        for line in wrap(&clean(&limit), LABEL + 2 * SIDE) {
            let _ = writeln!(page, "  {line}");
        }
    }
    page
}

fn entry(page: &mut String, label: &str, now: &str, then: &str) {
    let (left, right) = (pack(&clean(now), SIDE - 2), pack(&clean(then), SIDE - 2));
    for line in 0..left.len().max(right.len()) {
        let cell = |lines: &[String]| lines.get(line).cloned().unwrap_or_default();
        let label = fit(if line == 0 { label } else { "" }, LABEL, Align::Left);
        let text = format!("{label}{}{}", fit(&cell(&left), SIDE, Align::Left), cell(&right));
        let _ = writeln!(page, "{}", text.trim_end());
    }
}

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    as_of: String,
    now: Side<'a>,
    what_if: Side<'a>,
    limits: Vec<String>,
}

#[derive(Serialize)]
struct Side<'a> {
    #[serde(flatten)]
    slo: Slo<'a>,
    pages_3d: Vec<Page>,
    pages_about: usize,
}

#[derive(Serialize)]
struct Page {
    from: Option<String>,
    to: Option<String>,
}

fn json(now: &Column, then: &Column, log: &State, at: DateTime<Utc>) -> Result<String, Failure> {
    let document = Document {
        version: 1,
        as_of: json::time(at),
        now: side(now, log, at),
        what_if: side(then, log, at),
        limits: limits(now, then),
    };
    json::document(&document)
}

fn side<'c>(column: &'c Column, log: &State, at: DateTime<Utc>) -> Side<'c> {
    let pages_3d = column.recent.iter().map(page_of).collect();
    Side { slo: slo(&column.status, log, at), pages_3d, pages_about: column.about }
}

fn page_of(span: &Span) -> Page {
    Page { from: json::unix(span.from), to: json::unix(span.to) }
}
