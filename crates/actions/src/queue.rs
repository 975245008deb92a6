//! Numbers of a desk's queue: taken by residents, called by clerks. Atomic per desk and day; how long people
//! waited and were served is written down as it happens. Absent: names. A number belongs to whoever holds its token.

use jiff::civil::{Date, Time};
use rules::Moment;
use rules::case::Refusal;
use rules::counter::queue::{self, State, Waiting};
use rules::counter::{is_desk, opening};
use rules::ids::PersonId;
use rules::organisation::Unit;
use rules::person::{Official, Person};
use service::definition::Code;
use store::{Ticket, Tx};

use crate::city::{City, Law};
use crate::error::ActionError;
use crate::secret;

/// Why the queue says no.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QueueRefusal {
    #[error("the desk gives no numbers now")]
    Closed { opens: Option<Time> },
    #[error("{most} numbers taken from afar wait already")]
    Full { most: u32 },
    #[error("nobody waits for this counter")]
    NobodyWaits,
    /// A colleague was faster, or the holder gave it back.
    #[error("the number {number} is not there any more")]
    Gone { number: u32 },
    #[error("the desk has no such counter")]
    NoSuchCounter { most: u32 },
}

/// What a resident takes.
#[derive(Debug, Clone)]
pub struct TakeNumber {
    pub desk: Code,
    pub purpose: Code,
    pub priority: Option<Code>,
    /// By phone, not at the desk.
    pub afar: bool,
    /// Made with the empty form: the same key gives the same number, however often it is sent.
    pub key: String,
}

/// What a clerk does to a queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Call {
    /// Ends what this counter has and calls the next one.
    Next,
    Again {
        number: u32,
    },
    Done {
        number: u32,
    },
    Absent {
        number: u32,
    },
    /// To another purpose or another counter of this desk, before all others.
    SendOn {
        number: u32,
        purpose: Code,
        counter: Option<u32>,
    },
    /// Somebody who was absent has come after all.
    Back {
        number: u32,
    },
}

impl City {
    /// Takes a number. Returns the token that its holder follows it with.
    ///
    /// # Errors
    /// [`QueueRefusal`]; [`ActionError::NotFound`] where there is no such desk or purpose.
    pub async fn take_number(&self, take: TakeNumber) -> Result<String, ActionError> {
        let (law, now) = (self.law(), self.now());
        let (day, time) = law.calendar()?.local(now);
        let desk = desk(&law, &take.desk, day)?;
        let counter = &law.counter;
        if counter.purpose(&take.purpose).is_none() {
            return Err(ActionError::NotFound);
        }
        let hours = hours(&law, desk, day)?;
        if !counter.gives_numbers(&hours, time) {
            return Err(QueueRefusal::Closed {
                opens: opening::next(&hours, time),
            }
            .into());
        }
        let most = counter.queue.most_from_afar;
        let priority = take
            .priority
            .clone()
            .filter(|code| counter.priority(code).is_some());
        let token = secret::of_key(&take.key);
        let kept = token.clone();
        self.writer()
            .run("number", move |tx| {
                let (take, priority, token) = (take.clone(), priority.clone(), kept.clone());
                Box::pin(async move { number(tx, &take, priority, &token, day, most, now).await })
            })
            .await?;
        Ok(token)
    }

    /// Does a clerk's work on the queue of a desk. Returns the number that the counter has now.
    ///
    /// # Errors
    /// [`Refusal::NotYours`] where the person does not sit at this desk; [`QueueRefusal`].
    pub async fn call(
        &self,
        person: &Person,
        desk_code: &str,
        counter: u32,
        call: Call,
    ) -> Result<Option<Ticket>, ActionError> {
        let (law, now) = (self.law(), self.now());
        let (day, _) = law.calendar()?.local(now);
        let clerk = seated(person, desk_code)?.id;
        desk(&law, desk_code, day)?;
        let most = law.counter.queue.counters;
        if counter == 0 || counter > most {
            return Err(QueueRefusal::NoSuchCounter { most }.into());
        }
        let code = desk_code.to_owned();
        self.writer()
            .run("call", move |tx| {
                let (law, code, call) = (law.clone(), code.clone(), call.clone());
                Box::pin(async move {
                    let queue = tx.queue_to_change(&code, day).await?;
                    let at = Counter {
                        law: &law,
                        number: counter,
                        clerk,
                        now,
                    };
                    at.work(tx, queue, &call).await
                })
            })
            .await
    }

