//! Rows for the columnar table of `facts`, following the log; and the same rows by id, to recount.

use facts::{CaseFact, State};
use rules::Moment;
use rules::ids::CaseId;
use service::definition::{Channel, Ending, Kind};

use crate::error::Result;
use crate::params;
use crate::reader::Reader;
use crate::value::{Row, Value};

/// What a follower takes in one step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactPage {
    /// Ask from here next time. Unchanged when nothing is new.
    pub upto: i64,
    /// In order of slot, each case once, as it is now (which may be newer than `upto`: then the same
    /// row comes again later, and putting it twice does no harm).
    pub rows: Vec<(u32, CaseFact)>,
}

/// Of a case called `c`.
const FACT: &str = "c.version, c.unit, c.service, c.topic, c.kind, c.area, c.channel, c.opened,
    c.first_due, c.ended, c.ending, c.reopened, c.evidenced, c.rating, c.public";

fn read_fact(row: &mut Row) -> Result<CaseFact> {
    let seconds = |m: Moment| m.as_microsecond().div_euclid(1_000_000);
    Ok(CaseFact {
        version: row.next()?,
        unit: row.next()?,
        service: row.next()?,
        group: row.next()?,
        kind: row.word::<Kind>()? as u8,
        area: row.next()?,
        channel: row.word::<Channel>()? as u8,
        opened: seconds(row.next()?),
        due: row.next::<Option<Moment>>()?.map(seconds),
        state: {
            let ended = row.next::<Option<Moment>>()?;
            match ended.zip(row.maybe_word::<Ending>()?) {
                Some((at, ending)) => State::Ended {
                    at: seconds(at),
                    ending: ending as u8,
                },
                None => State::Open,
            }
        },
        reopened: row.next::<u32>()? > 0,
        verified: row.next()?,
        rating: row.next()?,
        public: row.next()?,
    })
}

impl Reader {
    /// The cases touched by at most `most` log entries after `pos`. Kinds, channels and endings are
    /// numbered by their place in `service::definition`. How many is written into the question, so that
    /// PostgreSQL sees a few to be looked up, not a join of the whole log with all cases.
    pub async fn facts_after(&self, pos: i64, most: u32) -> Result<FactPage> {
        // The position moves on over parts as well.
        let sql = format!(
            "SELECT l.pos, l.slot, c.whole IS NOT NULL, {FACT} FROM log l
             JOIN cases c ON c.city = l.city AND c.id = l.case_id
             WHERE l.city = $1 AND l.pos > $2 ORDER BY l.pos LIMIT {most}"
        );
        let read = |mut row: Row| {
            let (pos, slot) = (row.next::<i64>()?, row.next::<u32>()?);
            let part: bool = row.next()?;
            Ok((pos, slot, part, read_fact(&mut row)?))
        };
        let found = self.all(&sql, &params![&*self.city, pos], read).await?;
        let upto = found.last().map_or(pos, |(pos, ..)| *pos);
        let counted = found.into_iter().filter(|(_, _, part, _)| !part);
        let mut rows: Vec<(u32, CaseFact)> = counted.map(|(_, s, _, f)| (s, f)).collect();
        rows.sort_by_key(|(slot, _)| *slot);
        rows.dedup_by_key(|(slot, _)| *slot);
        Ok(FactPage { upto, rows })
    }

    /// The same rows straight from the cases, in order of id, for an exact recount
    /// (`facts::obvious::ask`). `after`: the last id of the page before.
    pub async fn fact_rows(
        &self,
        after: Option<CaseId>,
        most: u32,
    ) -> Result<Vec<(CaseId, CaseFact)>> {
        let after = after.map_or(Value::Id(uuid::Uuid::nil()), Value::from);
        let sql = format!(
            "SELECT c.id, {FACT} FROM cases c WHERE c.city = $1 AND c.id > $2 AND c.whole IS NULL
             ORDER BY c.id LIMIT $3"
        );
        let params = [(&*self.city).into(), after, most.into()];
        let read = |mut row: Row| Ok((row.next()?, read_fact(&mut row)?));
        self.all(&sql, &params, read).await
    }
}
