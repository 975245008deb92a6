//! `/looks/{month}/{code}`: a drawn report in the field. What was reported, the photos before and after, the way there, and
//! what is found now. Whoever stands on the line of the unit that closed it sees why they may not say it.

use actions::ActionError;
use actions::sample::may_look;
use actions::upload::{PHOTO, THUMBNAIL};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use rules::case::looked::PHOTO_AGAIN;
use rules::case::{Case, Event, Recorded, Refusal};
use rules::sample::Found;
use store::{Attachment, SampleCase, Sight};

use super::{found_words, month_words, tone, words as event_words};
use crate::error::{Failure, refusal_words};
use crate::hall::Hall;
use crate::leader::words;
use crate::official::act::photo_words;
use crate::official::files;
use crate::official::posted::Posted;
use crate::public::report::pictures;
use crate::redirect;
use crate::say;
use crate::text::Lang;
use crate::ui::layout::encode;
use crate::ui::page;
use crate::ui::parts::{Tone, crumbs, note, tag};
use crate::visit::Visit;

/// What proves the work, as definitions call it.
const AFTER: &str = "photo-after";

/// A drawn report with what happened to it.
struct Sheet {
    drawn: SampleCase,
    case: Case,
    events: Vec<Recorded>,
    files: Vec<Attachment>,
}

async fn sheet(hall: &Hall, visit: &Visit, month: &str, code: &str) -> Result<Sheet, Failure> {
    let (law, code) = (hall.law(), actions::code::typed(code));
    let drawn = hall.reader().sample_drawn(month, month).await?;
    let drawn = drawn.into_iter().find(|one| one.code == code);
    let barred = |unit: &str| may_look(&visit.person, unit, &[], &law);
    // The unit's own people hear the same of every report of theirs: not which were drawn.
    let Some(drawn) = drawn else {
        let seen = hall.case(&visit.person, &code).await?;
        if seen.sight == Sight::Whole {
            barred(&seen.case.unit)?;
        }
        return Err(Failure::NotFound);
    };
    if drawn.found.is_none() {
        barred(&drawn.unit)?;
    }
    let case = hall.reader().case_state(drawn.case).await?;
    Ok(Sheet {
        case: case.ok_or(Failure::NotFound)?,
        events: hall.reader().timeline(drawn.case).await?,
        files: hall.reader().attachments(drawn.case).await?,
        drawn,
    })
}

pub async fn get(
    State(hall): State<Hall>,
    visit: Visit,
    Path((month, code)): Path<(String, String)>,
) -> Result<Markup, Failure> {
    let sheet = sheet(&hall, &visit, &month, &code).await?;
    draw(&hall, &visit, &sheet, &Posted::default(), None).await
}

/// `GET /looks/{month}/{code}/photos/{hash}`: pictures of the place, before, after and again; no other file.
pub async fn photo(
    State(hall): State<Hall>,
    visit: Visit,
    Path((month, code, hash)): Path<(String, String, String)>,
) -> Result<Response, Failure> {
    let sheet = sheet(&hall, &visit, &month, &code).await?;
    let mut files = sheet.files.iter();
    let file = files.find(|file| file.hash == hash && of_place(&file.what));
    files::served(&hall, &hash, &file.ok_or(Failure::NotFound)?.name).await
}

fn of_place(what: &str) -> bool {
    let whole = what.split(THUMBNAIL).next().unwrap_or_default();
    matches!(whole, PHOTO | AFTER | PHOTO_AGAIN)
}

pub async fn post(
    State(hall): State<Hall>,
    visit: Visit,
    Path((month, code)): Path<(String, String)>,
    mut posted: Posted,
) -> Result<Response, Failure> {
    let l = visit.lang;
    let seen = sheet(&hall, &visit, &month, &code).await?;
    let photos = std::mem::take(&mut posted.files);
    let (status, wrong) = match Found::from_word(posted.get("found")) {
        None => (
            StatusCode::UNPROCESSABLE_ENTITY,
            l.t("looks.choose").to_owned(),
        ),
        Some(found) => {
            let words = posted.get("words");
            let said = hall
                .city()
                .look_again(&visit.person, &seen.drawn, found, words, photos);
            match said.await {
                Ok(_) => return Ok(redirect::to("/looks?said=done").into_response()),
                Err(ActionError::Refused(Refusal::OwnWork { unit })) => {
                    let refusal = Refusal::OwnWork { unit };
                    (StatusCode::FORBIDDEN, refusal_words(l, &refusal))
                }
                Err(ActionError::Refused(Refusal::EvidenceRequired { .. })) => (
                    StatusCode::UNPROCESSABLE_ENTITY,
                    l.t("looks.photo-required").to_owned(),
                ),
                Err(ActionError::Refused(Refusal::ReasonRequired)) => (
                    StatusCode::UNPROCESSABLE_ENTITY,
                    l.t("looks.words-required").to_owned(),
                ),
                Err(ActionError::Refused(Refusal::AlreadyDone)) => {
                    (StatusCode::CONFLICT, l.t("looks.same").to_owned())
                }
                Err(ActionError::Photo { name, problem }) => (
                    StatusCode::UNPROCESSABLE_ENTITY,
                    format!("{name}: {}", photo_words(l, problem)),
                ),
                Err(other) => return Err(other.into()),
            }
        }
    };
    let again = draw(&hall, &visit, &seen, &posted, Some(&wrong)).await?;
    Ok((status, again).into_response())
}

