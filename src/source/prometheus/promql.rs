//! Expressions of the configuration, understood: counters, templates, histograms.

use crate::domain::promql::scan::{balanced, without_comments};
use crate::domain::promql::{NotBare, Selector, substitute};
use crate::domain::slo::window::Window;

/// An expression of the configuration, understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expr {
    /// A bare selector of counters: asked as `sum(increase(selector[w]))`.
    Counter(Selector),
    /// Own `PromQL` in which `{{.window}}` stands for the range.
    Template(String),
}

/// Tells a counter from a template. The error is a sentence for the configuration check.
pub fn classify(text: &str) -> Result<Expr, String> {
    let text = without_comments(text);
    if text.is_empty() {
        return Err("the expression is empty".to_owned());
    }
    balanced(&text).map_err(|why| format!("`{text}`: {why}"))?;
    let template = substitute(&text, "5m") != text;
    match Selector::parse(&text) {
        Ok(selector) if !template => Ok(Expr::Counter(selector)),
        Err(NotBare::Range) if bare_range(&text) => Err(format!(
            "`{text}` is a range of samples, not a number: write the selector alone, without brackets"
        )),
        _ if template => Ok(Expr::Template(text)),
        Ok(_) | Err(NotBare::Range) => Err(format!(
            "`{text}` has a range of its own: write the selector alone, or `{{{{.window}}}}` in the brackets"
        )),
        Err(NotBare::Other(why)) => Err(format!(
            "`{text}` is neither a bare selector ({why}) nor holds `{{{{.window}}}}` where the range belongs"
        )),
    }
}

/// Whether the text is a selector with its brackets and nothing more.
fn bare_range(text: &str) -> bool {
    text.ends_with(']') && text.rsplit_once('[').is_some_and(|(head, _)| Selector::parse(head).is_ok())
}

/// A histogram by its bare selector, without `_bucket`, `_count` or a matcher of `le`.
pub fn classify_histogram(text: &str) -> Result<Selector, String> {
    let text = without_comments(text);
    let selector = Selector::parse(&text).map_err(|why| match why {
        NotBare::Range => format!("`{text}`: write the histogram without a range"),
        NotBare::Other(why) => format!("`{text}` is not the selector of a histogram: {why}"),
    })?;
    if selector.name.is_empty() {
        return Err(format!("`{text}`: write the histogram's name before the braces"));
    }
    if let Some(suffix) = ["_bucket", "_count", "_sum"].iter().find(|end| selector.name.ends_with(**end)) {
        return Err(format!("`{text}`: write the histogram's name without {suffix}"));
    }
    if selector.matchers.iter().any(|matcher| matcher.is_of("le")) {
        return Err(format!("`{text}`: leave `le` out; the threshold says which bucket"));
    }
    Ok(selector)
}

impl Expr {
    /// `PromQL` for the increase over `window`. A template that counts events a second, as Sloth's do, is taken
    /// times the window: cells of different widths must weigh by what they hold.
    pub fn over(&self, window: Window) -> String {
        match self {
            Self::Counter(selector) => increase(selector, "", window),
            Self::Template(text) if is_per_second(text) => {
                format!("({}) * {}", substitute(text, &window.to_string()), window.as_seconds())
            }
            Self::Template(text) => substitute(text, &window.to_string()),
        }
    }
}

/// Whether the windows of a template stand in `rate` or `irate`, and in nothing that counts.
fn is_per_second(text: &str) -> bool {
    let calls = |name: &str| {
        text.match_indices(name).any(|(at, _)| {
            let before = text[..at].chars().next_back();
            let after = text[at + name.len()..].trim_start().starts_with('(');
            after && !before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':')
        })
    };
    let counts = ["increase", "delta", "sum_over_time", "count_over_time", "changes", "resets"];
    (calls("rate") || calls("irate")) && !counts.into_iter().any(calls)
}

/// The increase of all series, or of those of each label set where `by` is such as ` by (route) `.
pub(super) fn increase(selector: &Selector, by: &str, window: Window) -> String {
    format!("sum{by}(increase({}))", selector.over(&window.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIVE: Window = Window::minutes(5);

    fn over(text: &str) -> Result<String, String> {
        classify(text).map(|expr| expr.over(FIVE))
    }

    #[test]
    fn a_bare_selector_is_a_counter() {
        assert_eq!(
            over(r#"http_requests_total{code=~"5..",path="/{{id}}"} # errors"#).unwrap(),
            r#"sum(increase(http_requests_total{code=~"5..",path="/{{id}}"}[5m]))"#
        );
        assert_eq!(over("a:b:c offset 1d").unwrap(), "sum(increase(a:b:c[5m] offset 1d))");
    }

    #[test]
    fn a_template_takes_the_window() {
        let text = "sum(rate(a[{{.window}}])) * 60 + sum(rate(b[{{ .window }}]))";
        let expr = classify(text).unwrap();
        let minutes = "(sum(rate(a[1h30m])) * 60 + sum(rate(b[1h30m]))) * 5400";
        assert_eq!(expr.over(Window::minutes(90)), minutes);
    }

    #[test]
    fn events_a_second_become_events() {
        assert_eq!(over("sum(rate(a[{{.window}}]))").unwrap(), "(sum(rate(a[5m]))) * 300");
        for counted in ["sum(increase(a[{{.window}}]))", "sum(sum_over_time(a:rate[{{.window}}]))"] {
            assert_eq!(over(counted).unwrap(), counted.replace("{{.window}}", "5m"));
        }
        assert!(!is_per_second("my_rate (a[5m])") && !is_per_second("a:rate(x)"));
        assert!(is_per_second("1 - irate (a[5m])"));
    }

    #[test]
    fn anything_else_says_what_to_write() {
        for (text, part) in [
            ("  # nothing", "is empty"),
            ("sum(rate(a[5m]))", "nor holds `{{.window}}`"),
            ("a[5m]", "without brackets"),
            ("a[5m] offset 1h", "range of its own"),
            ("a[{{.window}}]", "without brackets"),
            ("sum(a[{{.window}}]", "`)` is missing"),
            ("sum(a)) or (b[{{.window}}])", "closes nothing"),
            ("a / b", "`/ b` follows the selector"),
            ("sum(a[{{.windows}}])", "nor holds"),
        ] {
            let error = over(text).unwrap_err();
            assert!(error.contains(part), "{text}: {error}");
        }
    }

    #[test]
    fn a_histogram_must_be_bare() {
        for text in
            ["rt_bucket", "rt_count{a=\"b\"}", "rt{le=\"1\"}", "rt{le!=\"1\"}", "{a=\"b\"}", "sum(rt)", ""]
        {
            assert!(classify_histogram(text).is_err(), "{text}");
        }
        assert!(classify_histogram(r#"rt{level="1"}"#).is_ok());
    }

    proptest::proptest! {
        #[test]
        fn no_text_breaks_it(text in r#"[a{}\[\]()"'`\\#=~,. 5mé]{0,24}"#) {
            let _ = classify(&text);
            let _ = classify_histogram(&text);
        }
    }
}
