//! The desk: an official hands in for somebody who calls, writes or stands at the counter. The whole form
//! on one page, because a clerk types faster than pages turn; rows of groups are added as needed. A procedure is
//! received and decided in the same post (`reception` draws that part).
//! Fields of different pages may bear one code, so a hidden `page` mark stands before each page's fields.

mod sheet;
mod typed;

use actions::reception::Reception;
use actions::{ActionError, NewCase, Receipt, Upload};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use rules::catalogue::Catalogue;
use rules::ids::CaseId;
use serde::Deserialize;
use service::definition::{Channel, Kind, Who};
use service::expr::Scope;
use service::field::FieldProblem;
use service::{Answers, Definition};

use super::act;
use super::inbox::official;
use super::posted::Posted;
use super::reception::{self, OnDesk};
use crate::error::{Failure, refusal_words};
use crate::hall::Hall;
use crate::text::Lang;
use crate::ui::page;
use crate::ui::parts::{code_word, slip};
use crate::visit::Visit;
use sheet::draw;
use typed::{add_row, filled_in, typed, typed_who};

/// Ways in which somebody reaches a desk.
const CHANNELS: [Channel; 3] = [Channel::Counter, Channel::Hotline, Channel::Post];

fn channels(definition: &Definition) -> Vec<Channel> {
    let taken = &definition.applicants.channels;
    CHANNELS.into_iter().filter(|c| taken.contains(c)).collect()
}

/// A group's name with code and name of its services.
pub type Group = (String, Vec<(String, String)>);

/// The services of these that take hand-ins here, by group.
pub fn offered(
    catalogue: &Catalogue,
    today: jiff::civil::Date,
    l: Lang,
    wanted: impl Fn(&Definition) -> bool,
) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for published in catalogue.all(today) {
        let d = &published.definition;
        let inside = matches!(d.kind, Kind::Directive | Kind::Inspection | Kind::Survey);
        if inside || d.mirrored() || channels(d).is_empty() || !wanted(d) {
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
    for (_, services) in &mut groups {
        services.sort_by_key(|(_, name)| service::fold::place_key(name));
    }
    groups
}

/// What is on the desk.
struct Filled {
    answers: Answers,
    problems: Vec<FieldProblem>,
    key: String,
    channel: String,
    wrong: Option<String>,
    files: bool,
    /// A report that everybody may read, without its reporter.
    public: bool,
    desk: OnDesk,
}

/// Who stands here, as far as it was found.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Known {
    /// The earlier case of somebody who came before.
    from: String,
    /// What was typed to find them.
    who: String,
    desk: String,
    ticket: String,
    /// What a reporter said already.
    said: String,
}

/// `GET /desk/{service}`
pub async fn get(
    State(hall): State<Hall>,
    visit: Visit,
    Path(service): Path<String>,
    Query(known): Query<Known>,
) -> Result<Markup, Failure> {
    let (law, today) = (hall.law(), hall.today()?);
    let published = law.catalogue.current(&service, today);
    let definition = &published.ok_or(Failure::NotFound)?.definition;
    let who = match known.from.parse::<CaseId>() {
        Ok(case) => hall.city().known_from(&visit.person, case).await?,
        Err(_) => typed_who(&known.who),
    };
    let mut answers = Answers::new();
    if definition.kind != Kind::Report {
        who.fill(definition, &mut answers);
    } else if !known.said.is_empty() {
        answers.insert("what".to_owned(), known.said.clone().into());
    }
    let channel = channels(definition)
        .first()
        .copied()
        .ok_or(Failure::NotFound)?;
    let (answers, _) = filled_in(&hall, &visit, definition, answers, channel, &[]).await?;
    let filled = Filled {
        answers,
        key: hall.city().new_token(),
        problems: Vec::new(),
        channel: String::new(),
        wrong: None,
        files: false,
        public: true,
        desk: OnDesk::new(known.desk, known.ticket),
    };
    draw(&hall, &visit, &service, &filled)
}

/// Whether this outcome of the first step asks the applicant to complete the dossier.
fn asks(definition: &Definition, outcome: &str) -> bool {
    let ways = reception::step(definition)
        .into_iter()
        .flat_map(|step| &step.outcomes);
    let mut taken = ways.filter(|way| way.code == outcome);
    taken.any(|way| service::supplement::asks(definition, &way.to))
}

