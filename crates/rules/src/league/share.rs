//! Shares compared fairly: intervals, funnel limits with over-dispersion, shrinkage, satisfaction.

/// Two-sided 95 % and 99.8 %: the usual limits of a funnel plot.
pub const Z_95: f64 = 1.96;
pub const Z_998: f64 = 3.09;

/// A share with its interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Share {
    pub share: f64,
    pub low: f64,
    pub high: f64,
    pub n: u64,
}

/// The score interval of a share (Wilson 1927, JASA 22:209–212). `None` for nothing out of nothing:
/// no cases is not zero per cent. More successes than cases count as all.
pub fn wilson(successes: u64, n: u64, z: f64) -> Option<Share> {
    if n == 0 {
        return None;
    }
    let cases = n as f64;
    let share = successes.min(n) as f64 / cases;
    let z2 = z * z;
    let middle = share + z2 / (2.0 * cases);
    let half = z * (share * (1.0 - share) / cases + z2 / (4.0 * cases * cases)).sqrt();
    let scale = 1.0 + z2 / cases;
    Some(Share {
        share,
        low: ((middle - half) / scale).clamp(0.0, share),
        high: ((middle + half) / scale).clamp(share, 1.0),
        n,
    })
}

/// Funnel limits θ₀ ± z·√φ·√(θ₀(1−θ₀)/n) (Spiegelhalter 2005, Stat. Med. 24:1185–1202), within 0 and 1.
/// `phi` below one narrows nothing.
pub fn funnel(theta: f64, n: u64, z: f64, phi: f64) -> (f64, f64) {
    let half = z * (phi.max(1.0) * theta * (1.0 - theta) / n as f64).sqrt();
    ((theta - half).max(0.0), (theta + half).min(1.0))
}

/// Over-dispersion φ = mean of the squared z-scores after winsorising 10 % at each end (Spiegelhalter
/// 2005): units differ more than chance alone, and limits that ignore it call nearly all of them unusual.
/// The tenth and ninetieth percentile are the elements ⌊0.1·(I−1)⌋ and ⌊0.9·(I−1)⌋ of the sorted scores.
/// 1 for no units.
pub fn over_dispersion(scores: &[f64]) -> f64 {
    let mut sorted = scores.to_vec();
    sorted.sort_by(f64::total_cmp);
    let Some(last) = sorted.len().checked_sub(1) else {
        return 1.0;
    };
    let (low, high) = (sorted[last / 10], sorted[last * 9 / 10]);
    let squares = sorted.iter().map(|score| score.clamp(low, high).powi(2));
    squares.sum::<f64>() / sorted.len() as f64
}

/// What is believed about a unit before its cases are seen: a beta distribution over shares.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Prior {
    pub mean: f64,
    /// Worth so many cases; infinite where the units do not differ more than chance.
    pub strength: f64,
}

/// The beta-binomial prior of (successes, n) by moments: τ² is what the shares vary beyond sampling
/// (DerSimonian & Laird 1986), s = m(1−m)/τ² − 1. `None` without cases.
pub fn prior(units: &[(u64, u64)]) -> Option<Prior> {
    let seen = || units.iter().filter(|(_, n)| *n > 0);
    let cases: u64 = seen().map(|(_, n)| n).sum();
    let successes: u64 = seen().map(|(x, _)| x).sum();
    if cases == 0 {
        return None;
    }
    let mean = successes as f64 / cases as f64;
    let chance = mean * (1.0 - mean);
    let never_differ = Prior {
        mean,
        strength: f64::INFINITY,
    };
    if chance <= 0.0 {
        return Some(never_differ);
    }
    let (mut q, mut weight, mut weight2, mut count) = (0.0, 0.0, 0.0, 0.0);
    for (x, n) in seen() {
        let (x, n) = (*x as f64, *n as f64);
        let w = n / chance;
        q += w * (x / n - mean).powi(2);
        weight += w;
        weight2 += w * w;
        count += 1.0;
    }
    let free = weight - weight2 / weight;
    let tau2 = (q - (count - 1.0)) / free;
    if free <= 0.0 || tau2 <= 0.0 {
        return Some(never_differ);
    }
    Some(Prior {
        mean,
        strength: (chance / tau2 - 1.0).max(0.0),
    })
}

impl Prior {
    /// The share pulled towards the mean, the more the fewer cases: (x + s·m)/(n + s). Six of six is no
    /// longer better than 617 of 622.
    pub fn shrink(&self, successes: u64, n: u64) -> f64 {
        let (x, n) = (successes as f64, n as f64);
        match self.strength.is_finite() && n + self.strength > 0.0 {
            true => (x + self.strength * self.mean) / (n + self.strength),
            false => self.mean,
        }
    }
}

/// What residents said, and what their silence allows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Satisfaction {
    /// Mean of 1–5 of those who answered.
    pub mean: Option<f64>,
    pub answered: u64,
    pub asked: u64,
    /// The mean if every silent resident had said 1, and 5.
    pub bounds: Option<(f64, f64)>,
}

/// `ratings[0]` are the ones, `ratings[4]` the fives; `asked` counts surveys sent (at least the answers).
pub fn satisfaction(ratings: &[u32; 5], asked: u64) -> Satisfaction {
    let answered: u64 = ratings.iter().map(|cases| u64::from(*cases)).sum();
    let sum: u64 = (1u64..)
        .zip(ratings)
        .map(|(score, cases)| score * u64::from(*cases))
        .sum();
    let asked = asked.max(answered);
    let silent = asked - answered;
    let mean = |sum: u64, n: u64| (n > 0).then(|| sum as f64 / n as f64);
    Satisfaction {
        mean: mean(sum, answered),
        answered,
        asked,
        bounds: mean(sum + silent, asked).zip(mean(sum + 5 * silent, asked)),
    }
}

impl Satisfaction {
    pub fn response_rate(&self) -> Option<f64> {
        (self.asked > 0).then(|| self.answered as f64 / self.asked as f64)
    }
}

/// Little's law L = λW: how many cases should be open, were arrivals and handling steady. Far more open
/// than that: a backlog grows or cases lie forgotten. `None` for an empty period.
pub fn expected_open(received: u64, period_days: f64, mean_days: f64) -> Option<f64> {
    (period_days > 0.0).then(|| received as f64 / period_days * mean_days)
}
