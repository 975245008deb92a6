//! Signing in and out. A name that was tried too often waits; so does the place the tries come from.

use jiff::SignedDuration;
use rules::ids::PersonId;
use rules::person::Person;
use rules::stand_in::stands_in_for;
use store::{Session, StoreError};

use crate::city::City;
use crate::error::ActionError;
use crate::secret::{password_fits, token, token_hash};

/// Tries from one place before it waits, over all names: an office shares one address.
const TRIES_OF_A_PLACE: u32 = 60;

/// Somebody signed in.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// Goes into the cookie; only its hash is remembered.
    pub token: String,
    pub person: Person,
}

impl City {
    /// Signs in by name and password from `source` (an address) with a browser that calls itself `agent`.
    ///
    /// # Errors
    /// [`ActionError::WrongPassword`], the same for an unknown name; [`ActionError::TooMany`].
    pub async fn sign_in(
        &self,
        login: &str,
        password: &str,
        source: &str,
        agent: &str,
    ) -> Result<SignedIn, ActionError> {
        let (now, limits) = (self.now(), self.limits());
        let login = login.trim().to_lowercase();
        let since = now - SignedDuration::from_mins(i64::from(limits.sign_in_wait_minutes));
        let (name, place) = (login.clone(), source.to_owned());
        let failed: Result<(u32, u32), StoreError> = self
            .writer()
            .run("sign in", move |tx| {
                let (name, place) = (name.clone(), place.clone());
                Box::pin(async move { tx.failed_attempts(&name, &place, since).await })
            })
            .await;
        let (of_name, of_place) = failed?;
        if of_name >= limits.sign_in_tries || of_place >= TRIES_OF_A_PLACE {
            return Err(ActionError::TooMany {
                minutes: limits.sign_in_wait_minutes,
            });
        }
        let account = self
            .reader()
            .account_by_login(&login)
            .await?
            .filter(|account| !account.disabled);
        let remembered = account
            .as_ref()
            .and_then(|account| account.password.clone());
        // An unknown name costs the same time as a known one.
        let fits = self
            .fits(password, remembered.unwrap_or_else(|| NOBODYS.to_owned()))
            .await;
        let found = account.filter(|_| fits).map(|account| account.id);
        let session = found.map(|person| (person, token(self.chance())));
        let opened = session.clone().map(|(person, token)| Session {
            token_hash: token_hash(&token),
            person,
            created: now,
            last_used: now,
            expires: now + SignedDuration::from_mins(i64::from(limits.session_minutes)),
            revoked: None,
            agent: agent.chars().take(200).collect(),
        });
        let place = source.to_owned();
        let written: Result<(), StoreError> = self
            .writer()
            .run("sign in", move |tx| {
                let (login, place, opened) = (login.clone(), place.clone(), opened.clone());
                Box::pin(async move {
                    tx.note_attempt(&login, &place, opened.is_some(), now)
                        .await?;
                    match &opened {
                        Some(session) => tx.open_session(session).await,
                        None => Ok(()),
                    }
                })
            })
            .await;
        written?;
        let (id, token) = session.ok_or(ActionError::WrongPassword)?;
        let person = self.person(id).await?.ok_or(ActionError::WrongPassword)?;
        Ok(SignedIn { token, person })
    }

    /// Who holds this session token; nobody where it is unknown, expired or revoked.
    ///
    /// # Errors
    /// Where the memory does not answer.
    pub async fn who(&self, token: &str) -> Result<Person, ActionError> {
        let session = self
            .reader()
            .session(&token_hash(token), self.now())
            .await?;
        let Some(session) = session else {
            return Ok(Person::Nobody);
        };
        Ok(self.person(session.person).await?.unwrap_or(Person::Nobody))
    }

    /// A person with the reach of their seats on this day.
    ///
    /// # Errors
    /// Where the memory does not answer.
    pub async fn person(&self, id: PersonId) -> Result<Option<Person>, ActionError> {
        let now = self.now();
        let law = self.law();
        let Some(person) = self.reader().person(id, now).await? else {
            return Ok(None);
        };
        let Person::Official(mut official) = person else {
            return Ok(Some(person));
        };
        let today = law.calendar()?.local(now).0;
        official.own = std::mem::take(&mut official.seats);
        official.seats = law.organisation.reach(&official.own, today);
        official.stands_in_for = stands_in_for(id, &law.stand_ins, today);
        for absent in &official.stands_in_for {
            // What the absent person holds themselves; nobody stands in for a stand-in.
            if let Some(Person::Official(absent)) = self.reader().person(*absent, now).await? {
                for seat in absent.seats {
                    if !official.seats.contains(&seat) {
                        official.seats.push(seat);
                    }
                }
            }
        }
        Ok(Some(Person::Official(official)))
    }

    /// Ends a session.
    ///
    /// # Errors
    /// Where the memory does not answer.
    pub async fn sign_out(&self, token: &str) -> Result<(), ActionError> {
        let (hash, now) = (token_hash(token), self.now());
        self.writer()
            .run("sign out", move |tx| {
                Box::pin(async move { Ok(tx.revoke_session(&hash, now).await?) })
            })
            .await
    }

    async fn fits(&self, password: &str, remembered: String) -> bool {
        let Ok(_room) = self.hashing().acquire().await else {
            return false;
        };
        let password = password.to_owned();
        let judged =
            tokio::task::spawn_blocking(move || password_fits(&password, &remembered)).await;
        judged.unwrap_or(false)
    }
}

/// The hash of a password that nobody has.
const NOBODYS: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5IGhhcyB0aGlz$5XkYaEoPbkL9QVUQ2vUFnOUqz2F0sYVqUqvQWfXQn0M";

#[cfg(test)]
mod tests {
    use argon2::password_hash::phc::PasswordHash;

    #[test]
    fn an_unknown_name_costs_as_much_as_a_known_one() {
        let hash = PasswordHash::new(super::NOBODYS).expect("a real hash");
        assert_eq!(hash.params.get_decimal("m"), Some(19456));
    }
}
