//! `GET /cases/{code}`: everything of one case on one page, loaded here, drawn in `case_view`. Opening it
//! is written into the access log before anything is shown.

mod steps;
mod told;

use std::collections::HashMap;
use std::sync::Arc;

use actions::Law;
use actions::look::Purpose;
use axum::extract::{Path, State};
use maud::Markup;
use rules::Moment;
use rules::calendar::Calendar;
use rules::case::{Case, Life, Recorded, Refusal};
use rules::duty::{Act, may};
use rules::ids::NoteId;
use rules::person::{Official, Person};
use rules::process::Flow;
use service::definition::{Ending, Kind, Step};
use service::expr::Scope;
use service::supplement::Mark;
use service::{Answers, Definition, Published};
use store::{Attachment, Page, Reply, Seen, Sight};

use super::case_view::{self, Shown, Side};
use super::handling::card::card;
use super::history::{Teller, ending_words};
use super::provenance;
use super::supplement::{Brought, Names};
use super::{apology, clocks, hand_over, inbox, lawful, names};
use crate::error::Failure;
use crate::hall::Hall;
use crate::linked;
use crate::money::panel;
use crate::papers::list;
use crate::text::Lang;
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
    let heads = may(&visit.person, &Act::RevokePaper, Some(&loaded.case)).is_ok();
    let whom = list::For::Official { heads };
    shown.handed_out = list::of(hall, visit.lang, &loaded.case, whom).await?;
    shown.messages = crate::messages::of_case(hall, visit.lang, &loaded.case).await?;
    let (id, definition) = (loaded.case.id, loaded.definition());
    shown.owner = linked::owner(visit.lang, definition, &loaded.case, &loaded.elsewhere);
    let whom = linked::For::Official(&visit.person);
    shown.parts = linked::parts(hall, visit.lang, definition, &loaded.case, whom).await?;
    let proven = provenance::panel(hall, visit.lang, id, definition, handles).await?;
    let public = crate::moderation::beside(hall, visit, &loaded.case).await?;
    shown.provenance = maud::html! { (proven) (public) };
    shown.handling = card(hall, visit, &loaded.case, &loaded.notes, typed).await?;
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
    /// The city's reply templates, for reports.
    replies: Vec<Reply>,
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
            // Shared work has a card of its own.
            let shared = case.shared.iter().any(|one| one.case == line.id);
            if !shared && reader.case(&visit.person, line.id).await?.is_some() {
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
            replies: match case.kind {
                Kind::Report => reader.replies().await?,
                _ => Vec::new(),
            },
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
        let mirrored = case.mirror.is_some();
        let withdrawing = !mirrored && matches!(case.life, Life::WithdrawalAsked { .. });
        // Handed over on a page of its own: into whose hands, against what.
        let giving = hand_over::task(visit, self.definition(), case);
        let mut doing = Vec::new();
        let mut beside = Vec::new();
        for task in &case.tasks {
            let act = Act::Decide {
                step: task.step.clone(),
                row: task.row,
            };
            // What waits for the parts is decided by them.
            let flow = Flow::of(self.definition());
            let of_parts = flow.step(&task.step).is_some_and(Step::of_parts);
            let mine = !withdrawing && !of_parts && can(act);
            match mine
                .then(|| self.doing(l, official, task, typed))
                .transpose()?
            {
                Some(Some(mut one)) => {
                    if giving.is_some_and(|given| given.step == task.step) {
                        one.ways.clear();
                    }
                    doing.push(one);
                }
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
            handling: Markup::default(),
            provenance: Markup::default(),
            owner: Markup::default(),
            parts: Markup::default(),
            mirrored,
            code: case.code.clone(),
            title: self.title.clone(),
            service: self.definition().name.get(l.code()).to_owned(),
            state: state_words(l, case),
            ended: (case.life.ended())
                .filter(|_| {
                    case.kind != Kind::Report && !matches!(case.life, Life::Correcting { .. })
                })
                .map(|(ending, _)| ending_words(l, ending)),
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
            may_hand_over: giving.is_some(),
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
            apology: (!mirrored && apology::called_for(case, self.definition().kind, extensions))
                .then(|| apology::standing(l, case, self.now)),
            lawful: lawful::card(l, &self.law, self.definition(), case, person, self.now),
            may_extend: open
                && !mirrored
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

    fn scope<'a>(&'a self, answers: &'a Answers) -> Scope<'a> {
        let scope = Scope::of(self.definition(), answers).channel(self.case.channel);
        match self.law.calendar() {
            Ok(calendar) => scope.today(calendar.local(self.now).0),
            Err(_) => scope,
        }
    }
}

/// The state in the nation's words; a report is no dossier and has words of its own.
pub fn state_words(l: Lang, case: &Case) -> String {
    // A duplicate with its original, once that has ended.
    let ended = case.fate().or(case.life.ended()).map(|(ending, _)| ending);
    match &case.life {
        _ if case.kind == Kind::Report => report_state(l, case.life.number(), ended),
        Life::Correcting { .. } => l.of("state", "correcting", &[]),
        life => l.of("state", &life.number().to_string(), &[]),
    }
}

/// What became of a report, or how far it is.
pub fn report_state(l: Lang, life: u8, ended: Option<Ending>) -> String {
    match ended {
        Some(ending) => ending_words(l, ending),
        // Stopped without an end of its own: a duplicate whose original goes on.
        None if life == 8 => l.t("merge.state").to_owned(),
        None => l.of("report-state", &life.to_string(), &[]),
    }
}
