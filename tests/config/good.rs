//! What good configurations mean.

use std::path::{Path, PathBuf};
use std::time::Duration;

use burnwatch::config::{Config, Document, code, init, load};
use burnwatch::domain::oncall::{Shift, Turns};
use burnwatch::domain::signal::Lane;
use burnwatch::domain::slo::correction::{Length, When};
use burnwatch::domain::slo::policy::Stance;
use burnwatch::domain::slo::sli::{Side, Sli};
use burnwatch::domain::slo::tier::Comparison;
use burnwatch::domain::slo::window::Window;
use serde_json::json;

const DESIGN: &str = include_str!("good/design.toml");
const BACKEND: &str = "[[backend]]\nname = 'main'\ntype = 'prometheus'\n";

fn read(text: &str) -> Config {
    let document = Document::new(Some(PathBuf::from("/etc/burnwatch/burnwatch.toml")), text);
    load(&document, Some(Path::new("/home/alice"))).unwrap().config
}

fn warnings(text: &str) -> Vec<(&'static str, usize)> {
    let loaded = load(&Document::new(None, text), None).unwrap();
    loaded.warnings.iter().map(|found| (found.code, found.place.line)).collect()
}

fn slo(more: &str) -> String {
    format!(
        "{BACKEND}[[slo]]\nservice = 'a'\nname = 'b'\nwindow = '30d'\nsli = {{ kind = 'events', bad = 'x', total = 'y' }}\n{more}"
    )
}

#[test]
fn an_empty_file_is_all_defaults() {
    let config = read("");
    let path = Some(PathBuf::from("/etc/burnwatch/burnwatch.toml"));
    assert_eq!((config.refresh, config.timeout), (Duration::from_secs(15), Duration::from_secs(5)));
    let origin = config.origin.clone();
    assert_eq!(config, Config { path, origin, ..Config::default() });
}

#[test]
fn the_example_of_the_design() {
    let config = read(DESIGN);
    assert_eq!(config.runbooks, [PathBuf::from("/etc/burnwatch/runbooks/")]);
    assert_eq!(config.backends[0].settings["url"], json!("http://127.0.0.1:9090"));
    let service = &config.services[0];
    assert_eq!((service.name.as_str(), service.source.as_str()), ("checkout", "main"));
    assert_eq!(service.preset.as_deref(), Some("http"));
    assert_eq!(service.selector, "service=\"checkout\"");

    let [availability, latency] = &config.objectives[..] else { panic!("two objectives") };
    assert_eq!(availability.id, "checkout/availability");
    assert_eq!((availability.target.ratio(), availability.target.budget()), (0.999, 0.001));
    assert_eq!(availability.sla.unwrap().to_string(), "99.5%");
    assert_eq!((availability.alerts.as_str(), availability.tiers.len()), ("workbook", 4));
    assert_eq!(availability.policy.name, "four-step");
    let Sli::Events(events) = &availability.sli else { panic!("events") };
    assert_eq!(events.side, Side::Bad);
    let Sli::Latency(latency) = &latency.sli else { panic!("latency") };
    assert_eq!(latency.threshold, 0.3);

    assert_eq!(config.people.len(), 6);
    let schedule = &config.schedules[0];
    let Turns::Own(rotation) = &schedule.layers[0].turns else { panic!("own") };
    assert_eq!((rotation.people.len(), rotation.shift), (6, Shift::Weeks(1)));
    assert_eq!(schedule.layers[1].turns, Turns::Follows { role: "primary".into(), offset: 3 });
}

#[test]
fn the_starter_is_valid_as_it_is_and_with_everything_on() {
    let plain = read(init::STARTER);
    assert_eq!((plain.backends.len(), plain.services.len(), plain.objectives.len()), (1, 1, 1));
    let text = init::switched_on();
    let loaded = load(&Document::new(None, &text), Some(Path::new("/home/alice"))).unwrap();
    assert_eq!(loaded.warnings, []);
    let config = loaded.config;
    assert_eq!((config.objectives.len(), config.people.len(), config.schedules.len()), (8, 2, 1));
    let mut own = config.services[0].own.iter().map(|own| (own.lane, own.name.as_str(), own.limit));
    assert_eq!(own.next_back(), Some((Lane::Saturation, "db-pool", Some(0.9))));
    assert_eq!(config.objectives[1].policy.name, "careful");
    assert_eq!(config.objectives[1].alerts, "own");
    let page = config.objectives[1].tiers[0];
    assert_eq!((page.comparison, page.wait), (Comparison::AtLeast, Some(Window::minutes(2))));
    let labels: Vec<_> = config.objectives[0].about.pager.iter().collect();
    assert_eq!(labels, [(&"alertname".to_owned(), &"CheckoutBurn".to_owned())]);
    // 10 % of 30 days within 3 days is as fast as allowed.
    assert!((config.objectives[1].tiers[1].factor - 1.0).abs() < 1e-12);
    assert_eq!(config.backends[0].timeout, Some(Duration::from_secs(10)));
}

