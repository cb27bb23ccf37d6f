//! Services found by the well-known names of their metrics, each with the preset that fits.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use crate::domain::promql::{Matcher, Selector};
use crate::domain::signal::Service;
use crate::domain::slo::objective::Objective;
use crate::source::http::text::plain;
use crate::source::prometheus::batch::{Batcher, Question, Refused, When};
use crate::source::prometheus::client::Client;
use crate::source::prometheus::presets::{FAMILIES, Family, NATIVE, series};
use crate::source::{SourceError, Toll};

/// Services that one backend may bring; the signals of more would cost more than they tell.
const MOST: usize = 40;
/// Label sets that are looked at, of one convention.
const ROWS: usize = 200;
/// What a mesh calls traffic whose service it does not know.
const NOBODY: [&str; 4] = ["unknown", "PassthroughCluster", "InboundPassthroughCluster", "BlackHoleCluster"];
const KUBE: &str = "kube-state";

/// One way of counting that may be there.
struct Probe {
    family: &'static Family,
    native: bool,
}

/// The labels that a service is found by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Row {
    name: (&'static str, String),
    space: Option<(&'static str, String)>,
}

/// Asks once which services there are. `objectives` are the SLOs found beside them: their services come first.
pub(super) async fn services(
    (client, refused): (&Client, &Refused),
    backend: &str,
    at: i64,
    objectives: &[Arc<Objective>],
    toll: &mut Toll,
) -> Result<(Vec<Arc<Service>>, Option<String>), SourceError> {
    let probes = probes();
    let questions: Vec<Question> = probes
        .iter()
        .enumerate()
        .map(|(place, probe)| Question { id: format!("{place}s"), text: probe.question() })
        .collect();
    let batcher = Batcher { client, refused, when: When::At(at), size: usize::MAX, strict: false };
    let outcomes = batcher.ask(&questions, toll).await?;
    let mut found = Found { backend, services: Vec::new(), names: BTreeSet::new(), more: false };
    for (probe, outcome) in probes.iter().zip(outcomes) {
        // An expression that this backend alone does not understand finds nothing.
        let series = outcome.unwrap_or_default();
        found.more |= series.len() > ROWS;
        let rows = series.into_iter().filter_map(|series| probe.row(series.labels));
        found.take(probe, &rows.collect());
    }
    found.of_objectives(objectives);
    Ok(found.told(objectives))
}

fn probes() -> Vec<Probe> {
    let both = |family: &'static Family| {
        let native = family.may_be_native().then_some(Probe { family, native: true });
        std::iter::once(Probe { family, native: false }).chain(native)
    };
    FAMILIES.iter().flat_map(both).collect()
}

impl Probe {
    fn preset(&self) -> String {
        format!("{}{}", self.family.name, if self.native { NATIVE } else { "" })
    }

    fn question(&self) -> String {
        let by = [self.family.names, self.family.spaces].concat().join(", ");
        // A summary has series of the bare name too.
        let only = if self.native { "quantile=\"\"" } else { self.family.only() };
        let metric = series(&self.family.metric(self.native), "", only);
        format!("topk({}, count by ({by}) ({metric}))", ROWS + 1)
    }

    fn row(&self, mut labels: HashMap<String, String>) -> Option<Row> {
        let mut first = |names: &[&'static str]| {
            names
                .iter()
                .find_map(|name| Some((*name, labels.remove(*name).filter(|value| !value.is_empty())?)))
        };
        let name = first(self.family.names).filter(|(_, name)| !NOBODY.contains(&name.as_str()))?;
        Some(Row { name, space: first(self.family.spaces) })
    }
}

struct Found<'a> {
    backend: &'a str,
    services: Vec<Arc<Service>>,
    names: BTreeSet<String>,
    /// There are more than were told.
    more: bool,
}

