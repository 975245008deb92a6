//! The city's side of the national portal: what happened becomes packets, packets are claimed and settled in the order of each dossier, counts of
//! both sides are kept beside each other.
//!
//! Nothing is lost while the portal is away, and nothing is told twice: a packet is queued under its place in the dossier and told under the
//! same key each time. Absent: the calls themselves (`links::portal`).

use std::sync::Arc;

use jiff::SignedDuration;
use jiff::ToSpan;
use jiff::civil::{Date, Time};
use rules::Moment;
use rules::case::{Case, Event, Recorded};
use rules::ids::{CaseId, PersonId};
use rules::person::Actor;
use rules::portal::{self, Dossier, Packet};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use service::definition::{Channel, Kind};
use service::{Answers, Published};
use store::{PortalAnswer, PortalPacket, Post, StoreError};

use crate::city::City;
use crate::error::ActionError;

/// The outbox topic of what the portal is to be told.
pub const PORTAL: &str = "portal";
/// Jobs and packets taken at a time; cases read at a time.
const JOBS: u32 = 100;
const CLAIM: u32 = 50;
const PAGE: u32 = 500;
/// How long a packet may be on its way before it counts as lost.
const LEASE: SignedDuration = SignedDuration::from_mins(10);
/// The longest wait while the portal is away.
const LONGEST: SignedDuration = SignedDuration::from_hours(1);
/// A dossier opened so long before a month may be received in it.
const BEFORE: SignedDuration = SignedDuration::from_hours(24 * 92);

/// Which events of a case are news.
#[derive(Serialize, Deserialize)]
struct News {
    /// The last version of the command that opened the case, where this is that command.
    first: u32,
}

/// For the outbox, in the transaction of the command.
pub(crate) fn post(case: &Case, recorded: &[Recorded], now: Moment) -> Option<Post> {
    // What another system decides it tells itself, and parts are told with their whole.
    let ours = case.mirror.is_none() && case.whole.is_none();
    let told = ours && case.kind == Kind::Procedure && case.channel != Channel::Import;
    let opened = recorded.first().is_some_and(|event| event.version == 1);
    let news = News {
        first: if opened { case.version } else { 0 },
    };
    let payload = serde_json::to_value(news).ok().filter(|_| told)?;
    Some(Post {
        topic: PORTAL.to_owned(),
        payload,
        not_before: now,
    })
}

/// What a packet needs to be told.
#[derive(Debug, Clone, PartialEq)]
pub enum Telling {
    Code {
        ours: String,
    },
    File {
        name: String,
        media: String,
        hash: String,
        bytes: Vec<u8>,
    },
    Dossier(Json),
    Progress(Json),
    Status(Json),
}

/// The portal's word on a packet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PortalWord {
    Accepted { id: Option<String> },
    Refused { code: String, says: String },
    NotNow(String),
}

impl City {
    /// Turns waiting news into packets. Returns how many pieces of news were read.
    ///
    /// # Errors
    /// Where the memory does not answer.
    pub async fn queue_packets(&self) -> Result<usize, ActionError> {
        let now = self.now();
        let jobs = self.reader().jobs(PORTAL, now, JOBS).await?;
        let read = jobs.len();
        for job in jobs {
            let news: News = serde_json::from_value(job.payload.clone())
                .map_err(|error| StoreError::corrupt(format!("news for the portal: {error}")))?;
            let packets = self.packets(job.case, Some(news.first)).await?;
            let written: Result<(), StoreError> = self
                .writer()
                .run("queue-packets", move |tx| {
                    let (job, packets) = (job.clone(), packets.clone());
                    Box::pin(async move {
                        if !packets.is_empty() {
                            tx.queue_packets(job.case, &packets, now).await?;
                        }
                        tx.job_done(&job).await
                    })
                })
                .await;
            written?;
        }
        Ok(read)
    }

    /// All packets of a case so far; none where its service is not of the national catalogue. `first`: as in [`News`]; `None`: told late,
    /// as it is now.
    async fn packets(
        &self,
        case: CaseId,
        first: Option<u32>,
    ) -> Result<Vec<(i64, Packet)>, ActionError> {
        let Some((state, _)) = self.reader().case_for_city(case).await? else {
            return Ok(Vec::new());
        };
        let published = self.published_of(&state);
        if published.is_none_or(|p| p.definition.national_code.is_none()) {
            return Ok(Vec::new());
        }
        let events = self.reader().timeline(case).await?;
        let known = self.reader().packets_of(case).await?;
        let begun = known.iter().find_map(|packet| match packet.packet {
            Packet::Dossier { version } => Some(version),
            _ => None,
        });
        let first = match (begun, first) {
            (Some(version), _) => version,
            (None, Some(first)) if first > 0 => first,
            // It began before the portal was told of anything: the dossier is told as it stands.
            (None, _) => state.version,
        };
        Ok(portal::packets(&events, first))
    }

    fn published_of(&self, case: &Case) -> Option<Arc<Published>> {
        let law = self.law();
        law.catalogue
            .get(&case.service, case.service_version)
            .cloned()
    }

