//! Money as pages and reports ask for it: movements of a unit between two moments, sums, tills, bank lines
//! without a case, accounts from which something goes back.

use jiff::civil::Date;
use rules::Moment;
use rules::case::money::{ReceiptNumber, Way};
use rules::ids::CaseId;
use rules::till::Till;

use crate::error::{Result, StoreError};
use crate::params;
use crate::read::query::Query;
use crate::reader::{Reader, Source};
use crate::tx::Tx;
use crate::value::Row;
use crate::write::money::{
    BankLine, CollectingAccount, Movement, MovementKind, read_bank_line, select_bank_lines,
};

/// A movement with the code of its case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Booked {
    pub code: String,
    pub movement: Movement,
}

/// Movements that are alike, added up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sum {
    /// Whose till or account.
    pub unit: String,
    /// For whom.
    pub agency: String,
    pub service: String,
    pub way: Way,
    pub kind: MovementKind,
    pub count: u32,
    /// Whole đồng; what left is below zero.
    pub amount: i64,
}

/// A case from whose account something goes back or should.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountLine {
    pub case: CaseId,
    pub code: String,
    pub title: String,
    pub unit: String,
    pub paid: i64,
    pub surplus: i64,
    pub going_back: i64,
}

fn way(code: String) -> Result<Way> {
    Way::of_code(&code).ok_or_else(|| StoreError::corrupt(format!("way of paying {code}")))
}

fn read_booked(mut row: Row) -> Result<Booked> {
    let code = row.next()?;
    let (case, version, at, kind) = (row.next()?, row.next()?, row.next()?, row.word()?);
    let unit: String = row.next()?;
    let (agency, service, paid) = (row.next()?, row.next()?, way(row.next()?)?);
    let (amount, number) = (row.next()?, row.next()?);
    let (year, receipt): (Option<i64>, Option<u32>) = (row.next()?, row.next()?);
    let receipt = year.zip(receipt).and_then(|(year, number)| {
        Some(ReceiptNumber {
            unit: unit.clone(),
            year: i16::try_from(year).ok()?,
            number,
        })
    });
    Ok(Booked {
        code,
        movement: Movement {
            case,
            version,
            at,
            kind,
            unit,
            agency,
            service,
            way: paid,
            amount,
            number,
            receipt,
            person: row.next()?,
        },
    })
}

const MOVEMENT: &str = "c.code, m.case_id, m.version, m.at, m.kind, m.unit, m.agency, m.service, m.way, \
    m.amount, m.number, m.receipt_year, m.receipt, m.person";

fn read_sum(mut row: Row) -> Result<Sum> {
    Ok(Sum {
        unit: row.next()?,
        agency: row.next()?,
        service: row.next()?,
        way: way(row.next()?)?,
        kind: row.word()?,
        count: row.next()?,
        amount: row.next()?,
    })
}

/// The cash of a unit between two moments, in đồng.
async fn cash(mut from: impl Source, unit: &str, since: Moment, until: Moment) -> Result<i64> {
    let sql = "SELECT CAST(coalesce(sum(amount), 0) AS BIGINT) FROM money
        WHERE city = $1 AND unit = $2 AND at >= $3 AND at < $4 AND way = 'cash'";
    let city = from.city();
    let rows = from.rows(sql, &params![&*city, unit, since, until]).await?;
    let sums: Result<Vec<i64>> = rows.into_iter().map(|mut row| row.next()).collect();
    Ok(sums?.into_iter().sum())
}

impl Tx {
    /// The cash that came to a unit's till from one moment up to another, less what left it.
    pub async fn cash_between(&mut self, unit: &str, since: Moment, until: Moment) -> Result<i64> {
        cash(self, unit, since, until).await
    }
}

impl Reader {
    /// The movements of a unit from one moment up to another, oldest first, at most `most`.
    pub async fn movements(
        &self,
        unit: &str,
        since: Moment,
        until: Moment,
        most: u32,
    ) -> Result<Vec<Booked>> {
        let sql = format!(
            "SELECT {MOVEMENT} FROM money m JOIN cases c ON c.city = m.city AND c.id = m.case_id
             WHERE m.city = $1 AND m.unit = $2 AND m.at >= $3 AND m.at < $4
             ORDER BY m.at, m.case_id, m.version LIMIT $5"
        );
        let params = params![&*self.city, unit, since, until, most];
        self.all(&sql, &params, read_booked).await
    }

