//! What partners were handed, what they refused, and whether they answer.

use rules::Moment;
use rules::ids::CaseId;

use crate::error::Result;
use crate::params;
use crate::reader::Reader;
use crate::value::Row;
use crate::write::partner::{PartnerRequest, PartnerStand};

pub(crate) const REQUEST: &str =
    "partner, case_id, state, tries, due, created, settled, theirs, token, fault, closed, said";

pub(crate) fn read_request(mut row: Row) -> Result<PartnerRequest> {
    Ok(PartnerRequest {
        partner: row.next()?,
        case: row.next()?,
        state: row.word()?,
        tries: row.next()?,
        due: row.next()?,
        created: row.next()?,
        settled: row.next()?,
        theirs: row.next()?,
        token: row.next()?,
        fault: row.next()?,
        closed: row.next()?,
        said: row.next()?,
    })
}

/// Whether a partner answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartnerState {
    pub partner: String,
    pub answered: Option<Moment>,
    pub read_until: Option<Moment>,
    pub fault: Option<String>,
    pub fault_since: Option<Moment>,
}

impl Reader {
    /// A report as a partner has it.
    pub async fn partner_request(
        &self,
        partner: &str,
        case: CaseId,
    ) -> Result<Option<PartnerRequest>> {
        let sql = format!(
            "SELECT {REQUEST} FROM partner_request WHERE city = $1 AND partner = $2 AND case_id = $3"
        );
        self.maybe(&sql, &params![&*self.city, partner, case], read_request)
            .await
    }

    /// Those in one state, oldest first, with the code of their case.
    pub async fn partner_requests(
        &self,
        partner: &str,
        state: PartnerStand,
        most: u32,
    ) -> Result<Vec<(PartnerRequest, String)>> {
        let sql = "SELECT p.partner, p.case_id, p.state, p.tries, p.due, p.created, p.settled, p.theirs, p.token,
            p.fault, p.closed, p.said, c.code FROM partner_request p
            JOIN cases c ON c.city = p.city AND c.id = p.case_id
            WHERE p.city = $1 AND p.partner = $2 AND p.state = $3 ORDER BY p.due, p.case_id LIMIT $4";
        let read = |row: Row| {
            let mut values = row.rest();
            let code = values.pop().into_iter().collect();
            Ok((read_request(Row::new(values))?, Row::new(code).next()?))
        };
        let state = crate::value::word(&state)?;
        self.all(sql, &params![&*self.city, partner, state, most], read)
            .await
    }

    /// Reports that are open there, in the order of their ids.
    pub async fn open_at_partner(
        &self,
        partner: &str,
        after: Option<CaseId>,
        most: u32,
    ) -> Result<Vec<PartnerRequest>> {
        let sql = format!(
            "SELECT {REQUEST} FROM partner_request WHERE city = $1 AND partner = $2 AND state = 'sent'
             AND closed = 0 AND case_id > $3 ORDER BY case_id LIMIT $4"
        );
        let after = after.unwrap_or(CaseId(uuid::Uuid::nil()));
        let params = params![&*self.city, partner, after, most];
        self.all(&sql, &params, read_request).await
    }

    /// The report that a partner calls so.
    pub async fn called_by_partner(
        &self,
        partner: &str,
        theirs: &str,
    ) -> Result<Option<PartnerRequest>> {
        let sql = format!(
            "SELECT {REQUEST} FROM partner_request WHERE city = $1 AND partner = $2 AND theirs = $3
             ORDER BY case_id LIMIT 1"
        );
        self.maybe(&sql, &params![&*self.city, partner, theirs], read_request)
            .await
    }

    /// How many stand in each state.
    pub async fn partner_counts(&self, partner: &str) -> Result<Vec<(PartnerStand, u32)>> {
        let sql = "SELECT state, count(*) FROM partner_request WHERE city = $1 AND partner = $2
            GROUP BY state";
        self.all(sql, &params![&*self.city, partner], |mut row| {
            Ok((row.word()?, row.next()?))
        })
        .await
    }

    pub async fn partner_states(&self) -> Result<Vec<PartnerState>> {
        let sql = "SELECT partner, answered, read_until, fault, fault_since FROM partner_state
            WHERE city = $1 ORDER BY partner";
        self.all(sql, &params![&*self.city], |mut row| {
            Ok(PartnerState {
                partner: row.next()?,
                answered: row.next()?,
                read_until: row.next()?,
                fault: row.next()?,
                fault_since: row.next()?,
            })
        })
        .await
    }

    /// Documents of rules whose names begin so, in their newest version: name without the beginning, text.
    pub async fn rulebooks_under(&self, begin: &str) -> Result<Vec<(String, String)>> {
        let sql = "SELECT r.name, r.body FROM rulebook r WHERE r.city = $1 AND r.name LIKE $2
            AND r.version = (SELECT max(n.version) FROM rulebook n WHERE n.city = r.city AND n.name = r.name)
            ORDER BY r.name";
        let like = format!("{begin}%");
        let found: Vec<(String, String)> = self
            .all(sql, &params![&*self.city, like], |mut row| {
                Ok((row.next()?, row.next()?))
            })
            .await?;
        let named = found.into_iter().filter_map(|(name, body)| {
            let name = name.strip_prefix(begin)?.to_owned();
            Some((name, body))
        });
        Ok(named.collect())
    }
}
