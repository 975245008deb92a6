//! `GET /staff`: the people of one's units, who is away, who stands in, how much each holds. And what an
//! official sees of their own standing in.

use std::collections::BTreeSet;

use axum::extract::{Query, State};
use maud::{Markup, html};
use rules::ids::PersonId;
use rules::person::{Official, Person, Power};
use rules::stand_in::StandIn;
use serde::Deserialize;
use service::definition::Post;

use crate::error::Failure;
use crate::hall::Hall;
use crate::official::inbox::official;
use crate::official::names::{self, People};
use crate::say::day;
use crate::text::Lang;
use crate::ui::page;
use crate::ui::parts::{Tone, empty, note, tag};
use crate::visit::Visit;

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    unit: String,
}

pub async fn get(
    State(hall): State<Hall>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Markup, Failure> {
    let (l, law, today) = (visit.lang, hall.law(), hall.today()?);
    let me = official(&visit.person)?;
    let units = led(&hall, me)?;
    let unit = match units.iter().find(|(code, _)| *code == asked.unit) {
        Some((code, _)) => code.clone(),
        None => units
            .first()
            .map_or_else(String::new, |(code, _)| code.clone()),
    };
    let seated = hall.reader().seated(&unit, Post::Staff, hall.now()).await?;
    let ids: Vec<PersonId> = seated.iter().map(|(id, _)| *id).collect();
    let stand_ins = hall.reader().stand_ins(today).await?;
    let others = stand_ins.iter().flat_map(|one| [one.absent, one.person]);
    let people = names::people(hall.reader(), ids.iter().copied().chain(others)).await?;
    let holdings = hall.reader().holdings(&ids).await?;
    let mut rows: Vec<_> = seated
        .iter()
        .map(|(id, post)| {
            let holds = holdings
                .iter()
                .find(|(who, _)| who == id)
                .map_or(0, |(_, n)| *n);
            (
                people.get(id).cloned().unwrap_or_default(),
                *id,
                *post,
                holds,
            )
        })
        .collect();
    rows.sort_by_key(|(name, _, post, _)| {
        (std::cmp::Reverse(*post), service::fold::sort_key(name))
    });
    Ok(page(
        &visit.frame(),
        l.t("staff.title"),
        html! {
            h1 { (l.t("staff.title")) }
            p { (l.t("staff.says")) }
            @if units.len() > 1 {
                form.filters action="/staff" {
                    label { (l.t("inbox.unit")) select name="unit" { @for (code, name) in &units { option value=(code) selected[*code == unit] { (name) } } } }
                    button.btn.quiet type="submit" { (l.t("inbox.filter")) }
                }
            }
            h2 { (names::unit(&law, &unit)) }
            @if rows.is_empty() { (empty(l.t("staff.nobody"), &html! {})) }
            @else {
                div.wrap-table role="region" aria-label=(l.t("staff.title")) tabindex="0" {
                    table.folds {
                        caption.hidden-words { (l.t("staff.title")) }
                        thead { tr { th scope="col" { (l.t("staff.name")) } th scope="col" { (l.t("authority.post")) } th.num scope="col" { (l.t("staff.holds")) } th scope="col" { (l.t("staff.away")) } } }
                        tbody { @for (name, id, post, holds) in &rows {
                            tr {
                                th scope="row" { a href={ "/staff/" (id) } { (name) } }
                                td data-label=(l.t("authority.post")) { (names::post(l, *post)) }
                                td.num data-label=(l.t("staff.holds")) { (holds) }
                                td data-label=(l.t("staff.away")) { (standing(l, *id, &stand_ins, &people, today)) }
                            }
                        } }
                    }
                }
            }
        },
    ))
}

/// Units that this person leads by a seat, with names; for an administrator every unit.
pub(super) fn led(hall: &Hall, me: &Official) -> Result<Vec<(String, String)>, Failure> {
    let (law, today) = (hall.law(), hall.today()?);
    let all = me.powers.contains(&Power::Administrator);
    let own: BTreeSet<&str> = me
        .seats
        .iter()
        .filter(|seat| seat.post >= Post::DeputyHead)
        .map(|seat| seat.unit.as_str())
        .collect();
    let units = law.organisation.units_on(today);
    let mut units: Vec<(String, String)> = units
        .filter(|unit| all || own.contains(unit.code.as_str()))
        .map(|unit| (unit.code.clone(), unit.name.clone()))
        .collect();
    // One's own first, then in Vietnamese order.
    units.sort_by_key(|(code, name)| {
        let mine = me.own.iter().any(|seat| seat.unit == *code);
        (!mine, service::fold::place_key(name))
    });
    Ok(units)
}

fn standing(
    l: Lang,
    id: PersonId,
    stand_ins: &[StandIn],
    people: &People,
    today: jiff::civil::Date,
) -> Markup {
    let name = |id: &PersonId| people.get(id).cloned().unwrap_or_default();
    let away = stand_ins.iter().filter(|one| one.absent == id);
    let doing = stand_ins.iter().filter(|one| one.person == id);
    html! {
        @for one in away {
            p.flush.small {
                (tag(if one.in_force(today) { Tone::Stopped } else { Tone::Plain }, l.t("staff.is-away"))) " "
                (l.f("staff.by-whom", &[("name", &name(&one.person)), ("first", &day(one.first)), ("last", &day(one.last))]))
            }
        }
        @for one in doing {
            p.flush.small { (l.f("staff.for-whom", &[("name", &name(&one.absent)), ("first", &day(one.first)), ("last", &day(one.last))])) }
        }
    }
}

/// Whom I stand in for and who stands in for me, as a note on my own pages; empty where nobody does.
///
/// # Errors
/// Where the memory does not answer.
pub async fn mine(hall: &Hall, person: &Person, l: Lang) -> Result<Markup, Failure> {
    let Person::Official(me) = person else {
        return Ok(html! {});
    };
    let today = hall.today()?;
    let law = hall.law();
    let now: Vec<&StandIn> = law
        .stand_ins
        .iter()
        .filter(|one| one.in_force(today) && (one.person == me.id || one.absent == me.id))
        .collect();
    if now.is_empty() {
        return Ok(html! {});
    }
    let ids = now.iter().flat_map(|one| [one.absent, one.person]);
    let people = names::people(hall.reader(), ids).await?;
    let name = |id: &PersonId| people.get(id).cloned().unwrap_or_default();
    Ok(html! {
        @for one in now {
            @if one.person == me.id {
                (note(Tone::Run, &html! { p { (l.f("staff.i-stand-in", &[("name", &name(&one.absent)), ("last", &day(one.last))])) } }))
            } @else {
                (note(Tone::Stopped, &html! { p { (l.f("staff.i-am-away", &[("name", &name(&one.person)), ("last", &day(one.last))])) } }))
            }
        }
    })
}
