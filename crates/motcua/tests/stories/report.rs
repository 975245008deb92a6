//! A report from a phone: photo, words, place, code. Two taps, a flaw, a kind that the city guessed.

use rules::case::Life;
use service::definition::Ending;
use testkit::words::{LAMP, PHOTO, PLACE, lamp};
use testkit::{Reported, TestCity, both_engines, days, hours};

both_engines!(
    a_lamp_is_reported_with_a_photo,
    two_taps_make_one_case,
    a_flaw_is_named_and_nothing_typed_is_lost,
    the_sender_sees_it_solved_rates_and_reopens_with_the_first_clock,
    the_sender_withdraws,
    the_code_alone_tells_how_far_it_is_and_no_more,
    an_answer_to_a_question_brings_it_back,
);

async fn cases(city: &TestCity) -> u64 {
    city.hall
        .reader()
        .replay()
        .await
        .expect("the memory is read")
        .cases
}

async fn a_lamp_is_reported_with_a_photo(city: TestCity) {
    let report = city.resident().reports("report.street-light").with_photo();
    let mut browser = report.written_at("Phường Ninh Kiều").await;
    browser
        .status(200)
        .sees(LAMP)
        .sees(PLACE)
        .sees("Ai sẽ nhận")
        .sees("Ninh Kiều");
    browser.press("Gửi phản ánh").await;
    let reported = Reported::of(browser);
    let case = city.case(&reported.code).await;
    assert_eq!(
        case.service, "report.street-light",
        "guessed from the words"
    );
    assert!(case.attached.contains_key("photo"), "{:?}", case.attached);
    assert!(case.public);
    let due = case.clock.first_due.expect("a promise");
    assert!(due > city.clock.now());
    // The case is 1022's now; Ninh Kiều hears of it when it is handed on.
    let mut dispatcher = city.sign_in("1022").await;
    dispatcher.open("/inbox").await;
    dispatcher.sees(&reported.code);
    // Without the key, the receipt is nobody's.
    let mut stranger = city.browser("người lạ");
    stranger
        .open(&format!("/report/sent/{}", reported.code))
        .await;
    stranger.sees_not(&reported.secret);
}

async fn two_taps_make_one_case(city: TestCity) {
    let before = cases(&city).await;
    let report = city.resident().reports("report.street-light");
    let mut first = report.written_at("Phường Cái Răng").await;
    let mut second = first.tab();
    first.press("Gửi phản ánh").await;
    second.press("Gửi phản ánh").await;
    let (first, second) = (Reported::of(first), Reported::of(second));
    assert_eq!((&first.code, &first.secret), (&second.code, &second.secret));
    assert_eq!(cases(&city).await, before + 1);
}

async fn a_flaw_is_named_and_nothing_typed_is_lost(city: TestCity) {
    let before = cases(&city).await;
    let report = city.resident().reports("report.street-light").with_photo();
    let mut browser = report.told().await;
    browser
        .fill("Mô tả vị trí", PLACE)
        .choose("Hiện tượng", "Đèn không sáng");
    browser.press("Xem lại trước khi gửi").await;
    browser.status(422).sees("Phạm vi").sees("Loại đường");
    assert_eq!(browser.value("Nội dung"), Some(LAMP));
    assert_eq!(browser.value("Mô tả vị trí"), Some(PLACE));
    let form = browser
        .page()
        .forms
        .iter()
        .find_map(|form| form.chosen("Hiện tượng"));
    assert_eq!(form, Some("Đèn không sáng"));
    assert_eq!(cases(&city).await, before);
    // The photo waited on the server.
    lamp(&mut browser).choose("Phường, xã", "Phường Ninh Kiều");
    browser.press("Xem lại trước khi gửi").await;
    browser.press("Gửi phản ánh").await;
    let case = city.case(&Reported::of(browser).code).await;
    assert!(case.attached.contains_key("photo"), "{:?}", case.attached);
}

async fn in_ninh_kieu(city: &TestCity) -> Reported {
    city.resident()
        .reports("report.street-light")
        .with_photo()
        .in_private()
        .at("Phường Ninh Kiều")
        .await
}

async fn mended(city: &TestCity, code: &str) {
    let mut handler = city.sign_in("ninhkieu").await;
    handler.open(&format!("/cases/{code}")).await;
    handler.attach("Ảnh sau khi xử lý", "sau.png", PHOTO);
    handler.press("Đã xử lý xong").await;
    city.decides("ninhkieu-lanhdao", code, "Duyệt trả lời")
        .await;
}

