//! Somebody reads personal data: the city writes down who, when and why, before it shows anything.

use jiff::{SignedDuration, Timestamp};
use rules::Moment;
use rules::ids::{CaseId, PersonId};
use store::StoreError;

use crate::city::City;
use crate::error::ActionError;

/// Why a case was opened on a screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// By a unit that works on it, answers shown in full.
    Handling,
    /// By somebody who may read but does not handle: masked answers.
    Oversight,
    /// A photo as it was sent.
    Original,
    /// At the counter, to fill in a new form of the same person.
    Reception,
    /// By an operator of the hotline, while the applicant is on the phone.
    Hotline,
}

impl Purpose {
    /// As the log keeps it.
    pub fn code(self) -> &'static str {
        match self {
            Purpose::Handling => "handling",
            Purpose::Oversight => "oversight",
            Purpose::Reception => "reception",
            Purpose::Original => "original",
            Purpose::Hotline => "hotline",
        }
    }
}

impl City {
    /// Writes a look into the access log. Looks of one person at one case within a minute are one: a page
    /// that refreshes itself is looked at once.
    ///
    /// # Errors
    /// Where the memory does not answer; then nothing may be shown.
    pub async fn look(
        &self,
        person: PersonId,
        case: CaseId,
        purpose: Purpose,
    ) -> Result<(), ActionError> {
        let at = minute(self.now());
        let written: Result<(), StoreError> = self
            .writer()
            .run("look", move |tx| {
                Box::pin(async move { tx.note_access(person, case, purpose.code(), at).await })
            })
            .await;
        Ok(written?)
    }
}

impl City {
    /// Writes the looks of one person at many cases: a printed list shows them all.
    ///
    /// # Errors
    /// Where the memory does not answer; then nothing may be shown.
    pub async fn look_all(&self, person: PersonId, cases: Vec<CaseId>) -> Result<(), ActionError> {
        let at = minute(self.now());
        let written: Result<(), StoreError> = self
            .writer()
            .run("looks", move |tx| {
                let cases = cases.clone();
                Box::pin(async move {
                    for case in cases {
                        let purpose = Purpose::Handling.code();
                        tx.note_access(person, case, purpose, at).await?;
                    }
                    Ok(())
                })
            })
            .await;
        Ok(written?)
    }
}

fn minute(now: Moment) -> Moment {
    let seconds = now.as_second().rem_euclid(60);
    let whole = Timestamp::from_second(now.as_second()).unwrap_or(now);
    whole - SignedDuration::from_secs(seconds)
}

#[cfg(test)]
mod tests {
    #[test]
    fn looks_within_a_minute_are_one() {
        let at = |text: &str| super::minute(text.parse().expect("a moment"));
        assert_eq!(
            at("2026-11-20T08:01:00.000001Z"),
            at("2026-11-20T08:01:59.9Z")
        );
        assert_ne!(at("2026-11-20T08:01:59Z"), at("2026-11-20T08:02:00Z"));
    }
}
