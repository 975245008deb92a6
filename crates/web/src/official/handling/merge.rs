//! `/cases/{code}/merge`: which report it is a duplicate of, chosen from those around or by its code; and taking it out
//! again.

use actions::handling::Handling;
use actions::{Change, Verb};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use rules::case::{Case, Spot};
use rules::process::Flow;
use service::definition::{Ending, Kind, Move};
use store::{CaseLine, Extent, Narrow, Page};

use super::{From, Sheet, definition, refused};
use crate::error::Failure;
use crate::hall::Hall;
use crate::leader::words;
use crate::official::act::{self, step_of, whereto};
use crate::official::case::{self, Typed};
use crate::official::posted::Posted;
use crate::redirect;
use crate::say;
use crate::text::Lang;
use crate::visit::Visit;

/// Metres within which, and days since when, reports are offered: feedback peers use 50 to 250 m and 12 weeks.
const METRES: f64 = 250.0;
const DAYS: i64 = 84;
/// Offered at most.
const MOST: usize = 8;

/// A report that could be the original.
pub struct Candidate {
    pub line: CaseLine,
    pub metres: Option<f64>,
    pub same_kind: bool,
}

/// Open reports around this one that the viewer may see, those of its own kind first, then by distance.
///
/// # Errors
/// Where the memory does not answer.
pub async fn around(hall: &Hall, visit: &Visit, case: &Case) -> Result<Vec<Candidate>, Failure> {
    let since = hall.now() - jiff::SignedDuration::from_hours(24 * DAYS);
    let mut narrow = Narrow {
        kind: Some(Kind::Report),
        open: Some(true),
        opened_from: Some(since),
        ..Narrow::default()
    };
    match (case.place, &case.area) {
        (Some(spot), _) => narrow.within = Some(Extent::around(spot, METRES)),
        (None, Some(area)) => {
            narrow.areas = vec![area.clone()];
            narrow.services = vec![case.service.clone()];
        }
        (None, None) => return Ok(Vec::new()),
    }
    let page = Page {
        after: None,
        most: 60,
    };
    let found = hall.reader().cases(&visit.person, &narrow, page).await?;
    // A duplicate is no original.
    let others = found
        .into_iter()
        .filter(|line| line.id != case.id && line.life != 8);
    let mut near: Vec<Candidate> = others
        .filter_map(|line| {
            let there = line.place.map(|(lat, lon)| Spot { lat, lon });
            let metres = case
                .place
                .zip(there)
                .map(|(here, there)| here.metres_to(there));
            (metres.is_none_or(|metres| metres <= METRES)).then(|| Candidate {
                same_kind: line.service == case.service,
                line,
                metres,
            })
        })
        .collect();
    near.sort_by(|a, b| {
        let away = |one: &Candidate| one.metres.unwrap_or(f64::MAX);
        b.same_kind
            .cmp(&a.same_kind)
            .then(away(a).total_cmp(&away(b)))
    });
    near.truncate(MOST);
    Ok(near)
}

/// `GET /cases/{code}/merge?step=…`
pub async fn get(
    State(hall): State<Hall>,
    visit: Visit,
    Path(code): Path<String>,
    Query(from): Query<From>,
) -> Result<Markup, Failure> {
    let sheet = Sheet::of(&hall, &visit, &code, (from.step, from.row)).await?;
    draw(&sheet, &Posted::default(), None).await
}

/// `POST /cases/{code}/merge`; `go=look`: from the page of the case, with what was typed there.
pub async fn post(
    State(hall): State<Hall>,
    visit: Visit,
    Path(code): Path<String>,
    posted: Posted,
) -> Result<Response, Failure> {
    let sheet = Sheet::of(&hall, &visit, &code, step_of(&posted)).await?;
    if posted.get("go") == "look" {
        return Ok(draw(&sheet, &posted, None).await?.into_response());
    }
    let l = visit.lang;
    let law = hall.law();
    let outcome = outcome(definition(&law, sheet.case())?, &sheet.step).ok_or(Failure::NotFound)?;
    let typed = actions::code::typed(posted.get("code"));
    let original = match typed.is_empty() {
        true => posted.get("original").to_owned(),
        false => typed,
    };
    if original.is_empty() {
        let again = draw(&sheet, &posted, Some(l.t("merge.choose"))).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, again).into_response());
    }
    let verb = Verb::Handling(Handling::Merge {
        step: sheet.step.clone(),
        row: sheet.row,
        outcome,
        original,
    });
    let change = Change {
        seen: posted.number("version"),
        words: Some(posted.get("words").to_owned()),
        ..Change::new(sheet.case().id, verb)
    };
    match hall.city().change(&visit.person, change).await {
        Ok(after) => Ok(redirect::to(&whereto(&visit, &after)).into_response()),
        Err(error) => match refused(&sheet, &posted, error).await? {
            Err(page) => Ok(page),
            Ok((wrong, status)) => {
                let again = draw(&sheet, &posted, Some(&wrong)).await?;
                Ok((status, again).into_response())
            }
        },
    }
}

