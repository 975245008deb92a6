//! Papers after the commit that called for them: the queue, the number, the finished file and its event.
//!
//! Three short steps, each safe to repeat: [`City::plan_paper`] gives the number and the verification code, the
//! caller sets the paper, [`City::issue_paper`] keeps the file and writes the event that says so. A crash between
//! them leaves the piece of work in the queue; the next round goes on with the same number.
//!
//! A signed file begins with the bytes of the one that was set: the signed one alone is kept and handed out
//! ([`store::PaperRow::file`]), and both hashes are written down.

use std::collections::HashMap;

use rules::Moment;
use rules::case::event::{PaperMade, PaperSigned, SignatureMade};
use rules::case::{self, Case, Command, Event, Recorded, Refusal};
use rules::ids::{CaseId, NoteId, PersonId, UnitCode};
use rules::paper::{Call, PaperLaw, calls};
use rules::person::Actor;
use rules::process::Flow;
use service::{Answers, Definition};
use store::{Attachment, Extras, Job, NewPaper, PaperRow, Post, StoreError, Tx};

use crate::city::City;
use crate::error::ActionError;
use crate::kept;
use crate::public_words::without_numbers;

/// The outbox topic of papers.
pub const PAPER: &str = "paper";
/// Under which the city's own names of papers are remembered.
pub(crate) const PAPER_LAW: &str = "papers";
/// Letters and digits that nobody takes for another when reading them aloud.
const ALPHABET: &[u8; 30] = b"23456789ABCDEFGHJKMNPQRSTVWXYZ";
const CHECK_LENGTH: usize = 12;
const PDF: &str = "application/pdf";
/// Pieces of work taken at a time.
const TAKEN: u32 = 50;

/// A piece of work per paper that the events call for.
pub fn posts(definition: &Definition, recorded: &[Recorded], now: Moment) -> Vec<Post> {
    let called = calls(definition, recorded).into_iter();
    let payloads = called.filter_map(|call| serde_json::to_value(call).ok());
    payloads
        .map(|payload| Post {
            topic: PAPER.to_owned(),
            payload,
            not_before: now,
        })
        .collect()
}

/// Revokes the papers that `recorded` takes back; `why` is read by everybody who verifies one, so the numbers of a
/// person are left out.
pub(crate) async fn revoke(
    tx: &mut Tx,
    recorded: &[Recorded],
    why: &str,
    now: Moment,
) -> Result<(), ActionError> {
    let correction = recorded
        .iter()
        .any(|one| matches!(one.event, Event::CorrectionBegun { .. }));
    for one in recorded {
        let Event::PaperRevoked { what, of, .. } = &one.event else {
            continue;
        };
        // A result that is put right is taken back also while it waits to be printed or signed.
        let known = tx.paper_of(one.case, *of, what).await?;
        let row = match known.filter(|row| row.made.is_some() || correction) {
            Some(row) => row,
            None if correction => continue,
            None => return Err(ActionError::NotFound),
        };
        if !tx
            .paper_revoked(one.case, &row.call, &without_numbers(why), now)
            .await?
        {
            return Err(Refusal::AlreadyDone.into());
        }
    }
    Ok(())
}

/// The wrong papers of a step that is to be done again go with it: what it called for, printed or not, and what was not
/// taken back yet.
pub(crate) async fn replaced(
    tx: &mut Tx,
    definition: &Definition,
    case: CaseId,
    step: &str,
    why: Option<NoteId>,
) -> Result<Vec<Command>, StoreError> {
    let signs = Flow::of(definition)
        .step(step)
        .and_then(|step| step.signs.as_ref());
    let Some(signs) = signs else {
        return Ok(Vec::new());
    };
    let events = tx.events_after(case, 0).await?;
    let called = calls(definition, &events).into_iter();
    let held = called.filter(|call| call.what == *signs && !taken_back(&events, call));
    let revoke = |call: Call| Command::RevokePaper {
        what: signs.clone(),
        of: call.version,
        why,
    };
    Ok(held.map(revoke).collect())
}

fn taken_back(events: &[Recorded], call: &Call) -> bool {
    events.iter().any(|one| {
        matches!(&one.event, Event::PaperRevoked { what, of, .. } if *what == call.what && *of == call.version)
    })
}

/// All that is known of a case, for whoever prints it. Personal data: hand it to the printer alone.
#[derive(Debug, Clone)]
pub struct Dossier {
    pub case: Case,
    pub events: Vec<Recorded>,
    /// `None` where they were erased.
    pub answers: Option<Answers>,
    pub notes: HashMap<NoteId, String>,
    pub people: HashMap<PersonId, String>,
    pub attached: Vec<Attachment>,
}

impl Dossier {
    /// The paper was taken back: it is not made any more.
    pub fn took_back(&self, call: &Call) -> bool {
        taken_back(&self.events, call)
    }
}

