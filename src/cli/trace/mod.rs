//! `trace`: one trace as a waterfall in text, or as JSON.

mod json;
mod text;

use super::args::{Common, TraceArgs};
use super::exit::{Failure, PROBLEMS};
use super::open;
use super::output::{print, say};
use crate::domain::trace::{NO_BACKEND, TraceId, troubles};
use crate::source::traces::{Tracing, seek};
use crate::widget::clean;

pub(super) async fn run(common: &Common, args: &TraceArgs) -> Result<u8, Failure> {
    let session = open::session(common, false)?;
    let id = TraceId::parse(&args.id).ok_or_else(|| {
        let hint = "it has up to 32 hexadecimal digits, not all 0";
        Failure::configuration(format!("error: `{}` is no trace id: {hint}", clean(&args.id)))
    })?;
    let tracers = session.tracers(common.timeout)?;
    if tracers.is_empty() {
        return Err(Failure::configuration(format!("error: {NO_BACKEND}")));
    }
    let found = seek(&tracers, id).await;
    let troubles = troubles(&found.outcomes);
    let Some(trace) = &found.trace else {
        say(&missing(id, &tracers, &troubles));
        return Ok(PROBLEMS);
    };
    let from = found.outcomes.last().map_or("", |outcome| outcome.name.as_str());
    print(&if args.json { json::document(trace, from)? } else { text::page(trace, from) })?;
    for trouble in troubles.iter().chain(found.outcomes.iter().flat_map(|one| &one.says)) {
        say(&format!("! {}", clean(trouble)));
    }
    Ok(0)
}

fn missing(id: TraceId, tracers: &[Tracing], troubles: &[String]) -> String {
    let asked: Vec<_> =
        tracers.iter().map(|one| format!("{} ({})", one.name, one.tracer.address())).collect();
    let asked = asked.join(", ");
    match troubles {
        [] => format!(
            "error: there is no trace {id} in {asked}; traces are often sampled, and kept for days only"
        ),
        troubles => format!("error: trace {id} was not found in {asked}\n{}", clean(&troubles.join("; "))),
    }
}