/// The outcome of a step that ends with a duplicate.
pub fn outcome(definition: &service::Definition, step: &str) -> Option<String> {
    let step = Flow::of(definition).step(step)?;
    let mut ways = step.outcomes.iter();
    let way = ways.find(|way| way.to == Move::End(Ending::Duplicate))?;
    Some(way.code.clone())
}

/// `POST /cases/{code}/unmerge`
pub async fn unmerge(
    State(hall): State<Hall>,
    visit: Visit,
    Path(code): Path<String>,
    posted: Posted,
) -> Result<Response, Failure> {
    let seen = case::whole(&hall, &visit, &code).await?;
    let mut typed = Typed {
        form: "unmerge".into(),
        words: posted.get("words").to_owned(),
        ..Typed::default()
    };
    let change = Change {
        seen: posted.number("version"),
        words: Some(typed.words.clone()),
        ..Change::new(seen.case.id, Verb::Handling(Handling::Unmerge))
    };
    match hall.city().change(&visit.person, change).await {
        Ok(after) => Ok(redirect::to(&whereto(&visit, &after)).into_response()),
        Err(error) => {
            let status = act::blame(&mut typed, visit.lang, error)?;
            act::again(&hall, &visit, &code, &typed, status).await
        }
    }
}

async fn draw(sheet: &Sheet<'_>, posted: &Posted, wrong: Option<&str>) -> Result<Markup, Failure> {
    let l = sheet.visit.lang;
    let near = around(sheet.hall, sheet.visit, sheet.case()).await?;
    let chosen = posted.get("original");
    let body = html! {
        p.muted { (l.t("merge.says")) }
        form method="post" action=(sheet.address("merge")) {
            (sheet.carried())
            fieldset.field {
                legend { (l.t("merge.near")) }
                @if near.is_empty() { p.muted { (l.t("merge.none-near")) } }
                @for one in &near {
                    label.pick {
                        input type="radio" name="original" value=(one.line.code) checked[chosen == one.line.code];
                        span { b { (one.line.title) } span { (under(sheet.hall, l, one)?) } }
                    }
                }
            }
            @if !near.is_empty() {
                p.small { @for one in &near { a href={ "/cases/" (one.line.code) } target="_blank" rel="noopener" { span.code { (one.line.code) } } " " } (l.t("merge.look")) }
            }
            div.field {
                label for="code" { (l.t("merge.code")) " " span.optional { (l.t("form.optional")) } }
                p.help #code-help { (l.t("merge.code-says")) }
                input.short type="text" #code name="code" value=(posted.get("code")) autocomplete="off" autocapitalize="characters" spellcheck="false" aria-describedby="code-help";
            }
            div.field {
                label for="words" { (l.t("merge.words")) " " span.optional { (l.t("form.optional")) } }
                textarea #words name="words" rows="3" maxlength="4000" { (posted.get("words")) }
            }
            (sheet.back(l.t("merge.send")))
        }
    };
    Ok(sheet.page(l.t("merge.title"), wrong, &body))
}

/// `Đèn chiếu sáng · 35 m · 2 ngày trước · H65-…`
fn under(hall: &Hall, l: Lang, one: &Candidate) -> Result<String, Failure> {
    let (law, today, now) = (hall.law(), hall.today()?, hall.now());
    let mut says = Vec::new();
    if !one.same_kind {
        says.push(words::service(l, &law, today, &one.line.service));
    }
    if let Some(metres) = one.metres {
        says.push(format!("{} m", say::decimal(l, metres.round(), 0)));
    }
    #[expect(clippy::cast_precision_loss, reason = "seconds since a report")]
    let ago = say::length(l, now.duration_since(one.line.opened).as_secs() as f64);
    says.push(l.f("report.ago", &[("length", &ago)]));
    says.push(one.line.code.clone());
    Ok(says.join(" · "))
}
