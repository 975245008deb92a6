//! Service requests of another system → cases that tell all in one event. Row by row: a row that cannot
//! be true is set aside, a field that cannot is left out, and either is reported.
//! Absent: saving (`cmd/import.rs`), and any change of a case that is there already.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use anyhow::{Context, Result};
use csv::StringRecord;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use rules::Moment;
use rules::case::event::{Event, Imported, Opened};
use rules::case::{Case, Recorded, Spot, evolve};
use rules::ids::CaseId;
use rules::organisation::{Area, Organisation, Unit};
use rules::person::Actor;
use service::definition::{Channel, Ending};
use service::fold::fold;
use sha2::{Digest, Sha256};
use store::{Extras, Save};

use super::dirt::{Fate, Report};
use super::mapping::Mapping;

/// Reads a table, plain or gzip (by its ending), and gives case after case.
pub struct Requests {
    mapping: Mapping,
    city: String,
    zone: TimeZone,
    /// The moment of loading, written into every event.
    now: Moment,
    table: csv::Reader<Box<dyn Read + Send>>,
    at: Places,
    seen: HashSet<String>,
    units: Names,
    services: Names,
    areas: Names,
    centres: BTreeMap<String, Centre>,
    first_day: Option<Date>,
    pub rows: u64,
}

/// Column numbers.
struct Places {
    code: usize,
    opened: usize,
    unit: usize,
    service: usize,
    due: Option<usize>,
    closed: Option<usize>,
    status: Option<usize>,
    outcome: Option<usize>,
    group: Option<usize>,
    area: Option<usize>,
    lat: Option<usize>,
    lon: Option<usize>,
    channel: Option<usize>,
}

/// Where an area's cases lie on average: the only position known of it.
#[derive(Default)]
struct Centre {
    lat: f64,
    lon: f64,
    cases: u32,
}

