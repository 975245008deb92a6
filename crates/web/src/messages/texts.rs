//! `/admin/messages/texts`: the texts of messages. One person writes and tries, a second one approves; until then the old text holds.

use actions::ActionError;
use actions::messages::Written;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use rules::message::{Channel, Facts, Registry, Rendered, Template, TemplateKey};
use rules::notice::Kind;
use rules::person::Person;
use store::MessageText;

use super::{admin_tabs, kind_words};
use crate::error::Failure;
use crate::hall::Hall;
use crate::official::names;
use crate::official::posted::Posted;
use crate::redirect;
use crate::say;
use crate::text::Lang;
use crate::ui::page;
use crate::ui::parts::{Tone, crumbs, note, tag};
use crate::visit::Visit;

/// `received.sms.vi`; `-` where a part is not named.
fn address(key: &TemplateKey) -> String {
    let kind = key.kind.map_or_else(|| "-".to_owned(), Kind::code);
    let channel = key.channel.map_or("-", Channel::code);
    format!("{kind}.{channel}.{}", key.language)
}

fn key_of(address: &str) -> Option<TemplateKey> {
    let mut parts = address.split('.');
    let (kind, channel, language) = (parts.next()?, parts.next()?, parts.next()?);
    let known = matches!(language, "vi" | "en") && parts.next().is_none();
    let key = TemplateKey {
        kind: match kind {
            "-" => None,
            code => Some(Kind::from_code(code)?),
        },
        channel: match channel {
            "-" => None,
            code => Some(Channel::from_code(code)?),
        },
        language: language.to_owned(),
    };
    // A text of no kind and no channel says nothing anywhere.
    (known && (key.kind.is_some() || key.channel.is_some())).then_some(key)
}

fn title(l: Lang, key: &TemplateKey) -> String {
    let kind = match key.kind {
        Some(kind) => kind_words(l, kind),
        None => l.t("messages.frame").to_owned(),
    };
    match key.channel {
        Some(channel) => format!("{kind} · {}", l.of("channel-name", channel.code(), &[])),
        None => kind,
    }
}

/// `GET /admin/messages/texts`
pub async fn all(State(hall): State<Hall>, visit: Visit) -> Result<Markup, Failure> {
    let l = visit.lang;
    let written = hall.reader().message_texts().await?;
    let waiting: Vec<&MessageText> = written.iter().filter(|t| waits(&written, t)).collect();
    let law = hall.law();
    let registry = &law.messages.registry;
    let frames = [Channel::Email, Channel::Sms].map(|channel| TemplateKey {
        kind: None,
        channel: Some(channel),
        language: "vi".to_owned(),
    });
    let kinds: Vec<Kind> = law.messages.policy.ways.keys().copied().collect();
    let key = |kind: Kind, channel: Option<Channel>| TemplateKey {
        kind: Some(kind),
        channel,
        language: "vi".to_owned(),
    };
    Ok(page(
        &visit.frame(),
        l.t("messages.texts"),
        html! {
            h1 { (l.t("messages.admin")) }
            (admin_tabs(l, "/admin/messages/texts"))
            p { (l.t("messages.texts-says")) }
            @if !waiting.is_empty() {
                section.card.mark-soon {
                    h2 { (l.t("messages.texts-waiting")) }
                    ul.list.links-list.flush { @for text in &waiting { li { a href={ "/admin/messages/texts/" (address(&text.key)) } { b { (title(l, &text.key)) } span { (text.key.language) " · " (say::short(text.at)) } } } } }
                }
            }
            h2 { (l.t("messages.frames")) }
            ul.list.links-list { @for frame in &frames { li { a href={ "/admin/messages/texts/" (address(frame)) } { b { (title(l, frame)) } } } } }
            h2 { (l.t("messages.kinds")) }
            div.wrap-table role="region" aria-label=(l.t("messages.kinds")) tabindex="0" {
                table {
                    thead { tr { th scope="col" { (l.t("messages.kind")) } th scope="col" { (l.t("messages.own-words")) } th scope="col" { (l.t("messages.own-channel")) } } }
                    tbody { @for kind in &kinds {
                        tr {
                            th scope="row" { (kind_words(l, *kind)) }
                            td { @for language in ["vi", "en"] { @let key = TemplateKey { language: language.to_owned(), ..key(*kind, None) }; a href={ "/admin/messages/texts/" (address(&key)) } { (language.to_uppercase()) } " " @if own(&written, &key) { (tag(Tone::Run, l.t("messages.own"))) " " } } }
                            td { @for channel in [Channel::Email, Channel::Sms, Channel::Zalo] {
                                @let key = key(*kind, Some(channel));
                                a href={ "/admin/messages/texts/" (address(&key)) } { (l.of("channel-name", channel.code(), &[])) }
                                @if registry.get(&key).is_some() { " " (tag(Tone::Run, l.t("messages.own"))) } " "
                            } }
                        }
                    } }
                }
            }
        },
    ))
}

