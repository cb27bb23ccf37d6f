//! Values at regular instants, with gaps.

/// `values[i]` belongs to `start + i × step`, in Unix seconds; `None` is a gap.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Series {
    pub start: i64,
    pub step: i64,
    pub values: Vec<Option<f64>>,
}

impl Series {
    pub fn new(start: i64, step: i64, values: Vec<Option<f64>>) -> Self {
        Self { start, step, values }
    }

    /// `count` values that end at `to`.
    pub fn from_fn(to: i64, step: i64, count: usize, value: impl Fn(i64) -> Option<f64>) -> Self {
        let start = to - (count as i64 - 1) * step;
        Self { start, step, values: (0..count as i64).map(|i| value(start + i * step)).collect() }
    }

    /// Instant of the last value.
    pub fn end(&self) -> i64 {
        self.start + (self.values.len() as i64 - 1) * self.step
    }

    pub fn at(&self, time: i64) -> Option<f64> {
        let index = (time - self.start).checked_div(self.step)?;
        if time < self.start || (time - self.start) % self.step != 0 {
            return None;
        }
        self.values.get(index as usize).copied().flatten()
    }

    /// The newest value, if it is no older than `max_age` seconds before the end.
    pub fn latest(&self, max_age: i64) -> Option<f64> {
        let steps = (max_age / self.step.max(1)) as usize + 1;
        self.values.iter().rev().take(steps).find_map(|value| *value)
    }

    /// The last `seconds` of it.
    pub fn tail(&self, seconds: i64) -> &[Option<f64>] {
        let count = ((seconds / self.step.max(1)) as usize).min(self.values.len());
        &self.values[self.values.len() - count..]
    }

    /// Takes newer values in, keeping `keep` in all; instants in between that were not answered are gaps.
    pub fn extend(&mut self, points: &[(i64, f64)], to: i64, keep: usize) {
        if self.values.is_empty() {
            self.start = points.iter().map(|point| point.0).chain([to]).min().unwrap_or(to);
        }
        let wanted = (to - self.start).div_euclid(self.step) + 1;
        if wanted > self.values.len() as i64 {
            let jump = wanted - self.values.len() as i64;
            if jump > keep as i64 {
                self.values.clear();
                self.start = to - (keep as i64 - 1) * self.step;
                self.values.resize(keep, None);
            } else {
                self.values.resize(wanted as usize, None);
            }
        }
        for (time, value) in points {
            let offset = time - self.start;
            if offset >= 0
                && offset % self.step == 0
                && let Some(slot) = self.values.get_mut((offset / self.step) as usize)
            {
                *slot = Some(*value);
            }
        }
        if self.values.len() > keep {
            let drop = self.values.len() - keep;
            self.values.drain(..drop);
            self.start += drop as i64 * self.step;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extends_with_gaps_and_keeps_its_length() {
        let mut series = Series::new(0, 60, Vec::new());
        series.extend(&[(60, 1.0), (120, 2.0)], 120, 4);
        series.extend(&[(120, 2.5), (240, 4.0)], 240, 4);
        assert_eq!(series, Series::new(60, 60, vec![Some(1.0), Some(2.5), None, Some(4.0)]));
        series.extend(&[(300, 5.0)], 300, 4);
        assert_eq!(series, Series::new(120, 60, vec![Some(2.5), None, Some(4.0), Some(5.0)]));
        assert_eq!(series.at(240), Some(4.0));
        assert_eq!(series.at(180), None);
        assert_eq!(series.end(), 300);
        series.extend(&[(3000, 9.0)], 3000, 4);
        assert_eq!(series.values, vec![None, None, None, Some(9.0)]);
    }

    #[test]
    fn the_latest_value_may_not_be_too_old() {
        let series = Series::new(0, 60, vec![Some(1.0), None, None]);
        assert_eq!(series.latest(60), None);
        assert_eq!(series.latest(120), Some(1.0));
    }
}
