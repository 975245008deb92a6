//! How it really went lately, for residents: on time over deadlines that passed (open cases count as
//! late), half and nine of ten with the open ones counted. Too few cases say nothing.

use facts::{Cohort, Dimension, Facts, Filter, Meaning, Query};
use rules::league::Quantile;
use rules::league::survival::kaplan_meier;

const DAY: i64 = 86_400;
/// Fewer finished cases than this are no statement.
const FEWEST: u32 = 5;

/// Of the days asked about.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lived {
    /// Cases that arrived.
    pub received: u32,
    /// Deadlines that passed.
    pub passed: u32,
    pub on_time: u32,
    pub finished: u32,
    /// Days.
    pub half: Quantile,
    pub nine: Quantile,
}

impl Lived {
    /// Of deadlines that passed; `None` where too few did.
    #[must_use]
    pub fn share(&self) -> Option<f64> {
        (self.passed >= FEWEST).then(|| f64::from(self.on_time) / f64::from(self.passed))
    }
}

/// The last `days` days before `now` (seconds since 1970); `None` where too few cases were finished.
///
/// `meaning`: what the endings mean in this city.
pub fn lived(
    facts: &Facts,
    meaning: Meaning,
    filters: Vec<Filter>,
    now: i64,
    days: i64,
) -> Option<Lived> {
    let (from, to) = (now - days * DAY, now + 1);
    let ask = |cohort, durations| {
        let query = Query {
            as_of: now,
            cohort,
            meaning,
            filters: filters.clone(),
            by: Vec::<Dimension>::new(),
            zone: 7 * 3_600,
            durations,
            quality: false,
        };
        facts.ask(&query).groups.into_iter().next()
    };
    let due = ask(Cohort::Due { from, to }, false);
    let live = ask(Cohort::Live { from, to }, true)?;
    let finished = live.counts.finished(&meaning);
    if finished < FEWEST {
        return None;
    }
    let spans = live.spans();
    let bins: Vec<(f64, u32, u32)> = spans
        .iter()
        .map(|span| (f64::from(span.seconds), span.closed, span.open + span.left))
        .filter(|(_, closed, censored)| closed + censored > 0)
        .collect();
    let delayed: Vec<(f64, u32)> = spans
        .iter()
        .filter(|span| span.entered > 0)
        .map(|span| (f64::from(span.seconds), span.entered))
        .collect();
    let curve = kaplan_meier(&bins, &delayed);
    Some(Lived {
        received: ask(Cohort::Opened { from, to }, false).map_or(0, |g| g.counts.cases),
        passed: due.as_ref().map_or(0, |group| group.counts.passed),
        on_time: due.as_ref().map_or(0, |group| group.counts.on_time),
        finished,
        half: curve.quantile(0.5),
        nine: curve.quantile(0.9),
    })
}

#[cfg(test)]
mod tests {
    use facts::{CaseFact, State};
    use service::definition::{Channel, Ending};

    use super::*;

    fn meaning() -> Meaning {
        crate::figures::EndingRule::default().meaning()
    }

    fn facts(ends: &[Option<i64>]) -> Facts {
        let mut facts = Facts::new();
        for (slot, end) in (0..).zip(ends) {
            let fact = CaseFact {
                version: 1,
                unit: "a".into(),
                service: "report.litter".into(),
                group: "Môi trường".into(),
                kind: 1,
                area: None,
                channel: Channel::Web as u8,
                opened: 100 * DAY,
                due: Some(103 * DAY),
                state: match end {
                    Some(day) => State::Ended {
                        at: day * DAY,
                        ending: Ending::Solved as u8,
                    },
                    None => State::Open,
                },
                reopened: false,
                verified: false,
                rating: None,
                public: true,
            };
            facts.put(slot, &fact).expect("a sound row");
        }
        facts
    }

    #[test]
    fn open_cases_past_their_deadline_count_as_late() {
        let ends = [101, 101, 102, 102, 110].map(Some);
        let mut all = ends.to_vec();
        all.extend([None; 3]);
        let lived =
            lived(&facts(&all), meaning(), vec![], 120 * DAY, 30).expect("five were finished");
        assert_eq!((lived.passed, lived.on_time, lived.received), (8, 4, 8));
        assert_eq!(lived.share(), Some(0.5));
        assert!(matches!(lived.nine, Quantile::NotReached { .. }));
    }

    #[test]
    fn few_cases_say_nothing() {
        assert_eq!(
            lived(&facts(&[Some(101)]), meaning(), vec![], 120 * DAY, 30),
            None
        );
    }
}
