//! Accounts, seats, sessions and attempts.

use rules::Moment;
use rules::ids::{CaseId, PersonId};
use rules::person::{Official, Person, Seat};
use service::definition::Post;

use crate::chain::Hash;
use crate::error::Result;
use crate::params;
use crate::read::query::Query;
use crate::reader::{Reader, Source};
use crate::tx::Tx;
use crate::value::Row;
use crate::write::people::{Account, AccountKind, Session};

const ACCOUNT: &str = "id, login, name, password, kind, powers, disabled";

fn read_account(mut row: Row) -> Result<Account> {
    Ok(Account {
        id: row.next()?,
        login: row.next()?,
        name: row.next()?,
        password: row.next()?,
        kind: row.word()?,
        powers: row.json()?,
        disabled: row.next()?,
    })
}

const SESSION: &str = "token_hash, person, created, last_used, expires, revoked, agent";

fn read_session(mut row: Row) -> Result<Session> {
    Ok(Session {
        token_hash: row.next()?,
        person: row.next()?,
        created: row.next()?,
        last_used: row.next()?,
        expires: row.next()?,
        revoked: row.next()?,
        agent: row.next()?,
    })
}

async fn account(from: &mut impl Source, id: PersonId) -> Result<Option<Account>> {
    let sql = format!("SELECT {ACCOUNT} FROM person WHERE city = $1 AND id = $2");
    let city = from.city();
    let rows = from.rows(&sql, &params![&*city, id]).await?;
    rows.into_iter().next().map(read_account).transpose()
}

async fn seats(from: &mut impl Source, id: PersonId, now: Moment) -> Result<Vec<Seat>> {
    let sql = "SELECT unit, post FROM seat WHERE city = $1 AND person = $2 AND valid_from <= $3
        AND (valid_to IS NULL OR valid_to > $3) ORDER BY unit, post";
    let city = from.city();
    let rows = from.rows(sql, &params![&*city, id, now]).await?;
    let read = |mut row: Row| {
        Ok(Seat {
            unit: row.next()?,
            post: row.word()?,
        })
    };
    rows.into_iter().map(read).collect()
}

/// Seats are those held, not widened.
async fn person(mut from: impl Source, id: PersonId, now: Moment) -> Result<Option<Person>> {
    let account = account(&mut from, id).await?;
    let Some(account) = account.filter(|a| !a.disabled) else {
        return Ok(None);
    };
    let (name, powers) = (account.name, account.powers);
    Ok(Some(match account.kind {
        AccountKind::Resident => Person::Resident { id, name },
        AccountKind::Official => Person::Official(Official {
            id,
            name,
            seats: seats(&mut from, id, now).await?,
            own: Vec::new(),
            stands_in_for: Vec::new(),
            powers,
        }),
    }))
}

async fn seated(
    mut from: impl Source,
    unit: &str,
    post: Post,
    now: Moment,
) -> Result<Vec<(PersonId, Post)>> {
    let city = from.city();
    let sql = "SELECT s.person, s.post FROM seat s
        JOIN person p ON p.city = s.city AND p.id = s.person
        WHERE s.city = $1 AND s.unit = $2 AND s.valid_from <= $3
        AND (s.valid_to IS NULL OR s.valid_to > $3) AND p.disabled = 0 ORDER BY s.person";
    let rows = from.rows(sql, &params![&*city, unit, now]).await?;
    let read = |mut row: Row| Ok((row.next()?, row.word()?));
    let mut found = rows
        .into_iter()
        .map(read)
        .collect::<Result<Vec<(PersonId, Post)>>>()?;
    found.retain(|(_, held)| *held >= post);
    Ok(found)
}

impl Tx {
    pub async fn account(&mut self, id: PersonId) -> Result<Option<Account>> {
        account(&mut &mut *self, id).await
    }

    pub async fn account_by_login(&mut self, login: &str) -> Result<Option<Account>> {
        let city = self.shared_city();
        let sql = format!("SELECT {ACCOUNT} FROM person WHERE city = $1 AND login = $2");
        self.maybe(&sql, &params![&*city, login], read_account)
            .await
    }

    /// The person with the seats held now; `None`: no such account, or closed.
    pub async fn person(&mut self, id: PersonId, now: Moment) -> Result<Option<Person>> {
        person(self, id, now).await
    }

