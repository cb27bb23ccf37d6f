//! The objects by kind and name, wherever they were written.

use std::collections::BTreeMap;

use super::{Content, Here, Object, Spot};
use crate::config::code;
use crate::config::diagnostic::Diagnostic;
use crate::config::nearest::nearest;
use crate::config::shown::quoted;

pub(super) struct Index<'o> {
    by_name: BTreeMap<(&'static str, &'o str), &'o Object>,
}

impl<'o> Index<'o> {
    /// Of two with the same kind and name the first counts, and the other is told of.
    pub(super) fn new(objects: &[&'o Object], findings: &mut Vec<Diagnostic>) -> Self {
        let mut by_name: BTreeMap<_, &'o Object> = BTreeMap::new();
        for object in objects.iter().copied() {
            let (kind, name) = (object.content.kind(), &object.metadata.name);
            if let Some(first) = by_name.get(&(kind, name.value.as_str())) {
                let message = format!("a second {kind} is called `{}`", quoted(&name.value));
                let hint = format!("the first is at {}, and counts", first.metadata.name.spot.text());
                // Of a service nothing but its name matters here.
                let harmless = object.content == Content::Service;
                let told = if harmless { Spot::warning } else { Spot::error };
                findings.push(told(&name.spot, code::DUPLICATE, &message, Some(&hint)));
            } else {
                by_name.insert((kind, name.value.as_str()), object);
            }
        }
        Self { by_name }
    }

    pub(super) fn is_first(&self, object: &Object) -> bool {
        let key = (object.content.kind(), object.metadata.name.value.as_str());
        self.by_name.get(&key).is_some_and(|first| std::ptr::eq(*first, object))
    }

    pub(super) fn has_any(&self, kind: &'static str) -> bool {
        self.names(kind).next().is_some()
    }

    pub(super) fn names(&self, kind: &'static str) -> impl Iterator<Item = &'o str> {
        self.by_name.keys().filter(move |(known, _)| *known == kind).map(|(_, name)| *name)
    }

    pub(super) fn object(&self, kind: &'static str, name: &str) -> Option<&'o Object> {
        self.by_name.get(&(kind, name)).copied()
    }

    /// The content of the object that `name` names, or a finding.
    pub(super) fn find(
        &self,
        kind: &'static str,
        name: &Here<String>,
    ) -> Result<&'o Content, Box<Diagnostic>> {
        self.object(kind, &name.value)
            .map(|object| &object.content)
            .ok_or_else(|| Box::new(self.unknown(kind, name)))
    }

    pub(super) fn unknown(&self, kind: &'static str, name: &Here<String>) -> Diagnostic {
        let message = format!("there is no {kind} called `{}`", quoted(&name.value));
        let hint = match nearest(&name.value, self.names(kind)) {
            Some(near) => format!("did you mean `{}`?", quoted(near)),
            None => format!("load the file with that {kind} too"),
        };
        name.spot.error(code::UNKNOWN_NAME, &message, Some(&hint))
    }
}
