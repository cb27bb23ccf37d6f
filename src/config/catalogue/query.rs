//! Where `PromQL` hides: what the text of a query in another tool's file means.

use crate::domain::promql::scan::{Scan, without_comments};
use crate::domain::promql::{Selector, substitute};

pub use crate::domain::promql::WINDOW;

/// Kinds of data source, in small letters and without signs, that answer `PromQL`. So does all that has
/// `prometheus` in it.
const PROMETHEUS_LIKE: &[&str] = &["promql", "mimir", "grafanamimir", "thanos", "cortex", "victoriametrics"];

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Query {
    /// A bare selector, or one within `sum`, perhaps `by` some labels.
    Selector { selector: String, by: Vec<String> },
    /// With `{{.window}}` where a range belongs.
    Template(String),
    /// A value at an instant: a range is fixed in it, or there is none. It can only be sampled over time.
    Instant(String),
}

/// Whether a source of this kind answers `PromQL`; the tools do not agree on capitals.
pub fn is_prometheus(kind: &str) -> bool {
    let kind: String =
        kind.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    kind.contains("prometheus") || PROMETHEUS_LIKE.contains(&kind.as_str())
}

/// No file standardises how `PromQL` is written, so the first of these decides:
/// 1. `{{.window}}` anywhere (any blanks in it): a template, taken as it is.
/// 2. a bare selector of a counter: counted with `sum(increase(selector[w]))`.
/// 3. `sum(selector)` of a counter, also `by (labels)`: the same, the increase moves inside the sum, for a sum
///    of counters breaks when one of them restarts.
/// 4. a selector or sum that is no counter, where numbers are events: `sum(sum_over_time(selector[w]))`.
/// 5. a range of its own such as `[5m]`, or anything else: a value at an instant, to be sampled over time.
/// 6. a source that does not answer `PromQL` ([`is_prometheus`]) has no query here; this is never asked.
pub fn understand(text: &str, counter: bool) -> Query {
    // A comment would swallow what is written behind it.
    let text = without_comments(text);
    if let Some(template) = templated(&text) {
        return Query::Template(template);
    }
    match selected(&text) {
        Some((selector, by)) if counter => Query::Selector { selector, by },
        Some((selector, by)) => gauge_sum(&selector, &by).map_or(Query::Instant(text), Query::Template),
        None => Query::Instant(text),
    }
}

/// The query of a value rather than of events.
pub fn value(text: &str) -> Query {
    let text = without_comments(text);
    match (templated(&text), bare(&text)) {
        (Some(template), _) => Query::Template(template),
        (None, Some(selector)) => Query::Selector { selector, by: Vec::new() },
        (None, None) => Query::Instant(text),
    }
}

fn gauge_sum(selector: &str, by: &[String]) -> Option<String> {
    let by = if by.is_empty() { String::new() } else { format!(" by ({}) ", by.join(", ")) };
    let samples = Selector::parse(selector).ok()?.over(WINDOW);
    Some(format!("sum{by}(sum_over_time({samples}))"))
}

/// With every `{{ .window }}` spelt in one way; none if there is none.
fn templated(text: &str) -> Option<String> {
    Some(substitute(text, WINDOW)).filter(|text| text.contains(WINDOW))
}

/// The selector of `selector`, `sum(selector)`, `sum by (a, b) (selector)` and `sum(selector) by (a, b)`.
fn selected(text: &str) -> Option<(String, Vec<String>)> {
    if let Some(selector) = bare(text) {
        return Some((selector, Vec::new()));
    }
    let mut scan = Scan(text);
    strip_word(&mut scan, "sum").then_some(())?;
    let before = by_labels(&mut scan)?;
    let selector = bare(scan.space().bracketed()?)?;
    let after = by_labels(&mut scan)?;
    let twice = !before.is_empty() && !after.is_empty();
    let by = if before.is_empty() { after } else { before };
    (scan.space().0.is_empty() && !twice).then_some((selector, by))
}

/// The text, if it is a selector and nothing more.
fn bare(text: &str) -> Option<String> {
    Some(text.trim().to_owned()).filter(|text| Selector::parse(text).is_ok())
}

