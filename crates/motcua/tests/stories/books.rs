//! The books of money: a desk's till opened, counted in the evening and confirmed by another; a bank's statement that finds
//! its cases, and what is left to the accountant.

use testkit::{Browser, TestCity, both_engines, days};

use crate::dossier::at_case;
use crate::fees::{FEES, HEAD, message, reference_of, sums};
use crate::land::{DESK, filed};

both_engines!(
    the_till_is_counted_and_confirmed_by_another,
    a_statement_finds_the_cases_and_the_accountant_the_rest,
);

async fn the_till_is_counted_and_confirmed_by_another(city: TestCity) {
    let filed = filed(&city, false).await;
    let code = &filed.code;
    let mut clerk = city.sign_in(DESK).await;
    clerk.open("/desk").await;
    clerk.follow("Quỹ tiền của quầy").await;
    clerk.follow("Quỹ hôm nay").await;
    clerk.status(200).sees("Chưa mở");
    clerk.fill("Tiền đầu ngày", "200.000");
    clerk.press("Mở quỹ").await;
    clerk.status(200).sees("Đang mở");
    let till = clerk.page().path.clone();
    let mut desk = at_case(&city, DESK, code).await;
    desk.fill("Số tiền", "300.000");
    desk.press("Thu và ghi biên lai").await;
    desk.choose("Cách nộp", "Máy thẻ");
    desk.press("Thu và ghi biên lai").await;
    desk.status(200);

    // 500,000 should lie there; 490,000 do.
    clerk.open(&till).await;
    clerk.sees("500.000").sees("2.000.000").sees("000002/2026");
    clerk.fill("100.000", "bốn").press("Chốt quỹ").await;
    clerk.status(422).sees("không phải “bốn”");
    clerk.fill("100.000", "4").fill("10.000", "9");
    clerk.press("Chốt quỹ").await;
    clerk.status(422).sees("Cần ghi lý do");
    assert_eq!(clerk.value("10.000"), Some("9"), "nothing typed is lost");
    clerk.fill("Lý do chênh lệch", "Thối nhầm 10.000 đồng");
    clerk.press("Chốt quỹ").await;
    clerk.status(200).sees("Đã chốt").sees("−10.000");
    // The same as a spreadsheet: by way, the cash that was counted, each movement.
    clerk.follow("Tải bảng kết sổ (XLSX)").await;
    let book = crate::printed::book(clerk.page());
    assert_eq!(book.len(), 3);
    let row = |sheet: usize, cells: &[&str]| {
        let found = book[sheet].iter().any(|row| row == cells);
        assert!(found, "{cells:?} is not in {:#?}", book[sheet]);
    };
    row(0, &["Tiền mặt", "1", "300000", "0", "300000"]);
    row(0, &["Máy thẻ", "1", "2000000", "0", "2000000"]);
    row(0, &["Tổng cộng", "2", "2300000", "0", "2300000"]);
    row(1, &["Tiền đầu ngày", "200000"]);
    row(1, &["Phải có trong két", "500000"]);
    row(1, &["100.000\u{a0}đồng × 4", "400000"]);
    row(1, &["Lý do chênh lệch", "Thối nhầm 10.000 đồng"]);
    let moved = book[2].iter().filter(|row| row.contains(code));
    let moved: Vec<_> = moved.filter_map(|row| row.last()).collect();
    assert_eq!(moved, ["300000", "2000000"]);
    clerk.open(&till).await;

    // No cash on a closed day; a card is no cash.
    let mut head = at_case(&city, HEAD, code).await;
    head.fill("Lý do", "Thử").press("Huỷ biên lai").await;
    head.status(422).sees("đã chốt");
    let (second, third) = (crate::land::filed(&city, false).await, days(1));
    let mut desk = at_case(&city, DESK, &second.code).await;
    desk.press("Thu và ghi biên lai").await;
    desk.status(422).sees("đã chốt");
    desk.choose("Cách nộp", "Máy thẻ")
        .fill("Số tiền", "300.000");
    desk.press("Thu và ghi biên lai").await;
    desk.status(200);

    // The clerk cannot confirm; the head sends it back once, then confirms.
    assert!(!clerk.offers("Xác nhận"));
    let mut head = city.sign_in(HEAD).await;
    head.open(&till).await;
    head.press("Trả lại để đếm lại").await;
    head.status(200).sees("Đang mở");
    clerk.open(&till).await;
    clerk.fill("500.000", "1").press("Chốt quỹ").await;
    clerk.status(200);
    head.open(&till).await;
    head.press("Xác nhận").await;
    head.status(200).sees("Đã xác nhận");

    // A new day, a new till.
    city.clock.forward(third);
    desk.open(&format!("/cases/{}", second.code)).await;
    desk.press("Thu và ghi biên lai").await;
    desk.status(200);
    let mut stranger = city.sign_in("cairang").await;
    stranger.open(&till).await;
    stranger.status(403);
}

