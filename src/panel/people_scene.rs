//! The payment outage as a model, for the tests of the panels about people and pages.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::{Panel, Pen};
use crate::domain::journal::{Fold, State, parse_line};
use crate::domain::judge::{Circumstances, judge};
use crate::domain::oncall::{Layer, Person, Roster, Rotation, Schedule, Turns, civil};
use crate::domain::runbook::library::{Document, Library};
use crate::domain::slo::ledger::{BASE, Ledger, Resolution};
use crate::domain::slo::objective::Objective;
use crate::domain::slo::sli::{Events, Side, Sli};
use crate::domain::slo::tally::Tally;
use crate::domain::slo::window::Window;
use crate::domain::snapshot::{Snapshot, SourceReport, SourceStatus};
use crate::state::{Model, Screen, Setup};
use crate::theme::{self, Depth, Theme};
use crate::widget::{to_ascii, to_text};

pub(crate) fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// 25 minutes into the outage.
pub(crate) fn now() -> DateTime<Utc> {
    at("2026-01-20T09:57:00Z")
}

const LOG: &str = r#"
{"seq":1,"at":"2026-01-17T06:00:00Z","actor":"sys","kind":"incident.opened","ref":"INC-4","data":{"number":4,"title":"Database latency spikes","severity":"SEV3","services":["search"],"impact_start":"2026-01-17T06:00:00Z"}}
{"seq":2,"at":"2026-01-18T08:00:00Z","actor":"sys","kind":"incident.opened","ref":"INC-5","data":{"number":5,"title":"database failover","severity":"SEV2","services":["checkout"],"impact_start":"2026-01-18T08:00:00Z"}}
{"seq":3,"at":"2026-01-18T08:02:00Z","actor":"david","kind":"role.accepted","ref":"INC-5","data":{"role":"commander","person":"david"}}
{"seq":4,"at":"2026-01-18T08:35:00Z","actor":"david","kind":"incident.status","ref":"INC-5","data":{"status":"resolved"}}
{"seq":5,"at":"2026-01-19T10:00:00Z","actor":"david","kind":"maint.added","data":{"services":["checkout"],"from":"2026-01-21T02:00:00Z","to":"2026-01-21T03:00:00Z","text":"SQL failover test","estimate":0.06}}
{"seq":6,"at":"2026-01-20T09:34:00Z","actor":"sys","kind":"incident.opened","ref":"INC-7","data":{"number":7,"title":"Payment API error rate 50 %","severity":"SEV2","services":["checkout"],"slos":["checkout/availability"],"impact_start":"2026-01-20T09:32:00Z","channel":"inc-7"}}
{"seq":7,"at":"2026-01-20T09:35:00Z","actor":"alice","kind":"incident.status","ref":"INC-7","data":{"status":"acknowledged"}}
{"seq":8,"at":"2026-01-20T09:37:00Z","actor":"alice","kind":"incident.severity","ref":"INC-7","data":{"severity":"SEV1"}}
{"seq":9,"at":"2026-01-20T09:37:00Z","actor":"alice","kind":"role.accepted","ref":"INC-7","data":{"role":"commander","person":"bob"}}
{"seq":10,"at":"2026-01-20T09:39:00Z","actor":"bob","kind":"incident.status","ref":"INC-7","data":{"status":"identified","reason":"connection pool exhausted: 400 of 400 in use"}}
{"seq":11,"at":"2026-01-20T09:42:00Z","actor":"bob","kind":"incident.status","ref":"INC-7","data":{"status":"mitigating"}}
{"seq":12,"at":"2026-01-20T09:44:00Z","actor":"alice","kind":"note.added","ref":"INC-7","data":{"text":"the payment provider is down","type":"note"}}
{"seq":13,"at":"2026-01-20T09:46:00Z","actor":"alice","kind":"note.added","ref":"INC-7","data":{"text":"the provider is fine: our pool is full, and every restart fills it again within a minute","type":"note","corrects":"e12"}}
{"seq":14,"at":"2026-01-20T09:47:00Z","actor":"carol","kind":"note.added","ref":"INC-7","data":{"text":"why did nothing alert on the pool?","type":"todo"}}
{"seq":15,"at":"2026-01-20T09:50:00Z","actor":"bob","kind":"note.added","ref":"INC-7","data":{"text":"raise the limit from 400 to 1 000 in three steps","type":"decision"}}
{"seq":16,"at":"2026-01-20T09:51:00Z","actor":"bob","kind":"incident.field","ref":"INC-7","data":{"customer_impact":"about half of all checkouts fail","next_update_due":"2026-01-20T10:05:00Z"}}
{"seq":17,"at":"2026-01-19T09:00:00Z","actor":"charlie","kind":"override.added","data":{"schedule":"payments","role":"primary","mode":"replace","person":"frank","instead_of":"charlie","from":"2026-01-27T12:00:00Z","to":"2026-01-28T12:00:00Z","reason":"swap: conference"}}
{"seq":18,"at":"2026-01-19T09:01:00Z","actor":"charlie","kind":"override.added","data":{"schedule":"payments","role":"primary","mode":"replace","person":"zed","from":"2026-01-22T12:00:00Z","to":"2026-01-22T18:00:00Z"}}
"#;

