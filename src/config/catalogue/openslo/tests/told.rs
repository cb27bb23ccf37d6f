//! What of an alert policy or an objective is refused, or has no meaning here.

use super::*;

#[test]
fn a_policy_that_does_not_alert_on_a_breach_is_no_tier() {
    let quiet = POLICY.replacen("\"conditions\"", "\"alertWhenBreaching\": false, \"conditions\"", 1);
    assert_ne!(quiet, POLICY);
    let all = [("a.yaml", ACROSS), ("b.yaml", SLI), ("c.json", &quiet)];
    let all: Vec<Object> = all.into_iter().flat_map(|(file, text)| objects(file, text).0).collect();
    let draft = link(&all).drafts.remove(0);
    let Alerts::Own(conditions) = &draft.alerts else { panic!() };
    assert_eq!(conditions[0].tier, None);
    assert!(notes(&draft).contains("`alertWhenBreaching` is false"), "{}", notes(&draft));
}

#[test]
fn what_means_nothing_in_an_objective_is_told_wherever_its_indicator_stands() {
    let idle = drafts(&SLO.replace("target: 0.995", "target: 0.995, timeSliceTarget: 0.9"));
    assert!(notes(&idle[0]).contains("this means nothing with the budgeting method"), "{}", notes(&idle[0]));
    let start = SLO.find("  indicator:").unwrap()..SLO.find("  timeWindow").unwrap();
    let mut named = SLO.to_owned();
    named.replace_range(start, "  indicatorRef: good\n");
    let sli = "---\napiVersion: openslo/v1\nkind: SLI\nmetadata: {name: good}\nspec: {ratioMetric: {rawType: success, raw: \
               {metricSource: {type: Prometheus, spec: {query: ok}}}}}\n";
    let draft = drafts(&(named + sli)).remove(0);
    assert!(notes(&draft).contains("compared with the target alone"), "{}", notes(&draft));
}

#[test]
fn policies_hold_one_condition_and_name_or_define() {
    let policy = "\
apiVersion: openslo/v1
kind: AlertPolicy
metadata: {name: wake}
spec:
  conditions: [{conditionRef: fast}]
  notificationTargets: [{targetRef: mail}]
";
    assert_eq!(told(policy), Vec::<String>::new());
    let flags = policy.replace("spec:\n", "spec:\n  alertWhenBreaching: true\n  alertWhenNoData: true\n");
    assert_eq!(
        told(&flags),
        ["a.yaml:6:3: an alert on missing data has no counterpart here; missing data is shown as such"]
    );
    for (from, to, wanted) in [
        ("{conditionRef: fast}", "", "exactly one condition, not 0"),
        (
            "{conditionRef: fast}",
            "{conditionRef: a}, {conditionRef: b}",
            "5:36: `conditions` takes exactly one",
        ),
        ("fast}", "fast, kind: AlertCondition}", "names an object, and another is defined"),
        ("{conditionRef: fast}", "{}", "neither `conditionRef` nor a `kind`"),
        ("{targetRef: mail}", "", "`notificationTargets` is empty"),
        ("{targetRef: mail}", "{kind: Service, metadata: {name: a}, spec: {target: b}}", "is no AlertNotif"),
    ] {
        let lines = told(&policy.replace(from, to));
        assert!(lines.iter().any(|line| line.contains(wanted)), "{to}: {lines:#?}");
    }
    let text = "apiVersion: openslo/v1\nkind: AlertCondition\nmetadata: {name: a}\nspec: {severity: page, condition: \
                {kind: burnrate, op: gt, threshold: 2, lookbackWindow: 1h, alertAfter: 5m}}\n";
    assert_eq!(told(text), Vec::<String>::new());
    for (from, to, wanted) in [
        ("burnrate", "budget", "the only one is burnrate"),
        ("op: gt", "op: over", "`over` is not an operator"),
        ("threshold: 2", "threshold: two", "`threshold` in"),
        ("1h", "1h30m", "`1h30m` is not a duration"),
        ("5m", "x", "`x` is not a duration"),
        ("severity: page, ", "", "has no `severity`"),
    ] {
        let lines = told(&text.replace(from, to));
        assert!(lines.iter().any(|line| line.contains(wanted)), "{to}: {lines:#?}");
    }
}
