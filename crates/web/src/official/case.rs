//! `GET /cases/{code}`: everything of one case on one page, loaded here, drawn in `case_view`. Opening it
//! is written into the access log before anything is shown.

use std::collections::HashMap;
use std::sync::Arc;

use actions::Law;
use actions::look::Purpose;
use actions::upload::THUMBNAIL;
use axum::extract::{Path, State};
use maud::Markup;
use rules::Moment;
use rules::calendar::Calendar;
use rules::case::state::Stopped;
use rules::case::{Case, Life, Recorded, Refusal, Task};
use rules::duty::{Act, may};
use rules::ids::NoteId;
use rules::person::{Official, Person};
use rules::process::Flow;
use service::definition::{Ending, Kind, Move, Step};
use service::expr::Scope;
use service::supplement::Mark;
use service::{Answers, Definition, Published, answer};
use store::{Attachment, Page, Seen, Sight};

use super::case_view::{self, Doing, Files, Fold, Shown, Side, Way};
use super::history::{Teller, channel_words, ending_words};
use super::provenance;
use super::supplement::{self, Brought, Names};
use super::{apology, clocks, hand_over, inbox, names, reception};
use crate::error::Failure;
use crate::hall::Hall;
use crate::money::panel;
use crate::papers::{list, words};
use crate::say;
use crate::text::Lang;
use crate::ui::clock::{length, why_stopped};
use crate::visit::Visit;

/// What somebody had typed when the city said no: shown again, nothing lost.
#[derive(Debug, Clone, Default)]
pub struct Typed {
    /// Which form: `decide/handle/`, `note`, `extend` …
    pub form: String,
    pub words: String,
    pub marks: Vec<Mark>,
    pub date: String,
    /// The sentence that says why not.
    pub wrong: Option<String>,
    /// What colleagues did since the page was drawn.
    pub meanwhile: Vec<Recorded>,
    /// The fields of a form that has more of them.
    pub pairs: Vec<(String, String)>,
    /// Files cannot be kept by a browser and must be chosen again.
    pub files: bool,
}

/// `GET /cases/{code}`
pub async fn get(
    State(hall): State<Hall>,
    visit: Visit,
    Path(code): Path<String>,
) -> Result<Markup, Failure> {
    page(&hall, &visit, &code, &Typed::default()).await
}

/// The case, where this official may see all of it.
///
/// # Errors
/// [`Failure::SignIn`] for nobody; [`Failure::NotFound`] where it is a secret; [`Failure::Refused`] where
/// only its public side may be seen.
pub async fn whole(hall: &Hall, visit: &Visit, code: &str) -> Result<Seen, Failure> {
    if visit.person == Person::Nobody {
        return Err(Failure::SignIn {
            back: visit.path.clone(),
        });
    }
    let seen = hall.case(&visit.person, code).await?;
    match seen.sight {
        Sight::Whole => Ok(seen),
        Sight::Own | Sight::Public => Err(Failure::Refused(Refusal::NotYours)),
    }
}

/// Loads and draws the case with what was typed.
///
/// # Errors
/// As [`whole`].
pub async fn page(
    hall: &Hall,
    visit: &Visit,
    code: &str,
    typed: &Typed,
) -> Result<Markup, Failure> {
    let seen = whole(hall, visit, code).await?;
    let official = inbox::official(&visit.person)?;
    let handles = handles(&visit.person, &seen.case);
    let purpose = match handles {
        true => Purpose::Handling,
        false => Purpose::Oversight,
    };
    hall.city().look(official.id, seen.case.id, purpose).await?;
    let loaded = Loaded::of(hall, visit, seen, handles).await?;
    let mut shown = loaded.shown(visit, official, typed)?;
    shown.handed_out = list::of(hall, visit.lang, &loaded.case, list::For::Official).await?;
    shown.messages = crate::messages::of_case(hall, visit.lang, &loaded.case).await?;
    let (id, definition) = (loaded.case.id, loaded.definition());
    shown.provenance = provenance::panel(hall, visit.lang, id, definition, handles).await?;
    Ok(case_view::page(&visit.frame(), &shown))
}

