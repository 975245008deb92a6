//! What the law provides beside the steps of a case: form 05, a result put right, an opinion asked, papers lost. The
//! card on the case's page says what is so and leads to what may be done; each has a page of its own.

pub mod consult;
pub mod correct;
pub mod loss;
pub mod stop;

use std::sync::Arc;

use actions::change::Change;
use actions::lawful::Lawful;
use actions::{Law, Verb};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use maud::{Markup, html};
use rules::Moment;
use rules::case::correct::has_result;
use rules::case::early::early;
use rules::case::state::Correction;
use rules::case::{Case, Life};
use rules::duty::{Act, may};
use rules::person::Person;
use service::Definition;
use store::Seen;

use super::act::{blame, whereto};
use super::case::{self, Typed};
use super::posted::Posted;
use crate::door::{Doors, Duty};
use crate::error::Failure;
use crate::hall::Hall;
use crate::redirect;
use crate::say;
use crate::text::Lang;
use crate::ui::page;
use crate::ui::parts::{Tone, crumbs, note};
use crate::visit::Visit;

pub fn doors(doors: Doors<Hall>) -> Doors<Hall> {
    let consult = Act::Consult {
        step: String::new(),
        row: None,
    };
    doors
        .door(
            "/cases/{code}/stop",
            get(look::<stop::Page>)
                .post(ask::<stop::Page>)
                .duty(Act::Stop),
        )
        .door(
            "/cases/{code}/correction",
            get(look::<correct::Page>)
                .post(ask::<correct::Page>)
                .duty(Act::Note),
        )
        .door(
            "/cases/{code}/consult",
            get(look::<consult::Page>)
                .post(ask::<consult::Page>)
                .duty(consult),
        )
        .door(
            "/cases/{code}/loss",
            get(look::<loss::Page>)
                .post(ask::<loss::Page>)
                .duty(Act::Note),
        )
}

/// One of these pages: who may open it, what it asks the city for, what it shows.
trait Lawfully: 'static {
    fn act(typed: &Posted) -> Act;

    /// `Err`: in words why nothing was asked for.
    fn asked(l: Lang, typed: &Posted) -> Result<Lawful, String>;

    fn draw(of: &Sheet<'_>) -> impl Future<Output = Result<Markup, Failure>> + Send;
}

/// A page about one case, with what was typed there and what went wrong.
struct Sheet<'s> {
    hall: &'s Hall,
    visit: &'s Visit,
    seen: &'s Seen,
    law: Arc<Law>,
    typed: &'s Posted,
    wrong: Option<&'s str>,
}

async fn look<P: Lawfully>(
    State(hall): State<Hall>,
    visit: Visit,
    Path(code): Path<String>,
    typed: Posted,
) -> Result<Markup, Failure> {
    let seen = case::whole(&hall, &visit, &code).await?;
    draw::<P>(&hall, &visit, &seen, &typed, None).await
}

async fn ask<P: Lawfully>(
    State(hall): State<Hall>,
    visit: Visit,
    Path(code): Path<String>,
    typed: Posted,
) -> Result<Response, Failure> {
    let seen = case::whole(&hall, &visit, &code).await?;
    may(&visit.person, &P::act(&typed), Some(&seen.case))?;
    let (wrong, status) = match P::asked(visit.lang, &typed) {
        Ok(lawful) => match send(&hall, &visit, &seen, &typed, lawful).await? {
            Ok(done) => return Ok(done),
            Err(refused) => refused,
        },
        Err(wrong) => (wrong, StatusCode::UNPROCESSABLE_ENTITY),
    };
    let drawn = draw::<P>(&hall, &visit, &seen, &typed, Some(&wrong)).await?;
    Ok((status, drawn).into_response())
}

async fn draw<P: Lawfully>(
    hall: &Hall,
    visit: &Visit,
    seen: &Seen,
    typed: &Posted,
    wrong: Option<&str>,
) -> Result<Markup, Failure> {
    may(&visit.person, &P::act(typed), Some(&seen.case))?;
    let law = hall.law();
    let sheet = Sheet {
        hall,
        visit,
        seen,
        law,
        typed,
        wrong,
    };
    P::draw(&sheet).await
}

