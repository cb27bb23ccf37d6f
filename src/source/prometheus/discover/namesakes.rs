//! Pyrra's SLOs of one name: it labels what it records with the name alone, so that SLOs of several namespaces are told
//! apart by the files of their rules, and by a label `namespace` where a cluster adds one.

use std::collections::{BTreeMap, BTreeSet};

use super::rules::Rule;
use crate::domain::slo::namesake::apart;

/// What the names of the rules that record how fast an SLO burns have before the window.
pub(super) const BURN: &str = ":burnrate";
/// Characters of the id that Kubernetes gives an object.
const UID: usize = 36;
/// Labels that tell the tiers of one SLO apart, not SLOs.
const OF_TIERS: &[&str] = &["severity", "short", "long", "exhaustion"];

/// Where rules stand: their file, and the namespace that they are labelled with.
type Place<'a> = (&'a str, &'a str);

/// The rules of one SLO.
pub(super) struct Part<'a> {
    pub(super) rules: Vec<&'a Rule>,
    /// As far as a label or the file's name tells it.
    pub(super) namespace: Option<String>,
    /// What its alerts have and those of its namesakes have not; `None` where they cannot be told apart.
    pub(super) apart: Option<BTreeMap<String, String>>,
}

/// One part for each SLO that has the name `slo`. A file that says the same again is no other one.
pub(super) fn parts<'a>(slo: &str, rules: &[&'a Rule]) -> Vec<Part<'a>> {
    let mut burning: BTreeMap<Place<'a>, BTreeSet<(&str, &str)>> = BTreeMap::new();
    for rule in rules.iter().filter(|rule| burns(rule)) {
        burning.entry(place(rule)).or_default().insert((&rule.name, &rule.query));
    }
    let files: BTreeSet<&str> = burning.keys().map(|(file, _)| *file).collect();
    let mut seen = BTreeSet::new();
    let places: Vec<Place<'_>> =
        burning.iter().filter(|(_, burns)| seen.insert(*burns)).map(|(place, _)| *place).collect();
    if places.len() < 2 {
        return vec![Part { rules: rules.to_vec(), namespace: None, apart: Some(BTreeMap::new()) }];
    }
    let of = |wanted: Place<'_>| {
        // What burns nowhere may belong to each of them, unless it stands beside one.
        let fits = |rule: &&&Rule| {
            let own = place(rule);
            own == wanted || (!burning.contains_key(&own) && (own.0 == wanted.0 || !files.contains(own.0)))
        };
        rules.iter().filter(fits).copied().collect::<Vec<_>>()
    };
    let all: Vec<Vec<&Rule>> = places.iter().map(|place| of(*place)).collect();
    let signs: Vec<_> = all.iter().map(|rules| signs(rules)).collect();
    let part = |(at, rules): (usize, Vec<&'a Rule>)| {
        let others = || signs.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, signs)| signs);
        let (file, label) = places[at];
        Part {
            namespace: Some(label)
                .filter(|label| !label.is_empty())
                .map(str::to_owned)
                .or_else(|| of_file(file, slo)),
            apart: apart(&signs[at], others),
            rules,
        }
    };
    all.into_iter().enumerate().map(part).collect()
}

/// Whether a rule records how fast an SLO burns.
pub(super) fn burns(rule: &Rule) -> bool {
    rule.window_after(BURN).is_some()
}

fn place(rule: &Rule) -> Place<'_> {
    (&rule.file, rule.label("namespace"))
}

/// Whether rules of one place burn in more than one way, as rules of several SLOs do.
pub(super) fn is_mixed(rules: &[&Rule]) -> bool {
    let mut known: BTreeMap<(Place<'_>, &str), (&str, &str)> = BTreeMap::new();
    rules.iter().filter(|rule| burns(rule)).any(|rule| {
        let window = rule.name.rsplit_once(':').map_or("", |(_, burn)| burn);
        let own = (rule.name.as_str(), rule.query.as_str());
        *known.entry((place(rule), window)).or_insert(own) != own
    })
}

/// The labels that all burn rate alerts of an SLO have, and their name.
fn signs(rules: &[&Rule]) -> BTreeMap<String, String> {
    let alerts = rules.iter().filter(|rule| rule.is_alert() && rule.query.contains(BURN));
    let own = |rule: &&Rule| {
        let labels = rule.labels.iter().filter(|(name, _)| !OF_TIERS.contains(&name.as_str()));
        let labels = labels.map(|(name, value)| (name.clone(), value.clone()));
        labels.chain([("alertname".to_owned(), rule.name.clone())]).collect::<BTreeMap<_, _>>()
    };
    let common = |mut one: BTreeMap<String, String>, other: BTreeMap<String, String>| {
        one.retain(|name, value| other.get(name) == Some(value));
        one
    };
    alerts.map(own).reduce(common).unwrap_or_default()
}

/// The Prometheus operator writes the rules of an object to `<namespace>-<name>-<uid>.yaml`.
fn of_file(file: &str, slo: &str) -> Option<String> {
    let name = file.rsplit('/').next()?;
    let stem = name.strip_suffix(".yaml").or_else(|| name.strip_suffix(".yml"))?;
    let uid = stem.len().checked_sub(UID + 1).and_then(|at| stem.split_at_checked(at));
    let is_uid = |text: &str| {
        text.starts_with('-') && text.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
    };
    let object = uid.filter(|(_, uid)| is_uid(uid)).map_or(stem, |(object, _)| object);
    let namespace = object.strip_suffix(slo)?.strip_suffix('-')?;
    (!namespace.is_empty()).then(|| namespace.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_the_operator_tell_the_namespace() {
        let uid = "0a1b2c3d-1111-2222-3333-444455556666";
        for (file, namespace) in [
            (format!("/etc/prometheus/rules/k8s-0/team-a-api-errors-{uid}.yaml"), Some("team-a")),
            ("/rules/team-b-api-errors.yml".to_owned(), Some("team-b")),
            (format!("/rules/api-errors-{uid}.yaml"), None),
            ("/rules/other.yaml".to_owned(), None),
            ("é-api-errors.yaml".to_owned(), Some("é")),
            (String::new(), None),
        ] {
            assert_eq!(of_file(&file, "api-errors").as_deref(), namespace, "{file}");
        }
    }
}
