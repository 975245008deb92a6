//! The inbox: steps under way for somebody's seats, by legal time left. And what the clock must look at.

use std::collections::BTreeSet;

use rules::Moment;
use rules::case::Case;
use rules::ids::{CaseId, PersonId};
use rules::person::Official;
use service::definition::Post;

use crate::error::Result;
use crate::params;
use crate::read::list::{CaseLine, LINE, read_line};
use crate::read::query::Query;
use crate::reader::Reader;
use crate::tx::Tx;
use crate::value::{Row, Value, word};

/// One step under way, with its case.
#[derive(Debug, Clone, PartialEq)]
pub struct InboxLine {
    pub step: String,
    pub row: Option<u32>,
    pub role: String,
    pub unit: Option<String>,
    pub post: Post,
    pub holder: Option<PersonId>,
    pub since: Moment,
    /// The step's own deadline.
    pub due: Option<Moment>,
    /// Position in the order: the legal deadline, else the step's, in epoch microseconds.
    pub sort: i64,
    pub case: CaseLine,
    /// The whole case: its clock may stand still, which no column tells.
    pub state: Case,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Held {
    #[default]
    Any,
    /// By the official who asks.
    Mine,
    Free,
}

#[derive(Debug, Clone, Default)]
pub struct InboxFilter {
    pub held: Held,
    pub service: Option<String>,
    pub unit: Option<String>,
    /// Only these steps.
    pub steps: Option<Vec<String>>,
    /// Only those whose deadline (legal, else the step's) is before this.
    pub due_before: Option<Moment>,
}

/// Where a line stands: (sort, case, step, row).
pub type InboxPlace = (i64, CaseId, String, Option<u32>);

#[derive(Debug, Clone, Default)]
pub struct InboxPage {
    /// The last line of the page before.
    pub after: Option<InboxPlace>,
    pub most: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct InboxCounts {
    pub all: u32,
    pub mine: u32,
    pub free: u32,
    /// Deadline before now.
    pub late: u32,
    /// Deadline between now and the moment given as the end of the day.
    pub today: u32,
}

impl InboxLine {
    pub fn place_in_list(&self) -> InboxPlace {
        (self.sort, self.case.id, self.step.clone(), self.row)
    }
}

impl Reader {
    /// Steps that the official's seats reach (widen them first: `Organisation::reach`), the most urgent
    /// first.
    pub async fn inbox(
        &self,
        official: &Official,
        filter: &InboxFilter,
        page: &InboxPage,
    ) -> Result<Vec<InboxLine>> {
        let sql = format!(
            "SELECT t.step, t.step_row, t.role, t.unit, t.post, t.holder, t.since, t.due, t.sort,
             {LINE}, c.state FROM task t {} JOIN cases c ON c.city = t.city AND c.id = t.case_id
             WHERE t.city = $1",
            self.way(filter)
        );
        let mut query = Query::new(sql, params![&*self.city]);
        reach(official, filter, &mut query)?;
        if let Some((sort, case, step, row)) = &page.after {
            query.with("AND (t.sort, t.case_id, t.step, t.step_row) > (", *sort);
            query.with(",", *case).with(",", step);
            query.with(",", row.map_or(-1, i64::from)).push(")");
        }
        query.with(
            "ORDER BY t.sort, t.case_id, t.step, t.step_row LIMIT",
            page.most,
        );
        self.all(&query.sql, &query.params, |mut row| {
            Ok(InboxLine {
                step: row.next()?,
                row: u32::try_from(row.next::<i64>()?).ok(),
                role: row.next()?,
                unit: row.next()?,
                post: row.word()?,
                holder: row.next()?,
                since: row.next()?,
                due: row.next()?,
                sort: row.next()?,
                case: read_line(&mut row)?,
                state: row.json()?,
            })
        })
        .await
    }

    /// How many steps wait, in one pass.
    pub async fn inbox_counts(
        &self,
        official: &Official,
        filter: &InboxFilter,
        now: Moment,
        end_of_day: Moment,
    ) -> Result<InboxCounts> {
        let sql = format!(
            "SELECT count(*), count(CASE WHEN t.holder = $2 THEN 1 END),
            count(CASE WHEN t.holder IS NULL THEN 1 END), count(CASE WHEN t.sort < $3 THEN 1 END),
            count(CASE WHEN t.sort >= $3 AND t.sort < $4 THEN 1 END)
            FROM task t {} WHERE t.city = $1",
            self.way(filter)
        );
        let mut query = Query::new(sql, params![&*self.city, official.id, now, end_of_day]);
        reach(official, filter, &mut query)?;
        self.one(&query.sql, &query.params, |mut row| {
            Ok(InboxCounts {
                all: row.next()?,
                mine: row.next()?,
                free: row.next()?,
                late: row.next()?,
                today: row.next()?,
            })
        })
        .await
    }

