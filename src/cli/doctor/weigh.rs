//! Figures of the examination in words.

use std::time::Duration;

use tokio::time::Instant;

use crate::source::SourceError;

/// Small questions whose answers are timed.
const PROBES: usize = 5;
/// No more are asked once they took so long together.
const ENOUGH: Duration = Duration::from_secs(5);

/// Asks a few times until something fails, and sorts how long each took. `ask` tells whether anything was asked at all.
pub(super) async fn probe<A: Future<Output = Result<bool, SourceError>>>(
    latency: &mut Vec<Duration>,
    ask: impl Fn() -> A,
) -> Result<(), SourceError> {
    let first = Instant::now();
    while latency.len() < PROBES && first.elapsed() < ENOUGH {
        let begun = Instant::now();
        if !ask().await? {
            break;
        }
        latency.push(begun.elapsed());
    }
    latency.sort();
    Ok(())
}

/// The middle one of `sorted`; the longer one of two in the middle.
pub(super) fn median(sorted: &[Duration]) -> Option<Duration> {
    sorted.get(sorted.len() / 2).copied()
}

/// `3 ms`, `0.4 ms`, `1.20 s`.
pub(super) fn span(time: Duration) -> String {
    let millis = time.as_secs_f64() * 1000.0;
    match millis {
        _ if millis < 9.95 => format!("{millis:.1} ms"),
        _ if millis < 999.5 => format!("{millis:.0} ms"),
        _ => format!("{:.2} s", millis / 1000.0),
    }
}

/// `12 KiB`.
pub(super) fn bytes(count: u64) -> String {
    match count {
        0..1024 => format!("{count} bytes"),
        1024..1_048_576 => format!("{} KiB", count / 1024),
        _ => format!("{:.1} MiB", count as f64 / 1_048_576.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn who_answers_slowly_is_not_asked_five_times() {
        for (seconds, probes) in [(0, 5), (1, 5), (2, 3), (9, 1)] {
            let mut latency = Vec::new();
            let time = Duration::from_secs(seconds);
            let asked = probe(&mut latency, || async {
                tokio::time::sleep(time).await;
                Ok(true)
            });
            assert_eq!(asked.await, Ok(()));
            assert_eq!(latency.len(), probes, "{seconds} s");
        }
    }

    #[test]
    fn figures_have_their_units() {
        let of = |micros| span(Duration::from_micros(micros));
        assert_eq!([of(90), of(1250), of(9960), of(12_000)], ["0.1 ms", "1.2 ms", "10 ms", "12 ms"]);
        assert_eq!([of(999_000), of(999_600), of(1_204_000)], ["999 ms", "1.00 s", "1.20 s"]);
        assert_eq!([bytes(0), bytes(2048), bytes(3 << 20)], ["0 bytes", "2 KiB", "3.0 MiB"]);
        let times = [1, 2, 9].map(Duration::from_secs);
        assert_eq!(median(&times), Some(times[1]));
        assert_eq!(median(&[]), None);
    }
}
