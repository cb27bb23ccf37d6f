//! Catalogues of several files in one folder, some of them broken.

use std::path::Path;

use super::*;
use crate::domain::slo::method::Method;
use crate::domain::slo::policy::Policy;
use crate::domain::slo::sli::Sli;
use crate::domain::slo::tier::Severity;
use crate::domain::slo::window::Window;

const SLOTH: &str = r#"
version: prometheus/v1
service: shop
slos:
  - name: availability
    objective: 99.9
    sli:
      events:
        error_query: sum(rate(http_requests_total{job="shop",code=~"5.."}[{{.window}}]))
        total_query: sum(rate(http_requests_total{job="shop"}[{{.window}}]))
    alerting:
      name: ShopErrors
      annotations: { runbook_url: https://wiki.example.org/shop }
      ticket_alert: { disable: true }
"#;

const PYRRA: &str = r#"
apiVersion: pyrra.dev/v1alpha1
kind: ServiceLevelObjective
metadata:
  name: checkout-latency
  namespace: shops
spec:
  target: "99"
  window: 4w
  indicator:
    latency:
      success: { metric: 'rt_seconds_bucket{job="checkout",le="0.5"}' }
      total: { metric: 'rt_seconds_count{job="checkout"}' }
      grouping: [route]
"#;

struct Folder(tempfile::TempDir);

impl Folder {
    fn of(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        Self(folder)
    }

    fn load(&self, pattern: &str) -> Catalogue {
        let terms = Terms {
            backend: "main".into(),
            backends: vec!["main".into()],
            window: Window::days(30),
            policy: Policy::usual(),
        };
        load(&[Import { files: self.0.path().join(pattern), terms }], &Origin::default())
    }
}

fn ids(catalogue: &Catalogue) -> Vec<&str> {
    catalogue.carried.iter().map(|carried| carried.objective.id.as_str()).collect()
}

#[test]
fn each_tool_keeps_its_method_windows_and_labels() {
    let catalogue = Folder::of(&[("a.yaml", SLOTH), ("b.yml", PYRRA)]).load("");
    assert_eq!(catalogue.findings, []);
    let [sloth, pyrra] = &catalogue.carried[..] else { panic!("{:?}", ids(&catalogue)) };
    let (sloth, pyrra) = (&sloth.objective, &pyrra.objective);
    assert_eq!((sloth.id.as_str(), pyrra.id.as_str()), ("shop/availability", "checkout/checkout-latency"));
    assert_eq!(sloth.method, Method::RatioTimeslices { slice: Window::minutes(5) });
    assert_eq!(sloth.tiers.iter().map(|tier| tier.factor).collect::<Vec<_>>(), [14.4, 6.0]);
    assert_eq!(sloth.about.pager["sloth_id"], "shop-availability");
    assert_eq!(sloth.about.pager["alertname"], "ShopErrors");
    assert_eq!(sloth.runbook.as_deref(), Some("https://wiki.example.org/shop"));
    assert_eq!((pyrra.method, pyrra.window), (Method::Occurrences, Window::days(28)));
    let Sli::Latency(latency) = &pyrra.sli else { panic!("{:?}", pyrra.sli) };
    assert_eq!((latency.histogram.as_str(), latency.threshold), (r#"rt_seconds{job="checkout"}"#, 0.5));
    assert_eq!(pyrra.group.as_ref().unwrap().by, ["route"]);
    assert_eq!(pyrra.tiers.iter().map(|tier| tier.factor).collect::<Vec<_>>(), [14.0, 7.0, 2.0, 1.0]);
}

#[test]
fn severities_of_pyrra_and_labels_of_sloths_alerts() {
    let common = "name: ShopErrors\n      labels: { route: web, host: '{{ $labels.host }}' }\n      page_alert: { labels: { room: a } }\n";
    let both = SLOTH.replace("disable: true", "disable: false");
    let routed = both.replace("name: ShopErrors\n", common);
    let severe = PYRRA.replace(
        "  window: 4w\n",
        "  window: 4w\n  alerting: { name: Slow, severities: { mediumBurn: info, slowBurn: page } }\n",
    );
    let catalogue = Folder::of(&[("a.yaml", &routed), ("b.yml", &severe)]).load("");
    let [found, severities] = &catalogue.findings[..] else { panic!("{:?}", catalogue.findings) };
    assert!(severities.message.ends_with("do not say `info`, `page`"), "{severities:?}");
    assert!(
        !found.is_error()
            && found.line().contains("a.yaml:5")
            && found.message.ends_with("lack them: `host`, `room`"),
        "{found:?}"
    );
    let pager = |at: usize| &catalogue.carried[at].objective.about.pager;
    assert_eq!((&*pager(0)["route"], &*pager(1)["alertname"], pager(0).len()), ("web", "Slow", 3));
    let severities: Vec<_> = catalogue.carried[1].objective.tiers.iter().map(|tier| tier.severity).collect();
    assert_eq!(severities, [Severity::Page, Severity::Ticket, Severity::Page, Severity::Ticket]);
}

#[test]
fn annotations_of_one_alert_alone_are_told() {
    let both = SLOTH.replace("{ disable: true }", "{ annotations: { page: b.md } }");
    let catalogue = Folder::of(&[("a.yaml", &both)]).load("");
    let [found] = &catalogue.findings[..] else { panic!("{:?}", catalogue.findings) };
    assert!(found.message.contains("those of the page are carried for both"), "{found:?}");
    let same = SLOTH.replace("{ disable: true }", "{ disable: false }");
    assert_eq!(Folder::of(&[("a.yaml", &same)]).load("").findings, []);
}

#[test]
fn pyrras_burn_alerts_are_known_by_their_name() {
    let pager = |text: &str| Folder::of(&[("b.yml", text)]).load("").carried.remove(0).objective.about.pager;
    assert_eq!(pager(PYRRA)["alertname"], "ErrorBudgetBurn", "SLOMetricAbsent has the same label");
    let quiet = PYRRA.replace("  window: 4w\n", "  window: 4w\n  alerting: { absent: false }\n");
    let told = Folder::of(&[("b.yml", &quiet)]).load("").findings.remove(0);
    assert!(told.message.contains("alerts on absent metrics is not carried"), "{told:?}");
    let named = PYRRA.replace("  window: 4w\n", "  window: 4w\n  alerting: { name: Slow }\n");
    assert_eq!((&*pager(&named)["alertname"], &*pager(&named)["slo"]), ("Slow", "checkout-latency"));
}

#[test]
fn what_our_own_tables_cannot_say_is_refused() {
    for (from, to, part) in [
        ("window: 4w", "window: 30m", "must be from 1h to 366d"),
        ("[route]", "['a) or (b']", "is not the name of a label"),
        ("[route]", "[a, b, c, d, e, f, g, h, i]", "at most 8 labels"),
        ("name: checkout-latency", "name: \"\\u200b\"", "can be shown or typed"),
    ] {
        let catalogue = Folder::of(&[("b.yml", &PYRRA.replace(from, to))]).load("");
        assert_eq!(catalogue.carried, [], "{to}");
        assert!(
            catalogue.findings.iter().any(|found| found.message.contains(part)),
            "{:?}",
            catalogue.findings
        );
    }
}

#[test]
fn a_composite_has_no_backend_and_no_method_of_its_own() {
    let text = "\
apiVersion: openslo/v1
kind: SLO
metadata: {name: journey}
spec:
  service: shop
  budgetingMethod: Timeslices
  objectives:
  - {displayName: Search, target: 0.99, timeSliceTarget: 0.9, timeSliceWindow: 1m, compositeWeight: 3, indicatorRef: up, op: gte, value: 1}
---
apiVersion: openslo/v1
kind: SLI
metadata: {name: up}
spec: {thresholdMetric: {metricSource: {type: Prometheus, spec: {query: up}}}}
";
    let catalogue = Folder::of(&[("a.yaml", text)]).load("");
    let [member, whole] = &catalogue.carried[..] else { panic!("{:?}", catalogue.findings) };
    assert_eq!(member.objective.source, "main");
    assert_eq!((whole.objective.source.as_str(), whole.objective.method), ("", Method::Occurrences));
    let Sli::Composite(composite) = &whole.objective.sli else { panic!("{:?}", whole.objective.sli) };
    assert_eq!(composite.members[0].weight, 1.0, "the worst has no weights");
}

#[test]
fn of_two_windows_for_a_period_the_first_count() {
    let windows = |percent: u32| {
        let pair = format!(
            "{{quick: {{errorBudgetPercent: {percent}, shortWindow: 5m, longWindow: 1h}}, \
             slow: {{errorBudgetPercent: 5, shortWindow: 30m, longWindow: 6h}}}}"
        );
        format!(
            "apiVersion: sloth.slok.dev/v1\nkind: AlertWindows\nspec: {{sloPeriod: 30d, page: {pair}, ticket: {pair}}}\n"
        )
    };
    let (one, two) = (windows(1), windows(4));
    let catalogue = Folder::of(&[("a.yaml", SLOTH), ("b.yaml", &one), ("c.yaml", &two)]).load("");
    // 1 % of 30 days within an hour.
    assert!((catalogue.carried[0].objective.tiers[0].factor - 7.2).abs() < 1e-9);
    assert_eq!(catalogue.carried[0].objective.method.slice(), Some(Window::minutes(5)));
    let line = catalogue.findings[0].line();
    assert!(line.contains("c.yaml:3:") && line.contains("30d are defined twice"), "{line}");
    assert!(line.contains("b.yaml:1; these are left out"), "{line}");
    let odd = one.replace("shortWindow: 5m", "shortWindow: 90s");
    let catalogue = Folder::of(&[("a.yaml", SLOTH), ("b.yaml", &odd)]).load("");
    let [found] = &catalogue.findings[..] else { panic!("{:?}", catalogue.findings) };
    assert!(
        found.line().ends_with("b.yaml:3:1: page.quick: 1m30s is not a whole number of minutes"),
        "{found:?}"
    );
}

/// Else its budget would be cut into more than its alerts look at.
#[test]
fn sloths_mean_is_of_its_shortest_page_window() {
    let with = |short: &str| {
        let pair = |short: &str| {
            format!(
                "{{quick: {{errorBudgetPercent: 1, shortWindow: {short}, longWindow: 1h}}, \
                 slow: {{errorBudgetPercent: 5, shortWindow: 30m, longWindow: 6h}}}}"
            )
        };
        let windows = format!(
            "apiVersion: sloth.slok.dev/v1\nkind: AlertWindows\nspec: {{sloPeriod: 30d, page: {}, ticket: {}}}\n",
            pair(short),
            pair("30m")
        );
        let catalogue = Folder::of(&[("a.yaml", SLOTH), ("b.yaml", &windows)]).load("");
        let told: Vec<String> = catalogue.findings.iter().map(|found| found.message.clone()).collect();
        (catalogue.carried[0].objective.method.slice().unwrap().to_string(), told.join(" "))
    };
    assert_eq!(with("2m"), ("2m".to_owned(), String::new()));
    let (slice, told) = with("7m");
    assert_eq!(slice, "6m");
    assert!(told.contains("the mean of ratios of 7m") && told.contains("here it is of 6m"), "{told}");
}

#[test]
fn queries_that_keep_labels_are_a_group() {
    let by = |text: &str| text.replace("sum(rate(", "sum by (route, code) (rate(");
    let group = |text: &str| {
        let catalogue = Folder::of(&[("a.yaml", text)]).load("");
        catalogue.carried[0].objective.group.as_ref().map(|group| group.by.join(" "))
    };
    assert_eq!(group(&by(SLOTH)).as_deref(), Some("code route"));
    assert_eq!(group(SLOTH), None);
    let one = SLOTH.replacen("sum(rate(", "sum by (route) (rate(", 1);
    assert_eq!(group(&one), None, "the total keeps no labels");
    let told = &Folder::of(&[("a.yaml", &one)]).load("").findings;
    assert!(told.len() == 1 && told[0].line().contains("a.yaml:5"), "{told:?}");
    assert!(told[0].message.contains("keeps the labels `route` and its total query none"), "{told:?}");
    let with = |query: &str| {
        let start = SLOTH.find("      events:").unwrap()..SLOTH.find("    alerting").unwrap();
        let mut text = SLOTH.to_owned();
        text.replace_range(start, &format!("      raw: {{ error_ratio_query: '{query}' }}\n"));
        group(&text)
    };
    let window = "[{{.window}}]";
    assert_eq!(with(&format!("sum(max by (pod) (a{window})) by (job)")).as_deref(), Some("job"));
    assert_eq!(with(&format!("sum(max by (pod) (a{window}))")), None, "what is added up again");
    assert_eq!(
        with(&format!("histogram_quantile(0.9, sum by (le) (rate(a_bucket{window}))) > bool 1")),
        None
    );
    assert_eq!(with(&format!("max(a{window}) BY(job) # by (x)\n\n")).as_deref(), Some("job"));
    assert_eq!(with(&format!("(1 - (sum by (job) (a{{b=\"by (c)\"}}{window})))")).as_deref(), Some("job"));
}

#[test]
fn a_broken_file_leaves_the_others_as_they_are() {
    let broken = SLOTH.replace("objective: 99.9", "objective: 199");
    let catalogue = Folder::of(&[("a.yaml", &broken), ("b.yaml", PYRRA), ("c.yaml", "a: [")]).load("*.yaml");
    assert_eq!(ids(&catalogue), ["checkout/checkout-latency"]);
    let files: Vec<_> =
        catalogue.findings.iter().map(|found| Path::new(&found.file).file_name().unwrap()).collect();
    assert_eq!(files, ["a.yaml", "c.yaml"]);
    assert!(catalogue.findings.iter().all(Diagnostic::is_error));
}

#[test]
fn a_broken_edit_keeps_the_version_before() {
    let folder = Folder::of(&[("a.yaml", SLOTH), ("b.yaml", PYRRA)]);
    let before = folder.load("*.yaml");
    std::fs::write(folder.0.path().join("a.yaml"), "version: prometheus/v1\nslos: 7\n").unwrap();
    std::fs::remove_file(folder.0.path().join("b.yaml")).unwrap();
    let mut after = folder.load("*.yaml");
    assert!(after.carried.is_empty());
    after.keep_broken(&before);
    assert_eq!(ids(&after), ["shop/availability"], "what was deleted is gone, what was broken is kept");
    let (count, first) = after.trouble().unwrap();
    assert!(count >= 1 && first.contains("a.yaml:"), "{first}");
}

#[test]
fn targets_and_tiers_are_doubted_as_those_of_the_configuration() {
    let told = |from: &str, to: &str| -> Vec<String> {
        let catalogue = Folder::of(&[("b.yml", &PYRRA.replace(from, to))]).load("");
        assert_eq!(catalogue.carried.len(), 1);
        catalogue.findings.iter().map(|found| format!("{} {}", found.code, found.message)).collect()
    };
    // A target of 90 % burns ten times as fast as allowed when everything fails.
    let [dead] = &told("\"99\"", "\"90\"")[..] else { panic!() };
    assert!(dead.starts_with("BW024 the page tier over 5m and 1h cannot fire: its factor 14.00"), "{dead}");
    let perfect = told("\"99\"", "\"100\"");
    assert_eq!(perfect, ["BW023 a target of 100% leaves no budget: the first bad event breaks it"]);
}

/// What `import` wrote for it could not be read again.
#[test]
fn windows_and_slices_are_refused_as_in_the_configuration() {
    let nobl9 = "apiVersion: n9/v1alpha\nkind: SLO\nmetadata: {name: a}\nspec:\n  service: s\n  budgetingMethod: Occurrences\n  \
                 timeWindows: [{unit: Hour, count: 1, isRolling: true}]\n  objectives: [{name: o, value: 1, op: lte, target: 0.9, \
                 rawMetric: {query: {prometheus: {promql: lag}}}}]\n";
    let minutes = nobl9.replace("unit: Hour, count: 1", "unit: Minute, count: 59");
    for (text, wanted) in [
        (PYRRA.replace("4w", "2y"), "a.yaml:2:1: a window must be from 1h to 366d, not 730d"),
        (minutes, "must be from 1h to 366d, not 59m"),
    ] {
        let catalogue = Folder::of(&[("a.yaml", &text)]).load("");
        assert_eq!(ids(&catalogue), <[&str; 0]>::default());
        let line = catalogue.findings[0].line();
        assert!(line.contains(wanted), "{line}");
    }
    assert_eq!(ids(&Folder::of(&[("a.yaml", nobl9)]).load("")), ["s/a"]);
}

#[test]
fn what_objectives_have_in_common_is_told_once() {
    let text = "apiVersion: openslo/v1\nkind: SLO\nmetadata: {name: a}\nspec:\n  service: s\n  indicator: {metadata: {name: b}, spec: \
                {ratioMetric: {rawType: success, raw: {metricSource: {type: Prometheus, spec: {query: ok}}}}}}\n  \
                timeWindow: [{duration: 1M, isRolling: true}]\n  budgetingMethod: Occurrences\n  \
                objectives: [{target: 0.98}, {target: 0.99}]\n";
    let catalogue = Folder::of(&[("a.yaml", text)]).load("");
    assert_eq!(catalogue.carried.len(), 2);
    let [found] = &catalogue.findings[..] else { panic!("{:?}", catalogue.findings) };
    assert!(found.message.contains("a rolling window has no calendar"), "{found:?}");
}

#[test]
fn two_definitions_of_one_id() {
    let catalogue = Folder::of(&[("a.yaml", SLOTH), ("b.yaml", SLOTH)]).load("*.yaml");
    assert_eq!(ids(&catalogue), ["shop/availability"]);
    let found = &catalogue.findings[0];
    assert!(found.file.ends_with("b.yaml") && found.hint.as_ref().unwrap().contains("a.yaml:5"), "{found:?}");
}

#[test]
fn namesakes_of_pyrra_are_told_apart_by_their_namespaces() {
    let other = PYRRA.replace("namespace: shops", "namespace: stage");
    let catalogue = Folder::of(&[("a.yaml", PYRRA), ("b.yaml", &other), ("c.yaml", PYRRA)]).load("");
    assert_eq!(ids(&catalogue), ["checkout/checkout-latency@shops", "checkout/checkout-latency@stage"]);
    let about = &catalogue.carried[0].objective.about;
    assert!(
        about.pager.is_empty() && about.notes[0].contains("the same labels as those of another"),
        "{about:?}"
    );
    let double = catalogue.findings.iter().find(|found| found.code == code::DUPLICATE).unwrap();
    assert!(double.file.ends_with("c.yaml") && double.message.contains("latency@shops"), "{double:?}");
    let labelled = |text: &str, team: &str| {
        text.replace("metadata:\n", &format!("metadata:\n  labels: {{pyrra.dev/team: {team}}}\n"))
    };
    let catalogue =
        Folder::of(&[("a.yaml", &labelled(PYRRA, "a")), ("b.yaml", &labelled(&other, "b"))]).load("");
    let pagers = catalogue.carried.iter().map(|carried| &carried.objective.about.pager);
    let told: Vec<_> = pagers.map(|pager| (&*pager["team"], &*pager["slo"])).collect();
    assert_eq!(told, [("a", "checkout-latency"), ("b", "checkout-latency")]);
    assert_eq!(catalogue.findings, []);
    let elsewhere = PYRRA.replace("job=\"checkout\"", "job=\"basket\"");
    let catalogue = Folder::of(&[("a.yaml", PYRRA), ("b.yaml", &elsewhere)]).load("");
    assert_eq!(ids(&catalogue), ["checkout/checkout-latency", "basket/checkout-latency"]);
    assert!(catalogue.carried[0].objective.about.pager.is_empty(), "the alerts of both have the same labels");
}

#[test]
fn patterns_that_find_nothing_are_told() {
    let folder = Folder::of(&[("a.yaml", SLOTH)]);
    for pattern in ["*.yml", "no/such/*.yaml", "[.yaml"] {
        let catalogue = folder.load(pattern);
        assert_eq!((catalogue.findings.len(), catalogue.findings[0].code), (1, code::NO_FILES), "{pattern}");
    }
}
