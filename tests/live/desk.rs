//! burnwatch's own side: objectives on the fixture's services, and a desk that asks for them.

use std::sync::Arc;
use std::time::Duration;

use burnwatch::domain::signal::Service;
use burnwatch::domain::slo::objective::Objective;
use burnwatch::domain::slo::sli::{Events, Side, Sli};
use burnwatch::domain::slo::window::Window;
use burnwatch::source::desk::{Brief, Desk};
use burnwatch::source::{BackendSpec, Clock, kind};
use chrono::DateTime;
use serde_json::{Map, json};

pub(crate) fn good_requests(service: &str) -> Sli {
    Sli::Events(Events {
        side: Side::Good,
        part: format!("http_requests_total{{service=\"{service}\",code!~\"5..\"}}"),
        total: format!("http_requests_total{{service=\"{service}\"}}"),
    })
}

pub(crate) fn objective(id: &str, sli: Sli, target: &str) -> Arc<Objective> {
    let (service, name) = id.split_once('/').unwrap();
    Arc::new(Objective::new(service, name, "main", sli, target.parse().unwrap(), Window::days(30)))
}

pub(crate) fn clock_at(unix: i64) -> Clock {
    Arc::new(move || DateTime::from_timestamp(unix, 0).unwrap())
}

pub(crate) fn desk(
    url: &str,
    clock: Clock,
    objectives: Vec<Arc<Objective>>,
    services: Vec<Arc<Service>>,
) -> Desk {
    let settings = Map::from_iter([("url".to_owned(), json!(url))]);
    let spec =
        BackendSpec { name: "main".to_owned(), timeout: Duration::from_secs(30), settings, started: clock() };
    let source = (kind("prometheus").unwrap().connect)(&spec).unwrap_or_else(|error| panic!("{error}"));
    Desk::new(Brief {
        name: "main".to_owned(),
        kind: "prometheus".to_owned(),
        source,
        objectives,
        services,
        refresh: Duration::from_secs(15),
        clock,
        cache: None,
    })
}
