//! How much one may post without an account, and what is looked at before anybody sees it.

use testkit::program::{Answer, Program};
use testkit::{TestCity, both_engines, days, hours};

use super::{LIGHT, is_public};
use crate::open311::{V2, a_key};

both_engines!(
    who_posts_too_much_is_told_to_wait,
    doubtful_words_are_looked_at_and_blocked_numbers_called,
);

/// Writes a report up to its last page and sends it from this address.
async fn sends(city: &TestCity, program: &Program, phone: &str, address: &str) -> Answer {
    let report = city.resident().reports(LIGHT);
    let mut browser = report.told().await;
    testkit::words::lamp(&mut browser).choose("Phường, xã", "Phường Ninh Kiều");
    browser.fill("Số điện thoại để báo kết quả", phone);
    browser.press("Xem lại trước khi gửi").await;
    let path = browser.page().path.clone();
    let headers = [
        ("content-type", "application/x-www-form-urlencoded"),
        ("x-forwarded-for", address),
    ];
    program
        .ask("POST", &path, &headers, "_go=send&_public=yes".to_owned())
        .await
}

async fn limits(city: &TestCity, text: &str) {
    let mut admin = city.sign_in("quantri").await;
    admin.open("/admin").await;
    admin.follow("Giới hạn gửi và danh sách chặn").await;
    admin.status(200).sees("Giới hạn gửi");
    admin.fill("Giới hạn gửi", text);
    admin.press("Lưu bản mới").await;
    admin.status(200);
}

async fn who_posts_too_much_is_told_to_wait(city: TestCity) {
    let program = city.program();
    limits(
        &city,
        "version = 2\naddress = {hour = 3, day = 5}\ncontact = {hour = 2, day = 9}\n\
         flags = {hour = 9, day = 9}\nblocked = {words = [], numbers = []}\n",
    )
    .await;
    let phone = |n: u32| format!("09123456{n:02}");
    for n in 0..3 {
        sends(&city, &program, &phone(n), "203.0.113.1")
            .await
            .status(303);
    }
    let wait = sends(&city, &program, &phone(4), "203.0.113.1").await;
    wait.status(429);
    // A sentence, and nothing typed is lost.
    assert!(
        wait.body.contains("gọi 1022") && wait.body.contains(testkit::words::LAMP),
        "{}",
        wait.body
    );
    assert!(!wait.body.to_lowercase().contains("captcha"));
    // Another address goes on; the same number twice an hour does not, wherever it writes from.
    sends(&city, &program, &phone(7), "203.0.113.2")
        .await
        .status(303);
    sends(&city, &program, &phone(7), "198.51.100.2")
        .await
        .status(303);
    sends(&city, &program, &phone(7), "198.51.100.3")
        .await
        .status(429);
    // Officials and the hotline are not counted.
    let mut desk = city.sign_in("1022").await;
    for _ in 0..4 {
        desk.open("/desk/report.street-light").await;
        desk.status(200);
    }
    city.clock.forward(hours(1));
    for n in 10..12 {
        sends(&city, &program, &phone(n), "203.0.113.1")
            .await
            .status(303);
    }
    sends(&city, &program, &phone(13), "203.0.113.1")
        .await
        .status(429);
    city.clock.forward(days(1));
    sends(&city, &program, &phone(14), "203.0.113.1")
        .await
        .status(303);
    // Programs: their number too.
    let key = a_key(&city, "600").await;
    let mut statuses = Vec::new();
    for _ in 0..3 {
        let fields = [
            ("api_key", key.as_str()),
            ("service_code", "report.litter"),
            ("lat", "10.0341"),
            ("long", "105.7876"),
            ("description", "Rác"),
            ("attribute[spot]", "street"),
            ("attribute[hazardous]", "false"),
            ("phone", "0977000111"),
        ];
        let answer = program.post(&format!("{V2}/requests.json"), &fields).await;
        statuses.push(answer.status);
    }
    assert_eq!(statuses, [200, 200, 429]);
}

async fn doubtful_words_are_looked_at_and_blocked_numbers_called(city: TestCity) {
    let program = city.program();
    limits(
        &city,
        "version = 2\naddress = {hour = 90, day = 90}\ncontact = {hour = 90, day = 90}\n\
         flags = {hour = 9, day = 9}\nblocked = {words = [\"nhà cái\"], numbers = [\"0900 000 001\"]}\n",
    )
    .await;
    let doubtful = city
        .resident()
        .reports(LIGHT)
        .saying("NHA CAI uy tin, den khong sang")
        .at("Phường Ninh Kiều")
        .await;
    assert!(!is_public(&program, &doubtful.code).await);
    assert!(
        city.case(&doubtful.code).await.life.ended().is_none(),
        "it is handled like all others"
    );
    let moderator = city.sign_in("1022-duyet").await;
    moderator.sees("NHA CAI");
    let refused = sends(&city, &program, "+84900000001", "203.0.113.1").await;
    refused.status(403);
    assert!(refused.body.contains("gọi 1022"), "{}", refused.body);
    sends(&city, &program, "0900000002", "203.0.113.1")
        .await
        .status(303);
    // What cannot be read is told with its place, and the old one holds.
    let mut admin = city.sign_in("quantri").await;
    admin.open("/admin/messages/rules/posting").await;
    admin.fill("Giới hạn gửi", "address = nhiều");
    admin.press("Lưu bản mới").await;
    admin.status(422);
}
