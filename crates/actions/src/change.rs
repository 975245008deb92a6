//! Every verb on a case passes here: load, ask who may, decide, save, in one transaction.

use std::collections::BTreeSet;
use std::sync::Arc;

use rules::Moment;
use rules::authority;
use rules::case::{self, Candidate, Case, Command, Given};
use rules::duty::{self, Act};
use rules::ids::{CaseId, NoteId, PersonId, UnitCode};
use rules::person::{Actor, Person};
use rules::process::Flow;
use service::answer::judge_all;
use service::applicant::Applicant;
use service::definition::{Code, Pick, Post};
use service::expr::Scope;
use service::supplement::Mark;
use service::{Answers, Published};
use store::{Extras, Parcel, StoreError, Tx};

use crate::city::{City, Law};
use crate::error::ActionError;
use crate::letters;
use crate::money::{self, Deed};
use crate::papers;
use crate::parcel::SendTo;
use crate::supplement;
use crate::upload::{Kept, Upload, attach};

/// What a page asks of a case.
#[derive(Debug, Clone)]
pub struct Change {
    pub case: CaseId,
    /// The version that the page showed; `None` where it does not matter (the clock, a comment).
    pub seen: Option<u32>,
    pub verb: Verb,
    /// What the person wrote: a reason, an answer, a message.
    pub words: Option<String>,
    pub uploads: Vec<Upload>,
    /// The applicant's new answers, where they supplied some.
    pub answers: Option<Answers>,
    /// What is wrong or missing, where the step asks the applicant to complete the dossier.
    pub marks: Vec<Mark>,
    /// What the counter writes down before the verb: papers received, a result handed over.
    pub counter: Vec<Command>,
    /// Words that the counter's events refer to, apart from the reason.
    pub beside: Option<(NoteId, String)>,
    /// The result goes there by post.
    pub parcel: Option<SendTo>,
}

