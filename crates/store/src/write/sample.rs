//! Looking again at a drawn sample: a list for each month, closed once; the number; what was drawn and found.

use jiff::civil::Date;
use rules::Moment;
use rules::ids::{AreaCode, CaseId, PersonId, UnitCode};
use rules::sample::draw::Line;
use rules::sample::{Found, Sample};

use crate::error::{Result, StoreError};
use crate::params;
use crate::reader::Reader;
use crate::tx::Tx;
use crate::value::{Row, to_json};

/// A closed list, and how far its draw is.
#[derive(Debug, Clone, PartialEq)]
pub struct SampleMonth {
    /// `2026-03`
    pub month: String,
    /// What held for it.
    pub law: Sample,
    pub closed: Moment,
    /// Of the number.
    pub seed_day: Date,
    pub size: u32,
    pub hash: String,
    /// As a first person wrote it down.
    pub seed: Option<SampleSeed>,
    /// A second one wrote down the same: drawn then, to be looked at until.
    pub drawn: Option<(PersonId, Moment, Moment)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampleSeed {
    pub number: String,
    /// Where it was read.
    pub source: String,
    pub by: PersonId,
    pub at: Moment,
}

/// A drawn report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampleCase {
    pub month: String,
    pub tag: String,
    pub case: CaseId,
    pub unit: UnitCode,
    pub due: Moment,
    /// What was said last, and when.
    pub found: Option<(Found, Moment)>,
    pub code: String,
    pub title: String,
    pub area: Option<AreaCode>,
    /// Anybody may see the report.
    pub public: bool,
}

const MONTH: &str = "month, law, closed, seed_day, size, hash, seed, source, seed_by, seed_at, confirmed_by, drawn, due";
const CASE: &str = "SELECT s.month, s.tag, s.case_id, s.unit, m.due, s.found, s.looked, c.code, c.title, c.area, c.public
    FROM sample_case s
    JOIN sample_month m ON m.city = s.city AND m.month = s.month
    JOIN cases c ON c.city = s.city AND c.id = s.case_id
    WHERE s.city = $1 AND s.drawn = 1";

fn read_month(mut row: Row) -> Result<SampleMonth> {
    let (month, law, closed) = (row.next()?, row.json()?, row.next()?);
    let seed_day: String = row.next()?;
    let (size, hash) = (row.next()?, row.next()?);
    let (number, source): (Option<String>, Option<String>) = (row.next()?, row.next()?);
    let (by, at): (Option<PersonId>, Option<Moment>) = (row.next()?, row.next()?);
    let confirmed: Option<PersonId> = row.next()?;
    let (drawn, due): (Option<Moment>, Option<Moment>) = (row.next()?, row.next()?);
    let seed = number.zip(by).zip(at).map(|((number, by), at)| SampleSeed {
        number,
        source: source.unwrap_or_default(),
        by,
        at,
    });
    Ok(SampleMonth {
        month,
        law,
        closed,
        seed_day: seed_day
            .parse()
            .map_err(|_| StoreError::corrupt(format!("day {seed_day}")))?,
        size,
        hash,
        seed,
        drawn: confirmed
            .zip(drawn)
            .zip(due)
            .map(|((by, drawn), due)| (by, drawn, due)),
    })
}

fn read_case(mut row: Row) -> Result<SampleCase> {
    let (month, tag, case, unit, due) = (
        row.next()?,
        row.next()?,
        row.next()?,
        row.next()?,
        row.next()?,
    );
    let found: Option<String> = row.next()?;
    let looked: Option<Moment> = row.next()?;
    let found = found.as_deref().and_then(Found::from_word);
    Ok(SampleCase {
        month,
        tag,
        case,
        unit,
        due,
        found: found.zip(looked),
        code: row.next()?,
        title: row.next()?,
        area: row.next()?,
        public: row.next()?,
    })
}

fn read_line(mut row: Row) -> Result<Line> {
    Ok(Line {
        tag: row.next()?,
        unit: row.next()?,
    })
}

const LINES: &str = "SELECT tag, unit FROM sample_case WHERE city = $1 AND month = $2 ORDER BY tag";

impl Tx {
    pub async fn sample_month(&mut self, month: &str) -> Result<Option<SampleMonth>> {
        let city = self.shared_city();
        let sql = format!("SELECT {MONTH} FROM sample_month WHERE city = $1 AND month = $2");
        self.maybe(&sql, &params![&*city, month], read_month).await
    }

