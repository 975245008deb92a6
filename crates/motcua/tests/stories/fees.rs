//! Money finds its case: by a bank's message before anybody looked, over the desk; too little, too
//! much, twice, without a name; waived with a proof; given back by two people.

use actions::Upload;
use rules::case::Refusal;
use rules::case::reference;
use serde_json::{Value as Json, json};
use testkit::words::PDF;
use testkit::{TestCity, both_engines, hours, minutes};

use crate::dossier::{at_case, stands};
use crate::land::{DESK, filed, filed_as};

both_engines!(
    paid_by_a_banks_message_before_reception,
    paid_in_cash_and_by_card_at_the_desk,
    each_payment_has_its_receipt_on_paper,
    a_wrong_amount_is_booked_and_the_rest_stays_due,
    paid_twice_and_the_surplus_goes_back_by_two,
    an_exemption_is_proven_or_the_fee_is_paid,
    cut_short_between_payment_and_receipt_nothing_is_lost,
    nobody_else_may_tell_of_money,
);

/// The certificate's 50,000 and the appraisal's 2,250,000.
pub const FEES: i64 = 2_300_000;
/// Head of the desk's commune.
pub const HEAD: &str = "ninhkieu-lanhdao";

pub async fn reference_of(city: &TestCity, code: &str) -> String {
    reference::of(city.case(code).await.id)
}

/// Owed, paid, left, surplus.
pub async fn sums(city: &TestCity, code: &str) -> [i64; 4] {
    let money = city.case(code).await.money;
    [money.owed(), money.paid(), money.left(), money.surplus()]
}

pub fn message(number: &str, amount: i64, words: &str) -> Json {
    json!({
        "transaction": number, "account": "MINHHOA92031135", "amount": amount, "words": words,
        "at": "2026-03-02T08:30:00+07:00",
    })
}

async fn paid_by_a_banks_message_before_reception(city: TestCity) {
    let filed = filed(&city, false).await;
    let code = &filed.code;
    let mut lan = filed.track(&city).await;
    lan.sees("Còn phải nộp 2.300.000");
    lan.follow("Nộp ngay").await;
    lan.status(200).sees("MINHHOA92031135");
    let reference = reference_of(&city, code).await;
    lan.sees(&reference);

    // What the code on the page says, read by somebody else's reading of the standard.
    let case = city.case(code).await;
    let (law, today) = (city.city().law(), city.hall.today().expect("a day"));
    let text = web::money::code::payment_text(&law, &case, today).expect("payable");
    let read = vietqr(&text);
    assert_eq!(read.get("38/00").map(String::as_str), Some("A000000727"));
    assert_eq!(read.get("38/01/00").map(String::as_str), Some("999999"));
    assert_eq!(
        read.get("38/01/01").map(String::as_str),
        Some("MINHHOA92031135")
    );
    assert_eq!(read.get("53").map(String::as_str), Some("704"));
    assert_eq!(read.get("54").map(String::as_str), Some("2300000"));
    assert_eq!(read.get("62/08"), Some(&reference));

    // The bank writes it in its own way, with noise around and a line folded in the middle.
    let (head, tail) = reference.split_at(7);
    let words = format!(
        "IBFT {} {}. NGUYEN THI LAN chuyen tien",
        head.to_lowercase(),
        tail
    );
    let (status, answer) = city.bank_posts(&message("FT1", FEES, &words)).await;
    assert_eq!(
        (status, &answer["state"]),
        (200, &json!("matched")),
        "{answer}"
    );
    assert_eq!(
        (&answer["case"], &answer["again"]),
        (&json!(code), &json!(false))
    );
    let (status, answer) = city.bank_posts(&message("FT1", FEES, &words)).await;
    assert_eq!((status, &answer["again"]), (200, &json!(true)), "{answer}");
    assert_eq!(sums(&city, code).await, [FEES, FEES, 0, 0]);
    let mut lan = filed.track(&city).await;
    lan.sees("Đã nộp 2.300.000");
    lan.follow("Xem chi tiết").await;
    lan.sees("000001/2026").sees("Đã nộp đủ");

    // The desk has nothing to take any more.
    let mut desk = at_case(&city, DESK, code).await;
    assert!(!desk.offers("Thu và ghi biên lai"));
    desk.press("Đủ hồ sơ – cấp giấy tiếp nhận").await;
    desk.status(200);
    assert_eq!(stands(&city.case(code).await), (2, vec!["appraise"]));
}

