//! Trees and critical paths worked out by hand.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;

fn id() -> TraceId {
    TraceId::parse("4bf92f3577b34da6a3ce929d0e0e4736").unwrap()
}

/// A span from `from` to `to` milliseconds; parent 0 is none.
fn span(id: u64, parent: u64, from: u64, to: u64) -> Span {
    let mut span =
        Span::new(SpanId(id), (parent > 0).then_some(SpanId(parent)), "checkout", &format!("s{id}"));
    span.start = Some(Nanos::millis(1000 + from));
    span.duration = Some(Nanos::millis(to - from));
    span
}

fn trace(spans: Vec<Span>) -> Trace {
    Trace::of(id(), spans, 0).unwrap()
}

/// Name and depth of each span, in order.
fn tree(trace: &Trace) -> Vec<(&str, usize)> {
    trace.nodes.iter().map(|node| (node.span.name.as_str(), node.depth)).collect()
}

/// Name and the parts of the critical path, in milliseconds.
fn path(trace: &Trace) -> Vec<(&str, Vec<(u64, u64)>)> {
    let at = |at: Nanos| (at - Nanos::millis(1000)).0 / 1_000_000;
    let on = trace.nodes.iter().filter(|node| node.on_path);
    on.map(|node| {
        (node.span.name.as_str(), node.critical.iter().map(|(from, to)| (at(*from), at(*to))).collect())
    })
    .collect()
}

#[test]
fn children_stand_under_their_parent_by_their_start() {
    let trace = trace(vec![span(4, 2, 20, 30), span(3, 1, 50, 90), span(2, 1, 10, 40), span(1, 0, 0, 100)]);
    assert_eq!(tree(&trace), [("s1", 0), ("s2", 1), ("s4", 2), ("s3", 1)]);
    assert_eq!(trace.nodes.iter().map(|node| node.after).collect::<Vec<_>>(), [4, 3, 3, 4]);
    assert_eq!((trace.duration(), trace.doubts()), (Nanos::millis(100), Vec::new()));
}

#[test]
fn what_is_missing_doubled_or_circular_is_shown_and_said() {
    let told = vec![
        span(1, 0, 0, 100),
        span(1, 0, 0, 100),
        span(3, 9, 5, 20),
        span(5, 6, 30, 40),
        span(6, 5, 31, 39),
        span(7, 7, 50, 60),
        span(8, 5, 20, 25),
    ];
    let trace = trace(told);
    assert_eq!(tree(&trace), [("s1", 0), ("s3", 0), ("s7", 0), ("s5", 0), ("s8", 1), ("s6", 1)]);
    let doubts = trace.doubts();
    assert_eq!(doubts[0], "3 spans without their parents");
    assert_eq!(doubts.last().map(String::as_str), Some("1 span told twice"));
    assert_eq!(trace.root().unwrap().span.name, "s1");
    assert!(Trace::of(id(), Vec::new(), 0).is_none());
}

#[test]
fn the_two_halves_of_a_shared_span_are_caller_and_answer() {
    let half = |kind, from, to| Span { kind, ..span(2, 1, from, to) };
    for turned in [false, true] {
        let mut told = vec![half(Kind::Client, 10, 60), half(Kind::Server, 20, 50)];
        if turned {
            told.reverse();
        }
        told.extend([span(1, 0, 0, 100), span(3, 2, 30, 40)]);
        let trace = trace(told);
        let kinds: Vec<_> = trace.nodes.iter().map(|node| (node.span.kind.word(), node.depth)).collect();
        assert_eq!(kinds, [("internal", 0), ("client", 1), ("server", 2), ("internal", 3)]);
        assert!(trace.doubts().is_empty());
    }
}

/// A call of `web` that `db` answers, under one id: each side has work of its own under it.
#[test]
fn what_hangs_under_a_shared_id_belongs_to_the_half_of_its_service() {
    let of = |service: &str, kind, span: Span| Span { service: service.into(), kind, ..span };
    let told = vec![
        of("web", Kind::Client, span(1, 0, 0, 100)),
        of("db", Kind::Server, span(1, 0, 20, 90)),
        of("web", Kind::Internal, span(2, 1, 0, 15)),
        of("db", Kind::Internal, span(3, 1, 30, 80)),
        of("disk", Kind::Server, span(4, 1, 40, 70)),
    ];
    let trace = trace(told);
    let tree: Vec<_> = trace.nodes.iter().map(|node| (node.span.service.as_str(), node.depth)).collect();
    assert_eq!(tree, [("web", 0), ("web", 1), ("db", 1), ("db", 2), ("disk", 2)]);
    assert!(trace.doubts().is_empty());
}