    /// Closes the list of a month for ever.
    pub async fn close_sample(
        &mut self,
        month: &SampleMonth,
        list: &[(Line, CaseId)],
    ) -> Result<()> {
        let city = self.shared_city();
        let sql = "INSERT INTO sample_month (city, month, law, closed, seed_day, size, hash)
            VALUES ($1, $2, $3, $4, $5, $6, $7)";
        let (law, day) = (to_json(&month.law)?, month.seed_day.to_string());
        let params = params![
            &*city,
            &month.month,
            law,
            month.closed,
            day,
            month.size,
            &month.hash
        ];
        self.execute(sql, &params).await?;
        let sql = "INSERT INTO sample_case (city, month, tag, case_id, unit, drawn)
            VALUES ($1, $2, $3, $4, $5, 0)";
        for (line, case) in list {
            let params = params![&*city, &month.month, &line.tag, *case, &line.unit];
            self.execute(sql, &params).await?;
        }
        Ok(())
    }

    pub async fn sample_list(&mut self, month: &str) -> Result<Vec<Line>> {
        let city = self.shared_city();
        self.all(LINES, &params![&*city, month], read_line).await
    }

    /// What a first person wrote down; `None`: somebody wrote down another one, nobody did.
    pub async fn write_sample_seed(
        &mut self,
        month: &str,
        seed: Option<&SampleSeed>,
    ) -> Result<()> {
        let city = self.shared_city();
        let sql = "UPDATE sample_month SET seed = $3, source = $4, seed_by = $5, seed_at = $6
            WHERE city = $1 AND month = $2 AND drawn IS NULL";
        let params = params![
            &*city,
            month,
            seed.map(|seed| seed.number.as_str()),
            seed.map(|seed| seed.source.as_str()),
            seed.map(|seed| seed.by),
            seed.map(|seed| seed.at)
        ];
        self.execute(sql, &params).await?;
        Ok(())
    }

    pub async fn draw_sample(
        &mut self,
        month: &str,
        (by, at, due): (PersonId, Moment, Moment),
        tags: &[String],
    ) -> Result<()> {
        let city = self.shared_city();
        let sql = "UPDATE sample_month SET confirmed_by = $3, drawn = $4, due = $5
            WHERE city = $1 AND month = $2 AND drawn IS NULL";
        self.execute(sql, &params![&*city, month, by, at, due])
            .await?;
        let sql = "UPDATE sample_case SET drawn = 1 WHERE city = $1 AND month = $2 AND tag = $3";
        for tag in tags {
            self.execute(sql, &params![&*city, month, tag]).await?;
        }
        Ok(())
    }

    /// As a report was drawn in a month.
    pub async fn sample_case(&mut self, case: CaseId, month: &str) -> Result<Option<SampleCase>> {
        let city = self.shared_city();
        let sql = format!("{CASE} AND s.case_id = $2 AND s.month = $3");
        self.maybe(&sql, &params![&*city, case, month], read_case)
            .await
    }

    /// What an event of the case just said.
    pub async fn sample_found(
        &mut self,
        case: CaseId,
        month: &str,
        found: Found,
        at: Moment,
    ) -> Result<()> {
        let city = self.shared_city();
        let sql = "UPDATE sample_case SET found = $4, looked = $5
            WHERE city = $1 AND month = $2 AND case_id = $3 AND drawn = 1";
        let params = params![&*city, month, case, found.word(), at];
        self.execute(sql, &params).await?;
        Ok(())
    }
}

impl Reader {
    /// Closed lists, newest first.
    pub async fn sample_months(&self, most: u32) -> Result<Vec<SampleMonth>> {
        let sql = format!(
            "SELECT {MONTH} FROM sample_month WHERE city = $1 ORDER BY month DESC LIMIT $2"
        );
        self.all(&sql, &params![&*self.city, most], read_month)
            .await
    }

    pub async fn sample_month(&self, month: &str) -> Result<Option<SampleMonth>> {
        let sql = format!("SELECT {MONTH} FROM sample_month WHERE city = $1 AND month = $2");
        self.maybe(&sql, &params![&*self.city, month], read_month)
            .await
    }

    /// The whole list of a month, in order.
    pub async fn sample_list(&self, month: &str) -> Result<Vec<Line>> {
        self.all(LINES, &params![&*self.city, month], read_line)
            .await
    }

    /// Everything drawn in the months from this one to that one.
    pub async fn sample_drawn(&self, from: &str, to: &str) -> Result<Vec<SampleCase>> {
        let sql = format!("{CASE} AND s.month >= $2 AND s.month <= $3 ORDER BY s.month, s.tag");
        self.all(&sql, &params![&*self.city, from, to], read_case)
            .await
    }
}
