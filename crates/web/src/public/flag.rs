//! `POST /open/reports/{code}/flag`: somebody says that a public report is unfit. No account, no riddle; too many from
//! one address are told to wait.

use actions::posting::Passage;
use actions::shown::REASONS;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::html;
use rules::person::Person;

use super::report::unfit;
use crate::address::Address;
use crate::error::Failure;
use crate::hall::Hall;
use crate::official::posted::Posted;
use crate::redirect;
use crate::ui::layout::encode;
use crate::ui::page;
use crate::ui::parts::{Tone, crumbs, note};
use crate::visit::Visit;

pub async fn post(
    State(hall): State<Hall>,
    visit: Visit,
    Path(code): Path<String>,
    Address(address): Address,
    posted: Posted,
) -> Result<Response, Failure> {
    let l = visit.lang;
    let seen = hall.case(&Person::Nobody, &code).await?;
    let (reason, words) = (posted.get("reason"), posted.get("words"));
    let again = |says: String, status: StatusCode| {
        let back = format!("/open/reports/{}", encode(&seen.case.code));
        let page = page(
            &visit.frame().narrow(),
            l.t("flag.title"),
            html! {
                (crumbs(l, &[("/open/reports", l.t("reports.title")), (back.as_str(), &seen.title)]))
                h1 { (l.t("flag.title")) }
                div role="alert" { (note(Tone::Late, &html! { p { (says) } })) }
                // Open, whatever was chosen.
                (unfit(l, &seen.case.code, if reason.is_empty() { " " } else { reason }, words))
            },
        );
        (status, page).into_response()
    };
    if !REASONS.contains(&reason) {
        let says = l.t("flag.no-reason").to_owned();
        return Ok(again(says, StatusCode::UNPROCESSABLE_ENTITY));
    }
    let id = seen.case.id;
    let passed = hall.city().flag(id, address.as_deref(), reason, words);
    Ok(match passed.await? {
        Passage::Free | Passage::Blocked => {
            let to = format!("/open/reports/{}?said=flagged", encode(&seen.case.code));
            redirect::to(&to).into_response()
        }
        Passage::Later { minutes } => {
            let says = l.f("posting.later", &[("minutes", &minutes)]);
            again(says, StatusCode::TOO_MANY_REQUESTS)
        }
    })
}
