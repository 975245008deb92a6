//! Who may sign: a mandate entered by one and confirmed by another, looked up when signing, ended; the page where
//! one signs; a stand-in; all work of a person moved.

use rules::person::Person;
use testkit::{Browser, TestCity, both_engines, days};

use crate::dossier::at_case;
use crate::land::{DESK, DIRECTOR, STAFF, filed};

both_engines!(
    a_mandate_of_the_register_is_signed_by_printed_and_ended,
    several_are_signed_at_once_each_for_itself,
    a_stand_in_does_the_work_and_signs_nothing_more,
    all_work_of_one_goes_to_another,
);

const CLERK: &str = "quantri";
const LEADER: &str = "lanhdao";
const NUMBER: &str = "12/QĐ-SNNMT";

/// A land transfer up to the signature.
async fn to_sign(city: &TestCity, organisation: bool) -> String {
    let filed = filed(city, organisation).await;
    let code = filed.code.clone();
    let mut desk = at_case(city, DESK, &code).await;
    desk.press("Thu và ghi biên lai").await;
    desk.press("Đủ hồ sơ – cấp giấy tiếp nhận").await;
    desk.status(200);
    city.decides(DIRECTOR, &code, "Đủ điều kiện").await;
    city.decides(STAFF, &code, "Đã có thông báo thuế").await;
    let mut applicant = filed.track(city).await;
    applicant.press("Đã nộp xong").await;
    applicant.status(200);
    code
}

/// The decision on paper, typed into the register.
async fn entered(city: &TestCity, number: &str) -> Browser {
    let mut clerk = city.sign_in(CLERK).await;
    clerk
        .open("/authority/new?service=land.transfer&role=signer&n=0")
        .await;
    clerk.status(200);
    clerk
        .fill("Số, ký hiệu văn bản", number)
        .fill("Ngày văn bản", "2026-02-02")
        .fill("Có hiệu lực từ ngày", "2026-02-09");
    clerk.press("Ghi vào sổ, chờ xác nhận").await;
    clerk
}

async fn opened(city: &TestCity, login: &str, number: &str) -> Browser {
    let mut browser = city.sign_in(login).await;
    browser.open("/authority").await;
    browser.sees(number);
    browser.follow(number).await;
    browser.status(200);
    browser
}

async fn a_mandate_of_the_register_is_signed_by_printed_and_ended(city: TestCity) {
    let clerk = entered(&city, " ").await;
    clerk.status(422).sees("Chưa ghi số, ký hiệu văn bản");
    assert_eq!(
        clerk.value("Ngày văn bản"),
        Some("2026-02-02"),
        "nothing typed is lost"
    );
    let clerk = entered(&city, NUMBER).await;
    clerk
        .status(200)
        .sees("Chờ xác nhận")
        .sees("Bạn là người ghi mục này");
    assert!(!clerk.offers("Xác nhận đúng văn bản"));

    // A head of another unit may look, not confirm; the city's head may.
    let stranger = opened(&city, DIRECTOR, NUMBER).await;
    assert!(!stranger.offers("Xác nhận đúng văn bản"));
    let mut leader = opened(&city, LEADER, NUMBER).await;
    leader.press("Xác nhận đúng văn bản").await;
    leader.status(200).sees("Đang có hiệu lực");

    // Signed by it, and the number stands with the signature.
    let code = to_sign(&city, false).await;
    let mut director = city.sign_in(DIRECTOR).await;
    director.open("/sign").await;
    director
        .sees(NUMBER)
        .sees("TUQ. Giám đốc Sở Nông nghiệp và Môi trường");
    let mut director = at_case(&city, DIRECTOR, &code).await;
    director.press("Ký Giấy chứng nhận").await;
    director.status(200).sees(&format!("ký TUQ. theo {NUMBER}"));

    // An organisation buys: the condition came with it from the definition, and the department signs.
    let company = to_sign(&city, true).await;
    let case = city.case(&company).await;
    let unit = case.tasks[0].unit.as_deref();
    assert_eq!(unit, Some("department-of-agriculture-and-environment"));

    // A second case waits at the branch when the mandate is ended: it goes to the department, and the
    // director is told why.
    let waiting = to_sign(&city, false).await;
    let mut shown = at_case(&city, DIRECTOR, &waiting).await;
    let mut clerk = opened(&city, CLERK, NUMBER).await;
    let yesterday = "2026-03-01";
    clerk
        .fill("Ngày cuối còn được ký", yesterday)
        .fill("Văn bản chấm dứt", "40/QĐ-SNNMT")
        .fill("Lý do", "Sắp xếp lại bộ máy");
    clerk.press("Đề nghị chấm dứt").await;
    clerk.status(200).sees("Chờ xác nhận chấm dứt");
    shown.press("Ký Giấy chứng nhận").await;
    shown.status(200).sees("TUQ.");
    let waiting = to_sign(&city, false).await;
    let mut shown = at_case(&city, DIRECTOR, &waiting).await;
    let mut leader = opened(&city, LEADER, NUMBER).await;
    leader.press("Xác nhận đúng văn bản").await;
    leader.status(200).sees("Đã chấm dứt");
    shown.press("Ký Giấy chứng nhận").await;
    shown.status(409);
    let case = city.case(&waiting).await;
    let unit = case.tasks[0].unit.as_deref();
    assert_eq!(unit, Some("department-of-agriculture-and-environment"));
    // The definition's own delegation does not come back for a new case either.
    let after = to_sign(&city, false).await;
    let case = city.case(&after).await;
    let unit = case.tasks[0].unit.as_deref();
    assert_eq!(unit, Some("department-of-agriculture-and-environment"));
}

