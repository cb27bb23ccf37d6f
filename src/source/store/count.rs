//! Counts of objectives: which questions they take, and what the answers come to.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::buckets::{Buckets, width_for};
use super::cells::{LATE, cells};
use super::need::{Need, RATE_SPAN, needs};
use super::{Outcome, Question, Span, Store};
use crate::domain::slo::grid::floor;
use crate::domain::slo::ledger::{HOUR, MINUTE};
use crate::domain::slo::objective::Objective;
use crate::domain::slo::sli::{Counted, Sli};
use crate::domain::slo::window::Window;
use crate::source::prometheus::counts::no_share;
use crate::source::{
    Asked, Cells, Counts, CountsAsk, Pagers, Range, Sampling, SettingError, SourceError, Toll,
};

/// What one objective asks, or why it cannot.
type Planned = Result<Vec<(String, Question)>, SettingError>;

pub(super) async fn counts<S: Store>(store: &S, ask: &CountsAsk) -> Result<Counts, SourceError> {
    let range = with_late(ask.range);
    let planned: Vec<Planned> = ask.asked.iter().map(|asked| plan(store, asked, range)).collect();
    let mut toll = Toll::default();
    let answers =
        fetch(store, planned.iter().flatten().flatten().map(|(_, question)| question), &mut toll).await?;
    let slos = ask.asked.iter().zip(&planned).map(|(asked, planned)| {
        let found = found(planned, &answers)?;
        let cells = cells(&asked.objective.sli, asked.cell, range, &found);
        let cells = cells.map_err(|what| uncounted(what, planned))?;
        // What is looked at again was counted before.
        let dropped = found.iter().map(|one| one.dropped_after(ask.range.from - ask.range.step)).sum();
        Ok(Cells { dropped, ..cells })
    });
    Ok(Counts { slos: slos.collect(), pagers: Pagers::default(), toll })
}

/// The present with what may have come late: cells that could still grow were not told when they were asked for first.
pub(super) fn with_late(range: Range) -> Range {
    if range.step == MINUTE { Range { from: range.from - LATE, ..range } } else { range }
}

/// Asks each question once, however many want it.
pub(super) async fn fetch<'q, S: Store>(
    store: &S,
    questions: impl Iterator<Item = &'q Question>,
    toll: &mut Toll,
) -> Result<BTreeMap<Question, Outcome>, SourceError> {
    let mut unique: Vec<Question> = Vec::new();
    for question in questions {
        if !unique.contains(question) {
            unique.push(question.clone());
        }
    }
    if unique.is_empty() {
        return Ok(BTreeMap::new());
    }
    let outcomes = store.fetch(&unique, toll).await?;
    toll.points += outcomes.iter().flatten().map(|buckets| buckets.len() as u64).sum::<u64>();
    Ok(unique.into_iter().zip(outcomes).collect())
}

/// The widest buckets of which cells of `cell` can be made.
pub(super) fn widest(sli: &Sli, cell: Window) -> i64 {
    if by_the_minute(sli) { MINUTE } else { cell.as_seconds() }
}

fn by_the_minute(sli: &Sli) -> bool {
    !matches!(sli, Sli::Events(_) | Sli::Correctness(_))
}

fn plan<S: Store>(store: &S, asked: &Asked, range: Range) -> Planned {
    let (sli, cell) = (&asked.objective.sli, asked.cell.as_seconds());
    let width = width_for(range, widest(sli, asked.cell));
    let before = if matches!(sli, Sli::Throughput(_)) { RATE_SPAN } else { 0 };
    // One more bucket: that it holds something proves that those before it are whole.
    let span = Span { from: range.from - cell - before, to: range.to + width, width };
    let question =
        |need: Need<'_>| Ok((need.key.to_owned(), Question { query: store.query(&need, width)?, span }));
    needs(sli)?.into_iter().map(question).collect()
}

/// The buckets of what one objective asked.
fn found(planned: &Planned, answers: &BTreeMap<Question, Outcome>) -> Result<Vec<Buckets>, SourceError> {
    let planned = planned.as_ref().map_err(|error| SourceError::Uncountable(error.to_string()))?;
    let mut found: Vec<Buckets> = Vec::with_capacity(planned.len());
    for (place, (key, question)) in planned.iter().enumerate() {
        // What counts errors may not be there before the first one; a total has to be.
        let needed = place + 1 == planned.len();
        found.push(match answers.get(question) {
            Some(Ok(Buckets { absent: Some(what), .. })) if needed => {
                return Err(SourceError::Uncountable(format!("{key}: {what}, in {}", question.query.text)));
            }
            Some(Ok(buckets)) => buckets.clone(),
            Some(Err(SourceError::Query { message })) => {
                return Err(SourceError::Query {
                    message: format!("{key}: {message}, in {}", question.query.text),
                });
            }
            Some(Err(error)) => return Err(error.clone()),
            None => Buckets::new(question.span.width),
        });
    }
    Ok(found)
}

fn uncounted(what: Counted, planned: &Planned) -> SourceError {
    let last = planned.as_ref().ok().and_then(|planned| planned.last());
    let text = last.map(|(_, question)| question.query.text.as_str()).unwrap_or_default();
    SourceError::Uncountable(match what {
        Counted::NoShare => no_share(text),
        _ => format!("events are counted but their total is not: `{text}` gives nothing"),
    })
}

/// How far back data is looked for to tell how often it comes.
const LOOK_BACK: i64 = 2 * HOUR;

/// Seconds between the points of each objective's data, where they are more than a minute apart: of denser data
/// every minute has its own, however many there are.
pub(super) async fn intervals<S: Store>(
    store: &S,
    objectives: &[Arc<Objective>],
    at: i64,
) -> Result<Vec<Option<Sampling>>, SourceError> {
    let to = floor(at, MINUTE);
    let span = Span { from: to - LOOK_BACK, to, width: MINUTE };
    let question = |objective: &Arc<Objective>| {
        let need = needs(&objective.sli).ok()?.pop()?;
        Some(Question { query: store.query(&need, MINUTE).ok()?, span })
    };
    let questions: Vec<Option<Question>> = objectives.iter().map(question).collect();
    let answers = fetch(store, questions.iter().flatten(), &mut Toll::default()).await?;
    let interval = |question: &Option<Question>| {
        let found = answers.get(question.as_ref()?)?.as_ref().ok()?;
        found.spacing().filter(|spacing| *spacing > MINUTE).map(Sampling::every)
    };
    Ok(questions.iter().map(interval).collect())
}
