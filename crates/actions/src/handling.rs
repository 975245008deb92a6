//! What is done with a report beside its steps: called the same as another, taken out again, made another kind, handed
//! to somebody outside, shared with another unit. The judging is in `rules::case::{merge, recategorise, outside,
//! shared}`; here are the facts they ask for, and what follows for the cases beside it.

use std::collections::BTreeSet;
use std::sync::Arc;

use rules::Moment;
use rules::case::event::WorkShared;
use rules::case::merge::{Original, lets_go};
use rules::case::outside::Parties;
use rules::case::{Case, Command, Refusal};
use rules::ids::{CaseCode, NoteId};
use rules::person::Person;
use service::answer::judge_all;
use service::definition::{Code, Kind};
use service::expr::Scope;
use service::field::Wrong;
use service::{Answers, Published};
use store::{Sight, Tx};

use crate::change::{Change, Verb};
use crate::city::Law;
use crate::error::ActionError;
use crate::parts::between;

/// Originals of originals that are followed; more are a ring that cannot be.
const DEEPEST: usize = 20;

#[derive(Debug, Clone, PartialEq)]
pub enum Handling {
    /// Decides a step by an outcome that ends with a duplicate: of the report with this code.
    Merge {
        step: Code,
        row: Option<u32>,
        outcome: Code,
        original: CaseCode,
    },
    Unmerge,
    /// The answers of the change are those of the new kind.
    Recategorise {
        step: Code,
        row: Option<u32>,
        to: Code,
    },
    /// The words of the change are what is asked.
    Forward {
        step: Code,
        row: Option<u32>,
        party: Code,
    },
    TakeBack {
        n: u32,
    },
    /// Another unit does a part of it, as this case.
    Share {
        step: Code,
        row: Option<u32>,
        shared: WorkShared,
    },
}

impl Handling {
    /// The step from which it is done.
    pub(crate) fn step(&self) -> Option<(&Code, Option<u32>)> {
        match self {
            Self::Merge { step, row, .. }
            | Self::Recategorise { step, row, .. }
            | Self::Forward { step, row, .. }
            | Self::Share { step, row, .. } => Some((step, *row)),
            Self::Unmerge | Self::TakeBack { .. } => None,
        }
    }
}

/// What a change of this sort brings to the rules beside the case.
#[derive(Default)]
pub(crate) struct Beside {
    pub original: Option<Original>,
    /// The kind that the report becomes.
    pub target: Option<Arc<Published>>,
    /// Required answers of it that nobody gave.
    pub missing: Vec<Code>,
    /// As what it was drawn, where it is looked at again.
    pub drawn: Option<crate::sample::Drawn>,
}

pub(crate) async fn beside(
    tx: &mut Tx,
    law: &Law,
    person: Option<&Person>,
    change: &Change,
    now: Moment,
) -> Result<Beside, ActionError> {
    let mut beside = Beside {
        drawn: crate::sample::drawn(tx, law, person, change).await?,
        ..Beside::default()
    };
    match &change.verb {
        Verb::Handling(Handling::Merge { original, .. }) => {
            beside.original = Some(original_of(tx, person, original).await?);
        }
        Verb::Handling(Handling::Recategorise { to, .. }) => {
            let today = law.calendar()?.local(now).0;
            let published = law.catalogue.current(to, today).cloned();
            beside.target = Some(published.ok_or_else(|| ActionError::NoService(to.clone()))?);
        }
        _ => {}
    }
    Ok(beside)
}

/// The report that is named, or what it was merged into itself. Whoever names one may see it, or everybody may.
async fn original_of(
    tx: &mut Tx,
    person: Option<&Person>,
    code: &str,
) -> Result<Original, ActionError> {
    let none = || ActionError::Refused(Refusal::NoOriginal);
    let id = tx.case_id(code).await?.ok_or_else(none)?;
    let mut case = tx.case(id).await?.ok_or_else(none)?;
    let seen = person.and_then(|person| store::sight(person, &case));
    if !case.public && seen < Some(Sight::Whole) {
        return Err(none());
    }
    for _ in 0..DEEPEST {
        let Some(merged) = &case.merged else {
            return Ok(Original::of(&case));
        };
        case = tx.case(merged.original).await?.ok_or_else(none)?;
    }
    Err(none())
}

