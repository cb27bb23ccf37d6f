//! The objects of one format by kind and name, wherever they were written: they name each other across files.

use std::collections::BTreeMap;

use super::spot::{Here, Spot};
use crate::config::code;
use crate::config::diagnostic::Diagnostic;
use crate::config::nearest::nearest;
use crate::config::shown::quoted;

/// Where a name is to be unique.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Scope<'o> {
    /// As the format writes it.
    pub(super) kind: &'static str,
    /// In formats that have projects.
    pub(super) project: Option<&'o str>,
}

impl From<&'static str> for Scope<'_> {
    fn from(kind: &'static str) -> Self {
        Self { kind, project: None }
    }
}

pub(super) trait Indexed {
    fn scope(&self) -> Scope<'_>;
    fn name(&self) -> &Here<String>;
    /// Nothing but its name matters, so a second one does no harm.
    fn is_bare(&self) -> bool;
}

pub(super) struct Index<'o, T> {
    by_name: BTreeMap<(Scope<'o>, &'o str), &'o T>,
}

impl<'o, T: Indexed> Index<'o, T> {
    /// Of two with the same name in one scope the first counts, and the other is told of.
    pub(super) fn new(objects: &[&'o T], findings: &mut Vec<Diagnostic>) -> Self {
        let mut by_name: BTreeMap<(Scope<'o>, &'o str), &'o T> = BTreeMap::new();
        for object in objects.iter().copied() {
            let (scope, name) = (object.scope(), object.name());
            if let Some(first) = by_name.get(&(scope, name.value.as_str())) {
                let message = format!("a second {} is called `{}`", scope.kind, quoted(&name.value));
                let hint = format!("the first is at {}, and counts", first.name().spot.text());
                let told = if object.is_bare() { Spot::warning } else { Spot::error };
                findings.push(told(&name.spot, code::DUPLICATE, &message, Some(&hint)));
            } else {
                by_name.insert((scope, name.value.as_str()), object);
            }
        }
        Self { by_name }
    }

    pub(super) fn is_first(&self, object: &T) -> bool {
        self.object(object.scope(), &object.name().value).is_some_and(|first| std::ptr::eq(first, object))
    }

    pub(super) fn has_any<'k>(&self, scope: impl Into<Scope<'k>>) -> bool {
        self.names(scope.into()).next().is_some()
    }

    pub(super) fn names<'k>(&self, scope: impl Into<Scope<'k>>) -> impl Iterator<Item = &'o str> {
        let scope = scope.into();
        self.by_name.keys().filter(move |(known, _)| *known == scope).map(|(_, name)| *name)
    }

    pub(super) fn object<'k>(&self, scope: impl Into<Scope<'k>>, name: &str) -> Option<&'o T> {
        self.by_name.get(&(scope.into(), name)).copied()
    }

    /// The object that `name` names, or a finding.
    pub(super) fn find<'k>(
        &self,
        scope: impl Into<Scope<'k>>,
        name: &Here<String>,
    ) -> Result<&'o T, Box<Diagnostic>> {
        let scope = scope.into();
        self.object(scope, &name.value).ok_or_else(|| Box::new(self.unknown(scope, name)))
    }

    pub(super) fn unknown<'k>(&self, scope: impl Into<Scope<'k>>, name: &Here<String>) -> Diagnostic {
        let scope = scope.into();
        let kind = scope.kind;
        let place = scope.project.map(|project| format!(" in the project `{}`", quoted(project)));
        let message =
            format!("there is no {kind} called `{}`{}", quoted(&name.value), place.unwrap_or_default());
        let hint = match nearest(&name.value, self.names(scope)) {
            Some(near) => format!("did you mean `{}`?", quoted(near)),
            None => format!("load the file with that {kind} too"),
        };
        name.spot.error(code::UNKNOWN_NAME, &message, Some(&hint))
    }
}
