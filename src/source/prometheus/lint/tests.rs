//! Every rule by queries that must set it off, and by near ones that must not.

mod hostile;
mod pairs;

use super::*;

fn words(findings: &[Finding]) -> Vec<&'static str> {
    findings.iter().map(|finding| finding.rule.word()).collect()
}

fn check(rule: Rule, yes: &[&str], no: &[&str]) {
    for text in yes {
        let found = expression(text);
        assert!(words(&found).contains(&rule.word()), "{text}: {} is missing in {found:#?}", rule.word());
    }
    for text in no {
        let found = expression(text);
        assert!(!words(&found).contains(&rule.word()), "{text}: {found:#?}");
        assert!(!words(&found).contains(&"not-promql"), "{text}: {found:#?}");
    }
}

#[test]
fn sound_expressions_are_left_alone() {
    for text in [
        r#"http_requests_total{code=~"5.."}"#,
        r#"http_requests_total{job="api",code=~"5..|429"} offset 5m"#,
        r#"http_request_duration_seconds_bucket{le="0.3"}"#,
        r#"{__name__="http.requests",code="500"}"#,
        r#"{"http.requests",code="500"}"#,
        "sum(rate(http_requests_total[{{.window}}]))",
        "sum(increase(grpc_server_handled_total{grpc_code!~`OK|Not\\w+`}[{{ .window }}])) # all",
        r#"sum(rate(a_total{code=~"5.."}[{{.window}}])) / sum(rate(a_total[{{.window}}]))"#,
        r#"(sum(rate(a_total{code=~"5.."}[{{.window}}])) or vector(0)) / sum(rate(a_total[{{.window}}]))"#,
        r#"1 - sum(rate(a_seconds_bucket{le="0.5"}[5m])) / sum(rate(a_seconds_count[5m]))"#,
        r#"(sum(rate(a_count[5m])) - sum(rate(a_bucket{le="1"}[5m]))) / sum(rate(a_count[5m]))"#,
        r#"sum by (job) (rate(a_total{job="x"}[{{.window}}]))"#,
        "1 - avg_over_time(probe_success{job=\"blackbox\"}[{{.window}}])",
        "sum(http:errors:total)",
    ] {
        assert_eq!(expression(text), [], "{text}");
    }
}

#[test]
fn what_is_no_promql() {
    for text in [
        "",
        "sum(",
        "sum(a",
        "rate(a)",
        "a b",
        "sum(a[$__range])",
        "sum(rate(a[{{.windows}}]))",
        "foo(a)",
        "a[1e300]",
        "a{b=~\"(\"}",
    ] {
        assert_eq!(words(&expression(text)), ["not-promql"], "{text}");
    }
    assert_eq!(words(&expression(&"(".repeat(17_000))), ["too-large"]);
    let found = expression("rate(\u{1b}[31m");
    assert!(!found[0].message.contains('\u{1b}'));
}

#[test]
fn means() {
    check(
        Rule::Mean,
        &[
            "avg(http_latency_seconds)",
            "avg_over_time(response_time[5m])",
            "sum(rate(rt_seconds_sum[5m])) / sum(rate(rt_seconds_count[5m]))",
            "rt_seconds_sum / rt_seconds_count",
            "avg_over_time(slo:sli_error:ratio_rate5m[30d])",
            "avg(rate(a_total{code=\"500\"}[5m])) / avg(rate(a_total[5m]))",
        ],
        &[
            "avg_over_time(up{job=\"a\"}[{{.window}}])",
            "avg_over_time((a_seconds < bool 0.3)[5m:])",
            "sum(rate(bytes_sum[5m])) / sum(rate(requests_count[5m]))",
            "sum(rate(a_total[5m])) and on() avg(b) > 5",
        ],
    );
}

#[test]
fn precedence() {
    check(
        Rule::OrPrecedence,
        &[
            "sum(a) or vector(0) / sum(b)",
            "sum(rate(a[5m])) or vector(0) / sum(rate(b[5m]))",
            "sum(rate(a[5m])) or vector(0) * 100 / sum(rate(b[5m]))",
            "1 - (sum(rate(a[5m])) or vector(0) / sum(rate(b[5m])))",
            "sum(rate(a[5m])) or sum(rate(c[5m])) / sum(rate(b[5m]))",
            "sum(rate(a[5m])) or vector(0) + sum(rate(b[5m]))",
        ],
        &[
            "(sum(a) or vector(0)) / sum(b)",
            "sum(a) / sum(b) or vector(0)",
            "sum(rate(a[5m])) / sum(rate(b[5m])) or sum(rate(c[5m])) / sum(rate(d[5m]))",
            "sum(rate(a[5m])) or 0 * sum(rate(b[5m]))",
            "a:ratio or sum(rate(c[5m])) / sum(rate(b[5m]))",
            "sum(rate(a[5m])) or (vector(0) / sum(b))",
        ],
    );
}