async fn paid_in_cash_and_by_card_at_the_desk(city: TestCity) {
    let filed = filed(&city, false).await;
    let code = &filed.code;
    let mut desk = at_case(&city, DESK, code).await;
    for (typed, says) in [
        ("năm mươi nghìn", "Số tiền phải là số nguyên"),
        ("0", "Số tiền phải là số nguyên"),
        ("2.300.001", "Chỉ còn phải thu 2.300.000"),
    ] {
        desk.fill("Số tiền", typed);
        desk.press("Thu và ghi biên lai").await;
        desk.status(422).sees(says);
        assert_eq!(desk.value("Số tiền"), Some(typed), "nothing typed is lost");
    }
    desk.fill("Số tiền", "300.000");
    desk.press("Thu và ghi biên lai").await;
    desk.status(200)
        .sees("000001/2026")
        .sees("Còn thiếu 2.000.000");
    desk.press("Đủ hồ sơ – cấp giấy tiếp nhận").await;
    desk.status(422).sees("chưa nộp đủ");
    desk.choose("Cách nộp", "Máy thẻ")
        .fill("Số phiếu", "POS 77");
    desk.press("Thu và ghi biên lai").await;
    desk.status(200).sees("000002/2026");
    assert_eq!(sums(&city, code).await, [FEES, FEES, 0, 0]);

    // Staff cannot strike a receipt out; the head can, with a reason, and the number stays.
    assert!(!desk.offers("Huỷ biên lai"));
    let mut head = at_case(&city, HEAD, code).await;
    head.press("Huỷ biên lai").await;
    head.status(422).sees("Cần ghi lý do");
    let mut head = at_case(&city, HEAD, code).await;
    head.fill("Lý do", "Bấm nhầm cách nộp");
    head.press("Huỷ biên lai").await;
    head.status(200).sees("Đã huỷ");
    assert_eq!(sums(&city, code).await, [FEES, 2_000_000, 300_000, 0]);
    let mut desk = at_case(&city, DESK, code).await;
    desk.press("Thu và ghi biên lai").await;
    desk.status(200).sees("000003/2026");
}

