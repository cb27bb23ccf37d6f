//! The tools whose SLOs are taken over, and what goes without saying with each: read from its files or found in its
//! series, an SLO is the same one.

use std::collections::BTreeMap;
use std::str::FromStr;

use super::window::Window;
use crate::text::cleaned;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tool {
    Sloth,
    Pyrra,
    Grafana,
    /// Rules that `burnwatch rules` has written under names of our own.
    Burnwatch,
}

/// Sloth's mean of short ratios goes by its shortest page window, five minutes unless told otherwise.
pub const SLOTH_SLICE: Window = Window::minutes(5);
/// Labels of a metric that say whose it is, the surest first; Pyrra itself has no services.
pub const OWNERS: &[&str] = &["service", "job", "app", "application", "handler"];
/// Annotations that name a runbook, the usual one first.
pub const RUNBOOKS: &[&str] = &["runbook_url", "runbook", "runbookUrl", "runbook_link"];
/// Letters of a service or a name.
const LONGEST: usize = 100;

impl Tool {
    pub const ALL: [Self; 4] = [Self::Sloth, Self::Pyrra, Self::Grafana, Self::Burnwatch];

    /// The name in the configuration, in JSON, and of its preset of tiers.
    pub fn word(self) -> &'static str {
        match self {
            Self::Sloth => "sloth",
            Self::Pyrra => "pyrra",
            Self::Grafana => "grafana",
            Self::Burnwatch => "burnwatch",
        }
    }

    /// The label by which its series and alerts are known as one SLO's.
    pub fn label(self) -> &'static str {
        match self {
            Self::Sloth => "sloth_id",
            Self::Pyrra | Self::Burnwatch => "slo",
            Self::Grafana => "grafana_slo_uuid",
        }
    }

    /// What `ALERTS` of the SLO `id` are found by.
    pub fn pager(self, id: &str) -> BTreeMap<String, String> {
        BTreeMap::from([(self.label().to_owned(), id.to_owned())])
    }
}

impl FromStr for Tool {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|tool| tool.word() == word).ok_or(())
    }
}

/// A service or a name that can be part of an id, which is typed on command lines; empty where nothing is left of it.
pub fn part_of_id(text: &str) -> String {
    let part: String = cleaned(text).trim().replace('/', "-").chars().take(LONGEST).collect();
    // The cut may have left a space at the end.
    part.trim_end().to_owned()
}

/// The runbook that annotations name.
pub fn runbook(annotations: &BTreeMap<String, String>) -> Option<&String> {
    let named = |key: &&str| annotations.get(*key).filter(|named| !named.trim().is_empty());
    RUNBOOKS.iter().find_map(named)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tools_read_as_they_print() {
        for tool in Tool::ALL {
            assert_eq!(tool.word().parse(), Ok(tool));
        }
        assert!("nobl9".parse::<Tool>().is_err());
        assert_eq!(Tool::Sloth.pager("a-b")["sloth_id"], "a-b");
    }

    #[test]
    fn parts_of_ids_are_safe_and_short() {
        assert_eq!(part_of_id(" a/b\u{1b}[2J\u{202e}c "), "a-bc");
        assert_eq!(part_of_id(&"x".repeat(500)).len(), 100);
        assert_eq!(part_of_id("\u{7}"), "");
        assert_eq!(part_of_id(&format!("{} y", "x".repeat(99))).len(), 99, "no space at the end");
    }

    #[test]
    fn the_usual_annotation_comes_first() {
        let notes = |pairs: &[(&str, &str)]| {
            pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
        };
        let both = notes(&[("runbook", "b"), ("runbook_url", "a")]);
        assert_eq!(runbook(&both), Some(&"a".to_owned()));
        assert_eq!(runbook(&notes(&[("summary", "x")])), None);
        let empty = notes(&[("runbook_url", " "), ("runbook_link", "b")]);
        assert_eq!(runbook(&empty), Some(&"b".to_owned()), "an empty one hides no other");
    }
}
