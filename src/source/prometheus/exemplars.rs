//! The exemplars of a service's latency: trace ids that its histogram kept beside what it counted.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::client::Client;
use super::presets::{self, OWN};
use crate::domain::promql::substitute;
use crate::domain::signal::{Lane, Service};
use crate::domain::trace::{Exemplar, Exemplars, TraceId};
use crate::source::traces::loose::{Capped, Text};
use crate::source::{Range, SourceError, Toll};

/// Exemplars kept of an answer: the highest values.
const MOST: usize = 200;
/// Series, and exemplars of each, that are looked at.
const SERIES: usize = 5_000;
const EACH: usize = 1_000;
/// Unix seconds at the end of the year 9999: a timestamp beyond is none.
const LATEST: f64 = 253_402_300_799.0;

#[derive(Default, Deserialize)]
#[serde(default)]
struct Reply {
    data: Capped<Series, SERIES>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Series {
    #[serde(rename = "seriesLabels")]
    labels: BTreeMap<String, Text>,
    exemplars: Capped<Told, EACH>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Told {
    labels: BTreeMap<String, Text>,
    value: Text,
    timestamp: Text,
}

pub(super) async fn exemplars(
    client: &Client,
    service: &Service,
    range: Range,
) -> Result<Exemplars, SourceError> {
    let Some(query) = query(service) else { return Ok(Exemplars::default()) };
    let mut toll = Toll::default();
    let params = [("query", query), ("start", range.from.to_string()), ("end", range.to.to_string())];
    let body = client.get("query_exemplars", &params, &mut toll).await?;
    let unit = presets::unit(service.preset.as_deref().unwrap_or(OWN));
    let found = read(&body, unit).map_err(|_| SourceError::BadAnswer {
        address: client.address(),
        what: "its exemplars are not the JSON that was expected".to_owned(),
    })?;
    Ok(Exemplars { found, requests: toll.requests, trouble: None })
}

/// The exemplars of an answer. Values are in the unit that the name of their series tells, else in units of so many
/// seconds: a service's own latency query need not be in that of its preset.
pub(super) fn read(body: &[u8], unit: f64) -> serde_json::Result<Vec<Exemplar>> {
    let reply: Reply = serde_json::from_slice(body)?;
    let of_series = |series: &Series| {
        let unit = series.labels.get("__name__").map_or(unit, |name| presets::unit_of(&name.0));
        let all: Vec<Exemplar> = series.exemplars.kept.iter().filter_map(Told::exemplar).collect();
        all.into_iter().map(move |one| Exemplar { value: one.value * unit, ..one })
    };
    Ok(highest(reply.data.kept.iter().flat_map(of_series).collect()))
}

/// The histogram of the preset, and the service's own latency queries: the exemplars of any series in them are told.
fn query(service: &Service) -> Option<String> {
    let recipe = presets::recipe(service.preset.as_deref().unwrap_or(OWN), &service.selector);
    let others = recipe.iter().flat_map(|recipe| &recipe.others).filter(|(lane, ..)| *lane == Lane::Latency);
    let mut texts: Vec<String> =
        others.flat_map(|(_, _, candidates)| candidates).map(|one| one.needs.clone()).collect();
    let own = service.own.iter().filter(|own| own.lane == Lane::Latency);
    texts.extend(own.map(|own| format!("({})", substitute(&own.query, "5m"))));
    let mut seen = std::collections::BTreeSet::new();
    texts.retain(|text| seen.insert(text.clone()));
    (!texts.is_empty()).then(|| texts.join(" or "))
}

/// The highest, in the order of time; an exemplar is told once for each bucket it is in.
fn highest(mut found: Vec<Exemplar>) -> Vec<Exemplar> {
    found.sort_by(|a, b| b.value.total_cmp(&a.value).then(a.id.cmp(&b.id)));
    found.dedup_by_key(|one| one.id);
    found.truncate(MOST);
    found.sort_by_key(|one| one.at);
    found
}

impl Told {
    fn exemplar(&self) -> Option<Exemplar> {
        let is_id = |key: &str| {
            let plain: String = key.chars().filter(char::is_ascii_alphanumeric).collect();
            plain.eq_ignore_ascii_case("traceid")
        };
        let id =
            self.labels.iter().find(|(key, _)| is_id(key)).and_then(|(_, text)| TraceId::parse(&text.0))?;
        let figure = |text: &Text| text.0.parse::<f64>().ok().filter(|figure| figure.is_finite());
        let at = figure(&self.timestamp).filter(|at| (0.0..=LATEST).contains(at))? as i64;
        Some(Exemplar { at, value: figure(&self.value)?, id })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn service(preset: Option<&str>) -> Service {
        Service {
            name: "a".into(),
            source: "main".into(),
            preset: preset.map(str::to_owned),
            selector: "service=\"a\"".into(),
            own: Vec::new(),
            latency_limit: None,
        }
    }

    #[test]
    fn the_histogram_is_asked_for_in_both_forms() {
        let asked = query(&service(Some("http")));
        let classic = "http_request_duration_seconds_bucket{service=\"a\"}";
        let native = "http_request_duration_seconds{service=\"a\"}";
        assert_eq!(asked, Some(format!("{classic} or {native}")));
        assert_eq!(query(&service(None)), None);
    }

    #[test]
    fn each_series_has_the_unit_of_its_own_name() {
        let series = |name: &str, id: u8| {
            format!(
                "{{\"seriesLabels\":{{{name}}},\"exemplars\":[{{\"labels\":{{\"trace_id\":\"00f067aa0ba902{id}\"}},\
                 \"value\":\"250\",\"timestamp\":{id}}}]}}"
            )
        };
        let named = |name: &str| format!("\"__name__\":\"{name}\"");
        let all = [
            series(&named("http_server_duration_milliseconds_bucket"), 11),
            series(&named("own_seconds_bucket"), 12),
            series("", 13),
        ];
        let body = format!("{{\"data\":[{}]}}", all.join(","));
        let found = read(body.as_bytes(), 0.01).unwrap();
        let values: Vec<_> = found.iter().map(|one| (one.at, one.value)).collect();
        assert_eq!(values, [(11, 0.25), (12, 250.0), (13, 2.5)]);
    }

    #[test]
    fn the_id_has_many_names_and_the_highest_values_are_kept() {
        let told = |json: &str| serde_json::from_str::<Told>(json).unwrap().exemplar();
        for key in ["trace_id", "traceID", "TraceId", "trace.id"] {
            let one = told(&format!(
                "{{\"labels\":{{\"{key}\":\"00f067aa0ba902b7\"}},\"value\":\"0.6\",\"timestamp\":1768903200.9}}"
            ));
            let one = one.unwrap();
            assert_eq!(
                (one.at, one.value, one.id.to_string().as_str()),
                (1_768_903_200, 0.6, "00f067aa0ba902b7")
            );
        }
        assert_eq!(
            told("{\"labels\":{\"span_id\":\"00f067aa0ba902b7\"},\"value\":\"1\",\"timestamp\":1}"),
            None
        );
        assert_eq!(told("{\"labels\":{\"trace_id\":\"1\"},\"value\":\"NaN\",\"timestamp\":1}"), None);
        let far = "{\"labels\":{\"trace_id\":\"1\"},\"value\":\"1\",\"timestamp\":";
        assert_eq!([told(&format!("{far}1e300}}")), told(&format!("{far}-1}}"))], [None, None]);
        let one = |id: u128| Exemplar { at: id as i64, value: id as f64, id: TraceId::new(id).unwrap() };
        let kept = highest((1..=300).chain(200..=300).map(one).collect());
        assert_eq!((kept.len(), kept[0].at, kept[199].at), (MOST, 101, 300));
    }
}
