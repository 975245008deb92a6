//! A synthetic year: when cases begin, where, and with which answers; each is then lived by
//! [`super::live`]. The same seed gives the same year up to the same present.

use std::collections::BTreeMap;

use jiff::civil::{Date, Weekday};
use rules::Moment;
use rules::case::{Opening, Spot};
use rules::counter::code::Pattern;
use rules::ids::{CaseId, UnitCode};
use rules::organisation::{Area, Organisation};
use service::Answers;
use service::definition::{Channel, Definition, Kind};

use super::answers::{Scene, fill};
use super::dice::Dice;
use super::live::{Lived, World, live};
use super::mirrored::mirrored;
use super::waiting::waiting;

/// The branch of the dice that no service has.
const WAITING: u64 = 1_000;

/// A definition in force, with its published number.
pub struct Offered<'a> {
    pub definition: &'a Definition,
    pub version: u32,
}

/// A lived case and the words that stand apart from its events.
pub struct Told {
    pub lived: Lived,
    pub answers: Answers,
    /// Safe for public lists: no name, no number, no exact home.
    pub title: String,
}

/// Where people live, roughly: small dense wards report more per km² than large rural communes.
struct Map<'a> {
    areas: Vec<&'a Area>,
    weights: Vec<f64>,
}

impl<'a> Map<'a> {
    fn of(organisation: &'a Organisation, on: Date) -> Self {
        let areas: Vec<&Area> = organisation.areas_on(on).collect();
        // A ward of five square kilometres in the old city reports several times what a rural one does.
        let weight = |area: &&Area| match area.kind.as_str() {
            "phường" => 2.0 * (1.0 + 30.0 / area.km2.max(1.0)),
            _ => 1.0 + (area.km2 / 100.0).min(1.0),
        };
        let weights = areas.iter().map(weight).collect();
        Self { areas, weights }
    }
}

/// How slowly each unit works: most near 1, some clearly better or worse, and that is what the
/// league must find again.
pub fn tempo(organisation: &Organisation, on: Date, dice: &mut Dice) -> BTreeMap<UnitCode, f64> {
    organisation
        .units_on(on)
        .map(|unit| (unit.code.clone(), dice.around(0.95, 0.28).clamp(0.45, 2.2)))
        .collect()
}

/// Calls `tell` with each case of the year before `world.until`, service by service.
pub fn year(
    world: &World<'_>,
    offered: &[Offered<'_>],
    dice: &Dice,
    mut tell: impl FnMut(Told) -> anyhow::Result<()>,
) -> anyhow::Result<u32> {
    let today = world.calendar.local(world.until).0;
    let first = today.checked_sub(jiff::Span::new().days(365))?;
    let map = Map::of(world.organisation, today);
    let units: Vec<String> = world
        .organisation
        .units_on(today)
        .filter(|u| u.kind == "commune")
        .map(|u| u.code.clone())
        .collect();
    let mut numbers: BTreeMap<(String, Date), u32> = BTreeMap::new();
    let mut told = 0;
    for (place, service) in offered.iter().enumerate() {
        let mut dice = dice.branch(place as u64 + 1);
        let volume = world
            .script
            .volume
            .get(&service.definition.service)
            .copied()
            .unwrap_or(0);
        for _ in 0..volume {
            let Some(at) = moment(world, first, service.definition.kind, &mut dice) else {
                continue;
            };
            if let Some(story) = one(world, service, &map, &units, at, &mut numbers, &mut dice) {
                told += 1;
                tell(story)?;
            }
        }
    }
    if let (Some(resident), Some(script)) = (world.waits, &world.script.waiting)
        && let Some(service) = offered
            .iter()
            .find(|one| one.definition.service == script.service)
    {
        let mut dice = dice.branch(WAITING);
        let number = |at| code(world, &script.area, at, &mut numbers);
        if let Some(story) = waiting(world, service, script, resident, &mut dice, number) {
            told += 1;
            tell(story)?;
        }
    }
    Ok(told)
}

/// A moment of the year: more by day than by night, fewer at weekends, a little more each month.
fn moment(world: &World<'_>, first: Date, kind: Kind, dice: &mut Dice) -> Option<Moment> {
    let office = kind != Kind::Report;
    for _ in 0..20 {
        let day = (365.0 * dice.share().powf(0.85)) as i64;
        let date = first.checked_add(jiff::Span::new().days(day)).ok()?;
        let weekend = matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday);
        if weekend && dice.chance(if office { 0.8 } else { 0.35 }) {
            continue;
        }
        let hour = if office && dice.chance(0.75) {
            dice.between(7.0, 16.8)
        } else {
            dice.around(12.0, 0.4)
        };
        let second = (hour.clamp(0.1, 23.9) * 3600.0) as i64;
        let midnight = world
            .calendar
            .at(date, jiff::civil::Time::midnight())
            .ok()?;
        let at = midnight + jiff::SignedDuration::from_secs(second);
        if at < world.until {
            return Some(at);
        }
    }
    None
}

