//! `import`: what other systems know comes in. Reading and judging is in `crate::import`; here it is
//! saved, in large transactions, and told.

mod assets;
mod calendar;
mod counter;
mod mirrored;
mod money;
mod numbers;
mod papers;
mod register;
mod replay;

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result, bail, ensure};
use clap::{Args, Subcommand};
use jiff::civil::Date;
use rules::organisation::Organisation;
use serde_json::{Value, json};
use store::{Save, Store};
use tokio::task::JoinHandle;

use super::open::{CitySettings, now, open_city, open_store};
use super::out::{Side, Table};
use super::{Answer, Here, Language};
use crate::import::areas::{self, About, Boundaries};
use crate::import::dirt::{Fate, Reasons, Report};
use crate::import::mapping::Mapping;
use crate::import::procedures;
use crate::import::requests::{Requests, differs};

#[derive(Subcommand)]
pub enum Import {
    /// Service requests from a table (CSV, also gzip), into a city of their own.
    Requests(ImportRequests),
    /// National procedures (JSON lines, also gzip) → draft definitions in a folder.
    Procedures(ImportProcedures),
    /// Boundaries of areas from GeoJSON.
    Areas(ImportAreas),
    /// A newer working calendar, like `data/calendar/vn-1.toml`; open cases are re-dated.
    Calendar(calendar::ImportCalendar),
    /// How the one-stop desks serve, from a file like `data/can-tho/counter.toml`.
    Counter(counter::ImportCounter),
    /// What official papers are called from a day on, like `data/papers/vn-1.toml`.
    Papers(papers::ImportPapers),
    /// Figures that this city cannot count itself, with their sources (CSV).
    Figures(numbers::ImportFigures),
    /// The city's own index, scores, causes or signs, like the files under `data/`.
    Yardstick(numbers::ImportYardstick),
    /// A bank's statement (CSV): payments find their cases, the others wait for the accountant.
    Statement(money::ImportStatement),
    /// Where residents transfer fees to, from a file like `data/can-tho/accounts.toml`.
    Accounts(money::ImportAccounts),
    /// A table for one of the city's own registers; rows that cannot stand are told.
    Register(register::ImportRegister),
    /// What the system of a ministry says of its own dossiers (CSV).
    Mirrored(mirrored::ImportMirrored),
    /// Roads, canals, lamp posts with their owners, from GeoJSON: reports near them find their unit.
    Assets(assets::ImportAssets),
    /// The mapping of a system that is handed reports by Open311.
    Partner(assets::ImportPartner),
    /// Units, areas and sets of areas from a file like `data/can-tho/organisation.toml`.
    Organisation(ImportOrganisation),
}

#[derive(Args)]
pub struct ImportRequests {
    file: PathBuf,
    /// The mapping file: which column is what.
    #[arg(long, value_name = "FILE")]
    map: PathBuf,
    /// Where each row that was not taken as it stood is written.
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// Each deadline reaches to the end of its day.
    #[arg(long)]
    whole_days: bool,
    /// Live each row again, opened and closed by commands with a clock that moves, instead of loading it in one event; into a
    /// city that is not there yet. Deadlines reach to the end of their days.
    #[arg(long)]
    replay: bool,
}

#[derive(Args)]
pub struct ImportProcedures {
    file: PathBuf,
    /// A folder for the drafts and the report.
    #[arg(long, value_name = "FOLDER")]
    out: PathBuf,
    /// The day from which the drafts shall hold; the sources name none. Today where absent.
    #[arg(long, value_name = "DATE")]
    effective: Option<Date>,
}

#[derive(Args)]
pub struct ImportAreas {
    file: PathBuf,
}

#[derive(Args)]
pub struct ImportOrganisation {
    file: PathBuf,
}

impl Import {
    pub async fn run(&self, here: &Here) -> Result<Answer> {
        match self {
            Import::Requests(requests) => requests.run(here).await,
            Import::Procedures(procedures) => procedures.run(here),
            Import::Areas(areas) => areas.run(here).await,
            Import::Calendar(calendar) => calendar.run(here).await,
            Import::Counter(counter) => counter.run(here).await,
            Import::Papers(papers) => papers.run(here).await,
            Import::Figures(figures) => figures.run(here).await,
            Import::Yardstick(yardstick) => yardstick.run(here).await,
            Import::Statement(statement) => statement.run(here).await,
            Import::Accounts(accounts) => accounts.run(here).await,
            Import::Register(register) => register.run(here).await,
            Import::Mirrored(mirrored) => mirrored.run(here).await,
            Import::Assets(assets) => assets.run(here).await,
            Import::Partner(partner) => partner.run(here).await,
            Import::Organisation(organisation) => organisation.run(here).await,
        }
    }
}

