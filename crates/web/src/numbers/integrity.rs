//! Signs that figures were made, not earned, by kind and by unit, each opening its dossiers for an inspector.
//! None of them is proof, and the page says so.

use std::collections::BTreeMap;

use axum::extract::{Query, State};
use maud::{Markup, html};
use rules::index::Dossier;
use rules::index::integrity::{self, Earlier, Sign};
use rules::index::measure::Lens;
use rules::index::period::Length;

use super::asked::{Ask, Asked};
use super::counted::Counted;
use super::head::Head;
use super::lens;
use super::procedures::Procedures;
use crate::error::Failure;
use crate::hall::Hall;
use crate::leader::words;
use crate::text::Lang;
use crate::ui::parts::empty;
use crate::visit::Visit;

/// Whether a dossier shows a sign: `asked-several-times`, or any where `member` is `any`.
pub fn behind<'a>(
    counted: &'a Counted<'a>,
    lens: Lens<'a>,
    member: &str,
) -> Option<super::Behind<'a>> {
    let wanted = Sign::ALL.iter().find(|sign| sign.word() == member).copied();
    if wanted.is_none() && member != "any" {
        return None;
    }
    let look = Look::of(counted, lens);
    let key = counted.ask.asked.key.as_str();
    Some(Box::new(move |one| {
        let here = key.is_empty() || counted.word(one.unit) == key;
        here && look
            .signs(one)
            .iter()
            .any(|sign| wanted.is_none_or(|wanted| wanted == *sign))
    }))
}

struct Look<'a> {
    counted: &'a Counted<'a>,
    procedures: Procedures,
    earlier: Earlier,
    lens: Lens<'a>,
}

impl<'a> Look<'a> {
    fn of(counted: &'a Counted<'a>, lens: Lens<'a>) -> Self {
        Self {
            counted,
            procedures: Procedures::of(counted.ledger, counted.law, counted.ask.today),
            // Whoever was refused elsewhere comes again here too.
            earlier: Earlier::of(counted.ledger.rows().iter()),
            lens,
        }
    }

    fn signs(&self, one: &Dossier) -> Vec<Sign> {
        let limits = &self.counted.law.yardsticks.integrity;
        let promised = self.procedures.get(one.service).promised;
        integrity::signs(one, limits, &self.earlier, promised, &self.lens)
    }
}

/// `GET /numbers/integrity`
pub async fn get(
    State(hall): State<Hall>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Markup, Failure> {
    let (l, law) = (visit.lang, hall.law());
    let ask = asked.understood(hall.now(), Length::Quarter);
    let lens = lens(&law, &ask)?;
    let (by_sign, by_unit, looked, ready) = {
        let ledger = hall.ledger();
        let counted = Counted::of(&ledger, &law, &ask);
        let look = Look::of(&counted, lens);
        let mut by_sign: BTreeMap<Sign, u64> = BTreeMap::new();
        let mut by_unit: BTreeMap<String, (u64, u64)> = BTreeMap::new();
        let mut looked = 0u64;
        for one in counted.rows().filter(|one| lens.touches(one)) {
            looked += 1;
            let unit = by_unit
                .entry(counted.word(one.unit).to_owned())
                .or_default();
            unit.1 += 1;
            let signs = look.signs(one);
            unit.0 += u64::from(!signs.is_empty());
            for sign in signs {
                *by_sign.entry(sign).or_default() += 1;
            }
        }
        (by_sign, by_unit, looked, ledger.is_ready())
    };
    let limits = &law.yardsticks.integrity;
    let head = Head {
        path: "/numbers/integrity",
        title: l.t("numbers.integrity-title"),
        says: l.t("numbers.integrity-says").to_owned(),
        more: html! {},
        ready,
    };
    let body = html! {
        p { (l.f("numbers.looked", &[("n", &words::count(l, looked))])) }
        (signs(l, &ask, limits, &by_sign))
        (units(l, &law, &ask, &by_unit))
        details.more { summary { (l.t("numbers.about")) } p.small { (l.t("numbers.integrity-notes")) } }
    };
    Ok(head.page(&visit, &law, &ask, &body))
}

fn signs(l: Lang, ask: &Ask, limits: &integrity::Integrity, found: &BTreeMap<Sign, u64>) -> Markup {
    let says = |sign: Sign| {
        let args: [(&str, &dyn std::fmt::Display); 3] = [
            ("days", &limits.again_days),
            ("hours", &limits.last_hours),
            ("minutes", &limits.too_quick_minutes),
        ];
        l.of("numbers-sign", sign.word(), &args)
    };
    html! {
        div.wrap-table role="region" aria-label=(l.t("numbers.signs")) tabindex="0" {
            table {
                caption.hidden-words { (l.t("numbers.signs")) }
                thead { tr { th scope="col" { (l.t("numbers.signs")) } th.num scope="col" { (l.t("numbers.dossiers")) } } }
                tbody {
                    @for sign in Sign::ALL {
                        @let n = found.get(&sign).copied().unwrap_or(0);
                        tr {
                            th scope="row" { (says(sign)) }
                            td.num { @if n == 0 { "0" } @else { a href=(ask.cases(&format!("sign.{}", sign.word()), "")) { (words::count(l, n)) } } }
                        }
                    }
                }
            }
        }
    }
}

fn units(l: Lang, law: &actions::Law, ask: &Ask, by_unit: &BTreeMap<String, (u64, u64)>) -> Markup {
    let mut rows: Vec<(&String, &(u64, u64))> =
        by_unit.iter().filter(|(_, (n, _))| *n > 0).collect();
    rows.sort_by(|a, b| b.1.0.cmp(&a.1.0).then_with(|| a.0.cmp(b.0)));
    #[allow(clippy::cast_precision_loss)] // counts of dossiers
    let share = |n: u64, all: u64| crate::say::percent(l, n as f64 / all.max(1) as f64);
    let title = l.t("numbers.signs-by-unit");
    html! {
        h2 { (title) }
        @if rows.is_empty() { (empty(l.t("numbers.no-signs"), &html! {})) }
        @else {
            div.wrap-table role="region" aria-label=(title) tabindex="0" {
                table {
                    caption.hidden-words { (title) }
                    thead { tr { th scope="col" { (l.t("numbers.unit")) } th.num scope="col" { (l.t("numbers.with-signs")) } th.num scope="col" { (l.t("numbers.of-all")) } } }
                    tbody { @for (code, (n, all)) in rows { tr {
                        th scope="row" { (words::unit(law, code)) }
                        td.num { a href=(ask.cases("sign.any", code)) { (words::count(l, *n)) } }
                        td.num { (share(*n, *all)) }
                    } } }
                }
            }
        }
    }
}
