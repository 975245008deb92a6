//! Durations in bins: exact below 64 seconds, then 64 bins for each doubling. The middle of a bin is
//! within 0.8 % of every duration in it.

/// Bins for durations below 2³¹ seconds (68 years).
pub const BINS: usize = 64 + 25 * 64;

/// The bin of a duration in seconds, below 2³¹.
#[inline]
pub fn bin(seconds: u32) -> u16 {
    if seconds < 64 {
        return seconds as u16;
    }
    let octave = 31 - seconds.leading_zeros();
    (((octave - 5) << 6) + ((seconds >> (octave - 6)) & 63)) as u16
}

/// The shortest duration of a bin.
#[inline]
pub fn low(bin: u16) -> u32 {
    let (octave, step) = (u32::from(bin) >> 6, u32::from(bin) & 63);
    if octave == 0 {
        step
    } else {
        (64 + step) << (octave - 1)
    }
}

/// The duration that stands for a bin: its middle.
pub fn middle(bin: u16) -> u32 {
    let octave = u32::from(bin) >> 6;
    if octave < 2 {
        low(bin)
    } else {
        low(bin) + ((1 << (octave - 1)) - 1) / 2
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_ends() {
        for (seconds, expected) in [
            (0, 0),
            (63, 63),
            (64, 64),
            (127, 127),
            (128, 128),
            (129, 128),
        ] {
            assert_eq!(bin(seconds), expected, "{seconds} s");
        }
        assert_eq!(usize::from(bin((1 << 31) - 1)), BINS - 1);
    }

    proptest! {
        #[test]
        fn middles_are_within_one_percent_and_bins_are_in_order(seconds in 0u32..(1 << 31)) {
            let b = bin(seconds);
            prop_assert!(low(b) <= seconds);
            prop_assert!(seconds - low(b) < 1 << 24, "the rest fits three bytes");
            prop_assert!(usize::from(b) + 1 == BINS || seconds < low(b + 1));
            let off = f64::from(middle(b)) - f64::from(seconds);
            prop_assert!(off.abs() <= 0.008 * f64::from(seconds), "{seconds} s shown as {} s", middle(b));
        }
    }
}
