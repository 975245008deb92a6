//! `/moderation/{code}`: the whole of a report, its words and each photo, as everybody sees them and as they were sent.

use actions::ActionError;
use actions::shown::Wish;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use rules::case::shown::{Photo, Text};
use rules::case::{Case, Refusal};
use serde_json::Value;
use store::{Attachment, Flag, Seen};

use super::{report, standing};
use crate::error::{Failure, refusal_words};
use crate::hall::Hall;
use crate::leader::words;
use crate::official::posted::Posted;
use crate::public::report::pictures;
use crate::redirect;
use crate::say;
use crate::text::Lang;
use crate::ui::layout::encode;
use crate::ui::page;
use crate::ui::parts::{Tone, crumbs, note, tag};
use crate::visit::Visit;

/// What was typed when the city said no.
#[derive(Default)]
struct Typed {
    part: String,
    reason: String,
    text: Option<String>,
    wrong: String,
}

pub async fn get(
    State(hall): State<Hall>,
    visit: Visit,
    Path(code): Path<String>,
) -> Result<Markup, Failure> {
    let seen = report(&hall, &visit, &code).await?;
    draw(&hall, &visit, &seen, &Typed::default()).await
}

pub async fn post(
    State(hall): State<Hall>,
    visit: Visit,
    Path(code): Path<String>,
    posted: Posted,
) -> Result<Response, Failure> {
    let seen = report(&hall, &visit, &code).await?;
    let file = posted.get("file").to_owned();
    let wish = match posted.get("deed") {
        "publish" => Some(Wish::Publish),
        "hide" => Some(Wish::Hide),
        "keep" => Some(Wish::Keep),
        "hide-text" => Some(Wish::HideText),
        "show-text" => Some(Wish::ShowText),
        "edit-text" => Some(Wish::EditText(posted.get("text").to_owned())),
        "hide-photo" => Some(Wish::HidePhoto(file.clone())),
        "show-photo" => Some(Wish::ShowPhoto(file.clone())),
        _ => None,
    };
    let mut typed = Typed {
        part: match posted.get("deed") {
            "publish" | "hide" | "keep" => "whole".to_owned(),
            "hide-photo" | "show-photo" => file,
            _ => "text".to_owned(),
        },
        reason: posted.get("reason").to_owned(),
        text: Some(posted.get("text").to_owned()).filter(|text| !text.is_empty()),
        wrong: String::new(),
    };
    let Some(wish) = wish else {
        typed.wrong = refusal_words(visit.lang, &Refusal::NothingChosen);
        let page = draw(&hall, &visit, &seen, &typed).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    };
    let last = matches!(wish, Wish::Publish | Wish::Hide | Wish::Keep);
    let (seen_version, reason) = (posted.number("version"), posted.get("reason"));
    let done = hall
        .city()
        .moderate(&visit.person, &seen.case, seen_version, wish, reason)
        .await;
    match done {
        Ok(_) if last => Ok(redirect::to("/moderation?said=done").into_response()),
        Ok(after) => {
            let to = format!("/moderation/{}?said=done", encode(&after.code));
            Ok(redirect::to(&to).into_response())
        }
        Err(error) => {
            let (wrong, status) = says(visit.lang, error)?;
            typed.wrong = wrong;
            let seen = report(&hall, &visit, &code).await?;
            let page = draw(&hall, &visit, &seen, &typed).await?;
            Ok((status, page).into_response())
        }
    }
}

/// Why it was not done; what is not the moderator's to mend goes on.
pub(super) fn says(l: Lang, error: ActionError) -> Result<(String, StatusCode), Failure> {
    match error {
        ActionError::Refused(refusal) if refusal != Refusal::NotYours => {
            Ok((refusal_words(l, &refusal), StatusCode::UNPROCESSABLE_ENTITY))
        }
        ActionError::Meanwhile(_) => {
            Ok((l.t("moderation.meanwhile").to_owned(), StatusCode::CONFLICT))
        }
        other => Err(other.into()),
    }
}

