//! `[[person]]` and `[[schedule]]` as typed.

use crate::config::origin::Origin;
use crate::config::place::{At, Span};
use crate::config::reader::Reader;

#[derive(Debug)]
pub(crate) struct Person {
    pub(crate) id: Option<At<String>>,
    pub(crate) name: Option<At<String>>,
    pub(crate) timezone: Option<At<String>>,
    pub(crate) contact: Option<At<String>>,
}

#[derive(Debug)]
pub(crate) struct Schedule {
    pub(crate) span: Span,
    pub(crate) origin: Origin,
    pub(crate) name: Option<At<String>>,
    pub(crate) timezone: Option<At<String>>,
    pub(crate) layers: Vec<Layer>,
}

#[derive(Debug)]
pub(crate) struct Layer {
    pub(crate) span: Span,
    pub(crate) role: Option<At<String>>,
    pub(crate) rotation: Option<At<Vec<At<String>>>>,
    pub(crate) start: Option<At<String>>,
    pub(crate) shift: Option<At<String>>,
    pub(crate) not_before: Option<At<bool>>,
    pub(crate) follows: Option<At<String>>,
    pub(crate) offset: Option<At<i64>>,
    pub(crate) windows: Vec<At<String>>,
    /// Keys that are written, right or wrong.
    pub(crate) has_rotation: bool,
    pub(crate) has_follows: bool,
}

impl Person {
    pub(crate) fn read(mut reader: Reader<'_, '_>) -> Self {
        let id = reader.text("id");
        let person = Self {
            id: reader.required("id", id),
            name: reader.text("name"),
            timezone: reader.text("timezone"),
            contact: reader.text("contact"),
        };
        reader.finish();
        person
    }
}

impl Schedule {
    pub(crate) fn read(mut reader: Reader<'_, '_>) -> Self {
        let name = reader.text("name");
        let schedule = Self {
            span: reader.span(),
            origin: reader.origin(),
            name: reader.required("name", name),
            timezone: reader.text("timezone"),
            layers: reader.tables("layer", "[[schedule.layer]]").into_iter().map(Layer::read).collect(),
        };
        reader.finish();
        schedule
    }
}

impl Layer {
    fn read(mut reader: Reader<'_, '_>) -> Self {
        let has_rotation = reader.field("rotation").is_some();
        let has_follows = reader.field("follows").is_some();
        let role = reader.text("role");
        let mut layer = Self {
            span: reader.span(),
            role: reader.required("role", role),
            rotation: reader.texts("rotation"),
            start: reader.moment("start"),
            shift: reader.text("shift"),
            not_before: reader.flag("not_before"),
            follows: reader.text("follows"),
            offset: reader.integer("offset"),
            windows: reader.texts("windows").map_or_else(Vec::new, |list| list.value),
            has_rotation,
            has_follows,
        };
        if has_rotation {
            layer.start = reader.required("start", layer.start);
            layer.shift = reader.required("shift", layer.shift);
        } else if has_follows {
            layer.offset = reader.required("offset", layer.offset);
        }
        reader.finish();
        layer
    }
}
