//! What people do with a step under way: take it, give it back, hand it on, decide it.

use service::definition::{Code, Ending, Kind, Move, Step, StepOutcome};

use super::command::Refusal;
use super::consult::CONSULTATION;
use super::counter::Seen;
use super::event::{Asked, AuthorityUsed, Event, StepDecided};
use super::evolve::way;
use super::life::Life;
use super::state::{Case, Task};
use super::work::Work;
use crate::authority;
use crate::ids::{ContentHash, NoteId, PersonId, UnitCode};
use crate::person::Actor;
use crate::process::good;

/// The outcome that only the clock decides: the applicant's wait is over.
pub(super) const LAPSED: &str = "lapsed";

/// [`super::Command::Decide`], as a thing to hand around.
pub(super) struct Deciding {
    pub step: Code,
    pub row: Option<u32>,
    pub outcome: Code,
    pub note: Option<NoteId>,
    pub files: Vec<ContentHash>,
    pub answers: Option<u32>,
}

impl<'a> Work<'a> {
    pub(super) fn claim(&mut self, step: &str, row: Option<u32>) -> Result<(), Refusal> {
        let by = self.official()?;
        let task = self.task_under_way(step, row)?;
        match task.holder {
            _ if task.by_applicant() => return Err(Refusal::NotYours),
            Some(holder) if holder == by => return Err(Refusal::AlreadyDone),
            Some(_) => return Err(Refusal::HeldByAnother),
            None => {}
        }
        self.then(Event::Claimed {
            step: step.to_owned(),
            row,
            by,
        });
        self.take_up(step);
        Ok(())
    }

    pub(super) fn release(&mut self, step: &str, row: Option<u32>) -> Result<(), Refusal> {
        let task = self.task_under_way(step, row)?;
        if task.holder.is_none() {
            return Err(Refusal::AlreadyDone);
        }
        self.hold_or_lead(&task)?;
        self.then(Event::Released {
            step: step.to_owned(),
            row,
        });
        Ok(())
    }

    /// Clocks go on as they were: handing a case around buys no time.
    pub(super) fn pass(
        &mut self,
        step: &str,
        row: Option<u32>,
        unit: UnitCode,
        to: Option<PersonId>,
        why: Option<NoteId>,
    ) -> Result<(), Refusal> {
        let task = self.task_under_way(step, row)?;
        let Some(from) = &task.unit else {
            return Err(Refusal::NotYours);
        };
        self.hold_or_lead(&task)?;
        let away = *from != unit;
        if !away && task.holder == to {
            return Err(Refusal::AlreadyDone);
        }
        let given = self.given;
        if given.organisation.unit(&unit, given.today()).is_none() {
            return Err(Refusal::NoUnit { rule: unit });
        }
        if away && why.is_none() {
            return Err(Refusal::ReasonRequired);
        }
        self.then(Event::Passed {
            step: step.to_owned(),
            row,
            unit: unit.clone(),
            to,
            why,
        });
        // Where the law names no agency, who does the work answers for the case.
        if away && given.definition.agency.is_none() && *from == self.case.unit {
            self.then(Event::Rerouted { unit, why });
        }
        Ok(())
    }

    pub(super) fn decide(&mut self, deciding: Deciding) -> Result<(), Refusal> {
        let task = self.task_under_way(&deciding.step, deciding.row)?;
        if task.step == CONSULTATION {
            self.hold_or_lead(&task)?;
            return self.answer_consultation(deciding);
        }
        if self
            .flow
            .step(&deciding.step)
            .is_some_and(|step| step.of_parts())
        {
            return Err(Refusal::WaitsForParts);
        }
        match self.given.actor {
            Actor::Visitor | Actor::Resident(_) if !task.by_applicant() => {
                return Err(Refusal::NotYours);
            }
            _ => self.hold_or_lead(&task)?,
        }
        if task.by_applicant() && deciding.outcome == LAPSED {
            return Err(Refusal::NoSuchOutcome {
                step: deciding.step,
                outcome: deciding.outcome,
            });
        }
        self.conclude(deciding)
    }

