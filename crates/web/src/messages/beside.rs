//! What went out about a case: for its handlers beside the case, for its sender on the tracking page.

use maud::{Markup, html};
use rules::case::Case;
use rules::message::Channel;
use store::{Message, Side};

use super::{channel_words, kind_words, masked_address, people_of, recipient_words, state_tag};
use crate::error::Failure;
use crate::hall::Hall;
use crate::say;
use crate::text::Lang;

/// Lines shown before the rest folds away.
const FEW: usize = 5;

/// `Tin đã gửi`: to whom, which way, what became of it. Never the words: those are for whom they were written.
///
/// # Errors
/// Where the memory does not answer.
pub async fn of_case(hall: &Hall, l: Lang, case: &Case) -> Result<Markup, Failure> {
    let mut messages = hall.reader().messages_of(case.id, None).await?;
    // An official's own list says it already; what left the house or went to whoever asked is the record.
    messages.retain(|m| m.side == Side::Applicant || m.channel != Channel::App);
    let people = people_of(hall, &messages).await?;
    let line = |message: &Message| {
        html! {
            li {
                b { (kind_words(l, message.kind)) } " " (state_tag(l, message.state)) br;
                span.small.muted {
                    (say::short(message.settled.unwrap_or(message.created))) " · " (channel_words(l, message)) " · " (recipient_words(l, hall, message, &people))
                    @if let Some(address) = &message.address { " (" (masked_address(address)) ")" }
                }
                @if let Some(fault) = message.fault.as_ref().filter(|_| message.settled.is_none() || message.state == store::State::Failed) {
                    br; span.small { (l.f("messages.fault", &[("why", fault)])) }
                }
            }
        }
    };
    let (few, rest) = messages.split_at(messages.len().min(FEW));
    Ok(html! {
        section.card aria-labelledby="messages" {
            h2 #messages { (l.t("messages.sent")) }
            @if messages.is_empty() { p.small.muted.flush { (l.t("messages.none-sent")) } }
            @else { ul.list.flush { @for message in few { (line(message)) } } }
            @if !rest.is_empty() {
                details.more {
                    summary { (l.n("messages.more", i64::try_from(rest.len()).unwrap_or(0), &[])) }
                    ul.list.flush { @for message in rest { (line(message)) } }
                }
            }
        }
    })
}

/// `Tin nhắn`: what the city told the sender, with its words.
///
/// # Errors
/// Where the memory does not answer.
pub async fn of_sender(hall: &Hall, l: Lang, case: &Case) -> Result<Markup, Failure> {
    let messages = hall
        .reader()
        .messages_of(case.id, Some(Side::Applicant))
        .await?;
    let app: Vec<&Message> = messages
        .iter()
        .filter(|m| m.channel == Channel::App)
        .collect();
    // The same occasion by telephone and mail: said once, with its ways.
    let ways = |app: &Message| -> Vec<&Message> {
        let same = messages
            .iter()
            .filter(|m| m.channel != Channel::App && m.kind == app.kind);
        same.filter(|m| m.created == app.created).collect()
    };
    Ok(html! {
        @if !app.is_empty() {
            details.more.card #messages {
                summary { (l.n("messages.of-sender", i64::try_from(app.len()).unwrap_or(0), &[])) }
                ul.list.flush {
                    @for message in &app {
                        li {
                            b { (message.subject.as_deref().unwrap_or(l.t("messages.erased"))) } br;
                            @if let Some(body) = &message.body { span { (body) } br; }
                            span.small.muted {
                                (say::moment(l, message.created))
                                @for way in ways(message) {
                                    " · " (channel_words(l, way)) @if let Some(to) = &way.address { " " (masked_address(to)) } " " (state_tag(l, way.state))
                                }
                            }
                        }
                    }
                }
            }
        }
    })
}
