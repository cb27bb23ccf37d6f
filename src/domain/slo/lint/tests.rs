//! Each rule with an objective that sets it off, and near ones that do not.

use super::*;
use crate::domain::slo::sli::{Latency, Sli};
use crate::domain::slo::tier::{Comparison, Severity, Tier};
use crate::domain::slo::window::Window;

fn objective(service: &str, name: &str) -> Objective {
    let window = Window::days(30);
    let sli = Sli::Latency(Latency { histogram: "rt_seconds".into(), threshold: 0.3, native: false });
    let bare = Objective::new(service, name, "prometheus", sli, "99.9%".parse().unwrap(), window);
    Objective { runbook: Some("latency.md".into()), ..bare }
}

fn found(changed: Objective) -> Vec<(Rule, &'static str)> {
    objectives(&[Arc::new(changed)]).into_iter().map(|finding| (finding.rule, finding.key)).collect()
}

#[test]
fn a_sound_objective_is_left_alone() {
    let sound = objective("api", "latency");
    assert_eq!(sampled(&sound, Window::minutes(1)), []);
    assert_eq!(found(sound), []);
}

#[test]
fn words_are_those_of_the_list() {
    let words: std::collections::BTreeSet<_> = Rule::ALL.iter().map(|rule| rule.word()).collect();
    assert_eq!(words.len(), Rule::ALL.len());
    assert!(words.iter().all(|word| word.bytes().all(|b| b.is_ascii_lowercase() || b == b'-')));
}

#[test]
fn what_is_missing() {
    let sound = || objective("api", "latency");
    assert_eq!(found(Objective { runbook: None, ..sound() }), [(Rule::MissingRunbook, "runbook")]);
    assert_eq!(
        found(Objective { runbook: Some(" ".into()), ..sound() }),
        [(Rule::MissingRunbook, "runbook")]
    );
    assert_eq!(found(Objective { tiers: Vec::new(), ..sound() }), [(Rule::NoPage, "alerts")]);
    let tickets = sound().tiers.into_iter().filter(|tier| tier.severity == Severity::Ticket).collect();
    assert_eq!(found(Objective { tiers: tickets, ..sound() }), [(Rule::NoPage, "alerts")]);
}

#[test]
fn resources_by_their_names() {
    for name in ["cpu", "node-cpu", "Disk_space", "saturation"] {
        assert_eq!(found(objective("api", name)), [(Rule::SaturationSlo, "name")], "{name}");
    }
    for name in ["availability", "cpus-sold", "download", "upload-latency"] {
        assert_eq!(found(objective("api", name)), [], "{name}");
    }
}

#[test]
fn the_sixth_slo_of_a_service_is_one_too_many() {
    let of = |service: &str, count: usize| -> Vec<Arc<Objective>> {
        (0..count).map(|i| Arc::new(objective(service, &format!("slo-{i}")))).collect()
    };
    assert_eq!(objectives(&[of("api", 5), of("web", 5)].concat()), []);
    let many = objectives(&[of("api", 7), of("web", 5)].concat());
    let said: Vec<_> =
        many.iter().map(|finding| (finding.rule, finding.objective.as_str(), finding.key)).collect();
    assert_eq!(said, [(Rule::TooManySlos, "api/slo-5", "service")]);
    assert!(many[0].message.contains("7 SLOs"));
}

#[test]
fn a_month_is_not_a_minute() {
    for (text, days) in [("1m", "30d"), (" 3m ", "90d"), ("12m", "360d")] {
        assert!(month_in_minutes(text).unwrap().contains(days), "{text}");
    }
    for text in [
        "30m",
        "1M",
        "1h",
        "0m",
        "m",
        "-1m",
        "1h30m",
        "99999999999999999999m",
        "99999999999999999m",
        "5ms",
        "",
    ] {
        assert_eq!(month_in_minutes(text), None, "{text}");
    }
    let minute = Objective { window: Window::minutes(1), ..objective("api", "latency") };
    assert_eq!(found(minute), [(Rule::MonthInMinutes, "window")]);
}

#[test]
fn windows_hold_two_samples() {
    let sound = objective("api", "latency");
    // 5m is the shortest window of the workbook: two samples at 2m30s, not at 2m31s.
    assert_eq!(sampled(&sound, Window::seconds(150)), []);
    let rules = |interval| sampled(&sound, interval).iter().map(|f| (f.rule, f.key)).collect::<Vec<_>>();
    assert_eq!(rules(Window::seconds(151)), [(Rule::TierTooShort, "alerts")]);
    assert_eq!(rules(Window::days(16))[0], (Rule::WindowTooShort, "window"));
    assert_eq!(rules(Window::seconds(i64::MAX)).len(), 5);
}

#[test]
fn an_hour_of_waiting_costs_more_than_the_budget() {
    let slo = objective("api", "latency");
    let tier = Tier {
        severity: Severity::Page,
        short: Window::minutes(5),
        long: Window::hours(1),
        factor: 10.0,
        comparison: Comparison::Above,
        wait: None,
    };
    // 36 s until the factor is passed and 3600 s of waiting, of a budget of 2592 s.
    let finding = long_wait(&slo, &tier, Window::hours(1)).unwrap();
    assert!(finding.message.contains("140 % of the budget"), "{}", finding.message);
    assert_eq!((finding.rule, finding.key), (Rule::LongWait, "alerts"));
    assert_eq!(long_wait(&slo, &tier, Window::minutes(15)), None);
    assert!(long_wait(&slo, &tier, Window::seconds(901)).is_some());
    // Without a budget there is no share of it to name.
    let perfect = Objective { target: "100%".parse().unwrap(), ..slo };
    assert!(!long_wait(&perfect, &tier, Window::hours(1)).unwrap().message.contains("budget"));
    let waiting = Tier { wait: Some(Window::hours(1)), ..tier };
    let late = Objective { tiers: vec![waiting], ..perfect };
    assert!(found(late).contains(&(Rule::LongWait, "alerts")));
}
