//! Exemplars as Prometheus tells them: each has a time that there is, and a figure that can be drawn.
#![no_main]

use burnwatch::domain::trace::Exemplars;
use burnwatch::source::prometheus::doors::exemplars_of;
use libfuzzer_sys::fuzz_target;

const MOST: usize = 200;

fuzz_target!(|data: &[u8]| {
    let Some(found) = exemplars_of(data) else { return };
    assert!(found.len() <= MOST, "{}", found.len());
    assert!(found.windows(2).all(|pair| pair[0].at <= pair[1].at), "{found:?}");
    for one in &found {
        assert!(one.value.is_finite(), "{one:?}");
        assert!(chrono::DateTime::from_timestamp(one.at, 0).is_some(), "{one:?}");
    }
    let slowest = Exemplars { found, ..Exemplars::default() }.slowest();
    assert!(slowest.windows(2).all(|pair| pair[0].value >= pair[1].value), "{slowest:?}");
});
