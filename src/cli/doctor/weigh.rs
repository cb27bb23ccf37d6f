//! Figures of the examination in words.

use std::time::Duration;

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
