//! One dossier for three agencies (2.000986): parts begin, end, wait and fail, and the whole answers for them.

use actions::{Change, Verb};
use rules::case::state::Stopped;
use rules::case::{Case, Life};
use rules::clock;
use rules::message::Channel as Way;
use rules::notice::Kind;
use serde_json::{Value as Json, json};
use service::definition::{Channel, Ending};
use store::Side;
use testkit::{Reported, TestCity, both_engines, days};

use crate::dossier::{at_case, filed, handed_over, stands, taken_in};
use crate::messages::told;

both_engines!(
    three_parts_one_receipt_one_appointment,
    a_refused_birth_takes_the_others_along,
    what_is_withdrawn_ends_what_was_begun,
    a_part_that_misses_something_stops_the_whole,
);

const DESK: &str = "motcua-ninhkieu";
const HEAD: &str = "ninhkieu-lanhdao";
const RESIDENCE: &str = "residence-register";
const INSURANCE: &str = "social-insurance";
const SECRET: &str = "bi mat cua cong an va bao hiem 0123456789";

fn answers(city: &TestCity) -> Json {
    let area = city.area("Phường Ninh Kiều");
    json!({
        "requester_id": "092085001234", "relation": "parent", "phone": "0912345678",
        "residence": {"area": area, "words": "12 Nguyễn Trãi"}, "child_name": "Lê Minh An",
        "child_sex": "female", "born_on": "2026-02-20", "born_at": "Bệnh viện Phụ sản Cần Thơ",
        "ethnicity": "kinh", "home_town": "Cần Thơ", "origin": "hospital", "e_certificate": true,
        "mother_id": "092190001234", "father_known": false, "joins": "parents",
        "home_address": "12 Nguyễn Trãi, phường Ninh Kiều", "clinic": "Trạm y tế phường Ninh Kiều",
        "delivery": "counter",
    })
}

/// Handed in, and taken in at the desk.
async fn begun(city: &TestCity, channel: Channel) -> Reported {
    let papers: &[&str] = match channel {
        Channel::Online => &["residence_form", "insurance_form"],
        _ => &["declaration", "residence_form", "insurance_form"],
    };
    let filed = filed(city, "birth.linked-child", channel, answers(city), papers).await;
    taken_in(city, DESK, &filed.code, "Đủ hồ sơ").await;
    filed
}

async fn tell(city: &TestCity, system: &str, line: Json) -> Json {
    let message = json!({ "dossiers": [line] });
    let (status, answer) = city.owner_posts(system, SECRET, &message).await;
    assert_eq!(status, 200, "{answer}");
    answer["dossiers"][0].clone()
}

fn part(code: &str, n: u8) -> String {
    format!("{code}.{n}")
}

/// The state of each part, in their order: `None` never begun, else how it ended.
fn ends(whole: &Case) -> Vec<(&str, bool, Option<Ending>)> {
    let parts = whole.parts.iter();
    parts
        .map(|part| (part.part.as_str(), part.case.is_some(), part.ended))
        .collect()
}

/// The birth is registered and its certificate issued; the applicant agrees to the draft.
async fn born(city: &TestCity, filed: &Reported) {
    let birth = part(&filed.code, 1);
    city.decides(HEAD, &birth, "Đủ điều kiện").await;
    city.decides(HEAD, &birth, "Đã ghi sổ và có số định danh")
        .await;
    if city.case(&birth).await.task("confirm", None).is_some() {
        let mut parent = filed.track(city).await;
        parent.sees("Đang chờ bạn, xem và bổ sung");
        parent.follow("Đang chờ bạn").await;
        parent.press("Nội dung đúng").await;
        parent.status(200);
    }
    city.decides(HEAD, &birth, "Ký Giấy khai sinh").await;
    city.decides(HEAD, &birth, "Đã phát hành").await;
}

/// What whoever asked was told of the part that was refused: once.
async fn refused_part(city: &TestCity, code: &str) -> String {
    city.post().await;
    let told = told(city, code, Side::Applicant).await.into_iter();
    let told = told.filter(|m| m.kind == Kind::PartRefused && m.channel == Way::App);
    let bodies: Vec<String> = told.filter_map(|m| m.body).collect();
    let [body] = &bodies[..] else {
        panic!("one message: {bodies:?}")
    };
    body.clone()
}

