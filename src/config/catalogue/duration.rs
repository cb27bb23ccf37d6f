//! Durations as Prometheus writes them.

use crate::config::code;
use crate::config::place::At;
use crate::config::report::Report;
use crate::domain::slo::window::Window;

pub(crate) fn window(written: &At<String>, report: &Report<'_>) -> Option<At<Window>> {
    match written.value.parse() {
        Ok(window) => Some(At::new(window, written.span.clone())),
        Err(error) => {
            let error: crate::domain::slo::window::WindowError = error;
            report.error(code::BAD_VALUE, &written.span, &error.to_string());
            None
        }
    }
}