/// The newest version of its key, not approved yet.
fn waits(all: &[MessageText], text: &MessageText) -> bool {
    let newer = |other: &MessageText| other.key == text.key && other.version > text.version;
    text.approved.is_none() && !all.iter().any(newer)
}

fn own(all: &[MessageText], key: &TemplateKey) -> bool {
    all.iter()
        .any(|text| text.key == *key && text.approved.is_some())
}

/// `GET /admin/messages/texts/{key}`
pub async fn get(
    State(hall): State<Hall>,
    visit: Visit,
    Path(address): Path<String>,
) -> Result<Markup, Failure> {
    let key = key_of(&address).ok_or(Failure::NotFound)?;
    let written = hall.reader().message_texts().await?;
    let waiting = written.iter().find(|t| t.key == key && waits(&written, t));
    let law = hall.law();
    let held = law.messages.registry.get(&key).cloned();
    let template = waiting.map(|text| text.template.clone()).or(held);
    draw(
        &hall,
        &visit,
        &key,
        &template.unwrap_or_default(),
        &Tried::None,
    )
    .await
}

/// What was tried with a text that is not kept yet.
enum Tried {
    None,
    Reads(Rendered),
    Wrong(String),
}

/// `POST /admin/messages/texts/{key}`: tries it, or keeps it for a second person.
pub async fn post(
    State(hall): State<Hall>,
    visit: Visit,
    Path(at): Path<String>,
    posted: Posted,
) -> Result<Response, Failure> {
    let key = key_of(&at).ok_or(Failure::NotFound)?;
    let template = Template {
        subject: posted.get("subject").trim().to_owned(),
        body: posted
            .get("body")
            .replace("\r\n", "\n")
            .trim_end()
            .to_owned(),
        provider_id: posted.get("provider_id").trim().to_owned(),
        parameters: parameters(posted.get("parameters")),
    };
    let wrong = |says: String| Tried::Wrong(says);
    if posted.get("act") == "try" {
        let tried = match hall.city().try_text(&key, &template) {
            Ok(said) => Tried::Reads(said),
            Err(flaw) => wrong(flaw.to_string()),
        };
        let status = match &tried {
            Tried::Wrong(_) => StatusCode::UNPROCESSABLE_ENTITY,
            _ => StatusCode::OK,
        };
        let again = draw(&hall, &visit, &key, &template, &tried).await?;
        return Ok((status, again).into_response());
    }
    let by = me(&visit)?;
    match hall
        .city()
        .write_text(key.clone(), template.clone(), by)
        .await?
    {
        Written::Kept { .. } => {
            Ok(redirect::to(&format!("/admin/messages/texts/{at}")).into_response())
        }
        Written::Unreadable(says) => {
            let again = draw(&hall, &visit, &key, &template, &wrong(says)).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, again).into_response())
        }
    }
}

