//! A city in service: its memory, its clock, its law. Handed to pages whole; what writes stays inside.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use arc_swap::ArcSwap;
use rules::Moment;
use rules::asset::Assets;
use rules::calendar::Calendar;
use rules::case::stop::StopLaw;
use rules::catalogue::Catalogue;
use rules::counter::Counter;
use rules::ids::{CaseId, NoteId, PersonId};
use rules::index::yardsticks::Yardsticks;
use rules::organisation::{Boundary, Organisation};
use rules::paper::PaperLaw;
use rules::portal::Mapping;
use rules::posting::Posting;
use rules::sample::SampleLaw;
use rules::stand_in::StandIn;
use store::{CollectingAccount, Reader, Store, Writer};
use tokio::sync::Semaphore;

use crate::error::ActionError;
use crate::messages::MessageLaw;

/// The moment on the wall, or of a test.
pub type Clock = Arc<dyn Fn() -> Moment + Send + Sync>;
/// Fills bytes with chance.
pub type Chance = Arc<dyn Fn(&mut [u8]) + Send + Sync>;

/// What holds in the city now: data the city corrects, never constants of ours. Swapped as a whole.
#[derive(Clone, Default)]
pub struct Law {
    pub catalogue: Catalogue,
    pub organisation: Organisation,
    /// By version; the highest is in force for new cases.
    pub calendars: BTreeMap<u32, Arc<Calendar>>,
    pub boundaries: Vec<Boundary>,
    /// What belongs to whom.
    pub assets: Arc<Assets>,
    /// How the one-stop desks serve.
    pub counter: Counter,
    /// What the state's numbers are measured by.
    pub yardsticks: Arc<Yardsticks>,
    /// Where money is transferred to, by unit and day.
    pub accounts: Vec<CollectingAccount>,
    /// What papers are called, by day.
    pub papers: Arc<PaperLaw>,
    /// Who stands in for whom today or later.
    pub stand_ins: Vec<StandIn>,
    /// On which grounds work is stopped, by day.
    pub stops: Arc<StopLaw>,
    /// Policy, texts and tiers of messages.
    pub messages: Arc<MessageLaw>,
    /// How the city speaks to the national portal.
    pub portal: Arc<Mapping>,
    /// How much one may post, and which words are looked at first.
    pub posting: Arc<Posting>,
    /// How what was called solved is drawn and looked at again, by month.
    pub sample: Arc<SampleLaw>,
    /// Other systems of reports that are handed some of ours, by their codes.
    pub partners: Arc<crate::partner::Partners>,
    /// The city's settings as they stand in its memory, by their names.
    pub settings: serde_json::Value,
}

impl Law {
    /// The calendar in force.
    ///
    /// # Errors
    /// [`ActionError::NoCalendar`] where the city has none.
    pub fn calendar(&self) -> Result<&Arc<Calendar>, ActionError> {
        self.calendars
            .last_key_value()
            .map(|(_, calendar)| calendar)
            .ok_or(ActionError::NoCalendar)
    }

    /// The calendar frozen on a case; the one in force where that version is not kept.
    ///
    /// # Errors
    /// [`ActionError::NoCalendar`] where the city has none.
    pub fn calendar_of(&self, version: u32) -> Result<&Arc<Calendar>, ActionError> {
        self.calendars
            .get(&version)
            .map_or_else(|| self.calendar(), Ok)
    }
}

/// Limits that the settings decide.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    pub session_minutes: u32,
    pub sign_in_tries: u32,
    pub sign_in_wait_minutes: u32,
    pub draft_days: u32,
    /// Days that numbers and words of calls and settled letters are kept.
    pub contact_days: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            session_minutes: 480,
            sign_in_tries: 5,
            sign_in_wait_minutes: 15,
            draft_days: 30,
            contact_days: 365,
        }
    }
}

/// Cheap to clone.
#[derive(Clone)]
pub struct City {
    inner: Arc<Inner>,
}

struct Inner {
    store: Store,
    reader: Reader,
    writer: Writer,
    clock: Clock,
    chance: Chance,
    law: ArcSwap<Law>,
    /// Of the law as it was read last.
    stamp: AtomicI64,
    limits: Limits,
    /// Password hashing eats a core: two at a time.
    hashing: Semaphore,
    /// So does drawing a photo anew, and it needs hundreds of megabytes.
    drawing: Semaphore,
}

impl City {
    /// A city over its memory. [`City::reload`] must run before the first use.
    pub fn new(store: Store, code: &str, clock: Clock, chance: Chance, limits: Limits) -> Self {
        let (reader, writer) = (store.reader(code), store.writer(code));
        let inner = Inner {
            store,
            reader,
            writer,
            clock,
            chance,
            law: ArcSwap::from_pointee(Law::default()),
            stamp: AtomicI64::new(0),
            limits,
            hashing: Semaphore::new(2),
            drawing: Semaphore::new(2),
        };
        Self {
            inner: Arc::new(inner),
        }
    }

    pub fn code(&self) -> &str {
        self.inner.reader.city()
    }

    /// The moment, in the microseconds that the memory keeps.
    pub fn now(&self) -> Moment {
        let now = (self.inner.clock)();
        Moment::from_microsecond(now.as_microsecond()).unwrap_or(now)
    }

    pub fn reader(&self) -> &Reader {
        &self.inner.reader
    }

    pub fn store(&self) -> &Store {
        &self.inner.store
    }

    pub fn law(&self) -> Arc<Law> {
        self.inner.law.load_full()
    }

    pub fn limits(&self) -> Limits {
        self.inner.limits
    }

    /// Reads law and organisation anew, after a change or at the start.
    ///
    /// # Errors
    /// Where the memory does not answer or holds a definition that cannot be read.
    pub async fn reload(&self) -> Result<(), ActionError> {
        // Asked first: what changes while we read is read again.
        let stamp = self.inner.reader.law_stamp().await?;
        let law = crate::law::load(&self.inner.reader, self.now()).await?;
        self.inner.law.store(Arc::new(law));
        self.inner.stamp.store(stamp, Ordering::Release);
        Ok(())
    }

    /// Reads them anew where another process (a second server, a command) changed something.
    ///
    /// # Errors
    /// As [`City::reload`].
    pub async fn refresh(&self) -> Result<(), ActionError> {
        let stamp = self.inner.reader.law_stamp().await?;
        match stamp == self.inner.stamp.load(Ordering::Acquire) {
            true => Ok(()),
            false => self.reload().await,
        }
    }

    pub(crate) fn writer(&self) -> &Writer {
        &self.inner.writer
    }

    pub(crate) fn hashing(&self) -> &Semaphore {
        &self.inner.hashing
    }

    pub(crate) fn drawing(&self) -> &Semaphore {
        &self.inner.drawing
    }

    pub(crate) fn chance<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        (self.inner.chance)(&mut bytes);
        bytes
    }

    pub(crate) fn new_case_id(&self) -> CaseId {
        CaseId::new(self.now(), self.chance())
    }

    pub(crate) fn new_note_id(&self) -> NoteId {
        NoteId::new(self.now(), self.chance())
    }

    pub(crate) fn new_person_id(&self) -> PersonId {
        PersonId::new(self.now(), self.chance())
    }
}
