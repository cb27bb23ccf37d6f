//! Counts of objectives: what to ask, and what the answers come to.

use std::collections::{BTreeMap, BTreeSet};

use super::alarms::Alarms;
use super::answer::Series;
use super::batch::{Batcher, Outcome, Question, Refused, When};
use super::client::Client;
use super::kinds::{Pair, pair};
use crate::domain::slo::ledger::MINUTE;
use crate::domain::slo::objective::Objective;
use crate::domain::slo::sli::{Counted, Sli};
use crate::domain::slo::window::Window;
use crate::source::{Asked, Cells, Counts, CountsAsk, Range, SourceError, Toll};

/// Up to this many points a chain of `or` stays cheap however long it is.
const SHORT: i64 = 12;
const SHORT_OBJECTIVES: usize = 50;
/// The chain is quadratic in its length for every point of a long range.
const LONG_OBJECTIVES: usize = 8;

pub(super) async fn counts(
    client: &Client,
    refused: &Refused,
    ask: &CountsAsk,
) -> Result<Counts, SourceError> {
    let pairs: Vec<Result<Pair, String>> =
        ask.asked.iter().map(|asked| pair(&asked.objective, asked.cell)).collect();
    let mut questions: Vec<Question> =
        pairs.iter().enumerate().flat_map(|(i, pair)| questions(i, pair.as_ref().ok())).collect();
    let objectives = if ask.range.points() <= SHORT { SHORT_OBJECTIVES } else { LONG_OBJECTIVES };
    let alarms = Alarms::new(&ask.pagers);
    let size = beside(&mut questions, alarms.questions(), 2 * objectives);
    let batcher = Batcher { client, refused, when: When::Over(ask.range), size, strict: true };
    let mut toll = Toll::default();
    let mut outcomes = batcher.ask(&questions, &mut toll).await?.into_iter();
    let mut slos = Vec::with_capacity(pairs.len());
    for (asked, pair) in ask.asked.iter().zip(pairs) {
        slos.push(match pair {
            Err(why) => Err(SourceError::Uncountable(why)),
            Ok(pair) => {
                let mut next = || outcomes.next().unwrap_or_else(|| Ok(Vec::new()));
                let part = next();
                let total = pair.total.as_ref().map(|_| next());
                cells(asked, &pair, part, total, ask.range)
            }
        });
    }
    let pagers = alarms.read(outcomes, ask.range);
    Ok(Counts { slos, pagers, toll })
}

/// Puts more questions beside the counts, and gives the size of batch at which they cost no request of their own.
fn beside(questions: &mut Vec<Question>, more: Vec<Question>, size: usize) -> usize {
    let batches = questions.len().div_ceil(size).max(1);
    questions.extend(more);
    questions.len().div_ceil(batches).max(size.min(questions.len()))
}

fn questions(index: usize, pair: Option<&Pair>) -> Vec<Question> {
    let Some(Pair { side, part, total }) = pair else { return Vec::new() };
    let letter = side.chars().next().unwrap_or('p');
    let part = Question { id: format!("{index}{letter}"), text: part.clone() };
    let total = total.clone().map(|text| Question { id: format!("{index}t"), text });
    [part].into_iter().chain(total).collect()
}

fn cells(
    asked: &Asked,
    pair: &Pair,
    part: Outcome,
    total: Option<Outcome>,
    range: Range,
) -> Result<Cells, SourceError> {
    let part = single(part, pair.side, &pair.part)?;
    let total = match total {
        Some(total) => single(total, "total", pair.total.as_deref().unwrap_or_default())?,
        None => Series::default(),
    };
    if range.step == MINUTE
        && (no_numbers(&part, &pair.part) || no_numbers(&total, pair.total.as_deref().unwrap_or_default()))
    {
        let what = "its samples are NaN or infinite, which no counter is: what writes them?".to_owned();
        return Err(SourceError::Uncountable(format!("{what} Asked was `{}`", pair.part)));
    }
    join(&asked.objective.sli, &part, &total, asked.cell)
        .map_err(|what| SourceError::Uncountable(reason(what, &asked.objective, pair)))
}