    /// The holder of a number gives it back.
    ///
    /// # Errors
    /// [`ActionError::NotFound`] for an unknown token; [`QueueRefusal::Gone`] where it is over already.
    pub async fn leave_queue(&self, token: &str) -> Result<(), ActionError> {
        let now = self.now();
        let found = self.reader().ticket(&secret::token_hash(token)).await?;
        let held = found.ok_or(ActionError::NotFound)?;
        self.writer()
            .run("leave", move |tx| {
                let held = held.clone();
                Box::pin(async move {
                    let queue = tx.queue_to_change(&held.desk, held.day).await?;
                    let mut ticket = pick(queue, held.number, &[State::Waiting])?;
                    ticket.waited += since(ticket.since, now);
                    end(&mut ticket, State::Left, now);
                    Ok(tx.change_ticket(&ticket, now).await?)
                })
            })
            .await
    }
}

/// The desk of this code today.
///
/// # Errors
/// [`ActionError::NotFound`] where the code names no desk.
pub fn desk<'l>(law: &'l Law, code: &str, day: Date) -> Result<&'l Unit, ActionError> {
    let unit = law.organisation.unit(code, day);
    unit.filter(|unit| is_desk(unit))
        .ok_or(ActionError::NotFound)
}

/// When a desk is open on a day.
///
/// # Errors
/// Where the city has no calendar for that day.
pub fn hours(
    law: &Law,
    desk: &Unit,
    day: Date,
) -> Result<Vec<rules::calendar::Hours>, ActionError> {
    let working = law.calendar()?.is_working_day(day)?;
    Ok(law
        .counter
        .hours(&desk.code, &desk.kind, day, working)
        .to_vec())
}

fn seated<'p>(person: &'p Person, desk: &str) -> Result<&'p Official, ActionError> {
    match person {
        Person::Official(official) if official.seats.iter().any(|seat| seat.unit == desk) => {
            Ok(official)
        }
        _ => Err(Refusal::NotYours.into()),
    }
}

async fn number(
    tx: &mut Tx,
    take: &TakeNumber,
    priority: Option<Code>,
    token: &str,
    day: Date,
    most: u32,
    now: Moment,
) -> Result<(), ActionError> {
    let key = format!("number/{}", take.key);
    if tx.once::<u32>(&key, now).await?.is_some() {
        return Ok(());
    }
    if take.afar {
        let queue = tx.queue_to_change(&take.desk, day).await?;
        let waiting = queue
            .iter()
            .filter(|one| one.afar && one.state == State::Waiting);
        if waiting.count() >= most as usize {
            return Err(QueueRefusal::Full { most }.into());
        }
    }
    let number = tx.next_number(&format!("queue/{}", take.desk), day).await?;
    let number = u32::try_from(number).unwrap_or(u32::MAX);
    let ticket = Ticket {
        desk: take.desk.clone(),
        day,
        number,
        purpose: take.purpose.clone(),
        priority,
        afar: take.afar,
        state: State::Waiting,
        counter: None,
        clerk: None,
        taken: now,
        since: now,
        called: None,
        calls: 0,
        sent_on: false,
        waited: 0,
        served: 0,
        ended: None,
    };
    tx.add_ticket(&ticket, &secret::token_hash(token)).await?;
    Ok(tx.remember(&key, &number).await?)
}

/// A clerk at a counter, with the moment.
struct Counter<'a> {
    law: &'a Law,
    number: u32,
    clerk: PersonId,
    now: Moment,
}

