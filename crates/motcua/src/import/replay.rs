//! Service requests lived again: each row opened, decided and closed by the commands that people give, with a clock that moves
//! from one row to the next. What the import tells in one event must count the same as what was lived
//! (`motcua/tests/cli/replay.rs`). Three things differ on purpose: a promise is kept by the day (`limit: answer(due)`), a row
//! that names no deadline promises [`FAR`], and a duplicate whose original the file does not name is stopped.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use actions::publish::Ready;
use actions::{Change, City, NewCase, Verb};
use anyhow::{Context, Result, anyhow, ensure};
use jiff::civil::{Date, Time, date};
use rules::Moment;
use rules::calendar::{Calendar, CalendarFile, Hours};
use rules::case::event::{Event, Imported};
use rules::ids::PersonId;
use rules::organisation::Organisation;
use rules::person::{Official, Person, Seat};
use serde_json::{Value, json};
use service::definition::{Ending, Post, Who};
use service::{Frame, Frames};
use store::{Save, Store};

/// The promise of a row that names none: nothing that is compared comes near it.
pub const FAR: Date = date(2060, 1, 1);

/// Days without rest, and hours without a pause.
///
/// # Errors
/// Where the offset makes no sense.
pub fn calendar(offset: &str, zone: &str) -> Result<Calendar> {
    let file = CalendarFile {
        version: 1,
        name: "every day".into(),
        zone: zone.to_owned(),
        offset: offset.to_owned(),
        first: date(2000, 1, 1),
        last: date(2060, 12, 31),
        rest: Vec::new(),
        hours: vec![Hours {
            from: Time::midnight(),
            to: Time::constant(23, 59, 59, 0),
        }],
        off: Vec::new(),
        working: Vec::new(),
        open: Vec::new(),
    };
    Calendar::new(file).map_err(|error| anyhow!("{error}"))
}

/// The end of the day that a deadline lies in: how far a promise by the day reaches.
///
/// # Errors
/// Where the calendar does not reach so far.
pub fn end_of_day(calendar: &Calendar, due: Moment) -> Result<Moment> {
    let day = calendar.local(due).0;
    calendar
        .end_of_working_day(day)
        .map_err(|error| anyhow!("{error}"))
}

/// A frame that adds nothing.
const FRAME: &str = "replay/1";

/// What is lived.
pub struct Replay {
    pub name: String,
    pub settings: Value,
    pub organisation: Organisation,
    pub calendar: Calendar,
    /// Rows in any order, with their services' names and groups.
    pub rows: Vec<Save>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Lived {
    pub opened: u64,
    pub closed: u64,
    pub without_promise: u64,
}

enum Step {
    Open,
    Close,
}

/// Lives all rows in the order of their moments, into an empty city.
///
/// # Errors
/// Where a command is refused: the row is named.
pub async fn live(store: &Store, code: &str, replay: Replay) -> Result<Lived> {
    let clock = Arc::new(AtomicI64::new(0));
    let city = moved(store, code, &clock);
    let told: Vec<(&Imported, &Save)> = replay
        .rows
        .iter()
        .filter_map(|save| match save.recorded.first().map(|one| &one.event) {
            Some(Event::Imported(imported)) => Some((&**imported, save)),
            _ => None,
        })
        .collect();
    let mut steps: Vec<(Moment, u8, usize)> = Vec::new();
    for (at, (one, _)) in told.iter().enumerate() {
        steps.push((one.at, 0, at));
        if let Some((_, ended)) = one.ended {
            steps.push((ended, 1, at));
        }
    }
    // Opened before it is closed, also within one second.
    steps.sort_unstable();
    let first = steps.first().context("there is no row to live")?.0;
    clock.store(first.as_microsecond() - 1, Ordering::Relaxed);
    let calendar = replay.calendar.clone();
    city.found(
        &replay.name,
        false,
        replay.settings.clone(),
        replay.organisation.clone(),
        &calendar,
    )
    .await?;
    city.install_services(definitions(&told)?).await?;
    let mut lived = Lived::default();
    let mut open = vec![None; told.len()];
    for (at, kind, place) in steps {
        clock.store(at.as_microsecond(), Ordering::Relaxed);
        let (one, save) = told[place];
        let shown = || one.opened.code.clone();
        let step = if kind == 0 { Step::Open } else { Step::Close };
        match step {
            Step::Open => {
                let due = one.due.map(|due| calendar.local(due).0);
                lived.without_promise += u64::from(due.is_none());
                let receipt = city.open(handed_in(one, save, due.unwrap_or(FAR))).await;
                open[place] = Some(receipt.with_context(shown)?.id);
                lived.opened += 1;
            }
            Step::Close => {
                let id = open[place]
                    .context("closed before it was opened")
                    .with_context(shown)?;
                let (ending, _) = one.ended.context("closed without an end")?;
                let verb = Verb::Decide {
                    step: "handle".into(),
                    row: None,
                    outcome: outcome(ending).into(),
                };
                // Some ends need a word; the file has none of its own.
                let change = Change {
                    words: Some("Theo tệp được sống lại".to_owned()),
                    ..Change::new(id, verb)
                };
                let done = city.change(&official(&one.opened.unit), change).await;
                done.with_context(shown)?;
                lived.closed += 1;
            }
        }
    }
    Ok(lived)
}

/// The city with a clock of its own.
fn moved(store: &Store, code: &str, clock: &Arc<AtomicI64>) -> City {
    let now = clock.clone();
    let chance = AtomicI64::new(1);
    City::new(
        store.clone(),
        code,
        Arc::new(move || {
            let now = now.load(Ordering::Relaxed);
            Moment::from_microsecond(now).unwrap_or(Moment::UNIX_EPOCH)
        }),
        // Ids need to differ, no more: the same rows give the same ids.
        Arc::new(move |bytes: &mut [u8]| {
            let next = chance.fetch_add(1, Ordering::Relaxed).to_be_bytes();
            let start = bytes.len().saturating_sub(next.len());
            let end = next.len().min(bytes.len());
            bytes[start..].copy_from_slice(&next[next.len() - end..]);
        }),
        actions::Limits::default(),
    )
}

fn handed_in(one: &Imported, save: &Save, due: Date) -> NewCase {
    let opened = &one.opened;
    let mut place = serde_json::Map::new();
    // A row without an area stays without one: areas of such a city have no outlines, and its point would fall to any of them.
    if let Some(area) = &opened.area {
        place.insert("area".into(), json!(area));
        if let Some(spot) = opened.place {
            place.insert("lat".into(), json!(spot.lat));
            place.insert("lon".into(), json!(spot.lon));
        }
    }
    let title = save.extras.title.clone().unwrap_or_default();
    let mut answers = json!({
        "what": format!("{title} {}", opened.code), "unit": opened.unit, "due": due,
    });
    if !place.is_empty() {
        answers["where"] = Value::Object(place);
    }
    NewCase {
        service: opened.service.clone(),
        answers: answers.as_object().cloned().unwrap_or_default(),
        uploads: Vec::new(),
        person: Person::Nobody,
        applicant: Who::Guest,
        channel: opened.channel,
        key: opened.code.clone(),
        public: opened.public,
        received_at: None,
        about: None,
    }
}

fn official(unit: &str) -> Person {
    let seat = Seat {
        unit: unit.to_owned(),
        post: Post::Staff,
    };
    Person::Official(Official {
        id: PersonId(uuid::Uuid::from_u128(1)),
        name: unit.to_owned(),
        own: vec![seat.clone()],
        seats: vec![seat],
        stands_in_for: Vec::new(),
        powers: Vec::new(),
    })
}

fn outcome(ending: Ending) -> &'static str {
    match ending {
        // Here a duplicate names its original, and the file does not. The city's own figures count both as finished.
        Ending::Duplicate => "stopped",
        Ending::Answered => "answered",
        Ending::Stopped => "stopped",
        Ending::Spam => "spam",
        Ending::Refused => "refused",
        _ => "solved",
    }
}

