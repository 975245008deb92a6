//! What is shown of reports: the moderator's list of what waits, what people say is unfit, photos as they were sent,
//! and how much came from whom.

use rules::Moment;
use rules::case::{Case, Event, Recorded};
use rules::ids::{CaseId, ContentHash};

use crate::chain::Hash;
use crate::error::Result;
use crate::params;
use crate::tx::Tx;
use crate::write::case::Step;

/// A photo as it was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Original {
    /// The picture that was drawn from it.
    pub photo: ContentHash,
    pub hash: ContentHash,
    pub size: u64,
    pub media: String,
    pub at: Moment,
}

/// Somebody says that a report is not fit to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flag {
    /// A hash of where it came from.
    pub source: Hash,
    pub at: Moment,
    /// One of the city's words for it.
    pub reason: String,
    pub words: Option<String>,
    /// When a moderator had looked.
    pub settled: Option<Moment>,
}

/// The rows that follow from what happened to a case.
pub(crate) fn steps<'a>(
    city: &'a str,
    case: &'a Case,
    recorded: &[Recorded],
    steps: &mut Vec<Step<'a>>,
) {
    for one in recorded {
        match one.event {
            Event::ReviewAwaited => steps.push(waits(city, case.id, one.at, 0)),
            Event::Moderated { .. } => {
                let sql = "UPDATE flag SET settled = $3
                    WHERE city = $1 AND case_id = $2 AND settled IS NULL";
                steps.push((sql, params![city, case.id, one.at].into()));
                let sql = match case.shown.waits {
                    true => "UPDATE review SET flags = 0 WHERE city = $1 AND case_id = $2",
                    false => "DELETE FROM review WHERE city = $1 AND case_id = $2",
                };
                steps.push((sql, params![city, case.id].into()));
            }
            _ => {}
        }
    }
}

fn waits(city: &str, case: CaseId, at: Moment, flags: u32) -> Step<'_> {
    let sql = "INSERT INTO review (city, case_id, since, flags) VALUES ($1, $2, $3, $4)
        ON CONFLICT (city, case_id) DO UPDATE SET flags = review.flags + $4";
    (sql, params![city, case, at, flags].into())
}

impl Tx {
    /// Puts the case on the moderators' list. One source says it once until somebody has looked.
    pub async fn flag_case(&mut self, case: CaseId, flag: &Flag) -> Result<()> {
        let city = self.shared_city();
        let sql = "SELECT at FROM flag WHERE city = $1 AND case_id = $2 AND source = $3
            AND settled IS NULL";
        let params = params![&*city, case, &flag.source];
        let known = self.maybe(sql, &params, |mut row| row.next::<Moment>());
        if known.await?.is_some() {
            return Ok(());
        }
        let sql = "INSERT INTO flag (city, case_id, source, at, reason, words)
            VALUES ($1, $2, $3, $4, $5, $6)
            ON CONFLICT (city, case_id, source) DO UPDATE SET at = $4, reason = $5, words = $6,
            settled = NULL";
        let (reason, words) = (&flag.reason, flag.words.as_ref());
        let params = params![&*city, case, &flag.source, flag.at, reason, words];
        self.execute(sql, &params).await?;
        self.execute_many(&[waits(&city, case, flag.at, 1)]).await
    }

    /// How much came from this source in this hour and in the 23 before.
    pub async fn posted(&mut self, what: &str, source: &Hash, hour: i64) -> Result<(u32, u32)> {
        let city = self.shared_city();
        let sql = "SELECT hour, n FROM posted
            WHERE city = $1 AND hour > $2 AND hour <= $3 AND what = $4 AND source = $5";
        let params = params![&*city, hour - 24, hour, what, source];
        let read = |mut row: crate::value::Row| Ok((row.next::<i64>()?, row.next::<u32>()?));
        let rows = self.all(sql, &params, read).await?;
        let sum = |now: bool| {
            let counted = rows.iter().filter(|(at, _)| !now || *at == hour);
            counted.fold(0u32, |sum, (_, n)| sum.saturating_add(*n))
        };
        Ok((sum(true), sum(false)))
    }

    /// Counts one more, and forgets what is older than a day.
    pub async fn count_post(&mut self, what: &str, source: &Hash, hour: i64) -> Result<()> {
        let city = self.shared_city();
        let sql = "DELETE FROM posted WHERE city = $1 AND hour <= $2";
        self.execute(sql, &params![&*city, hour - 24]).await?;
        let sql = "INSERT INTO posted (city, hour, what, source, n) VALUES ($1, $2, $3, $4, 1)
            ON CONFLICT (city, hour, what, source) DO UPDATE SET n = posted.n + 1";
        self.execute(sql, &params![&*city, hour, what, source])
            .await?;
        Ok(())
    }

    pub async fn save_original(&mut self, case: CaseId, original: &Original) -> Result<()> {
        let city = self.shared_city();
        let sql = "INSERT INTO original (city, case_id, photo, hash, size, media, at)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            ON CONFLICT (city, case_id, photo) DO UPDATE SET hash = $4, size = $5, media = $6, at = $7";
        let Original {
            photo,
            hash,
            size,
            media,
            at,
        } = original;
        let size = i64::try_from(*size).unwrap_or(i64::MAX);
        self.execute(sql, &params![&*city, case, photo, hash, size, media, *at])
            .await?;
        Ok(())
    }

    /// Forgets that this photo was kept as it was sent. True: no other case needs the file.
    pub async fn forget_original(&mut self, case: CaseId, original: &Original) -> Result<bool> {
        let city = self.shared_city();
        let sql = "DELETE FROM original WHERE city = $1 AND case_id = $2 AND photo = $3";
        self.execute(sql, &params![&*city, case, &original.photo])
            .await?;
        let sql = "SELECT photo FROM original WHERE city = $1 AND hash = $2 LIMIT 1";
        let params = params![&*city, &original.hash];
        let other = self.maybe(sql, &params, |mut row| row.next::<String>());
        let kept = other.await?.is_some();
        // The same bytes may have been handed in as a paper too.
        let sql = "SELECT hash FROM file WHERE city = $1 AND hash = $2";
        let file = self.maybe(sql, &params, |mut row| row.next::<String>());
        Ok(!kept && file.await?.is_none())
    }

    /// Whether anybody may see a photo of a published case, with its small picture.
    pub async fn show_photo(
        &mut self,
        case: CaseId,
        hash: &str,
        what: &str,
        small: &str,
        public: bool,
    ) -> Result<()> {
        let city = self.shared_city();
        let sql = "UPDATE attachment SET public = $5
            WHERE city = $1 AND case_id = $2 AND ((hash = $3 AND what = $4) OR what = $6)";
        let params = params![&*city, case, hash, what, public, small];
        self.execute(sql, &params).await?;
        Ok(())
    }
}
