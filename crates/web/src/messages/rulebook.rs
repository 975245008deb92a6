//! `/admin/messages/rules/{name}`: a document of the city's rules, corrected as a whole. What cannot be read is told with its place and
//! not kept.

use actions::messages::{Document, Written};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use rules::message::Policy;
use rules::person::Person;

use super::{admin_tabs, kind_words};
use crate::error::Failure;
use crate::hall::Hall;
use crate::official::names;
use crate::official::posted::Posted;
use crate::redirect;
use crate::say;
use crate::text::Lang;
use crate::ui::page;
use crate::ui::parts::{Tone, note};
use crate::visit::Visit;

/// The longest document.
const LONGEST: usize = 200_000;

pub async fn get(
    State(hall): State<Hall>,
    visit: Visit,
    Path(name): Path<String>,
) -> Result<Markup, Failure> {
    let document = Document::from_name(&name).ok_or(Failure::NotFound)?;
    let said = visit.path.contains("said=kept");
    draw(&hall, &visit, document, None, None, said).await
}

pub async fn post(
    State(hall): State<Hall>,
    visit: Visit,
    Path(name): Path<String>,
    posted: Posted,
) -> Result<Response, Failure> {
    let document = Document::from_name(&name).ok_or(Failure::NotFound)?;
    let Person::Official(official) = &visit.person else {
        return Err(Failure::NotFound);
    };
    let text = posted.get("text").replace("\r\n", "\n");
    if text.len() > LONGEST {
        return Err(Failure::TooLarge);
    }
    match hall
        .city()
        .write_rules(document, &text, official.id)
        .await?
    {
        Written::Kept { .. } => {
            let to = format!("/admin/messages/rules/{name}?said=kept");
            Ok(redirect::to(&to).into_response())
        }
        Written::Unreadable(says) => {
            let again = draw(&hall, &visit, document, Some(&text), Some(&says), false).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, again).into_response())
        }
    }
}

async fn draw(
    hall: &Hall,
    visit: &Visit,
    document: Document,
    typed: Option<&str>,
    wrong: Option<&str>,
    said: bool,
) -> Result<Markup, Failure> {
    let l = visit.lang;
    let kept = hall.reader().rulebook(document.name()).await?;
    let author = kept.as_ref().and_then(|kept| kept.written_by);
    let people = names::people(hall.reader(), author).await?;
    let text = typed
        .or(kept.as_ref().map(|kept| kept.body.as_str()))
        .unwrap_or(document.shipped());
    let to = format!("/admin/messages/rules/{}", document.name());
    let title = match document {
        Document::Policy => l.t("messages.policy"),
        Document::Escalation => l.t("messages.tiers"),
        Document::Portal => l.t("portal.mapping"),
        Document::Stops => l.t("stop.grounds"),
        Document::Posting => l.t("posting.title"),
        Document::Sample => l.t("sample.law"),
    };
    Ok(page(
        &visit.frame(),
        title,
        html! {
            h1 { (if matches!(document, Document::Stops | Document::Sample) { title } else { l.t("messages.admin") }) }
            (admin_tabs(l, &to))
            @if said { div role="status" { (note(Tone::Done, &html! { p { (kept_words(l, document)) } })) } }
            @if let Some(wrong) = wrong { div role="alert" { (note(Tone::Late, &html! { p { b { (l.t("messages.rules-wrong")) } } pre { (wrong) } })) } }
            @if document == Document::Stops { p { (l.t("stop.grounds-says")) } }
            @if document == Document::Sample { p { (l.t("sample.law-says")) } }
            p { (l.t("messages.rules-says")) }
            @match &kept {
                Some(kept) => p.small.muted { (l.f("messages.rules-version", &[("n", &kept.version), ("name", &kept.written_by.and_then(|id| people.get(&id).cloned()).unwrap_or_default()), ("at", &say::moment(l, kept.at))])) },
                None => p.small.muted { (l.t("messages.rules-shipped")) },
            }
            @if document == Document::Policy { (as_shipped(l, &hall.law().messages.policy)) }
            form.stack method="post" action=(to) {
                div.field { label for="text" { (title) } textarea.mono #text name="text" rows="28" spellcheck="false" { (text) } }
                button.btn.go type="submit" { (l.t("messages.rules-keep")) }
            }
        },
    ))
}

fn kept_words(l: Lang, document: Document) -> &'static str {
    match document {
        Document::Stops => l.t("stop.grounds-kept"),
        Document::Sample => l.t("sample.law-kept"),
        _ => l.t("messages.rules-kept"),
    }
}

/// Kinds of messages that came with a newer product than the city's version: they go as shipped, which is said.
fn as_shipped(l: Lang, policy: &Policy) -> Markup {
    let Some(first) = policy.as_shipped.first() else {
        return html! {};
    };
    let example = format!("{} = {{}}", first.code());
    let count = i64::try_from(policy.as_shipped.len()).unwrap_or(i64::MAX);
    note(
        Tone::Soon,
        &html! {
            p { (l.n("messages.ways-shipped", count, &[])) }
            ul.flush { @for kind in &policy.as_shipped { li { (kind_words(l, *kind)) " (" (kind.code()) ")" } } }
            p.flush { (l.f("messages.ways-silent", &[("example", &example)])) }
        },
    )
}
