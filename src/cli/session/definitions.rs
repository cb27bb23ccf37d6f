//! Objectives and maintenance windows as a recording keeps them.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::config::{self, Document, write};
use crate::domain::slo::correction::{Correction, When};
use crate::domain::slo::objective::Objective;
use crate::domain::slo::policy::{Policy, Stance, Step};
use crate::domain::slo::span::Span;
use crate::source::record::{Backend, Definition, Maintenance, Step as Written};

const STANCES: [(Stance, &str); 3] =
    [(Stance::Ship, "ship"), (Stance::Caution, "caution"), (Stance::Freeze, "freeze")];

pub(super) fn maintenance(kept: &Maintenance) -> Correction {
    Correction {
        title: kept.title.clone(),
        when: When::Once(Span { from: kept.from, to: kept.to }),
        services: kept.services.clone(),
        slos: kept.slos.clone(),
        excluded: kept.excluded,
        reason: kept.reason.clone(),
    }
}

/// As text of a configuration, with what that would lose beside it.
pub(in crate::cli) fn define(objective: &Objective) -> Definition {
    let stance =
        |stance: Stance| STANCES.iter().find(|known| known.0 == stance).map_or("ship", |known| known.1);
    let step = |step: &Step| Written {
        below: step.below,
        inclusive: step.inclusive,
        recover_above: step.recover_above,
        word: step.word.clone(),
        stance: stance(step.stance).to_owned(),
        actions: step.actions.clone(),
    };
    Definition {
        // A policy of the configuration is not there when this is read.
        toml: write::slo(&Objective { policy: Policy::usual(), ..objective.clone() }),
        alerts: objective.alerts.clone(),
        tool: objective.about.tool.clone(),
        place: objective.about.place.clone(),
        notes: objective.about.notes.clone(),
        policy: objective.policy.name.clone(),
        steps: objective.policy.steps.iter().map(step).collect(),
    }
}

/// The objectives of these definitions, all of them or why not.
pub(super) fn undefine(
    definitions: &[Definition],
    backends: &[Backend],
) -> Result<Vec<Arc<Objective>>, String> {
    let backend = |backend: &Backend| {
        let name = serde_json::Value::from(backend.name.as_str());
        format!("[[backend]]\nname = {name}\ntype = \"prometheus\"\n")
    };
    let mut text: String = backends.iter().map(backend).collect();
    for definition in definitions {
        text.push_str(&definition.toml);
    }
    let loaded = config::load(&Document::new(None, &text), None).map_err(|problems| {
        let first = problems.iter().find(|problem| problem.is_error());
        first.map(|problem| problem.message.clone()).unwrap_or_default()
    })?;
    let objectives = loaded.config.objectives;
    if objectives.len() != definitions.len() {
        return Err("a definition is not that of one SLO".to_owned());
    }
    Ok(objectives
        .iter()
        .zip(definitions)
        .map(|(objective, definition)| whole(objective, definition))
        .collect())
}

/// Each by itself where they cannot be read together.
pub(super) fn undefine_some(
    definitions: &[Definition],
    backends: &[Backend],
) -> (Vec<Arc<Objective>>, Vec<String>) {
    if let Ok(all) = undefine(definitions, backends) {
        return (all, Vec::new());
    }
    let (mut found, mut problems) = (Vec::new(), BTreeMap::new());
    for definition in definitions {
        match undefine(std::slice::from_ref(definition), backends) {
            Ok(one) => found.extend(one),
            Err(why) => *problems.entry(why).or_insert(0) += 1,
        }
    }
    let sentence = |(why, count): (String, i32)| {
        format!("{count} of the SLOs that were found cannot be replayed: {why}")
    };
    (found, problems.into_iter().map(sentence).collect())
}

fn whole(objective: &Arc<Objective>, definition: &Definition) -> Arc<Objective> {
    let mut objective = Objective::clone(objective);
    let stance =
        |word: &str| STANCES.iter().find(|known| known.1 == word).map_or(Stance::Freeze, |known| known.0);
    let step = |step: &Written| Step {
        below: step.below,
        inclusive: step.inclusive,
        recover_above: step.recover_above,
        word: step.word.clone(),
        stance: stance(&step.stance),
        actions: step.actions.clone(),
    };
    objective.alerts.clone_from(&definition.alerts);
    objective.policy =
        Policy { name: definition.policy.clone(), steps: definition.steps.iter().map(step).collect() };
    let about = &mut objective.about;
    about.tool.clone_from(&definition.tool);
    about.place.clone_from(&definition.place);
    about.notes.clone_from(&definition.notes);
    Arc::new(objective)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::slo::sli::Sli;
    use crate::domain::slo::tier::sloth;
    use crate::domain::slo::window::Window;

    #[test]
    fn an_objective_is_read_as_it_was_recorded() {
        let mut slo = Objective::new(
            "a b",
            "c",
            "my \"main\"",
            Sli::Bool("up".into()),
            "99%".parse().unwrap(),
            Window::days(28),
        );
        (slo.alerts, slo.tiers) = ("sloth".to_owned(), sloth(Window::days(28)).unwrap());
        slo.about.tool = Some("sloth".to_owned());
        slo.about.place = Some("found in my main".to_owned());
        slo.about.notes = vec!["a note\nin two lines".to_owned()];
        let steps = vec![Step {
            below: Some(0.1),
            inclusive: true,
            recover_above: Some(0.2),
            word: "STOP".into(),
            stance: Stance::Freeze,
            actions: vec!["go home".into()],
        }];
        slo.policy = Policy { name: "ours".to_owned(), steps };
        let backend = Backend {
            name: "my \"main\"".into(),
            kind: "x".into(),
            address: String::new(),
            discovers: true,
            lag: 0,
        };
        let read = undefine(&[define(&slo)], std::slice::from_ref(&backend)).unwrap();
        assert_eq!(*read[0], slo);
        let broken = Definition { toml: "[[slo]]\nservice = 3".into(), ..define(&slo) };
        let (found, problems) = undefine_some(&[define(&slo), broken], &[backend]);
        assert_eq!((found.len(), problems.len()), (1, 1), "{problems:?}");
    }
}
