//! From an indicator and a cell to the expressions that count it.

use super::le;
use super::promql::{Expr, classify, classify_histogram, increase, substitute};
use super::scan::{balanced, without_comments};
use super::selector::Selector;
use crate::domain::slo::ledger::BASE;
use crate::domain::slo::sli::{Events, Latency, Ratio, Sli, Threshold};
use crate::domain::slo::window::Window;

/// What is asked of an indicator for one cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pair {
    /// `bad` or `good`.
    pub(super) side: &'static str,
    pub(super) part: String,
    /// Absent where the part is a share of time.
    pub(super) total: Option<String>,
}

impl Pair {
    fn share(side: &'static str, part: String) -> Self {
        Self { side, part, total: None }
    }
}

/// What to ask for `sli` over a cell of width `window`.
pub(super) fn pair(sli: &Sli, window: Window) -> Result<Pair, String> {
    match sli {
        Sli::Events(events) | Sli::Correctness(events) => of_events(events, window),
        Sli::Latency(latency) if latency.native => native(latency, window),
        Sli::Latency(latency) => {
            let (fast, all) = buckets(latency)?;
            let total = Some(increase(&all, window));
            Ok(Pair { side: "good", part: increase(&fast, window), total })
        }
        Sli::Ratio(ratio) => of_ratio(ratio, window),
        Sli::Threshold(threshold) => of_threshold(threshold, window),
        Sli::Freshness(freshness) => {
            let stamp = gauge(&freshness.timestamp)?;
            let good = format!("time() - max({}) <= bool {}", stamp.text(), freshness.max_age.as_seconds());
            Ok(Pair::share("good", minutes_of(&good, window)))
        }
        Sli::Throughput(throughput) => {
            let Expr::Counter(counter) = classify(&throughput.counter)? else {
                return Err(format!("`{}`: a throughput needs a bare counter", throughput.counter));
            };
            let rate = format!("sum(rate({}))", counter.over(&BASE.to_string()));
            let good = format!("{rate} >= bool {}", throughput.at_least);
            Ok(Pair::share("good", minutes_of(&good, window)))
        }
        Sli::Bool(metric) => {
            let samples = gauge(metric)?.over(&window.to_string());
            let total = Some(format!("sum(count_over_time({samples}))"));
            Ok(Pair { side: "good", part: format!("sum(sum_over_time({samples}))"), total })
        }
        Sli::Composite(_) => Err("a composite is not asked; its members are".to_owned()),
    }
}

fn of_events(events: &Events, window: Window) -> Result<Pair, String> {
    Ok(Pair {
        side: events.side.word(),
        part: classify(&events.part)?.over(window),
        total: Some(classify(&events.total)?.over(window)),
    })
}

/// The bucket at the threshold, and the count.
fn buckets(latency: &Latency) -> Result<(Selector, Selector), String> {
    let histogram = classify_histogram(&latency.histogram)?;
    let fast = histogram.narrowed("_bucket", Some(le::matcher(latency.threshold)));
    Ok((fast, histogram.narrowed("_count", None)))
}

/// The fraction of nothing is NaN, which is not above 0: no requests are no slow ones.
fn native(latency: &Latency, window: Window) -> Result<Pair, String> {
    let all = increase(&classify_histogram(&latency.histogram)?, window);
    let count = format!("histogram_count({all})");
    let fast = format!("histogram_fraction(0, {}, {all}) * {count}", latency.threshold);
    Ok(Pair { side: "good", part: format!("({fast}) >= 0 or {count} * 0"), total: Some(count) })
}

/// A bare series is averaged minute by minute, without the minutes in which it is not a number.
fn of_ratio(ratio: &Ratio, window: Window) -> Result<Pair, String> {
    let part = match classify(&ratio.ratio)? {
        Expr::Counter(series) => minutes_of(&format!("{} >= 0 < Inf", series.text()), window),
        Expr::Template(text) => substitute(&text, &window.to_string()),
    };
    Ok(Pair::share(ratio.side.word(), part))
}

fn of_threshold(threshold: &Threshold, window: Window) -> Result<Pair, String> {
    let text = without_comments(&threshold.value);
    if text.is_empty() {
        return Err("the expression is empty".to_owned());
    }
    balanced(&text).map_err(|why| format!("`{text}`: {why}"))?;
    let value = substitute(&text, &BASE.to_string());
    // What is not a number passes no comparison, and would else count as bad.
    let good = format!("(({value}) >= -Inf) {} bool {}", threshold.op, threshold.bound);
    Ok(Pair::share("good", minutes_of(&good, window)))
}

/// The mean of `expression` at the whole minutes of a window, over all its series. A second short, so that the
/// minute at the window's begin belongs to the one before, in any version.
fn minutes_of(expression: &str, window: Window) -> String {
    format!("avg(avg_over_time(({expression})[{}s:1m]))", window.as_seconds() - 1)
}

