//! A bare vector selector: `name{label="value"} offset 5m`, in parts.

use super::matcher::Matcher;
use super::scan::Scan;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selector {
    /// Empty when the braces name the metric.
    pub name: String,
    pub matchers: Vec<Matcher>,
    /// Empty, or ` offset 5m` with its space.
    tail: String,
}

/// Why a text is no bare selector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotBare {
    /// It goes on with a range in brackets.
    Range,
    Other(String),
}

impl Selector {
    /// Reads `text`, which must hold no comments.
    pub fn parse(text: &str) -> Result<Self, NotBare> {
        let mut scan = Scan(text.trim());
        let name = scan.word(|c| c.is_ascii_alphanumeric() || c == '_' || c == ':').to_owned();
        if name.starts_with(|c: char| c.is_ascii_digit()) {
            return Err(NotBare::Other(format!("`{name}` is not the name of a metric")));
        }
        let matchers = match scan.space().any(&["{"]) {
            Some(_) => matchers(&mut scan).map_err(NotBare::Other)?,
            None => Vec::new(),
        };
        if name.is_empty() && matchers.is_empty() {
            return Err(NotBare::Other("it names no metric".to_owned()));
        }
        let tail = tail(scan.space())?;
        Ok(Self { name, matchers, tail })
    }

    /// The same series under the name with `suffix`, narrowed by `matcher`.
    #[must_use]
    pub fn narrowed(&self, suffix: &str, matcher: Option<Matcher>) -> Self {
        let matchers = self.matchers.iter().cloned().chain(matcher).collect();
        Self { name: format!("{}{suffix}", self.name), matchers, tail: self.tail.clone() }
    }

    /// The same series, `span` earlier than now, whatever offset is written.
    #[must_use]
    pub fn before(&self, span: &str) -> Self {
        Self { tail: format!(" offset {span}"), ..self.clone() }
    }

    pub fn over(&self, range: &str) -> String {
        format!("{}[{range}]{}", self.head(), self.tail)
    }

    /// The selector as an instant vector.
    pub fn text(&self) -> String {
        format!("{}{}", self.head(), self.tail)
    }

    /// What follows the braces, such as ` offset 5m`; empty if nothing does.
    pub fn tail(&self) -> &str {
        &self.tail
    }

    fn head(&self) -> String {
        if self.matchers.is_empty() {
            return self.name.clone();
        }
        format!("{}{{{}}}", self.name, written(&self.matchers))
    }
}

/// What stands between the braces, the first of which has been taken.
fn matchers(scan: &mut Scan<'_>) -> Result<Vec<Matcher>, String> {
    let mut found = Vec::new();
    loop {
        if scan.space().any(&["}"]).is_some() {
            return Ok(found);
        }
        found.push(Matcher::read(scan)?);
        if scan.space().any(&[","]).is_none() && !scan.0.starts_with('}') {
            return Err(format!("`,` or `}}` is missing after `{}`", written(&found)));
        }
    }
}

fn written(matchers: &[Matcher]) -> String {
    matchers.iter().map(Matcher::to_string).collect::<Vec<_>>().join(",")
}

fn tail(scan: &mut Scan<'_>) -> Result<String, NotBare> {
    if scan.0.is_empty() {
        return Ok(String::new());
    }
    if scan.0.starts_with('[') {
        return Err(NotBare::Range);
    }
    let rest = scan.0.to_owned();
    let surplus = || NotBare::Other(format!("`{rest}` follows the selector"));
    if !scan.word(|c| c.is_ascii_alphabetic()).eq_ignore_ascii_case("offset") {
        return Err(surplus());
    }
    let minus = scan.space().any(&["-"]).unwrap_or_default();
    let span = scan.space().word(|c| c.is_ascii_alphanumeric());
    if !span.starts_with(|c: char| c.is_ascii_digit()) || !scan.space().0.is_empty() {
        return Err(surplus());
    }
    Ok(format!(" offset {minus}{span}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn selectors_in_all_their_forms() {
        for (text, over) in [
            ("up", "up[5m]"),
            ("job:requests:total ", "job:requests:total[5m]"),
            (r"a{}", "a[5m]"),
            (r#" a { b = "c" , } "#, r#"a{b="c"}[5m]"#),
            (r#"a{b=~"x{2,}\"}",c!='}'}"#, r#"a{b=~"x{2,}\"}",c!='}'}[5m]"#),
            (r#"{__name__="a"}"#, r#"{__name__="a"}[5m]"#),
            (r#"{"http.requests", code="500"}"#, r#"{"http.requests",code="500"}[5m]"#),
            ("a offset 1h", "a[5m] offset 1h"),
            (r#"a{b="offset"} OFFSET -5m"#, r#"a{b="offset"}[5m] offset -5m"#),
        ] {
            assert_eq!(Selector::parse(text).map(|s| s.over("5m")), Ok(over.to_owned()), "{text}");
        }
    }

    #[test]
    fn whatever_else_is_refused() {
        for text in [
            "",
            "5",
            "{}",
            "sum(a)",
            "a + b",
            "a{b=c}",
            "a{b}",
            r#"a{b="c" d="e"}"#,
            "a offset",
            "a @ 5",
            "a{1b=\"c\"}",
        ] {
            assert!(matches!(Selector::parse(text), Err(NotBare::Other(_))), "{text}");
        }
        assert_eq!(Selector::parse("a [5m]"), Err(NotBare::Range));
    }
}
