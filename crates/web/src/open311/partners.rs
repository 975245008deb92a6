//! `/admin/partners`: other systems that are handed reports: whether each answers, what waits, what it did not take and why;
//! and the mapping of each, kept by the city. No person stands in what is handed on.

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use rules::ids::CaseId;
use rules::partner::Partner;
use rules::person::Person;
use serde::Deserialize;
use store::{PartnerRequest, PartnerStand, PartnerState};

use crate::error::Failure;
use crate::hall::Hall;
use crate::official::posted::Posted;
use crate::redirect;
use crate::say;
use crate::text::Lang;
use crate::ui::layout::encode;
use crate::ui::page;
use crate::ui::parts::{Figure, Tone, empty, figures, link_button, note};
use crate::visit::Visit;

const MOST: u32 = 100;
/// The longest mapping.
const LONGEST: usize = 200_000;
/// Where a new mapping begins.
const BEGINNING: &str = "name = \"\"\njurisdiction = \"\"\n# json, xml\nformat = \"json\"\n# requests, changed, updates\nnews = \"requests\"\n\n[[service]]\nservice = \"report.street-light\"\ncode = \"\"\nareas = []\nunits = []\n[service.attributes]\n# kind = { answer = \"fault\", values = { dark = \"1\" }, required = true }\n# source = { fixed = \"1022\" }\n";

struct One<'a> {
    code: &'a str,
    partner: &'a Partner,
    place: Option<String>,
    state: Option<PartnerState>,
    waiting: u32,
    sent: u32,
    refused: Vec<(PartnerRequest, String)>,
}

