//! Case mix: what the city's shares by category let expect of a unit (indirect standardisation).

use std::collections::BTreeMap;

use super::{Basis, UnitInput};

/// A category is handled elsewhere too where others had this many deadlines in it, or as many as the unit.
const ENOUGH: u64 = 30;

/// Passed deadlines and those kept, over all units, by category.
#[derive(Debug, Clone, Default)]
pub struct Mix {
    by_category: BTreeMap<u32, (u64, u64)>,
    passed: u64,
    on_time: u64,
}

/// What is expected of one unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Expected {
    /// E: cases on time, had each category the city's share.
    pub cases: f64,
    /// Variance of the observed count if it were so: Σ n·r·(1−r).
    pub variance: f64,
    /// (O − E)/√variance.
    pub z: f64,
    /// Share of the unit's passed deadlines in categories that other units handle too.
    pub comparable: f64,
}

impl Mix {
    pub fn of(units: &[UnitInput]) -> Self {
        let mut mix = Self::default();
        for unit in units {
            mix.passed += unit.passed;
            mix.on_time += unit.on_time;
            for count in &unit.by_category {
                let sum = mix.by_category.entry(count.category).or_default();
                sum.0 += u64::from(count.passed);
                sum.1 += u64::from(count.on_time);
            }
        }
        mix
    }

    /// The city's share; `None` where no deadline passed.
    pub fn share(&self) -> Option<f64> {
        (self.passed > 0).then(|| self.on_time as f64 / self.passed as f64)
    }

    /// E and O against it. Cases without a category are expected at the city's share.
    pub fn expected(&self, unit: &UnitInput, basis: Basis) -> Expected {
        let theta = self.share().unwrap_or(0.0);
        let mut sorted = 0;
        let (mut cases, mut variance, mut shared) = (0.0, 0.0, 0u64);
        let categories = match basis {
            Basis::City => &[][..],
            Basis::CaseMix => &unit.by_category,
        };
        for count in categories {
            let (passed, on_time) = self
                .by_category
                .get(&count.category)
                .copied()
                .unwrap_or_default();
            if count.passed == 0 || passed == 0 {
                continue;
            }
            let (n, rate) = (f64::from(count.passed), on_time as f64 / passed as f64);
            cases += n * rate;
            variance += n * rate * (1.0 - rate);
            sorted += u64::from(count.passed);
            let own = u64::from(count.passed);
            if passed - own.min(passed) >= own.min(ENOUGH) {
                shared += u64::from(count.passed);
            }
        }
        let rest = unit.passed.saturating_sub(sorted);
        cases += rest as f64 * theta;
        variance += rest as f64 * theta * (1.0 - theta);
        let z = match variance > 0.0 {
            true => (unit.on_time as f64 - cases) / variance.sqrt(),
            false => 0.0,
        };
        let comparable = match unit.passed {
            0 => 1.0,
            passed => (shared + rest) as f64 / passed as f64,
        };
        Expected {
            cases,
            variance,
            z,
            comparable,
        }
    }
}
