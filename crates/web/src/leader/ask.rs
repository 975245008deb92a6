//! What a page of figures is asked: the filters of its address become a question to `facts`, and every
//! figure becomes an address that asks for exactly the cases it counts. Knows no page and no drawing.

use facts::{Cohort, Dimension, Figure, Filter, Key, Query};
use jiff::civil::Date;
use rules::Moment;
use serde::Deserialize;
use service::definition::Kind;

use actions::Law;

use crate::figures::{EndingRule, Question, plain};
use crate::ui::layout::encode;

/// Seconds the city's clock is ahead of UTC, as [`crate::say::zoned`] has it.
pub const ZONE: i32 = 7 * 3600;
const DAY: i64 = 86_400;
/// Days back where nothing was chosen.
const USUAL: i64 = 90;

/// The filters as they stand in an address. What cannot be read counts as not chosen.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// A service, `kind:report`, or `group:Môi trường`.
    pub service: String,
    /// A commune, or `set:former-ninh-kieu`.
    pub area: String,
    /// `30`, `90`, `365` days, `all`, or `range` with the two days.
    pub period: String,
    pub from: String,
    /// Included.
    pub to: String,
    /// As of the end of this day.
    pub day: String,
    /// As of this second; links from figures carry it, so that list and figure see the same moment.
    pub at: String,
    /// `unit`, `area`, `service`.
    pub by: String,
    /// One unit only.
    pub unit: String,
    /// Which figure's cases.
    pub figure: String,
    /// Where the next page of a list goes on: microseconds and id.
    pub after: String,
}

/// The filters understood.
#[derive(Debug, Clone)]
pub struct Ask {
    pub asked: Asked,
    pub question: Question,
}

impl Asked {
    /// `now`: where no other moment was chosen.
    pub fn understood(self, law: &Law, now: Moment) -> Ask {
        let now = now.as_second();
        let end_of_day = |text: &str| text.parse::<Date>().ok().map(|day| begins(day) + DAY - 1);
        let as_of = self
            .at
            .parse()
            .ok()
            .or_else(|| end_of_day(&self.day))
            .unwrap_or(now)
            .clamp(0, now);
        let today = as_of - (as_of + i64::from(ZONE)).rem_euclid(DAY);
        let period = match self.period.as_str() {
            "all" => None,
            "range" => {
                let from = self.from.parse::<Date>().ok().map_or(0, begins);
                let to = end_of_day(&self.to).unwrap_or(as_of).min(as_of);
                Some((from, (to + 1).max(from + 1)))
            }
            days => {
                let days = days.parse::<i64>().ok().filter(|d| (1..=3660).contains(d));
                Some((today - days.unwrap_or(USUAL) * DAY, as_of + 1))
            }
        };
        let by = match self.by.as_str() {
            "area" => Dimension::Area,
            "service" => Dimension::Service,
            _ => Dimension::Unit,
        };
        let question = Question {
            as_of,
            period,
            by,
            filters: self.filters(law, as_of),
            meaning: EndingRule::of(law).meaning(),
            zone: ZONE,
        };
        Ask {
            asked: self,
            question,
        }
    }

    fn filters(&self, law: &Law, as_of: i64) -> Vec<Filter> {
        let mut filters = Vec::new();
        if let Some(kind) = self.service.strip_prefix("kind:") {
            filters.push(Filter::Kind(
                kind_of(kind).map(|k| k as u8).into_iter().collect(),
            ));
        } else if let Some(group) = self.service.strip_prefix("group:") {
            filters.push(Filter::Group(vec![group.to_owned()]));
        } else if !self.service.is_empty() {
            filters.push(Filter::Service(vec![self.service.clone()]));
        }
        if let Some(set) = self.area.strip_prefix("set:") {
            let on = day_of(as_of);
            let areas = law.organisation.areas_of_set(set, on);
            filters.push(Filter::Area(
                areas.iter().map(|area| Some(area.code.clone())).collect(),
            ));
        } else if self.area == "-" {
            filters.push(Filter::Area(vec![None]));
        } else if !self.area.is_empty() {
            filters.push(Filter::Area(vec![Some(self.area.clone())]));
        }
        if !self.unit.is_empty() {
            filters.push(Filter::Unit(vec![self.unit.clone()]));
        }
        filters
    }
}

