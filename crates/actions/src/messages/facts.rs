//! What a message can say of a case: who handles it, the times that a status notice must contain (NĐ 224/2026 Đ.15), and what the
//! official wrote where that is meant for whoever asked. No answer of the form goes into a message.

use std::collections::HashMap;
use std::sync::Arc;

use rules::Moment;
use rules::calendar::Calendar;
use rules::case::consult;
use rules::case::early::early;
use rules::case::event::Warning;
use rules::case::{Case, Event, Recorded, Task};
use rules::ids::{NoteId, PersonId};
use rules::message::Facts;
use rules::notice::{Kind, Notice};
use rules::person::Actor;
use rules::process::Flow;
use service::Published;
use service::definition::Code;

use super::{Postroom, parts};
use crate::city::{City, Law};
use crate::error::ActionError;

/// A case with what its messages say, loaded once for all of them.
pub(super) struct Told {
    pub law: Arc<Law>,
    pub case: Case,
    title: String,
    published: Option<Arc<Published>>,
    events: Vec<Recorded>,
    notes: HashMap<NoteId, String>,
    names: HashMap<PersonId, String>,
    /// Why parts ended without a result.
    reasons: HashMap<Code, String>,
    city: String,
}

impl Told {
    /// `None`: there is no such case any more.
    pub(super) async fn of(
        city: &City,
        case: rules::ids::CaseId,
    ) -> Result<Option<Self>, ActionError> {
        let (law, reader) = (city.law(), city.reader());
        let Some((case, title)) = reader.case_for_city(case).await? else {
            return Ok(None);
        };
        let events = reader.timeline(case.id).await?;
        let notes = reader.notes(case.id).await?.into_iter();
        let mut people: Vec<PersonId> = case.tasks.iter().filter_map(|t| t.holder).collect();
        people.extend(events.iter().filter_map(|e| official(&e.actor)));
        people.sort_unstable();
        people.dedup();
        let names = match people.is_empty() {
            true => Vec::new(),
            false => reader.names(&people).await?,
        };
        let about = reader.about_city().await?;
        Ok(Some(Self {
            published: law
                .catalogue
                .get(&case.service, case.service_version)
                .cloned(),
            notes: notes
                .filter_map(|note| Some((note.id, note.text?)))
                .collect(),
            names: names.into_iter().collect(),
            reasons: parts::reasons(reader, &case).await?,
            city: about.map_or_else(String::new, |about| about.name),
            law,
            case,
            title,
            events,
        }))
    }

    pub(super) fn published(&self) -> Option<&Arc<Published>> {
        self.published.as_ref()
    }

    /// What is said to somebody at this notice. `version`: the last event of the command that brought it.
    pub(super) fn facts(
        &self,
        notice: &Notice,
        version: Option<u32>,
        now: Moment,
        language: &str,
        staff: bool,
        post: &Postroom,
    ) -> Result<Facts, ActionError> {
        let (case, calendar) = (&self.case, self.law.calendar()?);
        let at = |moment: Option<Moment>| moment.map_or_else(String::new, |m| say(m, calendar));
        let happened = version
            .and_then(|version| self.event(version))
            .map(|e| e.at);
        let processed = happened.unwrap_or(now);
        // Of which part it speaks, where it speaks of one.
        let part = notice.step.as_deref();
        let part = part.filter(|_| notice.kind == Kind::PartRefused);
        let task = match notice.step.as_ref().filter(|_| part.is_none()) {
            Some(step) => case.tasks.iter().find(|task| task.step == *step),
            None => case.tasks.iter().find(|task| !task.by_applicant()),
        };
        let definition = self.published.as_ref().map(|p| &p.definition);
        let service = definition.map_or("", |definition| definition.name.get(language));
        let step = notice
            .step
            .as_deref()
            .or(task.map(|task| task.step.as_str()));
        let step = definition
            .zip(step)
            .and_then(|(definition, step)| Flow::of(definition).step(step))
            .map_or("", |step| step.name.get(language));
        let opinion = notice.step.as_deref() == Some(consult::CONSULTATION);
        let step = match part.zip(definition) {
            _ if opinion => consult::name(language).to_owned(),
            Some((part, definition)) => parts::name(definition, part, language).unwrap_or_default(),
            None => step.to_owned(),
        };
        let others = part
            .zip(definition)
            .map(|(part, definition)| parts::others(case, definition, part, language));
        let others = others.unwrap_or_default();
        let reason = match part {
            Some(part) => self.reasons.get(part).cloned().unwrap_or_default(),
            None => self.reason(notice.kind, happened),
        };
        let early = definition.map(|definition| early(case, definition, calendar));
        let early = early.transpose()?.flatten();
        let corrected = case.corrections.last().and_then(|one| one.due);
        let path = match staff {
            true => format!("/cases/{}", case.code),
            false => format!("/track/{}", case.code),
        };
        Ok(Facts {
            city: self.city.clone(),
            service: service.to_owned(),
            code: case.code.clone(),
            about: self.title.clone(),
            agency: self.unit(&case.unit),
            handler: match notice.kind {
                Kind::Silent => self.silent(notice.step.as_deref(), processed),
                _ => self.handler(task, language),
            },
            received: at(case.accepted.or(Some(case.opened))),
            processed: say(processed, calendar),
            due: at(case.clock.due),
            collect: at(early.map(|early| early.from)),
            corrected: at(corrected),
            result: at(case.life.ended().map(|(_, ended)| ended)),
            step,
            reason,
            dropped: others.dropped,
            goes_on: others.goes_on,
            days_late: days_late(case, now, calendar)?.to_string(),
            link: format!("{}{path}", post.public_url),
            lines: Vec::new(),
            codes: Vec::new(),
            name: String::new(),
        })
    }

