//! How many requests a key has sent in the running minute. Kept by each server for itself: a limit against
//! mistakes, not an account.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use rules::Moment;
use store::Hash;

#[derive(Debug, Default)]
pub struct Meter {
    minute: Mutex<(i64, HashMap<Hash, u32>)>,
}

impl Meter {
    /// Counts one more; whether it is still within `most` a minute.
    pub fn passes(&self, key: Hash, most: u32, now: Moment) -> bool {
        let minute = now.as_second().div_euclid(60);
        let mut counted = self.minute.lock().unwrap_or_else(PoisonError::into_inner);
        if counted.0 != minute {
            *counted = (minute, HashMap::new());
        }
        let sent = counted.1.entry(key).or_default();
        *sent = sent.saturating_add(1);
        *sent <= most
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_key_has_its_own_minute() {
        let (meter, at) = (Meter::default(), |s: i64| {
            Moment::from_second(s).expect("a moment")
        });
        assert!(meter.passes([1; 32], 2, at(0)) && meter.passes([1; 32], 2, at(59)));
        assert!(!meter.passes([1; 32], 2, at(59)));
        assert!(meter.passes([2; 32], 2, at(59)), "another key");
        assert!(meter.passes([1; 32], 2, at(60)), "the next minute");
    }
}
