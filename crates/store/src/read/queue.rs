//! Queues as they stand: by desk and day, or one number by its token.

use jiff::civil::Date;
use rules::Moment;

use crate::chain::Hash;
use crate::error::Result;
use crate::params;
use crate::reader::Reader;
use crate::value::Row;
use crate::write::queue::Ticket;

/// Columns of [`read_ticket`].
pub(crate) const TICKET: &str = "desk, day, n, purpose, priority, afar, state, counter, clerk, taken, \
    since, called, calls, sent_on, waited, served, ended";

pub(crate) fn read_ticket(mut row: Row) -> Result<Ticket> {
    Ok(Ticket {
        desk: row.next()?,
        day: row.next()?,
        number: row.next()?,
        purpose: row.next()?,
        priority: row.next()?,
        afar: row.next()?,
        state: row.word()?,
        counter: row.next()?,
        clerk: row.next()?,
        taken: row.next()?,
        since: row.next()?,
        called: row.next()?,
        calls: row.next()?,
        sent_on: row.next()?,
        waited: row.next()?,
        served: row.next()?,
        ended: row.next()?,
    })
}

impl Reader {
    /// The numbers of a desk in `from..=to`, in their order.
    pub async fn queue(&self, desk: &str, from: Date, to: Date) -> Result<Vec<Ticket>> {
        let sql = format!(
            "SELECT {TICKET} FROM queue_ticket WHERE city = $1 AND desk = $2 AND day >= $3 AND day <= $4
             ORDER BY day, n"
        );
        let params = params![&*self.city, desk, from, to];
        self.all(&sql, &params, read_ticket).await
    }

    /// The number that belongs to a token.
    pub async fn ticket(&self, token: &Hash) -> Result<Option<Ticket>> {
        let sql = format!("SELECT {TICKET} FROM queue_ticket WHERE city = $1 AND token_hash = $2");
        self.maybe(&sql, &params![&*self.city, token], read_ticket)
            .await
    }

    /// When a desk's queue of a day moved last; `None`: nobody came yet.
    pub async fn queue_moved(&self, desk: &str, day: Date) -> Result<Option<Moment>> {
        let sql =
            "SELECT max(touched) FROM queue_ticket WHERE city = $1 AND desk = $2 AND day = $3";
        let params = params![&*self.city, desk, day];
        self.one(sql, &params, |mut row| row.next()).await
    }

    /// How many wait at each desk of a day.
    pub async fn queues_waiting(&self, day: Date) -> Result<Vec<(String, u32)>> {
        let sql = "SELECT desk, count(*) FROM queue_ticket WHERE city = $1 AND day = $2 AND state = 'waiting'
            GROUP BY desk";
        let read = |mut row: Row| Ok((row.next()?, row.next()?));
        self.all(sql, &params![&*self.city, day], read).await
    }
}
