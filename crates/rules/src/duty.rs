//! Who may do what. One `match`, tested by a table of persons and acts; every route names its act.
//!
//! A person's seats arrive already widened by [`crate::organisation::Organisation::reach`]: heads act
//! for the units directly below theirs, staff for their own unit only. Whether an act makes sense in
//! the case's present state is `decide`'s question, not this one's.

use service::definition::Post;

use crate::case::state::Task;
use crate::case::{Case, Command, Refusal};
use crate::ids::UnitCode;
use crate::person::{Official, Person, Power};

/// Everything a route can be for. Acts on a case are asked with that case.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Act {
    /// Home, search, service pages, public list, map and open figures, sign-in.
    ReadPublic,
    /// Hand in a report or an application; who may ask what is judged by the service (`applicants`).
    Open,
    /// What anybody sees of a case by its code: how far it is.
    TrackByCode,
    /// One's own cases and drafts.
    ReadMine,
    /// The applicant's page of one case: by account, or by code and secret.
    ReadOwn,
    /// Answer a question, supply papers, pay: the applicant's own step.
    Supply,
    Withdraw,
    Reopen,
    Rate,
    /// Say something or add a file as the applicant.
    Comment,
    /// The list of work of one's seats.
    Inbox,
    /// Hand in for somebody at the counter, by telephone, by post.
    OpenForOthers,
    /// The whole case with personal answers.
    ReadCase,
    /// Take, give back or hand on a step.
    Claim {
        step: String,
        row: Option<u32>,
    },
    Pass {
        step: String,
        row: Option<u32>,
    },
    Decide {
        step: String,
        row: Option<u32>,
    },
    Note,
    Attach,
    /// A new date with form 04: the head's or deputy head's.
    Extend,
    AnswerWithdrawal,
    /// Take back a paper that was handed out: the head's or deputy head's.
    RevokePaper,
    /// Form 05: stop the work. The head's or deputy head's, as the next two.
    Stop,
    /// Have a result put right, or say that it is right.
    Correct,
    /// Say that papers of the dossier were lost.
    DeclareLoss,
    /// Ask another unit for an opinion from this step.
    Consult {
        step: String,
        row: Option<u32>,
    },
    /// Give a colleague's task to another, whoever holds it.
    Reassign {
        step: String,
        row: Option<u32>,
    },
    /// Who is away, who stands in, whose work goes to whom: of one's own units, or as administrator.
    ManageStaff,
    /// Write the city's reply templates: heads and deputies, administrators.
    KeepReplies,
    /// Enter and confirm who may sign; whose mandate it is, is judged with the entry.
    KeepMandates,
    /// Figures of all units and the cases behind them.
    ReadFigures,
    /// Bring figures that this system cannot know, with their source.
    EnterFigures,
    /// How one is scored oneself, and to dispute it.
    OwnRecord,
    /// How the officers of one's unit are scored, and to answer their disputes.
    JudgeRecord,
    /// Give a directive, about a case or not.
    Direct,
    /// Write a draft definition, try it out.
    Design,
    /// Confirm somebody else's draft; that it is somebody else's is checked with the draft.
    Publish,
    /// Accounts, settings, calendar, imports.
    Administer,
    /// Bring measured values (a device's or a department's account).
    Measure,
    /// Ask a fee, take money, judge an exemption, ask for a refund and pay it out: whoever works on the case.
    Collect,
    /// Approve a refund, cancel a receipt: the head's or deputy head's.
    ApproveMoney,
    /// Open, count and close the till of one's own desk; that it is one's own is asked with the till.
    KeepTill,
    /// The city's bank statements, payments without a case, settlement between units.
    KeepAccounts,
    /// A bank says that money came: judged by its signature, not by a person.
    TellPayment,
    /// Publish, hide or blur what anybody sees of reports; which report, is asked of who may see it.
    Moderate,
    /// A photo as it was sent, with what the camera wrote into it: each look is written down.
    ReadOriginal,
    /// Look again at a drawn report that another unit called solved; whose it was, is asked with the report.
    LookAgain,
    /// The system of a ministry tells how its dossiers stand: judged by its signature.
    TellMirrored,
    /// A telephone exchange, a mail server or a gateway brings what somebody says: judged by its signature.
    BringIn,
}