impl Found<'_> {
    /// Services of one name in several namespaces are told apart by these; otherwise the name is enough.
    fn take(&mut self, probe: &Probe, rows: &BTreeSet<Row>) {
        let mut spaces: BTreeMap<&(&'static str, String), Vec<&Row>> = BTreeMap::new();
        for row in rows {
            spaces.entry(&row.name).or_default().push(row);
        }
        for ((label, value), rows) in spaces {
            let matcher = Matcher::equal(label, value).to_string();
            for row in &rows {
                let (name, selector) = match &row.space {
                    Some((space, within)) if rows.len() > 1 => {
                        (format!("{within}/{value}"), format!("{},{matcher}", Matcher::equal(space, within)))
                    }
                    None if rows.len() > 1 => {
                        let spaces =
                            probe.family.spaces.iter().map(|space| Matcher::equal(space, "").to_string());
                        let without: Vec<String> = std::iter::once(matcher.clone()).chain(spaces).collect();
                        (value.clone(), without.join(","))
                    }
                    _ if probe.family.name == KUBE => (format!("namespace/{value}"), matcher.clone()),
                    _ => (value.clone(), matcher.clone()),
                };
                self.add(&name, probe.preset(), selector);
            }
        }
    }

    fn add(&mut self, name: &str, preset: String, selector: String) {
        let name = plain(name, 80);
        if name.is_empty() || !self.names.insert(name.clone()) {
            return;
        }
        self.services.push(Arc::new(Service {
            name,
            source: self.backend.to_owned(),
            preset: Some(preset),
            selector,
            own: Vec::new(),
            latency_limit: None,
        }));
    }

    /// A service that only its SLO knows has the signals of the series that the SLO counts.
    fn of_objectives(&mut self, objectives: &[Arc<Objective>]) {
        for objective in
            objectives.iter().filter(|objective| !self.names.contains(&objective.service)).collect::<Vec<_>>()
        {
            let mut written = objective.sli.written();
            // The whole rather than the part that failed.
            written.sort_by_key(|(key, _)| *key != "total");
            if let Some((preset, selector)) = written.into_iter().find_map(|(_, text)| counted(text)) {
                self.add(&objective.service, preset, selector);
            }
        }
    }

    fn told(mut self, objectives: &[Arc<Objective>]) -> (Vec<Arc<Service>>, Option<String>) {
        if self.services.is_empty() {
            let presets: Vec<&str> = FAMILIES.iter().map(|family| family.name).collect();
            let text = format!(
                "no service was found by the metrics of the presets {}: write each service as a [[service]] with own queries, `burnwatch init` shows how",
                presets.join(", ")
            );
            // Who has SLOs has something to look at.
            return (self.services, objectives.is_empty().then_some(text));
        }
        let all = self.services.len();
        if all <= MOST && !self.more {
            return (self.services, None);
        }
        self.services
            .sort_by_key(|service| !objectives.iter().any(|objective| objective.service == service.name));
        self.services.truncate(MOST);
        let least = if self.more { "at least " } else { "" };
        let text = format!(
            "signals of {} of {least}{all} services are asked for: write the others you want as a [[service]]",
            self.services.len()
        );
        (self.services, Some(text))
    }
}

/// The preset whose requests `text` counts, and which of them.
fn counted(text: &str) -> Option<(String, String)> {
    let named = |name: char| name.is_ascii_alphanumeric() || name == '_' || name == ':';
    FAMILIES.iter().filter(|family| family.name != KUBE).find_map(|family| {
        let metric = family.metric(false);
        let bare = family.may_be_native().then(|| family.metric(true));
        let at = |metric: &String| {
            let (before, after) = text.split_once(metric.as_str())?;
            let bucket = after.strip_prefix("_bucket").unwrap_or(after);
            (!before.ends_with(named) && !bucket.starts_with(named)).then(|| bucket.to_owned())
        };
        let rest = at(&metric).or_else(|| bare.as_ref().and_then(at))?;
        let end = rest.trim_start().strip_prefix('{').and_then(closing).unwrap_or(0);
        let selector = Selector::parse(&format!("x{}", &rest.trim_start()[..end])).ok()?;
        let broad = |matcher: &&Matcher| {
            let label = matcher.label().unwrap_or_default();
            label != "le" && !family.fails_by(&label)
        };
        let matchers: Vec<String> = selector.matchers.iter().filter(broad).map(ToString::to_string).collect();
        Some((family.name.to_owned(), matchers.join(",")))
    })
}

