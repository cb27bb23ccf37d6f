//! Warnings that the user has weighed and allows, by code: everywhere, or for one SLO.

use std::collections::{BTreeMap, BTreeSet};

use super::code;
use super::diagnostic::Diagnostic;
use super::nearest::nearest;
use super::origin::Origin;
use super::place::At;
use super::report::Report;
use super::shown::quoted;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Allowed {
    everywhere: BTreeSet<&'static str>,
    /// By the id of the SLO.
    of_slo: BTreeMap<String, BTreeSet<&'static str>>,
}

impl Allowed {
    pub(super) fn everywhere(&mut self, typed: &[At<String>], report: &Report<'_>) {
        self.everywhere.extend(codes(typed, report));
    }

    pub(super) fn of_slo(&mut self, id: &str, typed: &[At<String>], report: &Report<'_>) {
        self.of_slo.entry(id.to_owned()).or_default().extend(codes(typed, report));
    }

    /// Whether a warning with `code` about the SLO is not to be told.
    pub fn permits(&self, code: &str, slo: Option<&str>) -> bool {
        let own = slo.and_then(|id| self.of_slo.get(id)).is_some_and(|codes| codes.contains(code));
        own || self.everywhere.contains(code)
    }

    /// The findings that are to be told. Which SLO one is about is seen from its place.
    pub(super) fn told(&self, found: Vec<Diagnostic>, origins: &BTreeMap<String, Origin>) -> Vec<Diagnostic> {
        let own = |finding: &Diagnostic| {
            let slos = self.of_slo.keys().filter_map(|id| Some((id, origins.get(id)?)));
            let about = slos.filter(|(_, origin)| origin.covers(&finding.place)).map(|(id, _)| id.as_str());
            about.into_iter().any(|id| self.permits(finding.code, Some(id)))
        };
        let permitted =
            |finding: &Diagnostic| !finding.is_error() && (self.permits(finding.code, None) || own(finding));
        found.into_iter().filter(|finding| !permitted(finding)).collect()
    }
}

fn codes(typed: &[At<String>], report: &Report<'_>) -> Vec<&'static str> {
    typed.iter().filter_map(|typed| code_of(typed, report)).collect()
}

fn code_of(typed: &At<String>, report: &Report<'_>) -> Option<&'static str> {
    let found = code::allowable(&typed.value);
    if found.is_none() {
        let message = format!("`{}` is not the code of a warning", quoted(&typed.value));
        let near = nearest(&typed.value, code::lint_words());
        let hint = near.map_or_else(
            || {
                "write the code in brackets after `warning`, such as \"BW085\"; errors cannot be allowed"
                    .to_owned()
            },
            |near| format!("did you mean `{near}`?"),
        );
        report.error(code::UNKNOWN_CODE, &typed.span, &message).hint(&hint);
    }
    found
}
