//! The backend's own alerts, asked beside the counts: few expressions for many objectives.

use std::collections::{BTreeMap, BTreeSet};

use super::answer::Series;
use super::batch::{Outcome, Question};
use crate::domain::promql::Matcher;
use crate::domain::slo::pager::{Alarm, KEPT};
use crate::domain::slo::tier::Severity;
use crate::source::http::text::plain;
use crate::source::{Minutes, Pagers, Range, SourceError};

type Labels = BTreeMap<String, String>;

/// Objectives whose alerts are asked for in one expression.
const TOGETHER: usize = 50;
/// Alerts kept for one objective and minute, and letters of a name.
const MOST: usize = 20;
const NAME: usize = 80;
/// Labels that tell a page from a ticket, by tool and by custom.
const SEVERITY: [&str; 3] = ["sloth_severity", "grafana_slo_severity", "severity"];

/// What is asked of the backend's alerts, and for whom.
pub(super) struct Alarms<'a> {
    wanted: &'a [Labels],
    /// Each expression with the places of the objectives it is for.
    groups: Vec<(String, Vec<usize>)>,
}

impl<'a> Alarms<'a> {
    /// Objectives that are known by the same label names share an expression.
    pub(super) fn new(wanted: &'a [Labels]) -> Self {
        let mut alike: BTreeMap<Vec<&str>, Vec<usize>> = BTreeMap::new();
        for (place, labels) in wanted.iter().enumerate().filter(|(_, labels)| askable(labels)) {
            alike.entry(labels.keys().map(String::as_str).collect()).or_default().push(place);
        }
        let chunks = alike.iter().flat_map(|(names, places)| {
            places.chunks(TOGETHER).map(|chunk| (expression(names, wanted, chunk), chunk.to_vec()))
        });
        Self { wanted, groups: chunks.collect() }
    }

    /// The last question is whether there are any alerts at all.
    pub(super) fn questions(&self) -> Vec<Question> {
        if self.groups.is_empty() {
            return Vec::new();
        }
        let groups = self.groups.iter().enumerate();
        let group = |(number, (text, _)): (usize, &(String, _))| Question {
            id: format!("a{number}"),
            text: text.clone(),
        };
        let any = Question { id: "any".to_owned(), text: "count(ALERTS)".to_owned() };
        groups.map(group).chain([any]).collect()
    }

    /// Shares the answers out to the objectives; one outcome a question, in order.
    pub(super) fn read(self, mut outcomes: impl Iterator<Item = Outcome>, range: Range) -> Pagers {
        let unknown = || Err(SourceError::Uncountable("its labels are not those of an alert".to_owned()));
        let mut heard: Vec<_> = self.wanted.iter().map(|_| unknown()).collect();
        for (_, places) in &self.groups {
            let outcome = outcomes.next().unwrap_or_else(|| Ok(Vec::new()));
            for place in places {
                let own = |series: &Vec<Series>| minutes(series, &self.wanted[*place], range);
                heard[*place] = outcome.as_ref().map(own).map_err(SourceError::clone);
            }
        }
        let any = outcomes.next().and_then(Result::ok).is_some_and(|series| !series.is_empty());
        Pagers { heard, any }
    }
}

