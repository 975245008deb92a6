//! A person's own store of papers: put in, taken out, shown to somebody for a while, used again in a form. What the
//! city issued comes in by itself; what a person photographs is a picture and is never taken for more.

use jiff::SignedDuration;
use jiff::civil::Date;
use rules::Moment;
use rules::case::Case;
use rules::ids::{NoteId, PersonId};
use rules::process::good;
use store::{DraftFile, KeptPaper, PaperRow, PaperSource, Share, Trust, Tx};

use crate::change::published;
use crate::city::{City, Law};
use crate::error::ActionError;
use crate::secret::{token, token_hash};
use crate::upload::Upload;

/// What its owner says of a paper.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Described {
    pub title: String,
    pub number: String,
    pub issuer: String,
    pub issued: Option<Date>,
    pub expires: Option<Date>,
}

/// Papers in one store: a life's worth, not an archive.
pub const MOST_PAPERS: usize = 200;
/// Days that a code opens a paper at most.
pub const MOST_SHARED_DAYS: u32 = 30;

impl City {
    /// Proves a file and keeps it in its owner's store as a picture.
    ///
    /// # Errors
    /// [`ActionError::Photo`] for a file that is not what it says; [`ActionError::TooMany`] where the store is full.
    pub async fn keep_own_paper(
        &self,
        owner: PersonId,
        described: Described,
        upload: Upload,
    ) -> Result<NoteId, ActionError> {
        if self.reader().papers_of(owner).await?.len() >= MOST_PAPERS {
            return Err(ActionError::TooMany { minutes: 0 });
        }
        let file = self.keep_for_draft(upload).await?;
        let (id, now) = (self.new_note_id(), self.now());
        let paper = KeptPaper {
            owner,
            id,
            title: described.title,
            code: None,
            number: described.number,
            issuer: described.issuer,
            issued: described.issued,
            expires: described.expires,
            trust: Trust::Picture,
            source: PaperSource::Upload,
            case: None,
            hash: file.hash,
            size: file.size,
            media: file.media,
            small: file.small,
            at: now,
        };
        self.writer()
            .run("keep paper", move |tx| {
                let paper = paper.clone();
                Box::pin(async move {
                    tx.save_file(&paper.hash, paper.size, &paper.media, now)
                        .await?;
                    if let Some((small, size)) = &paper.small {
                        tx.save_file(small, *size, "image/jpeg", now).await?;
                    }
                    Ok::<_, ActionError>(tx.keep_paper(&paper).await?)
                })
            })
            .await?;
        Ok(id)
    }

    /// Takes a paper out of its owner's store; its shares end. Cases that used it keep their own.
    ///
    /// # Errors
    /// [`ActionError::NotFound`] where it is not in this store.
    pub async fn remove_paper(&self, owner: PersonId, id: NoteId) -> Result<(), ActionError> {
        let now = self.now();
        let done = self
            .writer()
            .run("remove paper", move |tx| {
                Box::pin(
                    async move { Ok::<_, ActionError>(tx.remove_paper(owner, id, now).await?) },
                )
            })
            .await?;
        match done {
            true => Ok(()),
            false => Err(ActionError::NotFound),
        }
    }

    /// A code that opens this paper for so many days; it is shown once and remembered as its hash.
    ///
    /// # Errors
    /// [`ActionError::NotFound`] where it is not in this store.
    pub async fn share_paper(
        &self,
        owner: PersonId,
        id: NoteId,
        days: u32,
    ) -> Result<String, ActionError> {
        let paper = self.reader().paper_of(owner, id).await?;
        paper.ok_or(ActionError::NotFound)?;
        let (code, now) = (token(self.chance()), self.now());
        let days = days.clamp(1, MOST_SHARED_DAYS);
        let share = Share {
            code_hash: token_hash(&code),
            owner,
            paper: id,
            hint: code.chars().skip(code.len().saturating_sub(6)).collect(),
            made: now,
            expires: now + SignedDuration::from_hours(24 * i64::from(days)),
            ended: None,
            opened: 0,
        };
        self.writer()
            .run("share paper", move |tx| {
                let share = share.clone();
                Box::pin(async move { Ok::<_, ActionError>(tx.share_paper(&share).await?) })
            })
            .await?;
        Ok(code)
    }

