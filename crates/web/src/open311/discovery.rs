//! Where the interface is and what it speaks. Its changeset is that of the definitions: when a service is
//! published anew, clients drop what they kept.

use super::moment::written;
use super::said::Said;
use super::tree::{Node, text};
use crate::hall::Hall;

pub const SPECIFICATION: &str = "http://wiki.open311.org/GeoReport_v2";

pub fn discovery(hall: &Hall) -> Said {
    let law = hall.law();
    let today = hall.today()?;
    // A definition takes effect at the beginning of a day of the city.
    let newest = super::services::offered(&law, today)
        .into_iter()
        .filter_map(|d| d.effective)
        .max()
        .unwrap_or(today);
    let calendar = law.calendar().map_err(crate::error::Failure::from)?;
    let changed = calendar
        .at(newest, jiff::civil::Time::midnight())
        .map_err(crate::error::Failure::fault)?;
    let changeset = written(changed);
    let formats = || {
        let formats = ["text/xml", "application/json"];
        Node::List("format", formats.map(text).to_vec())
    };
    let endpoint = |path: &str, kind: &str| {
        Node::Fields(vec![
            ("specification", text(SPECIFICATION)),
            ("url", text(hall.link(path))),
            ("changeset", text(changeset.clone())),
            ("type", text(kind)),
            ("formats", formats()),
        ])
    };
    let real = if hall.house().demo {
        "test"
    } else {
        "production"
    };
    let endpoints = vec![
        endpoint("/open311/v2", real),
        endpoint("/open311/test/v2", "test"),
    ];
    Ok((
        "discovery",
        Node::Fields(vec![
            ("changeset", text(changeset.clone())),
            ("contact", text(hall.link("/open311"))),
            ("key_service", text(hall.link("/open311"))),
            ("endpoints", Node::List("endpoint", endpoints)),
        ]),
    ))
}
