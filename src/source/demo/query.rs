//! What a Prometheus would be asked for an objective, as text for the reader.

use super::super::Query;
use crate::domain::slo::objective::Objective;
use crate::domain::slo::sli::{Side, Sli};
use crate::domain::slo::window::Window;

pub(super) fn queries(objective: &Objective, window: Window) -> Vec<Query> {
    let (part, counted, total) = match &objective.sli {
        Sli::Events(events) => {
            let part = if events.side == Side::Bad { "bad" } else { "good" };
            (part, increase(&events.part, window), increase(&events.total, window))
        }
        Sli::Latency(latency) => {
            let bound = format!("le=\"{}\"", latency.threshold);
            let bucket = with_matcher(&with_suffix(&latency.histogram, "_bucket"), &bound);
            let count = with_suffix(&latency.histogram, "_count");
            ("good", increase(&bucket, window), increase(&count, window))
        }
        other => {
            return other.written().into_iter().map(|(part, text)| query(part, text.to_owned())).collect();
        }
    };
    vec![query(part, counted), query("total", total)]
}

fn query(part: &str, text: String) -> Query {
    Query { part: part.to_owned(), text }
}

/// A bare selector is a counter; anything else says itself where the window goes.
fn increase(text: &str, window: Window) -> String {
    if text.contains("{{.window}}") {
        text.replace("{{.window}}", &window.to_string())
    } else {
        format!("sum(increase({text}[{window}]))")
    }
}

fn with_suffix(selector: &str, suffix: &str) -> String {
    let name = selector.find('{').unwrap_or(selector.len());
    format!("{}{suffix}{}", &selector[..name], &selector[name..])
}

fn with_matcher(selector: &str, matcher: &str) -> String {
    match selector.strip_suffix('}') {
        Some(open) if open.ends_with('{') => format!("{open}{matcher}}}"),
        Some(open) => format!("{open},{matcher}}}"),
        None => format!("{selector}{{{matcher}}}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn selectors_become_increases() {
        let hour = Window::hours(1);
        assert_eq!(increase("x{a=\"b\"}", hour), "sum(increase(x{a=\"b\"}[1h]))");
        assert_eq!(increase("sum(rate(x[{{.window}}]))", hour), "sum(rate(x[1h]))");
    }

    #[test]
    fn buckets_carry_the_bound() {
        let bound = "le=\"0.3\"";
        assert_eq!(
            with_matcher(&with_suffix("h{a=\"b\"}", "_bucket"), bound),
            "h_bucket{a=\"b\",le=\"0.3\"}"
        );
        assert_eq!(with_matcher(&with_suffix("h", "_bucket"), bound), "h_bucket{le=\"0.3\"}");
        assert_eq!(with_matcher("h_bucket{}", bound), "h_bucket{le=\"0.3\"}");
    }
}
