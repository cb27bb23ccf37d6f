//! `sli = { … }` as typed: the keys of all kinds; which of them belong to its kind is told by `resolve`.

use toml::de::DeValue;

use crate::config::origin::Origin;
use crate::config::place::{At, Span};
use crate::config::reader::{Field, Reader, kind};

#[derive(Debug)]
pub(crate) struct Sli {
    pub(crate) span: Span,
    pub(crate) origin: Origin,
    pub(crate) kind: Option<At<String>>,
    pub(crate) fields: Vec<(At<String>, Value)>,
}

#[derive(Debug)]
pub(crate) enum Value {
    /// A text, or a number to the letter.
    Text(At<String>),
    Flag(At<bool>),
    Members(At<Vec<Member>>),
    /// What no kind takes, by the word for it.
    Other(&'static str),
}

/// `"service/name"`, or `{ id = "service/name", weight = 2 }`.
#[derive(Debug)]
pub(crate) struct Member {
    pub(crate) id: Option<At<String>>,
    pub(crate) weight: Option<At<f64>>,
}

impl Sli {
    pub(crate) fn read(mut reader: Reader<'_, '_>) -> Self {
        let kind = reader.text("kind");
        let kind = reader.required("kind", kind);
        let fields = reader.fields().into_iter().filter(|field| field.key.value != "kind");
        let read = |field: Field<'_, '_>| {
            let key = At::new(field.key.value.to_owned(), field.key.span.clone());
            (key, Value::read(&field, &reader))
        };
        Self { span: reader.span(), origin: reader.origin(), kind, fields: fields.map(read).collect() }
    }
}

impl Value {
    fn read(field: &Field<'_, '_>, reader: &Reader<'_, '_>) -> Self {
        let span = field.span.clone();
        match field.value {
            DeValue::String(text) => Self::Text(At::new(text.to_string(), span)),
            DeValue::Integer(_) | DeValue::Float(_) => {
                let text = reader.report().text(&span).replace('_', "");
                Self::Text(At::new(text, span))
            }
            DeValue::Boolean(flag) => Self::Flag(At::new(*flag, span)),
            DeValue::Array(items) if field.key.value == "members" => {
                let members =
                    items.iter().filter_map(|item| Member::read(item.get_ref(), &item.span(), reader));
                Self::Members(At::new(members.collect(), span))
            }
            other => Self::Other(kind(other)),
        }
    }
}

impl Member {
    fn read(value: &DeValue<'_>, span: &Span, reader: &Reader<'_, '_>) -> Option<Self> {
        match value {
            DeValue::String(id) => {
                Some(Self { id: Some(At::new(id.to_string(), span.clone())), weight: None })
            }
            DeValue::Table(table) => {
                let mut reader = Reader::new("a member", span.clone(), table, reader.report());
                let id = reader.text("id");
                let member = Self { id: reader.required("id", id), weight: reader.number("weight") };
                reader.finish();
                Some(member)
            }
            other => {
                reader.wrong_type(
                    "members",
                    span,
                    "a list of ids, or of tables with `id` and `weight`",
                    other,
                );
                None
            }
        }
    }
}
