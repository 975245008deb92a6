//! Messages from the city: a notice in the outbox becomes one message for each person and way; messages are claimed, handed to a
//! courier by the posting loop, and settled.
//!
//! Nothing is said twice: a message's id is made from what it is about and to whom, so a notice read again writes nothing new, and
//! a courier's other side knows a second hand-over by that id. Absent: the sending itself (`links`), the words (`rules::message`).

mod address;
mod daily;
mod facts;
mod hot;
mod parts;
mod rules_of_city;
mod wishes;

use std::collections::BTreeSet;
use std::sync::Arc;

use rules::Moment;
use rules::case::stop::{Grounds, StopLaw};
use rules::ids::MessageId;
use rules::message::{Channel, Policy, Registry};
use rules::notice::Tiers;
use rules::portal::Mapping;
use sha2::{Digest, Sha256};
use store::{Job, Message, Reader, State, StoreError, Tried, Tx};

pub use daily::apologised;
pub use facts::days_late;
pub use hot::HotSpot;
pub use rules_of_city::{Document, Written};
pub use wishes::{Unusable, Wishes, in_app};

use crate::city::City;
use crate::error::ActionError;
use crate::letters::NOTICE;

/// Notices read at a time.
const NOTICES: u32 = 200;
/// How long a courier may have a message before it counts as lost. Longer than all couriers' patience for one claim.
const LEASE: jiff::SignedDuration = jiff::SignedDuration::from_mins(5);
/// Messages claimed at a time.
pub const CLAIM: u32 = 20;

/// The city's rules of messages: policy, texts, tiers. Part of [`crate::Law`].
#[derive(Debug, Clone, Default, PartialEq)]
pub struct MessageLaw {
    pub policy: Policy,
    pub registry: Registry,
    pub tiers: Tiers,
}

impl MessageLaw {
    /// As the city wrote it; what it did not write is as shipped.
    ///
    /// # Errors
    /// Where the memory does not answer.
    pub(crate) async fn load(reader: &Reader) -> Result<Arc<Self>, StoreError> {
        let mut law = Self::default();
        if let Some(book) = reader.rulebook(Document::Policy.name()).await? {
            // Read before it was stored; a newer program may ask for more.
            match Policy::read(&book.body) {
                Ok(policy) => law.policy = policy,
                Err(error) => {
                    tracing::error!(%error, "the city's policy of messages cannot be read")
                }
            }
        }
        if let Some(book) = reader.rulebook(Document::Escalation.name()).await? {
            match Tiers::read(&book.body) {
                Ok(tiers) => law.tiers = tiers,
                Err(error) => tracing::error!(%error, "the city's tiers cannot be read"),
            }
        }
        for text in reader.message_texts().await? {
            if text.approved.is_some() {
                law.registry.put(text.key, text.template);
            }
        }
        Ok(Arc::new(law))
    }
}

/// The portal's codes as the city wrote them; what it did not write is as shipped.
pub(crate) async fn portal_mapping(reader: &Reader) -> Result<Arc<Mapping>, StoreError> {
    let Some(book) = reader.rulebook(Document::Portal.name()).await? else {
        return Ok(Arc::default());
    };
    let mapping = Mapping::read(&book.body).unwrap_or_else(|error| {
        tracing::error!(%error, "the city's mapping of the portal cannot be read");
        Mapping::default()
    });
    Ok(Arc::new(mapping))
}

/// The grounds of form 05 as the city wrote them, each version: what was decided under one keeps its words.
pub(crate) async fn stop_law(reader: &Reader) -> Result<Arc<StopLaw>, StoreError> {
    let mut law = StopLaw::default();
    for book in reader.rulebooks(Document::Stops.name()).await? {
        match Grounds::read(&book.body) {
            Ok(grounds) => law.put(grounds),
            Err(error) => tracing::error!(%error, "the city's grounds of form 05 cannot be read"),
        }
    }
    Ok(Arc::new(law))
}

/// The ways out of this house, and its address for links.
#[derive(Debug, Clone, Default)]
pub struct Postroom {
    pub ways: BTreeSet<Channel>,
    /// Without a slash at its end.
    pub public_url: String,
}

/// What a courier said of one message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Handed {
    Taken { reference: Option<String> },
    Never(String),
    NotNow(String),
}

/// An id for whatever the words name.
pub(crate) fn id_of(words: &str) -> MessageId {
    MessageId::of(&Sha256::digest(words.as_bytes()).into())
}

