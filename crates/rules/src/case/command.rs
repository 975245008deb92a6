//! What a person (or the clock) may ask of a case. `decide` answers with events or a refusal.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use service::definition::{Channel, Code, Ending, Limit, Who};

use super::counter::{Collected, PapersReceived};
use super::event::{Silence, WorkShared};
use super::looked::Looking;
use super::merge::Original;
use super::mirror::OwnerSaid;
use super::money::{Proof, ReceiptNumber, RefundWhy, Way};
use super::outside::Said;
use super::parts::PartNews;
use super::shown::Deed;
use super::state::Spot;
use super::stop::Ground;
use crate::Moment;
use crate::ids::{AreaCode, CaseCode, CaseId, ContentHash, NoteId, PersonId, UnitCode};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Command {
    /// Take a task for oneself.
    Claim {
        step: Code,
        row: Option<u32>,
    },
    Release {
        step: Code,
        row: Option<u32>,
    },
    /// Hand a task to a colleague or another unit.
    Pass {
        step: Code,
        row: Option<u32>,
        unit: UnitCode,
        to: Option<PersonId>,
        why: Option<NoteId>,
    },
    /// Decide a step by one of its outcomes.
    Decide {
        step: Code,
        row: Option<u32>,
        outcome: Code,
        note: Option<NoteId>,
        files: Vec<ContentHash>,
        /// New version of the answers, where the applicant supplied some.
        answers: Option<u32>,
    },
    Note {
        note: NoteId,
        public: bool,
    },
    Attach {
        file: ContentHash,
        what: Code,
        public: bool,
    },
    Extend {
        to: Moment,
        why: Option<NoteId>,
    },
    AskWithdrawal {
        why: Option<NoteId>,
    },
    AnswerWithdrawal {
        accept: bool,
        why: Option<NoteId>,
    },
    /// Say what became of something that was called solved and drawn.
    LookAgain(Box<Looking>),
    Reopen {
        why: Option<NoteId>,
    },
    Rate {
        score: u8,
        /// Of the city's list.
        reasons: Vec<Code>,
        note: Option<NoteId>,
    },
    /// Record that a directive about this case was opened.
    Direct {
        directive: CaseId,
    },
    /// Ask what is due and not asked yet: cases from before fees were asked by themselves.
    AskFees,
    /// Money came.
    TakePayment(Box<Taking>),
    /// Cancel a receipt written in error.
    VoidPayment {
        payment: u32,
        why: Option<NoteId>,
    },
    Waive {
        fee: Code,
        proof: Proof,
        why: Option<NoteId>,
    },
    RejectWaiver {
        fee: Code,
        why: Option<NoteId>,
    },
    AskRefund {
        amount: i64,
        why: RefundWhy,
        note: Option<NoteId>,
    },
    AnswerRefund {
        refund: u32,
        approve: bool,
        note: Option<NoteId>,
    },
    PayRefund {
        refund: u32,
        way: Way,
        unit: UnitCode,
        bank: Option<String>,
    },
    /// A newer working calendar holds: work the dates out again. `Given::calendar` is the newer one.
    Redate,
    /// The clock: warn, lapse what waited too long, take silence for an answer.
    Tick,
    /// What a coming request to complete the dossier lists; the list stands apart and can be erased.
    Mark {
        list: NoteId,
    },
    /// Form 04: why the date cannot be kept and which one will be. `why` holds its words.
    Apologise {
        cause: Code,
        to: Moment,
        why: Option<NoteId>,
    },
    /// Form 05 on a ground of the city's list of the day.
    Stop {
        ground: Ground,
        why: Option<NoteId>,
    },
    /// The result has an error, says whoever holds it or an official.
    ReportError {
        why: Option<NoteId>,
    },
    /// The result is right as it is.
    DeclineError {
        why: Option<NoteId>,
    },
    /// Do the step that signs again, at the agency's cost.
    Correct {
        step: Code,
        why: Option<NoteId>,
    },
    /// Ask another unit for an opinion beside the defined steps.
    Consult {
        step: Code,
        row: Option<u32>,
        unit: UnitCode,
        within: Limit,
        if_silent: Silence,
        question: NoteId,
    },
    DeclareLoss {
        papers: Vec<Code>,
        damaged: bool,
        why: Option<NoteId>,
    },
    MakeGood {
        loss: u32,
        cost: i64,
        note: Option<NoteId>,
    },
    /// A head or an administrator hands a colleague's task to another of the same unit, whoever holds it.
    Reassign {
        step: Code,
        row: Option<u32>,
        to: PersonId,
        why: Option<NoteId>,
    },
    /// Others may sign than when the step began: it goes to whoever may today.
    Reseat,
    /// Papers that came in over the counter.
    ReceivePapers(PapersReceived),
    /// The result goes into somebody's hands; the step is decided by the next command.
    Collect(Collected),
    /// What another system calls it.
    CodeElsewhere {
        system: Code,
        code: String,
    },
    /// Take back a paper that was handed out: what it is, and the event that called for it.
    RevokePaper {
        what: Code,
        of: u32,
        why: Option<NoteId>,
    },
    /// What the system that decides it says of it.
    HearOwner(OwnerSaid),
    /// A part of it began as a case of its own.
    PartOpened {
        part: Code,
        case: CaseId,
        code: CaseCode,
    },
    HearPart {
        part: Code,
        news: PartNews,
    },
    /// The procedure whose part it is was withdrawn or stopped.
    EndWithWhole {
        ending: Ending,
    },
    /// What of it anybody sees.
    Moderate {
        deed: Deed,
        why: Option<NoteId>,
    },
    /// Another system of reports took it under this id.
    Relay {
        partner: Code,
        id: String,
    },
    /// That system says something of it.
    HearPartner {
        partner: Code,
        closed: bool,
        note: Option<NoteId>,
    },
    /// Decide a step by an outcome that ends with a duplicate: of which report.
    Merge {
        step: Code,
        row: Option<u32>,
        outcome: Code,
        note: Option<NoteId>,
        original: Box<Original>,
    },
    Unmerge {
        why: Option<NoteId>,
    },
    /// How the report stands that this one was merged into.
    HearOriginal {
        ended: Option<(Ending, Moment)>,
        evidenced: bool,
    },
    /// Handle it as another kind of report: `Given` is that of the new kind.
    Recategorise {
        step: Code,
        row: Option<u32>,
        /// Required answers that nobody gave.
        missing: Vec<Code>,
        /// New version of the answers.
        answers: u32,
        why: Option<NoteId>,
    },
    /// Ask somebody outside who has no account.
    Forward {
        step: Code,
        row: Option<u32>,
        party: Code,
        within: Limit,
        question: NoteId,
    },
    HearOutside {
        n: u32,
        said: Said,
        note: Option<NoteId>,
        files: Vec<ContentHash>,
    },
    /// The link of a forwarding opens no more.
    TakeBack {
        n: u32,
    },
    /// Record that another unit does a part of it.
    ShareWork {
        step: Code,
        row: Option<u32>,
        shared: WorkShared,
    },
    HearShared {
        case: CaseId,
        ending: Ending,
    },
    /// The report that it is a part of ended.
    EndWithReport {
        ending: Ending,
    },
}

