//! Alerts in the shape that Sloth and Pyrra generate, written out from reading their generators (slok/sloth,
//! `internal/plugin/slo/core`; pyrra-dev/pyrra, `slo/rules.go`), with the recorded ratios put in place of their
//! names. Nothing here calls burnwatch.

/// The ratio of a window as their users write it or as they write it for them.
pub(crate) type Ratio = fn(&str) -> String;

/// Sloth's `events`: both queries in brackets.
pub(crate) fn sloth_errors(window: &str) -> String {
    format!(
        "(sum(rate(http_requests_total{{service=\"shop\",code=~\"(5..)\"}}[{window}])))\n/\n\
         (sum(rate(http_requests_total{{service=\"shop\"}}[{window}])))\n"
    )
}

/// Sloth's `raw`.
pub(crate) fn sloth_slow(window: &str) -> String {
    format!(
        "(1 - sum(rate(http_request_duration_seconds_bucket{{service=\"shop\",le=\"0.3\"}}[{window}])) / \
         sum(rate(http_request_duration_seconds_count{{service=\"shop\"}}[{window}])))"
    )
}

/// Pyrra's `ratio`.
pub(crate) fn pyrra_errors(window: &str) -> String {
    format!(
        "sum(rate(http_requests_total{{code=~\"5..\",service=\"shop\"}}[{window}])) / \
         sum(rate(http_requests_total{{service=\"shop\"}}[{window}]))"
    )
}

/// Pyrra's `ratio` with `grouping: [service]`.
pub(crate) fn pyrra_errors_by_service(window: &str) -> String {
    format!(
        "sum by (service) (rate(http_requests_total{{code=~\"5..\"}}[{window}])) / \
         sum by (service) (rate(http_requests_total[{window}]))"
    )
}

/// Pyrra's `latency`.
pub(crate) fn pyrra_slow(window: &str) -> String {
    let all = format!("sum(rate(http_request_duration_seconds_count{{service=\"shop\"}}[{window}]))");
    let fast =
        format!("sum(rate(http_request_duration_seconds_bucket{{le=\"0.3\",service=\"shop\"}}[{window}]))");
    format!("({all} - {fast}) / {all}")
}

/// One half of Sloth's alert. The budget is as Go computes it: `(100 - 99.9) / 100`.
pub(crate) fn sloth_tier(ratio: Ratio, short: &str, long: &str, factor: &str, budget: &str) -> String {
    format!(
        "(\n    max(({}) > ({factor} * {budget})) without (sloth_window)\n    and\n    \
         max(({}) > ({factor} * {budget})) without (sloth_window)\n)",
        ratio(short),
        ratio(long)
    )
}

/// One of Pyrra's four alerts.
pub(crate) fn pyrra_tier(ratio: Ratio, short: &str, long: &str, factor: &str, target: &str) -> String {
    format!(
        "({}) > ({factor} * (1-{target})) and ({}) > ({factor} * (1-{target}))",
        ratio(short),
        ratio(long)
    )
}
