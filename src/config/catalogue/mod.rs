//! SLOs that are already defined in the files of other tools.
//!
//! A file is read as a tree with places (`yaml`), taken apart into objects ([`detect`]), and each object is
//! read as its tool understands it. What comes out is still the tool's own view.

mod broken;
mod carry;
pub mod detect;
pub mod draft;
mod duration;
mod few;
mod find;
mod from_pyrra;
mod from_sloth;
mod grafana;
mod index;
pub mod indicator;
pub mod kubernetes;
pub mod labels;
mod load;
mod namesakes;
pub mod nobl9;
pub mod openslo;
mod percent;
pub mod pyrra;
pub mod query;
mod quotient;
mod reader;
mod slo_generator;
pub mod sloth;
pub mod spot;
pub mod tiers;
mod yaml;

use std::path::Path;

use super::code;
use super::diagnostic::Diagnostic;
use super::document::Document;
use super::report::Report;
pub use carry::{Carried, Terms};
#[cfg(fuzzing)]
pub use load::of_text;
pub use load::{Catalogue, Import, load, mark};

use detect::Kind;
use reader::Reader;

/// Generated files hold many SLOs; more than this is something else.
pub const LARGEST: u64 = 8 * 1024 * 1024;

/// What a file defines.
#[derive(Clone, Debug, PartialEq)]
pub enum Object {
    Sloth(sloth::Service),
    SlothWindows(sloth::AlertWindows),
    Pyrra(Box<pyrra::Slo>),
    OpenSlo(Box<openslo::Object>),
    Nobl9(Box<nobl9::Object>),
    /// Of a tool whose objects name no others.
    Draft(Box<draft::Draft>),
}

/// The objects of one file that can be read, and all that is wrong or left out, in the order of the file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Read {
    pub objects: Vec<Object>,
    pub findings: Vec<Diagnostic>,
}

/// The text of a catalogue file, YAML or JSON. Folders, devices and pipes are refused unread.
pub fn open(path: &Path) -> Result<Document, Box<Diagnostic>> {
    match std::fs::metadata(path) {
        Ok(found) if found.is_file() && found.len() > LARGEST => {
            let message =
                format!("this file of {} MiB is too large for a catalogue", found.len() / 1024 / 1024);
            let hint = format!("files up to {} MiB are read; is it the right one?", LARGEST / 1024 / 1024);
            let found = Diagnostic::of_file(code::TOO_LARGE, &path.display().to_string(), &message);
            Err(Box::new(found.with_hint(&hint)))
        }
        Ok(found) if !found.is_file() && !found.is_dir() => {
            let message = "this is a device or a pipe, not a file";
            Err(Box::new(Diagnostic::of_file(code::UNREADABLE, &path.display().to_string(), message)))
        }
        // What is said of a missing configuration is no help here.
        found => Document::open_within(path, LARGEST).map_err(|problem| {
            let hint = problem.hint.filter(|_| found.is_ok());
            Box::new(Diagnostic { hint, ..*problem })
        }),
    }
}

/// What is broken in one object, or one SLO of it, leaves the others as they are.
pub fn read(document: &Document) -> Read {
    let report = Report::new(&document.name(), document.text());
    let mut objects = Vec::new();
    for tree in yaml::parse(document.text(), &report) {
        for (kind, node) in detect::objects(&tree, &report) {
            if let Some(reader) = Reader::new(kind.words(), &node, &report) {
                objects.extend(objects_of(kind, reader));
            }
        }
    }
    Read { objects, findings: report.finish() }
}

fn objects_of(kind: Kind, reader: Reader<'_, '_>) -> Vec<Object> {
    let draft = |draft| Object::Draft(Box::new(draft));
    let one = match kind {
        Kind::SlothFile => sloth::read_file(reader).map(Object::Sloth),
        Kind::SlothObject => sloth::read_object(reader).map(Object::Sloth),
        Kind::SlothWindows => sloth::read_windows(reader).map(Object::SlothWindows),
        Kind::Pyrra => pyrra::read(reader).map(|slo| Object::Pyrra(Box::new(slo))),
        Kind::OpenSlo => open_slo(reader, openslo::Version::V1),
        Kind::OpenSloAlpha => open_slo(reader, openslo::Version::V1Alpha),
        Kind::OpenSloV2 => open_slo(reader, openslo::Version::V2Alpha),
        Kind::SloGenerator => slo_generator::read(reader).map(draft),
        Kind::Nobl9 => nobl9::read(reader).map(Box::new).map(Object::Nobl9),
        Kind::GrafanaSlo => return grafana::read(reader).into_iter().map(draft).collect(),
    };
    one.into_iter().collect()
}

/// Second step, once the objects of all files are there: what names other objects becomes drafts, those of
/// `OpenSLO` first, then Nobl9's, then what was a draft already. Objects of Sloth and Pyrra are passed over.
pub fn link(objects: &[Object]) -> draft::Linked {
    let (mut open_slo, mut nobl9, mut done) = (Vec::new(), Vec::new(), Vec::new());
    for object in objects {
        match object {
            Object::OpenSlo(object) => open_slo.push(&**object),
            Object::Nobl9(object) => nobl9.push(&**object),
            Object::Draft(draft) => done.push((**draft).clone()),
            Object::Sloth(_) | Object::SlothWindows(_) | Object::Pyrra(_) => {}
        }
    }
    let (mut linked, more) = (openslo::link(&open_slo), nobl9::link(&nobl9));
    linked.drafts.extend(more.drafts.into_iter().chain(done));
    linked.findings.extend(more.findings);
    linked
}

fn open_slo(reader: Reader<'_, '_>, version: openslo::Version) -> Option<Object> {
    openslo::read(reader, version).map(|object| Object::OpenSlo(Box::new(object)))
}

#[cfg(test)]
mod tests;
