//! The doors for fuzzing: whole answers in, what they come to out. Nothing else is built with them.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::alarms::Alarms;
use super::answer::{self, Answer};
use super::kinds::pair;
use super::{alert_rules, counts, discover, exemplars};
use crate::domain::slo::objective::Objective;
use crate::domain::slo::sli::Sli;
use crate::domain::slo::window::Window;
use crate::domain::trace::Exemplar;
use crate::source::doors::reply;
use crate::source::{Asked, Cells, Minutes, Range, SourceError};

/// Series that an answer may have.
pub const SERIES: usize = 1000;

/// What an answer comes to, by the question that it could be one to.
#[derive(Debug)]
pub struct Read {
    /// Of each indicator asked for.
    pub cells: Vec<Result<Cells, SourceError>>,
    pub alarms: Minutes,
    pub warnings: Vec<String>,
    /// SLOs found, and what is doubtful about them.
    pub found: (Vec<Arc<Objective>>, Vec<String>),
}

/// Reads an answer of the query API as the one to every question there is; `rules` is one about rules.
pub fn read(status: u16, body: &[u8], rules: &[u8], slis: &[Sli], range: Range) -> Result<Read, SourceError> {
    let Answer { series, warnings, .. } = answer::read(&reply(status, body), SERIES)?;
    let pager = BTreeMap::from([("slo".to_owned(), "x".to_owned())]);
    let mut pagers = Alarms::new(&[pager]).read([Ok(series.clone())].into_iter(), range);
    let mut halves = series.clone().into_iter();
    let (part, total) = (halves.next().into_iter().collect::<Vec<_>>(), halves.next().into_iter().collect());
    let cells = |sli: &Sli| {
        let target = "99.9%".parse().map_err(|_| SourceError::Uncountable("no target".to_owned()))?;
        let objective = Objective::new("a", "b", "main", sli.clone(), target, Window::days(30));
        let asked = Asked { objective: Arc::new(objective), cell: Window::minutes(5) };
        counts::answered(&asked, part.clone(), Vec::clone(&total), range)
    };
    Ok(Read {
        cells: slis.iter().map(cells).collect(),
        alarms: pagers.heard.remove(0)?,
        warnings,
        found: discover::told(series, rules, "main"),
    })
}

/// How many rules there are, and what is doubtful about the alerts among them.
pub fn rules(body: &[u8]) -> Result<(usize, Vec<String>), String> {
    let rules = discover::rules::read(body)?;
    Ok((rules.len(), alert_rules::of_rules(&rules, &[])))
}

/// What would be asked for the counts of an objective: its part, and its total if it has one.
pub fn asked(objective: &Objective, window: Window) -> Result<(String, Option<String>), String> {
    pair(objective, window).map(|pair| (pair.part, pair.total))
}

/// The exemplars of an answer that tells milliseconds, or nothing where it is none.
pub fn exemplars_of(body: &[u8]) -> Option<Vec<Exemplar>> {
    exemplars::read(body, 0.001).ok()
}
