//! The trip of an application: start → its pages → papers → review → one case. Which page comes next is
//! `service::walk`'s answer; every page is kept on the server, so that the address alone resumes it.

mod known;
mod papers;
mod review;
mod standing;

use std::collections::BTreeSet;

use actions::open::Besides;
use actions::{ActionError, NewCase};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
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

/// Where one stands: `for-whom`, `0`, `1-2` (page and row), `documents`, `review`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stop {
    /// In whose name one applies.
    Standing,
    Page(PageRef),
    Documents,
    Review,
}

impl Stop {
    fn read(text: &str) -> Option<Self> {
        Some(match text {
            "for-whom" => Stop::Standing,
            "documents" => Stop::Documents,
            "review" => Stop::Review,
            other => {
                let (index, row) = match other.split_once('-') {
                    Some((index, row)) => (index, Some(row.parse().ok()?)),
                    None => (other, None),
                };
                Stop::Page(PageRef {
                    index: index.parse().ok()?,
                    row,
                })
            }
        })
    }

    fn word(self) -> String {
        match self {
            Stop::Page(PageRef { index, row: None }) => index.to_string(),
            Stop::Page(PageRef {
                index,
                row: Some(row),
            }) => format!("{index}-{row}"),
            Stop::Standing => "for-whom".to_owned(),
            Stop::Documents => "documents".to_owned(),
            Stop::Review => "review".to_owned(),
        }
    }
}

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

/// `GET /apply/{service}`
pub async fn start(
    State(hall): State<Hall>,
    visit: Visit,
    Path(service): Path<String>,
) -> Result<Response, Failure> {
    let law = hall.law();
    let definition = offered(&law, &hall, &service)?;
    let l = visit.lang;
    let resident = hall.city().proven(&visit.person).await?;
    let proven = resident.as_ref().map(|resident| &resident.proven);
    let mut who = definition.applicants.who.clone();
    // Whoever speaks for an organisation most often applies for it.
    let speaks = proven.is_some_and(|proven| proven.organisation.is_some());
    who.sort_by_key(|who| speaks && *who != Who::Organisation);
    let page = apply::start(
        &visit.frame(),
        &apply::Start {
            service: &definition.service,
            name: definition.name.get(l.code()),
            how_long: limit_words(l, definition),
            papers: definition
                .documents
                .iter()
                .filter(|document| document.required)
                .map(|document| document.label.get(l.code()))
                .collect(),
            who: who
                .iter()
                .filter_map(|who| {
                    let code = serde_json::to_value(who).ok()?;
                    Some((code.as_str()?.to_owned(), who_words(l, *who)))
                })
                .collect(),
            online: online(definition),
            identity: identity::at_the_door(
                &hall,
                l,
                definition.applicants.identity,
                proven,
                &format!("/apply/{service}"),
            ),
            closed: !identity::opens(&hall, definition.applicants.identity, proven),
        },
    );
    Ok(page.into_response())
}

fn online(definition: &Definition) -> bool {
    let channels = &definition.applicants.channels;
    channels.contains(&Channel::Online) || channels.contains(&Channel::Web)
}

/// `POST /apply/{service}`
pub async fn begin(
    State(hall): State<Hall>,
    visit: Visit,
    connect: Connect,
    Path(service): Path<String>,
    posted: Posted,
) -> Result<Response, Failure> {
    let law = hall.law();
    let definition = offered(&law, &hall, &service)?;
    if !online(definition) {
        return Err(Failure::NotFound);
    }
    let resident = hall.city().proven(&visit.person).await?;
    let proven = resident.as_ref().map(|resident| &resident.proven);
    if !identity::opens(&hall, definition.applicants.identity, proven) {
        return Ok(Redirect::to(&format!("/apply/{service}")).into_response());
    }
    let mut filling = Filling::new(&hall, &service);
    filling.set_applicant(posted.get("_as"));
    filling.set_account(proven);
    let mut trip = Trip {
        hall: &hall,
        visit: &visit,
        definition,
        filling,
    };
    trip.fill_from_account(proven)?;
    trip.fill_ahead(&place(&connect)).await?;
    trip.filling.save(&hall, &visit.person).await?;
    let first = trip.stops()?.first().copied().unwrap_or(Stop::Review);
    Ok(Redirect::to(&trip.address(first)).into_response())
}