/// Nothing but NaN and infinities where counters are added up. A ratio without traffic is NaN, and an hour of the past
/// may be, so neither is a fault.
fn no_numbers(series: &Series, text: &str) -> bool {
    series.samples.is_empty() && !series.dropped.is_empty() && text.starts_with("sum(increase(")
}

/// As [`counts`], of what is answered already.
#[cfg(fuzzing)]
pub(super) fn answered(
    asked: &Asked,
    part: Vec<Series>,
    total: Vec<Series>,
    range: Range,
) -> Result<Cells, SourceError> {
    let pair = pair(&asked.objective, asked.cell).map_err(SourceError::Uncountable)?;
    let total = pair.total.as_ref().map(|_| Ok(total));
    cells(asked, &pair, Ok(part), total, range)
}

/// An expression must come to one series of plain numbers, or none.
pub(super) fn single(outcome: Outcome, part: &str, text: &str) -> Result<Series, SourceError> {
    let mut series = match outcome {
        Err(SourceError::Query { message }) => {
            return Err(SourceError::Query { message: format!("{part}: {message}, in {text}") });
        }
        other => other?,
    };
    if series.iter().any(|series| series.native) {
        return Err(SourceError::Uncountable(format!(
            "{part}: `{text}` gives a native histogram, not a number: wrap it in histogram_count(…)"
        )));
    }
    if series.len() > 1 {
        let count = series.len();
        return Err(SourceError::Uncountable(format!(
            "{part}: {count} series, expected 1: wrap it in sum(…): `{text}`"
        )));
    }
    Ok(series.pop().unwrap_or_default())
}

/// A cell with a sample that is no number is a gap, whichever side it was on. Cells that cannot be counted
/// are gaps too, unless the newest one is such: then the indicator itself does not work.
pub(in crate::source) fn join(
    sli: &Sli,
    part: &Series,
    total: &Series,
    cell: Window,
) -> Result<Cells, Counted> {
    let by_time = |series: &Series| -> BTreeMap<i64, f64> {
        series.samples.iter().map(|(time, value)| (*time as i64, *value)).collect()
    };
    let (parts, totals) = (by_time(part), by_time(total));
    let broken: BTreeSet<i64> = part.dropped.iter().chain(&total.dropped).map(|time| *time as i64).collect();
    let times: BTreeSet<i64> = parts.keys().chain(totals.keys()).copied().collect();
    let mut cells = Cells { dropped: (part.dropped.len() + total.dropped.len()) as u64, ..Cells::default() };
    let mut newest = Counted::Gap;
    for time in times.difference(&broken) {
        let counted = sli.count(parts.get(time).copied(), totals.get(time).copied(), cell);
        if let Counted::Cell { tally, seen } = counted {
            cells.points.push((*time, tally));
            cells.seen_since = cells.seen_since.or(seen.then_some(*time));
        }
        if counted != Counted::Gap {
            newest = counted;
        }
    }
    match newest {
        Counted::Gap | Counted::Cell { .. } => Ok(cells),
        Counted::NoTotal | Counted::NoShare | Counted::NoBucket => Err(newest),
    }
}

fn reason(what: Counted, objective: &Objective, pair: &Pair) -> String {
    if let (Sli::Latency(latency), Counted::NoBucket) = (&objective.sli, what) {
        return format!(
            "no bucket ends at le={}: count by (le) ({}) lists those there are; asked was `{}`",
            latency.threshold,
            buckets(&pair.part),
            pair.part
        );
    }
    if what == Counted::NoShare {
        return no_share(&pair.part);
    }
    let counted = if pair.side == "bad" { "errors are" } else { "good events are" };
    format!(
        "{counted} counted but the total is not: `{}` gives nothing",
        pair.total.as_deref().unwrap_or_default()
    )
}

