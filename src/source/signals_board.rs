//! The signals of one backend's services, kept on a one-minute grid.

use std::sync::Arc;

use super::lines::Only;
use super::plan::{SIGNAL_SPAN, floor};
use super::{Range, SignalPoints, SignalsAsk, Source, SourceError, Toll};
use crate::domain::series::Series;
use crate::domain::signal::{Figure, Service, ServiceSignals};
use crate::domain::slo::ledger::{HOUR, MINUTE};

const WEEK: i64 = 7 * 24 * HOUR;
const KEEP: usize = (SIGNAL_SPAN / MINUTE) as usize + 1;

pub struct SignalsBoard {
    services: Vec<Arc<Service>>,
    /// So many of them are configured; the others were found.
    written: usize,
    source: String,
    default_preset: &'static str,
    shown: Vec<ServiceSignals>,
    asked_to: Option<i64>,
    week_ago_to: Option<i64>,
}

impl SignalsBoard {
    pub fn new(services: Vec<Arc<Service>>, source: String, default_preset: &'static str) -> Self {
        let written = services.len();
        Self {
            services,
            written,
            source,
            default_preset,
            shown: Vec::new(),
            asked_to: None,
            week_ago_to: None,
        }
    }

    /// `found` beside those that are configured; the names of those that were not there, or are counted otherwise now.
    pub(super) fn meet(&mut self, found: Vec<Arc<Service>>) -> Vec<String> {
        let before = self.services.split_off(self.written);
        let gone =
            |name: &String| !found.iter().any(|service| service.name == *name && before.contains(service));
        let away: Vec<String> = before.iter().map(|service| service.name.clone()).filter(gone).collect();
        self.shown.retain(|shown| !away.contains(&shown.service));
        let news = found.iter().filter(|service| !before.contains(service));
        let news = news.map(|service| service.name.clone()).collect();
        self.services.extend(found);
        news
    }

    /// Each service with its preset.
    pub(super) fn presets(&self) -> Vec<(String, String)> {
        let preset = |service: &Arc<Service>| self.preset_of(&service.name);
        self.services.iter().map(|service| (service.name.clone(), preset(service))).collect()
    }

    /// All of them, or those of these names.
    fn wanted(&self, only: Option<&Only>) -> Vec<Arc<Service>> {
        let wanted = |service: &&Arc<Service>| only.is_none_or(|only| only.contains(&service.name));
        self.services.iter().filter(wanted).cloned().collect()
    }

    pub fn asked_to(&self) -> Option<i64> {
        self.asked_to
    }

    /// Whether last week's values end within the hour.
    pub fn week_ago_runs_out(&self, now: i64) -> bool {
        self.week_ago_to.is_some_and(|to| to < now + HOUR)
    }

    pub(super) async fn fetch(
        &mut self,
        source: &dyn Source,
        range: Range,
        only: Option<&Only>,
    ) -> Result<Toll, SourceError> {
        let services = self.wanted(only);
        if services.is_empty() {
            return Ok(Toll::default());
        }
        let answer = source.signals(&SignalsAsk { services, range }).await?;
        for points in answer.figures {
            let figure = self.figure(&points);
            figure.trouble = points.trouble;
            figure.limit = points.limit;
            figure.series.extend(&points.points, floor(range.to, MINUTE), KEEP);
        }
        // Who came later has not been asked for all that the others were.
        self.asked_to = if only.is_some() { self.asked_to.or(Some(range.to)) } else { Some(range.to) };
        Ok(answer.toll)
    }

    pub(super) async fn fetch_week_ago(
        &mut self,
        source: &dyn Source,
        range: Range,
        only: Option<&Only>,
    ) -> Result<Toll, SourceError> {
        let services = self.wanted(only);
        if services.is_empty() {
            return Ok(Toll::default());
        }
        let range =
            Range { from: floor(range.from, range.step), to: floor(range.to, range.step), step: range.step };
        let answer = source.signals(&SignalsAsk { services, range }).await?;
        for points in answer.figures {
            let moved: Vec<_> = points.points.iter().map(|(at, value)| (at + WEEK, *value)).collect();
            let mut series = Series::new(range.from + WEEK, range.step, Vec::new());
            series.extend(&moved, range.to + WEEK, range.points() as usize);
            self.figure(&points).week_ago = series;
        }
        let to = range.to + WEEK;
        self.week_ago_to = if only.is_some() { self.week_ago_to.or(Some(to)) } else { Some(to) };
        Ok(answer.toll)
    }

    fn figure(&mut self, points: &SignalPoints) -> &mut Figure {
        let preset = self.preset_of(&points.service);
        let at = position_or_push(
            &mut self.shown,
            |shown| shown.service == points.service,
            || ServiceSignals {
                service: points.service.clone(),
                source: self.source.clone(),
                preset,
                figures: Vec::new(),
            },
        );
        let figures = &mut self.shown[at].figures;
        let at = position_or_push(
            figures,
            |figure| figure.lane == points.lane && figure.name == points.name,
            || Figure {
                lane: points.lane,
                name: points.name.clone(),
                unit: points.unit,
                series: Series::new(0, MINUTE, Vec::new()),
                week_ago: Series::new(0, 5 * MINUTE, Vec::new()),
                limit: points.limit,
                trouble: None,
            },
        );
        &mut figures[at]
    }

    fn preset_of(&self, service: &str) -> String {
        let found = self.services.iter().find(|known| known.name == service);
        found.and_then(|known| known.preset.clone()).unwrap_or_else(|| self.default_preset.to_owned())
    }

    pub fn services(&self) -> Vec<Arc<ServiceSignals>> {
        self.shown.iter().cloned().map(Arc::new).collect()
    }
}

fn position_or_push<T>(list: &mut Vec<T>, is: impl Fn(&T) -> bool, make: impl FnOnce() -> T) -> usize {
    list.iter().position(is).unwrap_or_else(|| {
        list.push(make());
        list.len() - 1
    })
}
