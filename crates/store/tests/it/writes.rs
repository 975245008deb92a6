//! Commands: all or nothing, one winner, one case for two taps, numbers without gaps, many under one
//! commit.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use rules::case::Event;
use rules::person::Person;
use store::StoreError;

use crate::engines::Fixture;
use crate::sample::{Sample, case_id, moment};

both_engines!(
    a_case_comes_back_as_it_was_saved,
    the_second_writer_learns_what_happened_meanwhile,
    a_failed_command_leaves_nothing,
    two_taps_make_one_case,
    two_hundred_codes_have_no_gap,
    commands_share_commits_and_fail_alone,
    a_panic_reaches_its_caller_alone,
    wrong_versions_and_fine_moments_are_refused,
    work_is_taken_by_part_and_put_back,
    a_code_is_given_once,
);

async fn a_case_comes_back_as_it_was_saved(f: Fixture) {
    let mut sample = Sample::opened(1);
    sample.save(&f.writer()).await.unwrap();
    sample = sample.saved().claimed(7, moment(100));
    sample.save(&f.writer()).await.unwrap();
    let seen = f
        .reader()
        .case(&Person::Nobody, case_id(1))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(&seen.case, sample.case());
    assert_eq!(seen.title, "Đèn đường hỏng số 1");
    let timeline = f.reader().timeline(case_id(1)).await.unwrap();
    assert_eq!(timeline.len(), 4);
    assert_eq!(timeline[3], sample.recorded[0]);
}

async fn the_second_writer_learns_what_happened_meanwhile(f: Fixture) {
    let opened = Sample::opened(1);
    opened.save(&f.writer()).await.unwrap();
    let first = opened.clone().saved().claimed(7, moment(100));
    let second = opened.saved().claimed(8, moment(101));
    first.save(&f.writer()).await.unwrap();
    let error = second.save(&f.writer()).await.unwrap_err();
    let StoreError::Conflict(conflict) = error else {
        panic!("{error}");
    };
    assert_eq!((conflict.seen, conflict.now), (3, 4));
    assert_eq!(conflict.meanwhile, first.recorded);
    assert_eq!(f.reader().timeline(case_id(1)).await.unwrap().len(), 4);
}

async fn a_failed_command_leaves_nothing(f: Fixture) {
    let sample = Sample::opened(1);
    let outcome: Result<(), StoreError> = f
        .writer()
        .run("fail", move |tx| {
            let sample = sample.clone();
            Box::pin(async move {
                sample.save_in(tx).await?;
                tx.set_value("done", "yes").await?;
                Err(StoreError::Closed)
            })
        })
        .await;
    assert!(matches!(outcome, Err(StoreError::Closed)));
    assert!(f.reader().timeline(case_id(1)).await.unwrap().is_empty());
    assert_eq!(f.reader().value("done").await.unwrap(), None);
    assert!(
        f.reader()
            .search_cases(&Person::Nobody, "den duong", 5)
            .await
            .unwrap()
            .is_empty()
    );
}

async fn two_taps_make_one_case(f: Fixture) {
    let opened = Arc::new(AtomicU32::new(0));
    let taps = (0..20).map(|n| {
        let (writer, opened) = (f.writer(), opened.clone());
        tokio::spawn(async move {
            writer
                .run("open", move |tx| {
                    let opened = opened.clone();
                    Box::pin(async move {
                        let now = moment(0);
                        if let Some(code) = tx.once::<String>("tap-1", now).await? {
                            return Ok::<_, StoreError>(code);
                        }
                        let sample = Sample::opened(n);
                        sample.save_in(tx).await?;
                        let code = sample.case().code.clone();
                        tx.remember("tap-1", &code).await?;
                        opened.fetch_add(1, Ordering::Relaxed);
                        Ok(code)
                    })
                })
                .await
                .unwrap()
        })
    });
    let mut codes = Vec::new();
    for tap in taps.collect::<Vec<_>>() {
        codes.push(tap.await.unwrap());
    }
    codes.dedup();
    assert_eq!(codes.len(), 1);
    assert_eq!(opened.load(Ordering::Relaxed), 1);
    assert_eq!(f.reader().fact_rows(None, 100).await.unwrap().len(), 1);
}

async fn two_hundred_codes_have_no_gap(f: Fixture) {
    let day = jiff::civil::date(2026, 6, 1);
    let runs = (0..200).map(|n| {
        let writer = f.writer();
        tokio::spawn(async move {
            writer
                .run("number", move |tx| {
                    Box::pin(async move {
                        let number = tx.next_number("commune-31135", day).await?;
                        // Every tenth fails after it took its number: no gap may remain.
                        match n % 10 {
                            9 => Err(StoreError::Closed),
                            _ => Ok(number),
                        }
                    })
                })
                .await
        })
    });
    let mut numbers = Vec::new();
    for run in runs.collect::<Vec<_>>() {
        numbers.extend(run.await.unwrap().ok());
    }
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=180).collect::<Vec<i64>>());
}