impl City {
    /// Turns waiting notices into messages. Returns how many notices were read; a notice that cannot be addressed now waits
    /// longer each time and keeps the others from nothing.
    ///
    /// # Errors
    /// Where the memory does not answer.
    pub async fn address_notices(&self, post: &Postroom) -> Result<usize, ActionError> {
        let now = self.now();
        let jobs = self.reader().jobs(NOTICE, now, NOTICES).await?;
        let read = jobs.len();
        for job in jobs {
            match self.addressed(&job, post).await {
                Ok(messages) => self.write_messages(Some(job), messages).await?,
                Err(error) => {
                    tracing::error!(case = %job.case, %error, "a notice could not be addressed");
                    self.put_back(job).await?;
                }
            }
        }
        Ok(read)
    }

    /// Takes messages whose time has come; each must be told back by [`City::message_tried`].
    ///
    /// # Errors
    /// Where the memory does not answer.
    pub async fn claim_messages(&self) -> Result<Vec<Message>, ActionError> {
        let now = self.now();
        let claimed: Result<_, StoreError> = self
            .writer()
            .run("claim-messages", move |tx| {
                Box::pin(async move { tx.claim_messages(now, now + LEASE, CLAIM).await })
            })
            .await;
        Ok(claimed?)
    }

    /// Writes down what became of a hand-over: sent, later again, by another way, or given up.
    ///
    /// # Errors
    /// Where the memory does not answer.
    pub async fn message_tried(
        &self,
        message: &Message,
        handed: Handed,
    ) -> Result<(), ActionError> {
        let (law, now) = (self.law(), self.now());
        let later = law.messages.policy.retry.again(message.tries, now);
        let tried = match (handed, later) {
            (Handed::Taken { reference }, _) => Tried::Sent { reference },
            (Handed::NotNow(fault), Some(at)) => Tried::Later { at, fault },
            (Handed::NotNow(fault) | Handed::Never(fault), _) if message.fallback.is_empty() => {
                Tried::Failed { fault }
            }
            (Handed::NotNow(fault) | Handed::Never(fault), _) => Tried::Replaced { fault },
        };
        let next = match &tried {
            Tried::Replaced { .. } => self.onward(message, now)?,
            _ => None,
        };
        let id = message.id;
        let written: Result<(), StoreError> = self
            .writer()
            .run("message-tried", move |tx| {
                let (tried, next) = (tried.clone(), next.clone());
                Box::pin(async move {
                    tx.message_tried(id, &tried, now).await?;
                    if let Some(next) = next {
                        tx.save_message(&next).await?;
                    }
                    Ok(())
                })
            })
            .await;
        Ok(written?)
    }

    /// The same message by the next way.
    fn onward(&self, message: &Message, now: Moment) -> Result<Option<Message>, ActionError> {
        let law = self.law();
        let mut rest = message.fallback.clone();
        if rest.is_empty() {
            return Ok(None);
        }
        let next = rest.remove(0);
        let due = law
            .messages
            .policy
            .not_before(next.channel, now, law.calendar()?)?;
        Ok(Some(Message {
            id: id_of(&format!("{}/onward", message.id)),
            channel: next.channel,
            address: Some(next.address),
            subject: Some(next.said.subject),
            body: Some(next.said.body),
            provider: next.said.provider,
            fallback: rest,
            state: State::Waiting,
            tries: 0,
            due,
            created: now,
            settled: None,
            reference: None,
            fault: None,
            ..message.clone()
        }))
    }

    /// What a provider reports later of a message. Returns whether there is such a message.
    ///
    /// # Errors
    /// Where the memory does not answer.
    pub async fn message_reported(
        &self,
        id: MessageId,
        delivered: bool,
        fault: Option<String>,
    ) -> Result<bool, ActionError> {
        let known: Result<bool, StoreError> = self
            .writer()
            .run("message-reported", move |tx| {
                let fault = fault.clone();
                Box::pin(async move { tx.message_reported(id, delivered, fault.as_deref()).await })
            })
            .await;
        Ok(known?)
    }

    pub(crate) async fn write_messages(
        &self,
        job: Option<Job>,
        messages: Vec<Message>,
    ) -> Result<(), ActionError> {
        let written: Result<(), StoreError> = self
            .writer()
            .run("messages", move |tx: &mut Tx| {
                let (job, messages) = (job.clone(), messages.clone());
                Box::pin(async move {
                    for message in &messages {
                        tx.save_message(message).await?;
                    }
                    match &job {
                        Some(job) => tx.job_done(job).await,
                        None => Ok(()),
                    }
                })
            })
            .await;
        Ok(written?)
    }

    /// For later, longer each time.
    async fn put_back(&self, job: Job) -> Result<(), ActionError> {
        let now = self.now();
        let wait = jiff::SignedDuration::from_mins(1i64 << job.tries.min(10));
        let written: Result<(), StoreError> = self
            .writer()
            .run("notice-later", move |tx| {
                let job = job.clone();
                Box::pin(async move { tx.job_failed(&job, now + wait).await })
            })
            .await;
        Ok(written?)
    }
}
