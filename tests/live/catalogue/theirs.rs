//! What each tool computes, written out in its own shape from reading it. Nothing here calls burnwatch.

use crate::truth::{DAY, NOW};

#[derive(Clone, Copy, Debug)]
pub(crate) enum Figure {
    Remaining,
    ToDate,
    Burn(&'static str),
}

/// One figure of one SLO, and an expression for it.
#[derive(Clone, Debug)]
pub(crate) struct Claim {
    pub(crate) id: String,
    pub(crate) figure: Figure,
    pub(crate) expr: String,
    /// The most by which they may differ: of the budget, or of the figure where that is more.
    pub(crate) within: f64,
}

/// Half a hundredth of the budget: what the sum of cells may differ from one long range.
const PROMISE: f64 = 0.005;

fn claim(id: &str, figure: Figure, expr: String, within: f64) -> Claim {
    Claim { id: id.to_owned(), figure, expr, within }
}

/// A ratio by the window it is taken over.
pub(crate) type Ratio = fn(&str) -> String;

fn requests(service: &str, window: &str) -> String {
    let of = |more: &str| format!("sum(rate(http_requests_total{{service=\"{service}\"{more}}}[{window}]))");
    format!("({}) / ({})", of(",code=~\"5..\""), of(""))
}

fn slow(service: &str, le: &str, window: &str) -> String {
    let of = |series: &str, more: &str| {
        format!("sum(rate(http_request_duration_seconds_{series}{{service=\"{service}\"{more}}}[{window}]))")
    };
    format!("1 - {} / {}", of("bucket", &format!(",le=~\"{le}\"")), of("count", ""))
}

/// The windows of burn rates, and their minutes.
pub(crate) const WINDOWS: [(&str, f64); 7] =
    [("5m", 5.0), ("30m", 30.0), ("1h", 60.0), ("2h", 120.0), ("6h", 360.0), ("1d", 1440.0), ("3d", 4320.0)];

/// The shop is scraped once a minute and makes an error every three: of the five steps of a cell four are seen, and the
/// fifth is taken to be like them. In so many errors that is chance, by its root at the most.
fn few(id: &str, minutes: f64, budget: f64) -> f64 {
    let errors: f64 = 0.0002 * 30.0 * 60.0 * minutes;
    if id == "shops/shop-errors" { errors.sqrt() / (30.0 * 60.0 * minutes * budget) } else { 0.0 }
}

/// The SLOs of the file with their targets.
pub(crate) const SLOTHS: [(&str, f64, Ratio); 5] = [
    ("shops/checkout-errors", 0.97, |window| requests("checkout", window)),
    ("shops/shop-errors", 0.999, |window| requests("shop", window)),
    ("shops/api-slow", 0.945, |window| slow("api", "0.3", window)),
    ("shops/mobile-slow", 0.97, |window| slow("mobile", "1.0", window)),
    ("shops/login", 0.99, |window| format!("1 - avg(avg_over_time(probe_ok{{probe=\"login\"}}[{window}]))")),
];

/// The mean of a month of five-minute ratios. Hours without a request are NaN to Sloth, and so is its mean of a month with
/// them; it is the mean of the rest that can be compared.
pub(crate) fn mean(ratio: Ratio) -> String {
    format!("avg_over_time((({}) >= 0)[30d:5m])", ratio("5m"))
}

/// Sloth, of slok/sloth `internal/plugin/slo/core`: the period is the mean of the five-minute ratios, each burn rate
/// the ratio of its own window.
pub(crate) fn sloth() -> Vec<Claim> {
    let mut claims = Vec::new();
    for (id, target, ratio) in SLOTHS {
        let budget = 1.0 - target;
        claims.push(claim(id, Figure::Remaining, format!("1 - {} / {budget}", mean(ratio)), PROMISE));
        for (window, minutes) in WINDOWS {
            let expr = format!("({}) / {budget}", ratio(window));
            claims.push(claim(id, Figure::Burn(window), expr, PROMISE.max(few(id, minutes, budget))));
        }
    }
    claims
}

/// As Sloth itself has it.
pub(crate) fn sloth_month_of_the_shop() -> String {
    let range = format!("({})[30d:5m]", requests("shop", "5m"));
    format!("sum_over_time({range}) / count_over_time({range})")
}

/// Pyrra, of pyrra-dev/pyrra `slo/promql.go`: what is left of the errors that the increase of four weeks allows.
pub(crate) fn pyrra() -> Vec<Claim> {
    let left = |target: f64, errors: &str, total: &str| {
        format!("((1 - {target}) - ({errors} or vector(0)) / {total}) / (1 - {target})")
    };
    let counted = |metric: &str, matchers: &str, window: &str| {
        format!("sum(increase({metric}{{{matchers}}}[{window}]))")
    };
    let requests = |target: f64, matchers: &str| {
        let metric = "http_requests_total";
        let errors = counted(metric, &format!("{matchers},code=~\"5..\""), "4w");
        left(target, &errors, &counted(metric, matchers, "4w"))
    };
    let slow = |target: f64, service: &str, window: &str| {
        let matchers = format!("service=\"{service}\"");
        let total = counted("http_request_duration_seconds_count", &matchers, window);
        let fast = counted("http_request_duration_seconds_bucket", &format!("{matchers},le=\"0.3\""), window);
        left(target, &format!("({total} - {fast})"), &total)
    };
    let mut claims = vec![
        claim("orders/orders-errors", Figure::Remaining, requests(0.985, "service=\"orders\""), PROMISE),
        claim("shop/shop-slow", Figure::Remaining, slow(0.98, "shop", "4w"), PROMISE),
    ];
    for service in ["checkout", "cart", "orders", "search", "shop", "payments"] {
        let id = format!("front/all-errors{{service=\"{service}\"}}");
        let matchers = format!("instance=\"a\",service=\"{service}\"");
        claims.push(claim(&id, Figure::Remaining, requests(0.97, &matchers), PROMISE));
    }
    for service in ["api", "mobile", "shop"] {
        let id = format!("front/all-slow{{service=\"{service}\"}}");
        claims.push(claim(&id, Figure::Remaining, slow(0.95, service, "2w"), PROMISE));
    }
    let samples = |function: &str| format!("sum({function}_over_time(probe_ok{{probe=\"login\"}}[4w]))");
    let down = format!("({} - {})", samples("count"), samples("sum"));
    claims.push(claim("front/login", Figure::Remaining, left(0.99, &down, &samples("count")), PROMISE));
    claims
}

/// `OpenSLO`'s three methods, by its own definitions.
pub(crate) fn openslo(at: i64) -> Vec<Claim> {
    let errors = |service: &str, window: &str| {
        let of = |more: &str| {
            format!("sum(increase(http_requests_total{{service=\"{service}\"{more}}}[{window}]))")
        };
        format!("(1 - {} / {})", of(",code!~\"5..\""), of(""))
    };
    let left = |target: f64, errors: &str| format!("1 - {errors} / (1 - {target})");
    // The month began at 23:00 UTC of the last day of December.
    let month = format!("{}s", at - (NOW - 19 * DAY - 11 * 3600));
    let missed = |service: &str, bound: f64, window: &str| {
        format!("avg_over_time(({} > bool {bound})[{window}:5m])", errors(service, "5m"))
    };
    let whole = (31 * DAY) as f64;
    let so_far = (at - (NOW - 19 * DAY - 11 * 3600)) as f64;
    let depth = "avg_over_time((max(queue_depth{queue=\"mail\"}) > bool 10)[28d:1m])";
    vec![
        claim("checkout/events", Figure::Remaining, left(0.97, &errors("checkout", "28d")), PROMISE),
        claim("checkout/slices", Figure::Remaining, left(0.995, &missed("checkout", 0.05, "30d")), PROMISE),
        claim(
            "checkout/means",
            Figure::Remaining,
            left(0.97, &format!("avg_over_time({}[30d:5m])", errors("checkout", "5m"))),
            PROMISE,
        ),
        claim("checkout/month-as-promised", Figure::ToDate, left(0.97, &errors("checkout", &month)), PROMISE),
        claim("checkout/month-as-hoped", Figure::ToDate, left(0.975, &errors("checkout", &month)), PROMISE),
        // All slices of the month are known beforehand, those to come as good.
        claim(
            "orders/month-slices",
            Figure::Remaining,
            left(0.999, &format!("{} * {}", missed("orders", 0.1, &month), so_far / whole)),
            PROMISE,
        ),
        claim("mail/queue", Figure::Remaining, left(0.99, depth), PROMISE),
    ]
}
