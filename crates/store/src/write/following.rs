//! Followers of public reports: what they asked for, what they are still to be told, wishes that their address has
//! not confirmed. A claim is an UPDATE that names what it read, as in `message`. Whoever stops leaves no row.

use rules::Moment;
use rules::following::{Interest, Pace};
use rules::ids::{CaseId, FollowId, FollowerId};

use crate::chain::Hash;
use crate::error::Result;
use crate::params;
use crate::read::following::{FOLLOWER, WISH, read_follower, read_wish};
use crate::tx::Tx;
use crate::value::to_json;

/// A browser that takes messages (RFC 8030), with the keys it made for them (RFC 8291), base 64 for addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    pub endpoint: String,
    pub key: String,
    pub secret: String,
}

/// Who is told, by e-mail or on a device. A device that takes no messages keeps what it follows for its own page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Follower {
    pub id: FollowerId,
    /// Opens the follower's page; stands in every letter.
    pub secret: String,
    pub email: Option<String>,
    pub device: Option<Device>,
    pub language: String,
    pub pace: Pace,
    pub since: Moment,
    /// Told nothing before that.
    pub due: Moment,
    pub tries: u32,
}

/// One thing that a follower follows.
#[derive(Debug, Clone, PartialEq)]
pub struct Follow {
    pub id: FollowId,
    pub interest: Interest,
    /// Of one report: its id, and whether the follower has seen the same thing.
    pub case: Option<CaseId>,
    pub too: bool,
    pub at: Moment,
}

/// Something that a follower is still to be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct News {
    pub case: CaseId,
    pub version: u32,
    /// A new report, not a change of one.
    pub fresh: bool,
}

/// What somebody asked for with an address that has not said yes yet. The token goes to that address alone.
#[derive(Debug, Clone, PartialEq)]
pub struct Wish {
    pub token_hash: Hash,
    pub token: String,
    pub email: String,
    pub interest: Interest,
    pub pace: Pace,
    pub language: String,
    pub at: Moment,
    pub due: Moment,
    pub tries: u32,
    pub expires: Moment,
}

