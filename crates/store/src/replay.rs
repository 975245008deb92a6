//! Do the rows say what the events say? Folds every event again and compares the sum with the row, its
//! columns, its inbox and the units that may see it.

use std::sync::Arc;

use rules::case::{Case, Recorded, evolve};
use rules::ids::CaseId;
use uuid::Uuid;

use crate::chain::Hash;
use crate::error::Result;
use crate::params;
use crate::read::case::{RECORDED, read_recorded};
use crate::reader::{Reader, Snapshot};
use crate::value::{Row, Value};
use crate::write::case::{ROW, TASK, head_of, holders, row_values, task_values};
use crate::write::money::{ACCOUNT, MOVEMENT, account_values, movement_values, movements};

/// Cases compared at a time.
const PAGE: i64 = 500;
/// Differences named at most.
const NAMED: usize = 20;

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Replayed {
    pub cases: u64,
    pub events: u64,
    /// How many cases differ.
    pub differing: u64,
    /// The first of them.
    pub differences: Vec<Difference>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    pub case: CaseId,
    /// Which column, or what else.
    pub what: String,
}

impl Replayed {
    pub fn is_equal(&self) -> bool {
        self.differing == 0
    }

    fn note(&mut self, case: CaseId, what: String) {
        self.differing += 1;
        if self.differences.len() < NAMED {
            self.differences.push(Difference { case, what });
        }
    }
}

impl Reader {
    /// Compares every case of the city, as it stands now.
    pub async fn replay(&self) -> Result<Replayed> {
        let mut snapshot = self.snapshot().await?;
        let mut report = Replayed::default();
        let mut after = CaseId(Uuid::nil());
        loop {
            let rows = rows(&mut snapshot, &self.city, after).await?;
            let Some(last) = rows.last().map(|row| row.id) else {
                break;
            };
            let range = params![&*self.city, after, last];
            let events = events(&mut snapshot, &range).await?;
            let tasks = tasks(&mut snapshot, &range).await?;
            let units = units(&mut snapshot, &range).await?;
            let accounts = accounts(&mut snapshot, &range).await?;
            let lines = lines(&mut snapshot, &range).await?;
            for row in rows {
                let events = slice(&events, |e| e.case, row.id);
                let tasks = slice(&tasks, |t| t.0, row.id);
                let units = slice(&units, |u| u.0, row.id);
                let money = Money {
                    account: slice(&accounts, |a| a.0, row.id),
                    lines: slice(&lines, |l| l.0, row.id),
                };
                report.cases += 1;
                report.events += events.len() as u64;
                let id = row.id;
                if let Some(what) = compare(&self.city, row, events, tasks, units, &money)? {
                    report.note(id, what);
                }
            }
            after = last;
        }
        let sql = "SELECT count(*) FROM event WHERE city = $1";
        let params = params![&*self.city];
        let all = snapshot
            .all(sql, &params, |mut row| row.next::<u64>())
            .await?;
        let all: u64 = all.into_iter().sum();
        if all != report.events {
            let orphans = all.abs_diff(report.events);
            report.note(after, format!("{orphans} events belong to no case"));
        }
        snapshot.end().await?;
        Ok(report)
    }
}

struct Stored {
    id: CaseId,
    head: Hash,
    values: Vec<Value<'static>>,
}

async fn rows(snapshot: &mut Snapshot, city: &Arc<str>, after: CaseId) -> Result<Vec<Stored>> {
    let sql = format!(
        "SELECT id, head, {ROW} FROM cases WHERE city = $1 AND id > $2 ORDER BY id LIMIT $3"
    );
    let read = |mut row: Row| {
        let (id, head) = (row.next()?, row.next()?);
        let values = row.rest();
        Ok(Stored { id, head, values })
    };
    snapshot
        .all(&sql, &params![&**city, after, PAGE], read)
        .await
}

