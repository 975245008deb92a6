//! Entered figures, the city's yardsticks, and disputes of officers about their record.

use rules::Moment;
use rules::ids::{CaseId, NoteId, PersonId, UnitCode};
use rules::index::metric::Entered;

use crate::error::Result;
use crate::params;
use crate::tx::Tx;
use crate::value::to_json;

/// An officer says that a dossier should not count against them; the head answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dispute {
    pub id: NoteId,
    pub person: PersonId,
    /// Whose head answers.
    pub unit: UnitCode,
    pub case: CaseId,
    pub words: String,
    pub at: Moment,
    pub answer: Option<Answered>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    pub by: PersonId,
    pub words: String,
    /// The dossier is set aside in this officer's record.
    pub accepted: bool,
    pub at: Moment,
}

impl Tx {
    /// Beside the figures of the same metric that were entered before: the newest counts.
    pub async fn save_entered(
        &mut self,
        id: NoteId,
        figure: &Entered,
        by: Option<PersonId>,
        at: Moment,
    ) -> Result<()> {
        let city = self.shared_city();
        let sql =
            "INSERT INTO entered_figure (city, measure, period, subject, metric, at, id, body,
            entered_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
        let period = figure.period.to_string();
        let (index, subject, metric) = (&figure.index, &figure.subject, &figure.metric);
        let body = to_json(figure)?;
        let params = params![&*city, index, period, subject, metric, at, id, body, by];
        self.execute(sql, &params).await?;
        Ok(())
    }

    /// A newer version of what the numbers are measured by; the law is read anew.
    ///
    /// # Errors
    /// [`crate::StoreError::Duplicate`] where this version exists.
    pub async fn save_yardstick(
        &mut self,
        name: &str,
        version: u32,
        body: &str,
        at: Moment,
    ) -> Result<()> {
        let city = self.shared_city();
        let sql =
            "INSERT INTO yardstick (city, name, version, body, at) VALUES ($1, $2, $3, $4, $5)";
        let params = params![&*city, name, version, body, at];
        self.execute(sql, &params).await?;
        self.law_changed().await
    }

    pub async fn save_dispute(&mut self, dispute: &Dispute) -> Result<()> {
        let city = self.shared_city();
        let sql = "INSERT INTO dispute (city, id, person, unit, case_id, words, at)
            VALUES ($1, $2, $3, $4, $5, $6, $7)";
        let Dispute {
            id,
            person,
            unit,
            case,
            words,
            at,
            ..
        } = dispute;
        let params = params![&*city, *id, *person, unit, *case, words, *at];
        self.execute(sql, &params).await?;
        Ok(())
    }

    /// False where it was answered already.
    pub async fn answer_dispute(&mut self, id: NoteId, answer: &Answered) -> Result<bool> {
        let city = self.shared_city();
        let sql =
            "UPDATE dispute SET answered_by = $3, answer = $4, accepted = $5, answered_at = $6
            WHERE city = $1 AND id = $2 AND answered_at IS NULL";
        let params = params![
            &*city,
            id,
            answer.by,
            &answer.words,
            answer.accepted,
            answer.at
        ];
        Ok(self.execute(sql, &params).await? == 1)
    }
}
