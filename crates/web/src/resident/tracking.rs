//! A case as its sender sees it and what the sender does about it. Anybody with the code learns how far it
//! is; the key of the receipt, or the account, opens the rest and every form.

use std::collections::HashMap;

use actions::upload::{PHOTO, THUMBNAIL};
use actions::{ActionError, Change, Upload, Verb};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use rules::Moment;
use rules::case::state::Stopped;
use rules::case::{Case, Event, Life, Recorded, Refusal, Task};
use rules::clock;
use rules::duty::{Act, may};
use rules::ids::NoteId;
use rules::person::{Actor, Person};
use rules::process::Flow;
use serde::Deserialize;
use service::definition::{Definition, Kind, Move, Node};
use service::expr::Scope;
use service::walk;
use store::{Attachment, Sight};

use crate::error::{Failure, refusal_words};
use crate::hall::Hall;
use crate::official::case::state_words;
use crate::official::history::Teller;
use crate::official::names::{self, People};
use crate::official::{clocks, posted::Posted};
use crate::resident::filling::{areas, photo_word, told, unit_name, units};
use crate::resident::track::{self, Asked, May, Track, Typed};
use crate::say;
use crate::text::Lang;
use crate::ui::clock::why_stopped;
use crate::ui::form::{Sheet, answer_words};
use crate::ui::parts::Tone;
use crate::ui::timeline::{Entry, Mark};
use crate::visit::Visit;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    code: String,
    key: String,
    said: String,
}

/// `GET /track?code=…&key=…`
pub async fn ask(
    State(hall): State<Hall>,
    visit: Visit,
    Query(asked): Query<Wanted>,
) -> Result<Response, Failure> {
    let code = actions::code::typed(&asked.code);
    if code.is_empty() {
        return Ok(track::ask(&visit.frame(), None).into_response());
    }
    if hall.reader().track(&code).await?.is_none() {
        let page = track::ask(&visit.frame(), Some(asked.code.trim()));
        return Ok((StatusCode::NOT_FOUND, page).into_response());
    }
    Ok(Redirect::to(&address(&code, Some(asked.key.trim()), "")).into_response())
}

fn address(code: &str, key: Option<&str>, said: &str) -> String {
    let mut pairs = Vec::new();
    if let Some(key) = key.filter(|key| !key.is_empty()) {
        pairs.push(format!("key={}", crate::ui::layout::encode(key)));
    }
    if !said.is_empty() {
        pairs.push(format!("said={said}"));
    }
    match pairs.is_empty() {
        true => format!("/track/{code}"),
        false => format!("/track/{code}?{}", pairs.join("&")),
    }
}

/// `GET /track/{code}?key=…`
pub async fn get(
    State(hall): State<Hall>,
    visit: Visit,
    Path(code): Path<String>,
    Query(asked): Query<Wanted>,
) -> Result<Response, Failure> {
    let code = actions::code::typed(&code);
    page(
        &hall,
        &visit,
        &code,
        &asked.key,
        &asked.said,
        Typed::default(),
    )
    .await
}

