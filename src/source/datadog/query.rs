//! From a metric query as it is written to the query that is asked: with a rollup to the width of a bucket.

use crate::domain::promql::{WINDOW, substitute};
use crate::source::SettingError;
use crate::source::store::need::{Fold, Need};
use crate::source::store::{Points, Written};

const COUNT: &str = ".as_count()";

/// A bare query gets its rollup; one with `{{.window}}` says itself where the width goes.
pub(super) fn query(need: &Need<'_>, width: i64) -> Result<Written, SettingError> {
    let text = substitute(need.text.trim(), WINDOW);
    let fault = |problem: &str, hint: &str| SettingError {
        key: need.key.to_owned(),
        problem: format!("`{text}`: {problem}"),
        hint: Some(hint.to_owned()),
    };
    let plain = |text: String| Ok(Written { text, points: Points::Values });
    if text.contains(WINDOW) {
        let whole = text.replace(WINDOW, &width.to_string());
        check(&whole).map_err(|why| fault(why, "each { needs its } and each ( its )"))?;
        return plain(whole);
    }
    if text.contains(".rollup(") {
        return Err(fault(
            "the width of a bucket is not yours to say",
            "leave .rollup(…) out, or write {{.window}} for its seconds",
        ));
    }
    let scopes =
        check(&text).map_err(|why| fault(why, "such as sum:http.requests{service:checkout}.as_count()"))?;
    if scopes != 1 {
        return Err(fault("it is no single metric", "give each metric in it its .rollup(sum, {{.window}})"));
    }
    let by = match need.fold {
        Fold::Count if !text.contains(COUNT) => {
            return Err(fault("it gives a rate, not how many there were", "add .as_count() to it"));
        }
        Fold::Count => "sum",
        Fold::Most => "max",
        Fold::Mean | Fold::Samples if text.contains(COUNT) => {
            return Err(fault(
                "a value over time is wanted here, not a count of events",
                "leave .as_count() out",
            ));
        }
        Fold::Chart { per_second: true } if text.contains(COUNT) => {
            return plain(format!("{}.rollup(avg, {width})", text.replace(COUNT, ".as_rate()")));
        }
        Fold::Mean | Fold::Samples | Fold::Chart { .. } => "avg",
    };
    plain(format!("{text}.rollup({by}, {width})"))
}

/// How many metrics with a scope are in it; or why it is no query.
fn check(text: &str) -> Result<usize, &'static str> {
    let (mut scopes, mut inside, mut depth, mut begin) = (0, false, 0_usize, 0);
    for (at, letter) in text.char_indices() {
        match letter {
            '{' if inside => return Err("a brace stands within another"),
            '{' => {
                // What follows `by` are names of groups.
                let grouped = text[begin..at].trim_end().ends_with(" by");
                scopes += usize::from(!grouped);
                inside = true;
            }
            '}' if !inside => return Err("a brace is closed that was not opened"),
            '}' => {
                inside = false;
                begin = at;
            }
            ',' if !inside && depth == 0 => return Err("it is more than one query"),
            '(' if !inside => depth += 1,
            ')' if !inside => {
                depth = depth.checked_sub(1).ok_or("a parenthesis is closed that was not opened")?;
            }
            _ => {}
        }
    }
    if inside || depth > 0 { Err("it ends too early") } else { Ok(scopes) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str, fold: Fold) -> Result<String, String> {
        query(&Need { key: "total", text, fold }, 60)
            .map(|written| written.text)
            .map_err(|error| error.problem)
    }

    #[test]
    fn a_query_gets_its_rollup() {
        let per_second = Fold::Chart { per_second: true };
        for (text, fold, expected) in [
            (
                "sum:http.hits{service:a,!env:b}.as_count()",
                Fold::Count,
                "sum:http.hits{service:a,!env:b}.as_count().rollup(sum, 60)",
            ),
            (
                "count(v: v<=0.3):http.time{service:a}.as_count()",
                Fold::Count,
                "count(v: v<=0.3):http.time{service:a}.as_count().rollup(sum, 60)",
            ),
            ("avg:pool.used{*}", Fold::Mean, "avg:pool.used{*}.rollup(avg, 60)"),
            ("max:backup.done{*}", Fold::Most, "max:backup.done{*}.rollup(max, 60)"),
            ("sum:http.hits{*}.as_count()", per_second, "sum:http.hits{*}.as_rate().rollup(avg, 60)"),
            (
                "sum:a{*}.rollup(sum, {{.window}}) + sum:b{*}.rollup(sum, {{ .window }})",
                Fold::Count,
                "sum:a{*}.rollup(sum, 60) + sum:b{*}.rollup(sum, 60)",
            ),
        ] {
            assert_eq!(written(text, fold).unwrap(), expected);
        }
    }

    #[test]
    fn what_cannot_be_asked_says_why() {
        for (text, fold, why) in [
            ("sum:http.hits{*}", Fold::Count, "a rate, not how many"),
            ("sum:http.hits{*}.as_count()", Fold::Mean, "a value over time"),
            ("sum:http.hits{*}.as_count().rollup(sum, 60)", Fold::Count, "not yours to say"),
            ("sum:a{*}.as_count() + sum:b{*}.as_count()", Fold::Count, "no single metric"),
            ("sum:a{*}.as_count(), sum:b{*}.as_count()", Fold::Count, "more than one query"),
            ("sum:a{*", Fold::Count, "ends too early"),
            ("http_requests_total", Fold::Count, "no single metric"),
            ("", Fold::Count, "no single metric"),
        ] {
            let said = written(text, fold).unwrap_err();
            assert!(said.contains(why), "{text}: {said}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_breaks_it(text in "\\PC{0,40}", signs in "[a:{}(),.by ]{0,40}") {
            for text in [text, signs] {
                let _ = written(&text, Fold::Count);
            }
        }
    }
}
