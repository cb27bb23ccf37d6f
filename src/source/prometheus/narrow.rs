//! Expressions of an objective that is grouped by labels: of one label set, its child, or of each at once.

pub(super) use crate::domain::promql::quoted;
use crate::domain::promql::scan::is_call;
use crate::domain::promql::{Matcher, Selector};
use crate::domain::slo::group::Labels;
use crate::domain::slo::objective::Objective;

/// Which series all expressions of one objective speak of.
#[derive(Clone, Copy, Default)]
pub(super) enum Narrow<'a> {
    /// All of them as one.
    #[default]
    Whole,
    /// Those of one label set, a child's.
    Child(&'a Labels),
    /// All of them, apart by these labels.
    Each(&'a [String]),
}

impl<'a> Narrow<'a> {
    pub(super) fn of(objective: &'a Objective) -> Self {
        objective.child_of().map_or(Self::Whole, |group| Self::Child(&group.labels))
    }

    /// The same, but of a parent each label set by itself.
    pub(super) fn each(objective: &'a Objective) -> Self {
        let by = objective.grouped_by();
        if by.is_empty() { Self::of(objective) } else { Self::Each(by) }
    }

    /// What follows the name of an aggregation: ` by (route) `, or nothing where all is one.
    pub(super) fn by(self) -> String {
        if let Self::Each(by) = self { format!(" by ({}) ", by.join(", ")) } else { String::new() }
    }

    /// The series of `selector` that have these labels. A label with the value "" is one that a series lacks.
    pub(super) fn selector(self, selector: Selector) -> Selector {
        let labels = self.labels().into_iter().flatten();
        let matchers = labels.map(|(label, value)| Matcher::equal(label, value));
        matchers.fold(selector, |all, one| all.narrowed("", Some(one)))
    }

    /// What `expression` gives for these labels, as one series.
    pub(super) fn sum(self, expression: String) -> String {
        if self.labels().is_none() { expression } else { format!("sum({})", self.and_on(expression)) }
    }

    /// A template of counts that gives one series for each label set, as it is where it does so itself.
    pub(super) fn sum_by(self, template: String) -> String {
        let Self::Each(by) = self else { return template };
        let dense: String = template.chars().filter(|letter| !letter.is_whitespace()).collect();
        let own = format!("sumby({})(", by.join(","));
        if dense.starts_with(&own) && is_call(&template) {
            return template;
        }
        format!("sum{}({template})", self.by())
    }

    fn labels(self) -> Option<&'a Labels> {
        if let Self::Child(labels) = self { Some(labels) } else { None }
    }

    /// The same, as it is: a share must not be added to another.
    pub(super) fn and_on(self, expression: String) -> String {
        let Some(labels) = self.labels() else { return expression };
        let only = labels.iter().fold("vector(1)".to_owned(), |inner, (label, value)| {
            // `$` begins a reference in a replacement; doubled it is itself.
            let value = quoted(&value.replace('$', "$$"));
            format!("label_replace({inner}, \"{label}\", {value}, \"\", \"\")")
        });
        let names: Vec<&str> = labels.keys().map(String::as_str).collect();
        format!("({expression}) and on ({}) {only}", names.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(pairs: &[(&str, &str)]) -> Labels {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn a_selector_gains_matchers_with_safe_values() {
        for (value, matcher) in [
            ("/x", r#"route="/x""#),
            ("", r#"route="""#),
            (r#"a"b\c"#, r#"route="a\"b\\c""#),
            ("a\nb\u{1b}", r#"route="a\nb\u001b""#),
            ("\u{fffd}é$1", r#"route="\ufffdé$1""#),
        ] {
            let labels = labels(&[("route", value)]);
            let selector = Selector::parse(r#"a{code=~"5.."} offset 1h"#).unwrap();
            let narrowed = Narrow::Child(&labels).selector(selector).over("5m");
            assert_eq!(narrowed, format!(r#"a{{code=~"5..",{matcher}}}[5m] offset 1h"#), "{value:?}");
        }
    }

    #[test]
    fn an_expression_is_joined_with_the_labels() {
        let labels = labels(&[("code", ""), ("route", "/$a")]);
        assert_eq!(
            Narrow::Child(&labels).sum("sum by (route) (a)".into()),
            concat!(
                r#"sum((sum by (route) (a)) and on (code, route) label_replace("#,
                r#"label_replace(vector(1), "code", "", "", ""), "route", "/$$a", "", ""))"#
            )
        );
    }

    #[test]
    fn each_label_set_is_added_up_by_itself_once() {
        let by = ["route".to_owned(), "code".to_owned()];
        let each = Narrow::Each(&by);
        assert_eq!(each.by(), " by (route, code) ");
        for kept in ["sum by (route, code) (a)", "sum by(route,code)(a + b)"] {
            assert_eq!(each.sum_by(kept.into()), kept);
        }
        for other in ["sum by (route) (a)", "max by (route, code) (a)", "sum by (route, code) (a) + b", "a"] {
            assert_eq!(each.sum_by(other.into()), format!("sum by (route, code) ({other})"));
        }
        assert_eq!(each.sum("a".into()), "a");
        assert_eq!(each.selector(Selector::parse("a").unwrap()).text(), "a");
    }

    #[test]
    fn without_labels_all_stays_as_it_is() {
        assert_eq!(Narrow::Whole.sum("a".into()), "a");
        assert_eq!(Narrow::Whole.selector(Selector::parse("a").unwrap()).text(), "a");
    }

    proptest::proptest! {
        #[test]
        fn whatever_the_value_it_stays_one_string(value in ".{0,40}") {
            let labels = Labels::from([("route".to_owned(), value)]);
            let text = Narrow::Child(&labels).selector(Selector::parse("a").unwrap()).text();
            assert_eq!(Selector::parse(&text).unwrap().matchers.len(), 1);
            assert!(promql_parser::parser::parse(&text).is_ok(), "{text}");
            let sum = Narrow::Child(&labels).sum("sum by (route) (a)".to_owned());
            assert!(promql_parser::parser::parse(&sum).is_ok(), "{sum}");
        }
    }
}
