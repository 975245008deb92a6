//! Whole histories of procedures and reports, for whoever counts them as the state does (`rules::index`): by the log,
//! and all of them by id for a first reading.

use rules::case::Recorded;
use rules::ids::CaseId;
use service::definition::Kind;

use crate::error::Result;
use crate::params;
use crate::read::case::{RECORDED, read_recorded};
use crate::read::query::Query;
use crate::reader::Reader;
use crate::value::{Row, Value, word};

/// Cases whose events are asked for in one question.
const AT_ONCE: usize = 200;

/// All that happened to one case.
#[derive(Debug, Clone, PartialEq)]
pub struct History {
    pub case: CaseId,
    /// Its number in the log.
    pub slot: u32,
    /// Field of administration (lĩnh vực) of its service when it was opened.
    pub group: String,
    /// Oldest first.
    pub recorded: Vec<Recorded>,
}

impl Reader {
    /// Histories of the procedures and reports touched by at most `most` log entries after `pos`, each as it is now, and
    /// from where to ask next time (unchanged when nothing is new).
    pub async fn histories_after(&self, pos: i64, most: u32) -> Result<(i64, Vec<History>)> {
        let counted = [word(&Kind::Procedure)?, word(&Kind::Report)?];
        let sql = format!(
            "SELECT l.pos, l.slot, l.case_id, c.topic, c.kind FROM log l
             JOIN cases c ON c.city = l.city AND c.id = l.case_id
             WHERE l.city = $1 AND l.pos > $2 ORDER BY l.pos LIMIT {most}"
        );
        let read = |mut row: Row| {
            let (pos, slot, case) = (
                row.next::<i64>()?,
                row.next::<u32>()?,
                row.next::<CaseId>()?,
            );
            Ok((
                pos,
                slot,
                case,
                row.next::<String>()?,
                row.next::<String>()?,
            ))
        };
        let found = self.all(&sql, &params![&*self.city, pos], read).await?;
        let upto = found.last().map_or(pos, |(pos, ..)| *pos);
        let mut touched: Vec<(CaseId, u32, String)> = found
            .into_iter()
            .filter(|(.., kind)| counted.contains(kind))
            .map(|(_, slot, case, group, _)| (case, slot, group))
            .collect();
        touched.sort();
        touched.dedup_by_key(|(case, ..)| *case);
        Ok((upto, self.histories(touched).await?))
    }

    /// Histories of sealed procedures and reports in order of id; `after`: the last id of the page before.
    pub async fn counted(&self, after: Option<CaseId>, most: u32) -> Result<Vec<History>> {
        let after = after.map_or(Value::Id(uuid::Uuid::nil()), Value::from);
        let sql = "SELECT c.id, l.slot, c.topic FROM cases c
            JOIN log l ON l.city = c.city AND l.case_id = c.id AND l.version = 1
            WHERE c.city = $1 AND c.kind IN ($2, $3) AND c.id > $4 ORDER BY c.id LIMIT $5";
        let (one, other) = (word(&Kind::Procedure)?, word(&Kind::Report)?);
        let params = [
            (&*self.city).into(),
            one.into(),
            other.into(),
            after,
            most.into(),
        ];
        let read = |mut row: Row| Ok((row.next()?, row.next()?, row.next()?));
        let found = self.all(sql, &params, read).await?;
        self.histories(found).await
    }

    /// In order of id.
    async fn histories(&self, cases: Vec<(CaseId, u32, String)>) -> Result<Vec<History>> {
        let mut histories: Vec<History> = cases
            .into_iter()
            .map(|(case, slot, group)| History {
                case,
                slot,
                group,
                recorded: Vec::new(),
            })
            .collect();
        for some in histories.chunks_mut(AT_ONCE) {
            let sql = format!("SELECT {RECORDED} FROM event WHERE city = $1");
            let mut query = Query::new(sql, params![&*self.city]);
            query
                .push("AND")
                .one_of("case_id", some.iter().map(|one| one.case));
            query.push("ORDER BY case_id, version");
            for event in self.all(&query.sql, &query.params, read_recorded).await? {
                if let Ok(place) = some.binary_search_by_key(&event.case, |one| one.case) {
                    some[place].recorded.push(event);
                }
            }
        }
        Ok(histories)
    }

    /// Lines of these cases in the order given, as far as the viewer may see them.
    pub async fn lines_of(
        &self,
        viewer: &rules::person::Person,
        cases: &[CaseId],
    ) -> Result<Vec<crate::CaseLine>> {
        let sql = format!(
            "SELECT {} FROM cases c WHERE c.city = $1",
            crate::read::list::LINE
        );
        let mut query = Query::new(sql, params![&*self.city]);
        query.push("AND").one_of("c.id", cases.iter().copied());
        crate::read::scope::visible(viewer, &mut query);
        let read = |mut row: Row| crate::read::list::read_line(&mut row);
        let mut lines = self.all(&query.sql, &query.params, read).await?;
        lines.sort_by_key(|line| cases.iter().position(|case| *case == line.id));
        Ok(lines)
    }
}
