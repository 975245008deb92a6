//! A case as its sender sees it and what the sender does about it. Anybody with the code learns how far it
//! is; the key of the receipt, or the account, opens the rest and every form.

mod asked;
mod held;
mod supplying;

use std::collections::HashMap;

use actions::handling::Handling;
use actions::lawful::Lawful;
use actions::upload::{PHOTO, THUMBNAIL};
use actions::{ActionError, Change, Upload, Verb};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use rules::Moment;
use rules::case::correct::has_result;
use rules::case::merge::UNMERGED;
use rules::case::shown::Deed;
use rules::case::state::Stopped;
use rules::case::{Case, Event, Life, Recorded, Refusal};
use rules::clock;
use rules::duty::{Act, may};
use rules::ids::NoteId;
use rules::person::{Actor, Person};
use rules::process::Flow;
use rules::satisfaction::Reasons;
use serde::Deserialize;
use service::definition::{Definition, Move, Node};
use service::expr::Scope;
use service::walk;
use store::{Attachment, Sight};

use crate::error::{Failure, refusal_words};
use crate::hall::Hall;
use crate::linked;
use crate::official::case::state_words;
use crate::official::history::{Teller, ending_words};
use crate::official::names::{self, People};
use crate::official::{clocks, lawful, posted::Posted};
use crate::papers::list;
use crate::redirect;
use crate::resident::filling::{areas, photo_word, told, unit_name, units};
use crate::resident::track::{self, Asked, May, Track, Typed};
use crate::say;
use crate::text::Lang;
use crate::ui::clock::why_stopped;
use crate::ui::form::{Sheet, answer_words};
use crate::ui::parts::Tone;
use crate::ui::timeline::{Entry, Mark};
use crate::visit::Visit;
use held::Held;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    code: String,
    key: String,
    said: String,
}

/// `GET /track?code=…&key=…`
pub async fn ask(
    State(hall): State<Hall>,
    visit: Visit,
    Query(asked): Query<Wanted>,
) -> Result<Response, Failure> {
    let code = actions::code::typed(&asked.code);
    if code.is_empty() {
        return Ok(track::ask(&visit.frame(), None).into_response());
    }
    let code = named(&hall, code).await?;
    if hall.reader().track(&code).await?.is_none() {
        let page = track::ask(&visit.frame(), Some(asked.code.trim()));
        return Ok((StatusCode::NOT_FOUND, page).into_response());
    }
    Ok(redirect::to(&address(&code, Some(asked.key.trim()), "")).into_response())
}

/// Our code of a dossier that is known by what another system calls it.
async fn named(hall: &Hall, code: String) -> Result<String, Failure> {
    if hall.reader().track(&code).await?.is_some() {
        return Ok(code);
    }
    let ids = hall.reader().cases_coded_elsewhere(&code).await?;
    match ids.as_slice() {
        [only] => Ok(hall
            .reader()
            .head(*only)
            .await?
            .map_or(code, |(ours, _)| ours)),
        _ => Ok(code),
    }
}

fn address(code: &str, key: Option<&str>, said: &str) -> String {
    let mut pairs = Vec::new();
    if let Some(key) = key.filter(|key| !key.is_empty()) {
        pairs.push(format!("key={}", crate::ui::layout::encode(key)));
    }
    if !said.is_empty() {
        pairs.push(format!("said={said}"));
    }
    match pairs.is_empty() {
        true => format!("/track/{code}"),
        false => format!("/track/{code}?{}", pairs.join("&")),
    }
}

/// `GET /track/{code}?key=…`
pub async fn get(
    State(hall): State<Hall>,
    visit: Visit,
    Path(code): Path<String>,
    Query(asked): Query<Wanted>,
) -> Result<Response, Failure> {
    let code = actions::code::typed(&code);
    page(
        &hall,
        &visit,
        &code,
        &asked.key,
        &asked.said,
        Typed::default(),
    )
    .await
}

