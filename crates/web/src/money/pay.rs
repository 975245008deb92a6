//! `GET /track/{code}/pay?key=…`: what the sender owes, why, how to pay it, who confirms it and what happens
//! when the amount was wrong. Only for whoever holds the key or the account.

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use rules::case::Case;
use rules::case::money::Claim;
use rules::duty::{Act, may};
use rules::person::Person;
use serde::Deserialize;
use service::Definition;

use super::code::transfer;
use super::words::{fee_words, receipt_words, standing_words, way_words};
use crate::error::Failure;
use crate::hall::Hall;
use crate::official::names;
use crate::redirect;
use crate::say;
use crate::text::Lang;
use crate::ui::layout::encode;
use crate::ui::page;
use crate::ui::parts::{Tone, crumbs, note, tag};
use crate::visit::Visit;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Shown {
    key: String,
}

pub async fn get(
    State(hall): State<Hall>,
    visit: Visit,
    Path(code): Path<String>,
    Query(shown): Query<Shown>,
) -> Result<Response, Failure> {
    let code = actions::code::typed(&code);
    let person = hall.holder(&visit, &code, Some(&shown.key)).await?;
    let seen = hall.case(&person, &code).await?;
    if let Err(refusal) = may(&person, &Act::ReadOwn, Some(&seen.case)) {
        // Whoever has the key opens it on the page of the case.
        return match person {
            Person::Nobody => Ok(redirect::to(&format!("/track/{code}")).into_response()),
            _ => Err(refusal.into()),
        };
    }
    let law = hall.law();
    let case = &seen.case;
    let published = law.catalogue.get(&case.service, case.service_version);
    let definition = &published.ok_or(Failure::NotFound)?.definition;
    let l = visit.lang;
    let track = address(&code, &shown.key, "");
    let (left, surplus) = (case.money.left(), case.money.surplus());
    let charge = case.money.charges.first();
    let collector = charge.map_or(&case.unit, |charge| &charge.unit);
    let collector = names::unit(&law, collector);
    let code_of_payment = transfer(l, &law, case, hall.today()?, true).filter(|_| left > 0);
    let title = l.t("pay.title");
    let body = html! {
        (crumbs(l, &[("/", l.t("nav.home")), (&track, l.t("track.title"))]))
        p.small.muted.flush { (l.t("slip.code")) " " span.code { (case.code) } }
        h1 { (title) }
        p { (definition.name.get(l.code())) }
        section.card { (charges(l, definition, case)) }
        @if case.money.charges.iter().any(|charge| charge.claim == Claim::Made) { (note(Tone::Soon, &html! { p { (l.t("pay.claimed")) } })) }
        @if left > 0 {
            section.card.mark-river aria-labelledby="pay-how" {
                h2 #pay-how { (l.f("pay.how", &[("money", &say::money(l, left))])) }
                @match code_of_payment {
                    Some(code) => { p { (l.t("pay.scan")) } (code) p.small { (l.t("pay.phone")) } }
                    None => p { (l.t("pay.no-account")) },
                }
                p { (l.f("pay.desk", &[("unit", &collector)])) }
            }
            section {
                h2 { (l.t("pay.confirm")) }
                p { (l.t("pay.confirm-says")) }
                h2 { (l.t("pay.wrong")) }
                ul { li { (l.t("pay.wrong-less")) } li { (l.t("pay.wrong-more")) } li { (l.t("pay.wrong-words")) } }
            }
        } @else if surplus > 0 {
            (note(Tone::Soon, &html! { p { (l.f("pay.surplus", &[("money", &say::money(l, surplus)), ("unit", &collector)])) } }))
        } @else if case.money.charges.is_empty() {
            p { (l.t("service.free")) }
        } @else {
            (note(Tone::Done, &html! { p { (l.t("pay.done")) } }))
        }
        (payments(l, case, &shown.key))
        p.acts { a.btn.quiet href=(track) { (l.t("pay.back")) } }
    };
    Ok(page(&visit.frame().narrow(), title, body).into_response())
}