    /// Takes packets whose turn has come; each must be told back by [`City::packet_answered`].
    ///
    /// # Errors
    /// Where the memory does not answer.
    pub async fn claim_packets(&self) -> Result<Vec<PortalPacket>, ActionError> {
        let now = self.now();
        let claimed: Result<_, StoreError> = self
            .writer()
            .run("claim-packets", move |tx| {
                Box::pin(async move { tx.claim_packets(now, now + LEASE, CLAIM).await })
            })
            .await;
        Ok(claimed?)
    }

    /// The packet as the portal wants it, from the case as it was when the event happened.
    ///
    /// # Errors
    /// Where the memory does not answer or the case's service is not known any more.
    pub async fn telling(&self, packet: &PortalPacket) -> Result<Telling, ActionError> {
        let (law, reader) = (self.law(), self.reader());
        let found = reader.case_for_city(packet.case).await?;
        let (now, title) = found.ok_or(ActionError::NotFound)?;
        let held = reader.portal_dossier(packet.case).await?;
        if packet.packet == Packet::Code {
            return Ok(Telling::Code { ours: now.code });
        }
        if let Packet::File { hash, .. } = &packet.packet {
            let attached = reader.attachments(packet.case).await?;
            let name = attached.into_iter().find(|file| file.hash == *hash);
            let media = reader
                .file(hash)
                .await?
                .map_or_else(String::new, |(_, media)| media);
            return Ok(Telling::File {
                name: name.map_or_else(|| hash.clone(), |file| file.name),
                media,
                hash: hash.clone(),
                bytes: self.store().files().read(self.code(), hash).await?.to_vec(),
            });
        }
        let published = self.published_of(&now).ok_or(ActionError::NotFound)?;
        let events = reader.timeline(packet.case).await?;
        let version = match packet.packet {
            Packet::Dossier { version }
            | Packet::Progress { version }
            | Packet::Fees { version }
            | Packet::Status { version, .. } => version,
            Packet::Code | Packet::File { .. } => now.version,
        };
        let until: Vec<Recorded> = events
            .into_iter()
            .filter(|e| e.version <= version)
            .collect();
        let case = portal::case_at(&until, version).ok_or(ActionError::NotFound)?;
        let answers = reader.answers(packet.case).await?;
        let answers: Answers = answers.map(|(_, answers)| answers).unwrap_or_default();
        let files: Vec<(String, String, String)> = reader
            .packets_of(packet.case)
            .await?
            .into_iter()
            .filter_map(|file| match (file.packet, file.given) {
                (Packet::File { hash, what }, Some(id)) => Some((hash, id, what)),
                _ => None,
            })
            .collect();
        let code = held.and_then(|held| held.code).unwrap_or_default();
        let dossier = Dossier {
            case: &case,
            events: &until,
            title: &title,
            definition: &published.definition,
            answers: &answers,
            organisation: &law.organisation,
            calendar: law.calendar()?,
            mapping: &law.portal,
            code: &code,
            files: &files,
        };
        let last = until.last().ok_or(ActionError::NotFound)?;
        Ok(match (&packet.packet, &last.event) {
            (Packet::Status { life, .. }, _) => {
                Telling::Status(portal::status(&dossier, *life, last.at))
            }
            (Packet::Progress { .. }, Event::StepDecided(decided)) => {
                let (who, unit) = self.acted(&last.actor, &case).await?;
                let body = portal::progress(&dossier, decided, last.at, &who, &unit);
                Telling::Progress(body)
            }
            (Packet::Fees { .. }, event) => {
                let (who, unit) = self.acted(&last.actor, &case).await?;
                Telling::Progress(portal::fees(&dossier, event, last.at, &who, &unit))
            }
            _ => Telling::Dossier(portal::dossier(&dossier)),
        })
    }

    /// Name and unit of who acted. The clock and the applicant act in the name of the competent unit.
    async fn acted(&self, actor: &Actor, case: &Case) -> Result<(String, String), ActionError> {
        let unit = |code: &str| {
            let law = self.law();
            let unit = law.organisation.unit_ever(code);
            unit.map_or_else(|| code.to_owned(), |unit| unit.name.clone())
        };
        Ok(match actor {
            Actor::Official { id, unit: at, .. } => {
                let names: Vec<(PersonId, String)> = self.reader().names(&[*id]).await?;
                let name = names.into_iter().next().map(|(_, name)| name);
                (name.unwrap_or_else(|| unit(at)), at.clone())
            }
            _ => (unit(&case.unit), case.unit.clone()),
        })
    }

