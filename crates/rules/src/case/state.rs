//! The row of a case: the sum of its events, written by `evolve` alone.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use service::definition::{Channel, Code, Kind, Limit, Post, Who};

use super::counter::{Collected, PaperReceived};
use super::event::{Silence, Warning};
use super::life::Life;
use super::merge::Merged;
use super::mirror::Mirror;
use super::money::Money;
use super::outside::Forward;
use super::parts::{PartState, Whole};
use super::recategorise::Was;
use super::shared::Shared;
use super::shown::Shown;
use crate::Moment;
use crate::ids::{AreaCode, CaseCode, CaseId, ContentHash, NoteId, PersonId, UnitCode};

/// One thing with an owner and a deadline.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Case {
    pub id: CaseId,
    pub code: CaseCode,
    pub service: Code,
    /// The published version it stays on.
    pub service_version: u32,
    pub kind: Kind,
    /// How many events it sums up; the version that a page saw and hands back.
    pub version: u32,
    pub life: Life,
    /// When it left reception (state 2); `None`: never yet.
    pub accepted: Option<Moment>,
    /// First contact, whatever the channel (t₀). Never changes, not even by reopening.
    pub opened: Moment,
    pub channel: Channel,
    pub applicant: Option<PersonId>,
    /// What kind of applicant asks (`applicant.kind` in expressions).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub applicant_kind: Option<Who>,
    /// Competent for the whole; figures count here unless a stint says otherwise.
    pub unit: UnitCode,
    /// Where it was handed in, where that is another unit.
    pub received_at: Option<UnitCode>,
    pub area: Option<AreaCode>,
    pub place: Option<Spot>,
    /// Shown on public lists and the map.
    pub public: bool,
    pub clock: LegalClock,
    /// Steps under way now, with who holds them. Empty once ended.
    pub tasks: Vec<Task>,
    /// How often each step was entered and each bounded way taken: `appraise`, `sign.returned`.
    pub counts: BTreeMap<String, u32>,
    /// Units that held it, in order, with the moment each took over.
    pub stints: Vec<Stint>,
    /// Units that have had a step of it and go on seeing it, in the order of their first step: 1022 sees
    /// what became of what it handed on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub handled_by: Vec<UnitCode>,
    pub supplements: u32,
    pub reopened: u32,
    pub rating: Option<u8>,
    /// A directive given about this case, and the case a directive is about.
    pub directives: Vec<CaseId>,
    pub about: Option<CaseId>,
    /// What was attached and not yet used as evidence by a decision: what it is → the latest file.
    pub attached: BTreeMap<Code, ContentHash>,
    /// The latest decision with evidence required brought it (a photo of the work done).
    pub evidenced: bool,
    /// A list of what is wrong or missing that was not sent to the applicant yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub marked: Option<NoteId>,
    /// The list of the latest request to complete the dossier: it alone may be changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requested: Option<NoteId>,
    /// What it costs and what was paid.
    #[serde(default, skip_serializing_if = "Money::is_empty")]
    pub money: Money,
    /// Letters of apology by the date they are for, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub apologies: Vec<Apology>,
    /// Errors found in the result and what became of each, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub corrections: Vec<Correction>,
    /// Opinions asked beside the defined steps; the row of each task is its place here.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub consultations: Vec<Consultation>,
    /// Papers that the agency lost or damaged.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub losses: Vec<Loss>,
    /// Papers received over the counter, by kind of copy.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub papers: Vec<PaperReceived>,
    /// Sets of them; 0: none were counted.
    #[serde(default, skip_serializing_if = "zero")]
    pub sets: u32,
    /// Who helped hand in: neither who received nor who is competent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub helper: Option<Code>,
    /// Into whose hands the result went.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collected: Option<Collected>,
    /// Another system decides it: which, and what it said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mirror: Option<Mirror>,
    /// It is a part of this linked procedure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub whole: Option<Whole>,
    /// Its own parts, in the order in which they began.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<PartState>,
    /// What a moderator decided of what anybody sees.
    #[serde(default, skip_serializing_if = "Shown::is_plain")]
    pub shown: Shown,
    /// Into which report it was merged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merged: Option<Merged>,
    /// As which kinds of report it was handled before, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub was: Vec<Was>,
    /// Whom outside it was handed to, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub forwards: Vec<Forward>,
    /// Parts of it that other units do, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shared: Vec<Shared>,
    /// Why it was rated so.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rated_for: Vec<Code>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
fn zero(n: &u32) -> bool {
    *n == 0
}

/// A letter of apology (form 04), from its draft on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Apology {
    /// The date that cannot be kept.
    pub due: Moment,
    /// When the clock laid the draft on the table; `None`: signed without one.
    pub prepared: Option<Moment>,
    /// A date that could be kept, worked out with the draft.
    pub proposed: Option<Moment>,
    pub signed: Option<Moment>,
    pub signer: Option<PersonId>,
}

