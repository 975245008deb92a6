//! Reports handed on to other systems by Open311, and what comes back: a double in memory, and a second city over HTTP.

use std::sync::Arc;

use links::georeport::{GeoDouble, HttpGeo, Server};
use motcua::loops::partners_round;
use rules::case::Event;
use store::PartnerStand;
use testkit::{Reported, TestCity, both_engines, hours, minutes};

use super::open311::a_key;

both_engines!(
    what_is_the_partners_is_handed_on_once_and_its_news_come_back,
    what_is_not_taken_says_why_and_goes_again,
    a_partner_that_is_away_loses_nothing_and_is_shown_so,
    a_token_becomes_an_id,
    two_cities_speak_with_each_other,
);

const POWER: &str = r#"
name = "Điện lực (minh họa)"
news = "updates"
[[service]]
service = "report.street-light"
code = "LAMP"
[service.attributes]
problem = { answer = "problem", values = { out = "dark" }, required = true }
source = { fixed = "1022" }
"#;

async fn kept(city: &TestCity, mapping: &str) {
    let kept = city.city().keep_partner("power", mapping, None).await;
    kept.expect("the memory answers").expect("it reads");
}

async fn round(city: &TestCity) -> u32 {
    partners_round(&city.hall).await.expect("a round")
}

async fn lamp(city: &TestCity) -> Reported {
    let report = city.resident().reports("report.street-light").with_photo();
    report.at("Phường Ninh Kiều").await
}

async fn litter(city: &TestCity) {
    let report = city.resident().reports("report.litter");
    let report = report
        .answering("spot", "street".into())
        .answering("hazardous", false.into());
    report.at("Phường Ninh Kiều").await;
}

async fn events(city: &TestCity, code: &str) -> Vec<Event> {
    let id = city.case(code).await.id;
    let all = city.hall.reader().timeline(id).await.expect("read");
    all.into_iter().map(|one| one.event).collect()
}

fn said(events: &[Event]) -> Vec<bool> {
    let said = events.iter().filter_map(|event| match event {
        Event::PartnerSaid { closed, .. } => Some(*closed),
        _ => None,
    });
    said.collect()
}

async fn what_is_the_partners_is_handed_on_once_and_its_news_come_back(city: TestCity) {
    let power = Arc::new(GeoDouble::default());
    let city = city.handing_to("power", power.clone());
    kept(&city, POWER).await;
    let reported = lamp(&city).await;
    // Another kind stays here.
    litter(&city).await;
    assert_eq!(round(&city).await, 1);
    assert_eq!(round(&city).await, 0, "once");
    let sent = power.sent();
    assert_eq!(sent.len(), 1);
    let form = &sent[0];
    assert_eq!(form["service_code"], "LAMP");
    assert_eq!(form["attribute[problem]"], "dark");
    assert_eq!(form["attribute[source]"], "1022");
    assert!(form["description"].contains("Đèn đường"), "{form:?}");
    assert!(form["address_string"].contains("Ninh Kiều"), "{form:?}");
    for personal in ["phone", "email", "first_name", "last_name", "api_key"] {
        assert!(!form.contains_key(personal), "{personal}: {form:?}");
    }
    let shown = events(&city, &reported.code).await;
    assert!(shown.contains(&Event::Relayed {
        partner: "power".into(),
        id: "1".into()
    }));
    // Whoever has it reads where it went.
    let mut dispatcher = city.sign_in("1022").await;
    dispatcher.open(&format!("/cases/{}", reported.code)).await;
    dispatcher.sees("Đã chuyển sang Điện lực (minh họa) với mã 1");

    city.clock.forward(hours(1));
    power.say(1, "Đã cử tổ sửa chữa số 4", false, city.clock.now());
    round(&city).await;
    city.clock.forward(minutes(10));
    power.say(1, "Đã thay bóng", true, city.clock.now());
    // Asked again and again, each word is written once.
    for _ in 0..3 {
        round(&city).await;
        city.clock.forward(minutes(10));
    }
    let all = events(&city, &reported.code).await;
    assert_eq!(said(&all), [false, true]);
    let case = city.case(&reported.code).await;
    assert_eq!(case.life.ended(), None, "a person decides");
    dispatcher.open(&format!("/cases/{}", reported.code)).await;
    dispatcher
        .sees("Đã cử tổ sửa chữa số 4")
        .sees("Đã thay bóng")
        .sees("báo đã đóng phía họ");
    // The sender hears that they said something, not their words.
    let mut sender = reported.browser;
    sender.open(&format!("/track/{}", reported.code)).await;
    sender.sees_not("tổ sửa chữa số 4");
    // The holder's notice.
    city.post().await;
    dispatcher.open("/notices").await;
    dispatcher.sees(&reported.code);
}

async fn what_is_not_taken_says_why_and_goes_again(city: TestCity) {
    let power = Arc::new(GeoDouble::default());
    power.know("SOMETHING-ELSE");
    let city = city.handing_to("power", power.clone());
    kept(&city, POWER).await;
    let reported = lamp(&city).await;
    round(&city).await;
    assert!(power.sent().is_empty());
    let mut admin = city.sign_in("quantri").await;
    admin.open("/admin/partners").await;
    admin
        .status(200)
        .sees("Chưa được đối tác nhận")
        .sees("service_code LAMP was not found")
        .sees(&reported.code);
    // Their question has no answer in ours: found before anything is sent.
    kept(
        &city,
        &POWER.replace("answer = \"problem\"", "answer = \"colour\""),
    )
    .await;
    admin.press("Gửi lại").await;
    admin.status(200).sees("Đã đưa vào hàng gửi");
    round(&city).await;
    admin.open("/admin/partners").await;
    admin.sees("attribute[problem]");
    // Corrected on the page; a flaw is told and nothing typed is lost.
    admin.open("/admin/partners/edit?code=power").await;
    admin.fill("Bảng ánh xạ của đối tác", "name = \"X\"\nunknown = 1");
    admin.press("Lưu").await;
    admin.status(422).sees("unknown");
    admin.fill("Bảng ánh xạ của đối tác", POWER);
    admin.press("Lưu").await;
    admin.status(200).sees("Điện lực (minh họa)");
    power.know("LAMP");
    admin.press("Gửi lại").await;
    round(&city).await;
    assert_eq!(power.sent().len(), 1);
    admin.open("/admin/partners").await;
    admin.sees_not("Chưa được đối tác nhận");
}

