//! The moderators' room: what waits, and one report with all that anybody sees of it. Every change is `actions`'; pages
//! only show and ask.

mod blur;
mod one;
mod original;
mod queue;

use axum::routing::get;
use maud::{Markup, html};
use rules::case::Case;
use rules::duty::{Act, may};
use service::definition::Kind;
use store::Seen;

use crate::door::{Doors, Duty};
use crate::error::Failure;
use crate::hall::Hall;
use crate::official::case::whole;
use crate::text::Lang;
use crate::ui::layout::encode;
use crate::ui::parts::Tone;
use crate::visit::Visit;

pub fn doors(doors: Doors<Hall>) -> Doors<Hall> {
    doors
        .door("/moderation", get(queue::get).duty(Act::Moderate))
        .door(
            "/moderation/{code}",
            get(one::get).post(one::post).duty(Act::Moderate),
        )
        .door(
            "/moderation/{code}/photos/{hash}",
            get(blur::get).post(blur::post).duty(Act::Moderate),
        )
        .door(
            "/cases/{code}/originals/{hash}",
            get(original::get).duty(Act::ReadOriginal),
        )
}

/// A report that this moderator may see whole.
async fn report(hall: &Hall, visit: &Visit, code: &str) -> Result<Seen, Failure> {
    let seen = whole(hall, visit, code).await?;
    match seen.case.kind {
        Kind::Report => Ok(seen),
        _ => Err(Failure::NotFound),
    }
}

/// What the public sees of it, in one word of the family `shown`.
fn standing(case: &Case) -> (Tone, &'static str) {
    match (case.public, &case.shown) {
        (true, _) => (Tone::Done, "public"),
        (false, shown) if shown.waits => (Tone::Soon, "waits"),
        (false, shown) if shown.hidden => (Tone::Stopped, "hidden"),
        (false, _) => (Tone::Plain, "private"),
    }
}

/// Beside a report, for whoever may: the way to what is shown of it, and its photos as they were sent.
///
/// # Errors
/// Where the memory does not answer.
pub async fn beside(hall: &Hall, visit: &Visit, case: &Case) -> Result<Markup, Failure> {
    let l = visit.lang;
    if case.kind != Kind::Report {
        return Ok(Markup::default());
    }
    let moderates = may(&visit.person, &Act::Moderate, None).is_ok();
    let originals = match may(&visit.person, &Act::ReadOriginal, Some(case)) {
        Ok(()) => hall.reader().originals(case.id).await?,
        Err(_) => Vec::new(),
    };
    Ok(html! {
        @if moderates { p { a href={ "/moderation/" (encode(&case.code)) } { (l.t("moderation.heading")) } } }
        @if !originals.is_empty() {
            details.more {
                summary { (l.n("moderation.originals", i64::try_from(originals.len()).unwrap_or(i64::MAX), &[])) }
                p.small.muted { (l.t("moderation.originals-says")) }
                ul.list.links-list {
                    @for (i, one) in originals.iter().enumerate() {
                        li { a href={ "/cases/" (encode(&case.code)) "/originals/" (one.photo) } { b { (l.f("moderation.original", &[("n", &(i + 1))])) } span { (crate::say::short(one.at)) " · " (size(l, one.size)) } } }
                    }
                }
            }
        }
    })
}

fn size(l: Lang, bytes: u64) -> String {
    let kilobytes = i64::try_from(bytes.div_ceil(1024)).unwrap_or(i64::MAX);
    format!("{} KB", crate::say::whole(l, kilobytes))
}
