//! The window that `maintenance add` is to write, from its arguments.

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;

use super::super::args::MaintenanceAdd;
use super::super::at;
use super::super::exit::Failure;
use crate::domain::journal::Intent;
use crate::domain::journal::payload::{MaintenanceAdded, Repeat};
use crate::domain::oncall::civil;
use crate::domain::slo::window::Window;
use crate::widget::clean;

pub(super) fn read(args: &MaintenanceAdd, now: DateTime<Utc>) -> Result<MaintenanceAdded, Failure> {
    let zone = args.zone.as_deref().map_or(Ok(Tz::UTC), civil::zone).map_err(wrong)?;
    let from = at::parse_in(zone, &args.from, now)?;
    let window = MaintenanceAdded {
        services: args.service.clone(),
        slos: args.slo.clone(),
        from,
        to: end(args, zone, from, now)?,
        text: args.title.clone(),
        estimate: None,
        excluded: args.exclude,
        reason: args.reason.clone(),
        repeat: args.repeat.as_ref().map(|rule| Repeat {
            rule: rule.trim().to_owned(),
            zone: zone.name().to_owned(),
            civil: args.until.is_some(),
        }),
    };
    Intent::Maintenance(window.clone()).check().map_err(wrong)?;
    let skipped = at::local(&args.from).filter(|typed| civil::local(zone, from) != *typed);
    if let Some(typed) = skipped.filter(|_| window.repeat.is_some()) {
        return Err(wrong(format!("{typed} does not exist in {zone}; begin on another day")));
    }
    let none = || wrong("`--repeat` allows no occurrence in the ten years after --from");
    window.at_first_occurrence().ok_or_else(none)
}

fn end(
    args: &MaintenanceAdd,
    zone: Tz,
    from: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<DateTime<Utc>, Failure> {
    let Some(typed) = &args.length else {
        return at::parse_in(zone, args.until.as_deref().unwrap_or_default(), now);
    };
    let length = typed.parse::<Window>().map_err(|error| wrong(format!("--for: {error}")))?;
    let end = TimeDelta::try_seconds(length.as_seconds()).and_then(|length| from.checked_add_signed(length));
    end.ok_or_else(|| wrong(format!("--for: `{}` is too long", clean(typed))))
}

fn wrong(text: impl std::fmt::Display) -> Failure {
    Failure::configuration(format!("error: {}", clean(&text.to_string())))
}
