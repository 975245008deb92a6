//! The trip of an application: start → its pages → papers → review → one case. Which page comes next is
//! `service::walk`'s answer; every page is kept on the server, so that the address alone resumes it.

mod known;
mod papers;
mod questions;
mod review;
mod send;
mod standing;
mod start;
mod stop;

use std::collections::BTreeSet;

use actions::open::Besides;
use actions::{ActionError, NewCase};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use rules::person::Person;
use serde_json::{Value, json};
use service::answer::{documents, judge_all, judge_page};
use service::definition::{Channel, Code, Definition, Document, Field, FieldKind, Kind, Page, Who};
use service::expr::Scope;
use service::field::{FieldProblem, Wrong};
use service::walk::{self, PageRef};
use service::{Answers, Text, fees};

use crate::error::{Failure, refusal_words};
use crate::hall::{Hall, ShownEntry};
use crate::official::posted::Posted;
use crate::redirect;
use crate::resident::apply::{self, Papers, Questions, Review, Section, Way};
use crate::resident::filling::{self, Filling, areas, unit_name, units};
use crate::resident::identity;
use crate::resident::reporting::sent_address;
use crate::resident::service::{limit_words, who_words};
use crate::say;
use crate::text::Lang;
use crate::ui::form::{Sheet, answer_words};
use crate::visit::Visit;
use known::{Connect, place};
use review::value;

pub(crate) use known::origin_words;
use start::already;
pub use start::{begin, resume, start};
use stop::Stop;

/// A form in somebody's hands, beside its law.
struct Trip<'a> {
    hall: &'a Hall,
    visit: &'a Visit,
    definition: &'a Definition,
    filling: Filling,
}

fn offered<'l>(
    law: &'l actions::Law,
    hall: &Hall,
    service: &str,
) -> Result<&'l Definition, Failure> {
    law.catalogue
        .current(service, hall.today()?)
        .map(|published| &published.definition)
        .filter(|d| !matches!(d.kind, Kind::Directive | Kind::Inspection))
        .ok_or(Failure::NotFound)
}

fn mends(problem: &FieldProblem) -> Stop {
    match problem.page {
        Some(at) => Stop::Page(at),
        None => Stop::Documents,
    }
}

/// `GET /apply/{service}/{key}/{page}`
pub async fn show(
    State(hall): State<Hall>,
    visit: Visit,
    Path((service, key, stop)): Path<(String, String, String)>,
) -> Result<Response, Failure> {
    let law = hall.law();
    let definition = offered(&law, &hall, &service)?;
    let Some(filling) = Filling::load(&hall, &key, &visit.person).await? else {
        return already(&hall, &key).await;
    };
    let trip = Trip {
        hall: &hall,
        visit: &visit,
        definition,
        filling,
    };
    if stop == "later" {
        let way = trip.way(Stop::Review)?;
        return Ok(apply::put_aside(
            &visit.frame(),
            &Way {
                address: &hall.link(&trip.base()),
                ..way
            },
        )
        .into_response());
    }
    let stop = Stop::read(&stop).ok_or(Failure::NotFound)?;
    if !trip.stops()?.contains(&stop) {
        // An answer changed and the page is gone: on to where the form stands.
        return Ok(redirect::to(&trip.base()).into_response());
    }
    trip.page(stop, &[], None).await
}

/// `POST /apply/{service}/{key}/{page}`
pub async fn turn(
    State(hall): State<Hall>,
    visit: Visit,
    connect: Connect,
    Path((service, key, stop)): Path<(String, String, String)>,
    posted: Posted,
) -> Result<Response, Failure> {
    let law = hall.law();
    let definition = offered(&law, &hall, &service)?;
    let Some(filling) = Filling::load(&hall, &key, &visit.person).await? else {
        return already(&hall, &key).await;
    };
    let stop = Stop::read(&stop).ok_or(Failure::NotFound)?;
    let mut trip = Trip {
        hall: &hall,
        visit: &visit,
        definition,
        filling,
    };
    match stop {
        Stop::Standing => trip.stand(&posted).await,
        Stop::Page(at) => trip.questions(at, posted, &place(&connect)).await,
        Stop::Documents => trip.papers(posted).await,
        Stop::Review => trip.send(&posted).await,
    }
}

