//! Where `PromQL` hides: what the text of a query in another tool's file means.

/// Kinds of data source, in small letters and without signs, that answer `PromQL`. So does all that has
/// `prometheus` in it.
const PROMETHEUS_LIKE: &[&str] = &["promql", "mimir", "grafanamimir", "thanos", "cortex", "victoriametrics"];

/// The token that stands for a range in our own templates.
pub const WINDOW: &str = "{{.window}}";

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
    let text = text.trim();
    if let Some(template) = templated(text) {
        return Query::Template(template);
    }
    match selected(text) {
        Some((selector, by)) if counter => Query::Selector { selector, by },
        Some((selector, by)) => Query::Template(gauge_sum(&selector, &by)),
        None => Query::Instant(text.to_owned()),
    }
}

/// The query of a value rather than of events.
pub fn value(text: &str) -> Query {
    let text = text.trim();
    match (templated(text), is_bare(&masked(text))) {
        (Some(template), _) => Query::Template(template),
        (None, true) => Query::Selector { selector: text.to_owned(), by: Vec::new() },
        (None, false) => Query::Instant(text.to_owned()),
    }
}

fn gauge_sum(selector: &str, by: &[String]) -> String {
    let by = if by.is_empty() { String::new() } else { format!(" by ({}) ", by.join(", ")) };
    format!("sum{by}(sum_over_time({selector}[{WINDOW}]))")
}

/// With every `{{ .window }}` spelt in one way; none if there is none.
fn templated(text: &str) -> Option<String> {
    let (mut done, mut rest, mut found) = (String::new(), text, false);
    while let Some((before, after)) = rest.split_once("{{") {
        done.push_str(before);
        match after.split_once("}}") {
            Some((name, behind)) if name.trim() == ".window" => {
                done.push_str(WINDOW);
                (rest, found) = (behind, true);
            }
            _ => {
                done.push_str("{{");
                rest = after;
            }
        }
    }
    found.then(|| done + rest)
}

/// The selector of `selector`, `sum(selector)`, `sum by (a, b) (selector)` and `sum(selector) by (a, b)`.
fn selected(text: &str) -> Option<(String, Vec<String>)> {
    let mask = masked(text);
    if is_bare(&mask) {
        return Some((text.to_owned(), Vec::new()));
    }
    let rest = strip_word(&mask, "sum")?;
    let (before, rest) = by_labels(rest)?;
    let (inner, rest) = bracketed(rest)?;
    let (after, rest) = by_labels(rest)?;
    if !is_bare(inner) || !rest.trim().is_empty() || (before.is_some() && after.is_some()) {
        return None;
    }
    let start = inner.as_ptr() as usize - mask.as_ptr() as usize;
    let selector = text.get(start..start + inner.len())?.trim().to_owned();
    Some((selector, before.or(after).unwrap_or_default()))
}

/// `by (a, b)`, if it comes next. None where it is broken.
fn by_labels(text: &str) -> Option<(Option<Vec<String>>, &str)> {
    let Some(rest) = strip_word(text, "by") else { return Some((None, text)) };
    let (inner, rest) = bracketed(rest)?;
    let labels: Vec<String> = inner.split(',').map(|label| label.trim().to_owned()).collect();
    let named = labels.iter().all(|label| !label.is_empty() && label.chars().all(is_name));
    named.then_some((Some(labels), rest))
}

fn strip_word<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    let text = text.trim_start();
    let head = text.get(..word.len())?;
    let rest = &text[word.len()..];
    (head.eq_ignore_ascii_case(word) && !rest.starts_with(is_name)).then_some(rest)
}

/// What is in the first pair of brackets, which must come next, and what follows them.
pub(super) fn bracketed(text: &str) -> Option<(&str, &str)> {
    let text = text.trim_start().strip_prefix('(')?;
    let mut depth = 1;
    for (index, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some((&text[..index], &text[index + 1..]));
        }
    }
    None
}

/// `name`, `name{…}`, `{…}`, each perhaps with an offset.
fn is_bare(mask: &str) -> bool {
    let mask = mask.trim();
    let name = mask.find(|c: char| !is_name(c)).unwrap_or(mask.len());
    let (head, rest) = mask.split_at(name);
    let rest = rest.trim_start();
    let braces = rest.strip_prefix('{').and_then(|rest| rest.split_once('}'));
    let (has_braces, rest) = braces.map_or((false, rest), |(_, rest)| (true, rest.trim_start()));
    let named = !head.is_empty() && !head.starts_with(|c: char| c.is_ascii_digit());
    let offset =
        strip_word(rest, "offset").is_some_and(|by| by.trim().chars().all(|c| c.is_ascii_alphanumeric()));
    (named || (head.is_empty() && has_braces)) && (rest.is_empty() || offset)
}

pub(super) fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == ':'
}

/// The text with strings and comments blotted out, byte for byte.
pub(super) fn masked(text: &str) -> String {
    let mut mask = String::with_capacity(text.len());
    let (mut quote, mut comment, mut escaped) = (None, false, false);
    for c in text.chars() {
        let (within, blot) = (comment, comment || quote.is_some());
        match (quote, c) {
            _ if comment => comment = c != '\n',
            (Some(_), _) if escaped => escaped = false,
            (Some(open), '\\') if open != '`' => escaped = true,
            (Some(open), _) if c == open => quote = None,
            (None, '"' | '\'' | '`') => quote = Some(c),
            (None, '#') => comment = true,
            _ => {}
        }
        let kept = if within || comment { ' ' } else { '_' };
        match c {
            _ if !blot && !comment && quote.is_none() => mask.push(c),
            _ => (0..c.len_utf8()).for_each(|_| mask.push(kept)),
        }
    }
    mask
}

#[cfg(test)]
mod tests {
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
            ("sum(a{b=\")\"})", true, counter("a{b=\")\"}", &[])),
            ("SUM by (x, y)(a{b='é'} )", true, counter("a{b='é'}", &["x", "y"])),
            ("sum(a) by (x)", true, counter("a", &["x"])),
            ("# all\nsum # of\n(a)", true, counter("a", &[])),
            ("a{b=\"c\"}", false, template("sum(sum_over_time(a{b=\"c\"}[{{.window}}]))")),
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

    proptest::proptest! {
        #[test]
        fn no_text_breaks_it(text in r#"(sum|by|a|[{}()"'`\\#,. \n5mé\[\]]){0,24}"#) {
            let _ = understand(&text, true);
            proptest::prop_assert_eq!(masked(&text).len(), text.len());
        }
    }
}