async fn three_parts_one_receipt_one_appointment(city: TestCity) {
    let city = city.told_by(RESIDENCE, SECRET).told_by(INSURANCE, SECRET);
    let filed = begun(&city, Channel::Online).await;
    let code = &filed.code;
    let whole = city.case(code).await;
    assert_eq!(stands(&whole), (2, vec!["parts"]));
    let due = whole.clock.first_due.expect("an appointment");
    let birth = city.case(&part(code, 1)).await;
    assert_eq!(
        stands(&birth),
        (2, vec!["check"]),
        "taken in with the whole"
    );
    assert_eq!(birth.unit, "commune-31135");
    assert!(birth.money.charges.is_empty(), "nothing is paid twice");
    assert!(birth.clock.first_due.expect("its own limit") < due);
    // Nobody decides for the parts.
    let head = at_case(&city, HEAD, code).await;
    head.sees("Các phần của hồ sơ").sees("Đăng ký thường trú");
    assert!(!head.offers("Mọi phần đã có kết quả"));

    born(&city, &filed).await;
    let whole = city.case(code).await;
    assert_eq!(
        ends(&whole),
        [
            ("birth", true, Some(Ending::Granted)),
            ("residence", true, None),
            ("insurance", true, None)
        ]
    );
    // The certificate, once printed, goes to those who wait for it.
    city.settle().await;
    for n in [2, 3] {
        let next = city.case(&part(code, n)).await;
        assert!(
            next.mirror.is_some() && next.tasks.is_empty(),
            "decided elsewhere"
        );
        assert!(next.attached.contains_key("birth"), "{:?}", next.attached);
    }

    // Police and insurance tell how it goes under the reference that came with the dossier.
    let residence = json!({"code": "CA-77", "procedure": "1.004222", "reference": part(code, 2),
        "state": 4, "at": "2026-03-02 08:00"});
    assert_eq!(tell(&city, RESIDENCE, residence).await["news"], "changed");
    let parent = filed.track(&city).await;
    parent
        .sees("Đang xử lý")
        .sees("Cổng dịch vụ công quản lý cư trú");
    city.clock.forward(days(3));
    let residence =
        json!({"code": "CA-77", "procedure": "1.004222", "state": 9, "at": "2026-03-04 08:00"});
    assert_eq!(tell(&city, RESIDENCE, residence).await["news"], "changed");
    assert_eq!(
        stands(&city.case(code).await).1,
        ["parts"],
        "one is still missing"
    );
    let insurance = json!({"code": "BH-9", "procedure": "health-insurance.child-card",
        "reference": part(code, 3), "state": 10, "at": "2026-03-04 09:00"});
    tell(&city, INSURANCE, insurance).await;
    let whole = city.case(code).await;
    assert_eq!(stands(&whole), (9, vec!["hand_over"]));
    assert_eq!(whole.clock.first_due, Some(due), "one appointment, kept");
    handed_over(&city, DESK, code).await;
    assert_eq!(stands(&city.case(code).await), (10, vec![]));

    // One paper says it was taken in; the state counts it once, at the commune.
    city.settle().await;
    let mut receipts = Vec::new();
    for code in [code.clone(), part(code, 1), part(code, 2), part(code, 3)] {
        let case = city.case(&code).await;
        let rows = city.hall.reader().papers(case.id).await.expect("papers");
        if rows.iter().any(|row| row.call.what == "receipt") {
            receipts.push(code);
        }
    }
    assert_eq!(receipts, [code.as_str()]);
    let mut leader = city.sign_in("lanhdao").await;
    leader
        .open("/numbers/report?period=2026-03&by=service")
        .await;
    let rows = leader.page().rows.clone();
    let named: Vec<&str> = rows.iter().map(|row| row.cells[0].words.as_str()).collect();
    assert!(
        named
            .iter()
            .any(|name| name.contains("Liên thông đăng ký khai sinh")),
        "{named:?}"
    );
    for other in [
        "Đăng ký thường trú cho trẻ em",
        "Cấp thẻ bảo hiểm y tế cho trẻ em",
    ] {
        assert!(
            !named.iter().any(|name| name.starts_with(other)),
            "{named:?}"
        );
    }
    assert!(!named.contains(&"Đăng ký khai sinh"), "{named:?}");
    let total = rows.last().expect("a total");
    assert_eq!(total.cells[1].words, "1", "{total:?}");
}

async fn a_refused_birth_takes_the_others_along(city: TestCity) {
    let filed = begun(&city, Channel::Counter).await;
    let birth = part(&filed.code, 1);
    let mut head = at_case(&city, HEAD, &birth).await;
    head.fill(
        "Ghi chú hoặc lý do",
        "Trẻ đã được đăng ký khai sinh ở nơi khác",
    );
    head.press("Không đủ điều kiện").await;
    head.status(200);
    let mut desk = at_case(&city, DESK, &birth).await;
    desk.press("Đã trả hồ sơ").await;
    let whole = city.case(&filed.code).await;
    assert_eq!(
        ends(&whole),
        [
            ("birth", true, Some(Ending::Refused)),
            ("residence", false, None),
            ("insurance", false, None)
        ]
    );
    assert_eq!(stands(&whole).1, ["refused"]);
    // The parent is told at once, with what follows for the other parts.
    let letter = refused_part(&city, &filed.code).await;
    for words in [
        "“Đăng ký khai sinh”",
        "không thực hiện: Đăng ký thường trú; Cấp thẻ bảo hiểm y tế",
        "nộp riêng từng thủ tục sau",
    ] {
        assert!(letter.contains(words), "{words}: {letter}");
    }
    assert!(!letter.contains("vẫn được giải quyết"), "{letter}");
    let parent = filed.track(&city).await;
    parent
        .sees("Những phần chờ kết quả này không thực hiện")
        .sees("Không thực hiện, vì phần trước không có kết quả");
    city.decides(DESK, &filed.code, "Đã trả hồ sơ").await;
    let whole = city.case(&filed.code).await;
    assert_eq!(
        whole.life.ended().map(|(ending, _)| ending),
        Some(Ending::Refused)
    );
}

