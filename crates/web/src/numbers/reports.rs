//! Signs in the reports of residents that a close was made, not earned: each with its share of all closes of the
//! period and the city's share beside it, each opening its cases. None of them is proof, and the page says so.

use std::collections::BTreeMap;

use axum::extract::{Query, State};
use maud::{Markup, html};
use rules::Moment;
use rules::index::period::Length;
use rules::index::reports::signs::{Around, Sign, Standing, signs, standing};
use rules::index::reports::{Close, Report, Reports};
use rules::index::{At, measure::Lens};
use service::fold::place_key;

use super::asked::{Ask, Asked};
use super::counted::Counted;
use super::head::Head;
use super::lens;
use crate::error::Failure;
use crate::hall::Hall;
use crate::leader::words;
use crate::say;
use crate::text::Lang;
use crate::ui::parts::{Tone, empty, tag};
use crate::visit::Visit;

/// The closes of a period with what is needed to judge them.
pub struct Closes<'a> {
    counted: &'a Counted<'a>,
    around: Around<'a>,
    lens: Lens<'a>,
}

impl<'a> Closes<'a> {
    pub fn of(counted: &'a Counted<'a>, lens: Lens<'a>) -> Self {
        let limits = &counted.law.yardsticks.reports;
        Self {
            counted,
            around: Around::of(counted.ledger.reports(), limits),
            lens,
        }
    }

    /// Every report that the city closed in the period, with its signs.
    pub fn all(&self) -> impl Iterator<Item = (&'a Report, Close, Vec<Sign>)> + '_ {
        let (limits, names) = (
            &self.counted.law.yardsticks.reports,
            &self.counted.ledger.names,
        );
        let as_of = At::second(self.counted.ask.as_of);
        self.counted
            .ledger
            .reports()
            .iter()
            .filter_map(|one| Some((one, one.closed()?)))
            .filter(|(_, close)| self.lens.holds(close.at))
            .map(move |(one, close)| {
                let found = signs(one, close, limits, &self.around, names, as_of);
                (one, close, found)
            })
    }

    /// The closes behind a figure: a sign, `any`, `closes`, `solved` (what is drawn from); `None`: there is no such figure.
    pub fn behind(&self, member: &str) -> Option<Vec<&'a Report>> {
        let wanted = Sign::ALL.into_iter().find(|sign| sign.word() == member);
        if wanted.is_none() && !matches!(member, "any" | "closes" | "solved") {
            return None;
        }
        let key = self.counted.ask.asked.key.as_str();
        let Counted { law, ask, .. } = self.counted;
        let begins = Moment::from_second(ask.as_of).unwrap_or_default();
        let drawn_from = &law.sample.of_month(ask.period, begins).endings;
        let shows = |found: &[Sign], close: Close| match (wanted, member) {
            (Some(sign), _) => found.contains(&sign),
            (None, "closes") => true,
            (None, "solved") => drawn_from.contains(&close.ending),
            (None, _) => !found.is_empty(),
        };
        let found = self.all().filter(|(_, close, found)| {
            let here = match key.is_empty() {
                true => self.counted.in_scope(close.by),
                false => self.counted.word(close.by) == key,
            };
            here && shows(found, *close)
        });
        Some(found.map(|(one, ..)| one).collect())
    }
}

/// What was found among some closes.
#[derive(Debug, Clone, Default)]
struct Tally {
    closes: u64,
    with_signs: u64,
    by_sign: BTreeMap<Sign, u64>,
    returns: u64,
    transfers: u64,
    /// Closed by the unit that had it first.
    first_right: u64,
}

impl Tally {
    fn add(&mut self, one: &Report, close: Close, found: &[Sign]) {
        self.closes += 1;
        self.with_signs += u64::from(!found.is_empty());
        self.returns += u64::from(one.returns);
        self.transfers += u64::from(one.transfers);
        self.first_right += u64::from(one.first == close.by);
        for sign in found {
            *self.by_sign.entry(*sign).or_default() += 1;
        }
    }

    fn found(&self, sign: Sign) -> u64 {
        self.by_sign.get(&sign).copied().unwrap_or(0)
    }

    /// Against the city, by sign.
    fn standing(&self, city: &Tally, sign: Sign, limits: &Reports) -> Standing {
        let own = (self.found(sign), self.closes);
        standing(own, (city.found(sign), city.closes), limits)
    }
}

