//! Following without an account: an address says yes first, news come bundled, one request ends it and leaves nothing;
//! one tap says "I have seen it too"; a browser is told and one that went away is forgotten.

use std::sync::Arc;

use links::push::PushDouble;
use serde_json::json;
use testkit::{Browser, TestCity, both_engines, hours, minutes};

both_engines!(
    an_address_says_yes_before_it_is_told_anything,
    nobody_learns_who_follows_and_a_stranger_is_not_written_to_again_and_again,
    news_come_bundled_and_one_request_ends_them,
    new_reports_are_told_by_commune_kind_and_distance,
    one_tap_says_i_have_seen_it_too,
    a_browser_is_told_and_one_that_went_away_is_forgotten,
    what_may_not_be_seen_is_not_told,
    a_server_that_is_away_is_asked_again,
);

const LIGHT: &str = "report.street-light";
const HOA: &str = "hoa@vidu.vn";

/// Letters to an address, oldest first: subject, body, where one request ends them.
fn letters(city: &TestCity, to: &str) -> Vec<(String, String, Option<String>)> {
    let taken = city.courier.taken();
    let letters = taken.into_iter().filter(|parcel| parcel.to == to);
    letters
        .map(|parcel| (parcel.subject, parcel.body, parcel.unsubscribe))
        .collect()
}

/// The address of this house in a letter that begins so.
fn address(body: &str, begins: &str) -> String {
    let begins = format!("http://localhost{begins}");
    let found = body
        .split_whitespace()
        .find(|word| word.starts_with(&begins));
    let found = found.unwrap_or_else(|| panic!("no {begins} in:\n{body}"));
    found.trim_start_matches("http://localhost").to_owned()
}

async fn asks(city: &TestCity, page: &str, email: &str) -> Browser {
    let mut browser = city.browser("người theo dõi");
    browser.open(page).await;
    browser.fill("Địa chỉ thư điện tử", email);
    browser.press("Gửi thư xác nhận").await;
    browser
}

/// Asks, opens the link of the letter, says yes. The follower's own page stands open.
async fn follows(city: &TestCity, page: &str, email: &str) -> Browser {
    let mut browser = asks(city, page, email).await;
    city.tell_followers().await;
    let (_, body, _) = letters(city, email).pop().expect("a letter");
    browser.open(&address(&body, "/follow/confirm/")).await;
    browser.press("Đồng ý nhận tin").await;
    browser.status(200).sees("Đã xác nhận");
    browser
}

async fn in_ninh_kieu(city: &TestCity) -> String {
    let sent = city.resident().reports(LIGHT).at("Phường Ninh Kiều").await;
    city.settle().await;
    sent.code
}

async fn an_address_says_yes_before_it_is_told_anything(city: TestCity) {
    city.tell_followers().await;
    let code = in_ninh_kieu(&city).await;
    let mut reader = city.browser("người đọc");
    reader.open(&format!("/open/reports/{code}")).await;
    let page = reader.page().link("Theo dõi");
    let browser = asks(&city, &page, " Hoa@ViDu.vn ").await;
    browser.status(200).sees("Kiểm tra hộp thư");
    city.tell_followers().await;
    let sent = letters(&city, HOA);
    assert_eq!(sent.len(), 1, "{sent:?}");
    assert!(sent[0].1.contains(&code), "{}", sent[0].1);
    // It did not say yes: what happens is not told, and looking at the link is no yes.
    let link = address(&sent[0].1, "/follow/confirm/");
    reader.open(&link).await;
    reader.status(200).sees(HOA);
    city.decides("1022", &code, "Chuyển đơn vị xử lý").await;
    city.tell_followers().await;
    assert_eq!(letters(&city, HOA).len(), 1);
    reader.press("Đồng ý nhận tin").await;
    reader.sees("Đã xác nhận").sees(&code);
    // The same link once more finds nothing.
    let (status, _) = reader.knock("POST", &link, &[]).await;
    assert_eq!(status, 404);
    reader.open(&link).await;
    reader.sees("đã được dùng");
    // Two days later an unused link is worth nothing either.
    asks(&city, &page, "mai@vidu.vn").await;
    city.tell_followers().await;
    let late = address(&letters(&city, "mai@vidu.vn")[0].1, "/follow/confirm/");
    city.clock.forward(hours(49));
    reader.open(&late).await;
    reader.sees("đã quá 48 giờ");
}

