//! Who is told of which public report: what a follower asked for, how often they want to hear, and how like two
//! reports are. Absent: who they are and how they are reached.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use service::definition::Code;
use service::fold::fold;

use crate::Moment;
use crate::case::Spot;
use crate::ids::{AreaCode, CaseCode};

/// The farthest that anybody follows around a point, metres.
pub const FARTHEST: u32 = 10_000;

/// What a follower asked for: one report, or all new ones that fit everything named.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Interest {
    /// One report, by its code; the rest is empty then.
    pub case: Option<CaseCode>,
    pub service: Option<Code>,
    pub area: Option<AreaCode>,
    pub around: Option<Around>,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Around {
    pub spot: Spot,
    pub metres: u32,
}

/// A new report as far as following goes. `place`: none where its service keeps places back.
#[derive(Debug, Clone, Copy)]
pub struct New<'a> {
    pub service: &'a str,
    pub area: Option<&'a str>,
    pub place: Option<Spot>,
}

impl Interest {
    pub fn of_case(code: impl Into<CaseCode>) -> Self {
        Self {
            case: Some(code.into()),
            ..Self::default()
        }
    }

    /// Whether a new report is what was asked for.
    pub fn wants(&self, new: New<'_>) -> bool {
        let same = |wanted: &Option<String>, is: Option<&str>| {
            wanted.as_deref().is_none_or(|wanted| is == Some(wanted))
        };
        let near = self.around.is_none_or(|around| {
            new.place
                .is_some_and(|place| around.spot.metres_to(place) <= f64::from(around.metres))
        });
        self.case.is_none()
            && same(&self.service, Some(new.service))
            && same(&self.area, new.area)
            && near
    }
}

/// How long a follower is left in peace after being told something.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Pace {
    #[default]
    Hour,
    Day,
}

impl Pace {
    pub const ALL: [Pace; 2] = [Pace::Hour, Pace::Day];

    pub fn code(self) -> &'static str {
        match self {
            Pace::Hour => "hour",
            Pace::Day => "day",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|pace| pace.code() == code)
    }

    pub fn next(self, told: Moment) -> Moment {
        let hours = match self {
            Pace::Hour => 1,
            Pace::Day => 24,
        };
        told + SignedDuration::from_hours(hours)
    }
}

/// After so many tries a device or an address that never answers is left alone.
pub const TRIES: u32 = 12;

/// When to try again what could not be told: a minute, two, four, up to a day.
pub fn again(now: Moment, tries: u32) -> Moment {
    let minutes = 1i64 << tries.min(11);
    now + SignedDuration::from_mins(minutes.min(24 * 60))
}

/// Whether an event of this name is news of a report that somebody follows. Names are those of the log.
pub fn is_news(event: &str) -> bool {
    matches!(
        event,
        "accepted"
            | "taken-up"
            | "extended"
            | "redated"
            | "rerouted"
            | "step-started"
            | "issued"
            | "not-accepted"
            | "stopped"
            | "reopened"
            | "warned"
    )
}

/// Whether an event of this name is a new report.
pub fn is_new(event: &str) -> bool {
    event == "opened"
}

/// Words that tell nothing of what a report is about, folded.
const COMMON: &[&str] = &[
    "toi", "va", "la", "co", "bi", "o", "cua", "cho", "nay", "khong", "duong", "truoc", "nha",
    "da", "dang", "rat", "nhieu", "ngay", "nay", "tai", "voi", "thi", "ma", "cac", "nhung", "mot",
    "duoc", "de", "den", "tu", "lai", "roi", "qua", "so", "khu", "vuc", "phuong", "xa", "hem",
];

fn told(words: &str) -> BTreeSet<String> {
    let folded = fold(words);
    let words: Vec<&str> = folded
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    let pairs = words.windows(2).map(|pair| pair.join(" "));
    let single = words
        .iter()
        .filter(|word| word.len() > 1 && !COMMON.contains(word))
        .map(|word| (*word).to_owned());
    single.chain(pairs).collect()
}

