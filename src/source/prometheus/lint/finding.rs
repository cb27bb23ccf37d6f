//! What a lint says, and the list of its rules.

use std::ops::Range;

use crate::text::cleaned;

/// Longest outside text in a message, in characters.
const SHOWN: usize = 60;

/// Something doubtful in a query. Never an error: the backend may answer it all the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub rule: Rule,
    /// What is wrong and what comes of it.
    pub message: String,
    /// What to write instead.
    pub suggestion: String,
    /// Bytes of the text as it was given, where they are known; of a pair, in its part.
    pub span: Option<Range<usize>>,
}

impl Finding {
    pub(super) fn new(
        rule: Rule,
        span: Option<Range<usize>>,
        message: impl Into<String>,
        suggestion: impl Into<String>,
    ) -> Self {
        Self { rule, message: message.into(), suggestion: suggestion.into(), span }
    }
}

/// Outside text in backquotes, safe to print and not too long.
pub(super) fn shown(text: &str) -> String {
    let short: String = text.chars().take(SHOWN).collect();
    let dots = if short.len() < text.len() { "…" } else { "" };
    format!("`{}{dots}`", cleaned(&short))
}

macro_rules! rules {
    ($($(#[$doc:meta])* $name:ident = $word:literal,)*) => {
        /// The one list of rules. A word is never given to another rule.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Rule { $($(#[$doc])* $name,)* }

        impl Rule {
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            pub fn word(self) -> &'static str {
                match self { $(Self::$name => $word,)* }
            }
        }
    };
}

rules! {
    /// The parser does not understand it.
    NotPromql = "not-promql",
    /// Longer or deeper than is looked at.
    TooLarge = "too-large",
    /// `avg`, `avg_over_time` or `_sum / _count`: outliers vanish in a mean.
    Mean = "mean",
    /// `a or vector(0) / b` is `a or (vector(0) / b)`.
    OrPrecedence = "or-precedence",
    /// `rate` over what has been added up: a reset of one series looks like a burst.
    SumBeforeRate = "sum-before-rate",
    /// The part counts what the total leaves out.
    PartOutsideTotal = "part-outside-total",
    /// The total counts more services, routes or instances than the part.
    TotalTooWide = "total-too-wide",
    /// Part and total are the same.
    PartIsTotal = "part-is-total",
    /// The good side counts failures, or the bad side successes.
    WrongSide = "wrong-side",
    /// One side is a number of events, the other events a second.
    UnitsDiffer = "units-differ",
    /// Both sides of a quotient look back differently far.
    RangesDiffer = "ranges-differ",
    /// A range of its own beside `{{.window}}`.
    FixedRange = "fixed-range",
    /// A quantile is not a number of events.
    QuantileAsEvents = "quantile-as-events",
    /// `histogram_quantile` over buckets whose `le` is gone.
    QuantileWithoutLe = "quantile-without-le",
    /// `histogram_quantile` over buckets counted since the process began.
    QuantileWithoutRate = "quantile-without-rate",
    /// Buckets overlap; added up they count an event many times.
    BucketWithoutLe = "bucket-without-le",
    /// `rate` or `increase` of something that also falls.
    RateOfGauge = "rate-of-gauge",
    /// `irate` sees two samples of the window.
    Irate = "irate",
    /// Errors divided by a number: errors a second, not a share.
    NoTotal = "no-total",
    /// More than one series is left, and an SLO needs one.
    SeveralSeries = "several-series",
    /// Processor, memory, disk: no user sees them.
    SystemMetric = "system-metric",
    /// A name that no histogram has.
    NotAHistogram = "not-a-histogram",
    /// The threshold is in seconds, the buckets are not.
    HistogramUnit = "histogram-unit",
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn words_are_kebab_case_and_unique() {
        let words: BTreeSet<_> = Rule::ALL.iter().map(|rule| rule.word()).collect();
        assert_eq!(words.len(), Rule::ALL.len());
        for word in words {
            assert!(word.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'), "{word}");
        }
    }

    #[test]
    fn outside_text_is_short_and_safe() {
        assert_eq!(shown("a\u{1b}[31mb"), "`ab`");
        assert_eq!(shown(&"x".repeat(100)), format!("`{}…`", "x".repeat(60)));
    }
}
