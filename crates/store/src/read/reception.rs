//! Receptions counted by their three organisations; cases by what other systems call them; earlier cases by the
//! words of their applicant.

use rules::Moment;
use rules::case::Case;
use rules::ids::CaseId;

use crate::error::Result;
use crate::params;
use crate::reader::Reader;
use crate::value::Row;

/// How many dossiers one desk received for one unit with one's help.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    pub desk: String,
    pub unit: String,
    pub helper: Option<String>,
    pub count: u32,
}

impl Reader {
    /// Dossiers a desk received in `from..to`, by who is competent and who helped.
    pub async fn received(&self, desk: &str, from: Moment, to: Moment) -> Result<Vec<Received>> {
        let sql = "SELECT desk, unit, helper, count(*) FROM reception
            WHERE city = $1 AND desk = $2 AND at >= $3 AND at < $4
            GROUP BY desk, unit, helper ORDER BY count(*) DESC, unit";
        let read = |mut row: Row| {
            Ok(Received {
                desk: row.next()?,
                unit: row.next()?,
                helper: row.next()?,
                count: row.next()?,
            })
        };
        self.all(sql, &params![&*self.city, desk, from, to], read)
            .await
    }

    /// The cases that some other system gave this code to.
    pub async fn cases_coded_elsewhere(&self, code: &str) -> Result<Vec<CaseId>> {
        let sql = "SELECT case_id FROM foreign_code WHERE city = $1 AND code = $2";
        self.all(sql, &params![&*self.city, code], |mut row| row.next())
            .await
    }

    /// What other systems call a case: system and code.
    pub async fn foreign_codes(&self, case: CaseId) -> Result<Vec<(String, String)>> {
        let sql = "SELECT system, code FROM foreign_code WHERE city = $1 AND case_id = $2 ORDER BY system, code";
        let read = |mut row: Row| Ok((row.next()?, row.next()?));
        self.all(sql, &params![&*self.city, case], read).await
    }

    /// A case whoever handles it: its answers may fill in a new form of the same person.
    pub async fn case_for_counter(&self, id: CaseId) -> Result<Option<Case>> {
        let sql = "SELECT state FROM cases WHERE city = $1 AND id = $2";
        self.maybe(sql, &params![&*self.city, id], |mut row| row.json())
            .await
    }

    /// The newest cases whose applicant has all these words in name, number or phone, whoever handles them: who may
    /// ask is the counter's question, and each look is written down by `actions`.
    pub async fn cases_of_person(&self, text: &str, most: u32) -> Result<Vec<CaseId>> {
        let Some(mut query) = self.asked("person", false, "SELECT s.case_id", "", text) else {
            return Ok(Vec::new());
        };
        query.push("AND s.kind = 'person'");
        query.push(self.newest()).with("LIMIT", most);
        self.all(&query.sql, &query.params, |mut row| row.next())
            .await
    }
}
