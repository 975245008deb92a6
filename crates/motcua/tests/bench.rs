//! Every bench runs at its smallest size and says its figures. Nothing here judges how fast.

use std::path::{Path, PathBuf};

use motcua::bench::{NAMES, Options, run};
use motcua::config::Config;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn config() -> Config {
    Config {
        services: root().join("services"),
        data: root().join("data"),
        ..Config::default()
    }
}

/// Ten service requests as the real table has them.
fn table(folder: &Path) -> PathBuf {
    let path = folder.join("requests.csv");
    let head = "CASE_ENQUIRY_ID,OPEN_DT,TARGET_DT,CLOSED_DT,OnTime_Status,CASE_STATUS,CLOSURE_REASON,CASE_TITLE,SUBJECT,REASON,TYPE,QUEUE,Department,neighborhood,LATITUDE,LONGITUDE,Source\n";
    let row = |n: u32| {
        format!(
            "{n},01/{n:02}/2015 08:00:00 AM,02/01/2015 08:00:00 AM,01/20/2015 09:00:00 AM,ONTIME,Closed,Case Resolved,Pothole,PWD,Highway,Pothole,Q,PWDx,Roxbury,42.33,-71.08,Self Service\n"
        )
    };
    let rows: String = (1..=10).map(row).collect();
    std::fs::write(&path, format!("{head}{rows}")).expect("written");
    path
}

async fn small(name: &str, figures: &[&str]) {
    let folder = tempfile::tempdir().expect("a folder");
    let options = Options {
        cases: Some(200),
        commands: 16,
        clients: 2,
        rate: 20,
        seconds: 1,
        folder: Some(folder.path().to_owned()),
        program: Some(env!("CARGO_BIN_EXE_motcua").into()),
        table: Some(table(folder.path())),
        mapping: root().join("data/import/boston-311.toml"),
        ..Options::default()
    };
    let reports = run(&config(), name, &options).await.expect(name);
    let report = &reports[0];
    let text = report.text();
    for figure in figures {
        let found = report.figures.iter().find(|one| one.what.contains(figure));
        assert!(
            found.is_some_and(|one| one.value > 0.0),
            "{figure} in\n{text}"
        );
    }
    assert!(
        text.contains("seed 20250701") && text.contains("cores"),
        "{text}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_league_and_its_yardsticks() {
    small("p1", &["memory of a case", "league by unit", "a bare loop"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_league_in_many_ways() {
    small("p2", &["by unit, opened in one year", "unit × month"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn commands_through_http() {
    small(
        "p3",
        &[
            "SQLite: decide a step through HTTP",
            "SQLite: decide a step, p99",
            "share of the yardstick",
        ],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn mixed_pages() {
    small(
        "p4",
        &[
            "all pages: p50",
            "inbox: p99",
            "case: p50",
            "search of services: p99",
        ],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn start_and_memory() {
    small("p6", &["start to the first page", "counted from the log"]).await;
    small("p7", &["resident after 200 pages"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn import_of_another_citys_requests() {
    small("p8", &["whole import", "cases loaded"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn receipts_as_pdf() {
    small("p9", &["the first", "one: median", "size"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn search_without_marks() {
    small("p10", &["services (50 shown)", "cases, as the leadership"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_gate_on_a_huge_definition() {
    small("p11", &["check: median"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_bench_is_said_with_the_known_ones() {
    let error = run(&config(), "p99", &Options::default())
        .await
        .expect_err("no such bench");
    assert!(error.to_string().contains(NAMES[0]), "{error}");
}