/// A call that a second server answered after the first had failed it.
#[test]
fn two_answers_to_one_call_are_both_there() {
    let of = |service: &str, kind, span: Span| Span { service: service.into(), kind, ..span };
    let mut failed = of("db-1", Kind::Server, span(1, 0, 10, 30));
    failed.fail("shutting down");
    let told = vec![
        of("web", Kind::Client, span(1, 0, 0, 100)),
        failed,
        of("db-2", Kind::Server, span(1, 0, 40, 90)),
    ];
    let trace = trace(told);
    let tree: Vec<_> = trace.nodes.iter().map(|node| (node.span.service.as_str(), node.depth)).collect();
    assert_eq!((tree.as_slice(), trace.errors()), ([("web", 0), ("db-1", 1), ("db-2", 1)].as_slice(), 1));
}

#[test]
fn a_span_that_is_told_in_parts_is_one_and_keeps_its_failure() {
    let begun = Span { duration: None, ..span(1, 0, 5, 5) };
    let mut done = Span { start: None, ..span(1, 0, 0, 90) };
    done.fail("no row");
    done.attribute("rows", "0");
    for turned in [false, true] {
        let mut told = vec![begun.clone(), done.clone()];
        if turned {
            told.reverse();
        }
        let trace = trace(told);
        let span = &trace.nodes[0].span;
        assert_eq!((trace.nodes.len(), span.duration, span.start), (1, done.duration, begun.start));
        assert_eq!((span.error.as_deref(), span.attributes.len()), (Some("no row"), 1));
        assert_eq!(trace.doubts(), ["1 span told twice"]);
    }
}

#[test]
fn one_id_for_everything_is_kept_within_bounds() {
    let of = |n: u64| Span { service: n.to_string(), ..span(1, 0, n, n + 1) };
    let trace = trace((0..20_000).map(of).collect());
    assert_eq!((trace.nodes.len(), trace.doubles), (8, 19_992));
}

#[test]
fn unknown_starts_and_durations_are_taken_from_the_family() {
    let open = Span { duration: None, ..span(1, 0, 0, 0) };
    let blank = Span { start: None, ..span(3, 2, 0, 5) };
    let trace = trace(vec![open, span(2, 1, 10, 70), blank]);
    assert_eq!(trace.duration(), Nanos::millis(70));
    assert_eq!((trace.nodes[2].start, trace.nodes[2].end), (Nanos::millis(1010), Nanos::millis(1015)));
}

/// ```text
/// s1 0 ─────────────────────────── 100
///   s2 10 ────── 40                      waited for
///     s4   20 ─ 30                       waited for
///   s3       35 ────────── 80            waited for: ended last; runs beside s2, which is so not on the path
///   s5 5 ─── 35                          waited for: ended when s3 began
/// ```
#[test]
fn the_path_goes_back_from_the_end_by_who_ended_last() {
    let told = vec![
        span(1, 0, 0, 100),
        span(2, 1, 10, 40),
        span(4, 2, 20, 30),
        span(3, 1, 35, 80),
        span(5, 1, 5, 35),
    ];
    let trace = trace(told);
    let golden = [("s1", vec![(0, 5), (80, 100)]), ("s5", vec![(5, 35)]), ("s3", vec![(35, 80)])];
    assert_eq!(path(&trace), golden);
    assert_eq!(trace.nodes[0].own(), Nanos::millis(25));
}