#[test]
fn sums_before_rates() {
    check(
        Rule::SumBeforeRate,
        &[
            "rate(sum(x)[5m:])",
            "increase(sum by (job) (x)[1h:1m])",
            "rate((a + b)[5m:])",
            "sum(rate(job:x:sum[5m]))",
            "sum(increase(a:requests:rate5m[1h]))",
            "sum(increase(x:increase30d[1h]))",
            "job:errors:sum",
        ],
        &[
            "sum(rate(x[5m]))",
            "max_over_time(sum(rate(x[5m]))[1h:])",
            "rate(max without (replica) (x)[5m:])",
            "sum_over_time(x:increase5m[30d:5m])",
            "sum(rate(apiserver:requests_total[5m]))",
            "sum(rate(shop:ratings_total[5m]))",
            "sum(rate(x_sum[5m]))",
        ],
    );
}

#[test]
fn gauges_and_irate() {
    check(
        Rule::RateOfGauge,
        &[
            "sum(rate(go_goroutines[5m]))",
            "sum(increase(requests_in_flight[5m]))",
            "up{job=\"a\"}",
            "disk_usage_ratio",
        ],
        &[
            "sum(rate(up_total[5m]))",
            "sum(delta(queue_size[5m]))",
            "sum(rate(response_size_bytes_sum[5m]))",
            "upload_bytes",
        ],
    );
    check(Rule::Irate, &["sum(irate(a[5m]))"], &["sum(rate(irate[5m]))", "irate_total"]);
}

#[test]
fn buckets() {
    check(
        Rule::BucketWithoutLe,
        &[
            "sum(sum by (le) (rate(a_bucket[5m])))",
            "sum(rate(a_bucket[5m]))",
            "a_bucket{job=\"x\"}",
            "sum by (job) (increase(a_bucket[5m]))",
            "sum(sum by (le) (rate(a_bucket[5m])))",
        ],
        &[
            "sum(rate(a_bucket{le=\"0.3\"}[5m]))",
            "sum(rate(a_bucket{le=~\"0.3|0.30\"}[5m]))",
            "sum by (le) (rate(a_bucket[5m]))",
            "sum without (pod) (rate(a_bucket[5m]))",
            "rate(a_bucket[5m])",
            "histogram_quantile(0.9, sum by (le) (rate(a_bucket[5m])))",
            "histogram_quantile(0.9, rate(a_bucket[5m]))",
            "sum(rate(a_count[5m]))",
        ],
    );
}

#[test]
fn quantiles() {
    check(
        Rule::QuantileAsEvents,
        &[
            "histogram_quantile(0.9, sum by (le) (rate(a_bucket[5m])))",
            "quantile(0.9, a)",
            "quantile_over_time(0.9, a[5m])",
        ],
        &["sum(rate(a[5m]))", "quantile_total", "sum(rate(a[5m])) and on() quantile(0.9, b) > 1"],
    );
    check(
        Rule::QuantileWithoutLe,
        &[
            "histogram_quantile(0.9, sum(rate(a_bucket[5m])))",
            "histogram_quantile(0.9, sum by (job) (rate(a_bucket[5m])))",
        ],
        &[
            "histogram_quantile(0.9, sum by (job, le) (rate(a_bucket[5m])))",
            "histogram_quantile(0.9, sum without (pod) (rate(a_bucket[5m])))",
            "histogram_quantile(0.9, rate(a_bucket[5m]))",
            "histogram_quantile(0.9, sum(rate(a_native_seconds[5m])))",
        ],
    );
    check(
        Rule::QuantileWithoutRate,
        &[
            "histogram_quantile(0.9, http_request_duration_seconds)",
            "histogram_quantile(0.9, sum by (le) (a_bucket))",
        ],
        &[
            "histogram_quantile(0.9, sum by (le) (rate(a_bucket[5m])))",
            "histogram_quantile(0.9, sum by (le) (a:bucket:rate5m))",
            "histogram_quantile(0.9, sum by (le) (rate(a_bucket[5m])) * on() group_left max(node_name))",
        ],
    );
}

