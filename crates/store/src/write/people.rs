//! Accounts, seats, sessions, and who looked at personal data.

use rules::Moment;
use rules::ids::{CaseId, PersonId};
use rules::person::{Power, Seat};

use crate::chain::Hash;
use crate::error::Result;
use crate::params;
use crate::tx::Tx;
use crate::value::{to_json, word};

/// A person as stored; the password is an argon2 text made by `actions`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    pub id: PersonId,
    /// `None`: cannot sign in with a password.
    pub login: Option<String>,
    pub name: String,
    pub password: Option<String>,
    pub kind: AccountKind,
    pub powers: Vec<Power>,
    pub disabled: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AccountKind {
    Resident,
    Official,
}

/// A signed-in browser, found by the hash of its token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    pub token_hash: Hash,
    pub person: PersonId,
    pub created: Moment,
    pub last_used: Moment,
    pub expires: Moment,
    pub revoked: Option<Moment>,
    /// The browser, as it names itself.
    pub agent: String,
}

impl Tx {
    /// Adds an account or changes the one with this id.
    ///
    /// # Errors
    /// [`crate::StoreError::Duplicate`] where the login is taken.
    pub async fn save_account(&mut self, account: &Account) -> Result<()> {
        let city = self.shared_city();
        let sql = "INSERT INTO person (city, id, login, name, password, kind, powers, disabled)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            ON CONFLICT (city, id) DO UPDATE SET login = $3, name = $4, password = $5, kind = $6,
            powers = $7, disabled = $8";
        let params = params![
            &*city,
            account.id,
            account.login.as_ref(),
            &account.name,
            account.password.as_ref(),
            word(&account.kind)?,
            to_json(&account.powers)?,
            account.disabled,
        ];
        self.execute(sql, &params).await?;
        Ok(())
    }

    pub async fn give_seat(&mut self, person: PersonId, seat: &Seat, from: Moment) -> Result<()> {
        let city = self.shared_city();
        let sql =
            "INSERT INTO seat (city, person, unit, post, valid_from) VALUES ($1, $2, $3, $4, $5)";
        let post = word(&seat.post)?;
        self.execute(sql, &params![&*city, person, &seat.unit, post, from])
            .await?;
        Ok(())
    }

    pub async fn end_seat(&mut self, person: PersonId, seat: &Seat, to: Moment) -> Result<()> {
        let city = self.shared_city();
        let sql = "UPDATE seat SET valid_to = $5 WHERE city = $1 AND person = $2 AND unit = $3
            AND post = $4 AND valid_to IS NULL";
        let post = word(&seat.post)?;
        self.execute(sql, &params![&*city, person, &seat.unit, post, to])
            .await?;
        Ok(())
    }

    pub async fn open_session(&mut self, session: &Session) -> Result<()> {
        let city = self.shared_city();
        let sql =
            "INSERT INTO session (city, token_hash, person, created, last_used, expires, agent)
            VALUES ($1, $2, $3, $4, $5, $6, $7)";
        let params = params![
            &*city,
            &session.token_hash,
            session.person,
            session.created,
            session.last_used,
            session.expires,
            &session.agent,
        ];
        self.execute(sql, &params).await?;
        Ok(())
    }

    pub async fn touch_session(&mut self, token_hash: &Hash, now: Moment) -> Result<()> {
        let city = self.shared_city();
        let sql = "UPDATE session SET last_used = $3 WHERE city = $1 AND token_hash = $2";
        self.execute(sql, &params![&*city, token_hash, now]).await?;
        Ok(())
    }

    pub async fn revoke_session(&mut self, token_hash: &Hash, now: Moment) -> Result<()> {
        let city = self.shared_city();
        let sql = "UPDATE session SET revoked = $3 WHERE city = $1 AND token_hash = $2
            AND revoked IS NULL";
        self.execute(sql, &params![&*city, token_hash, now]).await?;
        Ok(())
    }

    /// All sessions of a person, when a password changes or an account is closed.
    pub async fn revoke_sessions(&mut self, person: PersonId, now: Moment) -> Result<()> {
        let city = self.shared_city();
        let sql = "UPDATE session SET revoked = $3 WHERE city = $1 AND person = $2
            AND revoked IS NULL";
        self.execute(sql, &params![&*city, person, now]).await?;
        Ok(())
    }

    /// An attempt to sign in, for limiting them. `source` is the address it came from.
    pub async fn note_attempt(
        &mut self,
        login: &str,
        source: &str,
        ok: bool,
        now: Moment,
    ) -> Result<()> {
        let city = self.shared_city();
        let sql =
            "INSERT INTO sign_in_attempt (city, login, at, source, ok) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (city, login, at, source) DO NOTHING";
        self.execute(sql, &params![&*city, login, now, source, ok])
            .await?;
        Ok(())
    }

    /// Sessions that ended by themselves. Returns how many.
    pub async fn forget_sessions(&mut self, now: Moment) -> Result<u64> {
        let city = self.shared_city();
        let sql = "DELETE FROM session WHERE city = $1 AND expires <= $2";
        self.execute(sql, &params![&*city, now]).await
    }

    pub async fn forget_attempts(&mut self, before: Moment) -> Result<u64> {
        let city = self.shared_city();
        let sql = "DELETE FROM sign_in_attempt WHERE city = $1 AND at < $2";
        self.execute(sql, &params![&*city, before]).await
    }

    /// Somebody read personal data of a case, and why.
    pub async fn note_access(
        &mut self,
        person: PersonId,
        case: CaseId,
        purpose: &str,
        now: Moment,
    ) -> Result<()> {
        let city = self.shared_city();
        let sql = "INSERT INTO access_log (city, person, at, case_id, purpose)
            VALUES ($1, $2, $3, $4, $5) ON CONFLICT (city, person, at, case_id) DO NOTHING";
        self.execute(sql, &params![&*city, person, now, case, purpose])
            .await?;
        Ok(())
    }
}