#[test]
fn a_child_that_outlives_its_parent_counts_within_it_and_a_detached_one_not_at_all() {
    let late = span(2, 1, 60, 150);
    let detached = Span { detached: true, ..span(3, 1, 10, 99) };
    let early = Span { ..span(4, 1, 0, 30) };
    let mut root = span(1, 0, 20, 100);
    root.error = Some(String::new());
    let trace = trace(vec![root, late, detached, early]);
    assert_eq!(path(&trace), [("s1", vec![(30, 60)]), ("s4", vec![(20, 30)]), ("s2", vec![(60, 100)])]);
    assert_eq!((trace.skewed(), trace.errors(), trace.duration()), (2, 1, Nanos::millis(150)));
}

/// `send` does not wait for `take`; `take` is done when `handle` is.
#[test]
fn a_message_is_not_awaited_and_what_is_done_with_it_is() {
    let of = |kind, span: Span| Span { kind, ..span };
    let told = vec![
        of(Kind::Producer, span(1, 0, 0, 100)),
        of(Kind::Consumer, span(2, 1, 20, 90)),
        of(Kind::Consumer, span(3, 2, 30, 80)),
    ];
    assert_eq!(path(&trace(told.clone())), [("s1", vec![(0, 100)])]);
    let taken = told.into_iter().skip(1).collect();
    assert_eq!(path(&trace(taken)), [("s2", vec![(20, 30), (80, 90)]), ("s3", vec![(30, 80)])]);
}

/// The clock of who answers is 500 ms ahead, or 5 behind; what comes after the answer is no answer.
#[test]
fn clocks_that_differ_are_said_in_both_directions() {
    let call = |from: u64, to: u64, kind| {
        let client = Span { kind: Kind::Client, ..span(1, 0, 10, 100) };
        trace(vec![client, Span { kind, ..span(2, 1, from, to) }])
    };
    for (from, to, kind, skewed) in [
        (510, 580, Kind::Server, 1),
        (5, 75, Kind::Server, 1),
        (20, 80, Kind::Server, 0),
        (510, 580, Kind::Internal, 0),
        (100, 120, Kind::Server, 0),
    ] {
        let trace = call(from, to, kind);
        assert_eq!(trace.skewed(), skewed, "{from} {to}");
        assert_eq!(trace.doubts().iter().any(|doubt| doubt.contains("clocks differ")), skewed > 0);
    }
}

#[test]
fn what_the_path_rests_on_is_said() {
    let late = trace(vec![span(1, 0, 0, 100), span(2, 1, 60, 150), span(3, 1, 0, 20)]);
    assert_eq!(path(&late)[1..], [("s3", vec![(0, 20)]), ("s2", vec![(60, 100)])]);
    let doubts = late.doubts();
    assert_eq!(doubts, ["1 span on the critical path outlives its parent"]);
    // By a microsecond of rounding, and beside the path.
    let mut rounded = span(2, 1, 60, 100);
    rounded.duration = rounded.duration.map(|long| long + Nanos::micros(1));
    let beside = Span { detached: true, ..span(3, 1, 10, 300) };
    assert!(trace(vec![span(1, 0, 0, 100), rounded, beside]).doubts().is_empty());
    let two = trace(vec![span(1, 0, 0, 100), span(2, 0, 10, 900)]);
    assert_eq!(two.doubts(), ["1 more root, beside the critical path"]);
}

#[test]
fn without_a_root_the_longest_orphan_is_one() {
    let trace = trace(vec![span(2, 1, 0, 10), span(3, 1, 20, 90), span(4, 3, 30, 90)]);
    assert_eq!(path(&trace), [("s3", vec![(20, 30)]), ("s4", vec![(30, 90)])]);
    assert_eq!(trace.orphans(), 2);
}

#[test]
fn folding_hides_what_is_under_a_span_and_keeps_its_marks() {
    let mut failing = span(4, 2, 20, 30);
    failing.fail("no");
    let trace = trace(vec![span(1, 0, 0, 100), span(2, 1, 10, 40), failing, span(3, 1, 40, 90)]);
    let all = rows(&trace, &BTreeSet::new());
    assert_eq!(
        all.iter().map(|row| (row.place, row.hidden)).collect::<Vec<_>>(),
        [(0, 0), (1, 0), (2, 0), (3, 0)]
    );
    assert_eq!(all[3].extent(&trace), (0.4, 0.9));
    assert_eq!(all[1].critical(&trace), [(0.1, 0.2), (0.3, 0.4)]);
    let folded = rows(&trace, &BTreeSet::from([1, 2]));
    assert_eq!(
        folded.iter().map(|row| (row.place, row.hidden)).collect::<Vec<_>>(),
        [(0, 0), (1, 1), (3, 0)]
    );
    assert_eq!(folded[1].critical(&trace), [(0.1, 0.4)]);
    assert!(folded[1].hides_error && !folded[0].hides_error);
}

