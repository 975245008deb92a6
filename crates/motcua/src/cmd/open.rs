//! The city behind a command: its store, its settings, its zone, its facts. Absent: writing.

use std::path::Path;

use anyhow::{Context, Result, anyhow, bail};
use facts::{CaseFact, Facts};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use rules::Moment;
use serde::{Deserialize, Serialize};
use store::{City, Reader, Store};
use web::figures::EndingRule;

use super::Here;
use crate::{shell, wire};

/// Rows read at a time.
const PAGE: u32 = 10_000;

/// What a city's settings say to the command line; other keys belong to others.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CitySettings {
    /// Name in the time zone database (`America/New_York`); Vietnam's where absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    pub figures: EndingRule,
    /// Code → name of services that came by import, without a definition.
    pub services: std::collections::BTreeMap<String, String>,
}

impl CitySettings {
    pub fn of(city: &City) -> Result<Self> {
        serde_json::from_value(city.settings.clone())
            .with_context(|| format!("the settings of the city {}", city.code))
    }

    pub fn zone(&self) -> Result<TimeZone> {
        let name = self.zone.as_deref().unwrap_or("Asia/Ho_Chi_Minh");
        TimeZone::get(name).with_context(|| format!("the zone {name}"))
    }
}

/// A city that exists.
pub struct OpenCity {
    pub store: Store,
    pub reader: Reader,
    pub name: String,
    pub settings: CitySettings,
    pub zone: TimeZone,
}

/// Opens the store at this version of its schema. `create`: a database that is not there yet is made.
pub async fn open_store(here: &Here, create: bool) -> Result<Store> {
    if let Some(path) = here.config.database.strip_prefix("sqlite:")
        && !create
        && !Path::new(path).exists()
    {
        bail!("there is no database at {path}");
    }
    wire::store(&here.config).await
}

/// The city of the settings.
///
/// # Errors
/// Where the store has no such city.
pub async fn open_city(here: &Here) -> Result<OpenCity> {
    let store = open_store(here, false).await?;
    let code = &here.config.city;
    let reader = store.reader(code);
    let Some(city) = reader.about_city().await? else {
        bail!(
            "there is no city {code} in {}",
            shown(&here.config.database)
        );
    };
    let settings = CitySettings::of(&city)?;
    let zone = settings.zone()?;
    Ok(OpenCity {
        store,
        reader,
        name: city.name,
        settings,
        zone,
    })
}

/// The database without its password.
fn shown(database: &str) -> String {
    match (database.split_once("://"), database.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, host))) => format!("{scheme}://…@{host}"),
        _ => database.to_owned(),
    }
}

/// This moment, to the microsecond that the store keeps.
pub fn now() -> Moment {
    let now = shell::now().as_microsecond();
    Moment::from_microsecond(now).unwrap_or(Moment::UNIX_EPOCH)
}

impl OpenCity {
    /// A local date and time in the city; without one, now.
    pub fn moment(&self, local: Option<DateTime>) -> Result<Moment> {
        match local {
            None => Ok(now()),
            Some(local) => {
                let zoned = self.zone.to_zoned(local);
                Ok(zoned
                    .map_err(|error| anyhow!("{local}: {error}"))?
                    .timestamp())
            }
        }
    }

    /// A moment as the city's clocks show it.
    pub fn local(&self, moment: Moment) -> DateTime {
        self.zone.to_datetime(moment)
    }

    /// All cases in the columnar table, read from their rows: the figures of this moment, without
    /// waiting for the sequencer.
    pub async fn facts(&self) -> Result<Facts> {
        let mut facts = Facts::new();
        for (slot, row) in (0u32..).zip(&self.rows().await?) {
            facts.put(slot, row)?;
        }
        Ok(facts)
    }

    pub async fn rows(&self) -> Result<Vec<CaseFact>> {
        let mut rows = Vec::new();
        let mut after = None;
        loop {
            let page = self.reader.fact_rows(after, PAGE).await?;
            let Some((last, _)) = page.last() else {
                return Ok(rows);
            };
            after = Some(*last);
            rows.extend(page.into_iter().map(|(_, row)| row));
        }
    }

    /// The same by following the sealed log, as a server does.
    pub async fn followed(&self) -> Result<Facts> {
        let mut facts = Facts::new();
        let mut pos = 0;
        loop {
            let page = self.reader.facts_after(pos, PAGE).await?;
            for (slot, row) in &page.rows {
                facts.put(*slot, row)?;
            }
            if page.upto == pos {
                return Ok(facts);
            }
            pos = page.upto;
        }
    }
}
