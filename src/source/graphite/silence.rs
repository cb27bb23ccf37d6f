//! Graphite says nothing of a metric that it does not know, nothing of an expression that it cannot read, and nothing of
//! times that its archives do not reach: which of them it is.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::{Graphite, Reach, answer, target};
use crate::source::http::link::{Request, Way};
use crate::source::prometheus::identify::is_refusal;
use crate::source::store::buckets::Buckets;
use crate::source::store::{Outcome, Question};
use crate::source::{SourceError, Toll};

const FIND: &str = "/metrics/find";
/// So long a silence is not looked into again: no service has errors most of the time.
const FRESH: Duration = Duration::from_secs(300);

/// Why targets gave nothing, and when that was found out. As many as there are queries.
#[derive(Debug, Default)]
pub(super) struct Silence(Mutex<BTreeMap<String, (Instant, Why)>>);

#[derive(Clone, Debug)]
enum Why {
    Unknown(String),
    Unreadable,
    /// There is nothing of that time.
    Nothing,
}

impl Silence {
    fn known(&self, target: &str) -> Option<Why> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get(target).filter(|(at, _)| at.elapsed() < FRESH).map(|(_, why)| why.clone())
    }

    fn keep(&self, target: &str, why: Why) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.insert(target.to_owned(), (Instant::now(), why));
    }
}

impl Graphite {
    /// What it means that nothing was said of `question`.
    pub(super) async fn silent(&self, question: &Question, toll: &mut Toll) -> Outcome {
        let target = question.query.text.as_str();
        let why = if let Some(why) = self.silence.known(target) {
            why
        } else {
            let why = self.look_into(target, toll).await?;
            self.silence.keep(target, why.clone());
            why
        };
        let mut nothing = Buckets::new(question.span.width);
        match why {
            Why::Nothing => Ok(nothing),
            Why::Unknown(metric) => {
                nothing.absent = Some(format!("Graphite knows no metric `{metric}`"));
                Ok(nothing)
            }
            Why::Unreadable => Err(SourceError::Query {
                message: "Graphite gives nothing for it, though it knows the metrics: can it be read?"
                    .to_owned(),
            }),
        }
    }

    async fn look_into(&self, target: &str, toll: &mut Toll) -> Result<Why, SourceError> {
        let mut metrics = target::metrics(target);
        metrics.retain(|metric| !metric.is_empty());
        for metric in &metrics {
            match self.knows(metric, toll).await {
                Ok(true) => {}
                Ok(false) => return Ok(Why::Unknown((*metric).to_owned())),
                // Not all that render can also find.
                Err(error) if is_refusal(&error) => return Ok(Why::Nothing),
                Err(error) => return Err(error),
            }
        }
        // Of the present it has at least points without a value, if it can read the target at all.
        let reads = metrics.is_empty() || !self.render(&[target], Reach::Now, toll).await?.is_empty();
        Ok(if reads { Why::Nothing } else { Why::Unreadable })
    }

    async fn knows(&self, metric: &str, toll: &mut Toll) -> Result<bool, SourceError> {
        let params = [("query", metric.to_owned()), ("format", "treejson".to_owned())];
        let request = Request { way: Way::Query, path: FIND, params: &params };
        self.link.ask(request, toll, |reply| answer::is_known(&reply)).await
    }

    /// Whether it has any metric at all.
    pub(super) async fn has_metrics(&self, toll: &mut Toll) -> Result<bool, SourceError> {
        self.knows("*", toll).await
    }
}