impl Counter<'_> {
    async fn work(
        &self,
        tx: &mut Tx,
        queue: Vec<Ticket>,
        call: &Call,
    ) -> Result<Option<Ticket>, ActionError> {
        let now = self.now;
        let ticket = match call {
            Call::Next => return self.next(tx, queue).await,
            Call::Again { number } => {
                let mut ticket = pick(queue, *number, &[State::Called])?;
                ticket.calls += 1;
                ticket
            }
            Call::Done { number } => {
                let mut ticket = pick(queue, *number, &[State::Called])?;
                done(&mut ticket, now);
                ticket
            }
            Call::Absent { number } => {
                let mut ticket = pick(queue, *number, &[State::Called])?;
                end(&mut ticket, State::Absent, now);
                ticket
            }
            Call::SendOn {
                number,
                purpose,
                counter,
            } => {
                let mut ticket = pick(queue, *number, &[State::Called])?;
                let most = self.law.counter.queue.counters;
                if counter.is_some_and(|counter| counter == 0 || counter > most) {
                    return Err(QueueRefusal::NoSuchCounter { most }.into());
                }
                if self.law.counter.purpose(purpose).is_none() {
                    return Err(ActionError::NotFound);
                }
                ticket.served += since(ticket.called.unwrap_or(now), now);
                ticket.purpose.clone_from(purpose);
                again(&mut ticket, *counter, now);
                ticket
            }
            Call::Back { number } => {
                let mut ticket = pick(queue, *number, &[State::Absent])?;
                again(&mut ticket, None, now);
                ticket
            }
        };
        tx.change_ticket(&ticket, now).await?;
        Ok(Some(ticket).filter(|ticket| ticket.state == State::Called))
    }

    async fn next(&self, tx: &mut Tx, queue: Vec<Ticket>) -> Result<Option<Ticket>, ActionError> {
        let (now, rules) = (self.now, &self.law.counter);
        for one in &queue {
            if one.state == State::Called && one.counter == Some(self.number) {
                let mut ended = one.clone();
                done(&mut ended, now);
                tx.change_ticket(&ended, now).await?;
            }
        }
        let serves = |purpose: &str| {
            let purpose = rules.purpose(purpose);
            purpose.is_none_or(|one| one.counters.is_empty() || one.counters.contains(&self.number))
        };
        let waiting = waiting(&queue);
        let most = rules.queue.most_priority_in_a_row;
        let Some(place) = queue::next(&waiting, self.number, serves, in_a_row(&queue), most) else {
            return Ok(None);
        };
        let mut ticket = pick(queue, waiting[place].number, &[State::Waiting])?;
        ticket.waited += since(ticket.since, now);
        ticket.state = State::Called;
        ticket.counter = Some(self.number);
        ticket.clerk = Some(self.clerk);
        ticket.called = Some(now);
        ticket.calls = 1;
        tx.change_ticket(&ticket, now).await?;
        Ok(Some(ticket))
    }
}

/// Those of a day's numbers that wait.
pub fn waiting(queue: &[Ticket]) -> Vec<Waiting> {
    let waits = queue.iter().filter(|one| one.state == State::Waiting);
    waits
        .map(|one| Waiting {
            number: one.number,
            purpose: one.purpose.clone(),
            priority: one.priority.is_some(),
            sent_on: one.sent_on,
            counter: one.counter,
            since: one.since,
        })
        .collect()
}

/// How many with priority were called last without one between who had none.
pub fn in_a_row(queue: &[Ticket]) -> u32 {
    let mut called: Vec<&Ticket> = queue.iter().filter(|one| one.called.is_some()).collect();
    called.sort_by_key(|one| std::cmp::Reverse((one.called, one.number)));
    let row = called.iter().take_while(|one| one.priority.is_some());
    u32::try_from(row.count()).unwrap_or(u32::MAX)
}

/// Seconds from one moment to another; none where the clock went back.
pub fn since(from: Moment, now: Moment) -> u32 {
    u32::try_from(now.duration_since(from).as_secs().max(0)).unwrap_or(u32::MAX)
}

fn pick(queue: Vec<Ticket>, number: u32, states: &[State]) -> Result<Ticket, ActionError> {
    let found = queue.into_iter().find(|one| one.number == number);
    let found = found.filter(|one| states.contains(&one.state));
    found.ok_or_else(|| QueueRefusal::Gone { number }.into())
}

fn end(ticket: &mut Ticket, state: State, now: Moment) {
    ticket.state = state;
    ticket.ended = Some(now);
}

fn done(ticket: &mut Ticket, now: Moment) {
    ticket.served += since(ticket.called.unwrap_or(now), now);
    end(ticket, State::Done, now);
}

/// Waits again, before all others.
fn again(ticket: &mut Ticket, counter: Option<u32>, now: Moment) {
    ticket.state = State::Waiting;
    ticket.since = now;
    ticket.counter = counter;
    ticket.sent_on = true;
    ticket.ended = None;
    ticket.called = None;
}