async fn commands_share_commits_and_fail_alone(f: Fixture) {
    let runs = (0..300u32).map(|n| {
        let writer = f.writer();
        tokio::spawn(async move {
            let outcome: Result<(), StoreError> = writer
                .run("set", move |tx| {
                    Box::pin(async move {
                        tx.set_value(&format!("value-{n}"), "1").await?;
                        match n % 3 {
                            0 => Err(StoreError::Closed),
                            _ => Ok(()),
                        }
                    })
                })
                .await;
            outcome.is_ok()
        })
    });
    for (n, run) in runs.collect::<Vec<_>>().into_iter().enumerate() {
        let ok = run.await.unwrap();
        assert_eq!(ok, n % 3 != 0);
        let stored = f.reader().value(&format!("value-{n}")).await.unwrap();
        assert_eq!(stored.is_some(), ok, "value-{n}");
    }
}

async fn a_panic_reaches_its_caller_alone(f: Fixture) {
    let writer = f.writer();
    let fell = tokio::spawn(async move {
        let outcome: Result<(), StoreError> = writer
            .run("fall", |tx| {
                Box::pin(async move {
                    tx.set_value("fell", "1").await?;
                    panic!("on purpose")
                })
            })
            .await;
        outcome
    });
    assert!(fell.await.unwrap_err().is_panic());
    assert_eq!(f.reader().value("fell").await.unwrap(), None);
    Sample::opened(1).save(&f.writer()).await.unwrap();
}

async fn wrong_versions_and_fine_moments_are_refused(f: Fixture) {
    let mut gap = Sample::opened(1);
    gap.recorded.remove(1);
    assert!(matches!(
        gap.save(&f.writer()).await,
        Err(StoreError::Misuse { .. })
    ));
    let mut fine = Sample::opened(2);
    fine.recorded[0].at += jiff::SignedDuration::from_nanos(1);
    assert!(matches!(
        fine.save(&f.writer()).await,
        Err(StoreError::Misuse { .. })
    ));
    let mut renamed = Sample::opened(3);
    renamed.save(&f.writer()).await.unwrap();
    renamed = renamed.saved().claimed(7, moment(100));
    renamed.case.as_mut().unwrap().code = "other".into();
    assert!(matches!(
        renamed.save(&f.writer()).await,
        Err(StoreError::Misuse { .. })
    ));
}

async fn work_is_taken_by_part_and_put_back(f: Fixture) {
    let mut sample = Sample::opened(1);
    sample.extras.posts.push(store::Post {
        topic: "notice".into(),
        payload: serde_json::json!({"kind": "received"}),
        not_before: moment(10),
    });
    sample.save(&f.writer()).await.unwrap();
    let take = async |now: i64| {
        let writer = f.writer();
        let taken = writer.run("take", move |tx| {
            Box::pin(async move {
                let mut jobs = Vec::new();
                for part in 0..store::PARTS {
                    jobs.extend(tx.jobs("notice", part, moment(now), 10).await?);
                }
                Ok::<_, StoreError>(jobs)
            })
        });
        taken.await.unwrap()
    };
    assert!(take(9).await.is_empty());
    let jobs = take(10).await;
    assert_eq!(jobs.len(), 1);
    assert_eq!(jobs[0].payload["kind"], "received");
    let job = jobs[0].clone();
    command!(f.writer(), [job], |tx| tx.job_failed(&job, moment(60))).unwrap();
    assert!(take(59).await.is_empty());
    let job = take(60).await.remove(0);
    assert_eq!(job.tries, 1);
    command!(f.writer(), [job], |tx| tx.job_done(&job)).unwrap();
    assert!(take(1000).await.is_empty());
}

async fn a_code_is_given_once(f: Fixture) {
    Sample::opened(1).save(&f.writer()).await.unwrap();
    let mut same = Sample::opened_as(2, |opened| opened.code = "H13.26.0107-260601-0001".into());
    same.extras.words = None;
    let error = same.save(&f.writer()).await.unwrap_err();
    assert!(matches!(error, StoreError::Duplicate { .. }), "{error}");
    // An event of another kind is still possible on the case that has the code.
    let mut noted = Sample::opened(1).saved();
    let rated = Event::Rated {
        score: 5,
        note: None,
    };
    noted.then(moment(500), rules::person::Actor::Visitor, rated);
    noted.save(&f.writer()).await.unwrap();
}
