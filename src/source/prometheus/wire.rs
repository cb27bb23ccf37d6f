//! The JSON of results as it is read: as small in memory as on the wire, whatever the order of its parts.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// Samples of one series; a server gives at most 11 000 at once.
const MOST_SAMPLES: usize = 20_000;

#[derive(Default)]
pub(super) struct Envelope {
    pub(super) status: String,
    pub(super) data: Option<Data>,
    pub(super) warnings: Option<Vec<String>>,
    pub(super) infos: Option<Vec<String>>,
    pub(super) partial: Option<bool>,
}

/// What was asked for, under the name of its kind.
#[derive(Default)]
pub(super) struct Data {
    pub(super) kind: String,
    pub(super) items: Vec<Item>,
}

/// The envelope in `body`, with one item more than `most` where there are more.
pub(super) fn envelope(body: &[u8], most: usize) -> serde_json::Result<Envelope> {
    let mut json = serde_json::Deserializer::from_slice(body);
    let envelope = json.deserialize_map(EnvelopeVisitor { most })?;
    json.end().map(|()| envelope)
}

struct EnvelopeVisitor {
    most: usize,
}

impl<'de> Visitor<'de> for EnvelopeVisitor {
    type Value = Envelope;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the envelope of the query API")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Envelope, A::Error> {
        let mut envelope = Envelope::default();
        while let Some(key) = map.next_key::<Cow<'_, str>>()? {
            match &*key {
                "status" => envelope.status = map.next_value()?,
                "data" => envelope.data = map.next_value_seed(DataSeed { most: self.most })?,
                "warnings" => envelope.warnings = map.next_value()?,
                "infos" => envelope.infos = map.next_value()?,
                "isPartial" => envelope.partial = map.next_value()?,
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(envelope)
    }
}

#[derive(Clone, Copy)]
struct DataSeed {
    most: usize,
}

impl<'de> DeserializeSeed<'de> for DataSeed {
    type Value = Option<Data>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<Data>, D::Error> {
        deserializer.deserialize_option(self)
    }
}

impl<'de> Visitor<'de> for DataSeed {
    type Value = Option<Data>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the data of an answer")
    }

    fn visit_unit<E>(self) -> Result<Option<Data>, E> {
        Ok(None)
    }

    fn visit_none<E>(self) -> Result<Option<Data>, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<Data>, D::Error> {
        deserializer.deserialize_map(self)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Option<Data>, A::Error> {
        let mut data = Data::default();
        while let Some(key) = map.next_key::<Cow<'_, str>>()? {
            match &*key {
                "resultType" => data.kind = map.next_value()?,
                "result" => data.items = map.next_value_seed(ItemsSeed { most: self.most })?,
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(Some(data))
    }
}

struct ItemsSeed {
    most: usize,
}

impl<'de> DeserializeSeed<'de> for ItemsSeed {
    type Value = Vec<Item>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Vec<Item>, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for ItemsSeed {
    type Value = Vec<Item>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of series")
    }

    /// What comes after one too many is looked at no more.
    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Vec<Item>, A::Error> {
        let mut items = Vec::new();
        while items.len() <= self.most {
            match list.next_element()? {
                Some(item) => items.push(item),
                None => return Ok(items),
            }
        }
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(items)
    }
}

/// A series, or what a scalar or a text is made of.
pub(super) enum Item {
    Series(Box<Raw>),
    Bare,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Raw {
    pub(super) metric: HashMap<String, String>,
    pub(super) values: Samples,
    pub(super) value: Option<Sample>,
    pub(super) histograms: Vec<IgnoredAny>,
    pub(super) histogram: Option<IgnoredAny>,
}

/// Time and value; what is no number is NaN.
#[derive(Deserialize)]
pub(super) struct Sample(pub(super) f64, #[serde(deserialize_with = "number")] pub(super) f64);

#[derive(Default)]
pub(super) struct Samples(pub(super) Vec<(f64, f64)>);

impl<'de> Deserialize<'de> for Item {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ItemVisitor)
    }
}

struct ItemVisitor;

impl<'de> Visitor<'de> for ItemVisitor {
    type Value = Item;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a series")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Item, A::Error> {
        Raw::deserialize(MapAccessDeserializer::new(map)).map(|raw| Item::Series(Box::new(raw)))
    }

    fn visit_u64<E>(self, _: u64) -> Result<Item, E> {
        Ok(Item::Bare)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Item, E> {
        Ok(Item::Bare)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Item, E> {
        Ok(Item::Bare)
    }

    fn visit_str<E>(self, _: &str) -> Result<Item, E> {
        Ok(Item::Bare)
    }
}

impl<'de> Deserialize<'de> for Samples {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(SamplesVisitor)
    }
}

struct SamplesVisitor;

impl<'de> Visitor<'de> for SamplesVisitor {
    type Value = Samples;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of samples")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Samples, A::Error> {
        let mut samples = Vec::new();
        while let Some(Sample(time, value)) = list.next_element()? {
            if samples.len() == MOST_SAMPLES {
                return Err(A::Error::custom("too many samples"));
            }
            samples.push((time, value));
        }
        samples.shrink_to_fit();
        Ok(Samples(samples))
    }
}

/// A number that is written as text.
fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    deserializer.deserialize_str(NumberVisitor)
}

struct NumberVisitor;

impl Visitor<'_> for NumberVisitor {
    type Value = f64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number as text")
    }

    fn visit_str<E>(self, text: &str) -> Result<f64, E> {
        Ok(text.parse().unwrap_or(f64::NAN))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_takes_no_more_room_than_its_two_numbers() {
        let data =
            r#"{"data":{"result":[{"values":[[60,"1e+00"],[120.5,"x"]]},7,"7"],"resultType":"matrix"}}"#;
        let data = envelope(data.as_bytes(), 3).unwrap().data.unwrap();
        let Item::Series(raw) = &data.items[0] else { panic!("no series") };
        assert_eq!((raw.values.0.len(), raw.values.0.capacity(), size_of::<(f64, f64)>()), (2, 2, 16));
        assert!(raw.values.0[1].1.is_nan());
        assert_eq!(data.items.iter().filter(|item| matches!(item, Item::Bare)).count(), 2);
    }

    #[test]
    fn one_series_too_many_is_enough_to_know() {
        let body = format!(r#"{{"status":"success","data":{{"result":[{}]}}}}"#, vec!["{}"; 900].join(","));
        assert_eq!(envelope(body.as_bytes(), 100).unwrap().data.unwrap().items.len(), 101);
        assert_eq!(envelope(body.as_bytes(), 900).unwrap().data.unwrap().items.len(), 900);
        assert!(envelope(&body.as_bytes()[..body.len() - 1], 100).err().unwrap().is_eof());
        assert!(envelope(br#"{"status":"error","data":null}"#, 100).unwrap().data.is_none());
    }

    #[test]
    fn there_is_an_end_to_samples() {
        let of = |count| format!("[{}]", vec!["[1,\"1\"]"; count].join(","));
        assert!(serde_json::from_str::<Samples>(&of(MOST_SAMPLES)).is_ok());
        assert!(serde_json::from_str::<Samples>(&of(MOST_SAMPLES + 1)).is_err());
    }
}