const STATEMENT: &str = "Ngày giờ,Số giao dịch,Tài khoản,Ghi nợ,Ghi có,Nội dung";

async fn a_statement_finds_the_cases_and_the_accountant_the_rest(city: TestCity) {
    let (first, second) = (filed(&city, false).await, filed(&city, false).await);
    let one = reference_of(&city, &first.code).await;
    let two = reference_of(&city, &second.code).await;
    // The first came by message already: the statement tells it again.
    city.bank_posts(&message("FT1", FEES, &one)).await;
    let rows = [
        STATEMENT.to_owned(),
        format!("02/03/2026 08:30:00,FT1,MINHHOA92031135,,\"2,300,000\",{one}"),
        "02/03/2026 09:00:00,FT2,MINHHOA92031135,20000,,Phi dich vu".to_owned(),
        "02/03/2026 09:10:00,FT3,MINHHOA92031135,,2300000,nop phi ho so dat".to_owned(),
        format!("02/03/2026 09:11:00,FT4,MINHHOA92031135,,50000,{one} {two}"),
        "khi nào,FT5,MINHHOA92031135,,50000,x".to_owned(),
        "02/03/2026 09:12:00,FT6,MINHHOA92031135,,10000,cam on".to_owned(),
    ];
    let mut books = city.sign_in("ketoan").await;
    books.open("/payments").await;
    books.press("Nhập").await;
    books.status(422).sees("Xin chọn tệp sao kê");
    books.attach("Tệp sao kê", "sai.csv", "a,b\n1,2\n".as_bytes());
    books.press("Nhập").await;
    books.status(422).sees("Không có cột");
    books.attach("Tệp sao kê", "sao-ke.csv", rows.join("\n").as_bytes());
    books.press("Nhập").await;
    books
        .status(200)
        .sees("Đã có từ trước: 1")
        .sees("Chưa khớp, chờ xử lý: 3")
        .sees("Tiền đi, bỏ qua: 1")
        .sees("Dòng 6: không đọc được ngày “khi nào”")
        .sees("Không thấy mã nộp tiền")
        .sees("mã của nhiều hồ sơ");
    assert_eq!(sums(&city, &first.code).await, [FEES, FEES, 0, 0]);

    // By hand: a wrong code is said so, the right one books it.
    let line = |number: &'static str, code: &str| {
        let code = code.to_owned();
        move |note: &'static str| {
            [
                ("source".to_owned(), "minh-hoa".to_owned()),
                ("number".to_owned(), number.to_owned()),
                ("code".to_owned(), code.clone()),
                ("note".to_owned(), note.to_owned()),
            ]
        }
    };
    let post = async |books: &mut Browser, what: &str, fields: [(String, String); 4]| {
        let fields: Vec<(&str, &str)> = fields
            .iter()
            .map(|(n, v)| (n.as_str(), v.as_str()))
            .collect();
        books
            .send("POST", &format!("/payments/{what}"), &fields)
            .await;
    };
    post(&mut books, "assign", line("FT3", "H13.999")("")).await;
    books.status(422).sees("Không có hồ sơ mang mã");
    post(
        &mut books,
        "assign",
        line("FT3", &second.code)("Đã gọi người nộp"),
    )
    .await;
    books.status(200);
    assert_eq!(sums(&city, &second.code).await, [FEES, FEES, 0, 0]);
    post(&mut books, "assign", line("FT3", &second.code)("")).await;
    books.status(422).sees("đã được thực hiện");
    post(&mut books, "return", line("FT6", "")("")).await;
    books.status(422).sees("Cần ghi lý do");
    post(&mut books, "return", line("FT6", "")("Chuyển nhầm, đã trả")).await;
    books.status(200).sees("1 khoản chờ xử lý");

    // The quarter between the desk and the land office.
    books.open("/payments/settlement").await;
    books.status(200).sees("4.600.000");
    books.open("/payments/settlement.csv?quarter=2026-Q1").await;
    books.status(200);
}
