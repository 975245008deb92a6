//! Messages on pages: a person's own list and wishes, what went out about a case, and the rooms of whoever looks after messages (what
//! goes out, texts, rules). Sending is elsewhere; a page only shows and asks `actions`.

mod beside;
mod hook;
pub mod late;
mod notices;
mod outgoing;
mod portal;
mod rulebook;
mod texts;
mod wishes;

use axum::routing::{get, post};
use maud::{Markup, html};
use rules::duty::Act;
use rules::notice::Kind;
use store::{Message, Recipient, State};

use crate::door::{Doors, Duty};
use crate::hall::Hall;
use crate::official::names;
use crate::text::Lang;
use crate::ui::parts::{Tone, tag};

pub use beside::{of_case, of_sender};

/// The doors of these rooms.
pub fn doors(doors: Doors<Hall>) -> Doors<Hall> {
    doors
        .door("/notices", get(notices::get).duty(Act::ReadMine))
        .door(
            "/account/messages",
            get(wishes::get).post(wishes::post).duty(Act::ReadMine),
        )
        .door("/late", get(late::get).duty(Act::ReadFigures))
        .door("/late.pdf", get(late::print).duty(Act::ReadFigures))
        .door("/admin/messages", get(outgoing::get).duty(Act::Administer))
        .door(
            "/admin/messages/resend",
            post(outgoing::resend).duty(Act::Administer),
        )
        .door(
            "/admin/messages/texts",
            get(texts::all).duty(Act::Administer),
        )
        .door(
            "/admin/messages/texts/{key}",
            get(texts::get).post(texts::post).duty(Act::Administer),
        )
        .door(
            "/admin/messages/texts/{key}/approve",
            post(texts::approve).duty(Act::Administer),
        )
        .door(
            "/admin/messages/rules/{name}",
            get(rulebook::get)
                .post(rulebook::post)
                .duty(Act::Administer),
        )
        .door("/admin/portal", get(portal::get).duty(Act::Administer))
        .door(
            "/admin/portal/resend",
            post(portal::resend).duty(Act::Administer),
        )
        .door(
            "/admin/portal/missing",
            post(portal::missing).duty(Act::Administer),
        )
        // Believed by its signature, not by a session.
        .door("/hooks/messages", post(hook::post).duty(Act::ReadPublic))
}

fn kind_words(l: Lang, kind: Kind) -> String {
    l.of("notice-kind", &kind.code(), &[])
}

fn channel_words(l: Lang, message: &Message) -> String {
    l.of("channel-name", message.channel.code(), &[])
}

fn state_tag(l: Lang, state: State) -> Markup {
    let (tone, code) = match state {
        State::Waiting => (Tone::Soon, "waiting"),
        State::Sending => (Tone::Run, "sending"),
        State::Sent => (Tone::Run, "sent"),
        State::Delivered => (Tone::Done, "delivered"),
        State::Failed => (Tone::Late, "failed"),
        State::Replaced => (Tone::Plain, "replaced"),
    };
    tag(tone, &l.of("message-state", code, &[]))
}

/// To whom, in words; a person's name where it is known.
fn recipient_words(l: Lang, hall: &Hall, message: &Message, people: &names::People) -> String {
    let law = hall.law();
    match &message.recipient {
        Recipient::Applicant => l.t("message-to.applicant").to_owned(),
        Recipient::Person(id) if message.side == store::Side::Applicant => {
            let name = people.get(id).map(|name| names::masked(name));
            name.unwrap_or_else(|| l.t("message-to.applicant").to_owned())
        }
        Recipient::Person(id) => match people.get(id) {
            Some(name) => name.clone(),
            None => l.t("message-to.official").to_owned(),
        },
        Recipient::Unit(unit) => names::unit(&law, unit),
        Recipient::Head(unit) => l.f("message-to.head", &[("unit", &names::unit(&law, unit))]),
    }
}

/// `0912345678` → `•••678`; `lan@example.vn` → `l•••@example.vn`: enough to know which of one's own it is.
fn masked_address(address: &str) -> String {
    if let Some((name, host)) = address.split_once('@') {
        let first: String = name.chars().take(1).collect();
        return format!("{first}•••@{host}");
    }
    let digits: Vec<char> = address.chars().collect();
    let last: String = digits[digits.len().saturating_sub(3)..].iter().collect();
    format!("•••{last}")
}

/// People named by messages.
async fn people_of(
    hall: &Hall,
    messages: &[Message],
) -> Result<names::People, crate::error::Failure> {
    let mut named = Vec::new();
    for message in messages {
        if let Recipient::Person(id) = &message.recipient {
            named.push(*id);
        }
    }
    names::people(hall.reader(), named).await
}

/// The tabs of whoever looks after messages.
fn admin_tabs(l: Lang, here: &str) -> Markup {
    let all = [
        ("/admin/messages", l.t("messages.outgoing")),
        ("/admin/messages/texts", l.t("messages.texts")),
        ("/admin/messages/rules/messages", l.t("messages.policy")),
        ("/admin/messages/rules/escalation", l.t("messages.tiers")),
        ("/admin/messages/rules/portal", l.t("portal.mapping")),
        ("/admin/messages/rules/stops", l.t("stop.grounds")),
        ("/admin/messages/rules/posting", l.t("posting.title")),
        ("/admin/messages/rules/sample", l.t("sample.law")),
    ];
    html! {
        nav.tabs aria-label=(l.t("messages.admin")) {
            ul { @for (to, words) in all { li { a href=(to) aria-current=[(to == here).then_some("page")] { (words) } } } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::masked_address;

    #[test]
    fn an_address_is_shown_to_whom_it_belongs_alone() {
        assert_eq!(masked_address("0912345678"), "•••678");
        assert_eq!(masked_address("lan@example.vn"), "l•••@example.vn");
        assert_eq!(masked_address("12"), "•••12");
        assert_eq!(masked_address(""), "•••");
    }
}
