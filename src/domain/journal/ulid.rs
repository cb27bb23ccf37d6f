//! Identifiers that sort by their time.

use chrono::{DateTime, Utc};

/// Crockford's base 32.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// A ULID: 48 bits of milliseconds, then the lower 80 bits of `chance`.
pub fn ulid(at: DateTime<Utc>, chance: u128) -> String {
    let bits = (at.timestamp_millis() as u128) << 80 | chance & ((1 << 80) - 1);
    (0..26).rev().map(|place| char::from(LETTERS[(bits >> (5 * place)) as usize & 31])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ulids_carry_their_time_and_chance() {
        // The example of the specification: 01ARZ3NDEK is 1469922850259 ms.
        let at = DateTime::from_timestamp_millis(1_469_922_850_259).unwrap();
        assert_eq!(ulid(at, 1), "01ARZ3NDEK0000000000000001");
        assert_eq!(ulid(at, u128::MAX), "01ARZ3NDEKZZZZZZZZZZZZZZZZ");
    }
}
