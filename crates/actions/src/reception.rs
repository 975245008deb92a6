//! Reception at a desk in one go: the case is opened, its papers are written down, and the clerk decides (form 01, 02
//! or 03), or nothing of it happens. And what the counter does later: codes of other systems, earlier cases of
//! somebody who comes again.

use std::collections::BTreeSet;
use std::sync::Arc;

use rules::Moment;
use rules::case::command::Taking;
use rules::case::counter::{Collected, PapersReceived, Seen, may_collect};
use rules::case::money::{Proof, Way};
use rules::case::{Case, Command, Event, Recorded, Refusal};
use rules::duty::{self, Act};
use rules::ids::{CaseId, NoteId, UnitCode};
use rules::person::Person;
use rules::process::Flow;
use service::Definition;
use service::applicant::Applicant;
use service::definition::{Channel, Code, Move};
use service::supplement::Mark;
use store::{Reception as Row, Tx};

use crate::change::{Asked, Change, Verb, published};
use crate::city::City;
use crate::error::ActionError;
use crate::look::Purpose;
use crate::open::{self, NewCase, Receipt};
use crate::upload::Kept;

/// A dossier on the desk.
#[derive(Debug, Clone)]
pub struct Reception {
    pub new: NewCase,
    pub papers: PapersReceived,
    /// What the clerk decides at the step of reception; `None`: the case is only opened.
    pub outcome: Option<Code>,
    /// A reason, where the outcome asks for one.
    pub words: Option<String>,
    /// Fees taken now, and how.
    pub paid: Vec<Code>,
    pub way: Way,
    /// Fees from which the applicant is exempt: the proof is among the uploads, as `exemption-proof`.
    pub waived: Vec<Code>,
    /// What is wrong or missing, where the outcome asks for it.
    pub marks: Vec<Mark>,
    /// Another system has a code for it already: system and code.
    pub elsewhere: Option<(Code, String)>,
}

/// Whether an outcome of the first step says that the dossier is whole: only then must no paper be missing.
pub fn takes(definition: &Definition, outcome: &str) -> bool {
    let reception = Flow::of(definition).reception();
    let mut ways = reception.into_iter().flat_map(|step| &step.outcomes);
    ways.any(|way| way.code == outcome && way.to == Move::Next)
}

impl City {
    /// Receives a dossier at a desk.
    ///
    /// # Errors
    /// As [`City::open`] and [`City::change`]; nothing is written then.
    pub async fn receive(&self, reception: Reception) -> Result<Receipt, ActionError> {
        let mut reception = reception;
        let law = self.law();
        let today = law.calendar()?.local(self.now()).0;
        let current = law.catalogue.current(&reception.new.service, today);
        let definition = &current
            .ok_or_else(|| ActionError::NoService(reception.new.service.clone()))?
            .definition;
        let whole = reception
            .outcome
            .as_ref()
            .is_none_or(|outcome| takes(definition, outcome));
        let shown: BTreeSet<Code> = match whole {
            true => reception
                .papers
                .papers
                .iter()
                .map(|paper| paper.document.clone())
                .collect(),
            // What is missing is what the outcome says.
            false => definition
                .documents
                .iter()
                .map(|document| document.code.clone())
                .collect(),
        };
        let step = Flow::of(definition)
            .reception()
            .map(|step| step.code.clone());
        let words = reception
            .words
            .take()
            .filter(|words| !words.trim().is_empty());
        let words = words.unwrap_or_default().trim().to_owned();
        let list = (!reception.marks.is_empty()).then(|| self.new_note_id());
        let note = (list.is_some() || !words.is_empty()).then(|| (self.new_note_id(), words));
        let ready = self
            .ready(reception.new.clone(), Vec::new(), &shown)
            .await?;
        let todo = Arc::new((ready, reception, step, (note, list)));
        self.writer()
            .run("receive", move |tx| {
                let todo = todo.clone();
                Box::pin(async move {
                    let (ready, reception, step, notes) = &*todo;
                    let (receipt, fresh) = open::write(tx, ready).await?;
                    if fresh {
                        decide(tx, ready, reception, step.as_ref(), notes.clone(), &receipt)
                            .await?;
                    }
                    Ok(receipt)
                })
            })
            .await
    }