async fn page(
    hall: &Hall,
    visit: &Visit,
    code: &str,
    key: &str,
    said: &str,
    typed: Typed,
) -> Result<Response, Failure> {
    let person = hall.holder(visit, code, Some(key)).await?;
    let (case, title, sight) = match hall.case(&person, code).await {
        Ok(seen) => (seen.case, Some(seen.title), Some(seen.sight)),
        Err(Failure::NotFound) => match hall.reader().track(code).await? {
            Some(case) => (case, None, None),
            None => {
                let page = track::ask(&visit.frame(), Some(code));
                return Ok((StatusCode::NOT_FOUND, page).into_response());
            }
        },
        Err(other) => return Err(other),
    };
    let own = sight.is_some_and(|sight| sight >= Sight::Own);
    let shown = Held {
        hall,
        l: visit.lang,
        law: hall.law(),
        now: hall.now(),
        events: match sight {
            Some(_) => hall.reader().timeline(case.id).await?,
            None => Vec::new(),
        },
        notes: match own {
            true => hall.reader().notes(case.id).await?,
            false => Vec::new(),
        },
        attached: match sight {
            Some(_) => hall.reader().attachments(case.id).await?,
            None => Vec::new(),
        },
        answers: match own {
            true => hall.reader().answers(case.id).await?.map(|(_, a)| a),
            false => None,
        },
        key: match person {
            Person::Bearer { .. } => Some(key.to_owned()),
            _ => None,
        },
        marks: match case.requested {
            Some(list) if own => hall.reader().marks(case.id, list).await?,
            _ => Vec::new(),
        },
        wrong_key: !key.is_empty() && !matches!(person, Person::Bearer { .. }) && !own,
        own,
        known: sight.is_some(),
        original: original(hall, &case).await?,
        case,
    };
    let said = match said {
        "" => None,
        said => visit.lang.perhaps("said", said).map(str::to_owned),
    };
    let mut track = shown.track(title, said, typed)?;
    if own {
        let whom = list::For::Sender(shown.key.as_deref());
        track.handed_out = list::of(hall, visit.lang, &shown.case, whom).await?;
        track.messages = crate::messages::of_sender(hall, visit.lang, &shown.case).await?;
    }
    track.linked = beside(hall, visit.lang, &shown).await?;
    Ok(track::view(&visit.frame(), &track).into_response())
}

/// The report that a duplicate is handled together with in the end.
async fn original(hall: &Hall, case: &Case) -> Result<Option<Case>, Failure> {
    let mut found: Option<Case> = None;
    // More steps than there are would be a ring.
    for _ in 0..20 {
        let merged = found.as_ref().unwrap_or(case).merged.as_ref();
        let Some(code) = merged.map(|merged| merged.code.clone()) else {
            break;
        };
        found = hall.reader().track(&code).await?;
        if found.is_none() {
            break;
        }
    }
    Ok(found)
}

/// Whose system decides it, and how its parts stand, for those who may know more than the degree of completion.
async fn beside(hall: &Hall, l: Lang, shown: &Held<'_>) -> Result<maud::Markup, Failure> {
    let case = &shown.case;
    let law = hall.law();
    let published = law.catalogue.get(&case.service, case.service_version);
    let definition = &published.ok_or(Failure::NotFound)?.definition;
    let codes = match shown.own {
        true => hall.reader().foreign_codes(case.id).await?,
        false => Vec::new(),
    };
    let parts = match shown.own {
        true => {
            let whom = linked::For::Sender(shown.key.as_deref());
            linked::parts(hall, l, definition, case, whom).await?
        }
        false => maud::Markup::default(),
    };
    let owner = linked::owner(l, definition, case, &codes);
    Ok(maud::html! { (owner) (parts) })
}

