//! The story in golden signals.

use super::*;

fn figure<'a>(signals: &'a Signals, service: &str, name: &str) -> &'a SignalPoints {
    signals.figures.iter().find(|figure| figure.service == service && figure.name == name).unwrap()
}

fn value(signals: &Signals, service: &str, name: &str, ago: i64) -> f64 {
    let points = &figure(signals, service, name).points;
    points.iter().rev().nth(ago as usize).unwrap().1
}

#[test]
fn signals_of_the_outage() {
    let demo = demo(Scenario::Outage, 1);
    let now = signals(&*demo);
    let before = signals_at(&*demo, NOW - 7 * 86_400);
    let checkout = |name, ago| value(&now, "checkout", name, ago);
    assert!((3.6..4.6).contains(&checkout("p99", 0)) && (0.28..0.38).contains(&checkout("p99", 40)));
    assert!((0.07..0.1).contains(&checkout("p50", 0)));
    assert!(checkout("db-pool", 0) >= 1.0);
    assert!(checkout("db-pool", 60) < 0.8);
    assert!((4700.0..5200.0).contains(&checkout("requests", 0)));
    let change = checkout("requests", 0) / value(&before, "checkout", "requests", 0) - 1.0;
    assert!((0.14..0.22).contains(&change), "{change}");
    // What is shown as errors is what the objective counts.
    let cell = span(&*demo, "checkout/availability", -5, 0);
    let shown = [checkout("ratio", 0), checkout("rate", 0)].map(f64::to_bits);
    assert_eq!(shown, [cell.bad / cell.total, cell.bad / 300.0].map(f64::to_bits));
    assert!(now.figures.iter().all(|figure| figure.points.len() == 361 && figure.trouble.is_none()));
    let shares = now.figures.iter().filter(|figure| figure.lane == Lane::Saturation);
    let over: Vec<_> =
        shares.filter(|f| f.points[360].1 >= f.limit.unwrap()).map(|f| f.name.as_str()).collect();
    assert_eq!(over, ["db-pool"]);
}
