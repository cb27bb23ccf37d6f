//! One matcher in the braces of a selector: `code=~"5.."`.

use std::fmt;

use super::quote::{literal, quoted, unquoted};
use super::scan::Scan;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matcher {
    /// As written: in quotes, if it is.
    label: String,
    /// `=`, `!=`, `=~`, `!~`; empty where the braces name the metric.
    operator: &'static str,
    /// With its quotes.
    value: String,
}

impl Matcher {
    /// `label="value"`.
    pub fn equal(label: &str, value: &str) -> Self {
        Self { label: label.to_owned(), operator: "=", value: quoted(value) }
    }

    /// `label=~"a|b"`, which nothing else passes.
    pub fn one_of<'a>(label: &str, values: impl IntoIterator<Item = &'a str>) -> Self {
        let values: Vec<String> = values.into_iter().map(literal).collect();
        Self { label: label.to_owned(), operator: "=~", value: quoted(&values.join("|")) }
    }

    /// Takes the matcher that comes next. The error is a sentence.
    pub(super) fn read(scan: &mut Scan<'_>) -> Result<Self, String> {
        let in_quotes = scan.quoted();
        let label = in_quotes.unwrap_or_else(|| scan.word(|c| c.is_ascii_alphanumeric() || c == '_'));
        let malformed = || format!("`{label}` in braces is no matcher such as code=\"500\"");
        if label.is_empty() || label.starts_with(|c: char| c.is_ascii_digit()) {
            return Err(malformed());
        }
        let Some(operator) = scan.space().any(&["=~", "!~", "!=", "="]) else {
            // A metric whose name needs quotes stands in the braces by itself.
            let metric = in_quotes.ok_or_else(malformed)?;
            return Ok(Self { label: metric.to_owned(), operator: "", value: String::new() });
        };
        let value = scan.space().quoted().ok_or_else(|| format!("the value of `{label}` needs quotes"))?;
        Ok(Self { label: label.to_owned(), operator, value: value.to_owned() })
    }

    /// As written, with quotes if it has any; `None` where this names the metric.
    pub fn written_label(&self) -> Option<&str> {
        (!self.operator.is_empty()).then_some(&self.label)
    }

    /// Without quotes; `None` where this names the metric, or is written with codes.
    pub fn label(&self) -> Option<String> {
        self.written_label().and_then(plain)
    }

    pub fn is_of(&self, label: &str) -> bool {
        self.label().as_deref() == Some(label)
    }

    pub fn operator(&self) -> &'static str {
        self.operator
    }

    /// Without quotes; `None` when it is written with codes.
    pub fn value(&self) -> Option<String> {
        unquoted(&self.value)
    }

    /// The metric, where this is its name.
    pub fn metric(&self) -> Option<String> {
        match self.operator {
            "" => plain(&self.label),
            "=" if self.label == "__name__" => self.value(),
            _ => None,
        }
    }

    pub fn is_pattern(&self) -> bool {
        self.operator.ends_with('~')
    }

    /// The value that the label must have; `None` when that is not one value.
    pub fn pinned(&self) -> Option<String> {
        (self.operator == "=").then(|| self.value())?
    }
}

fn plain(label: &str) -> Option<String> {
    if label.starts_with(['"', '\'', '`']) { unquoted(label) } else { Some(label.to_owned()) }
}

impl fmt::Display for Matcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}{}", self.label, self.operator, self.value)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Selector;
    use super::*;

    #[test]
    fn matchers_are_told_apart() {
        let text = r#"a{b="c",d=~"e.",f='g\'\n',"h.i"=`i\`,j="\u00e9",k!="l"}"#;
        let selector = Selector::parse(text).unwrap();
        let pinned: Vec<_> =
            selector.matchers.iter().map(|one| (one.label().unwrap(), one.pinned())).collect();
        let wanted = [
            ("b", Some("c")),
            ("d", None),
            ("f", Some("g'\n")),
            ("h.i", Some("i\\")),
            ("j", None),
            ("k", None),
        ];
        assert_eq!(pinned, wanted.map(|(label, value)| (label.to_owned(), value.map(str::to_owned))));
        assert_eq!(selector.matchers.iter().filter(|one| one.is_pattern()).count(), 1);
        assert!(selector.matchers[3].is_of("h.i") && !selector.matchers[3].is_of("h"));
    }

    #[test]
    fn braces_may_name_the_metric() {
        let metric = |text: &str| {
            let matcher = Selector::parse(text).unwrap().matchers.remove(0);
            assert_eq!(matcher.label().is_none(), text.starts_with("{\""));
            matcher.metric()
        };
        assert_eq!(metric(r#"{"http.requests"}"#).as_deref(), Some("http.requests"));
        assert_eq!(metric(r#"{__name__="up"}"#).as_deref(), Some("up"));
        assert_eq!(metric(r#"{__name__=~"up"}"#), None);
        assert_eq!(metric(r#"{job="up"}"#), None);
    }

    #[test]
    fn values_stay_values() {
        assert_eq!(Matcher::equal("a", "b\"}").to_string(), r#"a="b\"}""#);
        let one = Matcher::one_of("a", [r#"a.b"}) or (x"#, "\\\n"]);
        assert_eq!(one.to_string(), r#"a=~"a\\.b\"\\}\\) or \\(x|\\\\\n""#);
    }
}
