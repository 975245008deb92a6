//! Hot spots as a leader and the 1022 centre see them: one kind of thing, reported again and again at one place in
//! few days. The limits are the city's data.

use actions::Law;
use actions::messages::HotSpot;
use maud::{Markup, html};
use rules::index::reports::hot::{Hot, spots};
use rules::index::{At, Ledger};

use super::asked::Asked;
use super::counted::Counted;
use crate::hall::Hall;
use crate::leader::words;
use crate::say;
use crate::text::Lang;
use crate::ui::layout::encode;
use crate::ui::parts::empty;

/// Most spots on the morning page.
const SHOWN: usize = 10;

/// The hot spot of this key at a moment, if it is one.
pub fn find<'a>(ledger: &'a Ledger, law: &Law, as_of: i64, key: &str) -> Option<Hot<'a>> {
    let limits = &law.yardsticks.reports;
    let all = spots(ledger.reports(), limits, At::second(as_of));
    all.into_iter().find(|hot| hot.key(&ledger.names) == key)
}

/// A hot spot in words.
pub struct Spot {
    pub number: usize,
    pub key: String,
    pub unit: String,
    service: String,
    area: String,
}

impl Spot {
    pub fn of(l: Lang, counted: &Counted<'_>, hot: &Hot<'_>) -> Option<Self> {
        Self::named(l, counted.ledger, counted.law, counted.ask.today, hot)
    }

    fn named(
        l: Lang,
        ledger: &Ledger,
        law: &Law,
        today: jiff::civil::Date,
        hot: &Hot<'_>,
    ) -> Option<Self> {
        let (names, newest) = (&ledger.names, hot.newest()?);
        let area = names.word(newest.area);
        Some(Self {
            number: hot.reports.len(),
            key: hot.key(names),
            unit: names.word(newest.unit).to_owned(),
            service: words::service(l, law, today, names.word(hot.service)),
            area: match area {
                "" => l.t("league.no-place").to_owned(),
                area => words::area(law, area),
            },
        })
    }

    pub fn title(&self, l: Lang) -> String {
        let args: [(&str, &dyn std::fmt::Display); 2] =
            [("service", &self.service), ("area", &self.area)];
        l.f("morning.hot-title", &args)
    }
}

/// All hot spots now, in words, the hottest first.
fn now(l: Lang, hall: &Hall) -> Vec<Spot> {
    let (law, second) = (hall.law(), hall.now().as_second());
    let (ledger, today) = (hall.ledger(), crate::leader::ask::day_of(second));
    spots(
        ledger.reports(),
        &law.yardsticks.reports,
        At::second(second),
    )
    .iter()
    .filter_map(|hot| Spot::named(l, &ledger, &law, today, hot))
    .collect()
}

/// On the morning page: each opens its cases, and a unit can be directed from it.
pub fn section(l: Lang, hall: &Hall) -> Markup {
    let limits = hall.law().yardsticks.reports.hot.clone();
    let ask = Asked::default().understood(hall.now(), rules::index::period::Length::Month);
    let spots = now(l, hall);
    html! {
        h2 { (l.t("morning.hot")) }
        p { a href="/numbers/heat" { (l.t("numbers.heat-title")) } }
        p.small.muted { (l.f("morning.hot-says", &[("metres", &limits.metres), ("least", &limits.at_least), ("days", &limits.days)])) }
        @if spots.is_empty() { (empty(l.t("morning.hot-none"), &html! {})) }
        @else {
            ul.list {
                @for spot in spots.iter().take(SHOWN) {
                    li {
                        p.flush {
                            a.big.bad href=(ask.cases("hot.spot", &spot.key)) { (say::whole(l, i64::try_from(spot.number).unwrap_or(i64::MAX))) }
                            " " (l.f("morning.hot-line", &[("days", &limits.days), ("service", &spot.service), ("area", &spot.area)]))
                        }
                        p.flush { a.btn.quiet href={ "/direct?unit=" (encode(&spot.unit)) "&hot=" (encode(&spot.key)) } { (l.t("direct.give")) span.hidden-words { " " (spot.title(l)) } } }
                    }
                }
            }
        }
    }
}

/// What a directive about a hot spot says, where it still is one.
pub fn task(l: Lang, hall: &Hall, key: &str) -> Option<String> {
    if key.starts_with("heat|") {
        return super::heat::task(l, hall, key);
    }
    let days = hall.law().yardsticks.reports.hot.days;
    let spot = now(l, hall).into_iter().find(|spot| spot.key == key)?;
    Some(l.f(
        "morning.hot-task",
        &[
            ("n", &spot.number),
            ("service", &spot.service),
            ("area", &spot.area),
            ("days", &days),
        ],
    ))
}

/// The hot spots of this moment, for whoever tells the 1022 centre. None while the first reading lasts.
pub fn to_tell(hall: &Hall) -> Vec<HotSpot> {
    let law = hall.law();
    let ledger = hall.ledger();
    if !ledger.is_ready() {
        return Vec::new();
    }
    let as_of = At::second(hall.now().as_second());
    spots(ledger.reports(), &law.yardsticks.reports, as_of)
        .iter()
        .map(|hot| HotSpot {
            key: hot.key(&ledger.names),
            cases: hot.reports.iter().map(|one| one.id).collect(),
            days: law.yardsticks.reports.hot.days,
        })
        .collect()
}
