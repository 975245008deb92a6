//! `/cases/{code}/correction`: an error found in the result is written down by whoever works on the case; the head of
//! the deciding unit answers that it is right, or has the step that signs done again with an apology.

use actions::lawful::Lawful;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use rules::case::correct::{has_result, signing};
use rules::duty::{Act, may};
use store::Seen;

use super::{correction_words, definition_of, send, sheet, version, words};
use crate::error::Failure;
use crate::hall::Hall;
use crate::official::posted::Posted;
use crate::official::{case, names};
use crate::ui::parts::{Tone, note};
use crate::visit::Visit;

/// `GET /cases/{code}/correction`
pub async fn get(
    State(hall): State<Hall>,
    visit: Visit,
    Path(code): Path<String>,
) -> Result<Markup, Failure> {
    let seen = case::whole(&hall, &visit, &code).await?;
    form(&hall, &visit, &seen, &Posted::default(), None).await
}

/// `POST /cases/{code}/correction`: `go` is `report`, `decline` or `begin`.
pub async fn post(
    State(hall): State<Hall>,
    visit: Visit,
    Path(code): Path<String>,
    posted: Posted,
) -> Result<Response, Failure> {
    let seen = case::whole(&hall, &visit, &code).await?;
    may(&visit.person, &Act::Note, Some(&seen.case))?;
    let lawful = match posted.get("go") {
        "report" => Lawful::ReportError,
        "decline" => Lawful::DeclineError,
        "begin" => Lawful::Correct {
            step: posted.get("step").to_owned(),
        },
        _ => {
            let wrong = visit.lang.t("correction.choose");
            let page = form(&hall, &visit, &seen, &posted, Some(wrong)).await?;
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
        }
    };
    match send(&hall, &visit, &seen, &posted, lawful).await? {
        Ok(done) => Ok(done),
        Err((wrong, status)) => {
            let page = form(&hall, &visit, &seen, &posted, Some(&wrong)).await?;
            Ok((status, page).into_response())
        }
    }
}

async fn form(
    hall: &Hall,
    visit: &Visit,
    seen: &Seen,
    typed: &Posted,
    wrong: Option<&str>,
) -> Result<Markup, Failure> {
    let (l, law, case) = (visit.lang, hall.law(), &seen.case);
    may(&visit.person, &Act::Note, Some(case))?;
    let definition = definition_of(&law, case)?;
    let head = may(&visit.person, &Act::Correct, Some(case)).is_ok();
    let steps: Vec<_> = signing(definition).collect();
    let found = report(hall, seen).await?;
    let waits = case.error_waiting().is_some();
    let body = html! {
        p.muted { (l.t("correction.says")) }
        @if let Some(last) = case.corrections.last() { @let (tone, words) = correction_words(l, last); (note(tone, &html! { p { (words) } })) }
        @if let Some(found) = &found { blockquote { (found) } }
        @if !has_result(case) { (note(Tone::Stopped, &html! { p { (l.t("correction.none")) } })) }
        @else {
            form method="post" action={ "/cases/" (case.code) "/correction" } data-draft={ "correction-" (case.code) } {
                (version(seen))
                @if head && steps.len() > 1 {
                    fieldset.field {
                        legend { (l.t("correction.step")) }
                        @for step in &steps { label.pick { input type="radio" name="step" value=(step.code) checked[step.code == typed.get("step") || typed.get("step").is_empty() && Some(&step.code) == steps.last().map(|s| &s.code)]; span { (names::step(l, definition, &step.code)) } } }
                    }
                } @else if let Some(step) = steps.first() { input type="hidden" name="step" value=(step.code); }
                @if head { (words(l, l.t("correction.words"), l.t("correction.words-says"), typed.get("words"))) }
                @else { (words(l, l.t("correction.found"), l.t("correction.found-says"), typed.get("words"))) }
                div.ways {
                    @if head && !steps.is_empty() { button.btn.go type="submit" name="go" value="begin" { (l.t("correction.begin")) } }
                    @if head && waits { button.btn type="submit" name="go" value="decline" { (l.t("correction.decline")) } }
                    @if !waits { button.btn type="submit" name="go" value="report" { (l.t("correction.report")) } }
                }
            }
        }
    };
    Ok(sheet(visit, seen, l.t("correction.title"), wrong, &body))
}

/// The words of the latest report.
async fn report(hall: &Hall, seen: &Seen) -> Result<Option<String>, Failure> {
    if seen.case.corrections.is_empty() {
        return Ok(None);
    }
    let events = hall.reader().timeline(seen.case.id).await?;
    let why = events.iter().rev().find_map(|one| match &one.event {
        rules::case::Event::ErrorReported { why } => *why,
        _ => None,
    });
    let notes = hall.reader().notes(seen.case.id).await?;
    let note = notes.into_iter().find(|note| Some(note.id) == why);
    Ok(note.and_then(|note| note.text))
}