async fn each_payment_has_its_receipt_on_paper(city: TestCity) {
    let filed = filed(&city, false).await;
    let code = &filed.code;
    let mut desk = at_case(&city, DESK, code).await;
    desk.fill("Số tiền", "300.000");
    desk.press("Thu và ghi biên lai").await;
    desk.status(200);
    // Printed at the desk, and again by the payer with the key of their link: the same bytes.
    desk.follow("In biên lai 000001/2026").await;
    desk.status(200);
    assert_eq!(desk.page().content_type, "application/pdf");
    let pdf = desk.page().bytes.clone();
    let (says, file) = receipt(&city, code, 1).await;
    assert_eq!(file, pdf);
    for words in [
        "BIÊN LAI THU PHÍ, LỆ PHÍ",
        "000001/2026",
        "Ba trăm nghìn đồng",
        "50.000 đồng",
        "250.000 đồng",
        "Tiền mặt",
        "NGƯỜI THU TIỀN",
        "Phạm Thúy Sương",
    ] {
        assert!(says.contains(words), "{words} is not in:\n{says}");
    }
    assert!(!says.contains("ĐÃ HỦY"));
    let mut lan = filed.track(&city).await;
    lan.follow("Nộp ngay").await;
    lan.follow("Biên lai 000001/2026 (PDF)").await;
    lan.status(200);
    assert_eq!(lan.page().bytes, pdf);
    // Not for others, and not what was never paid.
    let address = format!("/cases/{code}/receipts/1");
    let mut stranger = city.browser("người lạ");
    stranger.open(&address).await;
    stranger.status(404);
    let mut other = city.sign_in("cairang").await;
    other.open(&address).await;
    other.status(404);
    for none in ["2", "0", "một"] {
        desk.open(&format!("/cases/{code}/receipts/{none}")).await;
        desk.status(404);
    }
    // Cancelled, it says so; what it says of the payment stays.
    let mut head = at_case(&city, HEAD, code).await;
    head.fill("Lý do", "Bấm nhầm");
    head.press("Huỷ biên lai").await;
    head.status(200);
    let (says, file) = receipt(&city, code, 1).await;
    head.open(&address).await;
    assert_eq!(head.page().bytes, file);
    assert!(says.contains("ĐÃ HỦY lúc"), "{says}");
    assert!(says.contains("250.000 đồng"), "{says}");
    // Told by a bank: nobody took it by hand.
    let reference = reference_of(&city, code).await;
    city.bank_posts(&message("FT9", FEES, &reference)).await;
    let (says, _) = receipt(&city, code, 2).await;
    for words in [
        "Chuyển khoản",
        "lập tự động theo báo có",
        "Hai triệu ba trăm nghìn đồng",
    ] {
        assert!(says.contains(words), "{words} is not in:\n{says}");
    }
}

/// The words of the receipt of a payment, every run of spaces one space; and the file that it makes.
async fn receipt(city: &TestCity, code: &str, payment: u32) -> (String, Vec<u8>) {
    let case = city.case(code).await.id;
    let dossier = city.city().dossier(case).await.expect("a dossier");
    let paper = web::papers::fee_receipt(&city.hall, &dossier, payment).expect("made");
    let paper = paper.expect("there was this payment");
    let text = papers::text(&paper).expect("set");
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    (words, papers::pdf(&paper).expect("a file"))
}

async fn a_wrong_amount_is_booked_and_the_rest_stays_due(city: TestCity) {
    let filed = filed(&city, false).await;
    let code = &filed.code;
    let reference = reference_of(&city, code).await;
    let (_, answer) = city.bank_posts(&message("FT1", 300_000, &reference)).await;
    assert_eq!(answer["why"], json!("short"));
    let lan = filed.track(&city).await;
    lan.sees("Còn phải nộp 2.000.000");
    let mut desk = at_case(&city, DESK, code).await;
    desk.press("Đủ hồ sơ – cấp giấy tiếp nhận").await;
    desk.status(422).sees("chưa nộp đủ");
    let (_, answer) = city
        .bank_posts(&message("FT2", 2_000_000, &reference))
        .await;
    assert_eq!(answer["why"], json!(null));
    assert_eq!(sums(&city, code).await, [FEES, FEES, 0, 0]);
}

