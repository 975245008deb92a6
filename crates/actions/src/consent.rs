//! A person agrees, or no longer agrees, to what the city may not do without asking (Luật 91/2025/QH15: consent is
//! provable and can be withdrawn). What the state must do needs no consent and is not asked.

use rules::ids::PersonId;
use sha2::{Digest, Sha256};
use store::Consent;

use crate::city::City;
use crate::error::ActionError;

impl City {
    /// Writes down that this person agreed to these words now. Who agrees already is left as they are.
    ///
    /// # Errors
    /// Where the memory does not answer.
    pub async fn give_consent(
        &self,
        person: PersonId,
        purpose: &str,
        version: u32,
        words: &str,
    ) -> Result<(), ActionError> {
        let known = self.reader().consents_of(person).await?;
        let stands = |one: &Consent| {
            one.purpose == purpose && one.withdrawn.is_none() && one.version == version
        };
        if known.iter().any(stands) {
            return Ok(());
        }
        let consent = Consent {
            person,
            purpose: purpose.to_owned(),
            given: self.now(),
            version,
            words: words.to_owned(),
            words_hash: hex::encode(Sha256::digest(words.as_bytes())),
            withdrawn: None,
        };
        self.writer()
            .run("consent", move |tx| {
                let consent = consent.clone();
                Box::pin(async move {
                    // Newer words take the place of older ones.
                    tx.withdraw_consent(consent.person, &consent.purpose, consent.given)
                        .await?;
                    Ok::<_, ActionError>(tx.give_consent(&consent).await?)
                })
            })
            .await
    }

    /// Writes down that this person no longer agrees, from now on.
    ///
    /// # Errors
    /// Where the memory does not answer.
    pub async fn withdraw_consent(
        &self,
        person: PersonId,
        purpose: &str,
    ) -> Result<(), ActionError> {
        let (purpose, now) = (purpose.to_owned(), self.now());
        self.writer()
            .run("consent", move |tx| {
                let purpose = purpose.clone();
                Box::pin(async move {
                    Ok::<_, ActionError>(tx.withdraw_consent(person, &purpose, now).await?)
                })
            })
            .await
    }
}
