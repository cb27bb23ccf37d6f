//! The two forms of a service with its SLOs.

use super::alerting::alerting;
use super::chain::{Chain, chain};
use super::names::{FILE, Names, OBJECT};
use super::{Service, Slo, check, sli};
use crate::config::catalogue::kubernetes::{Metadata, metadata};
use crate::config::catalogue::labels::{merged, texts};
use crate::config::catalogue::reader::{Reader, Texts};
use crate::config::code;

pub(crate) fn read_file(mut reader: Reader<'_, '_>) -> Option<Service> {
    reader.skip("version");
    service(reader, &FILE, None)
}

pub(crate) fn read_object(mut reader: Reader<'_, '_>) -> Option<Service> {
    let object = metadata(&mut reader);
    let spec = reader.map("spec");
    let spec = reader.required("spec", spec);
    reader.finish_ignored("Sloth");
    service(spec?, &OBJECT, Some(object))
}

fn service(mut reader: Reader<'_, '_>, names: &Names, object: Option<Metadata>) -> Option<Service> {
    let report = reader.report();
    let origin = reader.origin();
    let name = reader.text("service");
    let name = reader.required("service", name).and_then(|name| check::name(name, report));
    let labels = check::labels(texts(reader.string_map("labels")), report);
    let chain = reader.map(names.slo_plugins).map(|reader| chain(reader, None)).unwrap_or_default();
    let slos = reader.maps("slos");
    let slos = reader.required("slos", slos);
    if slos.as_ref().is_some_and(Vec::is_empty) {
        report.error(code::BAD_VALUE, &reader.span(), "`slos` is empty; Sloth wants at least one");
    }
    reader.finish_ignored("Sloth");
    let group = Group { names, labels, chain };
    let slos =
        unique(slos.unwrap_or_default().into_iter().filter_map(|slo| group.slo(slo)).collect(), report);
    Some(Service { name: name?, object, origin, slos })
}

/// What the SLOs of a service have in common.
struct Group<'n> {
    names: &'n Names,
    labels: Texts,
    chain: Chain,
}

impl Group<'_> {
    fn slo(&self, mut reader: Reader<'_, '_>) -> Option<Slo> {
        let report = reader.report();
        let (span, origin) = (reader.span(), reader.origin());
        let name = reader.text("name");
        let name = reader.required("name", name).and_then(|name| check::name(name, report));
        let objective = reader.decimal("objective");
        let objective =
            reader.required("objective", objective).and_then(|objective| check::objective(objective, report));
        let description = reader.text("description");
        let labels = check::labels(texts(reader.string_map("labels")), report);
        let chain = match reader.map("plugins") {
            Some(plugins) => chain(plugins, Some(&self.chain)),
            None => self.chain.clone(),
        };
        let sli = reader.map("sli");
        let percent = objective.as_ref().and_then(|objective| objective.value.parse().ok());
        let sli = reader.required("sli", sli).and_then(|sli| sli::sli(sli, self.names, percent));
        let alerting = alerting(&mut reader, self.names);
        reader.finish_ignored("Sloth");
        let labels = merged(self.labels.iter().cloned().chain(labels));
        Some(Slo {
            span,
            origin,
            name: name?,
            description,
            objective: objective?,
            labels,
            sli: sli?,
            alerting: alerting?,
            optimized: chain.optimized(),
            plugins: chain.ids(),
        })
    }
}

/// Sloth would write the rules of two SLOs of one name over each other.
fn unique(slos: Vec<Slo>, report: &crate::config::report::Report<'_>) -> Vec<Slo> {
    let mut kept: Vec<Slo> = Vec::with_capacity(slos.len());
    let mut names = std::collections::HashMap::new();
    for slo in slos {
        if let Some(first) = names.get(&slo.name.value) {
            let message = format!("two SLOs of this service are called `{}`", slo.name.value);
            report.error(code::DUPLICATE, &slo.name.span, &message).also(first, "first here");
        } else {
            names.insert(slo.name.value.clone(), slo.name.span.clone());
            kept.push(slo);
        }
    }
    kept
}
