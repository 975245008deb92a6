//! The leader's table: a figure moves with a decision, opens exactly its cases, and leads to a directive.

use testkit::words::PHOTO;
use testkit::{Reported, TestCity, both_engines, hours};

both_engines!(
    a_figure_moves_with_a_decision_and_opens_its_cases,
    a_directive_is_given_from_the_league,
);

const UNIT: &str = "phường Ninh Kiều";

async fn handed_on(city: &TestCity) -> Reported {
    let reported = city
        .resident()
        .reports("report.street-light")
        .at("Phường Ninh Kiều")
        .await;
    city.decides("1022", &reported.code, "Chuyển đơn vị xử lý")
        .await;
    city.settle().await;
    reported
}

async fn a_figure_moves_with_a_decision_and_opens_its_cases(city: TestCity) {
    let (first, second) = (handed_on(&city).await, handed_on(&city).await);
    let mut leader = city.leader().await;
    let open = leader.league().await.row(UNIT).cell("Đang mở").clone();
    assert_eq!(open.words, "2");
    leader
        .browser
        .open(&open.link.expect("a figure opens its cases"))
        .await;
    leader.browser.sees(&first.code).sees(&second.code);

    city.clock.forward(hours(5));
    let mut handler = city.sign_in("ninhkieu").await;
    handler.open(&format!("/cases/{}", first.code)).await;
    handler.attach("Ảnh sau khi xử lý", "sau.png", PHOTO);
    handler.press("Đã xử lý xong").await;
    city.decides("ninhkieu-lanhdao", &first.code, "Duyệt trả lời")
        .await;
    city.settle().await;

    let open = leader.league().await.row(UNIT).cell("Đang mở").clone();
    assert_eq!(open.words, "1");
    leader
        .browser
        .open(&open.link.expect("a figure opens its cases"))
        .await;
    leader.browser.sees(&second.code).sees_not(&first.code);
}

async fn a_directive_is_given_from_the_league(city: TestCity) {
    let reported = handed_on(&city).await;
    city.clock.forward(hours(24 * 8));
    city.settle().await;
    let mut leader = city.leader().await;
    let league = leader.league().await;
    let row = league.row(UNIT);
    assert_eq!(row.cell("Đang quá hạn").words, "1");
    let direct = row.cells.last().and_then(|cell| cell.link.clone());
    let browser = &mut leader.browser;
    browser
        .open(&direct.expect("each unit can be directed"))
        .await;
    // What it is about is written already; a missing product is named and nothing is lost.
    assert!(
        browser
            .value("Nội dung nhiệm vụ")
            .is_some_and(|words| words.contains("hiện 1")),
        "{}",
        browser.page()
    );
    browser
        .fill("Hạn hoàn thành", "2026-03-20")
        .fill("Hạn của đơn vị", "2026-03-18");
    browser.press("Giao nhiệm vụ").await;
    browser.status(422).sees("Sản phẩm phải có");
    assert_eq!(browser.value("Hạn của đơn vị"), Some("2026-03-18"));
    browser.fill("Sản phẩm phải có", "Báo cáo đèn đã sáng");
    browser.press("Giao nhiệm vụ").await;
    browser.status(200).sees("Đã giao");

    // From the case itself: shown in both.
    browser
        .open(&format!(
            "/direct?about={}&unit=commune-31135",
            reported.code
        ))
        .await;
    browser
        .fill("Hạn hoàn thành", "2026-03-20")
        .fill("Hạn của đơn vị", "2026-03-18")
        .fill("Sản phẩm phải có", "Đèn sáng");
    browser.press("Giao nhiệm vụ").await;
    browser.sees("Đã giao");
    let code = browser
        .page()
        .path
        .rsplit('=')
        .next()
        .unwrap_or_default()
        .to_owned();
    let (about, directive) = (city.case(&reported.code).await, city.case(&code).await);
    assert_eq!(directive.about, Some(about.id));
    browser.open(&format!("/cases/{}", reported.code)).await;
    browser
        .sees("Chỉ đạo")
        .sees("Lãnh đạo ra chỉ đạo về việc này");
    browser.open(&format!("/cases/{code}")).await;
    browser.sees("Hồ sơ được chỉ đạo");
}