impl Tx {
    pub async fn add_follower(&mut self, f: &Follower, secret_hash: &Hash) -> Result<()> {
        let city = self.shared_city();
        let sql =
            "INSERT INTO follower (city, id, secret, secret_hash, email, endpoint, browser_key,
            browser_secret, language, pace, since, due, tries)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
            ON CONFLICT (city, id) DO NOTHING";
        let device = f.device.as_ref();
        let params = params![
            &*city,
            f.id,
            &f.secret,
            secret_hash,
            f.email.as_ref(),
            device.map(|d| &d.endpoint),
            device.map(|d| &d.key),
            device.map(|d| &d.secret),
            &f.language,
            f.pace.code(),
            f.since,
            f.due,
            f.tries,
        ];
        self.execute(sql, &params).await?;
        Ok(())
    }

    pub async fn follower_by_secret(&mut self, hash: &Hash) -> Result<Option<Follower>> {
        let city = self.shared_city();
        let sql = format!("SELECT {FOLLOWER} FROM follower WHERE city = $1 AND secret_hash = $2");
        self.maybe(&sql, &params![&*city, hash], read_follower)
            .await
    }

    pub async fn follower_by_email(&mut self, email: &str) -> Result<Option<Follower>> {
        let city = self.shared_city();
        let sql = format!("SELECT {FOLLOWER} FROM follower WHERE city = $1 AND email = $2");
        self.maybe(&sql, &params![&*city, email], read_follower)
            .await
    }

    /// Adds what is followed; the same thing twice is one. Returns whether it is new.
    pub async fn add_follow(&mut self, follower: FollowerId, follow: &Follow) -> Result<bool> {
        let city = self.shared_city();
        let known = crate::read::following::follows(&mut *self, follower).await?;
        if let Some(same) = known.iter().find(|one| one.interest == follow.interest) {
            if follow.too && !same.too {
                let sql = "UPDATE follow SET too = 1 WHERE city = $1 AND follower = $2 AND id = $3";
                self.execute(sql, &params![&*city, follower, same.id])
                    .await?;
            }
            return Ok(false);
        }
        let sql = "INSERT INTO follow (city, follower, id, case_id, code, service, area, lat, lon, metres, too, at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
        let around = follow.interest.around;
        let params = params![
            &*city,
            follower,
            follow.id,
            follow.case,
            follow.interest.case.as_ref(),
            follow.interest.service.as_ref(),
            follow.interest.area.as_ref(),
            around.map(|around| around.spot.lat),
            around.map(|around| around.spot.lon),
            around.map(|around| around.metres),
            follow.too,
            follow.at,
        ];
        self.execute(sql, &params).await?;
        Ok(true)
    }

    pub async fn count_follows(&mut self, follower: FollowerId) -> Result<u32> {
        let city = self.shared_city();
        let sql = "SELECT count(*) FROM follow WHERE city = $1 AND follower = $2";
        self.one(sql, &params![&*city, follower], |mut row| row.next())
            .await
    }

    pub async fn end_follow(&mut self, follower: FollowerId, id: FollowId) -> Result<()> {
        let city = self.shared_city();
        let sql = "DELETE FROM follow WHERE city = $1 AND follower = $2 AND id = $3";
        self.execute(sql, &params![&*city, follower, id]).await?;
        Ok(())
    }

    /// Everything of a follower, with wishes of the same address.
    pub async fn erase_follower(&mut self, follower: &Follower) -> Result<()> {
        let city = self.shared_city();
        for sql in [
            "DELETE FROM follow_news WHERE city = $1 AND follower = $2",
            "DELETE FROM follow WHERE city = $1 AND follower = $2",
            "DELETE FROM follower WHERE city = $1 AND id = $2",
        ] {
            self.execute(sql, &params![&*city, follower.id]).await?;
        }
        if let Some(email) = &follower.email {
            let sql = "DELETE FROM follow_wish WHERE city = $1 AND email = $2";
            self.execute(sql, &params![&*city, email]).await?;
        }
        Ok(())
    }

    pub async fn set_pace(&mut self, id: FollowerId, pace: Pace, language: &str) -> Result<()> {
        let city = self.shared_city();
        let sql = "UPDATE follower SET pace = $3, language = $4 WHERE city = $1 AND id = $2";
        let params = params![&*city, id, pace.code(), language];
        self.execute(sql, &params).await?;
        Ok(())
    }

    /// The browser that takes this follower's messages; none: it takes no more.
    pub async fn set_device(&mut self, id: FollowerId, device: Option<&Device>) -> Result<()> {
        let city = self.shared_city();
        let sql =
            "UPDATE follower SET endpoint = $3, browser_key = $4, browser_secret = $5, tries = 0
            WHERE city = $1 AND id = $2";
        let params = params![
            &*city,
            id,
            device.map(|d| &d.endpoint),
            device.map(|d| &d.key),
            device.map(|d| &d.secret)
        ];
        self.execute(sql, &params).await?;
        if device.is_none() {
            let sql = "DELETE FROM follow_news WHERE city = $1 AND follower = $2";
            self.execute(sql, &params![&*city, id]).await?;
        }
        Ok(())
    }

    pub async fn add_news(&mut self, to: FollowerId, news: News, at: Moment) -> Result<()> {
        let city = self.shared_city();
        // A device that takes no messages is told nothing.
        let sql = "INSERT INTO follow_news (city, follower, case_id, version, fresh, at)
            SELECT f.city, f.id, $3, $4, $5, $6 FROM follower f WHERE f.city = $1 AND f.id = $2
            AND (f.email IS NOT NULL OR f.endpoint IS NOT NULL)
            ON CONFLICT (city, follower, case_id, version) DO NOTHING";
        let params = params![&*city, to, news.case, news.version, news.fresh, at];
        self.execute(sql, &params).await?;
        Ok(())
    }

    /// Moves a named position on, where nobody else has.
    pub async fn move_on(&mut self, name: &str, from: i64, to: i64) -> Result<bool> {
        let city = self.shared_city();
        let sql = "UPDATE kv SET value = $4 WHERE city = $1 AND name = $2 AND value = $3";
        let params = params![&*city, name, from.to_string(), to.to_string()];
        Ok(self.execute(sql, &params).await? == 1)
    }

    /// Followers with news whose time has come, each until `lease`.
    pub async fn claim_followers(
        &mut self,
        now: Moment,
        lease: Moment,
        most: u32,
    ) -> Result<Vec<Follower>> {
        let city = self.shared_city();
        let sql = format!(
            "SELECT {FOLLOWER} FROM follower WHERE city = $1 AND due <= $2
             AND (email IS NOT NULL OR endpoint IS NOT NULL)
             AND id IN (SELECT n.follower FROM follow_news n WHERE n.city = $1)
             ORDER BY due, id LIMIT $3"
        );
        let waiting = self
            .all(&sql, &params![&*city, now, most], read_follower)
            .await?;
        let mut claimed = Vec::new();
        for follower in waiting {
            let sql = "UPDATE follower SET due = $4, tries = tries + 1
                WHERE city = $1 AND id = $2 AND due = $3";
            let params = params![&*city, follower.id, follower.due, lease];
            if self.execute(sql, &params).await? == 1 {
                claimed.push(Follower {
                    due: lease,
                    tries: follower.tries + 1,
                    ..follower
                });
            }
        }
        Ok(claimed)
    }

    /// These were told, or are not to be told any more.
    pub async fn forget_news(&mut self, of: FollowerId, news: &[News]) -> Result<()> {
        let city = self.shared_city();
        for one in news {
            let sql = "DELETE FROM follow_news WHERE city = $1 AND follower = $2 AND case_id = $3
                AND version = $4";
            let params = params![&*city, of, one.case, one.version];
            self.execute(sql, &params).await?;
        }
        Ok(())
    }

    /// Told nothing before that. `tries`: none begins to count anew.
    pub async fn follower_waits(
        &mut self,
        id: FollowerId,
        due: Moment,
        tries: Option<u32>,
    ) -> Result<()> {
        let city = self.shared_city();
        let sql = "UPDATE follower SET due = $3, tries = $4 WHERE city = $1 AND id = $2";
        let params = params![&*city, id, due, tries.unwrap_or(0)];
        self.execute(sql, &params).await?;
        Ok(())
    }

    /// How many wishes an address had since then.
    pub async fn wishes_since(&mut self, email: &str, since: Moment) -> Result<u32> {
        let city = self.shared_city();
        let sql = "SELECT count(*) FROM follow_wish WHERE city = $1 AND email = $2 AND at > $3";
        self.one(sql, &params![&*city, email, since], |mut row| row.next())
            .await
    }

    pub async fn add_wish(&mut self, wish: &Wish) -> Result<()> {
        let city = self.shared_city();
        let sql = "INSERT INTO follow_wish (city, token_hash, token, email, body, at, due, tries, expires)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
        let body = to_json(&(&wish.interest, wish.pace, &wish.language))?;
        let params = params![
            &*city,
            &wish.token_hash,
            &wish.token,
            &wish.email,
            body,
            wish.at,
            wish.due,
            wish.tries,
            wish.expires
        ];
        self.execute(sql, &params).await?;
        Ok(())
    }

    /// Wishes whose letter is to be sent, each until `lease`; those that nobody confirmed in time go.
    pub async fn claim_wishes(
        &mut self,
        now: Moment,
        lease: Moment,
        most: u32,
    ) -> Result<Vec<Wish>> {
        let city = self.shared_city();
        let sql = "DELETE FROM follow_wish WHERE city = $1 AND expires <= $2";
        self.execute(sql, &params![&*city, now]).await?;
        let sql = format!(
            "SELECT {WISH} FROM follow_wish WHERE city = $1 AND sent IS NULL AND due <= $2
             ORDER BY due, token_hash LIMIT $3"
        );
        let waiting = self
            .all(&sql, &params![&*city, now, most], read_wish)
            .await?;
        let mut claimed = Vec::new();
        for wish in waiting {
            let sql = "UPDATE follow_wish SET due = $4, tries = tries + 1
                WHERE city = $1 AND token_hash = $2 AND due = $3 AND sent IS NULL";
            let params = params![&*city, &wish.token_hash, wish.due, lease];
            if self.execute(sql, &params).await? == 1 {
                let tries = wish.tries + 1;
                claimed.push(Wish { tries, ..wish });
            }
        }
        Ok(claimed)
    }

    pub async fn wish_sent(&mut self, token_hash: &Hash, now: Moment) -> Result<()> {
        let city = self.shared_city();
        let sql = "UPDATE follow_wish SET sent = $3 WHERE city = $1 AND token_hash = $2";
        self.execute(sql, &params![&*city, token_hash, now]).await?;
        Ok(())
    }

    pub async fn wish_waits(&mut self, token_hash: &Hash, due: Moment) -> Result<()> {
        let city = self.shared_city();
        let sql = "UPDATE follow_wish SET due = $3 WHERE city = $1 AND token_hash = $2";
        self.execute(sql, &params![&*city, token_hash, due]).await?;
        Ok(())
    }

    pub async fn wish(&mut self, token_hash: &Hash, now: Moment) -> Result<Option<Wish>> {
        let city = self.shared_city();
        let sql = format!(
            "SELECT {WISH} FROM follow_wish WHERE city = $1 AND token_hash = $2 AND expires > $3
             AND used IS NULL"
        );
        self.maybe(&sql, &params![&*city, token_hash, now], read_wish)
            .await
    }

    /// It cannot be used again; until it expires it counts among the letters of its address.
    pub async fn use_wish(&mut self, token_hash: &Hash, now: Moment) -> Result<()> {
        let city = self.shared_city();
        let sql = "UPDATE follow_wish SET used = $3, sent = coalesce(sent, $3)
            WHERE city = $1 AND token_hash = $2";
        self.execute(sql, &params![&*city, token_hash, now]).await?;
        Ok(())
    }

    pub async fn forget_wish(&mut self, token_hash: &Hash) -> Result<()> {
        let city = self.shared_city();
        let sql = "DELETE FROM follow_wish WHERE city = $1 AND token_hash = $2";
        self.execute(sql, &params![&*city, token_hash]).await?;
        Ok(())
    }
}