const RUNBOOK: &str = "---\ntitle: High error rate\nowner: payments\n---\n# High error rate\n\nToo many requests fail.\n\n\
## Diagnosis\n\n1. Look at the signals; a full pool leads to [the pool](#connection-pool).\n2. The pods:\n\n   ```sh\n   \
kubectl get pods -l app=checkout -n production -o wide --sort-by=.status.containerStatuses[0].restartCount\n   ```\n\n\
## Connection pool\n\nSymptoms: timeouts while waiting for a connection. See [the database](../db.md#limits) and\n\
[its dashboard](https://grafana.example.com/d/db).\n\n```sh\n# changes production\nkubectl set env deployment/checkout \
DB_POOL_SIZE=600\n```\n\n## Escalation\n\nNot mitigated after 15 minutes: call the secondary. The pool is `db-pool`.\n";

pub(crate) fn log(lines: &str) -> State {
    let mut fold = Fold::default();
    for line in lines.lines().filter(|line| !line.is_empty()) {
        let mut event: serde_json::Value = serde_json::from_str(line).unwrap();
        event["v"] = 1.into();
        event["id"] = format!("e{}", event["seq"]).into();
        event["ts"] = event["at"].clone();
        fold.push(parse_line(&event.to_string()).unwrap());
    }
    fold.state()
}

pub(crate) fn library() -> Library {
    let page = |path: &str, text: &str, days: i64| Document {
        root: "books".into(),
        path: path.into(),
        text: text.into(),
        modified: Some(now() - TimeDelta::days(days)),
    };
    Library::build(&[
        page("api/high-error-rate.md", RUNBOOK, 12),
        page("db.md", "# Database\n\n## Limits\n\nThe server takes 1 200 connections.\n", 400),
        page("latency.md", "# High latency\n\n## Meaning\n\nSlow. Look at the connection pool first.\n", 1),
    ])
}

pub(crate) fn schedule(name: &str, people: &[&str]) -> Schedule {
    let rotation = Rotation {
        people: people.iter().map(|person| (*person).to_owned()).collect(),
        start: civil::parse_local("2026-01-05T09:00").unwrap(),
        shift: "1w".parse().unwrap(),
        not_before: false,
    };
    let follows = Turns::Follows { role: "primary".into(), offset: 3 };
    Schedule {
        name: name.into(),
        timezone: chrono_tz::UTC,
        layers: vec![Layer::new("primary", Turns::Own(rotation)), Layer::new("secondary", follows)],
    }
}

const PEOPLE: [&str; 6] = ["eve", "bob", "alice", "charlie", "david", "frank"];

pub(crate) fn roster() -> Roster {
    let person = |(place, id): (usize, &&str)| Person {
        timezone: (place == 2).then_some(chrono_tz::Europe::Berlin),
        contact: (place == 2).then(|| "room 4, ext. 17".to_owned()),
        ..Person::new(id)
    };
    // The third week is of alice and, three places on, of frank.
    Roster {
        people: PEOPLE.iter().enumerate().map(person).collect(),
        schedules: vec![schedule("payments", &PEOPLE)],
    }
}

