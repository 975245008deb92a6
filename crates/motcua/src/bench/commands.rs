//! P3: officials decide steps through HTTP, each answer after its commit is durable; beside it the same
//! rows saved through the store without HTTP, session and rules.

use std::sync::Arc;
use std::time::Instant;

use actions::NewCase;
use anyhow::{Context, Result, ensure};
use rules::case::{Case, Command, Given, decide, record};
use rules::person::{Actor, Person};
use serde_json::json;
use service::Answers;
use service::definition::{Channel, Post, Who};
use store::{Extras, Save, StoreError};
use tokio::task::JoinSet;

use super::Options;
use super::folder::Folder;
use super::machine::file_system;
use super::measure::{Times, since};
use super::postgres::Private;
use super::report::{Report, Target};
use super::town::{Town, config};
use crate::config::Config;

const SERVICE: &str = "report.litter";
const DISPATCHER: &str = "1022";
const CENTRE: &str = "centre-1022";
const DOOR: &str = "/cases/{code}/decide";
const MODEST: u32 = 300;

pub async fn p3(base: &Config, options: &Options, folder: &Folder) -> Result<Report> {
    let cases = options.cases.unwrap_or(MODEST);
    let each = options.commands.div_ceil(options.clients.max(1));
    let size = format!(
        "{} commands of {} clients",
        each * options.clients,
        options.clients
    );
    let mut report = Report::new("p3", cases, size, options.seed);
    report.remark(format!(
        "Files on {}; server, clients and database share the cores.",
        file_system(folder.path())
    ));
    let room = folder.empty_room("commands-sqlite")?;
    let sqlite = config(base, &room, None);
    engine("SQLite", &sqlite, &room, options, 6_000.0, &mut report).await?;
    match Private::start()? {
        None => report.remark("PostgreSQL is not here: measured on SQLite only."),
        Some(server) => {
            let room = folder.empty_room("commands-postgres")?;
            let url = server.database("commands")?;
            let postgres = config(base, &room, Some(url));
            engine(
                server.version(),
                &postgres,
                &room,
                options,
                3_500.0,
                &mut report,
            )
            .await?;
        }
    }
    Ok(report)
}

async fn engine(
    name: &str,
    config: &Config,
    room: &std::path::Path,
    options: &Options,
    least: f64,
    report: &mut Report,
) -> Result<()> {
    let town = Town::serve(config, room, report.cases).await?;
    let clients = options.clients.max(1) as usize;
    let each = options.commands.div_ceil(options.clients.max(1)) as usize;

    let started = Instant::now();
    let opened = open(&town, clients, 2 * each).await?;
    let seconds = started.elapsed().as_secs_f64();
    report.figure(
        format!("{name}: open a case, rules and store without HTTP"),
        (2 * clients * each) as f64 / seconds,
        "/s",
    );
    let official = town
        .city()
        .sign_in(DISPATCHER, town.password(), "bench", "bench")
        .await?
        .person;
    let mut saves = Vec::new();
    let mut posts = Vec::new();
    for codes in opened {
        let mut cases = Vec::new();
        for code in codes {
            let seen = town.hall.reader().case_by_code(&official, &code).await?;
            cases.push(seen.with_context(|| format!("{code} is not there"))?.case);
        }
        let rest = cases.split_off(each);
        saves.push(
            cases
                .iter()
                .map(|case| prepared(&town, &official, case))
                .collect::<Result<_>>()?,
        );
        posts.push(rest);
    }
    let (bare, times) = yardstick(&town, saves).await?;
    report.figure(
        format!("yardstick: {name}, the same rows without HTTP and rules"),
        bare,
        "/s",
    );
    report.figure(format!("yardstick: {name}, p99"), times.at(0.99), "ms");
    if !Town::has(DOOR) {
        report.remark(format!(
            "{DOOR} is not among the routes: nothing measured through HTTP."
        ));
        town.close().await;
        return Ok(());
    }
    let (ours, times) = through_http(&town, posts).await?;
    report.aimed(
        format!("{name}: decide a step through HTTP"),
        ours,
        "/s",
        Target::at_least(least),
    );
    report.figure(format!("{name}: decide a step, p50"), times.median(), "ms");
    report.aimed(
        format!("{name}: decide a step, p99"),
        times.at(0.99),
        "ms",
        Target::at_most(15.0),
    );
    report.aimed(
        format!("{name}: share of the yardstick"),
        100.0 * ours / bare,
        "%",
        Target::at_least(50.0),
    );
    town.close().await;
    Ok(())
}

/// Opens cases by the city's own rules; their codes, client by client.
async fn open(town: &Town, clients: usize, each: usize) -> Result<Vec<Vec<String>>> {
    let answers = answers(town)?;
    let mut working = JoinSet::new();
    for client in 0..clients {
        let (city, answers) = (town.city().clone(), answers.clone());
        working.spawn(async move {
            let mut codes = Vec::with_capacity(each);
            for n in 0..each {
                let new = NewCase {
                    service: SERVICE.to_owned(),
                    answers: answers.clone(),
                    uploads: Vec::new(),
                    person: Person::Nobody,
                    applicant: Who::Citizen,
                    channel: Channel::Web,
                    key: format!("bench-{client}-{n}"),
                    public: true,
                    received_at: None,
                    about: None,
                };
                codes.push(city.open(new).await?.code);
            }
            anyhow::Ok(codes)
        });
    }
    working.join_all().await.into_iter().collect()
}

