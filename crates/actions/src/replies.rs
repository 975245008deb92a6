//! Reply templates of the city: kept by an administrator or a head, each version with its author and day.

use rules::case::Refusal;
use rules::duty::{self, Act};
use rules::person::Person;
use rules::reply;
use store::{Reply, StoreError};

use crate::city::City;
use crate::error::ActionError;

/// A template as somebody writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// `None`: a new one.
    pub key: Option<String>,
    /// The version that the page showed; 0 for a new one.
    pub seen: u32,
    /// Empty: for every kind of report.
    pub service: String,
    /// Of a step; empty: for all.
    pub outcome: String,
    pub title: String,
    pub body: String,
    pub used: bool,
}

impl City {
    /// Keeps a new version. Returns the template's key.
    ///
    /// # Errors
    /// [`ActionError::Reply`] where the text cannot stand; [`ActionError::Meanwhile`] where somebody saved a newer
    /// version; [`Refusal::NotYours`].
    pub async fn keep_reply(&self, person: &Person, draft: Draft) -> Result<String, ActionError> {
        duty::may(person, &Act::KeepReplies, None)?;
        let Person::Official(official) = person else {
            return Err(Refusal::NotYours.into());
        };
        reply::check(&draft.body)?;
        if draft.title.trim().is_empty() {
            return Err(reply::Wrong::Empty.into());
        }
        let kept = Reply {
            key: draft.key.unwrap_or_else(|| self.new_note_id().to_string()),
            version: draft.seen + 1,
            service: draft.service,
            outcome: draft.outcome,
            title: draft.title.trim().to_owned(),
            body: draft.body.trim().to_owned(),
            used: draft.used,
            written_by: official.id,
            at: self.now(),
        };
        let key = kept.key.clone();
        let written: Result<(), StoreError> = self
            .writer()
            .run("reply", move |tx| {
                let kept = kept.clone();
                Box::pin(async move { tx.add_reply(&kept).await })
            })
            .await;
        match written {
            Ok(()) => Ok(key),
            Err(StoreError::Duplicate { .. }) => Err(ActionError::Meanwhile(Vec::new())),
            Err(other) => Err(other.into()),
        }
    }
}
