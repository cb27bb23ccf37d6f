//! From a target as it is written to the target that is asked.
//!
//! A bare target is of events in each interval; `counter(target)` is of counters, `rate(target)` of events a second.
//! One with `{{.window}}` in it summarizes itself and is asked as it is.

use crate::domain::promql::{WINDOW, substitute};
use crate::source::SettingError;
use crate::source::store::need::{Fold, Need};
use crate::source::store::{Points, Written};

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
    if written.contains(WINDOW) {
        let points = if need.fold == Fold::Count { Points::Sums } else { Points::Values };
        return match form {
            Form::Plain => Ok(Written { text: written.replace(WINDOW, &format!("{width}s")), points }),
            _ => Err(fault(
                "what has {{.window}} in it summarizes itself: leave counter(…) or rate(…) out".to_owned(),
            )),
        };
    }
    let over = |inner: &str, width: i64, by: &str| format!("summarize({inner},'{width}s','{by}',false)");
    let events = matches!(need.fold, Fold::Count | Fold::Chart { per_second: true });
    let (text, points) = match (need.fold, form) {
        (Fold::Count | Fold::Chart { .. }, Form::Counter) => {
            (over(inner, width.min(LOOK), "last"), Points::Counters)
        }
        (_, Form::Plain) if events && width <= 60 => (inner.to_owned(), Points::Events),
        (_, Form::Plain) if events => (over(inner, width, "sum"), Points::Sums),
        (Fold::Count, Form::Rate) if width <= 60 => (inner.to_owned(), Points::Rates),
        (Fold::Count, Form::Rate) => (format!("scale({},{width})", over(inner, width, "avg")), Points::Sums),
        (Fold::Most, Form::Plain) => (over(&format!("maxSeries({inner})"), width, "max"), Points::Values),
        (_, Form::Plain) => (over(&format!("averageSeries({inner})"), width, "avg"), Points::Values),
        (Fold::Chart { .. }, Form::Rate) => {
            (over(&format!("sumSeries({inner})"), width, "avg"), Points::Values)
        }
        (Fold::Mean | Fold::Most | Fold::Samples, Form::Counter | Form::Rate) => {
            return Err(fault("a value over time is wanted here, not a count of events".to_owned()));
        }
    };
    Ok(Written { text, points })
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
        if letter == ',' && depth == 0 && braces == 0 {
            return Err("it is more than one target: wrap them in sumSeries(…)".to_owned());
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
        let of = |text, width| {
            let Written { text, points } = written(text, Fold::Count, width).unwrap();
            (text, points)
        };
        let is = |text: &str, points| (text.to_owned(), points);
        assert_eq!(of("a.*.n", 60), is("a.*.n", Points::Events));
        assert_eq!(of("a.*.n", 3600), is("summarize(a.*.n,'3600s','sum',false)", Points::Sums));
        assert_eq!(of("rate(a.n)", 60), is("a.n", Points::Rates));
        assert_eq!(of("rate(a.n)", 300), is("scale(summarize(a.n,'300s','avg',false),300)", Points::Sums));
        assert_eq!(of("counter(a.n)", 60), is("summarize(a.n,'60s','last',false)", Points::Counters));
        assert_eq!(of("counter(a.n)", 3600), is("summarize(a.n,'300s','last',false)", Points::Counters));
        let own = of("summarize(a.n,'{{.window}}','sum')", 300);
        assert_eq!(own, is("summarize(a.n,'300s','sum')", Points::Sums));
    }

    #[test]
    fn gauges_and_charts() {
        let of = |text, fold| {
            let Written { text, points } = written(text, fold, 60).unwrap();
            (text, points)
        };
        let value = |text: &str| (text.to_owned(), Points::Values);
        assert_eq!(of("a.depth", Fold::Mean), value("summarize(averageSeries(a.depth),'60s','avg',false)"));
        assert_eq!(of("a.done", Fold::Most), value("summarize(maxSeries(a.done),'60s','max',false)"));
        assert_eq!(of("max(a.b,'{{.window}}')", Fold::Mean), value("max(a.b,'60s')"));
        let rate = Fold::Chart { per_second: true };
        assert_eq!(of("rate(a.n)", rate), value("summarize(sumSeries(a.n),'60s','avg',false)"));
        let counter = ("summarize(a.n,'60s','last',false)".to_owned(), Points::Counters);
        assert_eq!(of("counter(a.n)", rate), counter);
        assert_eq!(of("a.n", rate), ("a.n".to_owned(), Points::Events), "a bare target is of events");
        let share = Fold::Chart { per_second: false };
        assert_eq!(of("a.n", share), value("summarize(averageSeries(a.n),'60s','avg',false)"));
    }

    #[test]
    fn what_cannot_be_asked_says_why() {
        for (text, fold, why) in [
            ("sumSeries(a.n", Fold::Count, "not closed"),
            ("a.n)", Fold::Count, "was not opened"),
            ("alias(a.n,'x)", Fold::Count, "not closed"),
            ("", Fold::Count, "names no metric"),
            ("a.n,b.n", Fold::Count, "more than one target"),
            ("sumSeries(a.n),'x'", Fold::Count, "more than one target"),
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