async fn page(
    hall: &Hall,
    visit: &Visit,
    code: &str,
    key: &str,
    said: &str,
    typed: Typed,
) -> Result<Response, Failure> {
    let person = hall.holder(visit, code, Some(key)).await?;
    let (case, title, sight) = match hall.case(&person, code).await {
        Ok(seen) => (seen.case, Some(seen.title), Some(seen.sight)),
        Err(Failure::NotFound) => match hall.reader().track(code).await? {
            Some(case) => (case, None, None),
            None => {
                let page = track::ask(&visit.frame(), Some(code));
                return Ok((StatusCode::NOT_FOUND, page).into_response());
            }
        },
        Err(other) => return Err(other),
    };
    let own = sight.is_some_and(|sight| sight >= Sight::Own);
    let shown = Held {
        hall,
        l: visit.lang,
        law: hall.law(),
        now: hall.now(),
        events: match sight {
            Some(_) => hall.reader().timeline(case.id).await?,
            None => Vec::new(),
        },
        notes: match own {
            true => hall.reader().notes(case.id).await?,
            false => Vec::new(),
        },
        attached: match sight {
            Some(_) => hall.reader().attachments(case.id).await?,
            None => Vec::new(),
        },
        answers: match own {
            true => hall.reader().answers(case.id).await?.map(|(_, a)| a),
            false => None,
        },
        key: match person {
            Person::Bearer { .. } => Some(key.to_owned()),
            _ => None,
        },
        wrong_key: !key.is_empty() && !matches!(person, Person::Bearer { .. }) && !own,
        own,
        known: sight.is_some(),
        case,
    };
    let said = match said {
        "" => None,
        said => visit.lang.perhaps("said", said).map(str::to_owned),
    };
    let shown = shown.track(title, said, typed)?;
    Ok(track::view(&visit.frame(), &shown).into_response())
}

struct Held<'a> {
    hall: &'a Hall,
    l: Lang,
    law: std::sync::Arc<actions::Law>,
    now: Moment,
    case: Case,
    events: Vec<Recorded>,
    notes: Vec<store::Note>,
    attached: Vec<Attachment>,
    answers: Option<service::Answers>,
    key: Option<String>,
    wrong_key: bool,
    /// The sender, or an official who handles it.
    own: bool,
    /// More than the code alone: public, or own.
    known: bool,
}

