//! Who follows what: by the follower's secret, by the report, by where a new report lies.

use std::collections::HashMap;

use rules::Moment;
use rules::case::Spot;
use rules::following::{Around, FARTHEST, Interest, Pace};
use rules::ids::{CaseId, FollowerId};

use crate::chain::Hash;
use crate::error::{Result, StoreError};
use crate::params;
use crate::read::place::Extent;
use crate::read::query::Query;
use crate::reader::{Reader, Source};
use crate::value::{Row, from_json};
use crate::write::following::{Device, Follow, Follower, News, Wish};

pub(crate) const FOLLOWER: &str = "id, secret, email, endpoint, browser_key, browser_secret, \
    language, pace, since, due, tries";
pub(crate) const WISH: &str = "token_hash, token, email, body, at, due, tries, expires";
const FOLLOW: &str = "id, case_id, code, service, area, lat, lon, metres, too, at";

pub(crate) fn read_follower(mut row: Row) -> Result<Follower> {
    let (id, secret, email) = (row.next()?, row.next()?, row.next()?);
    let endpoint: Option<String> = row.next()?;
    let (key, browser_secret): (Option<String>, Option<String>) = (row.next()?, row.next()?);
    let keys = key.zip(browser_secret);
    let device = endpoint.zip(keys).map(|(endpoint, (key, secret))| Device {
        endpoint,
        key,
        secret,
    });
    Ok(Follower {
        id,
        secret,
        email,
        device,
        language: row.next()?,
        pace: Pace::from_code(&row.next::<String>()?)
            .ok_or_else(|| StoreError::corrupt("the pace of a follower"))?,
        since: row.next()?,
        due: row.next()?,
        tries: row.next()?,
    })
}

pub(crate) fn read_wish(mut row: Row) -> Result<Wish> {
    let (token_hash, token, email) = (row.next()?, row.next()?, row.next()?);
    let (interest, pace, language) = from_json(&row.next::<String>()?)?;
    Ok(Wish {
        token_hash,
        token,
        email,
        interest,
        pace,
        language,
        at: row.next()?,
        due: row.next()?,
        tries: row.next()?,
        expires: row.next()?,
    })
}

fn read_follow(row: &mut Row) -> Result<Follow> {
    let (id, case) = (row.next()?, row.next()?);
    let (code, service, area) = (row.next()?, row.next()?, row.next()?);
    let (lat, lon): (Option<f64>, Option<f64>) = (row.next()?, row.next()?);
    let metres: Option<u32> = row.next()?;
    let spot = lat.zip(lon).map(|(lat, lon)| Spot { lat, lon });
    Ok(Follow {
        id,
        interest: Interest {
            case: code,
            service,
            area,
            around: spot
                .zip(metres)
                .map(|(spot, metres)| Around { spot, metres }),
        },
        case,
        too: row.next()?,
        at: row.next()?,
    })
}

pub(crate) async fn follows(mut from: impl Source, of: FollowerId) -> Result<Vec<Follow>> {
    let sql =
        format!("SELECT {FOLLOW} FROM follow WHERE city = $1 AND follower = $2 ORDER BY at, id");
    let city = from.city();
    let rows = from.rows(&sql, &params![&*city, of]).await?;
    rows.into_iter()
        .map(|mut row| read_follow(&mut row))
        .collect()
}

impl Reader {
    pub async fn follower(&self, secret_hash: &Hash) -> Result<Option<Follower>> {
        let sql = format!("SELECT {FOLLOWER} FROM follower WHERE city = $1 AND secret_hash = $2");
        self.maybe(&sql, &params![&*self.city, secret_hash], read_follower)
            .await
    }

    /// Everything that somebody follows, oldest first.
    pub async fn follows(&self, of: FollowerId) -> Result<Vec<Follow>> {
        follows(self, of).await
    }

