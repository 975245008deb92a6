//! What a page of the state's numbers is asked: a period, a unit, how to tell rows apart. What cannot be read
//! counts as not chosen.

use actions::Law;
use jiff::civil::Date;
use maud::{Markup, html};
use rules::Moment;
use rules::index::At;
use rules::index::period::{Length, Period};
use rules::organisation::Unit;
use serde::Deserialize;
use service::fold::place_key;

use crate::leader::ask::{ZONE, begins, day_of};
use crate::text::Lang;
use crate::ui::layout::encode;

/// The filters as they stand in an address.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// `2026-03`, `2026-Q1`, `2026`.
    pub period: String,
    /// A unit with all below it; empty: the city.
    pub unit: String,
    /// A field of administration (lĩnh vực).
    pub group: String,
    pub service: String,
    /// How rows are told apart.
    pub by: String,
    /// Which figure's cases, and of which row.
    pub figure: String,
    pub key: String,
    /// As of this second; links from figures carry it, so that list and figure see the same moment.
    pub at: String,
    /// Which page of a list, from 1.
    pub page: String,
}

/// The filters understood.
#[derive(Debug, Clone)]
pub struct Ask {
    pub asked: Asked,
    pub period: Period,
    /// The period as seconds; the end is excluded and never lies in the future of `as_of`.
    pub from: At,
    pub to: At,
    /// Up to when the city was looked at.
    pub as_of: i64,
    pub today: Date,
}

impl Asked {
    /// `usual`: how long the period is where none was chosen; then it is the one under way.
    pub fn understood(self, now: Moment, usual: Length) -> Ask {
        let now = now.as_second();
        let as_of = self.at.parse().unwrap_or(now).clamp(0, now);
        let today = day_of(as_of);
        let period = self
            .period
            .parse()
            .unwrap_or_else(|_| Period::containing(today, usual));
        let end = begins(period.after()).min(as_of + 1);
        Ask {
            from: At::second(begins(period.first())),
            to: At::second(end),
            asked: self,
            period,
            as_of,
            today,
        }
    }
}

impl Ask {
    /// The period has not ended yet.
    pub fn running(&self) -> bool {
        begins(self.period.after()) > self.as_of + 1
    }

    pub fn zone() -> i64 {
        ZONE.into()
    }

    /// The address of `path` with these filters, and some of them changed.
    pub fn link(&self, path: &str, changes: &[(&str, &str)]) -> String {
        let a = &self.asked;
        let period = self.period.to_string();
        let all = [
            ("period", period.as_str()),
            ("unit", &a.unit),
            ("group", &a.group),
            ("service", &a.service),
            ("by", &a.by),
            ("figure", &a.figure),
            ("key", &a.key),
            ("at", &a.at),
        ];
        let kept = all
            .into_iter()
            .filter(|(name, _)| !changes.iter().any(|(changed, _)| changed == name));
        let query: Vec<String> = kept
            .chain(changes.iter().copied())
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| format!("{name}={}", encode(value)))
            .collect();
        format!("{path}?{}", query.join("&"))
    }

    /// Where the cases of a figure are.
    pub fn cases(&self, figure: &str, key: &str) -> String {
        let at = self.as_of.to_string();
        let changes = [("figure", figure), ("key", key), ("at", at.as_str())];
        self.link("/numbers/cases", &changes)
    }
}

/// `tháng 3/2026`, `quý I/2026`, `năm 2026`.
pub fn period_words(l: Lang, period: Period) -> String {
    match period {
        Period::Month { year, month } => {
            l.f("numbers.month", &[("month", &month), ("year", &year)])
        }
        Period::Quarter { year, quarter } => {
            let roman = ["I", "II", "III", "IV"][usize::from(quarter.clamp(1, 4) as u8) - 1];
            l.f("numbers.quarter", &[("quarter", &roman), ("year", &year)])
        }
        Period::Year { year } => l.f("numbers.year", &[("year", &year)]),
    }
}

/// Units that answer for procedures: departments, communes, and the agencies below departments.
pub fn subjects(law: &Law, today: Date) -> Vec<&Unit> {
    let mut units: Vec<&Unit> = law
        .organisation
        .units_on(today)
        .filter(|unit| !matches!(unit.kind.as_str(), "city" | "commune-desk"))
        .collect();
    units.sort_by_key(|unit| (unit.kind == "commune", place_key(&unit.name)));
    units
}

/// Period and unit as a form that works without script. `more`: further fields of a page.
pub fn filters(l: Lang, law: &Law, ask: &Ask, path: &str, more: &Markup) -> Markup {
    let (last, next) = (ask.period.previous(), ask.period.next());
    html! {
        form.filters action=(path) {
            label { (l.t("numbers.period"))
                select name="period" {
                    @for (length, words) in lengths(l) {
                        optgroup label=(words) {
                            @for period in choices(ask, length) {
                                option value=(period) selected[period == ask.period] { (period_words(l, period)) }
                            }
                        }
                    }
                }
            }
            label { (l.t("numbers.unit"))
                select name="unit" {
                    option value="" { (l.t("numbers.whole-city")) }
                    @for unit in subjects(law, ask.today) {
                        option value=(unit.code) selected[ask.asked.unit == unit.code] { (unit.name) }
                    }
                }
            }
            (more)
            button.btn type="submit" { (l.t("league.show")) }
        }
        p.row.small {
            a href=(ask.link(path, &[("period", &last.to_string()), ("at", "")])) rel="prev" { "← " (period_words(l, last)) }
            @if !ask.running() { a href=(ask.link(path, &[("period", &next.to_string()), ("at", "")])) rel="next" { (period_words(l, next)) " →" } }
        }
    }
}

fn lengths(l: Lang) -> [(Length, &'static str); 3] {
    [
        (Length::Month, l.t("numbers.by-month")),
        (Length::Quarter, l.t("numbers.by-quarter")),
        (Length::Year, l.t("numbers.by-year")),
    ]
}

/// The periods to choose from, newest first; the chosen one is always among them.
fn choices(ask: &Ask, length: Length) -> Vec<Period> {
    let most = match length {
        Length::Month => 15,
        Length::Quarter => 6,
        Length::Year => 3,
    };
    let mut choices = Vec::new();
    let mut period = Period::containing(ask.today, length);
    for _ in 0..most {
        choices.push(period);
        period = period.previous();
    }
    if ask.period.length() == length && !choices.contains(&ask.period) {
        choices.push(ask.period);
    }
    choices
}
