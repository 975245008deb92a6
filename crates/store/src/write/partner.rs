//! Reports on their way to other systems: queued once for each partner, claimed, settled; what was heard of them since.

use rules::Moment;
use rules::ids::CaseId;
use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::params;
use crate::read::partner::{REQUEST, read_request};
use crate::tx::Tx;
use crate::value::word;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PartnerStand {
    Waiting,
    /// Taken; their id comes later.
    Token,
    Sent,
    /// They said no: somebody must correct something and send it again.
    Refused,
}

/// A report handed on to a partner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartnerRequest {
    pub partner: String,
    pub case: CaseId,
    pub state: PartnerStand,
    pub tries: u32,
    pub due: Moment,
    pub created: Moment,
    pub settled: Option<Moment>,
    /// Their id.
    pub theirs: Option<String>,
    pub token: Option<String>,
    pub fault: Option<String>,
    /// Closed there, as they said last.
    pub closed: bool,
    /// What they said last, in short.
    pub said: Option<String>,
}

/// What became of a try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PartnerAnswer {
    Id(String),
    Token { token: String, again: Moment },
    Refused(String),
    Later { at: Moment, says: String },
}

impl Tx {
    /// Puts a case into a partner's queue; one that stands there already stays as it is.
    pub async fn queue_partner(&mut self, partner: &str, case: CaseId, now: Moment) -> Result<()> {
        let city = self.shared_city();
        let sql = "INSERT INTO partner_request (city, partner, case_id, state, tries, due, created, closed)
            VALUES ($1, $2, $3, 'waiting', 0, $4, $4, 0) ON CONFLICT (city, partner, case_id) DO NOTHING";
        self.execute(sql, &params![&*city, partner, case, now])
            .await?;
        Ok(())
    }

    /// Takes what is due to be sent or asked for by its token, until `lease`.
    pub async fn claim_partner(
        &mut self,
        partner: &str,
        now: Moment,
        lease: Moment,
        most: u32,
    ) -> Result<Vec<PartnerRequest>> {
        let city = self.shared_city();
        let sql = format!(
            "SELECT {REQUEST} FROM partner_request WHERE city = $1 AND partner = $2
             AND state IN ('waiting', 'token') AND due <= $3 ORDER BY due, case_id LIMIT $4"
        );
        let due = self
            .all(&sql, &params![&*city, partner, now, most], read_request)
            .await?;
        let mut claimed = Vec::new();
        for mut one in due {
            let sql = "UPDATE partner_request SET tries = tries + 1, due = $5 WHERE city = $1
                AND partner = $2 AND case_id = $3 AND due = $4 AND state IN ('waiting', 'token')";
            let params = params![&*city, partner, one.case, one.due, lease];
            if self.execute(sql, &params).await? == 1 {
                one.tries += 1;
                one.due = lease;
                claimed.push(one);
            }
        }
        Ok(claimed)
    }

    /// Writes down what the partner answered.
    pub async fn partner_answered(
        &mut self,
        one: &PartnerRequest,
        answer: &PartnerAnswer,
        now: Moment,
    ) -> Result<()> {
        let city = self.shared_city();
        let (state, due, settled) = match answer {
            PartnerAnswer::Id(_) => (PartnerStand::Sent, now, Some(now)),
            PartnerAnswer::Token { again, .. } => (PartnerStand::Token, *again, None),
            PartnerAnswer::Refused(_) => (PartnerStand::Refused, now, Some(now)),
            PartnerAnswer::Later { at, .. } => (one.state, *at, None),
        };
        let (theirs, token, fault) = match answer {
            PartnerAnswer::Id(id) => (Some(id), one.token.as_ref(), None),
            PartnerAnswer::Token { token, .. } => (None, Some(token), None),
            PartnerAnswer::Refused(says) | PartnerAnswer::Later { says, .. } => {
                (None, one.token.as_ref(), Some(says))
            }
        };
        let sql = "UPDATE partner_request SET state = $4, due = $5, settled = $6, theirs = $7, token = $8,
            fault = $9 WHERE city = $1 AND partner = $2 AND case_id = $3 AND state <> 'sent'";
        let params = params![
            &*city,
            &one.partner,
            one.case,
            word(&state)?,
            due,
            settled,
            theirs,
            token,
            fault
        ];
        self.execute(sql, &params).await?;
        Ok(())
    }

    /// How it stands there, as they said last.
    pub async fn partner_heard(
        &mut self,
        partner: &str,
        case: CaseId,
        closed: bool,
        said: &str,
        now: Moment,
    ) -> Result<()> {
        let city = self.shared_city();
        let sql = "UPDATE partner_request SET closed = $4, said = $5, heard = $6 WHERE city = $1
            AND partner = $2 AND case_id = $3";
        self.execute(sql, &params![&*city, partner, case, closed, said, now])
            .await?;
        Ok(())
    }

    /// Whether this update of theirs is new.
    pub async fn take_partner_update(
        &mut self,
        partner: &str,
        update: &str,
        case: CaseId,
        now: Moment,
    ) -> Result<bool> {
        let city = self.shared_city();
        let sql = "INSERT INTO partner_update (city, partner, update_id, case_id, at)
            VALUES ($1, $2, $3, $4, $5) ON CONFLICT (city, partner, update_id) DO NOTHING";
        let params = params![&*city, partner, update, case, now];
        Ok(self.execute(sql, &params).await? == 1)
    }

    /// A refused one goes again; without a case, all of the partner's.
    pub async fn resend_partner(
        &mut self,
        partner: &str,
        case: Option<CaseId>,
        now: Moment,
    ) -> Result<u64> {
        let city = self.shared_city();
        let sql =
            "UPDATE partner_request SET state = 'waiting', tries = 0, due = $3, settled = NULL
            WHERE city = $1 AND partner = $2 AND state = 'refused'";
        match case {
            None => self.execute(sql, &params![&*city, partner, now]).await,
            Some(case) => {
                let sql = format!("{sql} AND case_id = $4");
                self.execute(&sql, &params![&*city, partner, now, case])
                    .await
            }
        }
    }

    /// It answered; until when its news were read, where they were.
    pub async fn partner_reached(
        &mut self,
        partner: &str,
        read_until: Option<Moment>,
        now: Moment,
    ) -> Result<()> {
        let city = self.shared_city();
        let sql = "INSERT INTO partner_state (city, partner, answered, read_until) VALUES ($1, $2, $4, $3)
            ON CONFLICT (city, partner) DO UPDATE SET answered = $4,
            read_until = coalesce($3, partner_state.read_until), fault = NULL, fault_since = NULL";
        self.execute(sql, &params![&*city, partner, read_until, now])
            .await?;
        Ok(())
    }

    /// It does not answer, since when and why.
    pub async fn partner_away(&mut self, partner: &str, says: &str, now: Moment) -> Result<()> {
        let city = self.shared_city();
        let sql =
            "INSERT INTO partner_state (city, partner, fault, fault_since) VALUES ($1, $2, $3, $4)
            ON CONFLICT (city, partner) DO UPDATE SET fault = $3,
            fault_since = coalesce(partner_state.fault_since, $4)";
        self.execute(sql, &params![&*city, partner, says, now])
            .await?;
        Ok(())
    }
}
