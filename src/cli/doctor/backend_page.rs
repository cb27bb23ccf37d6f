//! The block of one backend.

use chrono::{DateTime, Utc};

use super::backend::{Examined, Requests};
use super::sheet::{Mark, Sheet};
use super::weigh::{median, span};
use crate::domain::health::{Circuit, Endpoint};
use crate::domain::quantity::{count, duration, several};
use crate::source::Identity;
use crate::theme::Role;

pub(super) fn write(sheet: &mut Sheet, examined: &Examined, now: DateTime<Utc>) {
    let note = median(&examined.latency).filter(|_| examined.trouble.is_none());
    let note = note.map_or_else(String::new, |median| format!("· answers in {}", span(median)));
    sheet.block(examined.mark(), &examined.name, &note);
    identity(sheet, examined);
    addresses(sheet, examined, now);
    if let (Some(least), Some(median), Some(most)) =
        (examined.latency.first(), median(&examined.latency), examined.latency.last())
    {
        let probes = format!("· {} probes, from", examined.latency.len());
        let pieces = [
            (Role::Bright, span(median)),
            (Role::Muted, probes),
            (Role::Text, span(*least)),
            (Role::Muted, "to".to_owned()),
            (Role::Text, span(*most)),
        ];
        row(sheet, "latency", &pieces);
    }
    clock(sheet, examined);
    if let Some(asked) = examined.requests {
        requests(sheet, asked);
    }
    counts(sheet, examined);
    if let Some(trouble) = &examined.trouble {
        sheet.finding(Mark::Broken, &format!("{}: {}", trouble.class, trouble.text));
        if let Some(advice) = trouble.advice {
            sheet.row("", &[(Role::Muted, "→"), (Role::Muted, advice)]);
        }
    }
    for doubt in &examined.doubts {
        sheet.finding(Mark::Doubtful, doubt);
    }
}

fn row(sheet: &mut Sheet, label: &str, pieces: &[(Role, String)]) {
    let pieces: Vec<_> = pieces.iter().map(|(role, text)| (*role, text.as_str())).collect();
    sheet.row(label, &pieces);
}

fn identity(sheet: &mut Sheet, examined: &Examined) {
    let told = &examined.identity;
    let mut pieces = vec![(Role::Muted, examined.kind.clone())];
    if let Some(product) = &told.product {
        pieces.push((Role::Muted, "·".to_owned()));
        pieces.push((Role::Bright, product.clone()));
        pieces.extend(told.version.iter().map(|version| (Role::Text, version.clone())));
    } else if let Some(version) = &told.version {
        pieces.push((Role::Muted, "· version".to_owned()));
        pieces.push((Role::Text, version.clone()));
    }
    for (name, value) in &told.facts {
        pieces.push((Role::Muted, format!("· {name}")));
        pieces.push((Role::Text, value.clone()));
    }
    row(sheet, "is", &pieces);
}

fn addresses(sheet: &mut Sheet, examined: &Examined, now: DateTime<Utc>) {
    if examined.routes.is_empty() {
        return row(sheet, "address", &[(Role::Text, examined.address.clone())]);
    }
    for (place, route) in examined.routes.iter().enumerate() {
        let label = if place == 0 { "addresses" } else { "" };
        let (apart, trouble) = (examined.health.apart, examined.trouble.is_some());
        let answering = apart || (!trouble && place == examined.health.answering);
        let mut pieces = match &route.outcome {
            Some(Ok(took)) => {
                let word = if answering { "● answers" } else { "○ in reserve" };
                let role = if answering { Role::Ok } else { Role::Muted };
                let mut pieces = vec![
                    (role, word.to_owned()),
                    (Role::Text, route.address.clone()),
                    (Role::Muted, span(*took)),
                ];
                pieces.extend(of_page(&route.identity));
                pieces
            }
            Some(Err(trouble)) => {
                let word = format!("✗ {}", trouble.class);
                let named = Some((Role::Text, route.address.clone()));
                let named = named.filter(|_| !trouble.text.contains(&route.address));
                let told = (Role::Muted, format!("· {}", trouble.text));
                [(Role::Page, word)].into_iter().chain(named).chain([told]).collect()
            }
            None => vec![(Role::Muted, "? not asked".to_owned()), (Role::Text, route.address.clone())],
        };
        pieces.extend(examined.health.endpoints.get(place).and_then(|endpoint| rest(endpoint, now)));
        row(sheet, label, &pieces);
    }
}

/// What an address with figures of its own says that it is.
fn of_page(told: &Identity) -> Option<(Role, String)> {
    let product = told.product.as_ref()?;
    let facts = told.facts.iter().map(|(name, value)| format!(", {name} {value}"));
    Some((Role::Muted, format!("· {product}{}", facts.collect::<String>())))
}

fn rest(endpoint: &Endpoint, now: DateTime<Utc>) -> Option<(Role, String)> {
    let next = endpoint.next_try.filter(|_| endpoint.circuit == Circuit::Open)?;
    Some((Role::Muted, format!("· left alone, next try in {}", duration(next - now))))
}

fn clock(sheet: &mut Sheet, examined: &Examined) {
    let Some(offset) = examined.health.clock_offset else { return };
    match examined.health.clock_doubt() {
        None => row(sheet, "clock", &[(Role::Text, "agrees with this machine's".to_owned())]),
        Some(doubt) => {
            let by = duration(offset.abs());
            let side = if offset > chrono::TimeDelta::zero() { "ahead" } else { "behind" };
            row(sheet, "clock", &[(Role::Bright, format!("{by} {side}"))]);
            let mark = if examined.health.clocks_agree() { Mark::Doubtful } else { Mark::Broken };
            sheet.finding(mark, &doubt);
        }
    }
}

fn requests(sheet: &mut Sheet, asked: Requests) {
    let every = duration(chrono::TimeDelta::from_std(asked.every).unwrap_or_default());
    let so_far = if asked.unfinished { " so far, the history was not complete" } else { "" };
    let pieces = [
        (Role::Bright, count(asked.a_minute())),
        (Role::Text, "a minute".to_owned()),
        (Role::Muted, format!("· {} a refresh, every {every}", asked.a_refresh)),
        (Role::Muted, format!("· {} to begin with{so_far}", asked.to_begin)),
    ];
    row(sheet, "requests", &pieces);
}

fn counts(sheet: &mut Sheet, examined: &Examined) {
    if examined.objectives == 0 && examined.found.is_none() {
        return;
    }
    let mut pieces = vec![(Role::Text, several(examined.objectives, "SLO"))];
    if let Some(found) = &examined.found {
        pieces.push((Role::Muted, format!("· found {found}")));
    }
    row(sheet, "counts", &pieces);
}