/// `GET /admin/partners`
pub async fn get(State(hall): State<Hall>, visit: Visit) -> Result<Markup, Failure> {
    let (l, reader, law) = (visit.lang, hall.reader(), hall.law());
    let states = reader.partner_states().await?;
    let mut all = Vec::new();
    for (code, partner) in law.partners.iter() {
        let counts = reader.partner_counts(code).await?;
        let count = |wanted: &[PartnerStand]| {
            let of = counts.iter().filter(|(stand, _)| wanted.contains(stand));
            of.map(|(_, n)| n).sum()
        };
        all.push(One {
            code,
            partner,
            place: hall.parties().partners.get(code).map(|link| link.place()),
            state: states.iter().find(|state| state.partner == *code).cloned(),
            waiting: count(&[PartnerStand::Waiting, PartnerStand::Token]),
            sent: count(&[PartnerStand::Sent]),
            refused: reader
                .partner_requests(code, PartnerStand::Refused, MOST)
                .await?,
        });
    }
    let said = visit.path.contains("said=again");
    Ok(page(
        &visit.frame(),
        l.t("partners.title"),
        html! {
            h1 { (l.t("partners.title")) }
            p { (l.t("partners.says")) }
            @if said { div role="status" { (note(Tone::Done, &html! { p { (l.t("portal.again")) } })) } }
            @if all.is_empty() { (empty(l.t("partners.none"), &html! {})) }
            @for one in &all { (section(l, one)) }
            section {
                h2 { (l.t("partners.new")) }
                form.row method="get" action="/admin/partners/edit" {
                    div.field { label for="code" { (l.t("partners.code")) } input #code name="code" required maxlength="40" pattern="[a-z0-9-]+"; p.help { (l.t("partners.code-says")) } }
                    button.btn type="submit" { (l.t("partners.write")) }
                }
            }
        },
    ))
}

fn section(l: Lang, one: &One<'_>) -> Markup {
    let number = |n: u32| say::whole(l, i64::from(n));
    let figure = |name: &str, n: u32, bad: bool| Figure {
        name: name.to_owned(),
        value: number(n),
        bad: bad && n > 0,
        link: None,
        drawing: None,
    };
    let refused = u32::try_from(one.refused.len()).unwrap_or(MOST);
    let state = one.state.as_ref();
    html! {
        section aria-labelledby={ "p-" (one.code) } {
            div.row.between {
                h2.flush id={ "p-" (one.code) } { (one.partner.name) }
                (link_button(&format!("/admin/partners/edit?code={}", encode(one.code)), l.t("partners.mapping"), "quiet"))
            }
            p.small.muted { code.long { (one.place.as_deref().unwrap_or(one.code)) } }
            @match (one.place.is_some(), state.and_then(|s| s.fault.as_ref().zip(s.fault_since))) {
                (false, _) => (note(Tone::Late, &html! { p { (l.t("partners.no-address")) } })),
                (true, Some((why, since))) => (note(Tone::Late, &html! { p { b { (l.f("partners.away", &[("at", &say::moment(l, since))])) } } p { (l.t("portal.why")) " " (why) } })),
                (true, None) => p { @match state.and_then(|s| s.answered) {
                    Some(at) => (l.f("partners.answers", &[("at", &say::moment(l, at))])),
                    None => (l.t("partners.never-asked")),
                } },
            }
            (figures(&[
                figure(l.t("partners.sent"), one.sent, false),
                figure(&l.of("portal-count", "waiting", &[]), one.waiting, false),
                figure(&l.of("portal-count", "refused", &[]), refused, true),
            ]))
            @if !one.refused.is_empty() {
                div.row.between {
                    h3.flush { (l.t("partners.refused")) }
                    @if one.refused.len() > 1 { (again(l, one.code, None)) }
                }
                ul.list { @for (request, code) in &one.refused {
                    li { div.row.between {
                        span { span.code { (code) } br; (l.t("portal.why")) " " (request.fault.as_deref().unwrap_or_default()) br; span.small.muted { (say::short(request.settled.unwrap_or(request.created))) } }
                        (again(l, one.code, Some(request.case)))
                    } }
                } }
            }
        }
    }
}

fn again(l: Lang, partner: &str, case: Option<CaseId>) -> Markup {
    html! {
        form method="post" action="/admin/partners/resend" {
            input type="hidden" name="partner" value=(partner);
            @if let Some(case) = case { input type="hidden" name="case" value=(case); }
            button.btn.quiet type="submit" { @if case.is_some() { (l.t("portal.resend")) } @else { (l.t("portal.resend-all")) } }
        }
    }
}

/// `POST /admin/partners/resend`: one refused report, or all of a partner's.
pub async fn resend(State(hall): State<Hall>, posted: Posted) -> Result<Redirect, Failure> {
    let case = match posted.get("case") {
        "" => None,
        case => Some(case.parse().map_err(|_| Failure::Unreadable)?),
    };
    hall.city()
        .resend_partner(posted.get("partner"), case)
        .await?;
    Ok(redirect::to("/admin/partners?said=again"))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Which {
    code: String,
}

/// `GET /admin/partners/edit?code=…`
pub async fn edit(
    State(hall): State<Hall>,
    visit: Visit,
    Query(which): Query<Which>,
) -> Result<Markup, Failure> {
    let kept = hall.reader().rulebooks_under("partner:").await?;
    let kept = kept.into_iter().find(|(code, _)| *code == which.code);
    let text = kept.map_or_else(|| BEGINNING.to_owned(), |(_, text)| text);
    Ok(draw(&visit, &which.code, &text, None))
}

/// `POST /admin/partners/edit`
pub async fn keep(
    State(hall): State<Hall>,
    visit: Visit,
    posted: Posted,
) -> Result<Response, Failure> {
    let Person::Official(official) = &visit.person else {
        return Err(Failure::NotFound);
    };
    let (code, text) = (
        posted.get("code").trim(),
        posted.get("text").replace("\r\n", "\n"),
    );
    if text.len() > LONGEST {
        return Err(Failure::TooLarge);
    }
    match hall
        .city()
        .keep_partner(code, &text, Some(official.id))
        .await?
    {
        Ok(_) => Ok(redirect::to("/admin/partners").into_response()),
        Err(wrong) => {
            let again = draw(&visit, code, &text, Some(&wrong));
            Ok((StatusCode::UNPROCESSABLE_ENTITY, again).into_response())
        }
    }
}

fn draw(visit: &Visit, code: &str, text: &str, wrong: Option<&str>) -> Markup {
    let l = visit.lang;
    page(
        &visit.frame(),
        l.t("partners.mapping"),
        html! {
            h1 { (l.t("partners.mapping")) }
            p { (l.t("partners.mapping-says")) }
            @if let Some(wrong) = wrong { div role="alert" { (note(Tone::Late, &html! { p { b { (l.t("messages.rules-wrong")) } } pre { (wrong) } })) } }
            form.stack method="post" action="/admin/partners/edit" {
                div.field { label for="code" { (l.t("partners.code")) } input #code name="code" value=(code) required maxlength="40" pattern="[a-z0-9-]+"; p.help { (l.t("partners.code-says")) } }
                div.field { label for="text" { (l.t("partners.mapping")) } textarea.mono #text name="text" rows="24" spellcheck="false" { (text) } }
                button.btn.go type="submit" { (l.t("messages.rules-keep")) }
            }
        },
    )
}