    /// Ends a share of this owner.
    ///
    /// # Errors
    /// Where the memory does not answer.
    pub async fn end_share(&self, owner: PersonId, hint: &str) -> Result<(), ActionError> {
        let (hint, now) = (hint.to_owned(), self.now());
        self.writer()
            .run("end share", move |tx| {
                let hint = hint.clone();
                Box::pin(
                    async move { Ok::<_, ActionError>(tx.end_share(owner, &hint, now).await?) },
                )
            })
            .await
    }

    /// The paper that this code opens; that it was opened is counted for its owner. `None`: no such code, ended, or
    /// expired.
    ///
    /// # Errors
    /// Where the memory does not answer.
    pub async fn open_share(&self, code: &str) -> Result<Option<KeptPaper>, ActionError> {
        let hash = token_hash(code);
        let paper = self.reader().shared_paper(&hash, self.now()).await?;
        if paper.is_some() {
            self.writer()
                .run("open share", move |tx| {
                    Box::pin(
                        async move { Ok::<_, ActionError>(tx.note_share_opened(&hash).await?) },
                    )
                })
                .await?;
        }
        Ok(paper)
    }
}

/// Puts what a case has issued into the store of whoever asked for it with an account: each result once; a file that
/// was signed later takes the place of the first, and what was taken back leaves.
pub(crate) async fn keep_results(
    tx: &mut Tx,
    law: &Law,
    case: &Case,
    now: Moment,
) -> Result<(), ActionError> {
    let (Some(owner), Some((ending, _))) = (case.applicant, case.life.ended()) else {
        return Ok(());
    };
    if !good(ending) {
        return Ok(());
    }
    let published = published(law, case)?;
    let results = &published.definition.papers;
    for (row, size) in tx.papers_made(case.id).await? {
        let mut results = results.iter();
        let result = results.find(|paper| paper.code == row.call.what && paper.signed_by.is_some());
        let (Some(result), Some(hash)) = (result, row.file()) else {
            continue;
        };
        if row.revoked.is_some() {
            tx.remove_paper(owner, kept_id(&row), now).await?;
            continue;
        }
        let issuer = law.organisation.unit_ever(&row.issuer);
        let code = result.national_code.clone();
        tx.keep_paper(&KeptPaper {
            owner,
            id: kept_id(&row),
            title: row.title.clone(),
            // As a document names what it may come from: `result-of: [SERVICE]`.
            code: Some(code.unwrap_or_else(|| format!("{}/{}", case.service, result.code))),
            number: row.numbered(),
            issuer: issuer.map_or_else(|| row.issuer.clone(), |unit| unit.name.clone()),
            issued: Some(law.calendar()?.local(row.planned).0),
            expires: None,
            trust: Trust::Issued,
            source: PaperSource::Case,
            case: Some(case.id),
            hash: hash.clone(),
            size,
            media: "application/pdf".to_owned(),
            small: None,
            at: now,
        })
        .await?;
    }
    Ok(())
}

/// The same paper of the same case has the same number in the store, so that it stands there once.
fn kept_id(row: &PaperRow) -> NoteId {
    let case = row.case.0.as_u128();
    let what = row.call.what.bytes();
    let what = what.fold(u64::from(row.call.version), |sum, byte| {
        sum.wrapping_mul(31).wrapping_add(u64::from(byte))
    });
    NoteId(uuid::Uuid::from_u128(case ^ u128::from(what)))
}

/// A paper of a store as a file of a form, for the document `what`.
pub fn as_file(paper: &KeptPaper, what: &str) -> DraftFile {
    DraftFile {
        hash: paper.hash.clone(),
        what: what.to_owned(),
        name: paper.title.clone(),
        size: paper.size,
        media: paper.media.clone(),
        small: paper.small.clone(),
        taken_at: None,
        original: None,
        paper: Some(paper.id),
    }
}
