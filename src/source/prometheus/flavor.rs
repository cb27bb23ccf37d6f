//! Dialects of the query API. A flavor sets defaults and nothing else: headers and parameters of one's own win.

use serde_json::Value;

use crate::source::http::settings::field::{Settings, choice, fault, list_of_text, text};
use crate::source::{BackendSpec, SettingError};

/// Where the API begins, below the path of the URL.
pub(super) const API: &str = "/api/v1";

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Flavor {
    #[default]
    Prometheus,
    Thanos,
    Mimir,
    Cortex,
    VictoriaMetrics,
}

const ALL: &[(&str, Flavor)] = &[
    ("prometheus", Flavor::Prometheus),
    ("thanos", Flavor::Thanos),
    ("mimir", Flavor::Mimir),
    ("cortex", Flavor::Cortex),
    ("victoriametrics", Flavor::VictoriaMetrics),
];

pub(super) const KEYS: &[&str] = &["flavor", "params"];
/// Where Mimir and Cortex begin, and what follows the account of a cluster of `VictoriaMetrics`.
const PREFIX: &str = "/prometheus";
const THANOS_TENANT: &str = "THANOS-TENANT";

/// How the server is spoken to.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Dialect {
    pub(super) flavor: Flavor,
    /// Parameters of one's own, which go with every request.
    own: Vec<(String, String)>,
}

impl Dialect {
    /// The dialect that `spec` asks for, and its settings as the link takes them.
    pub(super) fn read(spec: &BackendSpec) -> Result<(Self, BackendSpec), SettingError> {
        let settings = &spec.settings;
        let flavor = match text(settings, "flavor")? {
            Some(word) => choice("flavor", word, ALL)?,
            None => Flavor::default(),
        };
        let dialect = Self { flavor, own: own(settings)? };
        let mut spec = spec.clone();
        flavor.place(&mut spec.settings)?;
        Ok((dialect, spec))
    }

    /// What goes beside every question. A dead store must not make a budget look healthy: `strict` asks for all or an
    /// error, where the server knows the difference.
    pub(super) fn params(&self, strict: bool) -> Vec<(&str, String)> {
        let usual: &[(&str, &str)] = match (self.flavor, strict) {
            // It may be any of them.
            (Flavor::Prometheus, true) => &[("partial_response", "false"), ("deny_partial_response", "1")],
            (Flavor::Thanos, true) => &[("dedup", "true"), ("partial_response", "false")],
            (Flavor::Thanos, false) => &[("dedup", "true"), ("partial_response", "true")],
            (Flavor::VictoriaMetrics, true) => &[("deny_partial_response", "1")],
            _ => &[],
        };
        let replaced = |name: &str| self.own.iter().any(|(own, _)| own == name);
        let usual = usual.iter().filter(|(name, _)| !replaced(name));
        let usual = usual.map(|(name, value)| (*name, (*value).to_owned()));
        usual.chain(self.own.iter().map(|(name, value)| (name.as_str(), value.clone()))).collect()
    }

    /// Why an empty list of rules means nothing.
    pub(super) fn no_rules(&self) -> Option<&'static str> {
        (self.flavor == Flavor::VictoriaMetrics)
            .then_some("rules are not served here, the list is empty: is -vmalert.proxyURL set?")
    }
}

impl Flavor {
    /// Puts tenant and prefix where this server wants them. A path of one's own stays as it is.
    fn place(self, settings: &mut Settings) -> Result<(), SettingError> {
        match self {
            Self::Prometheus => {}
            Self::Mimir | Self::Cortex => begin_with(settings, PREFIX),
            Self::Thanos => {
                let Some(tenant) = settings.remove("tenant") else { return Ok(()) };
                let headers = settings.entry("headers").or_insert_with(|| Value::Object(Settings::new()));
                if let Value::Object(headers) = headers {
                    headers.entry(THANOS_TENANT).or_insert(tenant);
                }
            }
            Self::VictoriaMetrics => {
                let Some(tenant) = text(settings, "tenant")?.map(str::to_owned) else { return Ok(()) };
                let numbers = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
                if tenant.split(':').count() > 2 || !tenant.split(':').all(numbers) {
                    let hint =
                        "such as tenant = \"42\", or \"42:7\" with a project; it becomes part of the path";
                    return Err(fault("tenant", "VictoriaMetrics knows tenants by number", Some(hint)));
                }
                settings.remove("tenant");
                begin_with(settings, &format!("/select/{tenant}{PREFIX}"));
            }
        }
        Ok(())
    }
}

/// Adds `path` to the addresses that have none. What is no address is told elsewhere.
fn begin_with(settings: &mut Settings, path: &str) {
    let extend = |value: &mut Value| {
        let url = value.as_str().and_then(|text| text.trim().parse::<reqwest::Url>().ok());
        let Some(mut url) = url.filter(reqwest::Url::has_host) else { return };
        let bare = url.path().trim_end_matches('/');
        if matches!(bare, "" | API) {
            url.set_path(path);
            *value = Value::from(url.as_str());
        }
    };
    settings.get_mut("url").into_iter().for_each(extend);
    settings.get_mut("urls").and_then(Value::as_array_mut).into_iter().flatten().for_each(extend);
}

