//! Requests faster than a threshold, counted by a histogram.

use super::{Counted, Tally, without_total};

/// A histogram by its selector, without `_bucket` or `_count`, and the threshold in seconds: the boundary of a
/// bucket, or any value where the histogram is native.
#[derive(Clone, Debug, PartialEq)]
pub struct Latency {
    pub histogram: String,
    pub threshold: f64,
    pub native: bool,
}

impl Latency {
    pub(super) fn count(fast: Option<f64>, total: Option<f64>) -> Counted {
        let Some(total) = total else { return without_total(fast) };
        match fast {
            Some(fast) => Counted::Cell {
                tally: Tally::new((total - fast).clamp(0.0, total.max(0.0)), total),
                seen: true,
            },
            // A histogram counts into every bucket it has, so one that is absent does not exist.
            None if total > 0.0 => Counted::NoBucket,
            None => Counted::Cell { tally: Tally::new(0.0, total), seen: false },
        }
    }

    /// `300ms`, `1.5s`.
    pub fn threshold_text(&self) -> String {
        let millis = self.threshold * 1000.0;
        if millis < 1000.0 { format!("{}ms", round(millis)) } else { format!("{}s", round(self.threshold)) }
    }
}

fn round(value: f64) -> f64 {
    (value * 1e6).round() / 1e6
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slow_is_what_the_bucket_did_not_count() {
        let latency = Latency { histogram: "h".into(), threshold: 0.3, native: false };
        let counted = Latency::count(Some(9.0), Some(10.0));
        assert_eq!(counted, Counted::Cell { tally: Tally::new(1.0, 10.0), seen: true });
        assert_eq!(Latency::count(None, Some(10.0)), Counted::NoBucket);
        assert_eq!(latency.threshold_text(), "300ms");
        assert_eq!(Latency { threshold: 2.5, ..latency }.threshold_text(), "2.5s");
    }
}
