//! The real procedures from the dossier to the result, each with the rule that is its own. The land transfer has
//! a file to itself (`land`).

use actions::{Change, Upload, Verb};
use rules::case::state::Stopped;
use rules::notice::Kind;
use rules::person::{Official, Person, Seat};
use serde_json::json;
use service::definition::{Channel, Ending, Post};
use store::Side;
use testkit::words::PDF;
use testkit::{TestCity, both_engines, days, hours, minutes};

use crate::dossier::{at_case, filed, handed_over, stands, taken_in};
use crate::messages::{heard, told};

both_engines!(
    a_birth_after_three_is_due_the_next_day_and_silence_confirms_the_draft,
    the_commune_of_the_marriage_answers_and_sees_its_step_alone,
    a_former_residence_that_stays_silent_consents,
    a_permit_has_two_notices_and_twelve_days_of_silence_are_consent,
    a_household_business_waits_for_its_tax_code,
    a_refusal_states_why_within_its_time,
);

const DESK: &str = "motcua-ninhkieu";
const HEAD: &str = "ninhkieu-lanhdao";
const STAFF: &str = "ninhkieu";
const OTHER: &str = "commune-31186";

/// Somebody of a unit that has no account of its own on the sign-in page.
fn staff_of(unit: &str) -> Person {
    let seat = Seat {
        unit: unit.to_owned(),
        post: Post::Staff,
    };
    Person::Official(Official {
        id: rules::ids::PersonId(uuid::Uuid::from_u128(31186)),
        name: "Công chức phường bạn".to_owned(),
        seats: vec![seat.clone()],
        own: vec![seat],
        stands_in_for: Vec::new(),
        powers: Vec::new(),
    })
}

fn decide(step: &str, row: Option<u32>, outcome: &str) -> Verb {
    Verb::Decide {
        step: step.to_owned(),
        row,
        outcome: outcome.to_owned(),
    }
}

fn birth(city: &TestCity) -> serde_json::Value {
    let area = city.area("Phường Ninh Kiều");
    json!({
        "requester_id": "092085001234", "relation": "parent", "phone": "0912345678",
        "residence": {"area": area, "words": "12 Nguyễn Trãi"}, "child_name": "Lê Minh An",
        "child_sex": "female", "born_on": "2026-02-20", "born_at": "Bệnh viện Phụ sản Cần Thơ",
        "ethnicity": "kinh", "home_town": "Cần Thơ", "origin": "hospital", "e_certificate": true,
        "mother_id": "092190001234", "father_known": false, "category": "none", "copies": 0,
        "delivery": "counter",
    })
}

async fn a_birth_after_three_is_due_the_next_day_and_silence_confirms_the_draft(city: TestCity) {
    let early = filed(
        &city,
        "birth.registration",
        Channel::Online,
        birth(&city),
        &[],
    )
    .await;
    taken_in(&city, DESK, &early.code, "Đủ hồ sơ").await;
    let day = |case: &rules::case::Case| {
        let law = city.city().law();
        let calendar = law.calendar().expect("a calendar").clone();
        calendar
            .local(case.clock.first_due.expect("a promise"))
            .0
            .to_string()
    };
    assert_eq!(
        day(&city.case(&early.code).await),
        "2026-03-02",
        "before three: the same day"
    );
    city.clock.forward(hours(7) + minutes(30));
    let late = filed(
        &city,
        "birth.registration",
        Channel::Online,
        birth(&city),
        &[],
    )
    .await;
    let code = &late.code;
    taken_in(&city, DESK, code, "Đủ hồ sơ").await;
    assert_eq!(
        day(&city.case(code).await),
        "2026-03-03",
        "after three: the next working day"
    );

    city.decides(HEAD, code, "Đủ điều kiện").await;
    city.decides(HEAD, code, "Đã ghi sổ và có số định danh")
        .await;
    let case = city.case(code).await;
    assert_eq!(stands(&case).1, ["confirm"]);
    assert_eq!(rules::clock::standing(&case.clock), Some(Stopped::Question));
    late.track(&city).await.sees("Nội dung đúng");
    // A day of silence is agreement.
    city.clock.forward(days(1) + minutes(1));
    city.settle().await;
    let case = city.case(code).await;
    assert_eq!(stands(&case), (4, vec!["sign"]));
    let mut head = at_case(&city, HEAD, code).await;
    head.press("Ký Giấy khai sinh").await;
    head.status(200).sees("TM.");
    city.decides(HEAD, code, "Đã phát hành").await;
    assert_eq!(stands(&city.case(code).await), (9, vec!["hand_over"]));
    handed_over(&city, DESK, code).await;
    let case = city.case(code).await;
    assert_eq!(stands(&case), (10, vec![]));
    assert_eq!(
        case.life.ended().map(|(ending, _)| ending),
        Some(Ending::Granted)
    );
}

