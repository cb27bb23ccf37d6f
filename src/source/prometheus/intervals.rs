//! How far apart the samples of a metric are.

use std::sync::Arc;

use super::batch::{Batcher, Outcome, Question, Refused, When};
use super::client::Client;
use super::kinds::sampled_selector;
use crate::domain::promql::Selector;
use crate::domain::slo::objective::Objective;
use crate::source::{Sampling, SourceError, Toll};

/// Samples in the densest 20 minutes of the last two hours: a scrape gap does not matter.
const DENSE: i64 = 1200;
/// Below this many the hour is counted instead.
const ENOUGH: f64 = 8.0;
const HOUR: i64 = 3600;
const SIZE: usize = 100;

pub(super) async fn intervals(
    client: &Client,
    refused: &Refused,
    objectives: &[Arc<Objective>],
    at: i64,
) -> Result<Vec<Option<Sampling>>, SourceError> {
    let selectors: Vec<Option<Selector>> =
        objectives.iter().map(|objective| sampled_selector(objective)).collect();
    let questions: Vec<Question> = selectors
        .iter()
        .enumerate()
        .filter_map(|(i, selector)| Some((i, selector.as_ref()?)))
        .flat_map(|(i, selector)| questions(i, selector))
        .collect();
    let batcher = Batcher { client, refused, when: When::At(at), size: SIZE, strict: true };
    let mut outcomes = batcher.ask(&questions, &mut Toll::default()).await?.into_iter();
    let mut next = || outcomes.next().and_then(count);
    Ok(selectors
        .iter()
        .map(|selector| selector.as_ref().and_then(|_| estimate(next(), next(), next())))
        .collect())
}

/// The windows are a second short, so that a sample on their edge is not counted twice. All ask that the series was
/// there before they began: the few samples of a young one would be taken for those of a slow one.
fn questions(index: usize, selector: &Selector) -> [Question; 3] {
    let dense = selector.over(&format!("{}s", DENSE - 1));
    let old = selector.before("20m").over("40m");
    let hour = selector.over(&format!("{}s", HOUR - 1));
    let before = selector.before("1h").over("1h");
    let lately = selector.over("30m");
    [
        Question {
            id: format!("{index}d"),
            text: format!(
                "max(max_over_time((count_over_time({dense}) and count_over_time({old}))[100m:5m]))"
            ),
        },
        Question {
            id: format!("{index}h"),
            text: format!("max(count_over_time({hour}) and count_over_time({before}))"),
        },
        Question {
            id: format!("{index}s"),
            text: format!(
                "min(count_over_time({hour}) and count_over_time({before}) and count_over_time({lately}))"
            ),
        },
    ]
}

fn count(outcome: Outcome) -> Option<f64> {
    outcome.ok()?.first()?.samples.last().map(|sample| sample.1)
}

/// `dense` and `hour` are of the series with most samples, `thin` of the one with fewest in the hour.
fn estimate(dense: Option<f64>, hour: Option<f64>, thin: Option<f64>) -> Option<Sampling> {
    let seconds = match (dense, hour) {
        (Some(dense), _) if dense >= ENOUGH => DENSE as f64 / dense,
        (_, Some(hour)) if hour >= 1.0 => HOUR as f64 / hour,
        _ => return None,
    };
    // A gap that all series share makes none of them slower than the others.
    let slower = hour.zip(thin).filter(|(hour, thin)| *thin >= 1.0 && *hour >= 2.0 * thin);
    Some(Sampling {
        every: seconds.round().max(1.0) as i64,
        slowest: slower.map(|(_, thin)| (HOUR as f64 / thin).round() as i64),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_from_counts() {
        let every = |dense, hour| estimate(dense, hour, hour).map(|sampling| sampling.every);
        assert_eq!(every(Some(80.0), Some(240.0)), Some(15));
        assert_eq!(every(Some(80.0), None), Some(15), "younger than an hour");
        assert_eq!(every(Some(2.0), Some(6.0)), Some(600));
        assert_eq!(every(Some(2.0), None), None, "young and sparse");
        assert_eq!(every(None, None), None);
        assert_eq!(every(Some(5000.0), None), Some(1));
    }

    #[test]
    fn the_slowest_counts_where_it_has_less_than_half_the_samples() {
        let slowest = |hour, thin| estimate(Some(80.0), Some(hour), thin).unwrap().slowest;
        assert_eq!(slowest(240.0, Some(12.0)), Some(300));
        assert_eq!(slowest(240.0, Some(130.0)), None);
        assert_eq!(slowest(20.0, Some(18.0)), None, "a gap of both");
        assert_eq!(slowest(240.0, None), None);
    }
}
