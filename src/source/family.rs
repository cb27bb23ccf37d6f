//! The children of a grouped objective: which label sets there are, and which are gone.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::domain::slo::group::Labels;

/// Children of one parent; more would be no list that anybody reads.
pub(super) const MOST: usize = 100;
/// Bytes of all values of a label set. Longer ones make every question long.
const LONGEST: usize = 2000;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Family {
    pub(super) members: Vec<Member>,
    /// Whether the backend has told which there are.
    #[serde(skip)]
    pub(super) answered: bool,
    /// Why it could not tell the last time.
    #[serde(skip)]
    pub(super) fault: Option<String>,
    /// Label sets that found no place.
    #[serde(skip)]
    left_out: usize,
    /// Label sets whose values are too long.
    #[serde(skip)]
    too_long: usize,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Member {
    pub(super) labels: Labels,
    /// When the backend last had it, in Unix seconds.
    pub(super) seen_at: i64,
    /// It is gone, while others are there.
    pub(super) gone: bool,
}

impl Family {
    /// Takes in which label sets there are at `now`. One that is gone stays until the budget of `reach` seconds
    /// has nothing of it any more, or another needs its place.
    pub(super) fn meet(&mut self, sets: Vec<Labels>, now: i64, reach: i64) {
        let sets: Vec<Labels> = sets.into_iter().filter(|set| !set.is_empty()).collect();
        let total = sets.len();
        let short = |set: &Labels| set.values().map(String::len).sum::<usize>() <= LONGEST;
        let mut present: BTreeSet<Labels> = sets.into_iter().filter(short).collect();
        (self.answered, self.fault) = (true, None);
        self.too_long = total - present.len();
        // Where nothing is left the metric itself is gone, and what became of each is not known.
        let some = !present.is_empty();
        for member in &mut self.members {
            if present.remove(&member.labels) {
                (member.seen_at, member.gone) = (now, false);
            } else {
                member.gone = some;
            }
        }
        self.members.retain(|member| now - member.seen_at <= reach);
        let places = MOST.saturating_sub(self.members.iter().filter(|member| !member.gone).count());
        self.left_out = present.len().saturating_sub(places);
        let new = present.into_iter().take(places);
        self.members.extend(new.map(|labels| Member { labels, seen_at: now, gone: false }));
        self.make_room();
        self.members.sort_by(|a, b| a.labels.cmp(&b.labels));
    }

    /// Those that are gone the longest leave first.
    fn make_room(&mut self) {
        self.members.sort_by_key(|member| (member.gone, std::cmp::Reverse(member.seen_at)));
        self.members.truncate(MOST);
    }

    /// What the reader of `parent` does not see, in sentences.
    pub(super) fn warnings(&self, parent: &str) -> Vec<String> {
        let mut said = Vec::new();
        if self.left_out > 0 {
            let (sets, are) = words(self.left_out);
            said.push(format!("{parent}: {sets} beyond the {MOST} that are counted {are} left out"));
        }
        if self.too_long > 0 {
            let (sets, are) = words(self.too_long);
            said.push(format!("{parent}: {sets} {are} left out, for values that are too long"));
        }
        if let Some(fault) = self.fault.as_ref().filter(|_| !self.members.is_empty()) {
            said.push(format!("{parent}: new label sets are not known: {fault}"));
        }
        said
    }
}

/// How many, and the verb to it.
fn words(sets: usize) -> (String, &'static str) {
    match sets {
        1 => ("1 label set".to_owned(), "is"),
        many => (format!("{many} label sets"), "are"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400;

    fn sets(values: &[&str]) -> Vec<Labels> {
        values.iter().map(|value| Labels::from([("route".to_owned(), (*value).to_owned())])).collect()
    }

    fn state(family: &Family) -> Vec<(String, bool)> {
        family.members.iter().map(|member| (member.labels["route"].clone(), member.gone)).collect()
    }

    #[test]
    fn a_label_set_that_goes_stays_until_its_window_has_passed() {
        let mut family = Family::default();
        family.meet(sets(&["b", "a"]), 0, 30 * DAY);
        assert_eq!(state(&family), [("a".into(), false), ("b".into(), false)]);
        family.meet(sets(&["b", "c"]), DAY, 30 * DAY);
        assert_eq!(state(&family), [("a".into(), true), ("b".into(), false), ("c".into(), false)]);
        family.meet(sets(&["a", "b"]), 2 * DAY, 30 * DAY);
        assert_eq!(state(&family), [("a".into(), false), ("b".into(), false), ("c".into(), true)]);
        family.meet(sets(&["b"]), 31 * DAY + 1, 30 * DAY);
        assert_eq!(state(&family), [("a".into(), true), ("b".into(), false)], "c was last seen 30 days ago");
    }

    #[test]
    fn when_all_are_gone_none_is() {
        let mut family = Family::default();
        family.meet(sets(&["a"]), 0, DAY);
        family.meet(Vec::new(), 600, DAY);
        assert_eq!(state(&family), [("a".into(), false)]);
    }

    #[test]
    fn the_cap_is_said_and_the_gone_make_room() {
        let many: Vec<String> = (0..130).map(|i| format!("{i:03}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        let mut family = Family::default();
        family.meet(sets(&many), 0, DAY);
        assert_eq!(family.members.len(), MOST);
        assert_eq!(
            family.warnings("a/b"),
            ["a/b: 30 label sets beyond the 100 that are counted are left out"]
        );
        family.meet(sets(&many[60..]), 60, DAY);
        assert_eq!(family.warnings("a/b"), Vec::<String>::new());
        assert_eq!(family.members.len(), MOST, "30 of the 60 that are gone made room");
        assert_eq!(family.members.iter().filter(|member| !member.gone).count(), 70);
        family.meet(sets(&["x", &"y".repeat(5000)]), 120, DAY);
        assert_eq!(family.warnings("a/b"), ["a/b: 1 label set is left out, for values that are too long"]);
    }
}
