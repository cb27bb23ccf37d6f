//! The keys above the first table: durations, words and paths.

use std::path::PathBuf;
use std::time::Duration;

use super::Base;
use crate::config::REFRESH;
use crate::config::code;
use crate::config::place::At;
use crate::config::quantity::duration;
use crate::config::report::Report;
use crate::config::shown::quoted;
use crate::domain::path::expanded;

/// Refreshing more often would ask for the same samples again.
const MOST_OFTEN: Duration = Duration::from_secs(1);
const MOST_SELDOM: Duration = Duration::from_secs(3600);
const LONGEST_TIMEOUT: Duration = Duration::from_secs(600);

pub(super) fn refresh(typed: Option<&At<String>>, report: &Report<'_>) -> Duration {
    let found = typed.and_then(|typed| bounded(typed, "refresh", (MOST_OFTEN, MOST_SELDOM), report));
    found.unwrap_or(REFRESH)
}

pub(super) fn timeout(typed: Option<&At<String>>, report: &Report<'_>) -> Option<Duration> {
    bounded(typed?, "timeout", (Duration::from_millis(10), LONGEST_TIMEOUT), report)
}

fn bounded(
    typed: &At<String>,
    key: &str,
    (least, most): (Duration, Duration),
    report: &Report<'_>,
) -> Option<Duration> {
    let Some(found) = duration(&typed.value) else {
        let message = format!("`{}` is not a duration", quoted(&typed.value));
        report
            .error(code::BAD_VALUE, &typed.span, &message)
            .hint("write a number and a unit, such as \"15s\"");
        return None;
    };
    if found < least || found > most {
        let message = format!("`{key}` must be from {least:?} to {most:?}");
        report.error(code::BAD_VALUE, &typed.span, &message);
        return None;
    }
    Some(found)
}

pub(super) fn word(typed: Option<&At<String>>, key: &str, report: &Report<'_>) -> Option<String> {
    let typed = typed?;
    if typed.value.trim().is_empty() {
        report
            .error(code::BAD_VALUE, &typed.span, &format!("`{key}` is empty"))
            .hint("leave it out for the default");
        return None;
    }
    Some(typed.value.clone())
}

/// `~` is the home directory; a relative path starts at the file's folder.
pub(super) fn path(typed: &At<String>, base: Base<'_>, report: &Report<'_>) -> Option<PathBuf> {
    let text = typed.value.as_str();
    if text.trim().is_empty() || text.contains('\0') {
        report.error(code::BAD_VALUE, &typed.span, "this is not a path");
        return None;
    }
    let Some(path) = expanded(text, base.folder, base.home) else {
        report
            .error(code::BAD_VALUE, &typed.span, "there is no home directory for `~` to stand for")
            .hint("write the path from `/`");
        return None;
    };
    Some(path)
}