/// A paper as it was set, and with its signatures where it has any.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finished {
    pub pdf: Vec<u8>,
    pub signed: Option<SignedFile>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedFile {
    pub pdf: Vec<u8>,
    /// In the order in which they were put on.
    pub signatures: Vec<SignatureMade>,
}

impl City {
    /// What waits to be printed, oldest first within each part; several servers may take the same.
    ///
    /// # Errors
    /// Where the memory does not answer.
    pub async fn paper_jobs(&self) -> Result<Vec<Job>, ActionError> {
        Ok(self.reader().jobs(PAPER, self.now(), TAKEN).await?)
    }

    /// What a job asks for; `None`: nothing that this program understands.
    pub fn paper_call(job: &Job) -> Option<Call> {
        serde_json::from_value(job.payload.clone()).ok()
    }

    /// Puts a job away: done, or never to be done.
    ///
    /// # Errors
    /// Where the memory does not answer.
    pub async fn paper_job_done(&self, job: &Job) -> Result<(), ActionError> {
        let job = job.clone();
        let done: Result<(), StoreError> = self
            .writer()
            .run("paper done", move |tx| {
                let job = job.clone();
                Box::pin(async move { tx.job_done(&job).await })
            })
            .await;
        Ok(done?)
    }

    /// Puts a job back for later.
    ///
    /// # Errors
    /// Where the memory does not answer.
    pub async fn paper_job_failed(&self, job: &Job, next: Moment) -> Result<(), ActionError> {
        let job = job.clone();
        let put: Result<(), StoreError> = self
            .writer()
            .run("paper failed", move |tx| {
                let job = job.clone();
                Box::pin(async move { tx.job_failed(&job, next).await })
            })
            .await;
        Ok(put?)
    }

    /// Everything about a case that a paper may print. Who may have it printed is the caller's question.
    ///
    /// # Errors
    /// [`ActionError::NotFound`] where there is no such case.
    pub async fn dossier(&self, id: CaseId) -> Result<Dossier, ActionError> {
        let reader = self.reader();
        let case = reader.case_to_print(id).await?;
        let case = case.ok_or(ActionError::NotFound)?;
        let events = reader.timeline(id).await?;
        let mut ids: Vec<PersonId> = events.iter().filter_map(|one| who(&one.actor)).collect();
        ids.extend(case.applicant);
        ids.extend(case.tasks.iter().filter_map(|task| task.holder));
        ids.sort_unstable();
        ids.dedup();
        let notes = reader.notes(id).await?.into_iter();
        Ok(Dossier {
            people: match ids.is_empty() {
                true => HashMap::new(),
                false => reader.names(&ids).await?.into_iter().collect(),
            },
            answers: reader.answers(id).await?.map(|(_, answers)| answers),
            notes: notes
                .filter_map(|note| Some((note.id, note.text?)))
                .collect(),
            attached: reader.attachments(id).await?,
            case,
            events,
        })
    }

    /// A case with its answers alone: for a line in a list.
    ///
    /// # Errors
    /// Where the memory does not answer.
    pub async fn dossier_in_brief(&self, case: Case) -> Result<Dossier, ActionError> {
        let reader = self.reader();
        let people = match case.applicant {
            Some(id) => reader.names(&[id]).await?.into_iter().collect(),
            None => HashMap::new(),
        };
        Ok(Dossier {
            answers: reader.answers(case.id).await?.map(|(_, answers)| answers),
            events: Vec::new(),
            notes: HashMap::new(),
            people,
            attached: Vec::new(),
            case,
        })
    }

    /// The paper with its number and verification code; a first call gives them.
    ///
    /// # Errors
    /// Where the memory does not answer.
    pub async fn plan_paper(
        &self,
        case: CaseId,
        call: &Call,
        title: &str,
        issuer: &UnitCode,
    ) -> Result<PaperRow, ActionError> {
        let (law, now) = (self.law(), self.now());
        let day = law.calendar()?.local(now).0;
        let symbol = law.papers.form(&call.template, day);
        let new = NewPaper {
            case,
            call: call.clone(),
            title: title.to_owned(),
            issuer: issuer.clone(),
            symbol: symbol.map_or_else(String::new, |(form, _)| form.symbol.clone()),
            check: check_code(self.chance()),
            at: now,
            day,
        };
        let planned: Result<PaperRow, StoreError> = self
            .writer()
            .run("plan paper", move |tx| {
                let new = new.clone();
                Box::pin(async move { tx.plan_paper(&new).await })
            })
            .await;
        Ok(planned?)
    }