/// `POST /desk/{service}`
pub async fn post(
    State(hall): State<Hall>,
    visit: Visit,
    Path(service): Path<String>,
    posted: Posted,
) -> Result<Response, Failure> {
    let official = official(&visit.person)?;
    let (law, today) = (hall.law(), hall.today()?);
    let published = law.catalogue.current(&service, today);
    let definition = &published.ok_or(Failure::NotFound)?.definition;
    let channel = channels(definition)
        .into_iter()
        .find(|c| word(*c) == posted.get("channel"))
        .ok_or(Failure::Unreadable)?;
    let (answers, unknown) = typed(&hall, &visit, definition, &posted, channel, today).await?;
    let mut filled = Filled {
        answers,
        problems: unknown,
        key: posted.get("key").to_owned(),
        channel: posted.get("channel").to_owned(),
        files: !posted.files.is_empty(),
        public: posted.get("_public") == "yes",
        wrong: None,
        desk: OnDesk::of(&posted, definition),
    };
    let go = posted.get("go").to_owned();
    let outcome = go.strip_prefix("decide:").map(str::to_owned);
    if go != "send" && outcome.is_none() {
        if let Some(group) = go.strip_prefix("add:") {
            add_row(definition, &mut filled.answers, group);
        }
        return Ok(draw(&hall, &visit, &service, &filled)?.into_response());
    }
    let uploads = posted.files.into_iter().map(|file| Upload {
        what: file
            .what
            .strip_prefix("documents/")
            .unwrap_or(&file.what)
            .to_owned(),
        ..file
    });
    let seats = official.seats.iter().map(|seat| &seat.unit);
    let at_desk = super::queue::desk(&hall, &visit, &filled.desk.desk);
    let new = NewCase {
        service: service.clone(),
        answers: filled.answers.clone(),
        uploads: uploads.collect(),
        person: visit.person.clone(),
        applicant: Who::Citizen,
        channel,
        key: filled.key.clone(),
        public: filled.public,
        received_at: at_desk
            .ok()
            .map(|desk| desk.code)
            .or(seats.into_iter().next().cloned()),
        about: None,
    };
    let l = visit.lang;
    let asks = outcome
        .as_ref()
        .is_some_and(|outcome| asks(definition, outcome));
    let scope = Scope::of(definition, &filled.answers)
        .channel(channel)
        .today(today);
    let reception = Reception {
        marks: match asks {
            // The resident reads it: Vietnamese, whatever the clerk reads.
            true => filled.desk.missing(Lang::Vi, definition, &scope),
            false => Vec::new(),
        },
        new,
        papers: filled.desk.received(),
        outcome,
        words: Some(filled.desk.words.clone()),
        paid: filled.desk.paid.clone(),
        way: filled.desk.way,
        waived: filled.desk.waived.clone(),
        elsewhere: filled.desk.elsewhere(),
    };
    match hall.city().receive(reception).await {
        Ok(receipt) => return opened(&hall, &visit, &service, &filled, &receipt).await,
        Err(ActionError::Flawed(problems)) => filled.problems = problems,
        Err(ActionError::Refused(refusal)) => filled.wrong = Some(refusal_words(l, &refusal)),
        Err(ActionError::Photo { name, problem }) => {
            filled.wrong = Some(format!("{name}: {}", act::photo_words(l, problem)));
        }
        Err(other) => return Err(other.into()),
    }
    let again = draw(&hall, &visit, &service, &filled)?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, again).into_response())
}

fn word(channel: Channel) -> &'static str {
    match channel {
        Channel::Hotline => "hotline",
        Channel::Post => "post",
        _ => "counter",
    }
}

/// What the person takes home, and where the dossier goes now.
async fn opened(
    hall: &Hall,
    visit: &Visit,
    service: &str,
    filled: &Filled,
    receipt: &Receipt,
) -> Result<Response, Failure> {
    let (l, law) = (visit.lang, hall.law());
    let case = hall
        .reader()
        .case(&visit.person, receipt.id)
        .await?
        .map(|seen| seen.case);
    let accepted = case.as_ref().filter(|case| case.accepted.is_some());
    let hand_on = match accepted {
        Some(case) => super::counter::hand_on_by(&law, case, hall.now())?,
        None => None,
    };
    let ticket = !filled.desk.ticket.is_empty();
    let kind = case.as_ref().map_or(Kind::Procedure, |case| case.kind);
    let drawn = page(
        &visit.frame().narrow(),
        l.t("desk.opened"),
        html! {
            div data-draft-sent={ "desk-" (service) } {}
            h1 { (l.t("desk.opened")) }
            section.card {
                (slip(code_word(l, kind), &receipt.code, None, ""))
                dl.facts {
                    dt { (l.t("sent.secret")) } dd { b.code { (receipt.secret) } br; span.small.muted { (l.t("sent.secret-says")) } }
                    @if let Some(case) = &case {
                        dt { (l.t("case.state")) } dd { (super::case::state_words(l, case)) }
                        @if let Some(due) = case.clock.due { dt { (l.t("sent.by-when")) } dd { b { (crate::say::moment(l, due)) } } }
                        dt { (l.of("case-fact", "unit", &[])) } dd { (super::names::unit(&law, &case.unit)) }
                    }
                    @if let Some(by) = hand_on { dt { (l.t("reception.hand-on")) } dd { (crate::say::moment(l, by)) br; span.small.muted { (l.t("reception.hand-on-says")) } } }
                }
            }
            @if let Some(case) = &case { (crate::papers::print::after_reception(l, case)) }
            p.acts {
                @if ticket { a.btn.go autofocus href={ "/desk/queue?desk=" (filled.desk.desk) } { (l.t("reception.back-to-queue")) } }
                @else { a.btn.go autofocus href={ "/desk/receive?desk=" (filled.desk.desk) } { (l.t("desk.another")) } }
                a.btn href={ "/cases/" (receipt.code) } { (l.t("desk.open-case")) }
            }
        },
    );
    Ok(drawn.into_response())
}
