//! The record: sealed in order, sound, and broken by any change.

use rules::person::Actor;
use service::definition::Ending;

use crate::engines::{CITY, Engine, Fixture};
use crate::sample::{Sample, case_id, moment};

both_engines!(
    sealing_gives_positions_and_slots,
    listeners_hear_of_sealed_events,
    verify_and_replay_find_nothing_wrong,
    any_change_of_the_record_is_found,
    any_change_of_a_row_is_found,
    a_receipt_proves_an_event,
    many_sealers_make_one_log,
);

/// Twelve cases, some carried on, three seals, two events still waiting.
async fn a_record(f: &Fixture) {
    for n in 1..=12 {
        Sample::opened(n).save(&f.writer()).await.unwrap();
        if n % 5 == 0 {
            f.store.seal(CITY, moment(i64::from(n))).await.unwrap();
        }
    }
    for n in [2, 4, 6] {
        let claimed = Sample::opened(n).saved().claimed(n, moment(500));
        claimed.save(&f.writer()).await.unwrap();
        let ended = claimed
            .saved()
            .ended(Ending::Solved, moment(600 + i64::from(n)));
        ended.save(&f.writer()).await.unwrap();
    }
    f.store.seal(CITY, moment(1000)).await.unwrap();
    let claimed = Sample::opened(3).saved().claimed(1, moment(2000));
    claimed.save(&f.writer()).await.unwrap();
}

async fn sealing_gives_positions_and_slots(f: Fixture) {
    assert_eq!(f.store.seal(CITY, moment(0)).await.unwrap(), 0);
    a_record(&f).await;
    let changes = f.reader().changes_after(0, 1000).await.unwrap();
    assert_eq!(changes.len(), 12 * 3 + 3 * 3);
    for (n, change) in (1i64..).zip(&changes) {
        assert_eq!(change.pos, n);
        let case = (1..=12).find(|n| case_id(*n) == change.case).unwrap();
        assert_eq!(
            change.slot,
            case - 1,
            "slots are given in the order of opening"
        );
    }
    assert_eq!(changes[36].kind, "claimed");
    let page = f.reader().facts_after(0, 20).await.unwrap();
    assert_eq!((page.upto, page.rows.len()), (20, 7));
    let rest = f.reader().facts_after(page.upto, 1000).await.unwrap();
    assert_eq!(rest.upto, 45);
    let row = &rest.rows.iter().find(|(slot, _)| *slot == 11).unwrap().1;
    assert_eq!(
        (row.unit.as_str(), row.group.as_str()),
        ("commune-31135", "ha-tang")
    );
}

async fn listeners_hear_of_sealed_events(f: Fixture) {
    let mut listener = f.store.listen();
    Sample::opened(1).save(&f.writer()).await.unwrap();
    f.store.committed().await;
    f.store.seal(CITY, moment(0)).await.unwrap();
    let heard = listener.recv().await.unwrap();
    assert_eq!(
        (heard.city.as_str(), heard.case, heard.version),
        (CITY, case_id(1), 1)
    );
    assert_eq!(listener.recv().await.unwrap().version, 2);
}

async fn verify_and_replay_find_nothing_wrong(f: Fixture) {
    a_record(&f).await;
    let verified = f.reader().verify().await.unwrap();
    assert_eq!(verified.broken, None);
    assert_eq!(
        (verified.cases, verified.events, verified.waiting),
        (12, 46, 1)
    );
    assert_eq!(verified.seals, 3);
    let replayed = f.reader().replay().await.unwrap();
    assert_eq!(replayed.differences, []);
    assert_eq!((replayed.cases, replayed.events), (12, 46));
}

async fn any_change_of_the_record_is_found(f: Fixture) {
    a_record(&f).await;
    let blob = |hex: &str| match f.engine {
        Engine::Sqlite => format!("X'{hex}'"),
        Engine::Postgres => format!("'\\x{hex}'::bytea"),
    };
    let zero = blob(&"00".repeat(32));
    let one = blob(&case_id(1).to_string());
    let at =
        |sql: &str| format!("{sql} WHERE city = 'can-tho' AND case_id = {one} AND version = 2");
    let changes = [
        (at("UPDATE event SET at = at + 1"), "event 2 of case"),
        (
            at("UPDATE event SET payload = replace(payload, '3000', '3001')"),
            "event 2 of case",
        ),
        (
            at("UPDATE event SET actor = '\"clock\"'"),
            "event 2 of case",
        ),
        (at("UPDATE event SET kind = 'claimed'"), "event 2 of case"),
        (
            at(&format!("UPDATE event SET hash = {zero}")),
            "event 2 of case",
        ),
        (at("UPDATE event SET version = 22"), "event 3 of case"),
        (at("UPDATE event SET city = 'other'"), "event 3 of case"),
        (at("DELETE FROM event"), "event 3 of case"),
        (
            at(&format!("UPDATE log SET event_hash = {zero}")),
            "event 2 of case",
        ),
        (
            "UPDATE log SET slot = slot + 1 WHERE pos = 2".into(),
            "seal 1",
        ),
        (
            "UPDATE log SET pos = 99 WHERE pos = 2".into(),
            "log position 2",
        ),
        ("DELETE FROM log WHERE pos = 45".into(), "log position 45"),
        (
            "UPDATE seal SET at = at + 1 WHERE height = 2".into(),
            "seal 2",
        ),
        (
            "UPDATE seal SET slots = slots + 1 WHERE height = 3".into(),
            "seal 3",
        ),
        (
            format!("UPDATE seal SET prev = {zero} WHERE height = 2"),
            "seal 2",
        ),
        (
            format!("UPDATE seal SET root = {zero} WHERE height = 2"),
            "seal 2",
        ),
        ("DELETE FROM seal WHERE height = 3".into(), "the log"),
        (
            "DELETE FROM outbox WHERE topic = 'seal'".into(),
            "the queue",
        ),
    ];
    // Each change is made in a copy of the record.
    let backup = f.directory.path().join("backup");
    f.store.backup(&backup, moment(3000)).await.unwrap();
    for (n, (sql, place)) in changes.iter().enumerate() {
        let g = crate::engines::empty(f.engine).await.unwrap();
        g.store.migrate().await.unwrap();
        g.store.restore(&backup).await.unwrap();
        assert!(g.reader().verify().await.unwrap().is_sound());
        assert_eq!(g.tamper(sql).await, 1, "{sql}");
        let verified = g.reader().verify().await.unwrap();
        let broken = verified
            .broken
            .unwrap_or_else(|| panic!("not found: {sql}"));
        assert!(broken.place.starts_with(place), "{n} {sql}: {broken:?}");
    }
}