impl Held<'_> {
    fn track(
        &self,
        title: Option<String>,
        said: Option<String>,
        typed: Typed,
    ) -> Result<Track, Failure> {
        let (l, case) = (self.l, &self.case);
        let published = self
            .law
            .catalogue
            .get(&case.service, case.service_version)
            .ok_or(Failure::NotFound)?;
        let definition = &published.definition;
        let calendar = self.law.calendar_of(case.clock.calendar)?;
        let name = definition.name.get(l.code()).to_owned();
        let mut timeline = self.history(definition);
        timeline.extend(self.ahead(definition));
        let face = clocks::legal(case, calendar, self.now);
        let late = case.life.ended().is_none() && clock::late(&case.clock, self.now);
        Ok(Track {
            code: case.code.clone(),
            title: title.unwrap_or(name),
            state: state_words(l, &case.life),
            state_tone: tone(&case.life, late),
            holder: self.holder(),
            face,
            due: self.due(),
            pauses: self.pauses(),
            step: case.tasks.first().map(|task| {
                (
                    names::step(l, definition, &task.step),
                    clocks::step(task, calendar, self.now),
                )
            }),
            timeline,
            asked_for: self.sent(definition)?,
            asked: self.own.then(|| self.asked(definition)).flatten(),
            may: self.may(definition, calendar),
            papers: self.papers(definition),
            version: case.version,
            key: self.key.clone(),
            said,
            typed,
            progress: progress(case, definition),
            opened: say::moment(l, case.opened),
            sorry: late.then(|| {
                let unit = unit_name(self.hall, &case.unit);
                l.f("track.sorry", &[("unit", &unit)])
            }),
            locked: !self.own,
            wrong_key: self.wrong_key,
        })
    }

    fn holder(&self) -> Option<String> {
        if self.case.life.ended().is_some() {
            return Some(unit_name(self.hall, &self.case.unit));
        }
        let mut holding = self.case.tasks.iter().map(|task| match &task.unit {
            Some(unit) => unit_name(self.hall, unit),
            None => self.l.t("service.you").to_owned(),
        });
        holding.next()
    }

    fn due(&self) -> String {
        let clock = &self.case.clock;
        match (self.case.life.ended(), clock.due) {
            (Some((_, at)), _) => self.l.f("track.ended", &[("at", &say::moment(self.l, at))]),
            (None, Some(due)) => self.l.f("track.due", &[("at", &say::moment(self.l, due))]),
            (None, None) => self.l.t("track.no-due").to_owned(),
        }
    }

    /// Why the date moved, and every time the clock stood.
    fn pauses(&self) -> Vec<String> {
        let (l, clock) = (self.l, &self.case.clock);
        let mut told = Vec::new();
        for pause in &clock.intervals {
            let Some(why) = pause.stopped.filter(|why| *why != Stopped::Ended) else {
                continue;
            };
            let (why, from) = (why_stopped(l, why), say::short(pause.from));
            told.push(match pause.to {
                Some(to) => l.f(
                    "track.pause",
                    &[("why", &why), ("from", &from), ("to", &say::short(to))],
                ),
                None => l.f("track.pause-now", &[("why", &why), ("from", &from)]),
            });
        }
        if let (Some(first), Some(due)) = (clock.first_due, clock.due)
            && first != due
        {
            told.push(l.f("track.first-due", &[("at", &say::moment(l, first))]));
        }
        told
    }

    /// What happened, as the sender is told: no names of officials, no words among officials.
    fn history(&self, definition: &Definition) -> Vec<Entry> {
        let events: Vec<Recorded> = self
            .events
            .iter()
            .filter_map(|recorded| self.told(recorded, definition))
            .collect();
        let notes: HashMap<NoteId, String> = self
            .notes
            .iter()
            .filter_map(|note| Some((note.id, note.text.clone()?)))
            .collect();
        let photos = self.photos();
        Teller {
            l: self.l,
            law: &self.law,
            definition,
            people: &People::new(),
            notes: &notes,
            photos: &photos,
        }
        .entries(&events)
    }

    fn told(&self, recorded: &Recorded, definition: &Definition) -> Option<Recorded> {
        let mut told = recorded.clone();
        match &mut told.event {
            Event::Claimed { .. }
            | Event::Released { .. }
            | Event::StepDropped { .. }
            | Event::Directed { .. }
            | Event::TakenUp
            // The clock and the step under way have their own places on the page.
            | Event::ClockStarted { .. } => return None,
            Event::StepStarted { task } if self.case.task(&task.step, task.row).is_some() => {
                return None;
            }
            Event::Warned { of, step, .. } => {
                let late = *of == rules::case::event::Warning::Late && step.is_none();
                return late.then_some(told);
            }
            Event::Noted { public, .. } => return (*public && self.own).then_some(told),
            Event::Attached { file, .. } => {
                let shown = self.shows(file);
                return shown.then_some(told);
            }
            Event::Passed { to, why, .. } => {
                *to = None;
                *why = None;
            }
            Event::Rerouted { why, .. } => *why = None,
            Event::StepDecided(decided) => {
                if !self.own || !self.meant_for_sender(definition, &decided.step, &decided.outcome)
                {
                    decided.note = None;
                }
                decided.files.retain(|file| self.shows(file));
            }
            Event::Extended { why, .. }
            | Event::WithdrawalAsked { why }
            | Event::WithdrawalRefused { why }
            | Event::NotAccepted { why }
            | Event::Stopped { why, .. }
            | Event::Reopened { why }
                if !self.own =>
            {
                *why = None;
            }
            Event::Rated { note, .. } if !self.own => *note = None,
            _ => {}
        }
        Some(told)
    }

    /// A reason that goes to the sender: it asks them, it ends the case, or it is the approved answer.
    fn meant_for_sender(&self, definition: &Definition, step: &str, outcome: &str) -> bool {
        let flow = Flow::of(definition);
        let Some(step) = flow.step(step) else {
            return false;
        };
        let by_sender = |step: &service::definition::Step| step.by == rules::case::state::APPLICANT;
        if by_sender(step) {
            return true;
        }
        let way = step.outcomes.iter().find(|way| way.code == outcome);
        match way.map(|way| &way.to) {
            Some(Move::End(_)) => true,
            Some(Move::Step(to)) => flow.step(to).is_some_and(|to| {
                by_sender(to) || to.outcomes.iter().all(|way| matches!(way.to, Move::End(_)))
            }),
            Some(Move::Next) => self.case.life.ended().is_some(),
            None => false,
        }
    }

    /// Files the viewer may see: public ones, and to the sender their own and the proof of the work.
    fn shows(&self, hash: &str) -> bool {
        let sent = self.events.iter().any(|recorded| {
            matches!(&recorded.event, Event::Attached { file, .. } if file == hash)
                && matches!(recorded.actor, Actor::Visitor | Actor::Resident(_))
        });
        self.attached
            .iter()
            .filter(|file| file.hash == hash)
            .any(|file| file.public || (self.own && (sent || file.what == "photo-after")))
    }

    fn small(&self, file: &Attachment) -> Option<&Attachment> {
        let mark = format!("{THUMBNAIL}{}", file.hash);
        self.attached
            .iter()
            .find(|other| other.what.ends_with(&mark))
    }

    fn file_address(&self, hash: &str) -> String {
        let code = &self.case.code;
        match &self.key {
            Some(key) => format!("/cases/{code}/files/{hash}?key={key}"),
            None => format!("/cases/{code}/files/{hash}"),
        }
    }

    fn photos(&self) -> HashMap<String, (String, String)> {
        self.attached
            .iter()
            .filter_map(|file| {
                let small = self.small(file)?;
                let says = self.l.perhaps("file", &file.what).unwrap_or(&file.name);
                Some((
                    file.hash.clone(),
                    (self.file_address(&small.hash), says.to_owned()),
                ))
            })
            .collect()
    }

    /// What was handed in beside pictures.
    fn papers(&self, definition: &Definition) -> Vec<(String, String)> {
        self.attached
            .iter()
            .filter(|file| !file.what.contains(THUMBNAIL) && file.what != PHOTO)
            .filter(|file| file.what != "photo-after" && self.shows(&file.hash))
            .map(|file| {
                let document = definition.documents.iter().find(|d| d.code == file.what);
                let name = document.map_or(file.name.as_str(), |d| d.label.get(self.l.code()));
                (self.file_address(&file.hash), name.to_owned())
            })
            .collect()
    }

    /// Where it is now, and the steps still to come on the usual road.
    fn ahead(&self, definition: &Definition) -> Vec<Entry> {
        let entry = |mark, title: String, under: String| Entry {
            mark,
            title,
            under,
            note: None,
            photos: Vec::new(),
        };
        if !self.known || self.case.life.ended().is_some() {
            return Vec::new();
        }
        let mut ahead: Vec<Entry> = self
            .case
            .tasks
            .iter()
            .map(|task| {
                let name = names::step(self.l, definition, &task.step);
                let who = match &task.unit {
                    Some(unit) => unit_name(self.hall, unit),
                    None => self.l.t("service.you").to_owned(),
                };
                entry(Mark::Now, name, who)
            })
            .collect();
        let flow = Flow::of(definition);
        let at = current(&self.case, flow);
        let rest = flow.nodes().iter().take(flow.main_line());
        for node in rest.skip(at.map_or(usize::MAX, |at| at + 1)) {
            let name = match node {
                Node::Step(step) if step.when.is_some() => continue,
                Node::Step(step) => &step.name,
                Node::Parallel { name, .. } | Node::Each { name, .. } => name,
            };
            let name = name.get(self.l.code());
            if !name.is_empty() {
                ahead.push(entry(Mark::Next, name.to_owned(), String::new()));
            }
        }
        ahead
    }

    /// Their own answers, as they gave them.
    fn sent(&self, definition: &Definition) -> Result<Vec<(String, String)>, Failure> {
        let Some(answers) = &self.answers else {
            return Ok(Vec::new());
        };
        let l = self.l;
        let (areas, units) = (areas(self.hall)?, units(self.hall)?);
        let scope = Scope::of(definition, answers).channel(self.case.channel);
        let mut told = Vec::new();
        for at in walk::pages(definition, &scope) {
            let mut here = scope;
            let page = definition.form.get(at.index);
            if let (Some(row), Some(repeat)) = (at.row, page.and_then(|p| p.repeat.as_ref())) {
                here = here.row(&repeat.code, row);
            }
            let sheet = Sheet {
                lang: l,
                scope: here,
                problems: &[],
                areas: &areas,
                units: &units,
                known: &[],
                map: None,
            };
            for field in walk::fields(definition, &scope, at) {
                if let Some(words) = answer_words(&sheet, field) {
                    told.push((field.label.get(l.code()).to_owned(), words));
                }
            }
        }
        Ok(told)
    }

    fn asked(&self, definition: &Definition) -> Option<Asked> {
        let task: &Task = self.case.tasks.iter().find(|task| task.by_applicant())?;
        if matches!(self.case.life, Life::WithdrawalAsked { .. }) {
            return None;
        }
        let step = Flow::of(definition).step(&task.step)?;
        // The latest reason that led here.
        let before = self
            .events
            .iter()
            .rev()
            .find_map(|recorded| match &recorded.event {
                Event::StepDecided(decided) => Some(decided.note),
                _ => None,
            });
        let note = before.flatten().and_then(|id| {
            let note = self.notes.iter().find(|note| note.id == id)?;
            note.text.clone()
        });
        let documents = match definition.kind {
            Kind::Report => Vec::new(),
            _ => definition
                .documents
                .iter()
                .map(|d| (d.code.clone(), d.label.get(self.l.code()).to_owned()))
                .collect(),
        };
        Some(Asked {
            title: step.name.get(self.l.code()).to_owned(),
            note,
            step: task.step.clone(),
            row: task.row,
            until: task.due.map(|due| say::moment(self.l, due)),
            outcomes: step
                .outcomes
                .iter()
                .filter(|way| way.code != LAPSED)
                .map(|way| (way.code.clone(), names::outcome(self.l, step, &way.code)))
                .collect(),
            documents,
        })
    }

    fn may(&self, definition: &Definition, calendar: &rules::calendar::Calendar) -> May {
        if !self.own {
            return May::default();
        }
        let case = &self.case;
        let open = case.life.ended().is_none();
        let after = &definition.process.after;
        let reopens = match (&case.life, after.reopen_within) {
            (Life::HandedOver { at, .. }, Some(window)) => {
                let closes = calendar.due(*at, window, None, false);
                closes.is_ok_and(|closes| self.now <= closes.at)
                    && case.reopened < after.reopen_at_most.max(1)
            }
            _ => false,
        };
        May {
            comment: open,
            withdraw: open && !matches!(case.life, Life::WithdrawalAsked { .. }),
            rate: !open && case.rating.is_none() && after.survey.is_some(),
            reopen: reopens,
        }
    }
}

