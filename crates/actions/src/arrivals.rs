//! Text from outside, whichever way it came: a letter, an SMS, a Zalo message. It answers a case of its sender, becomes a report where its words
//! leave nothing to ask, or waits for an operator of the hotline; it does nothing else. The same one twice is one.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use jiff::civil::Date;
use rules::case::{Case, Refusal};
use rules::guess;
use rules::ids::{ArrivalId, CaseId, MessageId};
use rules::message::Channel as Way;
use rules::notice::Kind as Notice;
use rules::person::Person;
use rules::process::Flow;
use serde_json::json;
use service::answer::judge_all;
use service::definition::{Channel, Definition, FieldKind, Kind, Who};
use service::expr::Scope;
use service::fold::fold;
use service::{Answers, definition::Code};
use sha2::{Digest, Sha256};
use store::{Arrival, ArrivalState, DraftFile, Message, Recipient, Side, State, StoreError};
use subtle::ConstantTimeEq;

use crate::change::{Change, Verb, published};
use crate::city::{City, Law};
use crate::error::ActionError;
use crate::messages::id_of;
use crate::open::{Besides, NewCase, Receipt};
use crate::upload::{PHOTO, Upload};

/// What one sender may bring within an hour; who brings more is not answered.
const PER_HOUR: u32 = 10;
/// The city's own key, by which it knows answers to its letters.
const KEY: &str = "reply-key";

/// As it came.
#[derive(Debug, Clone)]
pub struct FromOutside {
    pub way: Way,
    /// What the other side calls it.
    pub foreign: String,
    /// An address or a number.
    pub sender: String,
    pub subject: String,
    pub words: String,
    pub files: Vec<Upload>,
    /// Names of letters that it answers.
    pub refers: Vec<String>,
    /// A program sent it: a word of the texts, and it is never answered.
    pub automatic: Option<&'static str>,
}

