//! What the state's counts need to know of one procedure, read from its events. There is no second reading
//! of events: `evolve` adds them up, and this watches what changed in the case after each.
//!
//! Every moment that a count may ask for "as of" an earlier day is kept with its history (appointments,
//! supplements, new dates), so that last month's report says the same for ever. Whole seconds.

use std::num::NonZeroU32;

use service::definition::{Channel, Ending};

use super::names::{Name, Names};
use crate::Moment;
use crate::case::event::{Asked, Event, Recorded, Warning};
use crate::case::money::Way;
use crate::case::state::APPLICANT;
use crate::case::{Case, Life, Task, evolve};
use crate::ids::CaseId;
use crate::person::Actor;

/// A moment in whole seconds since 1970, in four bytes (until 2106).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct At(NonZeroU32);

impl At {
    /// Moments before 1970 count as its first second.
    pub fn second(second: i64) -> Self {
        let second = u32::try_from(second.max(1)).unwrap_or(u32::MAX);
        Self(NonZeroU32::new(second).unwrap_or(NonZeroU32::MIN))
    }

    pub fn get(self) -> i64 {
        self.0.get().into()
    }

    pub fn moment(self) -> Moment {
        Moment::from_second(self.get()).unwrap_or(Moment::UNIX_EPOCH)
    }
}

impl From<Moment> for At {
    fn from(moment: Moment) -> Self {
        // A promise of 08:37 is kept by whoever ends within its second.
        At::second(moment.as_microsecond().div_euclid(1_000_000))
    }
}

/// Working seconds between two moments on the calendar of the case.
pub type Working<'a> = &'a dyn Fn(Moment, Moment) -> u32;

/// One person's part of the way: a step at a unit, from when it came until it left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hop {
    pub step: Name,
    /// [`Name::NONE`]: the applicant's turn.
    pub unit: Name,
    /// Who decided it, or holds it; [`Name::NONE`]: nobody, the clock.
    pub officer: Name,
    pub from: At,
    /// `None`: still there.
    pub to: Option<At>,
    /// The step's own time.
    pub due: Option<At>,
    /// Working seconds it took; 0 while it lasts.
    pub spent: u32,
    /// Working seconds it was given; 0 where it has no time of its own.
    pub allowed: u32,
    /// It was passed on or dropped without a decision.
    pub undecided: bool,
    /// The clock took silence for an answer, or told that a consulted unit stays silent.
    pub silent: bool,
}

/// How a dossier stands with its fees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fees {
    /// None was asked.
    None,
    /// All are 0 or waived.
    Free,
    /// Something is owed or was paid, but not online.
    Due,
    /// Something was paid by transfer or through the national portal.
    PaidOnline,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dossier {
    pub id: CaseId,
    pub version: u32,
    pub unit: Name,
    pub received_at: Name,
    /// Who helped to hand it in.
    pub helper: Name,
    pub service: Name,
    /// Field of administration (lĩnh vực).
    pub group: Name,
    pub area: Name,
    pub channel: Channel,
    /// Of the applicant's account; 0 where they have none.
    pub applicant: u64,
    pub opened: At,
    pub accepted: Option<At>,
    /// Where the legal clock stopped for good.
    pub ended: Option<(Ending, At)>,
    pub handed: Option<At>,
    /// State 3: refused at reception.
    pub not_accepted: bool,
    /// (since when it holds, the appointment); the first is the first promise.
    pub dues: Box<[(At, At)]>,
    /// Requests for a supplement: asked, and answered or given up.
    pub supplements: Box<[(At, Option<At>)]>,
    /// New dates by form 04: given when, and the cause that was written down.
    pub extensions: Box<[(At, Name)]>,
    pub hops: Box<[Hop]>,
    pub rating: Option<u8>,
    /// A decision by authority to sign.
    pub signed: bool,
    /// A file of the result was laid down with a decision.
    pub filed: bool,
    /// The appointment moved without a new date, a pause or a newer calendar saying so.
    pub moved_silently: bool,
    /// When results of it were put right at the agency's cost.
    pub corrections: Box<[At]>,
    /// When the agency lost or damaged papers of it.
    pub losses: Box<[At]>,
    /// What it owes in fees, where any was asked.
    pub fees: Fees,
}

