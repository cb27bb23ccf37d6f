//! The laws that hold for what several formats come to.

use std::sync::Arc;

use burnwatch::config::{Diagnostic, Document, load, write};
use burnwatch::domain::slo::objective::{About, Objective};
use burnwatch::domain::slo::policy::Policy;
use burnwatch::domain::slo::sli::Sli;
use burnwatch::domain::slo::window::Window;
use burnwatch::source::prometheus::rules::{self, Style};
use burnwatch::text::is_unsafe;

pub fn clean_findings(findings: &[Diagnostic], text: &str) {
    assert!(findings.len() <= 2000, "{} findings", findings.len());
    for finding in findings {
        let line = finding.line();
        assert!(!line.chars().any(is_unsafe), "{line:?}");
    }
    // Drawing takes longer than finding.
    for finding in findings.iter().take(3) {
        let drawn = finding.render(text, false);
        assert!(!drawn.chars().any(|c| is_unsafe(c) && c != '\n'), "{drawn:?}");
    }
}

/// Objectives that are written as tables of our own configuration, and read as they were.
pub fn read_again(objectives: &[Objective]) {
    for objective in objectives.iter().take(6) {
        let mut text = "[[backend]]\nname = 'main'\ntype = 'prometheus'\n".to_owned();
        let written = as_written(objective);
        if let Sli::Composite(composite) = &written.sli {
            let bare = |id: &str| {
                let (service, name) = id.split_once('/').expect("an id");
                let target = "99%".parse().expect("a target");
                Objective::new(service, name, "main", Sli::Bool("up".to_owned()), target, Window::days(28))
            };
            composite.members.iter().for_each(|member| text.push_str(&write::slo(&bare(&member.id))));
        }
        text.push_str(&write::slo(&written));
        assert!(!text.chars().any(|c| is_unsafe(c) && c != '\n'), "{text:?}");
        match load(&Document::new(None, &text), None) {
            Err(found) => {
                let lines: Vec<_> = found.iter().filter(|one| one.is_error()).map(Diagnostic::line).collect();
                panic!("not readable: {lines:#?}\n{text}");
            }
            Ok(loaded) => {
                let read = loaded.config.objectives.last().expect("an objective");
                assert_eq!(as_written(read), written, "\n{text}");
            }
        }
    }
}

/// Without what a table does not say.
fn as_written(objective: &Objective) -> Objective {
    let about =
        About { tool: None, place: None, namespace: None, notes: Vec::new(), ..objective.about.clone() };
    let source = if objective.source.is_empty() { "" } else { "main" }.to_owned();
    let alerts = String::new();
    let target = objective.target.to_string().parse().expect("a target as it was printed");
    Objective { about, alerts, source, target, policy: Policy::usual(), ..objective.clone() }
}

/// Rules of every style, which are harmless in every line.
pub fn rules(objectives: &[Objective]) {
    let objectives: Vec<_> = objectives.iter().cloned().map(Arc::new).collect();
    for style in [Style::Burnwatch, Style::Sloth, Style::Pyrra] {
        let written = rules::rules(&objectives, style);
        let yaml = rules::yaml(&written.file);
        assert!(!yaml.chars().any(|c| is_unsafe(c) && c != '\n'), "{yaml:?}");
    }
}
