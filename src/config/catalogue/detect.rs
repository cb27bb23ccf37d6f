//! Which tool a document belongs to, and what it is there.

use std::rc::Rc;

use super::yaml::{Node, Value};
use crate::config::code;
use crate::config::place::Span;
use crate::config::report::Report;
use crate::config::shown::quoted;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `version: prometheus/v1`
    SlothFile,
    /// `PrometheusServiceLevel`
    SlothObject,
    SlothWindows,
    Pyrra,
    /// `openslo/v1`; the inner kind, such as `SLO` or `Service`, is for its reader.
    OpenSlo,
    OpenSloAlpha,
    OpenSloV2,
    SloGenerator,
    Nobl9,
    GrafanaSlo,
}

/// As it is written in a file, for messages.
const KNOWN: &str = "`version: prometheus/v1` (Sloth), or with `apiVersion` and `kind`: \
    sloth.slok.dev/v1 PrometheusServiceLevel or AlertWindows, pyrra.dev/v1alpha1 ServiceLevelObjective, \
    openslo/v1, openslo/v1alpha, openslo.com/v2alpha, sre.google.com/v2 (slo-generator), n9/v1alpha, \
    and Grafana's SLO as JSON";

/// Where another version or kind is probably meant; other objects may stand in the same file rightly.
const GROUPS: &[&str] = &["sloth.slok.dev", "pyrra.dev", "openslo", "sre.google.com", "n9/"];

impl Kind {
    /// As messages call a document of it.
    pub fn words(self) -> &'static str {
        match self {
            Self::SlothFile => "the Sloth document",
            Self::SlothObject => "the PrometheusServiceLevel",
            Self::SlothWindows => "the AlertWindows",
            Self::Pyrra => "the ServiceLevelObjective",
            Self::OpenSlo => "the OpenSLO object",
            Self::OpenSloAlpha => "the OpenSLO v1alpha object",
            Self::OpenSloV2 => "the OpenSLO v2alpha object",
            Self::SloGenerator => "the slo-generator object",
            Self::Nobl9 => "the Nobl9 object",
            Self::GrafanaSlo => "the Grafana SLO",
        }
    }

    /// By the two keys of a Kubernetes-like object.
    fn of_object(api: &str, kind: &str) -> Option<Self> {
        match (api, kind) {
            ("sloth.slok.dev/v1", "PrometheusServiceLevel") => Some(Self::SlothObject),
            ("sloth.slok.dev/v1", "AlertWindows") => Some(Self::SlothWindows),
            ("pyrra.dev/v1alpha1", "ServiceLevelObjective") => Some(Self::Pyrra),
            ("openslo/v1", _) => Some(Self::OpenSlo),
            ("openslo/v1alpha", _) => Some(Self::OpenSloAlpha),
            ("openslo.com/v2alpha", _) => Some(Self::OpenSloV2),
            ("sre.google.com/v2", _) => Some(Self::SloGenerator),
            ("n9/v1alpha", _) => Some(Self::Nobl9),
            ("slo.ext.grafana.app/v1alpha1", "SLO") => Some(Self::GrafanaSlo),
            _ => None,
        }
    }
}

/// The objects of one document with their kinds: itself, or the items of a list of any tool. What nobody
/// knows is told of.
pub(crate) fn objects(document: &Rc<Node>, report: &Report<'_>) -> Vec<(Kind, Rc<Node>)> {
    let mut found = Vec::new();
    collect(document, (None, None), report, &mut found);
    found
}

/// The `apiVersion` and `kind` of a list stand for its items that have none.
type Inherited<'n> = (Option<&'n str>, Option<&'n str>);

