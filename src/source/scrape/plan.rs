//! From an objective to the series that it is counted by.

use super::select::{Choice, selector};
use crate::domain::promql::{Matcher, Selector};
use crate::domain::slo::objective::Objective;
use crate::domain::slo::sli::Sli;
use crate::source::SettingError;

/// The choices of an objective: the part, and the total where there is one.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub(super) part: Choice,
    pub(super) total: Option<Choice>,
    /// Every bucket of a histogram, to say which there are.
    pub(super) buckets: Option<Choice>,
}

impl Plan {
    /// Of a child its own label set alone. The error is a sentence for the check.
    pub(super) fn of(objective: &Objective) -> Result<Self, String> {
        let read = |text: &str| Ok::<_, String>(narrowed(selector(text)?, objective));
        let one = |text: &str| {
            Ok::<_, String>(Self { part: Choice::of(&read(text)?, "")?, total: None, buckets: None })
        };
        match &objective.sli {
            Sli::Events(events) | Sli::Correctness(events) => {
                let total = Some(Choice::of(&read(&events.total)?, "")?);
                Ok(Self { total, ..one(&events.part)? })
            }
            Sli::Latency(latency) if latency.native => {
                Err("pages of metrics have no native histograms: give the boundary of a bucket".to_owned())
            }
            Sli::Latency(latency) => {
                let histogram = read(&latency.histogram)?;
                let buckets = Choice::of(&histogram, "_bucket")?;
                Ok(Self {
                    part: buckets.clone().bucket(latency.threshold),
                    total: Some(Choice::of(&histogram, "_count")?),
                    buckets: Some(buckets),
                })
            }
            Sli::Ratio(ratio) => one(&ratio.ratio),
            Sli::Threshold(threshold) => one(&threshold.value),
            Sli::Freshness(freshness) => one(&freshness.timestamp),
            Sli::Throughput(throughput) => one(&throughput.counter),
            Sli::Bool(metric) => one(metric),
            Sli::Composite(_) => Err("a composite is not asked; its members are".to_owned()),
        }
    }

    /// Why there is none for `objective`, by the key that is at fault.
    pub(super) fn objection(objective: &Objective) -> Option<SettingError> {
        let problem = Self::of(objective).err()?;
        let strange = |text: &str| selector(text).and_then(|bare| Choice::of(&bare, "")).is_err();
        let native = matches!(&objective.sli, Sli::Latency(latency) if latency.native);
        let written = objective.sli.written();
        let key = match written.iter().find(|(_, text)| strange(text)).or(written.first()) {
            _ if native => "native",
            Some((key, _)) => key,
            None => "kind",
        };
        Some(SettingError { key: key.to_owned(), problem, hint: None })
    }

    pub(super) fn choices(&self) -> impl Iterator<Item = &Choice> {
        [Some(&self.part), self.total.as_ref(), self.buckets.as_ref()].into_iter().flatten()
    }
}

fn narrowed(selector: Selector, objective: &Objective) -> Selector {
    let labels = objective.child_of().into_iter().flat_map(|group| &group.labels);
    let matchers = labels.map(|(label, value)| Matcher::equal(label, value));
    matchers.fold(selector, |all, one| all.narrowed("", Some(one)))
}

/// The selector `text` as it is meant for this objective; what cannot be read stays as it is.
pub(super) fn spelled(text: &str, objective: &Objective) -> String {
    selector(text).map_or_else(|_| text.to_owned(), |selector| narrowed(selector, objective).text())
}
