//! Every minute of 35 days on a real Prometheus: our alerts, with the recorded ratios put in place of their names,
//! beside those of Sloth and Pyrra.

mod theirs;

use std::collections::BTreeSet;

use burnwatch::domain::slo::objective::Objective;
use burnwatch::domain::slo::sli::{Events, Side, Sli};
use burnwatch::domain::slo::tier::Tier;
use burnwatch::domain::slo::window::Window;
use burnwatch::source::prometheus::rules::{Rule, RuleFile, Style};

use crate::server::Server;
use crate::tiers::{grouped, latency, objective, preset, requests, written};
use crate::truth::{DAY, NOW};
use crate::web::instants;
use theirs::{
    Ratio, pyrra_errors, pyrra_errors_by_service, pyrra_slow, pyrra_tier, sloth_errors, sloth_slow,
    sloth_tier,
};

const MINUTE: i64 = 60;
/// A server answers no more points at once than 11 000.
const MOST: i64 = 10_080;
const BEGIN: i64 = NOW - 35 * DAY;

type Minutes = BTreeSet<i64>;

/// The minutes at which `expr` has a result. One that looks back for a day or more is slow to change and dear to ask:
/// it is asked every five minutes, and every minute between two answers that differ.
async fn active(server: &Server, expr: &str) -> Minutes {
    let mut ranges = expr.split('[').skip(1).filter_map(|rest| rest.split(']').next());
    if !ranges.any(|range| range.contains('d')) {
        return asked(server, expr, BEGIN, NOW, MINUTE).await;
    }
    let coarse = asked(server, expr, BEGIN, NOW, 5 * MINUTE).await;
    let mut minutes = Minutes::new();
    for from in (BEGIN..NOW).step_by(5 * MINUTE as usize) {
        let to = from + 5 * MINUTE;
        if coarse.contains(&from) == coarse.contains(&to) || to >= NOW {
            minutes.extend((from..to).step_by(MINUTE as usize).filter(|_| coarse.contains(&from)));
        } else {
            minutes.extend(asked(server, expr, from, to, MINUTE).await);
        }
    }
    minutes
}

/// The instants from `begin` on and before `end` at which `expr` has a result.
async fn asked(server: &Server, expr: &str, begin: i64, end: i64, step: i64) -> Minutes {
    let mut found = Minutes::new();
    for from in (begin..end).step_by((MOST * step) as usize) {
        let to = (from + MOST * step).min(end) - step;
        found.extend(instants(server.port, expr, from, to, step).await);
    }
    found
}

/// The minutes by which it had a result for `wait` without a break.
fn after(active: &Minutes, wait: i64) -> Minutes {
    let mut since = None;
    let mut firing = Minutes::new();
    for minute in active {
        if !active.contains(&(minute - MINUTE)) {
            since = Some(*minute);
        }
        if since.is_some_and(|since| minute - since >= wait) {
            firing.insert(*minute);
        }
    }
    firing
}

/// The alert's expression, with each recorded series replaced by what it is recorded from.
fn inlined(file: &RuleFile, alert: &Rule) -> String {
    let mut expr = alert.expr.clone();
    let recorded = file.groups.iter().flat_map(|group| &group.rules);
    for (name, from) in recorded.filter_map(|rule| Some((rule.record.as_ref()?, &rule.expr))) {
        while let Some(at) = expr.find(&format!("{name}{{")) {
            let end = at + expr[at..].find('}').unwrap() + 1;
            expr.replace_range(at..end, &format!("({from})"));
        }
    }
    assert!(!["ratio_rate", "burnrate"].iter().any(|word| expr.contains(word)), "{expr}");
    expr
}

/// The alerts about burn, in the order of the file.
fn alerts(file: &RuleFile) -> Vec<&Rule> {
    let rules = file.groups.iter().flat_map(|group| &group.rules);
    rules.filter(|rule| rule.alert.as_ref().is_some_and(|name| name != "SLOMetricAbsent")).collect()
}

/// What the alert is made of must be able to tell: it fires now and then, and mostly not.
fn telling(what: &str, firing: &Minutes) {
    println!("{what}: {} of {} minutes", firing.len(), 35 * DAY / MINUTE);
    assert!(!firing.is_empty(), "{what} never fires");
    assert!((firing.len() as i64) < 35 * DAY / MINUTE / 3, "{what} fires most of the time");
}

fn differ(what: &str, ours: &Minutes, theirs: &Minutes) {
    let odd: Vec<_> = ours.symmetric_difference(theirs).map(|time| (time - NOW) / MINUTE).collect();
    assert!(odd.is_empty(), "{what}: {} minutes differ, first {:?}", odd.len(), &odd[..odd.len().min(5)]);
}

/// Both alerts of Sloth, each made of two tiers.
async fn as_sloth(objective: Objective, ratio: Ratio, factors: [&str; 4], budget: &str) {
    let server = Server::shared();
    let windows = [("5m", "1h"), ("30m", "6h"), ("2h", "1d"), ("6h", "3d")];
    let mut tiers = Vec::new();
    for ((short, long), factor) in windows.into_iter().zip(factors) {
        let firing = active(&server, &sloth_tier(ratio, short, long, factor, budget)).await;
        telling(&format!("sloth's {factor} over {short} and {long}"), &firing);
        tiers.push(firing);
    }
    for style in [Style::Sloth, Style::Burnwatch] {
        let file = written(objective.clone(), style);
        let alerts = alerts(&file);
        assert_eq!(alerts.len(), 2);
        for (alert, theirs) in alerts.into_iter().zip(tiers.chunks(2)) {
            assert_eq!(alert.wait, None);
            let ours = active(&server, &inlined(&file, alert)).await;
            differ(&format!("{style:?} {:?}", alert.labels), &ours, &(&theirs[0] | &theirs[1]));
        }
    }
}

