//! What the city hands out: made by itself after the act that calls for it, numbered, shown to those it concerns,
//! verified by anybody without a name.

use actions::papers::Finished;
use rules::case::Event;
use serde_json::json;
use store::PaperRow;
use testkit::words::PDF;
use testkit::{Browser, Reported, TestCity, both_engines, days};

use crate::dossier::{self, at_case, filed_at};

both_engines!(
    a_receipt_is_made_numbered_and_verified,
    every_turn_of_a_dossier_has_its_paper,
    a_crash_between_two_steps_makes_no_second_paper,
    numbers_have_no_gaps,
    a_desk_prints_its_book,
    what_a_paper_is_called_follows_the_law_of_the_day,
);

const DESK: &str = "motcua-ninhkieu";
const HEAD: &str = "ninhkieu-lanhdao";
const NAME: &str = "Lê Thị Hồng Gấm";

/// Somebody asks at the counter of Ninh Kiều for a confirmation of marital status.
pub(crate) async fn asked(city: &TestCity) -> Reported {
    let area = city.area("Phường Ninh Kiều");
    let answers = json!({
        "personal_id": "092185001299", "full_name": NAME,
        "residence": {"area": area, "words": "12 Nguyễn Trãi"}, "moved": false, "phone": "0912345678",
        "status": "single", "use": "loan", "again": false, "copies": 1,
        "category": "none", "delivery": "counter",
    });
    let service = "marital-status.confirmation";
    filed_at(
        city,
        (DESK, "desk-31135"),
        service,
        answers,
        &["declaration"],
    )
    .await
}

pub(crate) async fn papers(city: &TestCity, code: &str) -> Vec<PaperRow> {
    let case = city.case(code).await;
    city.hall
        .reader()
        .papers(case.id)
        .await
        .expect("papers are read")
}

/// `receipt 01`, `refusal` … in order.
async fn made(city: &TestCity, code: &str) -> Vec<String> {
    let rows = papers(city, code).await;
    rows.iter()
        .map(|row| {
            assert!(row.made.is_some(), "{} waits", row.title);
            format!("{} {}", row.call.template, row.numbered())
        })
        .collect()
}

/// The desk takes the fee and the dossier in.
pub(crate) async fn taken_in(city: &TestCity, code: &str) -> Browser {
    dossier::taken_in(city, DESK, code, "Đủ hồ sơ").await
}

async fn a_receipt_is_made_numbered_and_verified(city: TestCity) {
    let gam = asked(&city).await;
    let code = &gam.code;
    city.settle().await;
    assert!(
        papers(&city, code).await.is_empty(),
        "nothing was accepted yet"
    );
    let mut desk = taken_in(&city, code).await;
    city.settle().await;

    // The desk finds it on the case's page and prints it, once for each side.
    desk.open(&format!("/cases/{code}")).await;
    desk.sees("Giấy tiếp nhận hồ sơ và hẹn trả kết quả")
        .sees("01/TNHS");
    let row = papers(&city, code).await.remove(0);
    assert_eq!((row.issuer.as_str(), row.number), ("desk-31135", 1));
    desk.open(&format!("/cases/{code}/papers/{}", row.check))
        .await;
    desk.status(200);
    assert_eq!(desk.page().content_type, "application/pdf");
    let pdf = desk.page().bytes.clone();
    assert!(pdf.starts_with(b"%PDF-"));
    desk.open(&format!("/cases/{code}/papers/{}/copies", row.check))
        .await;
    desk.status(200);
    assert_eq!(desk.page().content_type, "application/pdf");
    desk.open(&format!("/cases/{code}/control.pdf")).await;
    desk.status(200);
    assert_eq!(desk.page().content_type, "application/pdf");

    // The log tells it without a name; the page of the next act is not stale because of it.
    let case = city.case(code).await;
    let events = city.hall.reader().timeline(case.id).await.expect("events");
    let event = events.iter().find_map(|one| match &one.event {
        Event::PaperMade(paper) => Some(paper),
        _ => None,
    });
    let event = event.expect("the event");
    assert_eq!((event.template.as_str(), event.number), ("form-01", 1));
    assert_eq!(Some(&event.file), row.made.as_ref().map(|made| &made.hash));
    assert!(!serde_json::to_string(event).expect("json").contains("Gấm"));

    // The sender has it by the key of their link, and nobody else.
    let mut hers = gam.track(&city).await;
    hers.sees("Giấy tờ đã ban hành").sees("01/TNHS");
    hers.open(&format!(
        "/cases/{code}/papers/{}?key={}",
        row.check, gam.secret
    ))
    .await;
    hers.status(200);
    assert_eq!(hers.page().bytes, pdf);
    let mut stranger = city.browser("người lạ");
    stranger
        .open(&format!("/cases/{code}/papers/{}", row.check))
        .await;
    stranger.status(404);
    stranger.open(&format!("/track/{code}")).await;
    stranger.sees_not("01/TNHS");
    let mut other = city.sign_in("cairang").await;
    other
        .open(&format!("/cases/{code}/papers/{}", row.check))
        .await;
    other.status(404);

    // Anybody verifies it by its code, learns no name, and compares a file.
    let shown = actions::papers::check_shown(&row.check);
    stranger
        .open(&format!("/verify/{}", shown.to_lowercase()))
        .await;
    stranger
        .status(200)
        .sees("đang có hiệu lực")
        .sees("01/TNHS")
        .sees("Trung tâm Phục vụ hành chính công phường Ninh Kiều")
        .sees(row.file().expect("a file"))
        .sees_not("Gấm")
        .sees_not("Giấy xác nhận tình trạng hôn nhân");
    stranger.attach("Tệp PDF", "giay.pdf", &pdf);
    stranger.press("So sánh").await;
    stranger
        .status(200)
        .sees("Khớp: tệp này đúng là bản điện tử");
    let mut forged = pdf.clone();
    let last = forged.len() - 20;
    forged[last] ^= 1;
    stranger.attach("Tệp PDF", "giay.pdf", &forged);
    stranger.press("So sánh").await;
    stranger.sees("Không khớp");
    stranger.press("So sánh").await;
    stranger.status(200).sees("Xin chọn một tệp PDF");
    stranger.open("/verify/AAAA-BBBB-CCCC").await;
    stranger.status(404).sees("AAAA-BBBB-CCCC");
}

