//! Who is told what, once events have happened. The words are texts, the way (letter, message, screen)
//! is the link's choice; here is only to whom and of what kind. Who is told of a deadline is data: [`Tiers`].

mod tiers;

pub use tiers::{Tier, Tiers, Uncollected, Weekly, Whom};

use serde::{Deserialize, Serialize};
use service::definition::Ending;

use crate::case::event::{Asked, Warning};
use crate::case::state::Task;
use crate::case::{Case, Event, Recorded};
use crate::ids::{PersonId, UnitCode};
use crate::person::Actor;
use crate::process::good;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    pub to: To,
    pub kind: Kind,
    /// The step it speaks of; of [`Kind::PartRefused`], the part.
    pub step: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum To {
    Applicant,
    Holder(PersonId),
    /// Everybody who sits there: nobody holds the step yet.
    Unit(UnitCode),
    HeadOfUnit(UnitCode),
    /// Head of the one-stop desk that received the case, or that serves its unit.
    HeadOfCentre,
    /// Head of the unit above the competent one.
    HeadAbove,
    /// The leaders of the city.
    Leaders,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    Received,
    Accepted,
    SupplementAsked,
    PaymentAsked,
    QuestionAsked,
    /// Form 04 before the date passes, or after it: an apology in time or a late one.
    NewDate,
    ResultReady,
    HandedOver,
    /// A paper that was handed out holds no longer.
    PaperRevoked,
    Refused,
    /// A part of a linked procedure ended without its result, with what follows for the others.
    PartRefused,
    StoppedWorking,
    WithdrawalRefused,
    /// Somebody wrote something the other side should read.
    Message,
    /// Work has come.
    StepArrived,
    PassedToYou,
    /// The applicant did their part.
    ApplicantAnswered,
    WithdrawalAsked,
    Reopened,
    /// One or two points of five.
    RatedBadly,
    Directed,
    StepLate,
    ReportDue,
    Escalated,
    /// To a consulted unit, a working day before its time is over.
    AnswerDue,
    /// It stayed silent, and the city goes on without its answer.
    Silent,
    DueSoon,
    DueToday,
    Late,
    RefundAsked,
    /// Somebody says that a result is wrong.
    ErrorReported,
    /// It was looked at and is right.
    ErrorDeclined,
    /// A result is put right, with an apology and a day.
    CorrectionBegun,
    /// The right result is there.
    Corrected,
    /// The agency lost papers of the dossier, with an apology.
    PapersLost,
    /// To whoever reported what somebody else had reported: both are followed together now.
    Merged,
    /// What became of that other report.
    OriginalSaid,
    /// It is a thing of its own after all.
    Unmerged,
    /// A report is handled as another kind, with the day that holds now.
    Recategorised,
    /// A draft of form 04 waits for its reason and the head's signature.
    ApologyPrepared,
    /// Late by more working days than a tier allows.
    LateStill,
    /// A result that nobody fetched.
    Uncollected,
    /// Everything late, to the city's leaders.
    WeeklyList,
    /// The same thing is reported again and again at one place.
    HotSpot,
    /// What an official did not see yet, once a day.
    Digest,
}

