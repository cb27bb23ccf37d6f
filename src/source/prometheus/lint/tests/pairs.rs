//! Part and total: the table of what fits and what does not.

use crate::domain::slo::sli::Side::{self, Bad, Good};
use crate::source::prometheus::lint::pair;

/// Side, part, total, and the rules that must be set off.
type Case = (Side, &'static str, &'static str, &'static [&'static str]);

const FITTING: &[Case] = &[
    // The part narrows by how requests ended.
    (Bad, r#"http{code=~"5.."}"#, "http", &[]),
    (Bad, r#"http{job="a",code=~"5.."}"#, r#"http{job="a"}"#, &[]),
    (Bad, r#"http{job="a",code=~"5..|429|499"}"#, r#"http{job="a"}"#, &[]),
    (Good, r#"http{code!~"5.."}"#, "http", &[]),
    (Good, r#"http{code=~"2..|3.."}"#, "http", &[]),
    (Bad, r#"http{status="error"}"#, "http", &[]),
    (Bad, r#"http{status!="success"}"#, "http", &[]),
    (Bad, r#"jobs{result="failed",job="a"}"#, r#"jobs{job="a"}"#, &[]),
    (Bad, r#"grpc{grpc_code=~"Internal|Unavailable"}"#, "grpc", &[]),
    // The total leaves out what the part never counts.
    (Bad, r#"http{code=~"5.."}"#, r#"http{code!~"4.."}"#, &[]),
    (Bad, r#"http{code="503"}"#, r#"http{code=~"2..|5.."}"#, &[]),
    (Bad, r#"http{code=~"5.."}"#, r#"http{code!=""}"#, &[]),
    (Bad, r#"http{code=~"5.."}"#, r#"http{code=~".+"}"#, &[]),
    (Bad, r#"http{code!~"[1234].."}"#, r#"http{code!~"4.."}"#, &[]),
    // A scope alone is what the SLI is about.
    (Bad, r#"http{path="/error"}"#, "http", &[]),
    // The same scope in other words.
    (Bad, r#"http{job="a",code="500"}"#, r#"http{job=~"a"}"#, &[]),
    (Bad, r#"http{path!~"/a|/b",code="500"}"#, r#"http{path!~"/b|/a"}"#, &[]),
    (Bad, r#"http{path=~"/api/.*",code="500"}"#, r#"http{path=~"/api/.*"}"#, &[]),
    (Bad, r#"http{host=~"a.example",code="500"}"#, r#"http{host="a.example"}"#, &[]),
    (Bad, r#"http{path=~"/api/.*",code="500"}"#, r#"http{path=~"/api/.+"}"#, &[]),
    (Bad, r#"http{code=~"5.."}"#, r#"http{code=~"5[0-9]{2}|2.*"}"#, &[]),
    // Histograms.
    (Good, r#"rt_bucket{le="0.3"}"#, "rt_count", &[]),
    (Good, r#"rt_bucket{le="0.3"}"#, r#"rt_bucket{le="+Inf"}"#, &[]),
    (Good, r#"rt_bucket{le="0.3",code!~"5.."}"#, "rt_count", &[]),
    (Good, r#"rt_bucket{le="0.3",job="a"}"#, r#"rt_count{job="a"}"#, &[]),
    // Other metrics: a label may mean something else, or be in the name.
    (Bad, "checkout_errors_total", r#"http_requests_total{job="checkout"}"#, &[]),
    (Bad, r#"errors_total{type="timeout"}"#, r#"requests_total{type="http"}"#, &[]),
    (Bad, r#"errors_total{job="a"}"#, r#"requests_total{job="a",code!="404"}"#, &[]),
    // Templates.
    (Bad, r#"sum(increase(a{code="500"}[{{.window}}])) or vector(0)"#, "a", &[]),
    (
        Bad,
        r#"sum(rate(a[{{.window}}])) - sum(rate(a{code!~"5.."}[{{.window}}]))"#,
        "sum(rate(a[{{.window}}]))",
        &[],
    ),
    (Bad, "sum(rate(a{x=\"1\"}[{{.window}}])) * 60", "sum(increase(a[{{.window}}]))", &[]),
    (Bad, "count(rate(a[{{.window}}]) > 1)", "count(rate(a[{{.window}}]))", &[]),
    (Bad, "a{b=\"1\"} offset 5m", "a", &[]),
    (Bad, r#"a{x="1" or y="2"}"#, r#"a{job="b"}"#, &[]),
    (Bad, r#"a{x="1"}"#, r#"a{job="b" or job="c"}"#, &[]),
    (Bad, "not promql", "a", &[]),
];

const DOUBTFUL: &[Case] = &[
    (Bad, r#"http{code=~"5.."}"#, r#"http{job="a"}"#, &["part-outside-total"]),
    (Bad, r#"http{code=~"5.."}"#, r#"http{path!="/healthz"}"#, &["part-outside-total"]),
    (Bad, r#"http{job="a",code="500"}"#, r#"http{job="b"}"#, &["part-outside-total", "total-too-wide"]),
    (Bad, r#"http{code=~"5.."}"#, r#"http{code=~"2.."}"#, &["part-outside-total"]),
    (Bad, r#"http{code=~"4..|5.."}"#, r#"http{code!~"4.."}"#, &["part-outside-total"]),
    (Bad, r#"http{job=~"a.*",code="500"}"#, r#"http{job="a"}"#, &["part-outside-total"]),
    (Bad, r#"http{path!="/a",code="500"}"#, r#"http{path=~"/api/.*"}"#, &["part-outside-total"]),
    (Good, r#"rt_bucket{le="0.3"}"#, r#"rt_count{code!~"5.."}"#, &["part-outside-total"]),
    (Bad, r#"errors_total{service="a"}"#, r#"requests_total{service="b"}"#, &["part-outside-total"]),
    (Bad, r#"http{job="a",code=~"5.."}"#, "http", &["total-too-wide"]),
    (Good, r#"http{code!~"5..",path!="/healthz"}"#, "http", &["total-too-wide"]),
    (Bad, r#"http{job="a",code="500"}"#, r#"http{job=~"a|b"}"#, &["total-too-wide"]),
    (Good, r#"rt_bucket{le="0.3",job="a"}"#, "rt_count", &["total-too-wide"]),
    (Bad, "http", "http", &["part-is-total"]),
    (Bad, r#"http{a="1",b="2"}"#, r#"http{b="2",a="1"}"#, &["part-is-total"]),
    // The success of a latency indicator that takes only failures.
    (Good, r#"rt_bucket{le="0.2",status=~"5.."}"#, "rt_count", &["wrong-side"]),
    (Good, r#"http{code=~"5.."}"#, "http", &["wrong-side"]),
    (Bad, r#"http{code=~"2.."}"#, "http", &["wrong-side"]),
    (Bad, "errors", "sum(rate(requests[{{.window}}]))", &[]),
];

#[test]
fn part_and_total() {
    for (side, part, total, want) in FITTING.iter().chain(DOUBTFUL) {
        let found = pair(*side, part, total);
        let words: Vec<_> = found.iter().map(|finding| finding.rule.word()).collect();
        assert_eq!(words, *want, "{part} of {total}: {found:#?}");
    }
}

#[test]
fn a_quotient_is_a_pair() {
    let query = r#"sum(rate(http{code=~"5.."}[5m])) / sum(rate(http{job="a"}[5m]))"#;
    let found = super::expression(query);
    assert_eq!(super::words(&found), ["part-outside-total"]);
    assert_eq!(&query[found[0].span.clone().unwrap()], "http");
    let share = "sum by (code) (rate(http[5m])) / ignoring (code) group_left sum(rate(http[5m]))";
    assert!(!super::words(&super::expression(share)).contains(&"part-is-total"));
}
