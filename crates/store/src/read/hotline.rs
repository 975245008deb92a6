//! Calls of the hotline, by time, by number, by case. Who may look is the caller's question.

use rules::Moment;
use rules::hotline::{Call, Outcome, Wrap};
use rules::ids::{CallId, CaseId, PersonId};

use crate::error::Result;
use crate::params;
use crate::reader::Reader;
use crate::value::Row;

/// Columns of [`read_call`].
pub(crate) const CALL: &str = "id, system, foreign_id, direction, number, line, line_since, operator, rang, \
    answered, ended, transfers, back_to, outcome, service, area, note, case_id, follow_up, wrapped, followed";

pub(crate) fn read_call(mut row: Row) -> Result<Call> {
    Ok(Call {
        id: row.next()?,
        system: row.next()?,
        foreign: row.next()?,
        direction: row.word()?,
        number: row.next()?,
        line: row.next()?,
        line_since: row.next()?,
        operator: row.next()?,
        rang: row.next()?,
        answered: row.next()?,
        ended: row.next()?,
        transfers: row.next()?,
        back_to: row.next()?,
        wrap: Wrap {
            outcome: row.maybe_word::<Outcome>()?,
            service: row.next()?,
            area: row.next()?,
            note: row.next()?,
            case: row.next()?,
            follow_up: row.next()?,
        },
        wrapped: row.next()?,
        followed: row.next()?,
    })
}

impl Reader {
    /// Calls that began in a stretch of time, oldest first.
    pub async fn calls(&self, from: Moment, until: Moment) -> Result<Vec<Call>> {
        let sql = format!(
            "SELECT {CALL} FROM hotline_call WHERE city = $1 AND began >= $2 AND began < $3
             ORDER BY began, id"
        );
        self.all(&sql, &params![&*self.city, from, until], read_call)
            .await
    }

    pub async fn call(&self, id: CallId) -> Result<Option<Call>> {
        let sql = format!("SELECT {CALL} FROM hotline_call WHERE city = $1 AND id = $2");
        self.maybe(&sql, &params![&*self.city, id], read_call).await
    }

    /// Calls from and to a number, newest first.
    pub async fn calls_of(&self, number: &str, most: u32) -> Result<Vec<Call>> {
        let sql = format!(
            "SELECT {CALL} FROM hotline_call WHERE city = $1 AND number = $2
             ORDER BY began DESC, id DESC LIMIT $3"
        );
        self.all(&sql, &params![&*self.city, number, most], read_call)
            .await
    }

    /// Calls about a case, oldest first.
    pub async fn calls_about(&self, case: CaseId) -> Result<Vec<Call>> {
        let sql = format!(
            "SELECT {CALL} FROM hotline_call WHERE city = $1 AND case_id = $2 ORDER BY began, id"
        );
        self.all(&sql, &params![&*self.city, case], read_call).await
    }

    /// Call backs that were promised and not made, the nearest first.
    pub async fn calls_to_follow(&self, most: u32) -> Result<Vec<Call>> {
        let sql = format!(
            "SELECT {CALL} FROM hotline_call WHERE city = $1 AND follow_up IS NOT NULL AND followed IS NULL
             ORDER BY follow_up, id LIMIT $2"
        );
        self.all(&sql, &params![&*self.city, most], read_call).await
    }

    /// How many calls of a stretch of time came to this.
    pub async fn calls_with(&self, outcome: Outcome, from: Moment, until: Moment) -> Result<u32> {
        let sql = "SELECT count(*) FROM hotline_call WHERE city = $1 AND began >= $2 AND began < $3
            AND outcome = $4";
        let params = params![&*self.city, from, until, outcome.code()];
        self.one(sql, &params, |mut row| row.next()).await
    }

    /// When a call moved last.
    pub async fn calls_moved(&self) -> Result<Option<Moment>> {
        let sql = "SELECT max(touched) FROM hotline_call WHERE city = $1";
        self.one(sql, &params![&*self.city], |mut row| row.next())
            .await
    }

    /// The extension an operator sits at.
    pub async fn line(&self, person: PersonId) -> Result<Option<String>> {
        let sql = "SELECT line FROM hotline_line WHERE city = $1 AND person = $2";
        self.maybe(sql, &params![&*self.city, person], |mut row| row.next())
            .await
    }
}
