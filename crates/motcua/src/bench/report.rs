//! What a bench says: one line a figure, with the number to reach beside it, and the same as JSON.

use serde::Serialize;

use super::machine::Machine;

/// The number to reach.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Target {
    pub bound: Bound,
    pub value: f64,
    /// The size it is meant for. At a smaller one a figure that reaches it proves nothing.
    pub cases: Option<u32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Bound {
    AtMost,
    AtLeast,
}

impl Target {
    pub fn at_most(value: f64) -> Self {
        Self {
            bound: Bound::AtMost,
            value,
            cases: None,
        }
    }

    pub fn at_least(value: f64) -> Self {
        Self {
            bound: Bound::AtLeast,
            value,
            cases: None,
        }
    }

    pub fn with(self, cases: u32) -> Self {
        Self {
            cases: Some(cases),
            ..self
        }
    }

    /// Whether it is met; `None` where the size is too small to tell.
    fn met(&self, value: f64, cases: u32) -> Option<bool> {
        let reached = match self.bound {
            Bound::AtMost => value <= self.value,
            Bound::AtLeast => value >= self.value,
        };
        let enough = self.cases.is_none_or(|meant| cases >= meant);
        (!reached || enough).then_some(reached)
    }
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Figure {
    pub what: String,
    pub value: f64,
    pub unit: &'static str,
    pub target: Option<Target>,
    pub met: Option<bool>,
}

/// What belongs to the figures and is none: an absent yardstick, what a figure holds.
pub type Remark = String;

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    pub bench: &'static str,
    pub machine: Machine,
    pub cases: u32,
    pub size: String,
    pub seed: u64,
    pub figures: Vec<Figure>,
    pub remarks: Vec<Remark>,
}

impl Report {
    /// Begins with the machine as it is now. `size` says the rest beside the cases.
    pub fn new(bench: &'static str, cases: u32, size: impl Into<String>, seed: u64) -> Self {
        Self {
            bench,
            machine: Machine::now(),
            cases,
            size: size.into(),
            seed,
            figures: Vec::new(),
            remarks: Vec::new(),
        }
    }

    pub fn figure(&mut self, what: impl Into<String>, value: f64, unit: &'static str) {
        self.put(what, value, unit, None);
    }

    pub fn aimed(
        &mut self,
        what: impl Into<String>,
        value: f64,
        unit: &'static str,
        target: Target,
    ) {
        self.put(what, value, unit, Some(target));
    }

    pub fn remark(&mut self, says: impl Into<String>) {
        self.remarks.push(says.into());
    }

    fn put(
        &mut self,
        what: impl Into<String>,
        value: f64,
        unit: &'static str,
        target: Option<Target>,
    ) {
        self.figures.push(Figure {
            what: what.into(),
            value,
            unit,
            met: target.and_then(|target| target.met(value, self.cases)),
            target,
        });
    }

    /// Whether every figure whose size tells anything is where it should be.
    pub fn fine(&self) -> bool {
        self.figures.iter().all(|figure| figure.met != Some(false))
    }

    pub fn text(&self) -> String {
        let mut text = format!(
            "{}: {} cases{}{}, seed {}; {}\n",
            self.bench,
            grouped(self.cases),
            if self.size.is_empty() { "" } else { ", " },
            self.size,
            self.seed,
            self.machine.text()
        );
        for figure in &self.figures {
            let value = format!("{} {}", short(figure.value), figure.unit);
            text.push_str(&format!(
                "{:<4} {:<58} {value:>16}{}\n",
                self.bench,
                figure.what,
                aim(figure)
            ));
        }
        for remark in &self.remarks {
            text.push_str(&format!("{:<4} {remark}\n", self.bench));
        }
        text
    }
}

fn aim(figure: &Figure) -> String {
    let Some(target) = figure.target else {
        return String::new();
    };
    let sign = match target.bound {
        Bound::AtMost => "≤",
        Bound::AtLeast => "≥",
    };
    let size = target
        .cases
        .map_or_else(String::new, |cases| format!(" at {} cases", grouped(cases)));
    let met = match figure.met {
        Some(true) => "met",
        Some(false) => "NOT MET",
        None => "too few cases to tell",
    };
    format!("   {sign} {}{size}: {met}", short(target.value))
}

/// Three digits that count; whole from a hundred on.
fn short(value: f64) -> String {
    match value.abs() {
        100.0.. => grouped(value.round() as u32),
        10.0.. => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

/// `25,000,000`
pub fn grouped(number: u32) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_judged_at_its_size_only() {
        let target = Target::at_most(20.0).with(1000);
        for (value, cases, met) in [
            (19.0, 1000, Some(true)),
            (19.0, 999, None),
            (21.0, 999, Some(false)),
            (21.0, 1000, Some(false)),
        ] {
            assert_eq!(target.met(value, cases), met, "{value} at {cases}");
        }
        assert_eq!(Target::at_least(2.0).met(1.0, 0), Some(false));
    }

    #[test]
    fn a_line_says_value_target_and_verdict() {
        let mut report = Report::new("p0", 10, "two units", 7);
        report.aimed(
            "time",
            1234.5,
            "ms",
            Target::at_most(1000.0).with(25_000_000),
        );
        report.figure("bytes", 15.254, "bytes");
        let text = report.text();
        assert!(
            text.contains("1,235 ms   ≤ 1,000 at 25,000,000 cases: NOT MET"),
            "{text}"
        );
        assert!(
            text.contains("15.3 bytes\n") && text.contains("seed 7"),
            "{text}"
        );
        assert!(!report.fine());
    }
}