async fn the_commune_of_the_marriage_answers_and_sees_its_step_alone(city: TestCity) {
    let mut answers = birth(&city);
    for (name, value) in [
        ("father_known", json!(true)),
        ("father_id", json!("092088001234")),
        ("married", json!(true)),
        ("marriage_found", json!(false)),
        ("marriage_commune", json!(OTHER)),
    ] {
        answers[name] = value;
    }
    let filed = filed(&city, "birth.registration", Channel::Online, answers, &[]).await;
    let code = &filed.code;
    let other = staff_of(OTHER);
    assert!(
        city.hall.case(&other, code).await.is_err(),
        "not before it is asked"
    );
    taken_in(&city, DESK, code, "Đủ hồ sơ").await;
    city.decides(HEAD, code, "Đủ điều kiện").await;
    let case = city.case(code).await;
    assert_eq!(stands(&case).1, ["verify"]);
    assert_eq!(rules::clock::standing(&case.clock), Some(Stopped::Excluded));
    // Reminded a working day before; late, its superiors and the head of the one-stop desk are told. Nobody takes
    // silence for an answer here.
    city.clock.forward(days(2) + minutes(1));
    city.settle().await;
    assert_eq!(
        heard(&city, code, Kind::AnswerDue).await,
        [format!("head:{OTHER}"), format!("unit:{OTHER}")]
    );
    at_case(&city, HEAD, code)
        .await
        .sees("Nhắc: còn một ngày làm việc để trả lời ý kiến");
    city.clock.forward(days(5));
    city.settle().await;
    let told = heard(&city, code, Kind::Escalated).await;
    assert!(
        told.contains(&"head:desk-31135".to_owned()) && told.contains(&format!("head:{OTHER}")),
        "{told:?}"
    );
    assert!(heard(&city, code, Kind::Silent).await.is_empty());
    let case = city.case(code).await;
    assert_eq!(stands(&case).1, ["verify"]);
    let late = rules::case::event::Warning::Escalated;
    assert!(
        case.tasks[0].warned.contains(&late),
        "{:?}",
        case.tasks[0].warned
    );
    let answer = Change {
        words: Some("Có đăng ký kết hôn ngày 12/5/2019".into()),
        ..Change::new(case.id, decide("verify", None, "done"))
    };
    city.city()
        .change(&other, answer)
        .await
        .expect("it answers");
    let case = city.case(code).await;
    assert_eq!(stands(&case).1, ["enter"]);
    assert!(
        case.clock.first_due < case.clock.due,
        "a new date for the time it waited"
    );
    assert!(
        city.hall.case(&other, code).await.is_err(),
        "nor after it has answered"
    );
}

async fn a_former_residence_that_stays_silent_consents(city: TestCity) {
    let area = city.area("Phường Ninh Kiều");
    let former =
        |unit: &str| json!({"unit": unit, "from_day": "2015-01-01", "to_day": "2020-12-31"});
    let answers = json!({
        "personal_id": "092185001234", "residence": {"area": area, "words": "12 Nguyễn Trãi"},
        "moved": true, "former": [former(OTHER), former("commune-31120")], "phone": "0912345678",
        "status": "single", "use": "loan", "again": false, "copies": 2, "category": "merit",
        "delivery": "counter",
    });
    let filed = filed(
        &city,
        "marital-status.confirmation",
        Channel::Online,
        answers,
        &[],
    )
    .await;
    let code = &filed.code;
    taken_in(&city, DESK, code, "Đủ hồ sơ").await;
    city.decides(HEAD, code, "Đủ điều kiện").await;
    let case = city.case(code).await;
    assert_eq!(stands(&case).1, ["verify", "verify"], "both at once");
    let answer = Change::new(case.id, decide("verify", Some(0), "done"));
    city.city()
        .change(&staff_of(OTHER), answer)
        .await
        .expect("one answers");
    assert_eq!(stands(&city.case(code).await).1, ["verify"]);
    city.clock.forward(days(4));
    city.settle().await;
    let case = city.case(code).await;
    assert_eq!(
        stands(&case).1,
        ["draft"],
        "the other one's silence is taken for an answer"
    );
    city.decides(HEAD, code, "Trình ký").await;
    let mut lan = filed.track(&city).await;
    lan.fill("Trả lời của bạn", "Sai năm sinh");
    lan.press("Cần sửa nội dung").await;
    assert_eq!(stands(&city.case(code).await).1, ["draft"]);
    city.decides(HEAD, code, "Trình ký").await;
    // The draft is corrected once; then it is agreed to.
    let mut lan = filed.track(&city).await;
    lan.press("Cần sửa nội dung").await;
    lan.status(409);
    lan.press("Nội dung đúng").await;
    city.decides(HEAD, code, "Ký Giấy xác nhận").await;
    city.decides(HEAD, code, "Đã phát hành").await;
    handed_over(&city, DESK, code).await;
    assert_eq!(stands(&city.case(code).await), (10, vec![]));
}

