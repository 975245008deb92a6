//! Loads what holds in the city from its memory: published services, organisation, calendars, outlines.

use std::sync::Arc;

use rules::Moment;
use rules::asset::Assets;
use rules::calendar::{Calendar, CalendarFile};
use rules::case::Spot;
use rules::catalogue::Catalogue;
use rules::counter::Counter;
use rules::index::yardsticks::{Yardstick, Yardsticks};
use rules::organisation::Boundary;
use rules::paper::PaperLaw;
use serde_json::Value as Json;
use service::{Published, Resolved};
use store::{Reader, ServiceVersion, StoreError};

use crate::city::Law;
use crate::error::ActionError;
use crate::messages::MessageLaw;
use crate::papers::PAPER_LAW;

/// Under which the rules of the counter are kept.
pub(crate) const COUNTER: &str = "counter";

pub(crate) async fn load(reader: &Reader, now: Moment) -> Result<Law, ActionError> {
    let mut law = Law {
        organisation: reader.organisation().await?,
        counter: counter(reader).await?,
        accounts: reader.collecting_accounts().await?,
        messages: MessageLaw::load(reader).await?,
        portal: crate::messages::portal_mapping(reader).await?,
        stops: crate::messages::stop_law(reader).await?,
        posting: crate::posting::load(reader).await?,
        sample: crate::sample::load(reader).await?,
        partners: crate::partner::load(reader).await?,
        settings: reader
            .about_city()
            .await?
            .map_or(Json::Null, |city| city.settings),
        papers: Arc::new(papers(reader).await?),
        ..Law::default()
    };
    law.yardsticks = Arc::new(yardsticks(reader).await?);
    let newest: Option<CalendarFile> = reader.calendar(None).await?;
    for version in 1..=newest.as_ref().map_or(0, |file| file.version) {
        if let Some(file) = reader.calendar::<CalendarFile>(Some(version)).await? {
            law.calendars
                .insert(version, Arc::new(Calendar::new(file)?));
        }
    }
    for code in reader.service_codes().await? {
        // Oldest first: the catalogue only grows.
        for version in reader.service_versions(&code).await?.into_iter().rev() {
            take_in(
                &mut law.catalogue,
                &version,
                law.calendars.last_key_value().map(|(_, c)| c),
            )?;
        }
    }
    for (area, _, outline) in reader.boundaries().await? {
        law.boundaries.push(Boundary {
            area,
            rings: rings(&outline),
        });
    }
    law.assets = Arc::new(Assets::new(reader.assets().await?));
    if let Some(calendar) = law.calendars.last_key_value().map(|(_, c)| c.clone()) {
        law.stand_ins = reader.stand_ins(calendar.local(now).0).await?;
    }
    Ok(law)
}

async fn counter(reader: &Reader) -> Result<Counter, ActionError> {
    let Some(kept) = reader.value(COUNTER).await? else {
        return Ok(Counter::default());
    };
    let counter = serde_json::from_str(&kept);
    Ok(counter.map_err(|error| StoreError::corrupt(format!("{COUNTER}: {error}")))?)
}

/// What ships, each file replaced by the city's newest version of it.
async fn yardsticks(reader: &Reader) -> Result<Yardsticks, ActionError> {
    let mut all = Yardsticks::default();
    for (name, text) in reader.yardsticks().await? {
        if let Some(which) = Yardstick::ALL.into_iter().find(|one| one.word() == name) {
            all.take(which, &text)
                .map_err(|error| StoreError::corrupt(format!("yardstick {name}: {error}")))?;
        }
    }
    Ok(all)
}

/// The city's own file of what papers are called, or the one that ships.
async fn papers(reader: &Reader) -> Result<PaperLaw, ActionError> {
    match reader.value(PAPER_LAW).await? {
        None => Ok(PaperLaw::shipped()),
        Some(text) => serde_json::from_str(&text)
            .map_err(|error| StoreError::corrupt(format!("names of papers: {error}")).into()),
    }
}

fn take_in(
    catalogue: &mut Catalogue,
    version: &ServiceVersion,
    calendar: Option<&Arc<Calendar>>,
) -> Result<(), ActionError> {
    let resolved: Resolved = serde_json::from_str(&version.resolved)
        .map_err(|error| StoreError::corrupt(format!("service {}: {error}", version.service)))?;
    let effective = calendar
        .ok_or(ActionError::NoCalendar)?
        .local(version.effective)
        .0;
    let published = Published {
        number: version.version,
        effective,
        hash: version.hash.clone(),
        definition: resolved.definition,
    };
    catalogue
        .publish(published)
        .map_err(|error| StoreError::corrupt(error.to_string()))?;
    Ok(())
}

/// The rings of a GeoJSON geometry (polygon or several), longitude first as RFC 7946 has it.
fn rings(geometry: &str) -> Vec<Vec<Spot>> {
    let Ok(geometry) = serde_json::from_str::<Json>(geometry) else {
        return Vec::new();
    };
    let polygons: Vec<&Json> = match (
        geometry["type"].as_str(),
        geometry["coordinates"].as_array(),
    ) {
        (Some("Polygon"), Some(_)) => vec![&geometry["coordinates"]],
        (Some("MultiPolygon"), Some(polygons)) => polygons.iter().collect(),
        _ => Vec::new(),
    };
    let spot = |pair: &Json| {
        Some(Spot {
            lat: pair[1].as_f64()?,
            lon: pair[0].as_f64()?,
        })
    };
    polygons
        .into_iter()
        .filter_map(Json::as_array)
        .flatten()
        .filter_map(Json::as_array)
        .map(|ring| ring.iter().filter_map(spot).collect())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outlines_hold_the_points_inside_them() {
        let square =
            r#"{"type":"Polygon","coordinates":[[[105,10],[106,10],[106,11],[105,11],[105,10]]]}"#;
        let outline = Boundary {
            area: "31135".into(),
            rings: rings(square),
        };
        assert!(outline.holds(Spot {
            lat: 10.5,
            lon: 105.5
        }));
        assert!(!outline.holds(Spot {
            lat: 11.5,
            lon: 105.5
        }));
        assert_eq!(rings("nonsense"), Vec::<Vec<Spot>>::new());
    }
}