impl Trip<'_> {
    fn scope<'s>(&'s self, answers: &'s Answers) -> Result<Scope<'s>, Failure> {
        let scope = self
            .filling
            .scope(self.hall, self.definition, Channel::Online)?;
        Ok(Scope::of(self.definition, answers).like(&scope))
    }

    /// All pages that are there with these answers, in order.
    fn stops(&self) -> Result<Vec<Stop>, Failure> {
        let scope = self.scope(&self.filling.answers)?;
        let mut stops = Vec::new();
        if self.says_for_whom() {
            stops.push(Stop::Standing);
        }
        stops.extend(
            walk::pages(self.definition, &scope)
                .into_iter()
                .map(Stop::Page),
        );
        if !self.definition.documents.is_empty() {
            stops.push(Stop::Documents);
        }
        stops.push(Stop::Review);
        Ok(stops)
    }

    fn base(&self) -> String {
        format!("/apply/{}/{}", self.definition.service, self.filling.key)
    }

    fn address(&self, stop: Stop) -> String {
        format!("{}/{}", self.base(), stop.word())
    }

    /// What the demonstration's registers know, where one of these fields asks them.
    fn known_entries(&self, fields: &[Field]) -> Vec<&ShownEntry> {
        let asks = |entry: &&ShownEntry| {
            let mut from = fields.iter().filter_map(|field| field.from.as_ref());
            from.any(|call| call.register == entry.register)
        };
        self.hall.shown().entries.iter().filter(asks).collect()
    }

    fn way(&self, stop: Stop) -> Result<Way<'_>, Failure> {
        let stops = self.stops()?;
        let at = stops.iter().position(|one| *one == stop).unwrap_or(0);
        let days = i64::from(self.hall.city().limits().draft_days);
        let until = self.hall.now() + jiff::SignedDuration::from_hours(24 * days);
        Ok(Way {
            service_name: self.definition.name.get(self.visit.lang.code()),
            address: "",
            page: at + 1,
            of: stops.len(),
            back: Some(match at.checked_sub(1).and_then(|at| stops.get(at)) {
                Some(before) => self.address(*before),
                None => format!("/services/{}", self.definition.service),
            }),
            key: &self.filling.key,
            kept_until: say::date(until),
        })
    }

    fn next(&self, stop: Stop) -> Result<Stop, Failure> {
        let stops = self.stops()?;
        let at = stops.iter().position(|one| *one == stop);
        let after = at.and_then(|at| stops.get(at + 1));
        Ok(after.copied().unwrap_or(Stop::Review))
    }

    fn supplied(&self) -> BTreeSet<Code> {
        let files = self.filling.files.iter();
        files.map(|file| file.what.clone()).collect()
    }

    /// What is wrong on one page as the form stands.
    fn judged_page(&self, at: PageRef) -> Result<Vec<FieldProblem>, Failure> {
        let (_, problems) = self.judged()?;
        let here = problems.into_iter();
        Ok(here.filter(|problem| problem.page == Some(at)).collect())
    }

    fn judged(&self) -> Result<(Answers, Vec<FieldProblem>), Failure> {
        let scope = self.scope(&self.filling.answers)?;
        Ok(judge_all(self.definition, &scope, &self.supplied()))
    }

    async fn page(
        &self,
        stop: Stop,
        problems: &[FieldProblem],
        refused: Option<String>,
    ) -> Result<Response, Failure> {
        let status = if problems.is_empty() && refused.is_none() {
            StatusCode::OK
        } else {
            StatusCode::UNPROCESSABLE_ENTITY
        };
        let page = match stop {
            Stop::Standing => self.standing_page(problems)?,
            Stop::Page(at) => self.questions_page(at, problems)?,
            Stop::Documents => self.papers_page(problems).await?,
            Stop::Review => self.review_page(refused)?,
        };
        Ok((status, page).into_response())
    }
}