/// Four alerts of Pyrra: windows, factor, and wait in minutes.
async fn as_pyrra(objective: Objective, ratio: Ratio, target: &str, tiers: [(&str, &str, &str, i64); 4]) {
    let server = Server::shared();
    let mut firing = Vec::new();
    for (short, long, factor, wait) in tiers {
        let active = active(&server, &pyrra_tier(ratio, short, long, factor, target)).await;
        let one = after(&active, wait * MINUTE);
        telling(&format!("pyrra's {factor} over {short} and {long}"), &one);
        firing.push(one);
    }
    for style in [Style::Pyrra, Style::Burnwatch] {
        let file = written(objective.clone(), style);
        let alerts = alerts(&file);
        assert_eq!(alerts.len(), 4);
        for (alert, theirs) in alerts.into_iter().zip(&firing) {
            let wait: Window = alert.wait.as_ref().unwrap().parse().unwrap();
            let ours = after(&active(&server, &inlined(&file, alert)).await, wait.as_seconds());
            differ(&format!("{style:?} {:?}", alert.labels), &ours, theirs);
        }
    }
}

#[tokio::test]
async fn errors_by_sloth_over_30_days() {
    let ours = objective(requests("shop"), "99.9%", 30, preset("sloth", 30));
    as_sloth(ours, sloth_errors, ["14.4", "6", "3", "1"], "0.0009999999999999432").await;
}

#[tokio::test]
async fn slow_answers_by_sloth_over_28_days() {
    let ours = objective(latency("shop", 0.3), "99%", 28, preset("sloth", 28));
    as_sloth(ours, sloth_slow, ["13.44", "5.6", "2.8000000000000003", "0.9333333333333333"], "0.01").await;
}

#[tokio::test]
async fn errors_by_pyrra_over_4_weeks() {
    let ours = objective(requests("shop"), "99.9%", 28, preset("pyrra", 28));
    let tiers =
        [("5m", "1h", "14", 2), ("30m", "6h", "7", 15), ("2h", "1d", "2", 60), ("6h", "4d", "1", 180)];
    as_pyrra(ours, pyrra_errors, "0.999", tiers).await;
}

#[tokio::test]
async fn slow_answers_by_pyrra_over_30_days() {
    let ours = objective(latency("shop", 0.3), "99%", 30, preset("pyrra", 30));
    let tiers = [
        ("5m", "1h4m", "14", 2),
        ("32m", "6h26m", "7", 16),
        ("2h9m", "1d1h43m", "2", 64),
        ("6h26m", "4d6h51m", "1", 193),
    ];
    as_pyrra(ours, pyrra_slow, "0.99", tiers).await;
}

/// What of `expr` is about one service.
fn of_service(expr: &str, service: &str) -> String {
    format!("({expr}) and on (service) label_replace(vector(1), \"service\", \"{service}\", \"\", \"\")")
}

#[tokio::test]
async fn errors_by_pyrra_for_each_service() {
    let server = Server::shared();
    let part = "http_requests_total{code=~\"5..\"}".into();
    let sli = Sli::Events(Events { side: Side::Bad, part, total: "http_requests_total".into() });
    let ours = grouped(&["service"], objective(sli, "99.9%", 28, preset("pyrra", 28)[..1].to_vec()));
    let tier = pyrra_tier(pyrra_errors_by_service, "5m", "1h", "14", "0.999");
    let exprs = [Style::Pyrra, Style::Burnwatch, Style::Sloth].map(|style| {
        let file = written(ours.clone(), style);
        let alerts = alerts(&file);
        assert_eq!(alerts.len(), 1);
        (style, inlined(&file, alerts[0]))
    });
    // Two that fail at different times, and one that has no series of errors.
    for service in ["shop", "payments", "search"] {
        let theirs = active(&server, &of_service(&tier, service)).await;
        if service == "search" {
            assert!(theirs.is_empty());
        } else {
            telling(&format!("pyrra's 14 over 5m and 1h for {service}"), &theirs);
        }
        for (style, expr) in &exprs {
            let ours = active(&server, &of_service(expr, service)).await;
            differ(&format!("{style:?} {service}"), &ours, &theirs);
        }
    }
}

/// The comparison would not tell anything if it could not see a factor that is a hundredth too high.
#[tokio::test]
async fn a_hundredth_more_is_seen() {
    let server = Server::shared();
    let factors = |by: f64| {
        let tiers = preset("sloth", 30).into_iter();
        tiers.map(|tier| Tier { factor: tier.factor * by, ..tier }).collect()
    };
    let files = [1.0, 1.01]
        .map(|by| written(objective(requests("shop"), "99.9%", 30, factors(by)), Style::Burnwatch));
    for (right, wrong) in alerts(&files[0]).into_iter().zip(alerts(&files[1])) {
        let right = active(&server, &inlined(&files[0], right)).await;
        let wrong = active(&server, &inlined(&files[1], wrong)).await;
        assert!(wrong.is_subset(&right) && wrong.len() < right.len());
    }
}
