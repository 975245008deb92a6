//! Looking again at a drawn sample of what was called solved: a month's list is closed, the number of somebody outside
//! draws from it when two people have written down the same, and each drawn report is looked at by somebody who does
//! not stand on the line of the unit that closed it. The draw itself is `rules::sample::draw`.

use std::sync::Arc;

use jiff::SignedDuration;
use jiff::civil::Time;
use rules::Moment;
use rules::case::looked::{Looking, PHOTO_AGAIN};
use rules::case::{Case, Event, Recorded, Refusal};
use rules::duty::{Act, may};
use rules::ids::{CaseId, UnitCode};
use rules::index::period::{Length, Period};
use rules::person::{Actor, Person};
use rules::sample::draw::{Line, draw, hash, tag};
use rules::sample::{Found, Sample, SampleLaw, of_one_line};
use store::{Reader, SampleCase, SampleMonth, SampleSeed, StoreError, Tx};

use crate::change::{Change, Verb};
use crate::city::{City, Law};
use crate::error::ActionError;
use crate::messages::Document;
use crate::upload::Upload;

/// Longest words of where a number was read.
pub const SOURCE: usize = 300;

/// What became of a number that somebody wrote down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seeded {
    /// A second person writes down the same, and it draws.
    Waits,
    Drawn {
        reports: usize,
    },
    /// It is not what the first person wrote: both are asked again.
    Differs,
    /// Not a number of that many digits.
    NoNumber {
        digits: usize,
    },
    NoSource,
    /// The day of the number has not come.
    TooEarly,
}

/// The city's rules of it, each version: a month keeps what held before it began.
pub(crate) async fn load(reader: &Reader) -> Result<Arc<SampleLaw>, StoreError> {
    let mut law = SampleLaw::default();
    for book in reader.rulebooks(Document::Sample.name()).await? {
        match Sample::read(&book.body) {
            Ok(sample) => law.put(book.at, sample),
            Err(error) => {
                tracing::error!(%error, "the city's rules of looking again cannot be read")
            }
        }
    }
    Ok(Arc::new(law))
}

/// What a look at a case brings to the rules beside it.
pub(crate) struct Drawn {
    pub month: String,
    pub unit: UnitCode,
    pub before: Option<Found>,
}

impl City {
    /// The month whose list is to be closed: the last whole one, unless that was done.
    ///
    /// # Errors
    /// Where the memory does not answer.
    pub async fn sample_to_close(&self) -> Result<Option<(Period, Sample)>, ActionError> {
        let law = self.law();
        let calendar = law.calendar()?;
        // What happened at the last minute is sealed and counted by then.
        let now = self.now() - SignedDuration::from_hours(1);
        let month = Period::containing(calendar.local(now).0, Length::Month).previous();
        if self
            .reader()
            .sample_month(&month.to_string())
            .await?
            .is_some()
        {
            return Ok(None);
        }
        let begins = calendar.at(month.first(), Time::midnight())?;
        Ok(Some((month, law.sample.of_month(month, begins).clone())))
    }

    /// Closes the list of a month: who closed which report, as it stands now. What is closed stays.
    ///
    /// # Errors
    /// Where the memory does not answer.
    pub async fn close_sample(
        &self,
        month: Period,
        sample: Sample,
        closes: Vec<(CaseId, UnitCode)>,
    ) -> Result<(), ActionError> {
        let now = self.now();
        let today = self.law().calendar()?.local(now).0;
        let list: Vec<(Line, CaseId)> = closes
            .into_iter()
            .map(|(case, unit)| {
                (
                    Line {
                        tag: tag(case),
                        unit,
                    },
                    case,
                )
            })
            .collect();
        let lines: Vec<Line> = list.iter().map(|(line, _)| line.clone()).collect();
        let closed = SampleMonth {
            month: month.to_string(),
            seed_day: sample.seed_day(today),
            law: sample,
            closed: now,
            size: u32::try_from(lines.len()).unwrap_or(u32::MAX),
            hash: hash(&lines),
            seed: None,
            drawn: None,
        };
        let closed = Arc::new((closed, list));
        self.writer()
            .run("close sample", move |tx| {
                let closed = closed.clone();
                Box::pin(async move {
                    let (month, list) = &*closed;
                    // Another process was faster.
                    match tx.sample_month(&month.month).await? {
                        Some(_) => Ok(()),
                        None => tx.close_sample(month, list).await,
                    }
                })
            })
            .await?;
        Ok(())
    }

