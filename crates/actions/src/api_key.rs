//! Programs outside get a key to hand in reports; it is shown once, and only its hash is kept.

use rules::case::Refusal;
use rules::duty::{Act, may};
use rules::ids::CaseId;
use rules::person::Person;
use store::{ApiKey, StoreError};

use crate::city::City;
use crate::error::ActionError;
use crate::secret;

impl City {
    /// Makes a key for a program. Returns the key itself, which nobody can read again.
    ///
    /// # Errors
    /// [`ActionError::Refused`] where this person does not administer.
    pub async fn give_api_key(
        &self,
        by: &Person,
        name: &str,
        contact: &str,
        per_minute: u32,
    ) -> Result<String, ActionError> {
        may(by, &Act::Administer, None)?;
        let Person::Official(official) = by else {
            return Err(Refusal::NotYours.into());
        };
        let (by, key) = (official.id, secret::token(self.chance()));
        let kept = ApiKey {
            hash: secret::token_hash(&key),
            name: name.trim().to_owned(),
            contact: contact.trim().to_owned(),
            per_minute,
            made: self.now(),
            ended: None,
        };
        let written: Result<(), StoreError> = self
            .writer()
            .run("api-key", move |tx| {
                let kept = kept.clone();
                Box::pin(async move { tx.add_api_key(&kept, by).await })
            })
            .await;
        written?;
        Ok(key)
    }

    /// Remembers which program handed a report in: it alone may add to it.
    ///
    /// # Errors
    /// Where the memory does not answer.
    pub async fn came_by_key(&self, case: CaseId, hash: store::Hash) -> Result<(), ActionError> {
        let now = self.now();
        let written: Result<(), StoreError> = self
            .writer()
            .run("api-request", move |tx| {
                Box::pin(async move { tx.note_api_request(case, &hash, now).await })
            })
            .await;
        Ok(written?)
    }

    /// Ends the right of a key.
    ///
    /// # Errors
    /// As [`City::give_api_key`]; [`ActionError::NotFound`] where no such key holds.
    pub async fn end_api_key(&self, by: &Person, hash: store::Hash) -> Result<(), ActionError> {
        may(by, &Act::Administer, None)?;
        let now = self.now();
        let ended: Result<bool, StoreError> = self
            .writer()
            .run("api-key", move |tx| {
                Box::pin(async move { tx.end_api_key(&hash, now).await })
            })
            .await;
        match ended? {
            true => Ok(()),
            false => Err(ActionError::NotFound),
        }
    }
}