async fn paid_twice_and_the_surplus_goes_back_by_two(city: TestCity) {
    let filed = filed(&city, false).await;
    let code = &filed.code;
    let reference = reference_of(&city, code).await;
    for number in ["FT1", "FT2"] {
        city.bank_posts(&message(number, FEES, &reference)).await;
    }
    assert_eq!(sums(&city, code).await, [FEES, 2 * FEES, 0, FEES]);
    filed.track(&city).await.sees("Nộp thừa 2.300.000");
    let mut books = city.sign_in("ketoan").await;
    books.open("/payments").await;
    books.sees(code).sees("Hồ sơ không còn khoản phải nộp");

    let mut desk = at_case(&city, DESK, code).await;
    desk.sees("Đã nộp thừa 2.300.000");
    desk.press("Gửi đề nghị").await;
    desk.status(422).sees("Cần ghi lý do");
    desk.fill("Lý do", "Chuyển khoản hai lần");
    desk.press("Gửi đề nghị").await;
    desk.status(200).sees("Chờ duyệt");
    assert!(
        !desk.offers("Duyệt hoàn trả"),
        "staff asks, the head approves"
    );
    let mut head = at_case(&city, HEAD, code).await;
    head.press("Duyệt hoàn trả").await;
    head.status(200).sees("Đã duyệt, chờ chi");
    let mut desk = at_case(&city, DESK, code).await;
    desk.choose("Cách nộp", "Chuyển khoản");
    desk.press("Đã chi trả").await;
    desk.status(200).sees("Đã chi");
    assert_eq!(sums(&city, code).await, [FEES, FEES, 0, 0]);

    // Whoever asked does not approve, even with a post high enough.
    city.bank_posts(&message("FT3", 5_000, &reference)).await;
    let mut head = at_case(&city, HEAD, code).await;
    head.fill("Lý do", "Chuyển dư");
    head.press("Gửi đề nghị").await;
    head.status(200);
    head.press("Duyệt hoàn trả").await;
    head.status(422).sees("không được tự duyệt");
}

async fn an_exemption_is_proven_or_the_fee_is_paid(city: TestCity) {
    let filed = filed_as(&city, false, "Hộ nghèo").await;
    let code = &filed.code;
    // The certificate is free for the poor; the appraisal is not.
    assert_eq!(sums(&city, code).await, [2_250_000, 0, 2_250_000, 0]);
    filed.track(&city).await.sees("Còn phải nộp 2.250.000");
    let mut desk = at_case(&city, DESK, code).await;
    desk.press("Thu và ghi biên lai").await;
    desk.press("Đủ hồ sơ – cấp giấy tiếp nhận").await;
    desk.status(422).sees("khai được miễn chưa xác nhận");
    desk.press("Xác nhận được miễn").await;
    desk.status(422).sees("chứng minh");
    desk.attach("Giấy tờ chứng minh", "so-ho-ngheo.pdf", PDF);
    desk.press("Xác nhận được miễn").await;
    desk.status(200).sees("Được miễn");
    desk.press("Đủ hồ sơ – cấp giấy tiếp nhận").await;
    desk.status(200);

    // Where the proof does not hold, the fee is due, with a reason for the applicant.
    let second = filed_as(&city, false, "Hộ nghèo").await;
    let mut desk = at_case(&city, DESK, &second.code).await;
    desk.press("Không được miễn, phải nộp").await;
    desk.status(422).sees("Cần ghi lý do");
    desk.fill(
        "Ghi chú (bắt buộc khi không miễn)",
        "Sổ đã hết hạn năm 2024",
    );
    desk.press("Không được miễn, phải nộp").await;
    desk.status(200).sees("Còn phải nộp");
    assert_eq!(sums(&city, &second.code).await, [FEES, 0, FEES, 0]);
}

/// The receipt's number is taken already: what would be written after the payment fails, and with it all of it.
async fn cut_short_between_payment_and_receipt_nothing_is_lost(city: TestCity) {
    let first = filed(&city, false).await;
    let second = filed(&city, false).await;
    let one = reference_of(&city, &first.code).await;
    let two = reference_of(&city, &second.code).await;
    city.bank_posts(&message("FT1", FEES, &one)).await;
    let unit = "desk-31135";
    let series = async |last| {
        let set = city.city().set_receipt_series(unit, 2026, last).await;
        set.expect("the series is set");
    };
    series(0).await;
    let (status, _) = city.bank_posts(&message("FT2", FEES, &two)).await;
    assert_eq!(status, 500);
    assert_eq!(sums(&city, &second.code).await, [FEES, 0, FEES, 0]);
    let kept = city.hall.reader().bank_line("minh-hoa", "FT2").await;
    assert_eq!(kept.expect("answers"), None, "not taken in, so told again");
    series(1).await;
    let (status, answer) = city.bank_posts(&message("FT2", FEES, &two)).await;
    assert_eq!((status, &answer["again"]), (200, &json!(false)));
    assert_eq!(sums(&city, &second.code).await, [FEES, FEES, 0, 0]);
    let receipt = city.case(&second.code).await.money.payments[0]
        .receipt
        .clone();
    assert_eq!(
        receipt.map(|receipt| receipt.number),
        Some(2),
        "without a gap"
    );
}

