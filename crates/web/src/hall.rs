//! What every page may reach: the city (whose writing part stays closed to us), the figures, the house.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock, RwLockReadGuard};

use actions::{ActionError, City, Law};
use facts::Facts;
use jiff::civil::Date;
use rules::Moment;
use rules::guess::Learned;
use rules::index::Ledger;
use rules::person::Person;
use store::{Reader, Seen};

use crate::error::Failure;
use crate::parties::Parties;
use crate::ui::map::Shapes;
use crate::visit::{House, Visit};

/// An account that the demonstration shows on its sign-in page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownAccount {
    pub login: String,
    pub says: String,
}

/// A number that the demonstration's registers know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownEntry {
    pub register: String,
    pub key: String,
    pub says: String,
}

/// What the demonstration tells on its sign-in page and beside its forms. Empty in a real city.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shown {
    pub password: String,
    pub accounts: Vec<ShownAccount>,
    pub entries: Vec<ShownEntry>,
}

/// Cheap to clone.
#[derive(Clone)]
pub struct Hall {
    inner: Arc<Inner>,
}

struct Inner {
    city: City,
    facts: RwLock<Facts>,
    ledger: RwLock<Ledger>,
    house: House,
    /// Without a slash at its end.
    public_url: String,
    shown: Shown,
    /// Of banks and gateways, by the name under which each tells.
    payment_secrets: OnceLock<BTreeMap<String, String>>,
    /// The demonstration's year is being lived.
    filling: AtomicBool,
    /// Requests of programs in the running minute.
    meter: crate::open311::Meter,
    parties: OnceLock<Parties>,
    /// Proves who reports about messages.
    hook_secret: OnceLock<String>,
    /// The shapes of the map, with the law they were made from.
    shapes: Mutex<Option<(Arc<Law>, Arc<Shapes>)>>,
    /// What closed reports taught about the kinds of new ones.
    learned: RwLock<Arc<Learned>>,
    /// The map to tap, likewise.
    plan: Mutex<Option<(Arc<Law>, Arc<str>)>>,
}

impl Hall {
    pub fn new(city: City, house: House, public_url: &str, shown: Shown) -> Self {
        let public_url = public_url.trim_end_matches('/').to_owned();
        let facts = RwLock::new(Facts::new());
        Self {
            inner: Arc::new(Inner {
                city,
                facts,
                ledger: RwLock::new(Ledger::default()),
                house,
                public_url,
                shown,
                payment_secrets: OnceLock::new(),
                filling: AtomicBool::new(false),
                meter: crate::open311::Meter::default(),
                parties: OnceLock::new(),
                hook_secret: OnceLock::new(),
                shapes: Mutex::new(None),
                learned: RwLock::default(),
                plan: Mutex::new(None),
            }),
        }
    }

    /// Believes these banks and gateways from now on; told once, at the start.
    pub fn believe(&self, secrets: BTreeMap<String, String>) {
        if self.inner.payment_secrets.set(secrets).is_err() {
            tracing::warn!("secrets of payment providers were told twice; the first hold");
        }
    }

    pub fn payment_secret(&self, provider: &str) -> Option<&str> {
        let secrets = self.inner.payment_secrets.get()?;
        secrets.get(provider).map(String::as_str)
    }

    pub fn city(&self) -> &City {
        &self.inner.city
    }

    pub fn reader(&self) -> &Reader {
        self.inner.city.reader()
    }

    pub fn now(&self) -> Moment {
        self.inner.city.now()
    }

    pub fn law(&self) -> Arc<Law> {
        self.inner.city.law()
    }

    /// The day in the city.
    pub fn today(&self) -> Result<Date, Failure> {
        Ok(self.law().calendar()?.local(self.now()).0)
    }

    pub fn house(&self) -> House {
        House {
            filling: self.inner.filling.load(Ordering::Relaxed),
            ..self.inner.house.clone()
        }
    }

    pub fn meter(&self) -> &crate::open311::Meter {
        &self.inner.meter
    }

    /// Says that synthetic cases are still being added, or that they all are there.
    pub fn filling(&self, yes: bool) {
        self.inner.filling.store(yes, Ordering::Relaxed);
    }

    pub fn shown(&self) -> &Shown {
        &self.inner.shown
    }

    /// Says once, before the first request, whom this house talks to; later words change nothing.
    #[must_use]
    pub fn meet(self, parties: Parties) -> Self {
        self.inner.parties.get_or_init(|| parties);
        self
    }

    pub fn parties(&self) -> &Parties {
        self.inner.parties.get_or_init(Parties::default)
    }

    /// With which providers sign what they report; `None`: no reports are expected.
    pub fn hook_secret(&self) -> Option<&str> {
        self.inner.hook_secret.get().map(String::as_str)
    }

    /// Lets reports signed with this secret in. The first one stays.
    pub fn expect_reports(&self, secret: String) {
        if self.inner.hook_secret.set(secret).is_err() {
            tracing::warn!("the secret of reports is known already");
        }
    }

    /// An address of this house as a stranger's phone reaches it.
    pub fn link(&self, path: &str) -> String {
        format!("{}{path}", self.inner.public_url)
    }

    /// Cookies travel over HTTPS only, where the house has it.
    pub fn secure(&self) -> bool {
        self.inner.public_url.starts_with("https://")
    }

