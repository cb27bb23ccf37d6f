//! What Sloth refuses: names, labels, objectives and queries.

use crate::config::catalogue::percent;
use crate::config::catalogue::reader::Texts;
use crate::config::code;
use crate::config::place::At;
use crate::config::report::Report;
use crate::config::shown::quoted;

/// Letters, digits, `.`, `_` and `-`, two characters at least, a letter or digit at both ends.
pub(super) fn name(name: At<String>, report: &Report<'_>) -> Option<At<String>> {
    let text = name.value.as_str();
    let ends = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    let inner = text.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c));
    if inner && text.len() >= 2 && ends(text.chars().next()) && ends(text.chars().next_back()) {
        return Some(name);
    }
    let message = match text {
        "" => "an empty text is no name".to_owned(),
        text => format!("`{}` is not a name that Sloth takes", quoted(text)),
    };
    let hint = "two characters or more: letters, digits, `.`, `_`, `-`; a letter or digit at both ends";
    report.error(code::BAD_NAME, &name.span, &message).hint(hint);
    None
}

pub(super) fn objective(objective: At<String>, report: &Report<'_>) -> Option<At<String>> {
    let value: f64 = objective.value.parse().ok()?;
    if value > 0.0 && value <= 100.0 {
        percent::doubt(&objective, "the objective", report);
        return Some(objective);
    }
    let message = format!("the objective `{}` is not above 0 and at most 100 percent", objective.value);
    report.error(code::BAD_TARGET, &objective.span, &message).hint("write a percentage, such as 99.9");
    None
}

/// Labels of rules and alerts.
pub(super) fn labels(labels: Texts, report: &Report<'_>) -> Texts {
    for (key, _) in labels.iter().filter(|(key, _)| key.value == "__name__" || key.value.is_empty()) {
        let message = format!("Sloth refuses the label `{}`", quoted(&key.value));
        report.warning(code::BAD_NAME, &key.span, &message).hint("leave it out");
    }
    annotations(labels, report)
}

pub(super) fn annotations(texts: Texts, report: &Report<'_>) -> Texts {
    for (key, _) in texts.iter().filter(|(_, value)| value.value.is_empty()) {
        let message = format!("`{}` is empty, which Sloth refuses", quoted(&key.value));
        report.warning(code::BAD_VALUE, &key.span, &message).hint("leave it out, or give it a value");
    }
    texts
}

/// A query holds `{{.window}}`, with blanks or without.
pub(super) fn query(query: At<String>, report: &Report<'_>) -> Option<At<String>> {
    if query.value.trim().is_empty() {
        report.error(code::BAD_VALUE, &query.span, "this query is empty");
        return None;
    }
    if has_window(&query.value) {
        return Some(query);
    }
    let found = report.error(code::BAD_VALUE, &query.span, "this query does not use `{{.window}}`");
    found.hint("Sloth asks it over several windows: write `[{{.window}}]` where a range stands");
    None
}

fn has_window(query: &str) -> bool {
    query.split("{{").skip(1).any(|rest| {
        rest.trim_start_matches(' ')
            .strip_prefix(".window")
            .is_some_and(|rest| rest.trim_start_matches(' ').starts_with("}}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_is_found_with_and_without_blanks() {
        for query in ["x[{{.window}}]", "x[{{ .window }}]", "{{a}} x[{{   .window}}]"] {
            assert!(has_window(query), "{query}");
        }
        for query in ["x[5m]", "x[{{window}}]", "x[{{.windows}}]", "x[{ {.window}}]", "{{.window"] {
            assert!(!has_window(query), "{query}");
        }
    }
}
