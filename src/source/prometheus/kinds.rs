//! From an indicator and a cell to the expressions that count it.

use super::le;
use super::narrow::Narrow;
use super::promql::{Expr, classify, classify_histogram, increase};
use crate::domain::promql::Selector;
use crate::domain::promql::scan::{balanced, without_comments};
use crate::domain::promql::substitute;
use crate::domain::slo::ledger::BASE;
use crate::domain::slo::objective::Objective;
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

/// What to ask for `objective` over a cell of width `window`; of a child its own label set alone.
pub(super) fn pair(objective: &Objective, window: Window) -> Result<Pair, String> {
    of_sli(&objective.sli, Narrow::of(objective), window)
}

/// The same, but of a parent all its label sets at once, one series for each.
pub(super) fn pair_of_each(objective: &Objective, window: Window) -> Result<Pair, String> {
    of_sli(&objective.sli, Narrow::each(objective), window)
}

fn of_sli(sli: &Sli, narrow: Narrow<'_>, window: Window) -> Result<Pair, String> {
    let by = narrow.by();
    match sli {
        Sli::Events(events) | Sli::Correctness(events) => of_events(events, narrow, window),
        Sli::Latency(latency) if latency.native => native(latency, narrow, window),
        Sli::Latency(latency) => {
            let (fast, all) = buckets(latency, narrow)?;
            let total = Some(increase(&all, &by, window));
            Ok(Pair { side: "good", part: increase(&fast, &by, window), total })
        }
        Sli::Ratio(ratio) => of_ratio(ratio, narrow, window),
        Sli::Threshold(threshold) => of_threshold(threshold, narrow, window),
        Sli::Freshness(freshness) => {
            let stamp = narrow.selector(gauge(&freshness.timestamp)?);
            let good =
                format!("time() - max{by}({}) <= bool {}", stamp.text(), freshness.max_age.as_seconds());
            Ok(Pair::share("good", minutes_of(&good, narrow, window)))
        }
        Sli::Throughput(throughput) => {
            let Expr::Counter(counter) = classify(&throughput.counter)? else {
                return Err(format!("`{}`: a throughput needs a bare counter", throughput.counter));
            };
            let rate = format!("sum{by}(rate({}))", narrow.selector(counter).over(&BASE.to_string()));
            let good = format!("{rate} >= bool {}", throughput.at_least);
            Ok(Pair::share("good", minutes_of(&good, narrow, window)))
        }
        Sli::Bool(metric) => {
            let samples = narrow.selector(gauge(metric)?).over(&window.to_string());
            let total = Some(format!("sum{by}(count_over_time({samples}))"));
            Ok(Pair { side: "good", part: format!("sum{by}(sum_over_time({samples}))"), total })
        }
        Sli::Composite(_) => Err("a composite is not asked; its members are".to_owned()),
    }
}

fn of_events(events: &Events, narrow: Narrow<'_>, window: Window) -> Result<Pair, String> {
    let counted = |text: &str| {
        Ok::<_, String>(match classify(text)? {
            Expr::Counter(selector) => increase(&narrow.selector(selector), &narrow.by(), window),
            Expr::Template(text) => narrow.sum(Expr::Template(narrow.sum_by(text)).over(window)),
        })
    };
    let total = Some(counted(&events.total)?);
    Ok(Pair { side: events.side.word(), part: counted(&events.part)?, total })
}

/// The bucket at the threshold, and the count.
fn buckets(latency: &Latency, narrow: Narrow<'_>) -> Result<(Selector, Selector), String> {
    let histogram = narrow.selector(classify_histogram(&latency.histogram)?);
    let fast = histogram.narrowed("_bucket", Some(le::matcher(latency.threshold)));
    Ok((fast, histogram.narrowed("_count", None)))
}

/// The fraction of nothing is NaN, which is not above 0: no requests are no slow ones.
fn native(latency: &Latency, narrow: Narrow<'_>, window: Window) -> Result<Pair, String> {
    let all = increase(&narrow.selector(classify_histogram(&latency.histogram)?), &narrow.by(), window);
    let count = format!("histogram_count({all})");
    let fast = format!("histogram_fraction(0, {}, {all}) * {count}", latency.threshold);
    Ok(Pair { side: "good", part: format!("({fast}) >= 0 or {count} * 0"), total: Some(count) })
}

