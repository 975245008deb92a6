//! Registers that others keep: population, land, enterprises, civil status. One question, one record; documented
//! in `docs/REGISTERS.md`. Absent: the city's own registers (`store`), and what a missing answer means (`actions`).

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use jiff::civil::Date;
use reqwest::{Certificate, Client, Identity};
use rules::Moment;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::answer::{bounded, told};
use crate::breaker::Breaker;

/// Asked of a register. All of it is sent and may be kept by whoever answers: the law asks for a purpose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Question {
    /// `population`, `land-register` …
    pub register: String,
    pub key: String,
    /// The service for which it is asked.
    pub purpose: String,
    /// A case's code or a draft's short name.
    pub reference: String,
    /// `applicant`, or the unit of the official who asks.
    pub asker: String,
}

/// A record with the day its data is of.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    pub record: Map<String, Value>,
    pub as_of: Option<Date>,
}

#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum RegisterFault {
    /// Not there, too slow, resting, or its answer cannot be read.
    #[error("the register does not answer: {0}")]
    Away(String),
    /// It answers, and says that we may not ask this.
    #[error("the register refuses: {0}")]
    Refused(String),
}

#[async_trait]
pub trait RegisterSource: Send + Sync {
    /// The record under a key; `None`: there is none.
    ///
    /// # Errors
    /// [`RegisterFault`]: whoever asks goes on without it.
    async fn find(&self, question: &Question, now: Moment) -> Result<Option<Found>, RegisterFault>;
}

/// Where a register answers over HTTPS and what opens it.
#[derive(Clone, Default)]
pub struct RegisterServer {
    pub url: String,
    /// Header and value: `("x-api-key", "…")`.
    pub key: Option<(String, String)>,
    /// Certificate and key for mutual TLS, in PEM.
    pub certificate: Option<Vec<u8>>,
    /// An authority of its own, in PEM.
    pub authority: Option<Vec<u8>>,
    pub patience: Duration,
}

pub struct HttpRegister {
    server: RegisterServer,
    http: Client,
    breaker: Breaker,
}

#[derive(Deserialize)]
struct Answer {
    found: bool,
    #[serde(default)]
    as_of: Option<Date>,
    #[serde(default)]
    record: Map<String, Value>,
}

/// No record of a person is larger.
const MOST_BYTES: usize = 64 * 1024;

impl HttpRegister {
    /// Prepares the client; nothing is asked yet.
    ///
    /// # Errors
    /// [`RegisterFault::Away`] where certificate or authority cannot be read.
    pub fn new(server: RegisterServer) -> Result<Self, RegisterFault> {
        let mut builder = Client::builder()
            .timeout(server.patience)
            .redirect(reqwest::redirect::Policy::none());
        if let Some(pem) = &server.certificate {
            builder = builder.identity(Identity::from_pem(pem).map_err(away)?);
        }
        if let Some(pem) = &server.authority {
            builder = builder.add_root_certificate(Certificate::from_pem(pem).map_err(away)?);
        }
        Ok(Self {
            http: builder.build().map_err(away)?,
            server,
            breaker: Breaker::default(),
        })
    }

    async fn ask(&self, question: &Question) -> Result<Option<Found>, RegisterFault> {
        let body = serde_json::to_string(question).map_err(away)?;
        let mut request = self.http.post(&self.server.url);
        request = request.header("content-type", "application/json");
        if let Some((name, value)) = &self.server.key {
            request = request.header(name, value);
        }
        let answer = request.body(body).send().await;
        let answer = answer.map_err(|error| away(told(error)))?;
        let status = answer.status();
        if status.as_u16() == 404 {
            return Ok(None);
        }
        if status.is_client_error() && status.as_u16() != 429 {
            return Err(RegisterFault::Refused(status.to_string()));
        }
        if !status.is_success() {
            return Err(away(status));
        }
        let bytes = bounded(answer, MOST_BYTES).await.map_err(away)?;
        let answer: Answer = serde_json::from_slice(&bytes).map_err(away)?;
        Ok(answer.found.then_some(Found {
            record: answer.record,
            as_of: answer.as_of,
        }))
    }
}

fn away(error: impl std::fmt::Display) -> RegisterFault {
    RegisterFault::Away(error.to_string())
}

#[async_trait]
impl RegisterSource for HttpRegister {
    async fn find(&self, question: &Question, now: Moment) -> Result<Option<Found>, RegisterFault> {
        if !self.breaker.closed(now) {
            return Err(away("it rests after failures"));
        }
        let answer = self.ask(question).await;
        self.breaker
            .note(!matches!(answer, Err(RegisterFault::Away(_))), now);
        answer
    }
}

/// A register in memory: for tests, which may also take it away.
#[derive(Default)]
pub struct MemoryRegister {
    records: HashMap<String, Map<String, Value>>,
    as_of: Option<Date>,
    away: AtomicBool,
}

impl MemoryRegister {
    pub fn new(
        as_of: Date,
        records: impl IntoIterator<Item = (String, Map<String, Value>)>,
    ) -> Self {
        Self {
            records: records.into_iter().collect(),
            as_of: Some(as_of),
            away: AtomicBool::new(false),
        }
    }

    /// From now on it does not answer, or answers again.
    pub fn take_away(&self, away: bool) {
        self.away.store(away, Ordering::Relaxed);
    }
}

#[async_trait]
impl RegisterSource for MemoryRegister {
    async fn find(&self, question: &Question, _: Moment) -> Result<Option<Found>, RegisterFault> {
        if self.away.load(Ordering::Relaxed) {
            return Err(away("taken away"));
        }
        Ok(self.records.get(&question.key).map(|record| Found {
            record: record.clone(),
            as_of: self.as_of,
        }))
    }
}
