//! Residents' accounts, by person and by what the identity provider calls them; and who read their data.

use rules::Moment;
use rules::ids::PersonId;

use crate::error::Result;
use crate::params;
use crate::reader::{Reader, Source};
use crate::tx::Tx;
use crate::value::Row;
use crate::write::resident::Resident;

const RESIDENT: &str = "person, body, since, at";

fn read_resident(mut row: Row) -> Result<Resident> {
    Ok(Resident {
        person: row.next()?,
        proven: row.json()?,
        since: row.next()?,
        at: row.next()?,
    })
}

async fn resident(mut from: impl Source, person: PersonId) -> Result<Option<Resident>> {
    let sql = format!("SELECT {RESIDENT} FROM resident WHERE city = $1 AND person = $2");
    let city = from.city();
    let rows = from.rows(&sql, &params![&*city, person]).await?;
    rows.into_iter().next().map(read_resident).transpose()
}

impl Tx {
    /// The account that this subject of this provider has here.
    pub async fn resident_by_subject(
        &mut self,
        issuer: &str,
        subject: &str,
    ) -> Result<Option<Resident>> {
        let city = self.shared_city();
        let sql = format!(
            "SELECT {RESIDENT} FROM resident WHERE city = $1 AND issuer = $2 AND subject = $3"
        );
        self.maybe(&sql, &params![&*city, issuer, subject], read_resident)
            .await
    }
}

impl Reader {
    /// What is proven of a resident; `None` where the account is none of an electronic identity.
    pub async fn resident(&self, person: PersonId) -> Result<Option<Resident>> {
        resident(self, person).await
    }

    /// Accounts of this personal number, oldest first: a person and the organisations they speak for.
    pub async fn residents_by_personal_id(&self, personal_id: &str) -> Result<Vec<Resident>> {
        let sql = format!(
            "SELECT {RESIDENT} FROM resident WHERE city = $1 AND personal_id = $2 ORDER BY since"
        );
        let params = params![&*self.city, personal_id];
        self.all(&sql, &params, read_resident).await
    }

    /// Looks at cases that this person handed in: (when, who, case code, why), newest first.
    pub async fn looks_at_cases_of(
        &self,
        person: PersonId,
        most: u32,
    ) -> Result<Vec<(Moment, PersonId, String, String)>> {
        let sql = "SELECT a.at, a.person, c.code, a.purpose FROM cases c
            JOIN access_log a ON a.city = c.city AND a.case_id = c.id
            WHERE c.city = $1 AND c.applicant = $2 AND a.person <> $2
            ORDER BY a.at DESC, c.code LIMIT $3";
        let read = |mut row: Row| Ok((row.next()?, row.next()?, row.next()?, row.next()?));
        self.all(sql, &params![&*self.city, person, most], read)
            .await
    }
}