/// `POST /admin/messages/texts/{key}/approve`
pub async fn approve(
    State(hall): State<Hall>,
    visit: Visit,
    Path(at): Path<String>,
    posted: Posted,
) -> Result<Response, Failure> {
    let key = key_of(&at).ok_or(Failure::NotFound)?;
    let version = posted.number("version").ok_or(Failure::Unreadable)?;
    let by = me(&visit)?;
    match hall.city().approve_text(key.clone(), version, by).await {
        Ok(()) => Ok(redirect::to("/admin/messages/texts").into_response()),
        Err(ActionError::SamePerson) => {
            let written = hall.reader().message_texts().await?;
            let text = written
                .iter()
                .find(|t| t.key == key && t.version == version);
            let template = text.map(|text| text.template.clone()).unwrap_or_default();
            let says = Tried::Wrong(visit.lang.t("messages.second-person").to_owned());
            let again = draw(&hall, &visit, &key, &template, &says).await?;
            Ok((StatusCode::CONFLICT, again).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

fn me(visit: &Visit) -> Result<rules::ids::PersonId, Failure> {
    match &visit.person {
        Person::Official(official) => Ok(official.id),
        _ => Err(Failure::NotFound),
    }
}

/// `name = text`, one a line.
fn parameters(typed: &str) -> std::collections::BTreeMap<String, String> {
    let lines = typed.lines().filter_map(|line| line.split_once('='));
    lines
        .map(|(name, text)| (name.trim().to_owned(), text.trim().to_owned()))
        .filter(|(name, _)| !name.is_empty())
        .collect()
}

async fn draw(
    hall: &Hall,
    visit: &Visit,
    key: &TemplateKey,
    template: &Template,
    tried: &Tried,
) -> Result<Markup, Failure> {
    let l = visit.lang;
    let at = address(key);
    let written = hall.reader().message_texts().await?;
    let versions: Vec<&MessageText> = written.iter().rev().filter(|t| t.key == *key).collect();
    let waiting = versions.iter().find(|text| waits(&written, text));
    let mut hands = Vec::new();
    for text in &versions {
        hands.extend(text.written_by);
        hands.extend(text.approved.map(|(by, _)| by));
    }
    let people = names::people(hall.reader(), hands).await?;
    let name = |id: Option<rules::ids::PersonId>| {
        id.and_then(|id| people.get(&id).cloned())
            .unwrap_or_default()
    };
    let reads = match tried {
        Tried::Reads(said) => Some(said.clone()),
        Tried::Wrong(_) => None,
        Tried::None => hall.city().try_text(key, template).ok(),
    };
    let provider = matches!(key.channel, Some(Channel::Sms | Channel::Zalo));
    let given: Vec<String> = template
        .parameters
        .iter()
        .map(|(name, text)| format!("{name} = {text}"))
        .collect();
    let shipped = Registry::shipped();
    let words = key.kind.and_then(|kind| {
        let words = TemplateKey {
            kind: Some(kind),
            channel: None,
            language: key.language.clone(),
        };
        shipped.get(&words).map(|text| text.body.clone())
    });
    Ok(page(
        &visit.frame(),
        &title(l, key),
        html! {
            (crumbs(l, &[("/admin/messages", l.t("messages.admin")), ("/admin/messages/texts", l.t("messages.texts"))]))
            h1 { (title(l, key)) " (" (key.language.to_uppercase()) ")" }
            @if let Tried::Wrong(says) = tried { div role="alert" { (note(Tone::Late, &html! { p { b { (l.t("messages.text-wrong")) } } p { (says) } })) } }
            @if let Some(text) = waiting {
                section.card.mark-soon {
                    h2 { (l.f("messages.version-waits", &[("n", &text.version)])) }
                    p { (l.f("messages.written-by", &[("name", &name(text.written_by)), ("at", &say::moment(l, text.at))])) }
                    @if text.written_by == me(visit).ok() { p.muted.flush { (l.t("messages.second-person")) } }
                    @else {
                        form method="post" action={ "/admin/messages/texts/" (at) "/approve" } {
                            input type="hidden" name="version" value=(text.version);
                            button.btn type="submit" { (l.t("messages.approve")) }
                        }
                    }
                }
            }
            div.split {
                div.main {
                    form.stack method="post" action={ "/admin/messages/texts/" (at) } {
                        @if key.channel != Some(Channel::Sms) && key.channel != Some(Channel::Zalo) {
                            div.field { label for="subject" { (l.t("messages.subject")) } input #subject name="subject" value=(template.subject) maxlength="300"; }
                        }
                        div.field {
                            label for="body" { (l.t("messages.body")) }
                            @if let (Some(words), true) = (&words, key.channel.is_some()) { p.help { (l.t("messages.instead")) " " (words) } }
                            textarea #body name="body" rows="12" spellcheck="false" { (template.body) }
                        }
                        @if provider {
                            div.field { label for="provider_id" { (l.t("messages.provider-id")) } p.help { (l.t("messages.provider-says")) } input.short #provider_id name="provider_id" value=(template.provider_id) maxlength="100"; }
                            div.field { label for="parameters" { (l.t("messages.parameters")) } p.help { (l.t("messages.parameters-says")) } textarea #parameters name="parameters" rows="4" spellcheck="false" { (given.join("\n")) } }
                        }
                        p.acts {
                            button.btn type="submit" name="act" value="try" { (l.t("messages.try")) }
                            button.btn.go type="submit" name="act" value="keep" { (l.t("messages.keep")) }
                        }
                    }
                }
                aside.side {
                    section.card aria-live="polite" {
                        h2 { (l.t("messages.preview")) }
                        @match &reads {
                            Some(said) => {
                                @if !said.subject.is_empty() { p { b { (said.subject) } } }
                                p { @for line in said.body.lines() { (line) br; } }
                                p.small.muted.flush { (l.n("messages.letters", i64::try_from(said.body.chars().count()).unwrap_or(0), &[])) }
                                @if let Some(call) = &said.provider { dl.facts.one { @for (name, value) in &call.parameters { dt { (name) } dd { (value) } } } }
                            }
                            None => p.muted.flush { (l.t("messages.no-preview")) }
                        }
                    }
                    details.more.card {
                        summary { (l.t("messages.facts")) }
                        dl.facts.one { @for (name, value) in example() { dt { code { "{{ " (name) " }}" } } dd { (value) } } }
                    }
                    @if !versions.is_empty() {
                        details.more.card {
                            summary { (l.t("messages.versions")) }
                            ul.list.flush { @for text in &versions { li {
                                b { (text.version) } " · " (name(text.written_by)) " · " (say::short(text.at))
                                @if let Some((by, at)) = text.approved { br; span.small.muted { (l.f("messages.approved-by", &[("name", &name(Some(by))), ("at", &say::short(at))])) } }
                            } } }
                        }
                    }
                }
            }
        },
    ))
}

/// Every name that a text may use, with an example.
fn example() -> Vec<(String, String)> {
    let sample = serde_json::to_value(Facts::sample()).unwrap_or_default();
    let facts = sample.as_object().cloned().unwrap_or_default();
    let mut shown: Vec<(String, String)> = facts
        .into_iter()
        .map(|(name, value)| match value {
            serde_json::Value::String(words) => (name, words),
            other => (name, other.to_string()),
        })
        .collect();
    for name in ["title", "says"] {
        shown.push((name.to_owned(), "…".to_owned()));
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_its_address_and_nothing_else_is_one() {
        for at in ["received.sms.vi", "-.email.en", "late.-.vi"] {
            assert_eq!(address(&key_of(at).expect(at)), at);
        }
        for at in [
            "-.-.vi",
            "received.sms.fr",
            "nothing.sms.vi",
            "received.fax.vi",
            "received",
            "a.b.c.d",
        ] {
            assert_eq!(key_of(at), None, "{at}");
        }
    }

    #[test]
    fn parameters_are_lines() {
        let read = parameters("ma = {{ code }}\nhen= {{ due }} = x\n\nnothing\n=empty");
        let pairs: Vec<_> = read.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        assert_eq!(pairs, [("hen", "{{ due }} = x"), ("ma", "{{ code }}")]);
    }
}
