//! OTLP in JSON, as Tempo and Jaeger print it: times are Unix nanoseconds, mostly in texts.

use serde::Deserialize;

use super::base64::span_id;
use super::loose::{Capped, Text, Whole};
use super::{SPANS, Told, UNKNOWN};
use crate::domain::trace::{Kind, Nanos, Span};

/// Attributes looked at in a span or a resource.
const ATTRIBUTES: usize = 64;
const EVENTS: usize = 64;

/// The list of resources with their spans, under any of the names it has had.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct TracesData {
    #[serde(rename = "resourceSpans", alias = "batches", alias = "resource_spans")]
    resources: Capped<ResourceSpans, SPANS>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ResourceSpans {
    resource: Option<Resource>,
    #[serde(rename = "scopeSpans", alias = "instrumentationLibrarySpans", alias = "scope_spans")]
    scopes: Capped<ScopeSpans, SPANS>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Resource {
    attributes: Capped<Attribute, ATTRIBUTES>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ScopeSpans {
    spans: Capped<OtlpSpan, SPANS>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct OtlpSpan {
    #[serde(alias = "span_id")]
    span_id: Text,
    #[serde(alias = "parent_span_id")]
    parent_span_id: Text,
    name: Text,
    kind: Text,
    #[serde(alias = "start_time_unix_nano")]
    start_time_unix_nano: Whole,
    #[serde(alias = "end_time_unix_nano")]
    end_time_unix_nano: Whole,
    attributes: Capped<Attribute, ATTRIBUTES>,
    events: Capped<Event, EVENTS>,
    status: Option<Status>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Attribute {
    key: Text,
    value: Option<AnyValue>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct AnyValue {
    #[serde(rename = "stringValue")]
    string: Text,
    #[serde(rename = "intValue")]
    int: Text,
    #[serde(rename = "doubleValue")]
    double: Text,
    #[serde(rename = "boolValue")]
    bool: Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Event {
    name: Text,
    attributes: Capped<Attribute, ATTRIBUTES>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Status {
    code: Text,
    message: Text,
}

impl Attribute {
    fn text(&self) -> &str {
        let Some(value) = &self.value else { return "" };
        let all = [&value.string, &value.int, &value.double, &value.bool];
        all.into_iter().map(|text| text.0.as_str()).find(|text| !text.is_empty()).unwrap_or_default()
    }
}

fn value<'a>(attributes: &'a Capped<Attribute, ATTRIBUTES>, key: &str) -> Option<&'a str> {
    attributes.kept.iter().find(|one| one.key.0 == key).map(Attribute::text)
}

impl TracesData {
    /// All of it as one trace, whatever ids the spans have: backends pad them differently. Of a list that was too long,
    /// what it would have held is not known, and counts as one.
    pub(super) fn one(self) -> Told {
        let mut told = Told { cut: self.resources.cut, ..Told::default() };
        for resource in self.resources.kept {
            told.cut += resource.scopes.cut;
            let service = resource.resource.as_ref().and_then(|one| value(&one.attributes, "service.name"));
            let service = service.filter(|name| !name.is_empty()).unwrap_or(UNKNOWN);
            for scope in &resource.scopes.kept {
                told.cut += scope.spans.cut;
                scope.spans.kept.iter().for_each(|span| told.add(span.span(service)));
            }
        }
        told
    }
}

impl OtlpSpan {
    fn span(&self, service: &str) -> Option<Span> {
        let mut span =
            Span::new(span_id(&self.span_id.0)?, span_id(&self.parent_span_id.0), service, &self.name.0);
        span.kind = self.kind();
        let known = |time: Whole| time.0.filter(|nanos| *nanos > 0);
        let (start, end) = (known(self.start_time_unix_nano), known(self.end_time_unix_nano));
        span.start = start.map(Nanos);
        span.duration = start.zip(end).and_then(|(start, end)| end.checked_sub(start)).map(Nanos);
        for attribute in &self.attributes.kept {
            span.attribute(&attribute.key.0, attribute.text());
        }
        span.more += self.attributes.cut;
        if self.failed() {
            span.fail(self.reason());
        }
        Some(span)
    }

    fn kind(&self) -> Kind {
        match self.kind.0.as_str() {
            "2" => Kind::Server,
            "3" => Kind::Client,
            "4" => Kind::Producer,
            "5" => Kind::Consumer,
            name => Kind::named(name),
        }
    }

    fn failed(&self) -> bool {
        let said = self
            .status
            .as_ref()
            .is_some_and(|status| matches!(status.code.0.as_str(), "2" | "STATUS_CODE_ERROR"));
        said || value(&self.attributes, "error") == Some("true")
    }

    fn reason(&self) -> &str {
        let status = self.status.as_ref().map(|status| status.message.0.as_str());
        let exceptions = self.events.kept.iter().filter(|event| event.name.0 == "exception");
        let thrown = exceptions.map(|event| {
            let message = value(&event.attributes, "exception.message").filter(|text| !text.is_empty());
            message.or_else(|| value(&event.attributes, "exception.type"))
        });
        let reasons = std::iter::once(status).chain(thrown).chain([value(&self.attributes, "error.type")]);
        reasons.flatten().find(|text| !text.is_empty()).unwrap_or_default()
    }
}
