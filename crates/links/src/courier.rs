//! Ways out of the house for messages: e-mail through SMTP, SMS and Zalo through a provider's webhook, or kept in memory.

mod webhook;

pub use webhook::{Webhook, WebhookCourier};

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use rules::Moment;
use rules::message::{Channel, ProviderCall};

use crate::mail::{Enclosed, Letter, Mail, MailFault};

/// One message as it leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parcel {
    /// The same for every try: a provider that knows it sends nothing twice.
    pub id: String,
    pub channel: Channel,
    /// A telephone number or an e-mail address.
    pub to: String,
    pub subject: String,
    pub body: String,
    pub provider: Option<ProviderCall>,
    /// Carried by e-mail alone, as the next one.
    pub enclosed: Vec<Enclosed>,
    /// Where one request ends such letters.
    pub unsubscribe: Option<String>,
    /// Proves that who answers this letter got it; carried by e-mail alone.
    pub reply: Option<String>,
}

/// What the other side said.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Taken {
    /// The provider's own name for the message.
    pub reference: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CourierFault {
    /// Trying again cannot help: no such address, a text that was not approved.
    #[error("{0}")]
    Never(String),
    /// Away or busy: again later.
    #[error("{0}")]
    NotNow(String),
}

#[async_trait]
pub trait Courier: Send + Sync {
    /// Hands a message over.
    ///
    /// # Errors
    /// [`CourierFault::Never`] for ever, [`CourierFault::NotNow`] for now.
    async fn send(&self, parcel: &Parcel, now: Moment) -> Result<Taken, CourierFault>;
}

/// The ways that this city has. Cheap to clone.
#[derive(Clone, Default)]
pub struct Couriers(BTreeMap<Channel, Arc<dyn Courier>>);

impl Couriers {
    #[must_use]
    pub fn with(mut self, channel: Channel, courier: Arc<dyn Courier>) -> Self {
        self.0.insert(channel, courier);
        self
    }

    /// Everything stays here, for demonstrations and tests.
    pub fn in_memory(memory: &Arc<MemoryCourier>) -> Self {
        [Channel::Email, Channel::Sms, Channel::Zalo]
            .into_iter()
            .fold(Self::default(), |all, way| all.with(way, memory.clone()))
    }

    pub fn get(&self, channel: Channel) -> Option<&Arc<dyn Courier>> {
        self.0.get(&channel)
    }

    pub fn ways(&self) -> BTreeSet<Channel> {
        self.0.keys().copied().collect()
    }
}

/// E-mail by a mail server.
pub struct MailCourier(pub Arc<dyn Mail>);

#[async_trait]
impl Courier for MailCourier {
    async fn send(&self, parcel: &Parcel, _: Moment) -> Result<Taken, CourierFault> {
        let letter = Letter {
            id: match &parcel.reply {
                Some(token) => format!("{}.{token}", parcel.id),
                None => parcel.id.clone(),
            },
            to: parcel.to.clone(),
            subject: parcel.subject.clone(),
            body: parcel.body.clone(),
            enclosed: parcel.enclosed.clone(),
            unsubscribe: parcel.unsubscribe.clone(),
        };
        match self.0.send(&letter).await {
            Ok(()) => Ok(Taken::default()),
            Err(fault @ MailFault::Address(_)) => Err(CourierFault::Never(fault.to_string())),
            Err(fault) => Err(CourierFault::NotNow(fault.to_string())),
        }
    }
}

/// Messages that stay here. Like a provider it takes a message once, however often it is handed over.
#[derive(Default)]
pub struct MemoryCourier {
    inner: Mutex<Memory>,
}

#[derive(Default)]
struct Memory {
    taken: Vec<Parcel>,
    /// Hand-overs of each, known ones too.
    knocks: BTreeMap<String, u32>,
    away: bool,
    refused: BTreeMap<String, String>,
}

impl MemoryCourier {
    fn memory<T>(&self, act: impl FnOnce(&mut Memory) -> T) -> T {
        act(&mut self.inner.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Everything taken so far, oldest first.
    pub fn taken(&self) -> Vec<Parcel> {
        self.memory(|memory| memory.taken.clone())
    }

    /// How often a message was handed over.
    pub fn knocks(&self, id: &str) -> u32 {
        self.memory(|memory| memory.knocks.get(id).copied().unwrap_or(0))
    }

    /// Does not answer until told otherwise.
    pub fn away(&self, away: bool) {
        self.memory(|memory| memory.away = away);
    }

    /// Refuses an address for ever.
    pub fn refuse(&self, to: &str, why: &str) {
        self.memory(|memory| memory.refused.insert(to.to_owned(), why.to_owned()));
    }
}

#[async_trait]
impl Courier for MemoryCourier {
    async fn send(&self, parcel: &Parcel, _: Moment) -> Result<Taken, CourierFault> {
        self.memory(|memory| {
            if memory.away {
                return Err(CourierFault::NotNow("does not answer".to_owned()));
            }
            *memory.knocks.entry(parcel.id.clone()).or_default() += 1;
            if let Some(why) = memory.refused.get(&parcel.to) {
                return Err(CourierFault::Never(why.clone()));
            }
            if !memory.taken.iter().any(|known| known.id == parcel.id) {
                memory.taken.push(parcel.clone());
            }
            Ok(Taken {
                reference: Some(format!("memory-{}", parcel.id)),
            })
        })
    }
}