/// What the sender is told at once, in their own way: subject and words. Texts are the caller's.
#[derive(Debug, Clone, Default)]
pub struct Replies {
    pub waiting: (String, String),
    pub empty: (String, String),
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TakenIn {
    Waiting(ArrivalId),
    Filed(Receipt),
    /// It was the answer to a question, or a word more, of this case.
    Added(String),
    /// It came before.
    Known,
    /// A word of the texts.
    Refused(&'static str),
}

impl City {
    /// Takes in what somebody wrote from outside.
    ///
    /// # Errors
    /// Where memory or files do not answer: the other side should try again.
    pub async fn take_in(
        &self,
        one: FromOutside,
        replies: &Replies,
    ) -> Result<TakenIn, ActionError> {
        let now = self.now();
        let sender = one.sender.trim().to_owned();
        let mut arrival = Arrival {
            id: ArrivalId::new(now, self.chance()),
            way: one.way,
            foreign: hex::encode(Sha256::digest(format!(
                "{}/{}",
                one.way.code(),
                one.foreign
            ))),
            sender: Some(sender.clone()),
            subject: None,
            body: None,
            files: Vec::new(),
            service: None,
            area: None,
            state: ArrivalState::Refused,
            why: None,
            case: None,
            person: None,
            came: now,
            settled: Some(now),
        };
        if let Some(why) = one.automatic {
            return self.refused(arrival, why, None).await;
        }
        if self.too_many(&sender).await? {
            return self.refused(arrival, "too-many", None).await;
        }
        let words = one.words.trim().to_owned();
        if words.is_empty() && one.files.is_empty() {
            return self.refused(arrival, "empty", Some(&replies.empty)).await;
        }
        let answered = self.answered_case(&one, &sender).await?;
        let files = self.drawn_anew(one.files).await?;
        if let Some(case) = answered {
            arrival.case = Some(case.id);
            arrival.state = ArrivalState::Added;
            if !self.arrived(&arrival, None).await? {
                return Ok(TakenIn::Known);
            }
            match self.add_to(&case, &words, &files).await {
                Ok(()) => return Ok(TakenIn::Added(case.code)),
                // The case takes nothing more: an operator reads it.
                Err(ActionError::Refused(_) | ActionError::NotFound) => {
                    arrival.id = ArrivalId::new(now, self.chance());
                    arrival.foreign.push_str("/again");
                    arrival.why = Some("case-refused".to_owned());
                }
                Err(other) => return Err(other),
            }
        }
        let law = self.law();
        let today = law.calendar()?.local(now).0;
        let said = format!("{}\n{words}", one.subject.trim());
        let kinds = kinds(&law, today, one.way);
        let area = area_in(&law, &said, today);
        arrival.service = guess::guess(&said, &kinds, &guess::Learned::default())
            .first()
            .map(|d| d.service.clone());
        arrival.area.clone_from(&area);
        if arrival.case.is_none()
            && let (Some(kind), Some(area)) = (guess::sure(&said, &kinds), &area)
            && let Some(receipt) = self.filed(&arrival, kind, area, &words, &files).await?
        {
            return Ok(receipt);
        }
        arrival.state = ArrivalState::Waiting;
        arrival.settled = None;
        arrival.subject = Some(one.subject.trim().to_owned());
        arrival.body = Some(words);
        arrival.files = files;
        let id = arrival.id;
        let reply = (one.way == Way::Email).then_some(&replies.waiting);
        match self.arrived(&arrival, reply).await? {
            true => Ok(TakenIn::Waiting(id)),
            false => Ok(TakenIn::Known),
        }
    }

    /// Writes it down without its words, and answers where that is due.
    async fn refused(
        &self,
        mut arrival: Arrival,
        why: &'static str,
        reply: Option<&(String, String)>,
    ) -> Result<TakenIn, ActionError> {
        arrival.why = Some(why.to_owned());
        let reply = reply.filter(|_| arrival.way == Way::Email);
        match self.arrived(&arrival, reply).await? {
            true => Ok(TakenIn::Refused(why)),
            false => Ok(TakenIn::Known),
        }
    }

    /// Writes the arrival with what its sender is told. False: it came before.
    async fn arrived(
        &self,
        arrival: &Arrival,
        reply: Option<&(String, String)>,
    ) -> Result<bool, ActionError> {
        let (arrival, now) = (arrival.clone(), self.now());
        let reply = reply.map(|(subject, body)| Message {
            id: id_of(&format!("arrival/{}", arrival.id)),
            case: None,
            recipient: Recipient::Applicant,
            side: Side::Applicant,
            kind: Notice::Message,
            channel: arrival.way,
            language: "vi".to_owned(),
            address: arrival.sender.clone(),
            subject: Some(subject.clone()),
            body: Some(body.clone()),
            provider: None,
            fallback: Vec::new(),
            state: State::Waiting,
            tries: 0,
            due: now,
            created: now,
            settled: None,
            reference: None,
            fault: None,
        });
        let new: Result<bool, StoreError> = self
            .writer()
            .run("arrival", move |tx| {
                let (arrival, reply) = (arrival.clone(), reply.clone());
                Box::pin(async move {
                    let new = tx.add_arrival(&arrival).await?;
                    if let (true, Some(reply)) = (new, &reply) {
                        tx.save_message(reply).await?;
                    }
                    Ok(new)
                })
            })
            .await;
        Ok(new?)
    }

    async fn too_many(&self, sender: &str) -> Result<bool, ActionError> {
        let since = self.now() - SignedDuration::from_hours(1);
        let sender = sender.to_owned();
        let known: Result<u32, StoreError> = self
            .writer()
            .run("arrivals-of", move |tx| {
                let sender = sender.clone();
                Box::pin(async move { tx.arrivals_of(&sender, since).await })
            })
            .await;
        Ok(known? >= PER_HOUR)
    }

    /// Pictures drawn anew, papers as they are; what is neither falls away.
    async fn drawn_anew(&self, files: Vec<Upload>) -> Result<Vec<DraftFile>, ActionError> {
        let mut proven: Vec<DraftFile> = Vec::new();
        for file in files {
            // Whoever opens a case would show it among photos: only pictures are kept.
            if file.bytes.starts_with(b"%PDF-") {
                continue;
            }
            let upload = Upload {
                what: PHOTO.to_owned(),
                ..file
            };
            match self.keep_for_draft(upload).await {
                Ok(kept) if proven.iter().all(|known| known.hash != kept.hash) => proven.push(kept),
                Ok(_) | Err(ActionError::Photo { .. }) => {}
                Err(other) => return Err(other),
            }
        }
        Ok(proven)
    }

    /// The case whose letter this one answers, where the sender proves that they got it.
    async fn answered_case(
        &self,
        one: &FromOutside,
        sender: &str,
    ) -> Result<Option<Case>, ActionError> {
        for name in &one.refers {
            let local = name.split('@').next().unwrap_or_default();
            let Some((id, token)) = local.split_once('.') else {
                continue;
            };
            let Ok(id) = id.parse::<MessageId>() else {
                continue;
            };
            let right = self.reply_token(id).await?;
            if !bool::from(right.as_bytes().ct_eq(token.as_bytes())) {
                continue;
            }
            let Some(message) = self.reader().message(id).await? else {
                continue;
            };
            let theirs = message
                .address
                .is_some_and(|address| address.trim().eq_ignore_ascii_case(sender));
            if let (true, Some(case)) = (theirs && message.side == Side::Applicant, message.case) {
                let found = self.reader().case_for_city(case).await?;
                return Ok(found.map(|(case, _)| case));
            }
        }
        Ok(None)
    }

    /// What proves that somebody got this letter.
    ///
    /// # Errors
    /// Where the memory does not answer.
    pub async fn reply_token(&self, id: MessageId) -> Result<String, ActionError> {
        let key = match self.reader().value(KEY).await? {
            Some(key) => key,
            None => {
                let new = crate::secret::token(self.chance());
                let kept: Result<String, StoreError> = self
                    .writer()
                    .run("reply-key", move |tx| {
                        let new = new.clone();
                        Box::pin(async move {
                            if let Some(key) = tx.value(KEY).await? {
                                return Ok(key);
                            }
                            tx.set_value(KEY, &new).await?;
                            Ok(new)
                        })
                    })
                    .await;
                kept?
            }
        };
        // The key stands before and behind: a plain digest of key and message could be lengthened.
        let digest = Sha256::digest(format!("{key}/{id}/{key}").as_bytes());
        Ok(hex::encode(&digest[..10]))
    }

    /// The sender's answer to what they were asked, or a word more.
    async fn add_to(
        &self,
        case: &Case,
        words: &str,
        files: &[DraftFile],
    ) -> Result<(), ActionError> {
        let bearer = Person::Bearer { case: case.id };
        let published = published(&self.law(), case)?;
        let flow = Flow::of(&published.definition);
        let asked = case.tasks.iter().find(|task| task.by_applicant());
        let answer = asked.and_then(|task| {
            let step = flow.step(&task.step)?;
            let way = step.outcomes.iter().find(|way| way.code == "answered")?;
            Some(Verb::Decide {
                step: task.step.clone(),
                row: task.row,
                outcome: way.code.clone(),
            })
        });
        // A dossier is completed with papers that are judged one by one: not by letter.
        let answer = answer.filter(|_| published.definition.kind == Kind::Report);
        let mut uploads = Vec::new();
        for file in files {
            let bytes = self.store().files().read(self.code(), &file.hash).await?;
            uploads.push(Upload {
                what: PHOTO.to_owned(),
                name: file.name.clone(),
                bytes: bytes.to_vec(),
                public: false,
            });
        }
        let change = Change {
            words: Some(words.to_owned()),
            uploads,
            ..Change::new(case.id, answer.unwrap_or(Verb::Note { public: true }))
        };
        self.change(&bearer, change).await?;
        Ok(())
    }

    /// Opens a report where nothing is left to ask. `None`: something is.
    async fn filed(
        &self,
        arrival: &Arrival,
        kind: &Definition,
        area: &str,
        words: &str,
        files: &[DraftFile],
    ) -> Result<Option<TakenIn>, ActionError> {
        let answers = answers_of(kind, arrival, area, words, files);
        let law = self.law();
        let channel = channel(arrival.way);
        let today = law.calendar()?.local(self.now()).0;
        let scope = Scope::of(kind, &answers)
            .applicant(Who::Guest)
            .channel(channel)
            .today(today);
        let supplied: BTreeSet<Code> = files.iter().map(|file| file.what.clone()).collect();
        if !judge_all(kind, &scope, &supplied).1.is_empty() {
            return Ok(None);
        }
        let new = NewCase {
            service: kind.service.clone(),
            answers,
            uploads: Vec::new(),
            person: Person::Nobody,
            applicant: Who::Guest,
            channel,
            // Whoever knows the letter's name could else make the secret of its case.
            key: self.new_token(),
            // Nobody asked the sender: an operator may not show it either.
            public: false,
            received_at: None,
            about: None,
        };
        let mut row = arrival.clone();
        row.state = ArrivalState::Waiting;
        row.settled = None;
        row.body = Some(words.to_owned());
        row.files = files.to_vec();
        if !self.arrived(&row, None).await? {
            return Ok(Some(TakenIn::Known));
        }
        let besides = Besides {
            files: files.to_vec(),
            arrival: Some((arrival.id, None)),
            ..Besides::default()
        };
        Ok(Some(match self.open_from(new, besides).await {
            Ok(receipt) => TakenIn::Filed(receipt),
            // No unit serves it: it waits for an operator, who finds out more.
            Err(ActionError::Refused(_) | ActionError::Flawed(_)) => TakenIn::Waiting(arrival.id),
            Err(other) => return Err(other),
        }))
    }

    /// An operator settles what waited: filed as a case, added to one, or put aside.
    ///
    /// # Errors
    /// [`ActionError::NotFound`]; [`Refusal::AlreadyDone`] where a colleague was faster.
    pub async fn settle_arrival(
        &self,
        person: &Person,
        id: ArrivalId,
        state: ArrivalState,
        case: Option<CaseId>,
    ) -> Result<(), ActionError> {
        let operator = self.operator(person)?.0.id;
        let now = self.now();
        self.writer()
            .run("settle-arrival", move |tx| {
                Box::pin(async move {
                    let known = tx.arrival_to_change(id).await?;
                    let known = known.ok_or(ActionError::NotFound)?;
                    if known.settled.is_some() && (known.state, known.case) != (state, case) {
                        return Err(Refusal::AlreadyDone.into());
                    }
                    Ok(tx
                        .settle_arrival(id, state, case, Some(operator), now)
                        .await?)
                })
            })
            .await
    }
}

/// As which channel a case counts that came this way.
pub fn channel(way: Way) -> Channel {
    match way {
        Way::Email => Channel::Email,
        Way::Zalo => Channel::Zalo,
        // A text to the number of the hotline.
        Way::Sms | Way::App => Channel::Hotline,
    }
}

/// Kinds of report that may come this way.
fn kinds(law: &Law, today: Date, way: Way) -> Vec<&Definition> {
    let channel = channel(way);
    law.catalogue
        .all(today)
        .map(|published| &published.definition)
        .filter(|d| d.kind == Kind::Report && d.applicants.channels.contains(&channel))
        .collect()
}

fn answers_of(
    kind: &Definition,
    arrival: &Arrival,
    area: &str,
    words: &str,
    files: &[DraftFile],
) -> Answers {
    let mut answers = Answers::new();
    for field in kind.form.iter().flat_map(|page| &page.fields) {
        let value = match field.kind {
            FieldKind::LongText if field.code == "what" => json!(words),
            FieldKind::Place => json!({ "area": area, "words": place_words(words) }),
            FieldKind::Photos if !files.is_empty() => {
                json!(files.iter().map(|file| &file.hash).collect::<Vec<_>>())
            }
            FieldKind::Email if arrival.way == Way::Email => json!(arrival.sender),
            FieldKind::Phone if arrival.way != Way::Email => json!(arrival.sender),
            _ => continue,
        };
        answers.insert(field.code.clone(), value);
    }
    answers
}

/// The words as the description of a place: their first line, bounded.
fn place_words(words: &str) -> String {
    let line = words.lines().find(|line| !line.trim().is_empty());
    line.unwrap_or_default().trim().chars().take(300).collect()
}

/// The commune that the words name; none where they name two.
pub fn area_in(law: &Law, words: &str, today: Date) -> Option<String> {
    let plain = |text: &str| {
        let folded = fold(text);
        let words = folded
            .split(|c: char| !c.is_alphanumeric())
            .filter(|w| !w.is_empty());
        format!(" {} ", words.collect::<Vec<_>>().join(" "))
    };
    let said = plain(words);
    let mut named: Vec<(&str, String)> = law
        .organisation
        .areas_on(today)
        .map(|area| (area.code.as_str(), plain(&area.name)))
        .filter(|(_, name)| said.contains(name.as_str()))
        .collect();
    // "Xã Long Phú 1" is not "Xã Long Phú".
    let all = named.clone();
    named.retain(|(_, name)| {
        let inside = |other: &String| other != name && other.contains(name.as_str());
        !all.iter().any(|(_, other)| inside(other))
    });
    match &named[..] {
        [(code, _)] => Some((*code).to_owned()),
        _ => None,
    }
}
