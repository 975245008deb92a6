//! Handing a report to somebody outside and hearing them by a link. The link's secret is shown once, to whoever hands
//! on; what comes back by it is nobody's here, and tells the case what was said.

use std::sync::Arc;

use rules::Moment;
use rules::case::outside::Said;
use rules::case::{Case, Command};
use rules::ids::{CaseId, NoteId};
use rules::person::{Actor, Person};
use service::definition::Code;
use store::{Hash, OutsideLink};

use crate::change::{self, Asked, Change, Verb};
use crate::city::City;
use crate::error::ActionError;
use crate::handling::Handling;
use crate::parts::command_as;
use crate::secret;
use crate::upload::{Upload, attach};

/// What is asked of whom outside.
#[derive(Debug, Clone)]
pub struct Forwarding {
    pub case: CaseId,
    pub seen: Option<u32>,
    pub step: Code,
    pub row: Option<u32>,
    pub party: Code,
    pub words: String,
}

/// What they sent back.
#[derive(Debug, Clone)]
pub struct Answer {
    pub said: Said,
    pub words: String,
    pub uploads: Vec<Upload>,
}

/// What a photo from outside is called among the files of the case.
pub const PHOTO_OUTSIDE: &str = "photo-outside";

impl City {
    /// Hands a report on. Returns the secret of the link, which nobody can read again.
    ///
    /// # Errors
    /// As [`City::change`].
    pub async fn forward(
        &self,
        person: &Person,
        forwarding: Forwarding,
    ) -> Result<(String, Case), ActionError> {
        let (law, now) = (self.law(), self.now());
        let token = secret::token(self.chance());
        let hash = secret::token_hash(&token);
        let words = forwarding.words.trim().to_owned();
        let note = (!words.is_empty()).then(|| (self.new_note_id(), words));
        let change = Change {
            seen: forwarding.seen,
            ..Change::new(
                forwarding.case,
                Verb::Handling(Handling::Forward {
                    step: forwarding.step,
                    row: forwarding.row,
                    party: forwarding.party,
                }),
            )
        };
        let asked = Arc::new(Asked::within(person, change, note, None));
        let case = self
            .writer()
            .run("forward", move |tx| {
                let (law, asked) = (law.clone(), asked.clone());
                Box::pin(async move {
                    let case = change::write(tx, &law, &asked, now).await?;
                    let last = case.forwards.len().saturating_sub(1);
                    if let Some(made) = case.forwards.last() {
                        let link = OutsideLink {
                            case: case.id,
                            n: u32::try_from(last).unwrap_or(u32::MAX),
                            made: now,
                            until: made.until,
                            opened: 0,
                            last: None,
                        };
                        tx.add_outside_link(&hash, &link).await?;
                    }
                    Ok::<Case, ActionError>(case)
                })
            })
            .await?;
        Ok((token, case))
    }

    /// Where a link leads while an answer is expected; that it was opened is written down.
    ///
    /// # Errors
    /// [`ActionError::NotFound`] where it leads nowhere any more.
    pub async fn open_outside(&self, token: &str) -> Result<(OutsideLink, Case), ActionError> {
        let (hash, now) = (secret::token_hash(token), self.now());
        self.writer()
            .run("outside", move |tx| {
                Box::pin(async move {
                    let found = waiting(tx, &hash, now).await?;
                    tx.note_outside_opened(&hash, now).await?;
                    Ok(found)
                })
            })
            .await
    }

    /// The same without writing down that it was looked at: for what the page itself asks for.
    ///
    /// # Errors
    /// As [`City::open_outside`].
    pub async fn look_outside(&self, token: &str) -> Result<(OutsideLink, Case), ActionError> {
        let (hash, now) = (secret::token_hash(token), self.now());
        self.writer()
            .run("outside", move |tx| {
                Box::pin(async move { waiting(tx, &hash, now).await })
            })
            .await
    }

    /// Writes down what was sent back by a link.
    ///
    /// # Errors
    /// [`ActionError::NotFound`] where the link leads nowhere; refusals and files as their variants say.
    pub async fn hear_outside(&self, token: &str, answer: Answer) -> Result<Case, ActionError> {
        let (law, now) = (self.law(), self.now());
        let hash = secret::token_hash(token);
        // Nothing is kept for whoever holds no link.
        let found = self.reader().outside_link(&hash).await?;
        found.ok_or(ActionError::NotFound)?;
        let uploads = answer.uploads.into_iter().map(|upload| Upload {
            what: PHOTO_OUTSIDE.to_owned(),
            public: false,
            ..upload
        });
        let kept = Arc::new(self.keep(uploads.collect()).await?);
        let words = answer.words.trim().to_owned();
        let note: Option<(NoteId, String)> =
            (!words.is_empty()).then(|| (self.new_note_id(), words));
        let said = answer.said;
        self.writer()
            .run("outside", move |tx| {
                let (law, kept, note) = (law.clone(), kept.clone(), note.clone());
                Box::pin(async move {
                    let (link, prior) = waiting(tx, &hash, now).await?;
                    let command = Command::HearOutside {
                        n: link.n,
                        said,
                        note: note.as_ref().map(|(id, _)| *id),
                        files: kept
                            .iter()
                            .map(|file| file.attachment.hash.clone())
                            .collect(),
                    };
                    let case = command_as(tx, &law, &prior, &Actor::Visitor, command, now).await?;
                    if let Some((id, words)) = &note {
                        tx.save_note(case.id, *id, words, false, now).await?;
                    }
                    attach(tx, case.id, &kept).await?;
                    Ok(case)
                })
            })
            .await
    }
}

async fn waiting(
    tx: &mut store::Tx,
    hash: &Hash,
    now: Moment,
) -> Result<(OutsideLink, Case), ActionError> {
    let link = tx.outside_link(hash).await?.ok_or(ActionError::NotFound)?;
    let case = tx.case(link.case).await?.ok_or(ActionError::NotFound)?;
    let waits = case
        .forwards
        .get(link.n as usize)
        .is_some_and(|one| one.waits(now));
    match waits && case.life.ended().is_none() {
        true => Ok((link, case)),
        false => Err(ActionError::NotFound),
    }
}
