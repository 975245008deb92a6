//! `/cases/{code}/kind`: makes a report another kind. First which, then what its form asks that nobody answered yet;
//! what is not known may stay open.

use actions::handling::Handling;
use actions::{Change, Verb};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use service::definition::{Channel, Field, FieldKind, Kind};
use service::expr::Scope;
use service::field::{FieldProblem, Wrong};
use service::walk::{self, PageRef};
use service::{Answers, Definition, answer};

use super::{From, Sheet, refused};
use crate::error::Failure;
use crate::hall::Hall;
use crate::official::act::{step_of, whereto};
use crate::official::desk::Group;
use crate::official::posted::Posted;
use crate::redirect;
use crate::resident::filling::{areas, units};
use crate::ui::form::{self, answer_words};
use crate::visit::Visit;

/// `GET /cases/{code}/kind?step=…[&to=…]`
pub async fn get(
    State(hall): State<Hall>,
    visit: Visit,
    Path(code): Path<String>,
    Query(from): Query<From>,
) -> Result<Markup, Failure> {
    let sheet = Sheet::of(&hall, &visit, &code, (from.step, from.row)).await?;
    match from.to.as_str() {
        "" => choose(&sheet),
        to => {
            let answers = given(&hall, &sheet).await?;
            fill(
                &sheet,
                to,
                &kept(&hall, to, &answers)?,
                &Posted::default(),
                &[],
                None,
            )
        }
    }
}

/// `POST /cases/{code}/kind`
pub async fn post(
    State(hall): State<Hall>,
    visit: Visit,
    Path(code): Path<String>,
    posted: Posted,
) -> Result<Response, Failure> {
    let sheet = Sheet::of(&hall, &visit, &code, step_of(&posted)).await?;
    let to = posted.get("to");
    let old = kept(&hall, to, &given(&hall, &sheet).await?)?;
    let law = hall.law();
    let published = law.catalogue.current(to, hall.today()?);
    let new = &published.ok_or(Failure::NotFound)?.definition;
    let (answers, problems) = typed(new, &old, &posted, sheet.case().channel, hall.today()?);
    // What is not known stays open; what cannot stand is mended first.
    let wrong: Vec<FieldProblem> = problems
        .into_iter()
        .filter(|problem| problem.wrong != Wrong::Required)
        .collect();
    if !wrong.is_empty() {
        let again = fill(&sheet, to, &answers, &posted, &wrong, None)?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, again).into_response());
    }
    let verb = Verb::Handling(Handling::Recategorise {
        step: sheet.step.clone(),
        row: sheet.row,
        to: to.to_owned(),
    });
    let change = Change {
        seen: posted.number("version"),
        words: Some(posted.get("words").to_owned()),
        answers: Some(answers.clone()),
        ..Change::new(sheet.case().id, verb)
    };
    match hall.city().change(&visit.person, change).await {
        Ok(after) => Ok(redirect::to(&whereto(&visit, &after)).into_response()),
        Err(error) => match refused(&sheet, &posted, error).await? {
            Err(page) => Ok(page),
            Ok((wrong, status)) => {
                let again = fill(&sheet, to, &answers, &posted, &[], Some(&wrong))?;
                Ok((status, again).into_response())
            }
        },
    }
}

async fn given(hall: &Hall, sheet: &Sheet<'_>) -> Result<Answers, Failure> {
    let answers = hall.reader().answers(sheet.case().id).await?;
    Ok(answers.map(|(_, answers)| answers).unwrap_or_default())
}

/// What the new form asks too and would take as it is.
fn kept(hall: &Hall, to: &str, given: &Answers) -> Result<Answers, Failure> {
    let (law, today) = (hall.law(), hall.today()?);
    let published = law.catalogue.current(to, today);
    let new = &published.ok_or(Failure::NotFound)?.definition;
    let mut answers = Answers::new();
    for field in fields(new) {
        if let Some(value) = given.get(&field.code) {
            answers.insert(field.code.clone(), value.clone());
        }
    }
    let scope = Scope::of(new, &answers).today(today);
    let (_, problems) = answer::judge_all(new, &scope, &Default::default());
    for problem in problems {
        answers.remove(&problem.field);
    }
    Ok(answers)
}

fn fields(definition: &Definition) -> impl Iterator<Item = &Field> {
    definition.form.iter().flat_map(|page| &page.fields)
}

/// What a person can still be asked: neither answered nor a file.
fn asked(field: &Field, old: &Answers) -> bool {
    let file = matches!(field.kind, FieldKind::Photos | FieldKind::File);
    !file && !old.contains_key(&field.code)
}

