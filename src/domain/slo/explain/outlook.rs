//! When the budget runs out, and when some of it comes back.

use chrono::TimeDelta;

use super::Row;
use super::evidence::minute;
use crate::domain::journal::State;
use crate::domain::quantity::{self, duration, percent};
use crate::domain::slo::burn;
use crate::domain::slo::status::SloStatus;

pub(super) fn rows(status: &SloStatus, log: &State) -> Vec<Row> {
    let (Some(at), Some(remaining)) = (status.as_of, status.standing()) else { return Vec::new() };
    let forecast = &status.forecast;
    let span = |seconds: i64| duration(TimeDelta::seconds(seconds));
    let mut rows = Vec::new();
    if remaining <= 0.0 {
        rows.push(Row::fact("empty", "already"));
    } else if status.objective.calendar.is_some() {
        let end = minute(status.objective.span(at).to);
        let text = forecast
            .rolling
            .map_or_else(|| format!("not before {end}"), |ahead| format!("in {}", span(ahead)));
        rows.push(Row::sum("empty", "(allowed − bad) / recent bad a second", String::new(), text));
    } else {
        let naive = forecast.naive.map_or_else(|| "never".to_owned(), |ahead| format!("in {}", span(ahead)));
        let window = status.objective.window;
        rows.push(Row::sum(
            "at this burn",
            "remaining × window / burn",
            format!("{} × {window} / {}", percent(remaining), recent(status, at)),
            naive,
        ));
        let rolling =
            forecast.rolling.map_or_else(|| "never".to_owned(), |ahead| format!("in {}", span(ahead)));
        rows.push(Row::sum(
            "empty",
            "as events come now, with old ones leaving the window",
            String::new(),
            rolling,
        ));
    }
    if let Some(refill) = forecast.refill {
        let why = match log.leaving(status) {
            Some(incident) => format!(", when {} leaves the window", incident.id()),
            None => String::new(),
        };
        let text = format!("+{} by {}{why}", percent(refill.share), minute(refill.at));
        rows.push(Row::fact("comes back", text));
    }
    rows
}

/// The burn that the forecast goes on from, with its window: `203 (1h)`.
fn recent(status: &SloStatus, at: i64) -> String {
    let window = status.recent();
    let rate =
        status.ledger.read(at, window).and_then(|reading| burn::rate(reading.tally, status.objective.target));
    rate.map_or_else(|| "?".to_owned(), |rate| format!("{} ({window})", quantity::burn(rate)))
}
