//! Residents sign in with an electronic identity: a trip to the provider and back that ends once, then an
//! account and a session like an official's. Who the provider is and how it is asked is `links`' business.

use jiff::SignedDuration;
use rules::Moment;
use rules::ids::PersonId;
use rules::person::Person;
use rules::resident::Proven;
use store::{Account, AccountKind, Resident, Session, Trip, Tx};

use crate::city::City;
use crate::error::ActionError;
use crate::secret::{token, token_hash};
use crate::sign_in::SignedIn;

/// How long somebody may be away at the provider.
const TRIP_MINUTES: i64 = 10;

/// A trip that begins: the state goes into the browser, the rest is remembered here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Begun {
    pub state: String,
    pub nonce: String,
    /// Of PKCE (RFC 7636): 27 signs are too few, so two tokens.
    pub verifier: String,
}

impl City {
    /// Begins a trip to the identity provider; `back` is the page to return to.
    ///
    /// # Errors
    /// Where the memory does not answer.
    pub async fn begin_identity(&self, back: &str) -> Result<Begun, ActionError> {
        let now = self.now();
        let begun = Begun {
            state: token(self.chance()),
            nonce: token(self.chance()),
            verifier: format!("{}{}", token(self.chance()), token(self.chance())),
        };
        let trip = Trip {
            state_hash: token_hash(&begun.state),
            nonce: begun.nonce.clone(),
            verifier: begun.verifier.clone(),
            back: back.to_owned(),
            expires: now + SignedDuration::from_mins(TRIP_MINUTES),
        };
        self.writer()
            .run("identity", move |tx| {
                let trip = trip.clone();
                Box::pin(async move {
                    tx.begin_trip(&trip, now).await?;
                    Ok::<_, ActionError>(())
                })
            })
            .await?;
        Ok(begun)
    }

    /// The trip of this state, which ends here; `None` where it is unknown, took too long or ended before.
    ///
    /// # Errors
    /// Where the memory does not answer.
    pub async fn end_identity(&self, state: &str) -> Result<Option<Trip>, ActionError> {
        let (hash, now) = (token_hash(state), self.now());
        self.writer()
            .run("identity", move |tx| {
                Box::pin(async move { Ok(tx.end_trip(&hash, now).await?) })
            })
            .await
    }

    /// Opens a session for whom the provider vouches; the first time makes the account, each time brings name
    /// and numbers up to date. The session that this browser had ends.
    ///
    /// # Errors
    /// [`ActionError::NotFound`] where the account was closed.
    pub async fn sign_in_resident(
        &self,
        proven: Proven,
        agent: &str,
        before: Option<&str>,
    ) -> Result<SignedIn, ActionError> {
        let now = self.now();
        let fresh = self.new_person_id();
        let token = token(self.chance());
        let minutes = i64::from(self.limits().session_minutes);
        let session = Session {
            token_hash: token_hash(&token),
            person: fresh,
            created: now,
            last_used: now,
            expires: now + SignedDuration::from_mins(minutes),
            revoked: None,
            agent: agent.chars().take(200).collect(),
        };
        let before = before.map(token_hash);
        let id = self
            .writer()
            .run("sign in resident", move |tx| {
                let (proven, session) = (proven.clone(), session.clone());
                Box::pin(async move {
                    let person = know(tx, proven, fresh, now).await?;
                    if let Some(before) = before {
                        tx.revoke_session(&before, now).await?;
                    }
                    tx.open_session(&Session { person, ..session }).await?;
                    Ok::<_, ActionError>(person)
                })
            })
            .await?;
        let person = self.person(id).await?.ok_or(ActionError::NotFound)?;
        Ok(SignedIn { token, person })
    }

    /// The account of somebody who did not sign in yet: for those whom the demonstration invents.
    ///
    /// # Errors
    /// As [`City::sign_in_resident`].
    pub async fn know_resident(&self, proven: Proven) -> Result<PersonId, ActionError> {
        let (now, fresh) = (self.now(), self.new_person_id());
        self.writer()
            .run("know resident", move |tx| {
                let proven = proven.clone();
                Box::pin(async move { know(tx, proven, fresh, now).await })
            })
            .await
    }

    /// What is proven of whoever is signed in; `None` for everybody else.
    ///
    /// # Errors
    /// Where the memory does not answer.
    pub async fn proven(&self, person: &Person) -> Result<Option<Resident>, ActionError> {
        match person {
            Person::Resident { id, .. } => Ok(self.reader().resident(*id).await?),
            Person::Nobody | Person::Bearer { .. } | Person::Official(_) => Ok(None),
        }
    }

    /// Ends sessions of a person: the one whose hash begins with `which`, or all but the one of `token`.
    ///
    /// # Errors
    /// Where the memory does not answer.
    pub async fn end_sessions(
        &self,
        person: PersonId,
        which: Option<&str>,
        token: &str,
    ) -> Result<u32, ActionError> {
        let (now, mine) = (self.now(), token_hash(token));
        let wanted = |session: &Session| match which {
            Some(which) => session_name(session) == which,
            None => session.token_hash != mine,
        };
        let sessions = self.reader().sessions(person, now).await?;
        let ending: Vec<_> = sessions
            .into_iter()
            .filter(wanted)
            .map(|s| s.token_hash)
            .collect();
        let ended = u32::try_from(ending.len()).unwrap_or(u32::MAX);
        self.writer()
            .run("end sessions", move |tx| {
                let ending = ending.clone();
                Box::pin(async move {
                    for hash in &ending {
                        tx.revoke_session(hash, now).await?;
                    }
                    Ok::<_, ActionError>(())
                })
            })
            .await?;
        Ok(ended)
    }
}

/// A session's short name on pages: opens nothing.
pub fn session_name(session: &Session) -> String {
    hex::encode(&session.token_hash[..6])
}

/// The account of whom the provider vouches for, with name and numbers as it says them now.
async fn know(
    tx: &mut Tx,
    proven: Proven,
    fresh: PersonId,
    now: Moment,
) -> Result<PersonId, ActionError> {
    let known = tx
        .resident_by_subject(&proven.issuer, &proven.subject)
        .await?;
    let (person, since) = known.map_or((fresh, now), |r| (r.person, r.since));
    let account = tx.account(person).await?;
    if account.as_ref().is_some_and(|account| account.disabled) {
        return Err(ActionError::NotFound);
    }
    let account = Account {
        id: person,
        login: None,
        name: proven.account_name().to_owned(),
        password: None,
        kind: AccountKind::Resident,
        powers: Vec::new(),
        disabled: false,
    };
    tx.save_account(&account).await?;
    let resident = Resident {
        person,
        proven,
        since,
        at: now,
    };
    tx.save_resident(&resident).await?;
    Ok(person)
}
