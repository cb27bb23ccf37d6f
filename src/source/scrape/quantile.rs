//! Quantiles of classic histograms.

/// The value below which `share` of the observations lie, by the buckets' upper bounds with how many observations are
/// below each; even within a bucket. As `histogram_quantile` of Prometheus, without its forgiveness for strange buckets.
pub(super) fn quantile(share: f64, mut buckets: Vec<(f64, f64)>) -> Option<f64> {
    buckets.sort_by(|a, b| a.0.total_cmp(&b.0));
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
        assert_eq!(quantile(0.5, vec![(0.1, 0.0), (INF, 0.0)]), None, "nothing was observed");
        assert_eq!(quantile(0.5, vec![(0.1, 5.0)]), None, "without the last bucket nothing is whole");
        assert_eq!(quantile(0.5, Vec::new()), None);
    }
}
