//! From a case to the words of a paper. Pure: what happened comes in, what is printed goes out. What nobody
//! knows stays empty and becomes a dotted line; no missing word ever holds a paper up.

mod book;
mod face;
mod fees;
mod forms;
mod hops;
mod result;
mod sign;

use std::collections::HashMap;

use jiff::civil::{Date, Time};
use rules::Moment;
use rules::case::event::StepDecided;
use rules::case::stop::StopLaw;
use rules::case::{Case, Event, Recorded};
use rules::ids::{NoteId, PersonId, UnitCode};
use rules::organisation::{Organisation, Unit};
use rules::paper::{Call, PaperLaw};
use rules::person::Actor;
use rules::process::Flow;
use service::Definition;
use service::definition::FieldKind;

pub use book::{book, entry};
pub use fees::fee_receipt;
pub use hops::control;

use crate::paper::{Applicant, Body, Component, Head, Layout, Line, Paper, Transfer};

/// One answer of the form as people read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    pub code: String,
    pub kind: FieldKind,
    pub label: String,
    pub words: String,
}

/// A page of the form with its answers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Group {
    pub title: String,
    pub answers: Vec<Answered>,
}

/// All that a paper may say about a case.
#[derive(Clone, Copy)]
pub struct Told<'a> {
    pub case: &'a Case,
    pub events: &'a [Recorded],
    pub definition: &'a Definition,
    pub organisation: &'a Organisation,
    pub law: &'a PaperLaw,
    pub stops: &'a StopLaw,
    pub groups: &'a [Group],
    pub notes: &'a HashMap<NoteId, String>,
    pub people: &'a HashMap<PersonId, String>,
    /// What was handed in, with kind of copy and count.
    pub components: &'a [Component],
    /// What is owed or was paid.
    pub fees: &'a [Line],
    /// How what is left is paid by transfer.
    pub transfer: Option<&'a Transfer>,
    /// Where one looks things up: `https://…`.
    pub site: &'a str,
    /// Day and time in the city.
    pub local: &'a dyn Fn(Moment) -> (Date, Time),
}

/// What stands on a paper beside its words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Numbered {
    pub issuer: UnitCode,
    /// `123/TNHS`; empty: a dotted line.
    pub number: String,
    /// Address that the QR code leads to.
    pub check: String,
}

/// The unit that hands a paper out: whoever signed or acted; the competent unit where the clock did.
pub fn issuer(call: &Call, case: &Case, events: &[Recorded]) -> UnitCode {
    let Some(called) = events.iter().find(|one| one.version == call.version) else {
        return case.unit.clone();
    };
    match (&called.event, &called.actor) {
        (Event::StepDecided(decided), _) if decided.authority.is_some() => decided
            .authority
            .as_ref()
            .map_or_else(|| case.unit.clone(), |used| used.unit.clone()),
        (Event::Apologised { authority, .. } | Event::CorrectionBegun { authority, .. }, _) => {
            authority.unit.clone()
        }
        (Event::PapersLost(lost), _) => lost.authority.unit.clone(),
        // An extension and an end are the competent unit's word.
        (Event::Extended { .. } | Event::Stopped { .. }, _) => case.unit.clone(),
        (_, Actor::Official { unit, .. }) => unit.clone(),
        _ => case.unit.clone(),
    }
}

/// The desk through which a dossier goes in and out: where it was handed in, where it lay for reception if it came online;
/// the competent unit where there is neither.
pub fn desk<'a>(case: &'a Case, events: &'a [Recorded], definition: &Definition) -> &'a UnitCode {
    let reception = Flow::of(definition).reception();
    let lay = events.iter().find_map(|one| match &one.event {
        Event::StepStarted { task } => {
            let here = reception.is_some_and(|step| step.code == task.step);
            task.unit.as_ref().filter(|_| here)
        }
        _ => None,
    });
    case.received_at.as_ref().or(lay).unwrap_or(&case.unit)
}