/// Cases in one transaction.
const CHUNK: usize = 4000;

impl ImportRequests {
    async fn run(&self, here: &Here) -> Result<Answer> {
        let mapping = Mapping::read(&self.map)?;
        let code = here.config.city.as_str();
        let mut requests = Requests::open(&self.file, mapping.clone(), code, now())?;
        let path = self.report.clone();
        let path = path.unwrap_or_else(|| format!("var/import/{code}-requests.csv").into());
        let mut report = Report::begin(&path, &["line", "code"])?;
        let store = open_store(here, true).await?;
        if self.replay {
            return replay::live(here, &store, &mapping, requests, report).await;
        }
        let name = found_city(&store, code, &mapping).await?;
        let days = match self.whole_days {
            true => Some(replay::days(&mapping)?),
            false => None,
        };
        let mut loading = Loading::new(store.clone(), code).await?;
        loop {
            let mut chunk = Vec::with_capacity(CHUNK);
            while chunk.len() < CHUNK
                && let Some(save) = requests.next(&mut report)?
            {
                chunk.push(match &days {
                    Some(days) => replay::by_the_day(save, days)?,
                    None => save,
                });
            }
            if chunk.is_empty() {
                break;
            }
            loading.chunk(chunk, &mut report).await?;
        }
        let loaded = loading.end().await?;
        let organisation = requests.organisation();
        let mut settings = settings_of(&mapping);
        settings.services = requests.services();
        save_city(&store, code, &name, &settings, &organisation).await?;
        let sealed = store.seal(code, now()).await?;
        let told = report.end()?;
        let set_aside: u64 = told
            .iter()
            .filter(|((fate, _), _)| *fate == Fate::SetAside)
            .map(|(_, count)| count)
            .sum();
        let json = json!({
            "city": code,
            "rows": requests.rows, "loaded": loaded.fresh, "already_there": loaded.known,
            "set_aside": set_aside, "sealed": sealed,
            "units": organisation.units.len(), "areas": organisation.areas.len(),
            "services": settings.services.len(),
            "reasons": reasons_json(&told), "report": path,
        });
        let language = here.language;
        let mut table = Table::new(&[("", Side::Left), ("", Side::Right)]);
        for (vi, en, count) in [
            ("Dòng", "Rows", requests.rows),
            ("Đã nhập", "Loaded", loaded.fresh),
            ("Đã có từ trước", "There already", loaded.known),
            ("Để riêng", "Set aside", set_aside),
        ] {
            table.row([language.say(vi, en).to_owned(), language.count(count)]);
        }
        let text = format!(
            "{name}{}\n{}\n{} {}\n",
            table.text(),
            reasons_table(&told, language).text(),
            language.say("Từng dòng:", "Row by row:"),
            path.display()
        );
        Ok(Answer::fine(text, json))
    }
}

fn settings_of(mapping: &Mapping) -> CitySettings {
    CitySettings {
        zone: Some(mapping.zone.clone()),
        figures: mapping.figures.clone(),
        ..CitySettings::default()
    }
}

/// The city of the import; founded where it is not there yet. Gives its name.
async fn found_city(store: &Store, code: &str, mapping: &Mapping) -> Result<String> {
    if let Some(city) = store.reader(code).about_city().await? {
        let zone = CitySettings::of(&city)?.zone;
        ensure!(
            zone.as_ref() == Some(&mapping.zone),
            "the city {code} has the zone {}, the file {}: requests come into a city of their own",
            zone.as_deref().unwrap_or("Asia/Ho_Chi_Minh"),
            mapping.zone
        );
        return Ok(city.name);
    }
    let none = Organisation::default();
    save_city(store, code, &mapping.name, &settings_of(mapping), &none).await?;
    Ok(mapping.name.clone())
}

/// Settings that others wrote stay; ours are written over them.
async fn save_city(
    store: &Store,
    code: &str,
    name: &str,
    settings: &CitySettings,
    organisation: &Organisation,
) -> Result<()> {
    let city = store.reader(code).about_city().await?;
    let demonstration = city.as_ref().is_some_and(|city| city.demonstration);
    let mut all = city.map_or_else(|| json!({}), |city| city.settings);
    let ours = serde_json::to_value(settings)?;
    for (key, value) in ours.as_object().into_iter().flatten() {
        all[key] = value.clone();
    }
    let shared = Arc::new((name.to_owned(), all, organisation.clone()));
    let writer = store.writer(code);
    let work = writer.run("import city", move |tx| {
        let shared = shared.clone();
        Box::pin(async move {
            let (name, settings, organisation) = &*shared;
            tx.save_city(name, demonstration, settings).await?;
            tx.save_organisation(organisation).await
        })
    });
    Ok(work.await?)
}