/// `GET /numbers/integrity/reports`
pub async fn get(
    State(hall): State<Hall>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Markup, Failure> {
    let (l, law) = (visit.lang, hall.law());
    let ask = asked.understood(hall.now(), Length::Quarter);
    let lens = lens(&law, &ask)?;
    let (city, here, by_unit, ready) = {
        let ledger = hall.ledger();
        let counted = Counted::of(&ledger, &law, &ask);
        let (mut city, mut here) = (Tally::default(), Tally::default());
        let mut by_unit: BTreeMap<String, Tally> = BTreeMap::new();
        for (one, close, found) in Closes::of(&counted, lens).all() {
            city.add(one, close, &found);
            if counted.in_scope(close.by) {
                here.add(one, close, &found);
                let unit = by_unit.entry(counted.word(close.by).to_owned());
                unit.or_default().add(one, close, &found);
            }
        }
        (city, here, by_unit, ledger.is_ready())
    };
    let limits = &law.yardsticks.reports;
    let head = Head {
        path: "/numbers/integrity/reports",
        title: l.t("numbers.report-signs-title"),
        says: l.t("numbers.report-signs-says").to_owned(),
        more: html! {},
        ready,
    };
    let body = html! {
        @if here.closes == 0 { (empty(l.t("numbers.no-closes"), &html! {})) }
        @else {
            p { (l.t("numbers.closes")) ": " a href=(ask.cases("report.closes", "")) { b { (words::count(l, here.closes)) } } }
            (by_sign(l, &ask, limits, &here, &city))
            p {
                @if ask.asked.unit.is_empty() { (l.f("numbers.returns-city", &[("city", &returns(l, &city))])) }
                @else { (l.f("numbers.returns", &[("own", &returns(l, &here)), ("city", &returns(l, &city))])) }
            }
            p {
                (l.f("numbers.transfers", &[("own", &per_close(l, here.transfers, &here)), ("city", &per_close(l, city.transfers, &city))])) " "
                (l.f("numbers.first-right", &[("own", &share(l, here.first_right, here.closes)), ("city", &share(l, city.first_right, city.closes))]))
            }
            (units(l, &law, &ask, &by_unit, &city))
        }
        details.more { summary { (l.t("numbers.about")) } p.small { (l.f("numbers.report-signs-notes", &[("smallest", &limits.smallest), ("version", &limits.version)])) } }
    };
    Ok(head.page(&visit, &law, &ask, &body))
}

#[allow(clippy::cast_precision_loss)] // counts of reports
fn share(l: Lang, n: u64, all: u64) -> String {
    match all {
        0 => "–".to_owned(),
        all => say::percent(l, n as f64 / all as f64),
    }
}

/// Times that work came back, for each close.
fn returns(l: Lang, tally: &Tally) -> String {
    per_close(l, tally.returns, tally)
}

#[allow(clippy::cast_precision_loss)] // counts of reports
fn per_close(l: Lang, n: u64, tally: &Tally) -> String {
    say::decimal(l, n as f64 / tally.closes.max(1) as f64, 2)
}

/// A sign in words, with the limits that hold.
pub fn sign_words(l: Lang, limits: &Reports, sign: &str) -> String {
    let args: [(&str, &dyn std::fmt::Display); 6] = [
        ("minutes", &limits.too_quick_minutes),
        ("last", &limits.last_minutes),
        ("near", &limits.same_place_metres),
        ("days", &limits.again_days),
        ("soon", &limits.other_kind_days),
        ("metres", &limits.duplicate_metres),
    ];
    l.of("numbers-report-sign", sign, &args)
}

fn verdict(l: Lang, standing: Standing) -> Markup {
    match standing {
        Standing::Above => tag(Tone::Late, l.t("numbers.above-city")),
        Standing::NotAbove => html! { span.muted { (l.t("numbers.not-above-city")) } },
        Standing::TooFew => html! { span.muted { (l.t("numbers.too-few")) } },
    }
}

fn by_sign(l: Lang, ask: &Ask, limits: &Reports, here: &Tally, city: &Tally) -> Markup {
    // The whole city is not compared with itself.
    let chosen = !ask.asked.unit.is_empty();
    let title = l.t("numbers.signs");
    html! {
        div.wrap-table role="region" aria-label=(title) tabindex="0" {
            table.folds {
                caption.hidden-words { (title) }
                thead { tr {
                    th scope="col" { (title) }
                    th.num scope="col" { (l.t("numbers.reports")) }
                    th.num scope="col" { (l.t("numbers.of-closes")) }
                    @if chosen { th.num scope="col" { (l.t("numbers.city-share")) } th scope="col" { (l.t("numbers.against-city")) } }
                } }
                tbody {
                    @for sign in Sign::ALL {
                        @let n = here.found(sign);
                        tr {
                            th scope="row" { (sign_words(l, limits, sign.word())) }
                            td.num data-label=(l.t("numbers.reports")) { @if n == 0 { "0" } @else { a href=(ask.cases(&format!("report.{}", sign.word()), "")) { (words::count(l, n)) } } }
                            td.num data-label=(l.t("numbers.of-closes")) { (share(l, n, here.closes)) }
                            @if chosen {
                                td.num data-label=(l.t("numbers.city-share")) { (share(l, city.found(sign), city.closes)) }
                                td data-label=(l.t("numbers.against-city")) { (verdict(l, here.standing(city, sign, limits))) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Units by name, never by rank; those with too few closes say so.
fn units(
    l: Lang,
    law: &actions::Law,
    ask: &Ask,
    by_unit: &BTreeMap<String, Tally>,
    city: &Tally,
) -> Markup {
    let limits = &law.yardsticks.reports;
    let mut rows: Vec<(String, &String, &Tally)> = by_unit
        .iter()
        .map(|(code, tally)| (words::unit(law, code), code, tally))
        .collect();
    rows.sort_by_key(|(name, ..)| place_key(name));
    // Below the smallest number nothing is compared.
    let (large, small): (Vec<_>, Vec<_>) = rows
        .into_iter()
        .partition(|(.., tally)| tally.closes >= limits.smallest);
    let (title, apart) = (l.t("numbers.closes-by-unit"), l.t("numbers.too-few"));
    html! {
        h2 { (title) }
        p.small.muted { (l.t("numbers.closes-by-unit-says")) }
        @if !large.is_empty() { (unit_table(l, ask, limits, title, &large, Some(city))) }
        @if !small.is_empty() {
            details.more open[large.is_empty()] {
                summary { (apart) " (" (small.len()) ")" }
                (unit_table(l, ask, limits, apart, &small, None))
            }
        }
    }
}

/// `city`: what the units are compared with.
fn unit_table(
    l: Lang,
    ask: &Ask,
    limits: &Reports,
    title: &str,
    rows: &[(String, &String, &Tally)],
    city: Option<&Tally>,
) -> Markup {
    html! {
        div.wrap-table role="region" aria-label=(title) tabindex="0" {
            table.folds {
                caption.hidden-words { (title) }
                thead { tr {
                    th scope="col" { (l.t("numbers.unit")) }
                    th.num scope="col" { (l.t("numbers.closes")) }
                    th.num scope="col" { (l.t("numbers.with-report-signs")) }
                    th.num scope="col" { (l.t("numbers.of-closes")) }
                    th.num scope="col" { (l.t("numbers.transfers-short")) }
                    th.num scope="col" { (l.t("numbers.first-right-short")) }
                    @if city.is_some() { th scope="col" { (l.t("numbers.above-city")) } }
                } }
                tbody { @for (name, code, tally) in rows { tr {
                    th scope="row" { a href=(ask.link("/numbers/integrity/reports", &[("unit", code.as_str())])) { (name) } }
                    td.num data-label=(l.t("numbers.closes")) { a href=(ask.cases("report.closes", code)) { (words::count(l, tally.closes)) } }
                    td.num data-label=(l.t("numbers.with-report-signs")) { @if tally.with_signs == 0 { "0" } @else { a href=(ask.cases("report.any", code)) { (words::count(l, tally.with_signs)) } } }
                    td.num data-label=(l.t("numbers.of-closes")) { (share(l, tally.with_signs, tally.closes)) }
                    td.num data-label=(l.t("numbers.transfers-short")) { (per_close(l, tally.transfers, tally)) }
                    td.num data-label=(l.t("numbers.first-right-short")) { (share(l, tally.first_right, tally.closes)) }
                    @if let Some(city) = city { td data-label=(l.t("numbers.above-city")) { (above(l, ask, limits, code, tally, city)) } }
                } } }
            }
        }
    }
}

/// The signs in which a unit lies above the city, each with its cases.
fn above(l: Lang, ask: &Ask, limits: &Reports, code: &str, own: &Tally, city: &Tally) -> Markup {
    let found = Sign::ALL
        .into_iter()
        .filter(|sign| own.standing(city, *sign, limits) == Standing::Above);
    let found: Vec<Sign> = found.collect();
    html! {
        @if found.is_empty() { span.muted { "–" } }
        @else { @for sign in found { p.small.flush { a href=(ask.cases(&format!("report.{}", sign.word()), code)) { (sign_words(l, limits, sign.word())) ": " (words::count(l, own.found(sign))) } } } }
    }
}
