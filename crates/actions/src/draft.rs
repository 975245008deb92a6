//! A form being filled in: kept under a token that its holder carries, until sent or expired. Where its holder
//! is signed in it is theirs: nobody else opens it, whatever token they show, and another device of theirs
//! finds it again.

use jiff::SignedDuration;
use rules::ids::PersonId;
use rules::person::Person;
use service::Answers;
use store::{Draft, DraftFile};

use crate::city::City;
use crate::error::ActionError;
use crate::open::Receipt;
use crate::secret::{token, token_hash};
use crate::upload::Upload;

impl City {
    /// A key for an empty form or a token for a draft: 160 bits of chance.
    pub fn new_token(&self) -> String {
        token(self.chance())
    }

    /// Keeps the answers and files so far under `token`. The version of the service moves on with each save;
    /// nobody's draft becomes that of the resident who goes on with it.
    ///
    /// # Errors
    /// [`ActionError::NoService`]; [`ActionError::NotFound`] where the draft is somebody else's; where the
    /// memory does not answer.
    pub async fn save_draft(
        &self,
        token: &str,
        service: &str,
        person: &Person,
        answers: Answers,
        files: Vec<DraftFile>,
    ) -> Result<(), ActionError> {
        let (law, now) = (self.law(), self.now());
        let today = law.calendar()?.local(now).0;
        let published = law.catalogue.current(service, today);
        let published = published.ok_or_else(|| ActionError::NoService(service.to_owned()))?;
        let owner = owner(person);
        let draft = Draft {
            token_hash: token_hash(token),
            service: service.to_owned(),
            service_version: published.number,
            person: owner,
            own_key: owner.map(|_| token.to_owned()),
            answers,
            files,
            at: now,
            expires: now + SignedDuration::from_hours(24 * i64::from(self.limits().draft_days)),
        };
        self.writer()
            .run("draft", move |tx| {
                let draft = draft.clone();
                Box::pin(async move {
                    let known = tx.draft_owner(&draft.token_hash).await?;
                    if known.flatten().is_some_and(|of| Some(of) != draft.person) {
                        return Err(ActionError::NotFound);
                    }
                    Ok(tx.save_draft(&draft).await?)
                })
            })
            .await
    }

    /// The answers kept under `token`, with the service they are for; none where they are somebody else's.
    ///
    /// # Errors
    /// Where the memory does not answer.
    pub async fn draft(&self, token: &str, person: &Person) -> Result<Option<Draft>, ActionError> {
        let draft = self.reader().draft(&token_hash(token), self.now()).await?;
        Ok(draft.filter(|draft| draft.person.is_none() || draft.person == owner(person)))
    }

    /// Proves a file and keeps it for a draft, so that it need not be sent again.
    ///
    /// # Errors
    /// [`ActionError::Photo`] with the name of a file that is not what it says; where the files do not
    /// answer.
    pub async fn keep_for_draft(&self, upload: Upload) -> Result<DraftFile, ActionError> {
        let kept = self.keep_one(upload).await?;
        Ok(DraftFile {
            hash: kept.attachment.hash,
            what: kept.attachment.what,
            name: kept.attachment.name,
            size: kept.size,
            media: kept.media.to_owned(),
            small: kept.thumbnail,
            taken_at: kept.taken_at,
            original: kept.original,
            paper: None,
        })
    }

    /// The receipt that a form's key got, where it was sent already.
    ///
    /// # Errors
    /// Where the memory does not answer.
    pub async fn receipt(&self, key: &str) -> Result<Option<Receipt>, ActionError> {
        let name = crate::open::once_key(key);
        let found: Option<Option<Receipt>> = self.reader().remembered(&name).await?;
        Ok(found.flatten())
    }

    /// Forgets a draft: it was sent.
    ///
    /// # Errors
    /// Where the memory does not answer.
    pub async fn forget_draft(&self, token: &str) -> Result<(), ActionError> {
        let hash = token_hash(token);
        self.writer()
            .run("draft", move |tx| {
                Box::pin(async move { Ok(tx.delete_draft(&hash).await?) })
            })
            .await
    }
}

/// Whose a draft becomes: officials write at the desk, and drafts without an account are their holder's.
fn owner(person: &Person) -> Option<PersonId> {
    match person {
        Person::Resident { id, .. } => Some(*id),
        Person::Nobody | Person::Bearer { .. } | Person::Official(_) => None,
    }
}