fn answers(town: &Town) -> Result<Answers> {
    let law = town.hall.law();
    let area = law
        .organisation
        .areas_on(
            town.hall
                .today()
                .map_err(|error| anyhow::anyhow!("{error:?}"))?,
        )
        .next();
    let area = area.context("a city without areas")?;
    let answers = json!({
        "what": "Rác chất đống trước chợ, bốc mùi, đã ba ngày chưa thu gom",
        "spot": "street",
        "hazardous": false,
        "where": {"lat": area.lat, "lon": area.lon, "area": area.code, "words": "đường Trần Hưng Đạo"},
    });
    answers
        .as_object()
        .cloned()
        .context("answers are an object")
}

/// The dispatcher's decision as the rules make it, made beforehand.
fn prepared(town: &Town, person: &Person, case: &Case) -> Result<Save> {
    let Person::Official(official) = person else {
        anyhow::bail!("{DISPATCHER} is no official");
    };
    let (law, answers) = (town.hall.law(), answers(town)?);
    let published = law.catalogue.get(&case.service, case.service_version);
    let published = published.with_context(|| format!("{} is not published", case.service))?;
    let actor = Actor::Official {
        id: official.id,
        unit: CENTRE.to_owned(),
        post: Post::Staff,
    };
    let now = town.hall.now();
    let given = Given::new(
        now,
        &actor,
        (&published.definition, published.number),
        &answers,
        law.calendar_of(case.clock.calendar)?,
        &law.organisation,
    );
    let task = case.tasks.first().context("a new case without a step")?;
    let command = Command::Decide {
        step: task.step.clone(),
        row: task.row,
        outcome: "accept".to_owned(),
        note: None,
        files: Vec::new(),
        answers: None,
    };
    let events = decide(case, command, &given).map_err(|refusal| anyhow::anyhow!("{refusal:?}"))?;
    let (after, recorded) = record(case.clone(), events, now, &actor);
    Ok(Save {
        prior: Some(case.clone()),
        case: after,
        recorded,
        extras: Extras::default(),
    })
}

/// Commands a second and their times.
async fn yardstick(town: &Town, saves: Vec<Vec<Save>>) -> Result<(f64, Times)> {
    let many: usize = saves.iter().map(Vec::len).sum();
    let started = Instant::now();
    let mut working = JoinSet::new();
    for saves in saves {
        let writer = town.city().store().writer(town.city().code());
        working.spawn(async move {
            let mut taken = Vec::with_capacity(saves.len());
            for save in saves {
                let save = Arc::new(save);
                let began = Instant::now();
                let saved: Result<(), StoreError> = writer
                    .run("bench", move |tx| {
                        let save = save.clone();
                        Box::pin(async move {
                            tx.save_case(
                                save.prior.as_ref(),
                                &save.case,
                                &save.recorded,
                                &save.extras,
                            )
                            .await
                        })
                    })
                    .await;
                saved?;
                taken.push(since(began));
            }
            anyhow::Ok(taken)
        });
    }
    finished(working, many, started).await
}

async fn through_http(town: &Town, cases: Vec<Vec<Case>>) -> Result<(f64, Times)> {
    let mut browsers = Vec::new();
    for _ in &cases {
        browsers.push(town.browser(Some(DISPATCHER)).await?);
    }
    let many: usize = cases.iter().map(Vec::len).sum();
    let started = Instant::now();
    let mut working = JoinSet::new();
    for (mut browser, cases) in browsers.into_iter().zip(cases) {
        working.spawn(async move {
            let mut taken = Vec::with_capacity(cases.len());
            for case in cases {
                let step = case.tasks.first().map_or("", |task| task.step.as_str());
                let version = case.version.to_string();
                let began = Instant::now();
                let path = format!("/cases/{}/decide", case.code);
                let form = [
                    ("step", step),
                    ("version", version.as_str()),
                    ("outcome", "accept"),
                ];
                let answer = browser.post(&path, &form).await?;
                taken.push(since(began));
                ensure!(answer.status == 303, "{path} answered {}", answer.status);
            }
            anyhow::Ok(taken)
        });
    }
    finished(working, many, started).await
}

async fn finished(
    mut working: JoinSet<Result<Vec<f64>>>,
    many: usize,
    started: Instant,
) -> Result<(f64, Times)> {
    let mut taken = Vec::with_capacity(many);
    while let Some(one) = working.join_next().await {
        taken.extend(one??);
    }
    Ok((
        many as f64 / started.elapsed().as_secs_f64(),
        Times::new(taken),
    ))
}