/// Works on it now: sees answers in full. Others who may read see them masked.
fn handles(person: &Person, case: &Case) -> bool {
    let open = case.life.ended().is_none() || !case.tasks.is_empty();
    open && may(person, &Act::Note, Some(case)).is_ok()
}

struct Loaded {
    law: Arc<Law>,
    published: Arc<Published>,
    case: Case,
    title: String,
    answers: Option<Answers>,
    handles: bool,
    attached: Vec<Attachment>,
    events: Vec<Recorded>,
    notes: HashMap<NoteId, String>,
    people: names::People,
    directives: Vec<(String, String)>,
    about: Option<(String, String)>,
    /// What a colleague proposed to ask the applicant for.
    proposed: Vec<Mark>,
    brought: Option<Brought>,
    elsewhere: Vec<(String, String)>,
    now: Moment,
}

impl Loaded {
    async fn of(hall: &Hall, visit: &Visit, seen: Seen, handles: bool) -> Result<Self, Failure> {
        let (law, now, reader) = (hall.law(), hall.now(), hall.reader());
        let Seen { case, title, .. } = seen;
        let published = law
            .catalogue
            .get(&case.service, case.service_version)
            .cloned()
            .ok_or_else(|| Failure::fault(format!("no version of {}", case.service)))?;
        let events = reader.timeline(case.id).await?;
        let notes = reader.notes(case.id).await?;
        let holders = case.tasks.iter().filter_map(|task| task.holder);
        let named = names::named(&events).chain(holders).chain(case.applicant);
        let people = names::people(reader, named).await?;
        let few = Page {
            after: None,
            most: 20,
        };
        let mut directives = Vec::new();
        for line in reader.cases_about(case.id, few).await? {
            if reader.case(&visit.person, line.id).await?.is_some() {
                directives.push((format!("/cases/{}", line.code), line.title));
            }
        }
        let about = match case.about {
            None => None,
            Some(id) => reader.case(&visit.person, id).await?,
        };
        Ok(Self {
            proposed: match case.marked {
                Some(list) => reader.marks(case.id, list).await?,
                None => Vec::new(),
            },
            brought: Brought::load(reader, &published.definition, &case, &events).await?,
            answers: reader.answers(case.id).await?.map(|(_, answers)| answers),
            attached: reader.attachments(case.id).await?,
            elsewhere: reader.foreign_codes(case.id).await?,
            notes: notes
                .into_iter()
                .filter_map(|note| Some((note.id, note.text?)))
                .collect(),
            directives,
            about: about.map(|seen| (format!("/cases/{}", seen.case.code), seen.title)),
            law,
            published,
            case,
            title,
            handles,
            events,
            people,
            now,
        })
    }

    fn definition(&self) -> &Definition {
        &self.published.definition
    }

    fn calendar(&self) -> Result<&Arc<Calendar>, Failure> {
        Ok(self.law.calendar_of(self.case.clock.calendar)?)
    }

