//! Names: which are allowed, which are taken, and which a reference may use.

use std::collections::BTreeMap;

use crate::config::code;
use crate::config::nearest::suggest;
use crate::config::place::{At, Span};
use crate::config::raw;
use crate::config::report::Report;
use crate::config::shown::quoted;
use crate::domain::slo::policy::Policy;
use crate::domain::trace::BACKENDS;

const LONGEST: usize = 100;

/// What references may point at. A table that is itself in trouble is still known by its name, so that
/// one mistake is told once.
pub(super) struct Known {
    pub(super) backends: Vec<String>,
    /// `false` where not a single `[[backend]]` was written.
    pub(super) any_backend: bool,
    /// With their own backend.
    pub(super) services: Vec<(String, Option<String>)>,
    /// Whether SLOs come from other files too.
    pub(super) imports: bool,
    /// `None` for one in trouble.
    pub(super) policies: BTreeMap<String, Option<Policy>>,
}

impl Known {
    pub(super) fn of(
        raw: &raw::File,
        policies: BTreeMap<String, Option<Policy>>,
        report: &Report<'_>,
    ) -> Self {
        let names = |name: &Option<At<String>>| name.as_ref().map(|name| name.value.clone());
        let traces = |backend: &raw::backend::Backend| {
            backend.kind.as_ref().is_some_and(|kind| BACKENDS.contains(&kind.value.as_str()))
        };
        let metrics = || raw.backends.iter().filter(|backend| !traces(backend));
        let mut taken = Taken::new("service");
        for service in &raw.services {
            service
                .name
                .as_ref()
                .map(|name| allowed(name, report) && taken.take(&name.value, &name.span, report));
        }
        Self {
            backends: metrics().filter_map(|backend| names(&backend.name)).collect(),
            any_backend: raw.origin.keys.contains_key("backend")
                && (raw.backends.is_empty() || metrics().next().is_some()),
            services: raw
                .services
                .iter()
                .filter_map(|service| Some((names(&service.name)?, names(&service.backend))))
                .collect(),
            imports: !raw.imports.is_empty(),
            policies,
        }
    }

    /// The backend that is named, or the first one. `owner` is where to complain if there is none.
    pub(super) fn backend(
        &self,
        typed: Option<&At<String>>,
        owner: &Span,
        report: &Report<'_>,
    ) -> Option<String> {
        if !self.any_backend {
            let hint = "add one with a name, a type and its url";
            report
                .error(code::UNKNOWN_NAME, owner, "this needs a [[backend]], and none is configured")
                .hint(hint);
            return None;
        }
        match typed {
            None => self.backends.first().cloned(),
            Some(typed) => {
                let names: Vec<&str> = self.backends.iter().map(String::as_str).collect();
                reference("backend", &typed.value, &typed.span, &names, report)
            }
        }
    }
}

/// The typed name, if there is something of that name.
pub(super) fn reference(
    what: &str,
    typed: &str,
    span: &Span,
    names: &[&str],
    report: &Report<'_>,
) -> Option<String> {
    if names.contains(&typed) {
        return Some(typed.to_owned());
    }
    let message = format!("there is no {what} `{}`", quoted(typed));
    report.error(code::UNKNOWN_NAME, span, &message).maybe_hint(suggest(typed, "there is", names));
    None
}

/// The meaning of a word of which there are few.
pub(super) fn choice<T: Clone>(
    what: &str,
    typed: &At<String>,
    words: &[(&str, T)],
    report: &Report<'_>,
) -> Option<T> {
    let found = words.iter().find(|(word, _)| *word == typed.value);
    if found.is_none() {
        let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        let message = format!("`{}` is not a {what}", quoted(&typed.value));
        report.error(code::UNKNOWN_WORD, &typed.span, &message).maybe_hint(suggest(
            &typed.value,
            "known",
            &known,
        ));
    }
    found.map(|(_, meaning)| meaning.clone())
}

/// Names are typed on command lines and joined with `/`.
pub(super) fn allowed(name: &At<String>, report: &Report<'_>) -> bool {
    if name.value.contains('/') {
        let trouble = "a name must not contain `/`, which joins service and SLO";
        report.error(code::BAD_NAME, &name.span, trouble);
        return false;
    }
    shown(name, report)
}

/// Whether a name can be seen and told from others; one that is typed nowhere may have any letters.
pub(super) fn shown(name: &At<String>, report: &Report<'_>) -> bool {
    let text = &name.value;
    let trouble = if text.is_empty() {
        "a name must not be empty"
    } else if text.trim() != text {
        "a name must not begin or end with a space"
    } else if text.chars().any(char::is_control) {
        "a name must not contain control characters"
    } else if text.chars().nth(LONGEST).is_some() {
        "a name must not be longer than 100 characters"
    } else {
        return true;
    };
    report.error(code::BAD_NAME, &name.span, trouble);
    false
}

/// Names in use, with the place of their first use.
pub(super) struct Taken {
    what: &'static str,
    names: BTreeMap<String, Span>,
}

impl Taken {
    pub(super) fn new(what: &'static str) -> Self {
        Self { what, names: BTreeMap::new() }
    }

    pub(super) fn take(&mut self, name: &str, span: &Span, report: &Report<'_>) -> bool {
        if let Some(first) = self.names.get(name) {
            let message = format!("{} `{}` is configured twice", self.what, quoted(name));
            let line = report.place(first).line;
            report
                .error(code::DUPLICATE, span, &message)
                .hint(&format!("the first is in line {line}"))
                .also(first, "first here");
            return false;
        }
        self.names.insert(name.to_owned(), span.clone());
        true
    }
}