/// How long the braces are, both included; `rest` begins after the first of them.
fn closing(rest: &str) -> Option<usize> {
    let mut quote = crate::domain::promql::scan::Quote::default();
    rest.char_indices().find_map(|(place, letter)| {
        let inside = quote.open();
        quote.step(letter);
        (letter == '}' && !inside).then_some(place + 2)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    type Pairs<'a> = &'a [(&'a str, &'a str)];

    fn found(rows: &[(&str, &[Pairs])]) -> Vec<(String, String, String)> {
        let mut found = Found { backend: "main", services: Vec::new(), names: BTreeSet::new(), more: false };
        for (preset, rows) in rows {
            let probe = probes().into_iter().find(|probe| probe.preset() == *preset).unwrap();
            let pairs =
                |row: &[(&str, &str)]| row.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
            found.take(&probe, &rows.iter().filter_map(|row| probe.row(pairs(row))).collect());
        }
        let text = |service: &Arc<Service>| {
            (service.name.clone(), service.preset.clone().unwrap(), service.selector.clone())
        };
        found.services.iter().map(text).collect()
    }

    fn row(name: &str, preset: &str, selector: &str) -> (String, String, String) {
        (name.to_owned(), preset.to_owned(), selector.to_owned())
    }

    #[test]
    fn each_convention_names_its_services_by_its_own_label() {
        let found = found(&[
            ("otel-http", &[&[("service_name", "cart"), ("job", "collector")], &[("job", "shop/pay")]]),
            ("http", &[&[("job", "cart")], &[("service", "web"), ("job", "x")], &[("job", "")]]),
            ("istio", &[&[("destination_service_name", "unknown")], &[("destination_service_name", "mail")]]),
            ("kube-state", &[&[("namespace", "shop")]]),
        ]);
        let wanted = [
            row("shop/pay", "otel-http", "job=\"shop/pay\""),
            row("cart", "otel-http", "service_name=\"cart\""),
            row("web", "http", "service=\"web\""),
            row("mail", "istio", "destination_service_name=\"mail\""),
            row("namespace/shop", "kube-state", "namespace=\"shop\""),
        ];
        assert_eq!(found, wanted);
    }

    #[test]
    fn namesakes_are_told_apart_by_their_namespaces() {
        let found = found(&[(
            "nginx-ingress",
            &[
                &[("ingress", "web"), ("exported_namespace", "a")],
                &[("ingress", "web"), ("namespace", "b\"")],
                &[("ingress", "api"), ("namespace", "a")],
            ],
        )]);
        let wanted = [
            row("api", "nginx-ingress", "ingress=\"api\""),
            row("a/web", "nginx-ingress", "exported_namespace=\"a\",ingress=\"web\""),
            row("b\"/web", "nginx-ingress", "namespace=\"b\\\"\",ingress=\"web\""),
        ];
        assert_eq!(found, wanted);
    }

    #[test]
    fn what_an_slo_counts_tells_its_preset() {
        let told = |text| counted(text).map(|(preset, selector)| format!("{preset} {selector}"));
        for (text, wanted) in [
            ("http_requests_total{job=\"a}\",code=~\"5..\"}", Some("http job=\"a}\"")),
            (
                "sum(rate(istio_requests_total{destination_service_name=\"a\"}[{{.window}}]))",
                Some("istio destination_service_name=\"a\""),
            ),
            ("http_server_request_duration_seconds{service_name='a'}", Some("otel-http service_name='a'")),
            (
                "sum(rate(http_request_duration_seconds_bucket{le=\"0.3\",job=\"a\"}[5m]))",
                Some("http-duration job=\"a\""),
            ),
            ("grpc_server_handled_total", Some("grpc ")),
            ("my_http_requests_total{job=\"a\"}", None),
            ("http_requests_total_errors", None),
            ("up", None),
        ] {
            assert_eq!(told(text).as_deref(), wanted, "{text}");
        }
    }

    #[test]
    fn one_question_a_convention_and_a_cut_that_is_told() {
        let questions: Vec<String> = probes().iter().map(Probe::question).collect();
        assert_eq!(
            questions[0],
            "topk(201, count by (service_name, exported_job, job, service_namespace, namespace) (http_server_request_duration_seconds_count))"
        );
        assert!(questions.iter().any(|text| text.contains("(istio_requests_total{reporter=~")));
        let mut found = Found { backend: "main", services: Vec::new(), names: BTreeSet::new(), more: false };
        (0..MOST + 3).for_each(|i| found.add(&format!("s{i:02}"), "http".into(), String::new()));
        let (services, told) = found.told(&[]);
        assert_eq!((services.len(), services[0].name.as_str()), (40, "s00"));
        assert!(told.unwrap().starts_with("signals of 40 of 43 services are asked for"));
    }
}