/// A kind of report for each service met: one step, held by the unit of the row, due at the end of the row's day.
fn definitions(told: &[(&Imported, &Save)]) -> Result<Vec<Ready>> {
    let mut kinds = std::collections::BTreeMap::new();
    for (one, save) in told {
        let title = save.extras.title.clone().unwrap_or_default();
        let group = save.extras.group.clone();
        kinds
            .entry(one.opened.service.clone())
            .or_insert((title, group));
    }
    let frame = Frame {
        frame: FRAME.to_owned(),
        ..Frame::default()
    };
    let frames: Frames = std::iter::once(frame).collect();
    let one = |(service, (title, group)): (String, (String, String))| {
        let quoted = |text: &str| match text.trim() {
            "" => "\"–\"".to_owned(),
            text => json!(text).to_string(),
        };
        let outcomes = ["solved", "answered", "stopped", "refused", "spam"]
            .map(|word| format!("{word}: {{to: end({word}), label: {word}}}"));
        let text = format!(
            "service: {service}\nname: {name}\nkind: report\nframe: {FRAME}\ngroup: {group}\neffective: 2000-01-01\ndemonstration: true\nsummary: {name}\n\
            applicants: {{who: [guest], identity: none, channels: [web, app, hotline, counter, email, zalo, open311, internal, import]}}\n\
            form:\n  - page: Sự việc\n    fields:\n\
            \x20     - {{code: what, label: Nội dung, type: long-text, required: true, max: 4000}}\n\
            \x20     - {{code: unit, label: Đơn vị, type: unit, required: true}}\n\
            \x20     - {{code: due, label: Hạn, type: date, required: true}}\n\
            \x20     - {{code: where, label: Vị trí, type: place}}\n\
            roles:\n  worker: {{name: Người xử lý, at: answer(unit)}}\n\
            process:\n  limit: answer(due)\n  clock: {{starts: opened}}\n  steps:\n\
            \x20   - {{code: handle, name: Xử lý, by: worker, within: rest, outcomes: {{{outcomes}}}}}\n\
            access:\n  see: {{applicant: own, worker: unit, public: without-personal-data}}\n",
            name = quoted(&title),
            group = quoted(&group),
            outcomes = outcomes.join(", "),
        );
        let read = service::read(&text);
        let flaw = read
            .problems
            .iter()
            .find(|problem| problem.severity == service::Severity::Error);
        if let Some(flaw) = flaw {
            return Err(anyhow!("{service}:{}: {}\n{text}", flaw.line, flaw.says));
        }
        ensure!(
            read.definition.service == service,
            "{service} cannot be a service"
        );
        let resolved = service::resolve(&read.definition, &frames);
        Ok(Ready { text, resolved })
    };
    kinds.into_iter().map(one).collect()
}
