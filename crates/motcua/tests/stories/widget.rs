//! The frame for other sites, and a report at the counter.

use service::definition::Channel;
use testkit::{TestCity, both_engines};

both_engines!(
    the_widget_alone_may_be_framed_and_leaves_nothing,
    a_commune_copies_its_own_line,
    somebody_at_the_counter_reports,
);

async fn the_widget_alone_may_be_framed_and_leaves_nothing(city: TestCity) {
    let public = city
        .resident()
        .reports("report.street-light")
        .saying("Đèn trước chợ tắt")
        .at("Phường Ninh Kiều")
        .await;
    let hidden = city
        .resident()
        .reports("report.street-light")
        .saying("Đèn nhà tôi tắt")
        .in_private()
        .at("Phường Ninh Kiều")
        .await;
    let program = city.program();
    for (path, framed) in [
        ("/widget", true),
        ("/widget?area=31135&lang=en", true),
        ("/", false),
        ("/open/widget", false),
        ("/report", false),
        ("/track", false),
    ] {
        let answer = program.get(path).await;
        let header = |name: &str| {
            answer
                .headers
                .get(name)
                .and_then(|value| value.to_str().ok())
        };
        let policy = header("content-security-policy").unwrap_or_default();
        assert_eq!(
            policy.contains("frame-ancestors *"),
            framed,
            "{path}: {policy}"
        );
        assert_eq!(policy.contains("frame-ancestors 'none'"), !framed, "{path}");
        if !framed {
            continue;
        }
        assert_eq!(header("set-cookie"), None, "{path}");
        assert!(
            !answer.body.contains("<script") && !policy.contains("script-src"),
            "{path}"
        );
        let body = &answer.body;
        assert!(
            body.contains("Đèn trước chợ tắt") && !body.contains("Đèn nhà tôi tắt"),
            "{path}"
        );
    }
    // Who is signed in is not known there either.
    let mut official = city.sign_in("ninhkieu").await;
    official.open("/widget?area=31135").await;
    official
        .sees_not("Đăng xuất")
        .sees_not(&hidden.code)
        .sees("Đèn trước chợ tắt");
    official.open("/widget?area=31186").await;
    official.sees("Chưa có phản ánh công khai nào");
    official.open("/widget?area=%3Cscript%3E").await;
    official.status(200).sees("Đèn trước chợ tắt");
    official.fill("Mã phản ánh", &public.code);
    official.press("Tra cứu").await;
    official.status(200).sees(&public.code);
}

async fn a_commune_copies_its_own_line(city: TestCity) {
    let mut browser = city.browser("trang phường");
    browser.open("/open").await;
    browser.follow("Khung nhúng").await;
    browser
        .choose("Địa bàn", "Phường Ninh Kiều")
        .choose("Ngôn ngữ", "Tiếng Anh");
    browser.press("Tạo dòng nhúng").await;
    browser.status(200);
    let code = city.area("Phường Ninh Kiều");
    let path = format!("/open/widget?area={code}&lang=en");
    let body = city.program().get(&path).await.body;
    let line =
        format!("iframe src=&quot;http://localhost/widget?area={code}&amp;amp;lang=en&quot;");
    assert!(body.contains(&line), "{body}");
}

async fn somebody_at_the_counter_reports(city: TestCity) {
    let mut clerk = city.sign_in("motcua-ninhkieu").await;
    clerk.open("/desk").await;
    clerk.follow("Phản ánh tại quầy").await;
    clerk.fill("Người dân nói gì?", "Đèn đường trước nhà không sáng");
    clerk.press("Tìm loại phản ánh").await;
    clerk.follow("Phản ánh đèn chiếu sáng").await;
    assert_eq!(
        clerk.value("Nội dung"),
        Some("Đèn đường trước nhà không sáng")
    );
    clerk
        .choose("Hiện tượng", "Đèn không sáng")
        .choose("Phạm vi", "Một bóng")
        .choose("Loại đường", "Đường phố")
        .choose("Phường, xã", "Phường Ninh Kiều");
    clerk.press("Tiếp nhận").await;
    clerk.status(200);
    let link = clerk.page().link("Mở hồ sơ");
    let case = city.case(link.rsplit('/').next().unwrap_or_default()).await;
    assert_eq!(case.channel, Channel::Counter);
    assert_eq!(case.received_at.as_deref(), Some("desk-31135"));
    assert!(case.public, "the reporter wished so");
    let mut dispatcher = city.sign_in("1022").await;
    dispatcher.open("/inbox").await;
    dispatcher.sees(&case.code);
}