/// `POST /track/{code}/{what}`
pub async fn post(
    State(hall): State<Hall>,
    visit: Visit,
    Path((code, what)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response, Failure> {
    let code = actions::code::typed(&code);
    let key = posted.get("key").to_owned();
    let person = hall.holder(&visit, &code, Some(&key)).await?;
    let seen = hall.case(&person, &code).await?;
    // An official who works on it has a workbench for that: here only its sender speaks.
    may(&person, &Act::Comment, Some(&seen.case))?;
    let l = visit.lang;
    let mut words = posted.get("words").trim().to_owned();
    let typed = |refused: String| Typed {
        form: what.clone(),
        words: posted.get("words").to_owned(),
        refused,
        ..Typed::default()
    };
    let Some(verb) = verb(&what, &posted) else {
        if what == "rate" {
            let says = refusal_words(l, &Refusal::BadScore);
            return again(
                &hall,
                &visit,
                &code,
                &key,
                typed(says),
                StatusCode::UNPROCESSABLE_ENTITY,
            )
            .await;
        }
        return Err(Failure::NotFound);
    };
    let mut answers = None;
    if let Some(supplied) = supplied(&hall, &person, l, &seen.case, &posted).await? {
        let left = words.is_empty() && !supplied.untouched.is_empty();
        if left || !supplied.problems.is_empty() {
            let mut says = match left {
                true => supplying::untouched_words(l, &supplied.untouched),
                false => l.n(
                    "form.errors",
                    i64::try_from(supplied.problems.len()).unwrap_or(i64::MAX),
                    &[],
                ),
            };
            if !posted.files.is_empty() {
                says = format!("{says} {}", l.t("case.files-again"));
            }
            let typed = Typed {
                answers: Some(supplied.answers),
                problems: supplied.problems,
                ..typed(says)
            };
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return again(&hall, &visit, &code, &key, typed, status).await;
        }
        answers = Some(supplied.answers);
    }
    if words.is_empty() && what == "comment" && !posted.files.is_empty() {
        words = l.t("track.only-files").to_owned();
    }
    let uploads = posted
        .files
        .iter()
        .map(|file| Upload {
            what: match file.what.strip_prefix("documents/") {
                Some(document) => document.to_owned(),
                None => PHOTO.to_owned(),
            },
            public: false,
            ..file.clone()
        })
        .collect();
    // A message or a rating says nothing about what the page showed; a decision does.
    let seen_version = match verb {
        Verb::Note { .. } | Verb::Rate { .. } => None,
        _ => posted.number("version"),
    };
    let change = Change {
        seen: seen_version,
        words: Some(words),
        uploads,
        answers,
        ..Change::new(seen.case.id, verb)
    };
    match hall.city().change(&person, change).await {
        Ok(_) => Ok(redirect::to(&address(&code, Some(&key), &what)).into_response()),
        Err(error) => {
            let (says, status) = sentence(l, error)?;
            again(&hall, &visit, &code, &key, typed(says), status).await
        }
    }
}

/// What completes the dossier, where the sender's step asks that with a list.
async fn supplied(
    hall: &Hall,
    person: &Person,
    l: Lang,
    case: &Case,
    posted: &Posted,
) -> Result<Option<supplying::Read>, Failure> {
    let law = hall.law();
    let published = law.catalogue.get(&case.service, case.service_version);
    let definition = &published.ok_or(Failure::NotFound)?.definition;
    let step = Flow::of(definition).step(posted.get("step"));
    let theirs = step.is_some_and(service::supplement::is_supplement)
        && case
            .task(posted.get("step"), posted.number("row"))
            .is_some();
    let (true, Some(list)) = (theirs, case.requested) else {
        return Ok(None);
    };
    let marks = hall.reader().marks(case.id, list).await?;
    let Some((_, old)) = hall.reader().answers(case.id).await? else {
        return Ok(None);
    };
    match marks.is_empty() {
        true => Ok(None),
        false => supplying::read(hall, person, l, definition, case, &old, &marks, posted)
            .await
            .map(Some),
    }
}

fn verb(what: &str, posted: &Posted) -> Option<Verb> {
    Some(match what {
        "answer" => Verb::Decide {
            step: posted.get("step").to_owned(),
            row: posted.number("row"),
            outcome: posted.get("outcome").to_owned(),
        },
        "comment" => Verb::Note { public: true },
        "withdraw" => Verb::AskWithdrawal,
        "reopen" => Verb::Reopen,
        "apart" => Verb::Handling(Handling::Unmerge),
        "error" => Verb::Lawful(Lawful::ReportError),
        "rate" => Verb::Rate {
            score: u8::try_from(posted.number("score")?).ok()?,
            reasons: posted.all("reason").map(str::to_owned).collect(),
        },
        _ => return None,
    })
}

/// What the sender is told; what is not theirs to mend goes on.
fn sentence(l: Lang, error: ActionError) -> Result<(String, StatusCode), Failure> {
    Ok(match error {
        ActionError::Refused(refusal) if refusal != Refusal::NotYours => {
            (refusal_words(l, &refusal), StatusCode::CONFLICT)
        }
        ActionError::Meanwhile(_) => (l.t("track.meanwhile").to_owned(), StatusCode::CONFLICT),
        ActionError::Photo { name, problem } => (
            told(&name, photo_word(problem)).get(l.code()).to_owned(),
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        ActionError::Flawed(flaws) => {
            let says: Vec<String> = flaws.iter().map(|flaw| flaw.says(l.code())).collect();
            (says.join(". "), StatusCode::UNPROCESSABLE_ENTITY)
        }
        other => return Err(other.into()),
    })
}

async fn again(
    hall: &Hall,
    visit: &Visit,
    code: &str,
    key: &str,
    typed: Typed,
    status: StatusCode,
) -> Result<Response, Failure> {
    let page: Response = page(hall, visit, code, key, "", typed).await?;
    Ok((status, page).into_response())
}
