//! How long it takes, with the open cases counted in.
//!
//! A mean or median of closed cases flatters whoever leaves cases open. Here an open case is a case that
//! lasted *at least* so long (right-censored): Kaplan & Meier 1958, JASA 53:457–481. Times come in as
//! seconds and go out as days.

use super::Bin;

const DAY: f64 = 86_400.0;
/// Rounding of products must not carry a curve past the level it reaches exactly.
const HAIR: f64 = 1e-12;

/// Where a curve reaches a level.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Quantile {
    /// Days.
    Reached(f64),
    /// Not within what was seen: "more than so many days". Never to be printed as a number alone.
    NotReached { beyond: f64 },
}

impl Quantile {
    pub fn days(self) -> Option<f64> {
        match self {
            Quantile::Reached(days) => Some(days),
            Quantile::NotReached { .. } => None,
        }
    }
}

/// The share still open just after each time at which something closed.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Curve {
    pub steps: Vec<Step>,
    /// The longest time seen, closed or open, in seconds.
    pub longest: f64,
    pub closed: u64,
    pub censored: u64,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Step {
    pub seconds: f64,
    /// Cases under observation just before.
    pub at_risk: u64,
    pub closed: u64,
    /// Ŝ: the share still open just after.
    pub open: f64,
    /// Σ d/(n(n−d)) up to here; Ŝ² times this is Greenwood's variance.
    pub greenwood: f64,
}

/// The Kaplan–Meier curve of a histogram sorted by time.
///
/// `delayed`: (age in seconds, cases) of those that were already open when the period began, sorted by
/// age; they are under observation only past that age (left truncation), so that a month in which an old
/// backlog is cleared does not look slow. They must be among the histogram's cases.
pub fn kaplan_meier(histogram: &[Bin], delayed: &[(f64, u32)]) -> Curve {
    let count = |part: fn(&Bin) -> u32| histogram.iter().map(|bin| u64::from(part(bin))).sum();
    let (closed, censored): (u64, u64) = (count(|bin| bin.1), count(|bin| bin.2));
    let waiting: u64 = delayed.iter().map(|(_, cases)| u64::from(*cases)).sum();
    let mut curve = Curve {
        longest: histogram.last().map_or(0.0, |bin| bin.0),
        closed,
        censored,
        ..Curve::default()
    };
    let mut entering = delayed.iter().peekable();
    // Observed minus gone; signed, because a case that left before its own entry is a fault of the data.
    let mut at_risk = (closed + censored) as i64 - waiting as i64;
    let (mut open, mut greenwood) = (1.0, 0.0);
    let mut bins = histogram.iter().peekable();
    while let Some((seconds, mut now_closed, mut gone)) = bins
        .next()
        .map(|bin| (bin.0, u64::from(bin.1), u64::from(bin.2)))
    {
        // The same time in several bins is one time.
        while let Some(bin) = bins.next_if(|bin| bin.0 <= seconds) {
            now_closed += u64::from(bin.1);
            gone += u64::from(bin.2);
        }
        while let Some((_, cases)) = entering.next_if(|(age, _)| *age < seconds) {
            at_risk += i64::from(*cases);
        }
        let n = u64::try_from(at_risk).unwrap_or(0).max(now_closed);
        if now_closed > 0 {
            let (d, left) = (now_closed as f64, (n - now_closed) as f64);
            open *= left / n as f64;
            greenwood += match n > now_closed {
                true => d / (n as f64 * left),
                false => f64::INFINITY,
            };
            curve.steps.push(Step {
                seconds,
                at_risk: n,
                closed: now_closed,
                open,
                greenwood,
            });
        }
        at_risk -= (now_closed + gone) as i64;
    }
    curve
}

impl Step {
    /// Greenwood's variance of Ŝ (Greenwood 1926).
    pub fn variance(&self) -> f64 {
        match self.open > 0.0 {
            true => self.open * self.open * self.greenwood,
            false => 0.0,
        }
    }

    /// Confidence band of Ŝ on the log–log scale, which stays within 0 and 1 (Kalbfleisch & Prentice).
    pub fn band(&self, z: f64) -> (f64, f64) {
        if self.open >= 1.0 {
            return (1.0, 1.0);
        }
        if self.open <= 0.0 {
            return (0.0, 1.0);
        }
        let width = z * self.greenwood.sqrt() / self.open.ln();
        let (a, b) = (self.open.powf(width.exp()), self.open.powf((-width).exp()));
        (a.min(b), a.max(b))
    }
}