/// The outcome that only the clock takes.
const LAPSED: &str = "lapsed";

fn tone(life: &Life, late: bool) -> Tone {
    match life {
        _ if late => Tone::Late,
        Life::AwaitingSupplement { .. } | Life::AwaitingPayment { .. } => Tone::Soon,
        Life::WithdrawalAsked { .. } => Tone::Stopped,
        Life::Decided { .. } | Life::HandedOver { .. } => Tone::Done,
        Life::NotAccepted { .. } | Life::Stopped { .. } => Tone::Plain,
        Life::Registered | Life::Accepted { .. } | Life::InProgress => Tone::Run,
    }
}

/// The place of the work under way on the main line; `None` beside it.
fn current(case: &Case, flow: Flow<'_>) -> Option<usize> {
    let places = case.tasks.iter().filter_map(|task| flow.find(&task.step));
    places
        .map(|(place, _)| place.node)
        .filter(|node| *node < flow.main_line())
        .min()
}

fn progress(case: &Case, definition: &Definition) -> Option<(usize, usize)> {
    let flow = Flow::of(definition);
    let of = flow.main_line();
    match case.life.ended() {
        Some(_) => None,
        None => current(case, flow).map(|at| (at + 1, of)),
    }
}

/// `POST /track/{code}/{what}`
pub async fn post(
    State(hall): State<Hall>,
    visit: Visit,
    Path((code, what)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response, Failure> {
    let code = actions::code::typed(&code);
    let key = posted.get("key").to_owned();
    let person = hall.holder(&visit, &code, Some(&key)).await?;
    let seen = hall.case(&person, &code).await?;
    // An official who works on it has a workbench for that: here only its sender speaks.
    may(&person, &Act::Comment, Some(&seen.case))?;
    let l = visit.lang;
    let mut words = posted.get("words").trim().to_owned();
    let typed = |refused: String| Typed {
        form: what.clone(),
        words: posted.get("words").to_owned(),
        refused,
    };
    let Some(verb) = verb(&what, &posted) else {
        if what == "rate" {
            let says = refusal_words(l, &Refusal::BadScore);
            return again(
                &hall,
                &visit,
                &code,
                &key,
                typed(says),
                StatusCode::UNPROCESSABLE_ENTITY,
            )
            .await;
        }
        return Err(Failure::NotFound);
    };
    if words.is_empty() && what == "comment" && !posted.files.is_empty() {
        words = l.t("track.only-files").to_owned();
    }
    let uploads = posted
        .files
        .iter()
        .map(|file| Upload {
            what: match file.what.strip_prefix("documents/") {
                Some(document) => document.to_owned(),
                None => PHOTO.to_owned(),
            },
            public: false,
            ..file.clone()
        })
        .collect();
    // A message or a rating says nothing about what the page showed; a decision does.
    let seen_version = match verb {
        Verb::Note { .. } | Verb::Rate { .. } => None,
        _ => posted.number("version"),
    };
    let change = Change {
        seen: seen_version,
        words: Some(words),
        uploads,
        ..Change::new(seen.case.id, verb)
    };
    match hall.city().change(&person, change).await {
        Ok(_) => Ok(Redirect::to(&address(&code, Some(&key), &what)).into_response()),
        Err(error) => {
            let (says, status) = sentence(l, error)?;
            again(&hall, &visit, &code, &key, typed(says), status).await
        }
    }
}

fn verb(what: &str, posted: &Posted) -> Option<Verb> {
    Some(match what {
        "answer" => Verb::Decide {
            step: posted.get("step").to_owned(),
            row: posted.number("row"),
            outcome: posted.get("outcome").to_owned(),
        },
        "comment" => Verb::Note { public: true },
        "withdraw" => Verb::AskWithdrawal,
        "reopen" => Verb::Reopen,
        "rate" => Verb::Rate {
            score: u8::try_from(posted.number("score")?).ok()?,
        },
        _ => return None,
    })
}

/// What the sender is told; what is not theirs to mend goes on.
fn sentence(l: Lang, error: ActionError) -> Result<(String, StatusCode), Failure> {
    Ok(match error {
        ActionError::Refused(refusal) if refusal != Refusal::NotYours => {
            (refusal_words(l, &refusal), StatusCode::CONFLICT)
        }
        ActionError::Meanwhile(_) => (l.t("track.meanwhile").to_owned(), StatusCode::CONFLICT),
        ActionError::Photo { name, problem } => (
            told(&name, photo_word(problem)).get(l.code()).to_owned(),
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        ActionError::Flawed(flaws) => {
            let says: Vec<String> = flaws.iter().map(|flaw| flaw.says(l.code())).collect();
            (says.join(". "), StatusCode::UNPROCESSABLE_ENTITY)
        }
        other => return Err(other.into()),
    })
}

async fn again(
    hall: &Hall,
    visit: &Visit,
    code: &str,
    key: &str,
    typed: Typed,
    status: StatusCode,
) -> Result<Response, Failure> {
    let page: Response = page(hall, visit, code, key, "", typed).await?;
    Ok((status, page).into_response())
}