impl Change {
    pub fn new(case: CaseId, verb: Verb) -> Self {
        Self {
            case,
            seen: None,
            verb,
            words: None,
            uploads: Vec::new(),
            answers: None,
            marks: Vec::new(),
            counter: Vec::new(),
            beside: None,
            parcel: None,
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub enum Verb {
    Claim {
        step: Code,
        row: Option<u32>,
    },
    Release {
        step: Code,
        row: Option<u32>,
    },
    Pass {
        step: Code,
        row: Option<u32>,
        unit: UnitCode,
        to: Option<PersonId>,
    },
    Decide {
        step: Code,
        row: Option<u32>,
        outcome: Code,
    },
    Note {
        public: bool,
    },
    Extend {
        to: Moment,
    },
    /// Form 04: a cause of the city's list, the new date; the words of the letter are those of the change.
    Apologise {
        cause: Code,
        to: Moment,
    },
    AskWithdrawal,
    AnswerWithdrawal {
        accept: bool,
    },
    Reopen,
    Rate {
        score: u8,
    },
    /// What is asked, paid, waived, given back.
    Money(Deed),
    /// As head or administrator: to a colleague of the unit, whoever holds it.
    Reassign {
        step: Code,
        row: Option<u32>,
        to: PersonId,
    },
    /// The newest working calendar holds for this case too.
    Redate,
    /// Steps that sign go to whoever may sign today.
    Reseat,
    Tick,
}

impl City {
    /// Does it, if the person may and the rules allow.
    ///
    /// # Errors
    /// [`ActionError::Meanwhile`] with what a colleague did since the page was drawn; refusals, flaws
    /// and files as their variants say; [`ActionError::NotFound`] where the person may not know of it.
    pub async fn change(&self, person: &Person, change: Change) -> Result<Case, ActionError> {
        self.change_as(Some(person), change).await
    }

    /// The clock's command: warnings, lapses, silence.
    ///
    /// # Errors
    /// As [`City::change`].
    pub async fn tick(&self, case: CaseId) -> Result<Case, ActionError> {
        self.change_as(None, Change::new(case, Verb::Tick)).await
    }

    pub(crate) async fn change_as(
        &self,
        person: Option<&Person>,
        mut change: Change,
    ) -> Result<Case, ActionError> {
        let (law, now) = (self.law(), self.now());
        let kept = self.keep(std::mem::take(&mut change.uploads)).await?;
        let words = change.words.take().unwrap_or_default().trim().to_owned();
        let marked = !change.marks.is_empty();
        let note = (marked || !words.is_empty()).then(|| (self.new_note_id(), words));
        let parcel = change.parcel.take().map(|to| self.parcel(change.case, to));
        let asked = Arc::new(Asked {
            parcel,
            person: person.cloned(),
            list: marked.then(|| self.new_note_id()),
            change,
            kept,
            note,
        });
        loop {
            let (law, asked) = (law.clone(), asked.clone());
            let done = self.writer().run("change", move |tx| {
                let (law, asked) = (law.clone(), asked.clone());
                Box::pin(async move { write(tx, &law, &asked, now).await })
            });
            match done.await {
                // A paper was entered between our reading and our writing: it changed nothing of ours.
                Err(ActionError::Meanwhile(events))
                    if !events.is_empty() && events.iter().all(|one| one.event.aside()) => {}
                other => return other,
            }
        }
    }
}

pub(crate) struct Asked {
    /// `None`: the clock.
    person: Option<Person>,
    change: Change,
    kept: Vec<Kept>,
    note: Option<(NoteId, String)>,
    /// Under which the marks are kept.
    list: Option<NoteId>,
    parcel: Option<Parcel>,
}

impl Asked {
    /// A change without files and words of its own, inside another command.
    pub(crate) fn within(
        person: &Person,
        change: Change,
        note: Option<(NoteId, String)>,
        list: Option<NoteId>,
    ) -> Self {
        Self {
            person: Some(person.clone()),
            change,
            kept: Vec::new(),
            note,
            list,
            parcel: None,
        }
    }
}

pub(crate) async fn write(
    tx: &mut Tx,
    law: &Law,
    asked: &Asked,
    now: Moment,
) -> Result<Case, ActionError> {
    let change = &asked.change;
    let prior = tx.case(change.case).await?.ok_or(ActionError::NotFound)?;
    let mut commands = Vec::new();
    let applicant = asked
        .person
        .as_ref()
        .is_some_and(|person| is_applicant(person, &prior));
    let answers_now = tx.answers(prior.id).await?;
    let (number, answers) = answers_now.unwrap_or_default();
    let published = published(law, &prior)?;
    let supplied = match &change.answers {
        Some(new) => Some((number + 1, judged(&published, new, law, now)?)),
        None => None,
    };
    if let Some(seen) = change.seen
        && seen != prior.version
    {
        let meanwhile = tx.events_after(prior.id, seen).await?;
        // A paper that was made meanwhile changed nothing that the person saw.
        if !meanwhile.iter().all(|one| one.event.aside()) {
            return Err(ActionError::Meanwhile(meanwhile));
        }
    }
    commands.push(command(
        asked,
        supplied.as_ref().map(|(number, _)| *number),
    )?);
    let actor = match &asked.person {
        None => Actor::Clock,
        Some(person) => {
            duty::may(person, &Act::of(&commands[0], applicant), Some(&prior)).map_err(
                |refusal| {
                    // Whether it exists is a secret to whoever may not see it.
                    match store::sight(person, &prior) {
                        Some(_) => ActionError::Refused(refusal),
                        None => ActionError::NotFound,
                    }
                },
            )?;
            acting(person, &prior, &change.verb, &published, law, now)?
        }
    };
    // The same photo sent again with a message is no reason to refuse the message.
    let new =
        |file: &&Kept| prior.attached.get(&file.attachment.what) != Some(&file.attachment.hash);
    let files = asked.kept.iter().filter(new).map(|file| Command::Attach {
        file: file.attachment.hash.clone(),
        what: file.attachment.what.clone(),
        public: file.attachment.public,
    });
    commands.extend(files);
    if let Some(list) = asked.list {
        supplement::judge_marks(&published, &prior, &answers, &change.marks, law, now)?;
        commands.push(Command::Mark { list });
    }
    // What proves the work is in the case before the decision that needs it.
    commands.rotate_left(1);
    supplement::keeps_to_the_request(
        tx,
        &published.definition,
        &prior,
        change,
        applicant,
        &answers,
        supplied.as_ref().map(|(_, answers)| answers),
        &asked.kept,
    )
    .await?;
    commands.splice(0..0, change.counter.iter().cloned());
    money::settle(tx, law, &prior, &actor, &mut commands, now).await?;
    let staff = match &change.verb {
        Verb::Reassign { step, row, .. } => colleagues(tx, &prior, step, *row, now).await?,
        _ => candidates(tx, &published, &prior, law, now).await?,
    };
    // Read in the same transaction: a mandate that ended a second ago is not signed by.
    let mut roles = published.definition.roles.iter();
    let mandates = match roles.any(authority::needs_grant) {
        true => tx.mandates().await?,
        false => Vec::new(),
    };
    let stands_in_for = match &asked.person {
        Some(Person::Official(official)) => official.stands_in_for.as_slice(),
        _ => &[],
    };
    let given = Given {
        now,
        actor: &actor,
        definition: &published.definition,
        version: published.number,
        answers: supplied.as_ref().map_or(&answers, |(_, answers)| answers),
        applicant: None,
        calendar: match change.verb {
            Verb::Redate => law.calendar()?,
            _ => law.calendar_of(prior.clock.calendar)?,
        },
        organisation: &law.organisation,
        staff: &staff,
        mandates: &mandates,
        stands_in_for,
    };
    let mut case = prior.clone();
    let mut recorded = Vec::new();
    for command in commands {
        let events = case::decide(&case, command, &given)?;
        let (after, new) = case::record(case, events, now, &actor);
        case = after;
        recorded.extend(new);
    }
    if recorded.is_empty() {
        return Ok(prior);
    }
    let mut posts = letters::posts(&case, &recorded, &law.messages.tiers, now);
    posts.extend(papers::posts(&published.definition, &recorded, now));
    tx.save_case(
        Some(&prior),
        &case,
        &recorded,
        &Extras {
            posts,
            ..Extras::default()
        },
    )
    .await?;
    if let Some((id, words)) = &asked.note {
        let public = matches!(change.verb, Verb::Note { public: true }) || applicant;
        let words = supplement::written(&published.definition, words, &change.marks);
        tx.save_note(case.id, *id, &words, public, now).await?;
    }
    if let Some(list) = asked.list {
        tx.save_marks(case.id, list, &change.marks, now).await?;
    }
    if let Some((number, answers)) = &supplied {
        tx.save_answers(case.id, *number, answers, now).await?;
    }
    attach(tx, case.id, &asked.kept).await?;
    if let Some((id, words)) = &change.beside {
        tx.save_note(case.id, *id, words, false, now).await?;
    }
    if let Some(parcel) = &asked.parcel {
        tx.add_parcel(parcel).await?;
    }
    crate::reception::keep(tx, &case, &recorded).await?;
    if let Some((_, answers)) = &supplied {
        let words = Applicant::of(&published.definition, answers).words();
        tx.index_person_anew(case.id, &words, now).await?;
    }
    Ok(case)
}

fn command(asked: &Asked, answers: Option<u32>) -> Result<Command, case::Refusal> {
    let why = asked.note.as_ref().map(|(id, _)| *id);
    Ok(match asked.change.verb.clone() {
        Verb::Claim { step, row } => Command::Claim { step, row },
        Verb::Release { step, row } => Command::Release { step, row },
        Verb::Pass {
            step,
            row,
            unit,
            to,
        } => Command::Pass {
            step,
            row,
            unit,
            to,
            why,
        },
        Verb::Decide { step, row, outcome } => Command::Decide {
            step,
            row,
            outcome,
            note: why,
            files: asked
                .kept
                .iter()
                .map(|file| file.attachment.hash.clone())
                .collect(),
            answers,
        },
        Verb::Note { public } => Command::Note {
            note: why.ok_or(case::Refusal::ReasonRequired)?,
            public,
        },
        Verb::Extend { to } => Command::Extend { to, why },
        Verb::Apologise { cause, to } => Command::Apologise { cause, to, why },
        Verb::AskWithdrawal => Command::AskWithdrawal { why },
        Verb::AnswerWithdrawal { accept } => Command::AnswerWithdrawal { accept, why },
        Verb::Reopen => Command::Reopen { why },
        Verb::Rate { score } => Command::Rate { score, note: why },
        Verb::Money(deed) => {
            let proof = asked.kept.first().map(|file| file.attachment.hash.clone());
            money::command(deed, why, proof)
        }
        Verb::Reassign { step, row, to } => Command::Reassign { step, row, to, why },
        Verb::Redate => Command::Redate,
        Verb::Reseat => Command::Reseat,
        Verb::Tick => Command::Tick,
    })
}

pub(crate) fn published(law: &Law, case: &Case) -> Result<Arc<Published>, ActionError> {
    let published = law.catalogue.get(&case.service, case.service_version);
    published
        .cloned()
        .ok_or_else(|| ActionError::NoService(case.service.clone()))
}

/// The applicant's new answers, judged as a whole. Papers were judged when the case was opened.
fn judged(
    published: &Published,
    new: &Answers,
    law: &Law,
    now: Moment,
) -> Result<Answers, ActionError> {
    let scope = Scope::of(&published.definition, new).today(law.calendar()?.local(now).0);
    let papers: BTreeSet<Code> = published
        .definition
        .documents
        .iter()
        .map(|d| d.code.clone())
        .collect();
    match judge_all(&published.definition, &scope, &papers) {
        (answers, flaws) if flaws.is_empty() => Ok(answers),
        (_, flaws) => Err(ActionError::Flawed(flaws)),
    }
}

fn is_applicant(person: &Person, case: &Case) -> bool {
    duty::may(person, &Act::Comment, Some(case)).is_ok()
}

/// The seat from which an official acts on this step: the one in the unit that holds it. A signature is given
/// from one's own seat, neither reached from above nor by standing in.
fn acting(
    person: &Person,
    case: &Case,
    verb: &Verb,
    published: &Published,
    law: &Law,
    now: Moment,
) -> Result<Actor, ActionError> {
    let Person::Official(official) = person else {
        return Ok(crate::open::actor(person));
    };
    let task = match verb {
        Verb::Claim { step, row }
        | Verb::Release { step, row }
        | Verb::Pass { step, row, .. }
        | Verb::Reassign { step, row, .. }
        | Verb::Decide { step, row, .. } => case.task(step, *row),
        _ => None,
    };
    let wanted = match verb {
        Verb::Money(_) => case.money.charges.first().map(|charge| &charge.unit),
        _ => task.and_then(|task| task.unit.as_ref()),
    };
    let wanted = wanted.unwrap_or(&case.unit);
    let flow = Flow::of(&published.definition);
    let signed_as = match verb {
        Verb::Decide { step, .. } => flow
            .step(step)
            .filter(|step| step.signs.is_some())
            .and_then(|step| flow.role(&step.by)),
        _ => None,
    };
    let seats = match signed_as {
        // A letter of apology bears a signature too.
        None if matches!(verb, Verb::Apologise { .. }) => official.own.clone(),
        None => official.seats.clone(),
        Some(role) if authority::needs_grant(role) => official.own.clone(),
        Some(_) => law
            .organisation
            .reach(&official.own, law.calendar()?.local(now).0),
    };
    let seat = seats
        .iter()
        .filter(|seat| seat.unit == *wanted)
        .max_by_key(|seat| seat.post);
    Ok(match seat.or(seats.first()).or(official.seats.first()) {
        Some(seat) if seat.unit == *wanted || signed_as.is_none() => Actor::Official {
            id: official.id,
            unit: seat.unit.clone(),
            post: seat.post,
        },
        // They came here by standing in or from above: without a right to sign.
        Some(_) => Actor::Official {
            id: official.id,
            unit: wanted.clone(),
            post: Post::Staff,
        },
        None => crate::open::actor(person),
    })
}

/// Everybody seated in the unit that holds the step.
async fn colleagues(
    tx: &mut Tx,
    case: &Case,
    step: &str,
    row: Option<u32>,
    now: Moment,
) -> Result<Vec<Candidate>, StoreError> {
    let unit = case.task(step, row).and_then(|task| task.unit.as_deref());
    let Some(unit) = unit else {
        return Ok(Vec::new());
    };
    let seated = tx.seated(unit, Post::Staff, now).await?.into_iter();
    let there = seated.map(|(person, post)| Candidate {
        person,
        unit: unit.to_owned(),
        post,
        holds: 0,
    });
    Ok(there.collect())
}

/// Who could be given the next steps, for roles that pick the least loaded.
pub(crate) async fn candidates(
    tx: &mut Tx,
    published: &Published,
    case: &Case,
    law: &Law,
    now: Moment,
) -> Result<Vec<Candidate>, StoreError> {
    let picks = published
        .definition
        .roles
        .iter()
        .any(|role| role.pick == Pick::LeastLoaded);
    if !picks {
        return Ok(Vec::new());
    }
    let mut units: BTreeSet<&str> = case
        .tasks
        .iter()
        .filter_map(|task| task.unit.as_deref())
        .collect();
    units.insert(&case.unit);
    // Who is away is given nothing new; whoever stands in is there anyway.
    let today = law.calendar().ok().map(|calendar| calendar.local(now).0);
    let away = |person: PersonId| {
        let mut known = law.stand_ins.iter();
        known.any(|one| one.absent == person && today.is_some_and(|today| one.in_force(today)))
    };
    let mut found = Vec::new();
    for unit in units {
        let loads = tx.loads(unit).await?;
        for (person, post) in tx
            .seated(unit, Post::Staff, now)
            .await?
            .into_iter()
            .filter(|(person, _)| !away(*person))
        {
            let holds = loads
                .iter()
                .find(|(id, _)| *id == person)
                .map_or(0, |(_, holds)| *holds);
            found.push(Candidate {
                person,
                unit: unit.to_owned(),
                post,
                holds,
            });
        }
    }
    Ok(found)
}
