//! The share of errors over a window as one expression, with a method's slices in it.

use super::super::kinds::{Pair, pair_of_each};
use crate::domain::promql::scan::is_call;
use crate::domain::slo::method::Method;
use crate::domain::slo::objective::Objective;
use crate::domain::slo::sli::Sli;
use crate::domain::slo::window::Window;

/// 0 to 1, by the objective's method; of a parent one series for each label set. Absent errors are none; without traffic, or without a total, there is no result.
pub(super) fn ratio(objective: &Objective, window: Window) -> Result<String, String> {
    match objective.method {
        Method::Occurrences => of_events(objective, window),
        Method::Timeslices { slice, target } => {
            let missed = match bad(objective, slice)? {
                (bad, Some(total)) => format!("{bad} > bool {total} * {}", target.budget()),
                (bad, None) => format!("{bad} > bool {}", target.budget()),
            };
            mean(&missed, slice, window)
        }
        Method::RatioTimeslices { slice } => mean(&of_events(objective, slice)?, slice, window),
    }
}

/// The same by events alone, whatever the method.
pub(super) fn of_events(objective: &Objective, window: Window) -> Result<String, String> {
    Ok(match bad(objective, window)? {
        (bad, Some(total)) => format!("clamp({bad} / ({total} > 0), 0, 1)"),
        (bad, None) => format!("clamp({bad}, 0, 1)"),
    })
}

/// The mean over the slices of a window. A second short, so that the slice that ended at the window's begin is out
/// of it in any version.
fn mean(cell: &str, slice: Window, window: Window) -> Result<String, String> {
    if window < slice {
        return Err(format!("its slices of {slice} are longer than an alert's window of {window}"));
    }
    Ok(format!("avg_over_time(({cell})[{}s:{slice}])", window.as_seconds() - 1))
}

/// Bad and all events, or the bad share of time.
fn bad(objective: &Objective, window: Window) -> Result<(String, Option<String>), String> {
    let Pair { side, part, total } = pair_of_each(objective, window)?;
    let (part, total) = plain(part, total, window);
    let part = atom(part);
    let Some(total) = total.map(atom) else {
        // A ratio of somebody's own making may be no number, or infinite.
        let share = if let Sli::Ratio(_) = objective.sli { format!("({part} > -Inf < Inf)") } else { part };
        return Ok((if side == "bad" { share } else { format!("(1 - {share})") }, None));
    };
    // A histogram has all its buckets: an absent one is a mistake, not zero requests.
    let part = if let Sli::Latency(_) = objective.sli { part } else { format!("({part} or {total} * 0)") };
    let bad = if side == "bad" { part } else { format!("({total} - {part})") };
    Ok((bad, Some(total)))
}

/// Where both sides are rates that were taken times the window, the rates alone: in a quotient it cancels out.
fn plain(part: String, total: Option<String>, window: Window) -> (String, Option<String>) {
    let times = format!(") * {}", window.as_seconds());
    let rate = |text: &str| Some(text.strip_prefix('(')?.strip_suffix(&times)?.to_owned());
    match (rate(&part), total.as_deref().and_then(rate)) {
        (Some(part), Some(total)) => (part, Some(total)),
        _ => (part, total),
    }
}

