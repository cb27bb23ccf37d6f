//! Which series a bare selector means, without anybody else to ask.

use regex::{Regex, RegexBuilder};

use crate::domain::promql::scan::without_comments;
use crate::domain::promql::{Matcher, Selector};

/// A selector that names one metric, ready to be held against labels.
#[derive(Clone, Debug)]
pub(super) struct Choice {
    pub(super) name: String,
    tests: Vec<Test>,
}

#[derive(Clone, Debug)]
struct Test {
    label: String,
    /// Whether it must hold, rather than must not.
    holds: bool,
    rule: Rule,
}

#[derive(Clone, Debug)]
enum Rule {
    Is(String),
    Like(Regex),
    /// The bucket that ends there, however it is written.
    Bucket(f64),
}

/// Bytes that a pattern may take when it is compiled.
const PATTERN: usize = 1 << 20;

/// Reads `text`; the error is a sentence for the check.
pub(super) fn selector(text: &str) -> Result<Selector, String> {
    let bare = without_comments(text);
    let selector = Selector::parse(&bare).map_err(|_| {
        format!("`{bare}` is PromQL: scrape reads pages of metrics itself and takes bare selectors alone, such as http_requests_total{{code=\"500\"}}")
    })?;
    if !selector.tail().is_empty() {
        return Err(format!("`{bare}`: scrape knows no offset"));
    }
    Ok(selector)
}

impl Choice {
    /// `suffix` is added to the metric's name.
    pub(super) fn of(selector: &Selector, suffix: &str) -> Result<Self, String> {
        let mut name = selector.name.clone();
        let mut tests = Vec::new();
        for matcher in &selector.matchers {
            match matcher.metric() {
                Some(metric) if name.is_empty() => name = metric,
                Some(_) => return Err(format!("`{}` names two metrics", selector.text())),
                None => tests.push(test(matcher)?),
            }
        }
        if name.is_empty() {
            return Err(format!("`{}` does not name a metric", selector.text()));
        }
        Ok(Self { name: name + suffix, tests })
    }

    /// The same, of one bucket.
    pub(super) fn bucket(mut self, bound: f64) -> Self {
        self.tests.push(Test { label: "le".to_owned(), holds: true, rule: Rule::Bucket(bound) });
        self
    }

    /// The same, where `label` matches `pattern`, which is ours.
    pub(super) fn like(mut self, label: &str, pattern: &str) -> Self {
        if let Ok(regex) = compiled(pattern) {
            self.tests.push(Test { label: label.to_owned(), holds: true, rule: Rule::Like(regex) });
        }
        self
    }

    /// The same, where it does not match.
    pub(super) fn unlike(self, label: &str, pattern: &str) -> Self {
        let mut all = self.like(label, pattern);
        if let Some(last) = all.tests.last_mut() {
            last.holds = false;
        }
        all
    }

    /// A label that is absent has the value "".
    pub(super) fn fits(&self, labels: &[(String, String)]) -> bool {
        self.tests.iter().all(|test| {
            let value = labels.iter().find(|(name, _)| *name == test.label).map_or("", |(_, value)| value);
            test.holds == test.rule.accepts(value)
        })
    }
}

impl Rule {
    fn accepts(&self, value: &str) -> bool {
        match self {
            Self::Is(wanted) => value == wanted,
            Self::Like(regex) => regex.is_match(value),
            // Without the dust of a division, such as 0.30000000000000004.
            Self::Bucket(bound) => value
                .parse()
                .is_ok_and(|edge: f64| edge == *bound || (edge - bound).abs() <= 1e-9 * bound.abs()),
        }
    }
}

fn test(matcher: &Matcher) -> Result<Test, String> {
    let unclear = || format!("`{matcher}` cannot be read");
    let (label, value) = (matcher.label().ok_or_else(unclear)?, matcher.value().ok_or_else(unclear)?);
    let rule = if matcher.is_pattern() {
        Rule::Like(compiled(&value).map_err(|why| format!("`{matcher}` is no pattern: {why}"))?)
    } else {
        Rule::Is(value)
    };
    Ok(Test { label, holds: !matcher.operator().starts_with('!'), rule })
}

/// The whole value has to match, as in Prometheus.
fn compiled(pattern: &str) -> Result<Regex, String> {
    let whole = format!("^(?s:{pattern})$");
    let regex = RegexBuilder::new(&whole).size_limit(PATTERN).build();
    regex.map_err(|error| error.to_string().lines().last().unwrap_or_default().trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choice(text: &str) -> Result<Choice, String> {
        Choice::of(&selector(text)?, "")
    }

    fn fits(text: &str, labels: &[(&str, &str)]) -> bool {
        let labels: Vec<_> = labels.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
        choice(text).unwrap().fits(&labels)
    }

    #[test]
    fn matchers_as_prometheus_has_them() {
        let labels = [("code", "503"), ("path", "/a\nb")];
        for (text, fit) in [
            ("m", true),
            (r#"m{code="503"}"#, true),
            (r#"m{code="50"}"#, false),
            (r#"m{code!="500"}"#, true),
            (r#"m{code=~"5.."}"#, true),
            (r#"m{code=~"5."}"#, false),
            (r#"m{code=~"4..|50"}"#, false),
            (r#"m{code!~"4.."}"#, true),
            (r#"m{path=~"/a.b"}"#, true),
            (r#"m{zone=""}"#, true),
            (r#"m{zone=~".+"}"#, false),
            (r#"m{zone!="x"}"#, true),
            (r#"{__name__="m",code="503"}"#, true),
        ] {
            assert_eq!(fits(text, &labels), fit, "{text}");
        }
    }

    #[test]
    fn buckets_are_numbers() {
        let fast = Choice::of(&selector("rt").unwrap(), "_bucket").unwrap().bucket(0.1 + 0.2);
        assert_eq!(fast.name, "rt_bucket");
        let le = |text: &str| fast.fits(&[("le".to_owned(), text.to_owned())]);
        assert!(le("0.3") && le("0.30") && le("3e-1") && !le("0.31") && !le("+Inf") && !le(""));
        let all = Choice::of(&selector("rt").unwrap(), "_bucket").unwrap().bucket(f64::INFINITY);
        assert!(all.fits(&[("le".to_owned(), "+Inf".to_owned())]));
    }

    #[test]
    fn what_takes_more_than_a_page_is_refused() {
        for (text, words) in [
            ("sum(rate(m[5m]))", "is PromQL"),
            ("sum(rate(m[{{.window}}]))", "bare selectors alone"),
            ("m[5m]", "is PromQL"),
            ("m offset 5m", "no offset"),
            (r#"{__name__=~"m.*"}"#, "does not name a metric"),
            (r#"m{__name__="n"}"#, "two metrics"),
            (r#"m{a=~"("}"#, "is no pattern"),
            (r#"m{a=~"(.{1000}){1000}"}"#, "is no pattern"),
        ] {
            let error = choice(text).unwrap_err();
            assert!(error.contains(words), "{text}: {error}");
        }
    }
}
