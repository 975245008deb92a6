//! Messages as lists show them: of a case, of a person, of the whole city for whoever looks after them.

use rules::Moment;
use rules::case::Case;
use rules::ids::{CaseId, MessageId, PersonId};
use rules::message::Channel;
use rules::notice::Kind;

use crate::error::{Result, StoreError};
use crate::params;
use crate::read::query::Query;
use crate::reader::{Reader, Source};
use crate::tx::Tx;
use crate::value::{Row, from_json};
use crate::write::message::{Message, Preference, Recipient, Side, State};

pub(crate) const MESSAGE: &str = "id, case_id, recipient, side, kind, channel, language, address, \
    subject, body, provider, fallback, state, tries, due, created, settled, reference, fault";

pub(crate) fn read_message(mut row: Row) -> Result<Message> {
    let bad = |what: &str| StoreError::corrupt(format!("message: {what}"));
    Ok(Message {
        id: row.next()?,
        case: row.next()?,
        recipient: Recipient::read(&row.next::<String>()?).ok_or_else(|| bad("recipient"))?,
        side: row.word()?,
        kind: Kind::from_code(&row.next::<String>()?).ok_or_else(|| bad("kind"))?,
        channel: Channel::from_code(&row.next::<String>()?).ok_or_else(|| bad("channel"))?,
        language: row.next()?,
        address: row.next()?,
        subject: row.next()?,
        body: row.next()?,
        provider: row
            .next::<Option<String>>()?
            .as_deref()
            .map(from_json)
            .transpose()?,
        fallback: row.json()?,
        state: row.word()?,
        tries: row.next()?,
        due: row.next()?,
        created: row.next()?,
        settled: row.next()?,
        reference: row.next()?,
        fault: row.next()?,
    })
}

/// What a list of the whole city's messages asks for.
#[derive(Debug, Clone, Default)]
pub struct MessageFilter {
    pub state: Option<State>,
    pub channel: Option<Channel>,
    pub before: Option<Moment>,
    pub most: u32,
}

/// How many messages of a channel are in a state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageCount {
    pub channel: Channel,
    pub state: State,
    pub count: u32,
}

async fn preference(mut from: impl Source, person: PersonId) -> Result<Preference> {
    let sql = "SELECT body FROM preference WHERE city = $1 AND person = $2";
    let city = from.city();
    let rows = from.rows(sql, &params![&*city, person]).await?;
    let row = rows.into_iter().next();
    Ok(row
        .map(|mut row| row.json())
        .transpose()?
        .unwrap_or_default())
}

impl Tx {
    pub async fn preference(&mut self, person: PersonId) -> Result<Preference> {
        preference(self, person).await
    }
}

impl Reader {
    /// What the person wishes of messages.
    pub async fn preference(&self, person: PersonId) -> Result<Preference> {
        preference(self, person).await
    }

    /// What every person with wishes wishes, in the order of their ids.
    pub async fn preferences(&self) -> Result<Vec<(PersonId, Preference)>> {
        let sql = "SELECT person, body FROM preference WHERE city = $1 ORDER BY person";
        let read = |mut row: Row| Ok((row.next()?, row.json()?));
        self.all(sql, &params![&*self.city], read).await
    }

    /// A case and its title for the city's own letters. Who may see it is not asked: nothing of it is shown to anybody but those
    /// whom the rules tell.
    pub async fn case_for_city(&self, id: CaseId) -> Result<Option<(Case, String)>> {
        let sql = "SELECT state, title FROM cases WHERE city = $1 AND id = $2";
        let read = |mut row: Row| Ok((row.json()?, row.next()?));
        self.maybe(sql, &params![&*self.city, id], read).await
    }

    /// Open cases whose date has passed while their clock runs, in the order of their ids, with their titles; `after`: the last one
    /// of the page before.
    pub async fn late_cases(
        &self,
        now: Moment,
        after: Option<CaseId>,
        most: u32,
    ) -> Result<Vec<(Case, String)>> {
        let after = after.map_or(CaseId(uuid::Uuid::nil()), |id| id);
        let by_open = self.dialect().by_open();
        let sql = format!(
            "SELECT state, title FROM cases {by_open} WHERE city = $1 AND ended IS NULL AND original IS NULL AND due < $2
            AND id > $3 ORDER BY id LIMIT $4"
        );
        let read = |mut row: Row| Ok((row.json::<Case>()?, row.next::<String>()?));
        let params = params![&*self.city, now, after, most];
        self.all(&sql, &params, read).await
    }

