//! `/cases/{code}/loss`: the head says which papers the agency lost or damaged and apologises; whoever works on the case
//! writes down when they are there again and what that cost the agency.

use actions::lawful::Lawful;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use rules::case::state::Loss;
use rules::duty::{Act, may};
use service::Definition;
use store::Seen;

use super::{definition_of, open, send, sheet, version, words};
use crate::error::Failure;
use crate::hall::Hall;
use crate::official::case;
use crate::official::posted::Posted;
use crate::say;
use crate::text::Lang;
use crate::ui::parts::{Tone, note};
use crate::visit::Visit;

/// `GET /cases/{code}/loss`
pub async fn get(
    State(hall): State<Hall>,
    visit: Visit,
    Path(code): Path<String>,
) -> Result<Markup, Failure> {
    let seen = case::whole(&hall, &visit, &code).await?;
    form(&hall, &visit, &seen, &Posted::default(), None)
}

/// `POST /cases/{code}/loss`: `go` is `declare`, or the number of the loss that was made good.
pub async fn post(
    State(hall): State<Hall>,
    visit: Visit,
    Path(code): Path<String>,
    posted: Posted,
) -> Result<Response, Failure> {
    let seen = case::whole(&hall, &visit, &code).await?;
    may(&visit.person, &Act::Note, Some(&seen.case))?;
    let again = |wrong: &str, status| {
        let page = form(&hall, &visit, &seen, &posted, Some(wrong))?;
        Ok((status, page).into_response())
    };
    let lawful = match posted.number("go") {
        Some(loss) => {
            let typed: String = posted
                .get("cost")
                .chars()
                .filter(|c| !matches!(c, '.' | ' ' | '\u{a0}'))
                .collect();
            let cost = match typed.as_str() {
                "" => Ok(0),
                typed => typed.parse::<i64>(),
            };
            match cost {
                Ok(cost) => Lawful::MakeGood { loss, cost },
                Err(_) => {
                    let status = StatusCode::UNPROCESSABLE_ENTITY;
                    return again(visit.lang.t("loss.no-cost"), status);
                }
            }
        }
        None => Lawful::DeclareLoss {
            papers: posted.all("paper").map(str::to_owned).collect(),
            damaged: posted.get("how") == "damaged",
        },
    };
    match send(&hall, &visit, &seen, &posted, lawful).await? {
        Ok(done) => Ok(done),
        Err((wrong, status)) => again(&wrong, status),
    }
}

fn papers(l: Lang, definition: &Definition, codes: &[String]) -> String {
    let names = codes.iter().map(|code| {
        let mut known = definition.documents.iter();
        let known = known.find(|document| document.code == *code);
        known.map_or(code.as_str(), |document| document.label.get(l.code()))
    });
    names.collect::<Vec<_>>().join("; ")
}

fn form(
    hall: &Hall,
    visit: &Visit,
    seen: &Seen,
    typed: &Posted,
    wrong: Option<&str>,
) -> Result<Markup, Failure> {
    let (l, law, case) = (visit.lang, hall.law(), &seen.case);
    may(&visit.person, &Act::Note, Some(case))?;
    let definition = definition_of(&law, case)?;
    let head = may(&visit.person, &Act::DeclareLoss, Some(case)).is_ok();
    let marked: Vec<&str> = typed.all("paper").collect();
    let damaged = typed.get("how") == "damaged";
    let action = format!("/cases/{}/loss", case.code);
    let body = html! {
        p.muted { (l.t("loss.says")) }
        @for (number, loss) in case.losses.iter().enumerate() { (one(l, seen, definition, &action, number, loss)) }
        @if !open(case) { (note(Tone::Stopped, &html! { p { (l.t("loss.closed")) } })) }
        @else if !head { (note(Tone::Plain, &html! { p { (l.t("loss.head")) } })) }
        @else {
            form method="post" action=(action) data-draft={ "loss-" (case.code) } {
                (version(seen))
                fieldset.field {
                    legend { (l.t("loss.which")) }
                    @for document in &definition.documents {
                        label.pick { input type="checkbox" name="paper" value=(document.code) checked[marked.contains(&document.code.as_str())]; span { (document.label.get(l.code())) } }
                    }
                }
                fieldset.field {
                    legend { (l.t("loss.how")) }
                    label.pick { input type="radio" name="how" value="lost" checked[!damaged]; span { (l.t("loss.lost")) } }
                    label.pick { input type="radio" name="how" value="damaged" checked[damaged]; span { (l.t("loss.damaged")) } }
                }
                (words(l, l.t("loss.words"), l.t("loss.words-says"), typed.get("words")))
                div.ways { button.btn.go type="submit" name="go" value="declare" { (l.t("loss.sign")) } }
            }
        }
    };
    Ok(sheet(visit, seen, l.t("loss.title"), wrong, &body))
}

fn one(
    l: Lang,
    seen: &Seen,
    definition: &Definition,
    action: &str,
    number: usize,
    loss: &Loss,
) -> Markup {
    let what = match loss.damaged {
        true => l.t("loss.damaged"),
        false => l.t("loss.lost"),
    };
    html! {
        section.card {
            p.flush { b { (papers(l, definition, &loss.papers)) } }
            p.small.muted { (what) " · " (say::moment(l, loss.at)) }
            @match loss.made_good {
                Some(at) => { (note(Tone::Done, &html! { p.flush { (l.f("loss.made-good", &[("at", &say::moment(l, at)), ("cost", &say::money(l, loss.cost))])) } })) }
                None => {
                    form method="post" action=(action) {
                        (version(seen))
                        div.field {
                            label for={ "cost-" (number) } { (l.t("loss.cost")) }
                            p.help id={ "cost-help-" (number) } { (l.t("loss.cost-says")) }
                            input.shorter type="text" inputmode="numeric" id={ "cost-" (number) } name="cost" aria-describedby={ "cost-help-" (number) };
                        }
                        p { button.btn type="submit" name="go" value=(number) { (l.t("loss.good")) } }
                    }
                }
            }
        }
    }
}
