//! Answers of Prometheus: `status`, then the body of a query, then after a NUL what it says of its rules.
//! What is told is one clean line, and every figure is one that can be counted with.
#![no_main]

use burnwatch::domain::slo::sli::{Events, Ratio, Side, Sli};
use burnwatch::source::Range;
use burnwatch::source::prometheus::doors::{SERIES, read, rules};
use burnwatch::text::is_unsafe;
use libfuzzer_sys::fuzz_target;

const STATUS: [u16; 8] = [200, 200, 200, 200, 422, 503, 401, 302];
const RANGE: Range = Range { from: 0, to: 3600, step: 60 };

fn is_clean(said: &str) {
    assert!(!said.chars().any(is_unsafe), "{said:?}");
    assert!(said.chars().count() < 2000, "{} letters", said.len());
}

fuzz_target!(|data: &[u8]| {
    let Some((status, rest)) = data.split_first() else { return };
    let status = STATUS[usize::from(status % 8)];
    let end = rest.iter().position(|byte| *byte == 0).unwrap_or(rest.len());
    let (body, of_rules) = (&rest[..end], &rest[(end + 1).min(rest.len())..]);
    let (part, total) = ("e_total".to_owned(), "r_total".to_owned());
    let slis = [
        Sli::Events(Events { side: Side::Bad, part: part.clone(), total: total.clone() }),
        Sli::Events(Events { side: Side::Good, part, total }),
        Sli::Ratio(Ratio { side: Side::Bad, ratio: "avg_over_time(r[{{.window}}])".to_owned() }),
    ];
    match read(status, body, of_rules, &slis, RANGE) {
        Err(error) => is_clean(&error.to_string()),
        Ok(read) => {
            for cells in &read.cells {
                match cells {
                    Err(error) => is_clean(&error.to_string()),
                    Ok(cells) => {
                        let counts = cells.points.iter().map(|(_, tally)| (tally.bad, tally.total));
                        counts.for_each(|(bad, total)| {
                            assert!(bad.is_finite() && total.is_finite(), "{bad} of {total}");
                            assert!(bad >= 0.0 && bad <= total, "{bad} of {total}");
                        });
                    }
                }
            }
            let alarms = read.alarms.iter().flat_map(|(_, alarms)| alarms);
            alarms.for_each(|alarm| is_clean(&alarm.name));
            read.warnings.iter().chain(&read.found.1).for_each(|said| is_clean(said));
            for objective in &read.found.0 {
                is_clean(&objective.id);
                assert!(objective.target.ratio() > 0.0 && objective.target.ratio() <= 1.0);
            }
            assert!(read.found.0.len() <= SERIES);
        }
    }
    for body in [body, of_rules] {
        match rules(body) {
            Ok((_, doubts)) => doubts.iter().for_each(|said| is_clean(said)),
            Err(said) => is_clean(&said),
        }
    }
});
