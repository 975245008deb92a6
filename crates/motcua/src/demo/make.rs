//! Makes the demonstration city once: organisation, calendar, definitions, accounts, the year.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use actions::found::{Brought, NewAccount};
use actions::publish::Ready;
use actions::register::RegisterEntry;
use actions::{City, Law};
use anyhow::{Context, Result, bail};
use jiff::SignedDuration;
use rules::Moment;
use rules::ids::PersonId;
use serde_json::json;
use service::{Definition, Severity};
use store::{Extras, Save};
use tokio::sync::mpsc::{self, Sender};
use web::hall::{Shown, ShownAccount, ShownEntry};
use web::money::payments::MAPPINGS;

use super::dice::Dice;
use super::live::World;
use super::people::{People, people};
use super::script::Script;
use super::year::{Offered, Told, tempo, year};
use crate::config::Config;
use crate::shipped;

const SEED: u64 = 20_250_701;
const NAME: &str = "Thành phố Cần Thơ";
/// Under which the city remembers what was made.
const KEPT: &str = "demonstration";
/// Cases in one transaction.
const BATCH: usize = 200;
/// Papers are made for what the last day called for: those of a whole year would keep the machine busy for hours.
const PRINTED: SignedDuration = SignedDuration::from_hours(24);

/// A founded city: what its sign-in page shows, and the year that is still to be lived.
pub struct Begun {
    pub shown: Shown,
    year: Option<Year>,
    kept: Kept,
}

/// Founds what is missing, in seconds; [`Begun::finish`] lives the year. Cut short anywhere, the next
/// start goes on: the same seed up to the same present gives the same year.
///
/// # Errors
/// Where shipped files do not fit or the memory does not answer.
pub async fn begin(config: &Config, city: &City, cases: Option<u32>) -> Result<Begun> {
    let mut script = read_script(&config.data, &config.city)?;
    let made: Option<String> = city.reader().value(KEPT).await?;
    let known: Option<Kept> = made.map(|made| serde_json::from_str(&made)).transpose()?;
    if let Some(kept) = known.as_ref().filter(|kept| kept.making.is_none()) {
        let (shown, kept) = (kept.clone().shown(&script), kept.clone());
        let year = None;
        return Ok(Begun { shown, year, kept });
    }
    let organisation = shipped::organisation(&config.data, &config.city)?;
    let calendar = shipped::calendar()?;
    let making = known.and_then(|kept| kept.making).unwrap_or(Making {
        until: city.now(),
        cases,
    });
    let (until, today) = (making.until, calendar.local(making.until).0);
    println!("Đang dựng thành phố minh họa (một lần)…");
    city.found(
        NAME,
        true,
        json!({"zone": "Asia/Ho_Chi_Minh"}),
        organisation.clone(),
        &calendar,
    )
    .await?;
    city.keep_counter(&shipped::counter(&config.data, &config.city)?)
        .await?;
    city.set_collecting_accounts(shipped::accounts(&config.data, &config.city)?)
        .await?;
    let mappings = shipped::statements(&config.data, &config.city)?;
    city.remember(MAPPINGS, &serde_json::to_string(&mappings)?)
        .await?;
    publish(config, city).await?;
    city.add_register_entries(register_entries(&script)).await?;

    let mut dice = Dice::new(SEED);
    let people = people(&organisation, today, until, &script, &mut dice);
    add_accounts(city, &people, &script).await?;
    let tempo = tempo(&organisation, today, &mut dice);
    // A city without a year of its own has no dossier at all.
    let waits = match script.waits().filter(|_| making.cases != Some(0)) {
        Some(proven) => Some(city.know_resident(proven).await?),
        None => None,
    };
    let evidence = super::picture::evidence(city).await?;
    let kept = Kept::of(&people, Some(making.clone()));
    city.remember(KEPT, &serde_json::to_string(&kept)?).await?;
    let shown = kept.clone().shown(&script);
    if let Some(cases) = making.cases {
        shrink(&mut script.volume, cases);
    }
    let year = Some(Year {
        law: city.law(),
        script,
        people,
        tempo,
        waits,
        evidence,
        until,
        dice,
    });
    Ok(Begun { shown, year, kept })
}

