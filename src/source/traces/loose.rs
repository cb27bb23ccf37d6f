//! JSON of others, read loosely and never without bounds: numbers may be texts, lists may be endless.

use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// Letters kept of a text.
const LETTERS: usize = 1200;

/// A text, a number or a truth value as text; empty for anything else.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::source) struct Text(pub(in crate::source) String);

/// A whole number that is not negative, also one written as text; none for anything else.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::source) struct Whole(pub(in crate::source) Option<u64>);

/// The first `MOST` of a list, and how many more there were. `null` is an empty list.
#[derive(Clone, Debug)]
pub(in crate::source) struct Capped<T, const MOST: usize> {
    pub(in crate::source) kept: Vec<T>,
    pub(in crate::source) cut: usize,
}

impl<T, const MOST: usize> Default for Capped<T, MOST> {
    fn default() -> Self {
        Self { kept: Vec::new(), cut: 0 }
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Leaf).map(Self)
    }
}

impl<'de> Deserialize<'de> for Whole {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = deserializer.deserialize_any(Leaf)?;
        let exact = text.parse().ok();
        // A number with a fraction, or too large for 64 bits.
        let rounded = || text.parse().ok().filter(|number: &f64| *number >= 0.0).map(|number| number as u64);
        Ok(Self(exact.or_else(rounded)))
    }
}

struct Leaf;

impl<'de> Visitor<'de> for Leaf {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }

    fn visit_str<E>(self, text: &str) -> Result<String, E> {
        let end = text.char_indices().nth(LETTERS).map_or(text.len(), |at| at.0);
        Ok(text[..end].to_owned())
    }

    fn visit_u64<E>(self, number: u64) -> Result<String, E> {
        Ok(number.to_string())
    }

    fn visit_i64<E>(self, number: i64) -> Result<String, E> {
        Ok(number.to_string())
    }

    fn visit_f64<E>(self, number: f64) -> Result<String, E> {
        Ok(number.to_string())
    }

    fn visit_bool<E>(self, truth: bool) -> Result<String, E> {
        Ok(truth.to_string())
    }

    fn visit_unit<E>(self) -> Result<String, E> {
        Ok(String::new())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<String, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(String::new())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<String, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(String::new())
    }
}

impl<'de, T: Deserialize<'de>, const MOST: usize> Deserialize<'de> for Capped<T, MOST> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(List(std::marker::PhantomData))
    }
}

struct List<T, const MOST: usize>(std::marker::PhantomData<T>);

impl<'de, T: Deserialize<'de>, const MOST: usize> Visitor<'de> for List<T, MOST> {
    type Value = Capped<T, MOST>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Capped::default())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut capped = Capped::default();
        while capped.kept.len() < MOST {
            match list.next_element()? {
                Some(item) => capped.kept.push(item),
                None => return Ok(capped),
            }
        }
        while list.next_element::<IgnoredAny>()?.is_some() {
            capped.cut += 1;
        }
        Ok(capped)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_may_be_texts_and_texts_numbers() {
        let whole = |json: &str| serde_json::from_str::<Whole>(json).unwrap().0;
        assert_eq!(whole("\"1768903200000000001\""), Some(1_768_903_200_000_000_001));
        assert_eq!(
            (whole("7"), whole("7.9"), whole("1e3"), whole("1e30")),
            (Some(7), Some(7), Some(1000), Some(u64::MAX))
        );
        for none in ["-1", "null", "\"x\"", "[1]", "{\"a\":1}", "true", "\"\"", "\"NaN\""] {
            assert_eq!(whole(none), None, "{none}");
        }
        let text = |json: &str| serde_json::from_str::<Text>(json).unwrap().0;
        assert_eq!(
            (text("\"a\"").as_str(), text("2").as_str(), text("true").as_str(), text("[{}]").as_str()),
            ("a", "2", "true", "")
        );
        assert_eq!(text(&format!("\"{}\"", "ü".repeat(5000))).chars().count(), LETTERS);
    }

    #[test]
    fn lists_are_cut_and_counted() {
        let list: Capped<Text, 2> = serde_json::from_str("[1,2,3,{\"a\":[4]}]").unwrap();
        assert_eq!((list.kept.len(), list.cut), (2, 2));
        let none: Capped<Text, 2> = serde_json::from_str("null").unwrap();
        assert_eq!((none.kept.len(), none.cut), (0, 0));
    }
}