    /// All open cases with code and legal date, in order of id; `after`: the last one of the page before.
    pub async fn open_cases(
        &self,
        after: Option<CaseId>,
        most: u32,
    ) -> Result<Vec<(CaseId, String, Option<Moment>)>> {
        let after = after.map_or(Value::Id(uuid::Uuid::nil()), Value::from);
        let by_open = self.dialect().by_open();
        let sql = format!(
            "SELECT id, code, due FROM cases {by_open} WHERE city = $1 AND ended IS NULL AND original IS NULL
            AND id > $2 ORDER BY id LIMIT $3"
        );
        let params = [(&*self.city).into(), after, most.into()];
        let read = |mut row: Row| Ok((row.next()?, row.next()?, row.next()?));
        self.all(&sql, &params, read).await
    }

    /// By which index: what one holds oneself has its own.
    fn way(&self, filter: &InboxFilter) -> &'static str {
        match filter.held {
            Held::Mine => "",
            Held::Any | Held::Free => self.dialect().by_unit(),
        }
    }

    /// Open cases that the clock should look at: a step's or the legal deadline falls before `before`.
    /// In order of id; `after`: the last one of the page before.
    pub async fn cases_due(
        &self,
        before: Moment,
        after: Option<CaseId>,
        most: u32,
    ) -> Result<Vec<CaseId>> {
        let after = after.map_or(Value::Id(uuid::Uuid::nil()), Value::from);
        let by_open = self.dialect().by_open();
        let sql = format!(
            "SELECT id FROM cases {by_open} WHERE city = $1 AND ended IS NULL AND original IS NULL AND due < $2 AND id > $3
            UNION SELECT case_id FROM task WHERE city = $1 AND due < $2 AND case_id > $3
            ORDER BY 1 LIMIT $4"
        );
        let params = [(&*self.city).into(), before.into(), after, most.into()];
        self.all(&sql, &params, |mut row| row.next()).await
    }
}

/// The steps that one of the seats may hold: the same unit, a post at least as high as asked.
fn reach<'a>(official: &'a Official, filter: &'a InboxFilter, query: &mut Query<'a>) -> Result<()> {
    // The units once more by themselves: only so can the engines go by the index of unit and deadline.
    let units: BTreeSet<&str> = official.seats.iter().map(|seat| &*seat.unit).collect();
    if units.is_empty() {
        query.push("AND 1 = 0");
        return Ok(());
    }
    query.push("AND").one_of("t.unit", units);
    query.push("AND (1 = 0");
    for post in [Post::Staff, Post::DeputyHead, Post::Head] {
        let seats = official.seats.iter().filter(|seat| seat.post >= post);
        let units: Vec<&str> = seats.map(|seat| seat.unit.as_str()).collect();
        if !units.is_empty() {
            query.push("OR (").one_of("t.unit", units);
            query.with("AND t.post =", word(&post)?).push(")");
        }
    }
    query.push(")");
    match filter.held {
        Held::Any => {}
        Held::Mine => {
            let mine = official.stands_in_for.iter().copied();
            query
                .push("AND")
                .one_of("t.holder", mine.chain([official.id]));
        }
        Held::Free => {
            query.push("AND t.holder IS NULL");
        }
    }
    if let Some(service) = &filter.service {
        query.with("AND t.service =", service);
    }
    if let Some(steps) = &filter.steps {
        query
            .push("AND")
            .one_of("t.step", steps.iter().map(String::as_str));
    }
    if let Some(unit) = &filter.unit {
        query.with("AND t.unit =", unit);
    }
    if let Some(due) = filter.due_before {
        query.with("AND t.sort <", due);
    }
    Ok(())
}

impl Tx {
    /// How many steps each person holds in a unit: to give the next to the least loaded.
    pub async fn loads(&mut self, unit: &str) -> Result<Vec<(PersonId, u32)>> {
        let city = self.shared_city();
        let sql = "SELECT holder, count(*) FROM task WHERE city = $1 AND unit = $2
            AND holder IS NOT NULL GROUP BY holder ORDER BY holder";
        self.all(sql, &params![&*city, unit], |mut row| {
            Ok((row.next()?, row.next()?))
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use rules::person::Seat;

    use super::*;
    use crate::read::query::plan;

    /// An inbox found by its city alone reads every inbox of the city.
    #[tokio::test]
    async fn an_inbox_is_found_by_the_index_of_its_units() {
        let (_folder, store) = plan::empty().await;
        let seat = |unit: &str, post| Seat {
            unit: unit.to_owned(),
            post,
        };
        let official = Official {
            id: PersonId::new(Moment::UNIX_EPOCH, [0; 10]),
            name: String::new(),
            seats: vec![
                seat("commune-1", Post::Head),
                seat("commune-2", Post::Staff),
            ],
            own: Vec::new(),
            stands_in_for: Vec::new(),
            powers: Vec::new(),
        };
        for due_before in [None, Some(Moment::UNIX_EPOCH)] {
            let filter = InboxFilter {
                due_before,
                ..InboxFilter::default()
            };
            let reader = store.reader("city");
            let way = reader.way(&filter);
            let sql = format!("SELECT count(*) FROM task t {way} WHERE t.city = $1");
            let mut query = Query::new(sql, params!["city"]);
            reach(&official, &filter, &mut query).expect("a question");
            let way = plan::of(&reader, &query).await;
            assert!(way.contains("task_unit (city=? AND unit=?"), "{way}");
        }
    }
}
