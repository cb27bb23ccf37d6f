//! `[[backend]]` as typed. Keys beside the common ones are the kind's own and kept as neutral JSON.

use std::fmt;

use serde_json::{Map, Number, Value};
use toml::de::DeValue;

use crate::config::code;
use crate::config::origin::Origin;
use crate::config::place::{At, Span};
use crate::config::reader::{self, Reader};
use crate::config::report::Report;

/// The keys that every kind of backend has.
pub(crate) const COMMON: &[&str] = &["name", "type", "timeout"];

pub(crate) struct Backend {
    pub(crate) origin: Origin,
    pub(crate) name: Option<At<String>>,
    pub(crate) kind: Option<At<String>>,
    pub(crate) timeout: Option<At<String>>,
    pub(crate) settings: Map<String, Value>,
}

impl fmt::Debug for Backend {
    /// Without the values of its settings, which may be secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Backend").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Backend {
    pub(crate) fn read(mut reader: Reader<'_, '_>) -> Self {
        let name = reader.text("name");
        let kind = reader.text("type");
        let own = reader.fields().into_iter().filter(|field| !COMMON.contains(&field.key.value));
        let settings = own
            .filter_map(|field| {
                let value = json(field.value, &field.span, reader.report())?;
                Some((field.key.value.to_owned(), value))
            })
            .collect();
        Self {
            origin: reader.origin(),
            name: reader.required("name", name),
            kind: reader.required("type", kind),
            timeout: reader.text("timeout"),
            settings,
        }
    }
}

/// The same value in JSON; dates become text. The parser bounds the depth.
fn json(value: &DeValue<'_>, span: &Span, report: &Report<'_>) -> Option<Value> {
    match value {
        DeValue::String(text) => Some(Value::from(text.as_ref())),
        DeValue::Boolean(flag) => Some(Value::from(*flag)),
        DeValue::Datetime(moment) => Some(Value::from(moment.to_string())),
        DeValue::Integer(_) => {
            reader::integer(value).map(Value::from).or_else(|| unusable(value, span, report))
        }
        DeValue::Float(_) => {
            let number = reader::number(value).and_then(Number::from_f64);
            number.map(Value::Number).or_else(|| unusable(value, span, report))
        }
        DeValue::Array(items) => {
            Some(items.iter().filter_map(|item| json(item.get_ref(), &item.span(), report)).collect())
        }
        DeValue::Table(table) => {
            let entry =
                |(key, item): (&toml::Spanned<toml::de::DeString<'_>>, &toml::Spanned<DeValue<'_>>)| {
                    Some((key.get_ref().to_string(), json(item.get_ref(), &item.span(), report)?))
                };
            Some(Value::Object(table.iter().filter_map(entry).collect()))
        }
    }
}

fn unusable(value: &DeValue<'_>, span: &Span, report: &Report<'_>) -> Option<Value> {
    let message = match value {
        DeValue::Integer(_) => "this whole number is too large",
        _ => "a number must be finite",
    };
    report.error(code::BAD_VALUE, span, message);
    None
}
