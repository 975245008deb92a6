//! What the system of a ministry says of its own dossiers (NĐ 224/2026 Đ.15): taken by a signed message or from a
//! file, line by line, twice or out of order without harm. Here it is shown and counted, never decided.

use std::sync::Arc;

use jiff::civil::DateTime;
use rules::Moment;
use rules::calendar::Calendar;
use rules::case::mirror::{self, OwnerSaid};
use rules::case::{self, Command, Given, Opening, Refusal};
use rules::ids::{AreaCode, CaseCode, CaseId};
use rules::person::Actor;
use service::definition::{Channel, Ending};
use service::{Answers, Published};
use store::{Extras, StoreError, Tx};

use crate::change::published;
use crate::city::{City, Law};
use crate::error::ActionError;
use crate::{code, letters, parts};

/// The longest code that another system gives.
const LONGEST: usize = 60;
/// How often the same line is tried while somebody else writes the same case.
const TRIES: u32 = 5;

/// A line as it came: every value is a word, so that what is wrong with it can be told.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Line {
    /// What the other system calls the dossier.
    pub code: String,
    /// The national code of the procedure, or the city's where it has none.
    pub procedure: String,
    pub received: String,
    /// One of the ten states of the national portal.
    pub state: String,
    /// Since when it holds.
    pub at: String,
    pub due: String,
    /// `granted`, `refused`, `withdrawn`, `stopped`: where the state alone does not tell.
    pub result: String,
    /// The commune it counts in.
    pub area: String,
    pub channel: String,
    /// Our code, of a dossier that was sent there from here.
    pub reference: String,
}

impl Line {
    /// Names of the columns of a file, in their usual order.
    pub const COLUMNS: [&'static str; 10] = [
        "code",
        "procedure",
        "received",
        "state",
        "at",
        "due",
        "result",
        "area",
        "channel",
        "reference",
    ];

    /// The value under one of [`Line::COLUMNS`].
    pub fn set(&mut self, column: &str, value: &str) {
        let place = match column {
            "code" => &mut self.code,
            "procedure" => &mut self.procedure,
            "received" => &mut self.received,
            "state" => &mut self.state,
            "at" => &mut self.at,
            "due" => &mut self.due,
            "result" => &mut self.result,
            "area" => &mut self.area,
            "channel" => &mut self.channel,
            "reference" => &mut self.reference,
            _ => return,
        };
        value.trim().clone_into(place);
    }
}

/// Why a line is not taken: the column and, for a file, the word under which the report says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wrong {
    NoCode,
    CodeTooLong,
    NoProcedure,
    NotMirrored,
    OtherSystem,
    UnreadableMoment,
    Future,
    BeforeReceived,
    UnknownState,
    UnknownResult,
    UnknownArea,
    UnknownChannel,
    UnknownReference,
    CodeOfAnother,
    UnknownField,
}

impl Wrong {
    /// As reports and answers name it.
    pub fn code(self) -> &'static str {
        match self {
            Wrong::NoCode => "no-code",
            Wrong::CodeTooLong => "code-too-long",
            Wrong::NoProcedure => "unknown-procedure",
            Wrong::NotMirrored => "decided-here",
            Wrong::OtherSystem => "procedure-of-another-system",
            Wrong::UnreadableMoment => "unreadable-date",
            Wrong::Future => "date-in-the-future",
            Wrong::BeforeReceived => "before-it-was-received",
            Wrong::UnknownState => "unknown-state",
            Wrong::UnknownResult => "unknown-result",
            Wrong::UnknownArea => "unknown-area",
            Wrong::UnknownChannel => "unknown-channel",
            Wrong::UnknownReference => "unknown-reference",
            Wrong::CodeOfAnother => "code-of-another-dossier",
            Wrong::UnknownField => "unknown-field",
        }
    }
}

/// What became of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    /// Under which it is found here.
    pub code: CaseCode,
    pub news: News,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum News {
    /// A dossier we did not know.
    Fresh,
    /// A dossier that we knew, and a word that we did not.
    Changed,
    /// All of it was known.
    Known,
}

/// A line that can be true.
#[derive(Debug, Clone)]
struct Told {
    system: String,
    code: String,
    published: Arc<Published>,
    received: Moment,
    said: OwnerSaid,
    area: Option<AreaCode>,
    channel: Channel,
    reference: Option<String>,
}

impl City {
    /// Takes one line of the owner `system`.
    ///
    /// # Errors
    /// Where the memory does not answer. What is wrong with the line itself is the inner answer.
    pub async fn hear_owner(
        &self,
        system: &str,
        line: &Line,
    ) -> Result<Result<Heard, (Wrong, String)>, ActionError> {
        let (law, now) = (self.law(), self.now());
        let told = match read(&law, system, line, now)? {
            Ok(told) => Arc::new(told),
            Err(wrong) => return Ok(Err(wrong)),
        };
        let mut tries = 0;
        loop {
            let (law, told, id) = (law.clone(), told.clone(), self.new_case_id());
            let heard = self.writer().run("mirrored", move |tx| {
                let (law, told) = (law.clone(), told.clone());
                Box::pin(async move { write(tx, &law, &told, id, now).await })
            });
            tries += 1;
            match heard.await {
                // Two messages at the same moment: the later one finds what the first one wrote.
                Err(ActionError::Meanwhile(_) | ActionError::Refused(Refusal::AlreadyDone))
                    if tries < TRIES => {}
                other => return other,
            }
        }
    }
}

