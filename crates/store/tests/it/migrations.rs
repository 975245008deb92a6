//! Migrations run once, forward, and keep what is there.

use store::migrate::{MIGRATIONS, tables};

use crate::engines::{Engine, Fixture, founded};
use crate::sample::{Sample, moment};

both_engines!(
    migrating_again_changes_nothing,
    a_newer_database_is_not_touched,
    servers_may_start_together,
);

async fn migrating_again_changes_nothing(f: Fixture) {
    Sample::opened(1).save(&f.writer()).await.unwrap();
    f.store.seal("can-tho", moment(0)).await.unwrap();
    f.store.migrate().await.unwrap();
    assert!(f.reader().verify().await.unwrap().is_sound());
    assert!(f.reader().replay().await.unwrap().is_equal());
}

async fn a_newer_database_is_not_touched(f: Fixture) {
    f.tamper("INSERT INTO migration (city, version) VALUES ('*', 999)")
        .await;
    let refused = f.store.migrate().await.unwrap_err().to_string();
    assert!(refused.contains("999"), "{refused}");
}

async fn servers_may_start_together(f: Fixture) {
    let g = crate::engines::empty(f.engine).await.unwrap();
    let starts = (0..4).map(|_| {
        let store = g.store.clone();
        tokio::spawn(async move { store.migrate().await })
    });
    for start in starts.collect::<Vec<_>>() {
        start.await.unwrap().unwrap();
    }
}

#[test]
fn versions_stand_in_order() {
    let versions = MIGRATIONS.iter().map(|migration| migration.version);
    assert!(versions.is_sorted_by(|a, b| a < b));
    assert!(MIGRATIONS.iter().flat_map(|m| tables(m.text)).count() >= 25);
    // The harness itself: a founded city is there on the engine that needs nothing installed.
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let fixture = runtime.block_on(founded(Engine::Sqlite)).unwrap();
    let city = runtime.block_on(fixture.reader().about_city()).unwrap();
    assert_eq!(city.unwrap().name, "Cần Thơ");
}
