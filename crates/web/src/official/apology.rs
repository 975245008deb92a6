//! Form 04 of one case: the cause from the city's list, words to it, the new date; a draft anybody who works on
//! the case may write, signed by the head of the deciding unit alone. Absent: when a draft is due (`rules`).

use actions::{Change, Verb};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use jiff::civil::Date;
use maud::{Markup, html};
use rules::case::apology::{Standing, open_to_apology};
use rules::case::{Case, Refusal};
use rules::duty::{Act, may};
use rules::person::Person;
use service::definition::{Kind, Post};
use store::{ApologyDraft, Seen};

use super::act::blame;
use super::case::{self, Typed};
use super::names;
use super::posted::Posted;
use crate::error::{Failure, refusal_words};
use crate::hall::Hall;
use crate::redirect;
use crate::say;
use crate::text::Lang;
use crate::ui::page;
use crate::ui::parts::{Tone, crumbs, note, tag};
use crate::visit::Visit;

/// How the case stands with its letter of apology: mark and words; `None` where none is called for.
pub fn standing(l: Lang, case: &Case, now: rules::Moment) -> Option<(Tone, String)> {
    let last = case.apologies.last()?;
    let (tone, member) = match last.standing(case, now) {
        Standing::Missing => (Tone::Late, "missing"),
        Standing::Waiting => (Tone::Soon, "waiting"),
        Standing::InTime => (Tone::Done, "in-time"),
        Standing::Late => (Tone::Late, "late"),
        Standing::Spared => return None,
    };
    Some((tone, l.of("apology-standing", member, &[])))
}

/// Whether this case can have a letter with a new date now.
pub fn called_for(case: &Case, kind: Kind, most: u32) -> bool {
    kind == Kind::Procedure
        && open_to_apology(case)
        && case.clock.due.is_some()
        && case.clock.extensions.len() < most as usize
}

/// The card on the case's page.
pub fn card(l: Lang, code: &str, standing: Option<&(Tone, String)>) -> Markup {
    html! {
        section.card aria-label=(l.t("apology.title")) {
            @if let Some((tone, words)) = standing { p.flush { (tag(*tone, words)) } }
            p.flush { a href={ "/cases/" (code) "/apology" } { (l.t("apology.title")) } }
        }
    }
}

/// Heads and deputies of the deciding unit sign.
fn signs(person: &Person, case: &Case) -> bool {
    let Person::Official(official) = person else {
        return false;
    };
    let mut seats = official.own.iter();
    seats.any(|seat| seat.unit == case.unit && seat.post >= Post::DeputyHead)
        && may(person, &Act::Extend, Some(case)).is_ok()
}

/// `GET /cases/{code}/apology`
pub async fn get(
    State(hall): State<Hall>,
    visit: Visit,
    Path(code): Path<String>,
) -> Result<Markup, Failure> {
    let seen = case::whole(&hall, &visit, &code).await?;
    may(&visit.person, &Act::Note, Some(&seen.case))?;
    let draft = match seen.case.clock.due {
        Some(due) => hall.reader().apology_draft(seen.case.id, due).await?,
        None => None,
    };
    form(&hall, &visit, &seen, draft.as_ref(), None)
}

/// `POST /cases/{code}/apology`: `go` is `save` or `sign`.
pub async fn post(
    State(hall): State<Hall>,
    visit: Visit,
    Path(code): Path<String>,
    posted: Posted,
) -> Result<Response, Failure> {
    let l = visit.lang;
    let seen = case::whole(&hall, &visit, &code).await?;
    may(&visit.person, &Act::Note, Some(&seen.case))?;
    let draft = ApologyDraft {
        cause: posted.get("cause").to_owned(),
        words: posted.get("words").trim().to_owned(),
        to: posted.get("date").to_owned(),
        personal: posted.get("personal").trim().to_owned(),
    };
    let again = |says: String, status: StatusCode| {
        let page = form(&hall, &visit, &seen, Some(&draft), Some(&says))?;
        Ok((status, page).into_response())
    };
    let unfit = StatusCode::UNPROCESSABLE_ENTITY;
    if posted.get("go") != "sign" {
        let (city, case) = (hall.city(), seen.case.id);
        return match city.draft_apology(&visit.person, case, draft.clone()).await {
            Ok(()) => Ok(redirect::to("/apologies?said=saved").into_response()),
            Err(actions::ActionError::Refused(refusal)) => again(refusal_words(l, &refusal), unfit),
            Err(other) => Err(other.into()),
        };
    }
    let law = hall.law();
    let causes = &law.yardsticks.causes;
    let Some(cause) = causes.get(&draft.cause).filter(|cause| cause.given) else {
        return again(l.t("apology.no-cause").to_owned(), unfit);
    };
    if draft.words.is_empty() {
        return again(l.t("apology.no-words").to_owned(), unfit);
    }
    let calendar = law.calendar_of(seen.case.clock.calendar)?;
    let Ok(day) = draft.to.parse::<Date>() else {
        return again(l.t("case.no-date").to_owned(), unfit);
    };
    let Ok(to) = calendar.end_of_working_day(day) else {
        return again(refusal_words(l, &Refusal::NoCalendar), unfit);
    };
    let personal = Some(draft.personal.as_str()).filter(|words| !words.is_empty());
    let named = format!("{}.", cause.name.trim_end_matches('.'));
    let words: Vec<&str> = [named.as_str(), &draft.words]
        .into_iter()
        .chain(personal)
        .collect();
    let verb = Verb::Apologise {
        cause: cause.code.clone(),
        to,
    };
    let change = Change {
        seen: posted.number("version"),
        words: Some(words.join("\n")),
        ..Change::new(seen.case.id, verb)
    };
    match hall.city().change(&visit.person, change).await {
        Ok(after) => Ok(redirect::to(&format!("/cases/{}", after.code)).into_response()),
        Err(error) => {
            let mut typed = Typed::default();
            let status = blame(&mut typed, l, error)?;
            again(typed.wrong.unwrap_or_default(), status)
        }
    }
}