/// The bar as `=` where the path is, `.` beside it.
fn bar(trace: &Trace, row: Row, width: usize) -> String {
    let sign = |part| match part {
        Part::Empty => ' ',
        Part::Beside => '.',
        Part::Critical => '=',
    };
    row.bar(trace, width).into_iter().map(sign).collect()
}

#[test]
fn bars_lie_on_the_axis_and_are_never_lost() {
    let trace = trace(vec![
        span(1, 0, 0, 100),
        span(2, 1, 10, 40),
        span(4, 2, 20, 30),
        span(3, 1, 41, 41),
        span(5, 1, 99, 100),
    ]);
    let shown: Vec<String> =
        rows(&trace, &BTreeSet::new()).into_iter().map(|row| bar(&trace, row, 10)).collect();
    assert_eq!(shown, ["=...======", " =.=      ", "  =       ", "    .     ", "         ="]);
    let folded = rows(&trace, &BTreeSet::from([0]));
    assert_eq!((bar(&trace, folded[0], 4), folded[0].bar(&trace, 0).len()), ("====".to_owned(), 0));
    assert_eq!(trace.waits()[0], (0, Nanos::millis(69)));
}

#[test]
fn a_hundred_thousand_spans_in_one_chain_or_under_one_parent_are_laid_out() {
    for chain in [true, false] {
        let told = (1..=100_000)
            .map(|n| span(n, if chain { n - 1 } else { u64::from(n > 1) }, n / 100, 2000))
            .collect();
        let trace = trace(told);
        assert_eq!(trace.nodes.len(), 100_000);
        assert_eq!(rows(&trace, &BTreeSet::from([0])).len(), 1);
        assert_eq!(trace.nodes[99_999].depth, if chain { 99_999 } else { 1 });
    }
}

#[test]
fn times_out_of_this_world_do_no_harm() {
    let wild = Span { start: Some(Nanos(u64::MAX)), duration: Some(Nanos(u64::MAX)), ..span(2, 1, 0, 0) };
    let zero = Span { start: Some(Nanos(0)), duration: Some(Nanos(0)), ..span(3, 1, 0, 0) };
    let trace = trace(vec![span(1, 0, 0, 0), wild, zero]);
    assert_eq!(trace.duration(), Nanos(u64::MAX));
    assert!(
        rows(&trace, &BTreeSet::new())
            .iter()
            .all(|row| (0.0..=1.0).contains(&row.extent(&trace).1) && row.bar(&trace, 7).len() == 7)
    );
}

proptest! {
    #[test]
    fn every_span_has_one_place_and_the_path_is_as_long_as_the_root(
        told in prop::collection::vec((1u64..12, 0u64..12, 0u64..100, 0u64..60), 1..30)
    ) {
        let mut seen = BTreeSet::new();
        let once = told.into_iter().filter(|one| seen.insert(one.0));
        let spans: Vec<_> = once.map(|(id, parent, from, long)| span(id, parent, from, from + long)).collect();
        let count = spans.len();
        let trace = trace(spans);
        prop_assert_eq!(trace.nodes.len(), count);
        for (place, node) in trace.nodes.iter().enumerate() {
            prop_assert!(node.after > place && node.after <= count);
            prop_assert!(node.parent.is_none_or(|parent| parent < place && trace.nodes[parent].after >= node.after));
        }
        let root = trace.root().unwrap();
        let sum = trace.nodes.iter().fold(Nanos(0), |sum, node| sum + node.own());
        prop_assert_eq!(sum, root.end - root.start);
        let mut parts: Vec<_> = trace.nodes.iter().flat_map(|node| node.critical.clone()).collect();
        parts.sort();
        prop_assert!(parts.windows(2).all(|pair| pair[0].1 <= pair[1].0));
    }
}