    /// Writes down the portal's word.
    ///
    /// # Errors
    /// Where the memory does not answer.
    pub async fn packet_answered(
        &self,
        packet: &PortalPacket,
        telling: &Telling,
        word: PortalWord,
    ) -> Result<(), ActionError> {
        let now = self.now();
        let answered = match word {
            PortalWord::Accepted { id } => PortalAnswer::Accepted { given: id },
            PortalWord::Refused { code, says } => PortalAnswer::Refused { code, says },
            PortalWord::NotNow(says) => {
                let wait = SignedDuration::from_mins(1i64 << packet.tries.saturating_sub(1).min(6));
                let at = now + wait.min(LONGEST);
                PortalAnswer::Later { at, says }
            }
        };
        let sent = match telling {
            Telling::Dossier(body) | Telling::Progress(body) | Telling::Status(body) => {
                Some(body.clone())
            }
            Telling::Code { .. } | Telling::File { .. } => None,
        };
        let (packet, taken) = (
            packet.clone(),
            matches!(answered, PortalAnswer::Accepted { .. }),
        );
        let written: Result<(), StoreError> = self
            .writer()
            .run("packet-answered", move |tx| {
                let (packet, answered, sent) = (packet.clone(), answered.clone(), sent.clone());
                Box::pin(async move {
                    tx.packet_answered(&packet, &answered, sent.as_ref(), now)
                        .await?;
                    let PortalAnswer::Accepted { given } = &answered else {
                        return Ok(());
                    };
                    let text = |name: &str| Some(sent.as_ref()?.get(name)?.as_str()?.to_owned());
                    let received = text("NgayTiepNhan").filter(|at| taken && !at.is_empty());
                    let status = text("TrangThaiHoSo").and_then(|status| status.parse().ok());
                    let code = match packet.packet {
                        Packet::Code => given.as_deref(),
                        _ => None,
                    };
                    let case = packet.case;
                    tx.portal_holds(case, code, status, received.as_deref())
                        .await
                })
            })
            .await;
        Ok(written?)
    }

    /// A refused packet goes again, after something was corrected.
    ///
    /// # Errors
    /// [`ActionError::NotFound`] where it is not a refused one.
    pub async fn resend_packet(&self, case: CaseId, place: i64) -> Result<(), ActionError> {
        let now = self.now();
        let sent: Result<bool, StoreError> = self
            .writer()
            .run("resend-packet", move |tx| {
                Box::pin(async move { tx.resend_packet(case, place, now).await })
            })
            .await;
        match sent? {
            true => Ok(()),
            false => Err(ActionError::NotFound),
        }
    }

    /// All refused packets go again. Returns how many.
    ///
    /// # Errors
    /// Where the memory does not answer.
    pub async fn resend_packets(&self) -> Result<u64, ActionError> {
        let now = self.now();
        let sent: Result<u64, StoreError> = self
            .writer()
            .run("resend-packets", move |tx| {
                Box::pin(async move { tx.resend_packets(now).await })
            })
            .await;
        Ok(sent?)
    }

    /// Dossiers received in the month of a day, and of them those that the portal was never told of.
    ///
    /// # Errors
    /// Where the memory does not answer.
    pub async fn procedures_of(&self, day: Date) -> Result<(u64, Vec<CaseId>), ActionError> {
        let law = self.law();
        let calendar = law.calendar()?;
        let first = day.first_of_month();
        let from = calendar.at(first, Time::midnight())?;
        let next = first.checked_add(1.month()).unwrap_or(first);
        let to = calendar.at(next, Time::midnight())?;
        let (mut received, mut missing, mut after) = (0u64, Vec::new(), None);
        loop {
            let page = self
                .reader()
                .procedures_opened(from - BEFORE, to, after, PAGE)
                .await?;
            let Some((last, _)) = page.last() else {
                return Ok((received, missing));
            };
            after = Some(last.id);
            for (case, told) in page {
                let within = case.accepted.is_some_and(|at| at >= from && at < to);
                let national = self
                    .published_of(&case)
                    .is_some_and(|p| p.definition.national_code.is_some());
                let elsewhere = case.channel == Channel::Import || case.mirror.is_some();
                if !within || !national || elsewhere {
                    continue;
                }
                received += 1;
                if !told {
                    missing.push(case.id);
                }
            }
        }
    }

    /// Queues dossiers of a month that the portal was never told of. Returns how many.
    ///
    /// # Errors
    /// Where the memory does not answer.
    pub async fn queue_missing(&self, day: Date) -> Result<usize, ActionError> {
        let (_, missing) = self.procedures_of(day).await?;
        let mut queued = 0;
        for case in missing {
            let packets = self.packets(case, None).await?;
            if packets.is_empty() {
                continue;
            }
            let now = self.now();
            let written: Result<(), StoreError> = self
                .writer()
                .run("queue-missing", move |tx| {
                    let packets = packets.clone();
                    Box::pin(async move { tx.queue_packets(case, &packets, now).await })
                })
                .await;
            written?;
            queued += 1;
        }
        Ok(queued)
    }

    /// Keeps both counts of a month.
    ///
    /// # Errors
    /// Where the memory does not answer.
    pub async fn keep_portal_count(&self, month: Date, theirs: u64) -> Result<(), ActionError> {
        let (ours, _) = self.procedures_of(month).await?;
        let (now, month) = (self.now(), month.strftime("%Y-%m").to_string());
        let written: Result<(), StoreError> = self
            .writer()
            .run("portal-count", move |tx| {
                let month = month.clone();
                Box::pin(async move { tx.save_portal_count(&month, ours, theirs, now).await })
            })
            .await;
        Ok(written?)
    }
}
