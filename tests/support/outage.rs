//! The demo's outage with everything known of it, as a model to be drawn.

use std::sync::Arc;
use std::time::Duration;

use burnwatch::config::{self, Document};
use burnwatch::domain::journal::{Fold, parse_line};
use burnwatch::domain::oncall::Roster;
use burnwatch::screen;
use burnwatch::source::demo::{self, Scenario, assets};
use burnwatch::source::desk::{Brief, Desk};
use burnwatch::source::runbook_watch::{RunbookUpdate, embedded};
use burnwatch::source::{BackendSpec, kind};
use burnwatch::state::{Message, Model, Setup};
use chrono::{DateTime, Utc};

/// On a screen of this size.
pub(crate) fn model(size: (u16, u16)) -> Model {
    let now: DateTime<Utc> = "2026-02-17T10:00:00Z".parse().expect("an instant");
    let document = Document::new(None, &assets::config(Scenario::Outage));
    let config = config::load(&document, None).expect("the demo's configuration").config;
    let roster = Roster { people: config.people.clone(), schedules: config.schedules.clone() };
    let setup = Setup { demo: Some("outage".to_owned()), roster, ..Setup::default() };
    let mut model = Model::new(Arc::new(setup), now, size);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    for (index, backend) in config.backends.iter().enumerate() {
        let report = runtime.block_on(async {
            let deadline = tokio::time::Instant::now() + Duration::from_secs(60);
            desk(&config, backend, now).gather(deadline, true).await
        });
        screen::update(&mut model, Message::Report(index, Arc::new(report)));
    }
    let mut fold = Fold::default();
    let lines = demo::events(Scenario::Outage, now);
    lines.iter().filter_map(|line| parse_line(line).ok()).for_each(|event| fold.push(event));
    screen::update(&mut model, Message::Journal(Arc::new(fold.state()), Vec::new()));
    model.runbooks = RunbookUpdate::of(&embedded("demo", assets::RUNBOOKS)).runbooks;
    model
}

fn desk(config: &config::Config, backend: &config::Backend, now: DateTime<Utc>) -> Desk {
    let spec = BackendSpec {
        name: backend.name.clone(),
        timeout: Duration::from_secs(5),
        settings: backend.settings.clone(),
        started: now,
    };
    let source = (kind(&backend.kind).expect("a kind").connect)(&spec).expect("a source");
    Desk::new(Brief {
        name: backend.name.clone(),
        kind: backend.kind.clone(),
        source,
        objectives: config.objectives.iter().filter(|slo| slo.source == backend.name).cloned().collect(),
        services: config.services.iter().filter(|service| service.source == backend.name).cloned().collect(),
        refresh: config.refresh,
        clock: Arc::new(move || now),
        cache: None,
    })
}
