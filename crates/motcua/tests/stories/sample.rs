//! What was called solved is drawn by a number from outside and looked at again by others, and that binds: a close that
//! does not hold is none.

use rules::sample::draw::draw;
use testkit::words::PHOTO;
use testkit::{Browser, Reported, TestCity, both_engines, hours};

both_engines!(
    a_month_is_drawn_by_a_number_that_two_people_write,
    what_does_not_hold_goes_back_and_binds,
);

const LAMP: &str = "report.street-light";
const UNIT: &str = "Ủy ban nhân dân phường Ninh Kiều";

fn until(city: &TestCity, moment: &str) {
    city.clock.until(moment.parse().expect("a moment"));
}

/// A lamp in Ninh Kiều that the ward called mended.
async fn solved(city: &TestCity, private: bool) -> Reported {
    let report = city.resident().reports(LAMP).with_photo();
    let report = match private {
        true => report.in_private(),
        false => report,
    };
    let reported = report.at("Phường Ninh Kiều").await;
    let code = &reported.code;
    city.decides("1022", code, "Chuyển đơn vị xử lý").await;
    city.clock.forward(hours(2));
    mended(city, code).await;
    reported
}

async fn mended(city: &TestCity, code: &str) {
    let mut handler = city.sign_in("ninhkieu").await;
    handler.open(&format!("/cases/{code}")).await;
    handler.attach("Ảnh sau khi xử lý", "sau.png", PHOTO);
    handler.press("Đã xử lý xong").await;
    city.decides("ninhkieu-lanhdao", code, "Duyệt trả lời")
        .await;
}

/// March is over and its list closed. The first of April is a Wednesday itself: the number is that of the eighth.
async fn closed(city: &TestCity) {
    until(city, "2026-03-31T17:30:00Z");
    city.settle().await;
    let none = city.hall.reader().sample_month("2026-03").await;
    assert_eq!(
        none.expect("read"),
        None,
        "the last minutes are counted first"
    );
    until(city, "2026-04-01T02:00:00Z");
    city.settle().await;
}

async fn writes(city: &TestCity, login: &str, number: &str, source: &str) -> Browser {
    let mut leader = city.sign_in(login).await;
    leader.open("/numbers/sample").await;
    leader.fill("Con số (6 chữ số)", number);
    if !source.is_empty() {
        leader.fill("Nơi đã đọc con số", source);
    }
    leader.press("Ghi con số").await;
    leader
}

/// All the way to the draw.
async fn drawn(city: &TestCity) {
    closed(city).await;
    until(city, "2026-04-08T12:00:00Z");
    let first = writes(city, "lanhdao", "012345", "Báo Cần Thơ, 8/4/2026").await;
    first.status(200).sees("Người thứ hai ghi lại");
    let second = writes(city, "lanhdao2", "012.345", "").await;
    second.status(200).sees("đã bốc thăm");
}

