//! SLOs that are already defined in the files of other tools.
//!
//! A file is read as a tree with places (`yaml`), taken apart into objects ([`detect`]), and each object is
//! read as its tool understands it. What comes out is still the tool's own view.

pub mod detect;
pub mod draft;
mod duration;
pub mod indicator;
pub mod kubernetes;
pub mod labels;
pub mod openslo;
pub mod pyrra;
pub mod query;
mod reader;
pub mod sloth;
pub mod slug;
pub mod spot;
pub mod tiers;
mod yaml;

use std::path::Path;

use super::code;
use super::diagnostic::Diagnostic;
use super::document::Document;
use super::report::Report;
use detect::Kind;
use reader::Reader;

/// Generated files hold many SLOs; more than this is something else.
pub const LARGEST: u64 = 8 * 1024 * 1024;

/// What a file defines.
#[derive(Clone, Debug, PartialEq)]
pub enum Object {
    Sloth(sloth::Service),
    SlothWindows(sloth::AlertWindows),
    Pyrra(pyrra::Slo),
    OpenSlo(Box<openslo::Object>),
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
        _ => Document::open_within(path, LARGEST),
    }
}

/// What is broken in one object, or one SLO of it, leaves the others as they are.
pub fn read(document: &Document) -> Read {
    let report = Report::new(&document.name(), document.text());
    let mut objects = Vec::new();
    for tree in yaml::parse(document.text(), &report) {
        for (kind, node) in detect::objects(&tree, &report) {
            if let Some(reader) = Reader::new(kind.words(), &node, &report) {
                objects.extend(object(kind, reader));
            }
        }
    }
    Read { objects, findings: report.finish() }
}

fn object(kind: Kind, reader: Reader<'_, '_>) -> Option<Object> {
    match kind {
        Kind::SlothFile => sloth::read_file(reader).map(Object::Sloth),
        Kind::SlothObject => sloth::read_object(reader).map(Object::Sloth),
        Kind::SlothWindows => sloth::read_windows(reader).map(Object::SlothWindows),
        Kind::Pyrra => pyrra::read(reader).map(Object::Pyrra),
        Kind::OpenSlo => open_slo(reader, openslo::Version::V1),
        Kind::OpenSloAlpha => open_slo(reader, openslo::Version::V1Alpha),
        Kind::OpenSloV2 => open_slo(reader, openslo::Version::V2Alpha),
        Kind::SloGenerator | Kind::Nobl9 | Kind::GrafanaSlo => {
            let message = format!("{} cannot be read yet", kind.words());
            reader.report().error(code::NOT_YET, &reader.span(), &message).hint("leave the file out for now");
            None
        }
    }
}

fn open_slo(reader: Reader<'_, '_>, version: openslo::Version) -> Option<Object> {
    openslo::read(reader, version).map(|object| Object::OpenSlo(Box::new(object)))
}

#[cfg(test)]
mod tests;
