//! The draft of form 04: whoever works on the case writes on it, the head of the deciding unit signs it
//! (`Verb::Apologise`).

use rules::case::Refusal;
use rules::case::apology::open_to_apology;
use rules::duty::{self, Act};
use rules::ids::CaseId;
use rules::person::Person;
use store::ApologyDraft;

use crate::city::City;
use crate::error::ActionError;

impl City {
    /// Keeps what was written on the draft for the date that holds now. Not an event: a draft says nothing.
    ///
    /// # Errors
    /// [`ActionError::NotFound`] and refusals where the person does not work on the case or it has ended.
    pub async fn draft_apology(
        &self,
        person: &Person,
        case: CaseId,
        draft: ApologyDraft,
    ) -> Result<(), ActionError> {
        let Person::Official(official) = person else {
            return Err(Refusal::NotYours.into());
        };
        let (by, person, now) = (official.id, person.clone(), self.now());
        self.writer()
            .run("apology", move |tx| {
                let (person, draft) = (person.clone(), draft.clone());
                Box::pin(async move {
                    let case = tx.case(case).await?.ok_or(ActionError::NotFound)?;
                    duty::may(&person, &Act::Note, Some(&case))?;
                    let due = case.clock.due.filter(|_| open_to_apology(&case));
                    let life = case.life.number();
                    let due = due.ok_or(Refusal::NotFromHere { life })?;
                    tx.save_apology_draft(case.id, due, &draft, by, now).await?;
                    Ok(())
                })
            })
            .await
    }
}
