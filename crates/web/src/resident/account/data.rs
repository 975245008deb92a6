//! What the city knows about me and who looked at it.

use axum::extract::State;
use maud::{Markup, html};
use rules::Moment;
use rules::ids::PersonId;
use rules::resident::{Proven, Sex};

use super::{me, room};
use crate::error::Failure;
use crate::hall::Hall;
use crate::official::names;
use crate::resident::filling::unit_name;
use crate::say;
use crate::text::Lang;
use crate::ui::parts::{Column, empty, table};
use crate::visit::Visit;

/// Looks on one page: the newest.
const MOST: u32 = 200;

/// `GET /account/data`
pub async fn get(State(hall): State<Hall>, visit: Visit) -> Result<Markup, Failure> {
    let (l, id) = (visit.lang, me(&visit)?);
    let resident = hall.reader().resident(id).await?;
    let looks = looks(&hall, l, id).await?;
    let body = html! {
        section aria-labelledby="known" {
            h2 #known { (l.t("account.known")) }
            @match &resident {
                Some(resident) => {
                    dl.facts { @for (name, value) in facts(&hall, l, &resident.proven) { dt { (name) } dd { (value) } } }
                    p.small.muted { (l.f("account.proven-at", &[("at", &say::moment(l, resident.at))])) " " (l.t("account.known-says")) }
                }
                None => p { (l.t("account.known-none")) }
            }
        }
        section {
            h2 #looked { (l.t("account.looked")) }
            p { (l.t("account.looked-says")) }
            @if looks.is_empty() { (empty(l.t("account.looked-none"), &html! {})) }
            @else {
                @let columns = [l.t("account.look-at"), l.t("account.look-who"), l.t("account.look-what"), l.t("account.look-why")];
                @let columns = columns.map(|words| Column { words, number: false });
                @let rows: Vec<Vec<Markup>> = looks.iter().map(|look| vec![
                    html! { (say::moment(l, look.at)) }, html! { (look.who) }, html! { (look.what) }, html! { (look.why) },
                ]).collect();
                (table(l.t("account.looked"), &columns, &rows))
            }
        }
    };
    Ok(room(
        &visit.frame(),
        "/account/data",
        l.t("account.data"),
        &body,
    ))
}

/// What a provider vouches for, in words.
fn facts(hall: &Hall, l: Lang, proven: &Proven) -> Vec<(&'static str, String)> {
    let law = hall.law();
    let area = |code: &str| {
        let mut areas = law.organisation.areas.iter().rev();
        let area = areas.find(|area| area.code == code);
        area.map_or_else(|| code.to_owned(), |area| area.name.clone())
    };
    let mut facts = vec![(l.t("record.full_name"), proven.name.clone())];
    let mut add = |name, value: Option<String>| facts.extend(value.map(|value| (name, value)));
    add(l.t("record.personal_id"), proven.personal_id.clone());
    add(
        l.t("record.birth_date"),
        (proven.birth_date).map(|day| day.strftime("%d/%m/%Y").to_string()),
    );
    add(
        l.t("record.sex"),
        proven.sex.map(|sex| match sex {
            Sex::Male => l.t("account.male").to_owned(),
            Sex::Female => l.t("account.female").to_owned(),
        }),
    );
    add(
        l.t("record.residence"),
        proven.residence.as_ref().map(|residence| {
            let parts = [residence.words.clone(), area(&residence.area)];
            let parts = parts.into_iter().filter(|part| !part.is_empty());
            parts.collect::<Vec<_>>().join(", ")
        }),
    );
    add(l.t("account.phone"), proven.phone.clone());
    add(l.t("account.email"), proven.email.clone());
    if let Some(organisation) = &proven.organisation {
        add(l.t("account.organisation"), Some(organisation.name.clone()));
        add(l.t("record.organisation_id"), Some(organisation.id.clone()));
    }
    facts
}

struct Look {
    at: Moment,
    who: String,
    what: String,
    why: String,
}

/// Everybody but me who read a case of mine, newest first.
async fn looks(hall: &Hall, l: Lang, id: PersonId) -> Result<Vec<Look>, Failure> {
    let at_cases = hall.reader().looks_at_cases_of(id, MOST).await?;
    let people = names::people(hall.reader(), at_cases.iter().map(|look| look.1)).await?;
    let mut units = std::collections::HashMap::new();
    for (person, name) in &people {
        units.insert(*person, official(hall, *person, name).await?);
    }
    let mut looks: Vec<Look> = at_cases
        .into_iter()
        .map(|(at, person, code, purpose)| Look {
            at,
            who: units.get(&person).cloned().unwrap_or_default(),
            what: l.f("account.look-case", &[("code", &code)]),
            why: l.of("look", &purpose, &[]),
        })
        .collect();
    looks.extend(at_registers(hall, l, id).await?);
    looks.sort_by_key(|look| std::cmp::Reverse(look.at));
    Ok(looks)
}

/// An official's name and unit: who reads is answerable by name.
async fn official(hall: &Hall, person: PersonId, name: &str) -> Result<String, Failure> {
    let seats = match hall.reader().person(person, hall.now()).await? {
        Some(rules::person::Person::Official(official)) => official.seats,
        _ => Vec::new(),
    };
    Ok(match seats.first() {
        Some(seat) => format!("{name}, {}", unit_name(hall, &seat.unit)),
        None => name.to_owned(),
    })
}

/// Looks of others and of mine into registers about my numbers: proven ones only, a typed number opens nothing.
async fn at_registers(hall: &Hall, l: Lang, id: PersonId) -> Result<Vec<Look>, Failure> {
    let Some(resident) = hall.reader().resident(id).await? else {
        return Ok(Vec::new());
    };
    let proven = resident.proven;
    let organisation = proven.organisation.map(|organisation| organisation.id);
    let numbers: Vec<String> = proven.personal_id.into_iter().chain(organisation).collect();
    let lines = hall.reader().looks_about(&numbers, MOST).await?;
    let people = lines.iter().filter_map(|line| line.person);
    let people = names::people(hall.reader(), people).await?;
    let law = hall.law();
    let mut looks = Vec::new();
    for line in lines {
        let who = match line.person {
            None => l.t("account.look-nobody").to_owned(),
            Some(person) if person == id => l.t("account.look-me").to_owned(),
            Some(person) => {
                let name = people.get(&person).map_or("", String::as_str);
                match hall.reader().person(person, hall.now()).await? {
                    Some(rules::person::Person::Official(_)) => {
                        official(hall, person, name).await?
                    }
                    // Another resident's name is theirs.
                    _ => l.f("account.look-resident", &[("name", &names::masked(name))]),
                }
            }
        };
        let service = law
            .catalogue
            .current(&line.service, hall.today()?)
            .map_or_else(
                || line.service.clone(),
                |published| published.definition.name.get(l.code()).to_owned(),
            );
        let purpose = line.purpose.as_deref().unwrap_or("apply");
        looks.push(Look {
            at: line.at,
            who,
            what: l.of("source", &line.register, &[]),
            why: format!("{}: {service}", l.of("look", purpose, &[])),
        });
    }
    Ok(looks)
}