#[test]
fn targets_are_read_from_the_text_of_the_number() {
    for (typed, budget) in [("0.999", 0.001), ("99.9", 0.001), ("99.99_9", 0.00001), ("'99.95 %'", 0.0005)] {
        let config = read(&slo(&format!("target = {typed}\n")));
        assert_eq!(config.objectives[0].target.budget(), budget, "{typed}");
    }
}

#[test]
fn odd_goals_are_warned_of() {
    assert_eq!(warnings(&slo("target = '99.9%'\nsla = '99.5%'\n")), []);
    assert_eq!(warnings(&slo("target = '99%'\nsla = '99.5%'\n")), [(code::SLA_STRICTER, 10)]);
    assert_eq!(warnings(&slo("target = '99.5%'\nsla = 0.995\n")), [(code::NO_BUFFER, 10)]);
    assert_eq!(warnings(&slo("target = '100%'\n")), [(code::NO_BUDGET, 9)]);
    // 1/B is 10, below the 14.4 of the fastest pair.
    assert_eq!(warnings(&slo("target = '90%'\n")), [(code::CANNOT_FIRE, 9)]);
}

#[test]
fn a_backend_is_the_slos_own_or_its_services_or_the_first() {
    let text = "
        [[backend]]\nname = 'one'\ntype = 'prometheus'
        [[backend]]\nname = 'two'\ntype = 'prometheus'
        [[service]]\nname = 'a'\nbackend = 'two'
        [[service]]\nname = 'b'
    ";
    let slo = |service: &str, more: &str| {
        format!(
            "[[slo]]\nservice = '{service}'\nname = '{}'\ntarget = 0.99\nwindow = '30d'\n{more}
            sli = {{ kind = 'events', good = 'x', total = 'y' }}\n",
            if more.is_empty() { "x" } else { "y" }
        )
    };
    let config = read(&format!("{text}{}{}{}", slo("a", ""), slo("a", "backend = 'one'\n"), slo("b", "")));
    let sources: Vec<&str> = config.objectives.iter().map(|slo| slo.source.as_str()).collect();
    assert_eq!(sources, ["two", "one", "one"]);
}

#[test]
fn settings_of_a_backend_stay_as_they_are_and_keep_their_places() {
    let text =
        format!("{BACKEND}urls = ['a', 'b']\nheaders = {{ X = 1 }}\nseed = 0x10\nratio = 0.5\nlive = true\n");
    let config = read(&text);
    let backend = &config.backends[0];
    let want = json!({"urls": ["a", "b"], "headers": {"X": 1}, "seed": 16, "ratio": 0.5, "live": true});
    assert_eq!(serde_json::Value::Object(backend.settings.clone()), want);
    let found = backend.diagnostic_at("seed", "too small", Some("take 17"));
    assert_eq!(found.line(), "/etc/burnwatch/burnwatch.toml:6:8: too small; take 17");
    let found = backend.diagnostic_at("absent", "needed", None);
    assert_eq!((found.place.line, found.place.column), (1, 1));
    let unknown = backend.unknown_keys(&["url", "urls", "header", "seed", "live"]);
    let told: Vec<_> = unknown.iter().map(|found| (found.place.line, found.message.as_str())).collect();
    let of = "in [[backend]] of type prometheus";
    assert_eq!(
        told,
        [
            (5, format!("unknown key `headers` {of}").as_str()),
            (7, format!("unknown key `ratio` {of}").as_str())
        ]
    );
    assert!(unknown[0].hint.as_ref().unwrap().starts_with("did you mean `header`?"));
}

#[test]
fn an_own_ladder_gets_a_top_and_its_stances() {
    let text = slo("target = 0.99\npolicy = 'mine'\n[[policy]]\nname = 'mine'\n")
        + "[[policy.step]]\nbelow = 25\nword = 'Slow'\n[[policy.step]]\nat_most = '0%'\nword = 'halt'\nstance = 'freeze'\n";
    let config = read(&text);
    let policy = &config.objectives[0].policy;
    let stance = |left: f64| policy.step(left).unwrap().stance;
    assert_eq!(
        [0.25, 0.24, 0.0, -1.0].map(stance),
        [Stance::Ship, Stance::Caution, Stance::Freeze, Stance::Freeze]
    );
}

#[test]
fn latencies_are_seconds_unless_a_unit_says_otherwise() {
    for (typed, seconds) in [("0.3", 0.3), ("'300ms'", 0.3), ("'0.3'", 0.3), ("1", 1.0), ("'2s'", 2.0)] {
        let config = read(&format!("{BACKEND}[[service]]\nname = 'a'\nlatency_limit = {typed}\n"));
        assert_eq!(config.services[0].latency_limit, Some(seconds), "{typed}");
    }
}

