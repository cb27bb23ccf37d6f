//! From a query as it is written to the statement that is asked.
//!
//! The short form is `sum(field) FROM measurement WHERE condition`; a whole SELECT says `{{.range}}` where its time
//! goes and `{{.window}}` where the width of a bucket goes, or Grafana's `$timeFilter` and `$__interval`.

use super::scan::{Kind, Token, tokens};
use crate::domain::promql::WINDOW;
use crate::source::SettingError;
use crate::source::store::need::{Fold, Need};
use crate::source::store::{Points, Span, Written};

/// Stands for the condition on time.
pub(super) const RANGE: &str = "{{.range}}";
/// The same, reaching back so much further that a counter's first sample has one before it.
const LONGER: &str = "{{.range and 1h before}}";
const BEFORE: &str = "1h";

const COUNTS: &[&str] = &["sum", "count", "counter"];
const SHORT: &str = "such as sum(requests) FROM http WHERE service = 'checkout'";
const WHOLE: &str = "write a whole SELECT with {{.range}} and {{.window}}: SELECT sum(n) FROM m WHERE {{.range}} GROUP BY time({{.window}})";

/// The statement for a need, in buckets of `width` seconds.
pub(super) fn statement(need: &Need<'_>, width: i64) -> Result<Written, SettingError> {
    let text = need.text.trim();
    let fault = |problem: String, hint: &str| SettingError {
        key: need.key.to_owned(),
        problem: format!("`{text}`: {problem}"),
        hint: Some(hint.to_owned()),
    };
    let whole = placeholders(text);
    let found = tokens(&whole).map_err(|why| fault(why, SHORT))?;
    if let Some(word) = writing(&whole, &found) {
        return Err(fault(format!("{word} writes; burnwatch only reads"), SHORT));
    }
    if found.first().is_some_and(|token| whole[token.place.clone()].eq_ignore_ascii_case("select")) {
        let text = template(&whole, width).map_err(|why| fault(why, WHOLE))?;
        return Ok(Written { text, points: Points::Values });
    }
    let short = Short::parse(text).map_err(|why| fault(why, WHOLE))?;
    let text = short.statement(need.fold, width).map_err(|why| fault(why, SHORT))?;
    Ok(Written { text, points: if short.counts() { Points::Sums } else { Points::Values } })
}

/// Puts the time of `span` into a statement.
pub(super) fn at(statement: &str, span: Span) -> String {
    let Span { from, to, .. } = span;
    statement
        .replace(LONGER, &format!("time > {from}s - {BEFORE} AND time <= {to}s"))
        .replace(RANGE, &format!("time > {from}s AND time <= {to}s"))
}

/// Grafana's names become ours.
fn placeholders(text: &str) -> String {
    let text = text.replace("$timeFilter", RANGE).replace("$__interval", WINDOW).replace("$interval", WINDOW);
    text.replace("{{ .window }}", WINDOW).replace("{{ .range }}", RANGE)
}

fn writing<'t>(text: &'t str, tokens: &[Token]) -> Option<&'t str> {
    let words = tokens.iter().filter(|token| token.kind == Kind::Word);
    let first = tokens.first().map(|token| &text[token.place.clone()]);
    let verbs = ["drop", "delete", "create", "alter", "grant", "revoke", "kill", "set"];
    let verb = first.filter(|word| verbs.iter().any(|verb| word.eq_ignore_ascii_case(verb)));
    verb.or_else(|| {
        words.map(|token| &text[token.place.clone()]).find(|word| word.eq_ignore_ascii_case("into"))
    })
}

/// Buckets end at their whole times: a sample that is stamped 10:05:00 is of the five minutes before. That is what the
/// offset of a nanosecond is for.
fn template(text: &str, width: i64) -> Result<String, String> {
    for (token, what) in [(RANGE, "the time"), (WINDOW, "the width of a bucket")] {
        if !text.contains(token) {
            return Err(format!("{what} has no place in it"));
        }
    }
    let parts: Vec<&str> = text.split(WINDOW).collect();
    let widths = parts.windows(2).map(|sides| {
        let before = sides[0].trim_end().strip_suffix('(').unwrap_or_default().trim_end();
        let grouped = before.to_ascii_lowercase().ends_with("time") && sides[1].trim_start().starts_with(')');
        if grouped { bucket(width) } else { format!("{width}s") }
    });
    let widths = widths.chain([String::new()]);
    Ok(parts.iter().zip(widths).flat_map(|(part, width)| [(*part).to_owned(), width]).collect())
}

fn bucket(width: i64) -> String {
    format!("{width}s, 1ns")
}

/// `function(field) FROM source WHERE condition`.
#[derive(Debug, PartialEq)]
struct Short<'t> {
    function: Option<&'t str>,
    /// What the function is of; a field and perhaps more.
    field: &'t str,
    source: &'t str,
    condition: Option<&'t str>,
}

