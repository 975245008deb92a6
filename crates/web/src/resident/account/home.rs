//! My cases and what I have begun.

use std::collections::BTreeMap;

use maud::{Markup, html};
use rules::ids::CaseId;
use rules::resident::Identity;
use service::definition::Kind;
use store::{CaseLine, Draft, Page, Resident};

use super::{drafts, me, room};
use crate::error::Failure;
use crate::hall::Hall;
use crate::official::case::report_state;
use crate::resident::identity::{level_words, whose};
use crate::say;
use crate::text::Lang;
use crate::ui::parts::{Tone, empty, link_button, tag};
use crate::visit::Visit;

/// Cases and drafts on one page.
const MOST: u32 = 50;

/// A resident's `GET /account`
///
/// # Errors
/// Where the memory does not answer.
pub async fn get(hall: &Hall, visit: &Visit) -> Result<Markup, Failure> {
    let (l, id) = (visit.lang, me(visit)?);
    let page = Page {
        after: None,
        most: MOST,
    };
    let resident = hall.reader().resident(id).await?;
    let cases = hall.reader().cases_of(id, page).await?;
    // What is still owed for the cases under way.
    let mut owed: BTreeMap<CaseId, i64> = BTreeMap::new();
    for one in cases.iter().filter(|one| one.ended.is_none()) {
        if let Some(seen) = hall.reader().case(&visit.person, one.id).await? {
            owed.insert(one.id, seen.case.money.left());
        }
    }
    let begun = hall.reader().drafts_of(id, hall.now(), MOST).await?;
    let name = match &visit.person {
        rules::person::Person::Resident { name, .. } => name.as_str(),
        _ => "",
    };
    let body = html! {
        @if let Some(resident) = &resident { (who(l, resident)) }
        section aria-labelledby="cases" {
            h2 #cases { (l.t("account.cases")) }
            @if cases.is_empty() {
                (empty(l.t("account.no-cases"), &html! { p.acts { (link_button("/services", l.t("nav.services"), "go")) } }))
            } @else {
                ul.list.links-list { @for case in &cases { li { (line(hall, l, case, owed.get(&case.id).copied().unwrap_or(0))) } } }
            }
        }
        @if !begun.is_empty() {
            section aria-labelledby="begun" {
                h2 #begun { (l.t("account.drafts")) }
                p.small.muted { (l.t("account.drafts-says")) }
                ul.list { @for draft in &begun { li { (draft_line(hall, l, draft)) } } }
            }
        }
        form method="post" action="/sign-out" { p.acts { button.btn type="submit" { (l.t("sign-in.out")) } } }
    };
    Ok(room(&visit.frame(), "/account", name, &body))
}

fn who(l: Lang, resident: &Resident) -> Markup {
    let proven = &resident.proven;
    let tone = match proven.level {
        Identity::Level2 => Tone::Done,
        Identity::Level1 | Identity::None => Tone::Plain,
    };
    html! {
        p { (whose(l, proven)) " " (tag(tone, level_words(l, proven.level))) br;
            span.small.muted { (l.f("account.proven-at", &[("at", &say::moment(l, resident.at))])) } }
    }
}

fn line(hall: &Hall, l: Lang, case: &CaseLine, owed: i64) -> Markup {
    let now = hall.now();
    let late = case.ended.is_none() && case.due.is_some_and(|due| due < now);
    let tone = match (case.ended, late) {
        (Some(_), _) => Tone::Done,
        (None, true) => Tone::Late,
        (None, false) => Tone::Run,
    };
    let state = match case.kind {
        Kind::Report => report_state(l, case.life, case.ending),
        _ => l.of("state", &case.life.to_string(), &[]),
    };
    html! {
        a href={ "/track/" (case.code) } {
            b { (case.title) }
            span { (case.code) " · " (l.f("account.sent-on", &[("day", &say::date(case.opened))])) }
            @if let (None, Some(due)) = (case.ended, case.due) { span { (l.f("track.due", &[("at", &say::moment(l, due))])) } }
            (tag(tone, &state))
            @if owed > 0 { " " (tag(Tone::Soon, &l.f("pay.short-left", &[("money", &say::money(l, owed))]))) }
        }
    }
}

fn draft_line(hall: &Hall, l: Lang, draft: &Draft) -> Markup {
    let law = hall.law();
    let name = (law.catalogue.get(&draft.service, draft.service_version)).map_or_else(
        || draft.service.clone(),
        |published| published.definition.name.get(l.code()).to_owned(),
    );
    let to = format!("/account/drafts/{}", drafts::name(draft));
    html! {
        b { (name) } br;
        span.small.muted { (l.f("account.changed", &[("at", &say::moment(l, draft.at)), ("until", &say::date(draft.expires))])) }
        form method="post" action=(to) { p.acts.flush {
            a.btn href=(to) { (l.t("account.resume")) span.hidden-words { " " (name) } }
            button.btn.quiet type="submit" { (l.t("account.drop")) span.hidden-words { " " (name) } }
        } }
    }
}
