//! Reception at a desk: who stands here, which papers they bring, and the decision, in one post. Three
//! organisations stay apart: who helped, who received, who is competent.

use std::collections::BTreeSet;

use actions::reception::Reception;
use actions::{ActionError, NewCase};
use rules::case::counter::{CopyKind, PapersReceived};
use rules::case::money::Way;
use rules::case::{Case, Life};
use rules::person::Person;
use serde_json::json;
use service::definition::{Channel, Who};
use service::supplement::Mark;
use testkit::{Browser, TestCity, both_engines, hours};

both_engines!(
    a_dossier_is_received_with_its_papers_in_one_post,
    whoever_comes_again_is_found_and_shown_masked,
    what_is_missing_is_asked_for_or_refused_at_once,
    any_centre_takes_a_dossier_of_another_commune,
    two_hundred_receptions_at_once_have_two_hundred_codes,
    a_code_of_another_system_finds_the_case,
    by_code_alone_a_stranger_learns_how_far_it_is,
);

pub const CLERK: &str = "motcua-ninhkieu";
const MARITAL: &str = "marital-status.confirmation";
const TAKE: &str = "Đủ hồ sơ F8";
const ASK: &str = "Thiếu – yêu cầu bổ sung F9";
const PAPER: &str = "Tờ khai cấp Giấy xác nhận tình trạng hôn nhân";

/// The form of a confirmation of marital status for somebody who lives in this commune.
pub async fn form(city: &TestCity, commune: &str) -> Browser {
    let mut clerk = city.sign_in(CLERK).await;
    clerk.open("/desk").await;
    let receive = clerk.page().link("Tiếp nhận hồ sơ");
    clerk.open(&receive).await;
    clerk
        .fill("Ai đến nộp?", "092190001234")
        .fill("Thủ tục", "tinh trang hon nhan");
    clerk.press("Tiếp tục").await;
    clerk.status(200);
    if clerk.page().says("Người này đã từng nộp hồ sơ?") {
        let anew = clerk.page().link("Người khác, nhập mới");
        clerk.open(&anew).await;
    }
    assert_eq!(clerk.value("Số định danh cá nhân"), Some("092190001234"));
    fill(&mut clerk, commune);
    clerk
}

fn fill(clerk: &mut Browser, commune: &str) {
    clerk
        .fill("Họ và tên", "Trần Thị Bưởi")
        .choose("Phường, xã", commune)
        .choose(
            "Đã từng thường trú ở nơi khác từ khi đủ tuổi kết hôn",
            "Không",
        )
        .fill("Số điện thoại nhận tin", "0903123456")
        .choose("Tình trạng hôn nhân", "Chưa kết hôn với ai")
        .choose("Sử dụng vào mục đích", "Mua bán, chuyển nhượng tài sản")
        .choose("Cấp lại do hết hạn hoặc dùng vào mục đích khác", "Không")
        .fill("Số bản", "1")
        .choose("Đối tượng", "Không thuộc diện miễn")
        .choose("Nhận kết quả", "Tại một cửa");
}

/// The declaration is there and the fee is taken: the dossier is whole.
pub async fn take(clerk: &mut Browser) {
    clerk.tick(PAPER);
    clerk.press("Cập nhật câu hỏi F2").await;
    clerk.tick("Đã thu: Lệ phí cấp Giấy xác nhận tình trạng hôn nhân");
    clerk.press(TAKE).await;
    clerk.status(200);
}

/// A dossier that the desk has taken, with its secret.
pub async fn received(city: &TestCity) -> (String, String) {
    let mut clerk = form(city, "Phường Ninh Kiều").await;
    take(&mut clerk).await;
    let after = clerk
        .page()
        .text
        .split("Mã bí mật")
        .nth(1)
        .expect("a secret")
        .to_owned();
    let secret = after
        .split_whitespace()
        .next()
        .expect("a secret")
        .to_owned();
    (code(&clerk), secret)
}

fn code(clerk: &Browser) -> String {
    let link = clerk.page().link("Mở hồ sơ");
    link.rsplit('/').next().unwrap_or_default().to_owned()
}

fn stands(case: &Case) -> (u8, Vec<&str>) {
    let steps = case.tasks.iter().map(|task| task.step.as_str());
    (case.life.number(), steps.collect())
}

