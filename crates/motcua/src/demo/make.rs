//! Makes the demonstration city once: organisation, calendar, definitions, accounts, the year.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use actions::found::{Brought, NewAccount};
use actions::publish::Ready;
use actions::register::RegisterEntry;
use actions::{City, Law};
use anyhow::{Context, Result, bail};
use rules::Moment;
use serde_json::json;
use service::Severity;
use store::{Extras, Save};
use tokio::sync::mpsc::{self, Sender};
use web::hall::{Shown, ShownAccount, ShownEntry};

use super::dice::Dice;
use super::live::World;
use super::people::{People, people};
use super::script::Script;
use super::year::{Offered, Told, tempo, year};
use crate::config::Config;
use crate::shipped;

const SEED: u64 = 20_250_701;
const NAME: &str = "Thành phố Cần Thơ";
/// Cases in one transaction.
const BATCH: usize = 200;

/// Makes what is missing and says which accounts to show.
///
/// # Errors
/// Where shipped files do not fit or the memory does not answer.
pub async fn make(config: &Config, city: &City, cases: Option<u32>) -> Result<Shown> {
    let script = read_script(&config.data, &config.city)?;
    let made: Option<String> = city.reader().value("demonstration").await?;
    if let Some(made) = made {
        return Ok(serde_json::from_str::<Kept>(&made)
            .map(|kept| kept.shown(&script))
            .unwrap_or_default());
    }
    let organisation = shipped::organisation(&config.data, &config.city)?;
    let calendar = shipped::calendar()?;
    let until = city.now();
    let today = calendar.local(until).0;
    println!("Đang dựng thành phố minh họa (một lần)…");
    city.found(
        NAME,
        true,
        json!({"zone": "Asia/Ho_Chi_Minh"}),
        organisation.clone(),
        &calendar,
    )
    .await?;
    publish(config, city).await?;
    city.add_register_entries(register_entries(&script)).await?;

    let mut dice = Dice::new(SEED);
    let people = people(&organisation, today, until, &script, &mut dice);
    city.add_accounts(
        people
            .accounts
            .iter()
            .map(|account| new_account(account, &script))
            .collect(),
    )
    .await?;
    let tempo = tempo(&organisation, today, &mut dice);
    let evidence = super::picture::evidence(city).await?;
    let mut script = script;
    if let Some(cases) = cases {
        shrink(&mut script.volume, cases);
    }
    let year = Year {
        law: city.law(),
        script: script.clone(),
        people,
        tempo,
        evidence,
        until,
        dice,
    };
    let kept = Kept::of(&year.people);
    let told = fill(city, year).await?;
    city.remember("demonstration", &serde_json::to_string(&kept)?)
        .await?;
    while city.store().seal(city.code(), city.now()).await? > 0 {}
    println!("Đã có {told} hồ sơ minh họa.");
    Ok(kept.shown(&script))
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
    evidence: String,
    until: Moment,
    dice: Dice,
}

impl Year {
    /// Lives every case and hands them on in batches.
    fn live(self, hand_on: &Sender<Vec<Brought>>) -> Result<u32> {
        let calendar = self.law.calendar()?;
        let world = World {
            organisation: &self.law.organisation,
            calendar,
            script: &self.script,
            staff: &self.people.staff,
            tempo: &self.tempo,
            evidence: &self.evidence,
            until: self.until,
        };
        let published: Vec<_> = self
            .law
            .catalogue
            .all(calendar.local(self.until).0)
            .cloned()
            .collect();
        let offered: Vec<Offered<'_>> = published
            .iter()
            .map(|one| Offered {
                definition: &one.definition,
                version: one.number,
            })
            .collect();
        let groups: BTreeMap<&str, &str> = published
            .iter()
            .map(|one| {
                (
                    one.definition.service.as_str(),
                    one.definition.group.vi.as_str(),
                )
            })
            .collect();
        let mut batch = Vec::with_capacity(BATCH);
        let told = year(&world, &offered, &self.dice, |told| {
            let group = groups
                .get(told.lived.case.service.as_str())
                .copied()
                .unwrap_or_default();
            batch.push(brought(told, group));
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
    while let Some(batch) = receiver.recv().await {
        city.bring(batch).await?;
    }
    living
        .await
        .context("making the demonstration city was cut short")?
}

fn brought(told: Told, group: &str) -> Brought {
    let extras = Extras {
        title: Some(told.title.clone()),
        words: Some(told.title),
        group: group.to_owned(),
        secret_hash: None,
        posts: Vec::new(),
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
#[derive(serde::Serialize, serde::Deserialize)]
struct Kept {
    accounts: Vec<(String, String)>,
}

impl Kept {
    fn of(people: &People) -> Self {
        let shown = people.accounts.iter().filter_map(|account| {
            let login = account.login.clone()?;
            Some((login, account.says.to_owned()))
        });
        Self {
            accounts: shown.collect(),
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
