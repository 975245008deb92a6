//! What is to do on a case now: its steps with the ways out of each, for whoever may take them.

use rules::case::consult::CONSULTATION;
use rules::case::correct::puts_right;
use rules::case::{Life, Task};
use rules::person::Official;
use rules::process::Flow;
use service::Definition;
use service::definition::{Ending, Kind, Move, Step};

use super::super::case_view::{self, Doing, Way};
use super::super::supplement::{self, Names};
use super::super::{clocks, lawful, names};
use super::{Loaded, Typed};
use crate::error::Failure;
use crate::replies::offered;
use crate::text::Lang;

impl Loaded {
    pub(super) fn most_extensions(&self) -> u32 {
        let process = &self.definition().process;
        let late = process.when_late.as_ref().map(|late| late.new_dates);
        process.clock.max_extensions.or(late).unwrap_or(0)
    }

    pub(super) fn step_name(&self, l: Lang, task: &Task) -> String {
        let name = names::step(l, self.definition(), &task.step);
        match task.row {
            None => name,
            Some(row) => format!("{name} ({})", row + 1),
        }
    }

    pub(super) fn unit_of(&self, l: Lang, task: &Task) -> String {
        match &task.unit {
            Some(unit) => names::unit(&self.law, unit),
            None => l.t("case.applicants-turn").to_owned(),
        }
    }

    /// The step with its ways; `None` where a colleague holds it and one cannot step in.
    pub(super) fn doing(
        &self,
        l: Lang,
        official: &Official,
        task: &Task,
        typed: &Typed,
    ) -> Result<Option<Doing>, Failure> {
        let definition = self.definition();
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
        let holder = task.holder.and_then(|id| self.people.get(&id).cloned());
        let face = clocks::step(task, self.calendar()?, self.now);
        let (name, unit) = (self.step_name(l, task), self.unit_of(l, task));
        if task.step == CONSULTATION {
            let shown = (name, unit, holder, face);
            let asked = lawful::consult::doing(l, &self.case, task, &self.notes, mine, shown);
            return Ok(Some(asked));
        }
        let Some(step) = Flow::of(definition).step(&task.step) else {
            return Ok(None);
        };
        let correcting = matches!(self.case.life, Life::Correcting { .. });
        let role = Flow::of(definition).role(&task.role);
        Ok(Some(Doing {
            step: task.step.clone(),
            row: task.row,
            name,
            role: match role {
                Some(role) => role.name.get(l.code()).to_owned(),
                None => String::new(),
            },
            unit,
            theirs: task.by_applicant(),
            mine,
            holder,
            face,
            ways: step
                .outcomes
                .iter()
                .filter(|way| !(task.by_applicant() && way.code == LAPSED))
                .filter(|way| !correcting || puts_right(definition, &task.step, &way.to))
                .map(|way| Way {
                    code: way.code.clone(),
                    label: names::outcome(l, step, &way.code),
                    reason: way.reason_required || says_no(definition, &way.to),
                    stops: matches!(
                        way.to,
                        Move::End(Ending::Refused | Ending::Stopped | Ending::Spam)
                    ),
                    merges: definition.kind == Kind::Report
                        && way.to == Move::End(Ending::Duplicate),
                })
                .collect(),
            marking: self.marking(l, step, task, typed),
            evidence: self.missing_evidence(l, step),
            can_pass: task.unit.is_some(),
            question: None,
            consults: !correcting && task.unit.is_some() && self.case.accepted.is_some(),
            report: definition.kind == Kind::Report && task.unit.is_some(),
            replies: offered::fitting(&self.replies, definition, &task.step)
                .into_iter()
                .map(|reply| (reply.key.clone(), reply.title.clone()))
                .collect(),
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