/// Whether the labels have names that a selector can hold, and any value at all.
fn askable(labels: &Labels) -> bool {
    let plain = |name: &str| {
        name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    !labels.is_empty() && labels.iter().all(|(name, value)| plain(name) && !value.is_empty())
}

/// No more labels than are needed, so that an alert of a thousand instances is one series.
fn expression(names: &[&str], wanted: &[Labels], places: &[usize]) -> String {
    let matcher = |name: &&str| {
        let values: BTreeSet<&str> = places.iter().map(|place| wanted[*place][*name].as_str()).collect();
        Matcher::one_of(name, values).to_string()
    };
    let matchers: Vec<_> = names.iter().map(matcher).collect();
    let kept: BTreeSet<&str> =
        names.iter().copied().chain(["alertname", "alertstate"]).chain(SEVERITY).collect();
    let kept: Vec<_> = kept.into_iter().collect();
    format!("count by ({}) (ALERTS{{{}}})", kept.join(", "), matchers.join(", "))
}

/// At every point of the range that will be kept, the alerts that have these labels.
fn minutes(series: &[Series], labels: &Labels, range: Range) -> Minutes {
    let fits = |one: &&Series| labels.iter().all(|(name, value)| one.labels.get(name) == Some(value));
    let mut own: Vec<_> = series.iter().filter(fits).collect();
    // None that fires is left out for one that does not.
    own.sort_by_key(|one| !is_firing(&one.labels));
    own.truncate(MOST);
    let alarms = |time: i64| {
        let stands = |one: &&&Series| one.samples.iter().any(|sample| sample.0 as i64 == time);
        let mut alarms: Vec<_> = own.iter().filter(stands).map(|one| alarm(&one.labels)).collect();
        alarms.sort();
        alarms.dedup();
        (time, alarms)
    };
    let times = (0..range.points()).map(|place| range.from + place * range.step);
    times.filter(|time| *time >= range.to - KEPT).map(alarms).collect()
}

fn is_firing(labels: &std::collections::HashMap<String, String>) -> bool {
    labels.get("alertstate").is_some_and(|state| state == "firing")
}

fn alarm(labels: &std::collections::HashMap<String, String>) -> Alarm {
    let text = |name: &str| labels.get(name).map(String::as_str).unwrap_or_default();
    Alarm {
        name: plain(text("alertname"), NAME),
        severity: SEVERITY.iter().find_map(|name| Severity::of_word(text(name))),
        firing: is_firing(labels),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(pairs: &[(&str, &str)]) -> Labels {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    fn texts(wanted: &[Labels]) -> Vec<String> {
        Alarms::new(wanted).questions().into_iter().map(|question| question.text).collect()
    }

    #[test]
    fn objectives_with_the_same_labels_share_an_expression() {
        let sloth = |id: &str| labels(&[("sloth_id", id)]);
        let wanted = [sloth("b"), labels(&[("slo", "x"), ("namespace", "n")]), sloth("a"), labels(&[])];
        assert_eq!(
            texts(&wanted),
            [
                "count by (alertname, alertstate, grafana_slo_severity, namespace, severity, slo, sloth_severity) \
                 (ALERTS{namespace=~\"n\", slo=~\"x\"})",
                "count by (alertname, alertstate, grafana_slo_severity, severity, sloth_id, sloth_severity) (ALERTS{sloth_id=~\"a|b\"})",
                "count(ALERTS)",
            ]
        );
        assert!(texts(&[labels(&[]), labels(&[("a\"} or x", "y")]), labels(&[("a", "")])]).is_empty());
        let many: Vec<_> = (0..120).map(|i| sloth(&format!("{i}"))).collect();
        assert_eq!(texts(&many).len(), 4);
    }

    #[test]
    fn series_become_alarms_by_minute() {
        let series = |pairs: &[(&str, &str)], times: &[i64]| Series {
            labels: labels(pairs).into_iter().collect(),
            samples: times.iter().map(|time| (*time as f64, 1.0)).collect(),
            ..Series::default()
        };
        let burn = ("alertname", "Burn\u{1b}[2J");
        let all = [
            series(&[("slo", "x"), burn, ("alertstate", "pending"), ("severity", "critical")], &[60]),
            series(&[("slo", "x"), burn, ("alertstate", "firing"), ("severity", "critical")], &[120, 180]),
            series(&[("slo", "other"), burn, ("alertstate", "firing")], &[60, 120, 180]),
        ];
        let found = minutes(&all, &labels(&[("slo", "x")]), Range { from: 0, to: 180, step: 60 });
        let alarm = |firing| Alarm { name: "Burn".into(), severity: Some(Severity::Page), firing };
        assert_eq!(
            found,
            [(0, vec![]), (60, vec![alarm(false)]), (120, vec![alarm(true)]), (180, vec![alarm(true)])]
        );
    }

    #[test]
    fn many_that_are_pending_hide_none_that_fires() {
        let one = |number: usize, state: &str| Series {
            labels: [
                ("slo", "x".to_owned()),
                ("alertname", format!("a{number}")),
                ("alertstate", state.to_owned()),
            ]
            .map(|(name, value)| (name.to_owned(), value))
            .into(),
            samples: vec![(0.0, 1.0)],
            ..Series::default()
        };
        let mut all: Vec<_> = (0..MOST + 5).map(|number| one(number, "pending")).collect();
        all.push(one(99, "firing"));
        let found = minutes(&all, &labels(&[("slo", "x")]), Range { from: 0, to: 0, step: 60 });
        assert_eq!(found[0].1.len(), MOST);
        assert!(found[0].1.iter().any(|alarm| alarm.firing));
    }

    proptest::proptest! {
        #[test]
        fn any_value_matches_itself_alone(value in "\\PC{1,20}", other in "\\PC{1,20}") {
            use promql_parser::parser::{Expr, parse};
            let wanted = [labels(&[("slo", &value)])];
            let text = &texts(&wanted)[0];
            let Expr::Aggregate(sum) = parse(text).unwrap_or_else(|why| panic!("{text}: {why}")) else { panic!("{text}") };
            let Expr::VectorSelector(selector) = *sum.expr else { panic!("{text}") };
            let [matcher] = &selector.matchers.matchers[..] else { panic!("{text}") };
            assert!(matcher.is_match(&value), "{text}");
            assert_eq!(matcher.is_match(&other), other == value, "{text}");
        }
    }
}
