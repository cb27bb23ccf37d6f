//! A request that a histogram counted and that left its trace id there.

use super::TraceId;

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Exemplar {
    /// Unix seconds.
    pub at: i64,
    /// What was counted, in the unit of the histogram: seconds of a latency.
    pub value: f64,
    pub id: TraceId,
}
