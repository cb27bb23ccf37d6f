//! The metrics of an indicator that Pyrra knows, and the series it records of them.

use super::super::super::le;
use super::super::super::promql::{Expr, classify, classify_histogram};
use super::super::label;
use crate::domain::promql::{Matcher, Selector};
use crate::domain::slo::objective::Objective;
use crate::domain::slo::sli::{Side, Sli};

/// An indicator in Pyrra's terms, and the labels it is grouped by.
pub(super) struct Counted<'a> {
    metrics: Metrics,
    by: &'a [String],
}

/// All are bare selectors.
enum Metrics {
    Ratio { part: Selector, total: Selector, side: Side },
    Latency { fast: Selector, total: Selector, le: String },
    Native { histogram: Selector, threshold: f64 },
    Bool(Selector),
}

/// One recorded count.
pub(super) struct Count {
    pub(super) name: String,
    pub(super) expr: String,
    pub(super) le: Option<String>,
}

impl Metrics {
    fn of(sli: &Sli) -> Result<Self, String> {
        match sli {
            Sli::Events(events) | Sli::Correctness(events) => {
                Ok(Self::Ratio { part: bare(&events.part)?, total: bare(&events.total)?, side: events.side })
            }
            Sli::Latency(latency) => {
                let histogram = classify_histogram(&latency.histogram)?;
                if latency.native {
                    return Ok(Self::Native { histogram, threshold: latency.threshold });
                }
                Ok(Self::Latency {
                    fast: histogram.narrowed("_bucket", Some(le::matcher(latency.threshold))),
                    total: histogram.narrowed("_count", None),
                    le: latency.threshold.to_string(),
                })
            }
            Sli::Bool(metric) => Ok(Self::Bool(bare(metric)?)),
            other => Err(format!(
                "Pyrra has no indicator of the kind {}; the styles burnwatch and sloth can write it",
                other.kind()
            )),
        }
    }
}

impl<'a> Counted<'a> {
    pub(super) fn of(objective: &'a Objective) -> Result<Self, String> {
        Ok(Self { metrics: Metrics::of(&objective.sli)?, by: objective.grouped_by() })
    }

    fn total(&self) -> &Selector {
        match &self.metrics {
            Metrics::Ratio { total, .. } | Metrics::Latency { total, .. } => total,
            Metrics::Native { histogram: metric, .. } | Metrics::Bool(metric) => metric,
        }
    }

    /// The name that burn rates are recorded under.
    pub(super) fn base(&self) -> &str {
        let name = self.total().name.as_str();
        let name = name.strip_suffix("_total").unwrap_or(name);
        name.strip_suffix("_count").unwrap_or(name)
    }

    /// Labels that the total is narrowed to.
    pub(super) fn total_labels(&self) -> Vec<(String, String)> {
        let pinned = self.total().matchers.iter().filter_map(pinned);
        pinned.filter(|(label, _)| !label.starts_with("__")).collect()
    }

    /// Matchers of the total that also fit what is recorded of it.
    pub(super) fn total_matchers(&self, reserved: &[&str]) -> Vec<String> {
        let taken = |matcher: &Matcher| reserved.iter().any(|label| matcher.is_of(label));
        let kept = self.total().matchers.iter().filter(|matcher| self.is_kept(matcher) && !taken(matcher));
        kept.map(Matcher::to_string).collect()
    }

    /// Whether what is recorded has the label with its value, from the rule or from the series.
    fn is_kept(&self, matcher: &Matcher) -> bool {
        pinned(matcher).is_some() || self.by.iter().any(|name| matcher.is_of(name))
    }

    /// Labels that counts are kept apart by: those that tell errors from the rest, those that match several, and
    /// those of the group.
    pub(super) fn apart(&self) -> Vec<String> {
        let total = self.total();
        let known: Vec<&str> = total.matchers.iter().filter_map(Matcher::written_label).collect();
        let mut apart: Vec<&str> = match &self.metrics {
            Metrics::Ratio { part, .. } => {
                let own = part.matchers.iter().filter_map(Matcher::written_label);
                own.filter(|label| !known.contains(label)).collect()
            }
            Metrics::Bool(_) => known.clone(),
            Metrics::Latency { .. } | Metrics::Native { .. } => Vec::new(),
        };
        if !matches!(self.metrics, Metrics::Native { .. }) {
            let patterns = total.matchers.iter().filter(|one| one.is_pattern());
            apart.extend(patterns.filter_map(Matcher::written_label));
        }
        apart.extend(self.by.iter().map(String::as_str));
        apart.sort_unstable();
        apart.dedup();
        apart.into_iter().map(str::to_owned).collect()
    }

