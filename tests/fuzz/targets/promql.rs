//! `PromQL` as people write it: the lint, our own reading of selectors, and what would be asked.
#![no_main]

use burnwatch::domain::promql::Selector;
use burnwatch::domain::promql::scan::without_comments;
use burnwatch::domain::slo::objective::Objective;
use burnwatch::domain::slo::sli::{Latency, Side, Sli};
use burnwatch::domain::slo::window::Window;
use burnwatch::source::prometheus::doors::asked;
use burnwatch::source::prometheus::lint::{Finding, expression, histogram, pair};
use burnwatch::source::prometheus::promql::{classify, classify_histogram};
use burnwatch::text::is_unsafe;
use libfuzzer_sys::fuzz_target;

fn told(findings: &[Finding], text: &str) {
    assert!(findings.len() <= 24);
    for finding in findings {
        assert!(!finding.message.chars().any(is_unsafe), "{finding:?}");
        if let Some(at) = &finding.span {
            assert!(text.get(at.clone()).is_some(), "{finding:?} of {text:?}");
        }
    }
}

fuzz_target!(|text: &str| {
    told(&expression(text), text);
    told(&histogram(text), text);
    let (part, total) = text.split_once('\n').unwrap_or((text, "requests_total"));
    for side in [Side::Bad, Side::Good] {
        told(&pair(side, part, total), part);
    }
    if let Ok(read) = classify(text) {
        read.over(Window::minutes(5));
    }
    let _ = classify_histogram(text);
    if let Ok(selector) = Selector::parse(&without_comments(text)) {
        assert_eq!(Selector::parse(&selector.text()).as_ref(), Ok(&selector), "{text:?}");
    }
    let latency = Sli::Latency(Latency { histogram: part.to_owned(), threshold: 0.3, native: false });
    let target = "99.9%".parse().expect("a target");
    let slo = Objective::new("a", "b", "main", latency, target, Window::days(30));
    let _ = asked(&slo, Window::minutes(5));
});