fn house(city: &TestCity) -> serde_json::Value {
    let area = city.area("Phường Ninh Kiều");
    json!({
        "owner_id": "092085001234", "phone": "0912345678", "address": "12 Nguyễn Trãi, Ninh Kiều",
        "certificate_no": "CT 100001", "site": {"area": area, "words": "12 Nguyễn Trãi"}, "plot_m2": 120.0,
        "protected": true, "about": "water", "ground_m2": 80.0, "total_m2": 240.0, "storeys": 3,
        "height_m": 11.5, "basement": false, "adjoining": false, "category": "none", "delivery": "counter",
    })
}

async fn a_permit_has_two_notices_and_twelve_days_of_silence_are_consent(city: TestCity) {
    let papers = ["application", "land_paper", "drawings"];
    let filed = filed(
        &city,
        "construction.permit-house",
        Channel::Online,
        house(&city),
        &papers,
    )
    .await;
    let code = &filed.code;
    taken_in(&city, DESK, code, "Đủ hồ sơ – cấp giấy tiếp nhận").await;
    for (propose, send, step, supplied) in [
        (
            "Đề nghị thông báo bổ sung lần 1",
            "Gửi thông báo bổ sung lần 1",
            "supplement",
            "Đã bổ sung",
        ),
        (
            "Đề nghị thông báo hướng dẫn lần 2",
            "Gửi thông báo hướng dẫn lần 2",
            "supplement_again",
            "Đã hoàn thiện",
        ),
    ] {
        let mut officer = at_case(&city, HEAD, code).await;
        officer.fill("02 bộ bản vẽ thiết kế xây dựng", "Thiếu mặt cắt móng");
        officer.press(propose).await;
        officer.status(200);
        city.decides(DESK, code, send).await;
        assert_eq!(stands(&city.case(code).await), (5, vec![step]));
        let mut owner = filed.track(&city).await;
        owner.attach(
            "02 bộ bản vẽ thiết kế xây dựng",
            "ban-ve.pdf",
            format!("{}%{step}", String::from_utf8_lossy(PDF)).as_bytes(),
        );
        owner.press(supplied).await;
        owner.status(200);
        assert_eq!(stands(&city.case(code).await).1, ["examine"]);
    }
    // Construction law gives two notices; a third one is refused with the reason.
    let mut officer = at_case(&city, HEAD, code).await;
    officer.sees("Đã nộp bản thay thế");
    officer.fill("Đơn đề nghị cấp giấy phép xây dựng", "Chưa ký");
    officer.press("Đề nghị thông báo hướng dẫn lần 2").await;
    officer.status(422).sees("đã được yêu cầu bổ sung 2 lần");
    officer.press("Hồ sơ đầy đủ").await;
    let case = city.case(code).await;
    assert_eq!(
        stands(&case).1,
        ["site_check", "opinion"],
        "the opinion is asked beside the site check"
    );
    assert_eq!(
        case.tasks[1].unit.as_deref(),
        Some("department-of-agriculture-and-environment")
    );
    let record = Upload {
        what: "site-record".into(),
        name: "bien-ban.pdf".into(),
        bytes: PDF.to_vec(),
        public: false,
    };
    let head = city.person(HEAD).await;
    let checked = Change {
        uploads: vec![record],
        ..Change::new(case.id, decide("site_check", None, "done"))
    };
    city.city()
        .change(&head, checked)
        .await
        .expect("checked on the site");
    city.clock.forward(days(15));
    city.settle().await;
    assert_eq!(
        stands(&city.case(code).await).1,
        ["opinion"],
        "twelve working days are not over"
    );
    let asked = "department-of-agriculture-and-environment";
    assert_eq!(
        heard(&city, code, Kind::AnswerDue).await,
        [format!("head:{asked}"), format!("unit:{asked}")]
    );
    city.clock.forward(days(2));
    city.settle().await;
    let case = city.case(code).await;
    assert_eq!(stands(&case).1, ["sign"], "silence is consent");
    // And is not passed over in silence (NĐ 61/2018 Đ.19.5).
    assert_eq!(
        heard(&city, code, Kind::Silent).await,
        ["head:commune-31135", "head:desk-31135"]
    );
    let told = told(&city, code, Side::Staff).await.into_iter();
    let centre = store::Recipient::Head("desk-31135".to_owned());
    let letter = told
        .filter(|m| m.kind == Kind::Silent && m.recipient == centre)
        .find_map(|m| m.body);
    let letter = letter.expect("a letter");
    assert!(
        letter.contains("Cho ý kiến") && letter.contains("Sở Nông nghiệp và Môi trường"),
        "{letter}"
    );
    at_case(&city, HEAD, code)
        .await
        .sees("Hết hạn mà cơ quan được hỏi không trả lời");
    filed.track(&city).await.sees_not("không trả lời");
    for (who, outcome) in [(HEAD, "Ký giấy phép"), (HEAD, "Đã phát hành")] {
        city.decides(who, code, outcome).await;
    }
    handed_over(&city, DESK, code).await;
    let case = city.case(code).await;
    assert_eq!(stands(&case), (10, vec![]));
    let (_, decided) = case.life.ended().expect("decided");
    assert!(
        decided <= case.clock.due.expect("a date"),
        "notices and the opinion stand outside the clock"
    );
}

