//! A configuration from the command line alone.

use serde_json::{Map, Value};

use super::{Backend, Config, Origin};
use crate::domain::slo::tool::Tool;

/// Stands among the tools for services with metrics of well-known names.
const SERVICES: &str = "services";

/// One Prometheus at `url`, with the SLOs that other tools record in it, and the services it knows.
pub fn prometheus(url: &str) -> Config {
    let wanted: Vec<&str> = Tool::ALL.into_iter().map(Tool::word).chain([SERVICES]).collect();
    let settings =
        Map::from_iter([("url".to_owned(), Value::from(url)), ("discover".to_owned(), Value::from(wanted))]);
    of_backend("prometheus", settings)
}

/// A single backend, called by its kind.
fn of_backend(kind: &str, settings: Map<String, Value>) -> Config {
    let origin = Origin { file: "command line".to_owned(), ..Origin::default() };
    let backend = Backend { name: kind.to_owned(), kind: kind.to_owned(), timeout: None, settings, origin };
    Config { backends: vec![backend], ..Config::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_a_whole_configuration() {
        let config = prometheus("http://127.0.0.1:9090");
        assert_eq!(config.backends[0].settings["url"], "http://127.0.0.1:9090");
        assert_eq!(
            config.backends[0].settings["discover"],
            serde_json::json!(["sloth", "pyrra", "grafana", "burnwatch", "services"])
        );
        assert_eq!((config.backends.len(), config.services.len()), (1, 0));
        assert!(!format!("{config:?}").contains("9090"), "settings may be secret");
    }
}