    fn shown(&self, visit: &Visit, official: &Official, typed: &Typed) -> Result<Shown, Failure> {
        let (l, case) = (visit.lang, &self.case);
        let calendar = self.calendar()?;
        let photos = self.photos(l);
        let teller = Teller {
            l,
            law: &self.law,
            definition: self.definition(),
            people: &self.people,
            notes: &self.notes,
            photos: &photos,
        };
        let mut timeline = teller.entries(&self.events);
        timeline.reverse();
        let person = &visit.person;
        let can = |act: Act| may(person, &act, Some(case)).is_ok();
        let open = !matches!(
            case.life,
            Life::NotAccepted { .. } | Life::Stopped { .. } | Life::HandedOver { .. }
        );
        let withdrawing = matches!(case.life, Life::WithdrawalAsked { .. });
        let mut doing = Vec::new();
        let mut beside = Vec::new();
        for task in &case.tasks {
            let act = Act::Decide {
                step: task.step.clone(),
                row: task.row,
            };
            let mine = !withdrawing && can(act);
            match mine
                .then(|| self.doing(l, official, task, typed))
                .transpose()?
            {
                Some(Some(one)) => doing.push(one),
                _ => beside.push(Side {
                    step: self.step_name(l, task),
                    unit: self.unit_of(l, task),
                    holder: task.holder.and_then(|id| self.people.get(&id).cloned()),
                    face: clocks::step(task, calendar, self.now),
                }),
            }
        }
        let extensions = self.most_extensions();
        Ok(Shown {
            provenance: Markup::default(),
            code: case.code.clone(),
            title: self.title.clone(),
            service: self.definition().name.get(l.code()).to_owned(),
            state: state_words(l, &case.life),
            ended: case.life.ended().map(|(ending, _)| ending_words(l, ending)),
            version: case.version,
            facts: self.facts(l),
            erased: self.answers.is_none(),
            masked: !self.handles,
            sections: self.sections(l),
            supplied: self.brought.as_ref().map(|brought| {
                let names = Names::of(&self.law, self.now);
                brought.told(l, self.definition(), &names, self.handles, |hash| {
                    self.address(hash)
                })
            }),
            photos: self.pictures(l, true),
            papers: self.pictures(l, false),
            received: self.received(l),
            may_hand_over: hand_over::task(visit, self.definition(), case).is_some(),
            handed_out: Markup::default(),
            legal: clocks::legal(case, calendar, self.now),
            promises: self.promises(l),
            doing,
            beside,
            directives: self.directives.clone(),
            about: self.about.clone(),
            may_note: can(Act::Note) && open,
            may_ask: case.applicant.is_some()
                || case.channel != service::definition::Channel::Import,
            apology: apology::called_for(case, self.definition().kind, extensions)
                .then(|| apology::standing(l, case, self.now)),
            may_extend: open
                && self.definition().kind != Kind::Procedure
                && case.life.ended().is_none()
                && can(Act::Extend)
                && case.clock.due.is_some()
                && case.clock.extensions.len() < extensions as usize,
            may_answer_withdrawal: withdrawing && can(Act::AnswerWithdrawal),
            withdrawing,
            open,
            money: panel::panel(
                l,
                &self.law,
                self.definition(),
                case,
                person,
                typed,
                self.law.calendar().map(|c| c.local(self.now).0).ok(),
            ),
            meanwhile: teller.entries(&typed.meanwhile),
            timeline,
            messages: Markup::default(),
            typed: typed.clone(),
        })
    }

    fn most_extensions(&self) -> u32 {
        let process = &self.definition().process;
        let late = process.when_late.as_ref().map(|late| late.new_dates);
        process.clock.max_extensions.or(late).unwrap_or(0)
    }

    fn step_name(&self, l: Lang, task: &Task) -> String {
        let name = names::step(l, self.definition(), &task.step);
        match task.row {
            None => name,
            Some(row) => format!("{name} ({})", row + 1),
        }
    }

    fn unit_of(&self, l: Lang, task: &Task) -> String {
        match &task.unit {
            Some(unit) => names::unit(&self.law, unit),
            None => l.t("case.applicants-turn").to_owned(),
        }
    }

    /// The step with its ways; `None` where a colleague holds it and one cannot step in.
    fn doing(
        &self,
        l: Lang,
        official: &Official,
        task: &Task,
        typed: &Typed,
    ) -> Result<Option<Doing>, Failure> {
        let definition = self.definition();
        let Some(step) = Flow::of(definition).step(&task.step) else {
            return Ok(None);
        };
        // What an absent colleague holds is the stand-in's to do.
        let mine = task.holder.is_some_and(|holder| {
            holder == official.id || official.stands_in_for.contains(&holder)
        });
        let above = official
            .seats
            .iter()
            .any(|seat| Some(&seat.unit) == task.unit.as_ref() && seat.post > task.post);
        if task.holder.is_some() && !mine && !above {
            return Ok(None);
        }
        let role = Flow::of(definition).role(&task.role);
        Ok(Some(Doing {
            step: task.step.clone(),
            row: task.row,
            name: self.step_name(l, task),
            role: match role {
                Some(role) => role.name.get(l.code()).to_owned(),
                None => String::new(),
            },
            unit: self.unit_of(l, task),
            theirs: task.by_applicant(),
            mine,
            holder: task.holder.and_then(|id| self.people.get(&id).cloned()),
            face: clocks::step(task, self.calendar()?, self.now),
            ways: step
                .outcomes
                .iter()
                .filter(|way| !(task.by_applicant() && way.code == LAPSED))
                .map(|way| Way {
                    code: way.code.clone(),
                    label: names::outcome(l, step, &way.code),
                    reason: way.reason_required || says_no(definition, &way.to),
                    stops: matches!(
                        way.to,
                        Move::End(Ending::Refused | Ending::Stopped | Ending::Spam)
                    ),
                })
                .collect(),
            marking: self.marking(l, step, task, typed),
            evidence: self.missing_evidence(l, step),
            can_pass: task.unit.is_some(),
        }))
    }