fn objective(service: &str, name: &str, runbook: Option<&str>) -> Arc<Objective> {
    let sli = Sli::Events(Events { side: Side::Bad, part: "bad".into(), total: "total".into() });
    let target = "99.9%".parse().unwrap();
    let plain = Objective::new(service, name, "main", sli, target, Window::days(30));
    Arc::new(Objective { runbook: runbook.map(str::to_owned), ..plain })
}

/// A thousand requests every five minutes; in the last 25 minutes, `bad` of them fail.
fn ledger(bad: f64) -> Ledger {
    let mut ledger = Ledger::new(BASE, Window::days(30));
    let end = now().timestamp();
    let fails = |at: i64| if end - at < 25 * 60 { bad } else { 0.0 };
    let cells = |step: i64, span: i64, size: f64| -> Vec<(i64, Tally)> {
        let last = end.div_euclid(step) * step;
        let from = last - span;
        (from / step..=last / step)
            .map(|n| (n * step, Tally::new(fails(n * step) * size, 1000.0 * size)))
            .collect()
    };
    ledger.record(Resolution::Hours, &cells(3600, 30 * 86_400, 12.0), end);
    ledger.record(Resolution::Middle, &cells(300, 3 * 86_400, 1.0), end);
    ledger.record(Resolution::Fine, &cells(60, 6 * 3600, 1.0), end);
    ledger
}

fn snapshot() -> Snapshot {
    let why = Circumstances { now: now().timestamp(), stale_after: 60, ..Circumstances::default() };
    let status =
        |objective: Arc<Objective>, bad: f64| Arc::new(judge(&objective, &Arc::new(ledger(bad)), &why));
    let mut source = SourceStatus::new("main", "demo", "", TimeDelta::seconds(15));
    source.feed.succeed((), now());
    let slos = vec![
        status(objective("checkout", "availability", Some("https://h/runbooks/high-error-rate.md")), 487.0),
        status(objective("search", "errors", None), 40.0),
        status(objective("api", "availability", None), 0.0),
    ];
    Snapshot::new(1).with(0, Arc::new(SourceReport { status: source, slos, services: Vec::new() }))
}

/// The outage on `screen` at a size.
pub(crate) fn outage(screen: Screen, size: (u16, u16)) -> Model {
    let setup = Setup { roster: roster(), ..Setup::default() };
    let mut model = Model::new(Arc::new(setup), now(), size);
    model.log = Arc::new(log(LOG));
    model.runbooks = Arc::new(library());
    model.live = Arc::new(snapshot());
    model.view.screen = screen;
    model
}

/// Nothing is configured, and nothing has happened.
pub(crate) fn nothing(screen: Screen, size: (u16, u16)) -> Model {
    let mut model = Model::new(Arc::default(), now(), size);
    model.view.screen = screen;
    model
}

pub(crate) fn mono() -> Theme {
    theme::load("night", |_| None, Depth::None).unwrap()
}

/// What the panel draws in an area of its own.
pub(crate) fn drawn(panel: &dyn Panel, model: &Model, (width, height): (u16, u16)) -> String {
    to_text(&picture(panel, model, (width, height), &mono()))
}

pub(crate) fn picture(
    panel: &dyn Panel,
    model: &Model,
    (width, height): (u16, u16),
    theme: &Theme,
) -> Buffer {
    let mut buf = Buffer::empty(Rect::new(0, 0, width, height));
    buf.set_style(buf.area, Style::new());
    let area = buf.area;
    panel.draw(&mut Pen { buf: &mut buf, area, model, theme, focused: true });
    if theme.ascii() {
        to_ascii(&mut buf);
    }
    buf
}

/// Draws the panel at every small size, with and without anything to show.
pub(crate) fn survives(panel: &dyn Panel, screen: Screen) {
    for (width, height) in [(1, 1), (1, 5), (2, 2), (5, 1), (9, 3), (20, 4), (39, 9), (61, 2), (200, 60)] {
        for model in [outage(screen, (width, height)), nothing(screen, (width, height))] {
            for theme in [mono(), mono().with_ascii(true)] {
                picture(panel, &model, (width, height), &theme);
            }
            let asked = panel.height(&model, width);
            assert!(asked.min <= asked.ideal && asked.ideal <= asked.most, "{asked:?} at {width}");
        }
    }
}
