//! Numbers of the desks' queues. What a number is worth and who is called next is decided in `rules`.

use jiff::civil::Date;
use rules::Moment;
use rules::counter::queue::State;
use rules::ids::PersonId;

use crate::chain::Hash;
use crate::error::Result;
use crate::params;
use crate::read::queue::{TICKET, read_ticket};
use crate::tx::Tx;
use crate::value::word;

/// A number of a desk's day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticket {
    pub desk: String,
    pub day: Date,
    pub number: u32,
    pub purpose: String,
    /// `None`: nobody in particular.
    pub priority: Option<String>,
    /// Taken by phone, not at the desk.
    pub afar: bool,
    pub state: State,
    /// Called to, or sent on to.
    pub counter: Option<u32>,
    pub clerk: Option<PersonId>,
    pub taken: Moment,
    /// Waiting since: `taken`, or when it was sent on.
    pub since: Moment,
    /// When it was called first in this wait.
    pub called: Option<Moment>,
    pub calls: u32,
    pub sent_on: bool,
    /// Seconds waited and served in all, those of a wait or a talk that goes on apart.
    pub waited: u32,
    pub served: u32,
    pub ended: Option<Moment>,
}

impl Tx {
    /// Writes a new number.
    pub async fn add_ticket(&mut self, ticket: &Ticket, token: &Hash) -> Result<()> {
        let city = self.shared_city();
        let sql = "INSERT INTO queue_ticket (city, desk, day, n, token_hash, purpose, priority, afar,
            state, counter, clerk, taken, since, called, calls, sent_on, waited, served, ended, touched)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)";
        let params = params![
            &*city,
            &ticket.desk,
            ticket.day,
            ticket.number,
            token,
            &ticket.purpose,
            ticket.priority.as_deref(),
            ticket.afar,
            word(&ticket.state)?,
            ticket.counter,
            ticket.clerk,
            ticket.taken,
            ticket.since,
            ticket.called,
            ticket.calls,
            ticket.sent_on,
            ticket.waited,
            ticket.served,
            ticket.ended,
            ticket.taken,
        ];
        self.execute(sql, &params).await?;
        Ok(())
    }

    /// The numbers of a desk's day, to be changed by this command: nobody else changes them meanwhile.
    pub async fn queue_to_change(&mut self, desk: &str, day: Date) -> Result<Vec<Ticket>> {
        let city = self.shared_city();
        let locked = self.dialect().locked();
        let sql = format!(
            "SELECT {TICKET} FROM queue_ticket WHERE city = $1 AND desk = $2 AND day = $3 ORDER BY n{locked}"
        );
        self.all(&sql, &params![&*city, desk, day], read_ticket)
            .await
    }

    /// Writes what a number has become.
    pub async fn change_ticket(&mut self, ticket: &Ticket, now: Moment) -> Result<()> {
        let city = self.shared_city();
        let sql = "UPDATE queue_ticket SET purpose = $5, state = $6, counter = $7, clerk = $8, since = $9,
            called = $10, calls = $11, sent_on = $12, waited = $13, served = $14, ended = $15, touched = $16
            WHERE city = $1 AND desk = $2 AND day = $3 AND n = $4";
        let params = params![
            &*city,
            &ticket.desk,
            ticket.day,
            ticket.number,
            &ticket.purpose,
            word(&ticket.state)?,
            ticket.counter,
            ticket.clerk,
            ticket.since,
            ticket.called,
            ticket.calls,
            ticket.sent_on,
            ticket.waited,
            ticket.served,
            ticket.ended,
            now,
        ];
        self.execute(sql, &params).await?;
        Ok(())
    }
}