    /// What may be marked, where a way of the step asks the applicant to complete the dossier.
    fn marking(
        &self,
        l: Lang,
        step: &Step,
        task: &Task,
        typed: &Typed,
    ) -> Option<supplement::Marking> {
        let answers = self.answers.as_ref()?;
        let definition = self.definition();
        if !supplement::asks(definition, step) {
            return None;
        }
        let here = typed.form == case_view::form_of(&task.step, task.row);
        let marks = match here {
            true => &typed.marks,
            false => &self.proposed,
        };
        let names = Names::of(&self.law, self.now);
        let scope = self.scope(answers);
        Some(supplement::marking(
            l,
            &names,
            scope,
            definition,
            &self.attached,
            marks,
        ))
    }

    /// Kinds of proof not attached yet: code and words.
    fn missing_evidence(&self, l: Lang, step: &Step) -> Vec<(String, String)> {
        step.evidence
            .iter()
            .filter(|what| !self.case.attached.contains_key(*what))
            .map(|what| (what.clone(), self.what(l, what)))
            .collect()
    }

    fn scope<'a>(&'a self, answers: &'a Answers) -> Scope<'a> {
        let scope = Scope::of(self.definition(), answers).channel(self.case.channel);
        match self.law.calendar() {
            Ok(calendar) => scope.today(calendar.local(self.now).0),
            Err(_) => scope,
        }
    }

    /// What was asked: the pages of the form with their answers in words.
    fn sections(&self, l: Lang) -> Vec<Fold> {
        let Some(answers) = &self.answers else {
            return Vec::new();
        };
        let definition = self.definition();
        let shown = match self.handles {
            true => answers.clone(),
            false => answer::masked(definition, answers),
        };
        let groups = words::groups(&words::Asked {
            law: &self.law,
            definition,
            truth: answers,
            shown: &shown,
            channel: self.case.channel,
            now: self.now,
            lang: l,
        });
        groups
            .into_iter()
            .map(|group| Fold {
                title: group.title,
                answers: group
                    .answers
                    .into_iter()
                    .map(|answer| (answer.label, answer.words))
                    .collect(),
            })
            .collect()
    }

    fn facts(&self, l: Lang) -> Vec<(String, String)> {
        let case = &self.case;
        let t = |key| l.of("case-fact", key, &[]);
        let mut facts = vec![
            (t("opened"), say::moment(l, case.opened)),
            (t("channel"), channel_words(l, case.channel)),
        ];
        if let Some(name) = case.applicant.and_then(|id| self.people.get(&id)) {
            let name = match self.handles {
                true => name.clone(),
                false => names::masked(name),
            };
            facts.push((t("applicant"), name));
        }
        facts.push((t("unit"), names::unit(&self.law, &case.unit)));
        if let Some(at) = case.received_at.as_ref().filter(|at| **at != case.unit) {
            facts.push((t("received-at"), names::unit(&self.law, at)));
        }
        if let Some(helper) = &case.helper {
            facts.push((t("helper"), reception::helper_name(l, &self.law, helper)));
        }
        for (system, code) in &self.elsewhere {
            facts.push((t("elsewhere"), format!("{system} {code}")));
        }
        if case.reopened > 0 {
            facts.push((t("reopened"), case.reopened.to_string()));
        }
        if let Some(score) = case.rating {
            facts.push((t("rating"), format!("{score}/5")));
        }
        facts
    }

    /// Papers handed in over the counter: name, kind of copy and count.
    fn received(&self, l: Lang) -> Vec<(String, String)> {
        let papers = self.case.papers.iter();
        let mut lines: Vec<(String, String)> = papers
            .map(|paper| {
                (
                    self.what(l, &paper.document),
                    reception::paper_words(l, paper),
                )
            })
            .collect();
        if self.case.sets > 0 {
            lines.push((l.t("reception.sets").to_owned(), self.case.sets.to_string()));
        }
        lines
    }