    /// Keeps the finished file of a planned paper and writes the event that says so, once; of one that was taken back
    /// while it was made or signed nothing is kept.
    ///
    /// # Errors
    /// [`ActionError::NotFound`] where it was never planned or its case is gone.
    pub async fn issue_paper(
        &self,
        case: CaseId,
        call: &Call,
        finished: Finished,
    ) -> Result<PaperRow, ActionError> {
        let made = store::content_hash(&finished.pdf);
        let (pdf, signatures) = match finished.signed {
            Some(signed) => (signed.pdf, Some(signed.signatures)),
            None => (finished.pdf, None),
        };
        let stored = self.store().files().put(self.code(), pdf).await?;
        let (now, call, law) = (self.now(), call.clone(), self.law());
        loop {
            let (made, stored, signatures) = (made.clone(), stored.clone(), signatures.clone());
            let (call, law) = (call.clone(), law.clone());
            let issued = self.writer().run("issue paper", move |tx| {
                let (made, stored, call) = (made.clone(), stored.clone(), call.clone());
                let (signatures, law) = (signatures.clone(), law.clone());
                Box::pin(async move {
                    let since = tx.events_after(case, call.version).await?;
                    if taken_back(&since, &call) {
                        tx.paper_revoked(case, &call, "", now).await?;
                        return tx.paper(case, &call).await?.ok_or(ActionError::NotFound);
                    }
                    tx.save_file(&stored.hash, stored.size, PDF, now).await?;
                    let signed = signatures.as_ref().map(|_| &stored.hash);
                    if tx.paper_made(case, &call, &made, signed, now).await? {
                        let prior = tx.case(case).await?.ok_or(ActionError::NotFound)?;
                        let paper = tx.paper(case, &call).await?.ok_or(ActionError::NotFound)?;
                        let mut events = vec![Event::PaperMade(Box::new(PaperMade {
                            what: call.what.clone(),
                            template: call.template.clone(),
                            of: call.version,
                            issuer: paper.issuer,
                            number: paper.number,
                            symbol: paper.symbol,
                            file: made,
                        }))];
                        events.extend(signatures.map(|signatures| {
                            Event::PaperSigned(Box::new(PaperSigned {
                                what: call.what.clone(),
                                of: call.version,
                                file: stored.hash.clone(),
                                signatures,
                            }))
                        }));
                        let (after, recorded) =
                            case::record(prior.clone(), events, now, &Actor::Clock);
                        tx.save_case(Some(&prior), &after, &recorded, &Extras::default())
                            .await?;
                        let (what, file) = (&call.what, &stored.hash);
                        crate::parts::hand_on(tx, &law, &after, what, file, now).await?;
                        kept::keep_results(tx, &law, &after, now).await?;
                    }
                    tx.paper(case, &call).await?.ok_or(ActionError::NotFound)
                })
            });
            match issued.await {
                // Somebody worked on the case at the same moment: once more, after them.
                Err(ActionError::Meanwhile(_)) => {}
                other => return other,
            }
        }
    }

    /// Keeps a newer file of what papers are called.
    ///
    /// # Errors
    /// Where the memory does not answer.
    pub async fn keep_paper_law(&self, law: &PaperLaw) -> Result<(), ActionError> {
        let text = serde_json::to_string(law)
            .map_err(|flaw| StoreError::corrupt(format!("names of papers: {flaw}")))?;
        let written: Result<(), StoreError> = self
            .writer()
            .run("names of papers", move |tx| {
                let text = text.clone();
                Box::pin(async move { tx.set_law(PAPER_LAW, &text).await })
            })
            .await;
        written?;
        self.reload().await
    }
}

fn who(actor: &Actor) -> Option<PersonId> {
    match actor {
        Actor::Official { id, .. } | Actor::Resident(id) => Some(*id),
        Actor::Visitor | Actor::Clock | Actor::Bank | Actor::Import => None,
    }
}

/// Twelve signs of chance, 58 bits: as it stands in the memory, without hyphens.
fn check_code(chance: [u8; 16]) -> String {
    let mut number = u128::from_le_bytes(chance);
    let signs = (0..CHECK_LENGTH).map(|_| {
        let sign = ALPHABET[(number % 30) as usize];
        number /= 30;
        char::from(sign)
    });
    signs.collect()
}

/// `K7QM3XPA9RTD` → `K7QM-3XPA-9RTD`, as it is printed.
pub fn check_shown(code: &str) -> String {
    let signs: Vec<char> = code.chars().collect();
    let groups: Vec<String> = signs
        .chunks(4)
        .map(|group| group.iter().collect())
        .collect();
    groups.join("-")
}

/// As typed or scanned: capital letters and digits alone.
pub fn check_typed(text: &str) -> String {
    let plain = text.chars().filter(char::is_ascii_alphanumeric);
    plain.map(|c| c.to_ascii_uppercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verification_code_is_read_back_as_it_is_typed() {
        let code = check_code([0xA5; 16]);
        assert_eq!(code.len(), CHECK_LENGTH);
        assert_eq!(check_typed(&check_shown(&code).to_lowercase()), code);
        assert_ne!(code, check_code([0xA6; 16]));
        assert!(!code.contains(['0', 'O', '1', 'I', 'L', 'U']));
    }
}
