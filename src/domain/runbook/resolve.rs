//! From an alert to its runbook: five rules in order, and never a silent pick among equals.

mod rules;

use std::collections::BTreeMap;
use std::fmt;

use super::address::Address;
use super::library::{Library, Place};
use crate::text::cleaned;

/// What is known of the alert.
#[derive(Debug, Clone, Copy)]
pub struct Query<'a> {
    /// `runbook_url`, or a path.
    pub annotation: Option<&'a str>,
    pub alert_name: &'a str,
    pub labels: &'a BTreeMap<String, String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolved {
    pub found: Found,
    /// From the address first, then labels it does not name (ignoring case).
    pub parameters: Vec<Parameter>,
    /// The annotation, clean: to be shown where no page is found.
    pub asked: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// A normal state: one alert in five of a well-kept set has no page.
    None,
    One(Match),
    /// Equally good pages, in the library's order.
    Several(Vec<Match>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    pub place: Place,
    pub why: Why,
    /// The fragment asked for, if the page does not have it.
    pub dead_anchor: Option<String>,
}

/// The rule that found a page; its words are shown beside the page's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    Map,
    PathSuffix,
    LastSegment,
    AlertFile,
    AlertHeading,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    pub name: String,
    pub value: String,
    pub origin: Origin,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    Address,
    Label,
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Map => "named in the configuration",
            Self::PathSuffix => "end of the path",
            Self::LastSegment => "last path segment",
            Self::AlertFile => "file named like the alert",
            Self::AlertHeading => "heading names the alert",
        })
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Address => "url",
            Self::Label => "alert",
        })
    }
}

/// `map` leads from an alert's name to a page's path, with or without `#anchor`. A rule that finds nothing
/// leaves the word to the next; the first that finds something ends the search.
pub fn resolve(library: &Library, map: &BTreeMap<String, String>, query: &Query<'_>) -> Resolved {
    let asked = query.annotation.map(str::trim).filter(|text| !text.is_empty());
    let address = asked.map(Address::parse).unwrap_or_default();
    let matches = rules::matches(library, map, &address, query.alert_name);
    let found = match matches.len() {
        0 => Found::None,
        1 => matches.into_iter().next().map_or(Found::None, Found::One),
        _ => Found::Several(matches),
    };
    Resolved { found, parameters: parameters(&address, query.labels), asked: asked.map(cleaned) }
}

fn parameters(address: &Address, labels: &BTreeMap<String, String>) -> Vec<Parameter> {
    let given = |(name, value): &(String, String)| Parameter {
        name: name.clone(),
        value: value.clone(),
        origin: Origin::Address,
    };
    let mut out: Vec<Parameter> = address.query.iter().map(given).collect();
    for (name, value) in labels {
        if !out.iter().any(|known| known.name.eq_ignore_ascii_case(name)) {
            out.push(Parameter { name: cleaned(name), value: cleaned(value), origin: Origin::Label });
        }
    }
    out
}

#[cfg(test)]
mod tests;
