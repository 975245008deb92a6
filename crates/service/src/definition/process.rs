//! How it runs: steps with outcomes, limits, clocks, endings.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Channel, Code, Expr};
use crate::text::Text;

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Process {
    pub limit: Option<LimitRule>,
    pub clock: ClockRule,
    pub steps: Vec<Node>,
    pub before_late: Option<BeforeLate>,
    pub when_late: Option<WhenLate>,
    pub after: After,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum LimitRule {
    Fixed(Limit),
    /// `table(promise.limit)`
    Table {
        table: Code,
        column: Code,
    },
    /// `{online: 3 working-days, counter: 5 working-days}`; `Channel` → limit.
    ByChannel(Vec<(Channel, Limit)>),
    /// `answer(due)`: until the end of the day typed in a date field (directives).
    Answer(Expr),
}

/// A length of legal or working time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Limit {
    /// Thousandths of the unit: `8.5 working-days` is 8500.
    pub thousandths: i64,
    pub unit: LimitUnit,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum LimitUnit {
    /// Eight working hours; day n ends at the same time of day (see `rules::calendar`).
    WorkingDays,
    WorkingHours,
    /// Calendar days, day n at the same time of day; a last day off moves to the next working day.
    Days,
    /// Hours on the wall.
    Hours,
    Months,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct ClockRule {
    /// When the legal time begins. `None` in a service: the frame's.
    pub starts: Option<ClockStart>,
    pub stopped_in: Vec<Code>,
    pub supplement: Option<SupplementRule>,
    pub max_supplements: Option<u32>,
    /// The role through which alone the applicant is asked for a supplement: `desk`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub supplement_through: Option<Code>,
    pub max_extensions: Option<u32>,
    /// Received after this time of day counts from the next working morning (`15:00`).
    pub cutoff: Option<String>,
    /// Due the same day (birth registration); after the cutoff the next working day.
    pub same_day: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ClockStart {
    Opened,
    Accepted,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SupplementRule {
    Pause,
    Restart,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Node {
    Step(Step),
    Parallel {
        code: Code,
        name: Text,
        wait_for: WaitFor,
        branches: Vec<Vec<Step>>,
    },
    /// One branch per row of the repeating group `over`.
    Each {
        code: Code,
        name: Text,
        over: Code,
        steps: Vec<Step>,
    },
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum WaitFor {
    #[default]
    All,
    Any,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Step {
    pub code: Code,
    pub name: Text,
    /// A role code, or `applicant`.
    pub by: Code,
    pub within: Option<Within>,
    pub wait_at_most: Option<Limit>,
    pub when: Option<Expr>,
    /// In the order of the file. Never empty after reading: a step without has `done: next`.
    pub outcomes: Vec<StepOutcome>,
    pub consult: Option<Consult>,
    /// The paper signed here.
    pub signs: Option<Code>,
    /// The paper made here.
    pub makes: Option<Code>,
    /// The register written here.
    pub writes: Option<Code>,
    /// `photo-after`: what must be attached to decide.
    pub evidence: Vec<Code>,
    /// How often this step may be entered.
    pub at_most: Option<u32>,
    /// After the end of the legal time: entering it means the result is issued (state 9).
    pub outside_limit: bool,
    /// Regular progress reports while the step lasts (directives): `weekly`.
    pub reports: Option<Every>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Every {
    Daily,
    Weekly,
    Monthly,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Within {
    /// `4 hours`, `2 days` are working hours and working days here.
    Limit(Limit),
    /// `rest`: until the legal deadline.
    Rest,
    /// `answer(tasks.due)`: end of the day typed in a date field.
    Answer(Expr),
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StepOutcome {
    pub code: Code,
    pub label: Text,
    pub to: Move,
    /// How often this way (back) may be taken.
    pub at_most: Option<u32>,
    pub reason_required: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Move {
    Next,
    Step(Code),
    End(Ending),
}

/// How a case can end. Closed, because the statistics must know each.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Ending {
    Granted,
    Solved,
    Answered,
    Done,
    Refused,
    Duplicate,
    Withdrawn,
    Spam,
    NoAnswer,
    Stopped,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Consult {
    pub if_silent: IfSilent,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum IfSilent {
    Consent,
    RemindThenEscalate,
    TakeOver,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct BeforeLate {
    pub by: Option<Limit>,
    pub tell: Vec<Code>,
    pub prepare: Option<Code>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct WhenLate {
    pub makes: Option<Code>,
    pub signed_by: Option<Code>,
    pub tell: Vec<Code>,
    /// `new-date: at-most 1`
    pub new_dates: u32,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct After {
    pub survey: Option<Code>,
    pub reopen_within: Option<Limit>,
    pub reopen_at_most: u32,
}