impl<'t> Short<'t> {
    fn parse(text: &'t str) -> Result<Self, String> {
        let tokens = tokens(text)?;
        let word = |token: &&Token, wanted: &str| {
            token.kind == Kind::Word
                && token.depth == 0
                && text[token.place.clone()].eq_ignore_ascii_case(wanted)
        };
        let find =
            |wanted: &str| tokens.iter().find(|token| word(token, wanted)).map(|token| token.place.clone());
        if let Some(extra) =
            ["group", "order", "limit", "slimit", "tz", "fill"].into_iter().find(|word| find(word).is_some())
        {
            return Err(format!("{} has no place in the short form", extra.to_uppercase()));
        }
        let from = find("from").ok_or("it does not say FROM which measurement")?;
        let filter = find("where");
        let end = filter.as_ref().map_or(text.len(), |place| place.start);
        let source = text.get(from.end..end).unwrap_or_default().trim();
        let condition = filter.map(|place| text[place.end..].trim());
        if source.is_empty() || condition == Some("") {
            return Err("something is missing after FROM or WHERE".to_owned());
        }
        let (function, field) =
            call(text, tokens.split(|token| token.place == from).next().unwrap_or_default())?;
        Ok(Self { function, field, source, condition })
    }

    /// Whether events are counted, rather than a value looked at.
    fn counts(&self) -> bool {
        self.function.is_some_and(|name| COUNTS.iter().any(|count| name.eq_ignore_ascii_case(count)))
    }

    fn statement(&self, fold: Fold, width: i64) -> Result<String, String> {
        let function = self.function.map(str::to_ascii_lowercase);
        let counts = function.as_deref().filter(|_| self.counts());
        match (fold, function.as_deref(), counts) {
            (Fold::Count, None, _) => {
                Err("it does not say how the field counts: sum(…), count(…) or counter(…)".to_owned())
            }
            (Fold::Count, Some(other), None) => {
                Err(format!("`{other}` does not count events; sum, count and counter do"))
            }
            (Fold::Count | Fold::Chart { .. }, Some("counter"), _) => Ok(self.grown(width)),
            (Fold::Mean | Fold::Most | Fold::Samples, _, Some("counter" | "sum" | "count")) => {
                Err("a value over time is wanted here, not a count of events".to_owned())
            }
            (Fold::Samples, Some(name), _) if name != "mean" => {
                Err("write the bare field, which is 1 while all is well".to_owned())
            }
            (_, Some(name), _) => Ok(self.select(name, width)),
            (Fold::Most, None, _) => Ok(self.select("max", width)),
            (_, None, _) => Ok(self.select("mean", width)),
        }
    }

    fn select(&self, function: &str, width: i64) -> String {
        let Self { field, source, .. } = self;
        // How many samples there were tells whether more are to come; a count tells nothing beside itself.
        let simple = function != "count" && !field.contains([',', '(', '*', '/']);
        let samples = if simple { format!(", count({field})") } else { String::new() };
        let condition = self.where_time(RANGE);
        format!(
            "SELECT {function}({field}){samples} FROM {source} {condition} GROUP BY time({}) fill(none)",
            bucket(width)
        )
    }

    /// What the counters of all series grew by. One that begins anew loses what it counted before its first sample.
    fn grown(&self, width: i64) -> String {
        let Self { field, source, .. } = self;
        let (inner, width) = (self.where_time(LONGER), bucket(width));
        format!(
            "SELECT sum(grown), count(grown) FROM (SELECT non_negative_difference({field}) AS grown \
             FROM {source} {inner} GROUP BY *) WHERE {LONGER} GROUP BY time({width}) fill(none)"
        )
    }

    fn where_time(&self, range: &str) -> String {
        let own = self.condition.map(|condition| format!("({condition}) AND ")).unwrap_or_default();
        format!("WHERE {own}{range}")
    }
}

