//! The queue of a desk as everybody sees it: taking a number by phone or at the kiosk, following it without an
//! account, the screen in the waiting room. Numbers and counters only, never a name.

mod kiosk;
mod screen;
mod take;
mod ticket;

use actions::queue::{self, QueueRefusal};
use axum::routing::get;
use jiff::civil::{Date, Time};
use rules::calendar::Hours;
use rules::counter::opening;
use rules::counter::queue::{Figures, Measured, State, figures};
use rules::duty::Act;
use rules::organisation::Unit;
use store::Ticket;

use crate::door::{Doors, Duty};
use crate::error::Failure;
use crate::hall::Hall;
use crate::text::Lang;

/// The doors of the queue that need no account.
pub fn doors(doors: Doors<Hall>) -> Doors<Hall> {
    doors
        .door("/queue", get(take::desks).duty(Act::ReadPublic))
        .door(
            "/queue/ticket/{token}",
            get(ticket::get).post(ticket::leave).duty(Act::ReadPublic),
        )
        .door(
            "/queue/{desk}",
            get(take::get).post(take::post).duty(Act::ReadPublic),
        )
        .door(
            "/queue/{desk}/kiosk",
            get(kiosk::get).post(kiosk::post).duty(Act::ReadPublic),
        )
        .door(
            "/queue/{desk}/screen",
            get(screen::get).duty(Act::ReadPublic),
        )
        .door(
            "/queue/{desk}/live",
            get(screen::live).duty(Act::ReadPublic),
        )
}

/// A desk today: its unit, its hours, the numbers of the day.
pub struct Today {
    pub desk: Unit,
    pub day: Date,
    pub time: Time,
    pub hours: Vec<Hours>,
    pub queue: Vec<Ticket>,
}

impl Today {
    /// # Errors
    /// [`Failure::NotFound`] where the code names no desk.
    pub async fn of(hall: &Hall, desk: &str) -> Result<Self, Failure> {
        let law = hall.law();
        let (day, time) = law.calendar()?.local(hall.now());
        let desk = queue::desk(&law, desk, day)?.clone();
        let hours = queue::hours(&law, &desk, day)?;
        let queue = hall.reader().queue(&desk.code, day, day).await?;
        Ok(Self {
            desk,
            day,
            time,
            hours,
            queue,
        })
    }

    pub fn waiting(&self) -> usize {
        self.queue
            .iter()
            .filter(|one| one.state == State::Waiting)
            .count()
    }

    pub fn figures(&self) -> Figures {
        measured(&self.queue)
    }

    /// Those called last, the newest first.
    pub fn called(&self) -> Vec<&Ticket> {
        let mut called: Vec<&Ticket> = self
            .queue
            .iter()
            .filter(|one| one.called.is_some())
            .collect();
        called.sort_by_key(|one| std::cmp::Reverse((one.called, one.number)));
        called
    }

    /// `Đang mở, đến 11:00`, `Mở lại lúc 13:00`, `Hôm nay không mở cửa`
    pub fn open_words(&self, l: Lang) -> String {
        let now = self
            .hours
            .iter()
            .find(|hours| hours.from <= self.time && self.time < hours.to);
        match (
            now,
            opening::next(&self.hours, self.time),
            self.hours.last(),
        ) {
            (Some(hours), _, _) => l.f("queue.open-until", &[("at", &hour(hours.to))]),
            (None, Some(next), _) => l.f("queue.opens", &[("at", &hour(next))]),
            (None, None, Some(last)) => l.f("queue.closed-since", &[("at", &hour(last.to))]),
            (None, None, None) => l.t("queue.closed-today").to_owned(),
        }
    }
}

pub fn measured(queue: &[Ticket]) -> Figures {
    let numbers = queue.iter().map(|one| Measured {
        state: one.state,
        waited: one.waited,
        served: one.served,
        called: one.calls > 0,
    });
    figures(&numbers.collect::<Vec<_>>())
}

/// `07:00`
pub fn hour(time: Time) -> String {
    time.strftime("%H:%M").to_string()
}

/// `12 phút`, or that nobody knows yet.
pub fn minutes(l: Lang, seconds: Option<u32>) -> String {
    match seconds {
        Some(seconds) => crate::say::length(l, f64::from(seconds)),
        None => l.t("queue.not-yet").to_owned(),
    }
}

/// Why not, and what to do.
pub fn refusal_words(l: Lang, refusal: &QueueRefusal) -> String {
    match refusal {
        QueueRefusal::Closed { opens: Some(at) } => {
            l.f("queue-no.closed-until", &[("at", &hour(*at))])
        }
        QueueRefusal::Closed { opens: None } => l.of("queue-no", "closed", &[]),
        QueueRefusal::Full { most } => l.of("queue-no", "full", &[("most", most)]),
        QueueRefusal::NobodyWaits => l.of("queue-no", "nobody", &[]),
        QueueRefusal::Gone { number } => l.of("queue-no", "gone", &[("number", number)]),
        QueueRefusal::NoSuchCounter { most } => l.of("queue-no", "no-counter", &[("most", most)]),
    }
}
