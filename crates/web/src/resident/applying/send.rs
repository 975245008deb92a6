//! The end of a trip: one case, or the sentence that says why not.

use super::*;

use crate::redirect;

impl Trip<'_> {
    pub(super) fn new_case(&self) -> NewCase {
        NewCase {
            service: self.definition.service.clone(),
            answers: self.filling.answers.clone(),
            uploads: Vec::new(),
            person: self.visit.person.clone(),
            applicant: self.filling.applicant(self.definition),
            channel: Channel::Online,
            key: self.filling.key.clone(),
            public: false,
            received_at: None,
            about: None,
        }
    }

    pub(super) async fn send(&mut self, posted: &Posted) -> Result<Response, Failure> {
        let l = self.visit.lang;
        if posted.get("_go") == "later" {
            return Ok(redirect::to(&format!("{}/later", self.base())).into_response());
        }
        let resident = self.hall.city().proven(&self.visit.person).await?;
        let proven = resident.as_ref().map(|resident| &resident.proven);
        if !identity::opens(self.hall, self.definition.applicants.identity, proven) {
            let says = l.t("apply.identity-missing").to_owned();
            return self.page(Stop::Review, &[], Some(says)).await;
        }
        let flaws = self.standing_flaws();
        if !flaws.is_empty() {
            return self.page(Stop::Standing, &flaws, None).await;
        }
        if posted.get("_true") != "yes" {
            return self
                .page(
                    Stop::Review,
                    &[],
                    Some(l.t("apply.truth-missing").to_owned()),
                )
                .await;
        }
        let besides = Besides {
            files: self.filling.files.clone(),
            origins: self.filling.origins(),
            standing: self.standing(proven),
            arrival: None,
        };
        match self.hall.city().open_from(self.new_case(), besides).await {
            Ok(receipt) => {
                self.hall.city().forget_draft(&self.filling.key).await?;
                Ok(redirect::to(&sent_address(&receipt)).into_response())
            }
            // The page lists them itself.
            Err(ActionError::Flawed(_)) => {
                self.page(Stop::Review, &[], Some(l.t("apply.flawed").to_owned()))
                    .await
            }
            Err(ActionError::Refused(refusal)) => {
                let says = refusal_words(l, &refusal);
                self.page(Stop::Review, &[], Some(says)).await
            }
            Err(other) => Err(other.into()),
        }
    }
}
