//! One written objective and its children, one for each set of the labels it is grouped by.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::objective::{Group, Objective};
use crate::text::is_unsafe;

/// Label names with their values; a label that a series lacks has the value "".
pub type Labels = BTreeMap<String, String>;

/// Characters of a label's value that stand in an id; of a longer one the rest is a hash, so that ids stay unique.
const LONGEST_VALUE: usize = 80;

impl Objective {
    /// Whether it stands for children and is not counted itself.
    pub fn is_parent(&self) -> bool {
        self.group.as_ref().is_some_and(|group| group.labels.is_empty())
    }

    /// The labels that tell its children apart; none unless it is a parent.
    pub fn grouped_by(&self) -> &[String] {
        self.group.as_ref().filter(|group| group.labels.is_empty()).map_or(&[], |group| &group.by)
    }

    /// The group it is a child of.
    pub fn child_of(&self) -> Option<&Group> {
        self.group.as_ref().filter(|group| !group.labels.is_empty())
    }

    /// The same objective for one label set, with the id `service/name{route="/x"}`.
    #[must_use]
    pub fn child(&self, labels: &Labels) -> Self {
        let by = self.group.as_ref().map_or_else(Vec::new, |group| group.by.clone());
        let group = Group { parent: self.id.clone(), by, labels: labels.clone() };
        let id = format!("{}{{{}}}", self.id, group.written("\""));
        Self { id, group: Some(group), ..self.clone() }
    }

    /// Whether the reader means it by `text`: its id, its title, or the id of its parent for all children.
    pub fn is_named(&self, text: &str) -> bool {
        let parent = self.child_of().map(|group| group.parent.as_str());
        self.id == text || parent == Some(text) || self.title() == text
    }

    /// The id for the reader: `service/name{route=/x}`.
    pub fn title(&self) -> String {
        self.child_of().map_or_else(
            || self.id.clone(),
            |group| format!("{}/{}{{{}}}", self.service, self.name, group.written("")),
        )
    }
}

impl Group {
    /// `route=/x code=500`, safe and of bounded length.
    pub fn words(&self) -> String {
        self.pairs("").collect::<Vec<_>>().join(" ")
    }

    /// `/x,500`.
    pub fn values(&self) -> String {
        let value = |label| printable(self.labels.get(label).map_or("", String::as_str));
        self.by.iter().map(value).collect::<Vec<_>>().join(",")
    }

    fn written(&self, quote: &str) -> String {
        self.pairs(quote).collect::<Vec<_>>().join(",")
    }

    /// In the order of `by`.
    fn pairs<'a>(&'a self, quote: &'a str) -> impl Iterator<Item = String> + 'a {
        let value = |label: &String| self.labels.get(label).map_or("", String::as_str);
        self.by.iter().map(move |label| format!("{label}={quote}{}{quote}", printable(value(label))))
    }
}

/// A value without quotes, escape codes or line ends, and no longer than a screen bears. Different values stay different.
fn printable(value: &str) -> String {
    let mut text = String::new();
    for letter in value.chars().take(LONGEST_VALUE) {
        match letter {
            '"' | '\\' => text.extend(['\\', letter]),
            ' ' => text.push(' '),
            letter if is_unsafe(letter) || letter.is_whitespace() => text.extend(letter.escape_unicode()),
            letter => text.push(letter),
        }
    }
    if value.chars().nth(LONGEST_VALUE).is_some() {
        // FNV-1a: an id is the same in every version.
        let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        let _ = write!(text, "…{:016x}", value.bytes().fold(0xcbf2_9ce4_8422_2325, step));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::sli::{Events, Side, Sli};
    use super::super::window::Window;
    use super::*;

    fn parent(by: &[&str]) -> Objective {
        let sli = Sli::Events(Events { side: Side::Bad, part: "e".into(), total: "t".into() });
        let target = "99.9%".parse().unwrap();
        let group = Group {
            parent: "shop/ok".into(),
            by: by.iter().map(|label| (*label).into()).collect(),
            ..Group::default()
        };
        let written = Objective::new("shop", "ok", "main", sli, target, Window::days(30));
        Objective { group: Some(group), ..written }
    }

    fn labels(pairs: &[(&str, &str)]) -> Labels {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn a_child_is_its_parent_with_labels() {
        let parent = parent(&["route", "code"]);
        assert!(parent.is_parent() && parent.child_of().is_none());
        let child = parent.child(&labels(&[("code", ""), ("route", "/x")]));
        assert_eq!(child.id, r#"shop/ok{route="/x",code=""}"#);
        assert_eq!(child.title(), "shop/ok{route=/x,code=}");
        assert_eq!(child.child_of().unwrap().words(), "route=/x code=");
        assert!(!child.is_parent());
        assert_eq!((child.sli, child.name), (parent.sli, parent.name));
    }

    #[test]
    fn no_value_can_leave_its_line_or_be_taken_for_another() {
        let parent = parent(&["a"]);
        let id_of = |value: &str| parent.child(&labels(&[("a", value)])).id;
        let (long, longer) = ("x".repeat(5000), "x".repeat(5001));
        let values = ["\u{1b}[2J", "\n", "\\n", "\u{202e}x", "x", "x\"}", "x\\\"}", &long, &longer];
        for (i, value) in values.iter().enumerate() {
            let id = id_of(value);
            assert!(id.chars().count() < 200 && !id.chars().any(is_unsafe), "{id}");
            assert!(values[..i].iter().all(|other| id_of(other) != id));
        }
    }
}
