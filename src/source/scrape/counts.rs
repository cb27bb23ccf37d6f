//! Counts of objectives from the samples that are kept.

use std::collections::BTreeMap;

use super::plan::Plan;
use super::scraper::{Scraper, Want};
use super::view::{Lines, View};
use crate::domain::slo::ledger::BASE;
use crate::domain::slo::objective::Objective;
use crate::domain::slo::sli::{Counted, Sli};
use crate::source::prometheus::answer::Series;
use crate::source::prometheus::counts::{join, no_share};
use crate::source::{Asked, Cells, Counts, CountsAsk, Range, SourceError};

const MINUTE: i64 = 60;

/// An objective's series, wanted.
struct Wanted {
    part: Want,
    total: Option<Want>,
    buckets: Option<Want>,
}

pub(super) async fn counts(scraper: &Scraper, ask: &CountsAsk) -> Result<Counts, SourceError> {
    let wanted: Vec<Result<Wanted, String>> =
        ask.asked.iter().map(|asked| want(scraper, &asked.objective)).collect();
    for asked in &ask.asked {
        // A throughput looks back from each minute of the cell.
        scraper.keep_for(asked.cell.as_seconds() + BASE.as_seconds());
    }
    let toll = scraper.look().await?;
    let view = View::of(scraper);
    let cells = ask.asked.iter().zip(wanted).map(|(asked, wanted)| match wanted {
        Err(why) => Err(SourceError::Uncountable(why)),
        Ok(wanted) => cells(&view, asked, ask.range, &wanted),
    });
    Ok(Counts { slos: cells.collect(), toll, ..Counts::default() })
}

fn want(scraper: &Scraper, objective: &Objective) -> Result<Wanted, String> {
    let plan = Plan::of(objective)?;
    let want = |choice| scraper.want(choice);
    Ok(Wanted { part: want(plan.part), total: plan.total.map(want), buckets: plan.buckets.map(want) })
}

fn cells(view: &View<'_>, asked: &Asked, range: Range, wanted: &Wanted) -> Result<Cells, SourceError> {
    let sli = &asked.objective.sli;
    let width = asked.cell.as_seconds();
    let part = view.lines(&wanted.part);
    let total = wanted.total.as_ref().map(|total| view.lines(total));
    let (mut parts, mut totals) = (Series::default(), Series::default());
    let ends = (0..range.points()).map(|i| range.from + i * range.step);
    for end in ends.filter(|end| view.reaches(*end) && view.reaches(end - width)) {
        let time = end as f64;
        let (of_part, of_total) = match (sli, &total) {
            (Sli::Bool(_), _) => view.samples(&part, end, width).unzip(),
            (_, Some(total)) => (view.increase(&part, end, width), view.increase(total, end, width)),
            (_, None) => (share(view, sli, &part, end, width), None),
        };
        parts.samples.extend(of_part.map(|value| (time, value)));
        totals.samples.extend(of_total.map(|value| (time, value)));
    }
    join(sli, &parts, &totals, asked.cell).map_err(|what| match what {
        Counted::NoShare => {
            SourceError::Uncountable(no_share(sli.written().first().map_or("", |written| written.1)))
        }
        _ => reason(what, view, wanted),
    })
}

/// The share of good (or bad) minutes, over all series alike: the mean of each, and then of all.
fn share(view: &View<'_>, sli: &Sli, lines: &Lines<'_>, end: i64, width: i64) -> Option<f64> {
    let mut means: BTreeMap<usize, (f64, f64)> = BTreeMap::new();
    let mut add = |index: usize, value: f64| {
        let mean = means.entry(index).or_default();
        mean.0 += value;
        mean.1 += 1.0;
    };
    let first = end - width + MINUTE - (end - width).rem_euclid(MINUTE);
    for minute in (first..=end).step_by(MINUTE as usize) {
        let good = |good: bool| f64::from(u8::from(good));
        match sli {
            Sli::Ratio(_) => view
                .values(lines, minute)
                .filter(|value| value.2 >= 0.0)
                .for_each(|(index, _, value)| add(index, value)),
            Sli::Threshold(threshold) => view
                .values(lines, minute)
                .for_each(|(index, _, value)| add(index, good(threshold.is_good(value)))),
            Sli::Freshness(freshness) => {
                let newest = view.values(lines, minute).map(|value| value.2).reduce(f64::max);
                let oldest = freshness.max_age.as_seconds() as f64;
                if let Some(stamp) = newest {
                    add(0, good(minute as f64 - stamp <= oldest));
                }
            }
            Sli::Throughput(throughput) => {
                let span = BASE.as_seconds();
                let rate = view.increase(lines, minute, span).map(|grown| grown / span as f64);
                if let Some(rate) = rate {
                    add(0, good(rate >= throughput.at_least));
                }
            }
            _ => {}
        }
    }
    let means: Vec<f64> = means.into_values().map(|(sum, count)| sum / count).collect();
    (!means.is_empty()).then(|| means.iter().sum::<f64>() / means.len() as f64)
}

fn reason(what: Counted, view: &View<'_>, wanted: &Wanted) -> SourceError {
    let Some(buckets) = wanted.buckets.as_ref().filter(|_| what == Counted::NoBucket) else {
        let what = "bad or good events are counted but the total is not: no series answers to its selector";
        return SourceError::Uncountable(what.to_owned());
    };
    let lines = view.lines(buckets);
    let edges = lines.labels().flatten().filter(|(name, _)| name == "le");
    let mut edges: Vec<String> = edges.map(|(_, value)| crate::text::cleaned(value)).collect();
    edges.sort_by(|a, b| number(a).total_cmp(&number(b)));
    edges.dedup();
    edges.truncate(30);
    let (name, edges) = (&buckets.choice.name, edges.join(", "));
    SourceError::Uncountable(format!("no bucket of {name} ends at the threshold; there are: {edges}"))
}

fn number(text: &str) -> f64 {
    text.parse().unwrap_or(f64::NAN)
}
