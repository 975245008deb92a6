//! Reports handed on to other systems: queued from the outbox, told once, and what is said of them written into the case.
//! That a partner closes ends nothing here: whoever holds the case hears of it and decides. Absent: the calls (`links::georeport`).

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::SignedDuration;
use rules::Moment;
use rules::case::{self, Case, Command, Event, Given, Recorded};
use rules::ids::{CaseId, PersonId};
use rules::partner::{Outgoing, Partner};
use rules::person::Actor;
use serde_json::json;
use service::Answers;
use service::definition::Channel;
use store::{Extras, PartnerAnswer, PartnerRequest, Post, Reader, StoreError, Tx};

use crate::change::published;
use crate::city::{City, Law};
use crate::error::ActionError;
use crate::{letters, public_words};

/// The outbox topic of reports that a partner takes.
pub const PARTNER: &str = "partner";
/// Names of mappings among the city's documents of rules begin so.
pub(crate) const BOOK: &str = "partner:";
const JOBS: u32 = 100;
const CLAIM: u32 = 50;
/// How long a report may be on its way before it counts as lost.
const LEASE: SignedDuration = SignedDuration::from_mins(10);
/// The longest wait while a partner is away.
const LONGEST: SignedDuration = SignedDuration::from_hours(1);
/// How soon a token is asked for again.
const TOKEN: SignedDuration = SignedDuration::from_mins(2);
/// The longest description that the specification allows.
const WORDS: usize = 4000;
/// How often a word is tried while somebody else writes the same case.
const TRIES: u32 = 5;

/// Partners of the city by their codes.
pub type Partners = BTreeMap<String, Partner>;

pub(crate) async fn load(reader: &Reader) -> Result<Arc<Partners>, StoreError> {
    let mut partners = Partners::new();
    for (code, text) in reader.rulebooks_under(BOOK).await? {
        match Partner::read(&text) {
            Ok(partner) => drop(partners.insert(code, partner)),
            Err(error) => tracing::error!(code, %error, "a partner's mapping cannot be read"),
        }
    }
    Ok(Arc::new(partners))
}

/// For the outbox, in the transaction of the command.
pub(crate) fn posts(law: &Law, case: &Case, recorded: &[Recorded], now: Moment) -> Vec<Post> {
    let moved = recorded.iter().any(|one| {
        matches!(
            one.event,
            Event::Opened(_)
                | Event::StepStarted { .. }
                | Event::Passed { .. }
                | Event::Rerouted { .. }
                | Event::Reopened { .. }
        )
    });
    if law.partners.is_empty() || case.channel == Channel::Import || !moved {
        return Vec::new();
    }
    let taking = law.partners.iter();
    let taking = taking.filter(|(_, partner)| partner.takes(case).is_some());
    let post = |(code, _): (&String, &Partner)| Post {
        topic: PARTNER.to_owned(),
        payload: json!({ "partner": code }),
        not_before: now,
    };
    taking.map(post).collect()
}

/// What of a partner's report is told.
#[derive(Debug, Clone, PartialEq)]
pub enum Handing {
    Report(Outgoing),
    /// Its id is asked for.
    Token(String),
    /// It cannot be told as it is.
    Flawed(String),
}

/// A partner's word on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PartnerWord {
    Id(String),
    /// The id comes later.
    Token(String),
    /// Nothing yet behind the token.
    NotYet,
    Refused(String),
    NotNow(String),
}

/// What a partner says of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartnerNews {
    pub theirs: String,
    pub update: Option<String>,
    pub closed: Option<bool>,
    pub words: String,
}

impl City {
    /// Keeps a partner's mapping in its next version; `by`: nobody, where a command brings it.
    ///
    /// # Errors
    /// Where the memory does not answer. The inner answer says what cannot be read.
    pub async fn keep_partner(
        &self,
        code: &str,
        text: &str,
        by: Option<PersonId>,
    ) -> Result<Result<u32, String>, ActionError> {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if code.is_empty() || code.len() > 40 || !code.chars().all(plain) {
            return Ok(Err("a-z, 0-9, -".to_owned()));
        }
        if let Err(error) = Partner::read(text) {
            return Ok(Err(error.to_string()));
        }
        let (now, name, text) = (self.now(), format!("{BOOK}{code}"), text.to_owned());
        let kept: Result<u32, StoreError> = self
            .writer()
            .run("partner", move |tx| {
                let (name, text) = (name.clone(), text.clone());
                Box::pin(async move { tx.save_rulebook(&name, &text, by, now).await })
            })
            .await;
        let version = kept?;
        self.reload().await?;
        Ok(Ok(version))
    }

