//! What programs may ask of the city, described for programs: OpenAPI 3.1 at `/api/openapi.json`. Kinds of reports,
//! limits and languages come from the definitions and constants in force; a test holds the addresses against the doors.

mod calls;
mod schemas;

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use rules::duty::Act;
use serde_json::{Map, Value, json};

use crate::door::{Doors, Duty};
use crate::error::Failure;
use crate::hall::Hall;

pub use calls::{CALLS, Call};

/// Where the description is, for good.
pub const ADDRESS: &str = "/api/openapi.json";

pub fn doors(doors: Doors<Hall>) -> Doors<Hall> {
    doors.door(ADDRESS, get(description).duty(Act::ReadPublic))
}

/// Whether a door is for programs: they find it described.
pub fn for_programs(path: &str, act: &Act) -> bool {
    let last = path.rsplit('/').next().unwrap_or_default();
    let file = |ending: &str| last.ends_with(ending);
    path.starts_with("/api/")
        || path.starts_with("/open311/")
        || path.starts_with("/hooks/")
        || matches!(act, Act::TellPayment | Act::TellMirrored)
        || (matches!(act, Act::ReadPublic)
            && [".json", ".geojson", ".atom", ".csv"].into_iter().any(file))
}

/// `GET /api/openapi.json`
async fn description(State(hall): State<Hall>) -> Result<Response, Failure> {
    let body = described(&hall)?.to_string();
    let mut answer = body.into_response();
    let headers = answer.headers_mut();
    for (name, value) in [
        (header::CONTENT_TYPE, "application/json; charset=utf-8"),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (header::CACHE_CONTROL, "public, max-age=300"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    Ok(answer)
}

fn described(hall: &Hall) -> Result<Value, Failure> {
    let (law, today) = (hall.law(), hall.today()?);
    let offered = crate::open311::offered(&law, today);
    let mut paths = Map::new();
    for call in CALLS {
        let item = paths.entry(call.path).or_insert_with(|| json!({}));
        item[call.method] = call.operation(&law, &offered);
    }
    Ok(json!({
        "openapi": "3.1.0",
        "info": {
            "title": format!("Một Cửa · {}", hall.house().city),
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Public reports by Open311 GeoReport v2, as map data, feeds and tables; and what agreed parties tell \
                the city. Nothing private is ever here. Errors of Open311 come in the format asked for.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": hall.link("")}],
        "externalDocs": {"url": "http://wiki.open311.org/GeoReport_v2"},
        "paths": paths,
        "components": {
            "schemas": schemas::all(),
            "securitySchemes": {
                "signature": {
                    "type": "apiKey", "in": "header", "name": links::signed::SIGNATURE,
                    "description": "sha256= and HMAC-SHA-256 over the timestamp, a full stop and the body",
                },
                "timestamp": {
                    "type": "apiKey", "in": "header", "name": links::signed::TIMESTAMP,
                    "description": "Seconds since 1970; at most five minutes away",
                },
            },
        },
    }))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_door_for_programs_is_described_and_no_other() {
        let doors = crate::routes::doors();
        let doors = doors.table().iter();
        let doors: BTreeSet<&str> = doors
            .filter(|(path, act)| for_programs(path, act))
            .map(|(path, _)| *path)
            .collect();
        let told: BTreeSet<&str> = CALLS.iter().map(|call| call.door).collect();
        assert_eq!(told, doors);
        for call in CALLS {
            assert!(call.fits_its_door(), "{} {}", call.method, call.path);
        }
    }
}
