//! The status line: segments in a fixed order, shortened and then dropped from the least important on.

use chrono::{DateTime, Utc};

use super::quantity::{burn, duration, percent_figure, several, short_duration};
use super::slo::status::{Level, SloStatus};
use super::verdict::{Verdict, Word};

/// What a segment is about, for colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    State,
    Slo,
    Incident,
    OnCall,
    Data,
    Clock,
}

/// One segment, longest form first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    pub about: About,
    forms: Vec<String>,
    /// Dropped last when lowest.
    rank: u8,
    /// Never dropped, because it contradicts what the rest seems to say.
    keep: bool,
}

/// The segments' texts that fit into `width` columns with `gap` columns between two; `measure` counts columns.
pub fn fit(
    segments: &[Segment],
    width: usize,
    gap: usize,
    measure: impl Fn(&str) -> usize,
) -> Vec<(About, String)> {
    let mut form: Vec<Option<usize>> = vec![Some(0); segments.len()];
    let taken = |form: &[Option<usize>]| -> usize {
        let shown: Vec<_> = form
            .iter()
            .zip(segments)
            .filter_map(|(form, segment)| form.map(|f| measure(&segment.forms[f])))
            .collect();
        shown.iter().sum::<usize>() + gap * shown.len().saturating_sub(1)
    };
    let mut order: Vec<usize> = (0..segments.len()).collect();
    order.sort_by_key(|i| std::cmp::Reverse(segments[*i].rank));
    while taken(&form) > width {
        let shorter = order.iter().find(|i| form[**i].is_some_and(|f| f + 1 < segments[**i].forms.len()));
        let dropped = || order.iter().find(|i| form[**i].is_some() && !segments[**i].keep);
        let last = || order.iter().find(|i| form[**i].is_some());
        match shorter {
            Some(i) => form[*i] = form[*i].map(|f| f + 1),
            None => match dropped().or_else(last) {
                Some(i) if form.iter().flatten().count() > 1 => form[*i] = None,
                _ => break,
            },
        }
    }
    segments.iter().zip(form).filter_map(|(s, f)| Some((s.about, s.forms[f?].clone()))).collect()
}

pub fn segments(verdict: &Verdict, now: DateTime<Utc>) -> Vec<Segment> {
    let mut line = vec![segment(About::State, 0, true, [verdict.word.text().to_owned()])];
    line.push(segment(About::Slo, 1, false, slo_forms(verdict)));
    line.push(segment(About::Incident, 3, false, incident_forms(verdict, now)));
    if let Some(watch) = &verdict.watch {
        let name = watch.person.clone().unwrap_or_else(|| "NOBODY".to_owned());
        let forms = match watch.until {
            Some(until) => vec![
                format!("{name} {}", duration(until - now)),
                format!("{name} {}", short_duration(until - now)),
                name.clone(),
            ],
            None => vec![name.clone()],
        };
        line.push(segment(About::OnCall, 4, watch.person.is_none(), forms));
    }
    let complete = verdict.fresh == verdict.sources && verdict.sources > 0;
    line.push(segment(About::Data, 2, !complete, data_forms(verdict, complete)));
    line.push(segment(
        About::Clock,
        5,
        false,
        [now.format("%H:%M Z").to_string(), now.format("%H:%MZ").to_string()],
    ));
    line
}

fn segment(about: About, rank: u8, keep: bool, forms: impl IntoIterator<Item = String>) -> Segment {
    Segment { about, forms: forms.into_iter().collect(), rank, keep }
}

fn slo_forms(verdict: &Verdict) -> Vec<String> {
    let Some(worst) = &verdict.worst else { return vec!["no SLOs".to_owned()] };
    let left = match worst.remaining() {
        Some(share) => format!("{}%", percent_figure(share)),
        None if worst.is_broken() => "spent".to_owned(),
        None => "?".to_owned(),
    };
    if verdict.word <= Word::Stale && worst.level() <= Level::Unknown {
        return vec![format!("{}, lowest {left}", several(verdict.slos, "SLO")), format!("lowest {left}")];
    }
    let hour = worst.burn_hour().map(|rate| format!(" {}x", burn(rate))).unwrap_or_default();
    vec![
        format!("{} {left}{hour}", worst.objective.title()),
        format!("{} {left}{hour}", short_id(worst)),
        format!("{} {left}", short_id(worst)),
    ]
}

/// `checkout-avail` for `checkout/availability`, with the head of its label's value for a child: `checkout-avail{/pay}`.
fn short_id(slo: &SloStatus) -> String {
    let head = |text: &str, most: usize| -> String { text.chars().take(most).collect() };
    let (service, name) = (head(&slo.objective.service, 10), head(&slo.objective.name, 5));
    let values = slo.objective.child_of().map(|group| head(&group.values(), 10));
    format!("{service}-{name}{}", values.map(|values| format!("{{{values}}}")).unwrap_or_default())
}

fn incident_forms(verdict: &Verdict, now: DateTime<Utc>) -> Vec<String> {
    let Some(incident) = &verdict.incident else {
        return vec!["no incidents".to_owned(), "0 inc".to_owned()];
    };
    let (severity, id, age) = (incident.severity.as_str(), incident.id(), incident.age(now));
    let more = if verdict.incidents > 1 { format!(" +{}", verdict.incidents - 1) } else { String::new() };
    vec![
        format!("{severity} {id} {}{more}", duration(age)),
        format!("{severity} {id} {}", short_duration(age)),
        format!("{severity} {id}"),
    ]
}

fn data_forms(verdict: &Verdict, complete: bool) -> Vec<String> {
    let share = format!("{}/{}", verdict.fresh, verdict.sources);
    if complete {
        return vec![format!("data {share}"), share];
    }
    match verdict.stale_for {
        Some(age) => vec![
            format!("data {share} STALE {}", short_duration(age)),
            format!("data {share} STALE"),
            format!("{share} STALE"),
        ],
        None => vec![format!("data {share} NODATA"), format!("{share} NODATA")],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(width: usize) -> String {
        let segments = [
            segment(About::State, 0, true, ["PAGE".to_owned()]),
            segment(
                About::Slo,
                1,
                false,
                ["checkout/availability 12% 203x".to_owned(), "checkout-avail 12% 203x".to_owned()],
            ),
            segment(About::Incident, 3, false, ["SEV1 INC-7 25m".to_owned()]),
            segment(About::OnCall, 4, false, ["alice 5d 23h".to_owned(), "alice".to_owned()]),
            segment(About::Data, 2, true, ["data 2/3 STALE 4m".to_owned(), "2/3 STALE".to_owned()]),
            segment(About::Clock, 5, false, ["09:57 Z".to_owned()]),
        ];
        fit(&segments, width, 1, str::len).into_iter().map(|part| part.1).collect::<Vec<_>>().join("|")
    }

    #[test]
    fn shortens_and_drops_from_the_least_important_on() {
        assert_eq!(
            line(120),
            "PAGE|checkout/availability 12% 203x|SEV1 INC-7 25m|alice 5d 23h|data 2/3 STALE 4m|09:57 Z"
        );
        assert_eq!(line(72), "PAGE|checkout-avail 12% 203x|SEV1 INC-7 25m|alice|2/3 STALE|09:57 Z");
        assert_eq!(line(40), "PAGE|checkout-avail 12% 203x|2/3 STALE");
        assert_eq!(line(20), "PAGE|2/3 STALE");
        assert_eq!(line(4), "PAGE");
        assert_eq!(line(0), "PAGE");
    }
}
