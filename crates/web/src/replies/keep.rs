//! `/replies`: the city's reply templates, by kind of report and outcome. Every version stays with its author.

use std::collections::BTreeMap;

use actions::ActionError;
use actions::replies::Draft;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use rules::reply::{Blank, MOST, Wrong};
use service::definition::Kind;
use store::Reply;

use crate::error::Failure;
use crate::hall::Hall;
use crate::leader::words;
use crate::official::names;
use crate::official::posted::Posted;
use crate::redirect;
use crate::say;
use crate::text::Lang;
use crate::ui::page;
use crate::ui::parts::{Tone, crumbs, empty, note, tag};
use crate::visit::Visit;

/// `GET /replies`
pub async fn all(State(hall): State<Hall>, visit: Visit) -> Result<Markup, Failure> {
    list(&hall, &visit, &blank(), None).await
}

fn blank() -> Draft {
    Draft {
        key: None,
        seen: 0,
        service: String::new(),
        outcome: String::new(),
        title: String::new(),
        body: String::new(),
        used: true,
    }
}

async fn list(
    hall: &Hall,
    visit: &Visit,
    draft: &Draft,
    wrong: Option<&str>,
) -> Result<Markup, Failure> {
    let l = visit.lang;
    let kept = hall.reader().replies().await?;
    let (law, today) = (hall.law(), hall.today()?);
    let choices = Choices::of(hall, l)?;
    Ok(page(
        &visit.frame().narrow(),
        l.t("replies.title"),
        html! {
            (crumbs(l, &[("/inbox", l.t("nav.inbox"))]))
            h1 { (l.t("replies.title")) }
            p.muted { (l.t("replies.says")) }
            @if kept.is_empty() { (empty(l.t("replies.none"), &html! {})) }
            @else {
                ul.list.links-list { @for reply in &kept { li {
                    a href={ "/replies/" (reply.key) } { b { (reply.title) } span {
                        @if reply.service.is_empty() { (l.t("replies.every-kind")) } @else { (words::service(l, &law, today, &reply.service)) }
                        " · " @if reply.outcome.is_empty() { (l.t("replies.every-outcome")) } @else { (choices.outcome(&reply.outcome)) }
                    } }
                    @if !reply.used { (tag(Tone::Plain, l.t("replies.unused"))) }
                } } }
            }
            details.more.card open[wrong.is_some() || kept.is_empty()] {
                summary { (l.t("replies.new")) }
                (form(l, &choices, draft, wrong))
            }
        },
    ))
}

/// `GET /replies/{key}`
pub async fn one(
    State(hall): State<Hall>,
    visit: Visit,
    Path(key): Path<String>,
) -> Result<Markup, Failure> {
    let versions = hall.reader().reply_versions(&key).await?;
    let newest = versions.first().ok_or(Failure::NotFound)?;
    let draft = Draft {
        key: Some(newest.key.clone()),
        seen: newest.version,
        service: newest.service.clone(),
        outcome: newest.outcome.clone(),
        title: newest.title.clone(),
        body: newest.body.clone(),
        used: newest.used,
    };
    single(&hall, &visit, &versions, &draft, None).await
}

async fn single(
    hall: &Hall,
    visit: &Visit,
    versions: &[Reply],
    draft: &Draft,
    wrong: Option<&str>,
) -> Result<Markup, Failure> {
    let l = visit.lang;
    let choices = Choices::of(hall, l)?;
    let authors = versions.iter().map(|version| version.written_by);
    let people = names::people(hall.reader(), authors).await?;
    Ok(page(
        &visit.frame().narrow(),
        &draft.title,
        html! {
            (crumbs(l, &[("/inbox", l.t("nav.inbox")), ("/replies", l.t("replies.title"))]))
            h1 { (draft.title) }
            (form(l, &choices, draft, wrong))
            h2 { (l.t("replies.versions")) }
            ol.list reversed { @for version in versions { li value=(version.version) {
                span.small.muted { (say::moment(l, version.at)) " · " (people.get(&version.written_by).map_or("", String::as_str)) @if !version.used { " · " (l.t("replies.unused")) } }
                p.flush { b { (version.title) } }
                blockquote { (version.body) }
            } } }
        },
    ))
}

