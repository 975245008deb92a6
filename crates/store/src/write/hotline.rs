//! Calls of the hotline: what an exchange said, once each, and the row it folds into.

use rules::Moment;
use rules::hotline::{Call, Said};
use rules::ids::{CallId, PersonId};

use crate::error::Result;
use crate::params;
use crate::read::hotline::{CALL, read_call};
use crate::tx::Tx;
use crate::value::word;

/// A saying of an exchange under its own name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HotlineSaid {
    pub system: String,
    /// What the exchange calls this saying: the same one again is known.
    pub event: String,
    pub call: CallId,
    pub said: Said,
    pub at: Moment,
    pub came: Moment,
}

impl Tx {
    /// Writes a saying down. Returns whether it is new.
    pub async fn note_said(&mut self, one: &HotlineSaid) -> Result<bool> {
        let city = self.shared_city();
        let sql = "INSERT INTO hotline_said (city, system, event, call_id, said, at, came)
            VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (city, system, event) DO NOTHING";
        let params = params![
            &*city,
            &one.system,
            &one.event,
            one.call,
            word(&one.said)?,
            one.at,
            one.came
        ];
        Ok(self.execute(sql, &params).await? == 1)
    }

    /// Writes a call that is not there yet; one that is stays as it is.
    pub async fn add_call(&mut self, call: &Call, now: Moment) -> Result<()> {
        let city = self.shared_city();
        let sql = "INSERT INTO hotline_call (city, id, system, foreign_id, direction, number, line,
            line_since, operator, rang, answered, ended, transfers, back_to, outcome, service, area, note,
            case_id, follow_up, wrapped, followed, began, touched)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19,
            $20, $21, $22, $23, $24) ON CONFLICT (city, system, foreign_id) DO NOTHING";
        let wrap = &call.wrap;
        let params = params![
            &*city,
            call.id,
            &call.system,
            &call.foreign,
            word(&call.direction)?,
            call.number.as_ref(),
            call.line.as_ref(),
            call.line_since,
            call.operator,
            call.rang,
            call.answered,
            call.ended,
            call.transfers,
            call.back_to,
            wrap.outcome.map(rules::hotline::Outcome::code),
            wrap.service.as_ref(),
            wrap.area.as_ref(),
            wrap.note.as_ref(),
            wrap.case,
            wrap.follow_up,
            call.wrapped,
            call.followed,
            call.began(),
            now,
        ];
        self.execute(sql, &params).await?;
        Ok(())
    }

    /// The call that a system names, to be changed by this command.
    pub async fn call_to_change(&mut self, system: &str, foreign: &str) -> Result<Option<Call>> {
        let city = self.shared_city();
        let locked = self.dialect().locked();
        let sql = format!(
            "SELECT {CALL} FROM hotline_call WHERE city = $1 AND system = $2 AND foreign_id = $3{locked}"
        );
        self.maybe(&sql, &params![&*city, system, foreign], read_call)
            .await
    }

    /// A call by its id, to be changed by this command.
    pub async fn call_by_id(&mut self, id: CallId) -> Result<Option<Call>> {
        let city = self.shared_city();
        let locked = self.dialect().locked();
        let sql = format!("SELECT {CALL} FROM hotline_call WHERE city = $1 AND id = $2{locked}");
        self.maybe(&sql, &params![&*city, id], read_call).await
    }

    /// Writes what a call has become.
    pub async fn change_call(&mut self, call: &Call, now: Moment) -> Result<()> {
        let city = self.shared_city();
        let sql = "UPDATE hotline_call SET number = $3, line = $4, line_since = $5, operator = $6, rang = $7,
            answered = $8, ended = $9, transfers = $10, back_to = $11, outcome = $12, service = $13,
            area = $14, note = $15, case_id = $16, follow_up = $17, wrapped = $18, followed = $19,
            began = $20, touched = $21, direction = $22 WHERE city = $1 AND id = $2";
        let wrap = &call.wrap;
        let params = params![
            &*city,
            call.id,
            call.number.as_ref(),
            call.line.as_ref(),
            call.line_since,
            call.operator,
            call.rang,
            call.answered,
            call.ended,
            call.transfers,
            call.back_to,
            wrap.outcome.map(rules::hotline::Outcome::code),
            wrap.service.as_ref(),
            wrap.area.as_ref(),
            wrap.note.as_ref(),
            wrap.case,
            wrap.follow_up,
            call.wrapped,
            call.followed,
            call.began(),
            now,
            word(&call.direction)?,
        ];
        self.execute(sql, &params).await?;
        Ok(())
    }

    /// Which extension an operator sits at.
    pub async fn save_line(&mut self, person: PersonId, line: &str, at: Moment) -> Result<()> {
        let city = self.shared_city();
        let sql = "INSERT INTO hotline_line (city, person, line, at) VALUES ($1, $2, $3, $4)
            ON CONFLICT (city, person) DO UPDATE SET line = $3, at = $4";
        self.execute(sql, &params![&*city, person, line, at])
            .await?;
        Ok(())
    }

    /// Takes numbers and notes out of calls that began before a moment; the calls are still counted.
    pub async fn erase_calls(&mut self, before: Moment) -> Result<u64> {
        let city = self.shared_city();
        let sql = "UPDATE hotline_call SET number = NULL, note = NULL
            WHERE city = $1 AND began < $2 AND (number IS NOT NULL OR note IS NOT NULL)";
        self.execute(sql, &params![&*city, before]).await
    }
}