fn typed(
    new: &Definition,
    old: &Answers,
    posted: &Posted,
    channel: Channel,
    today: jiff::civil::Date,
) -> (Answers, Vec<FieldProblem>) {
    let mut answers = old.clone();
    let mut problems = Vec::new();
    for index in 0..new.form.len() {
        let before = answers.clone();
        let scope = Scope::of(new, &before).channel(channel).today(today);
        let at = PageRef { index, row: None };
        let open = |field: &Field| asked(field, old);
        let (after, found) = answer::judge_some(new, at, open, &posted.pairs, &scope);
        answers = after;
        problems.extend(found);
    }
    (answers, problems)
}

fn choose(sheet: &Sheet<'_>) -> Result<Markup, Failure> {
    let (l, law, today) = (sheet.visit.lang, sheet.hall.law(), sheet.hall.today()?);
    let own = &sheet.case().service;
    let mut groups: Vec<Group> = Vec::new();
    for published in law.catalogue.all(today) {
        let d = &published.definition;
        if d.kind != Kind::Report || d.service == *own || d.mirrored() {
            continue;
        }
        let (group, name) = (d.group.get(l.code()), d.name.get(l.code()));
        let service = (d.service.clone(), name.to_owned());
        match groups.iter_mut().find(|(known, _)| known == group) {
            Some((_, services)) => services.push(service),
            None => groups.push((group.to_owned(), vec![service])),
        }
    }
    groups.sort_by_key(|(group, _)| service::fold::place_key(group));
    let body = html! {
        p.muted { (l.t("kind.says")) }
        form action=(sheet.address("kind")) {
            input type="hidden" name="step" value=(sheet.step);
            @if let Some(row) = sheet.row { input type="hidden" name="row" value=(row); }
            @for (group, services) in &groups {
                fieldset.field {
                    legend { (group) }
                    @for (code, name) in services { label.pick { input type="radio" name="to" value=(code) required; span { (name) } } }
                }
            }
            (sheet.back(l.t("kind.next")))
        }
    };
    Ok(sheet.page(l.t("kind.title"), None, &body))
}

fn fill(
    sheet: &Sheet<'_>,
    to: &str,
    answers: &Answers,
    posted: &Posted,
    problems: &[FieldProblem],
    wrong: Option<&str>,
) -> Result<Markup, Failure> {
    let (l, hall) = (sheet.visit.lang, sheet.hall);
    let (law, today) = (hall.law(), hall.today()?);
    let published = law.catalogue.current(to, today);
    let new = &published.ok_or(Failure::NotFound)?.definition;
    let (areas, units) = (areas(hall)?, units(hall)?);
    let scope = Scope::of(new, answers)
        .channel(sheet.case().channel)
        .today(today);
    let form_sheet = form::Sheet {
        lang: l,
        scope,
        problems,
        areas: &areas,
        units: &units,
        known: &[],
        map: None,
    };
    // What came with this post is asked again; what the report had stays.
    let came = |field: &Field| {
        let inside = format!("{}.", field.code);
        let mut pairs = posted.pairs.iter();
        pairs.any(|(name, _)| *name == field.code || name.starts_with(&inside))
    };
    let shown: Vec<&Field> = (0..new.form.len())
        .flat_map(|index| walk::fields(new, &scope, PageRef { index, row: None }))
        .collect();
    let (asked, kept): (Vec<&Field>, Vec<&Field>) = shown
        .into_iter()
        .partition(|field| asked(field, answers) || came(field));
    let body = html! {
        (form::errors(l, problems))
        p { b { (new.name.get(l.code())) } }
        // What is not known may stay open: the city judges, not the browser.
        form method="post" action=(sheet.address("kind")) novalidate {
            (sheet.carried())
            input type="hidden" name="to" value=(to);
            @if !asked.is_empty() {
                p.muted { (l.t("kind.asked")) }
                @for field in &asked { (form::field_of(&form_sheet, field, true)) }
            }
            details.more {
                summary { (l.t("kind.kept")) }
                dl.facts.one { @for field in &kept {
                    @if let Some(words) = answer_words(&form_sheet, field) { dt { (field.label.get(l.code())) } dd { (words) } }
                } }
            }
            (sheet.words(l.t("kind.words"), l.t("kind.words-says"), posted.get("words")))
            p.small.muted { (l.t("kind.clock")) }
            (sheet.back(l.t("kind.send")))
        }
    };
    Ok(sheet.page(l.t("kind.title"), wrong, &body))
}
