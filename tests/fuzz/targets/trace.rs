//! Traces as Tempo, Jaeger and Zipkin tell them: a byte says which, then the JSON. Whatever the spans say of their
//! parents and times, they come to a tree of which every row can be drawn.
#![no_main]

use std::collections::BTreeSet;

use burnwatch::domain::trace::{Trace, TraceId, rows};
use burnwatch::source::doors::traces;
use burnwatch::text::is_unsafe;
use libfuzzer_sys::fuzz_target;

fn is_clean(said: &str) {
    assert!(!said.chars().any(is_unsafe), "{said:?}");
}

fn holds(trace: &Trace) {
    assert!(trace.start <= trace.end);
    for (place, node) in trace.nodes.iter().enumerate() {
        is_clean(&node.span.service);
        is_clean(&node.span.name);
        node.span.error.iter().for_each(|why| is_clean(why));
        node.span.attributes.iter().for_each(|(key, value)| [key, value].into_iter().for_each(|said| is_clean(said)));
        assert!(node.after > place && node.after <= trace.nodes.len());
        assert!(node.parent.is_none_or(|parent| parent < place), "children stand after their parents");
        assert!(node.start <= node.end);
        assert!(node.critical.iter().all(|(from, to)| from <= to));
    }
    trace.doubts().iter().for_each(|said| is_clean(said));
    let root = trace.root().expect("a trace has spans");
    let own = trace.waits().iter().fold(0_u64, |sum, (_, own)| sum.saturating_add(own.0));
    assert_eq!(own, (root.end - root.start).0, "the path is as long as the root");
    let folds = [BTreeSet::new(), (0..trace.nodes.len()).step_by(2).collect()];
    for row in folds.iter().flat_map(|folded| rows(trace, folded)).take(200) {
        let (from, to) = row.extent(trace);
        assert!((0.0..=1.0).contains(&from) && from <= to && to <= 1.0, "{from} {to}");
        for width in [0, 1, 40] {
            assert_eq!(row.bar(trace, width).len(), width);
        }
    }
}

fuzz_target!(|data: &[u8]| {
    let Some((kind, body)) = data.split_first() else { return };
    TraceId::find_in(&String::from_utf8_lossy(body));
    match traces(kind % 6, body) {
        Err(error) => is_clean(&error.to_string()),
        Ok((traces, summaries)) => {
            traces.iter().for_each(holds);
            for summary in &summaries {
                is_clean(&summary.service);
                is_clean(&summary.name);
            }
        }
    }
});
