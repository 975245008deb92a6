//! Messages to people: written once, claimed for sending under a lease, settled; and what people and the city wish of them.
//!
//! A claim is an UPDATE that names what it read: of two servers one changes the row and sends. A server that dies while sending
//! leaves a lease that runs out; the message goes again under the same id, by which the provider knows it.

use rules::Moment;
use rules::ids::{CaseId, MessageId, PersonId};
use rules::message::{Channel, ProviderCall, Rendered};
use rules::notice::Kind;
use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::params;
use crate::read::message::{MESSAGE, read_message};
use crate::tx::Tx;
use crate::value::{to_json, word};

/// One message by one way.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    pub id: MessageId,
    /// `None`: about no single case (a digest, the weekly list).
    pub case: Option<CaseId>,
    pub recipient: Recipient,
    pub side: Side,
    pub kind: Kind,
    pub channel: Channel,
    /// `vi`, `en`
    pub language: String,
    /// Where it goes; `None` in the app, or erased.
    pub address: Option<String>,
    /// `None`: erased.
    pub subject: Option<String>,
    pub body: Option<String>,
    pub provider: Option<ProviderCall>,
    /// Ways to go where this one fails for ever, best first, ready to go.
    pub fallback: Vec<Onward>,
    pub state: State,
    /// Tries begun.
    pub tries: u32,
    pub due: Moment,
    pub created: Moment,
    /// When nothing more is done about it.
    pub settled: Option<Moment>,
    /// The provider's own name for it.
    pub reference: Option<String>,
    /// What the provider said last, where it did not take it.
    pub fault: Option<String>,
}

/// The same message by another way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Onward {
    pub channel: Channel,
    pub address: String,
    pub said: Rendered,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    Waiting,
    /// Handed to an adapter; whether it arrived there is not known yet.
    Sending,
    Sent,
    /// The provider says that it reached the person.
    Delivered,
    Failed,
    /// Another way was gone instead.
    Replaced,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    Applicant,
    Staff,
}

/// Whose list a message stands in.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Recipient {
    Person(PersonId),
    /// Whoever asked, without an account: found by the case.
    Applicant,
    /// Everybody who works in a unit.
    Unit(String),
    /// Heads and deputy heads of a unit.
    Head(String),
}

impl Recipient {
    /// As it is stored and compared.
    pub fn code(&self) -> String {
        match self {
            Recipient::Person(id) => format!("person:{id}"),
            Recipient::Applicant => "applicant".to_owned(),
            Recipient::Unit(unit) => format!("unit:{unit}"),
            Recipient::Head(unit) => format!("head:{unit}"),
        }
    }

    pub(crate) fn read(code: &str) -> Option<Self> {
        match code.split_once(':') {
            None if code == "applicant" => Some(Recipient::Applicant),
            Some(("person", id)) => Some(Recipient::Person(id.parse().ok()?)),
            Some(("unit", unit)) => Some(Recipient::Unit(unit.to_owned())),
            Some(("head", unit)) => Some(Recipient::Head(unit.to_owned())),
            _ => None,
        }
    }
}

/// What became of a try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tried {
    Sent {
        reference: Option<String>,
    },
    /// Again at that moment.
    Later {
        at: Moment,
        fault: String,
    },
    Failed {
        fault: String,
    },
    Replaced {
        fault: String,
    },
}

