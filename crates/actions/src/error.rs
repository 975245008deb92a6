//! The three kinds of no, on their way to a page.

use rules::calendar::CalendarFault;
use rules::case::{Recorded, Refusal};
use service::field::FieldProblem;
use store::StoreError;

use crate::photo::PhotoProblem;

#[derive(Debug, thiserror::Error)]
pub enum ActionError {
    /// The city says no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// What was filled in has flaws; nothing typed is lost.
    #[error("{} flaw(s) in the form", .0.len())]
    Flawed(Vec<FieldProblem>),
    /// The definition has flaws.
    #[error("{} flaw(s) in the definition", .0.len())]
    Unfit(Vec<service::Problem>),
    /// A photo or file was not taken.
    #[error("{name}: {problem}")]
    Photo { name: String, problem: PhotoProblem },
    #[error("not found")]
    NotFound,
    /// Somebody was faster: what happened since the page was drawn.
    #[error("{} event(s) happened meanwhile", .0.len())]
    Meanwhile(Vec<Recorded>),
    /// Too many tries; come back after so many minutes.
    #[error("too many tries")]
    TooMany { minutes: u32 },
    #[error("name or password is wrong")]
    WrongPassword,
    /// The city has no calendar yet.
    #[error("the city has no calendar")]
    NoCalendar,
    #[error("the service {0} is not offered")]
    NoService(String),
    /// The author is not the publisher.
    #[error("a second person must publish")]
    SamePerson,
    #[error(transparent)]
    Calendar(#[from] CalendarFault),
    #[error("calendar version {version} does not follow the one in force; the next is {next}")]
    CalendarOrder { version: u32, next: u32 },
    /// The queue says no.
    #[error(transparent)]
    Queue(#[from] crate::queue::QueueRefusal),
    #[error(transparent)]
    Mandate(#[from] rules::mandate::Wrong),
    #[error(transparent)]
    StandIn(#[from] rules::stand_in::Wrong),
    #[error(transparent)]
    Reply(#[from] rules::reply::Wrong),
    /// We broke.
    #[error(transparent)]
    Fault(StoreError),
}

impl From<StoreError> for ActionError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict(conflict) => ActionError::Meanwhile(conflict.meanwhile),
            other => ActionError::Fault(other),
        }
    }
}