    /// Decides a step, by a person or by the clock.
    pub(super) fn conclude(&mut self, deciding: Deciding) -> Result<(), Refusal> {
        let Deciding {
            step: code,
            row,
            outcome,
            note,
            files,
            answers,
        } = deciding;
        let found = self.flow.find(&code);
        let (place, step) = found.ok_or_else(|| Refusal::NoSuchStep { step: code.clone() })?;
        let taken = step.outcomes.iter().find(|way| way.code == outcome);
        let taken = taken.ok_or(Refusal::NoSuchOutcome {
            step: code.clone(),
            outcome: outcome.clone(),
        })?;
        self.bounded(&code, row, taken)?;
        self.may_ask_to_complete(taken)?;
        self.puts_right(place, taken)?;
        self.names_its_original(&taken.to)?;
        let forward = forward(&taken.to);
        if forward && self.flow.reception().is_none_or(|first| first.code != code) {
            self.others_are_through()?;
        }
        if note.is_none() && *self.given.actor != Actor::Clock && self.owes_reason(step, taken) {
            return Err(Refusal::ReasonRequired);
        }
        let mut proof = files;
        let mut signature = None;
        if forward {
            self.may_leave_the_desk(step)?;
            if !self.correcting() {
                self.settled(step, &taken.to)?;
            }
            proof.extend(self.evidence(step, proof.len())?);
            signature = self.signature(step)?;
        }
        if let Some(answers) = answers {
            self.then(Event::AnswersChanged { answers });
            self.ask_again();
        }
        self.take_up(&code);
        let taken_of = code.clone();
        self.then(Event::StepDecided(Box::new(StepDecided {
            step: code,
            row,
            outcome,
            note,
            files: proof,
            authority: signature,
        })));
        self.end_consultations_of(&taken_of, row);
        self.follow(place, row, taken, note)
    }

    /// A result leaves the desk only against what the law asks to see, or by post: [`super::Command::Collect`] came
    /// first (NĐ 61/2018 Đ.6, Đ.20).
    fn may_leave_the_desk(&self, step: &Step) -> Result<(), Refusal> {
        let by_hand = step.outside_limit
            && self.given.definition.kind == Kind::Procedure
            && matches!(self.case.life, Life::Decided { .. })
            && matches!(self.given.actor, Actor::Official { .. });
        match by_hand && self.case.collected.is_none() {
            true => Err(Refusal::PaperNotSeen {
                what: Seen::Receipt.code().to_owned(),
            }),
            false => Ok(()),
        }
    }

    /// State 4: the next holder after reception acts.
    pub(super) fn take_up(&mut self, step: &str) {
        let reception = self
            .flow
            .reception()
            .is_some_and(|first| first.code == step);
        if !reception && matches!(self.case.life, Life::Accepted { .. }) {
            self.then(Event::TakenUp);
        }
    }

    fn bounded(&self, step: &str, row: Option<u32>, taken: &StepOutcome) -> Result<(), Refusal> {
        let way = format!("{}.{}", way(step, row), taken.code);
        let times = self.case.count(&way);
        match taken.at_most {
            Some(most) if times >= most => Err(Refusal::WayUsedUp { way, times }),
            _ => Ok(()),
        }
    }

    /// Forms 02, 03 and 05 state why; the step that merely carries a refusal out repeats nothing.
    fn owes_reason(&self, step: &Step, taken: &StepOutcome) -> bool {
        let carries_out = |step: &Step| {
            let ends_badly = |way: &StepOutcome| matches!(way.to, Move::End(e) if !good(e));
            !step.outcomes.is_empty() && step.outcomes.iter().all(ends_badly)
        };
        let says_no = match &taken.to {
            Move::Next => false,
            Move::End(ending) => matches!(ending, Ending::Refused | Ending::Stopped),
            Move::Step(to) => self
                .flow
                .step(to)
                .is_some_and(|to| self.asked(to) == Some(Asked::Supplement) || carries_out(to)),
        };
        taken.reason_required || (says_no && !carries_out(step))
    }