    /// Failed attempts since a moment, of a login and from a source.
    pub async fn failed_attempts(
        &mut self,
        login: &str,
        source: &str,
        since: Moment,
    ) -> Result<(u32, u32)> {
        let city = self.shared_city();
        let of_login = "SELECT count(*) FROM sign_in_attempt WHERE city = $1 AND login = $2
            AND at >= $3 AND ok = 0";
        let of_source = "SELECT count(*) FROM sign_in_attempt WHERE city = $1 AND source = $2
            AND at >= $3 AND ok = 0";
        let params = params![&*city, login, since];
        let logins = self.one(of_login, &params, |mut row| row.next()).await?;
        let params = params![&*city, source, since];
        let sources = self.one(of_source, &params, |mut row| row.next()).await?;
        Ok((logins, sources))
    }

    /// Who holds a post of at least `post` in a unit now.
    pub async fn seated(
        &mut self,
        unit: &str,
        post: Post,
        now: Moment,
    ) -> Result<Vec<(PersonId, Post)>> {
        seated(self, unit, post, now).await
    }
}

impl Reader {
    pub async fn account(&self, id: PersonId) -> Result<Option<Account>> {
        account(&mut &*self, id).await
    }

    pub async fn account_by_login(&self, login: &str) -> Result<Option<Account>> {
        let sql = format!("SELECT {ACCOUNT} FROM person WHERE city = $1 AND login = $2");
        self.maybe(&sql, &params![&*self.city, login], read_account)
            .await
    }

    /// The person with the seats held now; `None`: no such account, or closed.
    pub async fn person(&self, id: PersonId, now: Moment) -> Result<Option<Person>> {
        person(self, id, now).await
    }

    /// Officials in order of login; `after`: the last login of the page before.
    pub async fn officials(&self, after: Option<&str>, most: u32) -> Result<Vec<Account>> {
        let sql = format!(
            "SELECT {ACCOUNT} FROM person WHERE city = $1 AND kind = 'official' AND login > $2
             ORDER BY login LIMIT $3"
        );
        let params = params![&*self.city, after.unwrap_or_default(), most];
        self.all(&sql, &params, read_account).await
    }

    /// Who holds a post of at least `post` in a unit now: whom a step may be handed to.
    pub async fn seated(
        &self,
        unit: &str,
        post: Post,
        now: Moment,
    ) -> Result<Vec<(PersonId, Post)>> {
        seated(self, unit, post, now).await
    }

    /// Names of those in `ids` that have an account.
    pub async fn names(&self, ids: &[PersonId]) -> Result<Vec<(PersonId, String)>> {
        let sql = "SELECT id, name FROM person WHERE city = $1 AND";
        let mut query = Query::new(sql, params![&*self.city]);
        query.one_of("id", ids);
        let read = |mut row: Row| Ok((row.next()?, row.next()?));
        self.all(&query.sql, &query.params, read).await
    }

    /// A session that is neither expired nor revoked.
    pub async fn session(&self, token_hash: &Hash, now: Moment) -> Result<Option<Session>> {
        let sql = format!(
            "SELECT {SESSION} FROM session WHERE city = $1 AND token_hash = $2
             AND revoked IS NULL AND expires > $3"
        );
        let params = params![&*self.city, token_hash, now];
        self.maybe(&sql, &params, read_session).await
    }

    /// A person's sessions that still open doors, last used first.
    pub async fn sessions(&self, person: PersonId, now: Moment) -> Result<Vec<Session>> {
        let sql = format!(
            "SELECT {SESSION} FROM session WHERE city = $1 AND person = $2
             AND revoked IS NULL AND expires > $3 ORDER BY last_used DESC"
        );
        self.all(&sql, &params![&*self.city, person, now], read_session)
            .await
    }

    /// Who looked at a case: (person, when, why), newest first.
    pub async fn accesses(&self, case: CaseId) -> Result<Vec<(PersonId, Moment, String)>> {
        let sql = "SELECT person, at, purpose FROM access_log WHERE city = $1 AND case_id = $2
            ORDER BY at DESC, person";
        let read = |mut row: Row| Ok((row.next()?, row.next()?, row.next()?));
        self.all(sql, &params![&*self.city, case], read).await
    }
}
