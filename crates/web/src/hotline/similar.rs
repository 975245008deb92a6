//! Was it reported already? Open public reports of the kinds in question, by how near, how new and how alike their
//! words are. Nobody is told that two are the same: the operator looks.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use rules::Moment;
use rules::case::Spot;
use service::fold::fold;
use store::{CaseLine, Extent, Narrow, Page};

use crate::error::Failure;
use crate::hall::Hall;

/// Shown at a time.
const MOST: usize = 5;
/// Looked at for each kind.
const LOOKED_AT: u32 = 200;
/// As far and as long ago as two reports may be one (docs/plan: 50–250 m, twelve weeks); a pin set by ear is coarse.
const METRES: f64 = 500.0;
const DAYS: i64 = 84;
/// Below it nobody would call them alike.
const LEAST: f64 = 0.25;

/// A report that may be the same.
pub struct Similar {
    pub line: CaseLine,
    pub metres: Option<f64>,
    likeness: f64,
}

pub struct Sought<'a> {
    pub kinds: &'a [String],
    pub words: &'a str,
    pub area: &'a str,
    pub spot: Option<Spot>,
}

/// # Errors
/// Where the memory does not answer.
pub async fn similar(hall: &Hall, sought: &Sought<'_>) -> Result<Vec<Similar>, Failure> {
    let now = hall.now();
    let since = now - SignedDuration::from_hours(24 * DAYS);
    let mut found = Vec::new();
    for kind in sought.kinds {
        let lines = match (sought.spot, sought.area) {
            (Some(spot), _) => {
                let around = Extent::around(spot, METRES);
                hall.reader().open_near(kind, around, LOOKED_AT).await?
            }
            (None, "") => continue,
            (None, area) => {
                let narrow = Narrow {
                    services: vec![kind.clone()],
                    areas: vec![area.to_owned()],
                    open: Some(true),
                    opened_from: Some(since),
                    ..Narrow::default()
                };
                let page = Page {
                    after: None,
                    most: LOOKED_AT,
                };
                hall.reader().public_cases(&narrow, page).await?
            }
        };
        found.extend(lines.into_iter().filter(|line| line.opened >= since));
    }
    Ok(ranked(found, sought, now))
}

fn ranked(lines: Vec<CaseLine>, sought: &Sought<'_>, now: Moment) -> Vec<Similar> {
    let said = tokens(sought.words);
    let mut all: Vec<Similar> = lines
        .into_iter()
        .filter_map(|line| {
            let there = line.place.map(|(lat, lon)| Spot { lat, lon });
            let metres = sought
                .spot
                .zip(there)
                .map(|(here, there)| here.metres_to(there));
            let likeness = likeness(&said, &line, metres, now);
            let near = metres.is_none_or(|metres| metres <= METRES);
            (near && likeness >= LEAST).then_some(Similar {
                line,
                metres,
                likeness,
            })
        })
        .collect();
    all.sort_by(|a, b| b.likeness.total_cmp(&a.likeness));
    all.truncate(MOST);
    all
}

/// Words count for half, distance for a third, age for the rest; where no distance is known the words count for it.
fn likeness(said: &BTreeSet<String>, line: &CaseLine, metres: Option<f64>, now: Moment) -> f64 {
    let theirs = tokens(&line.title);
    #[expect(clippy::cast_precision_loss, reason = "words and days")]
    let (words, age) = {
        let common = said.intersection(&theirs).count() as f64;
        let fewer = said.len().min(theirs.len()).max(1) as f64;
        let days = now.duration_since(line.opened).as_secs().max(0) as f64 / 86_400.0;
        (common / fewer, (-days / 14.0).exp())
    };
    match metres {
        Some(metres) => 0.5 * words + 0.35 * (-metres / 150.0).exp() + 0.15 * age,
        None => 0.85 * words + 0.15 * age,
    }
}

fn tokens(text: &str) -> BTreeSet<String> {
    fold(text)
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| word.chars().count() > 1)
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rules::ids::CaseId;
    use service::definition::Kind;

    fn now() -> Moment {
        "2026-03-02T01:00:00Z".parse().expect("a moment")
    }

    fn line(code: &str, title: &str, days: i64, metres_north: f64) -> CaseLine {
        CaseLine {
            id: CaseId::new(now(), [1; 10]),
            code: code.into(),
            title: title.into(),
            service: "report.litter".into(),
            kind: Kind::Report,
            unit: "commune-31135".into(),
            area: None,
            life: 4,
            ending: None,
            opened: now() - SignedDuration::from_hours(24 * days),
            first_due: None,
            due: None,
            ended: None,
            rating: None,
            public: true,
            place: Some((10.03 + metres_north / Spot::DEGREE, 105.78)),
            version: 3,
        }
    }

    #[test]
    fn near_new_and_alike_comes_first() {
        let lines = vec![
            line("old", "Rác đổ trộm bên kênh", 70, 40.0),
            line("far", "Rác đổ trộm bên kênh", 1, 900.0),
            line("same", "Rác đổ trộm bên kênh Xáng Thổi", 1, 40.0),
            line("other", "Thùng hỏng nắp", 1, 40.0),
            line("else", "Thùng hỏng nắp", 60, 450.0),
        ];
        let sought = Sought {
            kinds: &[],
            words: "rac do trom ben kenh",
            area: "",
            spot: Some(Spot {
                lat: 10.03,
                lon: 105.78,
            }),
        };
        let codes = |sought: &Sought<'_>| -> Vec<String> {
            let found = ranked(lines.clone(), sought, now());
            found.into_iter().map(|one| one.line.code).collect()
        };
        assert_eq!(codes(&sought), ["same", "old", "other"]);
        // Without a pin the words decide, and what shares none is not shown.
        let by_words = Sought {
            spot: None,
            ..sought
        };
        let found = codes(&by_words);
        assert!(
            !found.contains(&"other".to_owned()) && found[0] != "old",
            "{found:?}"
        );
    }
}