    fn event(&self, version: u32) -> Option<&Recorded> {
        self.events.iter().find(|event| event.version == version)
    }

    fn unit(&self, code: &str) -> String {
        let unit = self.law.organisation.unit_ever(code);
        unit.map_or_else(|| code.to_owned(), |unit| unit.name.clone())
    }

    /// The units whose time to answer this step was over at that moment: their tasks are gone by then.
    fn silent(&self, step: Option<&str>, at: Moment) -> String {
        let rows = self.events.iter().filter_map(|event| match &event.event {
            Event::Warned {
                of: Warning::Silent,
                step: of,
                row,
            } if event.at == at && of.as_deref() == step => Some((event.version, *row)),
            _ => None,
        });
        let units = rows.filter_map(|(version, row)| {
            let before = self.events.iter().rev().filter(|e| e.version < version);
            let mut tasks = before.filter_map(|event| match &event.event {
                Event::StepStarted { task } => Some(task),
                _ => None,
            });
            let task = tasks.find(|task| step.is_some_and(|step| task.is(step, row)))?;
            Some(self.unit(task.unit.as_deref()?))
        });
        units.collect::<Vec<_>>().join("; ")
    }

    /// Title, unit and, where somebody holds it, the name of who receives or handles it: of the step under way, else of who acted last.
    fn handler(&self, task: Option<&Task>, language: &str) -> String {
        let role = |code: &str| {
            let definition = &self.published.as_ref()?.definition;
            let role = Flow::of(definition).role(code)?;
            Some(role.name.get(language).to_owned())
        };
        let join = |title: Option<String>, unit: Option<&str>, who: Option<PersonId>| {
            let name = who.and_then(|who| self.names.get(&who).cloned());
            let unit = unit.map(|unit| self.unit(unit));
            let parts: Vec<String> = [title, name, unit].into_iter().flatten().collect();
            parts.join(", ")
        };
        if let Some(task) = task {
            return join(role(&task.role), task.unit.as_deref(), task.holder);
        }
        let last = self
            .events
            .iter()
            .rev()
            .find_map(|event| match &event.actor {
                Actor::Official { id, unit, .. } => Some((event, *id, unit)),
                _ => None,
            });
        match last {
            None => self.unit(&self.case.unit),
            Some((event, id, unit)) => {
                let step = match &event.event {
                    Event::StepDecided(decided) => Some(decided.step.as_str()),
                    _ => None,
                };
                let title = step.and_then(|step| {
                    let definition = &self.published.as_ref()?.definition;
                    role(&Flow::of(definition).step(step)?.by)
                });
                join(title, Some(unit), Some(id))
            }
        }
    }

    /// What the official wrote at that moment, for those kinds whose words are meant for whoever is told.
    fn reason(&self, kind: Kind, at: Option<Moment>) -> String {
        let meant = matches!(
            kind,
            Kind::SupplementAsked
                | Kind::PaymentAsked
                | Kind::QuestionAsked
                | Kind::NewDate
                | Kind::Refused
                | Kind::StoppedWorking
                | Kind::WithdrawalRefused
                | Kind::Message
                | Kind::PassedToYou
                | Kind::Reopened
                | Kind::ErrorReported
                | Kind::ErrorDeclined
                | Kind::CorrectionBegun
                | Kind::PapersLost
                | Kind::Merged
                | Kind::Unmerged
                | Kind::Recategorised
        );
        let Some(at) = at.filter(|_| meant) else {
            return String::new();
        };
        let then = self.events.iter().rev().filter(|event| event.at == at);
        let note = then.filter_map(|event| note(&event.event)).next();
        note.and_then(|id| self.notes.get(&id).cloned())
            .unwrap_or_default()
    }
}

/// Working days since the date passed; 0 on its day and before.
///
/// # Errors
/// Where the calendar does not reach so far.
pub fn days_late(case: &Case, now: Moment, calendar: &Calendar) -> Result<u32, ActionError> {
    let Some(due) = case.clock.due.filter(|due| *due < now) else {
        return Ok(0);
    };
    let (from, to) = (calendar.local(due).0, calendar.local(now).0);
    let both = calendar.working_days(from, to)?;
    Ok(both.saturating_sub(u32::from(calendar.is_working_day(from)?)))
}

/// `16:30 24/11/2026`, without a word of any language.
pub(super) fn say(moment: Moment, calendar: &Calendar) -> String {
    let (day, time) = calendar.local(moment);
    format!("{} {}", time.strftime("%H:%M"), day.strftime("%d/%m/%Y"))
}

fn official(actor: &Actor) -> Option<PersonId> {
    match actor {
        Actor::Official { id, .. } => Some(*id),
        _ => None,
    }
}

pub(super) fn note(event: &Event) -> Option<NoteId> {
    match event {
        Event::StepDecided(decided) => decided.note,
        Event::Extended { why, .. }
        | Event::Passed { why, .. }
        | Event::WithdrawalRefused { why }
        | Event::NotAccepted { why }
        | Event::Stopped { why, .. }
        | Event::ErrorReported { why }
        | Event::ErrorDeclined { why }
        | Event::CorrectionBegun { why, .. }
        | Event::Unmerged { why, .. }
        | Event::Reopened { why } => *why,
        Event::PapersLost(lost) => lost.why,
        Event::Recategorised(as_what) => as_what.why,
        Event::OutsideSaid(said) => said.note,
        Event::Noted { note, .. } => Some(*note),
        _ => None,
    }
}
