//! Who is asked, and what for.

use std::sync::Arc;
use std::time::Duration;

use burnwatch::domain::signal::Service;
use burnwatch::domain::slo::objective::Objective;
use burnwatch::domain::slo::sli::{Events, Side, Sli};
use burnwatch::domain::slo::window::Window;
use burnwatch::source::desk::Brief;
use burnwatch::source::{BackendSpec, Clock, Source, prometheus};
use serde_json::json;

use crate::cert::trusted;
use crate::sick::Server;
use crate::stage::{Part, REFRESH, TIMEOUT};
use crate::witness::Witness;

/// Where the sick one and the one beside it report.
pub(crate) const SICK: usize = 0;
pub(crate) const OTHER: usize = 1;
/// What must never be seen.
pub(crate) const SECRET: &str = "hunter2-secret";

/// One backend of three objectives and a service on `server`; a lost one is at a name that nobody has while it is
/// away.
pub(crate) fn part(name: &'static str, server: &Arc<Server>, lost: bool, clock: &Clock) -> Part {
    let source = connect(&server.url(), name, clock);
    let elsewhere = lost.then(|| connect("http://no-such-host.invalid:9090", name, clock));
    let source = Witness::new(source, elsewhere, Arc::clone(clock));
    let brief = Brief {
        name: name.to_owned(),
        kind: "prometheus".to_owned(),
        source: Arc::clone(&source) as Arc<dyn Source>,
        objectives: ["a", "b", "c"].map(|letter| objective(name, letter)).into(),
        services: vec![service(name)],
        refresh: Duration::from_secs(REFRESH.cast_unsigned()),
        clock: Arc::clone(clock),
        cache: None,
    };
    Part { name, server: Arc::clone(server), source, brief }
}

fn connect(url: &str, name: &str, clock: &Clock) -> Arc<dyn Source> {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let settings = json!({
        "url": url,
        "bearer_command": ["echo", SECRET],
        "headers": {"x-key": format!("{SECRET}-too")},
        "ca_file": file("ca.pem", trusted()),
        "limits": {"body_mib": 4, "series": 50},
    });
    let settings = settings.as_object().unwrap().clone();
    let spec = BackendSpec {
        name: name.to_owned(),
        timeout: Duration::from_secs(TIMEOUT.cast_unsigned()),
        settings,
        started: clock(),
    };
    (prometheus::KIND.connect)(&spec).unwrap()
}

pub(crate) fn objective(source: &str, letter: &str) -> Arc<Objective> {
    let counter = |name: &str| format!("{name}{{svc=\"{letter}\"}}");
    let sli = Sli::Events(Events { side: Side::Bad, part: counter("errors"), total: counter("requests") });
    let service = format!("{source}-{letter}");
    Arc::new(Objective::new(
        &service,
        "availability",
        source,
        sli,
        "99.9%".parse().unwrap(),
        Window::days(30),
    ))
}

fn service(source: &str) -> Arc<Service> {
    Arc::new(Service {
        name: format!("{source}-a"),
        source: source.to_owned(),
        preset: Some("http".to_owned()),
        selector: String::new(),
        own: Vec::new(),
        latency_limit: None,
    })
}