impl Begun {
    pub fn is_finished(&self) -> bool {
        self.year.is_none()
    }

    /// Lives what is missing of the year, beside whatever else the city does.
    ///
    /// # Errors
    /// Where the memory does not answer.
    pub async fn finish(self, city: &City) -> Result<()> {
        let Some(year) = self.year else {
            return Ok(());
        };
        let told = fill(city, year).await?;
        let kept = Kept {
            making: None,
            ..self.kept
        };
        city.remember(KEPT, &serde_json::to_string(&kept)?).await?;
        while city.store().seal(city.code(), city.now()).await? > 0 {}
        println!("Đã có {told} hồ sơ minh họa.");
        Ok(())
    }
}

/// All of it before anything else, and which accounts to show.
///
/// # Errors
/// As [`begin`] and [`Begun::finish`].
pub async fn make(config: &Config, city: &City, cases: Option<u32>) -> Result<Shown> {
    let begun = begin(config, city, cases).await?;
    let shown = begun.shown.clone();
    begun.finish(city).await?;
    Ok(shown)
}

/// All at once or none: the first one tells.
async fn add_accounts(city: &City, people: &People, script: &Script) -> Result<()> {
    let login = people
        .accounts
        .iter()
        .find_map(|account| account.login.as_deref());
    if let Some(login) = login
        && city.reader().account_by_login(login).await?.is_some()
    {
        return Ok(());
    }
    let accounts = people.accounts.iter();
    city.add_accounts(
        accounts
            .map(|account| new_account(account, script))
            .collect(),
    )
    .await?;
    Ok(())
}

/// Reads the texts of the demonstration of `city`.
///
/// # Errors
/// Where the file is absent or does not fit.
pub fn read_script(data: &Path, city: &str) -> Result<Script> {
    let path = data.join(city).join("demonstration.toml");
    let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    Script::read(&text).with_context(|| path.display().to_string())
}

async fn publish(config: &Config, city: &City) -> Result<()> {
    let frames = shipped::frames(&config.services)?;
    let mut ready = Vec::new();
    for file in shipped::services(&config.services, &frames)? {
        if let Some(flaw) = file
            .problems
            .iter()
            .find(|problem| problem.severity == Severity::Error)
        {
            bail!(
                "{}:{}:{}: {}",
                file.path.display(),
                flaw.line,
                flaw.column,
                flaw.says
            );
        }
        ready.push(Ready {
            text: file.text,
            resolved: file.resolved,
        });
    }
    city.install_services(ready).await?;
    Ok(())
}

fn new_account(account: &super::people::Account, script: &Script) -> NewAccount {
    NewAccount {
        id: Some(account.id),
        name: account.name.clone(),
        login: account.login.clone(),
        password: account.login.as_ref().map(|_| script.password.clone()),
        seats: account.seats.clone(),
        powers: account.powers.clone(),
    }
}

/// The same mix of services with about `cases` in all.
fn shrink(volume: &mut BTreeMap<String, u32>, cases: u32) {
    let all: u32 = volume.values().sum();
    for volume in volume.values_mut() {
        *volume = (f64::from(*volume) * f64::from(cases) / f64::from(all.max(1))).ceil() as u32;
    }
}

/// What a year is made from, owned by the thread that lives it.
struct Year {
    law: Arc<Law>,
    script: Script,
    people: People,
    tempo: BTreeMap<String, f64>,
    waits: Option<PersonId>,
    evidence: String,
    until: Moment,
    dice: Dice,
}

