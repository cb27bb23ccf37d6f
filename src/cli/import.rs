//! `import`: the SLOs of other tools' files as tables of our own configuration.

use std::path::PathBuf;

use super::args::{Common, ImportArgs};
use super::exit::{Failure, PROBLEMS};
use super::output::{print, say};
use super::session::{lines, render};
use crate::config::catalogue::{Import, Terms, load};
use crate::config::{Diagnostic, Origin, Texts, write};
use crate::domain::slo::policy::Policy;

/// Stands for no configuration: what is imported is to be pasted into one.
pub(super) fn run(_common: &Common, args: &ImportArgs) -> Result<u8, Failure> {
    let terms = Terms {
        backend: args.backend.clone().unwrap_or_default(),
        backends: args.backend.clone().into_iter().collect(),
        window: args.window,
        policy: Policy::usual(),
    };
    let import = |files: &PathBuf| Import { files: files.clone(), terms: terms.clone() };
    let imports: Vec<_> = args.files.iter().map(import).collect();
    let origin = Origin { file: "command line".to_owned(), ..Origin::default() };
    let catalogue = load(&imports, &origin);
    let texts = Texts::new(catalogue.documents.clone());
    let told =
        if args.short { lines(&catalogue.findings, &texts) } else { render(&catalogue.findings, &texts) };
    if !told.is_empty() {
        say(&told);
    }
    let tables: Vec<String> =
        catalogue.carried.iter().map(|carried| write::slo(&carried.objective)).collect();
    print(&tables.join("\n"))?;
    let broken = catalogue.findings.iter().any(Diagnostic::is_error) || tables.is_empty();
    Ok(if broken { PROBLEMS } else { 0 })
}