fn gauge(text: &str) -> Result<Selector, String> {
    match classify(text)? {
        Expr::Counter(selector) => Ok(selector),
        Expr::Template(_) => Err(format!("`{text}`: write the bare selector of a gauge")),
    }
}

/// The selector whose samples tell how often the indicator is sampled; `None` where it is hidden in own `PromQL`.
pub(super) fn sampled_selector(sli: &Sli) -> Option<Selector> {
    let text = match sli {
        Sli::Events(events) | Sli::Correctness(events) => &events.total,
        Sli::Latency(latency) if latency.native => &latency.histogram,
        Sli::Latency(latency) => return buckets(latency).ok().map(|(_, count)| count),
        Sli::Ratio(ratio) => &ratio.ratio,
        Sli::Threshold(threshold) => &threshold.value,
        Sli::Freshness(freshness) => &freshness.timestamp,
        Sli::Throughput(throughput) => &throughput.counter,
        Sli::Bool(metric) => metric,
        Sli::Composite(_) => return None,
    };
    gauge(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::slo::sli::{Freshness, Op, Side, Throughput};

    const FIVE: Window = Window::minutes(5);

    fn part(sli: &Sli) -> String {
        pair(sli, FIVE).unwrap().part
    }

    #[test]
    fn a_histogram_becomes_bucket_and_count() {
        let latency =
            Latency { histogram: r#"rt_seconds{service="a"}"#.into(), threshold: 0.3, native: false };
        let pair = pair(&Sli::Latency(latency), FIVE).unwrap();
        assert_eq!(pair.side, "good");
        assert_eq!(pair.part, r#"sum(increase(rt_seconds_bucket{service="a",le="0.3"}[5m]))"#);
        assert_eq!(pair.total.unwrap(), r#"sum(increase(rt_seconds_count{service="a"}[5m]))"#);
    }

    #[test]
    fn a_native_histogram_takes_any_threshold() {
        let latency = Latency { histogram: "rt_seconds".into(), threshold: 0.27, native: true };
        let pair = pair(&Sli::Latency(latency), FIVE).unwrap();
        let all = "sum(increase(rt_seconds[5m]))";
        assert_eq!(
            pair.part,
            format!(
                "(histogram_fraction(0, 0.27, {all}) * histogram_count({all})) >= 0 or histogram_count({all}) * 0"
            )
        );
        assert_eq!(pair.total.unwrap(), format!("histogram_count({all})"));
    }

    #[test]
    fn time_is_judged_minute_by_minute() {
        let threshold = Threshold { value: "depth{q=\"a\"}".into(), op: Op::AtMost, bound: 10.0 };
        assert_eq!(
            part(&Sli::Threshold(threshold)),
            "avg(avg_over_time((((depth{q=\"a\"}) >= -Inf) <= bool 10)[299s:1m]))"
        );
        let freshness = Freshness { timestamp: "done_seconds".into(), max_age: Window::hours(1) };
        assert_eq!(
            part(&Sli::Freshness(freshness)),
            "avg(avg_over_time((time() - max(done_seconds) <= bool 3600)[299s:1m]))"
        );
        let throughput = Throughput { counter: "rows_total".into(), at_least: 5.5 };
        assert_eq!(
            part(&Sli::Throughput(throughput)),
            "avg(avg_over_time((sum(rate(rows_total[5m])) >= bool 5.5)[299s:1m]))"
        );
    }

    #[test]
    fn ratios_recorded_or_computed() {
        let ratio = |text: &str| Sli::Ratio(Ratio { side: Side::Bad, ratio: text.into() });
        assert_eq!(part(&ratio("slo:errors")), "avg(avg_over_time((slo:errors >= 0 < Inf)[299s:1m]))");
        assert_eq!(part(&ratio("a[{{.window}}] / b")), "a[5m] / b");
        assert_eq!(pair(&ratio("slo:errors"), FIVE).unwrap().total, None);
    }

    #[test]
    fn a_bool_gauge_counts_samples() {
        let pair = pair(&Sli::Bool("up{job=\"a\"}".into()), FIVE).unwrap();
        assert_eq!(pair.part, "sum(sum_over_time(up{job=\"a\"}[5m]))");
        assert_eq!(pair.total.unwrap(), "sum(count_over_time(up{job=\"a\"}[5m]))");
    }

    #[test]
    fn the_sampled_series_is_known_unless_hidden() {
        let events =
            |total: &str| Sli::Events(Events { side: Side::Bad, part: "a".into(), total: total.into() });
        assert_eq!(sampled_selector(&events("b{c=\"d\"}")).unwrap().over("1m"), "b{c=\"d\"}[1m]");
        assert_eq!(sampled_selector(&events("sum(b[{{.window}}])")), None);
    }
}