/// Saves chunk after chunk; while one is written, the next is read.
struct Loading {
    store: Store,
    city: String,
    /// The city had cases before: each one is looked for first.
    had_cases: bool,
    under_way: Option<JoinHandle<store::Result<()>>>,
    done: Loaded,
}

#[derive(Debug, Clone, Copy, Default)]
struct Loaded {
    fresh: u64,
    known: u64,
}

impl Loading {
    async fn new(store: Store, city: &str) -> Result<Self> {
        let had_cases = !store.reader(city).fact_rows(None, 1).await?.is_empty();
        Ok(Self {
            store,
            city: city.to_owned(),
            had_cases,
            under_way: None,
            done: Loaded::default(),
        })
    }

    async fn chunk(&mut self, mut saves: Vec<Save>, report: &mut Report) -> Result<()> {
        if self.had_cases {
            saves = self.unknown(saves, report).await?;
        }
        self.done.fresh += saves.len() as u64;
        self.settle().await?;
        let (writer, saves) = (self.store.writer(&self.city), Arc::new(saves));
        self.under_way = Some(tokio::spawn(async move {
            let save = writer.run("import", move |tx| {
                let saves = saves.clone();
                Box::pin(async move { tx.save_opened(&saves).await })
            });
            save.await
        }));
        Ok(())
    }

    /// Those that are not there yet. What a file now tells differently is reported, and left alone.
    async fn unknown(&mut self, saves: Vec<Save>, report: &mut Report) -> Result<Vec<Save>> {
        let reader = self.store.reader(&self.city);
        let mut fresh = Vec::new();
        for save in saves {
            match reader.track(&save.case.code).await? {
                Some(there) => {
                    self.done.known += 1;
                    if differs(&there, &save.case) {
                        let place = ["", &save.case.code];
                        report.say(&place, Fate::SetAside, "there-already-and-differs", "")?;
                    }
                }
                None => fresh.push(save),
            }
        }
        Ok(fresh)
    }

    async fn settle(&mut self) -> Result<()> {
        if let Some(work) = self.under_way.take() {
            work.await.context("saving stopped")??;
        }
        Ok(())
    }

    async fn end(mut self) -> Result<Loaded> {
        self.settle().await?;
        Ok(self.done)
    }
}

fn reasons_table(told: &Reasons, language: Language) -> Table {
    let mut table = Table::new(&[
        (language.say("lý do", "reason"), Side::Left),
        ("", Side::Left),
        (language.say("số lượng", "count"), Side::Right),
    ]);
    for ((fate, reason), count) in told {
        let fate = match fate {
            Fate::SetAside => language.say("để riêng", "set aside"),
            Fate::Noted => language.say("ghi nhận", "noted"),
        };
        table.row([
            (*reason).to_owned(),
            fate.to_owned(),
            language.count(*count),
        ]);
    }
    table
}

fn reasons_json(told: &Reasons) -> Vec<Value> {
    told.iter()
        .map(|((fate, reason), count)| {
            json!({ "fate": fate.code(), "reason": reason, "count": count })
        })
        .collect()
}

impl ImportProcedures {
    fn run(&self, here: &Here) -> Result<Answer> {
        let today = jiff::tz::TimeZone::get("Asia/Ho_Chi_Minh")?.to_datetime(now());
        let effective = self.effective.unwrap_or(today.date());
        let path = self.out.join("report.csv");
        let mut report = Report::begin(&path, &["procedure", "part"])?;
        let drafts = procedures::import(&self.file, effective, &mut report)?;
        for draft in &drafts {
            let file = self.out.join(format!("{}.yaml", draft.service));
            fs::write(&file, &draft.text).with_context(|| file.display().to_string())?;
        }
        let told = report.end()?;
        let language = here.language;
        let (papers, fees, limits) = drafts.iter().fold((0, 0, 0), |sum, draft| {
            (
                sum.0 + draft.papers as u64,
                sum.1 + draft.fees as u64,
                sum.2 + u64::from(draft.limit),
            )
        });
        let mut table = Table::new(&[("", Side::Left), ("", Side::Right)]);
        for (vi, en, count) in [
            ("Bản nháp", "Drafts", drafts.len() as u64),
            ("Giấy tờ", "Papers", papers),
            ("Khoản phí có mức", "Fees with an amount", fees),
            ("Có thời hạn", "With a limit", limits),
        ] {
            table.row([language.say(vi, en).to_owned(), language.count(count)]);
        }
        let text = format!(
            "{}\n{}\n{} {}\n",
            table.text(),
            reasons_table(&told, language).text(),
            language.say("Từng thủ tục:", "By procedure:"),
            path.display()
        );
        Ok(Answer::fine(
            text,
            json!({
                "drafts": drafts.len(), "papers": papers, "fees": fees, "limits": limits,
                "reasons": reasons_json(&told), "report": path,
            }),
        ))
    }
}

