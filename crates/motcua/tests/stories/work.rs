//! A report on the workbench: triage, the wrong unit, the photo after, a colleague who was faster, and time.

use rules::case::{Case, Life};
use service::definition::Ending;
use testkit::words::PHOTO;
use testkit::{Browser, Reported, TestCity, both_engines, days, hours, minutes};

both_engines!(
    a_lamp_is_mended_and_approved,
    done_without_a_photo_after_is_refused_and_nothing_typed_is_lost,
    a_stale_page_shows_what_the_colleague_did,
    the_wrong_unit_is_sent_back_twice_and_no_more,
    the_wrong_unit_needs_a_reason,
    a_reporter_is_asked_once_and_silence_lapses,
    a_step_that_is_late_is_late_in_the_inbox,
);

const UNIT: &str = "Chuyển đơn vị xử lý";
const DONE: &str = "Đã xử lý xong";
const APPROVE: &str = "Duyệt trả lời";
const WRONG: &str = "Không đúng đơn vị";

/// A lamp in Ninh Kiều, handed on by 1022.
async fn handed_on(city: &TestCity) -> Reported {
    let reported = lamp(city).await;
    city.decides("1022", &reported.code, UNIT).await;
    reported
}

async fn lamp(city: &TestCity) -> Reported {
    city.resident()
        .reports("report.street-light")
        .with_photo()
        .at("Phường Ninh Kiều")
        .await
}

async fn at_case(city: &TestCity, login: &str, code: &str) -> Browser {
    let mut browser = city.sign_in(login).await;
    browser.open(&format!("/cases/{code}")).await;
    browser
}

fn steps(case: &Case) -> Vec<&str> {
    case.tasks.iter().map(|task| task.step.as_str()).collect()
}

async fn a_lamp_is_mended_and_approved(city: TestCity) {
    let reported = lamp(&city).await;
    let mut dispatcher = city.sign_in("1022").await;
    dispatcher.open("/inbox").await;
    dispatcher.sees(&reported.code);
    dispatcher.follow("Đèn đường trước số 12").await;
    dispatcher.sees("Ảnh");
    dispatcher.press(UNIT).await;
    dispatcher.status(200).sees("Hồ sơ đã sang đơn vị khác");

    city.clock.forward(hours(3));
    let mut handler = at_case(&city, "ninhkieu", &reported.code).await;
    handler.press("Nhận việc này").await;
    handler.sees("Bạn đang giữ");
    handler
        .attach("Ảnh sau khi xử lý", "sau.png", PHOTO)
        .fill("Ghi chú hoặc lý do", "Đã thay bóng 100 W");
    handler.press(DONE).await;
    handler.status(200);
    assert_eq!(steps(&city.case(&reported.code).await), ["approve"]);

    city.clock.forward(minutes(40));
    let mut head = at_case(&city, "ninhkieu-lanhdao", &reported.code).await;
    head.sees("Đã thay bóng 100 W");
    head.press(APPROVE).await;
    let case = city.case(&reported.code).await;
    let (ending, at) = case.life.ended().expect("the case has ended");
    assert_eq!((ending, at), (Ending::Solved, city.clock.now()));
    assert!(case.clock.first_due.expect("a promise") > at, "in time");
}

async fn done_without_a_photo_after_is_refused_and_nothing_typed_is_lost(city: TestCity) {
    let reported = handed_on(&city).await;
    let mut handler = at_case(&city, "ninhkieu", &reported.code).await;
    handler.fill("Ghi chú hoặc lý do", "Đã thay bóng");
    handler.press(DONE).await;
    handler.status(422);
    assert_eq!(handler.value("Ghi chú hoặc lý do"), Some("Đã thay bóng"));
    assert_eq!(steps(&city.case(&reported.code).await), ["handle"]);
    // A file that is no picture proves nothing either.
    handler.attach("Ảnh sau khi xử lý", "sau.jpg", b"<svg onload=alert(1)>");
    handler.press(DONE).await;
    handler.status(422).sees("sau.jpg: không phải ảnh");
}

