//! `[[slo]]` as typed.

use toml::de::DeValue;

use super::sli::Sli;
use crate::config::origin::Origin;
use crate::config::place::{At, Span};
use crate::config::reader::Reader;

/// Keys with their values; a value that is neither text nor number is absent.
pub(crate) type Texts = Vec<(At<String>, Option<At<String>>)>;

/// The kind of indicator that is made of other SLOs.
pub(crate) const COMPOSITE: &str = "composite";

#[derive(Debug)]
pub(crate) struct Slo {
    pub(crate) span: Span,
    pub(crate) origin: Origin,
    pub(crate) service: Option<At<String>>,
    pub(crate) name: Option<At<String>>,
    pub(crate) description: Option<At<String>>,
    pub(crate) backend: Option<At<String>>,
    pub(crate) target: Option<At<String>>,
    pub(crate) window: Option<Window>,
    pub(crate) method: Option<At<String>>,
    pub(crate) slice: Option<At<String>>,
    pub(crate) slice_target: Option<At<String>>,
    pub(crate) sla: Option<At<String>>,
    pub(crate) alerts: Option<At<String>>,
    pub(crate) tiers: Vec<Tier>,
    pub(crate) policy: Option<At<String>>,
    pub(crate) sli: Option<Sli>,
    pub(crate) runbook: Option<At<String>>,
    pub(crate) allow: Vec<At<String>>,
    /// Labels and their values.
    pub(crate) labels: Option<Texts>,
    /// Annotations and their texts.
    pub(crate) annotations: Option<Texts>,
    /// Labels and their values.
    pub(crate) pager: Option<Texts>,
    /// Of the cluster that it was written for.
    pub(crate) namespace: Option<At<String>>,
    pub(crate) group_by: Option<At<Vec<At<String>>>>,
}

#[derive(Debug)]
pub(crate) enum Window {
    Rolling(At<String>),
    Calendar(Calendar),
}

/// `{ calendar = "month", timezone = "Europe/Berlin" }`.
#[derive(Debug)]
pub(crate) struct Calendar {
    pub(crate) span: Span,
    pub(crate) unit: Option<At<String>>,
    pub(crate) count: Option<At<i64>>,
    pub(crate) timezone: Option<At<String>>,
    pub(crate) start: Option<At<String>>,
}

#[derive(Debug)]
pub(crate) struct Tier {
    pub(crate) span: Span,
    pub(crate) severity: Option<At<String>>,
    pub(crate) short: Option<At<String>>,
    pub(crate) long: Option<At<String>>,
    pub(crate) factor: Option<At<f64>>,
    pub(crate) share: Option<At<String>>,
    pub(crate) op: Option<At<String>>,
    pub(crate) wait: Option<At<String>>,
}

impl Slo {
    pub(crate) fn read(mut reader: Reader<'_, '_>) -> Self {
        let origin = reader.origin();
        let service = reader.text("service");
        let name = reader.text("name");
        let target = reader.written("target");
        let window = window(&mut reader);
        let sli = reader.table("sli", "[slo.sli]").map(Sli::read);
        let slo = Self {
            span: reader.span(),
            origin: sli
                .as_ref()
                .map_or_else(|| origin.clone(), |sli| origin.clone().with("sli", &sli.origin)),
            service: reader.required("service", service),
            name: reader.required("name", name),
            description: reader.text("description"),
            backend: reader.text("backend"),
            target: reader.required("target", target),
            window: reader.required("window", window),
            method: reader.text("method"),
            slice: reader.text("slice"),
            slice_target: reader.written("slice_target"),
            sla: reader.written("sla"),
            alerts: reader.text("alerts"),
            tiers: reader.tables("alert", "[[slo.alert]]").into_iter().map(Tier::read).collect(),
            policy: reader.text("policy"),
            sli: reader.required("sli", sli),
            runbook: reader.text("runbook"),
            allow: reader.texts("allow").map_or_else(Vec::new, |list| list.value),
            labels: reader.table("labels", "[slo.labels]").map(|reader| texts(&reader, |_| true)),
            annotations: reader
                .table("annotations", "[slo.annotations]")
                .map(|reader| texts(&reader, |_| true)),
            pager: reader.table("pager", "[slo.pager]").map(|reader| texts(&reader, |_| true)),
            namespace: reader.text("namespace"),
            group_by: reader.texts("group_by"),
        };
        reader.finish();
        slo
    }

    /// `service/name`, as far as both are written.
    pub(crate) fn id(&self) -> Option<String> {
        Some(format!("{}/{}", self.service.as_ref()?.value, self.name.as_ref()?.value))
    }

    /// Whether it is meant as one made of others, in order or not.
    pub(crate) fn is_composite(&self) -> bool {
        let kind = self.sli.as_ref().and_then(|sli| sli.kind.as_ref());
        kind.is_some_and(|kind| kind.value == COMPOSITE)
    }
}

fn window(reader: &mut Reader<'_, '_>) -> Option<Window> {
    match reader.field("window")?.value {
        DeValue::Table(_) => {
            reader.table("window", "a calendar window").map(Calendar::read).map(Window::Calendar)
        }
        _ => reader.text("window").map(Window::Rolling),
    }
}

impl Calendar {
    fn read(mut reader: Reader<'_, '_>) -> Self {
        let unit = reader.text("calendar");
        let calendar = Self {
            span: reader.span(),
            unit: reader.required("calendar", unit),
            count: reader.integer("count"),
            timezone: reader.text("timezone"),
            start: reader.moment("start"),
        };
        reader.finish();
        calendar
    }
}

/// The keys that are `wanted`, with values that are texts or numbers as they are written.
fn texts(reader: &Reader<'_, '_>, wanted: impl Fn(&str) -> bool) -> Texts {
    let fields = reader.fields().into_iter().filter(|field| wanted(field.key.value));
    let texts = fields.map(|field| {
        let text = match field.value {
            DeValue::String(text) => Some(text.to_string()),
            DeValue::Integer(_) | DeValue::Float(_) => {
                Some(reader.report().text(&field.span).replace('_', ""))
            }
            _ => None,
        };
        let key = At::new(field.key.value.to_owned(), field.key.span);
        (key, text.map(|text| At::new(text, field.span)))
    });
    texts.collect()
}

impl Tier {
    fn read(mut reader: Reader<'_, '_>) -> Self {
        let (severity, short, long) = (reader.text("severity"), reader.text("short"), reader.text("long"));
        let tier = Self {
            span: reader.span(),
            severity: reader.required("severity", severity),
            short: reader.required("short", short),
            long: reader.required("long", long),
            factor: reader.number("factor"),
            share: reader.written("share"),
            op: reader.text("op"),
            wait: reader.text("for"),
        };
        reader.finish();
        tier
    }
}