    /// Writes down the number of a month. Two people write the same, or it does not draw.
    ///
    /// # Errors
    /// [`ActionError::Refused`] where this person may not or it was drawn; [`ActionError::SamePerson`] for the first one
    /// again; [`ActionError::NotFound`] where that month has no list.
    pub async fn write_seed(
        &self,
        person: &Person,
        month: &str,
        number: &str,
        source: &str,
    ) -> Result<Seeded, ActionError> {
        may(person, &Act::EnterFigures, None)?;
        let Person::Official(official) = person else {
            return Err(Refusal::NotYours.into());
        };
        let (by, now) = (official.id, self.now());
        let today = self.law().calendar()?.local(now).0;
        let asked = Arc::new((
            month.to_owned(),
            number.to_owned(),
            source.trim().to_owned(),
        ));
        self.writer()
            .run("sample seed", move |tx| {
                let asked = asked.clone();
                Box::pin(async move {
                    let (month, number, source) = &*asked;
                    let held = tx.sample_month(month).await?.ok_or(ActionError::NotFound)?;
                    if held.drawn.is_some() {
                        return Err(Refusal::AlreadyDone.into());
                    }
                    let Some(number) = held.law.seed(number) else {
                        let digits = held.law.seed.digits;
                        return Ok(Seeded::NoNumber { digits });
                    };
                    if today < held.seed_day {
                        return Ok(Seeded::TooEarly);
                    }
                    let Some(first) = held.seed else {
                        if source.is_empty() || source.chars().count() > SOURCE {
                            return Ok(Seeded::NoSource);
                        }
                        let seed = SampleSeed {
                            number,
                            source: source.clone(),
                            by,
                            at: now,
                        };
                        tx.write_sample_seed(month, Some(&seed)).await?;
                        return Ok(Seeded::Waits);
                    };
                    if first.by == by {
                        return Err(ActionError::SamePerson);
                    }
                    if first.number != number {
                        tx.write_sample_seed(month, None).await?;
                        return Ok(Seeded::Differs);
                    }
                    let list = tx.sample_list(month).await?;
                    let tags = draw(&list, month, &number, &held.law);
                    let due = now + SignedDuration::from_hours(24 * i64::from(held.law.days));
                    tx.draw_sample(month, (by, now, due), &tags).await?;
                    let reports = tags.len();
                    Ok(Seeded::Drawn { reports })
                })
            })
            .await
    }

    /// Says what became of a drawn report.
    ///
    /// # Errors
    /// [`Refusal::OwnWork`] for the unit's own people; [`ActionError::NotFound`] where it was not drawn in that month;
    /// else as [`City::change`].
    pub async fn look_again(
        &self,
        person: &Person,
        drawn: &SampleCase,
        found: Found,
        words: &str,
        photos: Vec<Upload>,
    ) -> Result<Case, ActionError> {
        let photos = photos.into_iter().filter(|one| one.what == PHOTO_AGAIN);
        let verb = Verb::LookAgain {
            month: drawn.month.clone(),
            found,
        };
        let change = Change {
            words: Some(words.to_owned()),
            uploads: photos.collect(),
            ..Change::new(drawn.case, verb)
        };
        self.change(person, change).await
    }
}

/// Whether somebody may look at what this unit closed.
///
/// # Errors
/// [`Refusal::OwnWork`] for whoever stands on the unit's line or worked on the case; [`Refusal::NotYours`] for everybody
/// who looks at nothing.
pub fn may_look(
    person: &Person,
    unit: &str,
    events: &[Recorded],
    law: &Law,
) -> Result<(), Refusal> {
    may(person, &Act::LookAgain, None)?;
    let Person::Official(official) = person else {
        return Err(Refusal::NotYours);
    };
    let worked = events.iter().any(|one| {
        let own = matches!(&one.actor, Actor::Official { id, .. } if *id == official.id);
        own && matches!(one.event, Event::StepDecided(_) | Event::Claimed { .. })
    });
    // What somebody stands in for, or reaches from above, is theirs as well.
    let seats: Vec<_> = official
        .seats
        .iter()
        .chain(&official.own)
        .cloned()
        .collect();
    match worked || of_one_line(&seats, unit, &law.organisation) {
        true => Err(Refusal::OwnWork {
            unit: unit.to_owned(),
        }),
        false => Ok(()),
    }
}

/// The facts of a look, for whoever may.
pub(crate) async fn drawn(
    tx: &mut Tx,
    law: &Law,
    person: Option<&Person>,
    change: &Change,
) -> Result<Option<Drawn>, ActionError> {
    let Verb::LookAgain { month, .. } = &change.verb else {
        return Ok(None);
    };
    let person = person.ok_or(Refusal::NotYours)?;
    if may(person, &Act::LookAgain, None).is_err() {
        return Err(ActionError::NotFound);
    }
    let drawn = tx.sample_case(change.case, month).await?;
    let drawn = drawn.ok_or(ActionError::NotFound)?;
    let events = tx.events_after(change.case, 0).await?;
    may_look(person, &drawn.unit, &events, law)?;
    Ok(Some(Drawn {
        month: drawn.month,
        unit: drawn.unit,
        before: drawn.found.map(|(found, _)| found),
    }))
}

pub(crate) fn looking(
    drawn: Option<&Drawn>,
    found: Found,
    note: Option<rules::ids::NoteId>,
    files: Vec<rules::ids::ContentHash>,
) -> Result<Looking, Refusal> {
    let drawn = drawn.ok_or(Refusal::NotYours)?;
    Ok(Looking {
        month: drawn.month.clone(),
        unit: drawn.unit.clone(),
        found,
        before: drawn.before,
        note,
        files,
    })
}

/// The row follows the event, in the same transaction.
pub(crate) async fn follow(
    tx: &mut Tx,
    recorded: &[Recorded],
    now: Moment,
) -> Result<(), StoreError> {
    for one in recorded {
        if let Event::LookedAgain(looked) = &one.event {
            tx.sample_found(one.case, &looked.month, looked.found, now)
                .await?;
        }
    }
    Ok(())
}
