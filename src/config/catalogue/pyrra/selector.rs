//! A metric with matchers, and nothing else: `name{label="value",other=~"a|b"}`.

use crate::config::code;
use crate::config::place::At;
use crate::config::report::Report;
use crate::config::shown::quoted;

#[derive(Clone, Debug, PartialEq)]
pub struct Selector {
    pub written: At<String>,
    pub name: String,
    pub matchers: Vec<Matcher>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matcher {
    pub label: String,
    /// `=`, `!=`, `=~` or `!~`.
    pub op: &'static str,
    /// Without quotes, escapes resolved.
    pub value: String,
}

pub(super) fn selector(written: At<String>, report: &Report<'_>) -> Option<Selector> {
    match parse(&written.value) {
        Ok((name, matchers)) => Some(Selector { written, name, matchers }),
        Err(message) => {
            let found = report.error(code::BAD_VALUE, &written.span, &message);
            found.hint(
                "Pyrra takes a metric with labels, such as requests_total{code=~\"5..\"}, and nothing more",
            );
            None
        }
    }
}

fn parse(text: &str) -> Result<(String, Vec<Matcher>), String> {
    let mut rest = Rest(text.trim());
    let mut name = rest.word(true).to_owned();
    let mut matchers = Vec::new();
    if rest.take("{") {
        while !rest.take("}") {
            let quoted_name = rest.0.starts_with(['"', '\'', '`']);
            let label = if quoted_name { rest.text()? } else { rest.word(false).to_owned() };
            match rest.op() {
                // `{"a name with blanks"}`
                None if quoted_name && name.is_empty() => name = label,
                None => return Err(rest.unexpected()),
                Some(_) if label.is_empty() => return Err(rest.unexpected()),
                Some(op) => matchers.push(Matcher { label, op, value: rest.text()? }),
            }
            if !rest.take(",") && !rest.0.starts_with('}') {
                return Err(rest.unexpected());
            }
        }
    }
    if !rest.0.is_empty() {
        return Err(format!("there is more than a metric: `{}`", quoted(rest.0)));
    }
    if name.is_empty() {
        name = named(&matchers).ok_or("this selects no metric by its name")?;
    }
    Ok((name, matchers))
}

fn named(matchers: &[Matcher]) -> Option<String> {
    let name = matchers.iter().find(|matcher| matcher.label == "__name__" && matcher.op == "=")?;
    (!name.value.is_empty()).then(|| name.value.clone())
}

/// What is still to be read, without blanks in front.
struct Rest<'a>(&'a str);

impl<'a> Rest<'a> {
    fn skip(&mut self, bytes: usize) -> &'a str {
        let (taken, rest) = self.0.split_at(bytes);
        self.0 = rest.trim_start();
        taken
    }

    fn take(&mut self, token: &str) -> bool {
        let found = self.0.starts_with(token);
        if found {
            self.skip(token.len());
        }
        found
    }

    /// A name, which may be empty; of a metric with colons.
    fn word(&mut self, colons: bool) -> &'a str {
        let fits = |c: char| c.is_ascii_alphanumeric() || c == '_' || (colons && c == ':');
        if self.0.starts_with(|c: char| c.is_ascii_digit()) {
            return "";
        }
        let end = self.0.find(|c: char| !fits(c)).unwrap_or(self.0.len());
        self.skip(end)
    }

    fn op(&mut self) -> Option<&'static str> {
        ["=~", "!~", "!=", "="].into_iter().find(|op| self.take(op))
    }

    /// A text in quotes.
    fn text(&mut self) -> Result<String, String> {
        let quote = self.0.chars().next().filter(|c| matches!(c, '"' | '\'' | '`'));
        let Some(quote) = quote else { return Err(self.unexpected()) };
        let mut text = String::new();
        let mut chars = self.0.char_indices().skip(1);
        while let Some((index, c)) = chars.next() {
            if c == quote {
                self.skip(index + 1);
                return Ok(text);
            }
            if c != '\\' || quote == '`' {
                text.push(c);
                continue;
            }
            match chars.next() {
                Some((_, 'n')) => text.push('\n'),
                Some((_, 't')) => text.push('\t'),
                Some((_, escaped @ ('\\' | '"' | '\''))) => text.push(escaped),
                _ => return Err(r"an escape in a label's value that is not \\, \n, \t or a quote".to_owned()),
            }
        }
        Err("a label's value has no closing quote".to_owned())
    }

    fn unexpected(&self) -> String {
        match self.0.chars().next() {
            Some(_) => format!("unexpected in the labels: `{}`", quoted(self.0)),
            None => "the labels have no closing `}`".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        let (name, matchers) = parse(text).unwrap();
        let matchers: Vec<String> =
            matchers.iter().map(|m| format!("{}{}{:?}", m.label, m.op, m.value)).collect();
        format!("{name} {}", matchers.join(" "))
    }

    #[test]
    fn selectors_are_read_with_their_labels() {
        assert_eq!(read("up"), "up ");
        assert_eq!(read(" job:up:sum { } "), "job:up:sum ");
        assert_eq!(
            read("a{b=\"c,}\", d=~'x\\\\.y' ,e!~`\\d`,f!=\"\",}"),
            r#"a b="c,}" d=~"x\\.y" e!~"\\d" f!="""#
        );
        assert_eq!(read("{__name__=\"up\"}"), r#"up __name__="up""#);
        assert_eq!(read("{\"my.metric\", a=\"b\"}"), r#"my.metric a="b""#);
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "",
            "{}",
            "foo{",
            "foo}",
            "$$$",
            "foo{foo=\"bar'}",
            "sum(total{foo=\"bar\"})",
            "errors{foo=\"bar\"} / total",
            "rate(errors[5m])",
            "up[5m]",
            "up offset 5m",
            "up @ 5",
            "foo{a=b}",
            "foo{a}",
            "foo{a=\"b\" c=\"d\"}",
            "foo{=\"b\"}",
            "foo{a=\"\\d\"}",
            "1",
            "{__name__=~\"a.*\"}",
            "foo{,}",
            "foo{a:b=\"c\"}",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
