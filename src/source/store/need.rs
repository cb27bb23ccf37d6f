//! What a kind of indicator needs of a store, under which key of the configuration.

use crate::domain::slo::ledger::BASE;
use crate::domain::slo::sli::Sli;
use crate::source::SettingError;

/// One query, as it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::source) struct Need<'a> {
    /// Its key in the `sli` table; of a signal its name.
    pub(in crate::source) key: &'a str,
    pub(in crate::source) text: &'a str,
    pub(in crate::source) fold: Fold,
}

/// How the points of one bucket become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::source) enum Fold {
    /// How many events there were.
    Count,
    /// The mean of a gauge.
    Mean,
    /// The greatest value.
    Most,
    /// The mean of a gauge, and how many samples it is of where the store can tell.
    Samples,
    /// Whatever the query says; events become a rate, a second, where this says so.
    Chart { per_second: bool },
}

/// A throughput is judged over so many seconds, every minute.
pub(in crate::source) const RATE_SPAN: i64 = BASE.as_seconds();

/// The queries of `sli`: the counted side first, then the total.
pub(in crate::source) fn needs(sli: &Sli) -> Result<Vec<Need<'_>>, SettingError> {
    let fold = match sli {
        Sli::Events(_) | Sli::Correctness(_) | Sli::Throughput(_) => Fold::Count,
        Sli::Ratio(_) | Sli::Threshold(_) => Fold::Mean,
        Sli::Freshness(_) => Fold::Most,
        Sli::Bool(_) => Fold::Samples,
        Sli::Latency(_) => return Err(no_histograms()),
        // Nobody is asked for it.
        Sli::Composite(_) => return Ok(Vec::new()),
    };
    Ok(sli.written().into_iter().map(|(key, text)| Need { key, text, fold }).collect())
}

fn no_histograms() -> SettingError {
    SettingError {
        key: "histogram".to_owned(),
        problem: "only Prometheus and its kin keep histograms; a latency cannot be counted from one here"
            .to_owned(),
        hint: Some("count the fast requests: kind = \"events\" with good = … and total = …".to_owned()),
    }
}
