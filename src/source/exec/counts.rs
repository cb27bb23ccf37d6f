//! Counts of objectives from what a command tells.

use super::bins::Plan;
use super::objection;
use super::order::{Outcome, Question, Runner, substituted};
use super::output::Told;
use crate::domain::slo::objective::Objective;
use crate::domain::slo::sli::{Counted, Sli};
use crate::source::prometheus::answer::Series;
use crate::source::prometheus::counts::{join, no_share};
use crate::source::store::buckets::Buckets;
use crate::source::{Asked, Cells, Counts, CountsAsk, Range, SettingError, SourceError, Toll};

pub(super) async fn counts(runner: &Runner, ask: &CountsAsk) -> Result<Counts, SourceError> {
    let mut slos: Vec<Option<Result<Cells, SourceError>>> =
        ask.asked.iter().map(|asked| objection(&asked.objective).map(refused)).collect();
    let mut toll = Toll::default();
    // Objectives that are counted in cells of one width are asked in the same bins.
    let mut widths: Vec<i64> = ask.asked.iter().map(|asked| asked.cell.as_seconds()).collect();
    widths.sort_unstable();
    widths.dedup();
    for width in widths {
        let places: Vec<usize> = (0..ask.asked.len())
            .filter(|place| slos[*place].is_none() && ask.asked[*place].cell.as_seconds() == width)
            .collect();
        let asked: Vec<&Asked> = places.iter().map(|place| &ask.asked[*place]).collect();
        let cells = of_width(runner, &asked, ask.range, width, &mut toll).await?;
        for (place, cells) in places.into_iter().zip(cells) {
            slos[place] = Some(cells);
        }
    }
    let slos = slos.into_iter().map(|cells| cells.unwrap_or_else(|| Ok(Cells::default()))).collect();
    Ok(Counts { slos, toll, ..Counts::default() })
}

fn refused(why: SettingError) -> Result<Cells, SourceError> {
    let hint = why.hint.map(|hint| format!(": {hint}")).unwrap_or_default();
    Err(SourceError::Uncountable(why.problem + &hint))
}

async fn of_width(
    runner: &Runner,
    asked: &[&Asked],
    range: Range,
    width: i64,
    toll: &mut Toll,
) -> Result<Vec<Result<Cells, SourceError>>, SourceError> {
    let plan = Plan::new(&runner.settings, range, width);
    if asked.is_empty() || plan.is_empty() {
        return Ok(vec![Ok(Cells::default()); asked.len()]);
    }
    let questions: Vec<Vec<Question>> =
        asked.iter().map(|asked| questions(&asked.objective, plan.span.step)).collect();
    let mut outcomes = runner.ask(&questions.concat(), plan.span, toll).await?.into_iter();
    let cells = asked.iter().zip(&questions).map(|(asked, questions)| {
        let mine: Vec<Outcome> = outcomes.by_ref().take(questions.len()).collect();
        cells(asked, &plan, mine)
    });
    Ok(cells.collect())
}

pub(super) fn questions(objective: &Objective, step: i64) -> Vec<Question> {
    let question = |(part, text): (&str, &str)| Question {
        text: substituted(text, step),
        service: objective.service.clone(),
        part: part.to_owned(),
        subject: objective.id.clone(),
    };
    objective.sli.written().into_iter().map(question).collect()
}

fn cells(asked: &Asked, plan: &Plan, outcomes: Vec<Outcome>) -> Result<Cells, SourceError> {
    let told: Vec<Told> = outcomes.into_iter().collect::<Result<_, _>>()?;
    let sli = &asked.objective.sli;
    let binned = |told: &Told| match sli {
        // What got through is held against its bound by the bin, however finely it is told.
        Sli::Throughput(_) => plan.bins(&plan.summed(told), |end, value| good(sli, plan, end, value)),
        _ => plan.bins(told, |end, value| good(sli, plan, end, value)),
    };
    let bins: Vec<Buckets> = told.iter().map(binned).collect();
    let mut part = Series::default();
    let mut total = Series::default();
    for end in plan.ends() {
        let time = end as f64;
        if bins.iter().any(|bins| plan.is_broken(bins, end)) {
            part.dropped.push(time);
            continue;
        }
        let heaps: Vec<_> = bins.iter().map(|bins| plan.cell(bins, end)).collect();
        match (&heaps[..], sli) {
            ([first, second], _) => {
                part.samples.extend(first.map(|heap| (time, heap.sum)));
                total.samples.extend(second.map(|heap| (time, heap.sum)));
            }
            ([Some(samples)], Sli::Bool(_)) => {
                part.samples.push((time, samples.sum));
                total.samples.push((time, samples.count));
            }
            ([Some(share)], _) => part.samples.push((time, share.sum / share.count)),
            _ => {}
        }
    }
    let dropped = told.iter().map(|told| told.dropped.len()).sum::<usize>() as u64;
    let cells = join(sli, &part, &total, asked.cell);
    let cells = cells.map_err(|what| {
        SourceError::Uncountable(match what {
            Counted::NoShare => no_share(sli.written().first().map_or("", |written| written.1)),
            _ => "bad or good events are told but the total is not: its query gives no points".to_owned(),
        })
    })?;
    Ok(Cells { dropped, ..cells })
}

/// What a point adds to its bin: itself where events are counted, and 1 for a good moment where time is.
fn good(sli: &Sli, plan: &Plan, end: i64, value: f64) -> Option<f64> {
    let moment = |good: bool| Some(f64::from(u8::from(good)));
    match sli {
        Sli::Ratio(_) => (value >= 0.0).then_some(value),
        Sli::Threshold(threshold) => moment(threshold.is_good(value)),
        Sli::Freshness(freshness) => moment(end as f64 - value <= freshness.max_age.as_seconds() as f64),
        Sli::Throughput(throughput) => moment(value / plan.span.step as f64 >= throughput.at_least),
        _ => Some(value),
    }
}
