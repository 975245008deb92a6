//! Form 05 as an act of its own: the head of the deciding unit stops the work on a ground of the city's list
//! (`data/stops.toml`), and only while that ground holds. Absent: a withdrawal, which is answered in state 7.

use std::sync::LazyLock;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use service::Definition;
use service::definition::{Code, Ending, Kind};

use super::clock_effects::asked_of;
use super::command::Refusal;
use super::event::{Asked, Event};
use super::life::Life;
use super::state::Case;
use super::steps::{LAPSED, not_ended, not_from_here};
use super::work::Work;
use crate::Moment;
use crate::ids::NoteId;
use crate::process::Flow;

/// The list that ships.
pub const STOPS_1: &str = include_str!("../../../../data/stops.toml");

static SHIPPED: LazyLock<Grounds> = LazyLock::new(|| Grounds::read(STOPS_1).unwrap_or_default());

/// The lists the city had: what ships, then its own in the order in which it wrote them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StopLaw {
    shipped: Grounds,
    own: Vec<Grounds>,
}

impl Default for StopLaw {
    fn default() -> Self {
        Self {
            shipped: SHIPPED.clone(),
            own: Vec::new(),
        }
    }
}

impl StopLaw {
    /// The city's newer list.
    pub fn put(&mut self, grounds: Grounds) {
        self.own.push(grounds);
    }

    /// The list that holds on a day: the one written last of those whose first day has come.
    pub fn on(&self, day: Date) -> &Grounds {
        let begun = |list: &&Grounds| list.from.is_none_or(|from| from <= day);
        self.own.iter().rev().find(begun).unwrap_or(&self.shipped)
    }

    /// A ground by its name of that day; one that the list of the day leaves out is still called as it was.
    pub fn named(&self, code: &str, day: Date) -> Option<&Ground> {
        let all = self.own.iter().rev().chain([&self.shipped]);
        let mut known = all.filter_map(|list| list.get(code));
        self.on(day).get(code).or_else(|| known.next())
    }
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grounds {
    pub version: u32,
    pub from: Option<Date>,
    #[serde(rename = "ground")]
    pub list: Vec<Ground>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ground {
    /// Kept for ever: events refer to it.
    pub code: Code,
    pub name: String,
    pub name_en: String,
    pub when: When,
}

/// When a ground holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum When {
    SupplementLapsed,
    PaymentLapsed,
    Decision,
}

impl Grounds {
    /// # Errors
    /// With the line that cannot be read, the code that stands twice, or the ground without a name.
    pub fn read(text: &str) -> Result<Self, String> {
        let grounds: Self = toml::from_str(text).map_err(|error| error.to_string())?;
        if grounds.list.is_empty() {
            return Err("ground: at least one".to_owned());
        }
        for (place, ground) in grounds.list.iter().enumerate() {
            let code = &ground.code;
            let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            if code.is_empty() || !code.chars().all(plain) {
                return Err(format!("ground.code {code:?}: a-z, 0-9 and - alone"));
            }
            if grounds.list[..place].iter().any(|one| one.code == *code) {
                return Err(format!("ground.code {code:?} stands twice"));
            }
            if ground.name.trim().is_empty() || ground.name_en.trim().is_empty() {
                return Err(format!("ground {code:?}: name and name_en"));
            }
        }
        Ok(grounds)
    }

    pub fn get(&self, code: &str) -> Option<&Ground> {
        self.list.iter().find(|ground| ground.code == code)
    }

    /// The grounds on which this case could be stopped now; none where it cannot be stopped at all.
    pub fn hold<'a>(
        &'a self,
        case: &'a Case,
        definition: &'a Definition,
        now: Moment,
    ) -> impl Iterator<Item = &'a Ground> {
        let list = self.list.iter();
        list.filter(move |ground| ground.holds(case, definition, now))
    }
}

impl Ground {
    fn holds(&self, case: &Case, definition: &Definition, now: Moment) -> bool {
        stoppable(case)
            && match self.when {
                When::SupplementLapsed => lapsed(case, definition, now, Asked::Supplement),
                When::PaymentLapsed => lapsed(case, definition, now, Asked::Payment),
                When::Decision => true,
            }
    }
}

/// Taken in (before that reception refuses it, form 03), not decided, and no withdrawal waits for its answer.
fn stoppable(case: &Case) -> bool {
    let under_way = matches!(
        case.life,
        Life::Accepted { .. }
            | Life::InProgress
            | Life::AwaitingSupplement { .. }
            | Life::AwaitingPayment { .. }
    );
    let asked_for = matches!(case.kind, Kind::Procedure | Kind::Petition);
    under_way && asked_for && case.accepted.is_some()
}

/// The applicant's time for it is over: it still runs past its end, or the clock has closed it.
fn lapsed(case: &Case, definition: &Definition, now: Moment, what: Asked) -> bool {
    let mut steps = Flow::of(definition).steps();
    steps.any(|(_, step)| {
        let closed = case.count(&format!("{}.{LAPSED}", step.code)) > 0;
        let task = case.task(&step.code, None).and_then(|task| task.due);
        asked_of(definition, step) == Some(what) && (closed || task.is_some_and(|due| due < now))
    })
}

impl Work<'_> {
    /// `ground`: as the city's list of the day has it. `why` holds the words of the letter; a decision names in it what
    /// it rests on.
    pub(super) fn stop(&mut self, ground: &Ground, why: Option<NoteId>) -> Result<(), Refusal> {
        not_ended(&self.case)?;
        if !stoppable(&self.case) {
            return Err(not_from_here(&self.case));
        }
        let (definition, now) = (self.given.definition, self.given.now);
        let code = ground.code.clone();
        if !ground.holds(&self.case, definition, now) {
            return Err(Refusal::NoGround { ground: code });
        }
        if why.is_none() {
            return Err(Refusal::ReasonRequired);
        }
        let authority = self.signs_for_the_unit()?;
        self.then(Event::StopOrdered {
            ground: code,
            authority,
        });
        self.end(Ending::Stopped, why)
    }
}