async fn events(snapshot: &mut Snapshot, range: &[Value<'_>]) -> Result<Vec<Recorded>> {
    let sql = format!(
        "SELECT {RECORDED} FROM event WHERE city = $1 AND case_id > $2 AND case_id <= $3
         ORDER BY case_id, version"
    );
    snapshot.all(&sql, range, read_recorded).await
}

type TaskRow = (CaseId, Vec<Value<'static>>);

async fn tasks(snapshot: &mut Snapshot, range: &[Value<'_>]) -> Result<Vec<TaskRow>> {
    let sql = format!(
        "SELECT case_id, {TASK} FROM task WHERE city = $1 AND case_id > $2 AND case_id <= $3
         ORDER BY case_id, step, step_row"
    );
    let read = |mut row: Row| Ok((row.next()?, row.rest()));
    snapshot.all(&sql, range, read).await
}

type UnitRow = (CaseId, String);

async fn units(snapshot: &mut Snapshot, range: &[Value<'_>]) -> Result<Vec<UnitRow>> {
    let sql = "SELECT case_id, unit FROM holding WHERE city = $1 AND case_id > $2 AND case_id <= $3
         ORDER BY case_id";
    let read = |mut row: Row| Ok((row.next()?, row.next()?));
    snapshot.all(sql, range, read).await
}

async fn accounts(snapshot: &mut Snapshot, range: &[Value<'_>]) -> Result<Vec<TaskRow>> {
    let sql = format!(
        "SELECT case_id, {ACCOUNT} FROM fee_account WHERE city = $1 AND case_id > $2 AND case_id <= $3
         ORDER BY case_id"
    );
    let read = |mut row: Row| Ok((row.next()?, row.rest()));
    snapshot.all(&sql, range, read).await
}

async fn lines(snapshot: &mut Snapshot, range: &[Value<'_>]) -> Result<Vec<TaskRow>> {
    let sql = format!(
        "SELECT case_id, {MOVEMENT} FROM money WHERE city = $1 AND case_id > $2 AND case_id <= $3
         ORDER BY case_id, version"
    );
    let read = |mut row: Row| Ok((row.next()?, row.rest()));
    snapshot.all(&sql, range, read).await
}

/// What stands about the money of one case.
struct Money<'a> {
    account: &'a [TaskRow],
    lines: &'a [TaskRow],
}

/// The agency of a line is that of its day; the case may have moved on since.
fn money_fits(case: &Case, events: &[Recorded], money: &Money<'_>) -> Result<bool> {
    let expected = account_values(case);
    let account = match (&expected, money.account) {
        (None, []) => true,
        (Some(expected), [stored]) => all_same(expected, &stored.1),
        _ => false,
    };
    let expected = movements(case, events);
    let mut lines = expected.len() == money.lines.len();
    for (movement, stored) in expected.iter().zip(money.lines) {
        lines &= all_same(&movement_values(movement)?, &stored.1);
    }
    Ok(account && lines)
}

/// The rows of one case, out of rows sorted by case.
fn slice<T>(rows: &[T], of: impl Fn(&T) -> CaseId, case: CaseId) -> &[T] {
    let from = rows.partition_point(|row| of(row) < case);
    let to = rows.partition_point(|row| of(row) <= case);
    &rows[from..to]
}

fn all_same(a: &[Value<'_>], b: &[Value<'_>]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.same(b))
}

/// What differs first, if anything.
fn compare(
    city: &str,
    row: Stored,
    events: &[Recorded],
    tasks: &[TaskRow],
    units: &[UnitRow],
    money: &Money<'_>,
) -> Result<Option<String>> {
    let case: Option<Case> = events.iter().fold(None, |case, e| Some(evolve(case, e)));
    let Some(case) = case else {
        return Ok(Some("it has no events".into()));
    };
    let expected = row_values(&case)?;
    for ((name, stored), expected) in ROW.split(", ").zip(&row.values).zip(&expected) {
        if !stored.same(expected) {
            return Ok(Some(format!(
                "column {name}: {stored:?}, by its events {expected:?}"
            )));
        }
    }
    let mut expected = Vec::new();
    for task in &case.tasks {
        expected.push(task_values(&case, task)?);
    }
    // The engines sort texts differently; a case has few tasks.
    let among = |stored: &TaskRow| expected.iter().any(|e| all_same(e, &stored.1));
    if expected.len() != tasks.len() || !tasks.iter().all(among) {
        return Ok(Some("its inbox is not that of its events".into()));
    }
    let expected = holders(&case);
    if expected.len() != units.len() || !units.iter().all(|(_, u)| expected.contains(&u.as_str())) {
        return Ok(Some(
            "the units that see it are not those of its events".into(),
        ));
    }
    if !money_fits(&case, events, money)? {
        return Ok(Some("its money is not that of its events".into()));
    }
    let head = head_of(city, events)?;
    Ok((head != row.head).then(|| "its head is not the hash of its last event".into()))
}
