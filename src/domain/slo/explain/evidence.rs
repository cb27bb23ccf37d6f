//! What was seen: how the figures are counted, how much of the window is known, and what was refused.

use chrono::{DateTime, TimeDelta};

use super::Row;
use crate::domain::quantity::{count, duration, percent};
use crate::domain::slo::ledger::Resolution;
use crate::domain::slo::status::SloStatus;

pub(super) fn rows(status: &SloStatus) -> Vec<Row> {
    let mut rows = vec![
        Row::fact("data", status.data.word().replace('_', " ")),
        Row::fact("as of", status.as_of.map_or_else(|| "never".to_owned(), minute)),
    ];
    rows.extend(coverage(status));
    rows.extend(cells(status));
    if status.counts.dropped > 0 {
        let text = format!("{} that were not a number, infinite or beyond counting", status.counts.dropped);
        rows.push(Row::fact("dropped", text));
    }
    if let Some(every) = status.counts.sampled_every {
        rows.push(Row::fact("sampled", format!("every {every}s")));
    }
    if let Some(every) = status.counts.slowest_sampled {
        rows.push(Row::fact("sampled", format!("every {every}s, some series")));
    }
    rows.extend(status.warnings.iter().map(|warning| Row::fact("mind", warning.as_str())));
    rows
}

fn coverage(status: &SloStatus) -> Option<Row> {
    let reading = status.reading?;
    let span = |seconds: f64| duration(TimeDelta::seconds(seconds as i64));
    let whole = reading.window.as_seconds() as f64;
    let values = format!("{} / {}", span(reading.known), span(whole));
    Some(Row::sum("known", "time with data / window", values, percent(reading.coverage())))
}

fn cells(status: &SloStatus) -> Option<Row> {
    let ledger = &status.counts;
    let known = |resolution| ledger.grid(resolution).iter().filter(|(_, cell)| cell.is_some()).count() as f64;
    let text = format!(
        "{} of {} by the minute, {} on their grid, {} hours",
        count(known(Resolution::Fine)),
        ledger.base(),
        count(known(Resolution::Middle)),
        count(known(Resolution::Hours)),
    );
    ledger.newest().map(|_| Row::fact("cells", text))
}

/// `2026-01-20 10:00 Z`.
pub(super) fn minute(unix: i64) -> String {
    DateTime::from_timestamp(unix, 0).map_or_else(String::new, |at| at.format("%Y-%m-%d %H:%M Z").to_string())
}