/// The labels of `by (a, b)`, if it comes next. None where it is broken.
fn by_labels(scan: &mut Scan<'_>) -> Option<Vec<String>> {
    if !strip_word(scan, "by") {
        return Some(Vec::new());
    }
    let inner = scan.space().bracketed()?;
    let labels: Vec<String> = inner.split(',').map(|label| label.trim().to_owned()).collect();
    let named = labels.iter().all(|label| !label.is_empty() && label.chars().all(is_name));
    named.then_some(labels)
}

/// Takes the word, if it comes next.
fn strip_word(scan: &mut Scan<'_>, word: &str) -> bool {
    let mut ahead = Scan(scan.space().0);
    let found = ahead.word(is_name).eq_ignore_ascii_case(word);
    if found {
        scan.0 = ahead.0;
    }
    found
}

pub(super) fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == ':'
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn counter(selector: &str, by: &[&str]) -> Query {
        let by = by.iter().map(|label| (*label).to_owned()).collect();
        Query::Selector { selector: selector.to_owned(), by }
    }

    #[test]
    fn the_rules_in_their_order() {
        let template = |text: &str| Query::Template(text.to_owned());
        let instant = |text: &str| Query::Instant(text.to_owned());
        for (text, counted, wanted) in [
            ("sum(rate(a[{{ .window }}]))", true, template("sum(rate(a[{{.window}}]))")),
            (" a_total{code=~\"2..|}[5m]\"} ", true, counter("a_total{code=~\"2..|}[5m]\"}", &[])),
            ("a:b offset 5m", true, counter("a:b offset 5m", &[])),
            ("a offset -5m", true, counter("a offset -5m", &[])),
            ("a # of all\n", true, counter("a", &[])),
            ("sum(rate(a[5m])) # all", true, instant("sum(rate(a[5m]))")),
            ("sum(a # of all\n)", false, template("sum(sum_over_time(a[{{.window}}]))")),
            ("sum(a{b=\")\"})", true, counter("a{b=\")\"}", &[])),
            ("SUM by (x, y)(a{b='é'} )", true, counter("a{b='é'}", &["x", "y"])),
            ("sum(a) by (x)", true, counter("a", &["x"])),
            ("# all\nsum # of\n(a)", true, counter("a", &[])),
            ("a{b=\"c\"}", false, template("sum(sum_over_time(a{b=\"c\"}[{{.window}}]))")),
            ("a offset 5m", false, template("sum(sum_over_time(a[{{.window}}] offset 5m))")),
            ("sum by (x) (a)", false, template("sum by (x) (sum_over_time(a[{{.window}}]))")),
            ("sum(rate(a[5m]))", true, instant("sum(rate(a[5m]))")),
            ("a / b", true, instant("a / b")),
            ("sum(a) + 1", true, instant("sum(a) + 1")),
            ("sum(a) or sum(b)", true, instant("sum(a) or sum(b)")),
            ("sum by (x)(a) by (y)", true, instant("sum by (x)(a) by (y)")),
            ("sum by ()(a)", true, instant("sum by ()(a)")),
            ("summary", true, counter("summary", &[])),
            ("5", true, instant("5")),
            ("", true, instant("")),
        ] {
            assert_eq!(understand(text, counted), wanted, "{text}");
        }
    }

    #[test]
    fn a_value_is_never_counted() {
        assert_eq!(value("up{job='a'}"), counter("up{job='a'}", &[]));
        assert_eq!(value("sum(up)"), Query::Instant("sum(up)".to_owned()));
    }

    #[test]
    fn kinds_of_sources_whatever_their_capitals() {
        for kind in
            ["Prometheus", "prometheus", "PROMETHEUS", "amazonPrometheus", "azure-prometheus", "Mimir"]
        {
            assert!(is_prometheus(kind), "{kind}");
        }
        for kind in ["Datadog", "Any", "", "AppDynamics", "mimirx"] {
            assert!(!is_prometheus(kind), "{kind}");
        }
    }

    proptest! {
        #[test]
        fn no_text_breaks_it(text in r#"(sum|by|a|[{}()"'`\\#,. \n5mé\[\]]){0,24}"#) {
            for understood in [understand(&text, true), understand(&text, false), value(&text)] {
                match understood {
                    Query::Selector { selector, .. } => prop_assert!(Selector::parse(&selector).is_ok(), "{selector}"),
                    Query::Template(template) => prop_assert!(template.contains(WINDOW), "{template}"),
                    Query::Instant(kept) => prop_assert!(text.contains('#') || kept == text.trim(), "{kept}"),
                }
            }
        }
    }
}