async fn a_household_business_waits_for_its_tax_code(city: TestCity) {
    let area = city.area("Phường Ninh Kiều");
    let answers = json!({
        "owner_id": "092085001234", "phone": "0912345678", "email": "quan@example.vn", "founded_by": "person",
        "address": "12 Nguyễn Trãi", "business_name": "Bún riêu Sáu Ngọc",
        "premises": {"area": area, "words": "12 Nguyễn Trãi"}, "activity": "food",
        "activity_text": "Bán bún riêu buổi sáng", "conditional": false, "capital": 50_000_000,
        "workers": 2, "starts_on": "2026-03-10", "delivery": "counter",
    });
    let filed = filed(
        &city,
        "household-business.registration",
        Channel::Online,
        answers,
        &["application"],
    )
    .await;
    let code = &filed.code;
    taken_in(&city, DESK, code, "Đủ hồ sơ – cấp giấy tiếp nhận").await;
    city.decides(HEAD, code, "Hợp lệ").await;
    let case = city.case(code).await;
    assert_eq!(stands(&case).1, ["tax_code"]);
    assert_eq!(
        case.tasks[0].keeper.as_deref(),
        Some("commune-31135"),
        "recorded by the commune"
    );
    city.decides(STAFF, code, "Đã có mã số thuế").await;
    for (who, outcome) in [(HEAD, "Ký Giấy chứng nhận"), (HEAD, "Đã phát hành")] {
        city.decides(who, code, outcome).await;
    }
    handed_over(&city, DESK, code).await;
    assert_eq!(stands(&city.case(code).await), (10, vec![]));
}

async fn a_refusal_states_why_within_its_time(city: TestCity) {
    let filed = filed(
        &city,
        "birth.registration",
        Channel::Online,
        birth(&city),
        &[],
    )
    .await;
    let code = &filed.code;
    let mut desk = at_case(&city, DESK, code).await;
    desk.press("Từ chối tiếp nhận").await;
    desk.status(422).sees("Cần ghi lý do");
    desk.fill("Ghi chú hoặc lý do", "Không thuộc thẩm quyền của phường");
    desk.press("Từ chối tiếp nhận").await;
    desk.status(200);
    city.decides(DESK, code, "Đã trả hồ sơ").await;
    let case = city.case(code).await;
    assert_eq!(
        stands(&case),
        (3, vec![]),
        "never accepted: state 3, no clock"
    );
    assert!(case.clock.intervals.is_empty());
    filed
        .track(&city)
        .await
        .sees("Không thuộc thẩm quyền của phường");
}
