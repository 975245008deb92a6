//! Money beside the case: its account and one line for each movement, both following the events of a save;
//! numbers of receipts; tills; what banks told; which account collects for which unit.

use jiff::civil::Date;
use rules::Moment;
use rules::case::event::Event;
use rules::case::money::{ReceiptNumber, Way};
use rules::case::{Case, Recorded, reference};
use rules::ids::{CaseId, PersonId, UnitCode};
use rules::person::Actor;
use rules::till::Till;
use serde::{Deserialize, Serialize};

use crate::error::{Result, StoreError};
use crate::params;
use crate::tx::Tx;
use crate::value::{Row, Value, to_json, word};
use crate::write::case::Step;

/// Money that came, went back, or was struck out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MovementKind {
    Paid,
    Voided,
    Refunded,
}

/// One movement as its event told it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Movement {
    pub case: CaseId,
    pub version: u32,
    pub at: Moment,
    pub kind: MovementKind,
    /// Whose till or account.
    pub unit: UnitCode,
    /// Competent for the case: for whom it was collected.
    pub agency: UnitCode,
    pub service: String,
    pub way: Way,
    /// Whole đồng; what left is below zero.
    pub amount: i64,
    /// Of the payment or the refund within the case.
    pub number: u32,
    pub receipt: Option<ReceiptNumber>,
    pub person: Option<PersonId>,
}

/// Where residents transfer to, from a day on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CollectingAccount {
    pub unit: UnitCode,
    pub valid_from: Date,
    /// The last day, inclusive.
    #[serde(default)]
    pub valid_to: Option<Date>,
    /// Six digits that NAPAS gave the bank.
    pub bank: String,
    pub bank_name: String,
    pub account: String,
    pub holder: String,
    /// Where the number stands: the decision or contract.
    pub source: String,
    #[serde(default)]
    pub demonstration: bool,
}

/// What a bank told about one transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BankLine {
    /// Who tells: the name under which the secret or the mapping stands.
    pub source: String,
    /// The bank's own number of the transaction.
    pub number: String,
    pub at: Moment,
    /// Whole đồng, more than zero.
    pub amount: i64,
    /// The city's account that it came to.
    pub account: String,
    /// What the payer and the bank wrote.
    pub words: String,
    pub came: Moment,
    pub state: BankState,
    pub why: Option<String>,
    pub case: Option<CaseId>,
    pub person: Option<PersonId>,
    pub note: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BankState {
    /// Booked on a case by its reference.
    Matched,
    /// Nobody knows yet whose it is.
    Open,
    /// Booked on a case by hand.
    Assigned,
    /// Sent back to whoever sent it.
    Returned,
}

/// The columns of an account after its city and case.
pub(crate) const ACCOUNT: &str = "reference, unit, owed, paid, surplus, going_back";

/// In the order of [`ACCOUNT`]; `None`: the case costs nothing.
pub(crate) fn account_values(case: &Case) -> Option<Vec<Value<'_>>> {
    let money = &case.money;
    if money.is_empty() {
        return None;
    }
    let unit = money
        .charges
        .first()
        .map_or(&case.unit, |charge| &charge.unit);
    let values = params![
        reference::of(case.id),
        unit,
        money.owed(),
        money.paid(),
        money.surplus(),
        money.going_back(),
    ];
    Some(values.into())
}

/// The movements among these events, which end with `case`.
pub(crate) fn movements(case: &Case, recorded: &[Recorded]) -> Vec<Movement> {
    let lines = recorded.iter().filter_map(|one| {
        let person = match &one.actor {
            Actor::Official { id, .. } => Some(*id),
            _ => None,
        };
        let line = |kind, unit: &UnitCode, way, amount, number, receipt| Movement {
            case: case.id,
            version: one.version,
            at: one.at,
            kind,
            unit: unit.clone(),
            agency: case.unit.clone(),
            service: case.service.clone(),
            way,
            amount,
            number,
            receipt,
            person,
        };
        Some(match &one.event {
            Event::FeePaid(paid) => line(
                MovementKind::Paid,
                &paid.unit,
                paid.way,
                paid.amount,
                paid.payment,
                paid.receipt.clone(),
            ),
            Event::PaymentVoided { payment, .. } => {
                let paid = case.money.payment(*payment)?;
                line(
                    MovementKind::Voided,
                    &paid.unit,
                    paid.way,
                    -paid.amount,
                    *payment,
                    paid.receipt.clone(),
                )
            }
            Event::Refunded {
                refund,
                amount,
                way,
                unit,
                bank: _,
            } => line(MovementKind::Refunded, unit, *way, -amount, *refund, None),
            _ => return None,
        })
    });
    lines.collect()
}

