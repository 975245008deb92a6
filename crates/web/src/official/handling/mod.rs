//! What is done with a report beside its steps, each on a page of its own: called the same as another report, made
//! another kind, handed to somebody outside, shared with another unit. And what a case shows of it.

pub mod card;
pub mod kind;
pub mod merge;
pub mod outside;
pub mod share;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use maud::{Markup, html};
use rules::case::Case;
use rules::duty::{Act, may};
use serde::Deserialize;
use service::Definition;
use store::Seen;

use super::act::blame;
use super::case::{self, Typed};
use super::posted::Posted;
use crate::door::{Doors, Duty};
use crate::error::Failure;
use crate::hall::Hall;
use crate::ui::page;
use crate::ui::parts::{Tone, crumbs, note};
use crate::visit::Visit;

pub fn doors(doors: Doors<Hall>) -> Doors<Hall> {
    let decides = || Act::Decide {
        step: String::new(),
        row: None,
    };
    doors
        .door(
            "/cases/{code}/merge",
            get(merge::get).post(merge::post).duty(decides()),
        )
        .door(
            "/cases/{code}/unmerge",
            post(merge::unmerge).duty(Act::Note),
        )
        .door(
            "/cases/{code}/kind",
            get(kind::get).post(kind::post).duty(decides()),
        )
        .door(
            "/cases/{code}/outside",
            get(outside::get).post(outside::post).duty(decides()),
        )
        .door(
            "/cases/{code}/outside/{n}",
            post(outside::take_back).duty(Act::Note),
        )
        .door(
            "/cases/{code}/share",
            get(share::get).post(share::post).duty(decides()),
        )
}

/// From which step of the case: `?step=…&row=…`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct From {
    pub step: String,
    pub row: Option<u32>,
    /// The kind that a report shall become.
    pub to: String,
}

/// A page about what is done from one step of one case.
struct Sheet<'s> {
    hall: &'s Hall,
    visit: &'s Visit,
    seen: Seen,
    step: String,
    row: Option<u32>,
}

impl<'s> Sheet<'s> {
    /// # Errors
    /// Where the case may not be seen whole, or the step is not this person's to decide.
    async fn of(
        hall: &'s Hall,
        visit: &'s Visit,
        code: &str,
        (step, row): (String, Option<u32>),
    ) -> Result<Self, Failure> {
        let seen = case::whole(hall, visit, code).await?;
        let act = Act::Decide {
            step: step.clone(),
            row,
        };
        may(&visit.person, &act, Some(&seen.case))?;
        if seen.case.kind != service::definition::Kind::Report {
            return Err(Failure::NotFound);
        }
        Ok(Self {
            hall,
            visit,
            seen,
            step,
            row,
        })
    }

    fn case(&self) -> &Case {
        &self.seen.case
    }

    fn address(&self, what: &str) -> String {
        format!("/cases/{}/{what}", self.seen.case.code)
    }

    /// The version seen and the step, as each form of these pages carries them.
    fn carried(&self) -> Markup {
        html! {
            input type="hidden" name="version" value=(self.seen.case.version);
            input type="hidden" name="step" value=(self.step);
            @if let Some(row) = self.row { input type="hidden" name="row" value=(row); }
        }
    }

    fn words(&self, label: &str, help: &str, typed: &str) -> Markup {
        html! {
            div.field {
                label for="words" { (label) }
                p.help #words-help { (help) }
                textarea #words name="words" rows="4" maxlength="4000" aria-describedby="words-help" required { (typed) }
            }
        }
    }

    fn back(&self, go: &str) -> Markup {
        html! {
            p.acts {
                button.btn.go type="submit" { (go) }
                a.btn.quiet href={ "/cases/" (self.seen.case.code) } { (self.visit.lang.t("pass.back")) }
            }
        }
    }

    fn page(&self, title: &str, wrong: Option<&str>, body: &Markup) -> Markup {
        let (l, code) = (self.visit.lang, &self.seen.case.code);
        page(
            &self.visit.frame().narrow(),
            title,
            html! {
                (crumbs(l, &[("/inbox", l.t("nav.inbox")), (&format!("/cases/{code}"), &self.seen.title)]))
                p.small.muted.flush { span.code { (code) } }
                h1 { (title) }
                @if let Some(wrong) = wrong { div role="alert" { (note(Tone::Late, &html! { p { (wrong) } })) } }
                (body)
            },
        )
    }
}

fn definition<'l>(law: &'l actions::Law, case: &Case) -> Result<&'l Definition, Failure> {
    let published = law.catalogue.get(&case.service, case.service_version);
    published
        .map(|published| &published.definition)
        .ok_or(Failure::NotFound)
}

/// Why it was not done, in words, with its status; what is not theirs to mend goes on. A colleague who was faster is
/// shown on the page of the case.
async fn refused(
    sheet: &Sheet<'_>,
    posted: &Posted,
    error: actions::ActionError,
) -> Result<Result<(String, StatusCode), Response>, Failure> {
    let mut typed = Typed {
        words: posted.get("words").to_owned(),
        form: super::case_view::form_of(&sheet.step, sheet.row),
        ..Typed::default()
    };
    let status = blame(&mut typed, sheet.visit.lang, error)?;
    if status == StatusCode::CONFLICT {
        let page = case::page(sheet.hall, sheet.visit, &sheet.seen.case.code, &typed).await?;
        return Ok(Err((status, page).into_response()));
    }
    Ok(Ok((typed.wrong.unwrap_or_default(), status)))
}
