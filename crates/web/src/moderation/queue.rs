//! `GET /moderation`: reports that wait to be published, and those that somebody reported as unfit, oldest first.

use axum::extract::State;
use maud::{Markup, html};

use crate::error::Failure;
use crate::hall::Hall;
use crate::leader::words;
use crate::say;
use crate::ui::layout::encode;
use crate::ui::page;
use crate::ui::parts::{Tone, empty, tag};
use crate::visit::Visit;

const MOST: u32 = 100;

pub async fn get(State(hall): State<Hall>, visit: Visit) -> Result<Markup, Failure> {
    let (l, law, today) = (visit.lang, hall.law(), hall.today()?);
    let waiting = hall.reader().reviews(&visit.person, MOST).await?;
    let done = visit.path.contains("said=done");
    Ok(page(
        &visit.frame(),
        l.t("moderation.title"),
        html! {
            h1 { (l.t("moderation.title")) }
            @if done { div role="status" { (crate::ui::parts::note(Tone::Done, &html! { p { (l.t("moderation.done")) } })) } }
            p { (l.t("moderation.says")) }
            @if waiting.is_empty() { (empty(l.t("moderation.none"), &html! {})) }
            @else {
                ul.list.links-list {
                    @for one in &waiting {
                        li {
                            a href={ "/moderation/" (encode(&one.line.code)) } {
                                b { (one.line.title) }
                                span { (words::service(l, &law, today, &one.line.service)) " · " (one.line.code) " · " (say::moment(l, one.since)) }
                            }
                            @if one.flags > 0 { (tag(Tone::Late, &l.n("moderation.flagged", i64::from(one.flags), &[]))) }
                            @else { (tag(Tone::Soon, &l.of("shown", "waits", &[]))) }
                        }
                    }
                }
                @if waiting.len() >= MOST as usize { p.small.muted { (l.f("moderation.oldest", &[("n", &MOST)])) } }
            }
        },
    ))
}