async fn draw(
    hall: &Hall,
    visit: &Visit,
    sheet: &Sheet,
    posted: &Posted,
    wrong: Option<&str>,
) -> Result<Markup, Failure> {
    let (l, law, today) = (visit.lang, hall.law(), hall.today()?);
    let Sheet { drawn, case, .. } = sheet;
    let answers = hall.reader().answers(case.id).await?;
    let place = answers
        .as_ref()
        .and_then(|(_, answers)| answers.get("where")?.get("words")?.as_str())
        .unwrap_or_default()
        .to_owned();
    let notes = hall.reader().notes(case.id).await?;
    let barred = may_look(&visit.person, &drawn.unit, &sheet.events, &law).err();
    let due = say::date(drawn.due);
    Ok(page(
        &visit.frame().narrow(),
        &drawn.title,
        html! {
            (crumbs(l, &[("/looks", l.t("looks.title"))]))
            h1 { (drawn.title) }
            p.row.tight { span.code { (drawn.code) } (tag(if drawn.found.is_none() && drawn.due < hall.now() { Tone::Late } else { Tone::Plain }, &l.f("looks.until", &[("day", &due)]))) }
            @if let Some(wrong) = wrong { div role="alert" tabindex="-1" autofocus { (note(Tone::Late, &html! { p { (wrong) } })) } }
            dl.facts {
                dt { (l.t("league.service")) } dd { (words::service(l, &law, today, &case.service)) }
                dt { (l.t("looks.place")) } dd { (place) @if let Some(area) = &case.area { @if !place.is_empty() { ", " } (words::area(&law, area)) } }
                dt { (l.t("looks.closed-by")) } dd { (words::unit(&law, &drawn.unit)) }
                @if let Some((_, at)) = case.fate() { dt { (l.t("looks.closed-at")) } dd { (say::moment(l, at)) } }
            }
            @if let Some(spot) = case.place { p { a.btn href={ "geo:" (format!("{:.5},{:.5}", spot.lat, spot.lon)) "?q=" (format!("{:.5},{:.5}", spot.lat, spot.lon)) } { (l.t("route.map")) } } }
            (photos(l, sheet, PHOTO, l.t("looks.before")))
            (photos(l, sheet, AFTER, l.t("looks.after")))
            @for one in &sheet.events { @if let Event::LookedAgain(looked) = &one.event {
                section.card {
                    p.flush { b { (event_words(l, looked)) } br; span.small.muted { (say::moment(l, one.at)) } }
                    @if let Some(text) = looked.note.and_then(|id| notes.iter().find(|note| note.id == id)).and_then(|note| note.text.as_deref()) { blockquote { (text) } }
                }
            } }
            (photos(l, sheet, PHOTO_AGAIN, l.t("looks.again-photo")))
            @match (&barred, drawn.found) {
                (Some(refusal), _) => (note(Tone::Stopped, &html! { p { (refusal_words(l, refusal)) } })),
                (None, None) => (form(l, drawn, posted, None)),
                // Said already: only a correction is left.
                (None, Some((found, at))) => {
                    p { (tag(tone(found), &found_words(l, found))) " " span.small.muted { (say::moment(l, at)) } }
                    details.more open[wrong.is_some()] { summary { (l.t("looks.correct")) } p.small { (l.t("looks.correct-says")) } (form(l, drawn, posted, Some(found))) }
                },
            }
        },
    ))
}

fn photos(l: Lang, sheet: &Sheet, what: &str, title: &str) -> Markup {
    let shown = pictures(&sheet.files, |file| file.what == what);
    let at = |hash: &str| {
        let (month, code) = (&sheet.drawn.month, encode(&sheet.drawn.code));
        format!("/looks/{month}/{code}/photos/{hash}")
    };
    html! {
        @if !shown.is_empty() {
            h2 { (title) }
            ul.photos { @for (file, small) in &shown { li { a href=(at(&file.hash)) { img src=(at(small)) alt=(l.t("reports.photo")) loading="lazy" width="96" height="96"; } } } }
        }
    }
}

fn form(l: Lang, drawn: &SampleCase, posted: &Posted, before: Option<Found>) -> Markup {
    let chosen = posted.get("found");
    html! {
        form method="post" action={ "/looks/" (drawn.month) "/" (encode(&drawn.code)) } enctype="multipart/form-data" {
            fieldset.field {
                legend { (l.f("looks.found", &[("month", &month_words(&drawn.month))])) }
                @for found in Found::ALL { @if before != Some(found) {
                    label.pick { input type="radio" name="found" value=(found.word()) checked[chosen == found.word()]; span { b { (found_words(l, found)) } span { (l.of("looks-found-says", found.word(), &[])) } } }
                } }
            }
            div.field {
                label for="photo" { (l.t("looks.photo")) }
                p.help #photo-help { (l.t("looks.photo-says")) }
                div.upload { input #photo type="file" name=(PHOTO_AGAIN) accept="image/jpeg,image/png,image/webp" capture="environment" aria-describedby="photo-help"; }
            }
            div.field {
                label for="words" { (if before.is_some() { l.t("looks.why") } else { l.t("looks.words") }) }
                p.help #words-help { (l.t("looks.words-says")) }
                textarea #words name="words" rows="3" maxlength="4000" aria-describedby="words-help" { (posted.get("words")) }
            }
            p.acts { button.btn.go type="submit" { (l.t("looks.send")) } }
        }
    }
}
