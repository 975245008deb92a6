//! The request to complete a dossier and its answer, at the door for change: a list names what is there, and
//! the applicant changes what the list names and nothing beside it, whatever a form may have posted.

use rules::Moment;
use rules::case::{Case, Refusal};
use rules::process::Flow;
use service::definition::{Code, Definition};
use service::expr::Scope;
use service::supplement::{self, Mark, Open};
use service::{Answers, Published};
use store::Tx;

use crate::change::{Change, Verb};
use crate::city::Law;
use crate::error::ActionError;
use crate::upload::Kept;

/// Everything marked is a question or a paper of this dossier, with words to it.
pub(crate) fn judge_marks(
    published: &Published,
    case: &Case,
    answers: &Answers,
    marks: &[Mark],
    law: &Law,
    now: Moment,
) -> Result<(), ActionError> {
    let definition = &published.definition;
    let today = law.calendar()?.local(now).0;
    let scope = Scope::of(definition, answers)
        .channel(case.channel)
        .today(today);
    match supplement::unsound(definition, &scope, marks).first() {
        None => Ok(()),
        Some(mark) => Err(Refusal::AnswerMissing {
            what: supplement::label(definition, &mark.what, "vi"),
        }
        .into()),
    }
}

/// The reason as the applicant reads it: what the official wrote, then the list, numbered.
pub(crate) fn written(definition: &Definition, words: &str, marks: &[Mark]) -> String {
    let lines = (1..).zip(marks).map(|(n, mark)| {
        let label = supplement::label(definition, &mark.what, "vi");
        format!("{n}. {label}: {}", mark.why.trim())
    });
    let words = Some(words.to_owned()).filter(|words| !words.is_empty());
    words
        .into_iter()
        .chain(lines)
        .collect::<Vec<_>>()
        .join("\n")
}

/// What somebody brings to the applicant's step keeps to the request; papers and answers of a procedure
/// change in no other way.
#[expect(
    clippy::too_many_arguments,
    reason = "what was asked, what was answered and what came with it are all compared here"
)]
pub(crate) async fn keeps_to_the_request(
    tx: &mut Tx,
    definition: &Definition,
    case: &Case,
    change: &Change,
    applicant: bool,
    old: &Answers,
    new: Option<&Answers>,
    kept: &[Kept],
) -> Result<(), ActionError> {
    let papers: Vec<&Code> = kept
        .iter()
        .map(|file| &file.attachment.what)
        .filter(|what| definition.documents.iter().any(|d| d.code == **what))
        .collect();
    let step = match &change.verb {
        Verb::Decide { step, row, .. } => case.task(step, *row).filter(|task| task.by_applicant()),
        _ => None,
    };
    let marks = match (step, case.requested) {
        (Some(_), Some(list)) => tx.marks(case.id, list).await?,
        _ => Vec::new(),
    };
    let refuse = |what: &str| {
        Err(Refusal::NotMarked {
            what: supplement::label(definition, what, "vi"),
        }
        .into())
    };
    if marks.is_empty() {
        // Before lists there were requests without one; else nothing is open to the applicant.
        let flow = Flow::of(definition);
        let step = step.and_then(|task| flow.step(&task.step));
        let supplying = step.is_some_and(supplement::is_supplement);
        return match (papers.first(), new) {
            (Some(paper), _) if applicant && !supplying => refuse(&format!("documents/{paper}")),
            (_, Some(_)) if applicant => refuse("fields"),
            _ => Ok(()),
        };
    }
    let open = Open::of(definition, &marks);
    if let Some(paper) = papers.into_iter().find(|paper| !open.document(paper)) {
        return refuse(&format!("documents/{paper}"));
    }
    match new.and_then(|new| supplement::beside(definition, &open, old, new)) {
        Some(what) => refuse(&what),
        None => Ok(()),
    }
}