/// `/track/{code}/pay?key=…`
pub fn address(code: &str, key: &str, page: &str) -> String {
    match key.is_empty() {
        true => format!("/track/{code}{page}"),
        false => format!("/track/{code}{page}?key={}", encode(key)),
    }
}

/// Where the receipt of a payment is, as PDF.
pub fn receipt_address(code: &str, payment: u32, key: &str) -> String {
    let to = format!("/cases/{code}/receipts/{payment}");
    match key.is_empty() {
        true => to,
        false => format!("{to}?key={}", encode(key)),
    }
}

/// What is still to pay, on the page where the sender follows the case; nothing where nothing was ever asked.
pub fn reminder(l: Lang, case: &Case, key: Option<&str>) -> Option<Markup> {
    let money = &case.money;
    if money.charges.is_empty() && money.payments.is_empty() {
        return None;
    }
    let over = case.life.ended().is_some() && case.tasks.is_empty();
    let (left, surplus) = (money.left(), money.surplus());
    let claimed = money
        .charges
        .iter()
        .any(|charge| charge.claim == Claim::Made);
    let (tone, says) = match (left, surplus) {
        (0, 0) if claimed => (Tone::Soon, l.t("pay.short-claimed").to_owned()),
        (0, 0) if money.owed() == 0 => (Tone::Done, l.t("pay.short-waived").to_owned()),
        (0, 0) => (
            Tone::Done,
            l.f("pay.short-paid", &[("money", &say::money(l, money.paid()))]),
        ),
        (0, _) => (
            Tone::Soon,
            l.f("pay.short-surplus", &[("money", &say::money(l, surplus))]),
        ),
        _ if over => (Tone::Plain, l.t("pay.short-over").to_owned()),
        _ => (
            Tone::Soon,
            l.f("pay.short-left", &[("money", &say::money(l, left))]),
        ),
    };
    let pays = left > 0 && !over;
    let to = address(&case.code, key.unwrap_or_default(), "/pay");
    Some(html! {
        section.card aria-labelledby="fees" {
            h2 #fees { (l.t("money.title")) }
            p { (tag(tone, &says)) }
            p.flush { a.btn.go[pays].quiet[!pays] href=(to) { @if pays { (l.t("pay.now")) } @else { (l.t("pay.look")) } } }
        }
    })
}

fn charges(l: Lang, definition: &Definition, case: &Case) -> Markup {
    let money = &case.money;
    html! {
        ul.list.flush.charges { @for charge in &money.charges {
            @let (tone, word) = standing_words(l, money, &charge.fee);
            li { div.row.between { span { (fee_words(l, definition, &charge.fee)) } b.num { (say::money(l, charge.amount)) } } (tag(tone, &word)) }
        } }
        dl.facts.one.sums {
            dt { (l.t("money.owed")) } dd.num { (say::money(l, money.owed())) }
            dt { (l.t("money.paid")) } dd.num { (say::money(l, money.paid())) }
            dt { (l.t("money.left")) } dd.num { b { (say::money(l, money.left())) } }
        }
        p.small.muted { (l.t("pay.why")) @if definition.demonstration { " " (l.t("pay.demonstration")) } }
    }
}

fn payments(l: Lang, case: &Case, key: &str) -> Markup {
    let money = &case.money;
    html! {
        @if !money.payments.is_empty() {
            section {
                h2 { (l.t("money.payments")) }
                ul.list { @for paid in &money.payments {
                    li {
                        div.row.between { span { (say::short(paid.at)) " · " (way_words(l, paid.way)) } b.num { (say::money(l, paid.amount)) } }
                        @if let Some(receipt) = &paid.receipt { a href=(receipt_address(&case.code, paid.number, key)) target="_blank" { (l.f("money.receipt-file", &[("number", &receipt_words(receipt))])) } }
                        @if paid.voided { " " (tag(Tone::Stopped, l.t("money.voided"))) }
                    }
                } }
            }
        }
    }
}
