//! From what a tool's file says to an objective of ours.

use std::collections::BTreeMap;

use super::draft::{Alerts, Draft, Horizon};
use super::spot::Spot;
use crate::config::code;
use crate::config::diagnostic::Diagnostic;
use crate::config::doubt::{self, Doubt};
use crate::config::group::group_trouble;
use crate::config::origin::Origin;
use crate::config::shown::quoted;
use crate::domain::slo::method::Method;
use crate::domain::slo::objective::{About, Group, Objective};
use crate::domain::slo::policy::Policy;
use crate::domain::slo::sli::Sli;
use crate::domain::slo::tier::{Tier, preset, workbook};
use crate::domain::slo::tool::part_of_id;
use crate::domain::slo::window::Window;

/// What an import decides where the files are silent.
#[derive(Clone, Debug, PartialEq)]
pub struct Terms {
    /// Name of the backend that counts.
    pub backend: String,
    /// Names of all backends; a file may name one.
    pub backends: Vec<String>,
    /// The window of formats that have none.
    pub window: Window,
    pub policy: Policy,
}

/// An objective and where it was written.
#[derive(Clone, Debug, PartialEq)]
pub struct Carried {
    pub objective: Objective,
    pub origin: Origin,
}

/// The objective, unless something of it cannot be said here; all that is odd about it either way.
pub(super) fn carry(draft: Draft, terms: &Terms) -> (Option<Carried>, Vec<Diagnostic>) {
    let mut findings: Vec<_> =
        draft.notes.iter().map(|note| note.spot.warning(code::NOT_CARRIED, &note.text, None)).collect();
    let outcome = objective(&draft, terms);
    let carried = match outcome {
        Ok(objective) => {
            findings.extend(doubts(&objective, &draft));
            Some(Carried { objective, origin: draft.origin })
        }
        Err(why) => {
            findings.extend(why.map(|why| *why));
            None
        }
    };
    (carried, findings)
}

/// The same that the configuration says of its own SLOs.
fn doubts(objective: &Objective, draft: &Draft) -> Vec<Diagnostic> {
    let at = |spot: &Spot, doubt: Doubt| spot.warning(doubt.code, &doubt.message, doubt.hint);
    let (tiers, slice) = (&objective.tiers, objective.method.slice());
    let target = doubt::of_target(objective.target).map(|doubt| at(&draft.goal.spot, doubt));
    let blind = slice.into_iter().flat_map(|slice| doubt::of_slices(tiers, slice));
    let dead = doubt::of_tiers(tiers, objective.target).chain(blind);
    target.into_iter().chain(dead.map(|doubt| at(&draft.spot, doubt))).collect()
}

/// None as an error where the notes have said it all.
type Refused = Option<Box<Diagnostic>>;

fn objective(draft: &Draft, terms: &Terms) -> Result<Objective, Refused> {
    let refuse = |spot: &Spot, code, message: &str, hint: Option<&str>| {
        Some(Box::new(spot.error(code, message, hint)))
    };
    let target = draft.goal.value.target();
    let target =
        target.map_err(|error| refuse(&draft.goal.spot, code::BAD_TARGET, &error.to_string(), None))?;
    let sli = draft.sli.clone().ok_or(None)?;
    let (window, calendar) = match draft.window {
        Some(Horizon::Rolling(window)) => (window, None),
        Some(Horizon::Calendar(calendar)) => (calendar.nominal(), Some(calendar)),
        None => (terms.window, None),
    };
    let wrong = doubt::bad_window(window).or_else(|| draft.method.slice().and_then(doubt::bad_slice));
    if let Some(wrong) = wrong {
        return Err(refuse(&draft.spot, wrong.code, &wrong.message, wrong.hint));
    }
    let (service, name) = (part_of_id(&draft.service.value), part_of_id(&draft.name.value));
    let named = [(&service, &draft.service.spot), (&name, &draft.name.spot)];
    if let Some((_, spot)) = named.into_iter().find(|(part, _)| part.is_empty()) {
        return Err(refuse(spot, code::BAD_NAME, "nothing of this name can be shown or typed", None));
    }
    if let Some(trouble) = group_trouble(&draft.group_by, &sli) {
        return Err(refuse(&draft.spot, code::BAD_NAME, &trouble, Some("group by what people know")));
    }
    // A composite is what its members are: it has no backend, and no method of its own.
    let whole = matches!(sli, Sli::Composite(_));
    let source = if whole { String::new() } else { backend(draft, terms) };
    let method = if whole { Method::Occurrences } else { draft.method };
    let bare = Objective::new(&service, &name, &source, sli, target, window);
    let (alerts, tiers) = alerts(draft, window).map_err(|why| {
        refuse(&draft.spot, code::BAD_VALUE, &why, Some("give the import another window, or own tiers"))
    })?;
    let group = Group { parent: bare.id.clone(), by: draft.group_by.clone(), labels: BTreeMap::new() };
    Ok(Objective {
        description: draft.description.clone().or_else(|| draft.title.clone()),
        calendar,
        method,
        alerts,
        tiers,
        policy: terms.policy.clone(),
        runbook: draft.runbook.clone(),
        group: (!draft.group_by.is_empty()).then_some(group),
        about: about(draft),
        ..bare
    })
}

fn about(draft: &Draft) -> About {
    let weighted = draft.time_weighted && draft.method == Method::Occurrences;
    let weighted = weighted.then(|| "a mean over time: its query has a range of its own".to_owned());
    About {
        labels: draft.labels.clone(),
        annotations: draft.annotations.clone(),
        tool: Some(draft.tool.word().to_owned()),
        place: Some(draft.spot.text()),
        pager: draft.pager.clone(),
        namespace: draft.namespace.clone(),
        notes: draft.notes.iter().map(|note| note.text.clone()).chain(weighted).collect(),
    }
}

/// The one that the file names, if it is configured here under that name.
fn backend(draft: &Draft, terms: &Terms) -> String {
    let named = draft.source.as_ref().and_then(|source| source.name.as_ref());
    let known = named.filter(|name| terms.backends.contains(name));
    known.cloned().unwrap_or_else(|| terms.backend.clone())
}

/// Name and tiers.
fn alerts(draft: &Draft, window: Window) -> Result<(String, Vec<Tier>), String> {
    match &draft.alerts {
        Alerts::Ready { name, tiers } => Ok(((*name).to_owned(), tiers.clone())),
        Alerts::Own(conditions) => {
            Ok(("own".to_owned(), conditions.iter().filter_map(|condition| condition.tier).collect()))
        }
        Alerts::Unsaid => Ok(("workbook".to_owned(), workbook(window))),
        Alerts::Preset(name) => match preset(name, window) {
            Some(Ok(tiers)) => Ok(((*name).to_owned(), tiers)),
            Some(Err(why)) => Err(why.to_string()),
            None => Err(format!("there is no alert preset `{}`", quoted(name))),
        },
    }
}

/// The id that an objective of this service and name gets, for composites that name it.
pub(super) fn id(service: &str, name: &str) -> String {
    format!("{}/{}", part_of_id(service), part_of_id(name))
}
