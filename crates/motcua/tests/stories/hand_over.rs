//! Handing over: a result into the right hands against the papers the law asks for, by post with its way followed, and
//! a word to whoever does not come.

use motcua::loops::counter_round;
use rules::case::Life;
use rules::case::counter::{Delivery, Seen};
use testkit::{Browser, TestCity, both_engines, days, hours};

use crate::counter::{CLERK, received};

both_engines!(
    a_proxy_collects_against_the_authorisation,
    nothing_leaves_the_desk_by_a_press_alone,
    a_result_goes_by_post_and_its_way_is_followed,
    whoever_does_not_come_is_reminded_at_each_tier_once,
);

const GIVE: &str = "Trả kết quả F8";

/// A confirmation that is signed and lies at the desk of Ninh Kiều.
async fn at_the_desk(city: &TestCity) -> (String, String) {
    let (code, secret) = received(city).await;
    // The officer that least was laden with it may be anybody; the head steps in.
    for (login, outcome) in [
        ("ninhkieu-lanhdao", "Đủ điều kiện"),
        ("ninhkieu-lanhdao", "Trình ký"),
        ("ninhkieu-lanhdao", "Ký Giấy xác nhận"),
        ("ninhkieu-lanhdao", "Đã phát hành"),
    ] {
        city.decides(login, &code, outcome).await;
    }
    let case = city.case(&code).await;
    assert!(matches!(case.life, Life::Decided { .. }), "{:?}", case.life);
    (code, secret)
}

async fn handing_over(city: &TestCity, code: &str) -> Browser {
    let mut clerk = city.sign_in(CLERK).await;
    clerk.open("/desk/results").await;
    clerk.sees(code).sees("Tại quầy");
    let link = clerk
        .page()
        .links
        .iter()
        .find(|link| link.href.contains(code))
        .expect("a link")
        .href
        .clone();
    clerk.open(&link).await;
    clerk.status(200);
    clerk
}

async fn a_proxy_collects_against_the_authorisation(city: TestCity) {
    let (code, secret) = at_the_desk(&city).await;
    city.settle().await;
    let mut clerk = handing_over(&city, &code).await;
    clerk.choose("Ai đến nhận?", "Người được ủy quyền");
    clerk.press(GIVE).await;
    clerk
        .status(422)
        .sees("Cần xem giấy ủy quyền hoặc giấy giới thiệu");
    clerk.tick("giấy ủy quyền hoặc giấy giới thiệu");
    clerk.press(GIVE).await;
    clerk.status(422).sees("xin ghi họ tên và số giấy tờ");
    clerk
        .fill(
            "Họ tên, số giấy tờ của người nhận thay",
            "Lê Văn Tám, 092088000111",
        )
        .tick("Đã trả lại")
        .tick("Thu lại");
    clerk.press(GIVE).await;
    clerk.status(422).sees("không thể vừa trả lại vừa thu lại");
    clerk.untick("Thu lại");
    clerk.press(GIVE).await;
    clerk
        .status(200)
        .sees("Đã trả kết quả")
        .sees("người được ủy quyền")
        .sees("Lê Văn Tám");
    let case = city.case(&code).await;
    assert!(matches!(case.life, Life::HandedOver { .. }));
    let collected = case.collected.expect("who collected is known");
    assert_eq!(
        (collected.way, collected.relation.as_str()),
        (Delivery::Counter, "proxy")
    );
    assert_eq!(collected.seen, [Seen::Receipt, Seen::ProxyPaper]);
    assert_eq!(collected.returned, ["declaration"]);
    // The receipt that was shown is the one the city made.
    let papers = city.hall.reader().papers(case.id).await.expect("papers");
    let receipt = papers.iter().find(|paper| paper.call.what == "receipt");
    assert_eq!(
        collected.slip.as_ref(),
        receipt.and_then(|paper| paper.file())
    );
    assert!(collected.slip.is_some());
    // The log names nobody.
    for event in city.hall.reader().timeline(case.id).await.expect("a log") {
        let told = serde_json::to_string(&event).expect("serialises");
        assert!(
            !told.contains("Tám") && !told.contains("092088000111"),
            "{told}"
        );
    }
    // Handed over once; who knows the code alone learns nothing of it.
    clerk.open(&format!("/cases/{code}/hand-over")).await;
    assert_eq!(clerk.page().path, format!("/cases/{code}"));
    clerk.open("/desk/results").await;
    clerk.sees_not(&code);
    let mut owner = city.browser("người nộp");
    owner.open(&format!("/track/{code}?key={secret}")).await;
    owner.sees("Trả tại quầy cho").sees_not("Lê Văn Tám");
    let mut stranger = city.browser("người lạ");
    stranger.open(&format!("/track/{code}")).await;
    stranger.sees_not("ủy quyền");
}