    /// The words under the legal clock: dates, pauses, the first promise where it was moved.
    fn promises(&self, l: Lang) -> Vec<String> {
        let clock = &self.case.clock;
        let mut says = Vec::new();
        if let Some(due) = clock.due {
            says.push(l.f("case.due", &[("at", &say::moment(l, due))]));
        }
        if let Some(first) = clock.first_due.filter(|first| Some(*first) != clock.due) {
            says.push(l.f("case.first-due", &[("at", &say::moment(l, first))]));
        }
        if let Some(limit) = clock.limit {
            says.push(l.f("case.limit", &[("limit", &say::limit(l, limit))]));
        }
        for interval in &clock.intervals {
            let Some(why) = interval.stopped.filter(|why| *why != Stopped::Ended) else {
                continue;
            };
            let to = interval.to.unwrap_or(self.now);
            let seconds = (to.as_second() - interval.from.as_second()).max(0);
            let time = length(l, clocks::wall(seconds));
            let why = why_stopped(l, why);
            says.push(l.f("case.pause", &[("length", &time), ("why", &why)]));
        }
        for extension in &clock.extensions {
            let to = say::moment(l, extension.to);
            says.push(l.f("case.extended", &[("to", &to)]));
        }
        says
    }

    /// What a file is: a question of the form, a paper, or one of the city's own words for it.
    fn what(&self, l: Lang, what: &str) -> String {
        let definition = self.definition();
        let document = definition.documents.iter().find(|d| d.code == what);
        if let Some(document) = document {
            return document.label.get(l.code()).to_owned();
        }
        let mut fields = definition.form.iter().flat_map(|page| &page.fields);
        if let Some(field) = fields.find(|field| field.code == what) {
            return field.label.get(l.code()).to_owned();
        }
        l.perhaps("file", what)
            .map_or_else(|| l.t("file.other").to_owned(), str::to_owned)
    }

    fn address(&self, hash: &str) -> String {
        format!("/cases/{}/files/{hash}", self.case.code)
    }

    /// The small picture beside a photo.
    fn small(&self, file: &Attachment) -> Option<&Attachment> {
        let wanted = format!("{}{THUMBNAIL}{}", file.what, file.hash);
        self.attached.iter().find(|other| other.what == wanted)
    }

    /// Photos (those with a small picture), or the other files.
    fn pictures(&self, l: Lang, photos: bool) -> Vec<Files> {
        self.attached
            .iter()
            .filter(|file| !file.what.contains(THUMBNAIL))
            .filter(|file| self.small(file).is_some() == photos)
            .map(|file| Files {
                address: self.address(&file.hash),
                small: self
                    .small(file)
                    .map_or_else(String::new, |small| self.address(&small.hash)),
                says: self.what(l, &file.what),
                name: file.name.clone(),
                at: say::short(file.at),
            })
            .collect()
    }

    fn photos(&self, l: Lang) -> HashMap<String, (String, String)> {
        self.attached
            .iter()
            .filter_map(|file| {
                let small = self.small(file)?;
                let says = self.what(l, &file.what);
                Some((file.hash.clone(), (self.address(&small.hash), says)))
            })
            .collect()
    }
}

/// The outcome that only the clock takes.
const LAPSED: &str = "lapsed";

/// Ways that say no state why: forms 02, 03 and 05.
fn says_no(definition: &Definition, to: &Move) -> bool {
    match to {
        Move::Next => false,
        Move::End(ending) => matches!(ending, Ending::Refused | Ending::Stopped),
        Move::Step(code) => Flow::of(definition).step(code).is_some_and(|step| {
            let supplement = step.by == rules::case::state::APPLICANT
                && step.outcomes.iter().any(|way| way.code == "supplied");
            let refuses = !step.outcomes.is_empty()
                && step
                    .outcomes
                    .iter()
                    .all(|way| matches!(way.to, Move::End(e) if !rules::process::good(e)));
            supplement || refuses
        }),
    }
}

/// The state in the nation's words.
pub fn state_words(l: Lang, life: &Life) -> String {
    l.of("state", &life.number().to_string(), &[])
}