/// Money as it came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taking {
    /// Whole đồng.
    pub amount: i64,
    pub way: Way,
    /// Whose till or account.
    pub unit: UnitCode,
    pub receipt: Option<ReceiptNumber>,
    /// Source and transaction number at the bank.
    pub bank: Option<String>,
}

/// What opening a case needs beyond the definition and the answers.
#[derive(Debug, Clone, PartialEq)]
pub struct Opening {
    pub id: CaseId,
    pub code: CaseCode,
    pub channel: Channel,
    pub applicant: Option<PersonId>,
    pub applicant_kind: Option<Who>,
    pub received_at: Option<UnitCode>,
    pub area: Option<AreaCode>,
    pub place: Option<Spot>,
    /// The reporter wishes the report to be public (the definition may say no).
    pub public: bool,
    pub about: Option<CaseId>,
}

/// The city says no. The words are in `web/text/*.toml` under `refusal.<kind>`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(rename_all = "kebab-case", tag = "refusal")]
pub enum Refusal {
    #[error("this person may not do this")]
    NotYours,
    #[error("the step {step} is not under way")]
    NoSuchStep { step: Code },
    #[error("the step {step} has no outcome {outcome}")]
    NoSuchOutcome { step: Code, outcome: Code },
    #[error("the way {way} was taken {times} times, the most allowed")]
    WayUsedUp { way: String, times: u32 },
    #[error("the case has ended")]
    Ended { ending: Ending },
    #[error("not possible in this state")]
    NotFromHere { life: u8 },
    #[error("a reason is required")]
    ReasonRequired,
    #[error("evidence is required: {what}")]
    EvidenceRequired { what: Code },
    #[error("a fee is unpaid: {fee}")]
    Unpaid { fee: Code },
    #[error("held by somebody else")]
    HeldByAnother,
    #[error("nobody may sign this case today")]
    NoAuthority,
    #[error("the mandate {number} ended on {last}")]
    MandateOver { number: String, last: Date },
    #[error("the mandate {number} begins on {from}")]
    MandateNotYet { number: String, from: Date },
    #[error("nobody of the unit {unit} with this post may take it over")]
    NotSeatedThere { unit: UnitCode },
    #[error("a supplement was already asked")]
    SupplementUsedUp { most: u32 },
    #[error("an extension was already given")]
    ExtensionUsedUp { most: u32 },
    #[error("the new date is not later than the old one")]
    NotLater,
    #[error("reopening is over")]
    TooLateToReopen,
    #[error("no unit serves this place")]
    NoUnit { rule: String },
    #[error("an answer the process needs is missing: {what}")]
    AnswerMissing { what: String },
    #[error("the score is outside 1 to 5")]
    BadScore,
    #[error("the calendar does not cover these days yet")]
    NoCalendar,
    #[error("this was already done")]
    AlreadyDone,
    #[error("a request for a supplement lists nothing")]
    NothingMarked,
    #[error("nothing is chosen")]
    NothingChosen,
    #[error("this was not asked for: {what}")]
    NotMarked { what: String },
    #[error("an exemption of the fee {fee} is claimed and not proven")]
    ClaimUnproven { fee: Code },
    #[error("nothing is asked under the fee {fee}")]
    NoSuchFee { fee: Code },
    #[error("an amount of money is more than zero đồng")]
    NoAmount,
    #[error("only {left} đồng are due")]
    MoreThanDue { left: i64 },
    #[error("at most {most} đồng can go back")]
    MoreThanPaid { most: i64 },
    #[error("no such payment or refund")]
    NoSuchMoney,
    #[error("the same person may not ask and approve")]
    SameHand,
    #[error("the till of this day is closed")]
    TillClosed,
    #[error("the till of this day is not closed yet")]
    TillOpen,
    #[error("no such paper: {document}")]
    NoSuchPaper { document: Code },
    #[error("not seen: {what}")]
    PaperNotSeen { what: Code },
    #[error("the ground {ground} is none, or does not hold now")]
    NoGround { ground: Code },
    #[error("a correction neither refuses nor asks the applicant again")]
    OnlyPutRight,
    #[error("a unit is not asked for its own opinion")]
    OwnUnit { unit: UnitCode },
    #[error("the answer would come after the appointment")]
    AfterTheAppointment,
    #[error("the system {system} alone decides this")]
    OwnedElsewhere { system: Code },
    #[error("this step waits for the parts of the procedure")]
    WaitsForParts,
    #[error("its sender keeps it private")]
    NotPublic,
    #[error("a duplicate names the report it repeats")]
    OriginalRequired,
    #[error("there is no such report to merge into")]
    NoOriginal,
    #[error("a report is no duplicate of itself")]
    OwnOriginal,
    #[error("the report named is over: {ending:?}")]
    OriginalOver { ending: Ending },
    #[error("another unit is not through with its part: {code}")]
    WaitsForOthers { code: CaseCode },
    #[error("who closed it, or stands above or below, does not look at it again")]
    OwnWork { unit: UnitCode },
}