    /// Added up by unit, agency, service, way and kind; `None`: all units.
    pub async fn money_sums(
        &self,
        unit: Option<&str>,
        since: Moment,
        until: Moment,
    ) -> Result<Vec<Sum>> {
        let sql = "SELECT unit, agency, service, way, kind, CAST(count(*) AS BIGINT),
            CAST(sum(amount) AS BIGINT) FROM money WHERE city = $1 AND at >= $2 AND at < $3";
        let mut query = Query::new(sql, params![&*self.city, since, until]);
        if let Some(unit) = unit {
            query.with("AND unit =", unit);
        }
        query.push("GROUP BY unit, agency, service, way, kind");
        query.push("ORDER BY unit, agency, service, way, kind");
        self.all(&query.sql, &query.params, read_sum).await
    }

    /// As [`Tx::cash_between`].
    pub async fn cash_between(&self, unit: &str, since: Moment, until: Moment) -> Result<i64> {
        cash(self, unit, since, until).await
    }

    pub async fn till(&self, unit: &str, day: Date) -> Result<Option<Till>> {
        let sql = "SELECT body FROM till WHERE city = $1 AND unit = $2 AND day = $3";
        let params = params![&*self.city, unit, day];
        self.maybe(sql, &params, |mut row| row.json()).await
    }

    /// The latest tills of a unit, newest first.
    pub async fn tills(&self, unit: &str, most: u32) -> Result<Vec<(Date, Till)>> {
        let sql =
            "SELECT day, body FROM till WHERE city = $1 AND unit = $2 ORDER BY day DESC LIMIT $3";
        let params = params![&*self.city, unit, most];
        self.all(sql, &params, |mut row| Ok((row.next()?, row.json()?)))
            .await
    }

    /// Every account that collects or collected, by unit and day.
    pub async fn collecting_accounts(&self) -> Result<Vec<CollectingAccount>> {
        let sql = "SELECT body FROM collecting_account WHERE city = $1 ORDER BY unit, valid_from";
        self.all(sql, &params![&*self.city], |mut row| row.json())
            .await
    }

    /// What banks told and nobody knows whose it is, oldest first.
    pub async fn open_bank_lines(&self, most: u32) -> Result<Vec<BankLine>> {
        let sql = select_bank_lines() + " AND state = 'open' ORDER BY at, source, number LIMIT $2";
        self.all(&sql, &params![&*self.city, most], read_bank_line)
            .await
    }

    /// What was booked, assigned or returned last, newest first.
    pub async fn settled_bank_lines(&self, most: u32) -> Result<Vec<BankLine>> {
        let sql =
            select_bank_lines() + " AND state <> 'open' ORDER BY at DESC, source, number LIMIT $2";
        self.all(&sql, &params![&*self.city, most], read_bank_line)
            .await
    }

    pub async fn bank_line(&self, source: &str, number: &str) -> Result<Option<BankLine>> {
        let sql = select_bank_lines() + " AND source = $2 AND number = $3";
        self.maybe(&sql, &params![&*self.city, source, number], read_bank_line)
            .await
    }

    /// Cases paid beyond what is due, and refunds under way.
    pub async fn money_back(&self, most: u32) -> Result<Vec<AccountLine>> {
        let sql = "SELECT a.case_id, c.code, c.title, a.unit, a.paid, a.surplus, a.going_back
            FROM fee_account a JOIN cases c ON c.city = a.city AND c.id = a.case_id
            WHERE a.city = $1 AND (a.surplus > 0 OR a.going_back > 0) ORDER BY a.unit, c.code LIMIT $2";
        self.all(sql, &params![&*self.city, most], |mut row| {
            Ok(AccountLine {
                case: row.next()?,
                code: row.next()?,
                title: row.next()?,
                unit: row.next()?,
                paid: row.next()?,
                surplus: row.next()?,
                going_back: row.next()?,
            })
        })
        .await
    }
}
