//! The catalogue of a session, read again when its files change.

use std::sync::Arc;

use crate::config::catalogue::{Catalogue, Import, load, mark};
use crate::config::{Config, Origin};
use crate::domain::slo::objective::Objective;
use crate::runtime::catalogue_watch::{Edition, Look};

struct Shelf {
    imports: Vec<Import>,
    origin: Origin,
    /// Those of the configuration itself.
    own: Vec<Arc<Objective>>,
    /// The newest edition, with what was kept of older ones.
    current: Catalogue,
    mark: u64,
}

/// What the dashboard looks at; nothing without a catalogue.
pub(super) fn watched(config: &Config, catalogue: &Catalogue) -> Option<Look> {
    if config.imports.is_empty() {
        return None;
    }
    let imported = |objective: &&Arc<Objective>| {
        catalogue.carried.iter().any(|carried| carried.objective.id == objective.id)
    };
    let mut shelf = Shelf {
        imports: config.imports.clone(),
        origin: config.origin.clone(),
        own: config.objectives.iter().filter(|objective| !imported(objective)).cloned().collect(),
        current: catalogue.clone(),
        mark: mark(&config.imports),
    };
    Some(Box::new(move || shelf.look()))
}

impl Shelf {
    fn look(&mut self) -> Option<Edition> {
        let mark = mark(&self.imports);
        if mark == self.mark {
            return None;
        }
        self.mark = mark;
        let mut next = load(&self.imports, &self.origin);
        next.without(&self.own);
        next.keep_broken(&self.current);
        let imported = next.carried.iter().map(|carried| Arc::new(carried.objective.clone()));
        let objectives = self.own.iter().cloned().chain(imported).collect();
        let trouble = trouble(&next).unwrap_or_default();
        self.current = next;
        Some(Edition { objectives, trouble })
    }
}

/// What is wrong with the files, in a line; `check` tells it all.
pub(super) fn trouble(catalogue: &Catalogue) -> Option<String> {
    Some(format!("catalogue: {}; what was read before stays", first_error(catalogue)?))
}

/// The first error, and how many more there are.
pub(super) fn first_error(catalogue: &Catalogue) -> Option<String> {
    let (count, first) = catalogue.trouble()?;
    let more = if count > 1 { format!(", and {} more", count - 1) } else { String::new() };
    Some(format!("{first}{more}; `burnwatch check` shows all"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::catalogue::Terms;
    use crate::domain::slo::policy::Policy;
    use crate::domain::slo::window::Window;

    fn pyrra(target: &str) -> String {
        format!(
            "apiVersion: pyrra.dev/v1alpha1\nkind: ServiceLevelObjective\nmetadata: {{name: up}}\n\
             spec: {{target: \"{target}\", window: 4w, indicator: {{bool_gauge: {{metric: 'up{{job=\"a\"}}'}}}}}}\n"
        )
    }

    fn told(edition: &Edition) -> Vec<String> {
        edition.objectives.iter().map(|objective| format!("{} {}", objective.id, objective.target)).collect()
    }

    #[test]
    fn an_edit_is_taken_and_a_broken_one_keeps_what_was_there() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.yaml");
        std::fs::write(&file, pyrra("99")).unwrap();
        let terms = Terms {
            backend: "main".into(),
            backends: Vec::new(),
            window: Window::days(30),
            policy: Policy::usual(),
        };
        let imports = vec![Import { files: folder.path().to_owned(), terms }];
        let current = load(&imports, &Origin::default());
        let mut shelf =
            Shelf { mark: mark(&imports), imports, origin: Origin::default(), own: Vec::new(), current };
        assert_eq!(shelf.look(), None);
        std::fs::write(&file, pyrra("99.95")).unwrap();
        assert_eq!(told(&shelf.look().unwrap()), ["a/up 99.95%"]);
        std::fs::write(&file, pyrra("much")).unwrap();
        let broken = shelf.look().unwrap();
        assert_eq!(told(&broken), ["a/up 99.95%"]);
        assert!(
            broken.trouble.contains("a.yaml:4:") && broken.trouble.contains("stays"),
            "{}",
            broken.trouble
        );
        std::fs::write(folder.path().join("b.yaml"), pyrra("90").replace("name: up", "name: down")).unwrap();
        assert_eq!(told(&shelf.look().unwrap()), ["a/down 90%", "a/up 99.95%"]);
        std::fs::write(&file, pyrra("99.999")).unwrap();
        let mended = shelf.look().unwrap();
        assert_eq!(told(&mended), ["a/up 99.999%", "a/down 90%"]);
        assert_eq!(mended.trouble, "");
    }
}
