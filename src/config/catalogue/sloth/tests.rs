//! Reading Sloth's files, and what is refused.

use super::*;
use crate::config::catalogue::tests::{messages, outcome};
use crate::config::catalogue::{Object, labels};

const FILE: &str = "\
version: \"prometheus/v1\"
service: shop
labels: {team: payments, tier: 1}
slos:
  - name: checkout
    description: Orders go through.
    objective: 99.90
    labels: {tier: 2}
    sli:
      events:
        error_query: sum(rate(hits{code=~\"5..\"}[{{.window}}]))
        total_query: |
          sum(rate(hits[{{ .window }}]))
    alerting:
      name: CheckoutFails
      labels: {category: availability}
      annotations: {runbook_url: https://runbooks.example/checkout}
      page_alert:
        labels: {severity: page}
      ticket_alert:
        disable: true
  - name: satisfied
    objective: 95
    sli: {raw: {error_ratio_query: '1 - avg_over_time(ok[{{.window}}])'}}
    alerting: {page_alert: {disable: true}, ticket_alert: {disable: true}}
";

fn service(text: &str) -> Service {
    let (mut objects, told) = outcome(text);
    assert_eq!(told, Vec::<String>::new());
    let Some(Object::Sloth(service)) = objects.pop() else { panic!("{objects:?}") };
    service
}

fn plain(labels: &labels::Labels) -> Vec<(&str, &str)> {
    labels.iter().map(|(key, value)| (key.as_str(), value.value.as_str())).collect()
}

#[test]
fn a_file_is_a_service_with_its_slos() {
    let service = service(FILE);
    assert_eq!((service.name.value.as_str(), service.slos.len()), ("shop", 2));
    let slo = &service.slos[0];
    assert_eq!((slo.id(&service).as_str(), slo.objective.value.as_str()), ("shop-checkout", "99.90"));
    assert_eq!(plain(&slo.labels), [("team", "payments"), ("tier", "2")]);
    let Queries::Events { error, total } = &slo.sli.queries else { panic!() };
    assert_eq!(&FILE[error.span.clone()], "sum(rate(hits{code=~\"5..\"}[{{.window}}]))");
    assert_eq!(total.value, "sum(rate(hits[{{ .window }}]))\n");
    let page = slo.alerting.page.as_ref().unwrap();
    assert_eq!(page.name.value, "CheckoutFails");
    assert_eq!(plain(&page.labels), [("category", "availability"), ("severity", "page")]);
    assert_eq!(slo.alerting.ticket, None);
    assert_eq!(slo.alerting.runbook().unwrap().value, "https://runbooks.example/checkout");
    assert_eq!((slo.origin.header.line, slo.origin.keys["sli.events.error_query"].value.line), (5, 11));
    assert!(slo.optimized && slo.plugins.is_empty());
    let raw = &service.slos[1];
    assert!(matches!(&raw.sli.queries, Queries::ErrorRatio(query) if query.value.starts_with("1 - avg")));
    assert_eq!(raw.alerting, Alerting::default());
}

#[test]
fn the_kubernetes_object_says_the_same_in_its_own_spelling() {
    let camel = [
        ("error_query", "errorQuery"),
        ("total_query", "totalQuery"),
        ("error_ratio_query", "errorRatioQuery"),
        ("page_alert", "pageAlert"),
        ("ticket_alert", "ticketAlert"),
    ];
    let spec = camel.iter().fold(FILE.to_owned(), |text, (snake, camel)| text.replace(snake, camel));
    let spec = spec.replace("version: \"prometheus/v1\"\n", "").replace('\n', "\n  ");
    let head = "apiVersion: sloth.slok.dev/v1\nkind: PrometheusServiceLevel\n\
                metadata: {name: shop-slos, labels: {release: x}}\nstatus: {processedSLOs: 2}\nspec:\n  ";
    let object = service(&format!("{head}{spec}"));
    let file = service(FILE);
    assert_eq!(object.object.as_ref().unwrap().name.as_ref().unwrap().value, "shop-slos");
    assert_eq!(plain(&object.slos[0].labels), plain(&file.slos[0].labels));
    assert_eq!(object.slos[0].origin.header.line, file.slos[0].origin.header.line + 4);
    let told = messages(&format!("{head}{}", spec.replace("pageAlert", "page_alert")));
    assert_eq!(
        told,
        [
            "22:9 warning Sloth ignores the key `page_alert` in `spec.slos[0].alerting`",
            "29:7 error `spec.slos[1].alerting` has no `name`, which its alerts need",
            "29:18 warning Sloth ignores the key `page_alert` in `spec.slos[1].alerting`",
        ]
    );
}

/// What is written instead of what, how many SLOs are left, and what is told.
const REFUSED: &[(&str, &str, usize, &str)] = &[
    ("service: shop", "service: s", 0, "2:10 error `s` is not a name that Sloth takes"),
    ("service: shop\n", "", 0, "1:1 error the Sloth document has no `service`"),
    ("name: checkout", "name: check{out", 1, "5:11 error `check{out` is not a name that Sloth takes"),
    ("name: checkout", "name: checkout-", 1, "5:11 error `checkout-` is not a name that Sloth takes"),
    ("name: checkout", "name: ''", 1, "5:11 error an empty text is no name"),
    ("name: satisfied", "name: checkout", 1, "22:11 error two SLOs of this service are called `checkout`"),
    ("99.90", "0", 1, "7:16 error the objective `0` is not above 0 and at most 100 percent"),
    ("99.90", "100.0001", 1, "7:16 error the objective `100.0001` is not above 0 and at most 100 percent"),
    ("99.90", "-1", 1, "7:16 error the objective `-1` is not above 0 and at most 100 percent"),
    ("99.90", "99.9%", 1, "7:16 error `objective` in `slos[0]` must be a number in decimal digits, not text"),
    ("99.90", "0.999", 2, "7:16 warning the objective is in percent: `0.999` is less than one"),
    ("ok[{{.window}}]", "ok[5m]", 1, "24:36 error this query does not use `{{.window}}`"),
    ("'1 - avg_over_time(ok[{{.window}}])'", "''", 1, "24:36 error this query is empty"),
    ("{tier: 2}", "{tier: }", 2, "8:14 warning `tier` is empty, which Sloth refuses"),
    ("{tier: 2}", "{__name__: a}", 2, "8:14 warning Sloth refuses the label `__name__`"),
    (
        "      name: CheckoutFails\n",
        "",
        1,
        "14:5 error `slos[0].alerting` has no `name`, which its alerts need",
    ),
    (
        "    alerting: {page_alert: {disable: true}, ticket_alert: {disable: true}}\n",
        "",
        1,
        "22:5 error `slos[1]` has no `alerting`, and its alerts need a name",
    ),
    ("sli: {raw:", "sli: {raws:", 1, "24:5 error `slos[1].sli` says nothing to count"),
    (
        "sli: {raw:",
        "sli: {plugin: {id: sloth-common/noop}, raw:",
        1,
        "24:11 error an SLI is one of `events`, `raw` and `plugin`",
    ),
    (
        "      events:\n",
        "      events: 5\n      x-events:\n",
        1,
        "10:15 error `events` in `slos[0].sli` must be a mapping, not a number",
    ),
];

#[test]
fn what_sloth_refuses_is_refused() {
    for &(from, to, left, told) in REFUSED {
        assert_eq!(FILE.matches(from).count(), 1, "{from}");
        let (objects, all) = outcome(&FILE.replace(from, to));
        assert!(all.iter().any(|line| line.split(" | ").next() == Some(told)), "{told}\n{all:#?}");
        let slos = objects.iter().map(|object| match object {
            Object::Sloth(service) => service.slos.len(),
            _ => 0,
        });
        assert_eq!(slos.sum::<usize>(), left, "{told}");
    }
}

#[test]
fn events_must_differ_and_a_service_has_slos() {
    let same = FILE.replace("sum(rate(hits{code=~\"5..\"}[{{.window}}]))", "sum(rate(hits[{{ .window }}]))");
    let same = same.replace("|\n          ", "");
    assert_eq!(messages(&same), ["11:22 error the queries for errors and for all events are the same"]);
    let none = "version: prometheus/v1\nservice: shop\nslos: []\n";
    assert_eq!(messages(none), ["1:1 error `slos` is empty; Sloth wants at least one"]);
}

#[test]
fn rule_plugins_are_told_of_where_they_change_something() {
    let chain = "slo_plugins:\n  chain:\n    - {id: sloth.dev/core/debug/v1, priority: 5, config: {msg: x}}\n    \
                 - id: sloth.dev/contrib/denominator_corrected_rules/v1\n      config: {disableOptimized: true}\nslos:";
    let (objects, told) = outcome(&FILE.replace("slos:", chain));
    assert_eq!(told.len(), 1);
    assert!(
        told[0].starts_with("7:11 warning Sloth weighs the errors of this SLO by its traffic"),
        "{told:?}"
    );
    let Object::Sloth(service) = &objects[0] else { panic!() };
    assert_eq!((service.slos[0].plugins.len(), service.slos[0].optimized), (1, false));
    let own = "name: checkout\n    plugins: {overridePrevious: true, chain: [{id: my/own}]}";
    let (objects, told) = outcome(&FILE.replace("slos:", chain).replace("name: checkout", own));
    assert!(told[1].contains("the SLO plugin `my/own` is not carried over"));
    let Object::Sloth(service) = &objects[0] else { panic!() };
    assert_eq!((service.slos[0].plugins[0].value.as_str(), service.slos[0].optimized), ("my/own", true));
}

/// The queries of a plugin, or what is told of it.
fn of_plugin(id: &str, options: &str) -> Result<(String, String), String> {
    let text = FILE.replace(
        "raw: {error_ratio_query: '1 - avg_over_time(ok[{{.window}}])'}",
        &format!("plugin: {{id: {id}, options: {{{options}}}}}"),
    );
    let (objects, told) = outcome(&text);
    let Object::Sloth(service) = &objects[0] else { panic!() };
    match service.slos.get(1) {
        _ if !told.is_empty() => Err(told.join("\n")),
        Some(slo) => match &slo.sli.queries {
            Queries::Events { error, total } => Ok((error.value.clone(), total.value.clone())),
            Queries::ErrorRatio(ratio) => Ok((ratio.value.clone(), String::new())),
        },
        None => panic!(),
    }
}

#[test]
fn common_plugins_become_queries() {
    let pair = |error: &str, total: &str| Ok((error.to_owned(), total.to_owned()));
    assert_eq!(
        of_plugin("sloth-common/coredns/availability", "filter: '{job=\"dns\",}'"),
        pair(
            r#"sum(increase(coredns_dns_responses_total{job="dns",rcode=~"SERVFAIL"}[{{.window}}]))"#,
            r#"sum(increase(coredns_dns_responses_total{job="dns"}[{{.window}}]))"#
        )
    );
    let count = r#"sum(increase(traefik_service_request_duration_seconds_count{service=~"shop.*",code!~"5.."}[{{.window}}]))"#;
    let bucket = r#"sum(increase(traefik_service_request_duration_seconds_bucket{service=~"shop.*",code!~"5..",le="0.3"}[{{.window}}]))"#;
    assert_eq!(
        of_plugin(
            "sloth-common/traefik/v2/latency",
            "service_name_regex: shop.*, bucket: 0.3, exclude_errors: true"
        ),
        pair(&format!("{count} - {bucket}"), count)
    );
    let whole = of_plugin("sloth-common/coredns/latency", "bucket: '1.0'").unwrap().0;
    assert!(whole.contains(r#"{le=~"1(\\.0)?"}"#), "{whole}");
    assert_eq!(
        of_plugin("sloth-common/prometheus/targets/availability", ""),
        pair("sum(count_over_time((up{} == 0)[{{.window}}:]))", "sum(count_over_time(up{}[{{.window}}:]))")
    );
    // A burn rate of 2 on a 95 % objective.
    assert_eq!(
        of_plugin("sloth-common/fake", "burn_rate: 2"),
        pair("max_over_time(vector(0.1)[{{.window}}:])", "")
    );
    assert_eq!(of_plugin("sloth-common/noop", ""), pair("max_over_time(vector(0)[{{.window}}:])", ""));
}

#[test]
fn every_common_plugin_can_be_used() {
    const ALL: &[&str] = &[
        "filter: 'job=\"x\"'",
        "bucket: 0.5",
        "exclude_errors: true",
        "controller: c",
        "service: s",
        "namespace: n",
        "backend_regex: b.*",
        "service_name_regex: r.*",
        "burn_rate: 1",
    ];
    for plugin in super::plugins::PLUGINS.iter().map(|plugin| plugin.id) {
        let takes = |option: &&str| {
            let told = of_plugin(plugin, option).err().unwrap_or_default();
            !told.contains("does not know the option")
        };
        let options: Vec<&str> = ALL.iter().copied().filter(takes).collect();
        let (error, total) = of_plugin(plugin, &options.join(", ")).unwrap();
        for query in [error, total].iter().filter(|query| !query.is_empty()) {
            let asked = query.replace("{{.window}}", "5m");
            assert_ne!(asked, *query);
            promql_parser::parser::parse(&asked).unwrap();
        }
    }
}

#[test]
fn a_plugin_says_what_it_lacks() {
    for (id, options, told) in [
        (
            "sloth-common/istio/v1/availabilty",
            "",
            "24:24 error the SLI plugin `sloth-common/istio/v1/availabilty` is not known here \
             | did you mean `sloth-common/istio/v1/availability`?",
        ),
        (
            "my-own",
            "",
            "24:24 error the SLI plugin `my-own` is not known here \
             | write its query as `raw`, or its counts as `events`",
        ),
        (
            "sloth-common/coredns/latency",
            "",
            "24:24 error the plugin `sloth-common/coredns/latency` needs the option `bucket` \
             | write it under `options`",
        ),
        ("sloth-common/coredns/latency", "bucket: fast", "24:72 error the option `bucket` must be a number"),
        (
            "sloth-common/slok-go-http-metrics/availability",
            "",
            "24:24 error the plugin `sloth-common/slok-go-http-metrics/availability` needs the option `filter` \
             | write it under `options`",
        ),
        (
            "sloth-common/noop",
            "filter: x",
            "24:61 warning the plugin `sloth-common/noop` does not know the option `filter`",
        ),
    ] {
        assert_eq!(of_plugin(id, options).unwrap_err(), told);
    }
}

const WINDOWS: &str = "\
apiVersion: sloth.slok.dev/v1
kind: AlertWindows
spec:
  sloPeriod: 7d
  page:
    quick: {errorBudgetPercent: 8, shortWindow: 5m, longWindow: 1h}
    slow: {errorBudgetPercent: 12.5, shortWindow: 30m, longWindow: 6h}
  ticket:
    quick: {errorBudgetPercent: 20, shortWindow: 2h, longWindow: 1d}
    slow: {errorBudgetPercent: 42, shortWindow: 6h, longWindow: 3d}
";

#[test]
fn alert_windows_are_read() {
    let (objects, found) = outcome(WINDOWS);
    assert_eq!(found, Vec::<String>::new());
    let Object::SlothWindows(windows) = &objects[0] else { panic!() };
    assert_eq!(windows.period.value.as_seconds(), 604_800);
    let slow = &windows.page.slow;
    assert_eq!((slow.percent.value, slow.long.value.as_seconds()), (12.5, 21_600));
    for (from, to, told) in [
        (
            "7d",
            "7M",
            "4:14 error `7M`: `M` would be a calendar month; write `m` for minutes, or days as in `30d`",
        ),
        ("12.5", "0", "7:32 error `errorBudgetPercent` must be above 0"),
        ("shortWindow: 6h", "shortWindow: 3d", "10:49 error the short window is not shorter than the long"),
        ("  ticket:\n", "  tickets:\n", "3:1 error `spec` has no `ticket`"),
    ] {
        let all = messages(&WINDOWS.replace(from, to));
        assert!(all.iter().any(|line| line == told), "{told}\n{all:#?}");
    }
}