    /// What is recorded over the whole window.
    pub(super) fn over(&self, window: &str) -> Vec<Count> {
        let by = by(&self.apart());
        let increase = |selector: &Selector, le: Option<&str>| Count {
            name: increase_name(&selector.name, window),
            expr: format!("sum{by}(increase({}))", selector.over(window)),
            le: le.map(str::to_owned),
        };
        let samples = |word: &str, selector: &Selector| Count {
            name: format!("{}:{word}{window}", selector.name),
            expr: format!("sum{by}({word}_over_time({}))", selector.over(window)),
            le: None,
        };
        match &self.metrics {
            Metrics::Ratio { part, total, .. } if part.name == total.name => vec![increase(total, None)],
            Metrics::Ratio { part, total, .. } => vec![increase(total, None), increase(part, None)],
            Metrics::Latency { fast, total, le } => vec![increase(total, None), increase(fast, Some(le))],
            Metrics::Native { histogram, threshold } => {
                let all = format!("sum{by}(increase({}))", histogram.over(window));
                let name = increase_name(&histogram.name, window);
                let fast = format!("histogram_fraction(0, {threshold}, {all}) * histogram_count({all})");
                let total = Count { name: name.clone(), expr: format!("histogram_count({all})"), le: None };
                vec![total, Count { name, expr: fast, le: Some(threshold.to_string()) }]
            }
            Metrics::Bool(metric) => vec![samples("count", metric), samples("sum", metric)],
        }
    }

    /// The selectors whose absence is a fault, with the bound of a bucket. Absent errors are none; Pyrra itself would
    /// call that a fault too.
    pub(super) fn must_exist(&self) -> Vec<(String, Option<&str>)> {
        match &self.metrics {
            Metrics::Latency { fast, total, le } => vec![(total.text(), None), (fast.text(), Some(le))],
            Metrics::Native { .. } => Vec::new(),
            _ => vec![(self.total().text(), None)],
        }
    }

    /// The share of good events over the whole window, from what is recorded.
    pub(super) fn availability(&self, window: &str, slo: &str) -> String {
        let slo = format!("slo={}", label::quoted(slo));
        let recorded = |name: String, selector: &Selector, more: &[&str]| {
            let own = selector.matchers.iter().filter(|matcher| !matcher.is_of("le")).map(Matcher::to_string);
            let more = more.iter().copied().chain([slo.as_str()]).map(str::to_owned);
            let all: Vec<String> = own.chain(more).collect();
            format!("{name}{{{}}}", all.join(","))
        };
        let increase = |selector: &Selector, more: &[&str]| {
            recorded(increase_name(&selector.name, window), selector, more)
        };
        let le = |bound: &str| format!("le={}", label::quoted(bound));
        match &self.metrics {
            Metrics::Ratio { part, total, side } => {
                let share =
                    format!("sum({} or vector(0)) / sum({})", increase(part, &[]), increase(total, &[]));
                if *side == Side::Bad { format!("1 - {share}") } else { share }
            }
            Metrics::Latency { fast, total, le: bound } => format!(
                "sum({} or vector(0)) / sum({})",
                increase(fast, &[&le(bound)]),
                increase(total, &["le=\"\""])
            ),
            Metrics::Native { histogram, threshold } => format!(
                "sum({} or vector(0)) / sum({})",
                increase(histogram, &[&le(&threshold.to_string())]),
                increase(histogram, &["le=\"\""])
            ),
            Metrics::Bool(metric) => {
                let of = |word: &str| recorded(format!("{}:{word}{window}", metric.name), metric, &[]);
                format!("sum({}) / sum({})", of("sum"), of("count"))
            }
        }
    }

    /// Requests and errors a second, of the last five minutes.
    pub(super) fn now(&self) -> (String, String) {
        let rate = |selector: &Selector| format!("sum(rate({}))", selector.over("5m"));
        match &self.metrics {
            Metrics::Ratio { part, total, side: Side::Bad } => {
                (rate(total), format!("{} or vector(0)", rate(part)))
            }
            Metrics::Ratio { part, total, .. } | Metrics::Latency { fast: part, total, .. } => {
                (rate(total), format!("{} - {}", rate(total), rate(part)))
            }
            Metrics::Native { histogram, threshold } => {
                let all = rate(histogram);
                let count = format!("histogram_count({all})");
                (count.clone(), format!("{count} * (1 - histogram_fraction(0, {threshold}, {all}))"))
            }
            Metrics::Bool(metric) => {
                let range = metric.over("5m");
                let count = format!("sum(count_over_time({range}))");
                (count.clone(), format!("{count} - sum(sum_over_time({range}))"))
            }
        }
    }
}

/// Label and value that a matcher asks for, if both can be said in a label of a rule.
fn pinned(matcher: &Matcher) -> Option<(String, String)> {
    let label = matcher.written_label().filter(|label| !label.starts_with(['"', '\'', '`']))?;
    Some((label.to_owned(), matcher.pinned()?))
}

fn bare(text: &str) -> Result<Selector, String> {
    match classify(text)? {
        Expr::Counter(selector) if !selector.name.is_empty() => Ok(selector),
        Expr::Counter(_) => Err(format!("`{text}`: Pyrra needs the metric's name before the braces")),
        Expr::Template(text) => Err(format!(
            "Pyrra's series are named after a metric, and `{text}` is an expression; the styles burnwatch and sloth \
             can write it"
        )),
    }
}

fn by(labels: &[String]) -> String {
    if labels.is_empty() { String::new() } else { format!(" by ({}) ", labels.join(", ")) }
}

fn increase_name(metric: &str, window: &str) -> String {
    let mut name = metric;
    for suffix in ["_total", "_count", "_bucket"] {
        name = name.strip_suffix(suffix).unwrap_or(name);
    }
    format!("{name}:increase{window}")
}
