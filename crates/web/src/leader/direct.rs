//! From any figure or case: give a unit a task with a day. The form is drawn from the definition
//! `directive.task`; what is sent opens a directive case that is followed to its end.

use actions::ActionError;
use actions::direct::SERVICE;
use axum::Form;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use rules::ids::CaseId;
use serde::Deserialize;
use serde_json::json;
use service::answer::judge_page;
use service::definition::{Channel, FieldKind, Who};
use service::expr::Scope;
use service::field::FieldProblem;
use service::fold::place_key;
use service::walk::PageRef;
use service::{Answers, Definition};

use super::ask::Asked;
use super::words;
use crate::error::Failure;
use crate::hall::Hall;
use crate::redirect;
use crate::text::Lang;
use crate::ui::form::{self, Sheet};
use crate::ui::page;
use crate::ui::parts::crumbs;
use crate::visit::Visit;

/// Where the directive comes from.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct From {
    /// Code of the case it is about.
    about: String,
    unit: String,
    figure: String,
    /// Key of a hot spot.
    hot: String,
}

/// The page of the definition that holds one row for each unit, and its row.
const TASKS: PageRef = PageRef {
    index: 1,
    row: Some(0),
};
const WHAT: PageRef = PageRef {
    index: 0,
    row: None,
};

/// `GET /direct?unit=…&about=CODE`, or `&figure=overdue` with the league's filters, or `&hot=KEY`
pub async fn get(
    State(hall): State<Hall>,
    visit: Visit,
    Query(from): Query<From>,
    Query(asked): Query<Asked>,
) -> Result<Markup, Failure> {
    let (law, today) = (hall.law(), hall.today()?);
    let published = law
        .catalogue
        .current(SERVICE, today)
        .ok_or(Failure::NotFound)?;
    let answers = begun(&hall, &visit, &from, asked).await?;
    let key = hall.city().new_token();
    draw(
        &hall,
        &visit,
        &published.definition,
        &answers,
        &[],
        &from.about,
        &key,
    )
}

/// What can be filled in already: the unit, and what the directive is about.
async fn begun(hall: &Hall, visit: &Visit, from: &From, asked: Asked) -> Result<Answers, Failure> {
    let (l, law) = (visit.lang, hall.law());
    let what = if !from.hot.is_empty() {
        crate::numbers::hot::task(l, hall, &from.hot)
    } else if from.about.is_empty() {
        let ask = asked.understood(&law, hall.now());
        let number: Option<u32> = ask.behind(&from.figure).map(|query| {
            let answer = hall.facts().ask(&query);
            answer.groups.iter().map(|group| group.counts.cases).sum()
        });
        number.map(|number| {
            let figure = l.of("figure", &from.figure, &[]);
            l.f(
                "direct.about-figure",
                &[
                    ("unit", &words::unit(&law, &from.unit)),
                    ("figure", &figure),
                    ("n", &number),
                ],
            )
        })
    } else {
        let seen = hall.case(&visit.person, &from.about).await?;
        Some(l.f(
            "direct.about-case",
            &[("code", &seen.case.code), ("title", &seen.title)],
        ))
    };
    let mut answers = Answers::new();
    if let Some(what) = what {
        answers.insert("what".to_owned(), json!(what));
    }
    answers.insert("priority".to_owned(), json!("ordinary"));
    if law.organisation.unit_ever(&from.unit).is_some() {
        answers.insert("tasks".to_owned(), json!([{"unit": from.unit}]));
    }
    Ok(answers)
}

/// `POST /direct`
pub async fn post(
    State(hall): State<Hall>,
    visit: Visit,
    Form(typed): Form<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    let (law, today) = (hall.law(), hall.today()?);
    let published = law
        .catalogue
        .current(SERVICE, today)
        .ok_or(Failure::NotFound)?;
    let definition = &published.definition;
    let field = |name: &str| {
        let pair = typed.iter().find(|(n, _)| n == name);
        pair.map(|(_, value)| value.clone()).unwrap_or_default()
    };
    let (about, key) = (field("about"), field("key"));
    if key.is_empty() {
        return Err(Failure::Unreadable);
    }
    let empty = Answers::new();
    let scope = Scope::of(definition, &empty)
        .applicant(Who::Official)
        .channel(Channel::Internal)
        .today(today);
    let (first, mut problems) = judge_page(definition, WHAT, &typed, &scope);
    let scope = Scope::of(definition, &first).like(&scope);
    let (answers, more) = judge_page(definition, TASKS, &typed, &scope);
    problems.extend(more);
    let case: Option<CaseId> = match about.is_empty() {
        true => None,
        false => Some(hall.case(&visit.person, &about).await?.case.id),
    };
    if problems.is_empty() {
        let sent = hall
            .city()
            .direct(&visit.person, answers.clone(), case, key.clone());
        match sent.await {
            Ok(receipt) => {
                return Ok(
                    redirect::to(&format!("/directives?new={}", receipt.code)).into_response()
                );
            }
            Err(ActionError::Flawed(flaws)) => problems = flaws,
            Err(error) => return Err(error.into()),
        }
    }
    let drawn = draw(&hall, &visit, definition, &answers, &problems, &about, &key)?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, drawn).into_response())
}

fn draw(
    hall: &Hall,
    visit: &Visit,
    definition: &Definition,
    answers: &Answers,
    problems: &[FieldProblem],
    about: &str,
    key: &str,
) -> Result<Markup, Failure> {
    let (l, law, today) = (visit.lang, hall.law(), hall.today()?);
    let mut units: Vec<(String, String)> = law
        .organisation
        .units_on(today)
        .map(|unit| (unit.code.clone(), unit.name.clone()))
        .collect();
    units.sort_by_key(|(_, name)| place_key(name));
    let scope = || {
        Scope::of(definition, answers)
            .applicant(Who::Official)
            .channel(Channel::Internal)
            .today(today)
    };
    Ok(page(
        &visit.frame().narrow(),
        l.t("direct.title"),
        html! {
            (crumbs(l, &[("/directives", l.t("nav.directives"))]))
            h1 { (l.t("direct.title")) }
            @if !about.is_empty() { p { (l.t("direct.about")) " " a href={ "/cases/" (crate::ui::layout::encode(about)) } { span.code { (about) } } } }
            (form::errors(l, problems))
            form method="post" action="/direct" {
                input type="hidden" name="key" value=(key);
                input type="hidden" name="about" value=(about);
                (fields(l, definition, WHAT, scope(), problems, &units))
                (fields(l, definition, TASKS, scope(), problems, &units))
                p.acts { button.btn.go type="submit" { (l.t("direct.send")) } }
            }
        },
    ))
}

/// The questions of one page; files come later, on the case itself.
fn fields(
    l: Lang,
    definition: &Definition,
    at: PageRef,
    scope: Scope<'_>,
    problems: &[FieldProblem],
    units: &[(String, String)],
) -> Markup {
    let Some(page) = definition.form.get(at.index) else {
        return html! {};
    };
    let scope = match (&page.repeat, at.row) {
        (Some(repeat), Some(row)) => scope.row(&repeat.code, row),
        _ => scope,
    };
    let sheet = Sheet {
        lang: l,
        scope,
        problems,
        areas: &[],
        units,
        known: &[],
        map: None,
    };
    html! {
        @for field in page.fields.iter().filter(|field| field.kind != FieldKind::File) { (form::field_of(&sheet, field, true)) }
    }
}