/// What a case shows of it to an official.
pub fn card(
    l: Lang,
    law: &Law,
    definition: &Definition,
    case: &Case,
    person: &Person,
    now: Moment,
) -> Markup {
    let can = |act: Act| may(person, &act, Some(case)).is_ok();
    let to = |what: &str| format!("/cases/{}/{what}", case.code);
    let today = law.calendar().map(|calendar| calendar.local(now).0);
    let mut links = Vec::new();
    if can(Act::Stop)
        && today.is_ok_and(|day| {
            law.stops
                .on(day)
                .hold(case, definition, now)
                .next()
                .is_some()
        })
    {
        links.push((to("stop"), l.t("stop.title")));
    }
    if has_result(case) && can(Act::Note) {
        links.push((to("correction"), l.t("correction.title")));
    }
    if !definition.documents.is_empty() && open(case) && can(Act::Note) {
        links.push((to("loss"), l.t("loss.title")));
    }
    let mut says: Vec<(Tone, String)> = early_words(l, law, definition, case)
        .map(|words| (Tone::Done, words))
        .into_iter()
        .collect();
    says.extend(case.corrections.last().map(|one| correction_words(l, one)));
    let open = case.losses.iter().filter(|loss| loss.made_good.is_none());
    says.extend(open.map(|_| (Tone::Late, l.t("loss.open").to_owned())));
    html! {
        @if !links.is_empty() || !says.is_empty() {
            section.card aria-label=(l.t("lawful.title")) {
                h2 { (l.t("lawful.title")) }
                @for (tone, words) in &says { (note(*tone, &html! { p.flush { (words) } })) }
                ul.list.links-list.flush { @for (to, words) in &links { li { a href=(to) { b { (words) } } } } }
            }
        }
    }
}

fn open(case: &Case) -> bool {
    !matches!(
        case.life,
        Life::NotAccepted { .. } | Life::Stopped { .. } | Life::HandedOver { .. }
    )
}

/// From when on a result that came before its day can be fetched.
pub fn early_words(l: Lang, law: &Law, definition: &Definition, case: &Case) -> Option<String> {
    let calendar = law.calendar_of(case.clock.calendar).ok()?;
    let early = early(case, definition, calendar).ok().flatten()?;
    let (from, due) = (say::moment(l, early.from), say::moment(l, early.appointed));
    Some(l.f("early.says", &[("from", &from), ("due", &due)]))
}

/// How it stands with the latest error.
pub fn correction_words(l: Lang, one: &Correction) -> (Tone, String) {
    let due = one.due.map_or_else(String::new, |due| say::moment(l, due));
    let of = |member: &str| l.of("correction-stands", member, &[("due", &due)]);
    match one {
        _ if one.done.is_some() => (Tone::Done, of("done")),
        _ if one.begun.is_some() => (Tone::Run, of("begun")),
        _ if one.declined.is_some() => (Tone::Plain, of("declined")),
        _ if one.by_applicant => (Tone::Soon, of("asked")),
        _ => (Tone::Soon, of("found")),
    }
}

/// Does it and goes to the case, or tells why not.
async fn send(
    hall: &Hall,
    visit: &Visit,
    seen: &Seen,
    posted: &Posted,
    lawful: Lawful,
) -> Result<Result<Response, (String, StatusCode)>, Failure> {
    let change = Change {
        seen: posted.number("version"),
        words: Some(posted.get("words").to_owned()),
        ..Change::new(seen.case.id, Verb::Lawful(lawful))
    };
    match hall.city().change(&visit.person, change).await {
        Ok(after) => Ok(Ok(redirect::to(&whereto(visit, &after)).into_response())),
        Err(error) => {
            let mut typed = Typed::default();
            let status = blame(&mut typed, visit.lang, error)?;
            Ok(Err((typed.wrong.unwrap_or_default(), status)))
        }
    }
}

impl Sheet<'_> {
    fn definition(&self) -> Result<&Definition, Failure> {
        let case = &self.seen.case;
        let published = self.law.catalogue.get(&case.service, case.service_version);
        published
            .map(|published| &published.definition)
            .ok_or(Failure::NotFound)
    }

    fn may(&self, act: &Act) -> bool {
        may(&self.visit.person, act, Some(&self.seen.case)).is_ok()
    }

    /// Where one is, what went wrong, and `body`.
    fn page(&self, title: &str, body: &Markup) -> Markup {
        let (l, code) = (self.visit.lang, &self.seen.case.code);
        page(
            &self.visit.frame().narrow(),
            title,
            html! {
                (crumbs(l, &[("/inbox", l.t("nav.inbox")), (&format!("/cases/{code}"), &self.seen.title)]))
                p.small.muted.flush { span.code { (code) } }
                h1 { (title) }
                @if let Some(wrong) = self.wrong { div role="alert" { (note(Tone::Late, &html! { p { (wrong) } })) } }
                (body)
            },
        )
    }

    /// The words that go out with it.
    fn words(&self, label: &str, help: &str) -> Markup {
        html! {
            div.field {
                label for="words" { (label) }
                p.help #words-help { (help) }
                textarea #words name="words" rows="5" maxlength="4000" aria-describedby="words-help" required { (self.typed.get("words")) }
            }
            p.small.muted { (self.visit.lang.t("lawful.no-others")) }
        }
    }

    fn version(&self) -> Markup {
        html! { input type="hidden" name="version" value=(self.seen.case.version); }
    }
}