impl Year {
    /// Lives every case and hands them on in batches.
    fn live(self, hand_on: &Sender<Vec<Brought>>) -> Result<u32> {
        let calendar = self.law.calendar()?;
        let causes: Vec<_> = self.law.yardsticks.causes.choices().cloned().collect();
        let world = World {
            organisation: &self.law.organisation,
            calendar,
            script: &self.script,
            staff: &self.people.staff,
            tempo: &self.tempo,
            causes: &causes,
            waits: self.waits,
            evidence: &self.evidence,
            until: self.until,
        };
        let mut published: Vec<_> = self
            .law
            .catalogue
            .all(calendar.local(self.until).0)
            .cloned()
            .collect();
        // In the order of the dice: what came later to the city changes nobody else's year.
        published.sort_by_key(|one| one.definition.mirrored() || !one.definition.parts.is_empty());
        let offered: Vec<Offered<'_>> = published
            .iter()
            .map(|one| Offered {
                definition: &one.definition,
                version: one.number,
            })
            .collect();
        let definitions: BTreeMap<&str, &Definition> = published
            .iter()
            .map(|one| (one.definition.service.as_str(), &one.definition))
            .collect();
        let mut batch = Vec::with_capacity(BATCH);
        let told = year(&world, &offered, &self.dice, |told| {
            let definition = definitions.get(told.lived.case.service.as_str());
            batch.push(brought(told, definition.copied(), self.until));
            if batch.len() == BATCH {
                hand_on.blocking_send(std::mem::replace(&mut batch, Vec::with_capacity(BATCH)))?;
            }
            Ok(())
        })?;
        hand_on.blocking_send(batch)?;
        Ok(told)
    }
}

/// Saves the year while it is lived on a thread of its own.
async fn fill(city: &City, year: Year) -> Result<u32> {
    let (sender, mut receiver) = mpsc::channel::<Vec<Brought>>(4);
    let living = tokio::task::spawn_blocking(move || year.live(&sender));
    let mut told = 0;
    while let Some(batch) = receiver.recv().await {
        let first = batch.first().map(|brought| brought.save.case.code.clone());
        let known = match first {
            Some(code) => city.reader().track(&code).await?.is_some(),
            None => true,
        };
        told += batch.len();
        // Saved before the city was stopped in the middle of its year.
        if !known {
            city.bring(batch).await?;
        }
        if told % (25 * BATCH) == 0 {
            tracing::info!(told, "the demonstration's year is being lived");
        }
    }
    living
        .await
        .context("making the demonstration city was cut short")?
}

fn brought(told: Told, definition: Option<&Definition>, until: Moment) -> Brought {
    let recorded = &told.lived.recorded;
    // Whoever can sign in and look has all their papers.
    let lately = match told.lived.case.applicant {
        Some(_) => 0,
        None => recorded.partition_point(|one| one.at < until - PRINTED),
    };
    let posts = |definition| actions::papers::posts(definition, &recorded[lately..], until);
    let extras = Extras {
        title: Some(told.title.clone()),
        words: Some(told.title),
        group: definition.map_or_else(String::new, |one| one.group.vi.clone()),
        secret_hash: None,
        posts: definition.map(posts).unwrap_or_default(),
    };
    let save = Save {
        prior: None,
        case: told.lived.case,
        recorded: told.lived.recorded,
        extras,
    };
    Brought {
        save,
        answers: Some(told.answers),
        notes: told.lived.notes,
    }
}

/// What later starts must know of the city that was made: the accounts' names are in the memory.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
struct Kept {
    accounts: Vec<(String, String)>,
    /// While its year is not lived to the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    making: Option<Making>,
}

#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
struct Making {
    /// The present up to which the year is lived.
    until: Moment,
    cases: Option<u32>,
}

impl Kept {
    fn of(people: &People, making: Option<Making>) -> Self {
        let shown = people.accounts.iter().filter_map(|account| {
            let login = account.login.clone()?;
            Some((login, account.says.to_owned()))
        });
        Self {
            accounts: shown.collect(),
            making,
        }
    }

    fn shown(self, script: &Script) -> Shown {
        let account = |(login, says)| ShownAccount { login, says };
        Shown {
            password: script.password.clone(),
            accounts: self.accounts.into_iter().map(account).collect(),
            entries: shown_entries(script),
        }
    }
}

fn register_entries(script: &Script) -> Vec<RegisterEntry> {
    let entries = script.registers.iter().flat_map(|(register, entries)| {
        entries.iter().map(|entry| RegisterEntry {
            register: register.clone(),
            key: entry.key.clone(),
            record: entry.record.clone(),
        })
    });
    entries.collect()
}

fn shown_entries(script: &Script) -> Vec<ShownEntry> {
    let entries = script.registers.iter().flat_map(|(register, entries)| {
        entries.iter().map(|entry| ShownEntry {
            register: register.clone(),
            key: entry.key.clone(),
            says: entry.says.clone(),
        })
    });
    entries.collect()
}