type Flaw = (Wrong, String);

fn read(
    law: &Law,
    system: &str,
    line: &Line,
    now: Moment,
) -> Result<Result<Told, Flaw>, ActionError> {
    let calendar = law.calendar()?;
    Ok(judge(law, calendar, system, line, now))
}

fn judge(
    law: &Law,
    calendar: &Calendar,
    system: &str,
    line: &Line,
    now: Moment,
) -> Result<Told, Flaw> {
    let today = calendar.local(now).0;
    let no = |wrong: Wrong, value: &str| (wrong, value.to_owned());
    let code = code::typed(&line.code);
    if code.is_empty() || code.chars().any(char::is_control) {
        return Err(no(Wrong::NoCode, &line.code));
    }
    if code.chars().count() > LONGEST {
        return Err(no(Wrong::CodeTooLong, &line.code));
    }
    let published = law
        .catalogue
        .all(today)
        .filter(|one| {
            let named = one.definition.national_code.as_ref();
            named.unwrap_or(&one.definition.service) == line.procedure.trim()
        })
        .max_by_key(|one| one.definition.owner.is_some());
    let published = published.ok_or_else(|| no(Wrong::NoProcedure, &line.procedure))?;
    match &published.definition.owner {
        None => return Err(no(Wrong::NotMirrored, &line.procedure)),
        Some(owner) if owner.system != system => {
            return Err(no(Wrong::OtherSystem, &owner.system));
        }
        Some(_) => {}
    }
    let moment = |text: &str| {
        let read = read_moment(text, calendar);
        let at = read.ok_or_else(|| no(Wrong::UnreadableMoment, text))?;
        Ok::<_, Flaw>(at)
    };
    let past = |text: &str| {
        let at = moment(text)?;
        (at <= now)
            .then_some(at)
            .ok_or_else(|| no(Wrong::Future, text))
    };
    let at = past(&line.at)?;
    let received = match line.received.trim() {
        "" => at,
        text => past(text)?,
    };
    if at < received {
        return Err(no(Wrong::BeforeReceived, &line.at));
    }
    let state = line.state.trim().parse().ok();
    let state = state.filter(|state| (1..=10u8).contains(state));
    let said = OwnerSaid {
        state: state.ok_or_else(|| no(Wrong::UnknownState, &line.state))?,
        at,
        due: match line.due.trim() {
            "" => None,
            text => Some(moment(text)?),
        },
        ending: match line.result.trim() {
            "" => None,
            "granted" => Some(Ending::Granted),
            "refused" => Some(Ending::Refused),
            "withdrawn" => Some(Ending::Withdrawn),
            "stopped" => Some(Ending::Stopped),
            other => return Err(no(Wrong::UnknownResult, other)),
        },
    };
    let area = match line.area.trim() {
        "" => None,
        code if law.organisation.area(code, today).is_some() => Some(code.to_owned()),
        other => return Err(no(Wrong::UnknownArea, other)),
    };
    let channel = match line.channel.trim() {
        "" | "online" => Channel::Online,
        "counter" => Channel::Counter,
        "post" => Channel::Post,
        other => return Err(no(Wrong::UnknownChannel, other)),
    };
    let reference = code::typed(&line.reference);
    Ok(Told {
        system: system.to_owned(),
        code,
        published: published.clone(),
        received,
        said,
        area,
        channel,
        reference: (!reference.is_empty()).then_some(reference),
    })
}

/// A moment with its offset, or the time on the wall of the city as people write it; whole seconds.
fn read_moment(text: &str, calendar: &Calendar) -> Option<Moment> {
    let text = text.trim();
    let moment = match text.parse::<Moment>() {
        Ok(moment) => moment,
        Err(_) => {
            let forms = ["%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%d/%m/%Y %H:%M"];
            let mut read = forms
                .iter()
                .filter_map(|form| DateTime::strptime(form, text).ok());
            let local = read.next()?;
            calendar.at(local.date(), local.time()).ok()?
        }
    };
    Moment::from_second(moment.as_second()).ok()
}