#[test]
fn a_schedule_that_can_be_odd() {
    let text = "[[person]]\nid = 'alice'\n[[person]]\nid = 'bob'\n[[schedule]]\nname = 's'\n[[schedule.layer]]\nrole = 'first'
        rotation = ['alice', 'bob']\nstart = 2026-01-05 09:00:00\nshift = '12h'\nnot_before = true
        [[schedule.layer]]\nrole = 'secondary'\nfollows = 'first'\noffset = 4\n";
    assert_eq!(warnings(text), [(code::NO_PRIMARY, 5), (code::SAME_PERSON, 16)]);
    let Turns::Own(rotation) = read(text).schedules[0].layers[0].turns.clone() else { panic!("own") };
    assert_eq!((rotation.start.to_string().as_str(), rotation.not_before), ("2026-01-05 09:00:00", true));
}

#[test]
fn the_home_directory_and_the_folder_of_the_file() {
    let config = read("runbooks = ['~/books', '/abs', 'near', '~bob']\nstate_dir = '~'\n");
    let want = ["/home/alice/books", "/abs", "/etc/burnwatch/near", "/etc/burnwatch/~bob"].map(PathBuf::from);
    assert_eq!(config.runbooks, want);
    assert_eq!(config.state_dir, Some(PathBuf::from("/home/alice")));
}

const WINDOWS: &str = r#"
[[maintenance]]
title = "database move"
from = "2026-03-29T01:00"
until = "2026-03-29T04:00"
timezone = "Europe/Berlin"
slos = ["a/b"]
exclude = true
reason = "planned"

[[maintenance]]
title = "backups"
from = 2026-01-04T02:00:00Z
duration = "90m"
timezone = "Europe/Berlin"
repeat = "FREQ=WEEKLY;BYDAY=SU"
"#;

#[test]
fn maintenance_once_and_every_week() {
    let config = read(&slo(&format!("target = '99%'\n{WINDOWS}")));
    let [once, weekly] = &config.maintenance[..] else { panic!("two windows") };
    assert_eq!(
        (once.title.as_str(), once.excluded, once.reason.as_deref()),
        ("database move", true, Some("planned"))
    );
    // Three hours on the wall clock, of which one does not exist.
    let When::Once(span) = once.when else { panic!("once") };
    assert_eq!((span.from, span.to - span.from), (1_774_742_400, 2 * 3600));
    assert_eq!((once.slos.as_slice(), weekly.excluded), (&["a/b".to_owned()][..], false));
    let When::Again(weekly) = &weekly.when else { panic!("every week") };
    assert_eq!(
        (weekly.first.to_string().as_str(), weekly.length),
        ("2026-01-04 03:00:00", Length::Elapsed(5400))
    );
    assert!(config.objectives[0].policy.steps.iter().all(|step| step.recover_above.is_none()));
}

#[test]
fn a_step_that_is_left_later() {
    let policy =
        "[[policy]]\nname = 'own'\n[[policy.step]]\nat_most = 0\nrecover_above = '10%'\nword = 'freeze'\n";
    let config = read(&slo(&format!("target = '99%'\npolicy = 'own'\n{policy}")));
    let steps = &config.objectives[0].policy.steps;
    assert_eq!(steps.iter().map(|step| step.recover_above).collect::<Vec<_>>(), [None, Some(0.1)]);
}

#[test]
fn presets_by_the_name_of_the_tool() {
    for (window, alerts, factors) in [
        ("28d", "sloth", vec![13.44, 5.6, 2.8]),
        ("7d", "pyrra", vec![14.0, 7.0, 2.0, 1.0]),
        ("14d", "grafana", vec![14.4, 6.0, 3.0, 1.0]),
        ("90d", "datadog", vec![21.6, 10.8, 4.5]),
    ] {
        let text = slo("target = '99.9%'\n").replace("'30d'", &format!("'{window}'\nalerts = '{alerts}'"));
        let objective = &read(&text).objectives[0];
        assert_eq!(objective.alerts, alerts);
        for (tier, factor) in objective.tiers.iter().zip(factors) {
            assert!((tier.factor - factor).abs() < 1e-9, "{alerts}: {tier:?}");
        }
    }
}

#[test]
fn a_group_is_a_parent_without_labels() {
    let config = read(&slo("target = 0.99\ngroup_by = ['route', 'code']\n"));
    let [parent] = &config.objectives[..] else { panic!("one objective") };
    let group = parent.group.as_ref().unwrap();
    assert!(parent.is_parent() && group.labels.is_empty());
    assert_eq!((&group.parent, group.by.join(" ")), (&parent.id, "route code".to_owned()));
    assert_eq!(read(&slo("target = 0.99\n")).objectives[0].group, None);
}
