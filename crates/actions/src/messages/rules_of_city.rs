//! The city changes its own rules: documents as a whole (messages, the portal, grounds of form 05), texts of messages one by one, each text
//! confirmed by a second person.

use rules::case::stop::{Grounds, STOPS_1};
use rules::ids::{MessageId, PersonId};
use rules::message::{Flaw, Policy, Rendered, Template, TemplateKey, Unreadable};
use rules::notice::Tiers;
use rules::portal::Mapping;
use rules::posting::Posting;
use rules::sample::{SAMPLE_1, Sample};
use store::StoreError;

use crate::city::City;
use crate::error::ActionError;

/// A document of rules that the city may replace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Document {
    Policy,
    Escalation,
    /// The mapping of the national portal.
    Portal,
    /// On which grounds work is stopped (form 05).
    Stops,
    /// How much one may post, and which words and numbers are looked at.
    Posting,
    /// How much of what was called solved is drawn and looked at again.
    Sample,
}

impl Document {
    pub const ALL: [Document; 6] = [
        Document::Policy,
        Document::Escalation,
        Document::Portal,
        Document::Stops,
        Document::Posting,
        Document::Sample,
    ];

    /// As it is kept and as addresses name it.
    pub fn name(self) -> &'static str {
        match self {
            Document::Policy => "messages",
            Document::Escalation => "escalation",
            Document::Portal => "portal",
            Document::Stops => "stops",
            Document::Posting => "posting",
            Document::Sample => "sample",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|document| document.name() == name)
    }

    /// What ships with the product.
    pub fn shipped(self) -> &'static str {
        match self {
            Document::Policy => Policy::shipped_text(),
            Document::Escalation => Tiers::shipped_text(),
            Document::Portal => Mapping::shipped_text(),
            Document::Stops => STOPS_1,
            Document::Posting => Posting::shipped_text(),
            Document::Sample => SAMPLE_1,
        }
    }

    fn read(self, text: &str) -> Result<(), Unreadable> {
        match self {
            Document::Policy => Policy::read(text).map(drop),
            Document::Escalation => Tiers::read(text).map(drop),
            Document::Portal => Mapping::read(text).map(drop),
            Document::Stops => Grounds::read(text).map(drop).map_err(Unreadable),
            Document::Posting => Posting::read(text).map(drop),
            Document::Sample => Sample::read(text).map(drop).map_err(Unreadable),
        }
    }
}

/// What became of something the city wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Written {
    Kept {
        version: u32,
    },
    /// Told to whoever wrote it; nothing was kept.
    Unreadable(String),
}

impl City {
    /// Replaces a document of rules.
    ///
    /// # Errors
    /// Where the memory does not answer.
    pub async fn write_rules(
        &self,
        document: Document,
        text: &str,
        by: PersonId,
    ) -> Result<Written, ActionError> {
        if let Err(error) = document.read(text) {
            return Ok(Written::Unreadable(error.to_string()));
        }
        let (now, text) = (self.now(), text.to_owned());
        let kept: Result<u32, StoreError> = self
            .writer()
            .run("rules", move |tx| {
                let text = text.clone();
                let name = document.name();
                Box::pin(async move { tx.save_rulebook(name, &text, Some(by), now).await })
            })
            .await;
        let version = kept?;
        self.reload().await?;
        Ok(Written::Kept { version })
    }

    /// A text as it would read, with an example of every fact.
    ///
    /// # Errors
    /// [`Flaw`] where it cannot be used.
    pub fn try_text(&self, key: &TemplateKey, template: &Template) -> Result<Rendered, Flaw> {
        self.law().messages.registry.check(key, template)
    }

    /// Keeps a text that waits for a second person.
    ///
    /// # Errors
    /// Where the memory does not answer.
    pub async fn write_text(
        &self,
        key: TemplateKey,
        template: Template,
        by: PersonId,
    ) -> Result<Written, ActionError> {
        if let Err(flaw) = self.try_text(&key, &template) {
            return Ok(Written::Unreadable(flaw.to_string()));
        }
        let now = self.now();
        let kept: Result<u32, StoreError> = self
            .writer()
            .run("text", move |tx| {
                let (key, template) = (key.clone(), template.clone());
                Box::pin(async move { tx.write_message_text(&key, &template, Some(by), now).await })
            })
            .await;
        Ok(Written::Kept { version: kept? })
    }

    /// The text holds from now on.
    ///
    /// # Errors
    /// [`ActionError::SamePerson`] for its author; [`ActionError::NotFound`] where none waits.
    pub async fn approve_text(
        &self,
        key: TemplateKey,
        version: u32,
        by: PersonId,
    ) -> Result<(), ActionError> {
        let now = self.now();
        self.writer()
            .run("approve-text", move |tx| {
                let key = key.clone();
                Box::pin(async move {
                    let text = tx.message_text(&key, version).await?;
                    let text = text.filter(|text| text.approved.is_none());
                    let text = text.ok_or(ActionError::NotFound)?;
                    if text.written_by == Some(by) {
                        return Err(ActionError::SamePerson);
                    }
                    Ok(tx.approve_message_text(&key, version, by, now).await?)
                })
            })
            .await?;
        self.reload().await
    }

    /// A message that was given up goes again.
    ///
    /// # Errors
    /// [`ActionError::NotFound`] where it is not one that was given up.
    pub async fn resend_message(&self, id: MessageId) -> Result<(), ActionError> {
        let now = self.now();
        let sent: Result<bool, StoreError> = self
            .writer()
            .run("resend", move |tx| {
                Box::pin(async move { tx.resend_message(id, now).await })
            })
            .await;
        match sent? {
            true => Ok(()),
            false => Err(ActionError::NotFound),
        }
    }
}