    pub async fn anybody_follows(&self) -> Result<bool> {
        let sql = "SELECT 1 FROM follow WHERE city = $1 LIMIT 1";
        let found = self
            .maybe(sql, &params![&*self.city], |mut row| row.next::<i64>())
            .await?;
        Ok(found.is_some())
    }

    /// Who follows this report.
    pub async fn followers_of(&self, case: CaseId) -> Result<Vec<FollowerId>> {
        let sql = "SELECT DISTINCT follower FROM follow WHERE city = $1 AND case_id = $2";
        self.all(sql, &params![&*self.city, case], |mut row| row.next())
            .await
    }

    /// Who may want to hear of a new report there: by its commune, by a spot not far from its own, by its kind, or
    /// of everything. [`Interest::wants`] decides.
    pub async fn followers_for(
        &self,
        service: &str,
        area: Option<&str>,
        place: Option<Spot>,
    ) -> Result<Vec<(FollowerId, Interest)>> {
        let mut found = Vec::new();
        let rest = format!(
            "SELECT follower, {FOLLOW} FROM follow WHERE city = $1 AND case_id IS NULL
             AND area IS NULL AND lat IS NULL AND (service = $2 OR service IS NULL)"
        );
        let params = params![&*self.city, service];
        found.extend(self.all(&rest, &params, read_interest).await?);
        if let Some(area) = area {
            let of_area =
                format!("SELECT follower, {FOLLOW} FROM follow WHERE city = $1 AND area = $2");
            let params = params![&*self.city, area];
            found.extend(self.all(&of_area, &params, read_interest).await?);
        }
        if let Some(place) = place {
            let near = Extent::around(place, f64::from(FARTHEST));
            let of_spot = format!(
                "SELECT follower, {FOLLOW} FROM follow WHERE city = $1 AND lat >= $2 AND lat <= $3
                 AND lon >= $4 AND lon <= $5 AND area IS NULL"
            );
            let params = params![&*self.city, near.south, near.north, near.west, near.east];
            found.extend(self.all(&of_spot, &params, read_interest).await?);
        }
        Ok(found)
    }

    /// What a follower is still to be told, oldest first.
    pub async fn news_of(&self, of: FollowerId, most: u32) -> Result<Vec<News>> {
        let sql =
            "SELECT case_id, version, fresh FROM follow_news WHERE city = $1 AND follower = $2
            ORDER BY at, case_id, version LIMIT $3";
        self.all(sql, &params![&*self.city, of, most], |mut row| {
            Ok(News {
                case: row.next()?,
                version: row.next()?,
                fresh: row.next()?,
            })
        })
        .await
    }

    /// The wish behind a token, while it lasts.
    pub async fn wish(&self, token_hash: &Hash, now: Moment) -> Result<Option<Wish>> {
        let sql = format!(
            "SELECT {WISH} FROM follow_wish WHERE city = $1 AND token_hash = $2 AND expires > $3
             AND used IS NULL"
        );
        self.maybe(&sql, &params![&*self.city, token_hash, now], read_wish)
            .await
    }

    /// How many have seen the same thing, for each of these reports that somebody has.
    pub async fn seen_too(&self, cases: &[CaseId]) -> Result<HashMap<CaseId, u32>> {
        if cases.is_empty() {
            return Ok(HashMap::new());
        }
        let sql = "SELECT case_id, count(*) FROM follow WHERE city = $1 AND too = 1 AND";
        let mut query = Query::new(sql, params![&*self.city]);
        query
            .one_of("case_id", cases.iter().copied())
            .push("GROUP BY case_id");
        let rows = self
            .all(&query.sql, &query.params, |mut row| {
                Ok((row.next()?, row.next()?))
            })
            .await?;
        Ok(rows.into_iter().collect())
    }
}

fn read_interest(mut row: Row) -> Result<(FollowerId, Interest)> {
    let follower = row.next()?;
    Ok((follower, read_follow(&mut row)?.interest))
}
