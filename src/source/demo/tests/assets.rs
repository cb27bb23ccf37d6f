//! Configuration and runbooks fit the story and each other.

use super::*;
use crate::domain::runbook::page::Page;

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
fn runbooks_are_whole_and_their_links_lead_somewhere() {
    let pages: Vec<Page> = embedded::RUNBOOKS.iter().map(|(name, text)| Page::parse(name, text)).collect();
    let mut links = 0;
    for page in &pages {
        assert_eq!(page.notes, [], "{}", page.path);
        for link in &page.links {
            let (file, anchor) = link.target.split_once('#').unwrap_or((&link.target, ""));
            let there = if file.is_empty() { page.path.as_str() } else { file };
            let target =
                pages.iter().find(|page| page.path == there).unwrap_or_else(|| panic!("{}", link.target));
            assert!(anchor.is_empty() || target.anchor(anchor).is_some(), "{}: {}", page.path, link.target);
            links += 1;
        }
    }
    assert!(links > 20);
}
