//! Papers that were handed out: a number and a verification code first, the file when it is made. A paper is
//! known by its case, the event that called for it and what it is, so that making it again makes no second one.

use jiff::civil::Date;
use rules::Moment;
use rules::ids::{CaseId, ContentHash, UnitCode};
use rules::paper::Call;

use crate::error::Result;
use crate::params;
use crate::tx::Tx;
use crate::value::Row;

/// A paper as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaperRow {
    pub case: CaseId,
    pub call: Call,
    pub title: String,
    pub issuer: UnitCode,
    /// Of the issuer, by template and year, from 1 without gaps.
    pub number: u32,
    pub year: i16,
    pub symbol: String,
    /// `K7QM3XPA9RTD`: unique in the city, beyond guessing.
    pub check: String,
    /// When its number was given: the day it bears.
    pub planned: Moment,
    /// `None`: not made yet.
    pub made: Option<Made>,
    /// Signed afterwards: the signed file is the one handed out.
    pub signed: Option<Made>,
    pub revoked: Option<Revoked>,
}

/// A file and when it was finished.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    pub at: Moment,
    pub hash: ContentHash,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revoked {
    pub at: Moment,
    pub why: String,
}

impl PaperRow {
    /// The file to hand out: signed where it was signed.
    pub fn file(&self) -> Option<&ContentHash> {
        self.signed
            .as_ref()
            .or(self.made.as_ref())
            .map(|made| &made.hash)
    }

    /// `123/TNHS`
    pub fn numbered(&self) -> String {
        match self.symbol.is_empty() {
            true => format!("{:02}", self.number),
            false => format!("{:02}/{}", self.number, self.symbol),
        }
    }
}

/// What is known of a paper before it has a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPaper {
    pub case: CaseId,
    pub call: Call,
    pub title: String,
    pub issuer: UnitCode,
    pub symbol: String,
    pub check: String,
    pub at: Moment,
    /// The day it bears, in the city.
    pub day: Date,
}

pub(crate) const PAPER: &str = "case_id, version, what, template, title, issuer, number, year, symbol, \
    check_code, planned, made, hash, signed, signed_hash, revoked, revoked_why";

pub(crate) fn read_paper(mut row: Row) -> Result<PaperRow> {
    Ok(PaperRow {
        case: row.next()?,
        call: Call {
            version: row.next()?,
            what: row.next()?,
            template: row.next()?,
        },
        title: row.next()?,
        issuer: row.next()?,
        number: row.next()?,
        year: i16::try_from(row.next::<i64>()?).unwrap_or_default(),
        symbol: row.next()?,
        check: row.next()?,
        planned: row.next()?,
        made: made(row.next()?, row.next()?),
        signed: made(row.next()?, row.next()?),
        revoked: {
            let (at, why): (Option<Moment>, Option<String>) = (row.next()?, row.next()?);
            at.map(|at| Revoked {
                at,
                why: why.unwrap_or_default(),
            })
        },
    })
}

fn made(at: Option<Moment>, hash: Option<String>) -> Option<Made> {
    Some(Made {
        at: at?,
        hash: hash?,
    })
}

impl Tx {
    /// The paper with its number; a first call gives one.
    pub async fn plan_paper(&mut self, new: &NewPaper) -> Result<PaperRow> {
        if let Some(known) = self.paper(new.case, &new.call).await? {
            return Ok(known);
        }
        let city = self.shared_city();
        let year = new.day.year();
        let series = format!("paper/{}/{}", new.issuer, new.call.template);
        let number = self
            .next_number(&series, Date::constant(year, 1, 1))
            .await?;
        let sql = "INSERT INTO paper (city, case_id, version, what, template, title, issuer, year, number,
            symbol, check_code, planned) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
        let call = &new.call;
        let params = params![
            &*city,
            new.case,
            call.version,
            &call.what,
            &call.template,
            &new.title,
            &new.issuer,
            i64::from(year),
            number,
            &new.symbol,
            &new.check,
            new.at,
        ];
        self.execute(sql, &params).await?;
        let planned = self.paper(new.case, &new.call).await?;
        planned.ok_or_else(|| crate::StoreError::corrupt("a paper that was just planned"))
    }

    pub async fn paper(&mut self, case: CaseId, call: &Call) -> Result<Option<PaperRow>> {
        self.paper_of(case, call.version, &call.what).await
    }

    /// By the event that called for it and what it is.
    pub async fn paper_of(
        &mut self,
        case: CaseId,
        version: u32,
        what: &str,
    ) -> Result<Option<PaperRow>> {
        let city = self.shared_city();
        let sql = format!(
            "SELECT {PAPER} FROM paper WHERE city = $1 AND case_id = $2 AND version = $3 AND what = $4"
        );
        let params = params![&*city, case, version, what];
        self.maybe(&sql, &params, read_paper).await
    }

    /// Papers of a case that have their file, each with its size in bytes.
    pub async fn papers_made(&mut self, case: CaseId) -> Result<Vec<(PaperRow, u64)>> {
        let city = self.shared_city();
        let sql = format!(
            "SELECT {PAPER} FROM paper WHERE city = $1 AND case_id = $2 AND hash IS NOT NULL
             ORDER BY version, what"
        );
        let rows = self.all(&sql, &params![&*city, case], read_paper).await?;
        let mut made = Vec::new();
        for row in rows {
            let sql = "SELECT size FROM file WHERE city = $1 AND hash = $2";
            let size = |mut row: Row| row.next::<i64>();
            let found = match row.file() {
                Some(hash) => self.maybe(sql, &params![&*city, hash], size).await?,
                None => None,
            };
            made.push((row, u64::try_from(found.unwrap_or(0)).unwrap_or(0)));
        }
        Ok(made)
    }

    /// Its file is finished, and perhaps signed. Returns whether it was not before: a paper is made once.
    pub async fn paper_made(
        &mut self,
        case: CaseId,
        call: &Call,
        hash: &str,
        signed: Option<&ContentHash>,
        at: Moment,
    ) -> Result<bool> {
        let city = self.shared_city();
        let sql = "UPDATE paper SET made = $5, hash = $6, signed = $7, signed_hash = $8
            WHERE city = $1 AND case_id = $2 AND version = $3 AND what = $4 AND hash IS NULL";
        let params = params![
            &*city,
            case,
            call.version,
            &call.what,
            at,
            hash,
            signed.map(|_| at),
            signed,
        ];
        Ok(self.execute(sql, &params).await? == 1)
    }

    /// It holds no longer, or will not be made any more. Returns whether it held before.
    pub async fn paper_revoked(
        &mut self,
        case: CaseId,
        call: &Call,
        why: &str,
        at: Moment,
    ) -> Result<bool> {
        let city = self.shared_city();
        let sql = "UPDATE paper SET revoked = $5, revoked_why = $6
            WHERE city = $1 AND case_id = $2 AND version = $3 AND what = $4 AND revoked IS NULL";
        let params = params![&*city, case, call.version, &call.what, at, why];
        Ok(self.execute(sql, &params).await? == 1)
    }
}
