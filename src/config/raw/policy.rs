//! `[[policy]]` as typed.

use crate::config::place::{At, Span};
use crate::config::reader::Reader;

#[derive(Debug)]
pub(crate) struct Policy {
    pub(crate) span: Span,
    pub(crate) name: Option<At<String>>,
    pub(crate) steps: Vec<Step>,
}

#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) span: Span,
    pub(crate) below: Option<At<String>>,
    pub(crate) at_most: Option<At<String>>,
    pub(crate) recover_above: Option<At<String>>,
    pub(crate) word: Option<At<String>>,
    pub(crate) stance: Option<At<String>>,
    pub(crate) actions: Vec<At<String>>,
}

impl Policy {
    pub(crate) fn read(mut reader: Reader<'_, '_>) -> Self {
        let name = reader.text("name");
        let policy = Self {
            span: reader.span(),
            name: reader.required("name", name),
            steps: reader.tables("step", "[[policy.step]]").into_iter().map(Step::read).collect(),
        };
        reader.finish();
        policy
    }
}

impl Step {
    fn read(mut reader: Reader<'_, '_>) -> Self {
        let word = reader.text("word");
        let step = Self {
            span: reader.span(),
            below: reader.written("below"),
            at_most: reader.written("at_most"),
            recover_above: reader.written("recover_above"),
            word: reader.required("word", word),
            stance: reader.text("stance"),
            actions: reader.texts("actions").map_or_else(Vec::new, |list| list.value),
        };
        reader.finish();
        step
    }
}
