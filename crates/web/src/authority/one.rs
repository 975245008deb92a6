//! `/authority/{id}`: one mandate, its entries, and what may be done to it now.

use actions::ActionError;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use rules::ids::MandateId;
use rules::mandate::{self, Entered, Entry, Mandate, State as Stands, Wrong};
use rules::person::{Official, Person};

use super::say;
use crate::error::Failure;
use crate::hall::Hall;
use crate::official::inbox::official;
use crate::official::names::{self, People};
use crate::official::posted::Posted;
use crate::redirect;
use crate::say::{day, moment};
use crate::text::Lang;
use crate::ui::page;
use crate::ui::parts::{Tone, crumbs, note, tag};
use crate::visit::Visit;

pub async fn get(
    State(hall): State<Hall>,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Markup, Failure> {
    draw(&hall, &visit, &id, &Typed::default()).await
}

#[derive(Default)]
struct Typed {
    wrong: Option<String>,
    last: String,
    number: String,
    why: String,
}

/// `POST /authority/{id}/enter`: `what` is `confirm`, `reject`, `end`.
pub async fn post(
    State(hall): State<Hall>,
    visit: Visit,
    Path(id): Path<String>,
    posted: Posted,
) -> Result<Response, Failure> {
    let id: MandateId = id.parse().map_err(|_| Failure::NotFound)?;
    let mut typed = Typed {
        wrong: None,
        last: posted.get("last").to_owned(),
        number: posted.get("number").trim().to_owned(),
        why: posted.get("why").trim().to_owned(),
    };
    let found = find(&hall, id).await?;
    let l = visit.lang;
    let entry = match (posted.get("what"), &found.state) {
        ("confirm", Stands::EndProposed { .. }) => Entry::EndConfirmed,
        ("confirm", _) => Entry::Confirmed,
        ("reject", _) => Entry::Rejected {
            why: typed.why.clone(),
        },
        ("end", _) => match typed.last.parse() {
            Ok(last) => Entry::EndProposed {
                last,
                number: typed.number.clone(),
                why: typed.why.clone(),
            },
            Err(_) => {
                typed.wrong = Some(l.t("authority.no-day").to_owned());
                let again = draw(&hall, &visit, &id.to_string(), &typed).await?;
                return Ok((StatusCode::UNPROCESSABLE_ENTITY, again).into_response());
            }
        },
        _ => return Err(Failure::Unreadable),
    };
    let seen = posted.number("seen").ok_or(Failure::Unreadable)?;
    match hall
        .city()
        .enter_mandate(&visit.person, id, seen, entry)
        .await
    {
        Ok(_) => Ok(redirect::to(&format!("/authority/{id}")).into_response()),
        Err(ActionError::Mandate(Wrong::NotYours)) => {
            Err(Failure::Refused(rules::case::Refusal::NotYours))
        }
        Err(ActionError::Mandate(wrong)) => {
            typed.wrong = Some(say::wrong(l, &wrong));
            let again = draw(&hall, &visit, &id.to_string(), &typed).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, again).into_response())
        }
        Err(ActionError::Meanwhile(_)) => {
            typed.wrong = Some(l.t("authority.meanwhile").to_owned());
            let again = draw(&hall, &visit, &id.to_string(), &typed).await?;
            Ok((StatusCode::CONFLICT, again).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

async fn find(hall: &Hall, id: MandateId) -> Result<Mandate, Failure> {
    let register = hall.reader().mandates().await?;
    let found = register.into_iter().find(|mandate| mandate.id == id);
    found.ok_or(Failure::NotFound)
}

async fn draw(hall: &Hall, visit: &Visit, id: &str, typed: &Typed) -> Result<Markup, Failure> {
    let id: MandateId = id.parse().map_err(|_| Failure::NotFound)?;
    let mandate = find(hall, id).await?;
    let (l, law, today) = (visit.lang, hall.law(), hall.today()?);
    let by = mandate.history.iter().map(|entered| entered.by);
    let people = names::people(hall.reader(), by.chain(mandate.terms.to.person)).await?;
    let me = official(&visit.person)?;
    let terms = &mandate.terms;
    let person = terms.to.person.and_then(|id| people.get(&id));
    let (tone, state) = say::state(l, &mandate, today);
    Ok(page(
        &visit.frame().narrow(),
        &terms.number,
        html! {
            (crumbs(l, &[("/authority", l.t("authority.title"))]))
            h1 { (say::of_kind(l, terms.kind)) " " (terms.number) }
            p { (tag(tone, &state)) }
            @if let Some(wrong) = &typed.wrong { div role="alert" { (note(Tone::Late, &html! { p { (wrong) } })) } }
            dl.facts.one {
                dt { (l.t("authority.from")) } dd { @match &terms.from { Some(from) => (say::office(l, &law, from)), None => (l.t("authority.by-law")) } }
                dt { (l.t("authority.to")) } dd { (say::receiver(l, &law, terms, person)) }
                dt { (l.t("authority.scope")) } dd { @for (i, line) in say::scope(l, &law, terms, today).iter().enumerate() { @if i > 0 { br; } (line) } }
                dt { (l.t("authority.prefix")) } dd { @if terms.prefix.is_empty() { (l.t("authority.no-prefix")) } @else { (terms.prefix) } }
                dt { (l.t("authority.decided")) } dd { (day(terms.decided)) }
                dt { (l.t("authority.days")) } dd { (say::days(l, &mandate)) }
            }
            (acts(l, &mandate, me, typed, &visit.person))
            h2 { (l.t("authority.history")) }
            ol.list { @for entered in &mandate.history { (line(l, entered, &people)) } }
        },
    ))
}

fn line(l: Lang, entered: &Entered, people: &People) -> Markup {
    let (member, more) = match &entered.entry {
        Entry::Proposed { .. } => ("proposed", None),
        Entry::Confirmed => ("confirmed", None),
        Entry::EndConfirmed => ("end-confirmed", None),
        Entry::Rejected { why } => ("rejected", Some(why.clone())),
        Entry::EndProposed { last, number, why } => {
            let says = l.f(
                "authority.end-line",
                &[("number", number), ("last", &day(*last)), ("why", why)],
            );
            ("end-proposed", Some(says))
        }
    };
    let who = people.get(&entered.by).map_or("", String::as_str);
    html! {
        li {
            b { (l.of("mandate-entry", member, &[])) } @if let Some(more) = &more { ": " (more) }
            br; span.small.muted { (who) " · " (moment(l, entered.at)) }
        }
    }
}

fn acts(l: Lang, mandate: &Mandate, me: &Official, typed: &Typed, person: &Person) -> Markup {
    let keeps = rules::duty::may(person, &rules::duty::Act::KeepMandates, None).is_ok();
    let confirms = mandate::may_confirm(me, &mandate.terms);
    let entered_it = mandate.history.last().is_some_and(|last| last.by == me.id);
    let ends = mandate.state == Stands::Confirmed && mandate::may_propose(me, &mandate.terms);
    let to = format!("/authority/{}/enter", mandate.id);
    let seen = mandate.history.len();
    html! {
        @if keeps && mandate.waits() {
            h2 { (l.t("authority.confirm-title")) }
            @if entered_it { (note(Tone::Soon, &html! { p { (l.t("authority.wait-second")) } })) }
            @else if !confirms { (note(Tone::Soon, &html! { p { (l.t("authority.wait-head")) } })) }
            @else {
                form method="post" action=(to) {
                    input type="hidden" name="seen" value=(seen);
                    input type="hidden" name="what" value="confirm";
                    p { (l.t("authority.confirm-says")) }
                    p.acts { button.btn.go type="submit" { (l.t("authority.confirm")) } }
                }
                details.more open[typed.wrong.is_some()] {
                    summary { (l.t("authority.reject")) }
                    form method="post" action=(to) {
                        input type="hidden" name="seen" value=(seen);
                        input type="hidden" name="what" value="reject";
                        div.field { label for="reject-why" { (l.t("case.reason")) } textarea #reject-why name="why" rows="3" maxlength="1000" required { (typed.why) } }
                        p.acts { button.btn type="submit" { (l.t("authority.reject")) } }
                    }
                }
            }
        }
        @if ends {
            details.more open[typed.wrong.is_some()] {
                summary { (l.t("authority.end")) }
                form method="post" action=(to) {
                    input type="hidden" name="seen" value=(seen);
                    input type="hidden" name="what" value="end";
                    p.help { (l.t("authority.end-says")) }
                    div.field { label for="last" { (l.t("authority.last")) } input #last type="date" name="last" value=(typed.last) required; }
                    div.field { label for="end-number" { (l.t("authority.end-number")) } input #end-number name="number" value=(typed.number) maxlength="100" required; }
                    div.field { label for="why" { (l.t("case.reason")) } textarea #why name="why" rows="3" maxlength="1000" required { (typed.why) } }
                    p.acts { button.btn type="submit" { (l.t("authority.end-go")) } }
                }
            }
        }
    }
}