#[test]
fn ranges() {
    check(
        Rule::FixedRange,
        &[
            "sum(rate(a[{{.window}}])) / sum(rate(b[5m]))",
            "sum(rate(a[5m])) / sum(rate(b[{{.window}}]))",
            "sum(rate(a[{{.window}}])) + sum_over_time(b[5m:])",
        ],
        &[
            "sum(rate(a[{{.window}}])) / sum(rate(b[{{.window}}]))",
            "max_over_time(sum(rate(a[5m]))[{{.window}}:1m])",
            "sum(rate(a[{{.window}}])) and on() count_over_time(up[1h]) > 5",
            "sum(rate(a[{{.window}}])) or last_over_time(b[5m])",
            "sum(rate(a[5m])) / sum(rate(b[5m]))",
        ],
    );
    check(
        Rule::RangesDiffer,
        &["sum(rate(a[5m])) / sum(rate(b[10m]))", "sum(increase(a[1h])) / sum(increase(b[1d]))"],
        &[
            "sum(rate(a[5m])) / sum(rate(b[300s]))",
            "sum(rate(a[5m])) / sum(rate(a[1h]))",
            "sum(rate(a[5m])) / 3",
        ],
    );
}

#[test]
fn totals_and_units() {
    check(
        Rule::NoTotal,
        &["rate(bad_total[5m]) / 0.001", "sum(rate(bad_total[5m])) / (1 - 0.999)"],
        &[
            "(sum(rate(bad[5m])) / sum(rate(all[5m]))) / (1 - 0.999)",
            "sum(rate(a_total[5m])) / 60",
            "a:ratio / 0.001",
            "sum(rate(a[5m])) / sum(rate(b[5m]))",
        ],
    );
    check(
        Rule::UnitsDiffer,
        &["sum(increase(a[5m])) / sum(rate(b[5m]))", "1 - sum(rate(a[5m])) / sum(increase(b[5m]))"],
        &["sum(rate(a[5m])) * 300 / sum(increase(b[5m]))", "sum(rate(a[5m])) / sum(irate(b[5m]))"],
    );
}

#[test]
fn several_series() {
    check(
        Rule::SeveralSeries,
        &[
            "sum by (job) (rate(a[5m]))",
            "rate(a[5m])",
            "sum without (pod) (rate(a[5m]))",
            "sum by (job) (rate(a[5m])) / sum by (job) (rate(b[5m]))",
            "histogram_quantile(0.9, sum by (job, le) (rate(a_bucket[5m])))",
        ],
        &[
            "sum(sum by (job) (rate(a[5m])))",
            "a_total",
            "sum by (job) (rate(a{job=\"x\"}[5m]))",
            "histogram_quantile(0.9, sum by (le) (rate(a_bucket[5m])))",
            "sum(rate(a[5m])) and on() sum by (job) (rate(b[5m]))",
            "scalar(rate(a[5m]))",
            "max without (window) (slo:errors:ratio{id=\"x\"})",
        ],
    );
}

#[test]
fn system_metrics() {
    check(
        Rule::SystemMetric,
        &[
            "sum(rate(node_cpu_seconds_total[5m]))",
            "container_memory_working_set_bytes",
            "jvm_gc_pause_seconds_count",
        ],
        &["process_payments_total", "sum(rate(a[5m])) unless on() node_load1 > 10", "go_live_total"],
    );
}

#[test]
fn histograms() {
    assert_eq!(histogram("http_request_duration_seconds{job=\"a\"}"), []);
    assert_eq!(histogram("transforms"), []);
    for (text, rule) in [
        ("http_requests_total", "not-a-histogram"),
        ("sum(rt_seconds)", "not-a-histogram"),
        ("up", "not-a-histogram"),
        ("rt_milliseconds", "histogram-unit"),
        ("jvm_gc_pause_seconds", "system-metric"),
        ("rt{", "not-promql"),
    ] {
        assert_eq!(words(&histogram(text)), [rule], "{text}");
    }
}

#[test]
fn findings_point_at_the_text_as_written() {
    let text =
        "# by sum\nsum(irate(a_total{irate=\"irate\"}[{{.window}}])) / sum(irate(a_total[{{.window}}]))";
    let found = expression(text);
    let spans: Vec<_> =
        found.iter().filter(|f| f.rule == Rule::Irate).map(|f| f.span.clone().unwrap()).collect();
    assert_eq!(spans.iter().map(|span| &text[span.clone()]).collect::<Vec<_>>(), ["irate"]);
    assert_eq!(spans[0].start, text.find("irate").unwrap());
    let text = "sum(rate(go_threads[{{ .window }}]))";
    let found = expression(text);
    assert!(found.iter().all(|finding| &text[finding.span.clone().unwrap()] == "go_threads"), "{found:#?}");
}
