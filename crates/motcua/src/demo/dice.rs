//! Chance that can be repeated: a seeded generator for the demonstration city and the benchmarks.
//! Never for secrets; those come from the shell.

/// SplitMix64 (Steele, Lea & Flood 2014): small, quick and the same on every machine.
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A generator of its own for part `n`, so that one part's throws do not shift another's.
    pub fn branch(&self, n: u64) -> Self {
        let mut branch = Self(self.0 ^ n.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        branch.throw();
        branch
    }

    pub fn throw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// From 0 (inclusive) to 1 (exclusive).
    pub fn share(&mut self) -> f64 {
        (self.throw() >> 11) as f64 / (1u64 << 53) as f64
    }

    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + self.share() * (high - low)
    }

    /// A whole number below `end`; 0 where `end` is 0.
    pub fn below(&mut self, end: usize) -> usize {
        ((self.share() * end as f64) as usize).min(end.saturating_sub(1))
    }

    pub fn chance(&mut self, probability: f64) -> bool {
        self.share() < probability
    }

    pub fn pick<'a, T>(&mut self, list: &'a [T]) -> Option<&'a T> {
        list.get(self.below(list.len()))
    }

    /// The place in `weights` that a throw falls on.
    pub fn weighted(&mut self, weights: &[f64]) -> usize {
        let mut left = self.share() * weights.iter().sum::<f64>();
        for (place, weight) in weights.iter().enumerate() {
            left -= weight;
            if left < 0.0 {
                return place;
            }
        }
        weights.len().saturating_sub(1)
    }

    /// Standard normal (Box & Muller 1958).
    pub fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.share()).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.share()).cos()
    }

    /// Log-normal with this median and spread (the standard deviation of the logarithm).
    pub fn around(&mut self, median: f64, spread: f64) -> f64 {
        median * (spread * self.normal()).exp()
    }

    pub fn bytes<const N: usize>(&mut self) -> [u8; N] {
        std::array::from_fn(|_| (self.throw() >> 56) as u8)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_throws_the_same() {
        let (mut a, mut b) = (Dice::new(7), Dice::new(7));
        assert!((0..100).all(|_| a.throw() == b.throw()));
        assert_ne!(
            Dice::new(7).branch(1).throw(),
            Dice::new(7).branch(2).throw()
        );
    }

    #[test]
    fn throws_fall_as_asked() {
        let mut dice = Dice::new(1);
        let n = 20_000;
        let mean = (0..n).map(|_| dice.share()).sum::<f64>() / f64::from(n);
        assert!((mean - 0.5).abs() < 0.01, "{mean}");
        let spread = (0..n).map(|_| dice.normal().powi(2)).sum::<f64>() / f64::from(n);
        assert!((spread - 1.0).abs() < 0.05, "{spread}");
        let first = (0..n).filter(|_| dice.weighted(&[3.0, 1.0]) == 0).count();
        assert!((first as f64 / f64::from(n) - 0.75).abs() < 0.02, "{first}");
        let mut halves: Vec<f64> = (0..n).map(|_| dice.around(4.0, 0.6)).collect();
        halves.sort_by(f64::total_cmp);
        assert!((halves[halves.len() / 2] - 4.0).abs() < 0.15);
    }

    #[test]
    fn an_empty_list_gives_nothing() {
        assert_eq!(Dice::new(1).pick::<u8>(&[]), None);
    }
}
