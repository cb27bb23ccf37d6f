//! SLOs of one service and name in several namespaces: what they are called, and how their alerts are told apart.

use std::collections::BTreeMap;

type Labels = BTreeMap<String, String>;

/// What an SLO is called that has a namesake.
pub fn name_within(name: &str, namespace: &str) -> String {
    format!("{name}@{namespace}")
}

/// Whether `id` is `plain` with a namespace.
pub fn is_within(id: &str, plain: &str) -> bool {
    id.strip_prefix(plain).is_some_and(|rest| rest.len() > 1 && rest.starts_with('@'))
}

/// What is said of one whose alerts nobody can tell from those of another `name`.
pub fn not_compared(name: &str) -> String {
    format!("its alerts have the same labels as those of another `{name}`, so that they are not compared")
}

/// What `own` has and others have not; each of them must lack some of it.
pub fn apart<'s, I>(own: &Labels, others: impl Fn() -> I) -> Option<Labels>
where
    I: Iterator<Item = &'s Labels>,
{
    let lacks = |other: &Labels, name: &String, value: &String| other.get(name) != Some(value);
    let told = others().all(|other| own.iter().any(|(name, value)| lacks(other, name, value)));
    let differing = own.iter().filter(|(name, value)| others().any(|other| lacks(other, name, value)));
    told.then(|| differing.map(|(name, value)| (name.clone(), value.clone())).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(pairs: &[(&str, &str)]) -> Labels {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn what_others_lack_tells_apart() {
        let (a, b) = (labels(&[("slo", "x"), ("team", "a")]), labels(&[("slo", "x"), ("team", "b")]));
        assert_eq!(apart(&a, || [&b].into_iter()), Some(labels(&[("team", "a")])));
        assert_eq!(apart(&a, || [&b, &a].into_iter()), None, "one of them is the same");
        let less = labels(&[("slo", "x")]);
        assert_eq!(apart(&less, || [&a].into_iter()), None, "it has nothing of its own");
    }

    #[test]
    fn names_with_a_namespace() {
        assert!(is_within(&name_within("a/b", "n"), "a/b"));
        assert!(!is_within("a/b", "a/b") && !is_within("a/bc@n", "a/b") && !is_within("a/b@", "a/b"));
    }
}
