//! What an official does to a case. Each form posts the version its page showed; a refusal or a colleague
//! who was faster gives the page back with everything typed and a sentence.

use actions::{ActionError, Change, Upload, Verb};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use jiff::civil::Date;
use rules::case::{Case, Refusal};
use rules::duty::{Act, may};
use rules::person::Person;
use service::answer::shows_photos;
use store::Seen;

use super::case::{self, Typed};
use super::case_view::form_of;
use super::posted::Posted;
use super::supplement::marks_of;
use crate::error::{Failure, refusal_words};
use crate::hall::Hall;
use crate::redirect;
use crate::text::Lang;
use crate::visit::Visit;

/// `POST /cases/{code}/decide`
pub async fn decide(
    State(hall): State<Hall>,
    visit: Visit,
    Path(code): Path<String>,
    mut posted: Posted,
) -> Result<Response, Failure> {
    let (step, row) = step_of(&posted);
    let typed = Typed {
        form: form_of(&step, row),
        words: posted.get("words").to_owned(),
        marks: marks_of(&posted),
        files: !posted.files.is_empty(),
        ..Typed::default()
    };
    let verb = Verb::Decide {
        step,
        row,
        outcome: posted.get("outcome").to_owned(),
    };
    let files = std::mem::take(&mut posted.files);
    run(&hall, &visit, &code, &posted, typed, verb, files).await
}

/// `POST /cases/{code}/claim`
pub async fn claim(
    State(hall): State<Hall>,
    visit: Visit,
    Path(code): Path<String>,
    posted: Posted,
) -> Result<Response, Failure> {
    let (step, row) = step_of(&posted);
    let typed = Typed {
        form: form_of(&step, row),
        ..Typed::default()
    };
    let verb = Verb::Claim { step, row };
    run(&hall, &visit, &code, &posted, typed, verb, vec![]).await
}

/// `POST /cases/{code}/release`
pub async fn release(
    State(hall): State<Hall>,
    visit: Visit,
    Path(code): Path<String>,
    posted: Posted,
) -> Result<Response, Failure> {
    let (step, row) = step_of(&posted);
    let typed = Typed {
        form: form_of(&step, row),
        ..Typed::default()
    };
    let verb = Verb::Release { step, row };
    run(&hall, &visit, &code, &posted, typed, verb, vec![]).await
}

/// `POST /cases/{code}/note`: inside the house, or to whoever asked.
pub async fn note(
    State(hall): State<Hall>,
    visit: Visit,
    Path(code): Path<String>,
    posted: Posted,
) -> Result<Response, Failure> {
    let typed = Typed {
        form: "note".into(),
        words: posted.get("words").to_owned(),
        ..Typed::default()
    };
    let verb = Verb::Note {
        public: posted.get("to") == "applicant",
    };
    run(&hall, &visit, &code, &posted, typed, verb, vec![]).await
}

/// `POST /cases/{code}/extend`: until the end of the working day typed.
pub async fn extend(
    State(hall): State<Hall>,
    visit: Visit,
    Path(code): Path<String>,
    posted: Posted,
) -> Result<Response, Failure> {
    let mut typed = Typed {
        form: "extend".into(),
        words: posted.get("words").to_owned(),
        date: posted.get("date").to_owned(),
        ..Typed::default()
    };
    let Seen { case, .. } = case::whole(&hall, &visit, &code).await?;
    let law = hall.law();
    let calendar = law.calendar_of(case.clock.calendar)?;
    let to = match typed.date.parse::<Date>() {
        Err(_) => {
            typed.wrong = Some(visit.lang.t("case.no-date").to_owned());
            return again(
                &hall,
                &visit,
                &code,
                &typed,
                StatusCode::UNPROCESSABLE_ENTITY,
            )
            .await;
        }
        Ok(day) => calendar.end_of_working_day(day),
    };
    let Ok(to) = to else {
        typed.wrong = Some(refusal_words(visit.lang, &Refusal::NoCalendar));
        return again(
            &hall,
            &visit,
            &code,
            &typed,
            StatusCode::UNPROCESSABLE_ENTITY,
        )
        .await;
    };
    run(
        &hall,
        &visit,
        &code,
        &posted,
        typed,
        Verb::Extend { to },
        vec![],
    )
    .await
}

/// `POST /cases/{code}/withdrawal`
pub async fn withdrawal(
    State(hall): State<Hall>,
    visit: Visit,
    Path(code): Path<String>,
    posted: Posted,
) -> Result<Response, Failure> {
    let typed = Typed {
        form: "withdrawal".into(),
        words: posted.get("words").to_owned(),
        ..Typed::default()
    };
    let verb = Verb::AnswerWithdrawal {
        accept: posted.get("accept") == "yes",
    };
    run(&hall, &visit, &code, &posted, typed, verb, vec![]).await
}