async fn the_sender_sees_it_solved_rates_and_reopens_with_the_first_clock(city: TestCity) {
    let reported = in_ninh_kieu(&city).await;
    city.decides("1022", &reported.code, "Chuyển đơn vị xử lý")
        .await;
    city.clock.forward(hours(4));
    mended(&city, &reported.code).await;
    let first = city.case(&reported.code).await.clock.first_due;

    let mut sender = reported.track(&city).await;
    sender.sees("Đã xử lý xong");
    sender.choose("Bạn thấy việc này", "2 · kém");
    sender.fill("Vì sao?", "Đèn vẫn chập chờn");
    sender.press("Gửi đánh giá").await;
    sender.status(200);
    let rated = city.case(&reported.code).await;
    assert!(rated.rating.is_some(), "{rated:?}");

    city.clock.forward(days(2));
    sender
        .fill("Trả lời của bạn", "Tối qua lại tắt")
        .attach("Ảnh", "toi-qua.jpg", PHOTO);
    sender.press("Mở lại").await;
    sender.status(200);
    let case = city.case(&reported.code).await;
    let files = city
        .hall
        .reader()
        .attachments(case.id)
        .await
        .expect("files");
    assert!(
        files.iter().any(|file| file.name == "toi-qua.jpg"),
        "{files:?}"
    );
    assert!(
        case.life.ended().is_none() && !case.tasks.is_empty(),
        "{case:?}"
    );
    assert_eq!(case.clock.first_due, first, "the first clock stays");
    // Once more it is mended; a second reopening is refused, and what was typed stays.
    mended(&city, &reported.code).await;
    let sender = reported.track(&city).await;
    assert!(!sender.offers("Mở lại"), "{}", sender.page());
}

async fn the_sender_withdraws(city: TestCity) {
    let reported = in_ninh_kieu(&city).await;
    let mut sender = reported.track(&city).await;
    sender.fill("Lý do", "Đèn đã tự sáng");
    sender.press("Yêu cầu rút").await;
    sender.status(200);
    let case = city.case(&reported.code).await;
    let asked = matches!(case.life, Life::WithdrawalAsked { .. });
    let ended = case.life.ended().map(|(ending, _)| ending) == Some(Ending::Withdrawn);
    assert!(asked || ended, "{:?}", case.life);
}

async fn the_code_alone_tells_how_far_it_is_and_no_more(city: TestCity) {
    let reported = in_ninh_kieu(&city).await;
    let mut stranger = city.browser("người lạ");
    stranger.open("/track").await;
    stranger.fill("Mã hồ sơ", &reported.code.to_lowercase());
    stranger.press("Xem hồ sơ").await;
    stranger.status(200).sees(&reported.code).sees_not(PLACE);
    assert!(!stranger.offers("Yêu cầu rút"), "{}", stranger.page());
    stranger
        .open(&format!("/track/{}?key=sai-ma", reported.code))
        .await;
    stranger.sees("Mã bí mật không khớp").sees_not(PLACE);
    let known = reported.track(&city).await;
    known.sees(PLACE);
}

async fn an_answer_to_a_question_brings_it_back(city: TestCity) {
    let reported = in_ninh_kieu(&city).await;
    let mut dispatcher = city.sign_in("1022").await;
    dispatcher.open(&format!("/cases/{}", reported.code)).await;
    dispatcher.fill("Ghi chú hoặc lý do", "Trụ đèn số mấy?");
    dispatcher.press("Hỏi thêm người gửi").await;
    let mut sender = reported.track(&city).await;
    sender.sees("Đến lượt bạn").sees("Trụ đèn số mấy?");
    sender.fill("Trả lời của bạn", "Trụ số 14");
    sender.press("Gửi câu trả lời").await;
    sender.status(200);
    dispatcher.open(&format!("/cases/{}", reported.code)).await;
    dispatcher.sees("Trụ số 14");
    // Asked once; a second time is refused with its sentence.
    dispatcher.fill("Ghi chú hoặc lý do", "Còn gì nữa?");
    dispatcher.press("Hỏi thêm người gửi").await;
    dispatcher.status(422);
    assert_eq!(dispatcher.value("Ghi chú hoặc lý do"), Some("Còn gì nữa?"));
}