/// An error in the result, from the moment it was found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    /// `None`: the head began it without a report.
    pub reported: Option<Moment>,
    pub by_applicant: bool,
    pub declined: Option<Moment>,
    pub begun: Option<Moment>,
    /// The step that signs again, and by when the right result is there.
    pub step: Option<Code>,
    pub due: Option<Moment>,
    pub done: Option<Moment>,
}

impl Correction {
    /// Reported, and nobody has answered yet.
    pub fn waits(&self) -> bool {
        self.declined.is_none() && self.begun.is_none()
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consultation {
    /// Whose question it is.
    pub step: Code,
    pub step_row: Option<u32>,
    pub if_silent: Silence,
    pub question: NoteId,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Loss {
    pub papers: Vec<Code>,
    pub damaged: bool,
    pub at: Moment,
    /// When the papers were there again.
    pub made_good: Option<Moment>,
    /// What the agency bore of it, in đồng.
    pub cost: i64,
}

impl Case {
    /// The error that waits for the head's answer.
    pub fn error_waiting(&self) -> Option<&Correction> {
        self.corrections.last().filter(|one| one.waits())
    }

    pub fn task(&self, step: &str, row: Option<u32>) -> Option<&Task> {
        self.tasks.iter().find(|task| task.is(step, row))
    }

    /// How often a step was entered (`step`) or one of its outcomes decided (`step.outcome`).
    pub fn count(&self, what: &str) -> u32 {
        self.counts.get(what).copied().unwrap_or(0)
    }
}

/// A point in WGS 84.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Spot {
    pub lat: f64,
    pub lon: f64,
}

impl Spot {
    /// Metres of one degree of latitude.
    pub const DEGREE: f64 = 111_320.0;

    /// The cell of the map it lies in: a hundredth of a degree to each side, as one number.
    pub fn cell(self) -> i64 {
        Self::cell_at(Self::row(self.lat), Self::row(self.lon))
    }

    /// Row of a latitude, or column of a longitude.
    pub fn row(degrees: f64) -> i64 {
        // Degrees of the earth are small numbers.
        #[allow(clippy::cast_possible_truncation)]
        let row = (degrees * 100.0).round() as i64;
        row
    }

    pub fn cell_at(row: i64, column: i64) -> i64 {
        row * 100_000 + column
    }

    /// Metres, good over a few kilometres.
    pub fn metres_to(self, other: Spot) -> f64 {
        let north = (self.lat - other.lat) * Self::DEGREE;
        let east = (self.lon - other.lon) * Self::DEGREE * self.lat.to_radians().cos();
        north.hypot(east)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stint {
    pub unit: UnitCode,
    pub since: Moment,
}

/// A step under way. `row` tells the branches of an `each` block apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    pub step: Code,
    pub row: Option<u32>,
    /// A role code, or `applicant`.
    pub role: Code,
    /// `None`: the applicant's turn.
    pub unit: Option<UnitCode>,
    /// For a role outside this system (tax office): the unit whose officials record the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keeper: Option<UnitCode>,
    pub post: Post,
    pub since: Moment,
    /// The step's own deadline on the city calendar; the legal one is in [`LegalClock`].
    pub due: Option<Moment>,
    pub holder: Option<PersonId>,
    /// Its unit sees the case only while this step lasts (`access.see: own-step`).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub own_step: bool,
    /// When somebody of the unit last wrote something: progress reports count from here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reported: Option<Moment>,
    /// What the clock already said about this task.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warned: Vec<Warning>,
}

impl Task {
    pub fn is(&self, step: &str, row: Option<u32>) -> bool {
        self.step == step && self.row == row
    }

    pub fn by_applicant(&self) -> bool {
        self.role == APPLICANT
    }
}

/// The word that stands for the applicant where a step names a role.
pub const APPLICANT: &str = "applicant";

/// What `access.see` says of a role that sees a case only while its own step lasts.
pub const OWN_STEP: &str = "own-step";

/// The legal clock: intervals, from which dates are derived. The first promise is never overwritten.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct LegalClock {
    pub limit: Option<Limit>,
    /// Calendar version frozen on the case.
    pub calendar: u32,
    pub intervals: Vec<Interval>,
    /// What was promised first; statistics compare with this one.
    pub first_due: Option<Moment>,
    /// What holds now, after pauses and the one extension.
    pub due: Option<Moment>,
    pub extensions: Vec<Extension>,
    /// What the clock already said about `due`; forgotten when `due` moves.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warned: Vec<Warning>,
}

impl LegalClock {
    /// It began and does not stand still.
    pub fn running(&self) -> bool {
        self.intervals
            .last()
            .is_some_and(|last| last.stopped.is_none())
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interval {
    pub from: Moment,
    /// `None`: still lasting.
    pub to: Option<Moment>,
    /// `None`: running.
    pub stopped: Option<Stopped>,
}

/// Why the legal clock stands still.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stopped {
    Supplement,
    Payment,
    /// Asked the reporter; shown as a second clock, never subtracted from a headline.
    Question,
    Withdrawal,
    /// A step the service excludes (measurement, public posting).
    Excluded,
    /// The result is issued: stopped for good.
    Ended,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extension {
    pub at: Moment,
    pub from: Moment,
    pub to: Moment,
    pub why: Option<NoteId>,
}
