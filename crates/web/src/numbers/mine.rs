//! An official's own record: how they are scored, the dossiers behind each point, and the right to dispute one.
//! The head of the unit sees its officers and answers. Nobody else sees a person's score.

use std::collections::HashSet;

use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use rules::Moment;
use rules::case::Refusal;
use rules::ids::{CaseId, NoteId, PersonId};
use rules::index::period::{Length, Period};
use rules::index::scoring::Whose;
use rules::person::{Official, Person};
use service::definition::Post;
use store::Dispute;

use super::asked::{Ask, Asked, period_words};
use super::counted::Counted;
use super::head::as_of;
use super::lens;
use super::scored::{self, Scored};
use super::scores::{grade, indicators, sum};
use crate::error::{Failure, refusal_words};
use crate::hall::Hall;
use crate::leader::cases::list;
use crate::leader::words;
use crate::official::posted::Posted;
use crate::redirect;
use crate::say;
use crate::text::Lang;
use crate::ui::layout::encode;
use crate::ui::page;
use crate::ui::parts::{Tone, crumbs, empty, note, pages, tag};
use crate::visit::Visit;

const MOST: usize = 50;

fn official(visit: &Visit) -> Result<&Official, Failure> {
    match &visit.person {
        Person::Official(official) => Ok(official),
        _ => Err(Failure::Refused(Refusal::NotYours)),
    }
}

/// The dossiers that accepted disputes set aside for a person.
fn aside(accepted: &[(PersonId, CaseId)], person: PersonId) -> HashSet<CaseId> {
    let theirs = accepted.iter().filter(|(who, _)| *who == person);
    theirs.map(|(_, case)| *case).collect()
}

