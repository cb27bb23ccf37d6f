//! The two alerts of an SLO.

use super::check;
use super::names::Names;
use crate::config::catalogue::labels::{self, Labels, merged, texts};
use crate::config::catalogue::reader::{Reader, Texts};
use crate::config::code;
use crate::config::place::At;

/// An alert that is switched off is none.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Alerting {
    pub page: Option<Alert>,
    pub ticket: Option<Alert>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Alert {
    /// As in the label `alertname`.
    pub name: At<String>,
    /// With those of both alerts; its own win.
    pub labels: Labels,
    pub annotations: Labels,
}

impl Alerting {
    /// The runbook that an annotation names, of the page first.
    pub fn runbook(&self) -> Option<&At<String>> {
        let alerts = [&self.page, &self.ticket];
        alerts.into_iter().flatten().find_map(|alert| labels::runbook(&alert.annotations))
    }
}

/// What both alerts have in common.
struct Both {
    name: Option<At<String>>,
    labels: Texts,
    annotations: Texts,
}

/// `None` when the alerts are on without a name, which is told.
pub(super) fn alerting(slo: &mut Reader<'_, '_>, names: &Names) -> Option<Alerting> {
    let report = slo.report();
    let Some(mut reader) = slo.map("alerting") else {
        if slo.entry("alerting").is_none() {
            let message = format!("{} has no `alerting`, and its alerts need a name", slo.what());
            report.error(code::MISSING_KEY, &slo.span(), &message).hint(&off(names));
        }
        return None;
    };
    let both = Both {
        name: reader.text("name").filter(|name| !name.value.is_empty()),
        labels: check::labels(texts(reader.string_map("labels")), report),
        annotations: check::annotations(texts(reader.string_map("annotations")), report),
    };
    let page = both.alert(reader.map(names.page_alert));
    let ticket = both.alert(reader.map(names.ticket_alert));
    let (span, what) = (reader.span(), reader.what());
    reader.finish_ignored("Sloth");
    if page.is_none() && ticket.is_none() {
        return Some(Alerting::default());
    }
    let Some(name) = both.name else {
        let message = format!("{what} has no `name`, which its alerts need");
        report.error(code::MISSING_KEY, &span, &message).hint(&off(names));
        return None;
    };
    let named = |alert: Option<Parts>| {
        let (labels, annotations) = alert?;
        Some(Alert { name: name.clone(), labels, annotations })
    };
    Some(Alerting { page: named(page), ticket: named(ticket) })
}

fn off(names: &Names) -> String {
    format!(
        "write `alerting: {{name: ...}}`, or `disable: true` under `{}` and `{}`",
        names.page_alert, names.ticket_alert
    )
}

/// Labels and annotations.
type Parts = (Labels, Labels);

impl Both {
    /// None if it is off.
    fn alert(&self, reader: Option<Reader<'_, '_>>) -> Option<Parts> {
        let (mut labels, mut annotations) = (self.labels.clone(), self.annotations.clone());
        if let Some(mut reader) = reader {
            let report = reader.report();
            let off = reader.flag("disable").is_some_and(|flag| flag.value);
            labels.extend(check::labels(texts(reader.string_map("labels")), report));
            annotations.extend(check::annotations(texts(reader.string_map("annotations")), report));
            reader.finish_ignored("Sloth");
            if off {
                return None;
            }
        }
        Some((merged(labels), merged(annotations)))
    }
}