fn collect<'n>(
    node: &'n Rc<Node>,
    list: Inherited<'n>,
    report: &Report<'_>,
    found: &mut Vec<(Kind, Rc<Node>)>,
) {
    if let Value::Sequence(items) = &node.value {
        for item in items {
            collect(item, list, report, found);
        }
        return;
    }
    let api = text(node, "apiVersion").or(list.0);
    let kind = text(node, "kind").or(list.1);
    if let (None, None, None, Some(slos)) = (api, kind, value(node, "service"), list_at(node, "slos"))
        && text(node, "version").is_none()
    {
        // Grafana's interface answers with all of them in one.
        for slo in slos {
            collect(slo, (None, None), report, found);
        }
        return;
    }
    match (list_at(node, "items"), kind.and_then(|kind| kind.strip_suffix("List"))) {
        (Some(items), Some(of)) => {
            let of = Some(of).filter(|of| !of.is_empty());
            for item in items {
                collect(item, (api.filter(|_| of.is_some()), of), report, found);
            }
        }
        _ => match detect(node, api, kind) {
            Some(kind) => found.push((kind, Rc::clone(node))),
            None => unknown(node, (api, kind), report),
        },
    }
}

fn detect(node: &Node, api: Option<&str>, kind: Option<&str>) -> Option<Kind> {
    if text(node, "version") == Some("prometheus/v1") {
        return Some(Kind::SlothFile);
    }
    if let (Some(api), Some(kind)) = (api, kind) {
        return Kind::of_object(api, kind);
    }
    let grafana = ["uuid", "destinationDatasource"].iter().any(|key| value(node, key).is_some());
    let is = |key: &str, kind: fn(&Value) -> bool| value(node, key).is_some_and(|node| kind(&node.value));
    let query = is("query", |value| matches!(value, Value::Mapping(_)));
    let objectives = is("objectives", |value| matches!(value, Value::Sequence(_)));
    (query && objectives && (grafana || value(node, "name").is_some())).then_some(Kind::GrafanaSlo)
}

/// Rules for Prometheus, as Sloth and Pyrra write them: bare, or in an object of the operator.
fn is_rules(node: &Node, kind: Option<&str>) -> bool {
    let group = |group: &Rc<Node>| list_at(group, "rules").is_some();
    kind == Some("PrometheusRule")
        || (kind.is_none() && list_at(node, "groups").is_some_and(|groups| groups.iter().any(group)))
}

fn unknown(node: &Node, (api, kind): (Option<&str>, Option<&str>), report: &Report<'_>) {
    if is_rules(node, kind) {
        let message = "these are generated rules, not SLOs";
        let hint = "point at the file of SLOs that they were generated from";
        report.warning(code::UNKNOWN_KIND, &blamed(node), message).hint(hint);
        return;
    }
    let message = match (api, kind, text(node, "version")) {
        (Some(api), Some(kind), _) => format!("`{} {}` is not read here", quoted(api), quoted(kind)),
        (Some(api), None, _) => format!("`apiVersion: {}` comes without a `kind`", quoted(api)),
        (None, Some(kind), _) => format!("`kind: {}` comes without an `apiVersion`", quoted(kind)),
        (None, None, Some(version)) => format!("`version: {}` is not read here", quoted(version)),
        _ => "nothing says which tool this document is for".to_owned(),
    };
    let hint = format!("known are {KNOWN}");
    let other = api.is_some_and(|api| kind.is_some() && !GROUPS.iter().any(|group| api.starts_with(group)));
    let found = if other { Report::warning } else { Report::error };
    found(report, code::UNKNOWN_KIND, &blamed(node), &message).hint(&hint);
}

/// The line that says what it is, or its first.
fn blamed(node: &Node) -> Span {
    let Value::Mapping(entries) = &node.value else { return node.span.clone() };
    let named = |key: &str| entries.iter().find(|entry| entry.key.value == key);
    let entry = named("apiVersion").or(named("kind")).or(named("version"));
    match (entry, entries.first()) {
        (Some(entry), _) if entry.value.scalar().is_some() => entry.value.span.clone(),
        (_, Some(first)) => first.key.span.clone(),
        _ => node.span.clone(),
    }
}

fn value<'n>(node: &'n Node, key: &str) -> Option<&'n Node> {
    let Value::Mapping(entries) = &node.value else { return None };
    entries.iter().find(|entry| entry.key.value == key).map(|entry| &*entry.value)
}

fn text<'n>(node: &'n Node, key: &str) -> Option<&'n str> {
    value(node, key)?.scalar().map(|scalar| scalar.text.as_str())
}

fn list_at<'n>(node: &'n Node, key: &str) -> Option<&'n [Rc<Node>]> {
    match &value(node, key)?.value {
        Value::Sequence(items) => Some(items),
        _ => None,
    }
}
