//! `GET /authority`: the register of mandates, what waits for a second person first, and what the definitions
//! say where the city has entered nothing.

use axum::extract::State;
use maud::{Markup, html};
use rules::authority::needs_grant;
use rules::duty::{Act, may};
use rules::mandate::{Kind, Mandate};
use service::definition::{Definition, Delegation, Role};

use super::say;
use crate::error::Failure;
use crate::hall::Hall;
use crate::official::names::{self, People};
use crate::text::Lang;
use crate::ui::layout::encode;
use crate::ui::page;
use crate::ui::parts::{empty, tag};
use crate::visit::Visit;

pub async fn get(State(hall): State<Hall>, visit: Visit) -> Result<Markup, Failure> {
    let (l, law, today) = (visit.lang, hall.law(), hall.today()?);
    let register = hall.reader().mandates().await?;
    let named = register
        .iter()
        .filter_map(|mandate| mandate.terms.to.person);
    let people = names::people(hall.reader(), named).await?;
    let keeps = may(&visit.person, &Act::KeepMandates, None).is_ok();
    let waiting: Vec<&Mandate> = register.iter().filter(|mandate| mandate.waits()).collect();
    let over = |mandate: &&Mandate| {
        !mandate.in_register() || mandate.last_day().is_some_and(|last| last < today)
    };
    let (past, holding): (Vec<_>, Vec<_>) = register
        .iter()
        .filter(|mandate| !mandate.waits())
        .partition(over);
    let rows = |mandates: &[&Mandate]| {
        html! { @for mandate in mandates { (row(&hall, l, mandate, &people)) } }
    };
    let definitions: Vec<_> = law.catalogue.all(today).cloned().collect();
    Ok(page(
        &visit.frame(),
        l.t("authority.title"),
        html! {
            div.row.between {
                h1.flush { (l.t("authority.title")) }
                @if keeps { a.btn.go href="/authority/new" { (l.t("authority.enter")) } }
            }
            p { (l.t("authority.says")) }
            @if !waiting.is_empty() {
                h2 { (l.t("authority.waiting")) }
                (table(l, l.t("authority.waiting"), &rows(&waiting)))
            }
            h2 { (l.t("authority.holding")) }
            @if holding.is_empty() { (empty(l.t("authority.none"), &html! {})) }
            @else { (table(l, l.t("authority.holding"), &rows(&holding))) }
            h2 { (l.t("authority.defaults")) }
            p.muted { (l.t("authority.defaults-say")) }
            (defaults(&hall, l, &definitions, &register, keeps))
            @if !past.is_empty() {
                details.more {
                    summary { (l.n("authority.past", i64::try_from(past.len()).unwrap_or(0), &[])) }
                    (table(l, l.t("authority.holding"), &rows(&past)))
                }
            }
        },
    ))
}

fn table(l: Lang, caption: &str, rows: &Markup) -> Markup {
    html! {
        div.wrap-table role="region" aria-label=(caption) tabindex="0" {
            table.folds {
                caption.hidden-words { (caption) }
                thead { tr {
                    th scope="col" { (l.t("authority.number")) }
                    th scope="col" { (l.t("authority.from")) }
                    th scope="col" { (l.t("authority.to")) }
                    th scope="col" { (l.t("authority.scope")) }
                    th scope="col" { (l.t("authority.days")) }
                } }
                tbody { (rows) }
            }
        }
    }
}

fn row(hall: &Hall, l: Lang, mandate: &Mandate, people: &People) -> Markup {
    let law = hall.law();
    let today = hall.today().unwrap_or(mandate.terms.valid_from);
    let terms = &mandate.terms;
    let (tone, state) = say::state(l, mandate, today);
    let person = terms.to.person.and_then(|id| people.get(&id));
    html! {
        tr {
            th scope="row" {
                a href={ "/authority/" (mandate.id) } { b { (terms.number) } }
                br; span.small.muted { (say::of_kind(l, terms.kind)) @if !terms.prefix.is_empty() { " · " (terms.prefix) } }
            }
            td data-label=(l.t("authority.from")) { @match &terms.from { Some(from) => (say::office(l, &law, from)), None => (l.t("authority.by-law")) } }
            td data-label=(l.t("authority.to")) { (say::receiver(l, &law, terms, person)) }
            td data-label=(l.t("authority.scope")) { @for (i, line) in say::scope(l, &law, terms, today).iter().enumerate() { @if i > 0 { br; } (line) } }
            td data-label=(l.t("authority.days")) { (tag(tone, &state)) br; span.small { (say::days(l, mandate)) } }
        }
    }
}

/// Signers as the definitions state them, and which of them the register has replaced.
fn defaults(
    hall: &Hall,
    l: Lang,
    definitions: &[std::sync::Arc<service::Published>],
    register: &[Mandate],
    keeps: bool,
) -> Markup {
    let law = hall.law();
    let signers = definitions.iter().flat_map(|one| {
        let roles = one.definition.roles.iter().filter(|role| needs_grant(role));
        roles.map(move |role| (&one.definition, role))
    });
    html! {
        div.wrap-table role="region" aria-label=(l.t("authority.defaults")) tabindex="0" {
            table.folds {
                caption.hidden-words { (l.t("authority.defaults")) }
                thead { tr {
                    th scope="col" { (l.t("authority.service")) }
                    th scope="col" { (l.t("authority.own")) }
                    th scope="col" { (l.t("authority.given")) }
                } }
                tbody {
                    @for (definition, role) in signers {
                        tr {
                            th scope="row" { (definition.name.get(l.code())) br; span.small.muted { (role.name.get(l.code())) } }
                            td data-label=(l.t("authority.own")) { @match &role.authority { Some(own) => (say::post_at(l, &law, own)), None => "–" } }
                            td data-label=(l.t("authority.given")) {
                                @if replaced(definition, role, register) { (l.t("authority.replaced")) }
                                @else if role.delegations.is_empty() { "–" }
                                @else { @for (n, one) in role.delegations.iter().enumerate() {
                                    p.flush {
                                        (one.prefix) " " (say::post_at(l, &law, &one.to)) br;
                                        span.small.muted { (one.basis) (dates(l, one)) }
                                        @if keeps && role.authority.is_some() {
                                            br; a.small href={ "/authority/new?service=" (encode(&definition.service)) "&role=" (encode(&role.code)) "&n=" (n) } { (l.t("authority.take-over")) }
                                        }
                                    }
                                } }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn dates(l: Lang, one: &Delegation) -> String {
    match (one.from, one.until) {
        (Some(from), Some(until)) => {
            let (from, until) = (crate::say::day(from), crate::say::day(until));
            format!(
                ", {}",
                l.f(
                    "authority.from-until",
                    &[("from", &from), ("until", &until)]
                )
            )
        }
        (Some(from), None) => {
            format!(
                ", {}",
                l.f("authority.from-on", &[("from", &crate::say::day(from))])
            )
        }
        _ => String::new(),
    }
}

fn replaced(definition: &Definition, role: &Role, register: &[Mandate]) -> bool {
    register.iter().any(|mandate| {
        mandate.in_register()
            && mandate.terms.kind != Kind::Own
            && mandate.terms.services.contains(&definition.service)
            && role.authority.is_some()
    })
}