async fn nobody_learns_who_follows_and_a_stranger_is_not_written_to_again_and_again(
    city: TestCity,
) {
    city.tell_followers().await;
    let page = "/follow?service=report.street-light";
    let first = asks(&city, page, HOA).await.page().to_string();
    city.tell_followers().await;
    let link = address(&letters(&city, HOA)[0].1, "/follow/confirm/");
    let mut browser = city.browser("Hoa");
    browser.open(&link).await;
    browser.press("Đồng ý nhận tin").await;
    // Whoever follows already gets the same answer.
    for _ in 0..4 {
        let again = asks(&city, page, HOA).await.page().to_string();
        assert_eq!(again, first);
    }
    city.tell_followers().await;
    assert!(
        letters(&city, HOA).len() <= 3,
        "three letters a day at most"
    );
    for wrong in ["", "hoa", "hoa@vidu", "hoa@vidu.vn, mai@vidu.vn"] {
        let mut browser = city.browser("ai đó");
        let sent = [("email", wrong), ("service", LIGHT)];
        let (status, _) = browser.knock("POST", "/follow", &sent).await;
        assert_eq!(status, 422, "{wrong}");
    }
    let mut browser = city.browser("ai đó");
    browser.open(page).await;
    browser.fill("Địa chỉ thư điện tử", "không phải thư");
    browser.press("Gửi thư xác nhận").await;
    browser.status(422).sees("chưa đúng");
    assert_eq!(browser.value("Địa chỉ thư điện tử"), Some("không phải thư"));
    for nothing in [
        "/follow?service=no.such",
        "/follow?area=0",
        "/follow?report=H1",
    ] {
        browser.open(nothing).await;
        browser.status(404);
    }
    for nonsense in [
        "/follow?at=NaN,1&km=x",
        "/follow?at=10&km=-3",
        "/follow/mine/x",
    ] {
        browser.open(nonsense).await;
        assert!(browser.page().status < 500, "{nonsense}");
    }
}

async fn news_come_bundled_and_one_request_ends_them(city: TestCity) {
    city.tell_followers().await;
    let code = in_ninh_kieu(&city).await;
    let mut mine = follows(&city, &format!("/follow?report={code}"), HOA).await;
    let before = letters(&city, HOA).len();
    city.decides("1022", &code, "Chuyển đơn vị xử lý").await;
    city.tell_followers().await;
    let sent = letters(&city, HOA);
    assert_eq!(sent.len(), before + 1, "{sent:?}");
    let (subject, body, stop) = sent.last().expect("a letter");
    assert!(
        body.contains(&code) && !subject.is_empty(),
        "{subject}\n{body}"
    );
    let stop = stop.as_deref().expect("an end by one request");
    assert!(body.contains(stop), "{body}");
    // Within the hour what happens waits, and then comes in one letter.
    city.clock.forward(minutes(5));
    let mut handler = city.sign_in("ninhkieu").await;
    handler.open(&format!("/cases/{code}")).await;
    handler.attach("Ảnh sau khi xử lý", "sau.png", testkit::words::PHOTO);
    handler.press("Đã xử lý xong").await;
    city.decides("ninhkieu-lanhdao", &code, "Duyệt trả lời")
        .await;
    city.tell_followers().await;
    assert_eq!(letters(&city, HOA).len(), before + 1, "not within the hour");
    city.clock.forward(minutes(60));
    city.tell_followers().await;
    let sent = letters(&city, HOA);
    assert_eq!(sent.len(), before + 2, "{sent:?}");
    assert!(
        sent[before + 1].1.contains("Có kết quả"),
        "{}",
        sent[before + 1].1
    );
    // Once a day, by choice.
    mine.choose("Nhận tin nhiều nhất", "một lần mỗi ngày");
    mine.press("Lưu").await;
    mine.status(200).sees("Đã lưu");
    // One request of a mail program, without a page, ends it; the link in the letter alone does not.
    let path = stop.trim_start_matches("http://localhost");
    let mut program = city.browser("chương trình thư");
    program.open(path).await;
    program.status(200);
    mine.open("/follow/mine/x").await;
    let body = "List-Unsubscribe=One-Click".to_owned();
    let kind = [("content-type", "application/x-www-form-urlencoded")];
    let (status, _) = city.posts(path, &kind, body.clone()).await;
    assert_eq!(status, 200);
    let page = address(&sent[before].1, "/follow/mine/");
    program.open(&page).await;
    program.status(404).sees_not(HOA);
    let (status, _) = city.posts(path, &kind, body).await;
    assert_eq!(status, 200, "the same answer where nothing is left");
    let left = city.hall.reader().anybody_follows().await.expect("reads");
    assert!(!left, "nothing is kept");
    city.clock.forward(hours(30));
    city.tell_followers().await;
    assert_eq!(letters(&city, HOA).len(), before + 2);
}

