//! Ready-made queries for the golden signals, by the convention that a service's metrics follow.

mod families;
mod saturation;

use crate::domain::signal::{Lane, Unit};

pub(super) use families::{FAMILIES, Family};

/// One way to get a figure.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Candidate {
    pub(super) text: String,
    /// Selector of the series it needs, for the message when there is none.
    pub(super) needs: String,
    pub(super) unit: Unit,
}

/// What a preset asks for one service.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Recipe {
    /// Requests a second, and those that failed: absent ones are none while there is traffic.
    pub(super) requests: Option<(Candidate, Candidate)>,
    /// The other figures; of several candidates the first that has data counts.
    pub(super) others: Vec<(Lane, &'static str, Vec<Candidate>)>,
}

/// The queries of the service itself and nothing else.
pub(super) const OWN: &str = "own";
/// Ends the name of a preset whose histograms are native ones.
pub(super) const NATIVE: &str = "-native";
const QUANTILES: [(&str, &str); 3] = [("p50", "0.5"), ("p95", "0.95"), ("p99", "0.99")];

/// What `preset` of a service may be.
pub fn known_presets() -> Vec<String> {
    let native = |family: &&Family| family.may_be_native();
    let plain = FAMILIES.iter().map(|family| family.name.to_owned());
    let natives = FAMILIES.iter().filter(native).map(|family| format!("{}{NATIVE}", family.name));
    plain.chain(natives).chain([OWN.to_owned()]).collect()
}

pub(super) fn recipe(name: &str, selector: &str) -> Option<Recipe> {
    let (plain, native) = name.strip_suffix(NATIVE).map_or((name, false), |plain| (plain, true));
    let family = FAMILIES.iter().find(|family| family.name == plain)?;
    (!native || family.may_be_native()).then(|| of_family(family, native, selector))
}

/// Seconds in what the histogram of a preset is measured in.
pub(super) fn unit(name: &str) -> f64 {
    let plain = name.strip_suffix(NATIVE).unwrap_or(name);
    let family = FAMILIES.iter().find(|family| family.name == plain);
    family.and_then(|family| family.histogram).map_or(1.0, |histogram| histogram.1)
}

/// Seconds in what the series `name` of a histogram is measured in.
pub(super) fn unit_of(name: &str) -> f64 {
    let bare = name.strip_suffix("_bucket").unwrap_or(name);
    let known = FAMILIES.iter().filter_map(|family| family.histogram).find(|known| known.0 == bare);
    known.map_or(1.0, |known| known.1)
}

/// What the services of a preset show by it; those without one show their own queries alone.
pub(super) fn lanes(preset: Option<&str>) -> Vec<Lane> {
    let Some(recipe) = recipe(preset.unwrap_or(OWN), "") else { return Vec::new() };
    let counted = recipe.requests.iter().flat_map(|_| [Lane::Traffic, Lane::Errors]);
    counted.chain(recipe.others.iter().map(|(lane, ..)| *lane)).collect()
}

fn of_family(family: &Family, native: bool, selector: &str) -> Recipe {
    let durations = family.histogram.iter().flat_map(|(histogram, unit)| {
        QUANTILES.map(|(name, quantile)| {
            (Lane::Latency, name, latency(family, (histogram, *unit), native, selector, quantile))
        })
    });
    Recipe {
        requests: family.histogram.is_some().then(|| requests(family, native, selector)),
        others: durations.chain((family.saturation)(selector)).collect(),
    }
}

fn requests(family: &Family, native: bool, selector: &str) -> (Candidate, Candidate) {
    let metric = family.metric(native);
    let of = |matcher: &str| series(&metric, selector, &both(family.only, matcher));
    // A native histogram is one sample; its count has to be taken out of it.
    let sum =
        |rates: &str| if native { format!("histogram_count(sum({rates}))") } else { format!("sum({rates})") };
    let failed: Vec<String> =
        family.failed.iter().map(|matcher| format!("rate({}[5m])", of(matcher))).collect();
    let all = of("");
    let candidate = |text| Candidate { text, needs: all.clone(), unit: Unit::PerSecond };
    (candidate(sum(&format!("rate({all}[5m])"))), candidate(sum(&failed.join(" or "))))
}