/// A bare series is averaged minute by minute, without the minutes in which it is not a number.
fn of_ratio(ratio: &Ratio, narrow: Narrow<'_>, window: Window) -> Result<Pair, String> {
    let part = match classify(&ratio.ratio)? {
        Expr::Counter(series) => {
            minutes_of(&format!("{} >= 0 < Inf", narrow.selector(series).text()), narrow, window)
        }
        Expr::Template(text) => narrow.and_on(substitute(&text, &window.to_string())),
    };
    Ok(Pair::share(ratio.side.word(), part))
}

fn of_threshold(threshold: &Threshold, narrow: Narrow<'_>, window: Window) -> Result<Pair, String> {
    let text = value_of(threshold)?;
    let value = match Selector::parse(&text) {
        Ok(selector) => narrow.selector(selector).text(),
        Err(_) => narrow.and_on(substitute(&text, &BASE.to_string())),
    };
    // What is not a number passes no comparison, and would else count as bad.
    let good = format!("(({value}) >= -Inf) {} bool {}", threshold.op, threshold.bound);
    Ok(Pair::share("good", minutes_of(&good, narrow, window)))
}

fn value_of(threshold: &Threshold) -> Result<String, String> {
    let text = without_comments(&threshold.value);
    if text.is_empty() {
        return Err("the expression is empty".to_owned());
    }
    balanced(&text).map_err(|why| format!("`{text}`: {why}"))?;
    Ok(text)
}

/// The mean of `expression` at the whole minutes of a window, over all its series or those of each label set. A
/// second short, so that the minute at the window's begin belongs to the one before, in any version.
fn minutes_of(expression: &str, narrow: Narrow<'_>, window: Window) -> String {
    format!("avg{}(avg_over_time(({expression})[{}s:1m]))", narrow.by(), window.as_seconds() - 1)
}

/// What tells which label sets `sli` has: vectors over the last `span`, of which each may know some.
pub(super) fn populations(sli: &Sli, span: Window) -> Result<Vec<String>, String> {
    let span_text = span.to_string();
    let last = |selector: &Selector| format!("last_over_time({})", selector.over(&span_text));
    let of = |text: &str| {
        Ok::<_, String>(match classify(text)? {
            Expr::Counter(selector) => last(&selector),
            Expr::Template(text) => substitute(&text, &span_text),
        })
    };
    Ok(match sli {
        // Errors that have no total must come to light.
        Sli::Events(events) | Sli::Correctness(events) => vec![of(&events.total)?, of(&events.part)?],
        Sli::Latency(latency) if latency.native => vec![last(&classify_histogram(&latency.histogram)?)],
        Sli::Latency(latency) => vec![last(&buckets(latency, Narrow::default())?.1)],
        Sli::Ratio(ratio) => vec![of(&ratio.ratio)?],
        Sli::Threshold(threshold) => {
            let text = value_of(threshold)?;
            let bare = Selector::parse(&text).ok().map(|selector| last(&selector));
            vec![bare.unwrap_or_else(|| substitute(&text, &span_text))]
        }
        Sli::Freshness(freshness) => vec![last(&gauge(&freshness.timestamp)?)],
        Sli::Throughput(throughput) => vec![of(&throughput.counter)?],
        Sli::Bool(metric) => vec![last(&gauge(metric)?)],
        Sli::Composite(_) => return Err("a composite has no labels to be grouped by".to_owned()),
    })
}

fn gauge(text: &str) -> Result<Selector, String> {
    match classify(text)? {
        Expr::Counter(selector) => Ok(selector),
        Expr::Template(_) => Err(format!("`{text}`: write the bare selector of a gauge")),
    }
}