async fn a_month_is_drawn_by_a_number_that_two_people_write(city: TestCity) {
    let codes = [
        solved(&city, false).await.code,
        solved(&city, false).await.code,
        solved(&city, true).await.code,
    ];
    closed(&city).await;
    let mut anybody = city.browser("ai đó");
    anybody.open("/open").await;
    anybody.follow("Kiểm tra lại việc đã xử lý").await;
    anybody
        .status(200)
        .sees("3 phản ánh, chốt lúc")
        .sees("Sẽ bốc bằng: giải đặc biệt xổ số kiến thiết đài Cần Thơ, ngày 08/04/2026");
    let held = city.hall.reader().sample_month("2026-03").await;
    let month = held.expect("read").expect("it is closed");
    anybody.sees(&month.hash);
    // What is closed stays closed, whatever happens meanwhile.
    city.settle().await;
    let again = city.hall.reader().sample_month("2026-03").await;
    assert_eq!(again.expect("read").as_ref(), Some(&month));

    let mut leader = city.sign_in("lanhdao").await;
    let number = [
        ("month", "2026-03"),
        ("number", "012345"),
        ("source", "báo"),
    ];
    leader.send("POST", "/numbers/sample/number", &number).await;
    leader.status(422).sees("Chưa đến ngày có con số");
    until(&city, "2026-04-08T12:00:00Z");
    let wrong = writes(&city, "lanhdao", "12345", "báo").await;
    wrong.status(422).sees("đúng 6 chữ số");
    assert_eq!(wrong.value("Con số (6 chữ số)"), Some("12345"));
    assert_eq!(wrong.value("Nơi đã đọc con số"), Some("báo"));
    let wrong = writes(&city, "lanhdao", "012345", "").await;
    wrong.status(422).sees("nơi đã đọc con số");
    let first = writes(&city, "lanhdao", "012345", "báo").await;
    first.status(200).sees("Người thứ hai ghi lại");
    let same = writes(&city, "lanhdao", "012345", "").await;
    same.status(422).sees("người khác phải ghi lại");
    // Two who do not agree begin again; nobody has drawn.
    let other = writes(&city, "lanhdao2", "012346", "").await;
    other.status(422).sees("Cả hai đã bị bỏ");
    drawn_by_both(&city).await;

    // The draw is what anybody works out from the list, and it is made once.
    let list = city.hall.reader().sample_list("2026-03").await;
    let mut worked_out = draw(&list.expect("read"), "2026-03", "012345", &month.law);
    worked_out.sort();
    let made = city.hall.reader().sample_drawn("2026-03", "2026-03").await;
    let made: Vec<String> = made.expect("read").into_iter().map(|one| one.tag).collect();
    assert_eq!(made, worked_out);
    assert_eq!(made.len(), 3);
    let other = [
        ("month", "2026-03"),
        ("number", "999999"),
        ("source", "báo"),
    ];
    let mut leader = city.sign_in("lanhdao").await;
    leader.send("POST", "/numbers/sample/number", &other).await;
    assert!(
        (400..500).contains(&leader.page().status),
        "{}",
        leader.page().status
    );
    let after = city.hall.reader().sample_month("2026-03").await;
    let after = after.expect("read").expect("closed");
    assert_eq!(after.seed.expect("a number").number, "012345");

    // Nobody is warned: which were drawn is told when they were looked at or the time is over.
    anybody.open("/open/sample").await;
    anybody
        .sees("012345")
        .sees("không đơn vị nào được báo trước");
    for code in &codes {
        anybody.sees_not(code);
    }
    anybody.open("/open/sample/list.csv?month=2026-03").await;
    anybody.status(404);
    until(&city, "2026-04-23T12:00:00Z");
    anybody.open("/open/sample").await;
    anybody
        .sees(&codes[0])
        .sees(&codes[1])
        .sees_not(&codes[2])
        .sees("Phản ánh không công khai")
        .sees("không xem");
    let answer = anybody
        .report("/open/sample/list.csv?month=2026-03", "", &[])
        .await;
    assert_eq!(answer, 405, "it is read, not written");
    anybody.open("/open/sample/list.csv?month=2026-03").await;
    anybody.status(200).sees(&codes[0]).sees_not(&codes[2]);
    anybody.open("/open/sample/list.csv?month=2026-02-30").await;
    anybody.status(404);
}

async fn drawn_by_both(city: &TestCity) {
    let first = writes(city, "lanhdao", "012345", "báo").await;
    first.status(200);
    let second = writes(city, "lanhdao2", "012345", "").await;
    second.status(200).sees("đã bốc thăm");
}