/// `POST /replies`: a new template, or a new version of one.
pub async fn save(
    State(hall): State<Hall>,
    visit: Visit,
    posted: Posted,
) -> Result<Response, Failure> {
    let l = visit.lang;
    let draft = Draft {
        key: Some(posted.get("key").to_owned()).filter(|key| !key.is_empty()),
        seen: posted.number("seen").unwrap_or(0),
        service: posted.get("service").to_owned(),
        outcome: posted.get("outcome").to_owned(),
        title: posted.get("title").to_owned(),
        body: posted.get("body").to_owned(),
        used: posted.get("used") != "no",
    };
    let versions = match &draft.key {
        Some(key) => hall.reader().reply_versions(key).await?,
        None => Vec::new(),
    };
    if draft.key.is_some() && versions.is_empty() {
        return Err(Failure::NotFound);
    }
    let (wrong, status) = match hall.city().keep_reply(&visit.person, draft.clone()).await {
        Ok(key) => return Ok(redirect::to(&format!("/replies/{key}")).into_response()),
        Err(ActionError::Reply(wrong)) => {
            (wrong_words(l, &wrong), StatusCode::UNPROCESSABLE_ENTITY)
        }
        Err(ActionError::Meanwhile(_)) => {
            (l.t("replies.meanwhile").to_owned(), StatusCode::CONFLICT)
        }
        Err(other) => return Err(other.into()),
    };
    let again = match draft.key {
        None => list(&hall, &visit, &draft, Some(&wrong)).await?,
        Some(_) => single(&hall, &visit, &versions, &draft, Some(&wrong)).await?,
    };
    Ok((status, again).into_response())
}

fn wrong_words(l: Lang, wrong: &Wrong) -> String {
    match wrong {
        Wrong::UnknownBlank(word) => l.f("replies.unknown-blank", &[("word", word)]),
        Wrong::OpenBrace => l.t("replies.open-brace").to_owned(),
        Wrong::Empty => l.t("replies.empty").to_owned(),
        Wrong::TooLong => l.f("replies.too-long", &[("most", &MOST)]),
    }
}

/// Kinds of report and their outcomes, by code and name.
struct Choices {
    services: Vec<(String, String)>,
    outcomes: Vec<(String, String)>,
}

impl Choices {
    fn of(hall: &Hall, l: Lang) -> Result<Self, Failure> {
        let (law, today) = (hall.law(), hall.today()?);
        let mut services = Vec::new();
        let mut outcomes: BTreeMap<String, String> = BTreeMap::new();
        for published in law.catalogue.all(today) {
            let d = &published.definition;
            if d.kind != Kind::Report {
                continue;
            }
            services.push((d.service.clone(), d.name.get(l.code()).to_owned()));
            for (_, step) in rules::process::Flow::of(d).steps() {
                let theirs = step.by == rules::case::state::APPLICANT;
                for way in step.outcomes.iter().filter(|_| !theirs) {
                    let name = names::outcome(l, step, &way.code);
                    outcomes.entry(way.code.clone()).or_insert(name);
                }
            }
        }
        services.sort_by_key(|(_, name)| service::fold::place_key(name));
        Ok(Self {
            services,
            outcomes: outcomes.into_iter().collect(),
        })
    }

    fn outcome<'c>(&'c self, code: &'c str) -> &'c str {
        let found = self.outcomes.iter().find(|(known, _)| known == code);
        found.map_or(code, |(_, name)| name)
    }
}

fn form(l: Lang, choices: &Choices, draft: &Draft, wrong: Option<&str>) -> Markup {
    let blanks: Vec<(String, String)> = Blank::ALL
        .iter()
        .map(|blank| {
            (
                format!("{{{}}}", blank.word()),
                l.of("blank", blank.word(), &[]),
            )
        })
        .collect();
    html! {
        form method="post" action="/replies" {
            @if let Some(key) = &draft.key { input type="hidden" name="key" value=(key); }
            input type="hidden" name="seen" value=(draft.seen);
            @if let Some(wrong) = wrong { div role="alert" { (note(Tone::Late, &html! { p { (wrong) } })) } }
            div.field { label for="reply-title" { (l.t("replies.name")) } input type="text" #reply-title name="title" maxlength="120" value=(draft.title) required; }
            div.field { label for="reply-service" { (l.t("replies.kind")) }
                select #reply-service name="service" {
                    option value="" { (l.t("replies.every-kind")) }
                    @for (code, name) in &choices.services { option value=(code) selected[*code == draft.service] { (name) } }
                }
            }
            div.field { label for="reply-outcome" { (l.t("replies.outcome")) }
                select #reply-outcome name="outcome" {
                    option value="" { (l.t("replies.every-outcome")) }
                    @for (code, name) in &choices.outcomes { option value=(code) selected[*code == draft.outcome] { (name) } }
                }
            }
            div.field {
                label for="reply-body" { (l.t("replies.body")) }
                p.help #reply-help { (l.t("replies.blanks")) " " @for (i, (blank, says)) in blanks.iter().enumerate() { @if i > 0 { ", " } code { (blank) } " " (says) } "." }
                textarea #reply-body name="body" rows="7" maxlength=(MOST) aria-describedby="reply-help" required { (draft.body) }
            }
            @if draft.key.is_some() {
                fieldset.field {
                    legend { (l.t("replies.use")) }
                    label.pick { input type="radio" name="used" value="yes" checked[draft.used]; span { (l.t("replies.used")) } }
                    label.pick { input type="radio" name="used" value="no" checked[!draft.used]; span { (l.t("replies.unused")) } }
                }
            }
            p.acts { button.btn.go type="submit" { (l.t("replies.save")) } }
        }
    }
}