async fn every_turn_of_a_dossier_has_its_paper(city: TestCity) {
    // Missing papers, then everything up to the signature of the chairman.
    let gam = asked(&city).await;
    let code = &gam.code;
    taken_in(&city, code).await;
    let mut officer = at_case(&city, HEAD, code).await;
    officer.fill("Số điện thoại nhận tin", "Không liên lạc được");
    officer.press("Đề nghị yêu cầu bổ sung").await;
    officer.status(200);
    city.decides(DESK, code, "Gửi phiếu yêu cầu bổ sung").await;
    city.settle().await;
    assert_eq!(
        made(&city, code).await,
        ["form-01 01/TNHS", "form-02 01/HDHS"]
    );
    let mut sender = gam.track(&city).await;
    sender.fill("Số điện thoại nhận tin", "0912345679");
    sender.press("Đã bổ sung").await;
    sender.status(200);
    city.decides(HEAD, code, "Đủ điều kiện").await;
    city.decides(HEAD, code, "Trình ký").await;
    // Sent back by the signer: nothing was signed.
    let mut head = at_case(&city, HEAD, code).await;
    head.fill("Ghi chú hoặc lý do", "Sai ngày sinh");
    head.press("Trả lại để sửa").await;
    city.settle().await;
    assert_eq!(made(&city, code).await.len(), 2);
    city.decides(HEAD, code, "Trình ký").await;
    city.decides(HEAD, code, "Ký Giấy xác nhận").await;
    city.settle().await;
    let all = made(&city, code).await;
    assert_eq!(all[2], "marital-status 01/XNTTHN");

    // Refused at the counter: one refusal, by the step that makes it, not a second by the ending.
    let other = asked(&city).await;
    let mut desk = at_case(&city, DESK, &other.code).await;
    desk.fill("Ghi chú hoặc lý do", "Không thuộc thẩm quyền");
    desk.press("Từ chối tiếp nhận").await;
    city.decides(DESK, &other.code, "Đã trả hồ sơ").await;
    city.settle().await;
    assert_eq!(made(&city, &other.code).await, ["form-03 01/TCHS"]);

    // Withdrawn: work stops, and the paper says so.
    let third = asked(&city).await;
    taken_in(&city, &third.code).await;
    let mut sender = third.track(&city).await;
    sender.fill("Lý do", "Không cần nữa");
    sender.press("Yêu cầu rút").await;
    city.decides(HEAD, &third.code, "Đồng ý cho rút").await;
    city.settle().await;
    assert_eq!(
        made(&city, &third.code).await,
        ["form-01 02/TNHS", "form-05 01/TBD"]
    );
}

fn unsigned(pdf: &[u8]) -> Finished {
    Finished {
        pdf: pdf.to_vec(),
        signed: None,
    }
}

