//! A metric with matchers, and nothing else: `name{label="value",other=~"a|b"}`.

use crate::config::code;
use crate::config::place::At;
use crate::config::report::Report;
use crate::config::shown::quoted;
use crate::domain::promql::{self, NotBare};

const ESCAPE: &str = r"an escape in a label's value that is not \\, \n, \t or a quote";

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
    let surplus = |rest: &str| format!("there is more than a metric: `{}`", quoted(rest.trim()));
    let selector = promql::Selector::parse(text).map_err(|why| match why {
        NotBare::Range => surplus(text),
        NotBare::Other(why) => why,
    })?;
    if !selector.tail().is_empty() {
        return Err(surplus(selector.tail()));
    }
    let named = selector.matchers.iter().find_map(promql::Matcher::metric);
    let name = if selector.name.is_empty() { named } else { Some(selector.name) };
    let name = name.filter(|name| !name.is_empty()).ok_or("this selects no metric by its name")?;
    let labelled = selector.matchers.iter().filter(|one| one.written_label().is_some());
    let matchers = labelled.map(|one| {
        let (label, value) = one.label().zip(one.value()).ok_or(ESCAPE)?;
        Ok(Matcher { label, op: one.operator(), value })
    });
    Ok((name, matchers.collect::<Result<_, &str>>()?))
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
