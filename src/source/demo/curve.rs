//! Shapes over the minutes of the story: keyframes joined by straight lines, and spikes that return.

/// Minutes relative to the start of the program, and the value there. Zero outside.
pub(super) type Keys = &'static [(i64, f64)];

/// Linear between the keyframes, 0 before the first and from the last on.
pub(super) fn at(keys: Keys, minute: i64) -> f64 {
    let (Some(first), Some(last)) = (keys.first(), keys.last()) else { return 0.0 };
    if minute < first.0 || minute >= last.0 {
        return 0.0;
    }
    let next = keys.partition_point(|key| key.0 <= minute);
    let ((from, low), (to, high)) = (keys[next - 1], keys[next]);
    low + (high - low) * (minute - from) as f64 / (to - from) as f64
}

/// Spikes of `width` minutes, one every `period`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spikes {
    pub(super) from: i64,
    pub(super) to: i64,
    pub(super) period: i64,
    pub(super) width: i64,
}

impl Spikes {
    /// 1 inside a spike, half of it in its first and last minute, 0 outside.
    pub(super) fn at(&self, minute: i64) -> f64 {
        if minute < self.from || minute >= self.to {
            return 0.0;
        }
        let place = (minute - self.from) % self.period;
        if place >= self.width {
            0.0
        } else if place == 0 || place == self.width - 1 {
            0.5
        } else {
            1.0
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn straight_lines_between_keyframes() {
        const KEYS: Keys = &[(-10, 0.0), (-8, 1.0), (0, 1.0), (10, 0.0)];
        let values: Vec<f64> = [-11, -10, -9, -8, -3, 0, 5, 10, 11].map(|minute| at(KEYS, minute)).to_vec();
        assert_eq!(values, [0.0, 0.0, 0.5, 1.0, 1.0, 1.0, 0.5, 0.0, 0.0]);
        assert_eq!(at(&[], 0).to_bits(), 0);
    }

    #[test]
    fn spikes_return() {
        let spikes = Spikes { from: -100, to: 0, period: 50, width: 4 };
        let values: Vec<f64> = (-101..-94).chain([-50, -49, 0]).map(|minute| spikes.at(minute)).collect();
        assert_eq!(values, [0.0, 0.5, 1.0, 1.0, 0.5, 0.0, 0.0, 0.5, 1.0, 0.0]);
    }
}
