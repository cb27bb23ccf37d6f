//! Quantiles of classic histograms.

/// The value below which `share` of the observations lie, by the buckets' upper bounds with how many observations are
/// below each; even within a bucket. As `histogram_quantile` of Prometheus: bounds that are there several times are
/// added up, and a bucket that holds fewer than one below it, as where series have different buckets, holds as many.
pub(super) fn quantile(share: f64, mut told: Vec<(f64, f64)>) -> Option<f64> {
    told.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut buckets: Vec<(f64, f64)> = Vec::with_capacity(told.len());
    for (bound, count) in told {
        match buckets.last_mut() {
            Some(last) if last.0 == bound => last.1 += count,
            _ => buckets.push((bound, count)),
        }
    }
    let mut most: f64 = 0.0;
    for (_, count) in &mut buckets {
        most = most.max(*count);
        *count = most;
    }
    let (last, total) = buckets.last().copied()?;
    if last != f64::INFINITY || buckets.len() < 2 || total <= 0.0 {
        return None;
    }
    let rank = share * total;
    let place = buckets.iter().position(|bucket| bucket.1 >= rank)?;
    let (upper, below) = buckets[place];
    if upper == f64::INFINITY {
        // Nothing is known of how far the last bucket reaches.
        return Some(buckets[place - 1].0);
    }
    let (lower, before) = match place.checked_sub(1) {
        Some(previous) => buckets[previous],
        None if upper <= 0.0 => return Some(upper),
        None => (0.0, 0.0),
    };
    if below <= before {
        return Some(lower);
    }
    Some(lower + (upper - lower) * (rank - before) / (below - before))
}

#[cfg(test)]
mod tests {
    use super::*;

    const INF: f64 = f64::INFINITY;

    #[test]
    fn even_within_a_bucket() {
        let buckets = || vec![(1.0, 90.0), (0.1, 50.0), (INF, 100.0)];
        assert_eq!(quantile(0.25, buckets()), Some(0.05));
        assert_eq!(quantile(0.5, buckets()), Some(0.1));
        assert_eq!(quantile(0.7, buckets()), Some(0.55));
        assert_eq!(quantile(0.99, buckets()), Some(1.0), "the last bound that is known");
        // Two targets that write a bound as 1 and as 1.0: 80 of 100 are below it.
        let two = vec![(1.0, 50.0), (1.0, 30.0), (INF, 100.0)];
        assert_eq!(quantile(0.4, two), Some(0.5));
        // A series without the bucket of 0.5: of the 60th observation 50 are below 0.5, and 30 more below 1.
        let odd = vec![(0.1, 50.0), (0.5, 40.0), (1.0, 80.0), (INF, 100.0)];
        assert_eq!(quantile(0.6, odd), Some(0.5 + 0.5 * 10.0 / 30.0));
        assert_eq!(quantile(0.5, vec![(0.1, 0.0), (INF, 0.0)]), None, "nothing was observed");
        assert_eq!(quantile(0.5, vec![(0.1, 5.0)]), None, "without the last bucket nothing is whole");
        assert_eq!(quantile(0.5, Vec::new()), None);
    }
}
