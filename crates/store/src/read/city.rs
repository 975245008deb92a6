//! The city: settings, calendar, organisation, boundaries, named values.

use rules::organisation::Organisation;
use serde::de::DeserializeOwned;

use crate::error::Result;
use crate::params;
use crate::reader::{Reader, Source};
use crate::tx::Tx;
use crate::value::Row;
use crate::write::city::{City, LAW};

/// A version of the calendar, or the newest.
async fn calendar<T: DeserializeOwned>(
    mut from: impl Source,
    version: Option<u32>,
) -> Result<Option<T>> {
    let sql = "SELECT body FROM calendar WHERE city = $1 AND version = coalesce($2,
        (SELECT max(version) FROM calendar WHERE city = $1))";
    let city = from.city();
    let rows = from.rows(sql, &params![&*city, version]).await?;
    rows.into_iter()
        .next()
        .map(|mut row| row.json())
        .transpose()
}

async fn organisation(mut from: impl Source) -> Result<Organisation> {
    let city = from.city();
    let of_city = params![&*city];
    let units = "SELECT body FROM unit WHERE city = $1 ORDER BY code, valid_from";
    let areas = "SELECT body FROM area WHERE city = $1 ORDER BY code, valid_from";
    let sets = "SELECT body FROM area_set WHERE city = $1 ORDER BY code";
    Ok(Organisation {
        units: bodies(from.rows(units, &of_city).await?)?,
        areas: bodies(from.rows(areas, &of_city).await?)?,
        sets: bodies(from.rows(sets, &of_city).await?)?,
    })
}

fn bodies<T: DeserializeOwned>(rows: Vec<Row>) -> Result<Vec<T>> {
    rows.into_iter().map(|mut row| row.json()).collect()
}

async fn value(mut from: impl Source, name: &str) -> Result<Option<String>> {
    let sql = "SELECT value FROM kv WHERE city = $1 AND name = $2";
    let city = from.city();
    let rows = from.rows(sql, &params![&*city, name]).await?;
    rows.into_iter()
        .next()
        .map(|mut row| row.next())
        .transpose()
}

impl Tx {
    /// A version of the calendar, or the newest.
    pub async fn calendar<T: DeserializeOwned>(
        &mut self,
        version: Option<u32>,
    ) -> Result<Option<T>> {
        calendar(self, version).await
    }

    /// All units, areas and sets with all their validities.
    pub async fn organisation(&mut self) -> Result<Organisation> {
        organisation(self).await
    }

    pub async fn value(&mut self, name: &str) -> Result<Option<String>> {
        value(self, name).await
    }
}

impl Reader {
    /// `None`: no such city in this store.
    pub async fn about_city(&self) -> Result<Option<City>> {
        let sql = "SELECT city, name, demonstration, settings FROM city WHERE city = $1";
        self.maybe(sql, &params![&*self.city], |mut row| {
            Ok(City {
                code: row.next()?,
                name: row.next()?,
                demonstration: row.next()?,
                settings: row.json()?,
            })
        })
        .await
    }

    /// Counts the changes of services, calendars, organisation and outlines; 0 before the first.
    pub async fn law_stamp(&self) -> Result<i64> {
        let stamp = value(self, LAW).await?;
        Ok(stamp.and_then(|text| text.parse().ok()).unwrap_or(0))
    }

    /// A version of the calendar, or the newest.
    pub async fn calendar<T: DeserializeOwned>(&self, version: Option<u32>) -> Result<Option<T>> {
        calendar(self, version).await
    }

    /// All units, areas and sets with all their validities.
    pub async fn organisation(&self) -> Result<Organisation> {
        organisation(self).await
    }

    /// Boundaries of areas as GeoJSON geometry: (area, valid from, boundary).
    pub async fn boundaries(&self) -> Result<Vec<(String, jiff::civil::Date, String)>> {
        let sql = "SELECT code, valid_from, boundary FROM area WHERE city = $1
            AND boundary IS NOT NULL ORDER BY code, valid_from";
        let read = |mut row: Row| Ok((row.next()?, row.next()?, row.next()?));
        self.all(sql, &params![&*self.city], read).await
    }

    pub async fn value(&self, name: &str) -> Result<Option<String>> {
        value(self, name).await
    }
}
