//! `/staff/{id}`: one colleague: who stands in for them, and moving all they hold to another.

use actions::ActionError;
use actions::staff::{Absence, Moved, leads};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use rules::case::Refusal;
use rules::ids::{PersonId, StandInId};
use rules::person::{Official, Person};
use rules::stand_in::StandIn;
use service::definition::Post;

use super::say;
use crate::error::{Failure, refusal_words};
use crate::hall::Hall;
use crate::official::inbox::official;
use crate::official::names::{self, People};
use crate::official::posted::Posted;
use crate::redirect;
use crate::say::day;
use crate::text::Lang;
use crate::ui::page;
use crate::ui::parts::{Tone, crumbs, note};
use crate::visit::Visit;

#[derive(Default)]
struct Typed {
    form: &'static str,
    wrong: Option<String>,
    person: String,
    first: String,
    last: String,
    why: String,
    moved: Option<Moved>,
}

pub async fn get(
    State(hall): State<Hall>,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Markup, Failure> {
    draw(&hall, &visit, &id, &Typed::default()).await
}

/// `POST /staff/{id}/stand-in`
pub async fn stand_in(
    State(hall): State<Hall>,
    visit: Visit,
    Path(id): Path<String>,
    posted: Posted,
) -> Result<Response, Failure> {
    let mut typed = typed("stand-in", &posted);
    let l = visit.lang;
    let absent: PersonId = id.parse().map_err(|_| Failure::NotFound)?;
    let read = (
        typed.person.parse(),
        typed.first.parse(),
        typed.last.parse(),
    );
    let (Ok(person), Ok(first), Ok(last)) = read else {
        typed.wrong = Some(l.t("staff.fill-in").to_owned());
        return again(&hall, &visit, &id, &typed).await;
    };
    let absence = Absence {
        absent,
        person,
        first,
        last,
        why: typed.why.clone(),
    };
    match hall.city().stand_in(&visit.person, absence).await {
        Ok(_) => Ok(redirect::to(&format!("/staff/{id}")).into_response()),
        Err(ActionError::StandIn(wrong)) => {
            typed.wrong = Some(say::stand_in_wrong(l, wrong));
            again(&hall, &visit, &id, &typed).await
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /staff/{id}/back`: the absent colleague is back.
pub async fn back(
    State(hall): State<Hall>,
    visit: Visit,
    Path(id): Path<String>,
    posted: Posted,
) -> Result<Response, Failure> {
    let one: StandInId = posted.get("one").parse().map_err(|_| Failure::Unreadable)?;
    hall.city().end_stand_in(&visit.person, one).await?;
    Ok(redirect::to(&format!("/staff/{id}")).into_response())
}

/// `POST /staff/{id}/move`: everything they hold goes to a colleague.
pub async fn move_work(
    State(hall): State<Hall>,
    visit: Visit,
    Path(id): Path<String>,
    posted: Posted,
) -> Result<Response, Failure> {
    let mut typed = typed("move", &posted);
    let from: PersonId = id.parse().map_err(|_| Failure::NotFound)?;
    let Ok(to) = typed.person.parse() else {
        typed.wrong = Some(visit.lang.t("staff.choose").to_owned());
        return again(&hall, &visit, &id, &typed).await;
    };
    match hall
        .city()
        .move_work(&visit.person, from, to, &typed.why)
        .await
    {
        Ok(moved) => {
            typed.moved = Some(moved);
            Ok(draw(&hall, &visit, &id, &typed).await?.into_response())
        }
        Err(ActionError::Refused(refusal)) if refusal != Refusal::NotYours => {
            typed.wrong = Some(refusal_words(visit.lang, &refusal));
            again(&hall, &visit, &id, &typed).await
        }
        Err(error) => Err(error.into()),
    }
}

fn typed(form: &'static str, posted: &Posted) -> Typed {
    let get = |name: &str| posted.get(name).trim().to_owned();
    Typed {
        form,
        person: get("person"),
        first: get("first"),
        last: get("last"),
        why: get("why"),
        ..Typed::default()
    }
}

async fn again(hall: &Hall, visit: &Visit, id: &str, typed: &Typed) -> Result<Response, Failure> {
    let page = draw(hall, visit, id, typed).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

/// The colleague, where the visitor leads them.
async fn colleague(hall: &Hall, visit: &Visit, id: PersonId) -> Result<Official, Failure> {
    let person = hall.reader().person(id, hall.now()).await?;
    let Some(Person::Official(one)) = person else {
        return Err(Failure::NotFound);
    };
    match leads(official(&visit.person)?, &one.seats) {
        true => Ok(one),
        false => Err(Failure::Refused(Refusal::NotYours)),
    }
}

async fn draw(hall: &Hall, visit: &Visit, id: &str, typed: &Typed) -> Result<Markup, Failure> {
    let id: PersonId = id.parse().map_err(|_| Failure::NotFound)?;
    let one = colleague(hall, visit, id).await?;
    let (l, law, today) = (visit.lang, hall.law(), hall.today()?);
    let mut beside: Vec<(PersonId, Post)> = Vec::new();
    for seat in &one.seats {
        let seated = hall
            .reader()
            .seated(&seat.unit, Post::Staff, hall.now())
            .await?;
        beside.extend(seated.into_iter().filter(|(who, _)| *who != id));
    }
    beside.sort_unstable();
    beside.dedup_by_key(|(who, _)| *who);
    let stand_ins: Vec<StandIn> = hall.reader().stand_ins(today).await?;
    let stand_ins: Vec<&StandIn> = stand_ins
        .iter()
        .filter(|known| known.absent == id || known.person == id)
        .collect();
    let others = stand_ins
        .iter()
        .flat_map(|known| [known.absent, known.person]);
    let ids = beside.iter().map(|(who, _)| *who).chain(others);
    let people = names::people(hall.reader(), ids).await?;
    let holds = hall.reader().held_by(id).await?.len();
    let colleagues = options(l, &beside, &people, &typed.person);
    let to = format!("/staff/{id}");
    let wrong = |form: &str| {
        let here = typed.wrong.as_ref().filter(|_| typed.form == form);
        html! { @if let Some(wrong) = here { div role="alert" { (note(Tone::Late, &html! { p { (wrong) } })) } } }
    };
    let value = |form: &str, value: &str| match typed.form == form && typed.moved.is_none() {
        true => value.to_owned(),
        false => String::new(),
    };
    Ok(page(
        &visit.frame().narrow(),
        &one.name,
        html! {
            (crumbs(l, &[("/staff", l.t("staff.title"))]))
            h1 { (one.name) }
            ul.list { @for seat in &one.seats { li { (names::unit(&law, &seat.unit)) " · " (names::post(l, seat.post)) } } }
            @if let Some(moved) = &typed.moved { (outcome(l, moved)) }
            h2 { (l.t("staff.stand-in")) }
            @if stand_ins.is_empty() { p.muted { (l.t("staff.no-stand-in")) } }
            @else { ul.list { @for known in &stand_ins { (absence(l, known, id, &people, &to)) } } }
            (wrong("stand-in"))
            details.more open[typed.form == "stand-in"] {
                summary { (l.t("staff.enter-stand-in")) }
                form method="post" action={ (to) "/stand-in" } {
                    p.help { (l.t("staff.stand-in-says")) }
                    div.field { label for="stand-in" { (l.t("staff.who-stands-in")) } select #stand-in name="person" required { option value="" { (l.t("form.choose")) } (colleagues) } }
                    div.field { label for="first" { (l.t("staff.first")) } input #first type="date" name="first" value=(typed.first) required; }
                    div.field { label for="last" { (l.t("staff.last")) } input #last type="date" name="last" value=(typed.last) required; }
                    div.field { label for="absence" { (l.t("case.reason")) " " span.optional { (l.t("form.optional")) } } input #absence name="why" value=(value("stand-in", &typed.why)) maxlength="200"; }
                    p.acts { button.btn type="submit" { (l.t("staff.save")) } }
                }
            }
            h2 { (l.t("staff.move")) }
            p { (l.n("staff.holds-now", i64::try_from(holds).unwrap_or(0), &[])) }
            (wrong("move"))
            @if holds > 0 {
                details.more open[typed.form == "move"] {
                    summary { (l.t("staff.move-all")) }
                    form method="post" action={ (to) "/move" } {
                        p.help { (l.t("staff.move-says")) }
                        div.field { label for="move-to" { (l.t("staff.to-whom")) } select #move-to name="person" required { option value="" { (l.t("form.choose")) } (colleagues) } }
                        div.field { label for="move-why" { (l.t("case.reason")) } textarea #move-why name="why" rows="3" maxlength="1000" required { (value("move", &typed.why)) } }
                        p.acts { button.btn type="submit" { (l.n("staff.move-go", i64::try_from(holds).unwrap_or(0), &[])) } }
                    }
                }
            }
        },
    ))
}

fn options(l: Lang, beside: &[(PersonId, Post)], people: &People, chosen: &str) -> Markup {
    let mut named: Vec<(&String, PersonId, Post)> = beside
        .iter()
        .filter_map(|(id, post)| Some((people.get(id)?, *id, *post)))
        .collect();
    named.sort_by_key(|(name, ..)| service::fold::sort_key(name));
    html! {
        @for (name, id, post) in named {
            option value=(id) selected[chosen == id.to_string()] { (name) " (" (names::post(l, post)) ")" }
        }
    }
}

fn absence(l: Lang, known: &StandIn, id: PersonId, people: &People, to: &str) -> Markup {
    let name = |id: &PersonId| people.get(id).cloned().unwrap_or_default();
    let (first, last) = (day(known.first), day(known.last));
    html! {
        li {
            @if known.absent == id { (l.f("staff.by-whom", &[("name", &name(&known.person)), ("first", &first), ("last", &last)])) }
            @else { (l.f("staff.for-whom", &[("name", &name(&known.absent)), ("first", &first), ("last", &last)])) }
            @if !known.why.is_empty() { " · " (known.why) }
            @if known.absent == id {
                form method="post" action={ (to) "/back" } { input type="hidden" name="one" value=(known.id); button.btn.quiet type="submit" { (l.t("staff.is-back")) } }
            }
        }
    }
}

fn outcome(l: Lang, moved: &Moved) -> Markup {
    html! {
        div role="status" {
            (note(Tone::Done, &html! { p { (l.n("staff.moved", i64::from(moved.moved), &[])) } }))
            @if !moved.left.is_empty() {
                (note(Tone::Soon, &html! {
                    p { (l.n("staff.left", i64::try_from(moved.left.len()).unwrap_or(0), &[])) }
                    ul.list { @for (code, refusal) in &moved.left { li { a href={ "/cases/" (code) } { span.code { (code) } } ": " (refusal_words(l, refusal)) } } }
                }))
            }
        }
    }
}