    /// Turns waiting news into entries of partners' queues. Returns how many were read.
    ///
    /// # Errors
    /// Where the memory does not answer.
    pub async fn queue_partners(&self) -> Result<usize, ActionError> {
        let now = self.now();
        let jobs = self.reader().jobs(PARTNER, now, JOBS).await?;
        let read = jobs.len();
        for job in jobs {
            let written: Result<(), StoreError> = self
                .writer()
                .run("queue-partner", move |tx| {
                    let job = job.clone();
                    Box::pin(async move {
                        if let Some(partner) = job.payload["partner"].as_str() {
                            tx.queue_partner(partner, job.case, now).await?;
                        }
                        tx.job_done(&job).await
                    })
                })
                .await;
            written?;
        }
        Ok(read)
    }

    /// Takes reports whose turn has come; each must be told back by [`City::partner_answered`].
    ///
    /// # Errors
    /// Where the memory does not answer.
    pub async fn claim_partner(&self, partner: &str) -> Result<Vec<PartnerRequest>, ActionError> {
        let (now, partner) = (self.now(), partner.to_owned());
        let claimed: Result<_, StoreError> = self
            .writer()
            .run("claim-partner", move |tx| {
                let partner = partner.clone();
                Box::pin(async move { tx.claim_partner(&partner, now, now + LEASE, CLAIM).await })
            })
            .await;
        Ok(claimed?)
    }

    /// The report as its partner wants it: public words, a public photo, no person. `link`: turns a path into an address.
    ///
    /// # Errors
    /// Where the memory does not answer.
    pub async fn handing(
        &self,
        one: &PartnerRequest,
        link: impl Fn(&str) -> String,
    ) -> Result<Handing, ActionError> {
        if let Some(token) = &one.token {
            return Ok(Handing::Token(token.clone()));
        }
        let (law, reader) = (self.law(), self.reader());
        let found = reader.case_for_city(one.case).await?;
        let (case, title) = found.ok_or(ActionError::NotFound)?;
        let flawed = |why: &str| Ok(Handing::Flawed(why.to_owned()));
        let Some(partner) = law.partners.get(&one.partner) else {
            return flawed("the partner has no mapping any more");
        };
        let Some(handed) = partner.takes(&case) else {
            return flawed("the mapping does not hand this report on any more, or it has ended");
        };
        let answers = reader.answers(case.id).await?;
        let answers: Answers = answers.map(|(_, answers)| answers).unwrap_or_default();
        let attributes = match handed.answered(&answers) {
            Ok(attributes) => attributes,
            Err(unanswered) => return flawed(&unanswered.to_string()),
        };
        let words = answers.get("what").and_then(|words| words.as_str());
        let words = words.map_or(title, public_words::without_numbers);
        let place = answers.get("where").and_then(|place| place.get("words"));
        let street = place.and_then(|words| words.as_str()).unwrap_or_default();
        let area = case.area.as_ref().and_then(|area| {
            let today = law.calendar().ok()?.local(case.opened).0;
            law.organisation
                .area(area, today)
                .map(|area| area.name.clone())
        });
        let address = [Some(public_words::without_numbers(street)), area];
        let address: Vec<String> = address
            .into_iter()
            .flatten()
            .filter(|part| !part.trim().is_empty())
            .collect();
        let photos = match case.public {
            true => reader.public_photos(&[case.id]).await?,
            false => Vec::new(),
        };
        let photo = photos.into_iter().next();
        Ok(Handing::Report(Outgoing {
            service_code: handed.code.clone(),
            place: case.place,
            address: address.join(", "),
            address_id: case
                .area
                .as_ref()
                .and_then(|area| partner.areas.get(area).cloned())
                .unwrap_or_default(),
            description: words.chars().take(WORDS).collect(),
            media_url: photo
                .map(|(_, hash)| link(&format!("/open/reports/{}/photos/{hash}", case.code))),
            attributes,
        }))
    }

    /// Writes down the partner's word. An id is an event of the case.
    ///
    /// # Errors
    /// Where the memory does not answer.
    pub async fn partner_answered(
        &self,
        one: &PartnerRequest,
        word: PartnerWord,
    ) -> Result<(), ActionError> {
        let now = self.now();
        let wait = SignedDuration::from_mins(1i64 << one.tries.saturating_sub(1).min(6));
        let later = now + wait.min(LONGEST);
        let answer = match word {
            PartnerWord::Id(id) => PartnerAnswer::Id(id),
            PartnerWord::Token(token) => PartnerAnswer::Token {
                token,
                again: now + TOKEN,
            },
            PartnerWord::NotYet => PartnerAnswer::Later {
                at: now + TOKEN.max(wait.min(LONGEST)),
                says: String::new(),
            },
            PartnerWord::Refused(says) => PartnerAnswer::Refused(says),
            PartnerWord::NotNow(says) => PartnerAnswer::Later { at: later, says },
        };
        let both = Arc::new((one.clone(), answer));
        let mut tries = 0;
        loop {
            let (law, both) = (self.law(), both.clone());
            let done = self.writer().run("partner-answered", move |tx| {
                let (law, both) = (law.clone(), both.clone());
                Box::pin(async move {
                    let (one, answer) = &*both;
                    tx.partner_answered(one, answer, now).await?;
                    if let PartnerAnswer::Id(id) = answer {
                        let command = Command::Relay {
                            partner: one.partner.clone(),
                            id: id.clone(),
                        };
                        write(tx, &law, one.case, command, now).await?;
                    }
                    Ok(())
                })
            });
            tries += 1;
            match done.await {
                // A colleague wrote the same case meanwhile.
                Err(ActionError::Meanwhile(_)) if tries < TRIES => {}
                other => return other,
            }
        }
    }