async fn several_are_signed_at_once_each_for_itself(city: TestCity) {
    let (first, second) = (to_sign(&city, false).await, to_sign(&city, false).await);
    let third = to_sign(&city, false).await;
    let mut director = city.sign_in(DIRECTOR).await;
    director.open("/sign").await;
    for code in [&first, &second, &third] {
        director.tick(&format!("Chọn hồ sơ {code} để ký"));
    }
    director.press("Xem lại các việc đã chọn").await;
    director.status(200).sees("3 việc");
    // A colleague with the same right is faster on one of them.
    let mut elsewhere = at_case(&city, DIRECTOR, &second).await;
    elsewhere.press("Ký Giấy chứng nhận").await;
    elsewhere.status(200);
    director.press("Ký các việc này").await;
    director
        .status(200)
        .sees("2 việc đã xong")
        .sees("1 việc chưa xong");
    for code in [&first, &third] {
        assert_eq!(city.case(code).await.tasks[0].step, "register");
    }
    // Staff see them before that with the reason why not; here nothing is left.
    director.open("/sign").await;
    director.sees("Không có việc nào chờ bạn ký");
}

async fn a_stand_in_does_the_work_and_signs_nothing_more(city: TestCity) {
    let code = to_sign(&city, false).await;
    let staff = city.person(STAFF).await;
    let head = city.person(DIRECTOR).await;
    let (staff, head) = (named(&staff).1, named(&head).0);
    let mut leader = city.sign_in(CLERK).await;
    leader.open(&format!("/staff/{head}")).await;
    leader.status(200);
    leader
        .choose("Người làm thay", &format!("{staff} (chuyên viên)"))
        .fill("Từ ngày", "2026-03-02")
        .fill("Đến hết ngày", "2026-03-06");
    leader.press("Lưu").await;
    leader
        .status(200)
        .sees("làm thay từ 02/03/2026 đến hết 06/03/2026");
    let mut stand_in = city.sign_in(STAFF).await;
    stand_in.open("/inbox").await;
    stand_in.sees("Bạn đang làm thay").sees(&code);
    stand_in.open("/sign").await;
    stand_in.sees("Ở đơn vị bạn, bạn không được ký");
    let mut stand_in = at_case(&city, STAFF, &code).await;
    stand_in.press("Ký Giấy chứng nhận").await;
    stand_in.status(422);
    assert_eq!(city.case(&code).await.tasks[0].step, "sign");
    // After the last day the work is out of reach again.
    city.clock.forward(days(7));
    let mut after = city.sign_in(STAFF).await;
    after.open("/inbox").await;
    after.sees_not(&code);
}

async fn all_work_of_one_goes_to_another(city: TestCity) {
    let code = to_sign(&city, false).await;
    city.decides(DIRECTOR, &code, "Ký Giấy chứng nhận").await;
    let case = city.case(&code).await;
    let holder = case.tasks[0].holder.expect("least loaded");
    let mut admin = city.sign_in(CLERK).await;
    admin.open(&format!("/staff/{holder}")).await;
    let (to, to_name) = named(&city.person(DIRECTOR).await);
    admin
        .choose("Người nhận việc", &format!("{to_name} (cấp trưởng)"))
        .fill("Lý do", "Nghỉ việc từ hôm nay");
    admin.press("Chuyển").await;
    admin.status(200).sees("Đã chuyển").sees("Đang giữ 0 việc");
    let case = city.case(&code).await;
    assert_eq!(case.tasks[0].holder.map(|id| id.to_string()), Some(to));
    at_case(&city, DIRECTOR, &code)
        .await
        .sees("Nghỉ việc từ hôm nay");
}

/// Id and name.
fn named(person: &Person) -> (String, String) {
    match person {
        Person::Official(official) => (official.id.to_string(), official.name.clone()),
        other => panic!("no official: {other:?}"),
    }
}
