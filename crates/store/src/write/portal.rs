//! Packets to the national portal: queued once, claimed one at a time for each dossier in its order, settled.

use rules::Moment;
use rules::ids::CaseId;
use rules::portal::Packet;
use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::params;
use crate::read::portal::{PACKET, read_packet};
use crate::tx::Tx;
use crate::value::{to_json, word};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PacketState {
    Waiting,
    Accepted,
    /// The portal said no: somebody must correct something and send it again.
    Refused,
}

/// A packet of a dossier.
#[derive(Debug, Clone, PartialEq)]
pub struct PortalPacket {
    pub case: CaseId,
    pub place: i64,
    pub packet: Packet,
    pub state: PacketState,
    pub tries: u32,
    pub due: Moment,
    pub created: Moment,
    pub settled: Option<Moment>,
    /// What the portal gave back: its code, its id of a file.
    pub given: Option<String>,
    pub fault_code: Option<String>,
    pub fault: Option<String>,
    /// The body of the last try; `None`: none yet, or erased.
    pub sent: Option<serde_json::Value>,
}

/// What became of a try.
#[derive(Debug, Clone, PartialEq)]
pub enum PortalAnswer {
    Accepted {
        given: Option<String>,
    },
    Refused {
        code: String,
        says: String,
    },
    /// The portal was away.
    Later {
        at: Moment,
        says: String,
    },
}

impl Tx {
    /// Puts packets into the queue of a dossier; those that stand there already stay as they are.
    pub async fn queue_packets(
        &mut self,
        case: CaseId,
        packets: &[(i64, Packet)],
        now: Moment,
    ) -> Result<()> {
        let city = self.shared_city();
        let sql = "INSERT INTO portal_dossier (city, case_id, at) VALUES ($1, $2, $3)
            ON CONFLICT (city, case_id) DO NOTHING";
        self.execute(sql, &params![&*city, case, now]).await?;
        let sql = "INSERT INTO portal_packet (city, case_id, place, packet, state, tries, due, created)
            VALUES ($1, $2, $3, $4, 'waiting', 0, $5, $5) ON CONFLICT (city, case_id, place) DO NOTHING";
        for (place, packet) in packets {
            let params = params![&*city, case, *place, to_json(packet)?, now];
            self.execute(sql, &params).await?;
        }
        Ok(())
    }

    /// Takes packets whose time has come, each the first one of its dossier that is not accepted, until `lease`.
    pub async fn claim_packets(
        &mut self,
        now: Moment,
        lease: Moment,
        most: u32,
    ) -> Result<Vec<PortalPacket>> {
        let city = self.shared_city();
        let sql = format!(
            "SELECT {PACKET} FROM portal_packet p WHERE p.city = $1 AND p.state <> 'accepted'
             AND p.state = 'waiting' AND p.due <= $2 AND NOT EXISTS (SELECT 1 FROM portal_packet e
             WHERE e.city = p.city AND e.case_id = p.case_id AND e.place < p.place
             AND e.state <> 'accepted') ORDER BY p.due, p.case_id, p.place LIMIT $3"
        );
        let waiting = self
            .all(&sql, &params![&*city, now, most], read_packet)
            .await?;
        let mut claimed = Vec::new();
        for mut packet in waiting {
            let sql = "UPDATE portal_packet SET tries = tries + 1, due = $5 WHERE city = $1
                AND case_id = $2 AND place = $3 AND due = $4 AND state = 'waiting'";
            let params = params![&*city, packet.case, packet.place, packet.due, lease];
            if self.execute(sql, &params).await? == 1 {
                packet.tries += 1;
                packet.due = lease;
                claimed.push(packet);
            }
        }
        Ok(claimed)
    }

    /// Writes down what the portal answered; `sent`: the body.
    pub async fn packet_answered(
        &mut self,
        packet: &PortalPacket,
        answered: &PortalAnswer,
        sent: Option<&serde_json::Value>,
        now: Moment,
    ) -> Result<()> {
        let city = self.shared_city();
        let (state, settled, due) = match answered {
            PortalAnswer::Accepted { .. } => (PacketState::Accepted, Some(now), now),
            PortalAnswer::Refused { .. } => (PacketState::Refused, Some(now), now),
            PortalAnswer::Later { at, .. } => (PacketState::Waiting, None, *at),
        };
        let (given, code, fault) = match answered {
            PortalAnswer::Accepted { given } => (given.as_ref(), None, None),
            PortalAnswer::Refused { code, says } => (None, Some(code), Some(says)),
            PortalAnswer::Later { says, .. } => (None, None, Some(says)),
        };
        let sql = "UPDATE portal_packet SET state = $4, settled = $5, due = $6, given = $7,
            fault_code = $8, fault = $9, sent = $10 WHERE city = $1 AND case_id = $2 AND place = $3
            AND state <> 'accepted'";
        let params = params![
            &*city,
            packet.case,
            packet.place,
            word(&state)?,
            settled,
            due,
            given,
            code,
            fault,
            sent.map(to_json).transpose()?,
        ];
        self.execute(sql, &params).await?;
        Ok(())
    }

    /// What the portal holds of a dossier now; `None` leaves a part as it is.
    pub async fn portal_holds(
        &mut self,
        case: CaseId,
        code: Option<&str>,
        status: Option<u8>,
        received: Option<&str>,
    ) -> Result<()> {
        let city = self.shared_city();
        let sql =
            "UPDATE portal_dossier SET code = coalesce($3, code), status = coalesce($4, status),
            received = coalesce($5, received) WHERE city = $1 AND case_id = $2";
        let params = params![&*city, case, code, status, received];
        self.execute(sql, &params).await?;
        Ok(())
    }

    /// A refused packet goes again. Returns whether it was one.
    pub async fn resend_packet(&mut self, case: CaseId, place: i64, now: Moment) -> Result<bool> {
        let city = self.shared_city();
        let sql = "UPDATE portal_packet SET state = 'waiting', settled = NULL, tries = 0, due = $4
            WHERE city = $1 AND case_id = $2 AND place = $3 AND state = 'refused'";
        Ok(self
            .execute(sql, &params![&*city, case, place, now])
            .await?
            == 1)
    }

    /// All refused packets go again: after a correction of the mapping. Returns how many.
    pub async fn resend_packets(&mut self, now: Moment) -> Result<u64> {
        let city = self.shared_city();
        let sql = "UPDATE portal_packet SET state = 'waiting', settled = NULL, tries = 0, due = $2
            WHERE city = $1 AND state = 'refused'";
        self.execute(sql, &params![&*city, now]).await
    }

    pub async fn save_portal_count(
        &mut self,
        month: &str,
        ours: u64,
        theirs: u64,
        at: Moment,
    ) -> Result<()> {
        let city = self.shared_city();
        let sql =
            "INSERT INTO portal_count (city, month, ours, theirs, at) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (city, month) DO UPDATE SET ours = $3, theirs = $4, at = $5";
        let (ours, theirs) = (ours as i64, theirs as i64);
        self.execute(sql, &params![&*city, month, ours, theirs, at])
            .await?;
        Ok(())
    }

    /// Bodies that were sent about a case are erased with its personal data.
    pub async fn erase_packets_of(&mut self, case: CaseId) -> Result<u64> {
        let city = self.shared_city();
        let sql = "UPDATE portal_packet SET sent = NULL WHERE city = $1 AND case_id = $2";
        self.execute(sql, &params![&*city, case]).await
    }
}
