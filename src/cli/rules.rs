//! `rules`: recording and alert rules for Prometheus, from the configured SLOs.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use super::args::{Common, RulesArgs, RulesStyle};
use super::exit::{Failure, PROBLEMS};
use super::json;
use super::open;
use super::output::{print, say};
use super::session::Session;
use crate::domain::slo::objective::Objective;
use crate::domain::slo::sli::Sli;
use crate::source::prometheus::KIND;
use crate::source::prometheus::rules::{Remark, Style, rules, yaml};
use crate::text::clean;

pub(super) fn run(common: &Common, args: &RulesArgs) -> Result<u8, Failure> {
    if args.out.is_some() && common.read_only {
        return Err(Failure::configuration("error: --out writes a file, and --read-only forbids it"));
    }
    let session = open::session(common, false)?;
    for id in &args.ids {
        session.known_slo(id)?;
    }
    let chosen: Vec<Arc<Objective>> = session
        .config
        .objectives
        .iter()
        .filter(|slo| args.ids.is_empty() || args.ids.contains(&slo.id))
        .cloned()
        .collect();
    let unwritten = |id: &&String| !chosen.iter().any(|slo| slo.id == **id);
    if let Some(id) = args.ids.iter().find(unwritten) {
        let hint = "name the SLO that is grouped; its rules are for all its label sets";
        return Err(Failure::configuration(format!(
            "error: `{}` has no rules of its own; {hint}",
            clean(id)
        )));
    }
    if chosen.is_empty() {
        return Err(Failure::configuration("error: no SLO is configured; `burnwatch init` shows one"));
    }
    let (asked, elsewhere): (Vec<_>, Vec<_>) = chosen.into_iter().partition(|slo| is_counted(&session, slo));
    let written = rules(&asked, style(args.style));
    for slo in &elsewhere {
        say(&format!(
            "left out: {}: no Prometheus counts it, its backend is `{}`",
            clean(&slo.id),
            clean(&slo.source)
        ));
    }
    tell_of_servers(&session, &asked);
    tell("left out", &written.left_out);
    tell("note", &written.remarks);
    let text = if args.json { json::document(&written.file)? } else { yaml(&written.file) };
    match &args.out {
        Some(path) => write(path, &text)?,
        None => print(&text)?,
    }
    // Rules of SLOs that a broken file hides are missing too, and whoever loads these should know.
    let missing = session.missing();
    if let Some(missing) = &missing {
        say(missing);
    }
    let whole = elsewhere.is_empty() && written.left_out.is_empty() && missing.is_none();
    Ok(if whole { 0 } else { PROBLEMS })
}

fn style(style: RulesStyle) -> Style {
    match style {
        RulesStyle::Burnwatch => Style::Burnwatch,
        RulesStyle::Sloth => Style::Sloth,
        RulesStyle::Pyrra => Style::Pyrra,
    }
}

/// The demo stands for a Prometheus. A composite has no backend; the rules say themselves what they think of it.
fn is_counted(session: &Session, slo: &Objective) -> bool {
    let backend = session.config.backends.iter().find(|backend| backend.name == slo.source);
    session.demo.is_some()
        || matches!(slo.sli, Sli::Composite(_))
        || backend.is_some_and(|backend| backend.kind == KIND.name)
}

/// A server sees only its own series, and so do its rules.
fn tell_of_servers(session: &Session, asked: &[Arc<Objective>]) {
    let counted = asked.iter().filter(|slo| !matches!(slo.sli, Sli::Composite(_)));
    let sources: BTreeSet<&str> = counted.map(|slo| slo.source.as_str()).collect();
    if sources.len() > 1 && session.demo.is_none() {
        let names = sources.into_iter().map(clean).collect::<Vec<_>>().join(", ");
        say(&format!(
            "note: these SLOs are counted by {names}; name those of one server to write its rules alone"
        ));
    }
}

fn tell(word: &str, remarks: &[Remark]) {
    for remark in remarks {
        say(&format!("{word}: {}: {}", clean(&remark.id), clean(&remark.text)));
    }
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    let told = |error| Failure::unexpected(&format!("{}: {error}", clean(&path.to_string_lossy())));
    std::fs::write(path, text).map_err(told)
}