/// The paper that `call` asks for, dated `day`.
pub fn compose(call: &Call, told: &Told<'_>, numbered: &Numbered, day: Date) -> Paper {
    let layout = Layout::of(&call.template);
    let form = told.law.form(&call.template, day);
    let mut paper = Paper {
        layout,
        title: title(call, told, day),
        citation: told.law.citation(&call.template, day),
        head: head(told, numbered, day),
        code: told.case.code.clone(),
        check: numbered.check.clone(),
        demonstration: demonstration(form.is_some_and(|(form, _)| form.demonstration)),
        ..Paper::default()
    };
    let ask = Ask {
        told,
        version: call.version,
        issuer: &numbered.issuer,
    };
    match layout {
        Layout::Receipt => forms::receipt(&ask, &mut paper),
        Layout::Supplement => forms::supplement(&ask, &mut paper),
        Layout::Refusal => forms::refusal(&ask, &mut paper),
        Layout::Apology => forms::apology(&ask, &mut paper),
        Layout::Stop => forms::stop(&ask, &mut paper),
        Layout::Control => hops::fill(told, &mut paper),
        Layout::Result => result::result(&ask, call, &mut paper),
        Layout::Notice if call.template == rules::paper::DUTY => fees::duty(&ask, &mut paper),
        Layout::Notice | Layout::Book | Layout::FeeReceipt | Layout::Table => {
            result::notice(&ask, &mut paper);
        }
    }
    paper
}

/// What a paper is called on that day: a form of the law by the law's title, any other as its definition names it.
pub fn title(call: &Call, told: &Told<'_>, day: Date) -> String {
    let mut named = told.definition.papers.iter();
    let named = named.find(|paper| paper.code == call.what);
    match (told.law.form(&call.template, day), named) {
        (Some((form, Some(_))), _) => form.title.clone(),
        (_, Some(paper)) => paper.name.vi.clone(),
        (Some((form, None)), None) => form.title.clone(),
        (None, None) => told.definition.name.vi.clone(),
    }
}

fn demonstration(made_up: bool) -> String {
    match made_up {
        true => "MẪU TRÌNH DIỄN – KHÔNG CÓ GIÁ TRỊ PHÁP LÝ".to_owned(),
        false => String::new(),
    }
}

/// What a form asks of its case.
struct Ask<'a> {
    told: &'a Told<'a>,
    /// Of the event that called for the paper.
    version: u32,
    issuer: &'a str,
}

impl Ask<'_> {
    fn called(&self) -> Option<&Recorded> {
        let mut events = self.told.events.iter();
        events.find(|one| one.version == self.version)
    }

    fn actor(&self) -> Option<&Actor> {
        self.called().map(|one| &one.actor)
    }

    /// The official who acted, by name.
    fn official(&self) -> String {
        match self.actor() {
            Some(Actor::Official { id, .. }) => self.told.person(*id),
            _ => String::new(),
        }
    }

    fn decided(&self) -> Option<&StepDecided> {
        match self.called().map(|one| &one.event) {
            Some(Event::StepDecided(decided)) => Some(decided),
            _ => None,
        }
    }

    /// The new date that a letter of apology gives: from, to, and the words; `None`: the event is neither.
    fn new_date(&self) -> Option<(Moment, Moment, Option<NoteId>)> {
        let mut later = self.told.events.iter();
        let extended = later.find_map(|one| match &one.event {
            Event::Extended { from, to, why } if one.version >= self.version => {
                Some((*from, *to, *why))
            }
            _ => None,
        });
        let speaks = self.called().is_some_and(|one| {
            matches!(one.event, Event::Apologised { .. } | Event::Extended { .. })
        });
        extended.filter(|_| speaks)
    }

    /// What was written to say why: with the event itself, else with the last decision before it.
    fn reason(&self) -> String {
        let own = self.called().and_then(|one| match &one.event {
            Event::Extended { why, .. }
            | Event::NotAccepted { why }
            | Event::CorrectionBegun { why, .. }
            | Event::Stopped { why, .. } => *why,
            Event::PapersLost(lost) => lost.why,
            Event::Apologised { .. } => self.new_date().and_then(|(_, _, why)| why),
            _ => None,
        });
        let before = self.told.events.iter().rev();
        let decided = before
            .filter(|one| one.version <= self.version)
            .find_map(|one| match &one.event {
                Event::StepDecided(decided) => decided.note,
                Event::WithdrawalAsked { why } => *why,
                _ => None,
            });
        let note = own.or(decided).and_then(|note| self.told.notes.get(&note));
        note.map_or_else(String::new, |words| words.trim().to_owned())
    }
}