impl Ask {
    /// The address of `path` with these filters, and some of them changed.
    pub fn link(&self, path: &str, changes: &[(&str, &str)]) -> String {
        let a = &self.asked;
        let all = [
            ("service", a.service.as_str()),
            ("area", &a.area),
            ("period", &a.period),
            ("from", &a.from),
            ("to", &a.to),
            ("day", &a.day),
            ("at", &a.at),
            ("by", &a.by),
            ("unit", &a.unit),
            ("figure", &a.figure),
        ];
        let mut pairs: Vec<(&str, &str)> = all
            .into_iter()
            .filter(|(name, _)| !changes.iter().any(|(changed, _)| changed == name))
            .chain(changes.iter().copied())
            .filter(|(_, value)| !value.is_empty())
            .collect();
        pairs.retain(|(name, _)| a.period == "range" || !matches!(*name, "from" | "to"));
        let query: Vec<String> = pairs
            .iter()
            .map(|(name, value)| format!("{name}={}", encode(value)))
            .collect();
        match query.is_empty() {
            true => path.to_owned(),
            false => format!("{path}?{}", query.join("&")),
        }
    }

    /// The cases that `figure` of the row `key` counts; `None`: of all rows.
    pub fn cases(&self, figure: &str, key: Option<&Key>) -> String {
        let at = self.question.as_of.to_string();
        let key = key.map(plain);
        let name = match self.question.by {
            Dimension::Area => "area",
            Dimension::Service => "service",
            _ => "unit",
        };
        let mut changes = vec![("figure", figure), ("at", at.as_str()), ("by", "")];
        if let Some(key) = &key {
            changes.push((name, key));
        }
        self.link("/league/cases", &changes)
    }

    /// The question whose cases stand behind a figure. The same cohorts as [`crate::figures::units`].
    pub fn behind(&self, figure: &str) -> Option<Query> {
        let q = &self.question;
        let span = |cohort: fn(i64, i64) -> Cohort| {
            q.period.map_or(Cohort::All, |(from, to)| cohort(from, to))
        };
        let due = || span(|from, to| Cohort::Due { from, to });
        let live = || span(|from, to| Cohort::Live { from, to });
        let opened = || span(|from, to| Cohort::Opened { from, to });
        let (cohort, narrow) = match figure {
            "passed" => (due(), vec![Filter::Is(Figure::Passed)]),
            "on-time" => (due(), vec![Filter::Is(Figure::OnTime)]),
            "late" => (due(), vec![Filter::Is(Figure::Late)]),
            "open" => (live(), vec![Filter::Is(Figure::Open)]),
            "overdue" => (live(), vec![Filter::Is(Figure::Overdue)]),
            "finished" => (live(), vec![Filter::Is(Figure::Finished)]),
            "reopened" => (
                live(),
                vec![Filter::Is(Figure::Finished), Filter::Reopened(true)],
            ),
            "verified" => (
                live(),
                vec![Filter::Is(Figure::Finished), Filter::Verified(true)],
            ),
            "rated" => (
                live(),
                vec![
                    Filter::Is(Figure::Finished),
                    Filter::Rating((1..=5).collect()),
                ],
            ),
            "received" => (opened(), vec![Filter::Is(Figure::Cases)]),
            "apart" => (opened(), vec![Filter::Is(Figure::Apart)]),
            "void" => (opened(), vec![Filter::Is(Figure::Void)]),
            "open-now" => (Cohort::All, vec![Filter::Is(Figure::Open)]),
            "overdue-now" => (Cohort::All, vec![Filter::Is(Figure::Overdue)]),
            "turned-red" => {
                let yesterday = self.today() - DAY;
                let cohort = Cohort::Due {
                    from: yesterday,
                    to: q.as_of + 1,
                };
                (cohort, vec![Filter::Is(Figure::Overdue)])
            }
            "due-today" => (self.due_within(1), self.still_due()),
            "due-week" => (self.due_within(7), self.still_due()),
            _ => {
                let bucket: usize = figure.strip_prefix("age-")?.parse().ok()?;
                let (least, most) = *AGES.get(bucket)?;
                let cohort = Cohort::Opened {
                    from: most.map_or(0, |days| q.as_of + 1 - days * DAY),
                    to: q.as_of + 1 - least * DAY,
                };
                (cohort, vec![Filter::Is(Figure::Open)])
            }
        };
        let mut filters = q.filters.clone();
        filters.extend(narrow);
        Some(Query {
            as_of: q.as_of,
            cohort,
            meaning: q.meaning,
            filters,
            by: Vec::new(),
            zone: q.zone,
            durations: false,
            quality: false,
        })
    }

