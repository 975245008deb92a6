//! A holiday is decided while cases are open: a newer calendar, new dates, and every server knows.

use rules::calendar::{CalendarFile, VIETNAM_1};
use testkit::{TestCity, both_engines};

both_engines!(a_newer_calendar_moves_open_cases_and_tells_their_senders);

async fn a_newer_calendar_moves_open_cases_and_tells_their_senders(city: TestCity) {
    let report = city.resident().reports("report.street-light").with_photo();
    let reported = report.at("Phường Ninh Kiều").await;
    let before = city.case(&reported.code).await;
    let first = before.clock.first_due.expect("a promise");
    // Every day from tomorrow until the promise is declared off, and two more.
    let calendar = city.city().law().calendar().expect("a calendar").clone();
    let (today, last) = (calendar.local(city.clock.now()).0, calendar.local(first).0);
    let tomorrow = today.tomorrow().expect("a day");
    let off = format!(
        "\n[[off]]\nfrom = \"{tomorrow}\"\nto = \"{last}\"\nname = \"Nghỉ bão\"\nsource = \"thử\"\n"
    );
    let text = VIETNAM_1.replacen("version = 1", "version = 2", 1) + &off;
    let newer = CalendarFile::read(&text).expect("the newer calendar reads");
    // A second server over the same memory does the work; the first one hears of it.
    let other = city.second_server().await;
    other
        .keep_calendar(newer.clone())
        .await
        .expect("it is kept");
    let again = other.keep_calendar(newer).await;
    assert!(again.is_err(), "the same version twice");
    let redating = other.redate().await.expect("cases are re-dated");
    assert_eq!(redating.left, []);
    assert!(
        redating
            .moved
            .iter()
            .any(|one| one.code == reported.code && one.from < one.to)
    );
    assert_eq!(other.redate().await.expect("twice is no harm").moved, []);
    assert_eq!(city.city().law().calendars.len(), 1);
    city.city().refresh().await.expect("the law is asked");
    assert_eq!(city.city().law().calendars.len(), 2);

    let case = city.case(&reported.code).await;
    assert!(case.clock.due > Some(first), "{:?}", case.clock);
    assert_eq!(
        (case.clock.first_due, case.clock.calendar),
        (Some(first), 2)
    );
    let mut dispatcher = city.sign_in("1022").await;
    dispatcher.open(&format!("/cases/{}", reported.code)).await;
    dispatcher
        .status(200)
        .sees("Tính lại hạn theo lịch làm việc mới");
    // What 1022 hands on it still sees.
    city.decides("1022", &reported.code, "Chuyển đơn vị xử lý")
        .await;
    dispatcher.open(&format!("/cases/{}", reported.code)).await;
    dispatcher
        .status(200)
        .sees("Tính lại hạn theo lịch làm việc mới");
}
