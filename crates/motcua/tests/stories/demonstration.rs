//! The demonstration city as newcomers get it, in small: a year lived by the rules, on both engines.

use testkit::{TestCity, both_engines};

both_engines!(a_synthetic_year_is_the_sum_of_its_events);

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
        let open = reader.open_cases(None, 1000).await.expect("cases are read");
        let now = lived.clock.now();
        let late = open
            .iter()
            .filter(|(_, _, due)| due.is_some_and(|due| due < now));
        (lived.hall.facts().len(), late.count())
    };
    // Small, but a city: some work is open, some of it late.
    assert!((200..=500).contains(&cases), "{cases} cases");
    assert!(late > 0, "nobody is ever late");
}