    /// Writes into the case what the partner says of it. Returns whether it was new.
    ///
    /// # Errors
    /// Where the memory does not answer.
    pub async fn hear_partner(
        &self,
        partner: &str,
        news: &PartnerNews,
    ) -> Result<bool, ActionError> {
        let known = self
            .reader()
            .called_by_partner(partner, &news.theirs)
            .await?;
        let Some(known) = known else {
            return Ok(false);
        };
        let closed = news.closed.unwrap_or(known.closed);
        // What an update is called, or a request's state and words: the same again is no news.
        let said = format!(
            "{} {}",
            if closed { "closed" } else { "open" },
            news.words.trim()
        );
        let silent = news.words.trim().is_empty() && closed == known.closed;
        if silent || (news.update.is_none() && known.said.as_ref() == Some(&said)) {
            return Ok(false);
        }
        let (now, note) = (self.now(), self.new_note_id());
        let all = Arc::new((known, news.clone(), said));
        let mut tries = 0;
        loop {
            let (law, all) = (self.law(), all.clone());
            let done = self.writer().run("hear-partner", move |tx| {
                let (law, all) = (law.clone(), all.clone());
                Box::pin(async move {
                    let (known, news, said) = &*all;
                    if let Some(update) = &news.update
                        && !tx
                            .take_partner_update(&known.partner, update, known.case, now)
                            .await?
                    {
                        return Ok(false);
                    }
                    tx.partner_heard(&known.partner, known.case, closed, said, now)
                        .await?;
                    let words = news.words.trim();
                    if !words.is_empty() {
                        tx.save_note(known.case, note, words, false, now).await?;
                    }
                    let command = Command::HearPartner {
                        partner: known.partner.clone(),
                        closed: closed && !known.closed,
                        note: (!words.is_empty()).then_some(note),
                    };
                    write(tx, &law, known.case, command, now).await?;
                    Ok(true)
                })
            });
            tries += 1;
            match done.await {
                Err(ActionError::Meanwhile(_)) if tries < TRIES => {}
                other => return other,
            }
        }
    }

    /// The partner answered, its news read until then; or it did not.
    ///
    /// # Errors
    /// Where the memory does not answer.
    pub async fn partner_reached(
        &self,
        partner: &str,
        outcome: Result<Option<Moment>, String>,
    ) -> Result<(), ActionError> {
        let (now, partner) = (self.now(), partner.to_owned());
        let written: Result<(), StoreError> = self
            .writer()
            .run("partner-reached", move |tx| {
                let (partner, outcome) = (partner.clone(), outcome.clone());
                Box::pin(async move {
                    match &outcome {
                        Ok(until) => tx.partner_reached(&partner, *until, now).await,
                        Err(says) => tx.partner_away(&partner, says, now).await,
                    }
                })
            })
            .await;
        Ok(written?)
    }

    /// A refused report goes again, after something was corrected; without a case, all of the partner's. Returns how many.
    ///
    /// # Errors
    /// Where the memory does not answer.
    pub async fn resend_partner(
        &self,
        partner: &str,
        case: Option<CaseId>,
    ) -> Result<u64, ActionError> {
        let (now, partner) = (self.now(), partner.to_owned());
        let sent: Result<u64, StoreError> = self
            .writer()
            .run("resend-partner", move |tx| {
                let partner = partner.clone();
                Box::pin(async move { tx.resend_partner(&partner, case, now).await })
            })
            .await;
        Ok(sent?)
    }
}

async fn write(
    tx: &mut Tx,
    law: &Law,
    id: CaseId,
    command: Command,
    now: Moment,
) -> Result<(), ActionError> {
    let prior = tx.case(id).await?.ok_or(ActionError::NotFound)?;
    let published = published(law, &prior)?;
    let answers = Answers::default();
    let given = Given::new(
        now,
        &Actor::Import,
        (&published.definition, published.number),
        &answers,
        law.calendar_of(prior.clock.calendar)?,
        &law.organisation,
    );
    let events = case::decide(&prior, command, &given)?;
    let (case, recorded) = case::record(prior.clone(), events, now, &Actor::Import);
    let extras = Extras {
        posts: letters::posts(&case, &recorded, &law.messages.tiers, now),
        ..Extras::default()
    };
    tx.save_case(Some(&prior), &case, &recorded, &extras)
        .await?;
    Ok(())
}
