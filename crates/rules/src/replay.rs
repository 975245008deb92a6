//! The log folded again from the beginning: what a row should be. Also finds a log that is broken.

use crate::case::{Case, Event, Recorded, evolve};
use crate::ids::CaseId;

/// A log that cannot be the whole life of one case.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    #[error("no events")]
    Empty,
    #[error("the first event neither opens nor imports the case {case}")]
    NoBeginning { case: CaseId },
    #[error("case {case}: version {expected} is missing, {found} comes instead")]
    Gap {
        case: CaseId,
        expected: u32,
        found: u32,
    },
    #[error("an event of case {found} among those of case {case}")]
    Stranger { case: CaseId, found: CaseId },
    #[error("case {case}: version {version} happened before the one it follows")]
    BackInTime { case: CaseId, version: u32 },
    #[error("case {case}: version {version} opens the case a second time")]
    TwoBeginnings { case: CaseId, version: u32 },
}

/// The sum of one case's events, in the order of their versions.
///
/// # Errors
/// [`Broken`] where the events are not exactly versions 1, 2, 3 … of one case.
pub fn fold(events: impl IntoIterator<Item = Recorded>) -> Result<Case, Broken> {
    let mut sum: Option<(Case, crate::Moment)> = None;
    for recorded in events {
        let begins = matches!(recorded.event, Event::Opened(_) | Event::Imported(_));
        let case = recorded.case;
        let version = recorded.version;
        match &sum {
            None if !begins => return Err(Broken::NoBeginning { case }),
            Some((known, _)) if known.id != case => {
                return Err(Broken::Stranger {
                    case: known.id,
                    found: case,
                });
            }
            Some(_) if begins => return Err(Broken::TwoBeginnings { case, version }),
            Some((_, at)) if recorded.at < *at => {
                return Err(Broken::BackInTime { case, version });
            }
            _ => {}
        }
        let expected = sum.as_ref().map_or(1, |(known, _)| known.version + 1);
        if version != expected {
            return Err(Broken::Gap {
                case,
                expected,
                found: version,
            });
        }
        let at = recorded.at;
        sum = Some((evolve(sum.map(|(known, _)| known), &recorded), at));
    }
    sum.map(|(case, _)| case).ok_or(Broken::Empty)
}