impl Act {
    /// What sending this command is. `applicant`: it is sent from the applicant's side.
    pub fn of(command: &Command, applicant: bool) -> Act {
        match command {
            Command::Claim { step, row } | Command::Release { step, row } => Act::Claim {
                step: step.clone(),
                row: *row,
            },
            Command::Pass { step, row, .. } => Act::Pass {
                step: step.clone(),
                row: *row,
            },
            Command::Decide { .. } if applicant => Act::Supply,
            Command::Decide { step, row, .. } => Act::Decide {
                step: step.clone(),
                row: *row,
            },
            Command::Note { .. } | Command::Attach { .. } if applicant => Act::Comment,
            Command::Note { .. } => Act::Note,
            Command::Attach { .. } => Act::Attach,
            Command::Extend { .. } | Command::Apologise { .. } => Act::Extend,
            Command::Stop { .. } => Act::Stop,
            Command::ReportError { .. } if applicant => Act::Comment,
            Command::ReportError { .. } | Command::MakeGood { .. } => Act::Note,
            Command::DeclineError { .. } | Command::Correct { .. } => Act::Correct,
            Command::DeclareLoss { .. } => Act::DeclareLoss,
            Command::Consult { step, row, .. } => Act::Consult {
                step: step.clone(),
                row: *row,
            },
            Command::AskWithdrawal { .. } => Act::Withdraw,
            Command::AnswerWithdrawal { .. } => Act::AnswerWithdrawal,
            Command::Reopen { .. } => Act::Reopen,
            Command::Rate { .. } => Act::Rate,
            Command::Direct { .. } => Act::Direct,
            Command::AskFees
            | Command::TakePayment(_)
            | Command::Waive { .. }
            | Command::RejectWaiver { .. }
            | Command::AskRefund { .. }
            | Command::PayRefund { .. } => Act::Collect,
            Command::VoidPayment { .. } | Command::AnswerRefund { .. } => Act::ApproveMoney,
            Command::Mark { .. } => Act::Note,
            Command::Reassign { step, row, .. } => Act::Reassign {
                step: step.clone(),
                row: *row,
            },
            Command::Redate
            | Command::Tick
            | Command::Reseat
            | Command::HearOwner(_)
            | Command::PartOpened { .. }
            | Command::HearPart { .. }
            | Command::EndWithWhole { .. }
            | Command::Relay { .. }
            | Command::HearPartner { .. }
            | Command::HearOriginal { .. }
            | Command::HearOutside { .. }
            | Command::HearShared { .. }
            | Command::EndWithReport { .. } => Act::Administer,
            Command::Merge { step, row, .. }
            | Command::Recategorise { step, row, .. }
            | Command::ShareWork { step, row, .. }
            | Command::Forward { step, row, .. } => Act::Decide {
                step: step.clone(),
                row: *row,
            },
            Command::Unmerge { .. } if applicant => Act::Reopen,
            Command::Unmerge { .. } | Command::TakeBack { .. } => Act::Note,
            Command::Moderate { .. } => Act::Moderate,
            Command::LookAgain(_) => Act::LookAgain,
            Command::RevokePaper { .. } => Act::RevokePaper,
            Command::ReceivePapers(_) | Command::Collect(_) | Command::CodeElsewhere { .. } => {
                Act::Note
            }
        }
    }
}

/// May this person do this? Acts on a case need the case; without one they are refused.
///
/// # Errors
/// [`Refusal::NotYours`]; [`Refusal::NoSuchStep`] where the step is not under way.
pub fn may(person: &Person, act: &Act, case: Option<&Case>) -> Result<(), Refusal> {
    let allowed = match act {
        Act::ReadPublic
        | Act::Open
        | Act::TrackByCode
        | Act::TellPayment
        | Act::TellMirrored
        | Act::BringIn => true,
        Act::ReadMine => matches!(person, Person::Resident { .. } | Person::Official(_)),
        Act::ReadOwn | Act::Supply | Act::Withdraw | Act::Reopen | Act::Rate | Act::Comment => {
            case.is_some_and(|case| is_applicant(person, case))
        }
        Act::Inbox | Act::OpenForOthers | Act::KeepTill => seated(person),
        Act::ReadCase => {
            case.is_some_and(|case| has(person, Power::Leader) || works_on(person, case))
        }
        Act::Claim { step, row } | Act::Decide { step, row } | Act::Consult { step, row } => {
            let (case, task) = task_of(case, step, *row)?;
            may_hold(person, case, task)
        }
        Act::Pass { step, row } => {
            let (case, task) = task_of(case, step, *row)?;
            // The head hands work around, and so does whoever holds it or could.
            may_hold(person, case, task) || heads(person, case)
        }
        Act::Reassign { step, row } => {
            let (_, task) = task_of(case, step, *row)?;
            has(person, Power::Administrator)
                || task
                    .unit
                    .as_ref()
                    .is_some_and(|unit| sits(person, unit, Post::DeputyHead))
        }
        Act::ManageStaff | Act::KeepMandates | Act::KeepReplies => {
            has(person, Power::Administrator) || leads(person)
        }
        Act::Note | Act::Attach | Act::Collect => case.is_some_and(|case| works_on(person, case)),
        Act::Extend
        | Act::AnswerWithdrawal
        | Act::RevokePaper
        | Act::Stop
        | Act::Correct
        | Act::DeclareLoss => case.is_some_and(|case| heads(person, case)),
        Act::ReadFigures | Act::EnterFigures | Act::Direct => has(person, Power::Leader),
        Act::OwnRecord => seated(person),
        Act::JudgeRecord => official(person)
            .is_some_and(|official| official.seats.iter().any(|s| s.post >= Post::DeputyHead)),
        Act::ApproveMoney => {
            case.is_some_and(|case| heads(person, case) || heads_collector(person, case))
        }
        Act::KeepAccounts => has(person, Power::Accountant),
        Act::Design | Act::Publish => has(person, Power::Designer),
        Act::Administer => has(person, Power::Administrator),
        Act::Measure => seated(person),
        Act::Moderate => has(person, Power::Moderator),
        Act::LookAgain => has(person, Power::Inspector) && seated(person),
        Act::ReadOriginal => case.is_some_and(|case| {
            heads(person, case) || (has(person, Power::Moderator) && works_on(person, case))
        }),
    };
    match allowed {
        true => Ok(()),
        false => Err(Refusal::NotYours),
    }
}

