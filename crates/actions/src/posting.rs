//! May somebody without an account post once more? Counted by address and by contact, hour by hour, as hashes; never
//! asked of officials, the hotline and the counter.

use std::sync::Arc;

use rules::Moment;
use rules::posting::{Posting, Rate};
use service::Answers;
use service::definition::{Definition, FieldKind};
use store::{Hash, Reader, StoreError};

use crate::city::City;
use crate::error::ActionError;
use crate::messages::Document;
use crate::secret::token_hash;

/// What is counted.
const BY_ADDRESS: &str = "address";
const BY_CONTACT: &str = "contact";
const BY_FLAG: &str = "flag";

/// From whom something comes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Poster {
    /// Of the network; `None`: it tells nothing about who posts.
    pub address: Option<String>,
    /// Telephone numbers and addresses of mail that the form gives.
    pub contacts: Vec<String>,
}

/// Whether it may come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Passage {
    Free,
    /// Too much came from there; again in so many minutes.
    Later {
        minutes: u32,
    },
    /// The city takes nothing from this number over the web.
    Blocked,
}

/// The city's rules, or those that ship.
pub(crate) async fn load(reader: &Reader) -> Result<Arc<Posting>, StoreError> {
    let Some(book) = reader.rulebook(Document::Posting.name()).await? else {
        return Ok(Arc::default());
    };
    // Read before it was stored; a newer program may ask for more.
    let posting = Posting::read(&book.body).unwrap_or_else(|error| {
        tracing::error!(%error, "the city's limits of posting cannot be read");
        Posting::default()
    });
    Ok(Arc::new(posting))
}

impl City {
    /// Asks for one report more, and counts it where it may come in.
    ///
    /// # Errors
    /// Where the memory does not answer.
    pub async fn may_post(&self, from: &Poster) -> Result<Passage, ActionError> {
        let law = self.law();
        let posting = &law.posting;
        if from.contacts.iter().any(|one| posting.is_blocked(one)) {
            return Ok(Passage::Blocked);
        }
        let address = from.address.iter();
        let address = address.map(|one| (BY_ADDRESS, source(one), posting.address));
        let contacts = from.contacts.iter().filter(|one| !one.trim().is_empty());
        let contacts = contacts.map(|one| (BY_CONTACT, source(&plain(one)), posting.contact));
        self.pass(address.chain(contacts).collect()).await
    }

    /// As [`City::may_post`], for telling that a report is unfit.
    ///
    /// # Errors
    /// Where the memory does not answer.
    pub async fn may_flag(&self, address: Option<&str>) -> Result<Passage, ActionError> {
        let rate = self.law().posting.flags;
        let asked = address.map(|one| (BY_FLAG, source(one), rate));
        self.pass(asked.into_iter().collect()).await
    }

    async fn pass(&self, asked: Vec<(&'static str, Hash, Rate)>) -> Result<Passage, ActionError> {
        if asked.is_empty() {
            return Ok(Passage::Free);
        }
        let (hour, minute) = clock(self.now());
        self.writer()
            .run("posting", move |tx| {
                let asked = asked.clone();
                Box::pin(async move {
                    let mut minutes = 0;
                    for (what, source, rate) in &asked {
                        let (now, day) = tx.posted(what, source, hour).await?;
                        minutes = minutes.max(rate.wait(now, day, minute));
                    }
                    if minutes > 0 {
                        return Ok(Passage::Later { minutes });
                    }
                    for (what, source, _) in &asked {
                        tx.count_post(what, source, hour).await?;
                    }
                    Ok::<_, ActionError>(Passage::Free)
                })
            })
            .await
    }
}

/// How the sender can be reached, as the form says.
pub fn contacts(definition: &Definition, answers: &Answers) -> Vec<String> {
    let fields = definition.form.iter().flat_map(|page| &page.fields);
    let reached = fields.filter(|f| matches!(f.kind, FieldKind::Phone | FieldKind::Email));
    let given = reached.filter_map(|field| answers.get(&field.code)?.as_str());
    given
        .filter(|one| !one.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Hours since the beginning of time, and the minute of this one.
fn clock(now: Moment) -> (i64, u32) {
    let seconds = now.as_second();
    let minute = seconds.rem_euclid(3600) / 60;
    (seconds.div_euclid(3600), u32::try_from(minute).unwrap_or(0))
}

/// One number however it is written.
fn plain(contact: &str) -> String {
    match contact.contains('@') {
        true => contact.trim().to_lowercase(),
        false => contact.chars().filter(char::is_ascii_digit).collect(),
    }
}

/// What is kept of where something came from.
pub(crate) fn source(of: &str) -> Hash {
    token_hash(&format!("posting/{of}"))
}
