//! Counts into a fair comparison: which unit does well, and when nobody can tell.
//!
//! On-time is counted over *deadlines passed* (open ones among them), time by Kaplan–Meier with open
//! cases, units against what their mix of cases lets expect, and a unit is called better or worse only
//! outside funnel limits widened by over-dispersion. No bare rank (Goldstein & Spiegelhalter 1996, JRSS A
//! 159:385–443). Pure arithmetic over counts that somebody else took; it asks for no case and no date.

mod mix;
pub mod share;
pub mod survival;

pub use mix::Mix;
pub use share::{Prior, Satisfaction, Share, Z_95, Z_998};
pub use survival::{Curve, Quantile};

/// (seconds from first contact, closed then, still open at that age).
pub type Bin = (f64, u32, u32);

/// What was counted of one unit.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct UnitInput {
    pub key: String,
    /// Cases whose first deadline has passed by the as-of moment, and those of them closed by it.
    pub passed: u64,
    pub on_time: u64,
    /// Sorted by time.
    pub histogram: Vec<Bin>,
    /// (age in seconds at the beginning of the period, cases), sorted; empty: observed from the start.
    pub delayed: Vec<(f64, u32)>,
    /// `passed` and `on_time` by category, for the case mix. Empty: not adjusted.
    pub by_category: Vec<CategoryCount>,
    /// First contacts within the period.
    pub received: u64,
    pub open: u64,
    pub overdue: u64,
    /// Closed at least the reopening window ago, and those of them reopened.
    pub settled: u64,
    pub reopened: u64,
    /// Solved, and those of them with a photo or the resident's yes.
    pub solved: u64,
    pub verified: u64,
    /// Ones to fives, and surveys sent.
    pub ratings: [u32; 5],
    pub asked: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CategoryCount {
    pub category: u32,
    pub passed: u32,
    pub on_time: u32,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Options {
    /// Below so many passed deadlines no verdict.
    pub smallest: u64,
    /// What a verdict compares with.
    pub basis: Basis,
    /// Length of the period, for Little's law.
    pub period_days: f64,
    /// Horizon of the restricted mean, days.
    pub horizon_days: f64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            smallest: 30,
            basis: Basis::CaseMix,
            period_days: 365.0,
            horizon_days: 30.0,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// The city's share.
    City,
    /// What the city's shares by category let expect of this unit's cases.
    CaseMix,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    Better,
    Worse,
    /// Cannot be separated from the average.
    NotSeparated,
    /// Too few passed deadlines to say anything.
    TooSmall,
    /// Most of its cases are of kinds nobody else handles: adjusting for them compares it with itself.
    NotComparable,
}

/// The whole page.
#[derive(Debug, Clone, PartialEq)]
pub struct League {
    /// In the order given.
    pub rows: Vec<UnitRow>,
    /// All units together.
    pub city: UnitRow,
    /// Over-dispersion among units large enough; limits are widened by its root where above one.
    pub phi: f64,
    pub prior: Option<Prior>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct UnitRow {
    pub key: String,
    /// On time over deadlines passed, with the 95 % interval. `None`: no deadline passed.
    pub on_time: Option<Share>,
    /// On time as the city would have done with this unit's cases, and observed over that.
    pub expected: f64,
    pub observed_over_expected: Option<f64>,
    /// The share it would have with the city's mix: city share × O/E, at most 1.
    pub adjusted: Option<f64>,
    /// Share of its passed deadlines in categories that other units also handle.
    pub comparable: f64,
    /// Standard deviations above the expectation, before over-dispersion.
    pub z: f64,
    /// Where (adjusted) shares of a unit of this size lie by chance: 95 % and 99.8 %, widened by √φ.
    pub limits_95: Option<(f64, f64)>,
    pub limits_998: Option<(f64, f64)>,
    /// Pulled towards the city's share, the more the smaller the unit.
    pub shrunk: Option<f64>,
    pub verdict: Verdict,
    /// Best and worst place its interval allows among the units large enough, from 1.
    pub places: Option<(usize, usize)>,
    pub median: Quantile,
    pub median_interval: (Quantile, Quantile),
    pub p90: Quantile,
    /// Average days spent within the horizon.
    pub restricted_mean: f64,
    pub received: u64,
    pub closed: u64,
    pub open: u64,
    pub overdue: u64,
    /// By Little's law, from arrivals and the mean time seen.
    pub expected_open: Option<f64>,
    pub reopened: Option<Share>,
    pub verified: Option<Share>,
    pub satisfaction: Satisfaction,
}

/// The league of `units`.
pub fn table(units: &[UnitInput], options: Options) -> League {
    let city = sum(units);
    let mix = Mix::of(units);
    let against: Vec<mix::Expected> = units
        .iter()
        .map(|unit| mix.expected(unit, options.basis))
        .collect();
    let large = |unit: &UnitInput| unit.passed >= options.smallest;
    let scores: Vec<f64> = (units.iter().zip(&against))
        .filter(|(unit, _)| large(unit))
        .map(|(_, against)| against.z)
        .collect();
    let phi = share::over_dispersion(&scores);
    let counts: Vec<(u64, u64)> = units
        .iter()
        .map(|unit| (unit.on_time, unit.passed))
        .collect();
    let league = Around {
        theta: mix.share(),
        phi,
        prior: share::prior(&counts),
        options,
    };
    let mut rows: Vec<UnitRow> = (units.iter().zip(&against))
        .map(|(unit, against)| league.row(unit, against))
        .collect();
    let chosen: Vec<usize> = (0..units.len())
        .filter(|index| large(&units[*index]))
        .collect();
    place(&mut rows, &chosen);
    let whole = mix.expected(&city, Basis::City);
    let mut city = league.row(&city, &whole);
    city.verdict = Verdict::NotSeparated;
    League {
        rows,
        city,
        phi,
        prior: league.prior,
    }
}

/// What all rows are held against.
struct Around {
    theta: Option<f64>,
    phi: f64,
    prior: Option<Prior>,
    options: Options,
}

impl Around {
    fn row(&self, unit: &UnitInput, against: &mix::Expected) -> UnitRow {
        let curve = survival::kaplan_meier(&unit.histogram, &unit.delayed);
        let ratio = (against.cases > 0.0).then(|| unit.on_time as f64 / against.cases);
        let limits = |z: f64| {
            let half = z * (self.phi.max(1.0) * against.variance).sqrt() / against.cases;
            let theta = self.theta.filter(|_| against.cases > 0.0)?;
            Some((
                (theta * (1.0 - half)).max(0.0),
                (theta * (1.0 + half)).min(1.0),
            ))
        };
        let mean_days = curve.restricted_mean(curve.longest / 86_400.0);
        UnitRow {
            key: unit.key.clone(),
            on_time: share::wilson(unit.on_time, unit.passed, Z_95),
            expected: against.cases,
            observed_over_expected: ratio,
            adjusted: self
                .theta
                .zip(ratio)
                .map(|(theta, ratio)| (theta * ratio).min(1.0)),
            comparable: against.comparable,
            z: against.z,
            limits_95: limits(Z_95),
            limits_998: limits(Z_998),
            shrunk: (self.prior)
                .filter(|_| unit.passed > 0)
                .map(|prior| prior.shrink(unit.on_time, unit.passed)),
            verdict: self.verdict(unit, against),
            places: None,
            median: curve.quantile(0.5),
            median_interval: curve.quantile_interval(0.5, Z_95),
            p90: curve.quantile(0.9),
            restricted_mean: curve.restricted_mean(self.options.horizon_days),
            received: unit.received,
            closed: curve.closed,
            open: unit.open,
            overdue: unit.overdue,
            expected_open: share::expected_open(unit.received, self.options.period_days, mean_days),
            reopened: share::wilson(unit.reopened, unit.settled, Z_95),
            verified: share::wilson(unit.verified, unit.solved, Z_95),
            satisfaction: share::satisfaction(&unit.ratings, unit.asked),
        }
    }

    fn verdict(&self, unit: &UnitInput, against: &mix::Expected) -> Verdict {
        let z = against.z / self.phi.max(1.0).sqrt();
        if unit.passed < self.options.smallest {
            Verdict::TooSmall
        } else if against.comparable < 0.5 {
            Verdict::NotComparable
        } else if z > Z_95 {
            Verdict::Better
        } else if z < -Z_95 {
            Verdict::Worse
        } else {
            Verdict::NotSeparated
        }
    }
}

/// Places from intervals: behind all that are surely better, before all that are surely worse.
fn place(rows: &mut [UnitRow], chosen: &[usize]) {
    let of = |part: fn(&Share) -> f64| {
        let shares = chosen
            .iter()
            .filter_map(|index| rows[*index].on_time.as_ref());
        let mut values: Vec<f64> = shares.map(part).collect();
        values.sort_by(f64::total_cmp);
        values
    };
    let (lows, highs) = (of(|share| share.low), of(|share| share.high));
    for index in chosen {
        let Some(share) = rows[*index].on_time else {
            continue;
        };
        let better = lows.len() - lows.partition_point(|low| *low <= share.high);
        let worse = highs.partition_point(|high| *high < share.low);
        rows[*index].places = Some((better + 1, highs.len() - worse));
    }
}

/// All units as one.
fn sum(units: &[UnitInput]) -> UnitInput {
    let mut city = UnitInput::default();
    for unit in units {
        city.passed += unit.passed;
        city.on_time += unit.on_time;
        city.histogram = survival::merge(&city.histogram, &unit.histogram);
        city.delayed.extend(&unit.delayed);
        city.received += unit.received;
        city.open += unit.open;
        city.overdue += unit.overdue;
        city.settled += unit.settled;
        city.reopened += unit.reopened;
        city.solved += unit.solved;
        city.verified += unit.verified;
        for (sum, more) in city.ratings.iter_mut().zip(unit.ratings) {
            *sum += more;
        }
        city.asked += unit.asked;
    }
    city.delayed.sort_by(|a, b| a.0.total_cmp(&b.0));
    city
}
