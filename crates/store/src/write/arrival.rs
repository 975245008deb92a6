//! Words from outside that are no case yet: letters by e-mail, texts by SMS or Zalo.

use rules::Moment;
use rules::ids::{ArrivalId, CaseId, PersonId};
use rules::message::Channel;
use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::params;
use crate::read::arrival::{ARRIVAL, read_arrival};
use crate::tx::Tx;
use crate::value::{to_json, word};
use crate::write::papers::DraftFile;

#[derive(Debug, Clone, PartialEq)]
pub struct Arrival {
    pub id: ArrivalId,
    pub way: Channel,
    /// A hash of what the other side calls it.
    pub foreign: String,
    /// An address or a number; `None` once erased, or never kept.
    pub sender: Option<String>,
    pub subject: Option<String>,
    pub body: Option<String>,
    pub files: Vec<DraftFile>,
    /// The kind and the commune that its words point to.
    pub service: Option<String>,
    pub area: Option<String>,
    pub state: ArrivalState,
    /// Why it was refused: a word of the texts.
    pub why: Option<String>,
    pub case: Option<CaseId>,
    pub person: Option<PersonId>,
    pub came: Moment,
    pub settled: Option<Moment>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ArrivalState {
    /// For an operator to read.
    Waiting,
    /// A report was opened from it.
    Filed,
    /// It was added to a case.
    Added,
    /// Nothing of it was kept.
    Refused,
    /// An operator put it aside.
    Dropped,
}

impl Tx {
    /// Writes an arrival. Returns whether it is new: the same one again changes nothing.
    pub async fn add_arrival(&mut self, one: &Arrival) -> Result<bool> {
        let city = self.shared_city();
        let sql = "INSERT INTO arrival (city, id, way, foreign_id, sender, subject, body, files, service, area,
            state, why, case_id, person, came, settled)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
            ON CONFLICT (city, way, foreign_id) DO NOTHING";
        let params = params![
            &*city,
            one.id,
            one.way.code(),
            &one.foreign,
            one.sender.as_ref(),
            one.subject.as_ref(),
            one.body.as_ref(),
            to_json(&one.files)?,
            one.service.as_ref(),
            one.area.as_ref(),
            word(&one.state)?,
            one.why.as_ref(),
            one.case,
            one.person,
            one.came,
            one.settled,
        ];
        Ok(self.execute(sql, &params).await? == 1)
    }

    /// An arrival, to be changed by this command.
    pub async fn arrival_to_change(&mut self, id: ArrivalId) -> Result<Option<Arrival>> {
        let city = self.shared_city();
        let locked = self.dialect().locked();
        let sql = format!("SELECT {ARRIVAL} FROM arrival WHERE city = $1 AND id = $2{locked}");
        self.maybe(&sql, &params![&*city, id], read_arrival).await
    }

    /// It is settled: what became of it, by whom.
    pub async fn settle_arrival(
        &mut self,
        id: ArrivalId,
        state: ArrivalState,
        case: Option<CaseId>,
        person: Option<PersonId>,
        at: Moment,
    ) -> Result<()> {
        let city = self.shared_city();
        let sql = "UPDATE arrival SET state = $3, case_id = $4, person = $5, settled = $6
            WHERE city = $1 AND id = $2";
        let params = params![&*city, id, word(&state)?, case, person, at];
        self.execute(sql, &params).await?;
        Ok(())
    }

    /// How many a sender brought since a moment, refused ones too.
    pub async fn arrivals_of(&mut self, sender: &str, since: Moment) -> Result<u32> {
        let city = self.shared_city();
        let sql = "SELECT count(*) FROM arrival WHERE city = $1 AND sender = $2 AND came >= $3";
        self.one(sql, &params![&*city, sender, since], |mut row| row.next())
            .await
    }

    /// Takes senders and words out of what was settled before a moment.
    pub async fn erase_arrivals(&mut self, before: Moment) -> Result<u64> {
        let city = self.shared_city();
        let sql = "UPDATE arrival SET sender = NULL, subject = NULL, body = NULL, files = '[]'
            WHERE city = $1 AND settled < $2 AND (sender IS NOT NULL OR body IS NOT NULL)";
        self.execute(sql, &params![&*city, before]).await
    }
}
