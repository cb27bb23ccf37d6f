//! Ids in JSON: hexadecimal by the OTLP specification, base64 where a server prints its protobuf as it is.

use crate::domain::trace::{SpanId, TraceId};

/// 16 or 8 bytes, written either way.
pub(super) fn trace_id(text: &str) -> Option<TraceId> {
    match decoded(text, 16) {
        Some(bits) => TraceId::new(bits),
        None => TraceId::parse(text),
    }
}

pub(super) fn span_id(text: &str) -> Option<SpanId> {
    match decoded(text, 8) {
        Some(bits) => u64::try_from(bits).ok().filter(|bits| *bits != 0).map(SpanId),
        None => SpanId::parse(text),
    }
}

/// The bits of exactly so many bytes in base64; their length tells them from hexadecimal digits, and where leading zeros
/// were left out, that all of them are such digits.
fn decoded(text: &str, bytes: usize) -> Option<u128> {
    let digits = text.trim_end_matches('=');
    if digits.len() == text.len() && text.bytes().all(|letter| letter.is_ascii_hexdigit()) {
        return None;
    }
    let wanted = (bytes * 8).div_ceil(6);
    if digits.len() != wanted {
        return None;
    }
    let mut bits: u128 = 0;
    for (place, letter) in digits.bytes().enumerate() {
        let value = u128::from(digit(letter)?);
        // The last digit holds fewer bits.
        let spare = if place + 1 == wanted { wanted * 6 - bytes * 8 } else { 0 };
        bits = (bits << (6 - spare)) | (value >> spare);
    }
    Some(bits)
}

fn digit(letter: u8) -> Option<u8> {
    match letter {
        b'A'..=b'Z' => Some(letter - b'A'),
        b'a'..=b'z' => Some(letter - b'a' + 26),
        b'0'..=b'9' => Some(letter - b'0' + 52),
        b'+' | b'-' => Some(62),
        b'/' | b'_' => Some(63),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_spellings_are_the_same_id() {
        // 16 bytes 01 02 … 10, worked out by hand.
        let hex = TraceId::parse("0102030405060708090a0b0c0d0e0f10");
        for text in ["AQIDBAUGBwgJCgsMDQ4PEA==", "AQIDBAUGBwgJCgsMDQ4PEA", "0102030405060708090A0B0C0D0E0F10"]
        {
            assert_eq!(trace_id(text), hex, "{text}");
        }
        assert_eq!(span_id("AQIDBAUGBwg="), span_id("0102030405060708"));
        assert_eq!(span_id("//////////8="), Some(SpanId(u64::MAX)));
        // As long as in base64, for want of leading zeros.
        assert_eq!(span_id("7b6b7169203"), span_id("000007b6b7169203"));
        assert_eq!(trace_id("5b34da6a3ce929d0e0e473"), TraceId::new(0x5b_34da_6a3c_e929_d0e0_e473));
        for none in ["", "AAAAAAAAAAA=", "AQIDBAUGBw%=", "x"] {
            assert_eq!(span_id(none), None, "{none}");
        }
    }
}