/// How alike two texts are, 0 to 1: shared words and pairs of words against those of the shorter one, marks and
/// capitals aside.
pub fn alike(one: &str, other: &str) -> f64 {
    let (one, other) = (told(one), told(other));
    let least = one.len().min(other.len());
    if least == 0 {
        return 0.0;
    }
    one.intersection(&other).count() as f64 / least as f64
}

/// How likely two reports of one kind mean the same thing, 0 to 1: near, recent and in like words. `away`: none
/// where one of them has no point.
pub fn same_thing(
    away: Option<f64>,
    within: f64,
    age: SignedDuration,
    days: u32,
    words: f64,
) -> f64 {
    let near = away.map_or(0.3, |away| (1.0 - away / within.max(1.0)).clamp(0.0, 1.0));
    let recent = 1.0 - age.as_secs_f64() / (86_400.0 * f64::from(days.max(1)));
    0.45 * near + 0.15 * recent.clamp(0.0, 1.0) + 0.4 * words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_report_reaches_who_asked_for_it() {
        let spot = |lat, lon| Spot { lat, lon };
        let new = New {
            service: "report.litter",
            area: Some("31135"),
            place: Some(spot(10.034, 105.788)),
        };
        let interest = |service: Option<&str>, area: Option<&str>, metres: Option<u32>| Interest {
            case: None,
            service: service.map(str::to_owned),
            area: area.map(str::to_owned),
            around: metres.map(|metres| Around {
                spot: spot(10.035, 105.788),
                metres,
            }),
        };
        for (wanted, expected) in [
            (interest(None, None, None), true),
            (interest(Some("report.litter"), None, None), true),
            (interest(Some("report.noise"), None, None), false),
            (interest(None, Some("31135"), None), true),
            (interest(Some("report.litter"), Some("31120"), None), false),
            (interest(None, None, Some(200)), true),
            (interest(None, None, Some(100)), false),
            (interest(Some("report.noise"), None, Some(200)), false),
            (Interest::of_case("H13-1"), false),
        ] {
            assert_eq!(wanted.wants(new), expected, "{wanted:?}");
        }
        let kept_back = New { place: None, ..new };
        assert!(!interest(None, None, Some(10_000)).wants(kept_back));
        assert!(interest(None, Some("31135"), None).wants(kept_back));
    }

    #[test]
    fn what_failed_is_tried_later_each_time() {
        let now = Moment::from_second(0).expect("a moment");
        let waits: Vec<i64> = [0, 1, 5, 30]
            .iter()
            .map(|tries| again(now, *tries).as_second() / 60)
            .collect();
        assert_eq!(waits, [1, 2, 32, 1440]);
        assert_eq!(Pace::Day.next(now).as_second(), 86_400);
        assert_eq!(Pace::from_code("hour"), Some(Pace::Hour));
        assert_eq!(Pace::from_code("never"), None);
    }

    #[test]
    fn like_words_are_found_without_marks() {
        let words = "Đèn đường trước số 12 không sáng";
        for (other, at_least, below) in [
            ("den duong khong sang truoc so 12", 0.5, 1.01),
            ("Đèn đường không sáng ba ngày nay", 0.3, 1.0),
            ("Rác đổ đầy vỉa hè, mùi hôi", 0.0, 0.1),
            ("", 0.0, 0.01),
        ] {
            let found = alike(words, other);
            assert!((at_least..below).contains(&found), "{other}: {found}");
        }
    }

    #[test]
    fn near_and_alike_comes_before_near_alone() {
        let day = SignedDuration::from_hours(24);
        let both = same_thing(Some(40.0), 200.0, day, 84, 0.8);
        let near = same_thing(Some(5.0), 200.0, day, 84, 0.0);
        let old = same_thing(Some(40.0), 200.0, day * 80, 84, 0.8);
        assert!(
            both > near && both > old && old > near * 0.5,
            "{both} {near} {old}"
        );
    }
}