/// The selector whose samples tell how often the indicator is sampled; `None` where it is hidden in own `PromQL`.
pub(super) fn sampled_selector(objective: &Objective) -> Option<Selector> {
    let narrow = Narrow::of(objective);
    let text = match &objective.sli {
        Sli::Events(events) | Sli::Correctness(events) => &events.total,
        Sli::Latency(latency) if latency.native => &latency.histogram,
        Sli::Latency(latency) => return buckets(latency, narrow).ok().map(|(_, count)| count),
        Sli::Ratio(ratio) => &ratio.ratio,
        Sli::Threshold(threshold) => &threshold.value,
        Sli::Freshness(freshness) => &freshness.timestamp,
        Sli::Throughput(throughput) => &throughput.counter,
        Sli::Bool(metric) => metric,
        Sli::Composite(_) => return None,
    };
    gauge(text).ok().map(|selector| narrow.selector(selector))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::slo::group::Labels;
    use crate::domain::slo::objective::Group;
    use crate::domain::slo::sli::{Freshness, Op, Side, Throughput};

    const FIVE: Window = Window::minutes(5);

    fn whole(sli: &Sli) -> Objective {
        Objective::new("a", "b", "main", sli.clone(), "99%".parse().unwrap(), Window::days(30))
    }

    fn pair(sli: &Sli, window: Window) -> Result<Pair, String> {
        super::pair(&whole(sli), window)
    }

    fn part(sli: &Sli) -> String {
        pair(sli, FIVE).unwrap().part
    }

    /// The same for the child `route="/x"`.
    fn child_part(sli: &Sli) -> String {
        let group = Group { by: vec!["route".into()], ..Group::default() };
        let parent = Objective { group: Some(group), ..whole(sli) };
        let child = parent.child(&Labels::from([("route".into(), "/x".into())]));
        super::pair(&child, FIVE).unwrap().part
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
        assert_eq!(sampled_selector(&whole(&events("b{c=\"d\"}"))).unwrap().over("1m"), "b{c=\"d\"}[1m]");
        assert_eq!(sampled_selector(&whole(&events("sum(b[{{.window}}])"))), None);
    }

    #[test]
    fn a_child_is_counted_by_its_labels_alone() {
        let events =
            |part: &str| Sli::Events(Events { side: Side::Bad, part: part.into(), total: "t".into() });
        assert_eq!(child_part(&events("e{a=\"b\"}")), r#"sum(increase(e{a="b",route="/x"}[5m]))"#);
        let only = r#"and on (route) label_replace(vector(1), "route", "/x", "", "")"#;
        assert_eq!(
            child_part(&events("sum by (route) (e[{{.window}}])")),
            format!("sum((sum by (route) (e[5m])) {only})")
        );
        let latency = Latency { histogram: "rt".into(), threshold: 0.3, native: false };
        assert_eq!(
            child_part(&Sli::Latency(latency)),
            r#"sum(increase(rt_bucket{route="/x",le="0.3"}[5m]))"#
        );
        let ratio = Sli::Ratio(Ratio { side: Side::Bad, ratio: "a[{{.window}}] / b".into() });
        assert_eq!(child_part(&ratio), format!("(a[5m] / b) {only}"), "shares are not added up");
        assert_eq!(child_part(&Sli::Bool("up".into())), r#"sum(sum_over_time(up{route="/x"}[5m]))"#);
        let threshold =
            |value: &str| Sli::Threshold(Threshold { value: value.into(), op: Op::AtMost, bound: 1.0 });
        assert!(child_part(&threshold("depth")).contains(r#"((depth{route="/x"}) >= -Inf)"#));
        assert!(child_part(&threshold("a / b")).contains(&format!("(((a / b) {only}) >= -Inf)")));
    }

    #[test]
    fn label_sets_are_looked_for_in_errors_and_total() {
        let span = Window::minutes(30);
        let events =
            Sli::Events(Events { side: Side::Bad, part: "e".into(), total: "sum(t[{{.window}}])".into() });
        assert_eq!(populations(&events, span).unwrap(), ["sum(t[30m])", "last_over_time(e[30m])"]);
        let latency = Latency { histogram: "rt".into(), threshold: 0.3, native: false };
        assert_eq!(populations(&Sli::Latency(latency), span).unwrap(), ["last_over_time(rt_count[30m])"]);
    }
}