async fn new_reports_are_told_by_commune_kind_and_distance(city: TestCity) {
    city.tell_followers().await;
    let (here, there) = (city.area("Phường Ninh Kiều"), city.area("Phường Cái Răng"));
    follows(&city, &format!("/follow?area={here}"), "area@vidu.vn").await;
    follows(&city, &format!("/follow?area={there}"), "there@vidu.vn").await;
    follows(&city, "/follow?service=report.litter", "litter@vidu.vn").await;
    follows(&city, "/follow?at=10.0340,105.7880&km=0.5", "near@vidu.vn").await;
    follows(&city, "/follow?at=10.1340,105.7880&km=1", "far@vidu.vn").await;
    follows(&city, "/follow", "all@vidu.vn").await;
    let told = |email: &str| letters(&city, email).len() - 1;
    let place = json!({"area": here, "words": "Số 12", "lat": 10.0345, "lon": 105.7885});
    let spot = city.resident().reports(LIGHT).at_spot(place).await;
    city.tell_followers().await;
    for (email, expected) in [
        ("area@vidu.vn", 1),
        ("there@vidu.vn", 0),
        ("litter@vidu.vn", 0),
        ("near@vidu.vn", 1),
        ("far@vidu.vn", 0),
        ("all@vidu.vn", 1),
    ] {
        assert_eq!(told(email), expected, "{email}");
    }
    let (subject, body, _) = letters(&city, "area@vidu.vn").pop().expect("a letter");
    assert!(subject.contains("Phản ánh mới"), "{subject}");
    assert!(
        body.contains(&spot.code) && body.contains("Ninh Kiều"),
        "{body}"
    );
    // What becomes of it is told to those alone who follow it.
    city.clock.forward(hours(2));
    city.decides("1022", &spot.code, "Chuyển đơn vị xử lý")
        .await;
    city.tell_followers().await;
    assert_eq!(told("area@vidu.vn"), 1);
    // A private one is news to nobody.
    let private = city.resident().reports(LIGHT).in_private();
    private.at("Phường Ninh Kiều").await;
    city.clock.forward(hours(2));
    city.tell_followers().await;
    assert_eq!(told("all@vidu.vn"), 1);
}

async fn one_tap_says_i_have_seen_it_too(city: TestCity) {
    city.tell_followers().await;
    let place = json!({"area": city.area("Phường Ninh Kiều"), "words": "Số 12", "lat": 10.0340, "lon": 105.7880});
    let sent = city
        .resident()
        .reports(LIGHT)
        .saying("Đèn đường trước số 12 không sáng")
        .at_spot(place)
        .await;
    city.settle().await;
    let mut one = city.browser("một người");
    one.open(&format!("/open/reports/{}", sent.code)).await;
    one.press("Tôi cũng gặp").await;
    one.status(200)
        .sees("Đã ghi nhận bạn cũng gặp")
        .sees("1 người cũng gặp");
    // A second tap of the same device counts nothing.
    one.open(&format!("/open/reports/{}", sent.code)).await;
    one.press("Tôi cũng gặp").await;
    one.sees("1 người cũng gặp");
    one.open("/follow/mine").await;
    one.status(200).sees(&sent.code);
    // Somebody about to report the same is offered it, and taps instead.
    let mut other = city.resident().reports(LIGHT).told().await;
    testkit::words::lamp(&mut other).choose("Phường, xã", "Phường Ninh Kiều");
    other.press("Xem lại trước khi gửi").await;
    other.sees("1 người cũng gặp");
    other.press("Tôi cũng gặp").await;
    other.status(200).sees("2 người cũng gặp");
    let mut reader = city.browser("người đọc");
    reader.open(&format!("/open/reports/{}", sent.code)).await;
    reader.sees("2 người cũng gặp");
    // Whoever takes it back is not counted.
    one.open("/follow/mine").await;
    one.press("Ngừng tất cả và xóa").await;
    one.sees("Đã ngừng theo dõi");
    reader.open(&format!("/open/reports/{}", sent.code)).await;
    reader.sees("1 người cũng gặp");
    // What is private is tapped by nobody.
    let private = city.resident().reports(LIGHT).in_private();
    let private = private.at("Phường Ninh Kiều").await;
    let path = format!("/follow/too/{}", private.code);
    let (status, _) = reader.knock("POST", &path, &[]).await;
    assert_eq!(status, 404);
}

