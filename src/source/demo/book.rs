//! Running sums of everything counted, minute by minute, so that any cell is two subtractions.

use std::sync::{Mutex, PoisonError};

use super::noise::Noise;
use super::scenario::Scenario;
use super::service::{PROFILES, Profile};
use super::story::{FUTURE, HISTORY, Story};
use crate::domain::slo::tally::Tally;

/// What one service counted. Whole events, so that cells add up exactly.
#[derive(Debug)]
pub(super) struct Book {
    profile: &'static Profile,
    story: Story,
    seed: u64,
    pages: Mutex<Pages>,
}

/// Sums up to and including minute `HISTORY + index`; index 0 is nothing yet.
#[derive(Debug, Default)]
struct Pages {
    totals: Vec<u64>,
    bads: Vec<Vec<u64>>,
}

impl Book {
    pub(super) fn all(scenario: Scenario, seed: u64) -> Vec<Self> {
        let story = Story { scenario };
        PROFILES.iter().map(|profile| Self { profile, story, seed, pages: Mutex::default() }).collect()
    }

    /// The events of objective `place` in each `(to − minutes, to]`; `None` where nothing was scraped.
    pub(super) fn cells(
        &self,
        place: usize,
        minutes: i64,
        ends: impl Iterator<Item = i64>,
    ) -> Vec<Option<Tally>> {
        let mut pages = self.pages.lock().unwrap_or_else(PoisonError::into_inner);
        ends.map(|end| self.cell(&mut pages, place, (end - minutes, end))).collect()
    }

    fn cell(&self, pages: &mut Pages, place: usize, span: (i64, i64)) -> Option<Tally> {
        let (from, to) = (span.0.max(HISTORY), span.1.min(FUTURE));
        if from >= to || !self.any_scraped(from, to) {
            return None;
        }
        self.write(pages, to);
        let sum = |column: &[u64]| {
            let at = |minute: i64| column[(minute - HISTORY) as usize];
            (at(to) - at(from)) as f64
        };
        Some(Tally::new(sum(&pages.bads[place]), sum(&pages.totals)))
    }

    /// A gap is one stretch of minutes, so a cell that ends outside it or starts before it holds something.
    fn any_scraped(&self, from: i64, to: i64) -> bool {
        Story::scraped(self.profile.name, to) || Story::scraped(self.profile.name, from + 1)
    }

    /// Goes on writing until minute `to` is in the book.
    fn write(&self, pages: &mut Pages, to: i64) {
        let want = (to - HISTORY) as usize + 1;
        if pages.totals.is_empty() {
            pages.totals.push(0);
            pages.bads = vec![vec![0]; self.profile.objectives.len()];
        }
        if pages.totals.len() >= want {
            return;
        }
        let next = HISTORY + pages.totals.len() as i64;
        self.write_totals(&mut pages.totals, next, to);
        for (place, bads) in pages.bads.iter_mut().enumerate() {
            self.write_bads(place, bads, &pages.totals, (next, to));
        }
    }

    fn write_totals(&self, totals: &mut Vec<u64>, from: i64, to: i64) {
        let noise = Noise::new(self.seed, self.profile.name);
        let mut sum = totals.last().copied().unwrap_or_default();
        for minute in from..=to {
            if Story::scraped(self.profile.name, minute) {
                let (wobble, luck) = noise.pair(minute);
                let mean = self.profile.peak
                    * self.profile.shape.at(minute)
                    * self.story.traffic(self.profile.name, minute)
                    * (0.985 + 0.03 * wobble + 0.025 * noise.drift(minute));
                sum += (mean + luck) as u64;
            }
            totals.push(sum);
        }
    }

    fn write_bads(&self, place: usize, bads: &mut Vec<u64>, totals: &[u64], span: (i64, i64)) {
        let counted = &self.profile.objectives[place];
        let noise = Noise::new(self.seed, counted.id);
        let mut sum = bads.last().copied().unwrap_or_default();
        for minute in span.0..=span.1 {
            if let Some(ordinary) = counted.ordinary {
                let index = (minute - HISTORY) as usize;
                let total = totals[index] - totals[index - 1];
                let (wobble, luck) = noise.pair(minute);
                let trouble = self.story.trouble(counted.id, minute);
                let share = ordinary * (0.6 + 0.8 * wobble) + trouble * (0.985 + 0.03 * wobble);
                sum += ((total as f64 * share + luck) as u64).min(total);
            }
            bads.push(sum);
        }
    }
}