impl Curve {
    /// inf{t : Ŝ(t) ≤ 1 − share}: 0.5 the median, 0.9 the time in which nine of ten are done.
    pub fn quantile(&self, share: f64) -> Quantile {
        self.first(|step| step.open <= 1.0 - share + HAIR)
    }

    /// The confidence interval of a quantile: where the band's edges cross the level (Brookmeyer &
    /// Crowley 1982, Biometrics 38:29–41; as `survfit` does).
    pub fn quantile_interval(&self, share: f64, z: f64) -> (Quantile, Quantile) {
        let level = 1.0 - share + HAIR;
        (
            self.first(|step| step.band(z).0 <= level),
            self.first(|step| step.band(z).1 <= level),
        )
    }

    /// The share still open after `seconds`.
    pub fn open_after(&self, seconds: f64) -> f64 {
        let past = self.steps.partition_point(|step| step.seconds <= seconds);
        past.checked_sub(1)
            .map_or(1.0, |index| self.steps[index].open)
    }

    /// Average days spent within the first `days`: the area under the curve (Royston & Parmar 2013). Always
    /// exists; beyond the longest time seen the curve is taken as flat.
    pub fn restricted_mean(&self, days: f64) -> f64 {
        let horizon = days * DAY;
        let (mut area, mut open, mut since) = (0.0, 1.0, 0.0);
        for step in self.steps.iter().take_while(|step| step.seconds < horizon) {
            area += open * (step.seconds - since);
            (open, since) = (step.open, step.seconds);
        }
        (area + open * (horizon - since)) / DAY
    }

    fn first(&self, reached: impl Fn(&Step) -> bool) -> Quantile {
        match self.steps.iter().find(|step| reached(step)) {
            Some(step) => Quantile::Reached(step.seconds / DAY),
            None => Quantile::NotReached {
                beyond: self.longest / DAY,
            },
        }
    }
}

/// Cases that ended after `seconds`, by outcome, and those still open at that age.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Outcomes<const K: usize> {
    pub seconds: f64,
    pub ended: [u32; K],
    pub censored: u32,
}

/// The cumulative incidence of each outcome (solved, answered, refused, duplicate), with the others
/// competing: F_k(t) = Σ Ŝ(tᵢ₋₁)·d_k/n (Aalen & Johansen 1978). One point per time at which something
/// ended: (seconds, incidences); they and the share still open add up to one. Taking refusals for
/// censored instead would overstate success (Satagopan et al. 2004, Br J Cancer 91:1229).
///
/// Sorted by time, each time once.
pub fn cumulative_incidence<const K: usize>(bins: &[Outcomes<K>]) -> Vec<(f64, [f64; K])> {
    let total = |bin: &Outcomes<K>| bin.ended.iter().map(|cases| u64::from(*cases)).sum::<u64>();
    let mut at_risk: u64 = bins
        .iter()
        .map(|bin| total(bin) + u64::from(bin.censored))
        .sum();
    let (mut open, mut incidence) = (1.0, [0.0; K]);
    let mut points = Vec::new();
    for bin in bins {
        let ended = total(bin);
        if ended > 0 {
            for (sum, cases) in incidence.iter_mut().zip(bin.ended) {
                *sum += open * f64::from(cases) / at_risk as f64;
            }
            open *= (at_risk - ended) as f64 / at_risk as f64;
            points.push((bin.seconds, incidence));
        }
        at_risk -= ended + u64::from(bin.censored);
    }
    points
}

/// Adds `more` to `sum`, both sorted by time.
pub fn merge(sum: &[Bin], more: &[Bin]) -> Vec<Bin> {
    let mut merged = Vec::with_capacity(sum.len().max(more.len()));
    let (mut left, mut right) = (sum.iter().peekable(), more.iter().peekable());
    loop {
        let bin = match (left.peek(), right.peek()) {
            (Some(a), Some(b)) if a.0 == b.0 => (a.0, a.1 + b.1, a.2 + b.2),
            (Some(a), Some(b)) => match a.0 < b.0 {
                true => **a,
                false => **b,
            },
            (Some(a), None) => **a,
            (None, Some(b)) => **b,
            (None, None) => return merged,
        };
        left.next_if(|a| a.0 == bin.0);
        right.next_if(|b| b.0 == bin.0);
        merged.push(bin);
    }
}