    /// Each kind of evidence the step asks for: attached before, or brought now. Answers with the files
    /// attached before that serve.
    fn evidence(&self, step: &Step, brought: usize) -> Result<Vec<ContentHash>, Refusal> {
        let attached = |what: &&Code| self.case.attached.contains_key(*what);
        let missing: Vec<&Code> = step
            .evidence
            .iter()
            .filter(|what| !attached(what))
            .collect();
        if let Some(what) = missing.get(brought) {
            return Err(Refusal::EvidenceRequired {
                what: (*what).clone(),
            });
        }
        let serving = step
            .evidence
            .iter()
            .filter_map(|what| self.case.attached.get(what));
        Ok(serving.cloned().collect())
    }

    fn signature(&self, step: &Step) -> Result<Option<AuthorityUsed>, Refusal> {
        let Some(role) = step.signs.as_ref().and(self.flow.role(&step.by)) else {
            return Ok(None);
        };
        if !authority::needs_grant(role) {
            // Signs by its place in the process: from the post that the role asks for.
            return match self.given.actor {
                Actor::Official { post, .. } if *post < role.post => Err(Refusal::NoAuthority),
                _ => Ok(None),
            };
        }
        self.ask(None, |context| {
            authority::grant_for(role, self.given.actor, context)
                .map(|grant| Some(AuthorityUsed::from(grant)))
        })
    }

    /// A step held by somebody is theirs; a post above theirs in the unit may step in.
    pub(super) fn hold_or_lead(&self, task: &Task) -> Result<(), Refusal> {
        match (task.holder, self.given.actor) {
            (None, _) => Ok(()),
            (Some(holder), Actor::Official { id, .. }) if holder == *id => Ok(()),
            (Some(holder), Actor::Official { .. })
                if self.given.stands_in_for.contains(&holder) =>
            {
                Ok(())
            }
            (Some(_), Actor::Official { unit, post, .. })
                if task.unit.as_ref() == Some(unit) && *post > task.post =>
            {
                Ok(())
            }
            (Some(_), _) => Err(Refusal::HeldByAnother),
        }
    }

    fn official(&self) -> Result<PersonId, Refusal> {
        match self.given.actor {
            Actor::Official { id, .. } => Ok(*id),
            Actor::Visitor | Actor::Resident(_) | Actor::Clock | Actor::Import | Actor::Bank => {
                Err(Refusal::NotYours)
            }
        }
    }

    pub(super) fn task_under_way(&self, step: &str, row: Option<u32>) -> Result<Task, Refusal> {
        not_ended(&self.case)?;
        if matches!(self.case.life, Life::WithdrawalAsked { .. }) {
            return Err(not_from_here(&self.case));
        }
        self.case
            .task(step, row)
            .cloned()
            .ok_or_else(|| Refusal::NoSuchStep {
                step: step.to_owned(),
            })
    }
}

/// Ways that carry the case on: only they need the fee, the evidence, the signature.
fn forward(to: &Move) -> bool {
    match to {
        Move::Next => true,
        Move::End(ending) => good(*ending),
        Move::Step(_) => false,
    }
}

/// States 3, 8 and 10 are final; 9 still has its result to hand over.
pub(super) fn not_ended(case: &Case) -> Result<(), Refusal> {
    match &case.life {
        Life::NotAccepted { .. } => Err(Refusal::Ended {
            ending: Ending::Refused,
        }),
        Life::Stopped { ending, .. } | Life::HandedOver { ending, .. } => {
            Err(Refusal::Ended { ending: *ending })
        }
        Life::Registered
        | Life::Accepted { .. }
        | Life::InProgress
        | Life::Correcting { .. }
        | Life::AwaitingSupplement { .. }
        | Life::AwaitingPayment { .. }
        | Life::WithdrawalAsked { .. }
        | Life::Decided { .. } => Ok(()),
    }
}

pub(super) fn not_from_here(case: &Case) -> Refusal {
    Refusal::NotFromHere {
        life: case.life.number(),
    }
}
