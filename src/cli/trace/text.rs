//! The waterfall as text of 100 columns: a tree at the left, bars on the time axis at the right.

use std::collections::BTreeSet;
use std::fmt::Write;

use crate::cli::json::time;
use crate::domain::quantity::several;
use crate::domain::trace::{Node, Part, Row, Trace, rows};
use crate::widget::{Align, clean, fit};

const NAME: usize = 48;
const TIME: usize = 8;
const BAR: usize = 32;
/// Levels that are indented; deeper ones stand below each other.
const DEPTH: usize = 12;
/// Parts of the critical path that are named.
const NAMED: usize = 3;

pub(super) fn page(trace: &Trace, from: &str) -> String {
    let mut page = String::new();
    let root = trace.root().map_or_else(String::new, called);
    let _ = writeln!(page, "trace {} from {}: {root}", trace.id, clean(from));
    let errors = match trace.errors() {
        0 => "no errors".to_owned(),
        1 => "1 ERROR".to_owned(),
        more => format!("{more} ERRORS"),
    };
    let (spans, services) = (several(trace.nodes.len(), "span"), several(trace.services().len(), "service"));
    let began = time(trace.start.instant());
    let _ = writeln!(page, "{} since {began} · {spans} of {services} · {errors}", trace.duration());
    for doubt in trace.doubts() {
        let _ = writeln!(page, "! {doubt}");
    }
    let _ = writeln!(page, "critical path: {}\n", path(trace));
    let head = format!(
        "  {} {} {}",
        fit("service and span", NAME, Align::Left),
        fit("from", TIME, Align::Right),
        fit("takes", TIME, Align::Right)
    );
    let _ = writeln!(page, "{head}  = critical path  . beside it");
    for row in rows(trace, &BTreeSet::new()) {
        line(&mut page, trace, row);
    }
    page
}

fn called(node: &Node) -> String {
    format!("{} {}", clean(&node.span.service), clean(&node.span.name))
}

/// What was waited for, the longest first.
fn path(trace: &Trace) -> String {
    let whole = trace.root().map_or(0.0, |root| (root.end - root.start).as_seconds());
    let waits = trace.waits();
    let part = |(place, own): &(usize, crate::domain::trace::Nanos)| {
        let share = if whole > 0.0 { own.as_seconds() / whole * 100.0 } else { 100.0 };
        format!("{} {own} ({share:.0} %)", called(&trace.nodes[*place]))
    };
    let mut named: Vec<String> = waits.iter().take(NAMED).map(part).collect();
    if waits.len() > NAMED {
        named.push(format!("{} more", waits.len() - NAMED));
    }
    if named.is_empty() { "it took no time".to_owned() } else { named.join(" · ") }
}

fn line(page: &mut String, trace: &Trace, row: Row) {
    let node = &trace.nodes[row.place];
    let mark = match (node.span.error.is_some(), node.on_path) {
        (true, _) => 'x',
        (false, true) => '>',
        (false, false) => ' ',
    };
    let name = format!("{}{}", "  ".repeat(row.depth.min(DEPTH)), called(node));
    let takes = node.span.duration.map_or_else(|| "?".to_owned(), |takes| takes.to_string());
    let bar: String = row.bar(trace, BAR).into_iter().map(sign).collect();
    let (name, from) = (fit(&name, NAME, Align::Left), (node.start - trace.start).to_string());
    let (from, takes) = (fit(&from, TIME, Align::Right), fit(&takes, TIME, Align::Right));
    let _ = writeln!(page, "{}", format!("{mark} {name} {from} {takes}  {bar}").trim_end());
    if let Some(why) = &node.span.error {
        let why = if why.is_empty() { "no reason given".into() } else { clean(why) };
        let _ = writeln!(page, "  {}  ERROR {why}", "  ".repeat(row.depth.min(DEPTH)));
    }
}

fn sign(part: Part) -> char {
    match part {
        Part::Empty => ' ',
        Part::Beside => '.',
        Part::Critical => '=',
    }
}