/// Reason and value: why a row is set aside, or what was left out of it.
type Flaw = (&'static str, String);

struct Dates {
    opened: Moment,
    due: Option<Moment>,
    ended: Option<(Ending, Moment)>,
}

impl Requests {
    /// # Errors
    /// Where the file cannot be opened or lacks a column that the mapping names.
    pub fn open(path: &Path, mapping: Mapping, city: &str, now: Moment) -> Result<Self> {
        let shown = || path.display().to_string();
        let file = BufReader::new(File::open(path).with_context(shown)?);
        let input: Box<dyn Read + Send> = match path.extension().is_some_and(|e| e == "gz") {
            true => Box::new(flate2::read::MultiGzDecoder::new(file)),
            false => Box::new(file),
        };
        let mut table = csv::Reader::from_reader(input);
        let head = table.headers().with_context(shown)?.clone();
        Ok(Self {
            zone: mapping.zone()?,
            at: Places::of(&head, &mapping).with_context(shown)?,
            mapping,
            city: city.to_owned(),
            now,
            table,
            seen: HashSet::new(),
            units: Names::default(),
            services: Names::default(),
            areas: Names::default(),
            centres: BTreeMap::new(),
            first_day: None,
            rows: 0,
        })
    }

    /// The next case that can be loaded; `None` at the end of the file.
    ///
    /// # Errors
    /// Where the file itself breaks off (a damaged archive), never for what a row says.
    pub fn next(&mut self, report: &mut Report) -> Result<Option<Save>> {
        let mut row = StringRecord::new();
        loop {
            let mut notes = Vec::new();
            let found = match self.table.read_record(&mut row) {
                Ok(false) => return Ok(None),
                Ok(true) => self.case(&row, &mut notes),
                Err(error) if error.is_io_error() => return Err(error.into()),
                Err(error) => Err(("unreadable-row", error.to_string())),
            };
            self.rows += 1;
            let line = row.position().map_or(0, csv::Position::line).to_string();
            let place = [line.as_str(), row.get(self.at.code).unwrap_or_default()];
            match found {
                Ok(save) => {
                    for (reason, value) in notes {
                        report.say(&place, Fate::Noted, reason, &value)?;
                    }
                    return Ok(Some(save));
                }
                Err((reason, value)) => report.say(&place, Fate::SetAside, reason, &value)?,
            }
        }
    }

    fn case(&mut self, row: &StringRecord, notes: &mut Vec<Flaw>) -> Result<Save, Flaw> {
        let dates = self.dates(row)?;
        let at = &self.at;
        let code = needed(row, at.code, "no-code")?;
        let unit_name = needed(row, at.unit, "no-unit")?;
        let service_name = needed(row, at.service, "no-service")?;
        let (group, area_name) = (text(row, at.group), text(row, at.area));
        if !self.seen.insert(code.to_owned()) {
            return Err(("duplicate-code", code.to_owned()));
        }
        if dates.due.is_some_and(|due| due < dates.opened) {
            notes.push(("due-before-it-opens", text(row, at.due).to_owned()));
        }
        if at.area.is_some() && area_name.is_empty() {
            notes.push(("no-area", String::new()));
        }
        let place = self.spot(row).unwrap_or_else(|flaw| {
            notes.push(flaw);
            None
        });
        let channel = self.channel(row).unwrap_or_else(|flaw| {
            notes.push(flaw);
            Channel::Import
        });
        let day = self.zone.to_datetime(dates.opened).date();
        self.first_day = Some(self.first_day.map_or(day, |first| first.min(day)));
        let area = (!area_name.is_empty()).then(|| self.areas.code(area_name));
        if let (Some(area), Some(spot)) = (&area, place) {
            let centre = self.centres.entry(area.clone()).or_default();
            centre.lat += spot.lat;
            centre.lon += spot.lon;
            centre.cases += 1;
        }
        let opened = Opened {
            code: code.to_owned(),
            service: format!("report.{}", self.services.code(service_name)),
            service_version: 0,
            kind: self.mapping.kind,
            channel,
            applicant: None,
            applicant_kind: None,
            unit: self.units.code(unit_name),
            received_at: None,
            area,
            place,
            public: self.mapping.public,
            about: None,
        };
        let extras = Extras {
            title: Some(service_name.to_owned()),
            words: Some(format!(
                "{code} {service_name} {group} {unit_name} {area_name}"
            )),
            group: group.to_owned(),
            ..Extras::default()
        };
        Ok(self.save(opened, &dates, extras))
    }

    fn save(&self, opened: Opened, dates: &Dates, extras: Extras) -> Save {
        let recorded = Recorded {
            case: id_of(&self.city, &opened.code, dates.opened),
            version: 1,
            at: self.now,
            actor: Actor::Import,
            event: Event::Imported(Box::new(Imported {
                opened,
                at: dates.opened,
                due: dates.due,
                ended: dates.ended,
            })),
        };
        Save {
            prior: None,
            case: evolve(None, &recorded),
            recorded: vec![recorded],
            extras,
        }
    }

    /// Opening, deadline, end; or why they cannot be true.
    fn dates(&self, row: &StringRecord) -> Result<Dates, Flaw> {
        let at = &self.at;
        let read = |text: &str, reason| match text {
            "" => Ok(None),
            _ => (self.moment(text).map(Some)).ok_or((reason, text.to_owned())),
        };
        let opened = read(text(row, Some(at.opened)), "unreadable-opening-date")?
            .ok_or(("no-opening-date", String::new()))?;
        let due = read(text(row, at.due), "unreadable-due-date")?;
        let closed = read(text(row, at.closed), "unreadable-closing-date")?;
        if let Some(status) = &self.mapping.status {
            let says = text(row, at.status).to_owned();
            match (status.closed.contains(&says), status.open.contains(&says)) {
                (false, false) => return Err(("unknown-status", says)),
                (true, _) if closed.is_none() => return Err(("closed-without-a-date", says)),
                (false, true) if closed.is_some() => {
                    return Err(("open-with-a-closing-date", says));
                }
                _ => {}
            }
        }
        if closed.is_some_and(|closed| closed < opened) {
            let (closed, opened) = (text(row, at.closed), text(row, Some(at.opened)));
            return Err(("closes-before-it-opens", format!("{closed} < {opened}")));
        }
        let ending = || self.mapping.outcomes.ending(text(row, at.outcome));
        Ok(Dates {
            opened,
            due,
            ended: closed.map(|closed| (ending(), closed)),
        })
    }

    /// A time on the wall of the city. Of an hour that comes twice, the first is meant.
    fn moment(&self, text: &str) -> Option<Moment> {
        let local = DateTime::strptime(&self.mapping.date_format, text).ok()?;
        Some(self.zone.to_zoned(local).ok()?.timestamp())
    }

    fn spot(&self, row: &StringRecord) -> Result<Option<Spot>, Flaw> {
        let (lat, lon) = (text(row, self.at.lat), text(row, self.at.lon));
        if self.at.lat.is_none() || self.at.lon.is_none() {
            return Ok(None);
        }
        if lat.is_empty() && lon.is_empty() {
            return Err(("no-place", String::new()));
        }
        let value = || format!("{lat} {lon}");
        let number = |text: &str| text.parse().ok().filter(|number: &f64| number.is_finite());
        let (Some(north), Some(east)) = (number(lat), number(lon)) else {
            return Err(("unreadable-place", value()));
        };
        match self.mapping.place {
            Some(bounds) if !bounds.hold(north, east) => Err(("outside-the-city", value())),
            _ => Ok(Some(Spot {
                lat: north,
                lon: east,
            })),
        }
    }

    fn channel(&self, row: &StringRecord) -> Result<Channel, Flaw> {
        let says = text(row, self.at.channel);
        match (self.mapping.channels.get(says), self.at.channel) {
            (Some(channel), _) => Ok(*channel),
            (None, None) => Ok(Channel::Import),
            (None, Some(_)) => Err(("unknown-channel", says.to_owned())),
        }
    }

    /// Units and areas as far as the file names them. Where an area lies is the middle of its cases.
    pub fn organisation(&self) -> Organisation {
        let valid_from = self.first_day.unwrap_or(Date::MIN);
        let unit = |(code, name): (&String, &String)| Unit {
            code: code.clone(),
            name: name.clone(),
            kind: "department".into(),
            parent: None,
            areas: Vec::new(),
            identifier: String::new(),
            valid_from,
            valid_to: None,
            successors: Vec::new(),
        };
        let area = |(code, name): (&String, &String)| {
            let centre = self.centres.get(code)?;
            Some(Area {
                code: code.clone(),
                name: name.clone(),
                kind: "neighbourhood".into(),
                lat: centre.lat / f64::from(centre.cases),
                lon: centre.lon / f64::from(centre.cases),
                km2: 0.0,
                valid_from,
                valid_to: None,
                predecessors: Vec::new(),
            })
        };
        Organisation {
            units: self.units.names.iter().map(unit).collect(),
            areas: self.areas.names.iter().filter_map(area).collect(),
            sets: Vec::new(),
        }
    }

    /// Code → name of the services met.
    pub fn services(&self) -> BTreeMap<String, String> {
        let named = self.services.names.iter();
        named
            .map(|(code, name)| (format!("report.{code}"), name.clone()))
            .collect()
    }
}

impl Places {
    fn of(head: &StringRecord, mapping: &Mapping) -> Result<Self> {
        let place = |name: &String| {
            let column = head.iter().position(|column| column.trim() == name);
            column.with_context(|| format!("the table has no column {name}"))
        };
        let maybe = |name: &Option<String>| name.as_ref().map(place).transpose();
        let columns = &mapping.columns;
        Ok(Self {
            code: place(&columns.code)?,
            opened: place(&columns.opened)?,
            unit: place(&columns.unit)?,
            service: place(&columns.service)?,
            due: maybe(&columns.due)?,
            closed: maybe(&columns.closed)?,
            status: maybe(&columns.status)?,
            outcome: maybe(&columns.outcome)?,
            group: maybe(&columns.group)?,
            area: maybe(&columns.area)?,
            lat: maybe(&columns.lat)?,
            lon: maybe(&columns.lon)?,
            channel: maybe(&columns.channel)?,
        })
    }
}

fn text(row: &StringRecord, place: Option<usize>) -> &str {
    let field = place.and_then(|place| row.get(place));
    field.unwrap_or_default().trim()
}

fn needed<'r>(row: &'r StringRecord, place: usize, why: &'static str) -> Result<&'r str, Flaw> {
    match text(row, Some(place)) {
        "" => Err((why, String::new())),
        text => Ok(text),
    }
}

/// The same request gives the same id, whenever and however often it is loaded.
fn id_of(city: &str, code: &str, opened: Moment) -> CaseId {
    let hash = Sha256::digest(format!("import/1\n{city}\n{code}"));
    let mut chance = [0; 10];
    chance.copy_from_slice(&hash[..10]);
    CaseId::new(opened, chance)
}

/// Says whether the file now tells something else of a case that is there already.
pub fn differs(there: &Case, now: &Case) -> bool {
    there.opened != now.opened
        || there.clock.first_due != now.clock.first_due
        || there.life.ended() != now.life.ended()
        || there.unit != now.unit
        || there.service != now.service
}

/// Names → codes, one to one: `Mayor's 24 Hour Hotline` → `mayor-s-24-hour-hotline`.
#[derive(Default)]
struct Names {
    codes: HashMap<String, String>,
    names: BTreeMap<String, String>,
}

impl Names {
    fn code(&mut self, name: &str) -> String {
        if let Some(code) = self.codes.get(name) {
            return code.clone();
        }
        let mut plain = fold(name).replace(' ', "-");
        if plain.is_empty() {
            plain.push_str("unnamed");
        }
        let mut code = plain.clone();
        let mut number = 2;
        while self.names.contains_key(&code) {
            code = format!("{plain}-{number}");
            number += 1;
        }
        self.codes.insert(name.to_owned(), code.clone());
        self.names.insert(code.clone(), name.to_owned());
        code
    }
}
