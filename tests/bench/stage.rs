//! The demo's model on a screen, to be drawn again and again.

use std::sync::Arc;
use std::time::Duration;

use burnwatch::config::{self, Document};
use burnwatch::domain::journal::{Fold, parse_line};
use burnwatch::domain::oncall::Roster;
use burnwatch::source::demo::{self, Scenario, assets};
use burnwatch::source::desk::{Brief, Desk};
use burnwatch::source::runbook_watch::{RunbookUpdate, embedded};
use burnwatch::source::{BackendSpec, kind};
use burnwatch::state::{Message, Model, Screen, Setup};
use burnwatch::theme::{self, Depth, Theme};
use burnwatch::{screen, state};
use chrono::{DateTime, Utc};

const SIZE: (u16, u16) = (120, 40);

pub(crate) fn night() -> Theme {
    theme::load(theme::DEFAULT, |_| None, Depth::True).expect("the default theme")
}

/// The outage, as far as everything is known of it, on `name`.
pub(crate) fn model(name: &str) -> Model {
    let now: DateTime<Utc> = "2026-02-17T10:00:00Z".parse().expect("an instant");
    let document = Document::new(None, &assets::config(Scenario::Outage));
    let config = config::load(&document, None).expect("the demo's configuration").config;
    let roster = Roster { people: config.people.clone(), schedules: config.schedules.clone() };
    let setup = Setup { demo: Some("outage".to_owned()), roster, ..Setup::default() };
    let mut model = Model::new(Arc::new(setup), now, SIZE);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    for (index, backend) in config.backends.iter().enumerate() {
        let mut desk = desk(&config, backend, now);
        let deadline = tokio::time::Instant::now() + Duration::from_secs(60);
        let report = runtime.block_on(desk.gather(deadline, true));
        screen::update(&mut model, Message::Report(index, Arc::new(report)));
    }
    let mut fold = Fold::default();
    demo::events(Scenario::Outage, now)
        .iter()
        .filter_map(|line| parse_line(line).ok())
        .for_each(|event| fold.push(event));
    model.log = Arc::new(fold.state());
    model.runbooks = RunbookUpdate::of(&embedded("demo", assets::RUNBOOKS)).runbooks;
    screen::open(&mut model, Screen::named(name).expect("a screen"));
    model.view.slo = Some("checkout/availability".to_owned());
    model.view.page = model.runbooks.pages.first().map(|entry| {
        let (root, path) = (entry.root.clone(), entry.page.path.clone());
        state::OpenPage { root, path, ..state::OpenPage::default() }
    });
    screen::update(&mut model, Message::Tick(now));
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
