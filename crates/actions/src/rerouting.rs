//! A changed set of rules tried over reports as they came: how many would have gone elsewhere, from which unit to which, and
//! the very cases. Nothing is written.

use rules::Moment;
use rules::case::Case;
use rules::ids::{CaseCode, CaseId, UnitCode};
use service::{Answers, Definition, Severity};

use crate::city::{City, Law};
use crate::error::ActionError;
use crate::forecast::handler;
use crate::open::name_area;

/// Cases read at a time.
const PAGE: u32 = 500;

/// A report that would have gone elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Move {
    pub case: CaseId,
    pub code: CaseCode,
    pub opened: Moment,
    pub area: Option<String>,
    /// By the rules in force; `None`: they name no unit.
    pub from: Option<UnitCode>,
    pub to: Option<UnitCode>,
    /// Which unit did it in the end.
    pub done_by: Option<UnitCode>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trial {
    pub service: String,
    pub read: u64,
    /// Their answers were erased: rules cannot be asked.
    pub erased: u64,
    /// Ended reports that the rules in force, and the changed ones, send at once to who did them.
    pub ended: u64,
    pub right_before: u64,
    pub right_after: u64,
    pub moves: Vec<Move>,
}

/// A definition that is not fit for trying, in sentences with their lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfit(pub Vec<String>);

/// Reads a changed definition. Its frame is not needed: it names no unit.
///
/// # Errors
/// [`Unfit`].
pub fn changed(text: &str) -> Result<Definition, Unfit> {
    let read = service::read(text);
    let flaws: Vec<String> = read
        .problems
        .iter()
        .filter(|problem| problem.severity == Severity::Error)
        .map(|problem| format!("{}:{}: {}", problem.line, problem.column, problem.says))
        .collect();
    match flaws.is_empty() && !read.definition.service.is_empty() {
        true => Ok(read.definition),
        false => Err(Unfit(flaws)),
    }
}

impl City {
    /// Asks both sets of rules about every report of the service that was opened between two moments, at its own moment.
    ///
    /// # Errors
    /// [`ActionError::NoService`] where the service is not in force; where the memory does not answer.
    pub async fn try_routing(
        &self,
        new: &Definition,
        from: Moment,
        to: Moment,
    ) -> Result<Trial, ActionError> {
        let law = self.law();
        let today = law.calendar()?.local(self.now()).0;
        let old = law.catalogue.current(&new.service, today);
        let old = old.ok_or_else(|| ActionError::NoService(new.service.clone()))?;
        let mut trial = Trial {
            service: new.service.clone(),
            ..Trial::default()
        };
        let mut after = None;
        loop {
            let page = self
                .reader()
                .handed_in(&new.service, from, to, after, PAGE)
                .await?;
            let Some((last, _)) = page.last() else {
                trial
                    .moves
                    .sort_by(|a, b| a.opened.cmp(&b.opened).then(a.code.cmp(&b.code)));
                return Ok(trial);
            };
            after = Some(last.id);
            for (case, answers) in page {
                trial.read += 1;
                match answers {
                    Some(answers) => one(&law, (&old.definition, new), &case, answers, &mut trial)?,
                    None => trial.erased += 1,
                }
            }
        }
    }
}

fn one(
    law: &Law,
    (old, new): (&Definition, &Definition),
    case: &Case,
    mut answers: Answers,
    trial: &mut Trial,
) -> Result<(), ActionError> {
    // Layers of assets may be newer than the report.
    name_area(old, &mut answers, law, case.opened)?;
    let ask = |definition: &Definition| handler(definition, &answers, law, case, case.opened);
    let (before, after) = (ask(old)?, ask(new)?);
    let done_by = case
        .life
        .ended()
        .and_then(|_| {
            case.handled_by
                .last()
                .or_else(|| case.stints.last().map(|stint| &stint.unit))
        })
        .cloned();
    if done_by.is_some() {
        trial.ended += 1;
        trial.right_before += u64::from(before == done_by);
        trial.right_after += u64::from(after == done_by);
    }
    if before != after {
        trial.moves.push(Move {
            case: case.id,
            code: case.code.clone(),
            opened: case.opened,
            area: case.area.clone(),
            from: before,
            to: after,
            done_by,
        });
    }
    Ok(())
}
