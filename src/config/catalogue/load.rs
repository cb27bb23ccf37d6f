//! The catalogue as a whole: files found, read, linked and carried over; what is broken leaves the rest.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::PathBuf;

use super::carry::{Carried, Terms, carry};
use super::draft::Draft;
use super::find::{Found, found};
use super::from_sloth::Process;
use super::namesakes::tell_apart;
use super::sloth::AlertWindows;
use super::spot::once;
use super::{Object, from_pyrra, from_sloth, link, open, read};
use crate::config::code;
use crate::config::diagnostic::Diagnostic;
use crate::config::document::Document;
use crate::config::origin::Origin;
use crate::config::shown::{clean, quoted};
use crate::domain::slo::objective::Objective;

/// One entry of `catalogue`.
#[derive(Clone, Debug, PartialEq)]
pub struct Import {
    /// A file, a folder, or a pattern such as `slo/*.yaml`; absolute if the path of the configuration is.
    pub files: PathBuf,
    pub terms: Terms,
}

/// What the files of a catalogue come to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Catalogue {
    pub carried: Vec<Carried>,
    pub findings: Vec<Diagnostic>,
    /// Every file that was read, for the excerpts of findings.
    pub documents: Vec<Document>,
}

/// Reads everything. `origin` is where the imports were written, for findings about them.
pub fn load(imports: &[Import], origin: &Origin) -> Catalogue {
    let mut catalogue = Catalogue::default();
    let mut reading = Reading::default();
    let mut seen = BTreeSet::new();
    for import in imports {
        let files = match found(&import.files) {
            Ok(Found { files, closed }) => {
                let told =
                    closed.iter().map(|why| origin.value_error(code::UNREADABLE, "catalogue", why, None));
                catalogue.findings.extend(told);
                files
            }
            Err(why) => {
                catalogue.findings.push(origin.value_error(code::NO_FILES, "catalogue", &why, None));
                continue;
            }
        };
        // A file that two patterns or links find is read once, on the terms of the first.
        let real = |file: &PathBuf| file.canonicalize().unwrap_or_else(|_| file.clone());
        for file in files.into_iter().filter(|file| seen.insert(real(file))) {
            match open(&file) {
                Ok(document) => catalogue.take(document, &import.terms, &mut reading),
                Err(problem) => catalogue.findings.push(*problem),
            }
        }
    }
    catalogue.finish(&reading);
    catalogue
}

/// As [`load`], of one text that is in no file.
#[cfg(fuzzing)]
pub fn of_text(document: Document, terms: &Terms) -> Catalogue {
    let mut catalogue = Catalogue::default();
    let mut reading = Reading::default();
    catalogue.take(document, terms, &mut reading);
    catalogue.finish(&reading);
    catalogue
}

/// Changes when a file comes, goes or is written. Reads no file; blocks on the file system all the same.
pub fn mark(imports: &[Import]) -> u64 {
    let mut hasher = DefaultHasher::new();
    for file in imports.iter().flat_map(|import| found(&import.files).unwrap_or_default().files) {
        let about = std::fs::metadata(&file).ok().map(|about| (about.len(), about.modified().ok()));
        (file, about).hash(&mut hasher);
    }
    hasher.finish()
}

/// The objects of all files, which may name each other, and the terms by file.
#[derive(Default)]
struct Reading<'i> {
    objects: Vec<Object>,
    terms: BTreeMap<String, &'i Terms>,
}

