//! Letters of apology that wait, and how often they came in time, late or not at all.

use rules::Moment;
use rules::case::Case;
use rules::ids::{PersonId, UnitCode};

use crate::error::Result;
use crate::params;
use crate::read::query::Query;
use crate::reader::Reader;
use crate::value::Row;

/// An unsigned letter for a date of an open case.
#[derive(Debug, Clone, PartialEq)]
pub struct ApologyLine {
    pub case: Case,
    pub title: String,
    pub due: Moment,
    pub proposed: Moment,
    /// Something was written on the draft already.
    pub begun: bool,
}

/// Counted by the date that the letters are for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApologyCount {
    pub unit: UnitCode,
    /// `None`: none was signed.
    pub signer: Option<PersonId>,
    pub in_time: u32,
    pub late: u32,
    /// The date passed without one.
    pub missing: u32,
    /// Decided before the date.
    pub spared: u32,
    /// Decided by the date promised first, and by the one that held in the end.
    pub kept_first: u32,
    pub kept_current: u32,
    pub decided: u32,
}

impl Reader {
    /// Those of these units (`None`: of the whole city), the earliest date first.
    pub async fn apologies_waiting(
        &self,
        units: Option<&[UnitCode]>,
        most: u32,
    ) -> Result<Vec<ApologyLine>> {
        let mut query = Query::new(
            "SELECT c.state, c.title, a.due, a.proposed, d.at FROM apology a
             JOIN cases c ON c.city = a.city AND c.id = a.case_id
             LEFT JOIN apology_draft d ON d.city = a.city AND d.case_id = a.case_id AND d.due = a.due
             WHERE a.city = $1 AND a.signed IS NULL AND a.ended IS NULL AND c.due = a.due",
            params![&*self.city],
        );
        if let Some(units) = units {
            query.push("AND").one_of("a.unit", units);
        }
        query.with("ORDER BY a.due, a.case_id LIMIT", most);
        self.all(&query.sql, &query.params, |mut row: Row| {
            Ok(ApologyLine {
                case: row.json()?,
                title: row.next()?,
                due: row.next()?,
                proposed: row.next()?,
                begun: row.next::<Option<Moment>>()?.is_some(),
            })
        })
        .await
    }

    /// By unit and signer, of dates from `from` on and before `to`.
    pub async fn apologies_counted(
        &self,
        units: Option<&[UnitCode]>,
        from: Moment,
        to: Moment,
        now: Moment,
    ) -> Result<Vec<ApologyCount>> {
        let mut query = Query::new(
            "SELECT a.unit, a.signer, count(CASE WHEN a.signed <= a.due THEN 1 END),
             count(CASE WHEN a.signed > a.due THEN 1 END),
             count(CASE WHEN a.signed IS NULL AND coalesce(a.ended, $4) > a.due THEN 1 END),
             count(CASE WHEN a.signed IS NULL AND a.ended <= a.due THEN 1 END),
             count(CASE WHEN a.ended <= c.first_due THEN 1 END),
             count(CASE WHEN a.ended <= c.due THEN 1 END), count(a.ended)
             FROM apology a JOIN cases c ON c.city = a.city AND c.id = a.case_id
             WHERE a.city = $1 AND a.due >= $2 AND a.due < $3",
            params![&*self.city, from, to, now],
        );
        if let Some(units) = units {
            query.push("AND").one_of("a.unit", units);
        }
        query.push("GROUP BY a.unit, a.signer ORDER BY a.unit");
        self.all(&query.sql, &query.params, |mut row: Row| {
            Ok(ApologyCount {
                unit: row.next()?,
                signer: row.next()?,
                in_time: row.next()?,
                late: row.next()?,
                missing: row.next()?,
                spared: row.next()?,
                kept_first: row.next()?,
                kept_current: row.next()?,
                decided: row.next()?,
            })
        })
        .await
    }
}
