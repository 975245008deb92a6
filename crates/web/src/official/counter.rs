//! `/desk`: what a day at the counter is made of, and what waits there now. Officials elsewhere (the hotline, a
//! department) find the services they hand in for.

use actions::Law;
use axum::extract::State;
use jiff::civil::Time;
use maud::{Markup, html};
use rules::Moment;
use rules::case::Case;

use super::desk::offered;
use super::queue::desks;
use crate::error::Failure;
use crate::hall::Hall;
use crate::queue::Today;
use crate::ui::icon::{Icon, icon};
use crate::ui::page;
use crate::visit::Visit;

/// `GET /desk`
pub async fn home(State(hall): State<Hall>, visit: Visit) -> Result<Markup, Failure> {
    let (l, today) = (visit.lang, hall.today()?);
    let desks = desks(&hall, &visit)?;
    let now = match desks.first() {
        Some(desk) => Some(Today::of(&hall, &desk.code).await?),
        None => None,
    };
    let results = match desks.first() {
        Some(desk) => hall
            .reader()
            .results_waiting(Some(&desk.code), hall.now(), 500)
            .await?
            .len(),
        None => 0,
    };
    let results = i64::try_from(results).unwrap_or(0);
    let hotline = hall.city().operator(&visit.person).is_ok();
    let groups = offered(&hall.law().catalogue, today, l, |_| true);
    let door = |to: String, drawing: Icon, name: &str, says: String, go: bool| {
        html! { a.door.go[go] href=(to) { (icon(drawing)) b { (name) } span { (says) } } }
    };
    Ok(page(
        &visit.frame(),
        l.t("nav.desk"),
        html! {
            h1 { (l.t("nav.desk")) }
            @if let Some(today) = &now {
                p.muted { (today.desk.name) " · " (today.open_words(l)) }
                @let desk = &today.desk.code;
                div.doors {
                    (door(format!("/desk/receive?desk={desk}"), Icon::Paper, l.t("receive.title"), l.t("counter.receive-says").to_owned(), true))
                    (door(format!("/desk/walk-in?desk={desk}"), Icon::Pin, l.t("walk-in.title"), l.t("walk-in.says").to_owned(), false))
                    (door(format!("/desk/queue?desk={desk}"), Icon::Speak, l.t("queue-call.title"), l.n("queue.wait", i64::try_from(today.waiting()).unwrap_or(0), &[]), false))
                    (door(format!("/desk/results?desk={desk}"), Icon::Check, l.t("results.title"), l.n("counter.results", results, &[]), false))
                    (door(format!("/desk/parcels?desk={desk}"), Icon::Move, l.t("parcels.title"), l.t("counter.parcels-says").to_owned(), false))
                    (door(format!("/desk/waiting?desk={desk}"), Icon::Info, l.t("waiting.title"), l.t("counter.waiting-says").to_owned(), false))
                    (door("/till".to_owned(), Icon::Card, l.t("till.title"), l.t("till.says").to_owned(), false))
                    (door(format!("/book?desk={desk}"), Icon::School, l.t("book.title"), l.t("book.says").to_owned(), false))
                }
            }
            @if hotline { div.doors { (door("/hotline".to_owned(), Icon::Speak, l.t("hotline.title"), l.t("hotline.says").to_owned(), true)) } }
            h2 { (l.t("counter.services")) }
            p.muted { (l.t("desk.choose")) }
            @for (group, services) in &groups {
                h3 { (group) }
                ul.list.links-list { @for (code, name) in services { li { a href={ "/desk/" (code) } { b { (name) } } } } }
            }
        },
    ))
}

/// By when an accepted dossier must be with whoever is competent (NĐ 61/2018 Đ.18: the same day; received after the
/// service's cutoff, the next working morning). `None`: it is there already.
pub fn hand_on_by(law: &Law, case: &Case, now: Moment) -> Result<Option<Moment>, Failure> {
    let away = case
        .received_at
        .as_ref()
        .is_some_and(|desk| *desk != case.unit);
    if !away {
        return Ok(None);
    }
    let calendar = law.calendar()?;
    let published = law.catalogue.get(&case.service, case.service_version);
    let cutoff = published.and_then(|p| {
        p.definition
            .process
            .clock
            .cutoff
            .as_deref()?
            .parse::<Time>()
            .ok()
    });
    let from = case.accepted.unwrap_or(now);
    let counts = calendar.counts_from(from, cutoff).map_err(Failure::fault)?;
    let same_day = calendar.local(counts).0 == calendar.local(from).0;
    Ok(Some(match same_day {
        true => calendar
            .end_of_working_day(calendar.local(from).0)
            .map_err(Failure::fault)?,
        // The beginning of the next working day.
        false => counts,
    }))
}
