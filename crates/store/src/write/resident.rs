//! Residents with an electronic identity, and their trips of signing in.

use rules::Moment;
use rules::ids::PersonId;
use rules::resident::Proven;

use crate::chain::Hash;
use crate::error::Result;
use crate::params;
use crate::tx::Tx;
use crate::value::{to_json, word};

/// A resident's account as the identity provider last vouched for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resident {
    pub person: PersonId,
    pub proven: Proven,
    /// Signed in here for the first time.
    pub since: Moment,
    /// Vouched for last.
    pub at: Moment,
}

/// Somebody on the way to the identity provider and back. The state itself is in the browser's hands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trip {
    pub state_hash: Hash,
    pub nonce: String,
    pub verifier: String,
    /// The page to return to.
    pub back: String,
    pub expires: Moment,
}

impl Tx {
    /// Writes what a provider vouches for now; the day of the first time stays.
    pub async fn save_resident(&mut self, resident: &Resident) -> Result<()> {
        let city = self.shared_city();
        let sql = "INSERT INTO resident
            (city, person, issuer, subject, level, personal_id, organisation_id, body, since, at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            ON CONFLICT (city, person) DO UPDATE SET level = $5, personal_id = $6,
            organisation_id = $7, body = $8, at = $10";
        let proven = &resident.proven;
        let params = params![
            &*city,
            resident.person,
            &proven.issuer,
            &proven.subject,
            word(&proven.level)?,
            proven.personal_id.as_ref(),
            proven.organisation.as_ref().map(|o| &o.id),
            to_json(proven)?,
            resident.since,
            resident.at,
        ];
        self.execute(sql, &params).await?;
        Ok(())
    }

    /// Remembers a trip, and forgets those that never came back.
    pub async fn begin_trip(&mut self, trip: &Trip, now: Moment) -> Result<()> {
        let city = self.shared_city();
        let old = "DELETE FROM sign_in_trip WHERE city = $1 AND expires <= $2";
        self.execute(old, &params![&*city, now]).await?;
        let sql = "INSERT INTO sign_in_trip (city, state_hash, nonce, verifier, back, expires)
            VALUES ($1, $2, $3, $4, $5, $6)";
        let params = params![
            &*city,
            &trip.state_hash,
            &trip.nonce,
            &trip.verifier,
            &trip.back,
            trip.expires,
        ];
        self.execute(sql, &params).await?;
        Ok(())
    }

    /// Takes a trip out: it ends once. `None` where it is unknown or took too long.
    pub async fn end_trip(&mut self, state_hash: &Hash, now: Moment) -> Result<Option<Trip>> {
        let city = self.shared_city();
        let sql = "DELETE FROM sign_in_trip WHERE city = $1 AND state_hash = $2
            RETURNING nonce, verifier, back, expires";
        let state_hash = *state_hash;
        let trip = self
            .maybe(sql, &params![&*city, &state_hash], |mut row| {
                Ok(Trip {
                    state_hash,
                    nonce: row.next()?,
                    verifier: row.next()?,
                    back: row.next()?,
                    expires: row.next()?,
                })
            })
            .await?;
        Ok(trip.filter(|trip| trip.expires > now))
    }
}
