//! Expressions narrowed to one label set: the child of an objective that is grouped by labels.

pub(super) use crate::domain::promql::quoted;
use crate::domain::promql::{Matcher, Selector};
use crate::domain::slo::group::Labels;
use crate::domain::slo::objective::Objective;

/// What all expressions of one objective are narrowed to; nothing, unless it is a child.
#[derive(Clone, Copy, Default)]
pub(super) struct Narrow<'a>(Option<&'a Labels>);

impl<'a> Narrow<'a> {
    pub(super) fn of(objective: &'a Objective) -> Self {
        Self(objective.child_of().map(|group| &group.labels))
    }

    /// The series of `selector` that have these labels. A label with the value "" is one that a series lacks.
    pub(super) fn selector(self, selector: Selector) -> Selector {
        let labels = self.0.into_iter().flatten();
        let matchers = labels.map(|(label, value)| Matcher::equal(label, value));
        matchers.fold(selector, |all, one| all.narrowed("", Some(one)))
    }

    /// What `expression` gives for these labels, as one series.
    pub(super) fn sum(self, expression: String) -> String {
        if self.0.is_none() { expression } else { format!("sum({})", self.and_on(expression)) }
    }

    /// The same, as it is: a share must not be added to another.
    pub(super) fn and_on(self, expression: String) -> String {
        let Some(labels) = self.0 else { return expression };
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
            let narrowed = Narrow(Some(&labels)).selector(selector).over("5m");
            assert_eq!(narrowed, format!(r#"a{{code=~"5..",{matcher}}}[5m] offset 1h"#), "{value:?}");
        }
    }

    #[test]
    fn an_expression_is_joined_with_the_labels() {
        let labels = labels(&[("code", ""), ("route", "/$a")]);
        assert_eq!(
            Narrow(Some(&labels)).sum("sum by (route) (a)".into()),
            concat!(
                r#"sum((sum by (route) (a)) and on (code, route) label_replace("#,
                r#"label_replace(vector(1), "code", "", "", ""), "route", "/$$a", "", ""))"#
            )
        );
    }

    #[test]
    fn without_labels_all_stays_as_it_is() {
        assert_eq!(Narrow(None).sum("a".into()), "a");
        assert_eq!(Narrow(None).selector(Selector::parse("a").unwrap()).text(), "a");
    }

    proptest::proptest! {
        #[test]
        fn whatever_the_value_it_stays_one_string(value in ".{0,40}") {
            let labels = Labels::from([("route".to_owned(), value)]);
            let text = Narrow(Some(&labels)).selector(Selector::parse("a").unwrap()).text();
            assert_eq!(Selector::parse(&text).unwrap().matchers.len(), 1);
            assert!(promql_parser::parser::parse(&text).is_ok(), "{text}");
            let sum = Narrow(Some(&labels)).sum("sum by (route) (a)".to_owned());
            assert!(promql_parser::parser::parse(&sum).is_ok(), "{sum}");
        }
    }
}