/// `function(field)`, or a field alone.
fn call<'t>(text: &'t str, tokens: &[Token]) -> Result<(Option<&'t str>, &'t str), String> {
    let said = |token: &Token| &text[token.place.clone()];
    match tokens {
        [] => Err("it does not say which field".to_owned()),
        [field] if field.kind != Kind::Sign => Ok((None, said(field))),
        [name, open, inner @ .., close]
            if name.kind == Kind::Word
                && said(open) == "("
                && said(close) == ")"
                && !inner.is_empty()
                && inner.iter().all(|token| token.depth > 0) =>
        {
            Ok((Some(said(name)), text[open.place.end..close.place.start].trim()))
        }
        _ => Err("the short form takes one function of one field".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str, fold: Fold) -> Result<String, String> {
        let written = statement(&Need { key: "total", text, fold }, 60);
        written.map(|written| written.text).map_err(|error| error.problem)
    }

    #[test]
    fn counts_in_the_short_form() {
        assert_eq!(
            written("sum(\"n\") FROM \"http\" WHERE svc = 'a' OR svc = 'b'", Fold::Count).unwrap(),
            "SELECT sum(\"n\"), count(\"n\") FROM \"http\" WHERE (svc = 'a' OR svc = 'b') AND {{.range}} \
             GROUP BY time(60s, 1ns) fill(none)"
        );
        assert_eq!(
            written("count(duration) from rp.http where duration <= 0.3", Fold::Count).unwrap(),
            "SELECT count(duration) FROM rp.http WHERE (duration <= 0.3) AND {{.range}} \
             GROUP BY time(60s, 1ns) fill(none)"
        );
    }

    #[test]
    fn counters_look_further_back_in_time() {
        let grown = written("counter(total) FROM http", Fold::Count).unwrap();
        assert_eq!(
            at(&grown, Span { from: 600, to: 900, width: 60 }),
            "SELECT sum(grown), count(grown) FROM (SELECT non_negative_difference(total) AS grown FROM http \
             WHERE time > 600s - 1h AND time <= 900s GROUP BY *) WHERE time > 600s - 1h AND time <= 900s \
             GROUP BY time(60s, 1ns) fill(none)"
        );
    }

    #[test]
    fn gauges_and_charts() {
        let of = |text, fold| written(text, fold).unwrap();
        assert!(
            of("depth FROM queue", Fold::Mean).starts_with("SELECT mean(depth), count(depth) FROM queue")
        );
        assert!(of("max(depth) FROM queue", Fold::Mean).starts_with("SELECT max(depth)"));
        assert!(of("done FROM backup", Fold::Most).starts_with("SELECT max(done)"));
        assert!(
            of("percentile(\"t\", 99) FROM http", Fold::Mean)
                .starts_with("SELECT percentile(\"t\", 99) FROM")
        );
        let chart = Fold::Chart { per_second: true };
        assert!(of("sum(n) FROM http", chart).starts_with("SELECT sum(n), count(n)"));
        assert!(of("counter(n) FROM http", chart).starts_with("SELECT sum(grown), count(grown)"));
        assert!(of("mean(rps) FROM http", chart).starts_with("SELECT mean(rps), count(rps)"));
    }

    #[test]
    fn a_whole_select_takes_time_and_width() {
        let expected =
            "SELECT sum(a) - sum(b) FROM m WHERE x = 1 AND {{.range}} GROUP BY time(60s, 1ns) fill(0)";
        for (range, width) in
            [(RANGE, WINDOW), ("$timeFilter", "$__interval"), ("{{ .range }}", "{{ .window }}")]
        {
            let text = format!(
                "SELECT sum(a) - sum(b) FROM m WHERE x = 1 AND {range} GROUP BY time({width}) fill(0)"
            );
            assert_eq!(written(&text, Fold::Count).unwrap(), expected);
        }
        let spaced =
            "SELECT derivative(sum(a), $__interval) FROM m WHERE $timeFilter GROUP BY TIME( $__interval )";
        let asked = written(spaced, Fold::Count).unwrap();
        assert!(asked.contains("derivative(sum(a), 60s)") && asked.ends_with("TIME( 60s, 1ns )"), "{asked}");
    }

    #[test]
    fn what_cannot_be_asked_says_why() {
        for (text, fold, why) in [
            ("mean(n) FROM m", Fold::Count, "`mean` does not count"),
            ("n FROM m", Fold::Count, "sum(…), count(…) or counter(…)"),
            ("sum(n) FROM m", Fold::Mean, "a value over time"),
            ("max(ok) FROM m", Fold::Samples, "the bare field"),
            ("sum(n)", Fold::Count, "FROM which measurement"),
            ("sum(n) FROM m WHERE", Fold::Count, "missing after FROM or WHERE"),
            ("sum(n) FROM m GROUP BY host", Fold::Count, "GROUP has no place"),
            ("sum(a) + sum(b) FROM m", Fold::Count, "one function of one field"),
            ("SELECT sum(n) FROM m GROUP BY time({{.window}})", Fold::Count, "the time has no place"),
            ("SELECT sum(n) FROM m WHERE {{.range}}", Fold::Count, "the width of a bucket"),
            ("SELECT a INTO b FROM m WHERE {{.range}} GROUP BY time({{.window}})", Fold::Count, "writes"),
            ("DROP MEASUREMENT m", Fold::Count, "writes"),
            ("sum(n) FROM m; DROP DATABASE d", Fold::Count, "more than one statement"),
            ("sum(n) FROM m WHERE a = 'x", Fold::Count, "not closed"),
            ("http_requests_total{code=\"500\"}", Fold::Count, "FROM which measurement"),
            ("", Fold::Count, "FROM which"),
        ] {
            let said = written(text, fold).unwrap_err();
            assert!(said.contains(why), "{text}: {said}");
        }
    }

    proptest::proptest! {
        #[test]
        fn nothing_that_writes_is_ever_asked(text in "(SELECT |sum\\(a\\) FROM m )?[a-zI '\";/()\\\\-]{0,30}( INTO |;| FROM m)?[a-z'\"]{0,9}") {
            if let Ok(statement) = written(&text, Fold::Count) {
                let found = tokens(&statement.replace(RANGE, "t").replace(LONGER, "t")).unwrap();
                proptest::prop_assert!(writing(&statement, &found).is_none());
            }
        }
    }
}