async fn a_browser_is_told_and_one_that_went_away_is_forgotten(city: TestCity) {
    let service = Arc::new(PushDouble::default());
    let city = city.pushing_to(service.clone());
    city.tell_followers().await;
    let code = in_ninh_kieu(&city).await;
    let mut device = city.browser("thiết bị");
    let browser = service.subscribe();
    device.open(&format!("/follow?report={code}")).await;
    assert!(device.offers("Bật thông báo trên thiết bị này"));
    // Addresses that are no push service, and keys that are none, are not taken.
    for (endpoint, key) in [
        ("http://169.254.169.254/latest", browser.key.as_str()),
        ("https://vidu.vn/", browser.key.as_str()),
        (browser.endpoint.as_str(), "AAAA"),
    ] {
        let sent = [
            ("report", code.as_str()),
            ("endpoint", endpoint),
            ("p256dh", key),
            ("auth", browser.secret.as_str()),
        ];
        let (status, _) = device.knock("POST", "/follow/device", &sent).await;
        assert_eq!(status, 400, "{endpoint} {key}");
    }
    let sent = [
        ("report", code.as_str()),
        ("endpoint", browser.endpoint.as_str()),
        ("p256dh", browser.key.as_str()),
        ("auth", browser.secret.as_str()),
    ];
    device.send("POST", "/follow/device", &sent).await;
    device.status(200).sees("Đã bật thông báo").sees(&code);
    city.decides("1022", &code, "Chuyển đơn vị xử lý").await;
    city.tell_followers().await;
    let heard = service.heard();
    assert_eq!(heard.len(), 1, "{heard:?}");
    let said: serde_json::Value = serde_json::from_str(&heard[0].words).expect("JSON");
    assert_eq!(said["to"], format!("/open/reports/{code}"));
    assert!(
        said["title"]
            .as_str()
            .is_some_and(|title| !title.is_empty())
    );
    assert_eq!(heard[0].audience, "https://push.example");
    // The browser is gone (the double answers 410): it is forgotten, what it follows stays for its page.
    city.clock.forward(hours(2));
    let mut handler = city.sign_in("ninhkieu").await;
    handler.open(&format!("/cases/{code}")).await;
    handler.attach("Ảnh sau khi xử lý", "sau.png", testkit::words::PHOTO);
    handler.press("Đã xử lý xong").await;
    city.decides("ninhkieu-lanhdao", &code, "Duyệt trả lời")
        .await;
    city.tell_followers().await;
    device.open("/follow/mine").await;
    device.sees("Thiết bị này chưa nhận thông báo").sees(&code);
    assert_eq!(service.heard().len(), 1);
}

async fn what_may_not_be_seen_is_not_told(city: TestCity) {
    city.tell_followers().await;
    let sent = city
        .resident()
        .reports(LIGHT)
        .saying("Đèn hỏng, gọi tôi số 0912345678")
        .at("Phường Ninh Kiều")
        .await;
    city.settle().await;
    follows(&city, &format!("/follow?report={}", sent.code), HOA).await;
    let mut dispatcher = city.sign_in("1022").await;
    dispatcher.open(&format!("/cases/{}", sent.code)).await;
    dispatcher.fill("Ghi chú hoặc lý do", "Lời riêng cho đơn vị");
    dispatcher.press("Chuyển đơn vị xử lý").await;
    city.tell_followers().await;
    let sent = letters(&city, HOA);
    let all = sent.iter().map(|one| one.1.as_str()).collect::<String>();
    assert!(sent.len() >= 2, "{sent:?}");
    for hidden in ["0912345678", "Lời riêng", "Nguyễn"] {
        assert!(!all.contains(hidden), "{hidden} in {all}");
    }
}

async fn a_server_that_is_away_is_asked_again(city: TestCity) {
    city.tell_followers().await;
    asks(&city, "/follow?service=report.litter", HOA).await;
    city.courier.away(true);
    city.tell_followers().await;
    assert!(letters(&city, HOA).is_empty());
    city.courier.away(false);
    city.tell_followers().await;
    assert!(letters(&city, HOA).is_empty(), "not at once");
    city.clock.forward(minutes(3));
    city.tell_followers().await;
    assert_eq!(letters(&city, HOA).len(), 1);
    city.clock.forward(minutes(30));
    city.tell_followers().await;
    assert_eq!(letters(&city, HOA).len(), 1, "once");
    // An address that takes nothing is not kept.
    city.courier.refuse("dead@vidu.vn", "no such person");
    asks(&city, "/follow", "dead@vidu.vn").await;
    city.tell_followers().await;
    city.clock.forward(hours(1));
    city.tell_followers().await;
    assert!(letters(&city, "dead@vidu.vn").is_empty());
}
