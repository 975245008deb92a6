//! P14: residents' reports at a size: a box of the map, what was reported already near a point, lists and search, asked of the
//! memory as pages ask. The reports are loaded in bulk as an import does, around the communes' middles.

use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, Result};
use rules::Moment;
use rules::case::event::{Event, Imported, Opened};
use rules::case::{Recorded, Spot, evolve};
use rules::ids::CaseId;
use rules::person::{Actor, Person};
use service::definition::{Channel, Ending, Kind};
use store::{Extent, Extras, Narrow, Page, Save, StoreError, Take};

use super::Options;
use super::folder::Folder;
use super::measure::{Times, since};
use super::pages::MODEST;
use super::report::{Report, Target};
use super::town::{Town, config};
use crate::config::Config;
use crate::demo::dice::Dice;

const MEANT: u32 = 1_000_000;
const CHUNK: u32 = 4_000;
const TIMES: usize = 200;
/// Cases that the demonstration lives itself.
const LIVED: u32 = 300;
const YEARS: f64 = 3.0;
/// Half of the box that the map asks for, and how near a duplicate may be.
const BOX: f64 = 3_000.0;
const NEAR: f64 = 100.0;

pub async fn p14(base: &Config, options: &Options, folder: &Folder) -> Result<Report> {
    let cases = options.cases.unwrap_or(MODEST);
    let mut report = Report::new("p14", cases, "residents' reports, SQLite", options.seed);
    let room = folder.room(&format!("reports-{cases}"))?;
    let config = config(base, &room, None);
    let town = Town::serve(&config, &room, LIVED).await?;
    let spots = fill(&town, cases, options.seed).await?;
    let reader = town.hall.reader();
    let mut dice = Dice::new(options.seed ^ 14);
    let mut places = Vec::with_capacity(TIMES);
    for _ in 0..TIMES {
        places.push(dice.pick(&spots).copied().context("a spot")?);
    }
    let services: Vec<String> = kinds(&town).into_iter().map(|(code, _)| code).collect();
    let areas: Vec<String> = areas(&town).into_iter().map(|(code, _)| code).collect();
    let units = units(&town);
    let page = |most| Page { after: None, most };

    for (what, kind, open) in [
        ("its 200 newest", false, None),
        ("the open ones", false, Some(true)),
        ("one kind", true, None),
        ("the open ones of one kind", true, Some(true)),
    ] {
        let mut taken = Vec::new();
        for (n, spot) in places.iter().enumerate() {
            let kinds = kind.then(|| services[n % services.len()].clone());
            let narrow = Narrow {
                services: kinds.into_iter().collect(),
                open,
                within: Some(Extent::around(*spot, BOX)),
                ..Narrow::default()
            };
            let began = Instant::now();
            reader.public_cases(&narrow, page(200)).await?;
            taken.push(since(began));
        }
        let what = format!("a box of 6 × 6 km, {what}");
        told(&mut report, &what, taken, 50.0);
    }

    let mut taken = Vec::new();
    for (n, spot) in places.iter().enumerate() {
        let service = &services[n % services.len()];
        let began = Instant::now();
        reader
            .open_near(service, Extent::around(*spot, NEAR), 10)
            .await?;
        taken.push(since(began));
    }
    told(&mut report, "open ones of a kind within 100 m", taken, 20.0);

    let mut taken = Vec::new();
    for n in 0..TIMES {
        let narrow = Narrow {
            services: vec![services[n % services.len()].clone()],
            areas: match n % 4 {
                0 | 1 => vec![areas[n % areas.len()].clone()],
                _ => Vec::new(),
            },
            units: match n % 4 {
                1 | 2 => vec![units[n % units.len()].clone()],
                _ => Vec::new(),
            },
            open: [None, Some(true), Some(false)][n % 3],
            ..Narrow::default()
        };
        let began = Instant::now();
        reader.public_cases(&narrow, page(30)).await?;
        taken.push(since(began));
    }
    told(&mut report, "the public list, narrowed", taken, 50.0);

    let mut taken = Vec::new();
    for n in 0..TIMES {
        let take = Take {
            narrow: Narrow {
                opened_from: Some(town.hall.now() - jiff::SignedDuration::from_hours(24 * 90)),
                open: [None, Some(true)][n % 2],
                ..Narrow::default()
            },
            most: 100,
            skip: u32::try_from(n % 5).unwrap_or(0) * 100,
            ..Take::default()
        };
        let began = Instant::now();
        reader.taken(&take).await?;
        taken.push(since(began));
    }
    told(
        &mut report,
        "Open311, a page of 100 of 90 days",
        taken,
        50.0,
    );

    for (what, text) in [
        ("two common words", "duong nguyen"),
        ("a rare word", "hoang hon tim"),
        ("a kind's name", "den chieu sang"),
    ] {
        let mut taken = Vec::new();
        for _ in 0..TIMES {
            let began = Instant::now();
            reader.search_cases(&Person::Nobody, text, 50).await?;
            taken.push(since(began));
        }
        told(&mut report, &format!("search, {what}"), taken, 50.0);
    }
    town.close().await;
    Ok(report)
}

fn told(report: &mut Report, what: &str, taken: Vec<f64>, most: f64) {
    let times = Times::new(taken);
    // At the full size the questions take minutes; the figures themselves come at the end.
    eprintln!("{what}: p99 {:.1} ms", times.at(0.99));
    report.figure(format!("{what}: p50"), times.median(), "ms");
    report.aimed(
        format!("{what}: p99"),
        times.at(0.99),
        "ms",
        Target::at_most(most).with(MEANT),
    );
}

