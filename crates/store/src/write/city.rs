//! The city itself: its settings, calendar, units, areas, and small named values.

use rules::Moment;
use rules::organisation::{Area, AreaSet, Organisation, Unit};
use serde::Serialize;

use crate::error::Result;
use crate::params;
use crate::tx::Tx;
use crate::value::to_json;

/// A city as stored.
#[derive(Debug, Clone, PartialEq)]
pub struct City {
    pub code: String,
    pub name: String,
    /// Every page says that its data is made up.
    pub demonstration: bool,
    pub settings: serde_json::Value,
}

/// The named value that counts changes of the law.
pub(crate) const LAW: &str = "law";

impl Tx {
    /// Founds the city of this writer, or changes its name and settings. The code is the writer's.
    pub async fn save_city(
        &mut self,
        name: &str,
        demonstration: bool,
        settings: &serde_json::Value,
    ) -> Result<()> {
        let city = self.shared_city();
        let sql = "INSERT INTO city (city, name, demonstration, settings, sealed)
            VALUES ($1, $2, $3, $4, 0)
            ON CONFLICT (city) DO UPDATE SET name = $2, demonstration = $3, settings = $4";
        let settings = settings.to_string();
        self.execute(sql, &params![&*city, name, demonstration, settings])
            .await?;
        Ok(())
    }

    /// A version of the calendar; versions stay, for cases are frozen on them.
    pub async fn save_calendar<T: Serialize + Sync>(
        &mut self,
        version: u32,
        calendar: &T,
        at: Moment,
    ) -> Result<()> {
        let city = self.shared_city();
        let sql = "INSERT INTO calendar (city, version, body, at) VALUES ($1, $2, $3, $4)";
        let body = to_json(calendar)?;
        self.execute(sql, &params![&*city, version, body, at])
            .await?;
        self.law_changed().await
    }

    /// Adds or changes units, areas and sets; what is not named stays.
    pub async fn save_organisation(&mut self, organisation: &Organisation) -> Result<()> {
        for unit in &organisation.units {
            self.save_unit(unit).await?;
        }
        for area in &organisation.areas {
            self.save_area(area).await?;
        }
        for set in &organisation.sets {
            self.save_area_set(set).await?;
        }
        self.law_changed().await
    }

    pub async fn save_unit(&mut self, unit: &Unit) -> Result<()> {
        let city = self.shared_city();
        let sql = "INSERT INTO unit (city, code, valid_from, body) VALUES ($1, $2, $3, $4)
            ON CONFLICT (city, code, valid_from) DO UPDATE SET body = $4";
        let body = to_json(unit)?;
        self.execute(sql, &params![&*city, &unit.code, unit.valid_from, body])
            .await?;
        Ok(())
    }

    pub async fn save_area(&mut self, area: &Area) -> Result<()> {
        let city = self.shared_city();
        let sql = "INSERT INTO area (city, code, valid_from, body) VALUES ($1, $2, $3, $4)
            ON CONFLICT (city, code, valid_from) DO UPDATE SET body = $4";
        let body = to_json(area)?;
        self.execute(sql, &params![&*city, &area.code, area.valid_from, body])
            .await?;
        Ok(())
    }

    pub async fn save_area_set(&mut self, set: &AreaSet) -> Result<()> {
        let city = self.shared_city();
        let sql = "INSERT INTO area_set (city, code, body) VALUES ($1, $2, $3)
            ON CONFLICT (city, code) DO UPDATE SET body = $3";
        let body = to_json(set)?;
        self.execute(sql, &params![&*city, &set.code, body]).await?;
        Ok(())
    }

    /// The boundary of every validity of an area, GeoJSON geometry. Returns how many areas it fitted.
    pub async fn save_boundary(&mut self, area: &str, geojson: &str) -> Result<u64> {
        let city = self.shared_city();
        let sql = "UPDATE area SET boundary = $3 WHERE city = $1 AND code = $2";
        let fitted = self.execute(sql, &params![&*city, area, geojson]).await?;
        self.law_changed().await?;
        Ok(fitted)
    }

    /// Services, calendars, organisation or outlines are others now: whoever keeps them in memory reads them
    /// anew ([`crate::Reader::law_stamp`]).
    pub(crate) async fn law_changed(&mut self) -> Result<()> {
        let city = self.shared_city();
        let sql = "INSERT INTO kv (city, name, value) VALUES ($1, $2, '1')
            ON CONFLICT (city, name) DO UPDATE SET value = CAST(CAST(kv.value AS BIGINT) + 1 AS TEXT)";
        self.execute(sql, &params![&*city, LAW]).await?;
        Ok(())
    }

    /// A named value that is part of the law: whoever keeps it in memory reads it anew.
    pub async fn set_law(&mut self, name: &str, value: &str) -> Result<()> {
        self.set_value(name, value).await?;
        self.law_changed().await
    }

    /// A small named value: positions of followers, dates of loops.
    pub async fn set_value(&mut self, name: &str, value: &str) -> Result<()> {
        let city = self.shared_city();
        let sql = "INSERT INTO kv (city, name, value) VALUES ($1, $2, $3)
            ON CONFLICT (city, name) DO UPDATE SET value = $3";
        self.execute(sql, &params![&*city, name, value]).await?;
        Ok(())
    }

    /// The named value, or this one from now on.
    pub async fn value_or(&mut self, name: &str, fresh: &str) -> Result<String> {
        let city = self.shared_city();
        let sql = "INSERT INTO kv (city, name, value) VALUES ($1, $2, $3)
            ON CONFLICT (city, name) DO NOTHING";
        self.execute(sql, &params![&*city, name, fresh]).await?;
        let kept = self.value(name).await?;
        Ok(kept.unwrap_or_else(|| fresh.to_owned()))
    }
}