async fn a_dossier_is_received_with_its_papers_in_one_post(city: TestCity) {
    let mut clerk = form(&city, "Phường Ninh Kiều").await;
    // Without the declaration it is not whole, and nothing typed is lost.
    clerk.press(TAKE).await;
    clerk.status(422).sees("Tờ khai");
    assert_eq!(clerk.value("Họ và tên"), Some("Trần Thị Bưởi"));
    clerk.tick(PAPER).fill("Số bộ hồ sơ", "2").choose(
        "Ai giúp người dân nộp?",
        "Bưu điện (dịch vụ bưu chính công ích)",
    );
    clerk.press(TAKE).await;
    // The fee is due now.
    clerk.status(422);
    clerk.tick("Đã thu: Lệ phí cấp Giấy xác nhận tình trạng hôn nhân");
    clerk.press(TAKE).await;
    clerk
        .status(200)
        .sees("Được tiếp nhận")
        .sees("Chuyển cơ quan có thẩm quyền trước");
    // Received at eight in the morning: to be handed on the same day.
    clerk.sees("17:00 thứ Hai 02/03/2026");
    let code = code(&clerk);
    assert!(code.starts_with("H13.102.01-260302-0001"), "{code}");

    let case = city.case(&code).await;
    assert!(
        matches!(case.life, Life::Accepted { .. }),
        "{:?}",
        case.life
    );
    assert_eq!(case.received_at.as_deref(), Some("desk-31135"));
    assert_eq!(case.unit, "commune-31135");
    assert_eq!(case.helper.as_deref(), Some("post-office"));
    assert_eq!(case.sets, 2);
    let paper = &case.papers[0];
    assert_eq!(
        (paper.document.as_str(), paper.copy, paper.count),
        ("declaration", CopyKind::Original, 1)
    );

    clerk.open(&format!("/cases/{code}")).await;
    clerk
        .sees("bản chính × 1")
        .sees("Nơi giúp nộp")
        .sees("Bưu điện")
        .sees("Số bộ hồ sơ");
    clerk.sees("Nhận giấy tờ");
    let counted = city
        .hall
        .reader()
        .received("desk-31135", case.opened, city.clock.now() + hours(1))
        .await
        .expect("counted");
    assert_eq!(counted.len(), 1);
    assert_eq!(
        (counted[0].unit.as_str(), counted[0].count),
        ("commune-31135", 1)
    );
}

async fn whoever_comes_again_is_found_and_shown_masked(city: TestCity) {
    let mut clerk = form(&city, "Phường Ninh Kiều").await;
    take(&mut clerk).await;
    for who in ["tran thi buoi", "0903123456", "092190001234", "bưởi trần"] {
        clerk.open("/desk/receive").await;
        clerk
            .fill("Ai đến nộp?", who)
            .fill("Thủ tục", "tinh trang hon nhan");
        clerk.press("Tiếp tục").await;
        clerk
            .status(200)
            .sees("Trần T. B.")
            .sees("•••234")
            .sees("•••456");
        clerk.sees_not("092190001234").sees_not("Trần Thị Bưởi");
    }
    let chosen = clerk.page().link("Trần T. B.");
    clerk.open(&chosen).await;
    assert_eq!(clerk.value("Số điện thoại nhận tin"), Some("0903123456"));
    // Nobody else's, and nothing without a seat.
    let mut stranger = city.browser("người lạ");
    stranger.open(&chosen).await;
    stranger.sees("Đăng nhập");
    let nobody = city.city().earlier(&Person::Nobody, "tran", 5).await;
    assert!(matches!(nobody, Err(ActionError::Refused(_))));
}

async fn what_is_missing_is_asked_for_or_refused_at_once(city: TestCity) {
    let mut clerk = form(&city, "Phường Ninh Kiều").await;
    // The declaration is not ticked: that is what is asked for.
    clerk.fill("Ghi chú hoặc lý do", "Mời bổ sung");
    clerk.press(ASK).await;
    clerk.status(200);
    let case = city.case(&code(&clerk)).await;
    assert_eq!(stands(&case), (5, vec!["supplement"]));
    assert!(case.accepted.is_none());

    let mut clerk = form(&city, "Phường Ninh Kiều").await;
    clerk.fill("Ghi chú hoặc lý do", "Không thuộc thẩm quyền của thành phố");
    clerk.press("Từ chối tiếp nhận F10").await;
    clerk.status(200);
    let case = city.case(&code(&clerk)).await;
    assert_eq!(
        case.life.number(),
        1,
        "the letter of refusal is still to be given: {:?}",
        case.tasks
    );
}

async fn any_centre_takes_a_dossier_of_another_commune(city: TestCity) {
    // After three in the afternoon it is handed on the next morning.
    city.clock.forward(hours(8));
    let mut clerk = form(&city, "Phường Cái Răng").await;
    take(&mut clerk).await;
    clerk
        .status(200)
        .sees("07:00 thứ Ba 03/03/2026")
        .sees("Cái Răng");
    let case = city.case(&code(&clerk)).await;
    assert_eq!(
        case.received_at.as_deref(),
        Some("desk-31135"),
        "received here"
    );
    assert_eq!(case.unit, "commune-31186", "competent there");
    assert_eq!(case.tasks[0].unit.as_deref(), Some("commune-31186"));
    assert!(
        case.code.starts_with("H13.102.01-"),
        "the code is the receiver's: {}",
        case.code
    );
    // The one who is competent sees it, and who received it.
    let mut officer = city.sign_in("cairang").await;
    officer.open(&format!("/cases/{}", case.code)).await;
    officer
        .status(200)
        .sees("Nơi tiếp nhận")
        .sees("phường Ninh Kiều");
}

