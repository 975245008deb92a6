//! The one request to complete a dossier: marked by the agency, sent by the desk, answered by the resident within
//! what was marked and nothing beside it, compared by the official.

use actions::{ActionError, Change, Upload, Verb};
use rules::case::Refusal;
use rules::person::Person;
use serde_json::json;
use service::definition::Channel;
use testkit::words::PDF;
use testkit::{Browser, Reported, TestCity, both_engines, hours};

use crate::dossier::{at_case, filed, stands};

both_engines!(
    only_what_was_marked_can_be_changed_and_the_difference_is_shown,
    a_forged_form_is_refused_and_changes_nothing,
    what_was_asked_is_not_passed_over_in_silence,
    a_request_that_says_nothing_is_not_proposed,
);

const DESK: &str = "motcua-ninhkieu";
/// The head may step in for whoever the check fell to.
const OFFICER: &str = "ninhkieu-lanhdao";
const SPOUSE: &str = "Họ và tên người dự định kết hôn";
const STATUS: &str = "Tình trạng hôn nhân";

/// A confirmation for a marriage, accepted.
async fn accepted(city: &TestCity) -> Reported {
    let area = city.area("Phường Ninh Kiều");
    let answers = json!({
        "personal_id": "092185001234", "residence": {"area": area, "words": "12 Nguyễn Trãi"},
        "moved": false, "phone": "0912345678", "status": "single", "use": "marriage",
        "spouse_name": "Lê Nam", "again": false, "copies": 1, "category": "none", "delivery": "counter",
    });
    let filed = filed(
        city,
        "marital-status.confirmation",
        Channel::Online,
        answers,
        &[],
    )
    .await;
    let mut desk = at_case(city, DESK, &filed.code).await;
    desk.press("Thu và ghi biên lai").await;
    desk.press("Đủ hồ sơ").await;
    desk.status(200);
    filed
}

/// Marked by the officer, sent by the desk an hour later.
async fn asked(city: &TestCity) -> Reported {
    let filed = accepted(city).await;
    let code = &filed.code;
    let mut officer = at_case(city, OFFICER, code).await;
    officer.fill(SPOUSE, "Thiếu chữ đệm").fill(
        STATUS,
        "Dữ liệu hộ tịch có một lần kết hôn, đề nghị khai đúng",
    );
    officer.press("Đề nghị yêu cầu bổ sung").await;
    officer.status(200);
    let case = city.case(code).await;
    assert_eq!(stands(&case), (4, vec!["send_supplement"]));
    assert_eq!(case.tasks[0].unit.as_deref(), Some("desk-31135"));
    // The resident hears nothing before the desk has spoken.
    filed.track(city).await.sees_not("Thiếu chữ đệm");
    city.clock.forward(hours(1));
    let mut desk = at_case(city, DESK, code).await;
    assert_eq!(desk.value(SPOUSE), Some("Thiếu chữ đệm"));
    desk.press("Gửi phiếu yêu cầu bổ sung").await;
    assert_eq!(stands(&city.case(code).await), (5, vec!["supplement"]));
    filed
}

async fn only_what_was_marked_can_be_changed_and_the_difference_is_shown(city: TestCity) {
    let filed = asked(&city).await;
    let mut hoa = filed.track(&city).await;
    hoa.sees("Thiếu chữ đệm")
        .sees("Dữ liệu hộ tịch có một lần kết hôn");
    assert_eq!(hoa.value(SPOUSE), Some("Lê Nam"));
    assert_eq!(hoa.value("Số điện thoại nhận tin"), None, "not asked for");
    // A marked answer may bring another question with it.
    hoa.fill(SPOUSE, "Lê Hoài Nam").choose(STATUS, "Đã ly hôn");
    hoa.press("Đã bổ sung").await;
    hoa.status(422);
    assert_eq!(
        hoa.value(SPOUSE),
        Some("Lê Hoài Nam"),
        "nothing typed is lost"
    );
    hoa.fill(
        "Số, ngày và tòa án của bản án, quyết định ly hôn",
        "Quyết định 12/2020/QĐST-HNGĐ ngày 05/03/2020",
    );
    hoa.press("Đã bổ sung").await;
    hoa.status(200);
    let case = city.case(&filed.code).await;
    assert_eq!(stands(&case), (4, vec!["check"]));
    let officer = at_case(&city, OFFICER, &filed.code).await;
    officer
        .sees("Thay đổi sau khi bổ sung")
        .sees("Lê Nam → Lê Hoài Nam")
        .sees("Chưa kết hôn với ai → Đã ly hôn")
        .sees("(trống) → Quyết định 12/2020/QĐST-HNGĐ");
}