impl Kind {
    /// As data and addresses name it.
    pub fn code(self) -> String {
        match serde_json::to_value(self) {
            Ok(serde_json::Value::String(code)) => code,
            _ => String::new(),
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        serde_json::from_value(code.into()).ok()
    }
}

/// Notices of `events`, which brought the case to where it stands now.
pub fn notices(case: &Case, events: &[Recorded], tiers: &Tiers) -> Vec<Notice> {
    let mut notices: Vec<Notice> = Vec::new();
    // Issued and handed over in one breath is one letter.
    let handed_over = events
        .iter()
        .any(|recorded| matches!(recorded.event, Event::HandedOver { .. }));
    for recorded in events {
        for notice in told(case, recorded, tiers) {
            let doubled = handed_over && notice.kind == Kind::ResultReady;
            if !doubled && !notices.contains(&notice) {
                notices.push(notice);
            }
        }
    }
    notices
}

fn told(case: &Case, recorded: &Recorded, tiers: &Tiers) -> Vec<Notice> {
    let applicant = |kind| vec![to(To::Applicant, kind)];
    let head = |kind| vec![to(To::HeadOfUnit(case.unit.clone()), kind)];
    match &recorded.event {
        Event::Opened(_) => applicant(Kind::Received),
        Event::Accepted => applicant(Kind::Accepted),
        Event::ApplicantAsked { what } => applicant(match what {
            Asked::Supplement => Kind::SupplementAsked,
            Asked::Payment => Kind::PaymentAsked,
            Asked::Question => Kind::QuestionAsked,
        }),
        Event::Extended { .. } => applicant(Kind::NewDate),
        Event::ApologyPrepared { .. } => with_head(case, Kind::ApologyPrepared),
        Event::Redated { from, to, .. } if from != to => applicant(Kind::NewDate),
        Event::Issued { .. } => applicant(Kind::ResultReady),
        Event::HandedOver { .. } => applicant(Kind::HandedOver),
        Event::PaperRevoked { .. } => applicant(Kind::PaperRevoked),
        Event::NotAccepted { .. } => applicant(Kind::Refused),
        Event::Stopped { ending, .. } => applicant(match ending {
            Ending::Refused => Kind::Refused,
            Ending::Duplicate if case.merged.is_some() => Kind::Merged,
            _ => Kind::StoppedWorking,
        }),
        Event::WithdrawalRefused { .. } => applicant(Kind::WithdrawalRefused),
        Event::PartEnded { part, ending } if !good(*ending) => {
            vec![of_step(To::Applicant, Kind::PartRefused, part)]
        }
        Event::StepStarted { task } => arrived(task, Kind::StepArrived),
        Event::Passed { step, row, .. } | Event::Reseated { step, row, .. } => {
            match case.task(step, *row) {
                Some(task) => arrived(task, Kind::PassedToYou),
                None => Vec::new(),
            }
        }
        Event::Noted { public, .. } => match (&recorded.actor, public) {
            (Actor::Visitor | Actor::Resident(_), _) => at_work(case, Kind::Message),
            (_, true) => applicant(Kind::Message),
            (_, false) => Vec::new(),
        },
        Event::ApplicantAnswered => at_work(case, Kind::ApplicantAnswered),
        Event::PartnerSaid { .. } => at_work(case, Kind::Message),
        Event::WithdrawalAsked { .. } => head(Kind::WithdrawalAsked),
        Event::Reopened { .. } => head(Kind::Reopened),
        Event::RefundAsked { .. } => head(Kind::RefundAsked),
        Event::ErrorReported { .. } => head(Kind::ErrorReported),
        Event::ErrorDeclined { .. } => applicant(Kind::ErrorDeclined),
        Event::CorrectionBegun { .. } => applicant(Kind::CorrectionBegun),
        Event::Corrected => applicant(Kind::Corrected),
        Event::PapersLost(_) => applicant(Kind::PapersLost),
        Event::Rated { score, .. } if *score <= 2 => head(Kind::RatedBadly),
        Event::Directed { .. } => head(Kind::Directed),
        Event::Warned { of, step, row } => warned(case, tiers, *of, step.as_deref(), *row),
        Event::OriginalSaid(_) => applicant(Kind::OriginalSaid),
        Event::Unmerged { .. } => applicant(Kind::Unmerged),
        Event::Recategorised(_) => applicant(Kind::Recategorised),
        Event::OutsideSaid(_) | Event::SharedWorkEnded { .. } => at_work(case, Kind::Message),
        Event::Imported(_)
        | Event::TakenUp
        | Event::Redated { .. }
        | Event::ClockStarted { .. }
        | Event::ClockStopped { .. }
        | Event::ClockResumed { .. }
        | Event::Claimed { .. }
        | Event::Released { .. }
        | Event::StepDecided(_)
        | Event::StepDropped { .. }
        | Event::Rerouted { .. }
        | Event::Attached { .. }
        | Event::AnswersChanged { .. }
        | Event::SupplementMarked { .. }
        | Event::FeeAsked { .. }
        | Event::FeePaid(_)
        | Event::PaymentVoided { .. }
        | Event::FeeWaived { .. }
        | Event::WaiverRejected { .. }
        | Event::RefundAnswered { .. }
        | Event::Refunded { .. }
        | Event::PapersReceived(_)
        | Event::Collected(_)
        | Event::CodedElsewhere { .. }
        | Event::Relayed { .. }
        | Event::Mirrored { .. }
        | Event::OwnerSaid(_)
        | Event::PartOf { .. }
        | Event::PartOpened { .. }
        | Event::PartWaits { .. }
        | Event::PartGoesOn { .. }
        | Event::PartEnded { .. }
        | Event::PartDropped { .. }
        | Event::Merged { .. }
        | Event::Forwarded(_)
        | Event::TakenBack { .. }
        | Event::WorkShared(_)
        | Event::RatedFor { .. }
        | Event::LookedAgain(_)
        | Event::PaperMade(_)
        | Event::PaperSigned(_)
        | Event::Apologised { .. }
        | Event::StopOrdered { .. }
        | Event::ConsultationAsked(_)
        | Event::LossMadeGood { .. }
        | Event::ReviewAwaited
        | Event::Moderated { .. }
        | Event::Rated { .. } => Vec::new(),
    }
}

/// A step that is late: who has it and their head. What the whole case's limit and a consultation bring is in the
/// city's tiers (Đ.19.9); that the head of the one-stop centre hears of a silent one is law (NĐ 61/2018 Đ.19.5).
fn warned(
    case: &Case,
    tiers: &Tiers,
    of: Warning,
    step: Option<&str>,
    row: Option<u32>,
) -> Vec<Notice> {
    match (of, step) {
        (Warning::StepLate, Some(step)) => {
            let Some(task) = case.task(step, row) else {
                return Vec::new();
            };
            let mut told = arrived(task, Kind::StepLate);
            let unit = task.unit.clone().map(To::HeadOfUnit);
            told.extend(unit.map(|head| of_step(head, Kind::StepLate, step)));
            told
        }
        (Warning::ReportDue, Some(step)) => {
            let task = case.task(step, row).into_iter();
            task.flat_map(|task| arrived(task, Kind::ReportDue))
                .collect()
        }
        (Warning::AnswerDue, Some(step)) => tiers.tell(case, of, Some((step, row))),
        (Warning::Escalated | Warning::Silent, Some(step)) => {
            let mut told = tiers.tell(case, of, Some((step, row)));
            if !told.iter().any(|notice| notice.to == To::HeadOfCentre) {
                told.push(of_step(To::HeadOfCentre, tiers::kind(of), step));
            }
            told
        }
        (Warning::DueSoon | Warning::DueToday | Warning::Late, _) => tiers.tell(case, of, None),
        (
            Warning::StepLate
            | Warning::Escalated
            | Warning::ReportDue
            | Warning::AnswerDue
            | Warning::Silent,
            None,
        ) => Vec::new(),
    }
}

fn with_head(case: &Case, kind: Kind) -> Vec<Notice> {
    let mut told = at_work(case, kind);
    told.push(to(To::HeadOfUnit(case.unit.clone()), kind));
    told
}

/// Whoever has a step of the case, by name where it is held.
fn at_work(case: &Case, kind: Kind) -> Vec<Notice> {
    let tasks = case.tasks.iter();
    tasks.flat_map(|task| arrived(task, kind)).collect()
}

/// To the holder, or to the unit while nobody holds it; the applicant is told by `ApplicantAsked`.
fn arrived(task: &Task, kind: Kind) -> Vec<Notice> {
    let unit = task.keeper.as_ref().or(task.unit.as_ref());
    let whom = task.holder.map(To::Holder);
    let whom = whom.or_else(|| unit.cloned().map(To::Unit));
    whom.map(|whom| of_step(whom, kind, &task.step))
        .into_iter()
        .collect()
}

fn to(to: To, kind: Kind) -> Notice {
    Notice {
        to,
        kind,
        step: None,
    }
}

fn of_step(to: To, kind: Kind, step: &str) -> Notice {
    Notice {
        to,
        kind,
        step: Some(step.to_owned()),
    }
}
