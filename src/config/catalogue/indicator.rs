//! From queries to an indicator of ours, the same for all tools that leave the queries to the user.

use super::query::{Query, WINDOW, value};
use super::quotient;
use crate::domain::slo::sli::{Events, Op, Ratio, Side, Sli, Threshold};

#[derive(Clone, Debug, PartialEq)]
pub struct Indicator {
    pub sli: Sli,
    pub group_by: Vec<String>,
    /// The tool may weigh by events, and this is a mean over time.
    pub time_weighted: bool,
    /// How it was understood, where that is not plain.
    pub notes: Vec<String>,
}

/// Something is wrong, and has been told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Told;

/// None where nothing here can ask for it, which a note says.
pub type Measured = Result<Option<Indicator>, Told>;

/// Good or bad events of all. The error is a sentence.
pub fn events(side: Side, part: Query, total: Query) -> Result<Indicator, String> {
    match (part, total) {
        (Query::Instant(part), Query::Instant(total)) => Ok(divided(side, &part, &total)),
        (Query::Instant(_), _) | (_, Query::Instant(_)) => Err(
            "one of the two queries has a range of its own or none, and the other has not: they cannot be compared"
                .to_owned(),
        ),
        (part, total) => Ok(counted(side, part, total)),
    }
}

fn counted(side: Side, part: Query, total: Query) -> Indicator {
    let mut notes = Vec::new();
    let (part, mut group_by) = split(part);
    let (total, by) = split(total);
    if by != group_by {
        group_by.retain(|label| by.contains(label));
        notes.push("the two queries are summed by different labels; only what they share is kept".to_owned());
    }
    let sli = Sli::Events(Events { side, part, total });
    Indicator { sli, group_by, time_weighted: false, notes }
}

fn split(query: Query) -> (String, Vec<String>) {
    match query {
        Query::Selector { selector, by } => (selector, by),
        Query::Template(text) | Query::Instant(text) => (text, Vec::new()),
    }
}

/// Two values at an instant. An absent part is none of the total.
fn divided(side: Side, part: &str, total: &str) -> Indicator {
    let share = format!("(({part}) or 0 * ({total})) / ({total})");
    let mut indicator = sampled(side, &share);
    indicator.notes = vec![
        "the queries hold no `{{.window}}`, so their ratio is sampled every minute: a mean over time, not over events"
            .to_owned(),
    ];
    indicator
}

fn sampled(side: Side, share: &str) -> Indicator {
    let ratio = format!("avg(avg_over_time((({share}) >= 0 < Inf)[{WINDOW}:1m]))");
    Indicator {
        sli: Sli::Ratio(Ratio { side, ratio }),
        group_by: Vec::new(),
        time_weighted: true,
        notes: Vec::new(),
    }
}

/// A share of good or bad that the query itself computes, of a tool that asks it over the whole window: by what it
/// divides where that can be told, for then the events count as they do there.
pub fn quotient(side: Side, text: &str) -> Indicator {
    let Query::Template(template) = value(text) else { return ratio(side, text) };
    quotient::quotient(side, &template).map_or_else(
        || ratio(side, text),
        |events| {
            let sli = Sli::Events(events);
            Indicator { sli, group_by: Vec::new(), time_weighted: false, notes: Vec::new() }
        },
    )
}

/// A share of good or bad that the query itself computes.
pub fn ratio(side: Side, text: &str) -> Indicator {
    match value(text) {
        Query::Instant(share) => {
            let mut indicator = sampled(side, &share);
            indicator.notes = vec![
                "the query holds no `{{.window}}`, so it is sampled every minute: a mean over time"
                    .to_owned(),
            ];
            indicator
        }
        query => {
            let ratio = split(query).0;
            let sli = Sli::Ratio(Ratio { side, ratio });
            Indicator { sli, group_by: Vec::new(), time_weighted: true, notes: Vec::new() }
        }
    }
}

/// Good while `text op bound`.
pub fn threshold(text: &str, op: Op, bound: f64) -> Indicator {
    let value = split(value(text)).0;
    let sli = Sli::Threshold(Threshold { value, op, bound });
    Indicator { sli, group_by: Vec::new(), time_weighted: true, notes: Vec::new() }
}

/// `lt`, `lte`, `gt`, `gte`, as most tools spell them.
pub const OPERATORS: [(&str, Op); 4] =
    [("lt", Op::Less), ("lte", Op::AtMost), ("gt", Op::More), ("gte", Op::AtLeast)];

/// The operator that says the opposite.
pub fn inverse(op: Op) -> Op {
    match op {
        Op::Less => Op::AtLeast,
        Op::AtMost => Op::More,
        Op::More => Op::AtMost,
        Op::AtLeast => Op::Less,
    }
}

#[cfg(test)]
mod tests {
    use super::super::query::understand;
    use super::*;

    #[test]
    fn counters_are_events_and_fixed_ranges_are_time() {
        let of = |part: &str, total: &str| events(Side::Bad, understand(part, true), understand(total, true));
        let found = of("sum by (a, b)(x)", "sum by (a)(y)").unwrap();
        assert_eq!(found.group_by, ["a"]);
        assert_eq!((found.time_weighted, found.notes.len()), (false, 1));
        let found = of("sum(rate(x[5m]))", "sum(rate(y[5m]))").unwrap();
        let Sli::Ratio(ratio) = found.sli else { panic!() };
        assert_eq!(
            ratio.ratio,
            "avg(avg_over_time(((((sum(rate(x[5m]))) or 0 * (sum(rate(y[5m])))) / (sum(rate(y[5m])))) >= 0 < Inf)\
             [{{.window}}:1m]))"
        );
        assert!(of("sum(rate(x[5m]))", "y_total").is_err());
    }

    #[test]
    fn counters_in_a_quotient_are_events_and_others_are_not() {
        let counts = quotient(Side::Good, "sum(rate(a[{{ .window }}])) / sum(rate(b[{{ .window }}]))");
        assert!(matches!(&counts.sli, Sli::Events(events) if events.total == "sum(rate(b[{{.window}}]))"));
        assert!(!counts.time_weighted);
        for text in ["avg_over_time(a[{{.window}}])", "sum(rate(a[5m])) / sum(rate(b[5m]))"] {
            assert_eq!(quotient(Side::Good, text), ratio(Side::Good, text));
        }
    }

    #[test]
    fn a_gauge_of_a_ratio_is_taken_as_it_is() {
        let found = ratio(Side::Good, "sli:ok:ratio");
        assert_eq!(found.sli, Sli::Ratio(Ratio { side: Side::Good, ratio: "sli:ok:ratio".to_owned() }));
        assert!(found.notes.is_empty());
    }
}