async fn write(
    tx: &mut Tx,
    law: &Law,
    told: &Told,
    id: CaseId,
    now: Moment,
) -> Result<Result<Heard, Flaw>, ActionError> {
    let coded = tx.case_coded(&told.system, &told.code).await?;
    let known = match &told.reference {
        None => coded,
        Some(reference) => {
            let ours = tx.case_id(reference).await?;
            let Some(ours) = ours else {
                return Ok(Err((Wrong::UnknownReference, reference.clone())));
            };
            if coded.is_some_and(|coded| coded != ours) {
                return Ok(Err((Wrong::CodeOfAnother, told.code.clone())));
            }
            Some(ours)
        }
    };
    match known {
        Some(known) => go_on(tx, law, told, known, coded.is_none(), now).await,
        None => open(tx, law, told, id, now).await.map(Ok),
    }
}

/// A word about a dossier that is here already. `fresh_code`: we did not know what it is called there.
async fn go_on(
    tx: &mut Tx,
    law: &Law,
    told: &Told,
    id: CaseId,
    fresh_code: bool,
    now: Moment,
) -> Result<Result<Heard, Flaw>, ActionError> {
    let prior = tx.case(id).await?.ok_or(ActionError::NotFound)?;
    let theirs = prior.mirror.as_ref().map(|mirror| mirror.system.as_str());
    if theirs != Some(&told.system) || prior.service != told.published.definition.service {
        let value = told.reference.clone().unwrap_or_else(|| told.code.clone());
        return Ok(Err((Wrong::UnknownReference, value)));
    }
    let published = published(law, &prior)?;
    let answers = Answers::default();
    let given = given(law, &published, &answers, now)?;
    let mut commands = vec![Command::HearOwner(told.said.clone())];
    if fresh_code {
        commands.push(coded(told));
    }
    let mut case = prior.clone();
    let mut recorded = Vec::new();
    for command in commands {
        let events = case::decide(&case, command, &given)?;
        let (after, new) = case::record(case, events, now, &Actor::Import);
        case = after;
        recorded.extend(new);
    }
    let news = match recorded.is_empty() {
        true => News::Known,
        false => News::Changed,
    };
    if news == News::Changed {
        let extras = Extras {
            posts: letters::posts(&case, &recorded, &law.messages.tiers, now),
            ..Extras::default()
        };
        tx.save_case(Some(&prior), &case, &recorded, &extras)
            .await?;
        crate::reception::keep(tx, &case, &recorded).await?;
        parts::follow(tx, law, Some(&prior), &case, now).await?;
    }
    let code = case.code;
    Ok(Ok(Heard { code, news }))
}

async fn open(
    tx: &mut Tx,
    law: &Law,
    told: &Told,
    id: CaseId,
    now: Moment,
) -> Result<Heard, ActionError> {
    let definition = &told.published.definition;
    let answers = Answers::default();
    let given = given(law, &told.published, &answers, now)?;
    let opening = Opening {
        id,
        code: String::new(),
        channel: told.channel,
        applicant: None,
        applicant_kind: None,
        received_at: None,
        area: told.area.clone(),
        place: None,
        public: false,
        about: None,
    };
    let plain = told
        .code
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || b".-".contains(&b));
    let free = plain && tx.case_id(&told.code).await?.is_none();
    let opening = Opening {
        code: match free {
            // No second code: it is called here what it is called there.
            true => told.code.clone(),
            false => {
                let day = law.calendar()?.local(now).0;
                let (first, _) = opened(&opening, told, &given, now)?;
                code::next(tx, law, &first.unit, day).await?
            }
        },
        ..opening
    };
    let (mut case, mut recorded) = opened(&opening, told, &given, now)?;
    for command in [Command::HearOwner(told.said.clone()), coded(told)] {
        let events = case::decide(&case, command, &given)?;
        let (after, new) = case::record(case, events, now, &Actor::Import);
        case = after;
        recorded.extend(new);
    }
    let owner = definition.owner.as_ref().map_or("", |owner| &owner.name.vi);
    let extras = Extras {
        title: Some(definition.name.vi.clone()),
        words: Some(format!("{} {} {owner}", told.code, definition.name.vi)),
        group: definition.group.vi.clone(),
        ..Extras::default()
    };
    tx.save_case(None, &case, &recorded, &extras).await?;
    crate::reception::keep(tx, &case, &recorded).await?;
    Ok(Heard {
        code: case.code,
        news: News::Fresh,
    })
}

fn opened(
    opening: &Opening,
    told: &Told,
    given: &Given<'_>,
    now: Moment,
) -> Result<(case::Case, Vec<case::Recorded>), ActionError> {
    let events = mirror::open(opening, told.received, given)?;
    case::record_opening(opening.id, events, now, &Actor::Import)
        .ok_or_else(|| StoreError::corrupt("a case opened without an event").into())
}

fn coded(told: &Told) -> Command {
    Command::CodeElsewhere {
        system: told.system.clone(),
        code: told.code.clone(),
    }
}

fn given<'a>(
    law: &'a Law,
    published: &'a Published,
    answers: &'a Answers,
    now: Moment,
) -> Result<Given<'a>, ActionError> {
    Ok(Given::new(
        now,
        &Actor::Import,
        (&published.definition, published.number),
        answers,
        law.calendar()?,
        &law.organisation,
    ))
}
