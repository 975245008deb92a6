//! The register of mandates and the stand-ins, as they stand.

use jiff::civil::Date;
use rules::ids::{CaseId, MandateId, PersonId};
use rules::mandate::{Entered, Mandate};
use rules::stand_in::StandIn;

use crate::error::Result;
use crate::params;
use crate::read::query::Query;
use crate::reader::{Reader, Source};
use crate::tx::Tx;
use crate::value::{Row, Value};

async fn mandates(mut from: impl Source) -> Result<Vec<Mandate>> {
    let sql = "SELECT id, at, person, entry FROM mandate WHERE city = $1 ORDER BY id, n";
    let city = from.city();
    let mut known: Vec<(MandateId, Vec<Entered>)> = Vec::new();
    for mut row in from.rows(sql, &params![&*city]).await? {
        let id: MandateId = row.next()?;
        let entered = Entered {
            at: row.next()?,
            by: row.next()?,
            entry: row.json()?,
        };
        match known.last_mut() {
            Some((last, entries)) if *last == id => entries.push(entered),
            _ => known.push((id, vec![entered])),
        }
    }
    let sum = known
        .into_iter()
        .filter_map(|(id, entries)| Mandate::of(id, entries));
    Ok(sum.collect())
}

async fn stand_ins(mut from: impl Source, until: Date) -> Result<Vec<StandIn>> {
    let sql = "SELECT id, absent, person, first_day, last_day, why, entered_by FROM stand_in
        WHERE city = $1 AND last_day >= $2 ORDER BY first_day, id";
    let city = from.city();
    let rows = from.rows(sql, &params![&*city, until]).await?;
    let read = |mut row: Row| {
        Ok(StandIn {
            id: row.next()?,
            absent: row.next()?,
            person: row.next()?,
            first: row.next()?,
            last: row.next()?,
            why: row.next()?,
            entered_by: row.next()?,
        })
    };
    rows.into_iter().map(read).collect()
}

impl Tx {
    pub async fn mandates(&mut self) -> Result<Vec<Mandate>> {
        mandates(self).await
    }

    /// Those whose last day is `from` or later.
    pub async fn stand_ins(&mut self, from: Date) -> Result<Vec<StandIn>> {
        stand_ins(self, from).await
    }
}

impl Reader {
    /// The whole register, in the order in which mandates were entered.
    pub async fn mandates(&self) -> Result<Vec<Mandate>> {
        mandates(self).await
    }

    /// Those whose last day is `from` or later.
    pub async fn stand_ins(&self, from: Date) -> Result<Vec<StandIn>> {
        stand_ins(self, from).await
    }

    /// Tasks that a person holds: (case, step, row).
    pub async fn held_by(&self, person: PersonId) -> Result<Vec<(CaseId, String, Option<u32>)>> {
        let sql = "SELECT case_id, step, step_row FROM task WHERE city = $1 AND holder = $2
            ORDER BY sort, case_id, step, step_row";
        let read = |mut row: Row| {
            let (case, step): (CaseId, String) = (row.next()?, row.next()?);
            Ok((case, step, u32::try_from(row.next::<i64>()?).ok()))
        };
        self.all(sql, &params![&*self.city, person], read).await
    }

    /// How many tasks each of these people holds.
    pub async fn holdings(&self, people: &[PersonId]) -> Result<Vec<(PersonId, u32)>> {
        let sql = "SELECT holder, count(*) FROM task WHERE city = $1 AND";
        let mut query = Query::new(sql, params![&*self.city]);
        query.one_of("holder", people).push("GROUP BY holder");
        let read = |mut row: Row| Ok((row.next()?, row.next()?));
        self.all(&query.sql, &query.params, read).await
    }

    /// Cases with one of these steps under way in one of these services, in order of id; `after`: the last
    /// of the page before.
    pub async fn cases_at_steps(
        &self,
        services: &[String],
        steps: &[String],
        after: Option<CaseId>,
        most: u32,
    ) -> Result<Vec<CaseId>> {
        let after = after.map_or(Value::Id(uuid::Uuid::nil()), Value::from);
        let sql = "SELECT DISTINCT case_id FROM task WHERE city = $1 AND case_id > $2 AND";
        let mut query = Query::new(sql, [(&*self.city).into(), after]);
        query.one_of("service", services.iter().map(String::as_str));
        query.push("AND");
        query.one_of("step", steps.iter().map(String::as_str));
        query.with("ORDER BY case_id LIMIT", most);
        self.all(&query.sql, &query.params, |mut row| row.next())
            .await
    }
}
