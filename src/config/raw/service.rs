//! `[[service]]` as typed.

use toml::de::DeValue;

use crate::config::code;
use crate::config::origin::Origin;
use crate::config::place::At;
use crate::config::reader::{Field, Reader, kind, number};
use crate::domain::signal::Lane;

#[derive(Debug)]
pub(crate) struct Service {
    pub(crate) origin: Origin,
    pub(crate) name: Option<At<String>>,
    pub(crate) backend: Option<At<String>>,
    pub(crate) preset: Option<At<String>>,
    pub(crate) selector: Option<At<String>>,
    pub(crate) latency_limit: Option<At<String>>,
    pub(crate) signals: Vec<Signal>,
}

#[derive(Debug)]
pub(crate) struct Signal {
    pub(crate) lane: Lane,
    pub(crate) name: At<String>,
    pub(crate) query: Option<At<String>>,
    pub(crate) limit: Option<At<f64>>,
}

impl Service {
    pub(crate) fn read(mut reader: Reader<'_, '_>) -> Self {
        let name = reader.text("name");
        let service = Self {
            origin: reader.origin(),
            name: reader.required("name", name),
            backend: reader.text("backend"),
            preset: reader.text("preset"),
            selector: reader.text("selector"),
            latency_limit: reader.written("latency_limit"),
            signals: Lane::ALL.into_iter().flat_map(|lane| signals(&mut reader, lane)).collect(),
        };
        reader.finish();
        service
    }
}

fn signals(reader: &mut Reader<'_, '_>, lane: Lane) -> Vec<Signal> {
    let what = format!("[service.{}]", lane.word());
    let Some(table) = reader.table(lane.word(), &what) else { return Vec::new() };
    table.fields().into_iter().filter_map(|field| signal(&table, lane, &field)).collect()
}

/// `p99 = 'query'` or `p99 = { query = '…', limit = 0.9 }`
fn signal(lane_table: &Reader<'_, '_>, lane: Lane, field: &Field<'_, '_>) -> Option<Signal> {
    let report = lane_table.report();
    let name = At::new(field.key.value.to_owned(), field.key.span.clone());
    match field.value {
        DeValue::String(query) => {
            let query = Some(At::new(query.to_string(), field.span.clone()));
            Some(Signal { lane, name, query, limit: None })
        }
        DeValue::Table(table) => {
            let mut reader =
                Reader::new(&format!("a figure in {}", lane_table.what()), field.span.clone(), table, report);
            let query = reader.text("query");
            let query = reader.required("query", query);
            let limit = reader.number("limit");
            reader.finish();
            Some(Signal { lane, name, query, limit })
        }
        other => {
            let number = number(other).map(|_| " (is it a limit? write { query = '…', limit = … })");
            let message = format!(
                "a figure in {} must be a query in quotes, not {}{}",
                lane_table.what(),
                kind(other),
                number.unwrap_or_default()
            );
            report.error(code::WRONG_TYPE, &field.span, &message);
            None
        }
    }
}