async fn draw(hall: &Hall, visit: &Visit, seen: &Seen, typed: &Typed) -> Result<Markup, Failure> {
    let (l, law, today) = (visit.lang, hall.law(), hall.today()?);
    let case = &seen.case;
    let flags = hall.reader().flags(case.id).await?;
    let answers = hall.reader().answers(case.id).await?;
    let sent = answers
        .as_ref()
        .and_then(|(_, answers)| answers.get("what"));
    let sent = sent.and_then(Value::as_str).unwrap_or_default();
    let files = hall.reader().attachments(case.id).await?;
    let (tone, word) = standing(case);
    Ok(page(
        &visit.frame(),
        l.t("moderation.heading"),
        html! {
            (crumbs(l, &[("/moderation", l.t("moderation.title")), (format!("/cases/{}", encode(&case.code)).as_str(), &case.code)]))
            h1 { (l.t("moderation.heading")) }
            p.row { b { (seen.title) } (tag(tone, &l.of("shown", word, &[]))) }
            p.small.muted { (words::service(l, &law, today, &case.service)) " · " (say::moment(l, case.opened)) @if case.public { " · " a href={ "/open/reports/" (encode(&case.code)) } { (l.t("moderation.see")) } } }
            @if visit.path.contains("said=done") && typed.wrong.is_empty() { div role="status" { (note(Tone::Done, &html! { p { (l.t("moderation.done")) } })) } }
            @if !typed.wrong.is_empty() { div role="alert" tabindex="-1" autofocus { (note(Tone::Late, &html! { p { (typed.wrong) } })) } }
            (told(l, &flags))
            @if word == "private" { (note(Tone::Plain, &html! { p { (l.t("moderation.private")) } })) }
            @else {
                (whole(l, case, &flags, typed))
                (text(l, case, seen, sent, typed))
                (photos(l, case, &files, typed))
            }
        },
    ))
}

/// What people said.
fn told(l: Lang, flags: &[Flag]) -> Markup {
    html! {
        @if !flags.is_empty() {
            section.card {
                h2 { (l.n("moderation.flagged", i64::try_from(flags.len()).unwrap_or(i64::MAX), &[])) }
                ul.list { @for flag in flags { li {
                    b { (l.perhaps("flag-reason", &flag.reason).unwrap_or_default()) } " "
                    @if flag.settled.is_some() { (tag(Tone::Plain, l.t("moderation.settled"))) }
                    br; span.small.muted { (say::moment(l, flag.at)) }
                    @if let Some(words) = &flag.words { blockquote { (words) } }
                } } }
            }
        }
    }
}

/// Fields that every form brings.
fn brought(case: &Case) -> Markup {
    html! { input type="hidden" name="version" value=(case.version); }
}

fn reason(l: Lang, part: &str, id: &str, typed: &Typed) -> Markup {
    let value = if typed.part == part {
        typed.reason.as_str()
    } else {
        ""
    };
    html! {
        div.field {
            label for={ "reason-" (id) } { (l.t("moderation.reason")) }
            p.help id={ "reason-" (id) "-help" } { (l.t("moderation.reason-says")) }
            textarea id={ "reason-" (id) } name="reason" rows="2" maxlength="1000" aria-describedby={ "reason-" (id) "-help" } { (value) }
        }
    }
}

fn deed(l: Lang, deed: &str, class: &str) -> Markup {
    html! { button class=(class) type="submit" name="deed" value=(deed) { (l.of("moderation-deed", deed, &[])) } }
}

