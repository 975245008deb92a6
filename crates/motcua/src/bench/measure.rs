//! Repeated timing and its quantiles. On a shared machine medians and ratios are what counts.

use std::time::Instant;

/// Milliseconds, ascending.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Times(Vec<f64>);

impl Times {
    pub fn new(mut taken: Vec<f64>) -> Self {
        taken.sort_by(f64::total_cmp);
        Self(taken)
    }

    /// Times `work`, `times` times.
    pub fn of(times: usize, mut work: impl FnMut()) -> Self {
        let taken = (0..times).map(|_| {
            let started = Instant::now();
            work();
            since(started)
        });
        Self::new(taken.collect())
    }

    /// The value that this share of all does not exceed (nearest rank); 0 of nothing.
    pub fn at(&self, share: f64) -> f64 {
        let rank = (share * self.0.len() as f64).ceil() as usize;
        self.0.get(rank.saturating_sub(1)).copied().unwrap_or(0.0)
    }

    pub fn median(&self) -> f64 {
        self.at(0.5)
    }

    pub fn least(&self) -> f64 {
        self.at(0.0)
    }

    pub fn count(&self) -> usize {
        self.0.len()
    }
}

/// Milliseconds since then.
pub fn since(started: Instant) -> f64 {
    started.elapsed().as_secs_f64() * 1e3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_nearest_ranks() {
        let times = Times::new((1..=100).rev().map(f64::from).collect());
        assert_eq!(
            (times.least(), times.median(), times.at(0.99), times.at(1.0)),
            (1.0, 50.0, 99.0, 100.0)
        );
        assert_eq!(Times::new(vec![]).median(), 0.0);
        assert_eq!(Times::of(3, || {}).count(), 3);
    }
}