async fn a_partner_that_is_away_loses_nothing_and_is_shown_so(city: TestCity) {
    let power = Arc::new(GeoDouble::default());
    let city = city.handing_to("power", power.clone());
    kept(&city, POWER).await;
    power.away(true);
    let reported = lamp(&city).await;
    for _ in 0..4 {
        round(&city).await;
        city.clock.forward(minutes(2));
    }
    let mut admin = city.sign_in("quantri").await;
    admin.open("/admin/partners").await;
    admin.sees("Không trả lời từ").sees("503");
    power.away(false);
    city.clock.forward(hours(2));
    round(&city).await;
    round(&city).await;
    assert_eq!(power.sent().len(), 1);
    admin.open("/admin/partners").await;
    admin.sees_not("Không trả lời từ").sees("Trả lời lần cuối");
    let all = events(&city, &reported.code).await;
    let forwarded = all
        .iter()
        .filter(|one| matches!(one, Event::Relayed { .. }));
    assert_eq!(forwarded.count(), 1);
}

async fn a_token_becomes_an_id(city: TestCity) {
    let power = Arc::new(GeoDouble::default());
    power.batch(true);
    let city = city.handing_to("power", power.clone());
    kept(&city, &POWER.replace("updates", "requests")).await;
    let reported = lamp(&city).await;
    let id = city.case(&reported.code).await.id;
    let stands = || async {
        let found = city.hall.reader().partner_request("power", id).await;
        found.expect("read").expect("queued").state
    };
    round(&city).await;
    assert_eq!(stands().await, PartnerStand::Token);
    city.clock.forward(minutes(5));
    round(&city).await;
    assert_eq!(stands().await, PartnerStand::Token, "not yet");
    power.make();
    city.clock.forward(hours(1));
    round(&city).await;
    assert_eq!(stands().await, PartnerStand::Sent);
    assert_eq!(power.sent().len(), 1, "asked for, not sent again");
    // Its news are read from the requests themselves.
    power.say(1, "Đã xử lý", true, city.clock.now());
    city.clock.forward(hours(1));
    round(&city).await;
    city.clock.forward(hours(1));
    round(&city).await;
    assert_eq!(said(&events(&city, &reported.code).await), [true]);
}

/// The second city is this program again, behind a socket.
async fn two_cities_speak_with_each_other(city: TestCity) {
    for (format, news) in [
        ("json", "updates"),
        ("xml", "requests"),
        ("json", "changed"),
    ] {
        let other = city.another().await;
        let key = a_key(&other, "600").await;
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
        let listener = listener.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let routes = web::routes::house(&other.hall, 512);
        let served = tokio::spawn(async move { axum::serve(listener, routes).await });
        let server = Server {
            url: format!("http://127.0.0.1:{port}/open311/v2/"),
            key: Some(key),
        };
        let link = HttpGeo::new(server).expect("a client");
        let here = city.another().await;
        let city = here.handing_to("power", Arc::new(link));
        let mapping = format!(
            r#"
            name = "Thành phố bên"
            jurisdiction = "{}"
            format = "{format}"
            news = "{news}"
            areas = {{ 31135 = "31135" }}
            [[service]]
            service = "report.street-light"
            code = "report.street-light"
            [service.attributes]
            problem = {{ answer = "problem" }}
            extent = {{ answer = "extent" }}
            road = {{ answer = "road" }}
            "#,
            other.city().code()
        );
        kept(&city, &mapping).await;
        let reported = lamp(&city).await;
        round(&city).await;
        let all = events(&city, &reported.code).await;
        let id = all.iter().find_map(|event| match event {
            Event::Relayed { id, .. } => Some(id.clone()),
            _ => None,
        });
        let mut admin = city.sign_in("quantri").await;
        admin.open("/admin/partners").await;
        let id = id.unwrap_or_else(|| panic!("not taken: {}", admin.page()));
        let there = other.case(&id).await;
        assert_eq!(there.service, "report.street-light");
        // It ends there; here it is news.
        let mut dispatcher = other.sign_in("1022").await;
        for clock in [&city.clock, &other.clock] {
            clock.forward(hours(1));
        }
        dispatcher.open(&format!("/cases/{id}")).await;
        dispatcher.press("Không thuộc phạm vi – hướng dẫn").await;
        dispatcher.status(200);
        assert!(other.case(&id).await.life.ended().is_some());
        for _ in 0..2 {
            for clock in [&city.clock, &other.clock] {
                clock.forward(minutes(10));
            }
            round(&city).await;
        }
        let told = said(&events(&city, &reported.code).await);
        let closes = told.iter().filter(|closed| **closed).count();
        assert_eq!(closes, 1, "{format} {news}: {told:?}");
        assert_eq!(city.case(&reported.code).await.life.ended(), None);
        served.abort();
    }
}