fn whole(l: Lang, case: &Case, flags: &[Flag], typed: &Typed) -> Markup {
    let open = flags.iter().any(|flag| flag.settled.is_none());
    html! {
        section.card {
            h2 { (l.t("moderation.whole")) }
            form method="post" {
                (brought(case))
                (reason(l, "whole", "whole", typed))
                p.acts {
                    @if !case.public { (deed(l, "publish", "btn go")) }
                    @if case.public && open { (deed(l, "keep", "btn go")) }
                    @if case.public || case.shown.waits { (deed(l, "hide", "btn stop")) }
                }
            }
        }
    }
}

fn text(l: Lang, case: &Case, seen: &Seen, sent: &str, typed: &Typed) -> Markup {
    let shown = &case.shown.text;
    let value = typed.text.as_deref().unwrap_or(match shown {
        Text::Edited(_) => &seen.title,
        Text::AsSent | Text::Hidden => sent,
    });
    html! {
        section.card {
            h2 { (l.t("moderation.text")) }
            p { (tag(if *shown == Text::AsSent { Tone::Plain } else { Tone::Soon }, &l.of("text-shown", match shown { Text::AsSent => "as-sent", Text::Hidden => "hidden", Text::Edited(_) => "edited" }, &[]))) }
            dl.facts.one { dt { (l.t("moderation.text-now")) } dd { (seen.title) } dt { (l.t("moderation.text-sent")) } dd { (sent) } }
            form method="post" {
                (brought(case))
                div.field {
                    label for="text" { (l.t("moderation.text-new")) }
                    p.help #text-help { (l.t("moderation.text-says")) }
                    textarea #text name="text" rows="3" maxlength="4000" aria-describedby="text-help" { (value) }
                }
                (reason(l, "text", "text", typed))
                p.acts {
                    (deed(l, "edit-text", "btn"))
                    @if *shown != Text::Hidden { (deed(l, "hide-text", "btn stop")) }
                    @if *shown != Text::AsSent { (deed(l, "show-text", "btn quiet")) }
                }
            }
        }
    }
}

fn photos(l: Lang, case: &Case, files: &[Attachment], typed: &Typed) -> Markup {
    let copies: Vec<&str> = case
        .shown
        .photos
        .values()
        .filter_map(|photo| match photo {
            Photo::Blurred { by, .. } => Some(by.as_str()),
            Photo::Hidden => None,
        })
        .collect();
    // Photos that are public, or were; not the covered copies, which have no life of their own.
    let ours = pictures(files, |file| {
        (file.public || case.shown.photos.contains_key(&file.hash))
            && !copies.contains(&file.hash.as_str())
    });
    let address = |hash: &str| format!("/cases/{}/files/{hash}", encode(&case.code));
    html! {
        @if !ours.is_empty() {
            h2 { (l.t("moderation.photos")) }
            div.cards {
                @for (i, (file, small)) in ours.iter().enumerate() {
                    @let state = case.shown.photos.get(&file.hash);
                    @let word = match state { None => "as-sent", Some(Photo::Hidden) => "hidden", Some(Photo::Blurred { .. }) => "blurred" };
                    @let now = match state { Some(Photo::Blurred { by, .. }) => by.as_str(), _ => small.as_str() };
                    section.card {
                        h3 { (l.f("moderation.photo", &[("n", &(i + 1))])) " " (tag(if state.is_none() { Tone::Plain } else { Tone::Soon }, &l.of("photo-shown", word, &[]))) }
                        p { img.shown src=(address(now)) alt=(l.f("moderation.photo", &[("n", &(i + 1))])) loading="lazy"; }
                        p { a.btn href={ "/moderation/" (encode(&case.code)) "/photos/" (file.hash) } { (l.t("moderation.blur")) } }
                        form method="post" {
                            (brought(case))
                            input type="hidden" name="file" value=(file.hash);
                            (reason(l, &file.hash, &i.to_string(), typed))
                            p.acts {
                                @if word != "hidden" { (deed(l, "hide-photo", "btn stop")) }
                                @if word != "as-sent" { (deed(l, "show-photo", "btn quiet")) }
                            }
                        }
                    }
                }
            }
        }
    }
}