impl Told<'_> {
    pub(crate) fn unit(&self, code: &str) -> Option<&Unit> {
        self.organisation.unit_ever(code)
    }

    pub(crate) fn unit_name(&self, code: &str) -> String {
        self.unit(code)
            .map_or_else(String::new, |unit| unit.name.clone())
    }

    pub(crate) fn person(&self, id: PersonId) -> String {
        self.people.get(&id).cloned().unwrap_or_default()
    }

    /// The desk that took it in, else the competent unit.
    pub(crate) fn desk(&self) -> String {
        self.unit_name(desk(self.case, self.events, self.definition))
    }

    pub(crate) fn answers(&self) -> impl Iterator<Item = &Answered> {
        self.groups.iter().flat_map(|group| &group.answers)
    }

    pub(crate) fn answer(&self, code: &str) -> Option<&str> {
        let mut answers = self.answers();
        answers
            .find(|answer| answer.code == code)
            .map(|answer| answer.words.as_str())
    }

    fn first(&self, kinds: &[FieldKind]) -> String {
        let mut answers = self.answers();
        answers
            .find(|answer| kinds.contains(&answer.kind))
            .map_or_else(String::new, |answer| answer.words.clone())
    }

    /// Who asks, from the first answers that tell; the account's name where no answer does.
    pub(crate) fn applicant(&self) -> Applicant {
        let named = self.answers().find(|answer| {
            answer.kind == FieldKind::Text
                && answer.code.ends_with("name")
                && !answer.words.is_empty()
        });
        let account = self.case.applicant.map(|id| self.person(id));
        Applicant {
            name: named
                .map(|answer| answer.words.clone())
                .or(account)
                .unwrap_or_default(),
            number: self.first(&[FieldKind::PersonalId, FieldKind::OrganisationId]),
            address: self.first(&[FieldKind::Address, FieldKind::Place]),
            phone: self.first(&[FieldKind::Phone]),
            email: self.first(&[FieldKind::Email]),
        }
    }

    /// `08 giờ 30 phút, ngày 24 tháng 11 năm 2026`
    pub(crate) fn moment(&self, at: Moment) -> String {
        let (date, time) = (self.local)(at);
        format!(
            "{:02} giờ {:02} phút, {}",
            time.hour(),
            time.minute(),
            day_words(date)
        )
    }
}

/// `ngày 06 tháng 02 năm 2026`: days below ten and the first two months bear a nought (NĐ 30/2020).
pub fn day_words(date: Date) -> String {
    let month = match date.month() {
        month @ 1..3 => format!("{month:02}"),
        month => month.to_string(),
    };
    format!("ngày {:02} tháng {month} năm {}", date.day(), date.year())
}

/// People's committees bear no superior on their papers (NĐ 30/2020, Phụ lục I).
const COMMITTEE: &str = "Ủy ban nhân dân";

fn head(told: &Told<'_>, numbered: &Numbered, day: Date) -> Head {
    head_of(told.organisation, numbered, day)
}

/// The head of a paper of that unit.
pub fn head_of(organisation: &Organisation, numbered: &Numbered, day: Date) -> Head {
    let unit = organisation.unit_ever(&numbered.issuer);
    let parent = unit
        .filter(|unit| !unit.name.starts_with(COMMITTEE))
        .and_then(|unit| organisation.unit_ever(unit.parent.as_deref()?));
    Head {
        superior: parent.map_or_else(String::new, |parent| parent.name.clone()),
        agency: unit.map_or_else(String::new, |unit| unit.name.clone()),
        number: match numbered.number.is_empty() {
            true => String::new(),
            false => format!("Số: {}", numbered.number),
        },
        place: place(organisation, unit, day),
        date: Some((day.year(), day.month(), day.day())),
    }
}

/// Where a paper is written: the commune of a communal unit, else the city, by name alone.
fn place(organisation: &Organisation, unit: Option<&Unit>, day: Date) -> String {
    let area = unit
        .filter(|unit| unit.kind.starts_with("commune"))
        .and_then(|unit| organisation.area(unit.areas.first()?, day));
    if let Some(area) = area {
        let bare = ["Phường ", "Xã ", "Đặc khu "]
            .iter()
            .find_map(|kind| area.name.strip_prefix(kind));
        // A commune that is a number keeps its kind: `Phường 5`.
        let bare = bare.filter(|name| !name.starts_with(|c: char| c.is_ascii_digit()));
        return bare.unwrap_or(&area.name).to_owned();
    }
    let root = organisation.units.iter().find(|unit| unit.parent.is_none());
    let name = root.map_or("", |root| root.name.as_str());
    let city = name.split_once("thành phố ").or(name.split_once("tỉnh "));
    city.map_or_else(String::new, |(_, city)| city.to_owned())
}

/// A body for a paper whose words come from elsewhere.
pub fn plain(title: &str, head: Head, body: Body, layout: Layout) -> Paper {
    Paper {
        layout,
        title: title.to_owned(),
        head,
        body,
        ..Paper::default()
    }
}
