//! The till of a desk: which days, what came, counted and closed by the clerk, confirmed by the head.

use std::collections::BTreeMap;

use actions::ActionError;
use actions::till::{TillDeed, day_of, keeps};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use jiff::civil::Date;
use maud::{Markup, html};
use rules::case::Refusal;
use rules::case::money::Way;
use rules::person::{Official, Person};
use rules::till::{DENOMINATIONS, Till};
use service::definition::Post;
use service::field::number;
use store::{Booked, MovementKind, Sum};

use super::words::{receipt_words, way_words};
use crate::error::{Failure, refusal_words};
use crate::hall::Hall;
use crate::leader::export;
use crate::official::inbox::official;
use crate::official::names::{self, People};
use crate::official::posted::Posted;
use crate::redirect;
use crate::say;
use crate::text::Lang;
use crate::ui::page;
use crate::ui::parts::{Column, Tone, crumbs, empty, note, table, tag};
use crate::visit::Visit;

/// Movements shown of a day; a desk has far fewer.
const MOST: u32 = 2000;
/// Days listed.
const DAYS: u32 = 31;

/// `GET /till`: the desks of one's seats with their latest days.
pub async fn choose(State(hall): State<Hall>, visit: Visit) -> Result<Markup, Failure> {
    let (l, law, today) = (visit.lang, hall.law(), hall.today()?);
    let official = official(&visit.person)?;
    let mut units: Vec<&str> = official
        .seats
        .iter()
        .map(|seat| seat.unit.as_str())
        .collect();
    units.sort_unstable();
    units.dedup();
    let mut desks = Vec::new();
    for unit in units {
        let days = hall.reader().tills(unit, DAYS).await?;
        desks.push((unit.to_owned(), names::unit(&law, unit), days));
    }
    Ok(page(
        &visit.frame().narrow(),
        l.t("till.title"),
        html! {
            (crumbs(l, &[("/desk", l.t("nav.desk"))]))
            h1 { (l.t("till.title")) }
            p.muted { (l.t("till.says")) }
            @for (unit, name, days) in &desks {
                section.card {
                    h2 { (name) }
                    p { a.btn.go href={ "/till/" (unit) "/" (today) } { (l.t("till.today")) } }
                    @if days.is_empty() { p.small.muted { (l.t("till.none")) } }
                    ul.list.flush { @for (day, till) in days {
                        @let (tone, word) = stage(l, Some(till));
                        li { div.row.between { a href={ "/till/" (unit) "/" (day) } { (day.strftime("%d/%m/%Y")) } (tag(tone, &word)) } }
                    } }
                }
            }
        },
    ))
}

/// Open, closed or confirmed.
fn stage(l: Lang, till: Option<&Till>) -> (Tone, String) {
    let (tone, word) = match till {
        None => (Tone::Plain, "not-opened"),
        Some(till) if till.confirmed.is_some() => (Tone::Done, "confirmed"),
        Some(till) if till.closed.is_some() => (Tone::Soon, "closed"),
        Some(_) => (Tone::Run, "open"),
    };
    (tone, l.of("till-stage", word, &[]))
}

/// What was typed and why it was not done.
#[derive(Default)]
struct Typed {
    what: String,
    pairs: Vec<(String, String)>,
    wrong: Option<String>,
}

impl Typed {
    fn was(&self, what: &str, name: &str) -> Option<&str> {
        let pairs = self.pairs.iter().filter(|_| self.what == what);
        let mut pairs = pairs.filter(|(known, _)| known == name);
        pairs.next().map(|(_, value)| value.as_str())
    }
}

/// `GET /till/{unit}/{day}`
pub async fn get(
    State(hall): State<Hall>,
    visit: Visit,
    Path((unit, day)): Path<(String, String)>,
) -> Result<Markup, Failure> {
    let day = Day::of(&hall, &visit, unit, &day).await?;
    Ok(day.draw(&visit, &Typed::default()))
}