impl Catalogue {
    fn take<'i>(&mut self, document: Document, terms: &'i Terms, reading: &mut Reading<'i>) {
        let mut found = read(&document);
        self.findings.append(&mut found.findings);
        reading.objects.append(&mut found.objects);
        reading.terms.insert(clean(&document.name()), terms);
        self.documents.push(document);
    }

    fn finish(&mut self, reading: &Reading<'_>) {
        self.carry_over(reading);
        self.distinct();
        once(&mut self.findings);
    }

    fn carry_over(&mut self, reading: &Reading<'_>) {
        for draft in self.drafts(reading) {
            let Some(terms) = reading.terms.get(draft.origin.file.as_str()) else { continue };
            let (carried, mut findings) = carry(draft, terms);
            self.carried.extend(carried);
            self.findings.append(&mut findings);
        }
    }

    fn drafts(&mut self, reading: &Reading<'_>) -> Vec<Draft> {
        let windows = self.windows(&reading.objects);
        let mut linked = link(&reading.objects);
        self.findings.append(&mut linked.findings);
        for object in &reading.objects {
            let (mut made, mut findings) = match object {
                Object::Sloth(service) => {
                    let Some(terms) = reading.terms.get(service.origin.file.as_str()) else { continue };
                    from_sloth::drafts(service, Process { period: terms.window, windows: &windows })
                }
                Object::Pyrra(slo) => {
                    let (draft, findings) = from_pyrra::draft(slo);
                    (vec![draft], findings)
                }
                _ => continue,
            };
            linked.drafts.append(&mut made);
            self.findings.append(&mut findings);
        }
        tell_apart(&mut linked.drafts);
        linked.drafts
    }

    /// Of several for one period the first counts, and the others are told of, as Sloth itself refuses them.
    fn windows(&mut self, objects: &[Object]) -> Vec<AlertWindows> {
        let mut kept: Vec<AlertWindows> = Vec::new();
        for object in objects {
            let Object::SlothWindows(windows) = object else { continue };
            let period = windows.period.value;
            if let Some(first) = kept.iter().find(|first| first.period.value == period) {
                let message = format!("AlertWindows for a period of {period} are defined twice");
                let place = format!("{}:{}", first.origin.file, first.origin.header.line);
                let hint = format!("the first are in {place}; these are left out");
                let key = "spec.sloPeriod";
                self.findings.push(windows.origin.value_error(code::DUPLICATE, key, &message, Some(&hint)));
            } else {
                self.findings.extend(from_sloth::trouble(windows));
                kept.push(windows.clone());
            }
        }
        kept
    }

    /// Of several objectives with one id the first stays, and the others are told of.
    fn distinct(&mut self) {
        let mut first: BTreeMap<String, String> = BTreeMap::new();
        let mut kept = Vec::new();
        for carried in std::mem::take(&mut self.carried) {
            let id = carried.objective.id.clone();
            let place = carried.objective.about.place.clone().unwrap_or_default();
            if let Some(there) = first.get(&id) {
                self.findings.push(twice(&id, there, &carried.origin));
            } else {
                first.insert(id, place);
                kept.push(carried);
            }
        }
        self.carried = kept;
    }

    /// Leaves out what `own` has already: the configuration comes before its imports.
    pub fn without(&mut self, own: &[std::sync::Arc<Objective>]) {
        let ids: BTreeSet<&str> = own.iter().map(|objective| objective.id.as_str()).collect();
        let (kept, double): (Vec<_>, Vec<_>) =
            self.carried.drain(..).partition(|carried| !ids.contains(carried.objective.id.as_str()));
        self.carried = kept;
        let told = double
            .iter()
            .map(|carried| twice(&carried.objective.id, "the configuration itself", &carried.origin));
        self.findings.extend(told);
    }

    /// The objectives of files in trouble as `before` had them, where they are missing now.
    pub fn keep_broken(&mut self, before: &Self) {
        let broken: BTreeSet<&str> = self
            .findings
            .iter()
            .filter(|finding| finding.is_error())
            .map(|finding| finding.file.as_str())
            .collect();
        let ids: BTreeSet<&str> = self.carried.iter().map(|carried| carried.objective.id.as_str()).collect();
        let missing = before.carried.iter().filter(|carried| {
            broken.contains(carried.origin.file.as_str()) && !ids.contains(carried.objective.id.as_str())
        });
        let missing: Vec<_> = missing.cloned().collect();
        self.carried.extend(missing);
    }

    /// How many findings are errors, and the first of them in one line.
    pub fn trouble(&self) -> Option<(usize, String)> {
        let errors: Vec<_> = self.findings.iter().filter(|finding| finding.is_error()).collect();
        Some((errors.len(), errors.first()?.line()))
    }
}

fn twice(id: &str, first: &str, origin: &Origin) -> Diagnostic {
    let message = format!("SLO `{}` is defined twice", quoted(id));
    let hint = format!("the first is in {first}; this one is left out");
    origin.value_error(code::DUPLICATE, "name", &message, Some(&hint))
}

#[cfg(test)]
mod tests;
