//! An error in a result that was issued: the holder or an official reports it, the head of the deciding unit has
//! the step that signs done again, at the agency's cost and with a letter of apology (NĐ 61/2018 Đ.21). What was
//! promised, when it was decided and first handed over stay as they were; the correction counts by itself.

use service::definition::{Code, Kind, Move, Step, StepOutcome, Within};

use super::clock_effects::in_working_time;
use super::command::Refusal;
use super::event::Event;
use super::life::Life;
use super::state::{APPLICANT, Case};
use super::steps::not_from_here;
use super::work::Work;
use crate::Moment;
use crate::ids::NoteId;
use crate::process::{Flow, Place, good};
use service::Definition;

/// Whether the case has a result that may turn out wrong: issued or in the holder's hands.
pub fn has_result(case: &Case) -> bool {
    let issued = matches!(case.life, Life::Decided { .. } | Life::HandedOver { .. });
    let granted = case.life.ended().is_some_and(|(ending, _)| good(ending));
    matches!(case.kind, Kind::Procedure | Kind::Petition) && issued && granted
}

/// The steps of the main line that sign a paper.
pub fn signing(definition: &Definition) -> impl Iterator<Item = &Step> {
    let flow = Flow::of(definition);
    let main = flow.main_line();
    let steps = flow.steps().filter(move |(place, _)| place.node < main);
    steps
        .map(|(_, step)| step)
        .filter(|step| step.signs.is_some())
}

impl Work<'_> {
    pub(super) fn correcting(&self) -> bool {
        matches!(self.case.life, Life::Correcting { .. })
    }

    pub(super) fn report_error(&mut self, why: Option<NoteId>) -> Result<(), Refusal> {
        if !has_result(&self.case) {
            return Err(not_from_here(&self.case));
        }
        if self.case.error_waiting().is_some() {
            return Err(Refusal::AlreadyDone);
        }
        if why.is_none() {
            return Err(Refusal::ReasonRequired);
        }
        self.then(Event::ErrorReported { why });
        Ok(())
    }

    pub(super) fn decline_error(&mut self, why: Option<NoteId>) -> Result<(), Refusal> {
        if self.case.error_waiting().is_none() || !has_result(&self.case) {
            return Err(not_from_here(&self.case));
        }
        if why.is_none() {
            return Err(Refusal::ReasonRequired);
        }
        self.signs_for_the_unit()?;
        self.then(Event::ErrorDeclined { why });
        Ok(())
    }

    /// Whoever may sign today signs again, within the step's own time. `why` holds the words of the apology.
    pub(super) fn correct(&mut self, code: &str, why: Option<NoteId>) -> Result<(), Refusal> {
        if !has_result(&self.case) {
            return Err(not_from_here(&self.case));
        }
        let definition = self.given.definition;
        let signs = signing(definition).any(|step| step.code == code);
        let found = self.flow.find(code).filter(|_| signs);
        let (place, step) = found.ok_or_else(|| Refusal::NoSuchStep {
            step: code.to_owned(),
        })?;
        if why.is_none() {
            return Err(Refusal::ReasonRequired);
        }
        let authority = self.signs_for_the_unit()?;
        let due = self.right_by(place)?;
        // Found before it was handed over: the wrong result does not leave the desk.
        self.drop_all();
        self.then(Event::CorrectionBegun {
            step: step.code.clone(),
            due,
            why,
            authority,
        });
        let task = self.task(place.node, step, None)?;
        self.then(Event::StepStarted { task });
        Ok(())
    }

    /// The own time of the step and of those behind it until the result lies at the desk.
    fn right_by(&self, place: Place) -> Result<Moment, Refusal> {
        let calendar = self.given.calendar;
        let (flow, first) = (self.flow, place.node);
        let behind = flow.steps().filter(|(at, step)| {
            at.node >= first && at.node < flow.main_line() && !step.outside_limit
        });
        let mut at = self.given.now;
        for (_, step) in behind.filter(|(_, step)| step.by != APPLICANT) {
            if let Some(Within::Limit(limit)) = &step.within {
                at = calendar.due(at, in_working_time(*limit), None, false)?.at;
            }
        }
        Ok(at)
    }

    /// A correction goes on or back along the main line: it neither refuses nor asks the applicant again.
    pub(super) fn puts_right(&self, place: Place, way: &StepOutcome) -> Result<(), Refusal> {
        if !self.correcting() {
            return Ok(());
        }
        let along = match &way.to {
            Move::Next => true,
            Move::End(ending) => good(*ending),
            Move::Step(code) => leads_along(self.flow, place, code),
        };
        match along {
            true => Ok(()),
            false => Err(Refusal::OnlyPutRight),
        }
    }
}

/// To a step of the main line that is not the applicant's.
fn leads_along(flow: Flow<'_>, from: Place, code: &Code) -> bool {
    let to = flow.find(code);
    to.is_some_and(|(to, step)| {
        (to.node < flow.main_line() || to.node == from.node) && step.by != APPLICANT
    })
}

/// Whether a way of a step is open while the result is put right; the page shows no other.
pub fn puts_right(definition: &Definition, step: &str, to: &Move) -> bool {
    let flow = Flow::of(definition);
    match to {
        Move::Next => true,
        Move::End(ending) => good(*ending),
        Move::Step(code) => flow
            .find(step)
            .is_some_and(|(place, _)| leads_along(flow, place, code)),
    }
}
