//! A leader directs: opens a directive, about a case or about a figure, and the case remembers it.

use rules::Moment;
use rules::case::{self, Command, Given};
use rules::duty::{self, Act};
use rules::ids::CaseId;
use rules::person::Person;
use service::Answers;
use service::definition::{Channel, Who};
use store::{Extras, Tx};

use crate::change::published;
use crate::city::{City, Law};
use crate::error::ActionError;
use crate::open::{NewCase, Receipt, actor};

/// The service that directives are opened from.
pub const SERVICE: &str = "directive.task";

impl City {
    /// Opens a directive.
    ///
    /// # Errors
    /// As [`City::open`]; [`rules::case::Refusal::NotYours`] where the person does not direct.
    pub async fn direct(
        &self,
        person: &Person,
        answers: Answers,
        about: Option<CaseId>,
        key: String,
    ) -> Result<Receipt, ActionError> {
        duty::may(person, &Act::Direct, None)?;
        let new = NewCase {
            service: SERVICE.to_owned(),
            answers,
            uploads: Vec::new(),
            person: person.clone(),
            applicant: Who::Official,
            channel: Channel::Internal,
            key,
            public: false,
            received_at: None,
            about,
        };
        self.open(new).await
    }
}

/// Writes into the case that a directive about it was given, in the same transaction.
pub(crate) async fn note_directive(
    tx: &mut Tx,
    law: &Law,
    about: CaseId,
    directive: CaseId,
    person: &Person,
    now: Moment,
) -> Result<(), ActionError> {
    let prior = tx.case(about).await?.ok_or(ActionError::NotFound)?;
    let published = published(law, &prior)?;
    let answers = tx.answers(about).await?.unwrap_or_default().1;
    let actor = actor(person);
    let given = Given::new(
        now,
        &actor,
        (&published.definition, published.number),
        &answers,
        law.calendar_of(prior.clock.calendar)?,
        &law.organisation,
    );
    let events = case::decide(&prior, Command::Direct { directive }, &given)?;
    let (case, recorded) = case::record(prior.clone(), events, now, &actor);
    tx.save_case(Some(&prior), &case, &recorded, &Extras::default())
        .await?;
    Ok(())
}