impl Tx {
    /// Writes a message; the same one again changes nothing. Returns whether it is new.
    pub async fn save_message(&mut self, m: &Message) -> Result<bool> {
        let city = self.shared_city();
        let sql =
            "INSERT INTO message (city, id, case_id, recipient, side, kind, channel, language,
            address, subject, body, provider, fallback, state, tries, due, created, settled)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
            ON CONFLICT (city, id) DO NOTHING";
        let provider = m.provider.as_ref().map(to_json).transpose()?;
        let params = params![
            &*city,
            m.id,
            m.case,
            m.recipient.code(),
            word(&m.side)?,
            m.kind.code(),
            m.channel.code(),
            &m.language,
            m.address.as_ref(),
            m.subject.as_ref(),
            m.body.as_ref(),
            provider,
            to_json(&m.fallback)?,
            word(&m.state)?,
            m.tries,
            m.due,
            m.created,
            m.settled,
        ];
        Ok(self.execute(sql, &params).await? == 1)
    }

    /// Takes messages whose time has come for sending, until `lease`. Who dies meanwhile gives them back by that.
    pub async fn claim_messages(
        &mut self,
        now: Moment,
        lease: Moment,
        most: u32,
    ) -> Result<Vec<Message>> {
        let city = self.shared_city();
        let sql = format!(
            "SELECT {MESSAGE} FROM message WHERE city = $1 AND settled IS NULL AND due <= $2
             ORDER BY due, id LIMIT $3"
        );
        let waiting = self
            .all(&sql, &params![&*city, now, most], read_message)
            .await?;
        let mut claimed = Vec::new();
        for mut message in waiting {
            let sql = "UPDATE message SET state = 'sending', tries = tries + 1, due = $4
                WHERE city = $1 AND id = $2 AND due = $3 AND settled IS NULL";
            let params = params![&*city, message.id, message.due, lease];
            if self.execute(sql, &params).await? == 1 {
                message.tries += 1;
                message.due = lease;
                claimed.push(message);
            }
        }
        Ok(claimed)
    }

    /// Writes down what became of a try.
    pub async fn message_tried(&mut self, id: MessageId, tried: &Tried, now: Moment) -> Result<()> {
        let city = self.shared_city();
        let (state, settled, due, reference, fault) = match tried {
            Tried::Sent { reference } => (State::Sent, Some(now), now, reference.as_ref(), None),
            Tried::Later { at, fault } => (State::Waiting, None, *at, None, Some(fault)),
            Tried::Failed { fault } => (State::Failed, Some(now), now, None, Some(fault)),
            Tried::Replaced { fault } => (State::Replaced, Some(now), now, None, Some(fault)),
        };
        let sql =
            "UPDATE message SET state = $3, settled = $4, due = $5, reference = $6, fault = $7
            WHERE city = $1 AND id = $2 AND settled IS NULL";
        let params = params![&*city, id, word(&state)?, settled, due, reference, fault];
        self.execute(sql, &params).await?;
        Ok(())
    }

    /// The provider's report about a message that was sent. Returns whether there is one with this reference or id.
    pub async fn message_reported(
        &mut self,
        id: MessageId,
        delivered: bool,
        fault: Option<&str>,
    ) -> Result<bool> {
        let city = self.shared_city();
        let state = if delivered {
            State::Delivered
        } else {
            State::Failed
        };
        // A report may overtake our own note that it was sent.
        let sql = "UPDATE message SET state = $3, fault = $4, settled = coalesce(settled, created)
            WHERE city = $1 AND id = $2 AND channel <> 'app'";
        let params = params![&*city, id, word(&state)?, fault];
        Ok(self.execute(sql, &params).await? == 1)
    }

    /// A message that was given up goes again, from its first try. Returns whether it was one.
    pub async fn resend_message(&mut self, id: MessageId, now: Moment) -> Result<bool> {
        let city = self.shared_city();
        let sql = "UPDATE message SET state = 'waiting', settled = NULL, tries = 0, due = $3
            WHERE city = $1 AND id = $2 AND state = 'failed' AND body IS NOT NULL";
        Ok(self.execute(sql, &params![&*city, id, now]).await? == 1)
    }

    /// Bodies and addresses older than a moment go; that something was sent stays. Returns how many.
    pub async fn erase_messages(&mut self, before: Moment) -> Result<u64> {
        let city = self.shared_city();
        let sql = "UPDATE message SET address = NULL, subject = NULL, body = NULL, provider = NULL,
            fallback = '[]' WHERE city = $1 AND created < $2 AND body IS NOT NULL
            AND settled IS NOT NULL";
        self.execute(sql, &params![&*city, before]).await
    }

    /// As [`Tx::erase_messages`], of one case whose personal data is erased.
    pub async fn erase_messages_of(&mut self, case: CaseId) -> Result<u64> {
        let city = self.shared_city();
        let sql = "UPDATE message SET address = NULL, subject = NULL, body = NULL, provider = NULL,
            fallback = '[]', settled = coalesce(settled, created) WHERE city = $1 AND case_id = $2";
        self.execute(sql, &params![&*city, case]).await
    }

    /// The person has seen their list up to now.
    pub async fn messages_seen(&mut self, person: PersonId, at: Moment) -> Result<()> {
        let city = self.shared_city();
        let sql = "INSERT INTO message_seen (city, person, at) VALUES ($1, $2, $3)
            ON CONFLICT (city, person) DO UPDATE SET at = $3";
        self.execute(sql, &params![&*city, person, at]).await?;
        Ok(())
    }

    pub async fn save_preference(
        &mut self,
        person: PersonId,
        preference: &Preference,
        at: Moment,
    ) -> Result<()> {
        let city = self.shared_city();
        let sql = "INSERT INTO preference (city, person, body, at) VALUES ($1, $2, $3, $4)
            ON CONFLICT (city, person) DO UPDATE SET body = $3, at = $4";
        let params = params![&*city, person, to_json(preference)?, at];
        self.execute(sql, &params).await?;
        Ok(())
    }
}

/// What a person wishes of messages. Without a row: everything on the person's own pages, nothing by e-mail until an
/// address is given.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Preference {
    pub email: String,
    pub phone: String,
    /// `vi`, `en`; empty: Vietnamese.
    pub language: String,
    /// Ways that the person does not want.
    pub without: Vec<Channel>,
    /// E-mail once a day instead of each.
    pub digest: bool,
}
