//! `/admin/messages`: what leaves the house and what became of it; what was given up goes again from here. In a demonstration
//! nothing leaves, and the words of each message stand here to be read. In a real city they are nobody's business.

use axum::extract::{Query, State};
use axum::response::Redirect;
use jiff::SignedDuration;
use maud::{Markup, html};
use rules::Moment;
use rules::ids::MessageId;
use rules::message::Channel;
use serde::Deserialize;
use store::{MessageFilter, State as Stage};

use super::{
    admin_tabs, channel_words, kind_words, masked_address, people_of, recipient_words, state_tag,
};
use crate::error::Failure;
use crate::hall::Hall;
use crate::official::posted::Posted;
use crate::redirect;
use crate::say;
use crate::ui::page;
use crate::ui::parts::{Figure, Tone, empty, figures, note, pages};
use crate::visit::Visit;

const MOST: u32 = 50;
/// How far the counts look back.
const BACK: SignedDuration = SignedDuration::from_hours(24 * 7);

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    /// `waiting`, `failed` …
    state: String,
    channel: String,
    before: Option<i64>,
    said: String,
}

fn stage(code: &str) -> Option<Stage> {
    serde_json::from_value(code.into()).ok()
}

/// `GET /admin/messages`
pub async fn get(
    State(hall): State<Hall>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Markup, Failure> {
    let (l, reader, now) = (visit.lang, hall.reader(), hall.now());
    let filter = MessageFilter {
        state: stage(&asked.state),
        channel: Channel::from_code(&asked.channel),
        before: asked
            .before
            .and_then(|at| Moment::from_microsecond(at).ok()),
        most: MOST + 1,
    };
    let mut messages = reader.outgoing(&filter).await?;
    let more = messages.len() > MOST as usize;
    messages.truncate(MOST as usize);
    let counts = reader.message_counts(now - BACK).await?;
    let of = |wanted: &[Stage]| -> u32 {
        let those = counts.iter().filter(|count| wanted.contains(&count.state));
        those.map(|count| count.count).sum()
    };
    let figure = |name: &'static str, wanted: &[Stage], bad: bool, state: &str| {
        let value = of(wanted);
        Figure {
            name: l.of("messages-count", name, &[]),
            value: say::whole(l, i64::from(value)),
            bad: bad && value > 0,
            link: Some(format!("/admin/messages?state={state}")),
            drawing: None,
        }
    };
    let people = people_of(&hall, &messages).await?;
    let later = messages.last().filter(|_| more).map(|last| {
        let (state, channel) = (&asked.state, &asked.channel);
        let before = last.created.as_microsecond();
        format!("/admin/messages?state={state}&channel={channel}&before={before}")
    });
    let demo = visit.house.demo;
    Ok(page(
        &visit.frame(),
        l.t("messages.outgoing"),
        html! {
            h1 { (l.t("messages.admin")) }
            (admin_tabs(l, "/admin/messages"))
            @if asked.said == "again" { div role="status" { (note(Tone::Done, &html! { p { (l.t("messages.again")) } })) } }
            @if demo { (note(Tone::Plain, &html! { p { (l.t("messages.demo")) } })) }
            p.small.muted { (l.t("messages.week")) }
            (figures(&[
                figure("sent", &[Stage::Sent, Stage::Delivered], false, "sent"),
                figure("waiting", &[Stage::Waiting, Stage::Sending], false, "waiting"),
                figure("failed", &[Stage::Failed], true, "failed"),
            ]))
            form.filters action="/admin/messages" {
                label { (l.t("messages.state"))
                    select name="state" {
                        option value="" { (l.t("inbox.every")) }
                        @for code in ["waiting", "sending", "sent", "delivered", "failed", "replaced"] {
                            option value=(code) selected[asked.state == code] { (l.of("message-state", code, &[])) }
                        }
                    }
                }
                label { (l.t("messages.channel"))
                    select name="channel" {
                        option value="" { (l.t("inbox.every")) }
                        @for channel in [Channel::Email, Channel::Sms, Channel::Zalo] {
                            option value=(channel.code()) selected[asked.channel == channel.code()] { (l.of("channel-name", channel.code(), &[])) }
                        }
                    }
                }
                button.btn type="submit" { (l.t("inbox.filter")) }
            }
            @if messages.is_empty() { (empty(l.t("messages.empty"), &html! {})) }
            @else {
                ul.list {
                    @for message in &messages {
                        li {
                            div.row.between {
                                span {
                                    b { (kind_words(l, message.kind)) } " " (state_tag(l, message.state)) br;
                                    span.small.muted {
                                        (say::short(message.created)) " · " (channel_words(l, message)) " · " (recipient_words(l, &hall, message, &people))
                                        @if let Some(to) = &message.address { " (" (masked_address(to)) ")" }
                                        " · " (l.n("messages.tries", i64::from(message.tries), &[]))
                                    }
                                    @if let Some(fault) = &message.fault { br; span.small { (l.f("messages.fault", &[("why", fault)])) } }
                                    @if message.state == Stage::Waiting && message.due > now { br; span.small.muted { (l.f("messages.next-try", &[("at", &say::short(message.due))])) } }
                                }
                                @if message.state == Stage::Failed && message.body.is_some() {
                                    form method="post" action="/admin/messages/resend" {
                                        input type="hidden" name="id" value=(message.id);
                                        button.btn.quiet type="submit" { (l.t("messages.resend")) }
                                    }
                                }
                            }
                            @if demo {
                                details.more {
                                    summary { (l.t("messages.words")) }
                                    @if let Some(subject) = message.subject.as_ref().filter(|s| !s.is_empty()) { p { b { (subject) } } }
                                    @if let Some(body) = &message.body { p { @for line in body.lines() { (line) br; } } }
                                }
                            }
                        }
                    }
                }
            }
            (pages(l, None, later.as_deref()))
        },
    ))
}

/// `POST /admin/messages/resend`
pub async fn resend(State(hall): State<Hall>, posted: Posted) -> Result<Redirect, Failure> {
    let id: MessageId = posted.get("id").parse().map_err(|_| Failure::Unreadable)?;
    hall.city().resend_message(id).await?;
    Ok(redirect::to("/admin/messages?said=again"))
}