fn form(
    hall: &Hall,
    visit: &Visit,
    seen: &Seen,
    draft: Option<&ApologyDraft>,
    wrong: Option<&str>,
) -> Result<Markup, Failure> {
    let (l, case, law) = (visit.lang, &seen.case, hall.law());
    let calendar = law.calendar_of(case.clock.calendar)?;
    let now = hall.now();
    let open = open_to_apology(case);
    let last = case
        .apologies
        .last()
        .filter(|a| Some(a.due) == case.clock.due);
    let proposed = match (last.and_then(|last| last.proposed), case.clock.due) {
        (Some(proposed), _) if proposed > now => Some(proposed),
        (_, Some(due)) => {
            let day = calendar.day_seconds();
            calendar.add_working(due.max(now), day).ok()
        }
        _ => None,
    };
    let proposed = proposed.map(|at| calendar.local(at).0);
    let blank = ApologyDraft {
        to: proposed.map_or_else(String::new, |day| day.to_string()),
        ..ApologyDraft::default()
    };
    let draft = draft.unwrap_or(&blank);
    let causes = &law.yardsticks.causes;
    let chosen = causes.get(&draft.cause);
    let signer = signs(&visit.person, case);
    let unit = names::unit(&law, &case.unit);
    let cause_name = |cause: &rules::index::causes::Cause| match l {
        Lang::Vi => cause.name.clone(),
        Lang::En => cause.name_en.clone(),
    };
    Ok(page(
        &visit.frame().narrow(),
        l.t("apology.title"),
        html! {
            (crumbs(l, &[("/apologies", l.t("apology.list")), (&format!("/cases/{}", case.code), &seen.title)]))
            p.small.muted.flush { span.code { (case.code) } }
            h1 { (l.t("apology.title")) }
            @if let Some((tone, words)) = standing(l, case, now) { p { (tag(tone, &words)) } }
            @if let Some(wrong) = wrong { div role="alert" { (note(Tone::Late, &html! { p { (wrong) } })) } }
            dl.facts {
                dt { (l.t("apology.unit")) } dd { (unit) }
                dt { (l.t("apology.received")) } dd { (say::moment(l, case.accepted.unwrap_or(case.opened))) }
                @if let Some(due) = case.clock.due { dt { (l.t("apology.due")) } dd { (say::moment(l, due)) } }
                @if let Some(proposed) = proposed { dt { (l.t("apology.proposed")) } dd { (say::day(proposed)) } }
            }
            @if !open || case.clock.due.is_none() { (note(Tone::Stopped, &html! { p { (l.t("apology.closed")) } })) }
            @else {
                form method="post" action={ "/cases/" (case.code) "/apology" } data-draft={ "apology-" (case.code) } {
                    input type="hidden" name="version" value=(case.version);
                    div.field {
                        label for="cause" { (l.t("apology.cause")) }
                        select id="cause" name="cause" {
                            option value="" { (l.t("form.choose")) }
                            @for cause in causes.choices() { option value=(cause.code) selected[chosen == Some(cause)] { (cause_name(cause)) } }
                        }
                    }
                    div.field {
                        label for="words" { (l.t("apology.words")) }
                        p.help #words-help { (l.t("apology.words-says")) }
                        textarea id="words" name="words" rows="4" maxlength="2000" aria-describedby="words-help" { (draft.words) }
                    }
                    div.field {
                        label for="date" { (l.t("case.extend-to")) }
                        p.help #date-help { (l.t("apology.date-says")) }
                        input.shorter type="date" id="date" name="date" value=(draft.to) aria-describedby="date-help";
                    }
                    div.field {
                        label for="personal" { (l.t("apology.personal")) " " span.optional { (l.t("form.optional")) } }
                        p.help #personal-help { (l.t("apology.personal-says")) }
                        textarea id="personal" name="personal" rows="3" maxlength="1000" aria-describedby="personal-help" { (draft.personal) }
                    }
                    @if !signer { p.small.muted { (l.f("apology.who-signs", &[("unit", &unit)])) } }
                    div.ways {
                        @if signer { button.btn.go type="submit" name="go" value="sign" { (l.t("apology.sign")) } }
                        button.btn type="submit" name="go" value="save" { (l.t("apology.save")) }
                    }
                }
            }
        },
    ))
}
