//! Points in time on a grid, as backends are asked for them.

/// Whole minutes (or cells, or hours) from `from` to `to`, both included, in Unix seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Range {
    pub from: i64,
    pub to: i64,
    pub step: i64,
}

impl Range {
    pub fn points(self) -> i64 {
        (self.to - self.from) / self.step + 1
    }

    /// The same points in ranges of at most about `most`, the newest first. Neighbours share their edge, and edges are
    /// whole hours, so that every hour is whole in one of them.
    pub fn newest_first(self, most: i64) -> impl Iterator<Item = Self> {
        const HOUR: i64 = 3600;
        let span = (most * self.step / HOUR).max(1) * HOUR;
        let edges = move |to: i64| {
            let from = to - to.rem_euclid(HOUR) - span;
            (to > self.from).then(|| from.max(self.from))
        };
        let mut to = self.to;
        let mut first = true;
        std::iter::from_fn(move || {
            let from = edges(to).or((first && to == self.from).then_some(to))?;
            first = false;
            let part = Self { from, to, ..self };
            to = from;
            Some(part)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_cut_at_whole_hours_without_a_hole() {
        const HOUR: i64 = 3600;
        let whole = Range { from: 5 * HOUR, to: 105 * HOUR + 1500, step: 300 };
        let parts: Vec<Range> = whole.newest_first(240).collect();
        assert_eq!(parts[0].to, whole.to);
        assert_eq!(parts.last().unwrap().from, whole.from);
        assert!(parts.windows(2).all(|pair| pair[0].from == pair[1].to && pair[1].to % HOUR == 0));
        assert!(parts.iter().all(|part| part.points() <= 260), "{parts:?}");
        let point = Range { from: 60, to: 60, step: 60 };
        assert_eq!(point.newest_first(10).collect::<Vec<_>>(), [point]);
        let short = Range { from: 60, to: 180, step: 60 };
        assert_eq!(short.newest_first(8000).collect::<Vec<_>>(), [short]);
    }
}