/// `params = { name = "text", other = ["a", "b"] }`.
fn own(settings: &Settings) -> Result<Vec<(String, String)>, SettingError> {
    let table = match settings.get("params") {
        None => return Ok(Vec::new()),
        Some(Value::Object(table)) => table,
        Some(_) => {
            let hint = "such as params = { dedup = \"false\", \"storeMatch[]\" = [\"a\", \"b\"] }";
            return Err(fault("params", "`params` must be a table of names and texts", Some(hint)));
        }
    };
    let mut own = Vec::new();
    for (name, value) in table {
        let values = match value {
            Value::String(text) => vec![text.as_str()],
            list => list_of_text("params", list)
                .map_err(|_| fault("params", format!("`{name}` must be text, or a list of texts"), None))?,
        };
        own.extend(values.into_iter().map(|value| (name.clone(), value.to_owned())));
    }
    Ok(own)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(settings: Value) -> Result<(Dialect, Settings), SettingError> {
        let Value::Object(settings) = settings else { panic!() };
        let started = chrono::DateTime::UNIX_EPOCH;
        let timeout = std::time::Duration::from_secs(1);
        Dialect::read(&BackendSpec { name: "a".into(), timeout, settings, started })
            .map(|(dialect, spec)| (dialect, spec.settings))
    }

    #[test]
    fn a_flavor_brings_its_prefix_and_its_tenant() {
        for (flavor, url, expected) in [
            ("mimir", "http://m:8080", "http://m:8080/prometheus"),
            ("cortex", "http://m:8080/api/v1/", "http://m:8080/prometheus"),
            ("mimir", "http://m/api/prom", "http://m/api/prom"),
            ("victoriametrics", "http://v:8481", "http://v:8481/select/42/prometheus"),
            ("victoriametrics", "http://v/x?extra_label=a%3Db", "http://v/x?extra_label=a%3Db"),
            ("thanos", "http://t:9090", "http://t:9090"),
        ] {
            let (_, settings) = read(json!({"flavor": flavor, "url": url, "tenant": "42"})).unwrap();
            assert_eq!(settings["url"], expected, "{flavor}");
            assert_eq!(settings.contains_key("tenant"), matches!(flavor, "mimir" | "cortex"), "{flavor}");
        }
        let (_, thanos) = read(json!({"flavor": "thanos", "urls": ["http://t"], "tenant": "a"})).unwrap();
        assert_eq!(thanos["headers"], json!({"THANOS-TENANT": "a"}));
        let (_, cluster) =
            read(json!({"flavor": "victoriametrics", "urls": ["http://v"], "tenant": "1:2"})).unwrap();
        assert_eq!(cluster["urls"], json!(["http://v/select/1:2/prometheus"]));
    }

    #[test]
    fn counts_are_strict_and_charts_are_not() {
        let params = |flavor: &str, strict| {
            let (dialect, _) = read(json!({"flavor": flavor})).unwrap();
            dialect
                .params(strict)
                .into_iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect::<Vec<_>>()
        };
        assert_eq!(params("thanos", true), ["dedup=true", "partial_response=false"]);
        assert_eq!(params("thanos", false), ["dedup=true", "partial_response=true"]);
        assert_eq!(params("victoriametrics", true), ["deny_partial_response=1"]);
        assert_eq!(params("victoriametrics", false), Vec::<String>::new());
        assert_eq!(params("mimir", true), Vec::<String>::new());
        assert_eq!(params("prometheus", true).len(), 2);
    }

    #[test]
    fn own_parameters_win() {
        let own = json!({"flavor": "thanos", "params": {"dedup": "false", "storeMatch[]": ["a", "b"]}});
        let (dialect, _) = read(own).unwrap();
        let own =
            [("partial_response", "false"), ("dedup", "false"), ("storeMatch[]", "a"), ("storeMatch[]", "b")];
        assert_eq!(dialect.params(true), own.map(|(name, value)| (name, value.to_owned())));
    }

    #[test]
    fn what_is_no_flavor_is_told() {
        let said = |settings| {
            let error = read(settings).unwrap_err();
            format!("{} {} {}", error.key, error.problem, error.hint.unwrap_or_default())
        };
        assert!(said(json!({"flavor": "victoria-metrics"})).contains("did you mean `victoriametrics`?"));
        assert!(said(json!({"flavor": "loki"})).contains("known are prometheus, thanos, mimir, cortex"));
        assert!(said(json!({"flavor": "victoriametrics", "tenant": "team-a"})).contains("by number"));
        assert!(said(json!({"params": {"a": 5}})).contains("`a` must be text"));
        assert!(said(json!({"params": "a=b"})).contains("must be a table"));
    }
}
