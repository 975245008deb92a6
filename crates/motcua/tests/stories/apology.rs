//! A date that cannot be kept: the draft in the inbox the day before, written by the handler, signed by the head,
//! told to the resident, counted; and in red where nobody wrote.

use rules::index::yardsticks::Yardstick;
use serde_json::json;
use service::definition::Channel;
use testkit::{Browser, Reported, TestCity, both_engines, days, hours};

use crate::dossier::{at_case, filed, stands, taken_in};

both_engines!(
    drafted_the_day_before_signed_by_the_head_and_told,
    without_a_letter_it_is_red_and_a_late_letter_counts_apart,
    the_letter_chooses_from_the_citys_own_causes,
);

const DESK: &str = "motcua-ninhkieu";
const STAFF: &str = "ninhkieu";
const HEAD: &str = "ninhkieu-lanhdao";

async fn accepted(city: &TestCity) -> Reported {
    let area = city.area("Phường Ninh Kiều");
    let answers = json!({
        "personal_id": "092185001234", "residence": {"area": area, "words": "12 Nguyễn Trãi"},
        "moved": false, "phone": "0912345678", "status": "single", "use": "loan", "again": false,
        "copies": 1, "category": "disabled", "delivery": "counter",
    });
    let filed = filed(
        city,
        "marital-status.confirmation",
        Channel::Online,
        answers,
        &[],
    )
    .await;
    taken_in(city, DESK, &filed.code, "Đủ hồ sơ").await;
    filed
}

/// Before the date, after it, without one, done before it.
fn counted(browser: &Browser) -> Vec<String> {
    let cells = browser.page().row("Ninh Kiều").cells.iter();
    cells
        .skip(2)
        .take(4)
        .map(|cell| cell.words.clone())
        .collect()
}

async fn drafted_the_day_before_signed_by_the_head_and_told(city: TestCity) {
    let filed = accepted(&city).await;
    let code = &filed.code;
    let mut staff = city.sign_in(STAFF).await;
    staff.open("/inbox").await;
    staff.sees_not("dự thảo xin lỗi chờ ký");
    // Accepted on Monday at eight, three working days: the draft lies there on Wednesday at eight.
    city.clock.forward(days(2) + hours(1));
    city.settle().await;
    staff.open("/inbox").await;
    staff.sees("1 dự thảo xin lỗi chờ ký");
    staff.open("/apologies").await;
    staff.sees(code).sees("Chưa ghi nguyên nhân");
    staff.open(&format!("/cases/{code}/apology")).await;
    assert!(!staff.offers("Ký và gửi xin lỗi"), "the head signs");
    staff
        .choose(
            "Nguyên nhân",
            "Đơn vị được lấy ý kiến trả lời chậm hoặc không trả lời",
        )
        .fill(
            "Diễn giải gửi người nộp",
            "Chờ xác minh của nơi thường trú cũ",
        );
    staff.press("Lưu dự thảo").await;
    staff
        .status(200)
        .sees("Đã lưu dự thảo")
        .sees("Đã có dự thảo");

    let mut head = at_case(&city, HEAD, code).await;
    head.sees("Dự thảo xin lỗi chờ ký");
    head.follow("Xin lỗi và hẹn lại ngày trả").await;
    assert_eq!(
        head.value("Diễn giải gửi người nộp"),
        Some("Chờ xác minh của nơi thường trú cũ")
    );
    head.fill("Hẹn xong trước hết ngày", "2026-03-03");
    head.press("Ký và gửi xin lỗi").await;
    head.status(422)
        .sees("Ngày hẹn mới phải muộn hơn ngày hẹn cũ");
    head.fill("Hẹn xong trước hết ngày", "2026-03-09")
        .fill("Lời của người đứng đầu", "Rất mong bà con thông cảm");
    head.press("Ký và gửi xin lỗi").await;
    head.status(200).sees("Đã ký văn bản xin lỗi");
    let case = city.case(code).await;
    assert_eq!(stands(&case), (2, vec!["check"]));
    assert!(case.clock.first_due < case.clock.due);
    let lan = filed.track(&city).await;
    lan.sees("Chờ xác minh của nơi thường trú cũ")
        .sees("Rất mong bà con thông cảm");
    // Once: the form is gone and a forged one refused.
    head.open(&format!("/cases/{code}")).await;
    head.sees_not("Xin lỗi và hẹn lại ngày trả");
    head.open(&format!("/cases/{code}/apology")).await;
    head.choose("Nguyên nhân", "Trình ký, phát hành chậm")
        .fill("Diễn giải gửi người nộp", "Lại chậm")
        .fill("Hẹn xong trước hết ngày", "2026-03-20");
    head.press("Ký và gửi xin lỗi").await;
    head.status(422).sees("Đã hẹn lại 1 lần");
    head.open("/apologies").await;
    assert_eq!(counted(&head), ["1", "0", "0", "0"]);
}

async fn without_a_letter_it_is_red_and_a_late_letter_counts_apart(city: TestCity) {
    let filed = accepted(&city).await;
    city.clock.forward(days(4));
    city.settle().await;
    let mut head = city.sign_in(HEAD).await;
    head.open("/inbox").await;
    head.sees("1 hồ sơ quá hạn chưa có văn bản xin lỗi");
    let mut leader = city.leader().await.browser;
    leader.open("/apologies").await;
    leader.sees("Quá hạn mà chưa xin lỗi").sees(&filed.code);
    assert_eq!(counted(&leader), ["0", "0", "1", "0"]);
    head.open(&format!("/cases/{}/apology", filed.code)).await;
    head.press("Ký và gửi xin lỗi").await;
    head.status(422).sees("Hãy chọn nguyên nhân");
    head.choose("Nguyên nhân", "Trình ký, phát hành chậm")
        .fill("Diễn giải gửi người nộp", "Cán bộ nghỉ đột xuất");
    head.press("Ký và gửi xin lỗi").await;
    head.status(200);
    leader.open("/apologies").await;
    leader.sees_not("Quá hạn mà chưa xin lỗi");
    assert_eq!(counted(&leader), ["0", "1", "0", "0"]);
}

async fn the_letter_chooses_from_the_citys_own_causes(city: TestCity) {
    let which = Yardstick::Causes;
    let own = which
        .shipped()
        .replace("version = 1", "version = 2")
        .replace("Trình ký, phát hành chậm", "Lãnh đạo đi công tác dài ngày");
    let taken = city.city().take_yardstick(which, own).await;
    assert_eq!(taken.expect("kept"), Ok(2));
    let filed = accepted(&city).await;
    let mut head = city.sign_in(HEAD).await;
    head.open(&format!("/cases/{}/apology", filed.code)).await;
    head.sees_not("Trình ký, phát hành chậm");
    head.choose("Nguyên nhân", "Lãnh đạo đi công tác dài ngày")
        .fill("Diễn giải gửi người nộp", "Không có người ký thay")
        .fill("Hẹn xong trước hết ngày", "2026-03-09");
    head.press("Ký và gửi xin lỗi").await;
    head.status(200);
    filed
        .track(&city)
        .await
        .sees("Lãnh đạo đi công tác dài ngày");
}
