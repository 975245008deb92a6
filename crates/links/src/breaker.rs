//! A party that does not answer is left alone for a while, so that nobody waits for it in vain. Time is handed in.

use std::sync::{Mutex, PoisonError};

use jiff::SignedDuration;
use rules::Moment;

/// Failures in a row until it opens.
const MOST: u32 = 3;
const REST_SECONDS: i64 = 30;

#[derive(Debug, Default)]
pub struct Breaker {
    state: Mutex<(u32, Option<Moment>)>,
}

impl Breaker {
    /// May the party be asked now? After its rest one caller tries.
    pub fn closed(&self, now: Moment) -> bool {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        match state.1 {
            Some(until) if until > now => false,
            Some(_) => {
                state.1 = Some(now + SignedDuration::from_secs(REST_SECONDS));
                true
            }
            None => true,
        }
    }

    /// Says how the asking went.
    pub fn note(&self, answered: bool, now: Moment) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        *state = match (answered, state.0 + 1) {
            (true, _) => (0, None),
            (false, failures) if failures >= MOST => (
                failures,
                Some(now + SignedDuration::from_secs(REST_SECONDS)),
            ),
            (false, failures) => (failures, None),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_failures_open_it_one_try_closes_it() {
        let at = |second| Moment::from_second(second).expect("a moment");
        let breaker = Breaker::default();
        for second in 0..3 {
            assert!(breaker.closed(at(second)));
            breaker.note(false, at(second));
        }
        assert!(!breaker.closed(at(10)), "rests");
        assert!(breaker.closed(at(40)), "one may try");
        assert!(!breaker.closed(at(41)), "one only");
        breaker.note(true, at(42));
        assert!(breaker.closed(at(42)));
        breaker.note(false, at(43));
        assert!(breaker.closed(at(44)), "one failure is none");
    }
}
