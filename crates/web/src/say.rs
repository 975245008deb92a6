//! Numbers, dates and lengths of time as people of the city write them: `16:30 thứ Ba 24/11/2026`,
//! `1.204`, `96,1 %`, `1.250.000 đồng`. The zone is the city's. Knows nothing of cases.

use jiff::Zoned;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use rules::Moment;

use crate::text::Lang;

/// The zone of the city, `Asia/Ho_Chi_Minh`, which has been UTC+7 without change since 1975.
pub fn zoned(at: Moment) -> Zoned {
    at.to_zoned(TimeZone::fixed(jiff::tz::offset(7)))
}

/// `1.204` (vi), `1,204` (en)
pub fn whole(lang: Lang, number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mark = match lang {
        Lang::Vi => '.',
        Lang::En => ',',
    };
    let mut out = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    if number < 0 {
        out.push('−');
    }
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(mark);
        }
        out.push(digit);
    }
    out
}

/// `1.204,5` with `places` digits after the mark.
pub fn decimal(lang: Lang, number: f64, places: usize) -> String {
    let plain = format!("{:.places$}", number.abs());
    let (before, after) = plain.split_once('.').unwrap_or((&plain, ""));
    let sign = if number < 0.0 && plain.chars().any(|c| c != '0' && c != '.') {
        "−"
    } else {
        ""
    };
    let before = before
        .parse()
        .map_or_else(|_| before.to_owned(), |n| whole(lang, n));
    let mark = match lang {
        Lang::Vi => ',',
        Lang::En => '.',
    };
    if after.is_empty() {
        format!("{sign}{before}")
    } else {
        format!("{sign}{before}{mark}{after}")
    }
}

/// `96,1 %` of a share between 0 and 1.
pub fn percent(lang: Lang, share: f64) -> String {
    let number = decimal(lang, share * 100.0, 1);
    match lang {
        Lang::Vi => format!("{number}\u{a0}%"),
        Lang::En => format!("{number}%"),
    }
}

/// `1.250.000 đồng`
pub fn money(lang: Lang, dong: i64) -> String {
    match lang {
        Lang::Vi => format!("{}\u{a0}đồng", whole(lang, dong)),
        Lang::En => format!("VND\u{a0}{}", whole(lang, dong)),
    }
}

/// `16:30 thứ Ba 24/11/2026`
pub fn moment(lang: Lang, at: Moment) -> String {
    let z = zoned(at);
    format!(
        "{} {} {}",
        z.strftime("%H:%M"),
        weekday(lang, &z),
        z.strftime("%d/%m/%Y")
    )
}

/// `24/11/2026`
pub fn date(at: Moment) -> String {
    zoned(at).strftime("%d/%m/%Y").to_string()
}

/// `24/11/2026`, of a day.
pub fn day(day: Date) -> String {
    day.strftime("%d/%m/%Y").to_string()
}

/// `24/11, 16:30`: inside a list where the year is known.
pub fn short(at: Moment) -> String {
    zoned(at).strftime("%d/%m, %H:%M").to_string()
}

/// `08:14:05`: how fresh a figure is.
pub fn clock_time(at: Moment) -> String {
    zoned(at).strftime("%H:%M:%S").to_string()
}

fn weekday(lang: Lang, z: &Zoned) -> String {
    lang.of("weekday", &z.strftime("%u").to_string(), &[])
}

/// `1,1 ngày`, `5 giờ`, `40 phút`: a length measured, two significant figures.
pub fn length(lang: Lang, seconds: f64) -> String {
    let days = seconds / 86_400.0;
    let hours = seconds / 3_600.0;
    if days >= 100.0 {
        lang.f("time.measured-days", &[("n", &decimal(lang, days, 0))])
    } else if days >= 1.0 {
        lang.f("time.measured-days", &[("n", &decimal(lang, days, 1))])
    } else if hours >= 1.0 {
        lang.f(
            "time.measured-hours",
            &[("n", &decimal(lang, hours, if hours < 10.0 { 1 } else { 0 }))],
        )
    } else {
        lang.f(
            "time.measured-minutes",
            &[("n", &decimal(lang, (seconds / 60.0).max(0.0), 0))],
        )
    }
}

/// A legal or working length as the definition states it: `8,5 ngày làm việc`, `24 giờ`.
pub fn limit(lang: Lang, limit: service::definition::Limit) -> String {
    match lang {
        Lang::Vi => limit.vi(),
        Lang::En => limit.en(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        for (number, vi, en) in [
            (0, "0", "0"),
            (7, "7", "7"),
            (1204, "1.204", "1,204"),
            (25_000_000, "25.000.000", "25,000,000"),
            (-1500, "−1.500", "−1,500"),
        ] {
            assert_eq!(
                (
                    whole(Lang::Vi, number).as_str(),
                    whole(Lang::En, number).as_str()
                ),
                (vi, en)
            );
        }
        for (number, places, vi) in [
            (1.25, 1, "1,2"),
            (1204.06, 1, "1.204,1"),
            (-0.04, 1, "0,0"),
            (-2.5, 1, "−2,5"),
            (3.0, 0, "3"),
        ] {
            assert_eq!(decimal(Lang::Vi, number, places), vi);
        }
        assert_eq!(percent(Lang::Vi, 0.9612), "96,1\u{a0}%");
        assert_eq!(percent(Lang::En, 0.9612), "96.1%");
        assert_eq!(money(Lang::Vi, 1_250_000), "1.250.000\u{a0}đồng");
    }

    #[test]
    fn moments_are_the_citys() {
        let at: Moment = "2026-11-24T09:30:00Z".parse().unwrap();
        assert_eq!(moment(Lang::Vi, at), "16:30 thứ Ba 24/11/2026");
        assert_eq!(moment(Lang::En, at), "16:30 Tuesday 24/11/2026");
        let past_midnight: Moment = "2026-11-21T17:00:00Z".parse().unwrap();
        assert_eq!(moment(Lang::Vi, past_midnight), "00:00 Chủ Nhật 22/11/2026");
    }

    #[test]
    fn lengths() {
        for (seconds, says) in [
            (0.0, "0 phút"),
            (2400.0, "40 phút"),
            (5400.0, "1,5 giờ"),
            (43_200.0, "12 giờ"),
            (95_040.0, "1,1 ngày"),
            (864_000.0 * 20.0, "200 ngày"),
        ] {
            assert_eq!(length(Lang::Vi, seconds), says);
        }
    }
}