async fn a_stale_page_shows_what_the_colleague_did(city: TestCity) {
    let reported = handed_on(&city).await;
    let mut slow = at_case(&city, "ninhkieu", &reported.code).await;
    let mut quick = at_case(&city, "ninhkieu-lanhdao", &reported.code).await;
    quick
        .attach("Ảnh sau khi xử lý", "sau.png", PHOTO)
        .fill("Ghi chú hoặc lý do", "Tổ điện đã làm sáng nay");
    quick.press(DONE).await;
    slow.fill("Ghi chú hoặc lý do", "Chuyển vì thuộc tuyến khác");
    slow.press(WRONG).await;
    slow.status(409)
        .sees("Hồ sơ vừa thay đổi trong lúc bạn xem")
        .sees("Tổ điện đã làm sáng nay");
    assert_eq!(
        steps(&city.case(&reported.code).await),
        ["approve"],
        "the slow one changed nothing"
    );
}

async fn the_wrong_unit_is_sent_back_twice_and_no_more(city: TestCity) {
    let reported = handed_on(&city).await;
    for again in [true, true, false] {
        let mut handler = at_case(&city, "ninhkieu", &reported.code).await;
        handler.fill("Ghi chú hoặc lý do", "Trụ đèn của khu công nghiệp");
        handler.press(WRONG).await;
        match again {
            true => {
                handler.sees_not("Trụ đèn của khu công nghiệp lần");
                city.decides("1022", &reported.code, UNIT).await;
            }
            false => {
                handler.status(422).sees("2");
                assert_eq!(
                    handler.value("Ghi chú hoặc lý do"),
                    Some("Trụ đèn của khu công nghiệp")
                );
            }
        }
    }
    assert_eq!(steps(&city.case(&reported.code).await), ["handle"]);
}

async fn the_wrong_unit_needs_a_reason(city: TestCity) {
    let reported = handed_on(&city).await;
    let before = city.case(&reported.code).await;
    let mut handler = at_case(&city, "ninhkieu", &reported.code).await;
    handler.press(WRONG).await;
    handler.status(422);
    assert_eq!(city.case(&reported.code).await, before);
}

async fn a_reporter_is_asked_once_and_silence_lapses(city: TestCity) {
    let reported = lamp(&city).await;
    let first = city.case(&reported.code).await.clock.first_due;
    let mut dispatcher = at_case(&city, "1022", &reported.code).await;
    dispatcher.fill("Ghi chú hoặc lý do", "Trụ đèn số mấy?");
    dispatcher.press("Hỏi thêm người gửi").await;
    let case = city.case(&reported.code).await;
    assert_eq!(steps(&case), ["ask"]);
    assert!(
        matches!(case.life, Life::AwaitingSupplement { .. }),
        "{:?}",
        case.life
    );

    city.clock.forward(days(2));
    city.settle().await;
    assert_eq!(
        steps(&city.case(&reported.code).await),
        ["ask"],
        "three days are not over"
    );
    city.clock.forward(days(4));
    city.settle().await;
    let case = city.case(&reported.code).await;
    assert_eq!(
        case.life.ended().map(|(ending, _)| ending),
        Some(Ending::NoAnswer)
    );
    assert_eq!(
        case.clock.first_due, first,
        "a question does not move the promise"
    );
}

async fn a_step_that_is_late_is_late_in_the_inbox(city: TestCity) {
    let reported = handed_on(&city).await;
    let mut handler = city.sign_in("ninhkieu").await;
    handler.open("/inbox?show=late").await;
    handler.sees_not(&reported.code);
    city.clock.forward(days(6));
    city.settle().await;
    handler.open("/inbox?show=late").await;
    handler.sees(&reported.code);
    let case = city.case(&reported.code).await;
    assert!(case.clock.due.expect("a promise") < city.clock.now());
}