async fn nobody_else_may_tell_of_money(city: TestCity) {
    let filed = filed(&city, false).await;
    let reference = reference_of(&city, &filed.code).await;
    let message = message("FT1", FEES, &reference);
    let (status, _) = city.bank_posts_at("khac", &message, 0).await;
    assert_eq!(status, 404, "no such provider");
    for (seconds, wanted) in [(-301, 401), (301, 401), (-299, 200)] {
        let (status, answer) = city.bank_posts_at("minh-hoa", &message, seconds).await;
        assert_eq!(status, wanted, "{seconds}: {answer}");
    }
    let (status, _) = city
        .posts("/payments/webhook/minh-hoa", &[], message.to_string())
        .await;
    assert_eq!(status, 401, "without a signature");
    assert_eq!(sums(&city, &filed.code).await, [FEES, FEES, 0, 0]);
    // A resident cannot take money for the desk, and another unit's clerk cannot either.
    let mut lan = filed.track(&city).await;
    lan.send(
        "POST",
        &format!("/cases/{}/money/take", filed.code),
        &[("amount", "1")],
    )
    .await;
    assert_ne!(sums(&city, &filed.code).await[1], FEES + 1);
    city.clock.forward(hours(1) + minutes(1));
    let other = city.person("cairang").await;
    let deed = actions::money::Deed::Ask;
    let change = actions::Change {
        uploads: Vec::<Upload>::new(),
        ..actions::Change::new(city.case(&filed.code).await.id, actions::Verb::Money(deed))
    };
    let refused = city.city().change(&other, change).await;
    assert!(
        matches!(
            refused,
            Err(actions::ActionError::NotFound | actions::ActionError::Refused(Refusal::NotYours))
        ),
        "{refused:?}"
    );
}

/// EMV QR (merchant-presented mode) as its own specification says, not as our writer does: templates 26 to 51 and 62
/// hold fields again, and so does the beneficiary inside; the checksum is CRC-16/CCITT-FALSE by table.
fn vietqr(text: &str) -> std::collections::BTreeMap<String, String> {
    let (body, sum) = text.split_at(text.len() - 4);
    assert!(body.ends_with("6304"), "the checksum comes last");
    let table: Vec<u16> = (0..256u32)
        .map(|byte| {
            let mut value = (byte << 8) as u16;
            for _ in 0..8 {
                let out = value >> 15 == 1;
                value = value.wrapping_mul(2) ^ if out { 0x1021 } else { 0 };
            }
            value
        })
        .collect();
    let crc = body.bytes().fold(0xFFFFu16, |crc, byte| {
        (crc << 8) ^ table[usize::from((crc >> 8) as u8 ^ byte)]
    });
    assert_eq!(format!("{crc:04X}"), sum, "the checksum");
    let mut found = std::collections::BTreeMap::new();
    open(text, "", &mut found);
    found
}

fn open(text: &str, under: &str, found: &mut std::collections::BTreeMap<String, String>) {
    let mut rest = text;
    while !rest.is_empty() {
        let (id, tail) = rest.split_at(2);
        let (length, tail) = tail.split_at(2);
        let (value, tail) = tail.split_at(length.parse().expect("a length"));
        let path = format!("{under}{id}");
        let number: u32 = id.parse().expect("a number");
        let nested = match under {
            "" => (26..=51).contains(&number) || number == 62,
            "38/" => number == 1,
            _ => false,
        };
        if nested {
            open(value, &format!("{path}/"), found);
        }
        assert!(found.insert(path, value.to_owned()).is_none(), "twice {id}");
        rest = tail;
    }
}