    /// Hands a result over: writes down into whose hands, and decides the step.
    ///
    /// # Errors
    /// [`Refusal::PaperNotSeen`]; as [`City::change`].
    pub async fn hand_over(
        &self,
        person: &Person,
        mut change: Change,
        mut collected: Collected,
        who: &str,
    ) -> Result<Case, ActionError> {
        let law = self.law();
        if collected.seen.contains(&Seen::Receipt) {
            let papers = self.reader().papers(change.case).await?;
            let receipt = papers.iter().rev().find(|paper| paper.call.what == RECEIPT);
            collected.slip = receipt.and_then(|paper| paper.file().cloned());
        }
        let relation = law.counter.relation(&collected.relation);
        let proxy = relation.is_some_and(|relation| relation.proxy);
        if collected.way == rules::case::counter::Delivery::Counter && relation.is_none() {
            return Err(Refusal::AnswerMissing {
                what: "relation".into(),
            }
            .into());
        }
        may_collect(&collected, proxy)?;
        if proxy && who.trim().is_empty() {
            return Err(Refusal::AnswerMissing { what: "who".into() }.into());
        }
        let note = (!who.trim().is_empty()).then(|| (self.new_note_id(), who.trim().to_owned()));
        collected.note = note.as_ref().map(|(id, _)| *id);
        change.counter.push(Command::Collect(collected));
        change.beside = note;
        self.change(person, change).await
    }

    /// Earlier cases of somebody, by name, number or phone, for the counter that fills in a form: id, service, when,
    /// and what is known of the person, to be shown masked. The newest case of each person only.
    ///
    /// # Errors
    /// [`Refusal::NotYours`] where one may not open cases for others.
    pub async fn earlier(
        &self,
        person: &Person,
        text: &str,
        most: u32,
    ) -> Result<Vec<Earlier>, ActionError> {
        duty::may(person, &Act::OpenForOthers, None)?;
        let mut found: Vec<Earlier> = Vec::new();
        for case in self.reader().cases_of_person(text, most * 4).await? {
            let Some(earlier) = self.of_case(case).await? else {
                continue;
            };
            let same = |known: &Earlier| {
                known.who.number == earlier.who.number && known.who.name == earlier.who.name
            };
            if !found.iter().any(same) && found.len() < most as usize {
                found.push(earlier);
            }
        }
        Ok(found)
    }

    /// What an earlier case says of its applicant, to fill in a new form. The look is written down with its purpose
    /// before anything is told.
    ///
    /// # Errors
    /// [`Refusal::NotYours`]; [`ActionError::NotFound`].
    pub async fn known_from(
        &self,
        person: &Person,
        case: CaseId,
    ) -> Result<Applicant, ActionError> {
        duty::may(person, &Act::OpenForOthers, None)?;
        let Person::Official(official) = person else {
            return Err(Refusal::NotYours.into());
        };
        self.look(official.id, case, Purpose::Reception).await?;
        let earlier = self.of_case(case).await?.ok_or(ActionError::NotFound)?;
        Ok(earlier.who)
    }

    async fn of_case(&self, id: CaseId) -> Result<Option<Earlier>, ActionError> {
        let Some(case) = self.reader().case_for_counter(id).await? else {
            return Ok(None);
        };
        let Some((_, answers)) = self.reader().answers(id).await? else {
            return Ok(None);
        };
        let definition = published(&self.law(), &case)?;
        Ok(Some(Earlier {
            case: id,
            service: case.service.clone(),
            opened: case.opened,
            who: Applicant::of(&definition.definition, &answers),
        }))
    }
}

/// Somebody who came before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Earlier {
    pub case: CaseId,
    pub service: Code,
    pub opened: Moment,
    pub who: Applicant,
}

