//! Entered figures, the city's yardsticks, disputes.

use rules::Moment;
use rules::ids::{CaseId, NoteId, PersonId};
use rules::index::metric::Entered;
use rules::index::period::Period;

use crate::error::Result;
use crate::params;
use crate::read::query::Query;
use crate::reader::Reader;
use crate::value::Row;
use crate::write::numbers::{Answered, Dispute};

const DISPUTE: &str = "d.id, d.person, d.unit, d.case_id, d.words, d.at, d.answered_by, d.answer,
    d.accepted, d.answered_at";

fn read_dispute(mut row: Row) -> Result<Dispute> {
    let mut dispute = Dispute {
        id: row.next()?,
        person: row.next()?,
        unit: row.next()?,
        case: row.next()?,
        words: row.next()?,
        at: row.next()?,
        answer: None,
    };
    let by: Option<PersonId> = row.next()?;
    let words: Option<String> = row.next()?;
    let accepted: Option<bool> = row.next()?;
    let at: Option<Moment> = row.next()?;
    dispute.answer = by.zip(at).map(|(by, at)| Answered {
        by,
        words: words.unwrap_or_default(),
        accepted: accepted.unwrap_or(false),
        at,
    });
    Ok(dispute)
}

impl Reader {
    /// The newest figure of each metric and subject of a period.
    pub async fn entered_figures(
        &self,
        measure: &str,
        period: Period,
    ) -> Result<Vec<(Entered, Moment)>> {
        let sql =
            "SELECT body, at FROM entered_figure WHERE city = $1 AND measure = $2 AND period = $3
            ORDER BY subject, metric, at DESC, id DESC";
        let period = period.to_string();
        let params = params![&*self.city, measure, period];
        let read = |mut row: Row| Ok((row.json::<Entered>()?, row.next::<Moment>()?));
        let mut figures = self.all(sql, &params, read).await?;
        figures.dedup_by(|a, b| (&a.0.subject, &a.0.metric) == (&b.0.subject, &b.0.metric));
        Ok(figures)
    }

    /// The city's own yardsticks, the newest of each: (name, body).
    pub async fn yardsticks(&self) -> Result<Vec<(String, String)>> {
        let sql = "SELECT name, body FROM yardstick WHERE city = $1 ORDER BY name, version DESC";
        let read = |mut row: Row| Ok((row.next::<String>()?, row.next::<String>()?));
        let mut found = self.all(sql, &params![&*self.city], read).await?;
        found.dedup_by(|a, b| a.0 == b.0);
        Ok(found)
    }

    pub async fn dispute(&self, id: NoteId) -> Result<Option<Dispute>> {
        let sql = format!("SELECT {DISPUTE} FROM dispute d WHERE d.city = $1 AND d.id = $2");
        self.maybe(&sql, &params![&*self.city, id], read_dispute)
            .await
    }

    /// Those of an officer, newest first.
    pub async fn disputes_of(&self, person: PersonId) -> Result<Vec<Dispute>> {
        let sql = format!(
            "SELECT {DISPUTE} FROM dispute d WHERE d.city = $1 AND d.person = $2
             ORDER BY d.at DESC, d.id DESC LIMIT 200"
        );
        self.all(&sql, &params![&*self.city, person], read_dispute)
            .await
    }

    /// Those that the heads of these units answer: open ones first, then the newest.
    pub async fn disputes_at(&self, units: &[String]) -> Result<Vec<Dispute>> {
        let sql = format!("SELECT {DISPUTE} FROM dispute d WHERE d.city = $1");
        let mut query = Query::new(sql, params![&*self.city]);
        query.push("AND").one_of("d.unit", units);
        query.push(
            "ORDER BY CASE WHEN d.answered_at IS NULL THEN 0 ELSE 1 END, d.at DESC LIMIT 200",
        );
        self.all(&query.sql, &query.params, read_dispute).await
    }

    /// (officer, case) of all accepted ones.
    pub async fn accepted_disputes(&self) -> Result<Vec<(PersonId, CaseId)>> {
        let sql = "SELECT person, case_id FROM dispute WHERE city = $1 AND accepted = 1";
        let read = |mut row: Row| Ok((row.next()?, row.next()?));
        self.all(sql, &params![&*self.city], read).await
    }
}
