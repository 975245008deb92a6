//! Time and chance: the only place that reads the clock and the dice. Everybody else is handed them.

use rules::Moment;

/// The moment on the wall.
#[expect(clippy::disallowed_methods, reason = "the clock lives here")]
pub fn now() -> Moment {
    Moment::now()
}

/// Fills `bytes` with the system's chance.
///
/// # Panics
/// Where the system gives no chance: no secret may be made then.
#[expect(clippy::disallowed_methods, reason = "chance lives here")]
pub fn chance(bytes: &mut [u8]) {
    if let Err(error) = getrandom::fill(bytes) {
        panic!("the system gives no chance: {error}");
    }
}
