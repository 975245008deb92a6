//! The interface for people who write programs: where it is, what it offers, how to get a key.

use axum::extract::State;
use maud::{Markup, html};

use crate::error::Failure;
use crate::hall::Hall;
use crate::ui::page;
use crate::ui::parts::crumbs;
use crate::visit::Visit;

/// Address, and the word of what it gives.
const CALLS: [(&str, &str); 7] = [
    ("GET /open311/discovery.json", "discovery"),
    ("GET /open311/v2/services.json", "services"),
    ("GET /open311/v2/services/{service_code}.json", "definition"),
    ("GET /open311/v2/requests.json", "requests"),
    (
        "GET /open311/v2/requests/{service_request_id}.json",
        "request",
    ),
    ("POST /open311/v2/requests.json", "post"),
    ("GET /open311/v2/servicerequestupdates.json", "updates"),
];

/// `GET /open311`
pub async fn get(State(hall): State<Hall>, visit: Visit) -> Result<Markup, Failure> {
    let l = visit.lang;
    let (law, today) = (hall.law(), hall.today()?);
    let services = super::services::offered(&law, today);
    Ok(page(
        &visit.frame().narrow(),
        l.t("open311.title"),
        html! {
            (crumbs(l, &[("/open", l.t("open.title"))]))
            h1 { (l.t("open311.title")) }
            p { (l.t("open311.says")) }
            dl.facts {
                dt { (l.t("open311.base")) } dd { code.long { (hall.link("/open311/v2")) } }
                dt { (l.t("open311.jurisdiction")) } dd { code.code { (hall.city().code()) } }
                dt { (l.t("open311.key")) } dd { (l.t("open311.key-says")) }
            }
            h2 { (l.t("open311.calls")) }
            ul.list { @for (call, word) in CALLS { li { div { code.long { (call) } p.small.flush { (l.of("open311-call", word, &[])) } } } } }
            p.small.muted { (l.t("open311.more")) }
            p { a href=(crate::api::ADDRESS) { (l.t("open311.described")) } }
            h2 { (l.t("open311.kinds")) }
            ul.list { @for d in services { li { div { b { (d.name.get(l.code())) } span { code.long { (d.service) } } } } } }
        },
    ))
}