async fn a_forged_form_is_refused_and_changes_nothing(city: TestCity) {
    let filed = asked(&city).await;
    let before = city.case(&filed.code).await;
    let version = before.version.to_string();
    let to = format!("/track/{}/answer", filed.code);
    let mut thief = city.browser("kẻ sửa biểu mẫu");
    for forged in [
        ("category", "poor-household"),
        ("phone", "0999999999"),
        ("copies", "9"),
    ] {
        let fields = [
            ("key", filed.secret.as_str()),
            ("version", &version),
            ("step", "supplement"),
            ("outcome", "supplied"),
            ("spouse_name", "Lê Hoài Nam"),
            ("status", "single"),
            forged,
        ];
        thief.send("POST", &to, &fields).await;
        thief.status(409).sees("không nằm trong yêu cầu bổ sung");
    }
    // Nor by the door behind the pages: a paper that nobody asked for, an answer beside the request.
    let bearer = Person::Bearer { case: before.id };
    let paper = Upload {
        what: "declaration".into(),
        name: "to-khai.pdf".into(),
        bytes: PDF.to_vec(),
        public: false,
    };
    let supplied = Verb::Decide {
        step: "supplement".into(),
        row: None,
        outcome: "supplied".into(),
    };
    let comment = Verb::Note { public: true };
    for verb in [supplied, comment] {
        let change = Change {
            words: Some("Xin thay tờ khai".into()),
            uploads: vec![paper.clone()],
            ..Change::new(before.id, verb)
        };
        let refused = city.city().change(&bearer, change).await;
        let expected = matches!(
            &refused,
            Err(ActionError::Refused(Refusal::NotMarked { .. }))
        );
        assert!(expected, "{refused:?}");
    }
    assert_eq!(city.case(&filed.code).await, before);
}

async fn what_was_asked_is_not_passed_over_in_silence(city: TestCity) {
    let filed = asked(&city).await;
    let mut hoa = filed.track(&city).await;
    hoa.press("Đã bổ sung").await;
    hoa.status(422).sees("Chưa sửa hoặc chưa nộp lại");
    hoa.fill(
        "Trả lời của bạn",
        "Tên ghi đúng theo căn cước, tôi chưa từng kết hôn",
    );
    hoa.press("Đã bổ sung").await;
    hoa.status(200);
    assert_eq!(stands(&city.case(&filed.code).await), (4, vec!["check"]));
    let officer = at_case(&city, OFFICER, &filed.code).await;
    officer
        .sees("Không thay đổi")
        .sees("Tên ghi đúng theo căn cước");
}

async fn a_request_that_says_nothing_is_not_proposed(city: TestCity) {
    let filed = accepted(&city).await;
    let mut officer: Browser = at_case(&city, OFFICER, &filed.code).await;
    officer.fill("Ghi chú hoặc lý do", "Hồ sơ chưa đủ");
    officer.press("Đề nghị yêu cầu bổ sung").await;
    officer.status(422).sees("Chưa đánh dấu mục nào");
    assert_eq!(officer.value("Ghi chú hoặc lý do"), Some("Hồ sơ chưa đủ"));
}
