//! Chance without a state: the same number for the same seed, stream and place, on every machine.

/// A source of chance for one figure. Only integers and exact float operations, so that no platform differs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Noise {
    key: u64,
}

const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;
/// Minutes between two knots of the slow drift.
const KNOT: i64 = 24;

impl Noise {
    pub(super) fn new(seed: u64, stream: &str) -> Self {
        // FNV-1a of the name keeps streams apart.
        let name = stream.bytes().fold(0xCBF2_9CE4_8422_2325, |hash: u64, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)
        });
        Self { key: mix(seed.wrapping_mul(GOLDEN) ^ name) }
    }

    pub(super) fn bits(self, place: i64) -> u64 {
        mix(self.key.wrapping_add((place as u64).wrapping_mul(GOLDEN)))
    }

    /// Evenly in `[0, 1)`.
    pub(super) fn even(self, place: i64) -> f64 {
        share(self.bits(place) >> 32)
    }

    /// Two even numbers in `[0, 1)` for the price of one.
    pub(super) fn pair(self, place: i64) -> (f64, f64) {
        let bits = self.bits(place);
        (share(bits >> 32), share(bits & 0xFFFF_FFFF))
    }

    /// In `(−1, 1)`, wandering within about half an hour.
    pub(super) fn drift(self, minute: i64) -> f64 {
        let knot = minute.div_euclid(KNOT);
        let part = minute.rem_euclid(KNOT) as f64 / KNOT as f64;
        let (from, to) = (self.even(!knot), self.even(!(knot + 1)));
        2.0 * (from + (to - from) * part) - 1.0
    }
}

fn share(bits: u64) -> f64 {
    bits as f64 / 4_294_967_296.0
}

/// The finalizer of `SplitMix64`.
fn mix(mut bits: u64) -> u64 {
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    bits ^ (bits >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mixes_as_splitmix64_does() {
        // First output of SplitMix64 seeded with 0, from its published reference.
        assert_eq!(mix(GOLDEN), 0xE220_A839_7B1D_CDAF);
    }

    #[test]
    fn even_numbers_are_even() {
        let noise = Noise::new(1, "checkout");
        let mean = (-5000..5000).map(|place| noise.even(place)).sum::<f64>() / 10_000.0;
        assert!((mean - 0.5).abs() < 0.01, "{mean}");
        assert!((-5000..5000).all(|minute| (-1.0..1.0).contains(&noise.drift(minute))));
    }

    #[test]
    fn seeds_and_streams_differ() {
        let bits = |seed, stream| Noise::new(seed, stream).bits(0);
        assert_eq!(bits(1, "a"), bits(1, "a"));
        assert_ne!(bits(1, "a"), bits(2, "a"));
        assert_ne!(bits(1, "a"), bits(1, "b"));
    }
}