fn kinds(town: &Town) -> Vec<(String, u32)> {
    let (law, today) = (town.city().law(), town.hall.today().unwrap_or_default());
    let all = law.catalogue.all(today);
    let kinds = all.filter(|one| one.definition.kind == Kind::Report);
    kinds
        .map(|one| (one.definition.service.clone(), one.number))
        .collect()
}

fn units(town: &Town) -> Vec<String> {
    let (law, today) = (town.city().law(), town.hall.today().unwrap_or_default());
    let all = law.organisation.units_on(today);
    all.filter(|unit| unit.kind == "commune")
        .map(|unit| unit.code.clone())
        .collect()
}

fn areas(town: &Town) -> Vec<(String, Spot)> {
    let (law, today) = (town.city().law(), town.hall.today().unwrap_or_default());
    let all = law.organisation.areas_on(today);
    all.map(|area| {
        let (lat, lon) = (area.lat, area.lon);
        (area.code.clone(), Spot { lat, lon })
    })
    .collect()
}

const STREETS: &[&str] = &[
    "đường Nguyễn Trãi",
    "đường 3 Tháng 2",
    "hẻm 51",
    "đường Trần Hưng Đạo",
    "chợ An Hòa",
    "bến Ninh Kiều",
    "đường Mậu Thân",
    "cầu Cái Răng",
];
const THINGS: &[&str] = &[
    "đèn không sáng",
    "rác chất đống",
    "ổ gà lớn",
    "nước ngập",
    "nắp cống vỡ",
    "cây ngã",
    "loa ồn ào",
    "lấn chiếm vỉa hè",
];

/// Brings the reports, unless this folder has them already. Gives some of their places.
async fn fill(town: &Town, cases: u32, seed: u64) -> Result<Vec<Spot>> {
    let mut dice = Dice::new(seed);
    let (kinds, areas) = (kinds(town), areas(town));
    let units = units(town);
    // The middle of the city has most: the nth commune a weight of 1/(n+3).
    let weights: Vec<f64> = (0u32..)
        .zip(&areas)
        .map(|(n, _)| 1.0 / f64::from(n + 3))
        .collect();
    let there = town.hall.facts().len() as u64 > u64::from(LIVED) * 2;
    let now = town.hall.now().as_second();
    #[allow(clippy::cast_possible_truncation)]
    let span = (YEARS * 365.25 * 86_400.0) as i64;
    let (mut spots, mut made) = (Vec::new(), 0);
    while made < cases {
        let mut saves = Vec::new();
        for n in made..(made + CHUNK).min(cases) {
            let (area, middle) = &areas[dice.weighted(&weights)];
            let spot = Spot {
                lat: middle.lat + dice.normal() * 0.008,
                lon: middle.lon + dice.normal() * 0.008,
            };
            if n % 97 == 0 {
                spots.push(spot);
            }
            let (service, version) = dice.pick(&kinds).context("a kind")?.clone();
            let opened = now - span + i64::from(n) * span / i64::from(cases);
            #[allow(clippy::cast_possible_truncation)]
            let lasted = dice.around(3.0 * 86_400.0, 1.2) as i64;
            let ended = opened + lasted;
            saves.push(one(
                n,
                (&service, version),
                dice.pick(&units).context("a unit")?,
                (area, spot),
                (opened, (ended < now).then_some(ended)),
                &format!(
                    "{} {} số {n}",
                    dice.pick(STREETS).copied().unwrap_or_default(),
                    dice.pick(THINGS).copied().unwrap_or_default()
                ),
            )?);
        }
        made += CHUNK.min(cases - made);
        if there {
            continue;
        }
        let saves = Arc::new(saves);
        let writer = town.city().store().writer(town.city().code());
        let written: Result<(), StoreError> = writer
            .run("bench", move |tx| {
                let saves = saves.clone();
                Box::pin(async move { tx.save_opened(&saves).await })
            })
            .await;
        written?;
    }
    Ok(spots)
}

fn one(
    n: u32,
    (service, version): (&str, u32),
    unit: &str,
    (area, spot): (&str, Spot),
    (opened, ended): (i64, Option<i64>),
    words: &str,
) -> Result<Save> {
    let at = Moment::from_second(opened)?;
    let mut chance = [0; 10];
    chance[6..].copy_from_slice(&n.to_be_bytes());
    let imported = Imported {
        opened: Opened {
            code: format!("P14-{n}"),
            service: service.to_owned(),
            service_version: version,
            kind: Kind::Report,
            channel: Channel::Web,
            applicant: None,
            applicant_kind: None,
            unit: unit.to_owned(),
            received_at: None,
            area: Some(area.to_owned()),
            place: Some(spot),
            public: true,
            about: None,
        },
        at,
        due: Some(Moment::from_second(opened + 5 * 86_400)?),
        ended: match ended {
            Some(ended) => Some((Ending::Solved, Moment::from_second(ended)?)),
            None => None,
        },
    };
    let recorded = Recorded {
        case: CaseId::new(at, chance),
        version: 1,
        at,
        actor: Actor::Import,
        event: Event::Imported(Box::new(imported)),
    };
    Ok(Save {
        prior: None,
        case: evolve(None, &recorded),
        recorded: vec![recorded],
        extras: Extras {
            title: Some(words.to_owned()),
            words: Some(words.to_owned()),
            group: "Hạ tầng đô thị".to_owned(),
            ..Extras::default()
        },
    })
}
