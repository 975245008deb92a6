//! Assets as GeoJSON: lines and points with the property that names their owner. A line of several pieces becomes several.

use std::collections::BTreeSet;

use anyhow::{Context, Result, bail};
use geojson::{Feature, GeoJson, GeometryValue};
use rules::asset::Asset;
use rules::case::Spot;

use super::areas::{About, word};

/// Which property is what.
#[derive(Debug, Clone)]
pub struct Columns {
    pub layer: String,
    pub within: f64,
    pub owner: String,
    pub class: String,
    pub owned_by: Option<String>,
}

#[derive(Debug, Default)]
pub struct Found {
    pub sound: Vec<Asset>,
    pub left_out: Vec<About>,
}

/// # Errors
/// Where the text is no GeoJSON collection of features at all.
pub fn read(text: &str, columns: &Columns) -> Result<Found> {
    let parsed: GeoJson = text.parse().context("not GeoJSON")?;
    let GeoJson::FeatureCollection(collection) = parsed else {
        bail!("a FeatureCollection is needed");
    };
    let (mut found, mut seen) = (Found::default(), BTreeSet::new());
    for (place, feature) in collection.features.iter().enumerate() {
        let id = word(feature, "id").unwrap_or_else(|| format!("{}", place + 1));
        let taken = take(feature, &id, columns).and_then(|assets| match seen.insert(id.clone()) {
            true => Ok(assets),
            false => Err("the id comes twice; the first is kept".into()),
        });
        match taken {
            Ok(assets) => found.sound.extend(assets),
            Err(why) => found.left_out.push(About { what: id, why }),
        }
    }
    Ok(found)
}

fn take(feature: &Feature, id: &str, columns: &Columns) -> Result<Vec<Asset>, String> {
    let owner = columns.owned_by.clone();
    let owner = owner.or_else(|| word(feature, &columns.owner));
    let owner = owner.ok_or_else(|| format!("it has no {}", columns.owner))?;
    let geometry = feature.geometry.as_ref().ok_or("it has no geometry")?;
    let pieces: Vec<Vec<Spot>> = match &geometry.value {
        GeometryValue::Point { coordinates } => vec![vec![spot(coordinates.as_slice())?]],
        GeometryValue::LineString { coordinates } => {
            vec![line(coordinates.iter().map(|p| p.as_slice()))?]
        }
        GeometryValue::MultiLineString { coordinates } => {
            let lines = coordinates.iter();
            lines
                .map(|one| line(one.iter().map(|p| p.as_slice())))
                .collect::<Result<_, _>>()?
        }
        _ => return Err("neither a point nor a line".into()),
    };
    let many = pieces.len() > 1;
    let asset = |(at, line): (usize, Vec<Spot>)| Asset {
        layer: columns.layer.clone(),
        id: match many {
            true => format!("{id}/{}", at + 1),
            false => id.to_owned(),
        },
        owner: owner.clone(),
        class: word(feature, &columns.class).unwrap_or_default(),
        name: word(feature, "name").unwrap_or_default(),
        line,
        within: columns.within,
    };
    Ok(pieces.into_iter().enumerate().map(asset).collect())
}

fn line<'a>(points: impl Iterator<Item = &'a [f64]>) -> Result<Vec<Spot>, String> {
    let line = points.map(spot).collect::<Result<Vec<_>, _>>()?;
    match line.len() {
        0 | 1 => Err("a line of fewer than two points".into()),
        _ => Ok(line),
    }
}

fn spot(point: &[f64]) -> Result<Spot, String> {
    match point {
        [lon, lat, ..] if lon.abs() <= 180.0 && lat.abs() <= 90.0 => Ok(Spot {
            lat: *lat,
            lon: *lon,
        }),
        _ => Err(format!("{point:?} is no longitude and latitude")),
    }
}