/// The answers that the new kind of report keeps of those given, and which required ones are missing. What cannot stand
/// in the new form is a flaw; what is not there is only marked.
pub(crate) fn kept(
    target: &Published,
    given: &Answers,
    law: &Law,
    now: Moment,
) -> Result<(Answers, Vec<Code>), ActionError> {
    let definition = &target.definition;
    let scope = Scope::of(definition, given).today(law.calendar()?.local(now).0);
    let papers: BTreeSet<Code> = definition
        .documents
        .iter()
        .map(|d| d.code.clone())
        .collect();
    let (answers, flaws) = judge_all(definition, &scope, &papers);
    let (absent, wrong): (Vec<_>, Vec<_>) = flaws
        .into_iter()
        .partition(|flaw| matches!(flaw.wrong, Wrong::Required));
    match wrong.is_empty() {
        true => Ok((answers, absent.into_iter().map(|flaw| flaw.field).collect())),
        false => Err(ActionError::Flawed(wrong)),
    }
}

pub(crate) fn command(
    handling: Handling,
    beside: &Beside,
    why: Option<NoteId>,
    answers: Option<u32>,
) -> Result<Command, Refusal> {
    Ok(match handling {
        Handling::Merge {
            step, row, outcome, ..
        } => Command::Merge {
            step,
            row,
            outcome,
            note: why,
            original: Box::new(beside.original.clone().ok_or(Refusal::NoOriginal)?),
        },
        Handling::Unmerge => Command::Unmerge { why },
        Handling::Recategorise { step, row, .. } => Command::Recategorise {
            step,
            row,
            missing: beside.missing.clone(),
            answers: answers.ok_or(Refusal::ReasonRequired)?,
            why,
        },
        Handling::Forward { step, row, party } => {
            let known = Parties::shipped().get(&party);
            Command::Forward {
                step,
                row,
                within: known.ok_or(Refusal::NotYours)?.within(),
                party,
                question: why.ok_or(Refusal::ReasonRequired)?,
            }
        }
        Handling::TakeBack { n } => Command::TakeBack { n },
        Handling::Share { step, row, shared } => Command::ShareWork { step, row, shared },
    })
}

/// What a report that was just saved means for those merged into it, and for the work that others share.
pub(crate) async fn follow(
    tx: &mut Tx,
    law: &Law,
    prior: &Case,
    case: &Case,
    now: Moment,
) -> Result<(), ActionError> {
    let ended = case.life.ended().filter(|_| prior.life.ended().is_none());
    if case.kind == Kind::Report {
        if ended.is_some() {
            end_shared(tx, law, case, now).await?;
        }
        if prior.fate() != case.fate() {
            tell_duplicates(tx, law, case, now).await?;
        }
        return Ok(());
    }
    let (Some(about), Some((ending, _))) = (case.about, ended) else {
        return Ok(());
    };
    let report = tx.case(about).await?;
    let Some(report) = report.filter(|report| report.shared.iter().any(|s| s.case == case.id))
    else {
        return Ok(());
    };
    let case = case.id;
    let command = Command::HearShared { case, ending };
    between(tx, law, &report, command, now).await?;
    Ok(())
}

/// Whoever reported the same hears how it stands, also through another duplicate; what an end without work leaves open
/// goes back to be sorted.
async fn tell_duplicates(
    tx: &mut Tx,
    law: &Law,
    original: &Case,
    now: Moment,
) -> Result<(), ActionError> {
    let fate = original.fate();
    let mut next = tx.merged_into(original.id).await?;
    for _ in 0..DEEPEST {
        let mut beyond = Vec::new();
        for id in next {
            let Some(duplicate) = tx.case(id).await? else {
                continue;
            };
            let command = match fate {
                Some((ending, _)) if lets_go(ending) => Command::Unmerge { why: None },
                ended => {
                    beyond.extend(tx.merged_into(id).await?);
                    Command::HearOriginal {
                        ended,
                        evidenced: original.evidenced,
                    }
                }
            };
            between(tx, law, &duplicate, command, now).await?;
        }
        if beyond.is_empty() {
            break;
        }
        next = beyond;
    }
    Ok(())
}

async fn end_shared(tx: &mut Tx, law: &Law, case: &Case, now: Moment) -> Result<(), ActionError> {
    for one in case.shared.iter().filter(|one| one.ended.is_none()) {
        let Some(work) = tx.case(one.case).await? else {
            continue;
        };
        let ending = service::definition::Ending::Stopped;
        between(tx, law, &work, Command::EndWithReport { ending }, now).await?;
    }
    Ok(())
}
