//! P10: "dang ky dat" typed without marks, over cases and services, as a resident and as the city's
//! leadership (who may see most, and pays most for it).

use std::time::Instant;

use anyhow::Result;
use rules::person::Person;
use store::StoreError;

use super::Options;
use super::folder::Folder;
use super::measure::{Times, since};
use super::pages::MODEST;
use super::report::{Report, Target};
use super::town::{Town, config};
use crate::config::Config;
use crate::demo::dice::Dice;

const MEANT: u32 = 1_000_000;
const SERVICES: u32 = 2_000;
const QUESTION: &str = "dang ky dat";
const TIMES: usize = 200;
const MOST: u32 = 50;

pub async fn p10(base: &Config, options: &Options, folder: &Folder) -> Result<Report> {
    let cases = options.cases.unwrap_or(MODEST);
    let size = format!("{SERVICES} services, SQLite");
    let mut report = Report::new("p10", cases, size, options.seed);
    let room = folder.room(&format!("city-{cases}"))?;
    let config = config(base, &room, None);
    let town = Town::serve(&config, &room, cases).await?;
    index_services(&town, options.seed).await?;
    let leader = town
        .city()
        .sign_in("lanhdao", town.password(), "bench", "bench")
        .await?
        .person;
    let reader = town.hall.reader();
    let (mut services, mut public, mut seen) = (Vec::new(), Vec::new(), Vec::new());
    let mut found = (0, 0, 0);
    for _ in 0..TIMES {
        let began = Instant::now();
        found.0 = reader.search_services(QUESTION, MOST).await?.len();
        services.push(since(began));
        let began = Instant::now();
        found.1 = reader
            .search_cases(&Person::Nobody, QUESTION, MOST)
            .await?
            .len();
        public.push(since(began));
        let began = Instant::now();
        found.2 = reader.search_cases(&leader, QUESTION, MOST).await?.len();
        seen.push(since(began));
    }
    for (what, taken, found) in [
        ("services", services, found.0),
        ("cases, as a resident", public, found.1),
        ("cases, as the leadership", seen, found.2),
    ] {
        let times = Times::new(taken);
        report.figure(format!("{what} ({found} shown): p50"), times.median(), "ms");
        report.aimed(
            format!("{what}: p99"),
            times.at(0.99),
            "ms",
            Target::at_most(30.0).with(MEANT),
        );
    }
    town.close().await;
    Ok(report)
}

/// Services named as the nation's procedures are: an act, a thing, a case of it.
async fn index_services(town: &Town, seed: u64) -> Result<()> {
    const ACTS: &[&str] = &[
        "Đăng ký",
        "Cấp",
        "Cấp lại",
        "Xác nhận",
        "Gia hạn",
        "Thu hồi",
        "Điều chỉnh",
        "Công nhận",
    ];
    const THINGS: &[&str] = &[
        "quyền sử dụng đất",
        "khai sinh",
        "kết hôn",
        "hộ kinh doanh",
        "giấy phép xây dựng",
        "giấy phép lái xe",
        "biến động đất đai",
        "tài sản gắn liền với đất",
        "giấy phép môi trường",
        "chứng chỉ hành nghề",
    ];
    const CASES: &[&str] = &[
        "lần đầu",
        "có yếu tố nước ngoài",
        "do chuyển nhượng",
        "lưu động",
        "cho tổ chức",
        "cho hộ nghèo",
    ];
    let mut dice = Dice::new(seed);
    let now = town.hall.now();
    let mut word = |list: &[&str]| dice.pick(list).copied().unwrap_or_default().to_owned();
    let services: Vec<(String, String)> = (0..SERVICES)
        .map(|n| {
            (
                format!("bench.{n}"),
                format!("{} {} {}", word(ACTS), word(THINGS), word(CASES)),
            )
        })
        .collect();
    let writer = town.city().store().writer(town.city().code());
    let written: Result<(), StoreError> = writer
        .run("bench", move |tx| {
            let services = services.clone();
            Box::pin(async move {
                for (code, title) in &services {
                    tx.index_service(code, title, title, now).await?;
                }
                Ok(())
            })
        })
        .await;
    Ok(written?)
}
