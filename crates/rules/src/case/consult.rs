//! An opinion asked of another unit beside the defined steps (NĐ 61/2018 Đ.19.5): its content and its time are
//! stated, silence means what was said with the question, and the head of the one-stop centre hears when the answer
//! is late. It stops no clock and holds up no step: who asked goes on when they can.

use service::definition::{Code, Limit, Post};

use super::clock_effects::in_working_time;
use super::command::Refusal;
use super::event::{ConsultationAsked, Event, Silence, StepDecided};
use super::life::Life;
use super::state::Task;
use super::steps::{Deciding, not_from_here};
use super::work::Work;
use crate::ids::{NoteId, UnitCode};

/// The step of its task. No definition has one of this name: a code begins with a letter.
pub const CONSULTATION: &str = "+opinion";
/// The role of whoever answers.
pub const CONSULTED: &str = "+consulted";
/// The two ways it ends: answered, and by the clock.
pub const ANSWERED: &str = "answered";
pub const SILENT: &str = "silent";

/// What its step is called.
pub fn name(language: &str) -> &'static str {
    match language {
        "en" => "Opinion",
        _ => "Cho ý kiến",
    }
}

/// [`super::Command::Consult`], as a thing to hand around.
pub(super) struct Consulting {
    pub step: Code,
    pub row: Option<u32>,
    pub unit: UnitCode,
    pub within: Limit,
    pub if_silent: Silence,
    pub question: NoteId,
}

impl Work<'_> {
    pub(super) fn consult(&mut self, asked: Consulting) -> Result<(), Refusal> {
        let task = self.task_under_way(&asked.step, asked.row)?;
        if !matches!(self.case.life, Life::Accepted { .. } | Life::InProgress) {
            return Err(not_from_here(&self.case));
        }
        // Who gives an opinion asks for none in the name of the case.
        if task.by_applicant() || task.step == CONSULTATION {
            return Err(Refusal::NotYours);
        }
        self.hold_or_lead(&task)?;
        let given = self.given;
        if given
            .organisation
            .unit(&asked.unit, given.today())
            .is_none()
        {
            return Err(Refusal::NoUnit { rule: asked.unit });
        }
        if task.unit.as_ref() == Some(&asked.unit) {
            return Err(Refusal::OwnUnit { unit: asked.unit });
        }
        let due = given
            .calendar
            .due(given.now, in_working_time(asked.within), None, false)?
            .at;
        // Inside the limit: an answer after the appointment helps nobody.
        if self.case.clock.due.is_some_and(|appointed| appointed < due) {
            return Err(Refusal::AfterTheAppointment);
        }
        let row = u32::try_from(self.case.consultations.len()).unwrap_or(u32::MAX);
        self.take_up(&asked.step);
        self.then(Event::ConsultationAsked(Box::new(ConsultationAsked {
            row,
            step: asked.step,
            step_row: asked.row,
            unit: asked.unit.clone(),
            due,
            if_silent: asked.if_silent,
            question: asked.question,
        })));
        self.then(Event::StepStarted {
            task: Task {
                step: CONSULTATION.to_owned(),
                row: Some(row),
                role: CONSULTED.to_owned(),
                unit: Some(asked.unit),
                keeper: None,
                post: Post::Staff,
                since: given.now,
                due: Some(due),
                holder: None,
                own_step: true,
                reported: None,
                warned: Vec::new(),
            },
        });
        Ok(())
    }

    pub(super) fn answer_consultation(&mut self, answer: Deciding) -> Result<(), Refusal> {
        if answer.outcome != ANSWERED {
            let Deciding { step, outcome, .. } = answer;
            return Err(Refusal::NoSuchOutcome { step, outcome });
        }
        if answer.note.is_none() {
            return Err(Refusal::ReasonRequired);
        }
        self.opinion(answer.row, ANSWERED, answer.note, answer.files);
        Ok(())
    }

    /// The time is up: silence where it means consent closes the question; else it is only told of.
    pub(super) fn silence(&mut self, task: &Task) -> bool {
        let place = task.row.map_or(usize::MAX, |row| row as usize);
        let asked = self.case.consultations.get(place);
        let consents = asked.is_some_and(|asked| asked.if_silent == Silence::Consent);
        if consents {
            self.stayed_silent(task);
            self.opinion(task.row, SILENT, None, Vec::new());
        }
        consents
    }

    fn opinion(
        &mut self,
        row: Option<u32>,
        outcome: &str,
        note: Option<NoteId>,
        files: Vec<String>,
    ) {
        self.then(Event::StepDecided(Box::new(StepDecided {
            step: CONSULTATION.to_owned(),
            row,
            outcome: outcome.to_owned(),
            note,
            files,
            authority: None,
        })));
    }

    /// The step that asked is decided: its open questions are closed with it.
    pub(super) fn end_consultations_of(&mut self, step: &str, row: Option<u32>) {
        let open: Vec<Option<u32>> = self
            .case
            .tasks
            .iter()
            .filter(|task| task.step == CONSULTATION)
            .filter(|task| {
                let asked = task
                    .row
                    .and_then(|row| self.case.consultations.get(row as usize));
                asked.is_some_and(|asked| asked.step == step && asked.step_row == row)
            })
            .map(|task| task.row)
            .collect();
        for row in open {
            self.then(Event::StepDropped {
                step: CONSULTATION.to_owned(),
                row,
            });
        }
    }
}
