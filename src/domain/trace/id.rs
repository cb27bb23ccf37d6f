//! Ids of traces and spans, and finding the former in what people write.

use std::fmt;

/// 64 or 128 bits; never 0, which W3C Trace Context says is no id. Leading zeros do not count: backends differ in them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TraceId(u128);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SpanId(pub u64);

const LONG: usize = 32;
const SHORT: usize = 16;

impl TraceId {
    pub fn new(bits: u128) -> Option<Self> {
        (bits != 0).then_some(Self(bits))
    }

    /// 1 to 32 hexadecimal digits, as a person or a backend writes them; some leave out leading zeros. A whole
    /// `traceparent` is taken too.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.contains('-') {
            return traceparent(text);
        }
        let usable =
            !text.is_empty() && text.len() <= LONG && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        Self::new(u128::from_str_radix(text, 16).ok().filter(|_| usable)?)
    }

    /// The ids that stand in free text, in their order, each once: words of exactly 32 or 16 hexadecimal digits, and
    /// `traceparent` headers. A word of 16 must have letters and figures, or it would be any number.
    pub fn find_in(text: &str) -> Vec<Self> {
        let mut found = Vec::new();
        for word in text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_')) {
            let id = traceparent(word).or_else(|| word.split(['-', '_']).find_map(written));
            found.extend(id.filter(|id| !found.contains(id)));
        }
        found
    }
}

fn written(word: &str) -> Option<TraceId> {
    let mixed = word.bytes().any(|b| b.is_ascii_digit()) && word.bytes().any(|b| b.is_ascii_alphabetic());
    let fits = word.len() == LONG || (word.len() == SHORT && mixed);
    TraceId::parse(word).filter(|_| fits)
}

/// `00-{trace}-{span}-{flags}`.
fn traceparent(text: &str) -> Option<TraceId> {
    let parts: Vec<&str> = text.split('-').collect();
    let lengths = parts.iter().map(|part| part.len());
    let hex = parts.iter().all(|part| part.bytes().all(|byte| byte.is_ascii_hexdigit()));
    (hex && lengths.eq([2, LONG, SHORT, 2])).then(|| TraceId::parse(parts[1])).flatten()
}

impl fmt::Display for TraceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = if self.0 <= u128::from(u64::MAX) { SHORT } else { LONG };
        write!(f, "{:0digits$x}", self.0)
    }
}

impl SpanId {
    /// Up to 16 hexadecimal digits.
    pub fn parse(text: &str) -> Option<Self> {
        let usable =
            !text.is_empty() && text.len() <= SHORT && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        u64::from_str_radix(text, 16).ok().filter(|bits| usable && *bits != 0).map(Self)
    }
}

impl fmt::Display for SpanId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG_ID: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

    #[test]
    fn ids_are_read_as_people_and_backends_write_them() {
        let read = |text: &str| TraceId::parse(text).map(|id| id.to_string());
        assert_eq!(read(" 4BF92F3577B34DA6A3CE929D0E0E4736 ").as_deref(), Some(LONG_ID));
        assert_eq!(read("f067aa0ba902b7").as_deref(), Some("00f067aa0ba902b7"));
        assert_eq!(read("000000000000000000f067aa0ba902b7"), read("f067aa0ba902b7"));
        assert_eq!(read(&format!("00-{LONG_ID}-00f067aa0ba902b7-01")).as_deref(), Some(LONG_ID));
        let too_long = format!("{LONG_ID}0");
        for none in ["", "0", "0000000000000000", "xyz", "+1", "-1", "1_0", &too_long, "\u{1b}[2J", "١٢٣"]
        {
            assert_eq!(read(none), None, "{none:?}");
        }
    }

    #[test]
    fn ids_are_found_in_notes() {
        let found = |text: &str| TraceId::find_in(text).iter().map(ToString::to_string).collect::<Vec<_>>();
        let note =
            format!("slow: trace_id={LONG_ID}, again 00f067aa0ba902b7; see http://t/trace/{LONG_ID}?x=1");
        assert_eq!(found(&note), [LONG_ID, "00f067aa0ba902b7"]);
        assert_eq!(found(&format!("traceparent: 00-{LONG_ID}-00f067aa0ba902b7-01")), [LONG_ID]);
        let commit = "d670460b4b4aece5915caf5c68d12f560a9fe3e4";
        for none in
            [commit, "1768903200000000", "00000000000000000000000000000000", "no id", "b4aece5915caf5c"]
        {
            assert_eq!(found(none), Vec::<String>::new(), "{none}");
        }
    }

    #[test]
    fn spans_have_ids_of_64_bits() {
        assert_eq!(
            SpanId::parse("b7ad6b7169203331").map(|id| id.to_string()).as_deref(),
            Some("b7ad6b7169203331")
        );
        assert_eq!(SpanId::parse("1").map(|id| id.to_string()).as_deref(), Some("0000000000000001"));
        assert!(["", "0", "x", "b7ad6b71692033310"].into_iter().all(|text| SpanId::parse(text).is_none()));
    }
}
