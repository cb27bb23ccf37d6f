//! Configuration and runbooks fit the story and each other.

use super::*;

#[test]
fn the_configuration_fits_the_story() {
    for scenario in Scenario::ALL {
        let config: toml::Table = embedded::config(scenario).parse().unwrap();
        let list = |key: &str| config[key].as_array().unwrap().clone();
        assert!(list("backend").iter().all(|backend| backend["scenario"].as_str() == Some(scenario.name())));
        let dead = list("backend").iter().filter(|backend| backend.get("dead").is_some()).count();
        assert_eq!(dead, usize::from(scenario == Scenario::Blackout));
        let ids = |slo: &toml::Value| {
            format!("{}/{}", slo["service"].as_str().unwrap(), slo["name"].as_str().unwrap())
        };
        let mut configured: Vec<_> = list("slo").iter().map(ids).collect();
        let mut counted: Vec<_> =
            PROFILES.iter().flat_map(|p| p.objectives).map(|c| c.id.to_owned()).collect();
        configured.sort();
        counted.sort();
        assert_eq!(configured, counted);
        assert_eq!(list("service").len(), PROFILES.len());
        for slo in list("slo") {
            let runbook = slo["runbook"].as_str().unwrap();
            assert!(embedded::RUNBOOKS.iter().any(|page| page.0 == runbook), "{runbook}");
        }
    }
}

#[test]
fn links_between_runbooks_lead_somewhere() {
    let slug = |title: &str| {
        let kept = title
            .to_lowercase()
            .chars()
            .filter(|c| c.is_alphanumeric() || " -".contains(*c))
            .collect::<String>();
        kept.trim().replace(' ', "-")
    };
    let page = |name: &str| embedded::RUNBOOKS.iter().find(|page| page.0 == name).map(|page| page.1);
    let mut links = 0;
    for (name, text) in embedded::RUNBOOKS {
        for target in text.split("](").skip(1).map(|rest| rest.split(')').next().unwrap()) {
            let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
            let there =
                page(if file.is_empty() { name } else { file }).unwrap_or_else(|| panic!("{name}: {target}"));
            let mut headings = there
                .lines()
                .filter(|line| line.starts_with('#'))
                .map(|line| slug(line.trim_start_matches('#').trim()));
            assert!(anchor.is_empty() || headings.any(|heading| heading == anchor), "{name}: {target}");
            links += 1;
        }
    }
    assert!(links > 20);
}
