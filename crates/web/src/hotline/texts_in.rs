//! `POST /hooks/mail/{system}`, `POST /hooks/texts/{system}`: a mail server hands a letter over as it came, a gateway hands over an SMS or a
//! Zalo message (`docs/HOTLINE.md`). Judged by their signatures alone; both go the same way as letters from the pipe.

use actions::Upload;
use actions::arrivals::{FromOutside, Replies, TakenIn};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use links::mail_in::{self, Arrived, Automatic};
use rules::hotline::number;
use rules::message::Channel as Way;
use serde::Deserialize;
use serde_json::json;

use super::hook::{self, believed, refusal};
use crate::error::Failure;
use crate::hall::Hall;
use crate::text::Lang;

/// Characters of a text, and of what its gateway calls it.
const MOST_WORDS: usize = 4_000;
const LONGEST: usize = 120;

/// What senders are told at once. Vietnamese: nobody knows what they read.
pub fn replies(city: &str) -> Replies {
    let l = Lang::Vi;
    let one = |subject: &str, words: String| (subject.to_owned(), words);
    Replies {
        waiting: one(
            l.t("letters.reply-subject"),
            l.f("letters.reply-waiting", &[("city", &city)]),
        ),
        empty: one(
            l.t("letters.reply-subject"),
            l.f("letters.reply-empty", &[("city", &city)]),
        ),
    }
}

/// A letter that was read, as the city takes it in.
pub fn of_letter(letter: Arrived, bytes: &[u8]) -> FromOutside {
    let automatic = letter.automatic.map(|kind| match kind {
        Automatic::Reply => "automatic",
        Automatic::List => "list",
        Automatic::Bounce => "bounce",
        Automatic::Ourselves => "ourselves",
    });
    let files = letter.files.into_iter().map(|(name, bytes)| Upload {
        what: actions::upload::PHOTO.to_owned(),
        name,
        bytes,
        public: false,
    });
    FromOutside {
        way: Way::Email,
        // A letter without a name is known by what it is.
        foreign: match letter.id.is_empty() {
            true => hex::encode(actions::secret::token_hash(&String::from_utf8_lossy(bytes))),
            false => letter.id,
        },
        sender: letter.from,
        subject: letter.subject,
        words: letter.words,
        files: files.collect(),
        refers: letter.refers,
        automatic,
    }
}

pub async fn mail(
    State(hall): State<Hall>,
    Path(system): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Failure> {
    if let Err(refused) = believed(&hall, &system, &headers, &body) {
        return Ok(*refused);
    }
    let letter = match mail_in::read(&body, &hall.parties().own_addresses) {
        Ok(letter) => letter,
        Err(unread) => {
            return Ok(refusal(
                StatusCode::UNPROCESSABLE_ENTITY,
                &unread.to_string(),
            ));
        }
    };
    answer(&hall, of_letter(letter, &body)).await
}

#[derive(Deserialize)]
struct Text {
    id: String,
    /// `sms`, `zalo`
    way: String,
    from: String,
    text: String,
}

pub async fn text(
    State(hall): State<Hall>,
    Path(system): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Failure> {
    let text: Text = match hook::told(&hall, &system, &headers, &body) {
        Ok(text) => text,
        Err(refused) => return Ok(*refused),
    };
    let way = match text.way.as_str() {
        "sms" => Way::Sms,
        "zalo" => Way::Zalo,
        _ => {
            return Ok(refusal(
                StatusCode::UNPROCESSABLE_ENTITY,
                "way: sms or zalo",
            ));
        }
    };
    if text.id.is_empty() || text.id.len() > LONGEST {
        let says = format!("id: 1 to {LONGEST} bytes");
        return Ok(refusal(StatusCode::UNPROCESSABLE_ENTITY, &says));
    }
    let Some(sender) = number(&text.from) else {
        return Ok(refusal(
            StatusCode::UNPROCESSABLE_ENTITY,
            "from: no telephone number",
        ));
    };
    let words: String = text
        .text
        .chars()
        .filter(|c| *c == '\n' || !c.is_control())
        .take(MOST_WORDS)
        .collect();
    let one = FromOutside {
        way,
        foreign: format!("{system}/{}", text.id),
        sender,
        subject: String::new(),
        words,
        files: Vec::new(),
        refers: Vec::new(),
        automatic: None,
    };
    answer(&hall, one).await
}

async fn answer(hall: &Hall, one: FromOutside) -> Result<Response, Failure> {
    let taken = hall
        .city()
        .take_in(one, &replies(&hall.house().city))
        .await?;
    let (state, detail) = told(&taken);
    Ok(Json(json!({ "state": state, "detail": detail })).into_response())
}

/// What became of it, in a word and perhaps another.
pub fn told(taken: &TakenIn) -> (&'static str, String) {
    match taken {
        TakenIn::Waiting(_) => ("waiting", String::new()),
        TakenIn::Filed(receipt) => ("filed", receipt.code.clone()),
        TakenIn::Added(code) => ("added", code.clone()),
        TakenIn::Known => ("known", String::new()),
        TakenIn::Refused(why) => ("refused", (*why).to_owned()),
    }
}