impl Dossier {
    /// The appointment that held at a moment (`NgayHenTra`).
    pub fn due_at(&self, at: At) -> Option<At> {
        let held = self.dues.iter().rev().find(|(since, _)| *since <= at);
        held.map(|(_, due)| *due)
    }

    pub fn first_due(&self) -> Option<At> {
        self.dues.first().map(|(_, due)| *due)
    }

    /// The latest appointment.
    pub fn due(&self) -> Option<At> {
        self.dues.last().map(|(_, due)| *due)
    }

    /// How it had ended before a moment.
    pub fn ended_by(&self, end: At) -> Option<(Ending, At)> {
        self.ended.filter(|(_, at)| *at < end)
    }

    /// Supplement requests before a moment.
    pub fn asked_by(&self, end: At) -> usize {
        self.supplements.iter().filter(|(at, _)| *at < end).count()
    }

    /// Waiting for a supplement just before a moment: since when.
    pub fn waiting_at(&self, end: At) -> Option<At> {
        let (since, until) = self.supplements.iter().rfind(|(at, _)| *at < end)?;
        until.is_none_or(|until| until >= end).then_some(*since)
    }

    pub fn online(&self) -> bool {
        matches!(self.channel, Channel::Online | Channel::Web | Channel::App)
    }

    /// The hops of a unit.
    pub fn hops_of(&self, unit: Name) -> impl Iterator<Item = &Hop> {
        self.hops.iter().filter(move |hop| hop.unit == unit)
    }
}

impl Hop {
    pub fn by_applicant(&self) -> bool {
        self.unit.is_none()
    }

    /// Working seconds over its own time.
    pub fn over(&self) -> u32 {
        match self.allowed {
            0 => 0,
            allowed => self.spent.saturating_sub(allowed),
        }
    }
}

/// Events that say openly that an appointment is set or moved.
pub(super) fn says_the_date(event: &Event) -> bool {
    matches!(
        event,
        Event::ClockStarted { .. }
            | Event::ClockResumed { .. }
            | Event::Extended { .. }
            | Event::Redated { .. }
            | Event::Imported(_)
            | Event::OwnerSaid(_)
            | Event::Recategorised(_)
    )
}

/// A hop that has not ended, as it is watched.
struct Running {
    task: Task,
    from: Moment,
    /// Place among the hops, which stand in the order in which they began.
    place: usize,
    silent: bool,
}

/// Reads a dossier from all events of one case, oldest first; `None` without any.
pub fn observe(
    recorded: &[Recorded],
    group: &str,
    names: &mut Names,
    working: Working<'_>,
) -> Option<Dossier> {
    let mut watch = Watch {
        names,
        working,
        running: Vec::new(),
        hops: Vec::new(),
        dues: Vec::new(),
        supplements: Vec::new(),
        extensions: Vec::new(),
        signed: false,
        filed: false,
        moved_silently: false,
        cause: Name::NONE,
        corrections: Vec::new(),
        losses: Vec::new(),
        handed: None,
        fees: Vec::new(),
        paid: Vec::new(),
    };
    let mut case = None;
    for event in recorded {
        let next = evolve(case.take(), event);
        watch.saw(&next, event);
        case = Some(next);
    }
    // A part is counted with its whole, once.
    let case = case.filter(|case| case.whole.is_none())?;
    Some(watch.end(&case, group))
}

struct Watch<'a> {
    names: &'a mut Names,
    working: Working<'a>,
    running: Vec<Running>,
    hops: Vec<Hop>,
    dues: Vec<(At, At)>,
    supplements: Vec<(At, Option<At>)>,
    extensions: Vec<(At, Name)>,
    signed: bool,
    filed: bool,
    moved_silently: bool,
    /// Of the letter of apology whose new date comes next.
    cause: Name,
    corrections: Vec<At>,
    losses: Vec<At>,
    /// The first time: a result put right is handed over once more.
    handed: Option<At>,
    fees: Vec<(String, i64)>,
    paid: Vec<(u32, bool)>,
}

