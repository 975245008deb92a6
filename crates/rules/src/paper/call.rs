//! Which papers follow from what happened. The forms of the one-stop mechanism (TT 03/2025/TT-VPCP, Phụ lục I)
//! go with its procedures; every other paper is named by the step that signs or makes it.

use serde::{Deserialize, Serialize};
use service::Definition;
use service::definition::{Code, Kind, Move};

use crate::case::event::{Asked, StepDecided};
use crate::case::{Event, Recorded};
use crate::process::{Flow, carries_on};

/// The notice of what the applicant has to pay before work goes on.
pub const DUTY: &str = "payment-notice";

/// A paper that an event calls for.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Call {
    /// The definition's code of it (`certificate`), or what it is among forms: `receipt`, `supplement`.
    pub what: Code,
    pub template: Code,
    /// The event that called for it.
    pub version: u32,
}

/// What the events of one command call for, each once. A step that makes the refusal paper itself leaves no
/// second one to the ending that follows it.
pub fn calls(definition: &Definition, recorded: &[Recorded]) -> Vec<Call> {
    let mut calls: Vec<Call> = Vec::new();
    // One receipt for the whole, and the part itself lists what it misses.
    let part = recorded
        .iter()
        .any(|one| matches!(one.event, Event::PartOf { .. }));
    let of_part = recorded
        .iter()
        .any(|one| matches!(one.event, Event::PartWaits { .. }));
    for one in recorded {
        let call = match &one.event {
            Event::StepDecided(decided) => of_step(definition, decided),
            _ if definition.kind != Kind::Procedure => None,
            Event::Accepted if !part => {
                let receipt = definition.receipt.clone();
                receipt.map(|template| ("receipt".to_owned(), template))
            }
            Event::ApplicantAsked {
                what: Asked::Supplement,
            } if !of_part => form("supplement", "form-02"),
            Event::ApplicantAsked {
                what: Asked::Payment,
            } if !of_part => form("payment-notice", DUTY),
            Event::Apologised { .. } => Some(apology(definition)),
            // A new date that no letter came before: from the time when none was signed apart.
            Event::Extended { .. } if !apologised(recorded) => Some(apology(definition)),
            Event::CorrectionBegun { .. } => form("correction-letter", "apology-letter"),
            Event::PapersLost(_) => form("loss-letter", "apology-letter"),
            Event::NotAccepted { .. } => form("refusal", "form-03"),
            Event::Stopped { .. } => form("stop", "form-05"),
            _ => None,
        };
        let Some((what, template)) = call else {
            continue;
        };
        let ends = matches!(one.event, Event::NotAccepted { .. } | Event::Stopped { .. });
        let said = calls.iter().any(|call| call.template == "form-03");
        if ends && said {
            continue;
        }
        calls.push(Call {
            what,
            template,
            version: one.version,
        });
    }
    calls
}

fn apologised(recorded: &[Recorded]) -> bool {
    let mut events = recorded.iter();
    events.any(|one| matches!(one.event, Event::Apologised { .. }))
}

fn form(what: &str, template: &str) -> Option<(Code, Code)> {
    Some((what.to_owned(), template.to_owned()))
}

/// The paper of a step, where its decision carries the case on: one sent back has signed nothing.
fn of_step(definition: &Definition, decided: &StepDecided) -> Option<(Code, Code)> {
    let step = Flow::of(definition).step(&decided.step)?;
    let way = step
        .outcomes
        .iter()
        .find(|way| way.code == decided.outcome)?;
    let signs = carries_on(way);
    let makes = !matches!(way.to, Move::Step(_));
    let signed = step.signs.as_ref().filter(|_| signs);
    let what = signed.or(step.makes.as_ref().filter(|_| makes))?;
    let paper = definition.papers.iter().find(|paper| paper.code == *what)?;
    Some((paper.code.clone(), paper.template.clone()))
}

/// What the procedure says is made when it is late; form 04 where it says nothing.
fn apology(definition: &Definition) -> (Code, Code) {
    let late = definition.process.when_late.as_ref();
    let code = late.and_then(|late| late.makes.as_ref());
    let paper = definition
        .papers
        .iter()
        .find(|paper| Some(&paper.code) == code);
    match paper {
        Some(paper) => (paper.code.clone(), paper.template.clone()),
        None => ("apology".to_owned(), "form-04".to_owned()),
    }
}