fn official(person: &Person) -> Option<&Official> {
    match person {
        Person::Official(official) => Some(official),
        Person::Nobody | Person::Bearer { .. } | Person::Resident { .. } => None,
    }
}

fn has(person: &Person, power: Power) -> bool {
    official(person).is_some_and(|official| official.powers.contains(&power))
}

fn seated(person: &Person) -> bool {
    official(person).is_some_and(|official| !official.seats.is_empty())
}

/// Head or deputy head of any unit.
fn leads(person: &Person) -> bool {
    official(person).is_some_and(|official| official.own.iter().any(|seat| seat.post > Post::Staff))
}

fn is_applicant(person: &Person, case: &Case) -> bool {
    match person {
        Person::Nobody => false,
        Person::Bearer { case: shown } => *shown == case.id,
        Person::Resident { id, .. } => case.applicant == Some(*id),
        Person::Official(official) => case.applicant == Some(official.id),
    }
}

/// A seat of at least this post in this unit.
fn sits(person: &Person, unit: &UnitCode, at_least: Post) -> bool {
    official(person).is_some_and(|official| {
        official
            .seats
            .iter()
            .any(|seat| seat.unit == *unit && seat.post >= at_least)
    })
}

/// A unit that answers for the case, received it, held it, or has or had a step of it; one that sees its
/// own step only, while that lasts.
fn works_on(person: &Person, case: &Case) -> bool {
    units_of(case).any(|unit| sits(person, unit, Post::Staff))
}

/// Head or deputy head of the competent unit, or of one that has a step under way.
fn heads(person: &Person, case: &Case) -> bool {
    let now = case.tasks.iter().filter_map(|task| task.unit.as_ref());
    now.chain([&case.unit])
        .any(|unit| sits(person, unit, Post::DeputyHead))
}

/// Head or deputy head where the money of this case lies.
fn heads_collector(person: &Person, case: &Case) -> bool {
    let charged = case.money.charges.iter().map(|charge| &charge.unit);
    let paid = case.money.payments.iter().map(|paid| &paid.unit);
    charged
        .chain(paid)
        .any(|unit| sits(person, unit, Post::DeputyHead))
}

fn units_of(case: &Case) -> impl Iterator<Item = &UnitCode> {
    let held = case.stints.iter().map(|stint| &stint.unit);
    let now = case.tasks.iter().filter_map(|task| task.unit.as_ref());
    let helping = case.shared.iter().map(|shared| &shared.unit);
    held.chain(now)
        .chain(helping)
        .chain(&case.handled_by)
        .chain(&case.received_at)
        .chain([&case.unit])
}

/// The applicant's own step is recorded at the counter by the units that work on the case: papers
/// come by hand and by post too.
fn may_hold(person: &Person, case: &Case, task: &Task) -> bool {
    match &task.unit {
        None => works_on(person, case),
        Some(unit) => {
            let keeps = |keeper| sits(person, keeper, Post::Staff);
            sits(person, unit, task.post) || task.keeper.as_ref().is_some_and(keeps)
        }
    }
}

fn task_of<'a>(
    case: Option<&'a Case>,
    step: &str,
    row: Option<u32>,
) -> Result<(&'a Case, &'a Task), Refusal> {
    let case = case.ok_or(Refusal::NotYours)?;
    let task = case.task(step, row).ok_or_else(|| Refusal::NoSuchStep {
        step: step.to_owned(),
    })?;
    Ok((case, task))
}
