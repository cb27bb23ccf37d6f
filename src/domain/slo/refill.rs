//! Which incident leaves a rolling window when budget comes back.

use super::ledger::Ledger;
use super::span::Span;
use super::spent::costs;
use super::status::SloStatus;
use crate::domain::incident::Incident;

/// An incident is named for what comes back when at least this share of it was its own.
const MOST: f64 = 0.5;

/// The incident that most of the errors belong to which leave with the forecast's refill; of equal ones the worse.
/// `None` where none has half of them, and where the budget is of a period, which nothing leaves before its end.
pub fn leaving<'i>(
    slo: &SloStatus,
    incidents: impl IntoIterator<Item = &'i Incident>,
) -> Option<&'i Incident> {
    let refill = slo.forecast.refill.filter(|_| slo.objective.calendar.is_none())?;
    let window = slo.objective.window.as_seconds();
    let stretch = Span::readable(refill.from - window, refill.at - window)?;
    let there = incidents.into_iter().filter_map(|incident| {
        let claim = claim(incident, slo.as_of?)?;
        claim.part(stretch).map(|_| (incident, claim))
    });
    let (incidents, claims): (Vec<&Incident>, Vec<Span>) = there
        .filter(|(incident, _)| incident.duplicate_of.is_none() && incident.concerns(&slo.objective))
        .unzip();
    let of_all = leaving_of(&slo.ledger, stretch, &claims);
    let named = incidents.into_iter().zip(of_all).filter(|(_, share)| *share >= MOST);
    named
        .max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.severity.rank().cmp(&a.0.severity.rank())))
        .map(|one| one.0)
}

/// The share of the stretch's errors that each claim has; 0 for one outside it.
fn leaving_of(ledger: &Ledger, stretch: Span, claims: &[Span]) -> Vec<f64> {
    let found = costs(ledger, stretch, claims);
    let share = |bad: f64| if found.total > 0.0 { bad / found.total } else { 0.0 };
    found.costs.iter().map(|cost| cost.map_or(0.0, |cost| share(cost.bad))).collect()
}

/// While it lasted.
fn claim(incident: &Incident, now: i64) -> Option<Span> {
    let from = incident.clocks.start()?.timestamp();
    let to = incident.ended().map_or(now, |at| at.timestamp());
    (from <= to).then_some(Span { from, to }.in_cells(now))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use chrono::DateTime;

    use super::*;
    use crate::domain::incident::{Severity, Status};
    use crate::domain::judge::{Circumstances, judge};
    use crate::domain::slo::group::Labels;
    use crate::domain::slo::ledger::{BASE, Resolution};
    use crate::domain::slo::objective::{Group, Objective};
    use crate::domain::slo::sli::{Events, Side, Sli};
    use crate::domain::slo::tally::Tally;
    use crate::domain::slo::window::Window;

    const NOW: i64 = 1_768_903_200;
    const DAY: i64 = 86_400;
    /// The hour of errors ends here: in three days and a half it leaves a window of ten.
    const END: i64 = NOW - 13 * DAY / 2;

    /// 1 000 events an hour for ten days, and 200 bad ones in one hour, of 2 400 that may be.
    fn status() -> SloStatus {
        let sli = Sli::Events(Events { side: Side::Bad, part: "b".into(), total: "t".into() });
        let objective = Objective::new("shop", "ok", "main", sli, "99%".parse().unwrap(), Window::days(10));
        let mut ledger = Ledger::new(BASE, Window::days(10));
        let hour = |end: i64| Tally::new(if end == END { 200.0 } else { 0.0 }, 1000.0);
        let cells: Vec<_> = (0..240).map(|ago| NOW - ago * 3600).map(|end| (end, hour(end))).collect();
        ledger.record(Resolution::Hours, &cells, NOW);
        let fine: Vec<_> = (0..360).map(|ago| (NOW - ago * 60, Tally::new(0.0, 83.0))).collect();
        ledger.record(Resolution::Fine, &fine, NOW);
        let why = Circumstances { now: NOW, stale_after: 600, ..Circumstances::default() };
        judge(&Arc::new(objective), &Arc::new(ledger), &why)
    }

    /// Minutes counted from the end of the bad hour.
    fn incident(number: u64, service: &str, from: i64, to: i64) -> Incident {
        let at = |minute: i64| DateTime::from_timestamp(END + minute * 60, 0).unwrap();
        let mut incident = Incident::opened(number, "t", Severity::new("SEV2"), at(from));
        incident.services.push(service.to_owned());
        incident.set_status(Status::Resolved, at(to));
        incident
    }

    #[test]
    fn the_incident_of_the_bad_hour_is_named() {
        let slo = status();
        let refill = slo.forecast.refill.unwrap();
        assert_eq!((refill.at, refill.from), (END + 10 * DAY, NOW + 3 * DAY));
        // Ten minutes of the hour, which is all that old cells tell of them.
        let [here, elsewhere, other] =
            [incident(7, "shop", -30, -20), incident(8, "bank", -30, -20), incident(9, "shop", 90, 100)];
        let named = |all: &[&Incident]| leaving(&slo, all.iter().copied()).map(|found| found.number);
        assert_eq!(named(&[&other, &elsewhere, &here]), Some(7));
        assert_eq!(named(&[&other, &elsewhere]), None);
        let merged = Incident { duplicate_of: Some(3), ..here.clone() };
        assert_eq!(named(&[&merged]), None);
    }

    /// An incident that names the group is one of each of its children; one that names another child is not.
    #[test]
    fn an_incident_of_the_group_is_named_for_its_children() {
        let plain = status();
        let labels = [("route".to_owned(), "/cart".to_owned())].into();
        let group =
            Group { parent: "shop/ok".to_owned(), by: vec!["route".to_owned()], labels: Labels::new() };
        let parent = Objective { group: Some(group), ..Objective::clone(&plain.objective) };
        let child = SloStatus { objective: Arc::new(parent.child(&labels)), ..plain };
        let naming = |id: &str| Incident { slos: vec![id.to_owned()], ..incident(7, "bank", -30, -20) };
        let named = |id: &str| leaving(&child, [&naming(id)]).is_some();
        assert_eq!(child.id(), "shop/ok{route=\"/cart\"}");
        assert!(named("shop/ok") && named(child.id()));
        assert!(!named("shop/ok{route=\"/pay\"}") && !named("shop") && !named("shop/o"));
    }

    #[test]
    fn where_two_share_evenly_the_worse_is_named_and_of_three_none() {
        let slo = status();
        let mut all = vec![incident(7, "shop", -30, -20), incident(8, "shop", -30, -20)];
        all[1].severity = Severity::new("SEV1");
        assert_eq!(leaving(&slo, &all).map(|found| found.number), Some(8));
        all.push(incident(9, "shop", -50, -10));
        assert_eq!(leaving(&slo, &all), None);
    }
}
