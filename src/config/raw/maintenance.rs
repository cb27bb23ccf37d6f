//! `[[maintenance]]` as typed.

use crate::config::place::{At, Span};
use crate::config::reader::Reader;

#[derive(Debug)]
pub(crate) struct Maintenance {
    pub(crate) span: Span,
    pub(crate) title: Option<At<String>>,
    pub(crate) from: Option<At<String>>,
    pub(crate) until: Option<At<String>>,
    pub(crate) duration: Option<At<String>>,
    pub(crate) timezone: Option<At<String>>,
    pub(crate) repeat: Option<At<String>>,
    pub(crate) services: Vec<At<String>>,
    pub(crate) slos: Vec<At<String>>,
    pub(crate) exclude: Option<At<bool>>,
    pub(crate) reason: Option<At<String>>,
}

impl Maintenance {
    pub(crate) fn read(mut reader: Reader<'_, '_>) -> Self {
        let (title, from) = (reader.text("title"), reader.moment("from"));
        let read = Self {
            span: reader.span(),
            title: reader.required("title", title),
            from: reader.required("from", from),
            until: reader.moment("until"),
            duration: reader.text("duration"),
            timezone: reader.text("timezone"),
            repeat: reader.text("repeat"),
            services: reader.texts("services").map_or_else(Vec::new, |list| list.value),
            slos: reader.texts("slos").map_or_else(Vec::new, |list| list.value),
            exclude: reader.flag("exclude"),
            reason: reader.text("reason"),
        };
        reader.finish();
        read
    }
}
