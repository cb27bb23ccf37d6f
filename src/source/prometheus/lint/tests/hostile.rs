//! Text that means no good, or nothing at all.

use proptest::prelude::*;

use super::words;
use crate::domain::slo::sli::Side;
use crate::source::prometheus::lint::{Rule, expression, histogram, pair};

proptest! {
    #[test]
    fn no_text_breaks_it(text in r#"(sum|rate|by|or|offset|inf|a|x_bucket|le|[0-9ex.]{1,4}|[(){}\[\]"'`\\#=~!,:/*+@ -]|\{\{\.window\}\}|é|\u{202e}|\x1b|\PC){0,40}"#) {
        for finding in expression(&text).into_iter().chain(histogram(&text)) {
            prop_assert!(!finding.message.contains(crate::text::is_unsafe), "{:?}", finding.message);
            prop_assert!(finding.span.is_none_or(|span| text.get(span).is_some()));
        }
        let _ = pair(Side::Bad, &text, "sum(rate(a[5m]))");
    }

    #[test]
    fn no_query_breaks_it(text in query()) {
        for finding in expression(&text) {
            prop_assert!(finding.rule != Rule::NotPromql, "{}: {}", text, finding.message);
            prop_assert!(finding.span.is_none_or(|span| text.get(span).is_some()));
        }
    }
}

/// Queries that are well formed.
fn query() -> impl Strategy<Value = String> {
    let selector = prop_oneof![Just("a_total"), Just("b_bucket{le=\"1\"}"), Just("job:x:sum{a!~`\\d|b`}")];
    let leaf = (
        selector,
        prop_oneof![Just("rate"), Just("increase"), Just("irate")],
        prop_oneof![Just("5m"), Just("{{.window}}")],
    )
        .prop_map(|(selector, call, range)| format!("{call}({selector}[{range}] offset 1h)"));
    leaf.prop_recursive(5, 24, 2, |inner| {
        prop_oneof![
            (
                inner.clone(),
                inner.clone(),
                prop_oneof![Just("/"), Just("or"), Just("and"), Just("-"), Just("< bool")]
            )
                .prop_map(|(left, right, op)| format!("{left} {op} {right}")),
            inner.clone().prop_map(|inner| format!("sum by (le) ({inner})")),
            inner.clone().prop_map(|inner| format!("rate(({inner})[5m:])")),
            inner.prop_map(|inner| format!("-({inner})")),
        ]
    })
}

#[test]
fn the_deepest_query_that_is_looked_at_fits_the_stack() {
    let chain = format!("a{}", " + a".repeat(200));
    let nest = format!("{}{chain}{}", "abs(".repeat(47), ")".repeat(47));
    assert_eq!(words(&expression(&nest)), Vec::<&str>::new());
    let minus = format!("{}a", "-".repeat(200));
    assert_eq!(words(&expression(&minus)), Vec::<&str>::new());
    assert_eq!(words(&expression(&format!("-{minus}"))), ["too-large"]);
}

#[test]
fn odd_times_and_texts_do_not_break_the_parser() {
    for text in [
        "a[999999999999999]",
        "a[99999999y]",
        "a offset 99999999999999",
        "a[5m] offset 99999999y",
        "a @ 1e300",
        "a + fill_left(1e300) b",
        "1e999",
        "{a=\"\\xff\"}",
        "{a=`\n`}",
    ] {
        assert!(!words(&expression(text)).contains(&"not-promql"), "{text}");
    }
    for text in [
        "a @ -inf",
        "a[0x5]",
        "a[5m:0s]",
        "a[5m:][5m:][5m:]",
        "{a=\"\\é\"}",
        "\"\\777\"",
        "-a[5m]",
        "topk(1)",
    ] {
        assert_eq!(words(&expression(text)), ["not-promql"], "{text}");
    }
}

#[test]
fn labels_from_outside_reach_no_terminal() {
    let query = "sum by (\"a\u{202e}\u{1b}[31mb\") (rate(x{job=\"\u{1b}[2J\"}[5m])) / sum(rate(x[5m]))";
    let found = expression(query);
    assert_eq!(words(&found), ["several-series"]);
    assert!(found[0].message.contains("`ab`"), "{}", found[0].message);
    let found = pair(Side::Bad, "x{code=\"500\"}", "x{job=\"\u{1b}[2J\u{202e}k\"}");
    assert_eq!(words(&found), ["part-outside-total"]);
    assert!(!found[0].message.contains(crate::text::is_unsafe), "{}", found[0].message);
}
