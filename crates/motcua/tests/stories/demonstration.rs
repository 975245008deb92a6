//! The demonstration city as newcomers get it, in small: a year lived by the rules, on both engines.

use facts::State;
use testkit::{TestCity, both_engines};

both_engines!(
    a_synthetic_year_is_the_sum_of_its_events,
    a_year_that_was_cut_short_goes_on,
);

async fn a_synthetic_year_is_the_sum_of_its_events(city: TestCity) {
    let lived = TestCity::lived(city.engine, 300).await;
    lived.settle().await;
    // Rows against events, the chain of hashes, nothing waiting, figures that know every case.
    lived.prove().await;
    let (cases, late) = {
        let mut leader = lived.sign_in("lanhdao").await;
        leader.open("/league").await;
        leader.status(200).sees("Dữ liệu minh họa");
        let reader = lived.hall.reader();
        let rows = reader.fact_rows(None, 1000).await.expect("cases are read");
        let now = lived.clock.now().as_second();
        let late = rows.iter().filter(|(_, case)| {
            case.due.is_some_and(|due| match case.state {
                State::Open => due < now,
                State::Ended { at, .. } => due < at,
            })
        });
        (lived.hall.facts().len(), late.count())
    };
    // Small, but a city: some work is open, some of it late.
    assert!((200..=500).contains(&cases), "{cases} cases");
    assert!(late > 0, "nobody is ever late");
}

/// Whoever stops the program while the year is being lived finds the same year after the next start.
async fn a_year_that_was_cut_short_goes_on(city: TestCity) {
    let whole = TestCity::lived(city.engine, 1200).await;
    let stopped = TestCity::interrupted(city.engine, 1200).await;
    for city in [&whole, &stopped] {
        city.settle().await;
    }
    stopped.prove().await;
    assert_eq!(stopped.hall.facts().len(), whole.hall.facts().len());
    let mut nobody = stopped.browser("ai cũng được");
    nobody.open("/").await;
    nobody.status(200).sees("Dữ liệu minh họa");
    assert!(!nobody.page().to_string().contains("đang được dựng thêm"));
}