    /// The second at which the day of the question began in the city.
    pub fn today(&self) -> i64 {
        let as_of = self.question.as_of;
        as_of - (as_of + i64::from(ZONE)).rem_euclid(DAY)
    }

    /// Deadlines between now and the end of that many days, today the first.
    fn due_within(&self, days: i64) -> Cohort {
        Cohort::Due {
            from: self.question.as_of + 1,
            to: self.today() + days * DAY,
        }
    }

    fn still_due(&self) -> Vec<Filter> {
        vec![Filter::Is(Figure::Open), Filter::Is(Figure::BeforeDue)]
    }
}

/// Ages of open cases in days: from, and up to.
pub const AGES: [(i64, Option<i64>); 6] = [
    (0, Some(1)),
    (1, Some(3)),
    (3, Some(7)),
    (7, Some(30)),
    (30, Some(90)),
    (90, None),
];

pub fn kind_of(word: &str) -> Option<Kind> {
    match word {
        "procedure" => Some(Kind::Procedure),
        "report" => Some(Kind::Report),
        "directive" => Some(Kind::Directive),
        "inspection" => Some(Kind::Inspection),
        "petition" => Some(Kind::Petition),
        "survey" => Some(Kind::Survey),
        _ => None,
    }
}

/// The second at which a day begins in the city.
pub fn begins(day: Date) -> i64 {
    let since = day.duration_since(Date::constant(1970, 1, 1));
    since.as_secs() - i64::from(ZONE)
}

/// The day in the city.
pub fn day_of(second: i64) -> Date {
    let at = Moment::from_second(second).unwrap_or(Moment::UNIX_EPOCH);
    crate::say::zoned(at).date()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(asked: Asked) -> Ask {
        let now: Moment = "2026-11-24T03:00:00Z".parse().expect("a moment");
        asked.understood(&Law::default(), now)
    }

    #[test]
    fn periods_begin_at_midnight_in_the_city_and_end_now() {
        let now = 1_795_489_200;
        let midnight = now - 10 * 3600;
        for (period, from, to, expected) in [
            ("", "", "", Some((midnight - 90 * DAY, now + 1))),
            ("30", "", "", Some((midnight - 30 * DAY, now + 1))),
            ("nonsense", "", "", Some((midnight - 90 * DAY, now + 1))),
            ("all", "", "", None),
            (
                "range",
                "2026-11-01",
                "2026-11-02",
                Some((midnight - 23 * DAY, midnight - 21 * DAY)),
            ),
            (
                "range",
                "2026-11-24",
                "2027-01-01",
                Some((midnight, now + 1)),
            ),
        ] {
            let asked = Asked {
                period: period.into(),
                from: from.into(),
                to: to.into(),
                ..Asked::default()
            };
            assert_eq!(ask(asked).question.period, expected, "{period} {from} {to}");
        }
    }

    #[test]
    fn a_link_keeps_the_filters_and_fixes_the_moment() {
        let asked = Asked {
            service: "group:Môi trường".into(),
            period: "30".into(),
            from: "2026-01-01".into(),
            ..Asked::default()
        };
        let link = ask(asked).cases("overdue", Some(&Key::from("centre-1022")));
        assert_eq!(
            link,
            "/league/cases?service=group%3AM%C3%B4i%20tr%C6%B0%E1%BB%9Dng&period=30&figure=overdue&at=1795489200&unit=centre-1022"
        );
    }

    #[test]
    fn ages_leave_no_gap() {
        assert!(AGES.windows(2).all(|pair| pair[0].1 == Some(pair[1].0)));
        assert_eq!((AGES[0].0, AGES[5].1), (0, None));
    }

    #[test]
    fn the_future_is_not_asked() {
        let asked = Asked {
            day: "2030-01-01".into(),
            ..Asked::default()
        };
        assert_eq!(ask(asked).question.as_of, 1_795_489_200);
    }
}