async fn nothing_leaves_the_desk_by_a_press_alone(city: TestCity) {
    let (code, _) = at_the_desk(&city).await;
    city.settle().await;
    // By the form of the step itself, as somebody might send it: nobody was named, nothing was seen.
    let mut clerk = city.sign_in(CLERK).await;
    clerk.open(&format!("/cases/{code}")).await;
    assert!(!clerk.offers("Đã trả kết quả"));
    let version = city.case(&code).await.version.to_string();
    let fields = [
        ("version", version.as_str()),
        ("step", "hand_over"),
        ("outcome", "returned"),
    ];
    clerk
        .send("POST", &format!("/cases/{code}/decide"), &fields)
        .await;
    clerk.status(422).sees("Cần xem giấy tiếp nhận");
    assert_eq!(city.case(&code).await.life.number(), 9);

    // The receipt of another dossier does not do; this one does, by its number or by the code in bars.
    let mut clerk = handing_over(&city, &code).await;
    clerk
        .choose("Trả bằng cách nào?", "Tại quầy")
        .untick("giấy tiếp nhận")
        .fill("Số giấy tiếp nhận đã xuất trình", "99/TNHS");
    clerk.press(GIVE).await;
    clerk
        .status(422)
        .sees("“99/TNHS” không phải số hay mã của giấy tiếp nhận");
    clerk.fill("Số giấy tiếp nhận đã xuất trình", "");
    clerk.press(GIVE).await;
    clerk.status(422).sees("Cần xem giấy tiếp nhận");
    clerk.fill("Số giấy tiếp nhận đã xuất trình", "01/tnhs");
    clerk.press(GIVE).await;
    clerk.status(200).sees("Đã trả kết quả");
    let case = city.case(&code).await;
    let collected = case.collected.expect("who collected is known");
    assert_eq!(collected.seen, [Seen::Receipt]);
    assert!(collected.slip.is_some());
}

async fn a_result_goes_by_post_and_its_way_is_followed(city: TestCity) {
    let (code, _) = at_the_desk(&city).await;
    let mut clerk = handing_over(&city, &code).await;
    clerk
        .choose("Trả bằng cách nào?", "Qua bưu chính")
        .fill("Địa chỉ nhận", "");
    clerk.press(GIVE).await;
    clerk.status(422).sees("cần có tên người nhận và địa chỉ");
    assert_eq!(
        clerk.value("Người nhận"),
        Some("Trần Thị Bưởi"),
        "known from the dossier"
    );
    clerk.fill("Địa chỉ nhận", "Số 1 Hòa Bình, phường Ninh Kiều");
    clerk.press(GIVE).await;
    clerk.status(200).sees("Gửi kết quả qua bưu chính");
    clerk.open("/desk/parcels").await;
    clerk.sees("Chờ gửi: 1").sees("Trần Thị Bưởi");
    counter_round(&city.hall)
        .await
        .expect("the carrier is told");
    clerk.open("/desk/parcels").await;
    clerk
        .sees("Đã nhận gửi: 1")
        .sees("27.000")
        .sees("Bưu chính minh họa");
    // Asked again only after a while.
    let before = city
        .hall
        .reader()
        .parcels("desk-31135", 5)
        .await
        .expect("parcels");
    counter_round(&city.hall).await.expect("nothing to do");
    assert_eq!(
        before,
        city.hall
            .reader()
            .parcels("desk-31135", 5)
            .await
            .expect("parcels")
    );
    city.clock.forward(hours(30));
    counter_round(&city.hall)
        .await
        .expect("the carrier is asked");
    clerk.open("/desk/parcels").await;
    clerk.sees("Đã phát: 1");
    // Another desk sees nothing of it.
    let mut other = city.sign_in("cairang").await;
    other.open("/desk/parcels?desk=desk-31135").await;
    other.status(404);
}

/// After 3, 10 and 30 working days (data/messages/escalation.toml), each once, by the ways of all messages.
async fn whoever_does_not_come_is_reminded_at_each_tier_once(city: TestCity) {
    let (code, secret) = at_the_desk(&city).await;
    let reminded = async || {
        city.post().await;
        let mut owner = city.browser("người nộp");
        owner.open(&format!("/track/{code}?key={secret}")).await;
        let said = format!("Kết quả {code} đang chờ ông/bà");
        owner.page().text.matches(&said).count()
    };
    city.clock.forward(days(2));
    assert_eq!(reminded().await, 0, "two working days are not three");
    city.clock.forward(days(1));
    assert_eq!(reminded().await, 1);
    assert_eq!(reminded().await, 1);
    city.clock.forward(days(10));
    assert_eq!(reminded().await, 1, "nine working days are not ten");
    city.clock.forward(days(1));
    assert_eq!(reminded().await, 2);
    let mut clerk = city.sign_in(CLERK).await;
    clerk.open("/desk/results").await;
    clerk.sees("sau 3, 10, 30 ngày làm việc");
    clerk.sees("Đã nhắc 2 lần, gần nhất 16/03/2026");
}
