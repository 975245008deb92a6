//! Days, weeks and months of a second, for a clock at a fixed offset from UTC. Knows no holidays.

/// Days since 1970-01-01 on the city's clock.
pub fn day(second: i64, zone: i32) -> i32 {
    (second + i64::from(zone)).div_euclid(86_400) as i32
}

/// Months since January of the year 0.
pub fn month(day: i32) -> i32 {
    // Days to civil date, counted from 1 March so that the leap day is a year's last (Hinnant 2013).
    let shifted = day + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * of_year + 2) / 153;
    (year_of_era + era * 400) * 12 + from_march + 2
}

/// (year, month 1 to 12).
pub fn year_and_month(month: i32) -> (i16, u8) {
    (month.div_euclid(12) as i16, month.rem_euclid(12) as u8 + 1)
}

/// The first day of a day's month.
pub fn first_of_month(day: i32) -> i32 {
    let mut first = day - 27;
    if month(first) == month(day) {
        while month(first - 1) == month(day) {
            first -= 1;
        }
    } else {
        while month(first) != month(day) {
            first += 1;
        }
    }
    first
}

/// The Monday on or before a day.
pub fn monday(day: i32) -> i32 {
    // 1970-01-01 was a Thursday.
    day - (day + 3).rem_euclid(7)
}

/// The second at which a day begins.
pub fn begins(day: i32, zone: i32) -> i64 {
    i64::from(day) * 86_400 - i64::from(zone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_of_known_days() {
        for (day, expected) in [
            (0, (1970, 1)),
            (-1, (1969, 12)),
            (30, (1970, 1)),
            (31, (1970, 2)),
            (11_016, (2000, 2)), // 29 February 2000
            (11_017, (2000, 3)),
            (20_270, (2025, 7)), // 1 July 2025
            (20_269, (2025, 6)),
        ] {
            assert_eq!(year_and_month(month(day)), expected, "day {day}");
        }
    }

    #[test]
    fn every_month_has_28_to_31_days() {
        let mut length = 0;
        for day in 1..60_000 {
            length += 1;
            if month(day) != month(day - 1) {
                assert_eq!(month(day), month(day - 1) + 1);
                assert!(
                    (28..=31).contains(&length),
                    "{length} days before day {day}"
                );
                length = 0;
            }
        }
    }

    #[test]
    fn a_month_begins_where_the_month_changes() {
        for day in 10_000..12_000 {
            let first = first_of_month(day);
            assert!(first <= day && month(first) == month(day) && month(first - 1) != month(day));
        }
    }

    #[test]
    fn weeks_begin_on_monday_and_days_by_the_city_clock() {
        assert_eq!(monday(0), -3);
        assert_eq!(monday(4), 4);
        assert_eq!(monday(10), 4);
        let hanoi = 7 * 3600;
        assert_eq!(day(17 * 3600 - 1, hanoi), 0);
        assert_eq!(day(17 * 3600, hanoi), 1);
        assert_eq!(begins(1, hanoi), 17 * 3600);
    }
}
