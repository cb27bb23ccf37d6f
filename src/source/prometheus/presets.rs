//! Ready-made queries for the golden signals: one function a preset, one line in `PRESETS`.

use crate::domain::signal::{Lane, Unit};

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
    /// Requests a second.
    pub(super) traffic: Candidate,
    /// Failed requests a second; absent means none while there is traffic.
    pub(super) errors: Candidate,
    /// The other figures; of several candidates the first that has data counts.
    pub(super) others: Vec<(Lane, &'static str, Vec<Candidate>)>,
}

type Preset = fn(&str) -> Recipe;

const PRESETS: &[(&str, Preset)] = &[("http", http)];
/// The queries of the service itself and nothing else.
pub(super) const OWN: &str = "own";
const NAMES: &[&str] = &["http", OWN];

/// What `preset` of a service may be.
pub fn known_presets() -> &'static [&'static str] {
    NAMES
}

pub(super) fn recipe(name: &str, selector: &str) -> Option<Recipe> {
    PRESETS.iter().find(|(known, _)| *known == name).map(|(_, preset)| preset(selector))
}

/// What the services of a preset show by it; those without one show their own queries alone.
pub(super) fn lanes(preset: Option<&str>) -> Vec<Lane> {
    let Some(recipe) = recipe(preset.unwrap_or(OWN), "") else { return Vec::new() };
    [Lane::Traffic, Lane::Errors].into_iter().chain(recipe.others.iter().map(|(lane, ..)| *lane)).collect()
}

fn http(selector: &str) -> Recipe {
    let requests = series("http_requests_total", selector, "");
    let failed = ["code", "status", "status_code"].map(|label| {
        format!("rate({}[5m])", series("http_requests_total", selector, &format!("{label}=~\"5..\"")))
    });
    let latency = [("p50", "0.5"), ("p95", "0.95"), ("p99", "0.99")]
        .map(|(name, quantile)| (Lane::Latency, name, vec![http_quantile(selector, quantile)]));
    let saturation = [("cpu", cpu(selector)), ("memory", memory(selector)), ("disk", disk(selector))]
        .map(|(name, candidates)| (Lane::Saturation, name, candidates));
    Recipe {
        traffic: Candidate {
            text: format!("sum(rate({requests}[5m]))"),
            needs: requests.clone(),
            unit: Unit::PerSecond,
        },
        errors: Candidate {
            text: format!("sum({})", failed.join(" or ")),
            needs: requests,
            unit: Unit::PerSecond,
        },
        others: latency.into_iter().chain(saturation).collect(),
    }
}

fn http_quantile(selector: &str, quantile: &str) -> Candidate {
    let needs = series("http_request_duration_seconds_bucket", selector, "");
    let text = format!("histogram_quantile({quantile}, sum by (le) (rate({needs}[5m])))");
    Candidate { text, needs, unit: Unit::Seconds }
}

/// The share of the machines' time that was not idle; else the cores that each process uses.
fn cpu(selector: &str) -> Vec<Candidate> {
    let idle = series("node_cpu_seconds_total", selector, "mode=\"idle\"");
    let process = series("process_cpu_seconds_total", selector, "");
    vec![
        Candidate { text: format!("1 - avg(rate({idle}[5m]))"), needs: idle, unit: Unit::Share },
        Candidate { text: format!("avg(rate({process}[5m]))"), needs: process, unit: Unit::Number },
    ]
}

/// Of the machines; else of the fullest container against its limit.
fn memory(selector: &str) -> Vec<Candidate> {
    let free = series("node_memory_MemAvailable_bytes", selector, "");
    let size = series("node_memory_MemTotal_bytes", selector, "");
    let used = series("container_memory_working_set_bytes", selector, "");
    let limit = series("container_spec_memory_limit_bytes", selector, "");
    vec![
        Candidate { text: format!("1 - sum({free}) / sum({size})"), needs: free, unit: Unit::Share },
        Candidate { text: format!("max({used} / ({limit} > 0))"), needs: used, unit: Unit::Share },
    ]
}

/// The fullest file system that is kept on a disk.
fn disk(selector: &str) -> Vec<Candidate> {
    let kept = "fstype!~\"tmpfs|ramfs|overlay|squashfs|iso9660\"";
    let free = series("node_filesystem_avail_bytes", selector, kept);
    let size = series("node_filesystem_size_bytes", selector, kept);
    vec![Candidate { text: format!("max(1 - {free} / ({size} > 0))"), needs: free, unit: Unit::Share }]
}

/// `name{selector,matcher}`; either may be empty, and the selector may bring its own braces.
fn series(name: &str, selector: &str, matcher: &str) -> String {
    let selector = selector.trim();
    let inner = selector.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).unwrap_or(selector);
    let inner = inner.trim().trim_end_matches(',');
    let parts: Vec<_> = [inner, matcher].into_iter().filter(|part| !part.is_empty()).collect();
    if parts.is_empty() { name.to_owned() } else { format!("{name}{{{}}}", parts.join(",")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::promql::scan::balanced;

    #[test]
    fn the_list_of_names_is_the_list_of_presets() {
        let names: Vec<_> = PRESETS.iter().map(|(name, _)| *name).chain([OWN]).collect();
        assert_eq!(names, NAMES);
    }

    #[test]
    fn a_preset_shows_every_signal_and_none_shows_nothing() {
        assert!(Lane::ALL.iter().all(|lane| lanes(Some("http")).contains(lane)));
        assert_eq!([lanes(Some(OWN)), lanes(None), lanes(Some("htp"))], [const { Vec::<Lane>::new() }; 3]);
    }

    #[test]
    fn a_selector_narrows_every_series() {
        assert_eq!(series("a", "", ""), "a");
        assert_eq!(series("a", "{b=\"c\", }", "d=\"e\""), "a{b=\"c\",d=\"e\"}");
        let recipe = recipe("http", "service=\"x\"").unwrap();
        assert_eq!(recipe.traffic.text, "sum(rate(http_requests_total{service=\"x\"}[5m]))");
        let others = recipe.others.iter().flat_map(|(_, _, candidates)| candidates);
        for candidate in others.chain([&recipe.traffic, &recipe.errors]) {
            assert!(candidate.needs.contains("{service=\"x\""), "{}", candidate.needs);
            assert!(candidate.text.contains(&candidate.needs[..candidate.needs.len() - 1]));
            assert_eq!(balanced(&candidate.text), Ok(()));
        }
    }
}
