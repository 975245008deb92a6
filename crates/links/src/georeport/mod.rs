//! Another system of reports that speaks Open311 GeoReport v2: it is handed reports and asked what became of them, over
//! HTTP or as a double in memory. What it says is read with patience: real servers answer in many ways (`read`).

mod double;
mod http;
mod read;

pub use double::GeoDouble;
pub use http::{HttpGeo, RESTS, Server};
pub use read::{Said, id_or_token, rows, said, words_of_errors};

use async_trait::async_trait;
use rules::Moment;
use rules::partner::{Format, News, Outgoing};

/// What it gave back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taken {
    Id(String),
    /// Its id comes later, under this.
    Token(String),
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GeoFault {
    /// It read it and says no: somebody must correct something.
    #[error("{0}")]
    Refused(String),
    /// Away, resting or not understood: again later.
    #[error("{0}")]
    NotNow(String),
}

/// What it is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    pub news: News,
    /// Of these requests, by their ids there.
    pub ids: Vec<String>,
    /// Since when; of [`News::Requests`] it is not asked.
    pub since: Moment,
    pub until: Moment,
}

/// How it wants to be spoken to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Manner {
    pub format: Format,
    pub jurisdiction: String,
}

#[async_trait]
pub trait GeoReport: Send + Sync {
    /// Where it is, without a secret: for people.
    fn place(&self) -> String;

    /// Hands a report on. `key`: the same for every try of the same report, for servers that know it.
    ///
    /// # Errors
    /// [`GeoFault::Refused`] until something is corrected, [`GeoFault::NotNow`] for now.
    async fn send(
        &self,
        outgoing: &Outgoing,
        manner: &Manner,
        key: &str,
        now: Moment,
    ) -> Result<Taken, GeoFault>;

    /// The id behind a token; `None`: not yet.
    ///
    /// # Errors
    /// As [`GeoReport::send`].
    async fn token(
        &self,
        token: &str,
        manner: &Manner,
        now: Moment,
    ) -> Result<Option<String>, GeoFault>;

    /// What became of requests.
    ///
    /// # Errors
    /// As [`GeoReport::send`].
    async fn news(
        &self,
        question: &Question,
        manner: &Manner,
        now: Moment,
    ) -> Result<Vec<Said>, GeoFault>;
}