pub fn step_of(posted: &Posted) -> (String, Option<u32>) {
    (posted.get("step").to_owned(), posted.number("row"))
}

/// Does it, or gives the page back.
async fn run(
    hall: &Hall,
    visit: &Visit,
    code: &str,
    posted: &Posted,
    mut typed: Typed,
    verb: Verb,
    mut uploads: Vec<Upload>,
) -> Result<Response, Failure> {
    let Seen { case, .. } = case::whole(hall, visit, code).await?;
    // A public report shows to everybody that it was mended.
    let law = hall.law();
    let published = law.catalogue.get(&case.service, case.service_version);
    let photos = published.is_some_and(|published| shows_photos(&published.definition));
    let public = photos && (case.public || case.shown.waits || case.shown.hidden);
    for upload in uploads.iter_mut().filter(|u| u.what == "photo-after") {
        upload.public = public;
    }
    let key = posted.get("once");
    let change = Change {
        seen: posted.number("version"),
        words: Some(typed.words.clone()),
        marks: typed.marks.clone(),
        uploads,
        once: Some(key.to_owned()).filter(|key| (16..=64).contains(&key.len())),
        ..Change::new(case.id, verb)
    };
    match hall.city().change(&visit.person, change).await {
        Ok(_) if posted.get("back") == "route" => {
            Ok(redirect::to("/route?said=done").into_response())
        }
        Ok(after) => Ok(redirect::to(&whereto(visit, &after)).into_response()),
        Err(error) => {
            let status = blame(&mut typed, visit.lang, error)?;
            again(hall, visit, code, &typed, status).await
        }
    }
}

/// Where one stands after doing something: the case, or the inbox where it has left one's own units, even
/// if these go on seeing it.
pub fn whereto(visit: &Visit, after: &Case) -> String {
    let at_work = after.tasks.iter();
    let mut with = at_work
        .flat_map(|task| task.unit.iter().chain(&task.keeper))
        .chain([&after.unit]);
    let stays = match &visit.person {
        Person::Official(official) if !official.seats.is_empty() => {
            with.any(|unit| official.seats.iter().any(|seat| seat.unit == *unit))
        }
        _ => true,
    };
    match may(&visit.person, &Act::ReadCase, Some(after)) {
        Ok(()) if stays => format!("/cases/{}", after.code),
        _ => "/inbox?said=moved-on".to_owned(),
    }
}

/// Writes beside what was typed why it was not done; what is not the person's to mend goes on.
pub fn blame(typed: &mut Typed, l: Lang, error: ActionError) -> Result<StatusCode, Failure> {
    match error {
        ActionError::Refused(refusal) if refusal != Refusal::NotYours => {
            typed.wrong = Some(refusal_words(l, &refusal));
            Ok(StatusCode::UNPROCESSABLE_ENTITY)
        }
        ActionError::Meanwhile(events) => {
            typed.wrong = Some(l.t("case.not-done").to_owned());
            typed.meanwhile = events;
            Ok(StatusCode::CONFLICT)
        }
        ActionError::Photo { name, problem } => {
            let says = photo_words(l, problem);
            typed.wrong = Some(format!("{name}: {says}"));
            Ok(StatusCode::UNPROCESSABLE_ENTITY)
        }
        ActionError::Flawed(flaws) => {
            let says: Vec<String> = flaws.iter().map(|flaw| flaw.says(l.code())).collect();
            typed.wrong = Some(says.join(". "));
            Ok(StatusCode::UNPROCESSABLE_ENTITY)
        }
        other => Err(other.into()),
    }
}

/// The page once more, with what was typed and why it was not done.
pub async fn again(
    hall: &Hall,
    visit: &Visit,
    code: &str,
    typed: &Typed,
    status: StatusCode,
) -> Result<Response, Failure> {
    let page = case::page(hall, visit, code, typed).await?;
    Ok((status, page).into_response())
}

/// Why a file was not taken.
pub fn photo_words(l: Lang, problem: actions::photo::PhotoProblem) -> String {
    use actions::photo::PhotoProblem;
    let member = match problem {
        PhotoProblem::TooLarge => "too-large",
        PhotoProblem::NotAPicture => "not-a-picture",
        PhotoProblem::TooManyPixels => "too-many-pixels",
        PhotoProblem::Damaged => "damaged",
    };
    l.of("file-problem", member, &[])
}