/// `GET /apply/{service}/{key}`: back to the first page that still lacks something.
pub async fn resume(
    State(hall): State<Hall>,
    visit: Visit,
    Path((service, key)): Path<(String, String)>,
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
    let (_, problems) = trip.judged()?;
    let stop = match trip.standing_flaws().is_empty() {
        true => problems.first().map_or(Stop::Review, mends),
        false => Stop::Standing,
    };
    Ok(Redirect::to(&trip.address(stop)).into_response())
}

async fn already(hall: &Hall, key: &str) -> Result<Response, Failure> {
    let receipt = hall.city().receipt(key).await?.ok_or(Failure::NotFound)?;
    Ok(Redirect::to(&sent_address(&receipt)).into_response())
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
        return Ok(Redirect::to(&trip.base()).into_response());
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

    fn questions_page(
        &self,
        at: PageRef,
        problems: &[FieldProblem],
    ) -> Result<maud::Markup, Failure> {
        let l = self.visit.lang;
        let page = self
            .definition
            .form
            .get(at.index)
            .ok_or(Failure::NotFound)?;
        let truth = self.scope(&self.filling.answers)?;
        let answers = self.shown(&self.filling.answers);
        let (areas, units) = (areas(self.hall)?, units(self.hall)?);
        let mut scope = self.scope(&answers)?;
        if let (Some(row), Some(repeat)) = (at.row, &page.repeat) {
            scope = scope.row(&repeat.code, row);
        }
        let known = self.known(page, at, &answers);
        let fields = self.as_shown(page, at);
        let many = page.repeat.as_ref();
        let rows = many.map_or(0, |repeat| {
            let rows = self.filling.answers.get(&repeat.code);
            rows.and_then(Value::as_array).map_or(0, Vec::len)
        });
        let title = page.page.get(l.code());
        let title = match (many, at.row) {
            (Some(repeat), Some(row)) => {
                format!(
                    "{title}: {} {}",
                    repeat.label.get(l.code()).to_lowercase(),
                    row + 1
                )
            }
            _ => title.to_owned(),
        };
        let named = many.map(|repeat| repeat.label.get(l.code()).to_lowercase());
        Ok(apply::questions(
            &self.visit.frame(),
            &Questions {
                way: self.way(Stop::Page(at))?,
                title: &title,
                help: page.help.get(l.code()),
                sheet: Sheet {
                    lang: l,
                    scope,
                    problems,
                    areas: &areas,
                    units: &units,
                    known: &known,
                    map: None,
                },
                fields: &fields,
                // What is computed is told on the review page.
                shown: walk::fields(self.definition, &truth, at)
                    .into_iter()
                    .filter(|field| field.value.is_none())
                    .collect(),
                can_add: named
                    .clone()
                    .filter(|_| many.is_some_and(|repeat| rows.max(1) < repeat.max as usize)),
                can_remove: named
                    .filter(|_| many.is_some_and(|repeat| rows > (repeat.min as usize).max(1))),
                entries: self.known_entries(&page.fields),
            },
        ))
    }

    async fn questions(
        &mut self,
        at: PageRef,
        posted: Posted,
        place: &str,
    ) -> Result<Response, Failure> {
        let page = self
            .definition
            .form
            .get(at.index)
            .ok_or(Failure::NotFound)?;
        let go = posted.get("_go").to_owned();
        if go == "remove" {
            if let (Some(row), Some(repeat)) = (at.row, &page.repeat)
                && let Some(Value::Array(rows)) = self.filling.answers.get_mut(&repeat.code)
                && row < rows.len()
            {
                rows.remove(row);
                self.forget_row(&repeat.code, row);
            }
            self.filling.save(self.hall, &self.visit.person).await?;
            let first = Stop::Page(PageRef {
                index: at.index,
                row: at.row.map(|row| row.saturating_sub(1)),
            });
            return Ok(Redirect::to(&self.address(first)).into_response());
        }
        self.filling.drop_files(posted.all("_drop"));
        let mut problems = self
            .filling
            .take(self.hall, self.definition, posted.files)
            .await?;
        self.filling.name_files(self.definition);
        let typed = filling::typed(self.definition, &self.filling.answers, &posted.pairs);
        let before = self.filling.answers.clone();
        let (answers, _) = {
            let scope = self.scope(&before)?;
            judge_page(self.definition, at, &typed, &scope)
        };
        self.filling.answers = answers;
        self.keep_proven(&before);
        let unknown = self.fill_in(at, &typed, place).await?;
        // Judged when all is there: what was typed, what is proven, what registers say.
        let found = self.judged_page(at)?;
        self.filling.save(self.hall, &self.visit.person).await?;
        if go == "later" {
            return Ok(Redirect::to(&format!("{}/later", self.base())).into_response());
        }
        problems.extend(found);
        problems.extend(unknown);
        if !problems.is_empty() {
            return self.page(Stop::Page(at), &problems, None).await;
        }
        if go == "add"
            && let Some(repeat) = &page.repeat
        {
            let rows = self
                .filling
                .answers
                .entry(repeat.code.clone())
                .or_insert_with(|| json!([]));
            let mut new = 0;
            if let Value::Array(rows) = rows
                && rows.len() < repeat.max as usize
            {
                new = rows.len();
                rows.push(json!({}));
            }
            self.filling.save(self.hall, &self.visit.person).await?;
            let row = Stop::Page(PageRef {
                index: at.index,
                row: Some(new),
            });
            return Ok(Redirect::to(&self.address(row)).into_response());
        }
        let next = self.next(Stop::Page(at))?;
        Ok(Redirect::to(&self.address(next)).into_response())
    }

    fn new_case(&self) -> NewCase {
        NewCase {
            service: self.definition.service.clone(),
            answers: self.filling.answers.clone(),
            uploads: Vec::new(),
            person: self.visit.person.clone(),
            applicant: self.filling.applicant(self.definition),
            channel: Channel::Online,
            key: self.filling.key.clone(),
            public: false,
            received_at: None,
            about: None,
        }
    }

    async fn send(&mut self, posted: &Posted) -> Result<Response, Failure> {
        let l = self.visit.lang;
        if posted.get("_go") == "later" {
            return Ok(Redirect::to(&format!("{}/later", self.base())).into_response());
        }
        let resident = self.hall.city().proven(&self.visit.person).await?;
        let proven = resident.as_ref().map(|resident| &resident.proven);
        if !identity::opens(self.hall, self.definition.applicants.identity, proven) {
            let says = l.t("apply.identity-missing").to_owned();
            return self.page(Stop::Review, &[], Some(says)).await;
        }
        let flaws = self.standing_flaws();
        if !flaws.is_empty() {
            return self.page(Stop::Standing, &flaws, None).await;
        }
        if posted.get("_true") != "yes" {
            return self
                .page(
                    Stop::Review,
                    &[],
                    Some(l.t("apply.truth-missing").to_owned()),
                )
                .await;
        }
        let besides = Besides {
            files: self.filling.files.clone(),
            origins: self.filling.origins(),
            standing: self.standing(proven),
        };
        match self.hall.city().open_from(self.new_case(), besides).await {
            Ok(receipt) => {
                self.hall.city().forget_draft(&self.filling.key).await?;
                Ok(Redirect::to(&sent_address(&receipt)).into_response())
            }
            // The page lists them itself.
            Err(ActionError::Flawed(_)) => {
                self.page(Stop::Review, &[], Some(l.t("apply.flawed").to_owned()))
                    .await
            }
            Err(ActionError::Refused(refusal)) => {
                let says = refusal_words(l, &refusal);
                self.page(Stop::Review, &[], Some(says)).await
            }
            Err(other) => Err(other.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stop_reads_back_from_its_word() {
        for word in ["for-whom", "0", "1-2", "documents", "review"] {
            assert_eq!(Stop::read(word).map(Stop::word).as_deref(), Some(word));
        }
        for word in ["", "x", "1-", "-1", "1-2-3"] {
            assert_eq!(Stop::read(word), None, "{word}");
        }
    }
}