    /// Cases decided and not handed over, whose handing over is somebody's step now.
    pub async fn uncollected(&self) -> Result<Vec<Case>> {
        let sql = "SELECT DISTINCT c.id, c.state FROM task t
            JOIN cases c ON c.city = t.city AND c.id = t.case_id
            WHERE t.city = $1 AND c.life = 9 AND c.kind = 'procedure' ORDER BY c.id";
        let read = |mut row: Row| {
            let _id: CaseId = row.next()?;
            row.json()
        };
        self.all(sql, &params![&*self.city], read).await
    }

    /// Messages about a case on one side, newest first.
    pub async fn messages_of(&self, case: CaseId, side: Option<Side>) -> Result<Vec<Message>> {
        let sql = format!("SELECT {MESSAGE} FROM message WHERE city = $1 AND case_id = $2");
        let mut query = Query::new(sql, params![&*self.city, case]);
        if let Some(side) = side {
            query.with("AND side =", crate::value::word(&side)?);
        }
        query.push("ORDER BY created DESC, id LIMIT 200");
        self.all(&query.sql, &query.params, read_message).await
    }

    /// What stands in these people's lists in the app, newest first; `before`: the last line of the page before.
    pub async fn notices(
        &self,
        whose: &[Recipient],
        before: Option<Moment>,
        most: u32,
    ) -> Result<Vec<Message>> {
        let sql = format!("SELECT {MESSAGE} FROM message WHERE city = $1 AND channel = 'app' AND");
        let mut query = Query::new(sql, params![&*self.city]);
        query.one_of("recipient", whose.iter().map(Recipient::code));
        if let Some(before) = before {
            query.with("AND created <", before);
        }
        query.push("ORDER BY created DESC, id");
        query.with("LIMIT", most);
        self.all(&query.sql, &query.params, read_message).await
    }

    /// How many of them came after the person last looked; counted up to a hundred, for a badge.
    pub async fn unseen(&self, person: PersonId, whose: &[Recipient]) -> Result<u32> {
        let seen = self.seen_until(person).await?;
        let sql =
            "SELECT count(*) FROM (SELECT 1 FROM message WHERE city = $1 AND channel = 'app' AND";
        let mut query = Query::new(sql, params![&*self.city]);
        query.one_of("recipient", whose.iter().map(Recipient::code));
        if let Some(seen) = seen {
            query.with("AND created >", seen);
        }
        query.push("LIMIT 100) AS few");
        self.one(&query.sql, &query.params, |mut row| row.next())
            .await
    }

    /// Up to when the person has seen their list.
    pub async fn seen_until(&self, person: PersonId) -> Result<Option<Moment>> {
        let sql = "SELECT at FROM message_seen WHERE city = $1 AND person = $2";
        self.maybe(sql, &params![&*self.city, person], |mut row| row.next())
            .await
    }

    pub async fn message(&self, id: MessageId) -> Result<Option<Message>> {
        let sql = format!("SELECT {MESSAGE} FROM message WHERE city = $1 AND id = $2");
        self.maybe(&sql, &params![&*self.city, id], read_message)
            .await
    }

    /// Messages that leave the house, newest first.
    pub async fn outgoing(&self, filter: &MessageFilter) -> Result<Vec<Message>> {
        let sql = format!("SELECT {MESSAGE} FROM message WHERE city = $1 AND channel <> 'app'");
        let mut query = Query::new(sql, params![&*self.city]);
        if let Some(state) = &filter.state {
            query.with("AND state =", crate::value::word(state)?);
        }
        if let Some(channel) = filter.channel {
            query.with("AND channel =", channel.code());
        }
        if let Some(before) = filter.before {
            query.with("AND created <", before);
        }
        query.push("ORDER BY created DESC, id");
        query.with("LIMIT", filter.most);
        self.all(&query.sql, &query.params, read_message).await
    }

    /// How many messages left the house since a moment, by channel and state.
    pub async fn message_counts(&self, since: Moment) -> Result<Vec<MessageCount>> {
        let sql = "SELECT channel, state, count(*) FROM message WHERE city = $1 AND created >= $2
            AND channel <> 'app' GROUP BY channel, state ORDER BY channel, state";
        self.all(sql, &params![&*self.city, since], |mut row| {
            Ok(MessageCount {
                channel: row.word()?,
                state: row.word()?,
                count: row.next()?,
            })
        })
        .await
    }
}
