//! What the portal was told and what it refused; what we count against what it counts.

use rules::Moment;
use rules::case::Case;
use rules::ids::CaseId;

use crate::error::Result;
use crate::params;
use crate::reader::Reader;
use crate::value::{Row, from_json};
use crate::write::portal::PortalPacket;

pub(crate) const PACKET: &str =
    "case_id, place, packet, state, tries, due, created, settled, given, fault_code, fault, sent";

pub(crate) fn read_packet(mut row: Row) -> Result<PortalPacket> {
    Ok(PortalPacket {
        case: row.next()?,
        place: row.next()?,
        packet: row.json()?,
        state: row.word()?,
        tries: row.next()?,
        due: row.next()?,
        created: row.next()?,
        settled: row.next()?,
        given: row.next()?,
        fault_code: row.next()?,
        fault: row.next()?,
        sent: row
            .next::<Option<String>>()?
            .as_deref()
            .map(from_json)
            .transpose()?,
    })
}

/// A dossier as the portal holds it by our own notes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortalDossier {
    pub case: CaseId,
    /// Our code.
    pub ours: String,
    /// The portal's.
    pub code: Option<String>,
    pub status: Option<u8>,
    pub received: Option<String>,
}

/// How the queue stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PortalQueue {
    pub waiting: u32,
    pub refused: u32,
    pub accepted: u32,
    pub dossiers: u32,
}

/// A month's count of both sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortalMonth {
    /// `2026-03`
    pub month: String,
    pub ours: u64,
    pub theirs: u64,
    pub at: Moment,
}

impl Reader {
    /// All packets of a dossier in their order.
    pub async fn packets_of(&self, case: CaseId) -> Result<Vec<PortalPacket>> {
        let sql = format!(
            "SELECT {PACKET} FROM portal_packet WHERE city = $1 AND case_id = $2 ORDER BY place"
        );
        self.all(&sql, &params![&*self.city, case], read_packet)
            .await
    }

    /// Packets that the portal refused, oldest first, with the code of their case.
    pub async fn refused_packets(&self, most: u32) -> Result<Vec<(PortalPacket, String)>> {
        let sql = "SELECT p.case_id, p.place, p.packet, p.state, p.tries, p.due, p.created, p.settled, p.given,
            p.fault_code, p.fault, p.sent, c.code FROM portal_packet p
            JOIN cases c ON c.city = p.city AND c.id = p.case_id
            WHERE p.city = $1 AND p.state = 'refused' ORDER BY p.created, p.case_id, p.place LIMIT $2";
        let read = |row: Row| {
            let mut values = row.rest();
            let code = values.pop().into_iter().collect();
            Ok((read_packet(Row::new(values))?, Row::new(code).next()?))
        };
        self.all(sql, &params![&*self.city, most], read).await
    }

    /// What the portal holds of a dossier.
    pub async fn portal_dossier(&self, case: CaseId) -> Result<Option<PortalDossier>> {
        let all = self.dossiers_where("d.case_id = $2", Some(case)).await?;
        Ok(all.into_iter().next())
    }

    /// Every dossier that the portal has taken.
    pub async fn portal_dossiers(&self) -> Result<Vec<PortalDossier>> {
        self.dossiers_where("d.code IS NOT NULL", None).await
    }

    async fn dossiers_where(
        &self,
        which: &str,
        case: Option<CaseId>,
    ) -> Result<Vec<PortalDossier>> {
        let sql = format!(
            "SELECT d.case_id, c.code, d.code, d.status, d.received FROM portal_dossier d
             JOIN cases c ON c.city = d.city AND c.id = d.case_id WHERE d.city = $1 AND {which}
             ORDER BY d.at, d.case_id"
        );
        let mut params = vec![(&*self.city).into()];
        params.extend(case.map(crate::value::Value::from));
        self.all(&sql, &params, |mut row| {
            Ok(PortalDossier {
                case: row.next()?,
                ours: row.next()?,
                code: row.next()?,
                status: row.next()?,
                received: row.next()?,
            })
        })
        .await
    }

    pub async fn portal_queue(&self) -> Result<PortalQueue> {
        let sql = "SELECT state, count(*) FROM portal_packet WHERE city = $1 GROUP BY state";
        let counts: Vec<(String, u32)> = self
            .all(sql, &params![&*self.city], |mut row| {
                Ok((row.next()?, row.next()?))
            })
            .await?;
        let sql = "SELECT count(*) FROM portal_dossier WHERE city = $1 AND code IS NOT NULL";
        let dossiers = self
            .one(sql, &params![&*self.city], |mut row| row.next())
            .await?;
        let mut queue = PortalQueue {
            dossiers,
            ..PortalQueue::default()
        };
        for (state, count) in counts {
            match state.as_str() {
                "waiting" => queue.waiting = count,
                "refused" => queue.refused = count,
                _ => queue.accepted = count,
            }
        }
        Ok(queue)
    }

    /// Counts of the last months, newest first.
    pub async fn portal_months(&self, most: u32) -> Result<Vec<PortalMonth>> {
        let sql = "SELECT month, ours, theirs, at FROM portal_count WHERE city = $1
            ORDER BY month DESC LIMIT $2";
        self.all(sql, &params![&*self.city, most], |mut row| {
            Ok(PortalMonth {
                month: row.next()?,
                ours: row.next()?,
                theirs: row.next()?,
                at: row.next()?,
            })
        })
        .await
    }

    /// Procedures opened between two moments, in the order of their ids, and whether the portal was told of each; `after`: the last
    /// one of the page before.
    pub async fn procedures_opened(
        &self,
        from: Moment,
        to: Moment,
        after: Option<CaseId>,
        most: u32,
    ) -> Result<Vec<(Case, bool)>> {
        let after = after.unwrap_or(CaseId(uuid::Uuid::nil()));
        let sql = "SELECT c.state, (SELECT count(*) FROM portal_dossier d WHERE d.city = c.city
            AND d.case_id = c.id) FROM cases c WHERE c.city = $1 AND c.kind = 'procedure'
            AND c.whole IS NULL
            AND c.opened >= $2 AND c.opened < $3 AND c.id > $4 ORDER BY c.id LIMIT $5";
        let params = params![&*self.city, from, to, after, most];
        self.all(sql, &params, |mut row| Ok((row.json()?, row.next()?)))
            .await
    }
}
