//! `GET /notices`: what the city told this person, newest first. Opening the list is seeing it.

use actions::messages::in_app;
use axum::extract::{Query, State};
use maud::{Markup, html};
use rules::Moment;
use rules::ids::{CaseId, PersonId};
use rules::person::Person;
use serde::Deserialize;
use std::collections::BTreeMap;

use super::kind_words;
use crate::error::Failure;
use crate::hall::Hall;
use crate::resident::account::room;
use crate::say;
use crate::ui::page;
use crate::ui::parts::{Tone, empty, pages, tag};
use crate::visit::Visit;

const MOST: u32 = 50;

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    /// Epoch microseconds of the last line of the page before.
    before: Option<i64>,
}

pub async fn get(
    State(hall): State<Hall>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Markup, Failure> {
    let l = visit.lang;
    let (id, staff) = me(&visit.person)?;
    let reader = hall.reader();
    let whose = in_app(&visit.person, &hall.law(), hall.today()?);
    let before = asked
        .before
        .and_then(|at| Moment::from_microsecond(at).ok());
    let seen = reader.seen_until(id).await?;
    let mut notices = reader.notices(&whose, before, MOST + 1).await?;
    let more = notices.len() > MOST as usize;
    notices.truncate(MOST as usize);
    if before.is_none() && !notices.is_empty() {
        hall.city().notices_seen(id).await?;
    }
    let mut codes: BTreeMap<CaseId, String> = BTreeMap::new();
    for case in notices.iter().filter_map(|notice| notice.case) {
        if !codes.contains_key(&case)
            && let Some(seen) = reader.case(&visit.person, case).await?
        {
            codes.insert(case, seen.case.code);
        }
    }
    let later = notices.last().filter(|_| more);
    let later = later.map(|last| format!("/notices?before={}", last.created.as_microsecond()));
    let link = |case: Option<CaseId>| {
        let code = codes.get(&case?)?;
        Some(match staff {
            true => format!("/cases/{code}"),
            false => format!("/track/{code}"),
        })
    };
    let (frame, title) = (visit.frame(), l.t("notices.title"));
    let wishes = html! { a.btn.quiet href="/account/messages" { (l.t("messages.wishes")) } };
    let list = html! {
        @if notices.is_empty() {
            (empty(l.t("notices.empty"), &html! { @if staff { p { a.btn href="/inbox" { (l.t("nav.inbox")) } } } }))
        } @else {
            ul.list.space {
                @for notice in &notices {
                    @let new = seen.is_none_or(|seen| notice.created > seen);
                    li {
                        @let words = notice.subject.clone().unwrap_or_else(|| kind_words(l, notice.kind));
                        @match link(notice.case) {
                            Some(to) => a href=(to) { b { (words) } },
                            None => b { (words) },
                        }
                        @if new { " " (tag(Tone::Run, l.t("notices.new"))) }
                        @if let Some(body) = &notice.body { @for line in body.lines() { br; span { (line) } } }
                        br; span.small.muted { (say::moment(l, notice.created)) }
                    }
                }
            }
        }
        (pages(l, None, later.as_deref()))
    };
    Ok(match staff {
        true => page(
            &frame.narrow(),
            title,
            html! {
                div.row.between { h1.flush { (title) } (wishes) }
                (list)
            },
        ),
        false => room(
            &frame,
            "/notices",
            title,
            &html! { (list) p.acts { (wishes) } },
        ),
    })
}

/// Whoever is signed in, and whether an official.
pub(super) fn me(person: &Person) -> Result<(PersonId, bool), Failure> {
    match person {
        Person::Official(official) => Ok((official.id, true)),
        Person::Resident { id, .. } => Ok((*id, false)),
        Person::Nobody | Person::Bearer { .. } => Err(Failure::NotFound),
    }
}