async fn a_crash_between_two_steps_makes_no_second_paper(city: TestCity) {
    let gam = asked(&city).await;
    taken_in(&city, &gam.code).await;
    let case = city.case(&gam.code).await;
    let (job, again) = (
        city.city().paper_jobs().await.expect("jobs"),
        city.second_server().await,
    );
    let call = actions::City::paper_call(&job[0]).expect("a call");
    // The number was given, and the server died. Another takes the work up, twice.
    let planned = city
        .city()
        .plan_paper(case.id, &call, "Giấy", &"desk-31135".to_owned())
        .await
        .expect("planned");
    assert_eq!(planned.number, 1);
    for _ in 0..2 {
        let same = again
            .plan_paper(case.id, &call, "Giấy", &"desk-31135".to_owned())
            .await
            .expect("planned");
        assert_eq!(same, planned);
    }
    let first = again.issue_paper(case.id, &call, unsigned(PDF)).await;
    let second = city
        .city()
        .issue_paper(case.id, &call, unsigned(b"%PDF-other"))
        .await;
    assert_eq!(first.expect("made").file(), second.expect("made").file());
    city.settle().await;
    let events = city.hall.reader().timeline(case.id).await.expect("events");
    let made = events
        .iter()
        .filter(|one| matches!(one.event, Event::PaperMade(_)));
    assert_eq!(made.count(), 1);
    assert!(city.city().paper_jobs().await.expect("jobs").is_empty());
}

async fn numbers_have_no_gaps(city: TestCity) {
    let gam = asked(&city).await;
    let case = city.case(&gam.code).await.id;
    let given = (1..=200u32).map(|version| {
        let city = city.city().clone();
        tokio::spawn(async move {
            let call = rules::paper::Call {
                what: "receipt".to_owned(),
                template: "form-01".to_owned(),
                version,
            };
            let row = city
                .plan_paper(case, &call, "Giấy", &"desk-31135".to_owned())
                .await;
            row.expect("planned")
        })
    });
    let mut numbers = Vec::new();
    let mut codes = std::collections::BTreeSet::new();
    for row in given.collect::<Vec<_>>() {
        let row = row.await.expect("no panic");
        numbers.push(row.number);
        codes.insert(row.check);
    }
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=200).collect::<Vec<u32>>());
    assert_eq!(codes.len(), 200);
    // Another year begins at 1; another desk and another form have numbers of their own.
    let fresh = async |issuer: &str, template: &str, version: u32| {
        let call = rules::paper::Call {
            what: "other".to_owned(),
            template: template.to_owned(),
            version,
        };
        let row = city
            .city()
            .plan_paper(case, &call, "Giấy", &issuer.to_owned())
            .await;
        row.expect("planned").number
    };
    assert_eq!(fresh("desk-31135", "form-02", 1).await, 1);
    assert_eq!(fresh("desk-31186", "form-01", 2).await, 1);
    city.clock.forward(days(366));
    assert_eq!(fresh("desk-31135", "form-01", 3).await, 1);
}

async fn a_desk_prints_its_book(city: TestCity) {
    let gam = asked(&city).await;
    taken_in(&city, &gam.code).await;
    let mut desk = city.sign_in(DESK).await;
    desk.open("/desk").await;
    desk.sees("Sổ theo dõi hồ sơ");
    desk.open("/book?desk=desk-31135").await;
    desk.status(200).sees("in khổ A4");
    desk.press("Xem và in sổ").await;
    desk.status(200);
    assert_eq!(desk.page().content_type, "application/pdf");
    desk.open("/book.pdf?desk=desk-31135&month=thang-nay").await;
    desk.status(422).sees("thang-nay");
    desk.open("/book.pdf?desk=desk-31186&month=2026-03").await;
    desk.status(422).sees("không làm việc ở bộ phận này");
    // Who was listed was looked at.
    let case = city.case(&gam.code).await.id;
    let looks = city
        .hall
        .reader()
        .accesses(case)
        .await
        .expect("the access log");
    assert!(!looks.is_empty());
}

async fn what_a_paper_is_called_follows_the_law_of_the_day(city: TestCity) {
    let mut law = rules::paper::PaperLaw::shipped();
    law.version += 1;
    let day = city.hall.today().expect("today");
    for regime in &mut law.regimes {
        if regime.until.is_none() {
            regime.until = day.yesterday().ok();
        }
    }
    law.regimes.push(rules::paper::Regime {
        name: "Thông tư số 99/2026/TT-VPCP".to_owned(),
        from: day,
        until: None,
        source: "câu chuyện".to_owned(),
        forms: vec![rules::paper::Form {
            template: "form-01".to_owned(),
            number: "1a".to_owned(),
            title: "Giấy biên nhận hồ sơ".to_owned(),
            symbol: "BN".to_owned(),
            demonstration: false,
        }],
    });
    city.city().keep_paper_law(&law).await.expect("kept");
    let gam = asked(&city).await;
    taken_in(&city, &gam.code).await;
    city.settle().await;
    let row = papers(&city, &gam.code).await.remove(0);
    assert_eq!(
        (row.title.as_str(), row.numbered()),
        ("Giấy biên nhận hồ sơ", "01/BN".to_owned())
    );
}
