//! From a target as it is written to the target that is asked.
//!
//! A bare target is of events in each interval; `counter(target)` is of counters, `rate(target)` of events a second.
//! One with `{{.window}}` in it summarizes itself and is asked as it is.

use crate::domain::promql::{WINDOW, substitute};
use crate::source::SettingError;
use crate::source::store::Written;
use crate::source::store::need::{Fold, Need};

/// Counters are looked at so often, however wide the bucket is: what a process counted before it ended is lost from
/// its last look on.
const LOOK: i64 = 300;

/// How the points of a target count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Plain,
    Counter,
    Rate,
}

pub(super) fn target(need: &Need<'_>, width: i64) -> Result<Written, SettingError> {
    let fault = |problem: String| SettingError {
        key: need.key.to_owned(),
        problem: format!("`{}`: {problem}", need.text.trim()),
        hint: Some(
            "such as shop.*.requests, counter(shop.*.requests_total) or rate(shop.*.requests-per-second)"
                .to_owned(),
        ),
    };
    let written = substitute(need.text.trim(), WINDOW);
    let words = words(&written).map_err(fault)?;
    if words.is_empty() {
        return Err(fault("it names no metric".to_owned()));
    }
    let (form, inner) = form(&written);
    let plain = |text: String| Ok(Written { text, grows: false });
    if written.contains(WINDOW) {
        return match form {
            Form::Plain => plain(written.replace(WINDOW, &format!("{width}s"))),
            _ => Err(fault(
                "what has {{.window}} in it summarizes itself: leave counter(…) or rate(…) out".to_owned(),
            )),
        };
    }
    let over = |inner: &str, width: i64, by: &str| format!("summarize({inner},'{width}s','{by}',false)");
    match (need.fold, form) {
        (Fold::Count, Form::Plain) if width <= 60 => plain(inner.to_owned()),
        (Fold::Count, Form::Plain) => plain(over(inner, width, "sum")),
        (Fold::Count, Form::Rate) => plain(format!("scale({},{width})", over(inner, width, "avg"))),
        (Fold::Count, Form::Counter) => {
            Ok(Written { text: over(inner, width.min(LOOK), "last"), grows: true })
        }
        (Fold::Most, Form::Plain) => plain(over(&format!("maxSeries({inner})"), width, "max")),
        (Fold::Mean | Fold::Samples | Fold::Chart { per_second: false }, Form::Plain) => {
            plain(over(&format!("averageSeries({inner})"), width, "avg"))
        }
        (Fold::Chart { .. }, Form::Counter) => {
            let a_second = format!("scale({},{})", over(inner, width.min(LOOK), "last"), 1.0 / width as f64);
            Ok(Written { text: a_second, grows: true })
        }
        (Fold::Chart { .. }, _) => plain(over(&format!("sumSeries({inner})"), width, "avg")),
        (Fold::Mean | Fold::Most | Fold::Samples, Form::Counter | Form::Rate) => {
            Err(fault("a value over time is wanted here, not a count of events".to_owned()))
        }
    }
}

fn form(text: &str) -> (Form, &str) {
    for (name, form) in [("counter(", Form::Counter), ("rate(", Form::Rate)] {
        let inner = text.strip_prefix(name).and_then(|rest| rest.strip_suffix(')'));
        if let Some(inner) = inner.filter(|inner| words(inner).is_ok()) {
            return (form, inner.trim());
        }
    }
    (Form::Plain, text)
}

/// The metrics that a target names; none where it finds them by their tags.
pub(super) fn metrics(target: &str) -> Vec<&str> {
    words(target).unwrap_or_default()
}