    /// The figures as they stand. Hold it for one scan, not across a wait.
    pub fn facts(&self) -> RwLockReadGuard<'_, Facts> {
        self.inner
            .facts
            .read()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// All procedures as the state counts them. Hold it for one scan, not across a wait.
    pub fn ledger(&self) -> RwLockReadGuard<'_, Ledger> {
        self.inner
            .ledger
            .read()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets the follower of the log change them.
    pub fn update_ledger<T>(&self, change: impl FnOnce(&mut Ledger) -> T) -> T {
        change(
            &mut self
                .inner
                .ledger
                .write()
                .unwrap_or_else(PoisonError::into_inner),
        )
    }

    /// Where communes stand on the map: real outlines where the city has them all, else hexagons. Made
    /// once for each state of the law.
    ///
    /// # Errors
    /// Where the city has no calendar.
    pub fn shapes(&self) -> Result<Arc<Shapes>, Failure> {
        let (law, today) = (self.law(), self.today()?);
        let mut kept = self
            .inner
            .shapes
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some((of, shapes)) = &*kept
            && Arc::ptr_eq(of, &law)
        {
            return Ok(shapes.clone());
        }
        let shapes = Arc::new(shapes_of(&law, today));
        *kept = Some((law, shapes.clone()));
        Ok(shapes)
    }

    pub fn learned(&self) -> Arc<Learned> {
        let learned = self.inner.learned.read();
        learned.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What was learned anew holds from now on.
    pub fn teach(&self, learned: Learned) {
        let held = self.inner.learned.write();
        *held.unwrap_or_else(PoisonError::into_inner) = Arc::new(learned);
    }

    /// The communes as the map to tap wants them (`public::areas`). Made once for each state of the law.
    ///
    /// # Errors
    /// Where the city has no calendar.
    pub fn plan(&self) -> Result<Arc<str>, Failure> {
        let law = self.law();
        let lock = || {
            let plan = self.inner.plan.lock();
            plan.unwrap_or_else(PoisonError::into_inner)
        };
        if let Some((of, plan)) = &*lock()
            && Arc::ptr_eq(of, &law)
        {
            return Ok(plan.clone());
        }
        let plan: Arc<str> = crate::public::areas::plan(self)?.into();
        *lock() = Some((law, plan.clone()));
        Ok(plan)
    }

    /// Lets the follower of the log change the figures.
    pub fn update_facts<T>(&self, change: impl FnOnce(&mut Facts) -> T) -> T {
        change(
            &mut self
                .inner
                .facts
                .write()
                .unwrap_or_else(PoisonError::into_inner),
        )
    }

    /// The visitor, or the bearer of this case where they show its secret (`?key=…` of their link).
    ///
    /// # Errors
    /// Where the memory does not answer.
    pub async fn holder(
        &self,
        visit: &Visit,
        code: &str,
        key: Option<&str>,
    ) -> Result<Person, Failure> {
        let Some(key) = key.filter(|key| !key.is_empty()) else {
            return Ok(visit.person.clone());
        };
        let bearer = self
            .reader()
            .bearer(code, &actions::secret::token_hash(key))
            .await?;
        Ok(bearer.unwrap_or_else(|| visit.person.clone()))
    }

    /// A case by its code, as far as this person may see it.
    ///
    /// # Errors
    /// [`Failure::NotFound`] where it does not exist or its existence is a secret.
    pub async fn case(&self, person: &Person, code: &str) -> Result<Seen, Failure> {
        let code = actions::code::typed(code);
        self.reader()
            .case_by_code(person, &code)
            .await?
            .ok_or(Failure::NotFound)
    }
}

fn shapes_of(law: &Law, today: Date) -> Shapes {
    let areas: Vec<_> = law.organisation.areas_on(today).collect();
    let outlines: Vec<_> = areas
        .iter()
        .filter_map(|area| {
            let outline = law.boundaries.iter().rev().find(|b| b.area == area.code)?;
            let ring =
                |ring: &Vec<rules::case::Spot>| ring.iter().map(|s| (s.lon, s.lat)).collect();
            Some((area.code.clone(), outline.rings.iter().map(ring).collect()))
        })
        .collect();
    let real = (outlines.len() == areas.len())
        .then(|| Shapes::real(&outlines))
        .flatten();
    real.unwrap_or_else(|| {
        let centres: Vec<_> = areas
            .iter()
            .map(|area| (area.code.clone(), area.lat, area.lon))
            .collect();
        Shapes::hexagons(&centres)
    })
}

impl From<ActionError> for Failure {
    fn from(error: ActionError) -> Self {
        match error {
            ActionError::Refused(refusal) => Failure::Refused(refusal),
            ActionError::NotFound | ActionError::NoService(_) => Failure::NotFound,
            ActionError::Meanwhile(_) => Failure::Stale,
            ActionError::TooMany { .. } => Failure::Busy,
            ActionError::SamePerson => Failure::Refused(rules::case::Refusal::NotYours),
            // Pages show these beside the field; one that does not had no such field.
            ActionError::Flawed(_)
            | ActionError::Unfit(_)
            | ActionError::Photo { .. }
            | ActionError::Mandate(_)
            | ActionError::StandIn(_)
            | ActionError::Reply(_)
            | ActionError::CalendarOrder { .. }
            | ActionError::Queue(_)
            | ActionError::WrongPassword => Failure::Unreadable,
            ActionError::NoCalendar | ActionError::Calendar(_) | ActionError::Fault(_) => {
                Failure::fault(error)
            }
        }
    }
}

impl From<store::StoreError> for Failure {
    fn from(error: store::StoreError) -> Self {
        Failure::fault(error)
    }
}