async fn any_change_of_a_row_is_found(f: Fixture) {
    a_record(&f).await;
    let differs = async |sql: &str, back: &str| {
        assert_eq!(f.tamper(sql).await, 1, "{sql}");
        let replayed = f.reader().replay().await.unwrap();
        assert_eq!(replayed.differing, 1, "{sql}");
        assert_eq!(f.tamper(back).await, 1, "{back}");
        replayed.differences[0].what.clone()
    };
    let code = "code = 'H13.26.0107-260601-0004'";
    let swap = |column: &str, a: &str, b: &str| {
        (
            format!("UPDATE cases SET {column} = {a} WHERE {code}"),
            format!("UPDATE cases SET {column} = {b} WHERE {code}"),
        )
    };
    let (sql, back) = swap("unit", "'commune-1'", "'commune-31135'");
    assert!(differs(&sql, &back).await.starts_with("column unit"));
    let (sql, back) = swap("ended", "ended + 1", "ended - 1");
    assert!(differs(&sql, &back).await.starts_with("column ended"));
    let (sql, back) = swap("public", "0", "1");
    assert!(differs(&sql, &back).await.starts_with("column public"));
    let task = "UPDATE task SET sort = sort";
    let one = format!(
        "case_id = (SELECT id FROM cases WHERE {})",
        code.replace("0004", "0005")
    );
    let what = differs(
        &format!("{task} + 1 WHERE {one}"),
        &format!("{task} - 1 WHERE {one}"),
    )
    .await;
    assert!(what.contains("inbox"), "{what}");
    assert!(f.reader().replay().await.unwrap().is_equal());
}

async fn a_receipt_proves_an_event(f: Fixture) {
    a_record(&f).await;
    for (n, version) in [(1, 1), (4, 5), (12, 3)] {
        let receipt = f
            .reader()
            .receipt(case_id(n), version)
            .await
            .unwrap()
            .unwrap();
        assert!(receipt.holds());
        let mut forged = receipt.clone();
        forged.entry.event_hash[31] ^= 1;
        assert!(!forged.holds());
        let mut moved = receipt;
        moved.seal.at += 1;
        assert!(!moved.holds());
    }
    assert_eq!(
        f.reader().receipt(case_id(3), 4).await.unwrap(),
        None,
        "not sealed yet"
    );
}

async fn many_sealers_make_one_log(f: Fixture) {
    let sealers = (0..4).map(|_| {
        let store = f.store.clone();
        tokio::spawn(async move {
            for n in 0..20 {
                store.seal(CITY, moment(n)).await.unwrap();
                tokio::task::yield_now().await;
            }
        })
    });
    let sealers: Vec<_> = sealers.collect();
    let writers = (0..4).map(|k| {
        let writer = f.writer();
        tokio::spawn(async move {
            for n in 0..25 {
                let opened = Sample::opened(k * 100 + n);
                opened.save(&writer).await.unwrap();
                let mut rated = opened.saved();
                let event = rules::case::Event::Rated {
                    score: 4,
                    note: None,
                };
                rated.then(moment(900), Actor::Visitor, event);
                rated.save(&writer).await.unwrap();
            }
        })
    });
    for task in writers.collect::<Vec<_>>().into_iter().chain(sealers) {
        task.await.unwrap();
    }
    f.store.seal(CITY, moment(5000)).await.unwrap();
    let verified = f.reader().verify().await.unwrap();
    assert_eq!(verified.broken, None);
    assert_eq!((verified.events, verified.waiting), (400, 0));
    assert_eq!(f.reader().last_position().await.unwrap(), 400);
    assert!(f.reader().replay().await.unwrap().is_equal());
}