impl ImportAreas {
    async fn run(&self, here: &Here) -> Result<Answer> {
        let text = fs::read_to_string(&self.file);
        let text = text.with_context(|| self.file.display().to_string())?;
        let city = open_city(here).await?;
        let organisation = city.reader.organisation().await?;
        let today = city.local(now()).date();
        let found = areas::read(&text, &organisation, today)
            .with_context(|| self.file.display().to_string())?;
        let sound = Arc::new(found.sound.clone());
        let writer = city.store.writer(city.reader.city());
        let work = writer.run("import areas", move |tx| {
            let sound = sound.clone();
            Box::pin(async move {
                for (code, boundary) in sound.iter() {
                    tx.save_boundary(code, boundary).await?;
                }
                Ok::<(), store::StoreError>(())
            })
        });
        work.await?;
        Ok(areas_answer(&found, here.language))
    }
}

fn areas_answer(found: &Boundaries, language: Language) -> Answer {
    let mut text = format!(
        "{} / {} {}\n",
        found.sound.len(),
        found.areas,
        language.say("đơn vị có địa giới", "areas have their boundary"),
    );
    let mut list = |vi, en, about: &[About]| {
        for one in about {
            let head = language.say(vi, en);
            text.push_str(&format!("{head}: {}: {}\n", one.what, one.why));
        }
    };
    list("không nhận", "left out", &found.left_out);
    list("lưu ý", "note", &found.notes);
    for area in &found.missing {
        let head = language.say("chưa có địa giới", "no boundary");
        text.push_str(&format!("{head}: {area}\n"));
    }
    let mut json = json!(found);
    json["saved"] = found.sound.len().into();
    Answer {
        text,
        json,
        fine: found.left_out.is_empty() && found.missing.is_empty(),
    }
}

impl ImportOrganisation {
    async fn run(&self, here: &Here) -> Result<Answer> {
        let shown = || self.file.display().to_string();
        let text = fs::read_to_string(&self.file).with_context(shown)?;
        let organisation: Organisation = toml::from_str(&text).with_context(shown)?;
        let flaws = flaws(&organisation);
        if !flaws.is_empty() {
            bail!("{}: {}", shown(), flaws.join("; "));
        }
        let city = open_city(here).await?;
        let shared = Arc::new(organisation.clone());
        let writer = city.store.writer(city.reader.city());
        let work = writer.run("import organisation", move |tx| {
            let shared = shared.clone();
            Box::pin(async move { tx.save_organisation(&shared).await })
        });
        work.await?;
        let Organisation { units, areas, sets } = &organisation;
        let language = here.language;
        let text = format!(
            "{} {}, {} {}, {} {}\n",
            units.len(),
            language.say("đơn vị", "units"),
            areas.len(),
            language.say("địa bàn", "areas"),
            sets.len(),
            language.say("nhóm địa bàn", "sets of areas"),
        );
        let json = json!({ "units": units.len(), "areas": areas.len(), "sets": sets.len() });
        Ok(Answer::fine(text, json))
    }
}

/// Names that lead nowhere, each as a sentence.
fn flaws(organisation: &Organisation) -> Vec<String> {
    let unit = |code: &String| organisation.units.iter().any(|unit| unit.code == *code);
    let area = |code: &String| organisation.areas.iter().any(|area| area.code == *code);
    let mut flaws = Vec::new();
    for one in &organisation.units {
        let code = &one.code;
        for parent in one
            .parent
            .iter()
            .chain(&one.successors)
            .filter(|code| !unit(code))
        {
            flaws.push(format!(
                "unit {code} names the unit {parent}, which is not there"
            ));
        }
        for missing in one.areas.iter().filter(|code| !area(code)) {
            flaws.push(format!(
                "unit {code} names the area {missing}, which is not there"
            ));
        }
        if one.valid_to.is_some_and(|to| to < one.valid_from) {
            flaws.push(format!("unit {code} ends before it begins"));
        }
    }
    for set in &organisation.sets {
        for missing in set.areas.iter().filter(|code| !area(code)) {
            flaws.push(format!(
                "set {} names the area {missing}, which is not there",
                set.code
            ));
        }
    }
    flaws
}