/// The consequences of a save.
pub(crate) fn steps<'a>(
    city: &'a str,
    prior: Option<&Case>,
    case: &'a Case,
    recorded: &[Recorded],
    steps: &mut Vec<Step<'a>>,
) -> Result<()> {
    if prior.is_some_and(|prior| prior.money == case.money) {
        return Ok(());
    }
    let Some(values) = account_values(case) else {
        return Ok(());
    };
    let sql =
        "INSERT INTO fee_account (city, case_id, reference, unit, owed, paid, surplus, going_back)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (city, case_id) DO UPDATE SET unit = $4, owed = $5, paid = $6, surplus = $7,
        going_back = $8";
    let mut params = Vec::from(params![city, case.id]);
    params.extend(values);
    steps.push((sql, params));
    for line in movements(case, recorded) {
        let sql = "INSERT INTO money (city, case_id, agency, version, at, kind, unit, service, way,
            amount, number, receipt_year, receipt, person)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
        let mut params = Vec::from(params![city, line.case, line.agency.clone()]);
        params.extend(movement_values(&line)?);
        steps.push((sql, params));
    }
    Ok(())
}

/// The columns of a movement after its city, case and agency.
pub(crate) const MOVEMENT: &str =
    "version, at, kind, unit, service, way, amount, number, receipt_year, receipt, person";

/// In the order of [`MOVEMENT`].
pub(crate) fn movement_values(line: &Movement) -> Result<Vec<Value<'static>>> {
    let receipt = line.receipt.as_ref();
    let values = params![
        line.version,
        line.at,
        word(&line.kind)?,
        line.unit.clone(),
        line.service.clone(),
        line.way.code(),
        line.amount,
        line.number,
        receipt.map(|receipt| i64::from(receipt.year)),
        receipt.map(|receipt| receipt.number),
        line.person,
    ];
    Ok(values.into())
}

const BANK: &str =
    "source, number, at, amount, account, words, came, state, why, case_id, person, note";

pub(crate) fn read_bank_line(mut row: Row) -> Result<BankLine> {
    Ok(BankLine {
        source: row.next()?,
        number: row.next()?,
        at: row.next()?,
        amount: row.next()?,
        account: row.next()?,
        words: row.next()?,
        came: row.next()?,
        state: row.word()?,
        why: row.next()?,
        case: row.next()?,
        person: row.next()?,
        note: row.next()?,
    })
}

/// `SELECT` of bank lines up to its conditions; `$1` is the city.
pub(crate) fn select_bank_lines() -> String {
    format!("SELECT {BANK} FROM bank_line WHERE city = $1")
}

impl Tx {
    /// The next number of a unit's series in a year, from 1, without gaps among committed commands.
    pub async fn next_receipt(&mut self, unit: &str, year: i16) -> Result<ReceiptNumber> {
        let city = self.shared_city();
        let sql = "INSERT INTO receipt_series (city, unit, year, n) VALUES ($1, $2, $3, 1)
            ON CONFLICT (city, unit, year) DO UPDATE SET n = receipt_series.n + 1 RETURNING n";
        let year_of = i64::from(year);
        let number = self
            .one(sql, &params![&*city, unit, year_of], |mut row| row.next())
            .await?;
        Ok(ReceiptNumber {
            unit: unit.to_owned(),
            year,
            number,
        })
    }