/// Safe beside any operator.
fn atom(text: String) -> String {
    if is_call(&text) { text } else { format!("({text})") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::slo::sli::{Events, Latency, Ratio, Side};

    const HOUR: Window = Window::hours(1);

    fn objective(sli: Sli, method: Method) -> Objective {
        let target = "99%".parse().unwrap();
        Objective { method, ..Objective::new("a", "b", "m", sli, target, Window::days(30)) }
    }

    fn text(sli: Sli, method: Method) -> String {
        ratio(&objective(sli, method), HOUR).unwrap()
    }

    fn events(side: Side) -> Sli {
        Sli::Events(Events { side, part: "part".into(), total: "total".into() })
    }

    #[test]
    fn absent_errors_are_none_and_no_traffic_is_no_result() {
        assert_eq!(
            text(events(Side::Bad), Method::Occurrences),
            "clamp((sum(increase(part[1h])) or sum(increase(total[1h])) * 0) / (sum(increase(total[1h])) > 0), 0, 1)"
        );
        assert_eq!(
            text(events(Side::Good), Method::Occurrences),
            "clamp((sum(increase(total[1h])) - (sum(increase(part[1h])) or sum(increase(total[1h])) * 0)) \
             / (sum(increase(total[1h])) > 0), 0, 1)"
        );
    }

    #[test]
    fn an_absent_bucket_is_not_taken_as_all_slow() {
        let latency = Latency { histogram: "h".into(), threshold: 0.3, native: false };
        assert_eq!(
            text(Sli::Latency(latency), Method::Occurrences),
            "clamp((sum(increase(h_count[1h])) - sum(increase(h_bucket{le=\"0.3\"}[1h]))) \
             / (sum(increase(h_count[1h])) > 0), 0, 1)"
        );
    }

    #[test]
    fn expressions_of_ones_own_are_bracketed() {
        let template = Events {
            side: Side::Bad,
            part: "sum(rate(a[{{.window}}])) + sum(rate(b[{{.window}}]))".into(),
            total: "rate(c[{{.window}}]) or vector(0)".into(),
        };
        let text = text(Sli::Events(template), Method::Occurrences);
        assert!(
            text.starts_with(
                "clamp(((sum(rate(a[1h])) + sum(rate(b[1h]))) or (rate(c[1h]) or vector(0)) * 0)"
            ),
            "{text}"
        );
        let ratio = Sli::Ratio(Ratio { side: Side::Good, ratio: "a[{{.window}}] / b".into() });
        assert_eq!(
            super::ratio(&objective(ratio, Method::Occurrences), HOUR).unwrap(),
            "clamp((1 - ((a[1h] / b) > -Inf < Inf)), 0, 1)"
        );
    }

    #[test]
    fn slices_are_judged_and_averaged() {
        let slice = Window::minutes(5);
        let target = "95%".parse().unwrap();
        let bad = "(sum(increase(part[5m])) or sum(increase(total[5m])) * 0)";
        assert_eq!(
            text(events(Side::Bad), Method::Timeslices { slice, target }),
            format!("avg_over_time(({bad} > bool sum(increase(total[5m])) * 0.05)[3599s:5m])")
        );
        assert_eq!(
            text(events(Side::Bad), Method::RatioTimeslices { slice }),
            format!("avg_over_time((clamp({bad} / (sum(increase(total[5m])) > 0), 0, 1))[3599s:5m])")
        );
        let long = objective(events(Side::Bad), Method::RatioTimeslices { slice: Window::hours(2) });
        assert!(ratio(&long, HOUR).unwrap_err().contains("slices of 2h"));
    }

    #[test]
    fn a_group_has_one_share_for_each_label_set() {
        use crate::domain::slo::objective::Group;
        use crate::domain::slo::sli::{Freshness, Op, Threshold, Throughput};
        let grouped = |sli: Sli| {
            let group = Group { by: vec!["route".into(), "zone".into()], ..Group::default() };
            super::ratio(&Objective { group: Some(group), ..objective(sli, Method::Occurrences) }, HOUR)
                .unwrap()
        };
        let by = "by (route, zone)";
        let total = format!("sum {by} (increase(total[1h]))");
        assert_eq!(
            grouped(events(Side::Bad)),
            format!("clamp((sum {by} (increase(part[1h])) or {total} * 0) / ({total} > 0), 0, 1)")
        );
        // A template that groups by these labels stays; any other is added up, as for a child.
        let template = Events {
            side: Side::Bad,
            part: "sum by(route,zone) (rate(a[{{.window}}]))".into(),
            total: "rate(c[{{.window}}])".into(),
        };
        let total = format!("sum {by} (rate(c[1h]))");
        assert_eq!(
            grouped(Sli::Events(template)),
            format!("clamp((sum by(route,zone) (rate(a[1h])) or {total} * 0) / ({total} > 0), 0, 1)")
        );
        let native = grouped(Sli::Latency(Latency { histogram: "h".into(), threshold: 0.3, native: true }));
        assert!(
            native.contains(&format!("histogram_fraction(0, 0.3, sum {by} (increase(h[1h])))")),
            "{native}"
        );
        let share = |part: &str| format!("clamp((1 - avg {by} (avg_over_time(({part})[3599s:1m]))), 0, 1)");
        let threshold = Threshold { value: "a / b".into(), op: Op::AtMost, bound: 1.0 };
        assert_eq!(grouped(Sli::Threshold(threshold)), share("((a / b) >= -Inf) <= bool 1"));
        let freshness = Freshness { timestamp: "done".into(), max_age: HOUR };
        assert_eq!(
            grouped(Sli::Freshness(freshness)),
            share(&format!("time() - max {by} (done) <= bool 3600"))
        );
        let throughput = Throughput { counter: "rows".into(), at_least: 5.0 };
        assert_eq!(
            grouped(Sli::Throughput(throughput)),
            share(&format!("sum {by} (rate(rows[5m])) >= bool 5"))
        );
        let ratio = Ratio { side: Side::Bad, ratio: "a[{{.window}}] / b".into() };
        assert_eq!(
            grouped(Sli::Ratio(ratio)),
            "clamp(((a[1h] / b) > -Inf < Inf), 0, 1)",
            "shares are not added up"
        );
        assert!(grouped(Sli::Bool("up".into())).contains(&format!("sum {by} (sum_over_time(up[1h]))")));
    }
}