/// `POST /till/{unit}/{day}/{what}`
pub async fn post(
    State(hall): State<Hall>,
    visit: Visit,
    Path((unit, day, what)): Path<(String, String, String)>,
    posted: Posted,
) -> Result<Response, Failure> {
    let date: Date = day.parse().map_err(|_| Failure::NotFound)?;
    let mut typed = Typed {
        what: what.clone(),
        pairs: posted.pairs.clone(),
        wrong: None,
    };
    let l = visit.lang;
    let done = match deed(l, &what, &posted) {
        None => return Err(Failure::NotFound),
        Some(Err(says)) => Err(says),
        Some(Ok(deed)) => match hall
            .city()
            .keep_till(&visit.person, &unit, date, deed)
            .await
        {
            Ok(_) => Ok(()),
            Err(ActionError::Refused(refusal)) if refusal != Refusal::NotYours => {
                Err(refusal_words(l, &refusal))
            }
            Err(other) => return Err(other.into()),
        },
    };
    match done {
        Ok(()) => Ok(redirect::to(&format!("/till/{unit}/{date}")).into_response()),
        Err(says) => {
            typed.wrong = Some(says);
            let day = Day::of(&hall, &visit, unit, &day).await?;
            let page = day.draw(&visit, &typed);
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
}

/// `None`: there is no such form.
fn deed(l: Lang, what: &str, posted: &Posted) -> Option<Result<TillDeed, String>> {
    Some(match what {
        "open" => match number::whole(posted.get("opening")) {
            Some(opening) => Ok(TillDeed::Open { opening }),
            None => Err(l.t("till.no-amount").to_owned()),
        },
        "close" => pieces(l, posted).map(|pieces| TillDeed::Close {
            pieces,
            why: Some(posted.get("why").trim().to_owned()).filter(|why| !why.is_empty()),
        }),
        "confirm" => Ok(TillDeed::Confirm),
        "send-back" => Ok(TillDeed::SendBack),
        _ => return None,
    })
}

/// How many of each; an empty box is none.
fn pieces(l: Lang, posted: &Posted) -> Result<BTreeMap<i64, u32>, String> {
    let mut pieces = BTreeMap::new();
    for value in DENOMINATIONS {
        let typed = posted.get(&format!("d{value}")).trim();
        if typed.is_empty() {
            continue;
        }
        let n: u32 = typed.parse().map_err(|_| {
            let value = say::money(l, value);
            l.f("till.no-count", &[("value", &value), ("typed", &typed)])
        })?;
        pieces.insert(value, n);
    }
    Ok(pieces)
}

/// `GET /till/{unit}/{day}/lines.csv`: each movement of the day.
pub async fn lines(
    State(hall): State<Hall>,
    visit: Visit,
    Path((unit, day)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let day = Day::of(&hall, &visit, unit, &day).await?;
    let head = [
        "time", "case", "service", "kind", "way", "amount", "receipt", "by",
    ];
    let mut rows = vec![export::row(head)];
    for Booked { code, movement } in &day.lines {
        let by = movement.person.and_then(|id| day.people.get(&id));
        rows.push(export::row([
            say::zoned(movement.at)
                .strftime("%Y-%m-%d %H:%M")
                .to_string()
                .as_str(),
            code,
            &movement.service,
            kind_code(movement.kind),
            movement.way.code(),
            &movement.amount.to_string(),
            &movement
                .receipt
                .as_ref()
                .map(receipt_words)
                .unwrap_or_default(),
            by.map_or("", String::as_str),
        ]));
    }
    let name = format!("till-{}-{}.csv", day.unit, day.date);
    Ok(export::file(&name, &rows.concat()))
}

pub(super) fn kind_code(kind: MovementKind) -> &'static str {
    match kind {
        MovementKind::Paid => "paid",
        MovementKind::Voided => "voided",
        MovementKind::Refunded => "refunded",
    }
}

/// One day of one desk.
pub(super) struct Day {
    pub(super) unit: String,
    pub(super) name: String,
    pub(super) date: Date,
    pub(super) till: Option<Till>,
    pub(super) lines: Vec<Booked>,
    pub(super) sums: Vec<Sum>,
    /// Of the day, in đồng.
    pub(super) cash: i64,
    pub(super) people: People,
    pub(super) services: BTreeMap<String, String>,
    heads: bool,
    clerk: bool,
}

impl Day {
    /// Whoever sits in the unit sees its till; for others there is none.
    pub(super) async fn of(
        hall: &Hall,
        visit: &Visit,
        unit: String,
        day: &str,
    ) -> Result<Self, Failure> {
        let date: Date = day.parse().map_err(|_| Failure::NotFound)?;
        let official: &Official = match &visit.person {
            Person::Official(official) => official,
            _ => return Err(Failure::NotFound),
        };
        if !keeps(official, &unit, Post::Staff) {
            return Err(Failure::Refused(Refusal::NotYours));
        }
        let (law, reader) = (hall.law(), hall.reader());
        let (since, until) = day_of(&law, date)?;
        let till = reader.till(&unit, date).await?;
        let lines = reader.movements(&unit, since, until, MOST).await?;
        let by = lines.iter().filter_map(|line| line.movement.person);
        let closed = till.as_ref().and_then(|till| till.closed.as_ref());
        let confirmed = till.as_ref().and_then(|till| till.confirmed);
        let by = by.chain(closed.map(|count| count.by.person));
        let by = by.chain(confirmed.map(|by| by.person));
        let people = names::people(reader, by).await?;
        let l = visit.lang.code();
        let known = law.catalogue.all(date);
        let services = known.map(|one| {
            let definition = &one.definition;
            (
                definition.service.clone(),
                definition.name.get(l).to_owned(),
            )
        });
        Ok(Self {
            name: names::unit(&law, &unit),
            sums: reader.money_sums(Some(&unit), since, until).await?,
            cash: reader.cash_between(&unit, since, until).await?,
            services: services.collect(),
            heads: keeps(official, &unit, Post::DeputyHead),
            clerk: keeps(official, &unit, Post::Staff),
            unit,
            date,
            till,
            lines,
            people,
        })
    }

    fn to(&self, what: &str) -> String {
        format!("/till/{}/{}{what}", self.unit, self.date)
    }

    fn draw(&self, visit: &Visit, typed: &Typed) -> Markup {
        let l = visit.lang;
        let (tone, word) = stage(l, self.till.as_ref());
        let day = self.date.strftime("%d/%m/%Y").to_string();
        let title = l.f("till.day", &[("day", &day)]);
        let open = self.till.as_ref().is_none_or(|till| till.closed.is_none());
        let body = html! {
            (crumbs(l, &[("/desk", l.t("nav.desk")), ("/till", l.t("till.title"))]))
            p.small.muted.flush { (self.name) }
            h1 { (title) }
            p.row { (tag(tone, &word)) }
            @if let Some(wrong) = &typed.wrong { div role="alert" tabindex="-1" autofocus { (note(Tone::Late, &html! { p { (wrong) } })) } }
            div.split {
                div.main {
                    (self.by_way(l))
                    (self.by_service(l))
                    (self.list(l))
                }
                aside.side {
                    (self.count(l))
                    @if open && self.clerk { (self.opening(l, typed)) (self.close(l, typed)) }
                    @if !open && self.heads { (self.judge(l)) }
                }
            }
        };
        page(&visit.frame(), &title, body)
    }

    /// Each way in which money came or went back: how often it came, how much came, how much went back.
    pub(super) fn ways(&self) -> impl Iterator<Item = (Way, u32, i64, i64)> + '_ {
        Way::ALL.into_iter().filter_map(|way| {
            let of = self.sums.iter().filter(|sum| sum.way == way);
            let (mut came, mut back, mut n) = (0, 0, 0);
            for sum in of {
                match sum.kind {
                    MovementKind::Paid => (came, n) = (came + sum.amount, n + sum.count),
                    MovementKind::Voided | MovementKind::Refunded => back += sum.amount,
                }
            }
            (n > 0 || back != 0).then_some((way, n, came, back))
        })
    }

    fn by_way(&self, l: Lang) -> Markup {
        let ways = self.ways().map(|(way, n, came, back)| {
            vec![
                html! { (way_words(l, way)) },
                html! { (n) },
                html! { (say::money(l, came)) },
                html! { (say::money(l, back)) },
                html! { b { (say::money(l, came + back)) } },
            ]
        });
        let rows: Vec<Vec<Markup>> = ways.collect();
        let columns = columns(&[
            (l.t("money.way"), false),
            (l.t("till.count"), true),
            (l.t("till.came"), true),
            (l.t("till.back"), true),
            (l.t("till.stays"), true),
        ]);
        html! { section { h2 { (l.t("till.by-way")) } @if rows.is_empty() { (empty(l.t("till.nothing"), &html! {})) } @else { (table(l.t("till.by-way"), &columns, &rows)) } } }
    }

    fn by_service(&self, l: Lang) -> Markup {
        let mut services: BTreeMap<&str, (u32, i64)> = BTreeMap::new();
        for sum in &self.sums {
            let entry = services.entry(&sum.service).or_default();
            entry.0 += if sum.kind == MovementKind::Paid {
                sum.count
            } else {
                0
            };
            entry.1 += sum.amount;
        }
        let rows: Vec<Vec<Markup>> = services
            .into_iter()
            .map(|(code, (n, amount))| {
                let name = self.services.get(code).map_or(code, String::as_str);
                vec![
                    html! { (name) },
                    html! { (n) },
                    html! { (say::money(l, amount)) },
                ]
            })
            .collect();
        let columns = columns(&[
            (l.t("till.service"), false),
            (l.t("till.count"), true),
            (l.t("till.stays"), true),
        ]);
        html! { @if !rows.is_empty() { section { h2 { (l.t("till.by-service")) } (table(l.t("till.by-service"), &columns, &rows)) } } }
    }

    fn list(&self, l: Lang) -> Markup {
        let rows: Vec<Vec<Markup>> = self
            .lines
            .iter()
            .map(|Booked { code, movement }| {
                let kind = l.of("till-kind", kind_code(movement.kind), &[]);
                let by = movement.person.and_then(|id| self.people.get(&id));
                vec![
                    html! { (say::clock_time(movement.at)) },
                    html! { a.code href={ "/cases/" (code) "#money" } { (code) } },
                    html! { (kind) " · " (way_words(l, movement.way)) },
                    html! { (movement.receipt.as_ref().map(receipt_words).unwrap_or_default()) },
                    html! { (by.map_or("", String::as_str)) },
                    html! { (say::money(l, movement.amount)) },
                ]
            })
            .collect();
        let columns = columns(&[
            (l.t("money.when"), false),
            (l.t("slip.code"), false),
            (l.t("money.way"), false),
            (l.t("money.receipt"), false),
            (l.t("till.by"), false),
            (l.t("money.amount"), true),
        ]);
        html! {
            @if !rows.is_empty() {
                section {
                    h2 { (l.t("till.lines")) }
                    (table(l.t("till.lines"), &columns, &rows))
                    p.row { a.btn.quiet href=(self.to("/day.xlsx")) { (l.t("till.xlsx")) } a.btn.quiet href=(self.to("/lines.csv")) { (l.t("till.csv")) } }
                }
            }
        }
    }

    /// What should lie in the till, and what does.
    fn count(&self, l: Lang) -> Markup {
        let opening = self.till.as_ref().map_or(0, |till| till.opening);
        let count = self.till.as_ref().and_then(|till| till.closed.as_ref());
        let name = |id| self.people.get(&id).map_or("", String::as_str).to_owned();
        html! {
            section.card {
                h2 { (l.t("till.cash")) }
                dl.facts.one.sums {
                    dt { (l.t("till.opening")) } dd.num { (say::money(l, opening)) }
                    dt { (l.t("till.cash-today")) } dd.num { (say::money(l, self.cash)) }
                    dt { (l.t("till.expected")) } dd.num { b { (say::money(l, opening + self.cash)) } }
                    @if let Some(count) = count {
                        dt { (l.t("till.counted")) } dd.num { b { (say::money(l, count.counted())) } }
                        dt { (l.t("till.difference")) } dd.num { (say::money(l, count.difference())) }
                    }
                }
                @if let Some(count) = count {
                    @if let Some(why) = &count.why { p.small { (why) } }
                    p.small.muted { (l.f("till.closed-by", &[("name", &name(count.by.person)), ("at", &say::moment(l, count.by.at))])) }
                }
                @if let Some(by) = self.till.as_ref().and_then(|till| till.confirmed) {
                    p.small.muted { (l.f("till.confirmed-by", &[("name", &name(by.person)), ("at", &say::moment(l, by.at))])) }
                }
            }
        }
    }

    fn opening(&self, l: Lang, typed: &Typed) -> Markup {
        let known = self.till.as_ref().map(|till| number::grouped(till.opening));
        let value = typed.was("open", "opening").map(str::to_owned).or(known);
        html! {
            form.card method="post" action=(self.to("/open")) {
                div.field { label for="opening" { (l.t("till.opening")) } p.help #opening-help { (l.t("till.opening-says")) } input.shorter.num type="text" inputmode="numeric" id="opening" name="opening" aria-describedby="opening-help" value=(value.unwrap_or_default()); }
                p.flush { button.btn type="submit" { @if self.till.is_some() { (l.t("till.change")) } @else { (l.t("till.open")) } } }
            }
        }
    }

    fn close(&self, l: Lang, typed: &Typed) -> Markup {
        html! {
            form.card method="post" action=(self.to("/close")) {
                h2 { (l.t("till.close")) }
                fieldset.field {
                    legend { (l.t("till.pieces")) }
                    div.pieces { @for value in DENOMINATIONS {
                        @let name = format!("d{value}");
                        label for=(name) { span.num { (say::money(l, value)) } }
                        input.num type="text" inputmode="numeric" id=(name) name=(name) maxlength="6" value=(typed.was("close", &name).unwrap_or_default());
                    } }
                }
                div.field { label for="why" { (l.t("till.why")) " " span.optional { (l.t("till.why-when")) } } textarea id="why" name="why" rows="2" maxlength="1000" { (typed.was("close", "why").unwrap_or_default()) } }
                p.flush { button.btn.go type="submit" { (l.t("till.close-send")) } }
                p.small.muted { (l.t("till.close-says")) }
            }
        }
    }

    fn judge(&self, l: Lang) -> Markup {
        let confirmed = self
            .till
            .as_ref()
            .is_some_and(|till| till.confirmed.is_some());
        html! {
            @if !confirmed {
                form.card method="post" action=(self.to("/confirm")) {
                    h2 { (l.t("till.confirm")) }
                    p.small.muted { (l.t("till.confirm-says")) }
                    div.ways {
                        button.btn.go type="submit" { (l.t("till.confirm-send")) }
                        button.btn.quiet type="submit" formaction=(self.to("/send-back")) { (l.t("till.send-back")) }
                    }
                }
            }
        }
    }
}

/// Heads of a table with which of them stand right.
pub(super) fn columns<'a>(heads: &[(&'a str, bool)]) -> Vec<Column<'a>> {
    let column = |(words, number): &(&'a str, bool)| Column {
        words,
        number: *number,
    };
    heads.iter().map(column).collect()
}
