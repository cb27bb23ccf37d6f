//! What the targets' tracks say of chosen series at an instant, or over a stretch of time.

use std::sync::MutexGuard;

use super::scraper::{Scraper, Want};
use super::track::{Labels, Line, Millis, Track};

/// All tracks at once, as they are now.
pub(super) struct View<'a> {
    tracks: Vec<MutexGuard<'a, Track>>,
    gap: Millis,
    now: Millis,
    kept: Millis,
}

/// The series that a choice means, each with the place of its target.
pub(super) struct Lines<'a> {
    found: Vec<(usize, &'a Labels, &'a Line)>,
    since: Millis,
}

impl<'a> View<'a> {
    pub(super) fn of(scraper: &'a Scraper) -> Self {
        let now = scraper.now().unwrap_or_default();
        Self { tracks: scraper.tracks(), gap: scraper.gap(), now, kept: scraper.kept() }
    }

    pub(super) fn lines(&self, want: &Want) -> Lines<'_> {
        let mut found = Vec::new();
        for (place, track) in self.tracks.iter().enumerate() {
            let fitting = track.of(&want.choice.name).filter(|(labels, _)| want.choice.fits(labels));
            found.extend(fitting.map(|(labels, line)| (place, labels, line)));
        }
        Lines { found, since: want.since }
    }

    /// Whether anything can be known of this second.
    pub(super) fn reaches(&self, second: i64) -> bool {
        let time = second * 1000;
        time <= self.now && time >= self.now - self.kept
    }

    fn covers(&self, place: usize, time: Millis, since: Millis) -> bool {
        self.tracks[place].covers(time, since, self.gap)
    }

    /// By how much each series grew in the `width` seconds that end at `end`, of targets that were read at both ends.
    pub(super) fn increases<'b>(
        &'b self,
        lines: &'b Lines<'b>,
        end: i64,
        width: i64,
    ) -> impl Iterator<Item = (&'b Labels, f64)> {
        let (from, to) = ((end - width) * 1000, end * 1000);
        let known: Vec<bool> = (0..self.tracks.len())
            .map(|place| self.covers(place, from, lines.since) && self.covers(place, to, lines.since))
            .collect();
        lines
            .found
            .iter()
            .filter(move |found| known[found.0])
            .filter_map(move |(_, labels, line)| Some((*labels, line.increase(from, to)?)))
    }

    /// Their sum; nothing where no series is known.
    pub(super) fn increase(&self, lines: &Lines<'_>, end: i64, width: i64) -> Option<f64> {
        self.increases(lines, end, width).map(|(_, grown)| grown).reduce(|a, b| a + b)
    }

    /// What each series was at `second`, if its target was read shortly before.
    pub(super) fn values<'b>(
        &'b self,
        lines: &'b Lines<'b>,
        second: i64,
    ) -> impl Iterator<Item = (usize, &'b Labels, f64)> {
        let visits: Vec<Option<Millis>> = self
            .tracks
            .iter()
            .map(|track| track.last_visit(second * 1000, self.gap).filter(|visit| *visit >= lines.since))
            .collect();
        lines.found.iter().enumerate().filter_map(move |(index, (place, labels, line))| {
            let value = line.at(visits[*place]?)?;
            value.is_finite().then_some((index, *labels, value))
        })
    }

    /// Sum and number of the samples in the `width` seconds that end at `end`.
    pub(super) fn samples(&self, lines: &Lines<'_>, end: i64, width: i64) -> Option<(f64, f64)> {
        let (from, to) = ((end - width) * 1000, end * 1000);
        let known = |place| self.covers(place, from, lines.since) && self.covers(place, to, lines.since);
        let all =
            lines.found.iter().filter(|found| known(found.0)).flat_map(|found| found.2.within(from, to));
        let (sum, count) = all.fold((0.0, 0.0), |(sum, count), value| (sum + value, count + 1.0));
        (count > 0.0).then_some((sum, count))
    }
}

impl Lines<'_> {
    pub(super) fn labels(&self) -> impl Iterator<Item = &Labels> {
        self.found.iter().map(|found| found.1)
    }
}
