//! What happened to a case. Kept for ever, folded by `evolve`. Personal data is never inside: notes,
//! answers and files are referred to, so that they can be erased while history stays.
//!
//! Old variants never change; growth is a new variant (samples under `tests/events/` must still fold).

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use service::definition::{Channel, Code, Ending, Kind, Limit, Post, Who};

use super::counter::{Collected, PapersReceived};
use super::mirror::OwnerSaid;
use super::money::{Proof, ReceiptNumber, RefundWhy, Way};
use super::outside::Said;
use super::shown::Deed;
use super::state::{Spot, Stopped, Task};
use crate::Moment;
use crate::ids::{AreaCode, CaseCode, CaseId, ContentHash, MandateId, NoteId, PersonId, UnitCode};
use crate::mandate::Office;
use crate::person::Actor;
use crate::sample::Found;

/// An event with its envelope, as the log holds it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Recorded {
    pub case: CaseId,
    /// 1, 2, 3 … within the case.
    pub version: u32,
    pub at: Moment,
    pub actor: Actor,
    pub event: Event,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "event")]
pub enum Event {
    Opened(Box<Opened>),
    /// Loaded from another system whose steps we do not know: one event tells all. The envelope holds
    /// the moment of loading, [`Imported::at`] that of the first contact.
    Imported(Box<Imported>),
    /// Receipt 01: the legal clock starts (unless the service starts it at opening).
    Accepted,
    /// The first holder after reception acts: state 4.
    TakenUp,
    /// A legal clock begins; `due` is also the first promise.
    ClockStarted {
        /// `None`: until a day that an answer names (a directive's deadline).
        limit: Option<Limit>,
        calendar: u32,
        due: Moment,
    },
    ClockStopped {
        why: Stopped,
    },
    /// `due` is later by the time it stood still, or a whole new limit where the service restarts.
    ClockResumed {
        due: Moment,
    },
    /// The applicant's turn: state 5 or 6. Whether the clock stands still is told by `ClockStopped`.
    ApplicantAsked {
        what: Asked,
    },
    /// The applicant did their part (or the wait is over): back to work.
    ApplicantAnswered,
    /// Form 04: one new date.
    Extended {
        from: Moment,
        to: Moment,
        why: Option<NoteId>,
    },
    StepStarted {
        task: Task,
    },
    Claimed {
        step: Code,
        row: Option<u32>,
        by: PersonId,
    },
    Released {
        step: Code,
        row: Option<u32>,
    },
    /// Handed to another person or unit, with the same step and the same clocks.
    Passed {
        step: Code,
        row: Option<u32>,
        unit: UnitCode,
        to: Option<PersonId>,
        why: Option<NoteId>,
    },
    StepDecided(Box<StepDecided>),
    /// A step that cannot finish any more (`wait-for: any`, withdrawal, ending).
    StepDropped {
        step: Code,
        row: Option<u32>,
    },
    /// The case as a whole goes to another competent unit.
    Rerouted {
        unit: UnitCode,
        why: Option<NoteId>,
    },
    Noted {
        note: NoteId,
        public: bool,
    },
    Attached {
        file: ContentHash,
        what: Code,
        public: bool,
    },
    /// The applicant supplied or changed answers; `answers` is the new version of them.
    AnswersChanged {
        answers: u32,
    },
    WithdrawalAsked {
        why: Option<NoteId>,
    },
    WithdrawalRefused {
        why: Option<NoteId>,
    },
    /// State 9: signed and issued. The legal clock stops.
    Issued {
        ending: Ending,
    },
    /// State 10.
    HandedOver {
        ending: Ending,
    },
    /// State 3: refused at reception.
    NotAccepted {
        why: Option<NoteId>,
    },
    /// State 8.
    Stopped {
        ending: Ending,
        why: Option<NoteId>,
    },
    /// Back to work under the first clock, which runs on: `opened` and the promise stay.
    Reopened {
        why: Option<NoteId>,
    },
    Rated {
        score: u8,
        note: Option<NoteId>,
    },
    /// A leader's directive about this case.
    Directed {
        directive: CaseId,
    },
    /// The clock told somebody: one working day before, on the day, after.
    Warned {
        of: Warning,
        /// The step that is late; `None` where the legal clock is meant.
        step: Option<Code>,
        row: Option<u32>,
    },
    /// A newer working calendar: the date that holds, and those of the steps under way. The first promise
    /// stays.
    Redated {
        calendar: u32,
        from: Option<Moment>,
        to: Option<Moment>,
        steps: Vec<StepRedated>,
    },
    /// The list of what is wrong or missing, for the one request to complete the dossier (form 02). An
    /// official of the agency proposes it, the desk sends it or a corrected one.
    SupplementMarked {
        list: NoteId,
    },
    /// A draft of form 04 for a date that comes near, with a date that could be kept.
    ApologyPrepared {
        due: Moment,
        proposed: Moment,
    },
    /// Form 04 is signed, for the date `due`; `Extended` follows with the words and the new date. `cause`: of
    /// the city's list.
    Apologised {
        due: Moment,
        cause: Code,
        authority: AuthorityUsed,
    },
    /// A fee by the answers in force, in đồng; asked again, the newer amount holds.
    FeeAsked {
        fee: Code,
        amount: i64,
        step: Option<Code>,
        /// Who collects it.
        unit: UnitCode,
        /// The applicant claims to be exempt.
        claimed: bool,
    },
    FeePaid(Box<FeePaid>),
    /// The receipt is cancelled and the money counts as not paid.
    PaymentVoided {
        payment: u32,
        why: Option<NoteId>,
    },
    /// The exemption is confirmed.
    FeeWaived {
        fee: Code,
        proof: Proof,
        why: Option<NoteId>,
    },
    /// The claimed exemption is not proven: the fee is due.
    WaiverRejected {
        fee: Code,
        why: Option<NoteId>,
    },
    RefundAsked {
        refund: u32,
        amount: i64,
        why: RefundWhy,
        note: Option<NoteId>,
    },
    RefundAnswered {
        refund: u32,
        approved: bool,
        note: Option<NoteId>,
    },
    /// The money went back.
    Refunded {
        refund: u32,
        amount: i64,
        way: Way,
        /// Whose till or account it left.
        unit: UnitCode,
        /// What the bank calls it.
        bank: Option<String>,
    },
    /// A step that signs goes to whoever may sign it today: a mandate began or ended.
    Reseated {
        step: Code,
        row: Option<u32>,
        unit: UnitCode,
        post: Post,
    },
    /// Papers came in over the counter or by post, with the kind of copy and how many.
    PapersReceived(Box<PapersReceived>),
    /// The result is in somebody's hands.
    Collected(Box<Collected>),
    /// What another system calls this case. Opaque.
    CodedElsewhere {
        system: Code,
        code: String,
    },
    /// A paper was made after the event that called for it: what it is, its number and the hash of its file.
    PaperMade(Box<PaperMade>),
    /// That paper carries digital signatures: the signed file and whose certificates.
    PaperSigned(Box<PaperSigned>),
    /// A paper that was handed out holds no longer; why is said where it is verified.
    PaperRevoked {
        what: Code,
        of: u32,
        why: Option<NoteId>,
    },
    /// Form 05 by an act of its own: the head stops the work on a ground of the city's list. `Stopped` follows.
    StopOrdered {
        ground: Code,
        authority: AuthorityUsed,
    },
    /// An error in the result, as its holder or an official found it.
    ErrorReported {
        why: Option<NoteId>,
    },
    /// Looked at: the result is right as it is.
    ErrorDeclined {
        why: Option<NoteId>,
    },
    /// The step that signs is done again at the agency's cost, with a letter of apology. The first dates and the
    /// first figures stay.
    CorrectionBegun {
        step: Code,
        /// By when the right result is there.
        due: Moment,
        why: Option<NoteId>,
        authority: AuthorityUsed,
    },
    /// The right result is signed and issued.
    Corrected,
    /// An opinion asked beside the defined steps. `StepStarted` follows with the unit's task.
    ConsultationAsked(Box<ConsultationAsked>),
    /// The agency lost or damaged papers of the dossier, apologises and asks for them again at its own cost.
    PapersLost(Box<PapersLost>),
    /// They are there again. `cost`: what the agency bore of it, in đồng.
    LossMadeGood {
        loss: u32,
        cost: i64,
        note: Option<NoteId>,
    },
    /// Another system decides this case. From here on its word alone moves it.
    Mirrored {
        system: Code,
    },
    /// What that system says of it, and since when.
    OwnerSaid(Box<OwnerSaid>),
    /// It is a part of a linked procedure.
    PartOf {
        whole: CaseId,
        part: Code,
    },
    /// A part began as a case of its own.
    PartOpened {
        part: Code,
        case: CaseId,
        code: CaseCode,
    },
    /// The applicant is asked for something in a part, and did it.
    PartWaits {
        part: Code,
    },
    PartGoesOn {
        part: Code,
    },
    PartEnded {
        part: Code,
        ending: Ending,
    },
    /// It never begins: what it comes after ended badly.
    PartDropped {
        part: Code,
    },
    /// Its sender wishes it to be public: it is once a moderator has looked.
    ReviewAwaited,
    /// A moderator decided what of it anybody sees.
    Moderated {
        deed: Deed,
        why: Option<NoteId>,
    },
    /// Handed on to another system of reports too, where it is called `id`. Who answers for it stays.
    Relayed {
        partner: Code,
        id: String,
    },
    /// What that system says of it. That it closed there ends nothing here: a person decides.
    PartnerSaid {
        partner: Code,
        closed: bool,
        note: Option<NoteId>,
    },
    /// It is the same thing as another report. How its step was decided and that it stopped here follow.
    Merged {
        original: CaseId,
        code: CaseCode,
    },
    /// It is another thing after all: back to be sorted, under its first clock.
    Unmerged {
        original: CaseId,
        why: Option<NoteId>,
    },
    /// The report that it was merged into ended, or goes on again.
    OriginalSaid(Box<OriginalSaid>),
    /// It is handled as another kind of report from here on.
    Recategorised(Box<Recategorised>),
    /// Somebody outside without an account is asked to do it, by a link.
    Forwarded(Box<Forwarded>),
    OutsideSaid(Box<OutsideSaid>),
    /// The link opens no more.
    TakenBack {
        n: u32,
    },
    /// Another unit does a part of it, as a case of its own.
    WorkShared(Box<WorkShared>),
    SharedWorkEnded {
        case: CaseId,
        ending: Ending,
    },
    /// Why it was rated so, by codes of the city's list. `Rated` came before.
    RatedFor {
        reasons: Vec<Code>,
    },
    /// Drawn from what was called solved and looked at again; where that does not hold, `Reopened` follows.
    LookedAgain(Box<LookedAgain>),
}

