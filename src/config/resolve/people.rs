//! People, and the schedules they take turns in.

use std::collections::BTreeMap;

use chrono_tz::Tz;

use super::names::{Taken, allowed, reference, shown};
use crate::config::code;
use crate::config::nearest::{nearest_zone, suggest};
use crate::config::origin::Origin;
use crate::config::place::At;
use crate::config::raw::people as raw;
use crate::config::report::Report;
use crate::config::shown::quoted;
use crate::domain::oncall::{Layer, PRIMARY, Person, Problem, Rotation, Schedule, Turns, Window, civil};

pub(super) fn roster(
    people: &[raw::Person],
    schedules: &[raw::Schedule],
    report: &Report<'_>,
) -> (Vec<Person>, Vec<Schedule>) {
    let ids: Vec<&str> = people.iter().filter_map(|raw| Some(raw.id.as_ref()?.value.as_str())).collect();
    let mut taken = Taken::new("person");
    let found = people.iter().filter_map(|raw| person(raw, &mut taken, report)).collect();
    let mut taken = Taken::new("schedule");
    let schedules = schedules.iter().filter_map(|raw| schedule(raw, &ids, &mut taken, report)).collect();
    (found, schedules)
}

pub(super) fn origins(schedules: &[raw::Schedule]) -> BTreeMap<String, Origin> {
    let origin = |raw: &raw::Schedule| Some((raw.name.as_ref()?.value.clone(), raw.origin.clone()));
    schedules.iter().filter_map(origin).collect()
}

fn person(raw: &raw::Person, taken: &mut Taken, report: &Report<'_>) -> Option<Person> {
    let timezone = raw.timezone.as_ref().map(|typed| zone(typed, report));
    let id = raw.id.as_ref()?;
    let usable = allowed(id, report) && taken.take(&id.value, &id.span, report);
    usable.then(|| Person {
        name: raw.name.as_ref().unwrap_or(id).value.clone(),
        id: id.value.clone(),
        timezone: timezone.flatten(),
        contact: raw.contact.as_ref().map(|text| text.value.clone()),
    })
}

pub(super) fn zone(typed: &At<String>, report: &Report<'_>) -> Option<Tz> {
    if let Ok(zone) = civil::zone(&typed.value) {
        return Some(zone);
    }
    let message = format!("`{}` is not a time zone", quoted(&typed.value));
    let hint = nearest_zone(&typed.value).map(|near| format!("did you mean `{near}`?"));
    let hint = hint.or_else(|| Some("use a name such as Europe/Berlin or UTC".to_owned()));
    report.error(code::UNKNOWN_ZONE, &typed.span, &message).maybe_hint(hint);
    None
}

fn schedule(
    raw: &raw::Schedule,
    people: &[&str],
    taken: &mut Taken,
    report: &Report<'_>,
) -> Option<Schedule> {
    let named =
        raw.name.as_ref().filter(|name| allowed(name, report) && taken.take(&name.value, &name.span, report));
    let timezone = raw.timezone.as_ref().map_or(Some(Tz::UTC), |typed| zone(typed, report));
    let layers: Vec<_> = raw.layers.iter().map(|raw| layer(raw, people, report)).collect();
    if raw.layers.is_empty() {
        report.error(code::MISSING_KEY, &raw.span, "a schedule needs at least one [[schedule.layer]]");
        return None;
    }
    let layers: Vec<Layer> = layers.into_iter().collect::<Option<_>>()?;
    let schedule = Schedule { name: named?.value.clone(), timezone: timezone?, layers };
    judge(raw, &schedule, report);
    Some(schedule)
}

/// What can only be seen with all layers at hand.
fn judge(raw: &raw::Schedule, schedule: &Schedule, report: &Report<'_>) {
    let roles = schedule.roles();
    for (typed, layer) in raw.layers.iter().zip(&schedule.layers) {
        let (Turns::Follows { role, .. }, Some(follows)) = (&layer.turns, &typed.follows) else { continue };
        match schedule.rotation(layer) {
            None => {
                let others: Vec<&str> = roles.iter().copied().filter(|other| *other != layer.role).collect();
                let message = format!("`{}` has no rotation to follow", quoted(role));
                report.error(code::BAD_ROTATION, &follows.span, &message).maybe_hint(suggest(
                    role,
                    "the other roles",
                    &others,
                ));
            }
            Some((rotation, offset)) => warn_of_same(typed, rotation, offset, report),
        }
    }
    if !schedule.layers.iter().any(|layer| layer.role == PRIMARY) {
        let message = "no layer has the role primary, so nobody is on call";
        report.warning(code::NO_PRIMARY, &raw.span, message).hint("name the role of one layer \"primary\"");
    }
}

fn warn_of_same(typed: &raw::Layer, rotation: &Rotation, offset: i64, report: &Report<'_>) {
    let count = rotation.people.len() as i64;
    if let Some(written) = &typed.offset
        && offset.checked_rem(count) == Some(0)
    {
        let message = format!("with this offset in a list of {count}, the same person holds both roles");
        report.warning(code::SAME_PERSON, &written.span, &message);
    }
}

fn layer(raw: &raw::Layer, people: &[&str], report: &Report<'_>) -> Option<Layer> {
    let windows: Vec<_> = raw.windows.iter().map(|typed| read(typed, Window::parse, report)).collect();
    let turns = match (raw.has_rotation, raw.has_follows) {
        (true, false) => own(raw, people, report).map(Turns::Own),
        (false, true) => follows(raw),
        (true, true) => {
            let message = "a layer has a `rotation` of its own or `follows` another role, not both";
            report.error(code::CONFLICT, &raw.span, message);
            None
        }
        (false, false) => {
            report.error(
                code::MISSING_KEY,
                &raw.span,
                "a layer needs a `rotation`, or a role that it `follows`",
            );
            None
        }
    };
    let windows = windows.into_iter().collect::<Option<_>>();
    let role = raw.role.as_ref().filter(|role| shown(role, report));
    Some(Layer { role: role?.value.clone(), turns: turns?, windows: windows? })
}

fn follows(raw: &raw::Layer) -> Option<Turns> {
    let role = raw.follows.as_ref()?.value.clone();
    Some(Turns::Follows { role, offset: raw.offset.as_ref()?.value })
}

fn own(raw: &raw::Layer, people: &[&str], report: &Report<'_>) -> Option<Rotation> {
    if let Some(offset) = &raw.offset {
        report.error(code::CONFLICT, &offset.span, "`offset` is for a layer that `follows` another role");
    }
    let start = raw.start.as_ref().and_then(|typed| read(typed, civil::parse_local, report));
    let shift = raw.shift.as_ref().and_then(|typed| read(typed, str::parse, report));
    let rotation = raw.rotation.as_ref()?;
    if rotation.value.is_empty() {
        report.error(code::BAD_ROTATION, &rotation.span, "this rotation is empty, so nobody is on call");
    }
    let names: Vec<_> = rotation
        .value
        .iter()
        .map(|typed| reference("person", &typed.value, &typed.span, people, report))
        .collect();
    Some(Rotation {
        people: names.into_iter().collect::<Option<_>>()?,
        start: start?,
        shift: shift?,
        not_before: raw.not_before.as_ref().is_some_and(|flag| flag.value),
    })
}

fn read<T>(typed: &At<String>, parse: impl Fn(&str) -> Result<T, Problem>, report: &Report<'_>) -> Option<T> {
    match parse(&typed.value) {
        Ok(found) => Some(found),
        Err(problem) => {
            report.error(code::BAD_VALUE, &typed.span, &problem.to_string());
            None
        }
    }
}
