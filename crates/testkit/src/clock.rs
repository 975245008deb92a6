//! A clock moved by hand, and chance that falls the same way every time.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, Ordering};

use actions::{Chance, Clock};
use jiff::SignedDuration;
use rules::Moment;

/// Monday 2 March 2026, eight in the morning in Cần Thơ: an ordinary week without holidays, after Tết.
pub const MONDAY: &str = "2026-03-02T01:00:00Z";

/// Cheap to clone; all clones show the same moment.
#[derive(Clone)]
pub struct HandClock(Arc<AtomicI64>);

impl HandClock {
    /// Stands at `moment` (`2026-03-02T01:00:00Z`).
    ///
    /// # Panics
    /// Where this is no moment.
    pub fn at(moment: &str) -> Self {
        let moment: Moment = moment.parse().expect("a moment in RFC 3339");
        Self(Arc::new(AtomicI64::new(moment.as_microsecond())))
    }

    pub fn now(&self) -> Moment {
        Moment::from_microsecond(self.0.load(Ordering::Relaxed)).expect("within a clock's years")
    }

    /// Lets time pass. What time itself does (warnings, lapses) is done by `city.settle()`.
    pub fn forward(&self, by: SignedDuration) {
        let micros = i64::try_from(by.as_micros()).expect("less than an age");
        assert!(micros >= 0, "time does not go back");
        self.0.fetch_add(micros, Ordering::Relaxed);
    }

    /// Lets time pass until `moment`.
    pub fn until(&self, moment: Moment) {
        self.forward(moment.duration_since(self.now()));
    }

    pub(crate) fn handed_in(&self) -> Clock {
        let clock = self.clone();
        Arc::new(move || clock.now())
    }
}

pub fn days(n: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * n)
}

pub fn hours(n: i64) -> SignedDuration {
    SignedDuration::from_hours(n)
}

pub fn minutes(n: i64) -> SignedDuration {
    SignedDuration::from_mins(n)
}

/// The same bytes for the same seed (SplitMix64): good enough for a test, never for a secret.
pub(crate) fn seeded(seed: u64) -> Chance {
    let state = Mutex::new(seed);
    Arc::new(move |bytes: &mut [u8]| {
        let mut state = state.lock().expect("nobody panics while drawing");
        for chunk in bytes.chunks_mut(8) {
            *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let mut z = *state;
            z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            let drawn = (z ^ (z >> 31)).to_le_bytes();
            chunk.copy_from_slice(&drawn[..chunk.len()]);
        }
    })
}
