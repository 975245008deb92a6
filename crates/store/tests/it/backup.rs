//! A backup read back is the same city, on the same engine and on the other one.

use rules::person::Person;
use store::{Draft, StoreError};

use crate::engines::{CITY, Engine, Fixture, empty};
use crate::sample::{Sample, case_id, moment};

both_engines!(a_backup_is_the_same_city_on_either_engine);

async fn a_backup_is_the_same_city_on_either_engine(f: Fixture) {
    for n in 1..=30 {
        Sample::opened(n).save(&f.writer()).await.unwrap();
    }
    Sample::opened(4)
        .saved()
        .claimed(1, moment(99))
        .save(&f.writer())
        .await
        .unwrap();
    f.store.seal(CITY, moment(0)).await.unwrap();
    // Columns that a later migration added are kept too.
    let draft = Draft {
        token_hash: [7; 32],
        service: "report.litter".into(),
        service_version: 1,
        person: None,
        answers: service::Answers::new(),
        files: Vec::new(),
        at: moment(0),
        expires: moment(100),
        own_key: Some("chìa khóa".into()),
    };
    let kept = draft.clone();
    command!(f.writer(), [kept], |tx| tx.save_draft(&kept)).unwrap();
    let photo = f.store.files().put(CITY, &b"photo"[..]).await.unwrap();
    let backup = f.directory.path().join("backup");
    let manifest = f.store.backup(&backup, moment(0)).await.unwrap();
    assert_eq!(manifest.tables["event"].rows, 91);
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let Some(g) = empty(engine).await else {
            println!("PostgreSQL not found, skipped");
            continue;
        };
        g.store.migrate().await.unwrap();
        g.store.restore(&backup).await.unwrap();
        let again = g.directory.path().join("again");
        let second = g.store.backup(&again, moment(0)).await.unwrap();
        assert_eq!(second, manifest, "{engine:?}");
        assert!(g.reader().verify().await.unwrap().is_sound());
        assert!(g.reader().replay().await.unwrap().is_equal());
        assert_eq!(
            g.store.files().read(CITY, &photo.hash).await.unwrap(),
            &b"photo"[..]
        );
        let read = g.reader().draft(&draft.token_hash, moment(1)).await;
        assert_eq!(read.unwrap().as_ref(), Some(&draft), "{engine:?}");
        let found = g
            .reader()
            .search_cases(&Person::Nobody, "den duong hong so 12", 3)
            .await;
        assert_eq!(found.unwrap()[0].id, case_id(12));
        Sample::opened(31).save(&g.writer()).await.unwrap();
        let found = g
            .reader()
            .search_cases(&Person::Nobody, "den duong hong", 3)
            .await
            .unwrap();
        assert_eq!(found[0].id, case_id(31), "the newest comes first");
        let full = g.store.restore(&backup).await;
        assert!(
            matches!(full, Err(StoreError::Duplicate { .. })),
            "{full:?}"
        );
    }
    let events = backup.join("tables/event.jsonl");
    let text = std::fs::read_to_string(&events).unwrap();
    std::fs::write(&events, text.replacen("31135", "31136", 1)).unwrap();
    let g = empty(f.engine).await.unwrap();
    g.store.migrate().await.unwrap();
    let refused = g.store.restore(&backup).await;
    assert!(
        matches!(refused, Err(StoreError::Corrupt { .. })),
        "{refused:?}"
    );
    assert_eq!(
        g.reader().about_city().await.unwrap(),
        None,
        "nothing is kept of it"
    );
}
