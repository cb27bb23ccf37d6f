//! Answers of the other stores: a byte says which, then what was said. Commands print our JSON, pages are of metrics,
//! and InfluxDB, Graphite and Datadog have JSON of their own.
#![no_main]

use burnwatch::source::doors::{datadog, exec, graphite, influxdb, scrape};
use burnwatch::text::is_unsafe;
use libfuzzer_sys::fuzz_target;

const STATUS: [u16; 4] = [200, 200, 400, 503];

fn is_clean(said: &str) {
    assert!(!said.chars().any(is_unsafe), "{said:?}");
    assert!(said.chars().count() < 2000, "{} letters", said.len());
}

fuzz_target!(|data: &[u8]| {
    let Some((which, said)) = data.split_first() else { return };
    let status = STATUS[usize::from(which >> 6)];
    let told = match which % 8 {
        kind @ (0 | 1) => match scrape(said, kind == 1) {
            Err(why) => return is_clean(&why),
            Ok(samples) => {
                for (name, labels, _) in samples {
                    assert!(!name.is_empty() || !labels.is_empty());
                }
                return;
            }
        },
        2 | 3 => exec(said),
        4 => influxdb(status, said),
        5 | 6 => graphite(status, said),
        _ => datadog(status, said),
    };
    match told {
        Err(error) => is_clean(&error.to_string()),
        Ok((texts, values)) => {
            texts.iter().for_each(|said| is_clean(said));
            assert!(values.iter().all(|value| value.is_finite()), "{values:?}");
        }
    }
});