/// `GET /mine`
pub async fn get(
    State(hall): State<Hall>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Markup, Failure> {
    let me = official(&visit)?;
    let (l, law) = (visit.lang, hall.law());
    let ask = asked.understood(hall.now(), Length::Quarter);
    let lens = lens(&law, &ask)?;
    let aside = aside(&hall.reader().accepted_disputes().await?, me.id);
    let disputes = hall.reader().disputes_of(me.id).await?;
    let shown: Vec<CaseId> = disputes.iter().map(|one| one.case).collect();
    let lines = hall.reader().lines_of(&visit.person, &shown).await?;
    let scoring = &law.yardsticks.scoring;
    let (scored, load, ready) = {
        let ledger = hall.ledger();
        let counted = Counted::of(&ledger, &law, &ask);
        let name = ledger.names.find(&me.id.to_string());
        let scored = name.map(|name| scored::officer(&counted, scoring, &lens, name, &aside));
        let holds = |hop: &rules::index::Hop| Some(hop.officer) == name && hop.to.is_none();
        let open = name.map_or(0, |_| {
            let rows = ledger.rows().iter();
            rows.filter(|one| one.hops.iter().any(holds)).count()
        });
        (scored, open, ledger.is_ready())
    };
    let heads = me.seats.iter().any(|seat| seat.post >= Post::DeputyHead);
    Ok(page(
        &visit.frame(),
        l.t("numbers.mine-title"),
        html! {
            h1 { (l.t("numbers.mine-title")) }
            p.muted { (l.f("numbers.mine-says", &[("basis", &scoring.basis)])) }
            @if heads { p { a.btn.quiet href="/mine/unit" { (l.t("numbers.unit-record")) } } }
            (periods(l, &ask, "/mine"))
            (as_of(l, &ask, ready))
            @match &scored {
                Some(scored) if scored.dossiers > 0 => {
                    (figures(l, scored, load))
                    (sum(l, scored))
                    (indicators(l, &ask, scored, &|line, points| {
                        let figure = format!("{}:{}", line.indicator.number, points?);
                        Some(ask.link("/mine/cases", &[("figure", &figure), ("at", &ask.as_of.to_string())]))
                    }))
                    p { a href=(ask.link("/mine/cases", &[("figure", "1:all")])) { (l.t("numbers.my-dossiers")) } }
                },
                _ => (empty(l.t("numbers.mine-nothing"), &html! { p { a href="/inbox" { (l.t("nav.inbox")) } } })),
            }
            @if !disputes.is_empty() {
                h2 { (l.t("numbers.my-disputes")) }
                ul.list { @for one in &disputes { li {
                    @if let Some(line) = lines.iter().find(|line| line.id == one.case) { a href={ "/cases/" (encode(&line.code)) } { span.code { (line.code) } } " " (line.title) }
                    (dispute(l, one))
                } } }
            }
            details.more { summary { (l.t("numbers.about")) } p.small { (l.t("numbers.mine-notes")) } }
        },
    ))
}

/// On time and load.
fn figures(l: Lang, scored: &Scored<'_>, load: usize) -> Markup {
    let time = scored.lines.iter().find(|line| line.indicator.number == 1);
    let [late, on_day, early] = time.map_or([0; 3], |line| line.tally.by_points);
    let all = late + on_day + early;
    #[allow(clippy::cast_precision_loss)] // counts of dossiers
    let share = (all > 0).then(|| (on_day + early) as f64 / all as f64);
    html! {
        dl.figures {
            div { dt { (l.t("numbers.my-ended")) } dd { (words::count(l, scored.dossiers)) } }
            div { dt { (l.t("league.on-time")) } dd { (share.map_or_else(|| "–".to_owned(), |share| say::percent(l, share))) } }
            div { dt { (l.t("numbers.my-load")) } dd { (words::count(l, u64::try_from(load).unwrap_or(0))) } }
        }
    }
}

/// Quarters and years as links.
fn periods(l: Lang, ask: &Ask, path: &str) -> Markup {
    let quarter = Period::containing(ask.today, Length::Quarter);
    let mut choices = vec![quarter];
    for _ in 0..3 {
        let last = choices[choices.len() - 1];
        choices.push(last.previous());
    }
    let year = Period::containing(ask.today, Length::Year);
    choices.extend([year, year.previous()]);
    html! {
        nav.tabs aria-label=(l.t("numbers.period")) {
            @for one in choices {
                a href={ (path) "?period=" (one) } aria-current=[(one == ask.period).then_some("page")] { (period_words(l, one)) }
            }
        }
    }
}

fn dispute(l: Lang, one: &Dispute) -> Markup {
    html! {
        p.flush { (l.f("numbers.disputed-on", &[("day", &say::date(one.at))])) ": " q { (one.words) } }
        @match &one.answer {
            None => (tag(Tone::Run, l.t("numbers.dispute-open"))),
            Some(answer) => {
                p.flush {
                    @if answer.accepted { (tag(Tone::Done, l.t("numbers.dispute-accepted"))) } @else { (tag(Tone::Plain, l.t("numbers.dispute-refused"))) }
                    " " (say::date(answer.at)) ": " q { (answer.words) }
                }
            },
        }
    }
}

/// `GET /mine/cases?figure=1:0`: the dossiers behind a point of one's own record, each with the right to dispute.
pub async fn cases(
    State(hall): State<Hall>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Markup, Failure> {
    let me = official(&visit)?;
    let (l, law, today) = (visit.lang, hall.law(), hall.today()?);
    let ask = asked.understood(hall.now(), Length::Quarter);
    let lens = lens(&law, &ask)?;
    let number: usize = ask.asked.page.parse().unwrap_or(1).clamp(1, 100_000);
    let scoring = &law.yardsticks.scoring;
    let mut found: Vec<(rules::index::At, CaseId)> = {
        let ledger = hall.ledger();
        let name = ledger.names.find(&me.id.to_string()).unwrap_or_default();
        let whose = Whose::Officer(name);
        let counts = scored::behind(scoring, lens, &ask.asked.figure, whose, None)
            .ok_or(Failure::NotFound)?;
        let rows = ledger.rows().iter().filter(|one| counts(one));
        rows.map(|one| (one.opened, one.id)).collect()
    };
    found.sort_unstable_by(|a, b| b.cmp(a));
    let all = found.len();
    let shown: Vec<CaseId> = found
        .iter()
        .skip((number - 1) * MOST)
        .take(MOST)
        .map(|(_, id)| *id)
        .collect();
    let lines = hall.reader().lines_of(&visit.person, &shown).await?;
    let at = |n: usize| ask.link("/mine/cases", &[("page", &n.to_string())]);
    let earlier = (number > 1).then(|| at(number - 1));
    let later = (number * MOST < all).then(|| at(number + 1));
    let moment = Moment::from_second(ask.as_of).unwrap_or_default();
    let title = l.t("numbers.my-dossiers");
    Ok(page(
        &visit.frame(),
        title,
        html! {
            (crumbs(l, &[(&ask.link("/mine", &[("figure", ""), ("at", "")]), l.t("numbers.mine-title"))]))
            h1 { (title) }
            p { b #count { (l.n("league.cases", i64::try_from(all).unwrap_or(i64::MAX), &[])) } }
            @if lines.is_empty() { (empty(l.t("league.nothing"), &html! {})) }
            @else {
                (list(&visit, &law, today, moment, &lines, false))
                h2 { (l.t("numbers.dispute-one")) }
                p { (l.t("numbers.dispute-says")) }
                form.stack method="post" action="/mine/dispute" {
                    div.field {
                        label for="case" { (l.t("league.case")) }
                        select #case name="case" { @for line in &lines { option value=(line.code) { (line.code) " · " (line.title) } } }
                    }
                    (words_field(l, "words", l.t("numbers.dispute-words"), ""))
                    button.btn.go type="submit" { (l.t("numbers.dispute-send")) }
                }
            }
            (pages(l, earlier.as_deref(), later.as_deref()))
        },
    ))
}

fn words_field(l: Lang, name: &str, label: &str, typed: &str) -> Markup {
    html! {
        div.field {
            label for=(name) { (label) }
            p.hint { (l.f("numbers.words-most", &[("n", &actions::numbers::WORDS)])) }
            textarea id=(name) name=(name) rows="4" maxlength=(actions::numbers::WORDS) required { (typed) }
        }
    }
}

/// `POST /mine/dispute`
pub async fn send(
    State(hall): State<Hall>,
    visit: Visit,
    posted: Posted,
) -> Result<Response, Failure> {
    official(&visit)?;
    let seen = hall.case(&visit.person, posted.get("case")).await?;
    match hall
        .city()
        .dispute(&visit.person, seen.case.id, posted.get("words"))
        .await
    {
        Ok(()) => Ok(redirect::to("/mine").into_response()),
        Err(actions::ActionError::Refused(refusal)) => {
            Ok(again(&visit, &posted, &seen.case.code, &refusal))
        }
        Err(other) => Err(other.into()),
    }
}

/// What was typed, with the reason why it was not taken.
fn again(visit: &Visit, posted: &Posted, code: &str, refusal: &Refusal) -> Response {
    let l = visit.lang;
    let why = match refusal {
        Refusal::ReasonRequired => l.t("numbers.dispute-words-missing").to_owned(),
        Refusal::AlreadyDone => l.t("numbers.dispute-twice").to_owned(),
        Refusal::NotYours => l.t("numbers.dispute-not-yours").to_owned(),
        other => refusal_words(l, other),
    };
    let body = page(
        &visit.frame().narrow(),
        l.t("numbers.dispute-one"),
        html! {
            (crumbs(l, &[("/mine", l.t("numbers.mine-title"))]))
            h1 { (l.t("numbers.dispute-one")) }
            div role="alert" { (note(Tone::Late, &html! { p { (why) } })) }
            form.stack method="post" action="/mine/dispute" {
                input type="hidden" name="case" value=(code);
                p { span.code { (code) } }
                (words_field(l, "words", l.t("numbers.dispute-words"), posted.get("words")))
                button.btn.go type="submit" { (l.t("numbers.dispute-send")) }
            }
        },
    );
    (axum::http::StatusCode::UNPROCESSABLE_ENTITY, body).into_response()
}

/// `GET /mine/unit`: the officers of the units one heads, and their disputes.
pub async fn unit(
    State(hall): State<Hall>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Markup, Failure> {
    let me = official(&visit)?;
    let (l, law) = (visit.lang, hall.law());
    let ask = asked.understood(hall.now(), Length::Quarter);
    let lens = lens(&law, &ask)?;
    let headed: Vec<String> = me
        .seats
        .iter()
        .filter(|seat| seat.post >= Post::DeputyHead)
        .map(|seat| seat.unit.clone())
        .collect();
    let accepted = hall.reader().accepted_disputes().await?;
    let disputes = hall.reader().disputes_at(&headed).await?;
    let officers = officers(&hall, &headed).await?;
    let shown: Vec<CaseId> = disputes.iter().map(|one| one.case).collect();
    let lines = hall.reader().lines_of(&visit.person, &shown).await?;
    let scoring = &law.yardsticks.scoring;
    let rows: Vec<(String, String, Scored<'_>)> = {
        let ledger = hall.ledger();
        let counted = Counted::of(&ledger, &law, &ask);
        let known = officers.iter().filter_map(|(id, name, unit)| {
            let number = ledger.names.find(&id.to_string())?;
            let aside = aside(&accepted, *id);
            let scored = scored::officer(&counted, scoring, &lens, number, &aside);
            Some((name.clone(), words::unit(&law, unit), scored))
        });
        known.filter(|(.., scored)| scored.dossiers > 0).collect()
    };
    let name_of = |id: PersonId| {
        officers
            .iter()
            .find(|(known, ..)| *known == id)
            .map(|(_, name, _)| name.as_str())
    };
    let title = l.t("numbers.unit-record");
    Ok(page(
        &visit.frame(),
        title,
        html! {
            (crumbs(l, &[("/mine", l.t("numbers.mine-title"))]))
            h1 { (title) }
            (periods(l, &ask, "/mine/unit"))
            (as_of(l, &ask, hall.ledger().is_ready()))
            @if rows.is_empty() { (empty(l.t("numbers.unit-nothing"), &html! {})) }
            @else { (people(l, &rows)) }
            h2 { (l.t("numbers.disputes")) }
            @if disputes.is_empty() { p.muted { (l.t("numbers.no-disputes")) } }
            @for one in &disputes {
                div.card {
                    p.flush { b { (name_of(one.person).unwrap_or("–")) }
                        @if let Some(line) = lines.iter().find(|line| line.id == one.case) { " · " a href={ "/cases/" (encode(&line.code)) } { span.code { (line.code) } } " " (line.title) } }
                    (dispute(l, one))
                    @if one.answer.is_none() && one.person != me.id { (answer_form(l, one)) }
                }
            }
        },
    ))
}

/// (who, name, unit) of everybody with a seat in these units.
async fn officers(
    hall: &Hall,
    units: &[String],
) -> Result<Vec<(PersonId, String, String)>, Failure> {
    let mut officers: Vec<(PersonId, String, String)> = Vec::new();
    for unit in units {
        for (id, _) in hall.reader().seated(unit, Post::Staff, hall.now()).await? {
            if !officers.iter().any(|(known, ..)| *known == id) {
                officers.push((id, String::new(), unit.clone()));
            }
        }
    }
    let ids: Vec<PersonId> = officers.iter().map(|(id, ..)| *id).collect();
    for (id, name) in hall.reader().names(&ids).await? {
        if let Some(officer) = officers.iter_mut().find(|(known, ..)| *known == id) {
            officer.1 = name;
        }
    }
    officers.sort_by_key(|(_, name, _)| service::fold::sort_key(name));
    Ok(officers)
}

fn people(l: Lang, rows: &[(String, String, Scored<'_>)]) -> Markup {
    let title = l.t("numbers.unit-record");
    html! {
        div.wrap-table role="region" aria-label=(title) tabindex="0" {
            table.folds {
                caption.hidden-words { (title) }
                thead { tr {
                    th scope="col" { (l.t("numbers.officer")) }
                    th.num scope="col" { (l.t("numbers.dossiers")) }
                    @if let Some((.., scored)) = rows.first() { @for line in &scored.lines { th.num scope="col" { abbr title=(line.indicator.name) { (line.indicator.number) } } } }
                    th.num scope="col" { (l.t("numbers.sum-head")) }
                    th scope="col" { (l.t("numbers.grade")) }
                } }
                tbody { @for (name, unit, scored) in rows { tr {
                    th scope="row" { (name) br; span.small.muted { (unit) } }
                    td.num data-label=(l.t("numbers.dossiers")) { (words::count(l, scored.dossiers)) }
                    @for line in &scored.lines { td.num data-label=(line.indicator.name) { @match line.score { Some(score) => (say::decimal(l, score, 1)), None => "–" } } }
                    td.num data-label=(l.t("numbers.sum-head")) { (say::decimal(l, scored.least, 1)) }
                    td { (grade(l, scored)) }
                } } }
            }
        }
    }
}

fn answer_form(l: Lang, one: &Dispute) -> Markup {
    let id = format!("answer-{}", one.id);
    html! {
        form.stack method="post" action="/mine/answer" {
            input type="hidden" name="dispute" value=(one.id);
            div.field { label for=(id) { (l.t("numbers.answer-words")) } textarea id=(id) name="words" rows="3" maxlength=(actions::numbers::WORDS) required {} }
            div.row {
                button.btn.go type="submit" name="accepted" value="yes" { (l.t("numbers.accept-dispute")) }
                button.btn type="submit" name="accepted" value="no" { (l.t("numbers.refuse-dispute")) }
            }
        }
    }
}

/// `POST /mine/answer`
pub async fn answer(
    State(hall): State<Hall>,
    visit: Visit,
    posted: Posted,
) -> Result<Response, Failure> {
    let id: NoteId = posted
        .get("dispute")
        .parse()
        .map_err(|_| Failure::NotFound)?;
    let accepted = match posted.get("accepted") {
        "yes" => true,
        "no" => false,
        _ => return Err(Failure::Unreadable),
    };
    hall.city()
        .answer_dispute(&visit.person, id, accepted, posted.get("words"))
        .await?;
    Ok(redirect::to("/mine/unit").into_response())
}
