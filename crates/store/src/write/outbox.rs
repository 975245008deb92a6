//! Work that follows a commit: sealing, notices, papers. Written in the command's transaction, taken by
//! loops, at least once.

use rules::Moment;
use rules::ids::CaseId;

use crate::chain::Hash;
use crate::error::Result;
use crate::params;
use crate::reader::Reader;
use crate::tx::Tx;
use crate::value::Row;
use crate::write::case::Step;

/// Parts that a topic is spread over; each worker owns some.
pub const PARTS: u8 = 16;
/// The topic the sequencer reads.
pub(crate) const SEAL: &str = "seal";

/// One piece of work about a case.
#[derive(Debug, Clone, PartialEq)]
pub struct Post {
    /// `notice`, `paper` …; not `seal`.
    pub topic: String,
    pub payload: serde_json::Value,
    pub not_before: Moment,
}

/// A piece of work as taken; its whole key.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    pub topic: String,
    pub part: u8,
    pub not_before: Moment,
    pub case: CaseId,
    pub version: u32,
    pub item: i64,
    pub payload: serde_json::Value,
    /// Failed attempts so far.
    pub tries: u32,
}

const INSERT: &str = "INSERT INTO outbox
    (city, topic, part, not_before, case_id, version, item, payload, tries)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0)";

/// `hashes`: those of the events, ending at `version`, that one command made.
pub(crate) fn seal_step<'a>(
    city: &'a str,
    queued: i64,
    case: CaseId,
    version: u32,
    hashes: &[Hash],
) -> Step<'a> {
    let (count, payload) = (hashes.len() as i64, hex::encode(hashes.as_flattened()));
    let params = params![city, SEAL, 0i64, queued, case, version, count, payload];
    (INSERT, params.into())
}

pub(crate) fn post_step<'a>(
    city: &'a str,
    case: CaseId,
    version: u32,
    item: i64,
    post: &'a Post,
) -> Result<Step<'a>> {
    if post.topic == SEAL {
        return Err(crate::StoreError::misuse(
            "the topic seal is the store's own",
        ));
    }
    let payload = post.payload.to_string();
    let (part, at) = (part(case), post.not_before);
    let params = params![city, &post.topic, part, at, case, version, item, payload];
    Ok((INSERT, params.into()))
}

/// By the random end of the id.
fn part(case: CaseId) -> u8 {
    case.0.as_bytes()[15] % PARTS
}

const JOB: &str = "topic, part, not_before, case_id, version, item, payload, tries";

fn read_job(mut row: Row) -> Result<Job> {
    Ok(Job {
        topic: row.next()?,
        part: row.next()?,
        not_before: row.next()?,
        case: row.next()?,
        version: row.next()?,
        item: row.next()?,
        payload: row.json()?,
        tries: row.next()?,
    })
}

impl Reader {
    /// Work of all parts that may start now, for a worker whose work may be done twice without harm.
    pub async fn jobs(&self, topic: &str, now: Moment, most: u32) -> Result<Vec<Job>> {
        let sql = format!(
            "SELECT {JOB} FROM outbox WHERE city = $1 AND topic = $2 AND not_before <= $3
            ORDER BY part, not_before, case_id, version, item LIMIT $4"
        );
        self.all(&sql, &params![&*self.city, topic, now, most], read_job)
            .await
    }
}

impl Tx {
    /// Work of a part that may start now, oldest first. Taking does not remove: the worker that owns
    /// the part calls [`Tx::job_done`] or [`Tx::job_failed`].
    pub async fn jobs(
        &mut self,
        topic: &str,
        part: u8,
        now: Moment,
        most: u32,
    ) -> Result<Vec<Job>> {
        let city = self.shared_city();
        let sql = format!(
            "SELECT {JOB} FROM outbox
            WHERE city = $1 AND topic = $2 AND part = $3 AND not_before <= $4
            ORDER BY not_before, case_id, version, item LIMIT $5"
        );
        self.all(&sql, &params![&*city, topic, part, now, most], read_job)
            .await
    }

    pub async fn job_done(&mut self, job: &Job) -> Result<()> {
        let city = self.shared_city();
        let sql =
            "DELETE FROM outbox WHERE city = $1 AND topic = $2 AND part = $3 AND not_before = $4
            AND case_id = $5 AND version = $6 AND item = $7";
        let (topic, at, item) = (&job.topic, job.not_before, job.item);
        let params = params![&*city, topic, job.part, at, job.case, job.version, item];
        self.execute(sql, &params).await?;
        Ok(())
    }

    /// Puts it back for a later attempt.
    pub async fn job_failed(&mut self, job: &Job, next: Moment) -> Result<()> {
        let city = self.shared_city();
        let sql =
            "UPDATE outbox SET not_before = $8, tries = tries + 1 WHERE city = $1 AND topic = $2
            AND part = $3 AND not_before = $4 AND case_id = $5 AND version = $6 AND item = $7";
        let (topic, at, item) = (&job.topic, job.not_before, job.item);
        let params = params![
            &*city,
            topic,
            job.part,
            at,
            job.case,
            job.version,
            item,
            next
        ];
        self.execute(sql, &params).await?;
        Ok(())
    }
}
