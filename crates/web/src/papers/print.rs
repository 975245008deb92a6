//! Printing right after reception: the slip that goes home, once on A5 or twice on A4, and the receipts of what was
//! paid. The slip is made after the commit, so its address waits for it a moment.

use std::time::Duration;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use rules::case::{Case, Life};
use store::PaperRow;

use super::list::two_copies;
use crate::error::Failure;
use crate::hall::Hall;
use crate::money::pay::receipt_address;
use crate::money::words::receipt_words;
use crate::official::case::whole;
use crate::redirect;
use crate::text::Lang;
use crate::ui::page;
use crate::ui::parts::{Tone, note};
use crate::visit::Visit;

/// The printer's loop looks every two seconds.
const LOOKS: u32 = 20;
const BETWEEN: Duration = Duration::from_millis(150);

/// `GET /cases/{code}/print/{what}`: `slip` or `copies`.
pub async fn get(
    State(hall): State<Hall>,
    visit: Visit,
    Path((code, what)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let copies = match what.as_str() {
        "slip" => "",
        "copies" => "/copies",
        _ => return Err(Failure::NotFound),
    };
    // Whoever may not know of the case finds nothing, before anybody is asked to sign in.
    hall.case(&visit.person, &code).await?;
    let seen = whole(&hall, &visit, &code).await?;
    let code = &seen.case.code;
    for look in 0..LOOKS {
        if look > 0 {
            tokio::time::sleep(BETWEEN).await;
        }
        if let Some(slip) = newest(&hall, &seen.case).await? {
            let to = format!("/cases/{code}/papers/{}{copies}", slip.check);
            return Ok(redirect::to(&to).into_response());
        }
    }
    let l = visit.lang;
    let drawn = page(
        &visit.frame().narrow(),
        l.t("after-reception.waiting"),
        html! {
            h1 { (l.t("after-reception.waiting")) }
            (note(Tone::Soon, &html! { p { (l.f("after-reception.waiting-says", &[("code", code)])) } }))
            p.acts { a.btn.go href={ "/cases/" (code) "/print/" (what) } { (l.t("after-reception.again")) } a.btn.quiet href={ "/cases/" (code) } { (l.t("desk.open-case")) } }
        },
    );
    Ok((StatusCode::ACCEPTED, drawn).into_response())
}

/// The slip that the newest turn called for, once its file is there.
async fn newest(hall: &Hall, case: &Case) -> Result<Option<PaperRow>, Failure> {
    let law = hall.law();
    let published = law.catalogue.get(&case.service, case.service_version);
    let definition = &published.ok_or(Failure::NotFound)?.definition;
    let events = hall.reader().timeline(case.id).await?;
    let called = rules::paper::calls(definition, &events).into_iter().rev();
    let mut called = called.filter(|call| two_copies(&call.template));
    let Some(call) = called.next() else {
        return Err(Failure::NotFound);
    };
    let rows = hall.reader().papers(case.id).await?.into_iter();
    let mut rows = rows.filter(|row| row.call == call && row.made.is_some());
    Ok(rows.next())
}

/// What can be printed of a dossier that was just taken in; nothing where there is nothing.
pub fn after_reception(l: Lang, case: &Case) -> Markup {
    let slip = case.accepted.is_some() || matches!(case.life, Life::AwaitingSupplement { .. });
    let payments = &case.money.payments;
    if !slip && payments.is_empty() {
        return html! {};
    }
    let to = |what: &str| format!("/cases/{}/print/{what}", case.code);
    html! {
        section.card aria-labelledby="print" {
            h2 #print { (l.t("after-reception.title")) }
            div.ways {
                @if slip {
                    a.btn href=(to("copies")) target="_blank" data-key="F8" accesskey="1" { (l.t("after-reception.copies")) " " kbd { "F8" } }
                    a.btn href=(to("slip")) target="_blank" data-key="F9" accesskey="2" { (l.t("after-reception.slip")) " " kbd { "F9" } }
                }
                @for (i, paid) in payments.iter().enumerate() { @if let Some(receipt) = &paid.receipt {
                    a.btn href=(receipt_address(&case.code, paid.number, "")) target="_blank" data-key=[(i == 0).then_some("F10")] accesskey=[(i == 0).then_some("3")] { (l.f("money.receipt-print", &[("number", &receipt_words(receipt))])) @if i == 0 { " " kbd { "F10" } } }
                } }
            }
        }
    }
}
