//! What the sender is asked now, and what they may do at any time.

use super::held::{Held, LAPSED};
use super::*;

impl Held<'_> {
    pub(super) fn asked(
        &self,
        definition: &Definition,
        typed: &Typed,
    ) -> Result<Option<Asked>, Failure> {
        let task = self.case.tasks.iter().find(|task| task.by_applicant());
        let step = task.and_then(|task| Flow::of(definition).step(&task.step));
        let (Some(task), Some(step)) = (task, step) else {
            return Ok(None);
        };
        if matches!(self.case.life, Life::WithdrawalAsked { .. }) {
            return Ok(None);
        }
        // The latest reason that led here.
        let before = self
            .events
            .iter()
            .rev()
            .find_map(|recorded| match &recorded.event {
                Event::StepDecided(decided) => Some(decided.note),
                _ => None,
            });
        let note = before.flatten().and_then(|id| {
            let note = self.notes.iter().find(|note| note.id == id)?;
            note.text.clone()
        });
        let supplying = service::supplement::is_supplement(step);
        let answers = typed.answers.as_ref().or(self.answers.as_ref());
        let (fields, documents) = match answers {
            Some(answers) if supplying && !self.marks.is_empty() => {
                let (areas, units) = (areas(self.hall)?, units(self.hall)?);
                let scope = Scope::of(definition, answers)
                    .channel(self.case.channel)
                    .today(self.hall.today()?);
                let controls = supplying::Controls {
                    l: self.l,
                    definition,
                    scope,
                    marks: &self.marks,
                    problems: &typed.problems,
                    areas: &areas,
                    units: &units,
                };
                (Some(controls.fields()), controls.papers())
            }
            _ if supplying => {
                let all = definition.documents.iter();
                let name =
                    |d: &service::definition::Document| d.label.get(self.l.code()).to_owned();
                (None, all.map(|d| (d.code.clone(), name(d), None)).collect())
            }
            _ => (None, Vec::new()),
        };
        Ok(Some(Asked {
            title: step.name.get(self.l.code()).to_owned(),
            note,
            step: task.step.clone(),
            row: task.row,
            until: task.due.map(|due| say::moment(self.l, due)),
            outcomes: step
                .outcomes
                .iter()
                .filter(|way| way.code != LAPSED)
                .map(|way| (way.code.clone(), names::outcome(self.l, step, &way.code)))
                .collect(),
            documents,
            fields,
        }))
    }

    pub(super) fn may(&self, definition: &Definition, calendar: &rules::calendar::Calendar) -> May {
        // What another system decides is told, withdrawn and rated there.
        if !self.own || self.case.mirror.is_some() {
            return May::default();
        }
        let case = &self.case;
        let open = case.life.ended().is_none();
        let after = &definition.process.after;
        let reopens = match (&case.life, after.reopen_within) {
            (Life::HandedOver { at, .. }, Some(window)) => {
                let closes = calendar.due(*at, window, None, false);
                closes.is_ok_and(|closes| self.now <= closes.at)
                    && case.reopened_by_sender() < after.reopen_at_most.max(1)
            }
            _ => false,
        };
        May {
            comment: open,
            withdraw: open && !matches!(case.life, Life::WithdrawalAsked { .. }),
            rate: case.fate().is_some() && case.rating.is_none() && after.survey.is_some(),
            reopen: reopens,
            apart: case.merged.as_ref().is_some_and(|merged| {
                let window = after.reopen_within;
                let closes = window.map(|window| calendar.due(merged.since, window, None, false));
                closes.is_some_and(|closes| closes.is_ok_and(|closes| self.now <= closes.at))
                    && case.count(UNMERGED) < after.reopen_at_most.max(1)
            }),
            report_error: has_result(case) && case.error_waiting().is_none(),
        }
    }
}