impl Event {
    /// Recorded beside the work: nothing that a page showed became untrue, so whoever acts on what they saw
    /// is not held up by it.
    pub fn aside(&self) -> bool {
        matches!(
            self,
            Event::PaperMade(_) | Event::PaperSigned(_) | Event::Relayed { .. }
        )
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OriginalSaid {
    pub original: CaseId,
    /// `None`: it goes on again.
    pub ended: Option<(Ending, Moment)>,
    /// With proof that it was done.
    pub evidenced: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recategorised {
    pub from: Code,
    pub from_version: u32,
    pub to: Code,
    pub to_version: u32,
    /// What the new kind promises: how long, until when from the first contact, and until when by now.
    pub limit: Option<Limit>,
    pub promised: Option<Moment>,
    pub due: Option<Moment>,
    /// Required answers of the new form that nobody gave.
    pub missing: Vec<Code>,
    pub why: Option<NoteId>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Forwarded {
    /// Its place among those of the case.
    pub n: u32,
    pub step: Code,
    pub row: Option<u32>,
    /// Of the city's list of parties outside.
    pub party: Code,
    pub until: Moment,
    pub question: NoteId,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutsideSaid {
    pub n: u32,
    pub said: Said,
    pub note: Option<NoteId>,
    pub files: Vec<ContentHash>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LookedAgain {
    /// Of which month's draw.
    pub month: String,
    /// Who had closed it.
    pub unit: UnitCode,
    pub found: Found,
    /// What was said before, where this corrects it.
    pub instead_of: Option<Found>,
    /// It goes back to work.
    pub reopens: bool,
    pub note: Option<NoteId>,
    pub files: Vec<ContentHash>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkShared {
    pub case: CaseId,
    pub code: CaseCode,
    pub unit: UnitCode,
    /// The report is not called done before it.
    pub waits: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeePaid {
    pub payment: u32,
    pub amount: i64,
    pub way: Way,
    /// Whose till or account it came to.
    pub unit: UnitCode,
    pub receipt: Option<ReceiptNumber>,
    /// Source and transaction number at the bank.
    pub bank: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Opened {
    pub code: CaseCode,
    pub service: Code,
    pub service_version: u32,
    pub kind: Kind,
    pub channel: Channel,
    pub applicant: Option<PersonId>,
    /// What kind of applicant asks (`applicant.kind` in expressions); not known of cases before it was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub applicant_kind: Option<Who>,
    pub unit: UnitCode,
    pub received_at: Option<UnitCode>,
    pub area: Option<AreaCode>,
    pub place: Option<Spot>,
    pub public: bool,
    pub about: Option<CaseId>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepRedated {
    pub step: Code,
    pub row: Option<u32>,
    pub due: Option<Moment>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Imported {
    pub opened: Opened,
    pub at: Moment,
    pub due: Option<Moment>,
    pub ended: Option<(Ending, Moment)>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StepDecided {
    pub step: Code,
    pub row: Option<u32>,
    pub outcome: Code,
    pub note: Option<NoteId>,
    /// Files that prove it (`photo-after`).
    pub files: Vec<ContentHash>,
    /// By which grant it was signed, where the step signs.
    pub authority: Option<AuthorityUsed>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaperMade {
    /// The definition's code of it, or `receipt`, `supplement` …: what it is in this case.
    pub what: Code,
    pub template: Code,
    /// Version of the event that called for it.
    pub of: u32,
    pub issuer: UnitCode,
    pub number: u32,
    pub symbol: String,
    pub file: ContentHash,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaperSigned {
    pub what: Code,
    /// Version of the event that called for the paper.
    pub of: u32,
    /// The signed file; it begins with the bytes of the file that was made.
    pub file: ContentHash,
    /// In the order in which they were put on.
    pub signatures: Vec<SignatureMade>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignatureMade {
    pub by: Signatory,
    /// Number of the certificate with its issuer, hex.
    pub serial: String,
    /// SHA-256 of the certificate, hex.
    pub fingerprint: String,
}

/// Whose signature: a person's own, or the seal of an organisation (NĐ 30/2020 Đ.13, Phụ lục I).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Signatory {
    Person(PersonId),
    Seal(UnitCode),
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsultationAsked {
    /// The row of its task.
    pub row: u32,
    /// The step that asks; it may go on without the answer.
    pub step: Code,
    pub step_row: Option<u32>,
    pub unit: UnitCode,
    pub due: Moment,
    pub if_silent: Silence,
    pub question: NoteId,
}

/// What silence past the time means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Silence {
    Consent,
    Remind,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PapersLost {
    /// Codes of the definition.
    pub papers: Vec<Code>,
    /// Still there, but of no use.
    pub damaged: bool,
    pub why: Option<NoteId>,
    pub authority: AuthorityUsed,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorityUsed {
    /// Whose authority: `director`, at which unit.
    pub title: Code,
    pub unit: UnitCode,
    /// TM., KT., TL., TUQ. or empty for one's own.
    pub prefix: String,
    /// Number of the decision it rests on; empty for one's own authority.
    pub basis: String,
    /// The entry of the city's register of mandates; `None`: as the definition says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mandate: Option<MandateId>,
    /// The day of that decision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided: Option<Date>,
    /// In whose name (TUQ., KT.), where another than the signer is named before the signature.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_name_of: Option<Office>,
}

/// What the applicant is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Asked {
    /// Form 02: papers are missing.
    Supplement,
    Payment,
    /// A question to a reporter, a draft to confirm.
    Question,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Warning {
    StepLate,
    /// A consulted unit stayed silent a working day longer: its superiors are told.
    Escalated,
    /// A progress report that the step asks for regularly has not come.
    ReportDue,
    DueSoon,
    DueToday,
    Late,
    /// A working day before a consulted unit's time is over.
    AnswerDue,
    /// A consulted unit stayed silent, and the city goes on without it (NĐ 61/2018 Đ.19.5).
    Silent,
}