fn marks() -> Vec<Mark> {
    let what = "documents/declaration".to_owned();
    vec![Mark {
        what,
        why: "Chưa nộp".to_owned(),
    }]
}

fn new(n: usize) -> NewCase {
    let answers = json!({
        "personal_id": "092190001234", "full_name": "Trần Thị Bưởi",
        "residence": {"area": "31135", "words": "Số 1 Hòa Bình"}, "moved": false, "phone": "0903123456",
        "status": "single", "use": "property", "again": false, "copies": 1, "category": "none", "delivery": "counter",
    });
    NewCase {
        service: MARITAL.into(),
        answers: answers.as_object().cloned().expect("an object"),
        uploads: Vec::new(),
        person: Person::Nobody,
        applicant: Who::Citizen,
        channel: Channel::Counter,
        key: format!("at-once-{n}"),
        public: false,
        received_at: Some("desk-31135".into()),
        about: None,
    }
}

async fn two_hundred_receptions_at_once_have_two_hundred_codes(city: TestCity) {
    let clerk = city.person(CLERK).await;
    let received = (0..200).map(|n| {
        let (city, clerk) = (city.handle(), clerk.clone());
        tokio::spawn(async move {
            let reception = Reception {
                new: NewCase {
                    person: clerk,
                    ..new(n)
                },
                papers: PapersReceived {
                    papers: Vec::new(),
                    sets: 1,
                    helper: None,
                },
                outcome: Some("incomplete".into()),
                words: Some("Thiếu tờ khai".into()),
                paid: Vec::new(),
                way: Way::Cash,
                waived: Vec::new(),
                marks: marks(),
                elsewhere: None,
            };
            // Told that the city is busy, a clerk sends the same form again: it is one dossier.
            for _ in 0..20 {
                match city.city().receive(reception.clone()).await {
                    Ok(receipt) => return receipt.code,
                    Err(ActionError::Fault(_)) => {}
                    Err(error) => panic!("not received: {error:?}"),
                }
            }
            panic!("busy for ever")
        })
    });
    let mut codes = BTreeSet::new();
    for one in received.collect::<Vec<_>>() {
        codes.insert(one.await.expect("no panic"));
    }
    let expected: BTreeSet<String> = (1..=200)
        .map(|n| format!("H13.102.01-260302-{n:04}"))
        .collect();
    assert_eq!(codes, expected);
}

async fn a_code_of_another_system_finds_the_case(city: TestCity) {
    let clerk = city.person(CLERK).await;
    let reception = |n: usize| Reception {
        new: NewCase {
            person: clerk.clone(),
            ..new(n)
        },
        papers: PapersReceived {
            papers: Vec::new(),
            sets: 1,
            helper: None,
        },
        outcome: Some("incomplete".into()),
        words: Some("Thiếu tờ khai".into()),
        paid: Vec::new(),
        way: Way::Cash,
        waived: Vec::new(),
        marks: marks(),
        elsewhere: Some(("Cổng Bộ Tư pháp".into(), "G15.01-20260302-0000777".into())),
    };
    let first = city.city().receive(reception(1)).await.expect("received");
    let again = city
        .city()
        .receive(reception(1))
        .await
        .expect("the same tap");
    assert_eq!(first, again);
    let other = city.city().receive(reception(2)).await;
    assert!(other.is_err(), "one code of one system is one case");
    let mut browser = city.sign_in(CLERK).await;
    browser.open("/find?q=G15.01-20260302-0000777").await;
    browser.sees(&first.code);
    browser.open(&format!("/cases/{}", first.code)).await;
    browser
        .sees("Mã ở hệ thống khác")
        .sees("Cổng Bộ Tư pháp G15.01-20260302-0000777");
    let mut elsewhere = city.sign_in("cairang").await;
    elsewhere.open("/find?q=G15.01-20260302-0000777").await;
    elsewhere.sees_not(&first.code);
}

async fn by_code_alone_a_stranger_learns_how_far_it_is(city: TestCity) {
    let mut clerk = form(&city, "Phường Ninh Kiều").await;
    clerk.choose(
        "Ai giúp người dân nộp?",
        "Bưu điện (dịch vụ bưu chính công ích)",
    );
    take(&mut clerk).await;
    let code = code(&clerk);
    let mut stranger = city.browser("người biết mã");
    stranger.open(&format!("/track/{code}")).await;
    stranger
        .status(200)
        .sees(&code)
        .sees("Được tiếp nhận")
        .sees("Bước");
    for secret in [
        "Trần",
        "Bưởi",
        "0903123456",
        "3456",
        "092190001234",
        "1234",
        "hôn nhân",
        "Ninh Kiều",
        "Bưu điện",
        "Tờ khai",
        "bản chính",
        "Lệ phí",
        "17:00",
        "2026",
    ] {
        let shown = stranger.page().text.replace(&code, "");
        assert!(
            !shown.contains(secret),
            "{secret} leaks to whoever knows the code:\n{shown}"
        );
    }
}