    /// The series goes on behind this number: for a unit that began its year on paper.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] later, where a number was given already.
    pub async fn set_receipt_series(&mut self, unit: &str, year: i16, last: u32) -> Result<()> {
        let city = self.shared_city();
        let sql = "INSERT INTO receipt_series (city, unit, year, n) VALUES ($1, $2, $3, $4)
            ON CONFLICT (city, unit, year) DO UPDATE SET n = $4";
        self.execute(sql, &params![&*city, unit, i64::from(year), last])
            .await?;
        Ok(())
    }

    /// The case that a payment with this reference is for.
    pub async fn case_of_reference(&mut self, reference: &str) -> Result<Option<CaseId>> {
        let city = self.shared_city();
        let sql = "SELECT case_id FROM fee_account WHERE city = $1 AND reference = $2";
        self.maybe(sql, &params![&*city, reference], |mut row| row.next())
            .await
    }

    /// The line as it was told before; a second one running at the same time waits for the first.
    pub async fn bank_line(&mut self, source: &str, number: &str) -> Result<Option<BankLine>> {
        let city = self.shared_city();
        let sql =
            select_bank_lines() + " AND source = $2 AND number = $3" + self.dialect().locked();
        self.maybe(&sql, &params![&*city, source, number], read_bank_line)
            .await
    }

    /// Takes the line in; `false` where it is known already.
    pub async fn new_bank_line(&mut self, line: &BankLine) -> Result<bool> {
        let city = self.shared_city();
        let sql =
            "INSERT INTO bank_line (city, source, number, at, amount, account, words, came, state,
            why, case_id, person, note)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
            ON CONFLICT (city, source, number) DO NOTHING";
        let params = params![
            &*city,
            &line.source,
            &line.number,
            line.at,
            line.amount,
            &line.account,
            &line.words,
            line.came,
            word(&line.state)?,
            line.why.as_ref(),
            line.case,
            line.person,
            line.note.as_ref(),
        ];
        Ok(self.execute(sql, &params).await? == 1)
    }

    /// What became of a line.
    pub async fn settle_bank_line(&mut self, line: &BankLine) -> Result<()> {
        let city = self.shared_city();
        let sql = "UPDATE bank_line SET state = $4, why = $5, case_id = $6, person = $7, note = $8
            WHERE city = $1 AND source = $2 AND number = $3";
        let params = params![
            &*city,
            &line.source,
            &line.number,
            word(&line.state)?,
            line.why.as_ref(),
            line.case,
            line.person,
            line.note.as_ref(),
        ];
        match self.execute(sql, &params).await? {
            1 => Ok(()),
            _ => Err(StoreError::missing(format!("bank line {}", line.number))),
        }
    }

    /// The till of a unit on a day; whoever changes it is alone with it.
    pub async fn till(&mut self, unit: &str, day: Date) -> Result<Option<Till>> {
        let city = self.shared_city();
        let sql = "SELECT body FROM till WHERE city = $1 AND unit = $2 AND day = $3";
        let sql = format!("{sql}{}", self.dialect().locked());
        self.maybe(&sql, &params![&*city, unit, day], |mut row| row.json())
            .await
    }

    pub async fn save_till(&mut self, unit: &str, day: Date, till: &Till) -> Result<()> {
        let city = self.shared_city();
        let sql = "INSERT INTO till (city, unit, day, body, closed, confirmed)
            VALUES ($1, $2, $3, $4, $5, $6)
            ON CONFLICT (city, unit, day) DO UPDATE SET body = $4, closed = $5, confirmed = $6";
        let (closed, confirmed) = (till.closed.is_some(), till.confirmed.is_some());
        let params = params![&*city, unit, day, to_json(till)?, closed, confirmed];
        self.execute(sql, &params).await?;
        Ok(())
    }

    pub async fn save_collecting_account(&mut self, account: &CollectingAccount) -> Result<()> {
        let city = self.shared_city();
        let sql =
            "INSERT INTO collecting_account (city, unit, valid_from, body) VALUES ($1, $2, $3, $4)
            ON CONFLICT (city, unit, valid_from) DO UPDATE SET body = $4";
        let params = params![&*city, &account.unit, account.valid_from, to_json(account)?];
        self.execute(sql, &params).await?;
        self.law_changed().await
    }
}
