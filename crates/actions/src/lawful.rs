//! What the law of the flow provides beside the steps: form 05, errors put right, opinions asked, papers lost. The
//! judging is in `rules::case::{stop, correct, consult}`; here is only how a page asks for it.

use rules::case::event::Silence;
use rules::case::stop::Grounds;
use rules::case::{Command, Refusal};
use rules::ids::{NoteId, UnitCode};
use service::definition::{Code, Limit};

#[derive(Debug, Clone, PartialEq)]
pub enum Lawful {
    /// On a ground of the city's list; the words of the change are those of form 05.
    Stop {
        ground: Code,
    },
    ReportError,
    DeclineError,
    /// The words of the change are those of the apology.
    Correct {
        step: Code,
    },
    /// The words of the change are the question.
    Consult {
        step: Code,
        row: Option<u32>,
        unit: UnitCode,
        within: Limit,
        if_silent: Silence,
    },
    DeclareLoss {
        papers: Vec<Code>,
        damaged: bool,
    },
    MakeGood {
        loss: u32,
        cost: i64,
    },
}

impl Lawful {
    /// Bears a signature, so it is given from one's own seat.
    pub(crate) fn signed(&self) -> bool {
        match self {
            Self::Stop { .. }
            | Self::DeclineError
            | Self::Correct { .. }
            | Self::DeclareLoss { .. } => true,
            Self::ReportError | Self::Consult { .. } | Self::MakeGood { .. } => false,
        }
    }
}

/// `grounds`: the city's list of today.
pub(crate) fn command(
    lawful: Lawful,
    why: Option<NoteId>,
    grounds: &Grounds,
) -> Result<Command, Refusal> {
    Ok(match lawful {
        Lawful::Stop { ground } => match grounds.get(&ground) {
            Some(ground) => Command::Stop {
                ground: ground.clone(),
                why,
            },
            None => return Err(Refusal::NoGround { ground }),
        },
        Lawful::ReportError => Command::ReportError { why },
        Lawful::DeclineError => Command::DeclineError { why },
        Lawful::Correct { step } => Command::Correct { step, why },
        Lawful::Consult {
            step,
            row,
            unit,
            within,
            if_silent,
        } => Command::Consult {
            step,
            row,
            unit,
            within,
            if_silent,
            question: why.ok_or(Refusal::ReasonRequired)?,
        },
        Lawful::DeclareLoss { papers, damaged } => Command::DeclareLoss {
            papers,
            damaged,
            why,
        },
        Lawful::MakeGood { loss, cost } => Command::MakeGood {
            loss,
            cost,
            note: why,
        },
    })
}