async fn decide(
    tx: &mut Tx,
    ready: &open::Ready,
    reception: &Reception,
    step: Option<&Code>,
    (note, list): (Option<(NoteId, String)>, Option<NoteId>),
    receipt: &Receipt,
) -> Result<(), ActionError> {
    let (Some(step), Some(outcome)) = (step, &reception.outcome) else {
        return Ok(());
    };
    let mut counter = vec![Command::ReceivePapers(reception.papers.clone())];
    counter.extend(money(tx, reception, receipt).await?);
    if let Some((system, code)) = &reception.elsewhere {
        let (system, code) = (system.clone(), code.clone());
        counter.push(Command::CodeElsewhere { system, code });
    }
    let verb = Verb::Decide {
        step: step.clone(),
        row: None,
        outcome: outcome.clone(),
    };
    let change = Change {
        marks: reception.marks.clone(),
        counter,
        ..Change::new(receipt.id, verb)
    };
    let asked = Asked::within(&ready.new.person, change, note, list);
    crate::change::write(tx, &ready.law, &asked, ready.now).await?;
    Ok(())
}

/// What the exemption from a fee rests on.
pub const PROOF: &str = "exemption-proof";

/// What was waived and taken over the counter, of what the opening asked.
async fn money(
    tx: &mut Tx,
    reception: &Reception,
    receipt: &Receipt,
) -> Result<Vec<Command>, ActionError> {
    let case = tx.case(receipt.id).await?.ok_or(ActionError::NotFound)?;
    let waive = |fee: &Code| Command::Waive {
        fee: fee.clone(),
        proof: Proof {
            file: case.attached.get(PROOF).cloned(),
            register: None,
        },
        why: None,
    };
    let mut commands: Vec<Command> = reception.waived.iter().map(waive).collect();
    let charges = reception
        .paid
        .iter()
        .filter_map(|fee| case.money.charge(fee));
    let amount = charges.map(|charge| charge.amount).sum();
    if amount > 0 {
        // Unit and receipt are named when it is booked.
        commands.push(Command::TakePayment(Box::new(Taking {
            amount,
            way: reception.way,
            unit: UnitCode::new(),
            receipt: None,
            bank: None,
        })));
    }
    Ok(commands)
}

/// Files that come along when a result is given away: the slip that was signed.
pub const SLIP: &str = "slip";
/// Form 01 among the papers of a case.
const RECEIPT: &str = "receipt";

/// A signed slip that was scanned stands before the receipt that was only shown.
pub(crate) fn scanned(counter: &mut [Command], kept: &[Kept]) {
    let mut slips = kept.iter().filter(|file| file.attachment.what == SLIP);
    let Some(slip) = slips.next() else { return };
    for command in counter {
        if let Command::Collect(collected) = command {
            collected.slip = Some(slip.attachment.hash.clone());
        }
    }
}

/// What the counter's events mean for the rows beside a case.
pub(crate) async fn keep(
    tx: &mut Tx,
    case: &Case,
    recorded: &[Recorded],
) -> Result<(), ActionError> {
    for one in recorded {
        match &one.event {
            Event::PapersReceived(_) => {
                let desk = case.received_at.as_ref().unwrap_or(&case.unit);
                let papers = case.papers.iter().map(|paper| paper.count).sum();
                let row = Row {
                    case: case.id,
                    desk: desk.clone(),
                    unit: case.unit.clone(),
                    helper: case.helper.clone(),
                    channel: word(case.channel).to_owned(),
                    at: one.at,
                    papers,
                    sets: case.sets,
                };
                tx.save_reception(&row).await?;
            }
            Event::CodedElsewhere { system, code } => {
                let added = tx.add_foreign_code(case.id, system, code, one.at).await?;
                added.then_some(()).ok_or(Refusal::AlreadyDone)?;
            }
            _ => {}
        }
    }
    Ok(())
}

fn word(channel: Channel) -> &'static str {
    match channel {
        Channel::Post => "post",
        Channel::Hotline => "hotline",
        _ => "counter",
    }
}
