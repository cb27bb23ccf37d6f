//! `exec-test`: runs the command of an `exec` backend once and tells what came of it.

use std::fmt::Write;

use super::args::{Common, ExecTestArgs};
use super::exit::{Failure, PROBLEMS};
use super::open;
use super::output::print;
use super::session::Session;
use crate::domain::slo::grid::floor;
use crate::source::exec::trial::{self, Order, Read, Shape, Trial};
use crate::source::{BackendSpec, exec};
use crate::text::clean;

/// How far back it asks, in seconds.
const LOOK: i64 = 3600;
/// Queries of a batch that are tried.
const MOST: usize = 20;

pub(super) async fn run(common: &Common, args: &ExecTestArgs) -> Result<u8, Failure> {
    let session = open::session(common, false)?;
    let spec = spec(&session, common, &args.backend)?;
    let (batch, step, delay) =
        trial::habits(&spec).map_err(|error| Failure::configuration(format!("error: {error}")))?;
    let mut queries = queries(&session, args, step)?;
    queries.truncate(if batch { MOST } else { 1 });
    let to = floor(spec.started.timestamp() - delay, step);
    let order = Order { queries, from: to - LOOK, to, step };
    let trial = trial::trial(&spec, &order)
        .await
        .map_err(|error| Failure::configuration(format!("error: {error}")))?;
    print(&explained(&trial, &order, batch))?;
    Ok(if is_well(&trial, batch) { 0 } else { PROBLEMS })
}

fn spec(session: &Session, common: &Common, name: &str) -> Result<BackendSpec, Failure> {
    let backends = &session.config.backends;
    let known: Vec<&str> = backends
        .iter()
        .filter(|backend| backend.kind == exec::KIND.name)
        .map(|backend| backend.name.as_str())
        .collect();
    let found = backends.iter().find(|backend| backend.name == name && known.contains(&name));
    let backend = found.ok_or_else(|| {
        let there = if known.is_empty() { "there is none".to_owned() } else { known.join(", ") };
        Failure::configuration(format!("error: no exec backend is called `{}`; {there}", clean(name)))
    })?;
    session.connect(backend, common.timeout).map_err(|problems| session.failure(&problems))?;
    Ok(session.spec(backend, common.timeout))
}

/// Of the SLO or query that was named, or else of the backend's SLOs in order.
fn queries(session: &Session, args: &ExecTestArgs, step: i64) -> Result<Vec<[String; 4]>, Failure> {
    if let Some(text) = &args.query {
        return Ok(vec![[text.clone(), String::new(), "total".to_owned(), String::new()]]);
    }
    if let Some(id) = &args.slo {
        session.known_slo(id)?;
    }
    let mine = session.config.objectives.iter().filter(|slo| slo.source == args.backend);
    let named = mine.filter(|slo| args.slo.as_ref().is_none_or(|id| *id == slo.id));
    let found: Vec<_> = named.flat_map(|slo| trial::queries(slo, step)).collect();
    if found.is_empty() {
        let text = "error: no SLO is counted by this backend; name a query with --query";
        return Err(Failure::configuration(text));
    }
    Ok(found)
}

fn is_well(trial: &Trial, batch: bool) -> bool {
    let sound = |shape: &Shape| shape.error.is_none() && shape.inside > 0;
    let well = |read: &Read| {
        let count = read.series.len();
        count > 0 && (batch || count == 1) && read.missing.is_empty() && read.series.iter().all(sound)
    };
    trial.read.as_ref().is_ok_and(well)
}

fn explained(trial: &Trial, order: &Order, batch: bool) -> String {
    let mut text = String::new();
    let mut say = |line: &str| {
        // Writing into a string cannot fail.
        let _ = writeln!(text, "{line}");
    };
    say(&format!("ran      {}", clean(&trial.program)));
    say(if trial.session {
        "         in a session of its own: no terminal, no input, killed with all its children at the limit"
    } else {
        "         in a group of its own (there is no setsid here, so it could open the terminal); no input"
    });
    say(&format!("passed   {}", trial.passed.join(" ")));
    for (name, value) in &trial.told {
        say(&format!("         {name}={value}"));
    }
    let (took, limit) = (trial.took.as_secs_f64(), trial.timeout.as_secs_f64());
    say(&format!("ended    {} after {took:.1} s of {limit} s; {} bytes printed", trial.ending, trial.bytes));
    for line in trial.said.lines() {
        say(&format!("stderr   {line}"));
    }
    match &trial.read {
        Ok(read) => of_series(&mut say, read, order, batch),
        Err(error) => {
            say(&format!("problem  {error}"));
            for line in &trial.head {
                say(&format!("printed  {line}"));
            }
        }
    }
    text
}

fn of_series(say: &mut impl FnMut(&str), read: &Read, order: &Order, batch: bool) {
    for shape in &read.series {
        let name = if shape.name.is_empty() { "series" } else { &shape.name };
        let end = |point: Option<(i64, f64)>| {
            point.map_or_else(|| "nothing".to_owned(), |(time, value)| format!("{value} at {time}"))
        };
        say(&format!(
            "read     {name}: {} points, {} of them asked for, {} no numbers; {} … {}",
            shape.points,
            shape.inside,
            shape.dropped,
            end(shape.first),
            end(shape.last)
        ));
        if let Some(error) = &shape.error {
            say(&format!("problem  {name}: {error}"));
        }
        if shape.points > 0 && shape.inside == 0 {
            say(&format!(
                "problem  {name}: no point lies in {} … {}: are these Unix seconds, and is BURNWATCH_START heeded?",
                order.from, order.to
            ));
        }
    }
    for name in read.missing.iter().filter(|_| !read.series.is_empty()) {
        say(&format!("problem  {name}: no series has its name, so nothing is known of it"));
    }
    if read.series.is_empty() {
        say("problem  no series: nothing is known, which is a gap and not a zero");
    }
    if read.series.len() > 1 && !batch {
        say(
            "problem  one query gives several series: add them up, or set batch = true and name each by its id",
        );
    }
    for warning in &read.warnings {
        say(&format!("warning  {warning}"));
    }
}