pub(in crate::source) fn no_share(query: &str) -> String {
    format!("`{query}` is no share, which is from 0 to 1: divide a percentage by 100")
}

/// The bucket series of `sum(increase(NAME_bucket{…}[5m]))`, by name alone.
fn buckets(part: &str) -> &str {
    let inner = part.trim_start_matches("sum(increase(");
    inner.split(['{', '[']).next().unwrap_or(inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::slo::sli::{Events, Latency, Ratio, Side};
    use crate::domain::slo::tally::Tally;

    fn series(samples: &[(f64, f64)], dropped: &[f64]) -> Series {
        Series { samples: samples.to_vec(), dropped: dropped.to_vec(), ..Series::default() }
    }

    const FIVE: Window = Window::minutes(5);

    fn bad() -> Sli {
        Sli::Events(Events { side: Side::Bad, part: "b".into(), total: "t".into() })
    }

    #[test]
    fn counts_join_by_time() {
        let part = series(&[(120.0, 2.0)], &[]);
        let total = series(&[(60.0, 10.0), (120.0, 10.0)], &[]);
        let cells = join(&bad(), &part, &total, FIVE).unwrap();
        assert_eq!(cells.points, [(60, Tally::new(0.0, 10.0)), (120, Tally::new(2.0, 10.0))]);
        assert_eq!((cells.seen_since, cells.dropped), (Some(120), 0));
    }

    #[test]
    fn what_is_no_number_leaves_a_gap_and_not_a_zero() {
        let part = series(&[(60.0, 1.0)], &[120.0]);
        let total = series(&[(120.0, 10.0), (180.0, 10.0)], &[60.0]);
        let cells = join(&bad(), &part, &total, FIVE).unwrap();
        assert_eq!(cells.points, [(180, Tally::new(0.0, 10.0))]);
        assert_eq!(cells.dropped, 2);
    }

    #[test]
    fn errors_without_a_total_are_told_when_they_are_the_newest() {
        let part = series(&[(60.0, 1.0), (120.0, 1.0)], &[]);
        assert_eq!(join(&bad(), &part, &series(&[(60.0, 5.0)], &[]), FIVE), Err(Counted::NoTotal));
        let cells = join(&bad(), &part, &series(&[(120.0, 5.0)], &[]), FIVE).unwrap();
        assert_eq!(cells.points, [(120, Tally::new(1.0, 5.0))]);
    }

    #[test]
    fn a_missing_bucket_is_told() {
        let sli = Sli::Latency(Latency { histogram: "h".into(), threshold: 0.3, native: false });
        let total = series(&[(60.0, 5.0)], &[]);
        assert_eq!(join(&sli, &Series::default(), &total, FIVE), Err(Counted::NoBucket));
        assert_eq!(buckets(r#"sum(increase(h_bucket{le="0.3"}[5m]))"#), "h_bucket");
    }

    #[test]
    fn a_percentage_of_good_is_not_taken_for_perfect() {
        let sli = Sli::Ratio(Ratio { side: Side::Good, ratio: "r".into() });
        let part = series(&[(60.0, 0.5), (120.0, 99.2)], &[]);
        assert_eq!(join(&sli, &part, &Series::default(), FIVE), Err(Counted::NoShare));
        let objective = Objective::new("a", "b", "main", sli, "99%".parse().unwrap(), Window::days(1));
        let pair = pair(&objective, FIVE).unwrap();
        assert!(reason(Counted::NoShare, &objective, &pair).contains("divide a percentage by 100"));
    }

    #[test]
    fn one_series_of_numbers_or_none() {
        assert_eq!(single(Ok(vec![]), "bad", "x"), Ok(Series::default()));
        let two = single(Ok(vec![Series::default(), Series::default()]), "bad", "x").unwrap_err();
        assert!(two.to_string().contains("2 series, expected 1: wrap it in sum(…)"), "{two}");
        let native = Series { native: true, ..Series::default() };
        assert!(single(Ok(vec![native]), "bad", "x").unwrap_err().to_string().contains("native histogram"));
    }
}
