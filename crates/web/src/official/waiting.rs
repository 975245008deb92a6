//! How people waited and were served at a desk, for its head: by day and by what they came for. The median and
//! nine of ten, not the mean: one forgotten number would spoil it.

use axum::extract::{Query, State};
use jiff::civil::Date;
use maud::{Markup, html};
use rules::counter::is_desk;
use rules::counter::queue::Figures;
use rules::organisation::Unit;
use rules::person::{Person, Power};
use serde::Deserialize;
use store::Ticket;

use super::queue::desks;
use crate::error::Failure;
use crate::hall::Hall;
use crate::queue::{measured, minutes};
use crate::say;
use crate::text::Lang;
use crate::ui::days::{days, days_fields};
use crate::ui::page;
use crate::ui::parts::{Column, Tone, crumbs, empty, note, table};
use crate::visit::Visit;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    desk: String,
    from: String,
    to: String,
}

/// `GET /desk/waiting?desk=…&from=…&to=…`
pub async fn get(
    State(hall): State<Hall>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Markup, Failure> {
    let (l, law, today) = (visit.lang, hall.law(), hall.today()?);
    let desk = desk(&hall, &visit, &asked.desk, today)?;
    let (from, to, wrong) = days(l, &asked.from, &asked.to, today);
    let queue = hall.reader().queue(&desk.code, from, to).await?;
    let mut by_day: Vec<(String, Vec<Ticket>)> = Vec::new();
    let mut by_purpose: Vec<(String, Vec<Ticket>)> = Vec::new();
    for ticket in &queue {
        let purpose = law
            .counter
            .purpose(&ticket.purpose)
            .map_or(ticket.purpose.as_str(), |one| one.label(l.code()));
        put(
            &mut by_day,
            ticket.day.strftime("%d/%m/%Y").to_string(),
            ticket,
        );
        put(&mut by_purpose, purpose.to_owned(), ticket);
    }
    let all = measured(&queue);
    let whole = (l.t("waiting.all").to_owned(), all);
    Ok(page(
        &visit.frame(),
        l.t("waiting.title"),
        html! {
            (crumbs(l, &[("/desk", l.t("nav.desk"))]))
            h1 { (l.t("waiting.title")) }
            p.muted { (desk.name) }
            @if let Some(wrong) = wrong { div role="alert" { (note(Tone::Late, &html! { p { (wrong) } })) } }
            form.filters action="/desk/waiting" {
                input type="hidden" name="desk" value=(desk.code);
                (days_fields(l, from, to))
            }
            @if queue.is_empty() { (empty(l.t("waiting.nobody"), &html! { a href={ "/queue/" (desk.code) "/kiosk" } { (l.t("queue-call.kiosk")) } })) }
            @else {
                h2 { (l.t("waiting.by-purpose")) }
                (rows(l, l.t("queue.what-for"), by_purpose.iter().map(|(name, some)| (name.clone(), measured(some))).chain([whole])))
                h2 { (l.t("waiting.by-day")) }
                (rows(l, l.t("waiting.day"), by_day.iter().map(|(name, some)| (name.clone(), measured(some)))))
                p.small.muted { (l.t("waiting.method")) }
            }
        },
    ))
}

/// One's own desk; any for whoever leads the city.
fn desk(hall: &Hall, visit: &Visit, asked: &str, today: Date) -> Result<Unit, Failure> {
    let leads = matches!(&visit.person, Person::Official(official) if official.powers.contains(&Power::Leader));
    let law = hall.law();
    let any = || {
        law.organisation
            .unit(asked, today)
            .filter(|unit| leads && is_desk(unit))
            .cloned()
    };
    let own = desks(hall, visit)?;
    let mine = own
        .iter()
        .find(|desk| asked.is_empty() || desk.code == asked);
    mine.cloned().or_else(any).ok_or(Failure::NotFound)
}

fn put(groups: &mut Vec<(String, Vec<Ticket>)>, name: String, ticket: &Ticket) {
    match groups.iter_mut().find(|(known, _)| *known == name) {
        Some((_, some)) => some.push(ticket.clone()),
        None => groups.push((name, vec![ticket.clone()])),
    }
}

fn rows(l: Lang, first: &str, groups: impl Iterator<Item = (String, Figures)>) -> Markup {
    let column = |words, number| Column { words, number };
    let columns = [
        column(first, false),
        column(l.t("waiting.taken"), true),
        column(l.t("waiting.served"), true),
        column(l.t("waiting.abandoned"), true),
        column(l.t("queue.median-wait"), true),
        column(l.t("queue.nine-of-ten-wait"), true),
        column(l.t("waiting.median-service"), true),
        column(l.t("waiting.nine-of-ten-service"), true),
    ];
    let rows: Vec<Vec<Markup>> = groups
        .map(|(name, f)| {
            let share = f64::from(f.abandoned) / f64::from(f.taken.max(1));
            let words = [
                name,
                say::whole(l, i64::from(f.taken)),
                say::whole(l, i64::from(f.done)),
                format!(
                    "{} ({})",
                    say::whole(l, i64::from(f.abandoned)),
                    say::percent(l, share)
                ),
                minutes(l, f.median_wait),
                minutes(l, f.nine_of_ten_wait),
                minutes(l, f.median_service),
                minutes(l, f.nine_of_ten_service),
            ];
            words.into_iter().map(|words| html! { (words) }).collect()
        })
        .collect();
    table(first, &columns, &rows)
}