impl Watch<'_> {
    fn saw(&mut self, case: &Case, recorded: &Recorded) {
        let at = At::from(recorded.at);
        self.appointment(case, recorded, at);
        self.supplement(case, recorded, at);
        // What is done again counts as a correction, not as time that the dossier took.
        if self.corrections.is_empty() {
            self.steps(case, recorded);
        }
        match &recorded.event {
            Event::StepDecided(decided) => {
                self.signed |= decided.authority.is_some();
                self.filed |= !decided.files.is_empty();
            }
            Event::Apologised { cause, .. } => self.cause = self.names.add(cause),
            Event::Extended { .. } => {
                let cause = std::mem::take(&mut self.cause);
                self.extensions.push((at, cause));
            }
            Event::CorrectionBegun { .. } => self.corrections.push(at),
            Event::PapersLost(_) => self.losses.push(at),
            Event::HandedOver { .. } => self.handed = self.handed.or(Some(at)),
            other => self.money(other),
        }
    }

    fn money(&mut self, event: &Event) {
        match event {
            Event::FeeAsked { fee, amount, .. } => self.owe(fee, *amount),
            Event::FeeWaived { fee, .. } => self.owe(fee, 0),
            Event::FeePaid(paid) => {
                let online = matches!(paid.way, Way::Portal | Way::Transfer);
                self.paid.push((paid.payment, online));
            }
            Event::PaymentVoided { payment, .. } => self.paid.retain(|(known, _)| known != payment),
            _ => {}
        }
    }

    /// Asked again, the newer amount holds.
    fn owe(&mut self, fee: &str, amount: i64) {
        match self.fees.iter_mut().find(|(known, _)| known == fee) {
            Some((_, held)) => *held = amount,
            None => self.fees.push((fee.to_owned(), amount)),
        }
    }

    fn appointment(&mut self, case: &Case, recorded: &Recorded, at: At) {
        let Some(due) = case.clock.due.map(At::from) else {
            return;
        };
        if self.dues.last().is_some_and(|(_, held)| *held == due) {
            return;
        }
        self.moved_silently |= !says_the_date(&recorded.event);
        let since = match &recorded.event {
            Event::Imported(imported) => At::from(imported.at),
            _ => at,
        };
        self.dues.push((since, due));
    }

    fn supplement(&mut self, case: &Case, recorded: &Recorded, at: At) {
        if let Event::ApplicantAsked {
            what: Asked::Supplement,
        } = recorded.event
        {
            self.supplements.push((at, None));
            return;
        }
        let waits = match &case.life {
            Life::WithdrawalAsked { back, .. } => back.as_ref(),
            life => life,
        };
        if !matches!(waits, Life::AwaitingSupplement { .. })
            && let Some((_, until @ None)) = self.supplements.last_mut()
        {
            *until = Some(at);
        }
    }

    fn steps(&mut self, case: &Case, recorded: &Recorded) {
        if let Event::Warned {
            of: Warning::Escalated | Warning::Silent,
            step: Some(step),
            row,
        } = &recorded.event
        {
            let mut running = self.running.iter_mut();
            if let Some(hop) = running.find(|hop| hop.task.is(step, *row)) {
                hop.silent = true;
            }
        }
        let stays = |hop: &Running| {
            let mut tasks = case.tasks.iter();
            tasks.any(|task| task.is(&hop.task.step, hop.task.row) && task.unit == hop.task.unit)
        };
        let (left, stayed): (Vec<Running>, Vec<Running>) = std::mem::take(&mut self.running)
            .into_iter()
            .partition(|hop| !stays(hop));
        self.running = stayed;
        for hop in left {
            self.ended(hop, recorded);
        }
        for task in &case.tasks {
            let known = |hop: &&mut Running| hop.task.is(&task.step, task.row);
            match self.running.iter_mut().find(known) {
                // The holder may change, and a newer calendar moves its time.
                Some(hop) => hop.task = task.clone(),
                None => self.began(task, recorded.at),
            }
        }
    }

    fn began(&mut self, task: &Task, at: Moment) {
        let place = self.hops.len();
        let from = At::from(at);
        let step = self.names.add(&task.step);
        let unit = match task.role.as_str() {
            APPLICANT => Name::NONE,
            _ => self.names.add(task.unit.as_deref().unwrap_or_default()),
        };
        self.hops.push(Hop {
            step,
            unit,
            officer: Name::NONE,
            from,
            to: None,
            due: task.due.map(At::from),
            spent: 0,
            allowed: task.due.map_or(0, |due| (self.working)(task.since, due)),
            undecided: false,
            silent: false,
        });
        self.running.push(Running {
            task: task.clone(),
            from: at,
            place,
            silent: false,
        });
    }

    fn ended(&mut self, hop: Running, recorded: &Recorded) {
        let decided = matches!(&recorded.event, Event::StepDecided(decided)
            if hop.task.is(&decided.step, decided.row));
        let by_clock = matches!(recorded.actor, Actor::Clock);
        let officer = match (&recorded.actor, hop.task.holder) {
            (Actor::Official { id, .. }, _) if decided => Some(*id),
            (_, holder) => holder,
        };
        let officer = officer.map_or(Name::NONE, |id| self.names.add(&id.to_string()));
        let spent = (self.working)(hop.from, recorded.at);
        let due = hop.task.due;
        if let Some(one) = self.hops.get_mut(hop.place) {
            one.to = Some(At::from(recorded.at));
            one.officer = officer;
            one.spent = spent;
            one.undecided = !decided;
            one.silent = hop.silent || (decided && by_clock && !one.by_applicant());
            if one.due != due.map(At::from) {
                one.due = due.map(At::from);
                one.allowed = due.map_or(0, |due| (self.working)(hop.task.since, due));
            }
        }
    }

    fn end(mut self, case: &Case, group: &str) -> Dossier {
        for hop in std::mem::take(&mut self.running) {
            let officer = hop.task.holder.map(|id| self.names.add(&id.to_string()));
            if let Some(one) = self.hops.get_mut(hop.place) {
                one.officer = officer.unwrap_or_default();
                one.silent = hop.silent;
                one.due = hop.task.due.map(At::from);
            }
        }
        let handed = match &case.life {
            Life::HandedOver { at, .. } => self.handed.or(Some(At::from(*at))),
            Life::Correcting { .. } | Life::Decided { .. } => self.handed,
            _ => None,
        };
        let fees = match (
            self.fees.is_empty(),
            self.fees.iter().all(|(_, due)| *due == 0),
        ) {
            (true, _) => Fees::None,
            (_, true) => Fees::Free,
            _ if self.paid.iter().any(|(_, online)| *online) => Fees::PaidOnline,
            _ => Fees::Due,
        };
        let names = self.names;
        Dossier {
            id: case.id,
            version: case.version,
            unit: names.add(&case.unit),
            helper: names.add(case.helper.as_deref().unwrap_or_default()),
            received_at: names.add(case.received_at.as_deref().unwrap_or_default()),
            service: names.add(&case.service),
            group: names.add(group),
            area: names.add(case.area.as_deref().unwrap_or_default()),
            channel: case.channel,
            applicant: case.applicant.map_or(0, |id| id.0.as_u64_pair().1),
            opened: case.opened.into(),
            accepted: case.accepted.map(At::from),
            ended: case.life.ended().map(|(ending, at)| (ending, at.into())),
            handed,
            not_accepted: matches!(case.life, Life::NotAccepted { .. }),
            dues: self.dues.into(),
            supplements: self.supplements.into(),
            extensions: self.extensions.into(),
            hops: self.hops.into(),
            rating: case.rating,
            signed: self.signed,
            filed: self.filed,
            moved_silently: self.moved_silently,
            corrections: self.corrections.into(),
            losses: self.losses.into(),
            fees,
        }
    }
}
