//! A change in its transaction: load, ask who may, decide, save.

use std::collections::BTreeSet;

use rules::Moment;
use rules::authority;
use rules::case::stop::Grounds;
use rules::case::{self, Case, Command, Event, Given};
use rules::duty::{self, Act};
use rules::ids::NoteId;
use rules::person::{Actor, Person};
use rules::satisfaction::Reasons;
use service::answer::judge_all;
use service::applicant::Applicant;
use service::definition::Code;
use service::expr::Scope;
use service::{Answers, Published};
use store::{Extras, Parcel, Tx};

use super::acting::{acting, candidates, colleagues};
use super::{Change, Verb, published};
use crate::city::Law;
use crate::error::ActionError;
use crate::handling;
use crate::lawful::{self, Lawful};
use crate::letters;
use crate::money;
use crate::papers;
use crate::shown;
use crate::supplement;
use crate::upload::{Kept, attach};

pub(crate) struct Asked {
    /// `None`: the clock.
    pub(super) person: Option<Person>,
    pub(super) change: Change,
    pub(super) kept: Vec<Kept>,
    pub(super) note: Option<(NoteId, String)>,
    /// Under which the marks are kept.
    pub(super) list: Option<NoteId>,
    pub(super) parcel: Option<Parcel>,
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
    let once = change
        .once
        .as_ref()
        .map(|key| format!("change/{}/{key}", prior.id));
    if let Some(key) = &once
        && let Some(Some(_)) = tx.once::<Option<u32>>(key, now).await?
    {
        return Ok(prior);
    }
    let mut commands = Vec::new();
    let applicant = asked
        .person
        .as_ref()
        .is_some_and(|person| is_applicant(person, &prior));
    let answers_now = tx.answers(prior.id).await?;
    let (number, answers) = answers_now.unwrap_or_default();
    let published = published(law, &prior)?;
    let person = asked.person.as_ref();
    let mut beside = handling::beside(tx, law, person, change, now).await?;
    let supplied = match (&change.answers, &beside.target) {
        (Some(new), Some(target)) => {
            let (kept, missing) = handling::kept(target, new, law, now)?;
            beside.missing = missing;
            Some((number + 1, kept))
        }
        (Some(new), None) => Some((number + 1, judged(&published, new, law, now)?)),
        (None, _) => None,
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
    let numbered = supplied.as_ref().map(|(number, _)| *number);
    let grounds = law.stops.on(law.calendar()?.local(now).0);
    commands.push(command(asked, &beside, numbered, grounds)?);
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
    // What a look brings belongs to what was said, not to the work.
    let looks = matches!(change.verb, Verb::LookAgain { .. });
    let files = asked.kept.iter().filter(|_| !looks).filter(new);
    let files = files.map(|file| Command::Attach {
        file: file.attachment.hash.clone(),
        what: file.attachment.what.clone(),
        public: file.attachment.public,
    });
    commands.extend(files);
    if let Some(list) = asked.list {
        supplement::judge_marks(&published, &prior, &answers, &change.marks, law, now)?;
        commands.push(Command::Mark { list });
    }
    // What proves the work is in the case before the decision that needs it. A case that is over takes nothing in before it is
    // opened again.
    if !matches!(change.verb, Verb::Reopen) {
        commands.rotate_left(1);
    }
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
    if let Verb::Lawful(Lawful::Correct { step }) = &change.verb {
        let why = asked.note.as_ref().map(|(id, _)| *id);
        let wrong = papers::replaced(tx, &published.definition, prior.id, step, why).await?;
        commands.extend(wrong);
    }
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
    // The kind that the report becomes decides what follows.
    let published = beside.target.clone().unwrap_or(published);
    let given = Given {
        staff: &staff,
        mandates: &mandates,
        stands_in_for,
        ..Given::new(
            now,
            &actor,
            (&published.definition, published.number),
            supplied.as_ref().map_or(&answers, |(_, answers)| answers),
            match change.verb {
                Verb::Redate => law.calendar()?,
                _ => law.calendar_of(prior.clock.calendar)?,
            },
            &law.organisation,
        )
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
    posts.extend(crate::partner::posts(law, &case, &recorded, now));
    tx.save_case(
        Some(&prior),
        &case,
        &recorded,
        &Extras {
            posts,
            ..match &beside.target {
                Some(target) => shown::of_another_kind(&target.definition, &case, given.answers),
                None => shown::words(&published, &answers, &recorded, change.beside.as_ref()),
            }
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
    shown::photos(tx, &prior, &recorded, change.covered.as_ref(), now).await?;
    if let Some(parcel) = &asked.parcel {
        tx.add_parcel(parcel).await?;
    }
    crate::reception::keep(tx, &case, &recorded).await?;
    let words = asked.note.as_ref().map_or("", |(_, words)| words);
    papers::revoke(tx, &recorded, words, now).await?;
    if recorded.iter().any(|one| {
        matches!(
            one.event,
            Event::Issued { .. } | Event::Corrected | Event::PaperRevoked { .. }
        )
    }) {
        crate::kept::keep_results(tx, law, &case, now).await?;
    }
    if let Some((_, answers)) = &supplied {
        let words = Applicant::of(&published.definition, answers).words();
        tx.index_person_anew(case.id, &words, now).await?;
    }
    if let Some(key) = &once {
        tx.remember(key, &Some(case.version)).await?;
    }
    crate::parts::follow(tx, law, Some(&prior), &case, now).await?;
    handling::follow(tx, law, &prior, &case, now).await?;
    crate::sample::follow(tx, &recorded, now).await?;
    Ok(case)
}

fn command(
    asked: &Asked,
    beside: &handling::Beside,
    answers: Option<u32>,
    grounds: &Grounds,
) -> Result<Command, case::Refusal> {
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
        Verb::Lawful(lawful) => lawful::command(lawful, why, grounds)?,
        Verb::Handling(handling) => handling::command(handling, beside, why, answers)?,
        Verb::AskWithdrawal => Command::AskWithdrawal { why },
        Verb::AnswerWithdrawal { accept } => Command::AnswerWithdrawal { accept, why },
        Verb::Reopen => Command::Reopen { why },
        Verb::LookAgain { found, .. } => {
            let files = asked.kept.iter();
            let files = files.map(|file| file.attachment.hash.clone()).collect();
            let looking = crate::sample::looking(beside.drawn.as_ref(), found, why, files)?;
            Command::LookAgain(Box::new(looking))
        }
        Verb::Rate { score, reasons } => Command::Rate {
            score,
            reasons: Reasons::shipped().fitting(score, &reasons),
            note: why,
        },
        Verb::Money(deed) => {
            let proof = asked.kept.first().map(|file| file.attachment.hash.clone());
            money::command(deed, why, proof)
        }
        Verb::Reassign { step, row, to } => Command::Reassign { step, row, to, why },
        Verb::RevokePaper { what, of } => Command::RevokePaper { what, of, why },
        Verb::Moderate { deed } => Command::Moderate { deed, why },
        Verb::Redate => Command::Redate,
        Verb::Reseat => Command::Reseat,
        Verb::Tick => Command::Tick,
    })
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