fn one(
    world: &World<'_>,
    service: &Offered<'_>,
    map: &Map<'_>,
    units: &[String],
    at: Moment,
    numbers: &mut BTreeMap<(String, Date), u32>,
    dice: &mut Dice,
) -> Option<Told> {
    let definition = service.definition;
    let area = *map.areas.get(dice.weighted(&map.weights))?;
    let today = world.calendar.local(at).0;
    let reach = area.km2.sqrt() * 0.3 / 111.0;
    let spot = Spot {
        lat: area.lat + reach * dice.between(-1.0, 1.0),
        lon: area.lon + reach * dice.between(-1.0, 1.0),
    };
    let street = world.script.street(area.kind == "phường", dice);
    let scene = Scene {
        area,
        spot,
        street: street.clone(),
        units,
        today,
    };
    let mut answers = fill(definition, &scene, world.script, dice);
    let report = definition.kind == Kind::Report;
    let title = if report {
        let what = world
            .script
            .report(&definition.service, &definition.name.vi, &street, dice);
        answers.insert("what".into(), what.clone().into());
        what
    } else {
        definition.name.vi.clone()
    };
    let id = CaseId::new(at, dice.bytes());
    let channel = channel(definition, dice);
    let opening = Opening {
        id,
        code: String::new(),
        channel,
        applicant: None,
        applicant_kind: None,
        received_at: desk(world, definition, channel, &area.code, today),
        area: Some(area.code.clone()),
        place: report.then_some(spot),
        public: report && !dice.chance(0.06),
        about: None,
    };
    let opening = Opening {
        code: match &definition.owner {
            None => code(world, &area.code, at, numbers),
            Some(owner) => foreign(&owner.system, today, numbers),
        },
        ..opening
    };
    let version = service.version;
    let lived = match definition.mirrored() {
        true => mirrored(world, definition, version, &opening, at, dice)?,
        false => live(world, definition, version, &opening, &answers, at, dice)?,
    };
    Some(Told {
        lived,
        answers,
        title,
    })
}

/// Where a procedure is handed in on paper: the desk of the commune.
fn desk(
    world: &World<'_>,
    definition: &Definition,
    channel: Channel,
    area: &str,
    today: Date,
) -> Option<UnitCode> {
    let paper = matches!(channel, Channel::Counter | Channel::Post);
    let desk = format!("desk-{area}");
    let known = world.organisation.unit(&desk, today).is_some();
    (paper && known && definition.kind == Kind::Procedure).then_some(desk)
}

/// Dossier code by the commune's identifier, day and number of the day.
fn code(
    world: &World<'_>,
    area: &str,
    at: Moment,
    numbers: &mut BTreeMap<(String, Date), u32>,
) -> String {
    let day = world.calendar.local(at).0;
    let unit = format!("commune-{area}");
    let identifier = world
        .organisation
        .unit(&unit, day)
        .map_or("H13", |unit| unit.identifier.as_str());
    let number = numbers.entry((identifier.to_owned(), day)).or_default();
    *number += 1;
    Pattern::default().write(identifier, day, i64::from(*number))
}

/// As another system numbers its dossiers: by the day.
fn foreign(system: &str, day: Date, numbers: &mut BTreeMap<(String, Date), u32>) -> String {
    let number = numbers.entry((system.to_owned(), day)).or_default();
    *number += 1;
    let initials = system.split('-').filter_map(|word| word.chars().next());
    let initials: String = initials.flat_map(char::to_uppercase).collect();
    format!("{initials}-{}-{number:04}", day.strftime("%y%m%d"))
}

fn channel(definition: &Definition, dice: &mut Dice) -> Channel {
    let offered = &definition.applicants.channels;
    let weights: Vec<f64> = offered
        .iter()
        .map(|channel| match channel {
            Channel::Online | Channel::Web => 5.0,
            Channel::Counter | Channel::Hotline => 3.0,
            Channel::App | Channel::Zalo => 2.0,
            _ => 0.4,
        })
        .collect();
    offered
        .get(dice.weighted(&weights))
        .copied()
        .unwrap_or(Channel::Web)
}