/// Of buckets; where a counter stands beside the histogram, this may be a native one as well.
fn latency(
    family: &Family,
    (histogram, unit): (&str, f64),
    native: bool,
    selector: &str,
    quantile: &str,
) -> Vec<Candidate> {
    let scale = if unit == 1.0 { String::new() } else { format!(" * {unit}") };
    let whole = |name: &str, sum: &str| {
        let needs = series(name, selector, family.only);
        let text = format!("histogram_quantile({quantile}, {sum} (rate({needs}[5m]))){scale}");
        Candidate { text, needs, unit: Unit::Seconds }
    };
    let classic = whole(&format!("{histogram}_bucket"), "sum by (le)");
    match (native, family.counter) {
        (true, _) => vec![whole(histogram, "sum")],
        (false, Some(_)) => vec![classic, whole(histogram, "sum")],
        (false, None) => vec![classic],
    }
}

fn both(one: &str, other: &str) -> String {
    [one, other].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(",")
}

/// `name{selector,matcher}`; either may be empty, and the selector may bring its own braces.
pub(super) fn series(name: &str, selector: &str, matcher: &str) -> String {
    let selector = selector.trim();
    let inner = selector.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).unwrap_or(selector);
    let inner = both(inner.trim().trim_end_matches(','), matcher);
    if inner.is_empty() { name.to_owned() } else { format!("{name}{{{inner}}}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::promql::scan::balanced;

    #[test]
    fn a_preset_shows_every_signal_and_none_shows_nothing() {
        assert!(Lane::ALL.iter().all(|lane| lanes(Some("http")).contains(lane)));
        assert_eq!([lanes(Some(OWN)), lanes(None), lanes(Some("htp"))], [const { Vec::<Lane>::new() }; 3]);
        assert_eq!(lanes(Some("kube-state"))[..2], [Lane::Errors, Lane::Saturation]);
        assert!(recipe("istio-native", "").is_none(), "its counter is not part of the histogram");
    }

    #[test]
    fn a_selector_narrows_every_series() {
        assert_eq!(series("a", "", ""), "a");
        assert_eq!(series("a", "{b=\"c\", }", "d=\"e\""), "a{b=\"c\",d=\"e\"}");
        for name in known_presets().iter().filter(|name| *name != OWN) {
            let recipe = recipe(name, "service=\"x\"").unwrap();
            let others = recipe.others.iter().flat_map(|(_, _, candidates)| candidates);
            let requests = recipe.requests.iter().flat_map(|(all, failed)| [all, failed]);
            for candidate in others.chain(requests) {
                assert!(candidate.needs.contains("{service=\"x\""), "{}", candidate.needs);
                assert!(candidate.text.contains(&candidate.needs[..candidate.needs.len() - 1]));
                assert_eq!(balanced(&candidate.text), Ok(()));
                let read = promql_parser::parser::parse(&candidate.text);
                assert!(read.is_ok(), "{read:?}: {}", candidate.text);
            }
        }
    }

    #[test]
    fn what_failed_is_counted_once_and_a_native_count_is_taken_out() {
        let text = |name: &str| recipe(name, "a=\"b\"").unwrap().requests.unwrap();
        assert_eq!(
            text("istio").0.text,
            "sum(rate(istio_requests_total{a=\"b\",reporter=~\"destination|waypoint\"}[5m]))"
        );
        let (all, failed) = text("otel-http-old-native");
        assert_eq!(all.text, "histogram_count(sum(rate(http_server_duration_milliseconds{a=\"b\"}[5m])))");
        assert_eq!(
            failed.text,
            "histogram_count(sum(rate(http_server_duration_milliseconds{a=\"b\",http_status_code=~\"5..\"}[5m])))"
        );
        let old = recipe("otel-rpc-old", "").unwrap();
        let p50 = &old.others[0].2[0];
        assert_eq!(
            p50.text,
            "histogram_quantile(0.5, sum by (le) (rate(rpc_server_duration_milliseconds_bucket[5m]))) * 0.001"
        );
    }
}
