//! What people add to the numbers: figures from other systems with their source, the city's own yardsticks,
//! an officer's dispute and the head's answer. Counted figures are changed by nobody.

use std::sync::Arc;

use rules::case::{Event, Refusal};
use rules::duty::{Act, may};
use rules::ids::{CaseId, NoteId, UnitCode};
use rules::index::metric::Entered;
use rules::index::yardsticks::{Yardstick, Yardsticks};
use rules::person::{Actor, Official, Person};
use service::definition::Post;
use store::{Answered, Dispute};

use crate::city::City;
use crate::error::ActionError;

/// Why a yardstick is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotTaken {
    /// It cannot be read, with the line.
    Unreadable(String),
    /// Its version is not the next one.
    Order { version: u32, next: u32 },
}

/// Longest words of a dispute or its answer.
pub const WORDS: usize = 2000;

impl City {
    /// Enters figures that this system cannot know. All or none.
    ///
    /// # Errors
    /// [`ActionError::Refused`] where this person may not, or a figure cannot be
    /// ([`Refusal::AnswerMissing`] names its field).
    pub async fn enter_figures(
        &self,
        person: &Person,
        figures: Vec<Entered>,
    ) -> Result<(), ActionError> {
        may(person, &Act::EnterFigures, None)?;
        self.keep_figures(person_id(person), figures).await
    }

    /// The same for the command line, which whoever runs the machine may use.
    ///
    /// # Errors
    /// As [`City::enter_figures`].
    pub async fn import_figures(&self, figures: Vec<Entered>) -> Result<(), ActionError> {
        self.keep_figures(None, figures).await
    }

    async fn keep_figures(
        &self,
        by: Option<rules::ids::PersonId>,
        figures: Vec<Entered>,
    ) -> Result<(), ActionError> {
        for figure in &figures {
            figure.check().map_err(|field| Refusal::AnswerMissing {
                what: field.to_owned(),
            })?;
        }
        let now = self.now();
        let kept: Vec<(NoteId, Entered)> = figures
            .into_iter()
            .map(|figure| (self.new_note_id(), figure))
            .collect();
        let kept = Arc::new(kept);
        self.writer()
            .run("enter figures", move |tx| {
                let kept = kept.clone();
                Box::pin(async move {
                    for (id, figure) in kept.iter() {
                        tx.save_entered(*id, figure, by, now).await?;
                    }
                    Ok::<(), store::StoreError>(())
                })
            })
            .await?;
        Ok(())
    }

    /// Takes the city's newer version of what its numbers are measured by. `Ok(Err(…))`: it cannot be taken.
    ///
    /// # Errors
    /// Where the memory does not answer.
    pub async fn take_yardstick(
        &self,
        which: Yardstick,
        text: String,
    ) -> Result<Result<u32, NotTaken>, ActionError> {
        let mut tried = Yardsticks::clone(&self.law().yardsticks);
        let held = tried.version(which);
        let version = match tried.take(which, &text) {
            Err(why) => return Ok(Err(NotTaken::Unreadable(why))),
            Ok(version) if version != held + 1 => {
                let next = held + 1;
                return Ok(Err(NotTaken::Order { version, next }));
            }
            Ok(version) => version,
        };
        let now = self.now();
        self.writer()
            .run("yardstick", move |tx| {
                let text = text.clone();
                Box::pin(async move { tx.save_yardstick(which.word(), version, &text, now).await })
            })
            .await?;
        self.reload().await?;
        Ok(Ok(version))
    }

    /// An officer disputes that a dossier counts against them. The head of the unit for which they decided
    /// it answers.
    ///
    /// # Errors
    /// [`ActionError::Refused`]: not an officer who decided something there, no reason, or disputed already.
    pub async fn dispute(
        &self,
        person: &Person,
        case: CaseId,
        words: &str,
    ) -> Result<(), ActionError> {
        may(person, &Act::OwnRecord, None)?;
        let official = official(person)?;
        let words = words.trim().to_owned();
        if words.is_empty() || words.chars().count() > WORDS {
            return Err(Refusal::ReasonRequired.into());
        }
        let unit = self.decided_for(official, case).await?;
        let before = self.reader().disputes_of(official.id).await?;
        if before.iter().any(|one| one.case == case) {
            return Err(Refusal::AlreadyDone.into());
        }
        let dispute = Dispute {
            id: self.new_note_id(),
            person: official.id,
            unit: unit.ok_or(Refusal::NotYours)?,
            case,
            words,
            at: self.now(),
            answer: None,
        };
        self.writer()
            .run("dispute", move |tx| {
                let dispute = dispute.clone();
                Box::pin(async move { tx.save_dispute(&dispute).await })
            })
            .await?;
        Ok(())
    }

    /// For which unit this officer decided a step of the case last; `None`: for none.
    async fn decided_for(
        &self,
        official: &Official,
        case: CaseId,
    ) -> Result<Option<UnitCode>, ActionError> {
        let timeline = self.reader().timeline(case).await?;
        let unit = timeline
            .iter()
            .rev()
            .find_map(|one| match (&one.actor, &one.event) {
                (Actor::Official { id, unit, .. }, Event::StepDecided(_)) if *id == official.id => {
                    Some(unit.clone())
                }
                _ => None,
            });
        Ok(unit)
    }

    /// The head or deputy head answers; `accepted` sets the dossier aside in the officer's record.
    ///
    /// # Errors
    /// [`ActionError::Refused`]: not the head of that unit, one's own dispute, no words, answered already.
    pub async fn answer_dispute(
        &self,
        person: &Person,
        id: NoteId,
        accepted: bool,
        words: &str,
    ) -> Result<(), ActionError> {
        may(person, &Act::JudgeRecord, None)?;
        let official = official(person)?;
        let dispute = self
            .reader()
            .dispute(id)
            .await?
            .ok_or(ActionError::NotFound)?;
        let heads =
            |seat: &rules::person::Seat| seat.unit == dispute.unit && seat.post >= Post::DeputyHead;
        if dispute.person == official.id || !official.seats.iter().any(heads) {
            return Err(Refusal::NotYours.into());
        }
        let words = words.trim().to_owned();
        if words.is_empty() || words.chars().count() > WORDS {
            return Err(Refusal::ReasonRequired.into());
        }
        let answer = Answered {
            by: official.id,
            words,
            accepted,
            at: self.now(),
        };
        let first = self
            .writer()
            .run("answer dispute", move |tx| {
                let answer = answer.clone();
                Box::pin(async move { tx.answer_dispute(id, &answer).await })
            })
            .await?;
        match first {
            true => Ok(()),
            false => Err(Refusal::AlreadyDone.into()),
        }
    }
}

fn official(person: &Person) -> Result<&Official, Refusal> {
    match person {
        Person::Official(official) => Ok(official),
        _ => Err(Refusal::NotYours),
    }
}

fn person_id(person: &Person) -> Option<rules::ids::PersonId> {
    official(person).ok().map(|official| official.id)
}