async fn what_is_withdrawn_ends_what_was_begun(city: TestCity) {
    // The whole.
    let filed = begun(&city, Channel::Counter).await;
    let code = &filed.code;
    let bearer = city
        .hall
        .reader()
        .bearer(code, &actions::secret::token_hash(&filed.secret))
        .await;
    let bearer = bearer.expect("read").expect("the secret opens it");
    let whole = city.case(code).await;
    let asked = city
        .city()
        .change(&bearer, Change::new(whole.id, Verb::AskWithdrawal))
        .await;
    assert_eq!(asked.expect("asked").life.number(), 7);
    let head = city.person(HEAD).await;
    let answer = Change::new(whole.id, Verb::AnswerWithdrawal { accept: true });
    city.city().change(&head, answer).await.expect("answered");
    for code in [code.clone(), part(code, 1)] {
        let case = city.case(&code).await;
        assert!(
            matches!(
                case.life,
                Life::Stopped {
                    ending: Ending::Withdrawn,
                    ..
                }
            ),
            "{code}: {:?}",
            case.life
        );
        assert!(case.tasks.is_empty());
    }

    // One part alone, with the same secret: the whole goes on without what comes after it.
    let filed = begun(&city, Channel::Counter).await;
    let birth = city.case(&part(&filed.code, 1)).await;
    let secret = actions::secret::token_hash(&filed.secret);
    let bearer = city.hall.reader().bearer(&birth.code, &secret).await;
    let bearer = bearer
        .expect("read")
        .expect("who may see the whole may see its parts");
    let ask = Change::new(birth.id, Verb::AskWithdrawal);
    city.city().change(&bearer, ask).await.expect("asked");
    let answer = Change::new(birth.id, Verb::AnswerWithdrawal { accept: true });
    city.city().change(&head, answer).await.expect("answered");
    let whole = city.case(&filed.code).await;
    assert_eq!(ends(&whole)[0], ("birth", true, Some(Ending::Withdrawn)));
    assert_eq!(stands(&whole).1, ["refused"]);
}

async fn a_part_that_misses_something_stops_the_whole(city: TestCity) {
    let city = city.told_by(RESIDENCE, SECRET).told_by(INSURANCE, SECRET);
    let filed = begun(&city, Channel::Counter).await;
    let code = &filed.code;
    born(&city, &filed).await;
    city.clock.forward(days(1));
    let insurance = json!({"code": "BH-10", "procedure": "health-insurance.child-card",
        "reference": part(code, 3), "state": 5, "at": "2026-03-02 09:00"});
    tell(&city, INSURANCE, insurance).await;
    let whole = city.case(code).await;
    assert_eq!(whole.life.number(), 5);
    assert_eq!(clock::standing(&whole.clock), Some(Stopped::Supplement));
    let before = whole.clock.due;
    city.clock.forward(days(2));
    let insurance = json!({"code": "BH-10", "procedure": "health-insurance.child-card",
        "state": 4, "at": "2026-03-04 09:00"});
    tell(&city, INSURANCE, insurance).await;
    let whole = city.case(code).await;
    assert_eq!(whole.life.number(), 4);
    assert_eq!(clock::standing(&whole.clock), None);
    assert!(whole.clock.due > before, "the time it stood is given back");

    // One part is refused, the other granted: the whole is handed over with what there is, and says so.
    let refused = json!({"code": "BH-10", "procedure": "health-insurance.child-card",
        "state": 8, "at": "2026-03-05 07:00", "result": "refused"});
    tell(&city, INSURANCE, refused).await;
    let letter = refused_part(&city, code).await;
    assert!(letter.contains("“Cấp thẻ bảo hiểm y tế”"), "{letter}");
    assert!(
        letter.contains("Các phần khác vẫn được giải quyết: Đăng ký thường trú."),
        "{letter}"
    );
    assert!(!letter.contains("không thực hiện"), "{letter}");
    let residence = json!({"code": "CA-78", "procedure": "1.004222", "reference": part(code, 2),
        "state": 10, "at": "2026-03-05 07:30"});
    tell(&city, RESIDENCE, residence).await;
    let whole = city.case(code).await;
    assert_eq!(stands(&whole), (9, vec!["hand_over"]));
    filed.track(&city).await.sees("Từ chối");
}