async fn what_does_not_hold_goes_back_and_binds(city: TestCity) {
    let (bad, good) = (solved(&city, false).await, solved(&city, true).await);
    let first_due = city.case(&bad.code).await.clock.first_due;
    let undrawn = city.resident().reports(LAMP).at("Phường Ninh Kiều").await;
    drawn(&city).await;
    let (at_bad, at_good) = (
        format!("/looks/2026-03/{}", bad.code),
        format!("/looks/2026-03/{}", good.code),
    );

    // The ward's own people are told why they do not look, and cannot.
    let mut own = city.sign_in("ninhkieu-kiemtra").await;
    own.sees("Còn 2 phản ánh do đơn vị cùng tuyến");
    own.open(&at_bad).await;
    own.status(403).sees("Người khác phải kiểm tra lại");
    // They hear the same of what was not drawn: nobody learns which were.
    own.open(&format!("/looks/2026-03/{}", undrawn.code)).await;
    own.status(403).sees("Người khác phải kiểm tra lại");
    own.send("POST", &at_bad, &[("found", "holds")]).await;
    own.status(403).sees("Người khác phải kiểm tra lại");
    // Nor does anybody who was not given it; what was not drawn is not there.
    let mut other = city.sign_in("1022").await;
    other.open(&at_bad).await;
    other.status(403);
    other.open("/looks").await;
    other.status(403);
    let mut inspector = city.sign_in("1022-kiemtra").await;
    inspector.sees("Ủy ban nhân dân phường Ninh Kiều");
    for not_there in [
        format!("/looks/2026-03/{}", undrawn.code),
        format!("/looks/2026-02/{}", bad.code),
        format!("{at_good}/photos/{}", "0".repeat(64)),
    ] {
        inspector.open(&not_there).await;
        inspector.status(404);
    }
    let photo = city.case(&good.code).await;
    assert!(photo.life.ended().is_some());
    inspector.open(&format!("/cases/{}", good.code)).await;
    let whole = inspector.page().status;
    assert_eq!(whole, 200, "the centre took it in");

    // That it does not hold needs words and a photo.
    inspector.open(&at_bad).await;
    inspector.sees("Ảnh sau khi xử lý").sees("Ảnh khi phản ánh");
    inspector.press("Ghi kết quả").await;
    inspector.status(422).sees("Hãy chọn một kết quả");
    inspector.choose("Bây giờ thấy thế nào?", "Không còn đúng");
    inspector.press("Ghi kết quả").await;
    inspector.status(422).sees("Hãy ghi vài lời");
    inspector.fill("Ghi nhận", "Đèn vẫn tắt");
    inspector.press("Ghi kết quả").await;
    inspector.status(422).sees("phải có ảnh tại chỗ");
    assert_eq!(inspector.value("Ghi nhận"), Some("Đèn vẫn tắt"));
    assert!(city.case(&bad.code).await.life.ended().is_some());
    inspector.attach("Ảnh tại chỗ", "lai.png", PHOTO);
    inspector.press("Ghi kết quả").await;
    inspector.status(200).sees("Đã ghi kết quả kiểm tra lại");

    // It is open again under its first clock, and the unit's count lost it.
    let case = city.case(&bad.code).await;
    assert!(case.life.ended().is_none() && !case.tasks.is_empty());
    assert_eq!((case.clock.first_due, case.reopened), (first_due, 1));
    assert_eq!(case.reopened_by_sender(), 0, "its sender may still open it");
    city.settle().await;
    inspector.open(&at_good).await;
    inspector.choose("Bây giờ thấy thế nào?", "Còn đúng");
    inspector.press("Ghi kết quả").await;
    inspector.status(200);
    let mut leader = city.sign_in("lanhdao").await;
    leader.open("/numbers/sample?period=2026").await;
    let row = leader.page().row(UNIT).clone();
    for (cell, words) in [
        ("Trả lời đã xong / đã đóng", "1 / 1"),
        ("Được bốc", "2"),
        ("Chưa xem", "0"),
        ("Không còn đúng", "1"),
        ("Còn đúng", "1"),
        ("Không đánh giá được nữa", "0"),
    ] {
        assert_eq!(row.cell(cell).words, words, "{cell}");
    }
    let held = &row.cell("Kiểm tra lại còn đúng").words;
    assert!(
        held.starts_with("50") && held.contains("quá ít để so"),
        "{held}"
    );
    let adjusted = &row.cell("Tỷ lệ đã xử lý, hiệu chỉnh theo mẫu").words;
    assert!(
        adjusted.contains("100") && adjusted.contains("50"),
        "{adjusted}"
    );
    for (figure, shown, hidden) in [
        ("Không còn đúng", &bad.code, &good.code),
        ("Còn đúng", &good.code, &bad.code),
    ] {
        let link = row.cell(figure).link.clone();
        leader.open(&link.expect("it opens its cases")).await;
        leader
            .status(200)
            .sees("1 việc")
            .sees(shown)
            .sees_not(hidden);
    }
    leader.open("/numbers/cases?figure=sample.nonsense").await;
    leader.status(404);
    leader.open("/league?period=all").await;
    let cell = leader
        .page()
        .row(UNIT)
        .cell("Kiểm tra lại còn đúng")
        .clone();
    assert!(cell.words.contains("quá ít để so"), "{}", cell.words);
    leader.open(&cell.link.expect("it opens its cases")).await;
    leader.status(200).sees(&bad.code).sees(&good.code);

    // Everything was looked at: all is public, nobody is named.
    let mut anybody = city.browser("ai đó");
    anybody.open("/open/sample").await;
    anybody
        .sees(&bad.code)
        .sees_not(&good.code)
        .sees("Không còn đúng");
    let sender = bad.track(&city).await;
    sender.sees("Kiểm tra lại, đợt tháng 03/2026: Không còn đúng");

    // Corrected by saying it once more, with the reason; what went back stays with the unit.
    inspector.open(&at_bad).await;
    inspector.choose("Bây giờ thấy thế nào?", "Còn đúng");
    inspector.press("Ghi kết quả").await;
    inspector.status(422).sees("Hãy ghi vài lời");
    inspector.fill("Lý do sửa kết quả đã ghi", "Xem nhầm cột đèn");
    inspector.press("Ghi kết quả").await;
    inspector.status(200);
    leader.open("/numbers/sample?period=2026").await;
    assert_eq!(leader.page().row(UNIT).cell("Còn đúng").words, "2");
    assert!(city.case(&bad.code).await.life.ended().is_none());
    mended(&city, &bad.code).await;
    assert!(city.case(&bad.code).await.life.ended().is_some());
    let replayed = city
        .hall
        .reader()
        .replay()
        .await
        .expect("the memory is read");
    assert!(replayed.is_equal());
}