/// What stands in a target outside of quotes and is no function, number or word of the language; or why it is no
/// target. Commas within braces belong to the metric.
fn words(target: &str) -> Result<Vec<&str>, String> {
    let (mut found, mut depth, mut braces) = (Vec::new(), 0_usize, 0_usize);
    let (mut begin, mut quote, mut tagged) = (0, None, false);
    for (at, letter) in target.char_indices() {
        if let Some(open) = quote {
            if letter == open {
                quote = None;
                begin = at + letter.len_utf8();
            }
            continue;
        }
        let ends = matches!(letter, '(' | ')' | '\'' | '"' | '=') || (letter == ',' && braces == 0);
        let word = target[begin..at].trim();
        match letter {
            '\'' | '"' => quote = Some(letter),
            '(' => {
                tagged |= word == "seriesByTag";
                depth += 1;
            }
            ')' => depth = depth.checked_sub(1).ok_or("a parenthesis is closed that was not opened")?,
            '{' => braces += 1,
            '}' => braces = braces.saturating_sub(1),
            _ => {}
        }
        if ends {
            if !matches!(letter, '(' | '=') && is_metric(word) {
                found.push(word);
            }
            begin = at + letter.len_utf8();
        }
    }
    if quote.is_some() || depth > 0 {
        return Err(
            if depth > 0 { "a parenthesis is not closed" } else { "a quote is not closed" }.to_owned()
        );
    }
    let last = target[begin..].trim();
    found.extend(Some(last).filter(|word| is_metric(word)));
    if tagged && found.is_empty() { Ok(vec![""]) } else { Ok(found) }
}

fn is_metric(word: &str) -> bool {
    let is_word = matches!(word.to_ascii_lowercase().as_str(), "true" | "false" | "none" | "inf");
    !word.is_empty() && !is_word && word.parse::<f64>().is_err()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str, fold: Fold, width: i64) -> Result<Written, String> {
        target(&Need { key: "total", text, fold }, width).map_err(|error| error.problem)
    }

    #[test]
    fn events_counters_and_rates() {
        let of = |text, width| written(text, Fold::Count, width).unwrap();
        let plain = |text: &str| Written { text: text.into(), grows: false };
        assert_eq!(of("a.*.n", 60), plain("a.*.n"));
        assert_eq!(of("a.*.n", 3600), plain("summarize(a.*.n,'3600s','sum',false)"));
        assert_eq!(of("rate(a.n)", 60), plain("scale(summarize(a.n,'60s','avg',false),60)"));
        let counter = |text: &str| Written { text: text.into(), grows: true };
        assert_eq!(of("counter(a.n)", 60), counter("summarize(a.n,'60s','last',false)"));
        assert_eq!(of("counter(a.n)", 3600), counter("summarize(a.n,'300s','last',false)"));
        assert_eq!(of("summarize(a.n,'{{.window}}','sum')", 300), plain("summarize(a.n,'300s','sum')"));
    }

    #[test]
    fn gauges_and_charts() {
        let of = |text, fold| written(text, fold, 60).unwrap().text;
        assert_eq!(of("a.depth", Fold::Mean), "summarize(averageSeries(a.depth),'60s','avg',false)");
        assert_eq!(of("a.done", Fold::Most), "summarize(maxSeries(a.done),'60s','max',false)");
        let rate = Fold::Chart { per_second: true };
        assert_eq!(of("rate(a.n)", rate), "summarize(sumSeries(a.n),'60s','avg',false)");
        assert_eq!(of("counter(a.n)", rate), "scale(summarize(a.n,'60s','last',false),0.016666666666666666)");
    }

    #[test]
    fn what_cannot_be_asked_says_why() {
        for (text, fold, why) in [
            ("sumSeries(a.n", Fold::Count, "not closed"),
            ("a.n)", Fold::Count, "was not opened"),
            ("alias(a.n,'x)", Fold::Count, "not closed"),
            ("", Fold::Count, "names no metric"),
            ("counter(a.n)", Fold::Mean, "a value over time"),
            ("counter(summarize(a.n,'{{.window}}','sum'))", Fold::Count, "summarizes itself"),
        ] {
            let said = written(text, fold, 60).unwrap_err();
            assert!(said.contains(why), "{text}: {said}");
        }
    }

    #[test]
    fn metrics_are_found_among_functions() {
        let target = "scale(summarize(divideSeries(a.{b,c}.n, d-e.*.[0-9]), '60s', \"sum\", false), 0.5)";
        assert_eq!(metrics(target), ["a.{b,c}.n", "d-e.*.[0-9]"]);
        assert_eq!(metrics("a.n"), ["a.n"]);
        assert_eq!(
            metrics("sumSeries(seriesByTag('name=a','b=c'))"),
            [""],
            "there are some, unknown by name"
        );
    }

    proptest::proptest! {
        #[test]
        fn no_text_breaks_it(text in "\\PC{0,40}", signs in "[a.'\"(){},= ]{0,40}") {
            for text in [text, signs] {
                let _ = written(&text, Fold::Count, 60);
            }
        }
    }
}
